"""The FHIR door: an ASGI application that turns HTTP into ``Request`` and ``Response``, and decides where the work runs.

A database answers most reads faster than a thread can be woken, so they run in the event loop's own thread with a short patience,
after which they start again in a worker thread. Writes to an embedded database run there too, one after another; with a database
server, whose writers wait for each other, they run in worker threads. What waits at the same time, and would be committed one by one, is
committed together (``gathering``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import unquote

from hit_maternity.clock import monotonic
from hit_maternity.fhir.json import encode
from hit_maternity.fhir.outcome import FhirError, operation_outcome, refuse
from hit_maternity.fhir.ports import Hurried
from hit_maternity.fhir.rest.dispatch import PUBLIC, handle
from hit_maternity.fhir.rest.exchange import Request, Response, Server
from hit_maternity.fhir.rest.gathering import MOST_TOGETHER, PATIENCE, Reads, written_together
from hit_maternity.fhir.rest.http import address_of, headers_of
from hit_maternity.fhir.rest.open_guard import OpenGuard

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

#: A write whose body is larger than this many bytes never runs in the event loop's thread.
SMALL_BODY = 128 * 1024

_EXPOSED = "ETag, Location, Content-Location, Last-Modified, X-Request-Id"
_NOSNIFF = (b"x-content-type-options", b"nosniff")
_JSON = b"application/fhir+json;charset=utf-8"


@dataclass(frozen=True, slots=True)
class Opened:
    """A space that is open for calls: its server, and the path of its FHIR base (``/fhir``, ``/spaces/x/fhir``). ``waiting``: to be
    written; ``reads``: by those whose reads leave a row in the access log."""

    server: Server
    base_path: str
    writes: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: list[tuple[Request, asyncio.Future[Response]]] = field(default_factory=list)
    reads: Reads[Response] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "reads", Reads(self.server.store))

    @property
    def gathers_reads(self) -> bool:
        """Whether reads write, and pay for a commit each."""
        return self.server.store.inline and not isinstance(self.server.guard, OpenGuard)


@dataclass(frozen=True, slots=True)
class Traffic:
    """What is told of a finished call: no path, no query, no id of a resource."""

    interaction: str
    method: str
    status: int
    seconds: float
    request_id: str


class FhirDoor:
    """``open_space`` gives the space that a path begins with and the rest of the path, or None; ``observe`` is told of every call;
    ``public_base_url`` (``https://host``) is the address clients see, by default the one they used."""

    def __init__(
        self,
        open_space: Callable[[str], tuple[Opened, str] | None],
        *,
        observe: Callable[[Traffic], None],
        public_base_url: str | None = None,
        max_body: int = 16 * 1024 * 1024,
        cors_origins: Iterable[str] = (),
        threads: int = 8,
    ) -> None:
        self._open_space = open_space
        self._observe = observe
        self._public = public_base_url.rstrip("/") if public_base_url else None
        self._max_body = max_body
        self._origins = frozenset(cors_origins)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="fhir")
        self._tasks: set[asyncio.Task[None]] = set()

    def close(self) -> None:
        """Waits for the work under way and ends the worker threads."""
        self._threads.shutdown()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = monotonic()
        headers = headers_of(scope["headers"])
        method: str = scope["method"]
        request_id: str = scope.get("request_id", "")
        interaction = ""
        if self._origins and method == "OPTIONS" and "access-control-request-method" in headers:
            response = Response(204, headers=_preflight())
        else:
            try:
                response, interaction = await self._answer(scope, receive, method, headers)
            except FhirError as refusal:
                response = Response(refusal.status, encode(operation_outcome(refusal.issues)), dict(refusal.headers))
        if self._origins:
            self._allow_origin(headers, response)
        await _reply(send, response, request_id, head=method == "HEAD")
        self._observe(Traffic(interaction, method, response.status, monotonic() - started, request_id))

    async def _answer(self, scope: Scope, receive: Receive, method: str, headers: dict[str, str]) -> tuple[Response, str]:
        raw: bytes = scope.get("raw_path") or scope["path"].encode()
        found = self._open_space(raw.decode("latin-1"))
        if found is None:
            raise refuse(404, "not-found", "space-unknown", "There is no such space here. Create it first, or use /fhir.")
        opened, rest = found
        body = b"" if method in ("GET", "HEAD") else await self._body(receive, headers)
        base = (self._public or address_of(scope, headers)) + opened.base_path
        path = [unquote(part) if "%" in part else part for part in rest.split("/") if part]
        request = Request(method, path, scope["query_string"].decode("latin-1"), headers, body, base, target=rest)
        return await self._work(opened, request), request.interaction

    async def _work(self, opened: Opened, request: Request) -> Response:
        store = opened.server.store
        if request.method in ("GET", "HEAD") or (request.path and request.path[-1] == "_search"):
            if opened.gathers_reads and request.path != PUBLIC:
                together = await opened.reads.answer(partial(handle, opened.server, request))
                return together or await self._in_thread(opened.server, request)
            try:
                with store.hurried(PATIENCE):
                    return handle(opened.server, request)
            except Hurried:
                return await self._in_thread(opened.server, request)
        if not store.inline:
            return await self._in_thread(opened.server, request)
        if len(request.path) in (1, 2) and request.path[-1][:1] not in "$_" and len(request.body) <= SMALL_BODY:
            return await self._in_turn(opened, request)
        async with opened.writes:
            if len(request.body) > SMALL_BODY:
                return await self._in_thread(opened.server, request)
            return handle(opened.server, request)

    async def _in_turn(self, opened: Opened, request: Request) -> Response:
        """The answer of a write of one resource. Writes that wait at the same time are committed together."""
        answer: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        opened.waiting.append((request, answer))
        if len(opened.waiting) == 1:
            # a task of its own, which a caller that goes away does not take with it
            task = asyncio.create_task(_write_waiting(opened))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await answer

    async def _in_thread(self, server: Server, request: Request) -> Response:
        return await asyncio.get_running_loop().run_in_executor(self._threads, handle, server, request)

    async def _body(self, receive: Receive, headers: Mapping[str, str]) -> bytes:
        declared = headers.get("content-length", "")
        if declared.isdigit() and (len(declared) > 15 or int(declared) > self._max_body):
            raise self._too_large()
        if headers.get("content-encoding", "identity") != "identity":
            raise refuse(415, "not-supported", "content-encoding", "Send the body without Content-Encoding.")
        message = await receive()
        body: bytes = message.get("body", b"")
        if message.get("more_body"):
            parts, size = [body], len(body)
            while message.get("more_body"):
                message = await receive()
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if size > self._max_body:
                    raise self._too_large()
            body = b"".join(parts)
        if len(body) > self._max_body:
            raise self._too_large()
        return body

    def _too_large(self) -> FhirError:
        return refuse(413, "too-long", "body-too-large", f"The body is over the limit of {self._max_body} bytes. Send it in smaller parts.")

    def _allow_origin(self, headers: Mapping[str, str], response: Response) -> None:
        origin = headers.get("origin", "")
        if "*" in self._origins or origin in self._origins:
            response.headers["access-control-allow-origin"] = "*" if "*" in self._origins else origin
            response.headers["access-control-expose-headers"] = _EXPOSED
        response.headers["vary"] = "Origin, Accept, Accept-Language"


