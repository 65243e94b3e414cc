"""Search: which index to enter by, in which order to walk, what to probe.

Ways, in the order in which they are thought of:

1. *timeline*: one patient, by date (``timeline``);
2. *newest*: by a criterion whose index gives keys newest first, when that is the order wanted; the other criteria are probes;
3. *collect*: all keys of the most selective criterion, probed and sorted, when there are few;
4. *newest* of everything, or *sorted*: along the index that has the order wanted, everything probed, when there are many.

Which criterion is selective is counted, up to ``_FEW``, not guessed.
"""

from __future__ import annotations

from collections.abc import Sequence

from hit_maternity.fhir.ports import SearchPage, Version
from hit_maternity.fhir.search.model import Criterion, Query, TypeIs
from hit_maternity.store.criteria import Criteria
from hit_maternity.store.cursor import Seal, cursor_invalid
from hit_maternity.store.history import present_types
from hit_maternity.store.include import Included, include
from hit_maternity.store.moments import moment
from hit_maternity.store.order import Order, Position
from hit_maternity.store.session import Database, Row, Session
from hit_maternity.store.signature import signature
from hit_maternity.store.sql import Sql, Stream, joined
from hit_maternity.store.timeline import TimelineSearch
from hit_maternity.store.timeline import plan as plan_timeline
from hit_maternity.store.ways import Entry, Found, Part, Ways

#: Up to so many keys of one criterion are collected and sorted; the count of estimates goes no further either.
_FEW = 1000
#: With more types than this it is worth asking which there are.
_MANY_TYPES = 4


class Searcher:
    """Runs one query on one session."""

    def __init__(self, database: Database, session: Session, seal: Seal) -> None:
        self._database = database
        self._session = session
        self._seal = seal
        self._criteria = Criteria(database, session)

    def page(self, query: Query) -> SearchPage:
        """One page. Raises ``FhirError`` 400 ``cursor-invalid``."""
        types = self._types(query)
        order = Order.of(query.sort)
        mark = signature(query)
        after = self._position(query, mark, order)
        if not types:
            return SearchPage([], [], 0, None)
        ways = Ways(self._criteria, self._session, types)
        found = self._find(query, types, ways, order, Part(after, query.count + 1)) if query.count else []
        rows = [row for _, row in found[: query.count]]
        more = len(found) > len(rows)
        total = len(rows) if query.count and after is None and not more else None
        if total is None and (query.total in ("accurate", "estimate") or not query.count):
            total = ways.count(query.criteria, self._enter(query.criteria, types, newest_first=False))
        included = include(self._database, self._session, rows, query.includes) if query.includes and rows else Included([], False)
        cursor = self._seal.close(list(found[len(rows) - 1][0]), mark) if more else None
        return SearchPage(_versions(rows), _versions(included.rows), total, cursor, included.cut)

    def _position(self, query: Query, mark: bytes, order: Order) -> Position | None:
        if not query.cursor:
            return None
        position = self._seal.open(query.cursor, mark)
        if not isinstance(position, list) or len(position) != len(order.directions):
            raise cursor_invalid()
        return position

    def _types(self, query: Query) -> tuple[str, ...]:
        """The types that may be found: those searched, as far as there are any."""
        types = query.types
        for criterion in query.criteria:
            if isinstance(criterion, TypeIs):
                types = tuple(t for t in types if t in criterion.types)
        if len(types) > _MANY_TYPES:
            wanted = frozenset(types)
            types = tuple(t for t in present_types(self._database, self._session) if t in wanted)
        return types

    def _find(self, query: Query, types: tuple[str, ...], ways: Ways, order: Order, part: Part) -> Sequence[Found]:
        walk = plan_timeline(query)
        if walk:
            after = (part.after[0], part.after[1]) if part.after else None
            return TimelineSearch(self._criteria, self._session, walk).find(after, part.limit)
        entry = self._enter(query.criteria, types, newest_first=not order.sorts)
        if entry and not order.sorts and all(s.ordered for s in entry.streams):
            return ways.newest(entry.streams, entry.rest, part)
        if entry and entry.few:
            return ways.collect(entry, order, part)
        if not order.sorts:
            return ways.newest(ways.everything(), query.criteria, part)
        return ways.sorted(query, order, part)

    def _enter(self, criteria: Sequence[Criterion], types: tuple[str, ...], newest_first: bool) -> Entry | None:
        """The criterion with the fewest keys, as far as they are counted."""
        choices = [(c, s) for c in criteria if (s := self._criteria.streams(c, types)) is not None]
        if not choices:
            return None
        if len(choices) == 1 and newest_first and all(s.ordered for s in choices[0][1]):
            counts = [_FEW]  # it is walked, however many there are
        else:
            counts = self._estimate([s for _, s in choices])
        # of equals the one that needs no sort
        best = min(range(len(choices)), key=lambda i: (counts[i], not all(s.ordered for s in choices[i][1])))
        chosen, streams = choices[best]
        return Entry(streams, [c for c in criteria if c is not chosen], counts[best] < _FEW)

    def _estimate(self, choices: list[list[Stream]]) -> list[int]:
        """How many keys each choice gives, counted up to ``_FEW``."""
        counts = []
        for number, streams in enumerate(choices):
            every = joined([s.bound or s.select("1") for s in streams], " UNION ALL ")
            counts.append(Sql("(SELECT count(*) FROM (") + every + Sql(f" LIMIT ?) AS c{number})", (_FEW,)) if streams else Sql("0"))
        asked = joined(counts, ", ")
        row = self._session.row("SELECT " + asked.text, asked.values)
        return list(row or ())


def _versions(rows: Sequence[Row]) -> list[Version]:
    return [Version(r[1], r[2], r[3], moment(r[4]), r[5], r[6], r[7]) for r in rows]
