"""``GET /connect/clientinfo``: a client's own configuration, with the scope ``helseid://scopes/client/info`` (member names confirmed
by an older page)."""

from __future__ import annotations

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from hit_maternity.simulators.helseid.bearing import claims_of
from hit_maternity.simulators.helseid.clients import CODE
from hit_maternity.simulators.helseid.issuer import Issuer
from hit_maternity.simulators.oauth.errors import OAuthError, answer

SCOPE = "helseid://scopes/client/info"


async def clientinfo(request: Request, issuer: Issuer) -> Response:
    """200 with the configuration. Raises ``OAuthError``."""
    claims = claims_of(request, issuer, issuer.endpoint("clientinfo"), SCOPE)
    client = issuer.clients.get(claims["client_id"])
    if client is None:
        raise OAuthError("invalid_token", "The client is no longer registered.", 401, {"www-authenticate": 'DPoP error="invalid_token"'})
    made = datetime.fromtimestamp(client.created, UTC).isoformat()
    return answer(
        {
            "ClientId": client.client_id,
            "ClientName": client.name,
            "Created": made,
            "Updated": made,
            "RequirePkce": CODE in client.grants,
            "AllowedGrantTypes": list(client.grants),
            "AllowedScopes": sorted(client.allowed()),
            "AllowedIdentityProviders": ["testidp-oidc"],
            "RedirectUris": list(client.redirect_uris),
            "PostLogoutRedirectUris": list(client.post_logout_redirect_uris),
            "AccessTokenLifetime": client.access_lifetime,
            "RefreshTokenLifetime": client.refresh_lifetime,
            "RefreshTokenUsageType": "OneTimeUseOnly" if client.refresh_once else "Reusable",
        }
    )
