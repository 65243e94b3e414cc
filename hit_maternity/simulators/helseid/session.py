"""A login and what was agreed at it: kept behind a code, and behind a refresh token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from hit_maternity.simulators.helseid.details import Details


@dataclass(frozen=True, slots=True)
class Pushed:
    """A pushed authorization request. ``challenge``: of PKCE; ``jkt``: the key that the code is bound to, if any."""

    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    rejected: tuple[str, ...]
    challenge: str
    resources: tuple[str, ...] = ()
    state: str | None = None
    nonce: str | None = None
    prompt: str | None = None
    level: str = "3"
    locale: str | None = None
    jkt: str | None = None
    details: Details = field(default_factory=Details)

    def kept(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Pushed:
        """From JSON."""
        return cls(**_restored(kept))


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody logged in. ``pid``: who; ``at``: when, in seconds since 1970; ``request``: what was asked for."""

    pid: str
    level: str
    session: str
    at: int
    request: Pushed

    def kept(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Login:
        """From JSON."""
        return cls(**{**kept, "request": Pushed.of(kept["request"])})


def _restored(kept: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()}
    return {**values, "details": Details(**kept["details"])}
