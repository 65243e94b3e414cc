"""The entrance: one thin ASGI application before all doors, which sends a call on by its path.

``/fhir`` and ``/spaces/{space}/fhir`` go to the FHIR door, without a web framework in between, and so do ``/app/fhir`` and
``/spaces/{space}/app/fhir``, the citizen's; ``/api`` and ``/spaces/{space}/api`` to the national JSON door. Health and metrics are
answered here; what is mounted (``/app``, the simulators) goes to its own application; everything else goes to the service application
(pages and the service API). Those are built when first asked for.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from hit_maternity.clock import monotonic
from hit_maternity.door.headers import Bounds, securing
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
_TOO_LARGE = {
    414: b'{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"too-long",'
    b'"diagnostics":"The address is too long. Search with POST to _search, and its parameters in the body."}]}',
    431: b'{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"too-long",'
    b'"diagnostics":"The headers are too many or too large. Send a token of at most 16 KiB and a proof of at most 8 KiB."}]}',
}
_METRICS_ELSEWHERE = (
    b'{"type":"about:blank","title":"Forbidden","status":403,"detail":"The metrics are given on this machine\'s loopback address alone."}'
)
FHIR_JSON = "application/fhir+json;charset=utf-8"
CITIZEN, FHIR, API = "app", "fhir", "api"
#: The woman's access log is served beside FHIR: it is not among the resources.
LOG = "AuditEvent"


class Place(NamedTuple):
    """Where a path leads: the ``space`` it names (None: the default one), the ``door`` (``fhir``, ``app``, ``sts``, ...), its ``root``,
    and the ``rest`` below that. ``citizen``: it is below the citizen's door."""

    space: str | None
    door: str
    root: str
    rest: str
    citizen: bool = False


def place_of(path: str) -> Place:
    """The place of ``path``, which begins with a slash. ``/spaces/a/app/fhir/Patient/1`` is in space ``a``, its door ``fhir``, the
    citizen's, its root ``/spaces/a/app/fhir``, its rest ``/Patient/1``."""
    space, root, rest = None, "", path
    if path.startswith("/spaces/"):
        name, slash, below = path[8:].partition("/")
        if slash:
            space, root, rest = name, path[: 8 + len(name)], "/" + below
    door, slash, below = rest[1:].partition("/")
    citizen = door == CITIZEN and (below == FHIR or below.startswith("fhir/")) and below.partition("/")[2].partition("/")[0] != LOG
    if citizen:
        root, (door, slash, below) = f"{root}/{CITIZEN}", below.partition("/")
    return Place(space, door, f"{root}/{door}", slash + below, citizen)


@dataclass(frozen=True, slots=True)
class Doors:
    """What the entrance leads to. ``service`` builds the application for all that is no API; ``mounts``: first part of the path (``app``,
    ``sts``) -> what builds the application that answers there, of the default space and of every other, and finds the ``root_path`` in
    its scope. Each is called once. ``api``: the national JSON door."""

    fhir: Application
    service: Callable[[], Application]
    health: Health
    metrics: Metrics
    observe: Callable[[Call], None]
    close: Callable[[], None]
    mounts: Mapping[str, Callable[[], Application]] = field(default_factory=dict)
    api: Application | None = None


class Entrance:
    """The ASGI application. ``open_access``: callers from beyond this machine's loopback addresses are refused. ``https``: clients see an
    https address, also where a proxy before the server ends it."""

    def __init__(self, doors: Doors, *, open_access: bool, https: bool = False, bounds: Bounds | None = None) -> None:
        self._doors = doors
        self._open_access = open_access
        self._https = https
        self._bounds = bounds or Bounds()
        self._built: dict[str, Application] = {}
        self._building = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        gc.freeze()  # what was loaded to start with stays for good: the collector needn't look through it again and again
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        self._doors.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        identifier = scope["request_id"] = request_id(scope["headers"])
        send = securing(send, https=self._https or scope.get("scheme") == "https")
        if self._open_access and not _on_loopback(scope):
            await reply(send, _refusal(scope, 403, _FOREIGN), identifier)
            return
        if (status := self._bounds.passed(scope)) is not None:
            await reply(send, _refusal(scope, status, _TOO_LARGE[status]), identifier)
            self._doors.observe(Call("entrance", "head", scope["method"], status, 0.0, identifier))
            return
        place = place_of(scope["path"])
        try:
            if place.door == FHIR:
                await self._doors.fhir(scope, receive, send)
            elif place.door == API and self._doors.api is not None:
                await self._doors.api(scope, receive, send)
            else:
                await self._beside_fhir(place, scope, receive, send)
        except Exception:
            _log.exception("A call failed", extra={"request_id": identifier})
            await reply(send, Answer(500, _FAULT, FHIR_JSON), identifier)

    async def _beside_fhir(self, place: Place, scope: Scope, receive: Receive, send: Send) -> None:
        started = monotonic()
        method, status, route, door = scope["method"], 500, scope["path"], "service"
        if route in ("/health/live", "/health/ready", "/metrics") and method in ("GET", "HEAD"):
            answer = await self._plain(route, scope)
            status = answer.status
            await reply(send, answer, scope["request_id"], head=method == "HEAD")
        else:
            mounted = place.door in self._doors.mounts
            if mounted:
                door, scope["root_path"], scope["space"] = place.door, place.root, place.space
            application = await self._application(place.door if mounted else "")

            async def noting(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                    message = {**message, "headers": [*message.get("headers", ()), (b"x-request-id", scope["request_id"].encode())]}
                await send(message)

            await application(scope, receive, noting)
            route = getattr(scope.get("route"), "path", "none")
        self._doors.observe(Call(door, route, method, status, monotonic() - started, scope["request_id"]))

    async def _plain(self, path: str, scope: Scope) -> Answer:
        if path == "/metrics":
            if not _on_loopback(scope):
                return Answer(403, _METRICS_ELSEWHERE, "application/problem+json")
            return Answer(200, *self._doors.metrics.exposition(), {"cache-control": "no-store"})
        return self._doors.health.live() if path == "/health/live" else await self._doors.health.ready()

    async def _application(self, name: str) -> Application:
        """The mounted application of this name, "" for the service. Built in a thread, since importing a web framework takes longer than
        a call should wait."""
        if name not in self._built:
            async with self._building:
                if name not in self._built:
                    self._built[name] = await asyncio.to_thread(self._doors.mounts[name] if name else self._doors.service)
        return self._built[name]


def _refusal(scope: Scope, status: int, outcome: bytes) -> Answer:
    """An OperationOutcome as an answer; at the national JSON door its words in the form of that."""
    if place_of(scope["path"]).door != API:
        return Answer(status, outcome, FHIR_JSON)
    code, words = "AUTH-0010" if status == 403 else "AUTH-0003", json.loads(outcome)["issue"][0]["diagnostics"]
    told = {"errorCode": code, "errorMessage": words, "eventId": scope["request_id"]}
    return Answer(status, json.dumps(told).encode(), "application/json; charset=utf-8", {"nhn-error-code": code})


def _on_loopback(scope: Scope) -> bool:
    """Whether the call came in on an address of this machine alone (or a socket file)."""
    server = scope.get("server")
    return not server or server[1] is None or is_loopback(server[0])
