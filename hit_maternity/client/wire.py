"""How the package talks HTTP: what is to be done is a generator that yields steps, and two drivers take them, one sync, one async.

So every rule (nonces, retries, cached tokens) stands once. What the network does to a request comes back as a value, never as an
exception of the HTTP library, which would hold the request with its token and the patient's national id.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import TypeVar

import httpx


@dataclass(frozen=True, slots=True)
class Send:
    """A request to send; an ``Answer`` or a ``Failure`` comes back."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Wait:
    """Some seconds to wait; None comes back."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Hold:
    """A lock to take, which the generator releases; None comes back."""

    lock: threading.Lock


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered."""

    status: int
    headers: httpx.Headers = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Failure:
    """No answer. ``sent``: whether anything of the request may have arrived."""

    kind: str
    sent: bool


Step = Send | Wait | Hold
Result = Answer | Failure | None
T = TypeVar("T")
Flow = Generator[Step, Result, T]

#: How often an async task looks whether a lock is free that another task, or a thread, holds while it fetches a token.
_LOOK_AGAIN = 0.01


def run(flow: Flow[T], http: httpx.Client) -> T:
    """Takes the steps of ``flow`` one after another; its result."""
    result: Result = None
    try:
        while True:
            step = flow.send(result)
            if isinstance(step, Send):
                result = _sent(step, http)
            elif isinstance(step, Wait):
                result = None
                time.sleep(step.seconds)
            else:
                result = None
                step.lock.acquire()
    except StopIteration as end:
        value: T = end.value
        return value
    finally:
        flow.close()


async def run_async(flow: Flow[T], http: httpx.AsyncClient) -> T:
    """The same without blocking the event loop."""
    result: Result = None
    try:
        while True:
            step = flow.send(result)
            if isinstance(step, Send):
                result = await _sent_async(step, http)
            elif isinstance(step, Wait):
                result = None
                await asyncio.sleep(step.seconds)
            else:
                result = None
                while not step.lock.acquire(blocking=False):
                    await asyncio.sleep(_LOOK_AGAIN)
    except StopIteration as end:
        value: T = end.value
        return value
    finally:
        flow.close()


def _sent(step: Send, http: httpx.Client) -> Answer | Failure:
    try:
        response = http.request(step.method, step.url, headers=_encoded(step.headers), content=step.body, follow_redirects=False)
    except (httpx.HTTPError, httpx.InvalidURL) as fault:
        return _failure(fault)
    return Answer(response.status_code, response.headers, response.content)


async def _sent_async(step: Send, http: httpx.AsyncClient) -> Answer | Failure:
    try:
        response = await http.request(step.method, step.url, headers=_encoded(step.headers), content=step.body, follow_redirects=False)
    except (httpx.HTTPError, httpx.InvalidURL) as fault:
        return _failure(fault)
    return Answer(response.status_code, response.headers, response.content)


def _encoded(headers: tuple[tuple[str, str], ...]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("ascii"), value.encode()) for name, value in headers]


def _failure(fault: Exception) -> Failure:
    never = isinstance(fault, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.UnsupportedProtocol | httpx.InvalidURL)
    return Failure(type(fault).__name__, not never)
