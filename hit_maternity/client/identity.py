"""The ID token: who logged in, checked (OpenID Connect Core 3.1.3.7). HelseID signs with RS256 alone (confirmed)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jwt
from jwt.types import Options

from hit_maternity.client.errors import LoginFailed
from hit_maternity.client.oauth import Endpoints
from hit_maternity.client.proofs import origin_of
from hit_maternity.client.wire import Flow

_LEEWAY = 10


def identity(endpoints: Endpoints, token: object, nonce: str) -> Flow[Mapping[str, Any]]:
    """The claims of the ID token. Raises ``LoginFailed`` where one does not hold."""
    if not isinstance(token, str):
        raise LoginFailed("invalid_id_token", "There is no ID token: ask for the scope openid.")
    keys = yield from endpoints.read((yield from endpoints.endpoint("jwks_uri")))
    now = endpoints.servers.clocks.now(origin_of(endpoints.issuer))
    found = _verified(token, keys, endpoints)
    expires, issued = found.get("exp"), found.get("iat")
    in_time = isinstance(expires, int) and isinstance(issued, int) and issued - _LEEWAY <= now < expires + _LEEWAY
    if not in_time or found.get("nonce") != nonce:
        raise LoginFailed("invalid_id_token", "The ID token is not of this login, or not of this time.")
    return found


def _verified(token: str, keys: Mapping[str, Any], endpoints: Endpoints) -> dict[str, Any]:
    try:
        kid = jwt.get_unverified_header(token).get("kid")
        key = next(it for it in keys.get("keys", ()) if it.get("kid") == kid and it.get("kty") == "RSA")
        checks: Options = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "require": ["iss", "aud", "exp", "iat", "sub"]}
        public = jwt.PyJWK(key, "RS256")
        claims: dict[str, Any] = jwt.decode(token, public, ["RS256"], audience=endpoints.client_id, issuer=endpoints.issuer, options=checks)
    except (jwt.PyJWTError, StopIteration, ValueError, TypeError, AttributeError):
        claims = {}
    if not claims:
        raise LoginFailed("invalid_id_token", "The ID token's signature, issuer or audience does not hold.")
    return claims
