"""Reads the form of a request to an endpoint of OAuth."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request

from hit_maternity.simulators.oauth.errors import OAuthError, invalid_request

MAX_BYTES = 128 * 1024
#: May stand several times (RFC 8707 2).
REPEATABLE = frozenset({"resource"})
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Form:
    """The parameters of a request, each with its values. A parameter without a value counts as not sent (RFC 6749 3.1)."""

    values: dict[str, tuple[str, ...]]

    def get(self, name: str) -> str | None:
        """The value of ``name``."""
        found = self.values.get(name)
        return found[0] if found else None

    def all(self, name: str) -> tuple[str, ...]:
        """All values of ``name``."""
        return self.values.get(name, ())

    def required(self, name: str) -> str:
        """The value of ``name``. Raises ``OAuthError`` ``invalid_request``."""
        value = self.get(name)
        if value is None:
            raise invalid_request(f"{name} is missing.")
        return value


async def body(request: Request, limit: int = MAX_BYTES) -> bytes:
    """The request's body. Raises ``OAuthError`` 413 where it is larger than ``limit``."""
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > limit:
            raise OAuthError("invalid_request", f"The body is larger than {limit} bytes.", 413)
    return bytes(read)


async def form(request: Request) -> Form:
    """The request's form. Raises ``OAuthError`` ``invalid_request`` for another media type, text that is no UTF-8, or a parameter
    that stands twice."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise invalid_request(f"Send the parameters as {_FORM}.")
    return parsed(await body(request))


def parsed(raw: bytes | str) -> Form:
    """A form or a query, read. Raises ``OAuthError`` as ``form`` does."""
    try:
        text = raw if isinstance(raw, str) else raw.decode("utf-8")
        pairs = parse_qsl(text, keep_blank_values=False, errors="strict", max_num_fields=200)
    except ValueError:
        raise invalid_request("The parameters can't be read: they are UTF-8, percent-encoded, at most 200.") from None
    values: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        if name in values and name not in REPEATABLE:
            raise invalid_request(f"{name if name.isidentifier() and len(name) < 40 else 'A parameter'} stands twice.")
        values[name] = (*values.get(name, ()), value)
    return Form(values)
