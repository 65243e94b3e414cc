"""The token endpoint: ``POST /connect/token``, one function a grant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from hit_maternity.simulators.helseid.attest import completed
from hit_maternity.simulators.helseid.authentication import Caller, caller_of
from hit_maternity.simulators.helseid.clients import CODE, EXCHANGE, REFRESH, SYSTEM, Client
from hit_maternity.simulators.helseid.details import Details
from hit_maternity.simulators.helseid.issuer import Issuer
from hit_maternity.simulators.helseid.minting import ATTEST, CHILD, PARENT, access_claims, client_claims, mint, user_claims
from hit_maternity.simulators.helseid.register import Practitioner, by_pid
from hit_maternity.simulators.helseid.session import Login
from hit_maternity.simulators.oauth.errors import OAuthError, answer, invalid_grant, invalid_request
from hit_maternity.simulators.oauth.forms import Form, form
from hit_maternity.simulators.oauth.jose import JoseError
from hit_maternity.simulators.oauth.pkce import fits

ACCESS_TOKEN_TYPE = "urn:ietf:params:oauth:token-type:access_token"


@dataclass(frozen=True, slots=True)
class Asking:
    """A request for a token. ``jkt``: the key of its proof."""

    form: Form
    caller: Caller
    jkt: str | None
    issuer: Issuer

    @property
    def client(self) -> Client:
        """Who asks."""
        return self.caller.client


async def token(request: Request, issuer: Issuer) -> Response:
    """200 with the tokens. Raises ``OAuthError``."""
    sent = await form(request)
    grant = sent.required("grant_type")
    if grant not in GRANTS:
        raise OAuthError("unsupported_grant_type", f"grant_type is one of {', '.join(GRANTS)}.")
    caller = caller_of(sent, issuer, issuer.endpoint("token"))
    if grant not in caller.client.grants:
        raise OAuthError("unauthorized_client", "The client is not registered for this grant_type.")
    jkt = issuer.proofs.checked(request, issuer.endpoint("token"))
    if jkt is None and caller.client.dpop:
        raise OAuthError("invalid_dpop_proof", "The client's tokens are bound to a key: send a DPoP proof.")
    body = GRANTS[grant](Asking(sent, caller, jkt, issuer))
    fresh = {} if jkt is None or not issuer.proofs.nonces else {"DPoP-Nonce": issuer.proofs.nonce()}
    return answer(body, headers=fresh)


def _system(asking: Asking) -> dict[str, Any]:
    """client_credentials: a token of the system alone."""
    given, rejected = asking.issuer.granted(asking.form.get("scope"), asking.client, user=False)
    if asking.caller.details.attest is not None:
        raise invalid_request("HID-ATTEST-NO-USER: an attest needs somebody who is logged in.")
    claims = _claims(asking, given, asking.form.all("resource"), asking.caller.details)
    return _answered(asking, claims, claims["scope"], rejected)


def _code(asking: Asking) -> dict[str, Any]:
    """authorization_code: the first token after a login."""
    kept = asking.issuer.shelf.take("code", asking.form.required("code"))
    if kept is None:
        raise invalid_grant("The code is unknown, has expired or was used before.")
    login = Login.of(kept)
    pushed = login.request
    if pushed.client_id != asking.client.client_id:
        raise invalid_grant("The code was given to another client.")
    if asking.form.get("redirect_uri") != pushed.redirect_uri:
        raise invalid_grant("redirect_uri is another than that of the authorization request.")
    if not fits(asking.form.get("code_verifier"), pushed.challenge):
        raise invalid_grant("code_verifier does not go with the code_challenge.")
    if pushed.jkt is not None and asking.jkt != pushed.jkt:
        raise invalid_grant("The code is bound to another DPoP key.")
    return _for_user(asking, login)


def _refresh(asking: Asking) -> dict[str, Any]:
    """refresh_token: a new token for the same login, for another API or organisation perhaps."""
    sent = asking.form.required("refresh_token")
    shelf = asking.issuer.shelf
    once = asking.client.refresh_once
    kept = shelf.get("refresh", sent)
    if kept is None or kept["login"]["request"]["client_id"] != asking.client.client_id:
        raise invalid_grant("The refresh token is unknown, has expired or was revoked.")
    if once and shelf.take("refresh", sent) is None:
        raise invalid_grant("The refresh token was used before.")
    login = Login.of(kept["login"])
    wanted = asking.form.get("scope")
    if wanted is not None:
        if set(wanted.split()) - set(login.request.scopes):
            raise OAuthError("invalid_scope", "A refresh can't widen the scope.")
        login = replace(login, request=replace(login.request, scopes=tuple(wanted.split())))
    return _for_user(asking, login, None if once else sent, kept["until"])


def _exchange(asking: Asking) -> dict[str, Any]:
    """Token exchange (RFC 8693): an API that was called goes on to the next one. That ``act`` has these members is inferred from the
    test-token service."""
    if asking.form.get("subject_token_type") != ACCESS_TOKEN_TYPE:
        raise invalid_request(f"subject_token_type is {ACCESS_TOKEN_TYPE}.")
    if asking.form.get("requested_token_type") not in (None, ACCESS_TOKEN_TYPE):
        raise invalid_request(f"requested_token_type is {ACCESS_TOKEN_TYPE}.")
    try:
        subject = asking.issuer.own_token(asking.form.required("subject_token"))
    except JoseError as fault:
        raise invalid_grant(f"The subject_token is refused: {fault}.") from None
    if subject["aud"] not in asking.client.audiences:
        raise invalid_grant("The subject_token is for another API than the client.")
    given, rejected = asking.issuer.granted(asking.form.get("scope"), asking.client, user=False)
    claims = _claims(asking, given, asking.form.all("resource"), asking.caller.details)
    actor = {"iss": asking.issuer.url, "client_id": asking.client.client_id, PARENT: asking.client.parent}
    if "act" in subject:
        actor["act"] = subject["act"]
    kept = {name: value for name, value in subject.items() if name not in {*_OWN, *claims} or name in (PARENT, CHILD)}
    body = _answered(asking, {**claims, **kept, "act": actor}, given, rejected)
    return {**body, "issued_token_type": ACCESS_TOKEN_TYPE}


#: What an exchanged token has of its own.
_OWN = frozenset({"iss", "aud", "nbf", "iat", "exp", "jti", "scope", "client_id", "cnf", "act"})

GRANTS: Mapping[str, Callable[[Asking], dict[str, Any]]] = {CODE: _code, REFRESH: _refresh, SYSTEM: _system, EXCHANGE: _exchange}


def _claims(asking: Asking, scopes: list[str], resources: tuple[str, ...], details: Details) -> dict[str, Any]:
    issuer, client = asking.issuer, asking.client
    audiences = issuer.audiences(scopes, resources)
    granted = issuer.within(scopes, audiences)
    bound = {} if asking.jkt is None else {"cnf": {"jkt": asking.jkt}}
    own = client_claims(
        client.client_id,
        name=client.name,
        tenancy=client.tenancy,
        parent=details.parent,
        child=details.child,
        supplier=client.supplier if client.tenancy == "multi-tenant" else None,
        journal=details.journal,
    )
    return {**access_claims(issuer.url, audiences, granted, issuer.clock.now(), lifetime=client.access_lifetime), **own, **bound}


def _for_user(asking: Asking, login: Login, reused: str | None = None, until: int | None = None) -> dict[str, Any]:
    """The answer for somebody who is logged in. ``reused``: a refresh token that stays valid ``until`` then."""
    issuer, pushed = asking.issuer, login.request
    person = by_pid(issuer.register, login.pid)
    if person is None:
        raise invalid_grant("Whoever logged in is no longer in the register.")
    details = _agreed(asking.caller, pushed.details)
    claims = _claims(asking, list(pushed.scopes), asking.form.all("resource") or pushed.resources, details)
    user = _user(asking, login, person)
    claims |= user
    if details.attest is not None:
        attest = completed(details.attest, person, issuer.register)
        if issuer.attest_wanted(claims["scope"]):
            claims[ATTEST] = attest
    body = _answered(asking, claims, claims["scope"], list(pushed.rejected))
    if "openid" in pushed.scopes:
        body["id_token"] = mint(_identity(asking, pushed.nonce, user), key=issuer.keys.current, typ="JWT")
    if "offline_access" in pushed.scopes:
        last = until or issuer.now() + asking.client.refresh_lifetime
        left = max(last - issuer.now(), 1)
        body["refresh_token"] = reused or issuer.shelf.put("refresh", {"login": login.kept(), "until": last}, left)
        body["rt_expires_in"] = left
    return body


def _agreed(caller: Caller, pushed: Details) -> Details:
    """What the assertion states, else what was agreed at the login. The attest of the assertion counts for this token alone."""
    if not caller.stated:
        return pushed
    stated = caller.details
    if stated.attest is not None and pushed.attest is not None:
        raise OAuthError("access_denied", "HID-DOUBLE-STRUCTURE: the attest was sent at the login and in the client_assertion.")
    organised = stated if stated.parent or stated.child else pushed
    return Details(organised.parent, organised.child, stated.journal or pushed.journal, stated.attest or pushed.attest)


def _user(asking: Asking, login: Login, person: Practitioner) -> dict[str, Any]:
    at = datetime.fromtimestamp(login.at, UTC)
    return user_claims(person, asking.client.client_id, asking.issuer.keys.salt, logged_in=at, level=login.level, session=login.session)


def _identity(asking: Asking, nonce: str | None, user: Mapping[str, Any]) -> dict[str, Any]:
    """The claims of the ID token: who logged in, for the client itself."""
    at = asking.issuer.now()
    told = {} if nonce is None else {"nonce": nonce}
    return {"iss": asking.issuer.url, "aud": asking.client.client_id, "iat": at, "nbf": at, "exp": at + 300, **told, **user}


def _answered(asking: Asking, claims: Mapping[str, Any], scopes: list[str], rejected: list[str]) -> dict[str, Any]:
    body = {
        "access_token": mint(claims, key=asking.issuer.keys.current),
        "token_type": "Bearer" if asking.jkt is None else "DPoP",
        "expires_in": asking.client.access_lifetime,
        "scope": " ".join(scopes),
    }
    return {**body, "rejected_scope": " ".join(rejected)} if rejected else body
