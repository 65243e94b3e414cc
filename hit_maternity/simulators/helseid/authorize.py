"""The login: ``GET`` and ``POST /connect/authorize``. One chooses who one is; there is no password, since nobody here exists."""

from __future__ import annotations

import secrets
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from hit_maternity.simulators.helseid.issuer import Issuer
from hit_maternity.simulators.helseid.pages import login
from hit_maternity.simulators.helseid.par import PREFIX
from hit_maternity.simulators.helseid.register import by_key
from hit_maternity.simulators.helseid.session import Login, Pushed
from hit_maternity.simulators.oauth import pages
from hit_maternity.simulators.oauth.errors import NOT_KEPT, OAuthError
from hit_maternity.simulators.oauth.forms import Form, form, parsed

CODE_LIFETIME = 120


async def authorize(request: Request, issuer: Issuer) -> Response:
    """The login page, or the way back to the client with ``code``, ``state`` and ``iss``, or with ``error``.

    A request that is not known gets a page with status 400 and never a redirect, since nobody knows whether its address is the client's.
    """
    language = pages.language(request)
    try:
        sent = parsed(request.url.query) if request.method in ("GET", "HEAD") else await form(request)
        handle = (sent.get("request_uri") or "").removeprefix(PREFIX)
        kept = issuer.shelf.get("par", handle)
        if kept is None:
            raise OAuthError("invalid_request", pages.text("unknown_request", language))
        pushed = Pushed.of(kept)
        client = issuer.clients.get(pushed.client_id)
        if client is None or sent.get("client_id") != client.client_id:
            raise OAuthError("invalid_request", pages.text("other_client", language))
    except OAuthError as fault:
        return pages.refusal(fault.description, language)
    language = pages.language(request, pushed.locale)
    if request.method == "POST":
        return _answered(sent, handle, pushed, issuer)
    if pushed.prompt == "none":
        return _back(issuer, pushed, {"error": "login_required"})
    origin = pages.origin(pushed.redirect_uri)
    return login(issuer.register, client.name, {"request_uri": PREFIX + handle, "client_id": client.client_id}, origin, language)


def _answered(sent: Form, handle: str, pushed: Pushed, issuer: Issuer) -> Response:
    person = by_key(issuer.register, sent.get("person") or "")
    level = sent.get("level") or "4"
    if person is None:
        issuer.shelf.take("par", handle)
        return _back(issuer, pushed, {"error": "access_denied", "error_description": "Nobody logged in."})
    if level not in ("2", "3", "4") or level < pushed.level:
        return _back(issuer, pushed, {"error": "access_denied", "error_description": "The level of the login is too low."})
    if issuer.shelf.take("par", handle) is None:  # sent twice
        return _back(issuer, pushed, {"error": "access_denied", "error_description": "The request was answered before."})
    made = Login(person.pid, level, secrets.token_hex(16).upper(), issuer.now(), pushed)
    return _back(issuer, pushed, {"code": issuer.shelf.put("code", made.kept(), CODE_LIFETIME)})


def _back(issuer: Issuer, pushed: Pushed, values: dict[str, str]) -> Response:
    """To the client, with the issuer's name against mix-ups (RFC 9207)."""
    state = {} if pushed.state is None else {"state": pushed.state}
    joint = "&" if urlsplit(pushed.redirect_uri).query else "?"
    address = f"{pushed.redirect_uri}{joint}{urlencode({**values, **state, 'iss': issuer.url})}"
    return RedirectResponse(address, 303, {**NOT_KEPT, "referrer-policy": "no-referrer"})
