"""Revoking a refresh token (RFC 7009) and logging out."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from hit_maternity.simulators.helseid.authentication import caller_of
from hit_maternity.simulators.helseid.issuer import Issuer
from hit_maternity.simulators.oauth.errors import NOT_KEPT, answer
from hit_maternity.simulators.oauth.forms import form


async def revocation(request: Request, issuer: Issuer) -> Response:
    """200, whether the token was known or not. An access token is checked without asking here, and so is valid until it expires."""
    sent = await form(request)
    caller = caller_of(sent, issuer, issuer.endpoint("revocation"))
    refresh = sent.required("token")
    kept = issuer.shelf.get("refresh", refresh)
    if kept is not None and kept["login"]["request"]["client_id"] == caller.client.client_id:
        issuer.shelf.take("refresh", refresh)
    return Response(status_code=200, headers=NOT_KEPT)


async def endsession(request: Request, issuer: Issuer) -> Response:
    """To ``post_logout_redirect_uri`` where ``client_id`` registered it, else 200: nobody stays logged in here."""
    asked = request.query_params
    client = issuer.clients.get(asked.get("client_id", ""))
    address = asked.get("post_logout_redirect_uri", "")
    if client is None or address not in client.post_logout_redirect_uris:
        return answer({"ended": True})
    state = {"state": asked["state"]} if "state" in asked else {}
    return RedirectResponse(address + ("?" + urlencode(state) if state else ""), 303, NOT_KEPT)
