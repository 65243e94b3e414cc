"""The head of a call: how large that of a request may be, and what that of every answer carries against misuse.

Sources: RFC 6585, 5 (431); RFC 9110, 15.5.15 (414); RFC 6797 (HSTS); https://www.w3.org/TR/CSP3/; OWASP Secure Headers Project. The
bounds leave room for what HelseID's rules allow: a token of 16 KiB and a proof of 8 KiB beside the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hit_maternity.door.messages import Message, Scope, Send

#: A year, in seconds: how long a browser comes back by https alone.
HSTS = b"max-age=31536000; includeSubDomains"

#: Of every answer, where it does not say otherwise itself. What comes from a record is stored nowhere on its way, and a Binary that
#: holds a page is none here: it may run nothing, load nothing, be framed by nobody.
ALWAYS: tuple[tuple[bytes, bytes], ...] = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The largest head of a request: bytes of the address with its query, bytes of one header's value, headers, bytes of all headers."""

    address: int = 16 * 1024
    header: int = 16 * 1024 + 16  # a token and its scheme
    headers: int = 100
    head: int = 48 * 1024

    def passed(self, scope: Scope) -> int | None:
        """414 or 431 where a request's head is larger, else None."""
        if len(scope.get("raw_path") or scope["path"]) + len(scope.get("query_string", b"")) > self.address:
            return 414
        sent: Iterable[tuple[bytes, bytes]] = scope["headers"]
        count = size = 0
        for name, value in sent:
            count += 1
            size += len(name) + len(value)
            if len(value) > self.header or len(name) > 256:
                return 431
        return 431 if count > self.headers or size > self.head else None


def securing(send: Send, *, https: bool) -> Send:
    """``send``, with the headers of ``ALWAYS`` on every answer that has none of the name; ``https``: and HSTS."""
    added = (*ALWAYS, (b"strict-transport-security", HSTS)) if https else ALWAYS

    async def secured(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = list(message.get("headers", ()))
            there = {name.lower() for name, _ in own}
            message = {**message, "headers": [*own, *(header for header in added if header[0] not in there)]}
        await send(message)

    return secured
