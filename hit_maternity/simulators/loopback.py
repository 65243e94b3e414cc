"""Simulators are for this machine: where they may run, and the gate before them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send


class SimulatorRefused(Exception):
    """A simulator may not run here; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where simulators run. ``base_url``: the server's public address, without a slash at its end; ``folder``: for keys and state;
    ``host``: the address the server is bound to; ``remote``: whether other machines may call; ``production``: a real record."""

    base_url: str
    folder: Path
    host: str = "127.0.0.1"
    remote: bool = False
    production: bool = False

    def check(self) -> None:
        """Raises ``SimulatorRefused`` in production, on an address that other machines reach, or under a name of the real services."""
        if self.production:
            raise SimulatorRefused("Simulated issuers don't run in production: turn them off.")
        if not (self.remote or is_loopback(self.host)):
            raise SimulatorRefused("Simulated issuers run on a loopback address only, unless other machines are allowed to call them.")
        name = urlsplit(self.base_url).hostname or ""
        if any(name == real or name.endswith(f".{real}") for real in ("nhn.no", "helsenorge.no")):
            raise SimulatorRefused("A simulated issuer never bears a name of the real ones: give another public address.")


def is_loopback(host: str) -> bool:
    """Whether ``host`` reaches this machine alone."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]").partition("%")[0]).is_loopback
    except ValueError:
        return False


class LoopbackGate:
    """Answers 403 to whoever calls ``app`` on another address than a loopback one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        server = scope.get("server")
        if scope["type"] != "http" or not server or server[1] is None or is_loopback(server[0]):
            await self._app(scope, receive, send)
            return
        body = json.dumps({"error": "access_denied", "error_description": "The simulated issuers serve this machine alone."}).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 403, "headers": headers})
        await send({"type": "http.response.body", "body": body})
