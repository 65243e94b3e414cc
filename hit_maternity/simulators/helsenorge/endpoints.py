"""The endpoints of the local Helsenorge login: PAR, the login, tokens, introspection, discovery."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from hit_maternity.simulators.helsenorge.citizens import Citizen
from hit_maternity.simulators.helsenorge.issuer import IDENTITY_SCOPES, LIFETIME, REFRESH_LIFETIME, Acting, Client, HelsenorgeIssuer
from hit_maternity.simulators.oauth import pages
from hit_maternity.simulators.oauth.assertions import Assertions
from hit_maternity.simulators.oauth.errors import NOT_KEPT, OAuthError, answer, invalid_client, invalid_grant, invalid_request
from hit_maternity.simulators.oauth.forms import Form, form, parsed
from hit_maternity.simulators.oauth.jose import ALGORITHMS, JoseError, number, verified
from hit_maternity.simulators.oauth.pkce import CHALLENGE, fits
from hit_maternity.simulators.synthetic import is_synthetic_pid

PREFIX = "urn:ietf:params:oauth:request_uri:"
PAR_LIFETIME, CODE_LIFETIME = 600, 120
MAX_STATE, MAX_NONCE = 2000, 1000
_CACHED = {"cache-control": "public, max-age=300", "access-control-allow-origin": "*"}
_OWN = re.compile(r"[0-9 ]{11,14}")


async def configuration(_: Request, issuer: HelsenorgeIssuer) -> Response:
    """200 with the discovery document."""
    return JSONResponse(
        {
            "issuer": issuer.url,
            "jwks_uri": f"{issuer.url}/.well-known/openid-configuration/jwks",
            "authorization_endpoint": issuer.endpoint("authorize"),
            "token_endpoint": issuer.endpoint("token"),
            "pushed_authorization_request_endpoint": issuer.endpoint("par"),
            "introspection_endpoint": issuer.endpoint("introspect/v1"),
            "require_pushed_authorization_requests": True,
            "authorization_response_iss_parameter_supported": True,
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": list(GRANTS),
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none", "private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
            "id_token_signing_alg_values_supported": ["RS256"],
            "subject_types_supported": ["pairwise"],
            "scopes_supported": sorted(IDENTITY_SCOPES),
            "ui_locales_supported": ["nb", "en"],
        },
        headers=_CACHED,
    )


async def jwks(_: Request, issuer: HelsenorgeIssuer) -> Response:
    """200 with the keys that sign."""
    return JSONResponse(issuer.keys.jwks(), headers=_CACHED)


def _client(sent: Form, issuer: HelsenorgeIssuer, endpoint: str) -> Client:
    """The client that sent the form: by its assertion or, where it is a public one, by its id alone. Raises ``OAuthError``."""
    assertions = Assertions(issuer.shelf, issuer.clock, (issuer.url, issuer.endpoint(endpoint), issuer.endpoint("token")))
    signed = sent.get("client_assertion") is not None
    client = issuer.client(assertions.client_id(sent) if signed else sent.required("client_id"))
    if client is None or client.signs != signed:
        raise invalid_client("The client is not registered here, or has to authenticate in another way.")
    if signed:
        public = {name: value for name, value in issuer.private_key(client.client_id).items() if name != "d"}
        assertions.checked(sent, [public])
    return client


async def par(request: Request, issuer: HelsenorgeIssuer) -> Response:
    """201 with ``request_uri``. Raises ``OAuthError``."""
    sent = await form(request)
    client = _client(sent, issuer, "par")
    if "authorization_code" not in client.grants:
        raise OAuthError("unauthorized_client", "The client is not registered for authorization_code.")
    redirect_uri = sent.required("redirect_uri")
    if not client.may_return_to(redirect_uri):
        raise invalid_request("redirect_uri is none of those that the client registered.")
    if sent.get("response_type") != "code" or sent.get("response_mode") not in (None, "query"):
        raise OAuthError("unsupported_response_type", "response_type is code; response_mode, where it is sent, query.")
    challenge = sent.get("code_challenge") or ""
    if sent.get("code_challenge_method") != "S256" or not CHALLENGE.fullmatch(challenge):
        raise invalid_request("PKCE is demanded: code_challenge_method S256 and a code_challenge of 43 characters.")
    if len(sent.get("state") or "") > MAX_STATE or len(sent.get("nonce") or "") > MAX_NONCE:
        raise invalid_request(f"state has at most {MAX_STATE} characters, nonce {MAX_NONCE}.")
    kept = {name: sent.get(name) for name in ("state", "nonce", "ui_locales", "prompt")}
    asked = {"client_id": client.client_id, "redirect_uri": redirect_uri, "challenge": challenge}
    handle = issuer.shelf.put("par", {**kept, **asked, "scopes": issuer.granted(sent.get("scope"), client)}, PAR_LIFETIME)
    return answer({"request_uri": PREFIX + handle, "expires_in": PAR_LIFETIME}, 201)


async def authorize(request: Request, issuer: HelsenorgeIssuer) -> Response:
    """The login page, or the way back to the client. A request that is not known gets a page with status 400."""
    language = pages.language(request)
    try:
        sent = parsed(request.url.query) if request.method in ("GET", "HEAD") else await form(request)
        handle = (sent.get("request_uri") or "").removeprefix(PREFIX)
        kept = issuer.shelf.get("par", handle)
        client = issuer.client(kept["client_id"]) if kept else None
        if kept is None or client is None:
            raise OAuthError("invalid_request", pages.text("unknown_request", language))
        if sent.get("client_id") != client.client_id:
            raise OAuthError("invalid_request", pages.text("other_client", language))
        language = pages.language(request, kept["ui_locales"])
        acting = _chosen(sent, issuer, language) if request.method == "POST" else None
    except OAuthError as fault:
        return pages.refusal(fault.description, language)
    if request.method == "POST":
        taken = issuer.shelf.take("par", handle)
        if acting is None or taken is None:
            return _back(issuer, kept, {"error": "access_denied"})
        login = {**kept, "acting": [acting.pid, acting.represented, acting.at]}
        return _back(issuer, kept, {"code": issuer.shelf.put("code", login, CODE_LIFETIME)})
    if kept["prompt"] == "none":
        return _back(issuer, kept, {"error": "login_required"})
    return _page(issuer, client, {"request_uri": PREFIX + handle, "client_id": client.client_id}, kept["redirect_uri"], language)


def _chosen(sent: Form, issuer: HelsenorgeIssuer, language: str) -> Acting | None:
    """Who logged in: an entry of the list (``person``: number of the citizen and of whom she acts for) or a number of one's own."""
    own, chosen = sent.get("own"), sent.get("person")
    if own is not None:
        pid = own.replace(" ", "")
        if not _OWN.fullmatch(own) or not is_synthetic_pid(pid):
            raise OAuthError("invalid_request", pages.text("not_synthetic", language))
        return Acting(pid, pid, issuer.now())
    entry = next((entry for key, entry, _ in _entries(issuer) if key == chosen), None)
    return None if entry is None else Acting(*entry, issuer.now())


