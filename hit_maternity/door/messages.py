"""The ASGI messages that the doors share: a whole answer at once, and a request's id."""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

#: A request id that is taken over: no blanks or quotes, and nothing that could be a national id (11 digits).
_TAKEN_OVER = re.compile(rb"(?!\d{11}\Z)[A-Za-z0-9][A-Za-z0-9._~+/=:-]{0,99}")

#: Sent with every page and every answer that is no FHIR: it may not be framed, sniffed, or load anything.
SECURE = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; header names are lower case."""

    status: int
    body: bytes
    media_type: str
    headers: dict[str, str] = field(default_factory=dict)


async def reply(send: Send, answer: Answer, request_id: str, *, head: bool = False) -> None:
    """Sends ``answer`` with the secure headers; ``head``: without its body."""
    own = {"content-type": answer.media_type, "content-length": str(len(answer.body)), "x-request-id": request_id}
    headers = {**SECURE, **answer.headers, **own}
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": raw})
    await send({"type": "http.response.body", "body": b"" if head else answer.body})


def request_id(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The client's ``X-Request-Id`` where it is fit to be logged, else a new one (16 hexadecimal digits)."""
    for name, value in headers:
        if name == b"x-request-id" and _TAKEN_OVER.fullmatch(value):
            return value.decode("ascii")
    return secrets.token_hex(8)
