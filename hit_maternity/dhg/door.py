"""The national JSON door: an ASGI application over the spaces' desks. Where the work runs is decided as at the FHIR door.

It has a table of ten routes and no web framework: what is polled (``/status``) costs little more than the token, the proof and the two
reads of the database.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import unquote

from hit_maternity.clock import monotonic
from hit_maternity.dhg.bodies import MOST_BYTES
from hit_maternity.dhg.desk import Answer, Call, Desk
from hit_maternity.dhg.errors import DhgError, told
from hit_maternity.dhg.handling import JSON, answer_of, check_body, handle
from hit_maternity.dhg.headers import Spoken, spoken
from hit_maternity.dhg.routes import BASE, Route, found
from hit_maternity.dhg.settings import Generation
from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.ports import Hurried
from hit_maternity.fhir.rest.gathering import PATIENCE, Reads
from hit_maternity.fhir.rest.http import address_of, headers_of

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_log = logging.getLogger("hit_maternity.dhg")
_SECURE = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))


@dataclass(frozen=True, slots=True)
class OpenDesk:
    """A space that is open for calls: its desk, the path of its FHIR base, and the lock under which this process writes to it."""

    desk: Desk
    fhir_path: str
    writes: asyncio.Lock
    reads: Reads[Answer] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "reads", Reads(self.desk.server.store))


@dataclass(frozen=True, slots=True)
class Traffic:
    """What is told of a finished call: no path, no id, no body."""

    interaction: str
    method: str
    status: int
    seconds: float
    request_id: str
    event_id: str
    generation: str


class DhgDoor:
    """``open_space``: the desk of a space (None: the default one), None where there is no such space; ``generation``: of the headers that a
    space takes; ``observe`` is told of every call;
    ``public_base_url`` is the address clients see, by default the one they used."""

    def __init__(
        self,
        open_space: Callable[[str | None], OpenDesk | None],
        *,
        observe: Callable[[Traffic], None],
        generation: Callable[[str | None], Generation] = lambda space: Generation.NHN,
        public_base_url: str | None = None,
        threads: int = 8,
    ) -> None:
        self._open_space = open_space
        self._observe = observe
        self._generation = generation
        self._public = public_base_url.rstrip("/") if public_base_url else None
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="dhg")

    def close(self) -> None:
        """Waits for the work under way and ends the worker threads."""
        self._threads.shutdown()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = monotonic()
        headers = headers_of(scope["headers"])
        method: str = scope["method"]
        request_id: str = scope.get("request_id", "")
        root, path = _below(scope["path"])
        space = root.removeprefix("/spaces/").strip("/") or None
        said = spoken(headers, self._generation(space))
        address = self._public or address_of(scope, headers)
        url = address + scope["path"]
        if query := scope["query_string"].decode("latin-1"):
            url = f"{url}?{query}"
        call = Call(method, path, headers, b"", address, url, said)
        answer = await self._answer(call, space, receive)
        await _reply(send, answer, request_id)
        taken = monotonic() - started
        self._observe(Traffic(call.interaction, method, answer.status, taken, request_id, said.event_id, str(said.generation)))

    async def _answer(self, call: Call, space: str | None, receive: Receive) -> Answer:
        try:
            opened = self._open_space(space)
            if opened is None:
                return _finished(answer_of(DhgError("DHG-0001", text="There is no such space here.", status=404), call), call.spoken)
            call.base += opened.fhir_path
            call.body, call.fault = await _body(receive, call.headers, found(call.method, call.path))
            return await self._work(opened, call)
        except FhirError as refusal:  # no database, or none of this program's
            return _finished(answer_of(told(refusal), call), call.spoken)
        except Exception as fault:
            _log.error("event %s: %s", call.spoken.event_id, type(fault).__qualname__)
            return _finished(answer_of(DhgError("DHG-0001"), call), call.spoken)

    async def _work(self, opened: OpenDesk, call: Call) -> Answer:
        desk = opened.desk
        if call.method == "GET" and desk.server.store.inline:
            return await opened.reads.answer(partial(handle, desk, call)) or await self._in_thread(desk, call)
        if call.method == "GET":
            try:
                with desk.server.store.hurried(PATIENCE):
                    return handle(desk, call)
            except Hurried:
                pass
        if not desk.server.store.inline:
            return await self._in_thread(desk, call)
        async with opened.writes:
            return handle(opened.desk, call)

    async def _in_thread(self, desk: Desk, call: Call) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._threads, handle, desk, call)


def _finished(answer: Answer, said: Spoken) -> Answer:
    answer.headers.setdefault("content-type", JSON)
    answer.headers.setdefault("nhn-event-id", said.event_id)
    return answer


def _below(path: str) -> tuple[str, list[str]]:
    """The root of the space (``/spaces/a``, or empty) and what lies below ``BASE``, decoded; a path of another form has no parts that
    any route fits."""
    root, _, rest = path.partition(f"/{BASE}")
    if rest and not rest.startswith("/"):
        return root, [""]
    return root, [unquote(part) if "%" in part else part for part in rest.split("/")[1:]]


async def _body(receive: Receive, headers: Mapping[str, str], route: Route | list[str]) -> tuple[bytes, DhgError | None]:
    """The body, and what is wrong with it as a whole."""
    declared = headers.get("content-length", "")
    size = int(declared) if declared.isdigit() and len(declared) <= 15 else 0 if not declared.isdigit() else MOST_BYTES + 1
    parts: list[bytes] = []
    more, read = size <= MOST_BYTES, 0
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        read += len(parts[-1])
        more = bool(message.get("more_body")) and read <= MOST_BYTES
    return b"".join(parts), check_body(dict(headers), max(size, read), route)


async def _reply(send: Send, answer: Answer, request_id: str) -> None:
    body = answer.told()
    if not body:
        answer.headers.pop("content-type", None)
    headers = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in answer.headers.items()]
    there = {name for name, _ in headers}
    headers += [header for header in _SECURE if header[0] not in there]
    headers.append((b"content-length", str(len(body)).encode()))
    if request_id:
        headers.append((b"x-request-id", request_id.encode("latin-1", "replace")))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
