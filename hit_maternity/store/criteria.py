"""From criteria to SQL, in two forms: a *probe* asks whether a resource fits, *streams* give the keys of those that do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from hit_maternity.fhir.search.model import (
    Chain,
    Condition,
    Criterion,
    DateValue,
    Has,
    Hierarchy,
    Ids,
    InCompartment,
    InList,
    LastUpdated,
    Near,
    SearchParameter,
    TypeIs,
)
from hit_maternity.store.conditions import Conditions
from hit_maternity.store.hierarchy import as_condition
from hit_maternity.store.links import Links
from hit_maternity.store.pieces import Pieces, Place, across
from hit_maternity.store.ranges import date_reach
from hit_maternity.store.session import Database, Session
from hit_maternity.store.sql import Sql, Stream, all_of, any_of, negated
from hit_maternity.store.terms import RANGE

#: A criterion that would need more streams than this is left to probes.
MAX_STREAMS = 24


class Criteria:
    """Compiles the criteria of one query."""

    def __init__(self, database: Database, session: Session) -> None:
        self.pieces = Pieces(database, session)
        conditions = Conditions(self.pieces)
        links = Links(self.pieces, self.probe, self.streams)
        resolved = lru_cache(maxsize=None)(lambda hierarchy: as_condition(hierarchy, self.pieces, session))
        self._probes: dict[type, Callable[[Any, Place], Sql]] = {
            Condition: conditions.probe,
            Chain: links.probe_chain,
            Has: links.probe_has,
            InCompartment: links.probe_compartment,
            InList: links.probe_list,
            Ids: self._probe_ids,
            LastUpdated: self._probe_updated,
            TypeIs: self._probe_types,
            Near: self._probe_near,
            Hierarchy: lambda hierarchy, place: conditions.probe(resolved(hierarchy), place),
        }
        self._streams: dict[type, Callable[[Any, tuple[str, ...]], list[Stream] | None]] = {
            Condition: conditions.streams,
            Chain: links.stream_chain,
            Has: links.stream_has,
            InCompartment: links.stream_compartment,
            InList: links.stream_list,
            Ids: self._stream_ids,
            LastUpdated: self._stream_updated,
            Near: self._stream_near,
            Hierarchy: lambda hierarchy, types: conditions.streams(resolved(hierarchy), types),
        }

    def probe(self, criterion: Criterion, place: Place) -> Sql:
        """A condition that holds where the resource at ``place`` fits."""
        return self._probes[type(criterion)](criterion, place)

    def streams(self, criterion: Criterion, types: tuple[str, ...]) -> list[Stream] | None:
        """The keys of what fits, among resources of ``types``; several streams may name one twice. None: only probes help."""
        make = self._streams.get(type(criterion))
        made = make(criterion, types) if make else None
        return made if made is not None and len(made) <= MAX_STREAMS else None

    # ------------------------------------------------------------ _id, _lastUpdated, _type

    def _named(self, ids: Ids, row: str) -> Sql:
        return Sql(f"{row}.id {self.pieces.dialect.text_in}", (self.pieces.listed(list(ids.ids)),))

    def _probe_ids(self, ids: Ids, place: Place) -> Sql:
        found = self.pieces.of_resource(place, lambda row: self._named(ids, row))
        return negated(found) if ids.negated else found

    def _stream_ids(self, ids: Ids, types: tuple[str, ...]) -> list[Stream] | None:
        return None if ids.negated else [self.pieces.resources(t, lambda row: self._named(ids, row)) for t in types]

    def updated(self, updated: LastUpdated, row: str) -> Sql:
        """The resource at ``row`` was updated then, by an index where that helps."""
        return any_of([_updated(v, f"{row}.updated") for v in updated.values])

    def _probe_updated(self, updated: LastUpdated, place: Place) -> Sql:
        # with a sign before it no index is used: one by this column would spoil the order of the walk
        return self.pieces.of_resource(place, lambda row: any_of([_updated(v, f"(+{row}.updated)") for v in updated.values]))

    def _stream_updated(self, updated: LastUpdated, types: tuple[str, ...]) -> list[Stream] | None:
        if any(v.prefix == "ne" for v in updated.values):
            return None
        return [self._updated_in(t, v) for t in types for v in updated.values]

    def _updated_in(self, type: str, value: DateValue) -> Stream:
        return self.pieces.resources(type, lambda row: _updated(value, f"{row}.updated"))

    def _probe_types(self, types: TypeIs, place: Place) -> Sql:
        return self.pieces.of_resource(place, lambda row: any_of([Sql(f"{row}.type = ?", (t,)) for t in types.types]))

    # ------------------------------------------------------------ near

    def _near(self, near: Near, parameters: Sequence[SearchParameter]) -> list[tuple[str, Sql, Sql]]:
        """For every parameter and point: alias of the x coordinate's row, tables, condition."""
        found = []
        for parameter in parameters:
            keys = [parameter.variant(f":{c}") for c in "xyz"]
            for point in near.points:
                x, y, z = aliases = [self.pieces.alias() for _ in "xyz"]
                within = [
                    all_of(
                        [Sql(f"{a}.low >= ? AND {a}.low <= ?", (centre - point.chord, centre + point.chord)), self.pieces.serves(a, [key])]
                    )
                    for a, centre, key in zip(aliases, point[:3], keys, strict=True)
                ]
                squares = " + ".join(f"({a}.low - ?) * ({a}.low - ?)" for a in aliases)
                distance = Sql(f"{squares} <= ?", (*(c for c in point[:3] for _ in "xx"), point.chord * point.chord))
                same = Sql(f"{x}.section = ? AND {y}.key = {x}.key AND {z}.key = {x}.key", (keys[0],))
                tables = across(self.pieces.table(RANGE, x), self.pieces.by_key(RANGE, y), self.pieces.by_key(RANGE, z))
                found.append((x, tables, all_of([same, *within, distance])))
        return found

    def _probe_near(self, near: Near, place: Place) -> Sql:
        found = self._near(near, place.owned(near.parameters))
        return any_of([self.pieces.exists(tables, Sql(f"{x}.key = {place.key}"), where) for x, tables, where in found])

    def _stream_near(self, near: Near, types: tuple[str, ...]) -> list[Stream]:
        owned = [p for p in near.parameters if p.resource_type in types]
        return [Stream(tables, where, f"{x}.key", False) for x, tables, where in self._near(near, owned)]


def _updated(value: DateValue, column: str) -> Sql:
    """``_lastUpdated`` is an instant of a millisecond: it ends with the millisecond it begins with."""
    fits = date_reach(value).fits
    text = fits.text.replace("{a}low", column).replace("{a}high >", f"{column} >=").replace("{a}high <=", f"{column} <")
    return Sql(text, tuple(int(v) for v in fits.values))
