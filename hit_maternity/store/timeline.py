"""The commonest clinical search: one patient, perhaps codes and dates, by date. One walk of one index gives it, filtered and sorted."""

from __future__ import annotations

from typing import NamedTuple

from hit_maternity.fhir.search.model import MIN_TIME, Condition, Criterion, DateValue, Query, ReferenceValue, TokenValue
from hit_maternity.fhir.search.timeline import TIMELINES
from hit_maternity.store.criteria import Criteria
from hit_maternity.store.keys import bounded, digest, type_key
from hit_maternity.store.pieces import Place
from hit_maternity.store.ranges import date_reach
from hit_maternity.store.session import Row, Session
from hit_maternity.store.sql import Sql, all_of, any_of, joined
from hit_maternity.store.statements import VERSION, WIDTH

_MOST_CODES = 8


class Walk(NamedTuple):
    """``codes``: ``(system, code)`` with system None for any; ("", "") where no code is asked for. ``dates``, ``rest``: what else holds."""

    type: str
    patient: str
    codes: tuple[tuple[str | None, str], ...]
    dates: tuple[Condition, ...]
    rest: tuple[Criterion, ...]
    descending: bool


def plan(query: Query) -> Walk | None:
    """The walk that answers ``query``, or None where it is of another kind."""
    if len(query.types) != 1 or len(query.sort) != 1:
        return None
    (type,), (sort,) = query.types, query.sort
    known = TIMELINES.get(type)
    if known is None or known.date is None or sort.code != known.date:
        return None
    patient: str | None = None
    codes: tuple[tuple[str | None, str], ...] | None = None
    dates: list[Condition] = []
    rest: list[Criterion] = []
    for criterion in query.criteria:
        if patient is None and (named := _patient(criterion, known.patient)):
            patient = named
        elif codes is None and (listed := _codes(criterion, known.code)):
            codes = listed
        elif _dated(criterion, known.date):
            dates.append(criterion)  # type: ignore[arg-type]  # _dated tells that it is a Condition
        else:
            rest.append(criterion)
    if patient is None:
        return None
    return Walk(type, patient, codes or (("", ""),), tuple(dates), tuple(rest), sort.descending)


def _patient(criterion: Criterion, names: tuple[str, ...]) -> str | None:
    if not isinstance(criterion, Condition) or criterion.modifier or criterion.negated or len(criterion.values) != 1:
        return None
    (value,) = criterion.values
    if not isinstance(value, ReferenceValue) or any(p.code not in names for p in criterion.parameters):
        return None
    only_patients = all(p.targets == {"Patient"} for p in criterion.parameters)
    return value.target_id if value.target_type == "Patient" or (value.target_type is None and only_patients) else None


def _codes(criterion: Criterion, name: str | None) -> tuple[tuple[str | None, str], ...]:
    """Empty where the criterion is not one of plain codes."""
    if not isinstance(criterion, Condition) or criterion.modifier or criterion.negated or criterion.missing is not None:
        return ()
    if any(p.code != name for p in criterion.parameters) or len(criterion.values) > _MOST_CODES:
        return ()
    codes = tuple((v.system, v.code) for v in criterion.values if isinstance(v, TokenValue) and v.code)
    return codes if len(codes) == len(criterion.values) else ()


def _dated(criterion: Criterion, name: str) -> bool:
    return (
        isinstance(criterion, Condition)
        and not criterion.modifier
        and not criterion.negated
        and criterion.missing is None
        and all(p.code == name for p in criterion.parameters)
        and all(isinstance(v, DateValue) for v in criterion.values)
    )


class TimelineSearch:
    """Runs a walk."""

    def __init__(self, criteria: Criteria, session: Session, walk: Walk) -> None:
        self._names = criteria.pieces.names
        self._session = session
        self._walk = walk
        place = Place("t.key", None, (walk.type,))
        dates = [_within(d) for d in walk.dates]
        self._where = [*dates, *(criteria.probe(c, place) for c in walk.rest)]

    def find(self, after: tuple[int, int] | None, limit: int) -> list[tuple[tuple[int, int], Row]]:
        """Up to ``limit`` matches with their positions ``(moment, key)``. Those without a date come last either way."""
        if self._walk.descending:
            return self._find(Sql("1 = 1"), after, limit)
        found: list[tuple[tuple[int, int], Row]] = []
        if after is None or after[0] != MIN_TIME:
            found = self._find(Sql("t.moment > ?", (MIN_TIME,)), after, limit)
            after = None
        if len(found) < limit:
            found += self._find(Sql("t.moment <= ?", (MIN_TIME,)), after, limit - len(found))
        return found

    def _find(self, part: Sql, after: tuple[int, int] | None, limit: int) -> list[tuple[tuple[int, int], Row]]:
        direction = " DESC" if self._walk.descending else ""
        order = f" ORDER BY moment{direction}, key{direction} LIMIT ?"
        branches = [self._branch(system, code, part, after) for system, code in self._walk.codes]
        if len(branches) == 1:
            keys = branches[0] + Sql(order, (limit,))
        else:
            limited = [Sql("SELECT moment, key FROM (") + b + Sql(f"{order}) AS b{i}", (limit,)) for i, b in enumerate(branches)]
            keys = joined(limited, " UNION ") + Sql(order, (limit,))
        statement = f"SELECT {VERSION}, k.moment FROM (" + keys.text + f") AS k CROSS JOIN {self._names.resource} r WHERE r.key = k.key"
        rows = self._session.rows(statement, keys.values)
        found = [((row[WIDTH], row[0]), row[:WIDTH]) for row in rows]
        found.sort(key=_position, reverse=self._walk.descending)
        return found

    def _branch(self, system: str | None, code: str, part: Sql, after: tuple[int, int] | None) -> Sql:
        walk = self._walk
        where = [Sql("t.patient = ? AND t.section = ? AND t.code = ?", (bounded(walk.patient), type_key(walk.type), bounded(code))), part]
        if system is not None and code:
            where.append(Sql("t.system = ?", (digest(system),)))
        if after is not None:
            sign = "<" if walk.descending else ">"
            where.append(Sql(f"t.moment {sign}= ? AND (t.moment {sign} ? OR t.key {sign} ?)", (after[0], after[0], after[1])))
        # a code without its system may stand in several rows of one resource, side by side
        distinct = "DISTINCT " if system is None else ""
        return Sql(f"SELECT {distinct}t.moment, t.key FROM {self._names.timeline} t WHERE ") + all_of([*where, *self._where])


def _position(found: tuple[tuple[int, int], Row]) -> tuple[int, int]:
    return found[0]


def _within(dates: Condition) -> Sql:
    """The date condition over a row's own ``moment`` and ``until``; what has no date has no time between them."""
    fits = []
    for value in dates.values:
        assert isinstance(value, DateValue)
        reach = date_reach(value)
        text = reach.fits.text.replace("{a}low", "t.moment").replace("{a}high", "t.until")
        bounds = Sql(text, tuple(int(v) for v in reach.fits.values))
        # so that the walk begins and ends where it can
        if value.prefix in ("eq", "sa", "ap", "lt", "le", "eb") and reach.before is not None:
            bounds += Sql(" AND t.moment < ?", (int(reach.before),))
        if value.prefix in ("eq", "sa") and reach.after is not None:
            bounds += Sql(" AND t.moment > ?", (int(reach.after),))
        fits.append(Sql("(") + bounds + ")")
    return any_of(fits) + " AND t.until > t.moment"
