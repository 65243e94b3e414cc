"""Codes checked and filled in, as the national record does it: display and codeSystem where they are missing (national documentation)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from hit_maternity.dhg.codes.places import PLACES
from hit_maternity.dhg.codes.system import CodesError, System, read
from hit_maternity.dhg.models.faults import Fault
from hit_maternity.dhg.models.systems import uri_of

#: The rules of the faults: the system isn't taken (DHG-0016), or the code is none of its.
SYSTEM, CODE = "code-system", "code-unknown"


@dataclass(frozen=True, slots=True)
class Filled:
    """``body``: with display and codeSystem filled in; what has a fault is as it was."""

    body: dict[str, Any]
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Codes:
    """The code systems that are known, by address."""

    systems: Mapping[str, System]

    @classmethod
    def load(cls, folder: Path | None = None) -> Codes:
        """The systems of the TOML files in ``folder``; of none, those that ship.

        Raises ``CodesError`` where a file is malformed, two tell of the same system, or one that a field has by default is missing.
        """
        there: Iterable[Any] = files("hit_maternity.dhg.codes").joinpath("systems").iterdir() if folder is None else _listed(folder)
        systems: dict[str, System] = {}
        for file in sorted((f for f in there if f.name.endswith(".toml")), key=lambda f: str(f.name)):
            system = read(file.read_text(encoding="utf-8"), file.name)
            if systems.setdefault(system.uri, system) is not system:
                raise CodesError(f"{file.name}: {system.name} is told of by another file too")
        needed = {name for places in PLACES.values() for name in places.values() if name is not None}
        missing = sorted(name for name in needed if uri_of(name) not in systems)
        if missing:
            raise CodesError(f"there is no file for {', '.join(missing)}")
        return cls(systems)

    def system(self, spelling: str) -> System | None:
        """The system that is spelt so: ``VOLVEN_9043``, its OID, with ``urn:oid:`` or without; ``None`` for one that isn't known."""
        return self.systems.get(uri_of(spelling))

    def filled(self, value: Mapping[str, Any], expected: str | None) -> tuple[dict[str, Any], Fault | None]:
        """A ``CodeAndSystem`` with what is missing filled in, the members that were sent as they were; and what is wrong with it, with
        a path in the value. ``expected``: the system of its field; ``None``: any."""
        spelling = value.get("codeSystem", expected)
        if spelling is None:
            return dict(value), None
        system = self.system(spelling)
        if system is None or not system.fits(expected):
            taken = ", ".join(sorted(s.name for s in self.systems.values() if s.fits(expected)))
            return dict(value), Fault("codeSystem", SYSTEM, f"This code system isn't taken here; use one of {taken}.")
        if not system.takes(value["code"]):
            return dict(value), Fault("code", CODE, f"There is no such code in {system.name}; look it up there.")
        words = system.members.get(value["code"]) or None
        display = value.get("display", words)
        full = {"code": value["code"], "display": display, "codeSystem": spelling}
        return {name: it for name, it in full.items() if it is not None}, None

    def fill(self, name: str, body: Any) -> Filled:
        """A body of resource type ``name``, every ``CodeAndSystem`` in it filled in, and every fault of them.

        What the models find fault with is passed over, so that both faults of a body can be told at once. Raises nothing.
        """
        made = dict(body) if isinstance(body, Mapping) else {}
        faults: list[Fault] = []
        for path, expected in PLACES.get(name, {}).items():
            made = self._along(made, path.split("."), "", expected, faults)
        return Filled(made, tuple(faults))

    def _along(self, here: Any, steps: list[str], path: str, expected: str | None, faults: list[Fault]) -> Any:
        """``here`` with what lies ``steps`` further filled in."""
        if not isinstance(here, dict):
            return here
        if not steps:
            if not isinstance(here.get("code"), str) or not isinstance(here.get("codeSystem", ""), str):
                return here
            value, fault = self.filled(here, expected)
            if fault is not None:
                faults.append(Fault(f"{path}.{fault.path}", fault.rule, fault.words))
            return value
        member, rest = steps[0].removesuffix("[]"), steps[1:]
        if member not in here:
            return here
        inner, there = here[member], f"{path}.{member}" if path else member
        if member == steps[0]:
            return {**here, member: self._along(inner, rest, there, expected, faults)}
        if not isinstance(inner, list):
            return here
        return {**here, member: [self._along(it, rest, f"{there}[{place}]", expected, faults) for place, it in enumerate(inner)]}


def _listed(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise CodesError("there is no such folder of code systems")
    return list(folder.iterdir())