async def _write_waiting(opened: Opened) -> None:
    """Does what waits to be written, and what joins it meanwhile; every call gets its answer, or the fault that kept it from one."""
    async with opened.writes:
        while opened.waiting:
            several = opened.waiting[:MOST_TOGETHER]
            del opened.waiting[: len(several)]
            try:
                responses = written_together(opened.server, [request for request, _ in several])
            except Exception as fault:
                for _, answer in several:
                    if not answer.done():
                        answer.set_exception(fault)
                continue
            for (_, answer), response in zip(several, responses, strict=True):
                if not answer.done():
                    answer.set_result(response)


def _preflight() -> dict[str, str]:
    return {
        "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
        "access-control-allow-headers": "Authorization, DPoP, Content-Type, Accept, Prefer, If-Match, If-None-Match, "
        "If-None-Exist, If-Modified-Since, X-Request-Id, nhn-patient-nin, nhn-user-role, nhn-source-system, nhn-event-id, nhn-access-basis",
        "access-control-max-age": "600",
    }


async def _reply(send: Send, response: Response, request_id: str, *, head: bool) -> None:
    headers = [(k.encode("latin-1"), v.encode("latin-1", "replace")) for k, v in response.headers.items()]
    headers.append(_NOSNIFF)  # a Binary may hold anything
    if response.body and "content-type" not in response.headers:
        headers.append((b"content-type", _JSON))
    if response.status not in (204, 304):
        headers.append((b"content-length", str(len(response.body)).encode()))
    if request_id:
        headers.append((b"x-request-id", request_id.encode("latin-1", "replace")))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else response.body})
