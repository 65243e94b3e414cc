"""From the index rows of a resource to rows of the tables: values grouped by what they serve."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from hit_maternity.fhir.search.model import MIN_TIME, IndexRows, parameter_key
from hit_maternity.fhir.search.timeline import TIMELINES
from hit_maternity.store.keys import bounded, digest, type_key

#: A date is wide from this length on, in milliseconds: a day and a moment.
DAY = 86_400_000
#: A role serves at most this many parameters; a value that serves more has several rows.
_ROLE_SIZE = 32

Served = tuple[int, ...]  # parameter, item, parameter, item, ...


def text_section(resource_type: str, parameter: int, value: str) -> int:
    """Where tokens, references and URIs lie: with their type; ``true`` and ``false`` apart, since all parameters share them."""
    return parameter if value in ("true", "false") else type_key(resource_type)


def string_section(resource_type: str) -> int:
    """Where strings lie: with their type, apart from codes, so that a prefix meets only strings."""
    return -type_key(resource_type)


class Roles:
    """The roles met so far in this process; each is written to ``role`` by the transaction that meets it first."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[Served, int] = {}

    def role(self, served: Served, fresh: dict[Served, int]) -> int:
        """The number of the role; one unknown so far is put into ``fresh`` too."""
        known = self._known.get(served)
        if known is None:
            pairs = sorted(zip(served[::2], served[1::2], strict=True))
            known = int.from_bytes(blake2b(repr(pairs).encode(), digest_size=6).digest(), "big") >> 1
            fresh[served] = known
        return known

    def forget(self) -> None:
        """To be called when it is not known what was committed."""
        self._known.clear()

    def learn(self, fresh: dict[Served, int]) -> None:
        """To be called when the transaction that wrote ``fresh`` is committed."""
        self._known.update(fresh)


@dataclass(slots=True)
class TableRows:
    """Rows of the index tables, in the order of their columns, without duplicates; ``role`` holds roles met for the first time."""

    text: list[tuple[Any, ...]] = field(default_factory=list)
    range: list[tuple[Any, ...]] = field(default_factory=list)
    timeline: list[tuple[Any, ...]] = field(default_factory=list)
    fresh: dict[Served, int] = field(default_factory=dict)

    def add(self, key: int, resource_type: str, rows: IndexRows, roles: Roles) -> None:
        """Puts in the rows of one resource."""
        grouped = _grouped_texts(resource_type, rows)
        add = self.text.append
        for (section, value, other), served in grouped.items():
            for part in _parts(served):
                add((section, value, key, roles.role(part, self.fresh), other))
        put = self.range.append
        for (section, low, high, code, system, wide), served in _grouped_ranges(resource_type, rows).items():
            for part in _parts(served):
                put((section, low, key, high, roles.role(part, self.fresh), code, system, wide))
        if rows.timeline:
            self._add_timeline(key, resource_type, rows)

    def _add_timeline(self, key: int, resource_type: str, rows: IndexRows) -> None:
        timeline = TIMELINES.get(resource_type)
        date = parameter_key(resource_type, timeline.date) if timeline and timeline.date else 0
        until = max((r.high for r in rows.date if r.parameter == date), default=MIN_TIME)
        section = type_key(resource_type)
        self.timeline += {
            (bounded(r.patient_id), section, bounded(r.code), r.moment, key, digest(r.system), until): None for r in rows.timeline
        }

    def role_rows(self) -> list[tuple[int, int, int]]:
        """Rows of ``role`` for the roles met for the first time."""
        return [(p, role, item) for served, role in self.fresh.items() for p, item in zip(served[::2], served[1::2], strict=True)]


def _parts(served: Served) -> Iterable[Served]:
    if len(served) <= 2 * _ROLE_SIZE:
        return (served,)
    return (served[i : i + 2 * _ROLE_SIZE] for i in range(0, len(served), 2 * _ROLE_SIZE))


def _collector(grouped: dict[tuple[Any, ...], Served]) -> Callable[[tuple[Any, ...], int, int], None]:
    def collect(place: tuple[Any, ...], parameter: int, item: int) -> None:
        known = grouped.get(place)
        grouped[place] = (parameter, item) if known is None else (*known, parameter, item)

    return collect


def _grouped_texts(resource_type: str, rows: IndexRows) -> dict[tuple[Any, ...], Served]:
    own = type_key(resource_type)
    grouped: dict[tuple[Any, ...], Served] = {}
    collect = _collector(grouped)
    for parameter, item, system, code in rows.token:
        value = bounded(code)
        collect((parameter if value in ("true", "false") else own, value, digest(system)), parameter, item)
    for parameter, item, target_type, target_id in rows.reference:
        collect((own, bounded(target_id), type_key(target_type)), parameter, item)
    for parameter, item, uri in rows.uri:
        collect((own, bounded(uri), 0), parameter, item)
    for parameter, item, folded, exact in rows.string:
        collect((-own, bounded(folded), digest(exact)), parameter, item)
    return grouped


def _grouped_ranges(resource_type: str, rows: IndexRows) -> dict[tuple[Any, ...], Served]:
    own = type_key(resource_type)
    grouped: dict[tuple[Any, ...], Served] = {}
    collect = _collector(grouped)
    for parameter, item, begin, end in rows.date:
        collect((parameter, float(begin), float(end), 0, 0, int(end > begin + DAY)), parameter, item)
    for parameter, item, low, high in rows.number:
        if low <= high:  # false for what is not a number
            collect((parameter, low, high, 0, 0, int(low < high)), parameter, item)
    for parameter, item, system, code, low, high in rows.quantity:
        if low <= high:
            collect((own, low, high, digest(code), digest(system), int(low < high)), parameter, item)
    return grouped
