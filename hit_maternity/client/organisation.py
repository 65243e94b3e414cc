"""Which organisation a token is asked for, as ``assertion_details`` and ``authorization_details`` tell it (confirmed by HelseID's
documentation and libraries)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_TYPE = "helseid_authorization"
_MULTI, _SINGLE = "urn:oid:1.0.6523", "urn:oid:2.16.578.1.12.4.1.4.101"


@dataclass(frozen=True, slots=True)
class Organisation:
    """``parent``: number of the legal entity; ``child``: number of the place of treatment. A single-tenant client states the child alone,
    since its parent stands in its registration; a multi-tenant one states both."""

    parent: str | None = None
    child: str | None = None

    def __post_init__(self) -> None:
        for number in (self.parent, self.child):
            if number is not None and not (number.isascii() and number.isdigit() and len(number) == 9):
                raise ValueError("An organisation number has nine digits.")
        if self.parent is None and self.child is None:
            raise ValueError("Give the number of the legal entity, of the place of treatment, or both.")

    def detail(self) -> dict[str, Any]:
        """The detail to state."""
        if self.parent is None:
            identifier = {"system": _SINGLE, "type": "ENH", "value": self.child}
        else:
            identifier = {"system": _MULTI, "type": "ENH", "value": f"NO:ORGNR:{self.parent}:{self.child or ''}"}
        return {"type": _TYPE, "practitioner_role": {"organization": {"identifier": identifier}}}
