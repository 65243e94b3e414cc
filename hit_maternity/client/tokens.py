"""Access tokens, and what gives them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from hit_maternity.client.keys import Key
from hit_maternity.client.wire import Flow


@dataclass(frozen=True, slots=True)
class Token:
    """``key``: what it is bound to (DPoP), None for a bearer token; ``expires_at``: seconds since 1970, by our own clock."""

    value: str = field(repr=False)
    expires_at: float
    key: Key | None = field(default=None, repr=False)
    scope: str = ""


class TokenSource(Protocol):
    """Gives a token that can be used now; a flow, so that sync and async clients both can take it (``wire``)."""

    def token(self, refused: Token | None = None) -> Flow[Token]:
        """The token. ``refused``: the one that the API did not take, so that another is given. Raises ``TokenRefused``, ``Unreachable``."""
        ...


@dataclass(frozen=True, slots=True)
class FixedToken:
    """A source that has one token, got in some other way."""

    value: str = field(repr=False)
    key: Key | None = field(default=None, repr=False)

    def token(self, refused: Token | None = None) -> Flow[Token]:
        """It, always."""
        return Token(self.value, float("inf"), self.key)
        yield  # a flow that takes no step
