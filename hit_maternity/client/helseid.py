"""HelseID as a client meets it: tokens of a system, of somebody who is logged in, and exchanged ones.

The sources that come back serve sync and async clients alike. Calls may raise ``TokenRefused``, ``TooManyCalls``, ``Unreachable``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import httpx

from hit_maternity.client.clock import Clock, system_clock
from hit_maternity.client.grants import Grants
from hit_maternity.client.keys import Key
from hit_maternity.client.login import Login, Session
from hit_maternity.client.oauth import Endpoints
from hit_maternity.client.organisation import Organisation
from hit_maternity.client.pool import Pool, open_async, open_sync
from hit_maternity.client.retries import Retries
from hit_maternity.client.tokens import TokenSource
from hit_maternity.client.wire import run, run_async


class _Sources:
    """What needs no call."""

    _grants: Grants

    def system(self, scope: str, *, audience: str | None = None, organisation: Organisation | None = None) -> TokenSource:
        """Tokens of the system alone (client_credentials)."""
        return self._grants.system(scope, audience, organisation)

    def exchange(self, subject_token: str, scope: str, *, audience: str | None = None) -> TokenSource:
        """Tokens for the next API on behalf of who called this one (token exchange)."""
        return self._grants.exchange(subject_token, scope, audience)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._grants.endpoints.issuer!r}, {self._grants.endpoints.client_id!r})"


class HelseId(_Sources):
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
        self._grants = Grants(Endpoints(issuer, client_id, key, bound_to(dpop), retries or Retries(), clock))
        self._pool: Pool[httpx.Client] = Pool(http or open_sync(timeout), own=http is None)

    def discovery(self) -> Mapping[str, Any]:
        """The issuer's configuration, fetched once a day."""
        return run(self._grants.endpoints.configuration(), self._pool.client)

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
        """Pushes the request (PAR, PKCE): send the browser to ``Login.url``. ``Login`` can be kept as text (``kept()``, ``Login.of``).

        ``scope`` has ``openid`` and, for tokens of several kinds, ``offline_access``. Organisation and attest can be chosen later, with
        ``Session.source``; that is the recommended way, since here they hold until the next login.
        """
        more = {"acr_values": acr_values, "prompt": prompt, "ui_locales": ui_locales}
        return run(self._grants.login(scope, redirect_uri, audience, details_of(organisation, attest), more), self._pool.client)

    def session(self, login: Login, returned: str | Mapping[str, str]) -> Session:
        """The session of who logged in; ``returned``: the address that the browser came back to, its query, or its parameters.

        Raises ``LoginFailed`` too.
        """
        return run(self._grants.session(login, returned), self._pool.client)

    def close(self) -> None:
        """Closes the connections, where they are its own."""
        if self._pool.own:
            self._pool.client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class AsyncHelseId(_Sources):
    """``HelseId`` with awaitable calls."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        key: Key,
        *,
        dpop: Key | bool = True,
        http: httpx.AsyncClient | None = None,
        timeout: float = 30.0,
        retries: Retries | None = None,
        clock: Clock = system_clock,
    ) -> None:
        self._grants = Grants(Endpoints(issuer, client_id, key, bound_to(dpop), retries or Retries(), clock))
        self._pool: Pool[httpx.AsyncClient] = Pool(http or open_async(timeout), own=http is None)

    async def discovery(self) -> Mapping[str, Any]:
        """The issuer's configuration, fetched once a day."""
        return await run_async(self._grants.endpoints.configuration(), self._pool.client)

    async def login(
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
        """See ``HelseId.login``."""
        more = {"acr_values": acr_values, "prompt": prompt, "ui_locales": ui_locales}
        flow = self._grants.login(scope, redirect_uri, audience, details_of(organisation, attest), more)
        return await run_async(flow, self._pool.client)

    async def session(self, login: Login, returned: str | Mapping[str, str]) -> Session:
        """See ``HelseId.session``."""
        return await run_async(self._grants.session(login, returned), self._pool.client)

    async def close(self) -> None:
        """Closes the connections, where they are its own."""
        if self._pool.own:
            await self._pool.client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()


def bound_to(dpop: Key | bool) -> Key | None:
    """The key that tokens are bound to: the one given, a new one, or none."""
    if isinstance(dpop, Key):
        return dpop
    return Key.generate() if dpop else None


def details_of(organisation: Organisation | None, attest: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Both as details, those that there are."""
    return [*([organisation.detail()] if organisation else []), *([dict(attest)] if attest else [])]
