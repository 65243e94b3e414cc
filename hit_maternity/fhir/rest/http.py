"""What an ASGI scope says of a request: its headers, and the address that the client wrote."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

_HOST = re.compile(r"[A-Za-z0-9.\-]{1,253}(:\d{1,5})?|\[[0-9A-Fa-f:]{2,45}\](:\d{1,5})?")


def headers_of(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Names in lower case; a header sent twice is joined with a comma (RFC 9110, 5.2)."""
    headers: dict[str, str] = {}
    for key, value in raw:
        name = key.decode("latin-1").lower()
        text = value.decode("latin-1")
        headers[name] = f"{headers[name]}, {text}" if name in headers else text
    return headers


def address_of(scope: Mapping[str, Any], headers: Mapping[str, str]) -> str:
    """Scheme and host as the client wrote them; a Host that is none gives the address of the socket."""
    host = headers.get("host", "")
    if not _HOST.fullmatch(host):
        server = scope.get("server") or ("localhost", None)
        host = f"{server[0]}:{server[1]}" if server[1] else str(server[0])
    return f"{scope.get('scheme', 'http')}://{host}"
