"""What is asked of HelseID, as flows: tokens of a system, a login and its session, token exchange."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from hit_maternity.client.cache import TokenCache
from hit_maternity.client.errors import TokenRefused
from hit_maternity.client.identity import identity
from hit_maternity.client.keys import base64url
from hit_maternity.client.login import Login, Session
from hit_maternity.client.oauth import Endpoints, stated_as
from hit_maternity.client.organisation import Organisation
from hit_maternity.client.tokens import Token
from hit_maternity.client.wire import Flow

_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
_ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"


@dataclass(frozen=True, slots=True)
class GrantTokens:
    """A token source: a grant that can be asked for again at any time (client_credentials, token exchange)."""

    endpoints: Endpoints = field(repr=False)
    cache: TokenCache = field(repr=False)
    parameters: tuple[tuple[str, str], ...] = field(repr=False)
    details: tuple[Mapping[str, Any], ...] = field(repr=False)

    def token(self, refused: Token | None = None) -> Flow[Token]:
        """A token that can be used now. Raises ``TokenRefused``, ``TooManyCalls``, ``Unreachable``."""
        wanted = (self.parameters, json.dumps(self.details, sort_keys=True))
        return (yield from self.cache.get(wanted, self._fetch, refused))

    def _fetch(self) -> Flow[Token]:
        token, _ = yield from self.endpoints.token(self.parameters, self.details, again=True)
        return token


class Grants:
    """What both kinds of ``HelseId`` do."""

    def __init__(self, endpoints: Endpoints) -> None:
        self.endpoints = endpoints
        self.cache = TokenCache(endpoints.clock)

    def system(self, scope: str, audience: str | None, organisation: Organisation | None) -> GrantTokens:
        """client_credentials."""
        asked = [("grant_type", "client_credentials"), ("scope", scope), *_resources(audience or ())]
        return GrantTokens(self.endpoints, self.cache, tuple(asked), () if organisation is None else (organisation.detail(),))

    def exchange(self, subject_token: str, scope: str, audience: str | None) -> GrantTokens:
        """Token exchange (RFC 8693)."""
        asked = [("grant_type", _EXCHANGE), ("subject_token", subject_token), ("subject_token_type", _ACCESS_TOKEN), ("scope", scope)]
        return GrantTokens(self.endpoints, self.cache, (*asked, *_resources(audience or ())), ())

    def login(
        self,
        scope: str,
        redirect_uri: str,
        audience: str | Sequence[str],
        details: Sequence[Mapping[str, Any]],
        more: Mapping[str, str | None],
    ) -> Flow[Login]:
        """Pushes the request; details go in a signed request object, as HelseID has it."""
        own = self.endpoints
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        asked: dict[str, str] = {
            "response_type": "code",
            "scope": scope,
            "redirect_uri": redirect_uri,
            "state": state,
            "nonce": nonce,
            "code_challenge": base64url(hashlib.sha256(verifier.encode("ascii")).digest()),
            "code_challenge_method": "S256",
            **({} if own.dpop is None else {"dpop_jkt": own.dpop.thumbprint}),
            **{name: value for name, value in more.items() if value is not None},
        }
        resources = _resources(audience)
        if details:
            listed = {"resource": [value for _, value in resources]} if resources else {}
            claims = {**asked, **listed, "client_id": own.client_id, "authorization_details": stated_as(details)}
            parameters: list[tuple[str, str]] = [("request", own.signed("oauth-authz-req+jwt", claims))]
        else:
            parameters = [*asked.items(), *resources]
        body = yield from own.post("pushed_authorization_request_endpoint", parameters, again=True, bound=False)
        handle = body.get("request_uri")
        if not isinstance(handle, str):
            raise TokenRefused("invalid_response", "The pushed request got no request_uri.", 200)
        where = yield from own.endpoint("authorization_endpoint")
        url = f"{where}?{urlencode({'client_id': own.client_id, 'request_uri': handle})}"
        return Login(url, state, nonce, verifier, redirect_uri, own.issuer)

    def session(self, login: Login, returned: str | Mapping[str, str]) -> Flow[Session]:
        """Exchanges the code. Raises ``LoginFailed``, ``TokenRefused``."""
        code = login.code(returned)
        asked = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", login.redirect_uri),
            ("code_verifier", login.verifier),
        ]
        token, body = yield from self.endpoints.token(asked, again=False)
        who = yield from identity(self.endpoints, body.get("id_token"), login.nonce)
        refresh = body.get("refresh_token")
        return Session(self.endpoints, self.cache, who, token, refresh if isinstance(refresh, str) else None)


def _resources(audience: str | Sequence[str]) -> list[tuple[str, str]]:
    listed = [audience] if isinstance(audience, str) else audience
    return [("resource", it) for it in listed]
