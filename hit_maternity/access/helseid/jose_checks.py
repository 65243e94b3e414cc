"""The structure of what is signed: a compact JWS taken apart strictly, public keys that may be used, and their thumbprints.

PyJWT reads keys and verifies signatures, those of elliptic keys excepted; what it lets pass is refused here before it sees it: duplicate
members, deep nesting, base64 that is not in its one canonical form, weak keys, private and symmetric keys. Sources: RFC 7515 (JWS),
RFC 7517 and 7518 (keys), RFC 7638 (thumbprints), RFC 8725 (best practice); the least sizes of keys are those of HelseID's cryptography.
"""

from __future__ import annotations

import re
from binascii import a2b_base64, b2a_base64
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeGuard

import jwt
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512

from hit_maternity.fhir import json
from hit_maternity.fhir.outcome import FhirError

#: The largest access token and the largest proof, in characters: an attest makes tokens large.
MAX_TOKEN, MAX_PROOF = 16 * 1024, 8 * 1024

#: Every algorithm that may be configured; there is no symmetric one among them, and no ``none``.
ASYMMETRIC = tuple(family + size for family in ("RS", "PS", "ES") for size in ("256", "384", "512"))

_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")
_CURVES = {"ES256": ("P-256", 32), "ES384": ("P-384", 48), "ES512": ("P-521", 66)}
#: The keys of proofs are nearly all elliptic: their signatures are verified without a detour, which costs as much as a tenth of it.
_ECDSA = {"ES256": ECDSA(SHA256()), "ES384": ECDSA(SHA384()), "ES512": ECDSA(SHA512())}
_STANDARD, _URL_SAFE = bytes.maketrans(b"-_", b"+/"), bytes.maketrans(b"+/", b"-_")
_THUMBPRINT = {"RSA": ("e", "kty", "n"), "EC": ("crv", "kty", "x", "y")}
_PRIVATE = frozenset(("d", "p", "q", "dp", "dq", "qi", "oth", "k"))
_LIMITS = json.Limits(bytes=MAX_TOKEN, depth=16, items=2000)
_RSA_BITS = range(2048, 8193)  # more costs time and protects nothing
_EXPONENT = range(65537, 2**32)


class Unverified(Exception):
    """A token or a proof that can't be trusted. ``rule``: what the caller is told (``challenge.REFUSALS``); ``reason``: fixed words for
    the security log, never a value of the token."""

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(reason)
        self.rule = rule
        self.reason = reason


class UnusableKey(Exception):
    """A key that may not verify anything; the message says why, and holds nothing of the key."""


@dataclass(frozen=True, slots=True)
class Compact:
    """A JWS in three parts, decoded and not verified. ``signed``: what the signature is over; ``text``: as it came."""

    header: dict[str, Any]
    payload: dict[str, Any]
    signed: bytes
    signature: bytes
    text: str


def canonical_base64url(text: str) -> bytes:
    """The bytes that ``text`` spells. Raises ``ValueError`` where it is padded, has other characters, or bits that mean nothing."""
    if not _BASE64URL.fullmatch(text):
        raise ValueError("not base64url")
    return _decoded(text)


def _decoded(text: str) -> bytes:
    spelt = text.encode("ascii")
    raw = a2b_base64(spelt.translate(_STANDARD) + b"=" * (-len(spelt) % 4))
    if _spelt(raw) != spelt:
        raise ValueError("not canonical")
    return raw


def base64url(raw: bytes) -> str:
    """``raw`` in base64url without padding."""
    return _spelt(raw).decode("ascii")


def _spelt(raw: bytes) -> bytes:
    return b2a_base64(raw, newline=False).translate(_URL_SAFE, b"=")


def digest(text: str) -> bytes:
    """SHA-256 of an ASCII text."""
    return sha256(text.encode("ascii")).digest()


def split(text: str, most: int, rule: str) -> tuple[str, str, str]:
    """The three parts of a compact JWS, still encoded. Raises ``Unverified`` with ``rule`` for what is none, or longer than ``most``."""
    if len(text) > most or not _COMPACT.fullmatch(text):
        raise Unverified(rule, "no compact JWS of three parts, or too long")
    header, payload, signature = text.split(".")
    return header, payload, signature


def json_part(part: str, rule: str) -> dict[str, Any]:
    """The JSON object that a part holds. Raises ``Unverified`` for what is none, has a member twice or is nested deeply."""
    try:
        value = json.decode(_decoded(part), _LIMITS)
    except (ValueError, FhirError):
        value = None
    if not isinstance(value, dict):
        raise Unverified(rule, "a part is not canonical base64url of a strict JSON object")
    return value


