"""The tables of the domain: TOML files in this package, read once, checked when read.

A table row says things in three languages (``Words``), names the source it rests on (``Source``) and how sure that is
(``Evidence``). A table that is malformed is refused as a whole with ``TableError``; a row is never skipped.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from hit_maternity.maternity.gestation import GestationalAge


class TableError(ValueError):
    """A table of the package is malformed: a fault of the program, never of a user's input."""


class Evidence(StrEnum):
    """``confirmed``: the source says so itself. ``inferred``: our reading, a foreign or local source, or our own choice."""

    CONFIRMED = "confirmed"
    INFERRED = "inferred"


@dataclass(frozen=True, slots=True)
class Words:
    """The same words in bokmål, nynorsk and English."""

    nb: str
    nn: str
    en: str

    def said_in(self, language: str) -> str:
        """The words in a BCP 47 ``language``: ``nn`` and ``en`` with any region; everything else, ``no`` too, gives bokmål."""
        primary = language.replace("_", "-").split("-", 1)[0].lower()
        return {"nn": self.nn, "en": self.en}.get(primary, self.nb)


@dataclass(frozen=True, slots=True)
class Source:
    """What a row rests on: who published it under which title, and where it can be read (``None``: not on the open net)."""

    id: str
    publisher: str
    title: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Basis:
    """The source of one row, how sure it is, and what has to be said about it."""

    source: Source
    evidence: Evidence
    note: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table, whose getters check type and presence."""

    table: str
    values: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The row's id."""
        return self.text("id")

    def fault(self, words: str) -> TableError:
        """The error that names this row."""
        return TableError(f"{self.table}.toml, row {self.values.get('id', '?')!r}: {words}")

    def get(self, key: str, kind: type | tuple[type, ...]) -> Any:
        """The value at ``key``, which must be there and of ``kind``. Raises ``TableError``."""
        if key not in self.values:
            raise self.fault(f"{key} is missing")
        value = self.values[key]
        if not isinstance(value, kind) or isinstance(value, bool) != (kind is bool):
            raise self.fault(f"{key} is of the wrong type")
        return value

    def text(self, key: str) -> str:
        """A text that isn't empty."""
        value: str = self.get(key, str)
        if not value.strip():
            raise self.fault(f"{key} is empty")
        return value

    def whole(self, key: str) -> int:
        """A whole number."""
        value: int = self.get(key, int)
        return value

    def number(self, key: str) -> Decimal:
        """A number, exact as it is written."""
        return Decimal(self.get(key, (int, Decimal)))

    def flag(self, key: str) -> bool:
        """A yes or no; ``False`` when the row doesn't say."""
        value: bool = self.get(key, bool) if key in self.values else False
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty when the row doesn't say."""
        listed = self.get(key, list) if key in self.values else []
        if not all(isinstance(item, str) for item in listed):
            raise self.fault(f"{key} must hold texts only")
        return tuple(listed)

    def numbers(self, key: str, length: int) -> tuple[Decimal, ...]:
        """A list of ``length`` numbers."""
        listed = self.get(key, list)
        if len(listed) != length or not all(isinstance(n, (int, Decimal)) for n in listed):
            raise self.fault(f"{key} must hold {length} numbers")
        return tuple(Decimal(n) for n in listed)

    def age(self, key: str) -> GestationalAge:
        """A gestational age such as ``24+0``."""
        return GestationalAge.parse(self.text(key))

    def words(self) -> Words:
        """The row's words; all three languages must be there."""
        return Words(self.text("nb"), self.text("nn"), self.text("en"))

    def basis(self) -> Basis:
        """The row's ``source``, ``evidence`` and ``note``."""
        named = self.text("source")
        if named not in sources():
            raise self.fault(f"the source {named!r} is not in sources.toml")
        stated = self.text("evidence")
        if stated not in {e.value for e in Evidence}:
            raise self.fault(f"evidence must be confirmed or inferred, not {stated!r}")
        return Basis(sources()[named], Evidence(stated), self.values.get("note", ""))


@cache
def _read(name: str) -> Mapping[str, Any]:
    text = files("hit_maternity.maternity").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text, parse_float=Decimal)


def rows(table: str, section: str) -> tuple[Row, ...]:
    """The rows of ``[[section]]`` in ``table``.toml, in the file's order. Raises ``TableError`` when ids are missing or doubled."""
    listed = tuple(Row(table, values) for values in _read(table).get(section, ()))
    if not listed:
        raise TableError(f"{table}.toml has no [[{section}]]")
    ids = [row.id for row in listed]
    for doubled in {i for i in ids if ids.count(i) > 1}:
        raise TableError(f"{table}.toml: [[{section}]] {doubled!r} stands there twice")
    return listed


@cache
def sources() -> Mapping[str, Source]:
    """All sources by their id."""
    listed = rows("sources", "source")
    return {r.id: Source(r.id, r.text("publisher"), r.text("title"), r.values.get("url")) for r in listed}


@cache
def words_of(table: str, section: str) -> Mapping[str, Words]:
    """Id to words of every row of a section."""
    return {row.id: row.words() for row in rows(table, section)}
