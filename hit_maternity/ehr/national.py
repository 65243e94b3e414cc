"""What the EHR asks of the national record: a part of what the vendors' SDK offers, as ports; and its answers read with tolerance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from hit_maternity.ehr.bodies import Body, normal
from hit_maternity.ehr.local.parts import LISTS

#: The resource types, in the order of the record (confirmed; ``birthStatus`` by the public client alone).
TYPES = (
    "antenatalAppointments",
    "birthStatus",
    "clinicalTests",
    "currentPregnancy",
    "geneticDisorders",
    "lifestyleFactors",
    "medicalConditions",
    "medication",
    "mother",
    "pointsOfContact",
    "previousPregnancies",
    "rhesusDNegative",
    "symphysisFundalHeights",
    "vitalMeasurementsBeforePregnancy",
)


class National(Protocol):
    """The national record of one woman. Every call raises the errors of ``hit_maternity.client.errors``."""

    def status(self) -> Any:
        """Consent, whether a record is active, when it last changed."""
        ...

    def history_of(self, record_id: str) -> Any:
        """All changes of a record."""
        ...

    def create_record(self, body: Body | None = None) -> Any:
        """Makes her record."""
        ...

    def record(self, record_id: str) -> Any:
        """The whole record."""
        ...

    def update_status(self, record_id: str, status: str, version: int, **more: Any) -> Any:
        """Ends the record."""
        ...

    def create(self, record_id: str, resource_type: str, body: Body) -> Any:
        """A new resource, or item."""
        ...

    def update(self, record_id: str, resource_type: str, body: Body, version: int) -> Any:
        """A resource in place of the one with that version."""
        ...

    def update_item(self, record_id: str, resource_type: str, item_id: str, body: Body, version: int) -> Any:
        """An item in place of the one with that version."""
        ...

    def delete_item(self, record_id: str, resource_type: str, item_id: str, version: int | None = None) -> Any:
        """An item marked as entered in error."""
        ...


class Service(Protocol):
    """The way to the national record for whoever is logged in here."""

    def watching(self, nin: str) -> National:
        """For ``status`` alone, with a machine's token: nobody need be logged in (confirmed)."""
        ...

    def for_patient(self, nin: str) -> National:
        """For everything else, as the person who is logged in."""
        ...

    def renew(self) -> None:
        """Logs in again: the next call has a new token."""
        ...


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource as the national record has it; ``body`` in normal form, without metadata."""

    type: str
    item: str
    body: Body = field(repr=False)
    version: int
    gone: bool = False
    by: Mapping[str, Any] = field(repr=False, default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """A whole record."""

    id: str
    version: int
    status: Mapping[str, Any]
    resources: tuple[Resource, ...] = field(repr=False)

    @property
    def ended(self) -> bool:
        """Whether it takes no more facts. Only ACTIVE is known to do so (confirmed: ACTIVE, TERMINATED; others are unknown)."""
        return self.status.get("status") not in (None, "ACTIVE")


def resource_of(resource_type: str, answer: Any) -> Resource:
    """The resource in ``answer``. Raises ``ValueError`` where it has no version."""
    metadata = _mapping(_mapping(answer).get("metadata"))
    version, item = metadata.get("version"), metadata.get("id")
    if not isinstance(version, int) or (resource_type in LISTS and not isinstance(item, str)):
        raise ValueError(f"{resource_type}: no version, or no id")
    body = normal({name: it for name, it in answer.items() if name != "metadata"})
    by = _mapping(metadata.get("lastUpdatedBy"))
    is_item = resource_type in LISTS
    return Resource(resource_type, str(item) if is_item else "", body, version, is_item and metadata.get("enteredInError") is True, by)


def record_of(answer: Any) -> Record:
    """The record in ``answer``; members that aren't known are left aside. Raises ``ValueError``."""
    whole = _mapping(answer)
    metadata = _mapping(whole.get("metadata"))
    version = metadata.get("version")
    if not isinstance(metadata.get("recordId"), str) or not isinstance(version, int):
        raise ValueError("the record has no id, or no version")
    return Record(metadata["recordId"], version, _mapping(metadata.get("recordStatus")), tuple(_resources(whole)))


def _resources(whole: Mapping[str, Any]) -> Iterator[Resource]:
    for resource_type in TYPES:
        value = whole.get(resource_type)
        if resource_type in LISTS:
            yield from (resource_of(resource_type, it) for it in value or ())
        elif isinstance(value, Mapping):
            yield resource_of(resource_type, value)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def ours(by: Mapping[str, Any], organisations: frozenset[str], hpr_number: str | None) -> bool:
    """Whether ``by`` (``lastUpdatedBy``) is this EHR's user: the organisation, and the person where both sides know her number."""
    if by.get("orgNr") not in organisations:
        return False
    return hpr_number is None or by.get("hprNr") in (None, hpr_number)
