"""The settings that PVK keeps, of synthetic citizens only.

Source: PVK's read and write API, v2: the objects and their members are confirmed (public clients and the portal); the length of a page is
inferred.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hit_maternity.clock import Clock
from hit_maternity.simulators.synthetic import is_synthetic_pid

KINDS = frozenset(("samtykke", "reservasjon", "tilgangsbegrensning"))
PAGE = 1000


@dataclass(frozen=True, slots=True)
class Definition:
    """What can be decided on: a definition of a party."""

    guid: str
    name: str
    party: str
    kind: str = "samtykke"


@dataclass(frozen=True, slots=True)
class PrivacySetting:
    """One citizen's decision on one definition."""

    pid: str = field(repr=False)
    definition: Definition
    active: bool
    moment: datetime

    def as_json(self) -> dict[str, Any]:
        """The object as PVK writes it."""
        return {
            "innbyggerFnr": self.pid,
            "definisjonGuid": self.definition.guid,
            "definisjonNavn": self.definition.name,
            "partKode": self.definition.party,
            "typePi": self.definition.kind,
            "aktiv": self.active,
            "tidspunkt": self.moment.isoformat(timespec="milliseconds"),
        }


class Unknown(Exception):
    """There is no such definition, or the citizen is not synthetic; the message says which."""


class Register:
    """All settings, in memory. ``definitions``: what there is to decide on."""

    def __init__(self, definitions: tuple[Definition, ...], clock: Clock) -> None:
        self._definitions = {(d.guid.casefold(), d.party): d for d in definitions}
        self._clock = clock
        self._settings: dict[tuple[str, Definition], PrivacySetting] = {}
        self._lock = threading.Lock()

    def definition(self, guid: str, party: str) -> Definition:
        """The definition with this GUID of this party. Raises ``Unknown``."""
        found = self._definitions.get((guid.casefold(), party))
        if found is None:
            raise Unknown("There is no such definition of this party.")
        return found

    def set(self, pid: str, definition: Definition, active: bool, moment: datetime | None = None) -> PrivacySetting:
        """Takes a decision down. Raises ``Unknown`` for a citizen who is not synthetic."""
        if not is_synthetic_pid(pid):
            raise Unknown("Only synthetic citizens are known here: month + 80, control digits that hold.")
        setting = PrivacySetting(pid, definition, active, moment or self._clock.now())
        with self._lock:
            self._settings[pid, definition] = setting
        return setting

    def check(self, pid: str, definition: Definition) -> PrivacySetting | None:
        """The citizen's last decision; None where she never decided."""
        return self._settings.get((pid, definition))

    def of_party(self, pid: str, party: str) -> list[PrivacySetting]:
        """The citizen's active settings of a party; without history, as the service has it."""
        return [s for (citizen, d), s in list(self._settings.items()) if citizen == pid and d.party == party and s.active]

    def active(self, definition: Definition, reference: int) -> tuple[list[PrivacySetting], int]:
        """A page of all who have an active setting, and the reference of the next; 0 first, and again after the last."""
        found = [s for s in self._all() if s.definition == definition and s.active]
        page = found[reference : reference + PAGE]
        after = reference + len(page)
        return page, after if after < len(found) else 0

    def _all(self) -> Iterator[PrivacySetting]:
        yield from list(self._settings.values())
