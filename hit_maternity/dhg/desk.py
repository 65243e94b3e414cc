"""What a call works with: one space's records as this door sees them, and the call itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hit_maternity.access.consent.standing import Standings
from hit_maternity.access.principal import Principal
from hit_maternity.dhg.author import Author
from hit_maternity.dhg.codes import Codes
from hit_maternity.dhg.errors import DhgError
from hit_maternity.dhg.headers import Spoken
from hit_maternity.dhg.settings import Options
from hit_maternity.fhir.json import encode
from hit_maternity.fhir.rest.exchange import Server
from hit_maternity.store.accesses import AccessLog
from hit_maternity.store.record_parts import RecordParts
from hit_maternity.store.session import Database


@dataclass(frozen=True, slots=True)
class Desk:
    """``server``: the space's FHIR server with the guard of this door; ``persons``: who is known by which national id; ``is_open``: there
    are no tokens, and everybody may do everything (``HIT_ACCESS=open``)."""

    server: Server
    database: Database
    parts: RecordParts
    persons: Standings
    accesses: AccessLog
    codes: Codes
    options: Options = field(default_factory=Options)
    is_open: bool = False


@dataclass(slots=True)
class Call:
    """One call. ``path``: below the door's base, split and decoded; ``headers``: names in lower case; ``base``: public address of the FHIR
    base; ``url``: the whole address, as it was received; ``interaction``: set once it is known, for metrics and logs; ``fault``: what is
    wrong with the body by its size and type."""

    method: str
    path: list[str]
    headers: Mapping[str, str]
    body: bytes
    base: str
    url: str
    spoken: Spoken
    interaction: str = ""
    fault: DhgError | None = None


@dataclass(slots=True)
class Caller:
    """Who is calling, about whom. ``visit``: what the guard knows the call by, None without one; ``nin``: the patient's national id."""

    principal: Principal
    nin: str = field(repr=False)
    author: Author
    visit: Any = None


@dataclass(slots=True)
class Answer:
    """``value`` is told as JSON."""

    status: int
    value: Any = None
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    def told(self) -> bytes:
        """The answer's body."""
        return encode(self.value) if self.value is not None else self.body
