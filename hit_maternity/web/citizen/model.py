"""What the citizen's pages are given: the server whose guard is hers, and the desk for what stands beside FHIR."""

from __future__ import annotations

from dataclasses import dataclass

from hit_maternity.access.citizen_desk import CitizenDesk
from hit_maternity.fhir.rest.exchange import Server


@dataclass(frozen=True, slots=True)
class Counter:
    """What one space has for its citizens. ``server``: that of ``/app/fhir``, whose FHIR base is at ``path``."""

    server: Server
    desk: CitizenDesk
    path: str = "/app/fhir"
