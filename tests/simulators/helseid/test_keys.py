"""Keys that are made at first run."""

from __future__ import annotations

import os
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hit_simulators_vendor import MovingClock, claims_of
from joserfc import jwk, jwt
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from hit_maternity.simulators.helseid.keys import Keys
from hit_maternity.simulators.helseid.minting import access_claims, mint, proof, public_part, thumbprint, token_hash


class Roomy(JWSRegistry):
    """Takes headers with an RSA key in them."""

    max_header_length = 4096


def test_several_processes_that_start_together_get_the_same_key(tmp_path: Path, clock: MovingClock) -> None:
    with ThreadPoolExecutor(4) as together:
        made = list(together.map(lambda _: Keys.load_or_make(tmp_path / "new", clock), range(4)))
    assert len({keys.current.kid for keys in made}) == 1
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["signing.pem"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes of this kind")
def test_a_key_is_for_its_user_alone(tmp_path: Path, clock: MovingClock) -> None:
    Keys.load_or_make(tmp_path / "new", clock)
    assert stat.S_IMODE(os.stat(tmp_path / "new" / "signing.pem").st_mode) == 0o600
    assert stat.S_IMODE(os.stat(tmp_path / "new").st_mode) == 0o700


def test_after_a_rotation_the_new_key_signs_and_the_old_one_is_retired(tmp_path: Path, clock: MovingClock) -> None:
    first = Keys.load_or_make(tmp_path, clock)
    rotated = first.rotated(tmp_path, clock)
    read = Keys.load_or_make(tmp_path, clock)
    assert rotated.current.kid == read.current.kid != first.current.kid
    assert [key["kid"] for key in read.retired_jwks()["keys"]] == [first.current.kid]
    assert read.salt == first.salt, "pseudonyms must outlive a rotation"
    assert rotated.salt == first.salt


def test_a_file_that_holds_no_key_is_told(tmp_path: Path, clock: MovingClock) -> None:
    (tmp_path / "signing.pem").write_text("no key")
    with pytest.raises(ValueError):
        Keys.load_or_make(tmp_path, clock)


def test_what_is_minted_is_read_by_another_library(made_keys: Path, clock: MovingClock) -> None:
    keys = Keys.load_or_make(made_keys, clock)
    token = mint(access_claims("https://issuer.example", "a", ["s"], clock.now()), key=keys.current)
    assert claims_of(token, keys.jwks())["aud"] == "a"
    untyped = mint({"a": 1}, key=keys.current, typ=None)
    assert "typ" not in jwt.decode(untyped, KeySet.import_key_set(keys.jwks()), algorithms=["RS256"]).header


@pytest.mark.parametrize(("kind", "size"), [("EC", "P-256"), ("EC", "P-384"), ("EC", "P-521"), ("RSA", 2048)])
def test_a_proof_is_read_by_another_library_and_its_thumbprint_is_the_same(kind: str, size: str | int, clock: MovingClock) -> None:
    key = jwk.generate_key(kind, size)
    private = dict(key.as_dict(private=True))
    made = proof(private, "GET", "https://api.example/x", clock.now(), token="a.b.c", nonce="n")
    algorithms = ["ES256", "ES384", "ES512", "RS256"]
    read = jwt.decode(made, key, algorithms=algorithms, registry=Roomy(algorithms=algorithms))
    assert read.header["typ"] == "dpop+jwt"
    assert read.header["jwk"] == public_part(private) and "d" not in read.header["jwk"]
    assert {name: read.claims[name] for name in ("htm", "htu", "nonce", "ath")} == {
        "htm": "GET",
        "htu": "https://api.example/x",
        "nonce": "n",
        "ath": token_hash("a.b.c"),
    }
    assert thumbprint(private) == key.thumbprint()
