"""HelseID as a client meets it: tokens of a system, of somebody who is logged in, and exchanged ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from hit_maternity.client.clock import Clock, system_clock
from hit_maternity.client.keys import Key
from hit_maternity.client.login import Login, Session
from hit_maternity.client.organisation import Organisation
from hit_maternity.client.retries import Retries
from hit_maternity.client.tokens import TokenSource


class HelseId:
    """``issuer``: ``https://helseid-sts.test.nhn.no``, or ``http://127.0.0.1:8080/sts``; ``key``: what the client is registered with;
    ``dpop``: what its tokens are bound to, by default a new key (ES256), False for bearer tokens. Threads may share it."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        key: Key,
        *,
        dpop: Key | bool = True,
        http: httpx.Client | None = None,
        timeout: float = 30.0,
        retries: Retries | None = None,
        clock: Clock = system_clock,
    ) -> None:
        raise NotImplementedError

    def discovery(self) -> Mapping[str, Any]:
        """The issuer's configuration, fetched once a day."""
        raise NotImplementedError

    def system(self, scope: str, *, audience: str | None = None, organisation: Organisation | None = None) -> TokenSource:
        """Tokens of the system alone (client_credentials)."""
        raise NotImplementedError

    def login(
        self,
        scope: str,
        redirect_uri: str,
        *,
        audience: str | Sequence[str] = (),
        organisation: Organisation | None = None,
        attest: Mapping[str, Any] | None = None,
        acr_values: str | None = "Level4",
        prompt: str | None = None,
        ui_locales: str | None = None,
    ) -> Login:
        """Pushes the request (PAR, PKCE): send the browser to ``Login.url``. ``Login`` can be kept as JSON (``kept()``, ``Login.of``)."""
        raise NotImplementedError

    def session(self, login: Login, returned: str | Mapping[str, str]) -> Session:
        """The session of who logged in: ``returned``: the address (or its query) that the browser came back to. Raises ``LoginFailed``."""
        raise NotImplementedError

    def exchange(self, subject_token: str, scope: str, *, audience: str | None = None) -> TokenSource:
        """Tokens for the next API on behalf of the one that called (token exchange)."""
        raise NotImplementedError

    def close(self) -> None:
        """Closes the connections, where they are its own."""
        raise NotImplementedError


class AsyncHelseId:
    """``HelseId`` with ``await`` before ``discovery``, ``login``, ``session``, ``close``."""
