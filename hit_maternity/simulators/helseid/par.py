"""Pushed authorization requests (RFC 9126), which HelseID demands of user clients: ``POST /connect/par``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from hit_maternity.simulators.helseid.authentication import Caller, caller_of
from hit_maternity.simulators.helseid.clients import CODE, Client
from hit_maternity.simulators.helseid.details import Details, details_of
from hit_maternity.simulators.helseid.issuer import Issuer
from hit_maternity.simulators.helseid.session import Pushed
from hit_maternity.simulators.oauth.assertions import chosen
from hit_maternity.simulators.oauth.errors import OAuthError, answer, invalid_request
from hit_maternity.simulators.oauth.forms import Form, form
from hit_maternity.simulators.oauth.jose import JoseError, number, verified
from hit_maternity.simulators.oauth.pkce import CHALLENGE

PREFIX = "urn:ietf:params:oauth:request_uri:"
LIFETIME = 600
#: Values of acr_values that demand the highest level (confirmed: they restrict the list of identity providers).
_HIGHEST = {"Level4", "High", "idporten-loa-high"}
MAX_STATE = 2000


async def par(request: Request, issuer: Issuer) -> Response:
    """201 with ``request_uri`` and ``expires_in``. Raises ``OAuthError``."""
    sent = await form(request)
    caller = caller_of(sent, issuer, issuer.endpoint("par"))
    jkt = issuer.proofs.checked(request, issuer.endpoint("par"))
    if CODE not in caller.client.grants:
        raise OAuthError("unauthorized_client", "The client is not registered for authorization_code.")
    pushed = _pushed(parameters(sent, caller.client, issuer), caller, issuer, jkt)
    handle = issuer.shelf.put("par", pushed.kept(), LIFETIME)
    return answer({"request_uri": PREFIX + handle, "expires_in": LIFETIME}, 201)


def parameters(sent: Form, client: Client, issuer: Issuer) -> Form:
    """The parameters of the request: those of the form or, where there is a signed ``request`` object (RFC 9101), its alone."""
    if sent.get("request_uri") is not None:
        raise invalid_request("A pushed request has no request_uri of its own.")
    signed = sent.get("request")
    if signed is None:
        return sent
    try:
        _, claims = verified(signed, lambda header: chosen(client.keys, header))
    except JoseError as fault:
        raise OAuthError("invalid_request_object", f"The request object is refused: {fault}.") from None
    until = number(claims.get("exp"))
    if claims.get("iss") != client.client_id or claims.get("aud") not in (issuer.url, [issuer.url]):
        raise OAuthError("invalid_request_object", "iss of the request object is the client's id, aud is the issuer.")
    if until is None or until <= issuer.now():
        raise OAuthError("invalid_request_object", "The request object has expired, or has no exp.")
    return Form({name: _texts(value) for name, value in claims.items() if _texts(value)})


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list) and all(isinstance(it, str) for it in value):
        return tuple(value)
    return (json.dumps(value),) if isinstance(value, list | Mapping) else ()


def _pushed(sent: Form, caller: Caller, issuer: Issuer, jkt: str | None) -> Pushed:
    client, redirect_uri = caller.client, sent.required("redirect_uri")
    if sent.get("client_id") not in (None, client.client_id):
        raise invalid_request("client_id is another than the client's that authenticated.")
    if not client.may_return_to(redirect_uri):
        raise invalid_request("redirect_uri is none of those that the client registered.")
    if sent.get("response_type") != "code" or sent.get("response_mode") not in (None, "query"):
        raise OAuthError("unsupported_response_type", "response_type is code; response_mode, where it is sent, query.")
    challenge = sent.get("code_challenge") or ""
    if sent.get("code_challenge_method") != "S256" or not CHALLENGE.fullmatch(challenge):
        raise invalid_request("PKCE is demanded: code_challenge_method S256 and a code_challenge of 43 characters.")
    if any(len(sent.get(name) or "") > MAX_STATE for name in ("state", "nonce")):
        raise invalid_request(f"state and nonce have at most {MAX_STATE} characters.")
    if jkt is not None and sent.get("dpop_jkt") not in (None, jkt):
        raise invalid_request("dpop_jkt is another key than that of the proof.")
    given, rejected = issuer.granted(sent.get("scope"), client, user=True)
    issuer.audiences(given, sent.all("resource"))
    return Pushed(
        client.client_id,
        redirect_uri,
        tuple(given),
        tuple(rejected),
        challenge,
        sent.all("resource"),
        sent.get("state"),
        sent.get("nonce"),
        sent.get("prompt"),
        "4" if _HIGHEST & set((sent.get("acr_values") or "").split()) else "3",
        sent.get("ui_locales"),
        jkt or sent.get("dpop_jkt"),
        _details(sent, caller),
    )


def _details(sent: Form, caller: Caller) -> Details:
    stated = sent.get("authorization_details")
    if stated is not None and caller.stated:
        raise invalid_request("Details stand in the client_assertion and in the request: send them in one of the two.")
    return caller.details if stated is None else details_of(stated, caller.client)
