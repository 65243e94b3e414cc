"""The citizens who may log in: synthetic women, and those who act for another.

The demo brings its own women; the package's table is what there is otherwise. Any other synthetic number may log in as well.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Protocol

from hit_maternity.simulators.synthetic import is_synthetic_pid


@dataclass(frozen=True, slots=True)
class Citizen:
    """Somebody with a national id. ``represents``: the national ids of those whom she or he may act for. Raises ``ValueError`` where
    a number is not synthetic."""

    pid: str = field(repr=False)
    name: str
    born: date | None = None
    represents: tuple[str, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        if not all(map(is_synthetic_pid, (self.pid, *self.represents))):
            raise ValueError("A national id of a citizen is not synthetic (month + 80, control digits).")


class Citizens(Protocol):
    """Whom the local Helsenorge knows."""

    @property
    def citizens(self) -> Sequence[Citizen]:
        """Everybody, in the order of the login page."""
        ...


@dataclass(frozen=True, slots=True)
class Listed:
    """Citizens that are a list."""

    citizens: tuple[Citizen, ...]


def by_pid(known: Citizens, pid: str) -> Citizen | None:
    """The citizen with that national id."""
    return next((citizen for citizen in known.citizens if citizen.pid == pid), None)


@cache
def packaged() -> Listed:
    """The citizens of the package's table."""
    table = tomllib.loads((files("hit_maternity.simulators.helsenorge") / "citizens.toml").read_text(encoding="utf-8"))
    return Listed(tuple(Citizen(row["pid"], row["name"], row["born"], tuple(row.get("represents", ()))) for row in table["citizen"]))
