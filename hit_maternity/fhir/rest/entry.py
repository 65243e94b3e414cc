"""An entry of a batch or transaction as a request: its resource is parsed already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hit_maternity.fhir.outcome import Issue
from hit_maternity.fhir.ports import Change
from hit_maternity.fhir.rest.exchange import Request


@dataclass(slots=True)
class EntryRequest(Request):
    """``resource`` stands for the body. ``warnings`` is set where it was validated before; ``new_id`` where a create's id was
    given out before, so that other entries could refer to it. ``together``: the rules between resources are asked once for all
    entries, of what each has written in ``change``."""

    resource: Any = None
    warnings: list[Issue] | None = None
    new_id: str | None = None
    together: bool = False
    change: Change | None = None