def _entries(issuer: HelsenorgeIssuer) -> list[tuple[str, tuple[str, str], Citizen]]:
    """Every way to log in: a key without a number in it, the national ids of who acts and who is represented, and who acts."""
    return [
        (f"{place}-{which}", (citizen.pid, represented), citizen)
        for place, citizen in enumerate(issuer.citizens.citizens)
        for which, represented in enumerate((citizen.pid, *citizen.represents))
    ]


def _page(issuer: HelsenorgeIssuer, client: Client, values: dict[str, str], target: str, language: str) -> Response:
    choices = []
    for key, (pid, represented), citizen in _entries(issuer):
        about = f"{pages.text('born', language)} {citizen.born.isoformat()}" if citizen.born else ""
        if represented != pid:
            about = f"{pages.text('represents', language)} {issuer.name_of(represented) or '…'}"
        choices.append(pages.Choice(key, citizen.name, about))
    words = {name: html.escape(pages.text(f"{name}_helsenorge", language)) for name in ("title", "heading", "choose", "footer")}
    filled = {
        **words,
        "issuer_name": html.escape(pages.text("helsenorge_name", language)),
        "client": html.escape(client.name),
        "action": "authorize",
        "hidden": pages.hidden(values),
        "people": pages.buttons("person", choices),
        "options": "",
        "own": pages.own_number(values, language),
        "other": pages.other_language(language, values),
    }
    return pages.page("login.html", language, filled, form_action=f"'self' {pages.origin(target)}")


