"""Slices: which item belongs to which, how many each may have, and what may be in none.

Source: https://hl7.org/fhir/R4/profiling.html#slicing. What tells them apart is in ``discriminators``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hit_maternity.fhir.validation.discriminators import Matcher, NodeCheck
from hit_maternity.fhir.validation.nodes import Item
from hit_maternity.fhir.validation.walk import Path, Walk, locate


@dataclass(frozen=True, slots=True)
class Slice:
    name: str
    min: int
    max: int | None
    matcher: Matcher
    check: NodeCheck | None
    inner: Slicing | None


@dataclass(frozen=True, slots=True)
class Slicing:
    """The slices of one element. ``rules``: open, closed, openAtEnd."""

    profile: str
    rules: str
    ordered: bool
    slices: Sequence[Slice]

    @property
    def asks_nothing(self) -> bool:
        """Whether an element that is not there at all is fine."""
        return not any(piece.min or (piece.inner and not piece.inner.asks_nothing) for piece in self.slices)

    def check(self, items: Sequence[Item], owner: Path, name: str, walk: Walk, within: str | None = None) -> None:
        """Puts each item into its slice and checks it there; counts them. ``name``: of the element; ``within``: of the slice that
        is sliced again."""
        grouped: list[list[Item]] = [[] for _ in self.slices]
        last = -1
        for item in items:
            found = next((i for i, s in enumerate(self.slices) if s.matcher(item, walk)), None)
            if found is None:
                self._outside(item, walk)
                last = len(self.slices) if self.rules == "openAtEnd" else last
                continue
            if (self.ordered or self.rules == "openAtEnd") and found < last:
                walk.fault("profile-slice-order", item.path, profile=self.profile)
            last = max(last, found) if self.ordered or last == len(self.slices) else last
            grouped[found].append(item)
        for piece, members in zip(self.slices, grouped, strict=True):
            self._members(piece, members, owner, name, walk, within or name)

    def _outside(self, item: Item, walk: Walk) -> None:
        if self.rules == "closed":
            walk.fault("profile-slice-closed", item.path, profile=self.profile)

    def _members(self, piece: Slice, members: list[Item], owner: Path, name: str, walk: Walk, outer: str) -> None:
        label = f"{outer}:{piece.name}"
        if len(members) < piece.min:
            walk.note("profile-cardinality", locate(owner), profile=self.profile, element=label, min=piece.min, count=len(members))
        if piece.max is not None and len(members) > piece.max:
            walk.note(
                "profile-cardinality-max", f"{locate(owner)}.{name}", profile=self.profile, element=label, max=piece.max, count=len(members)
            )
        for item in members:
            if piece.check:
                piece.check(item, walk)
        if piece.inner:
            piece.inner.check(members, owner, name, walk, label)
