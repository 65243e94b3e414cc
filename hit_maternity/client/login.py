"""The way of a user: a login that was begun, and the session that it leads to."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from secrets import compare_digest
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

from hit_maternity.client.cache import TokenCache
from hit_maternity.client.errors import LoginFailed
from hit_maternity.client.oauth import Endpoints
from hit_maternity.client.organisation import Organisation
from hit_maternity.client.tokens import Token
from hit_maternity.client.wire import Flow, Hold


@dataclass(frozen=True, slots=True)
class Login:
    """A login under way. ``url``: where the browser is sent; ``state``: what it comes back with. The rest is secret, and in no ``repr``."""

    url: str
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    redirect_uri: str
    issuer: str

    def kept(self) -> str:
        """It as text, for the server's side of a browser's session; secret."""
        return json.dumps(asdict(self))

    @classmethod
    def of(cls, kept: str) -> Login:
        """What ``kept`` was made of. Raises ``ValueError``."""
        try:
            return cls(**json.loads(kept))
        except TypeError:
            raise ValueError("That is no login.") from None

    def code(self, returned: str | Mapping[str, str]) -> str:
        """The code that came back: ``returned`` is the address that the browser came back to, its query, or its parameters.

        Raises ``LoginFailed`` where there is none, or where it belongs to another login or issuer.
        """
        if isinstance(returned, str):
            query = urlsplit(returned).query if "?" in returned else returned
            pairs = parse_qsl(query, keep_blank_values=True)
            told = dict(pairs)
            if len(told) != len(pairs):
                raise LoginFailed("mismatch", "A parameter came back twice.")
        else:
            told = dict(returned)
        if not compare_digest(told.get("state", "").encode(), self.state.encode()):
            raise LoginFailed("mismatch", "What came back belongs to another login (state).")
        if told.get("iss", self.issuer) != self.issuer:
            raise LoginFailed("mismatch", "Another issuer answered (iss).")
        if "error" in told:
            raise LoginFailed(told["error"], told.get("error_description", ""))
        if not told.get("code"):
            raise LoginFailed("mismatch", "No code came back.")
        return told["code"]


class Session:
    """Somebody who is logged in. ``identity``: the checked claims of the ID token, which hold her national id."""

    def __init__(self, endpoints: Endpoints, cache: TokenCache, identity: Mapping[str, Any], first: Token, refresh: str | None) -> None:
        self.identity = identity
        self._endpoints, self._cache, self._first, self._refresh = endpoints, cache, first, refresh
        self._lock = threading.Lock()
        self._name = str(uuid4())

    def __repr__(self) -> str:
        return "Session(...)"

    def source(
        self,
        audience: str,
        *,
        scope: str | None = None,
        organisation: Organisation | None = None,
        attest: Mapping[str, Any] | None = None,
    ) -> SessionTokens:
        """Tokens for one API (refresh to a single audience), for an organisation, with an attest for one patient (see ``attest``).

        Without ``offline_access`` there is nothing to refresh with: then it is the token of the login, and ``ValueError`` is raised where
        organisation or attest are asked for, which belong into the login then.
        """
        details = tuple(it for it in (organisation.detail() if organisation else None, dict(attest) if attest else None) if it)
        if self._refresh is None and (details or scope):
            raise ValueError("The login did not ask for offline_access, so its token can't be changed.")
        return SessionTokens(self, audience, scope, details)

    def fetch(self, audience: str, scope: str | None, details: Sequence[Mapping[str, Any]]) -> Flow[Token]:
        """A new token. Raises ``LoginFailed`` where the session can give none any more."""
        if self._refresh is None:
            if self._first.expires_at <= self._endpoints.clock():
                raise LoginFailed("login_required", "The token has expired, and the login did not ask for offline_access.")
            return self._first
        yield Hold(self._lock)  # a refresh token may be good for one use
        try:
            asked = [("grant_type", "refresh_token"), ("refresh_token", self._refresh), ("resource", audience)]
            token, body = yield from self._endpoints.token([*asked, *([("scope", scope)] if scope else [])], details, again=False)
            if isinstance(body.get("refresh_token"), str):
                self._refresh = body["refresh_token"]
            return token
        finally:
            self._lock.release()

    def kept(self, audience: str, scope: str | None, details: Sequence[Mapping[str, Any]], refused: Token | None) -> Flow[Token]:
        """The token, from the cache where there is one."""
        wanted = ("session", self._name, audience, scope, json.dumps(details, sort_keys=True))
        return (yield from self._cache.get(wanted, lambda: self.fetch(audience, scope, details), refused))


@dataclass(frozen=True, slots=True)
class SessionTokens:
    """A token source: somebody who is logged in, at one API."""

    session: Session
    audience: str
    scope: str | None
    details: Sequence[Mapping[str, Any]] = field(repr=False)

    def token(self, refused: Token | None = None) -> Flow[Token]:
        """A token that can be used now. Raises ``TokenRefused`` where the session has ended, ``LoginFailed``, ``Unreachable``."""
        return (yield from self.session.kept(self.audience, self.scope, self.details, refused))
