"""The connections that a client sends over: its own, or the caller's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

import httpx

H = TypeVar("H", httpx.Client, httpx.AsyncClient)


@dataclass(frozen=True, slots=True)
class Pool(Generic[H]):
    """A client of httpx. ``own``: it is closed with the client that has it."""

    client: H
    own: bool

    def shared(self) -> Pool[H]:
        """The same connections for somebody who does not close them."""
        return Pool(self.client, own=False)


def open_sync(timeout: float) -> httpx.Client:
    """Connections of our own."""
    return httpx.Client(timeout=timeout, follow_redirects=False)


def open_async(timeout: float) -> httpx.AsyncClient:
    """Connections of our own."""
    return httpx.AsyncClient(timeout=timeout, follow_redirects=False)