def _back(issuer: HelsenorgeIssuer, kept: dict[str, Any], values: dict[str, str]) -> Response:
    state = {} if kept["state"] is None else {"state": kept["state"]}
    joint = "&" if urlsplit(kept["redirect_uri"]).query else "?"
    address = f"{kept['redirect_uri']}{joint}{urlencode({**values, **state, 'iss': issuer.url})}"
    return RedirectResponse(address, 303, {**NOT_KEPT, "referrer-policy": "no-referrer"})


async def token(request: Request, issuer: HelsenorgeIssuer) -> Response:
    """200 with the tokens. Raises ``OAuthError``."""
    sent = await form(request)
    grant = sent.required("grant_type")
    if grant not in GRANTS:
        raise OAuthError("unsupported_grant_type", f"grant_type is one of {', '.join(GRANTS)}.")
    client = _client(sent, issuer, "token")
    if grant not in client.grants:
        raise OAuthError("unauthorized_client", "The client is not registered for this grant_type.")
    return answer(GRANTS[grant](sent, client, issuer))


def _code(sent: Form, client: Client, issuer: HelsenorgeIssuer) -> dict[str, Any]:
    kept = issuer.shelf.take("code", sent.required("code"))
    if kept is None or kept["client_id"] != client.client_id:
        raise invalid_grant("The code is unknown, has expired, was used before or was given to another client.")
    if sent.get("redirect_uri") != kept["redirect_uri"] or not fits(sent.get("code_verifier"), kept["challenge"]):
        raise invalid_grant("redirect_uri or code_verifier does not go with the authorization request.")
    return _tokens(client, issuer, kept)


def _refresh(sent: Form, client: Client, issuer: HelsenorgeIssuer) -> dict[str, Any]:
    """One use each: the answer has the next one."""
    kept = issuer.shelf.get("refresh", sent.required("refresh_token"))
    if kept is None or kept["client_id"] != client.client_id or issuer.shelf.take("refresh", sent.required("refresh_token")) is None:
        raise invalid_grant("The refresh token is unknown, has expired or was used before.")
    return _tokens(client, issuer, kept)


def _tokens(client: Client, issuer: HelsenorgeIssuer, kept: dict[str, Any]) -> dict[str, Any]:
    acting, scopes = Acting(*kept["acting"]), kept["scopes"]
    body = _answered(issuer.access_token(client, scopes, acting), scopes)
    if "openid" in scopes:
        body["id_token"] = issuer.identity_token(client, acting, kept["nonce"])
    if "offline_access" in scopes:
        body["refresh_token"] = issuer.shelf.put("refresh", kept, REFRESH_LIFETIME)
    return body


def _system(sent: Form, client: Client, issuer: HelsenorgeIssuer) -> dict[str, Any]:
    scopes = issuer.granted(sent.get("scope"), client)
    return _answered(issuer.access_token(client, scopes, None), scopes)


def _answered(made: str, scopes: list[str]) -> dict[str, Any]:
    return {"access_token": made, "token_type": "Bearer", "expires_in": LIFETIME, "scope": " ".join(scopes)}


GRANTS = {"authorization_code": _code, "refresh_token": _refresh, "client_credentials": _system}


async def introspect(request: Request, issuer: HelsenorgeIssuer) -> Response:
    """200 with ``active`` and, where it is, the token's claims (RFC 7662). Raises ``OAuthError``."""
    sent = await form(request)
    _client(sent, issuer, "introspect/v1")
    try:
        header, claims = verified(sent.required("token"), lambda it: issuer.keys.current.public_jwk())
    except JoseError:
        return answer({"active": False})
    until = number(claims.get("exp"))
    valid = header.get("typ") == "at+jwt" and claims.get("iss") == issuer.url and until is not None and issuer.now() < until
    return answer({"active": True, **claims, "scope": " ".join(claims["scope"])} if valid else {"active": False})