def signature_part(part: str, rule: str) -> bytes:
    """The signature that a part spells. Raises ``Unverified``."""
    try:
        return _decoded(part)
    except ValueError:
        raise Unverified(rule, "the signature is not canonical base64url") from None


def parse(text: str, most: int, rule: str) -> Compact:
    """Takes ``text`` apart. Raises ``Unverified`` with ``rule``."""
    header, payload, signature = split(text, most, rule)
    signed = f"{header}.{payload}".encode("ascii")
    return Compact(json_part(header, rule), json_part(payload, rule), signed, signature_part(signature, rule), text)


def is_integer(value: object) -> TypeGuard[int]:
    """Whether a claim is a JSON integer: neither text, fraction nor boolean."""
    return type(value) is int


def thumbprint(jwk: Mapping[str, Any]) -> str:
    """The RFC 7638 SHA-256 thumbprint, base64url, of a key that ``check_public`` let pass."""
    members = ",".join(f'"{name}":"{jwk[name]}"' for name in _THUMBPRINT[jwk["kty"]])
    return base64url(digest(f"{{{members}}}"))


def check_public(jwk: Mapping[str, Any], algorithm: str | None = None) -> None:
    """Raises ``UnusableKey`` unless ``jwk`` is a public RSA or EC key that is strong enough, and for ``algorithm`` if one is given."""
    if not _PRIVATE.isdisjoint(jwk):
        raise UnusableKey("it has private or symmetric members")
    kind = jwk.get("kty")
    if kind not in ("RSA", "EC"):
        raise UnusableKey("it is neither RSA nor EC")
    if algorithm is not None and (algorithm.startswith("ES") is not (kind == "EC")):
        raise UnusableKey("its type is not that of the algorithm")
    try:
        numbers = {name: canonical_base64url(jwk[name]) for name in (("n", "e") if kind == "RSA" else ("x", "y"))}
    except (KeyError, TypeError, ValueError):
        raise UnusableKey("a number is missing or not canonical base64url") from None
    if kind == "RSA":
        _check_rsa(int.from_bytes(numbers["n"], "big"), int.from_bytes(numbers["e"], "big"))
    else:
        _check_curve(jwk.get("crv"), {len(n) for n in numbers.values()}, algorithm)


def _check_rsa(modulus: int, exponent: int) -> None:
    if modulus.bit_length() not in _RSA_BITS:
        raise UnusableKey("its modulus is not of 2048 to 8192 bits")
    if exponent not in _EXPONENT or exponent % 2 == 0 or modulus % 2 == 0:
        raise UnusableKey("its exponent is too small, too large or even, or its modulus is even")


def _check_curve(curve: object, lengths: set[int], algorithm: str | None) -> None:
    wanted = [_CURVES[algorithm]] if algorithm else list(_CURVES.values())
    if not any(curve == name and lengths == {length} for name, length in wanted):
        raise UnusableKey("its curve is not that of the algorithm, or a coordinate has another length")


def verifier(jwk: Mapping[str, Any], algorithm: str) -> jwt.PyJWK:
    """The key, ready to verify ``algorithm``. Raises ``UnusableKey``, also for a point that is not on its curve."""
    check_public(jwk, algorithm)
    try:
        return jwt.PyJWK({name: jwk[name] for name in _THUMBPRINT[jwk["kty"]]}, algorithm)
    except (jwt.PyJWTError, UnsupportedAlgorithm, ValueError):
        raise UnusableKey("its numbers are no key") from None


def signature_holds(key: jwt.PyJWK, signed: bytes, signature: bytes) -> bool:
    """Whether ``signature`` over ``signed`` was made with the private half of ``key``."""
    public, hashed = key.key, _ECDSA.get(key.algorithm_name)
    try:
        if hashed is not None and isinstance(public, EllipticCurvePublicKey):
            return _ecdsa_holds(public, hashed, _CURVES[key.algorithm_name][1], signed, signature)
        return key.Algorithm.verify(signed, public, signature)
    except (jwt.PyJWTError, InvalidSignature, ValueError):
        return False


def _ecdsa_holds(public: EllipticCurvePublicKey, hashed: ECDSA, size: int, signed: bytes, signature: bytes) -> bool:
    """The same for r and s of ``size`` bytes each, one after the other (RFC 7518, 3.4). Raises ``InvalidSignature``."""
    if len(signature) != 2 * size:
        return False
    numbers = encode_dss_signature(int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big"))
    public.verify(numbers, signed, hashed)
    return True
