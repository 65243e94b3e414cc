"""A small HTTP/1.1 client for load: keep-alive connections, one call under way on each, nothing but bytes in between."""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit


@dataclass(slots=True)
class Answer:
    status: int
    head: bytes
    body: bytes


class Connection(asyncio.Protocol):
    """Reads answers that carry a Content-Length, as every answer of the servers measured here does."""

    def __init__(self) -> None:
        self.buffer = bytearray()
        self.waiting: asyncio.Future[Answer] | None = None
        self.transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self.waiting and not self.waiting.done():
            self.waiting.set_exception(ConnectionError("the server closed the connection"))

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self.buffer[:end])
        at = head.lower().find(b"\r\ncontent-length:")
        length = int(head[at + 17 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self.buffer) < end + 4 + length or self.waiting is None:
            return
        body = bytes(self.buffer[end + 4 : end + 4 + length])
        del self.buffer[: end + 4 + length]
        waiting, self.waiting = self.waiting, None
        waiting.set_result(Answer(int(head[9:12]), head, body))

    def send(self, raw: bytes) -> asyncio.Future[Answer]:
        self.waiting = asyncio.get_running_loop().create_future()
        self.transport.write(raw)
        return self.waiting


@dataclass(slots=True)
class Run:
    """What one run of a scenario gave: calls a second, latencies in milliseconds, the answers, and the first faults."""

    seconds: float
    latencies: list[float]
    answers: list[Answer]
    faults: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    @property
    def median(self) -> float:
        return statistics.median(self.latencies)

    @property
    def p99(self) -> float:
        return sorted(self.latencies)[min(len(self.latencies) - 1, int(len(self.latencies) * 0.99))]


class Target:
    """A server on this machine, at ``base`` such as ``http://127.0.0.1:8080/fhir``."""

    def __init__(self, base: str) -> None:
        url = urlsplit(base)
        if url.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise SystemExit("only servers on the loopback address are measured")
        self.host, self.port, self.path = url.hostname, url.port or 80, url.path.rstrip("/")

    def call(self, method: str, path: str, body: Any = None) -> bytes:
        """The bytes of a request."""
        head = f"{method} {self.path}{path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nAccept: application/fhir+json\r\n"
        if body is None:
            return (head + "\r\n").encode()
        data = body if isinstance(body, bytes) else json.dumps(body, separators=(",", ":")).encode()
        return (head + f"Content-Type: application/fhir+json\r\nContent-Length: {len(data)}\r\n\r\n").encode() + data

    async def run(self, calls: list[bytes], connections: int, most_seconds: float = 60.0) -> Run:
        """Sends ``calls`` over ``connections`` connections; ends after ``most_seconds`` at the latest."""
        todo = iter(calls)
        run = Run(0.0, [], [])
        loop = asyncio.get_running_loop()
        opened = [(await loop.create_connection(Connection, self.host, self.port))[1] for _ in range(connections)]
        begun = time.perf_counter()

        async def work(connection: Connection) -> None:
            for raw in todo:
                start = time.perf_counter()
                if start - begun > most_seconds:
                    return
                answer = await asyncio.wait_for(connection.send(raw), 60)
                run.latencies.append((time.perf_counter() - start) * 1000)
                run.answers.append(answer)
                if answer.status not in (200, 201):
                    run.faults.append(f"{answer.status} {answer.body[:300]!r}")

        await asyncio.gather(*map(work, opened))
        run.seconds = time.perf_counter() - begun
        for connection in opened:
            connection.transport.close()
        if run.faults:
            raise SystemExit(f"{len(run.faults)} calls failed, the first: {run.faults[0]}")
        return run
