"""Endpoints that take an access token of this issuer's own: how it must be sent, and what it must allow."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request

from hit_maternity.simulators.helseid.issuer import Issuer
from hit_maternity.simulators.oauth.errors import OAuthError
from hit_maternity.simulators.oauth.jose import JoseError


def claims_of(request: Request, issuer: Issuer, endpoint: str, scope: str) -> dict[str, Any]:
    """The claims of the request's token: with a DPoP proof where the token is bound, as Bearer where it is not (RFC 9449 7).

    Raises ``OAuthError`` 401 ``invalid_token`` or ``invalid_dpop_proof``, 403 ``insufficient_scope``.
    """
    sent = request.headers.getlist("authorization")
    scheme, _, token = (sent[0] if len(sent) == 1 else "").partition(" ")
    if not token or scheme.lower() not in ("dpop", "bearer"):
        raise OAuthError("invalid_token", "Send the access token in one Authorization header.", 401, {"www-authenticate": "DPoP"})
    try:
        claims = issuer.own_token(token)
    except JoseError as fault:
        raise _refused(f"The access token is refused: {fault}.") from None
    bound = claims.get("cnf", {}).get("jkt")
    if (bound is None) != (scheme.lower() == "bearer"):
        raise _refused("A token that is bound to a key is sent as DPoP, any other as Bearer.")
    if bound is not None and issuer.proofs.checked(request, endpoint, token=token) != bound:
        challenge = {"www-authenticate": 'DPoP error="invalid_dpop_proof"'}
        raise OAuthError("invalid_dpop_proof", "There is no DPoP proof of the key that the token is bound to.", 401, challenge)
    if scope not in claims["scope"]:
        challenge = {"www-authenticate": f'DPoP error="insufficient_scope", scope="{scope}"'}
        raise OAuthError("insufficient_scope", f"The access token lacks the scope {scope}.", 403, challenge)
    return claims


def _refused(why: str) -> OAuthError:
    return OAuthError("invalid_token", why, 401, {"www-authenticate": 'DPoP error="invalid_token"'})
