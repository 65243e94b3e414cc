"""Is this an access token of the issuer, for us, now? One small check a rule, in two tables: before the signature and after it.

Sources: HelseID's rules for the validation of access tokens (confirmed: algorithm list, ``typ``, exact ``iss``, single ``aud``, ``exp``,
``nbf``, ``iat`` and ``jti``), RFC 9068, RFC 8725. Ours: the longest lifetime, and that header members which name keys are refused rather
than ignored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import jwt

from hit_maternity.access.helseid.jose_checks import MAX_TOKEN, Compact, Unverified, is_integer, parse
from hit_maternity.access.helseid.jwks_cache import Key, Keys

_MAX_ID = 256
_FOREIGN = frozenset(("jku", "x5u", "jwk", "x5c", "crit", "b64", "zip", "enc"))


@dataclass(frozen=True, slots=True)
class Expected:
    """What an access token must be. ``audiences``: our names, of which the token has one and no other; ``types``: values of ``typ``, in
    lower case; ``leeway`` and ``lifetime`` in seconds; ``required``: claims that are texts, beside those every token has."""

    issuer: str
    audiences: frozenset[str]
    algorithms: tuple[str, ...] = ("RS256",)
    types: tuple[str, ...] = ("at+jwt",)
    leeway: int = 5
    lifetime: int = 3600
    required: tuple[str, ...] = ("jti", "client_id")


@dataclass(frozen=True, slots=True)
class VerifiedToken:
    """The claims of a token that may be believed, and the key that vouches for them."""

    claims: Mapping[str, Any]
    key: Key


class HeaderCheck(NamedTuple):
    """``holds`` tells whether the token's header is as it must be."""

    rule: str
    reason: str
    holds: Callable[[Mapping[str, Any], Expected], bool]


class ClaimCheck(NamedTuple):
    """``holds`` tells whether the claims are as they must be at a moment, in seconds since 1970."""

    rule: str
    reason: str
    holds: Callable[[Mapping[str, Any], Expected, int], bool]


def media_type(typ: object) -> str:
    """A ``typ`` to be compared: lower case, ``application/`` left out (RFC 7515, 4.1.9); empty where it is no text."""
    return typ.lower().removeprefix("application/") if isinstance(typ, str) else ""


def audience(claims: Mapping[str, Any]) -> str | None:
    """The token's only audience, None where it has none or several."""
    told = claims.get("aud")
    if isinstance(told, list) and len(told) == 1:
        told = told[0]
    return told if isinstance(told, str) else None


def _algorithm(header: Mapping[str, Any], expected: Expected) -> bool:
    return isinstance(header.get("alg"), str) and header["alg"] in expected.algorithms


def _type(header: Mapping[str, Any], expected: Expected) -> bool:
    return media_type(header.get("typ")) in expected.types


def _own_header(header: Mapping[str, Any], expected: Expected) -> bool:
    return _FOREIGN.isdisjoint(header)


def _key_id(header: Mapping[str, Any], expected: Expected) -> bool:
    return _is_text(header.get("kid"))


def _typed(claims: Mapping[str, Any], expected: Expected, now: int) -> bool:
    times = (claims.get("exp"), claims.get("nbf"), claims.get("iat"))
    return all(map(is_integer, times)) and all(_is_text(claims.get(name)) for name in expected.required)


def _issuer(claims: Mapping[str, Any], expected: Expected, now: int) -> bool:
    return isinstance(claims.get("iss"), str) and claims["iss"] == expected.issuer


def _audience(claims: Mapping[str, Any], expected: Expected, now: int) -> bool:
    return audience(claims) in expected.audiences


def _unexpired(claims: Mapping[str, Any], expected: Expected, now: int) -> bool:
    exp = claims.get("exp")
    return is_integer(exp) and now < exp + expected.leeway


def _active(claims: Mapping[str, Any], expected: Expected, now: int) -> bool:
    begins = (claims.get("nbf"), claims.get("iat"))
    return all(is_integer(b) and b <= now + expected.leeway for b in begins)


def _lifetime(claims: Mapping[str, Any], expected: Expected, now: int) -> bool:
    exp, iat = claims.get("exp"), claims.get("iat")
    return is_integer(exp) and is_integer(iat) and 0 < exp - iat <= expected.lifetime


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _MAX_ID


HEADER_CHECKS = (
    HeaderCheck("token-algorithm", "alg is not on the list", _algorithm),
    HeaderCheck("token-type", "typ is not that of an access token", _type),
    HeaderCheck("token-header", "jku, x5u, jwk, x5c, crit, b64, zip or enc in the header", _own_header),
    HeaderCheck("token-signature", "kid is no text of 1 to 256 characters", _key_id),
)

CLAIM_CHECKS = (
    ClaimCheck("token-claims", "exp, nbf, iat or a required text is missing or of another type", _typed),
    ClaimCheck("token-issuer", "iss is another", _issuer),
    ClaimCheck("token-audience", "aud is not ours alone", _audience),
    ClaimCheck("token-expired", "exp has passed", _unexpired),
    ClaimCheck("token-not-active", "nbf or iat is in the future", _active),
    ClaimCheck("token-lifetime", "exp is too long after iat, or not after it", _lifetime),
)


def verify_token(text: str, keys: Keys, expected: Expected, now: int) -> VerifiedToken:
    """The claims of the access token ``text`` at ``now`` (seconds since 1970).

    Raises ``Unverified`` with the first rule that it breaks; ``IssuerUnreachable`` where there are no keys to verify it with.
    """
    compact = parse(text, MAX_TOKEN, "token-malformed")
    for check in HEADER_CHECKS:
        if not check.holds(compact.header, expected):
            raise Unverified(check.rule, check.reason)
    key = _signed_by(compact, keys)
    for claim_check in CLAIM_CHECKS:
        if not claim_check.holds(compact.payload, expected, now):
            raise Unverified(claim_check.rule, claim_check.reason)
    return VerifiedToken(compact.payload, key)


def is_current(claims: Mapping[str, Any], expected: Expected, now: int) -> bool:
    """Whether a token that was verified before is valid at ``now``, too."""
    return _unexpired(claims, expected, now) and _active(claims, expected, now)


def _signed_by(compact: Compact, keys: Keys) -> Key:
    algorithm: str = compact.header["alg"]
    key = keys.find(compact.header["kid"])
    if key is None:
        raise Unverified("token-signature", "kid is unknown")
    verifier = key.verifier(algorithm)
    if verifier is None:
        raise Unverified("token-signature", "the key is not for this algorithm")
    try:
        jwt.PyJWS(options={"enforce_minimum_key_length": True}).decode(compact.text, verifier, algorithms=[algorithm])
    except (jwt.PyJWTError, ValueError):
        raise Unverified("token-signature", "the signature does not fit the key") from None
    return key
