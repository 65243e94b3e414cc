"""Who may log in, and where they work: a register of synthetic health personnel and organisations.

A testbed may bring a register of its own; the package's table is what there is otherwise.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Protocol

from hit_maternity.simulators.synthetic import is_synthetic_organisation, is_synthetic_pid


@dataclass(frozen=True, slots=True)
class Approval:
    """An authorisation in the HPR register: ``profession`` is a category of Volven 9060 (LE, JO, SP); ``specialities``: codes and names."""

    profession: str
    description: str
    specialities: tuple[tuple[str, str], ...] = ()
    requisition: bool = False


@dataclass(frozen=True, slots=True)
class Practitioner:
    """Somebody who works in health care. ``key``: a short name for addresses and commands; ``works_at``: numbers of organisations,
    the usual one first; ``hpr_number`` None: no authorisation."""

    key: str
    pid: str = field(repr=False)
    given: str
    family: str
    works_at: tuple[str, ...]
    middle: str = ""
    title: str = ""
    hpr_number: str | None = None
    approvals: tuple[Approval, ...] = ()

    @property
    def name(self) -> str:
        """The whole name."""
        return " ".join(filter(None, (self.given, self.middle, self.family)))


@dataclass(frozen=True, slots=True)
class Organisation:
    """A place of treatment: its organisation number, that of the legal entity it belongs to, and its RESH id where it has one."""

    number: str
    name: str
    legal_entity: str
    legal_entity_name: str
    resh: str | None = None


class Register(Protocol):
    """Whom the local HelseID knows."""

    @property
    def practitioners(self) -> Sequence[Practitioner]:
        """Everybody who may log in, in the order of the login page."""
        ...

    @property
    def organisations(self) -> Sequence[Organisation]:
        """Every place of treatment."""
        ...


@dataclass(frozen=True, slots=True)
class Listed:
    """A register that is two lists. Raises ``ValueError`` where a number in it is not synthetic or a place of work is unknown."""

    practitioners: tuple[Practitioner, ...]
    organisations: tuple[Organisation, ...]

    def __post_init__(self) -> None:
        known = {place.number for place in self.organisations}
        for place in self.organisations:
            if not (is_synthetic_organisation(place.number) and is_synthetic_organisation(place.legal_entity)):
                raise ValueError(f"{place.name}: the organisation number is not of the test series (31, nine digits, control digit).")
        for person in self.practitioners:
            if not is_synthetic_pid(person.pid):
                raise ValueError(f"{person.key}: the national id is not synthetic (month + 80, control digits).")
            if not known.issuperset(person.works_at):
                raise ValueError(f"{person.key} works at an organisation that is not in the register.")


def by_pid(register: Register, pid: str) -> Practitioner | None:
    """The practitioner with that national id."""
    return next((person for person in register.practitioners if person.pid == pid), None)


def by_key(register: Register, key: str) -> Practitioner | None:
    """The practitioner with that short name."""
    return next((person for person in register.practitioners if person.key == key), None)


def place(register: Register, number: str | None) -> Organisation | None:
    """The place of treatment with that organisation number."""
    return next((it for it in register.organisations if it.number == number), None)


def legal_entity_name(register: Register, number: str) -> str | None:
    """What the legal entity with that number is called."""
    return next((it.legal_entity_name for it in register.organisations if it.legal_entity == number), None)


@cache
def packaged() -> Listed:
    """The register of the package's table."""
    text = (files("hit_maternity.simulators.helseid") / "register.toml").read_text(encoding="utf-8")
    return listed(tomllib.loads(text))


def listed(table: Mapping[str, Any]) -> Listed:
    """A register from ``legal_entity``, ``organisation`` and ``practitioner`` tables. Raises ``KeyError`` and ``ValueError``."""
    entities = {entity["number"]: entity["name"] for entity in table["legal_entity"]}
    places = [
        Organisation(row["number"], row["name"], row["legal_entity"], entities[row["legal_entity"]], row.get("resh"))
        for row in table["organisation"]
    ]
    return Listed(tuple(_practitioner(row) for row in table["practitioner"]), tuple(places))


def _practitioner(row: Mapping[str, Any]) -> Practitioner:
    approvals = tuple(
        Approval(
            approval["profession"],
            approval["description"],
            tuple((code, name) for code, name in approval.get("specialities", ())),
            approval.get("requisition", False),
        )
        for approval in row.get("approval", ())
    )
    return Practitioner(
        row["key"],
        row["pid"],
        row["given"],
        row["family"],
        tuple(row["works_at"]),
        row.get("middle", ""),
        row["title"],
        row.get("hpr_number"),
        approvals,
    )
