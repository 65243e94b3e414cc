"""What is read without the library says what the library says: base64url in its one form, signatures of elliptic keys, normal addresses."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st
from jwt.algorithms import ECAlgorithm

from hit_maternity.access.helseid.dpop import normal_address
from hit_maternity.access.helseid.jose_checks import base64url, canonical_base64url, signature_holds

CURVES = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}
ADDRESS = st.text(alphabet="htps:/%2541aBfF~._-é?#@[]", max_size=20).map(lambda rest: f"https://a.test/{rest}")


@given(st.binary(min_size=1, max_size=200))
def test_bytes_are_spelt_without_padding_and_read_again(raw: bytes):
    assert base64url(raw) == urlsafe_b64encode(raw).rstrip(b"=").decode()
    assert canonical_base64url(base64url(raw)) == raw


@given(st.text(alphabet="ABQgwz019-_+/=é \n", min_size=1, max_size=12))
def test_any_other_spelling_is_refused(text: str):
    try:
        raw = canonical_base64url(text)
    except ValueError:
        return
    assert urlsafe_b64encode(raw).rstrip(b"=").decode() == text
    assert urlsafe_b64decode(text + "=" * (-len(text) % 4)) == raw


@pytest.mark.parametrize("text", ["QR", "QUJ", "Q", "QQ==", "QUI+", "QUI/", "Q Q", "QQ\n", "QQé"])
def test_padding_idle_bits_and_foreign_characters_are_refused(text: str):
    with pytest.raises(ValueError):
        canonical_base64url(text)


@pytest.mark.parametrize("algorithm", CURVES)
def test_a_signature_holds_exactly_where_the_library_says_so(algorithm: str):
    private = ec.generate_private_key(CURVES[algorithm])
    signer = jwt.get_algorithm_by_name(algorithm)
    key = jwt.PyJWK(ECAlgorithm.to_jwk(private.public_key(), as_dict=True), algorithm)
    good = signer.sign(b"said", private)
    half = len(good) // 2
    wrong = [
        b"", good[:-1], good + b"\0", b"\0" * len(good), b"\xff" * len(good), good[half:] + good[:half], b"\0" * half + good[half:],
        bytes([good[0] ^ 1]) + good[1:], good[:-1] + bytes([good[-1] ^ 1]), signer.sign(b"sad", private),
        signer.sign(b"said", ec.generate_private_key(CURVES[algorithm])),
    ]  # fmt: skip
    for signature in (good, *wrong):
        assert signature_holds(key, b"said", signature) is (signature == good) is signer.verify(b"said", private.public_key(), signature)
    for other in set(CURVES) - {algorithm}:
        other_private = ec.generate_private_key(CURVES[other])
        assert not signature_holds(key, b"said", jwt.get_algorithm_by_name(other).sign(b"said", other_private))


@given(ADDRESS)
def test_the_normal_form_of_an_address_is_its_own(address: str):
    found = normal_address(address)
    assert found is None or normal_address(found) == found
