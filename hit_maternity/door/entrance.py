"""The entrance: one thin ASGI application before all doors, which sends a call on by its path.

``/fhir`` and ``/spaces/{space}/fhir`` go to the FHIR door, without a web framework in between; health and metrics are answered
here; everything else goes to the service application (pages and the service API), which is built when it is first asked for.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from hit_maternity.clock import monotonic
from hit_maternity.door.health import Health
from hit_maternity.door.loopback import is_loopback
from hit_maternity.door.messages import Answer, Application, Message, Receive, Scope, Send, reply, request_id
from hit_maternity.door.traffic import Call, Metrics

_log = logging.getLogger(__name__)

_FAULT = (
    b'{"resourceType":"OperationOutcome","issue":[{"severity":"fatal","code":"exception",'
    b'"diagnostics":"The server failed. Give the operator the X-Request-Id of this answer."}]}'
)
_FOREIGN = (
    b'{"resourceType":"OperationOutcome","issue":[{"severity":"fatal","code":"forbidden",'
    b'"diagnostics":"HIT_ACCESS=open serves this machine alone: call it on 127.0.0.1 or localhost."}]}'
)
FHIR_JSON = "application/fhir+json;charset=utf-8"


def is_fhir(path: str) -> bool:
    """Whether ``path`` belongs to the FHIR door: ``/fhir``, ``/spaces/{space}/fhir`` and what is below them."""
    if path.startswith("/fhir"):
        return len(path) == 5 or path[5] == "/"
    if path.startswith("/spaces/"):
        _, _, rest = path[8:].partition("/")
        return rest == "fhir" or rest.startswith("fhir/")
    return False


@dataclass(frozen=True, slots=True)
class Doors:
    """What the entrance leads to. ``service`` builds the application for all that is no FHIR; it is called once."""

    fhir: Application
    service: Callable[[], Application]
    health: Health
    metrics: Metrics
    observe: Callable[[Call], None]
    close: Callable[[], None]


class Entrance:
    """The ASGI application. ``open_access``: callers from beyond this machine's loopback addresses are refused."""

    def __init__(self, doors: Doors, *, open_access: bool) -> None:
        self._doors = doors
        self._open_access = open_access
        self._service: Application | None = None
        self._building = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        self._doors.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        identifier = scope["request_id"] = request_id(scope["headers"])
        server = scope.get("server")
        if self._open_access and server and server[1] is not None and not is_loopback(server[0]):
            await reply(send, Answer(403, _FOREIGN, FHIR_JSON), identifier)
            return
        path: str = scope["path"]
        try:
            if is_fhir(path):
                await self._doors.fhir(scope, receive, send)
            else:
                await self._beside_fhir(path, scope, receive, send)
        except Exception:
            _log.exception("A call failed", extra={"request_id": identifier})
            await reply(send, Answer(500, _FAULT, FHIR_JSON), identifier)

    async def _beside_fhir(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        started = monotonic()
        method, status, route = scope["method"], 500, path
        if path in ("/health/live", "/health/ready", "/metrics") and method in ("GET", "HEAD"):
            answer = await self._plain(path)
            status = answer.status
            await reply(send, answer, scope["request_id"], head=method == "HEAD")
        else:
            service = await self._service_application()

            async def noting(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                    message = {**message, "headers": [*message.get("headers", ()), (b"x-request-id", scope["request_id"].encode())]}
                await send(message)

            await service(scope, receive, noting)
            route = getattr(scope.get("route"), "path", "none")
        self._doors.observe(Call("service", route, method, status, monotonic() - started, scope["request_id"]))

    async def _plain(self, path: str) -> Answer:
        if path == "/metrics":
            return Answer(200, *self._doors.metrics.exposition(), {"cache-control": "no-store"})
        return self._doors.health.live() if path == "/health/live" else await self._doors.health.ready()

    async def _service_application(self) -> Application:
        """Built in a thread, since importing a web framework takes longer than a call should wait."""
        if self._service is None:
            async with self._building:
                if self._service is None:
                    self._service = await asyncio.to_thread(self._doors.service)
        return self._service
