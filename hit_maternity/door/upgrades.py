"""HTTP/1.1 without upgrades: a client that offers HTTP/2 over plain HTTP is answered in HTTP/1.1, with the body that it sent.

Java's HttpClient offers it (``Upgrade: h2c``) unless it is told not to. A server may ignore the offer (RFC 9110, 7.8); httptools takes
what follows the head for the other protocol, and the body would be lost.
"""

from __future__ import annotations

import re

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_HEAD = re.compile(rb"[A-Z]{3,16} [^\r\n]+ HTTP/1\.[01]\r\n")
_UPGRADE = re.compile(rb"\r\nupgrade:[^\r\n]*(?=\r\n)", re.IGNORECASE)
_END = b"\r\n\r\n"


class WithoutUpgrade(HttpToolsProtocol):
    """uvicorn's protocol on httptools; of the head of a request the header ``Upgrade`` is left out."""

    def data_received(self, data: bytes) -> None:
        if b"pgrade" in data and _HEAD.match(data):
            head, end, rest = data.partition(_END)
            data = _UPGRADE.sub(b"", head + b"\r\n")[:-2] + end + rest if end else data
        super().data_received(data)
