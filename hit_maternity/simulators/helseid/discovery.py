"""Discovery and key sets. Only what is there is told, and only what the security profile allows."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from hit_maternity.simulators.helseid.clients import ATTEST_SCOPE, CLIENT_SCOPES, GRANTS, IDENTITY_SCOPES
from hit_maternity.simulators.helseid.issuer import Issuer
from hit_maternity.simulators.helseid.minting import (
    ASSURANCE,
    CHILD,
    CLIENT_NAME,
    HPR_NUMBER,
    LEVEL,
    NETWORK,
    PARENT,
    PID,
    PSEUDONYM,
    SUPPLIER,
    TENANCY,
)
from hit_maternity.simulators.oauth.jose import ALGORITHMS

PATH = "/.well-known/openid-configuration"
_CACHED = {"cache-control": "public, max-age=300", "access-control-allow-origin": "*"}


def document(issuer: Issuer) -> dict[str, Any]:
    """The discovery document."""
    signing = list(ALGORITHMS)
    scopes = [*IDENTITY_SCOPES, *CLIENT_SCOPES, ATTEST_SCOPE, *(scope for api in issuer.apis for scope in api.scopes)]
    ends = {
        "authorization_endpoint": "authorize",
        "token_endpoint": "token",
        "pushed_authorization_request_endpoint": "par",
        "userinfo_endpoint": "userinfo",
        "revocation_endpoint": "revocation",
        "end_session_endpoint": "endsession",
        "clientinfo_endpoint": "clientinfo",
        "available_idps": "availableidps",
        "expired_jwks_uri": "expiredjwks",
    }
    return {
        "issuer": issuer.url,
        "jwks_uri": f"{issuer.url}{PATH}/jwks",
        **{name: issuer.endpoint(path) for name, path in ends.items()},
        "registration_endpoint": f"{issuer.url}/clients",
        "scopes_supported": list(dict.fromkeys(scopes)),
        "claims_supported": _CLAIMS,
        "grant_types_supported": list(GRANTS),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": signing,
        "id_token_signing_alg_values_supported": ["RS256"],
        "request_object_signing_alg_values_supported": signing,
        "subject_types_supported": ["pairwise"],
        "code_challenge_methods_supported": ["S256"],
        "request_parameter_supported": True,
        "require_pushed_authorization_requests": True,
        "authorization_response_iss_parameter_supported": True,
        "dpop_signing_alg_values_supported": signing,
        "ui_locales_supported": ["nb", "en"],
    }


_CLAIMS = [
    *("sub", "sid", "idp", "amr", "auth_time", "name", "given_name", "middle_name", "family_name"),
    *(PID, PSEUDONYM, LEVEL, ASSURANCE, NETWORK, HPR_NUMBER, CLIENT_NAME, TENANCY, PARENT, CHILD, SUPPLIER),
]


async def configuration(_: Request, issuer: Issuer) -> Response:
    """200 with the document."""
    return JSONResponse(document(issuer), headers=_CACHED)


async def jwks(_: Request, issuer: Issuer) -> Response:
    """200 with the keys that sign."""
    return JSONResponse(issuer.keys.jwks(), headers=_CACHED)


async def expired_jwks(_: Request, issuer: Issuer) -> Response:
    """200 with the keys that signed once: for old tokens that were kept, never for live calls."""
    return JSONResponse(issuer.keys.retired_jwks(), headers=_CACHED)


async def available_idps(_: Request, _issuer: Issuer) -> Response:
    """200 with the identity providers; the shape is inferred."""
    return JSONResponse([{"name": "testidp-oidc", "displayName": "Lokal test-IdP", "level": "4"}], headers=_CACHED)
