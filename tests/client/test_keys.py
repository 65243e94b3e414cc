"""Keys: made, loaded, kept, and what another library says of them."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hit_client_network import claims_of
from joserfc.jwk import ECKey, RSAKey

from hit_maternity.client import Key

PEM, PKCS8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8


def pem(private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey, password: bytes | None = None) -> bytes:
    sealed = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return private.private_bytes(PEM, PKCS8, sealed)


def test_a_new_key_is_p256_and_named_by_its_thumbprint():
    key = Key.generate()
    other = ECKey.import_key(key.public_jwk)
    assert (key.algorithm, key.kid) == ("ES256", other.thumbprint())
    assert set(key.public_jwk) == {"kty", "crv", "x", "y", "alg", "kid", "use"}


def test_what_it_signs_holds_for_another_library():
    for key in (Key.generate(), Key.of_pem(pem(rsa.generate_private_key(65537, 2048)), kid="r", algorithm="PS256")):
        public = (ECKey if key.algorithm == "ES256" else RSAKey).import_key(key.public_jwk)
        header, claims = claims_of(key.sign({"typ": "x"}, {"a": 1}), public)
        assert header == {"alg": key.algorithm, "typ": "x"} and claims == {"a": 1}
        assert key.thumbprint == public.thumbprint()


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()])
def test_a_pem_is_loaded_with_and_without_a_password(tmp_path: Path, curve: ec.EllipticCurve):
    private = ec.generate_private_key(curve)
    for password in (None, b"a password"):
        (tmp_path / "key.pem").write_bytes(pem(private, password))
        key = Key.load(tmp_path / "key.pem", kid="mine", password=password)
        assert key.kid == "mine" and key.algorithm == {256: "ES256", 384: "ES384", 521: "ES512"}[curve.key_size]


def test_a_jwk_file_gives_the_same_key_again_and_only_its_owner_reads_it(tmp_path: Path):
    key = Key.generate("mine")
    key.save(tmp_path / "key.jwk")
    assert Key.load(tmp_path / "key.jwk").public_jwk == key.public_jwk
    if sys.platform != "win32":
        assert stat.S_IMODE(os.stat(tmp_path / "key.jwk").st_mode) == 0o600
    with pytest.raises(FileExistsError):
        key.save(tmp_path / "key.jwk")


def test_what_is_no_private_key_of_the_kind_is_refused_without_telling_it(tmp_path: Path):
    private = json.loads(json.dumps(ECKey.generate_key("P-256", private=True).as_dict(private=True)))
    public = {name: value for name, value in private.items() if name != "d"}
    secret = {"kty": "oct", "k": "c2VjcmV0LXNlY3JldA", "alg": "HS256"}
    for jwk in (public, secret, {}, {**private, "alg": "HS256"}, {**private, "crv": "P-384"}, {**private, "x": "AA"}):
        with pytest.raises(ValueError) as fault:
            Key.of_jwk(jwk)
        assert private["d"] not in str(fault.value) and fault.value.__suppress_context__
    for other in (pem(ed25519.Ed25519PrivateKey.generate()), pem(rsa.generate_private_key(65537, 1024)), b"x"):
        with pytest.raises(ValueError):
            Key.of_pem(other)
    with pytest.raises(ValueError):
        Key.of_pem(pem(ec.generate_private_key(ec.SECP256R1())), algorithm="RS256")


def test_its_private_part_is_in_no_repr():
    key = Key.generate("mine")
    assert repr(key) == "Key(algorithm='ES256', kid='mine')"
