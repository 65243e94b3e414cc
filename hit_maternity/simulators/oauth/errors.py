"""Errors of the protocol, as RFC 6749 5.2 tells them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

#: An answer with a token, or about one, is kept by nobody (RFC 6749 5.1).
NOT_KEPT = {"cache-control": "no-store", "pragma": "no-cache"}


class OAuthError(Exception):
    """A refusal. ``error``: the registered code; ``description``: for developers, without a value from the request."""

    def __init__(self, error: str, description: str, status: int = 400, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(error)
        self.error, self.description, self.status, self.headers = error, description, status, dict(headers or {})


def invalid_request(description: str) -> OAuthError:
    """400 ``invalid_request``."""
    return OAuthError("invalid_request", description)


def invalid_client(description: str) -> OAuthError:
    """401 ``invalid_client``."""
    return OAuthError("invalid_client", description, 401)


def invalid_grant(description: str) -> OAuthError:
    """400 ``invalid_grant``."""
    return OAuthError("invalid_grant", description)


def answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """JSON that nobody keeps."""
    return JSONResponse(body, status, {**NOT_KEPT, **(headers or {})})


async def refused(_: Request, error: Exception) -> Response:
    """The exception handler for ``OAuthError``."""
    assert isinstance(error, OAuthError)
    return answer({"error": error.error, "error_description": error.description}, error.status, error.headers)
