"""Checks of what others signed: client assertions, proofs, request objects, and tokens that come back to their issuer.

PyJWT verifies signatures; what it leaves open (private keys in a header, short keys, kinds of a token) is checked here.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any

import jwt

#: What HelseID takes from clients (its ``dpop_signing_alg_values_supported``, confirmed).
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
MAX_CHARACTERS = 64 * 1024
MIN_RSA_BITS = 2048


class JoseError(Exception):
    """A token or key can't be trusted; the message says why, without a value of it."""


def header_of(token: str) -> dict[str, Any]:
    """The header, not yet trusted. Raises ``JoseError``."""
    if len(token) > MAX_CHARACTERS or not token.isascii():
        raise JoseError("it is too long or no JWT")
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise JoseError("it is no JWT of three parts") from None
    if header.get("alg") not in ALGORITHMS:
        raise JoseError(f"its alg is none of {', '.join(ALGORITHMS)}")
    return header


def public_key(jwk: object, algorithm: str) -> jwt.PyJWK:
    """The key to check ``algorithm`` with. Raises ``JoseError`` for a private, symmetric, short or ill-suited one."""
    if not isinstance(jwk, Mapping) or jwk.get("kty") not in ("RSA", "EC"):
        raise JoseError("the key is no JWK of kty RSA or EC")
    if PRIVATE & set(jwk):
        raise JoseError("the key has private members: keep them, and send the public part alone")
    if (jwk["kty"] == "EC") != algorithm.startswith("ES") or (jwk["kty"] == "EC" and jwk.get("crv") != CURVES[algorithm]):
        raise JoseError("the key does not go with the alg")
    try:
        key = jwt.PyJWK(dict(jwk), algorithm)
    except (jwt.PyJWTError, ValueError, TypeError, KeyError):
        raise JoseError("the key can't be read") from None
    if jwk["kty"] == "RSA" and key.key.key_size < MIN_RSA_BITS:
        raise JoseError(f"the key is shorter than {MIN_RSA_BITS} bits")
    return key


def verified(token: str, key_for: Callable[[Mapping[str, Any]], object]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims of ``token``, its signature checked with the JWK that ``key_for`` gives for its header. No claim is checked.

    Raises ``JoseError``.
    """
    header = header_of(token)
    key = public_key(key_for(header), header["alg"])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            claims = jwt.decode(token, key, algorithms=[header["alg"]], options=_NO_CLAIMS)
    except (jwt.PyJWTError, ValueError, RecursionError, Warning):
        raise JoseError("its signature does not hold") from None
    return header, claims


_NO_CLAIMS: Any = {
    "verify_signature": True,
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}


def number(value: object) -> int | None:
    """A time claim in whole seconds. Official examples show ``iat`` as a string, so that is taken too; None for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 13:
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e12:
        return None
    return int(value)
