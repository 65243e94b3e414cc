"""What a condition of an attention rule is: a small named function that looks at the facts with the rule's parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from hit_maternity.maternity.facts import Facts
from hit_maternity.maternity.gestation import GestationalAge


@dataclass(frozen=True, slots=True)
class Finding:
    """Why a rule applies: the day of the fact (``None``: something lacks), the fetus it is about, and its ``figures`` by name."""

    on: date | None = None
    fetus: int | None = None
    figures: tuple[tuple[str, Decimal], ...] = ()


#: What a condition says: findings where it holds, ``()`` where it doesn't, ``None`` where a fact is missing to tell.
Judged = tuple[Finding, ...] | None


@dataclass(frozen=True, slots=True)
class Parameters:
    """A rule's parameters, checked when the table is read to be exactly those its condition declares."""

    values: Mapping[str, Any]

    def number(self, name: str) -> Decimal:
        """A number, exact."""
        return Decimal(self.values[name])

    def days(self, name: str) -> int:
        """The days of a gestational age written as ``24+0``."""
        return GestationalAge.parse(self.values[name]).days

    def text(self, name: str) -> str:
        """A text."""
        return str(self.values[name])


@dataclass(frozen=True, slots=True)
class Condition:
    """``judge`` with the names of the parameters it takes: ``numbers``, gestational ``ages`` and ``texts``."""

    judge: Callable[[Facts, Parameters], Judged]
    numbers: frozenset[str] = frozenset()
    ages: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()


def figures(**named: Decimal | int | None) -> tuple[tuple[str, Decimal], ...]:
    """Figures of a finding; those that are missing are left out."""
    return tuple((name, Decimal(value)) for name, value in named.items() if value is not None)


def names(*listed: str) -> frozenset[str]:
    """A set of parameter names."""
    return frozenset(listed)
