"""Criteria that follow references: chains, ``_has``, compartments, lists."""

from __future__ import annotations

from collections.abc import Callable

from hit_maternity.fhir.search.model import Chain, Criterion, Has, InCompartment, InList, parameter_key
from hit_maternity.store.keys import type_key
from hit_maternity.store.pieces import Pieces, Place, across, is_row
from hit_maternity.store.sql import FALSE, Sql, Stream, all_of, any_of
from hit_maternity.store.terms import TEXT

Probe = Callable[[Criterion, Place], Sql]
Streams = Callable[[Criterion, tuple[str, ...]], list[Stream] | None]


class Links:
    """Compiles criteria that follow references; ``probe`` and ``streams`` compile what holds at the other end."""

    def __init__(self, pieces: Pieces, probe: Probe, streams: Streams) -> None:
        self._pieces = pieces
        self._probe = probe
        self._streams = streams

    # ------------------------------------------------------------ subject:Patient.name=...

    def probe_chain(self, chain: Chain, place: Place) -> Sql:
        """Some reference of the resource leads to one for which the condition holds."""
        references = [p.key for p in place.owned(chain.references)]
        if not references:
            return FALSE
        found = []
        for target in chain.target_types:
            link, row = self._pieces.alias(), self._pieces.alias()
            tables = across(self._pieces.by_key(TEXT, link), self._pieces.resource(row))
            own, serves = Sql(f"{link}.key = {place.key}"), self._pieces.serves(link, references)
            inner = self._probe(chain.condition, Place(f"{row}.key", row, (target,)))
            found.append(self._pieces.exists(tables, own, serves, is_row(link, row, target, type_key(target)), inner))
        return any_of(found)

    def stream_chain(self, chain: Chain, types: tuple[str, ...]) -> list[Stream] | None:
        """From what the condition finds back along the references."""
        references = [p for p in chain.references if p.resource_type in types]
        sections = tuple(dict.fromkeys(type_key(p.resource_type) for p in references))
        streams: list[Stream] = []
        for target in chain.target_types if references else ():
            inner = self._streams(chain.condition, (target,))
            if inner is None:
                return None
            for stream in inner:
                row, link = self._pieces.alias(), self._pieces.alias()
                where = [
                    stream.where,
                    Sql(f"{row}.key = {stream.key} AND {row}.type = ? AND {row}.body IS NOT NULL", (target,)),
                    self._pieces.one_of(f"{link}.section", sections),
                    Sql(f"{link}.value = {row}.id AND {link}.other = ?", (type_key(target),)),
                    self._pieces.serves(link, [p.key for p in references]),
                ]
                tables = across(stream.tables, self._pieces.resource(row), self._pieces.table(TEXT, link))
                streams.append(Stream(tables, all_of(where), f"{link}.key", False))
        return streams

    # ------------------------------------------------------------ _has:Observation:patient:code=...

    def probe_has(self, has: Has, place: Place) -> Sql:
        """Some resource for which the condition holds names this one."""

        def named(row: str) -> Sql:
            found = []
            for target in place.types:
                link = self._pieces.alias()
                named_by = Sql(
                    f"{link}.section = ? AND {link}.value = {row}.id AND {link}.other = ?", (type_key(has.source_type), type_key(target))
                )
                inner = self._probe(has.condition, Place(f"{link}.key", None, (has.source_type,)))
                serves = self._pieces.serves(link, [has.reference.key])
                by_this = self._pieces.exists(self._pieces.table(TEXT, link), named_by, serves, inner)
                found.append(all_of([Sql(f"{row}.type = ?", (target,)), by_this]) if len(place.types) > 1 else by_this)
            return any_of([Sql("(") + f + ")" for f in found])

        return self._pieces.of_resource(place, named)

    def stream_has(self, has: Has, types: tuple[str, ...]) -> list[Stream] | None:
        """What the resources that the condition finds name."""
        inner = self._streams(has.condition, (has.source_type,))
        if inner is None:
            return None
        streams = []
        for target in types:
            for stream in inner:
                link, row = self._pieces.alias(), self._pieces.alias()
                where = [
                    stream.where,
                    Sql(f"{link}.key = {stream.key}"),
                    self._pieces.serves(link, [has.reference.key]),
                    is_row(link, row, target, type_key(target)),
                ]
                tables = across(stream.tables, self._pieces.by_key(TEXT, link), self._pieces.resource(row))
                streams.append(Stream(tables, all_of(where), f"{row}.key", False))
        return streams

    # ------------------------------------------------------------ Patient/1/Observation

    def _linked(self, compartment: InCompartment, alias: str, types: tuple[str, ...]) -> list[Sql]:
        return [
            self._pieces.one_of(f"{alias}.section", tuple(type_key(t) for t in types)),
            Sql(f"{alias}.value = ? AND {alias}.other = ?", (compartment.id, type_key(compartment.type))),
            self._pieces.serves(alias, compartment.parameters),
        ]

    def probe_compartment(self, compartment: InCompartment, place: Place) -> Sql:
        """The resource names the compartment's, or is it."""
        found = []
        if compartment.parameters:
            alias = self._pieces.alias()
            own = Sql(f"{alias}.key = {place.key}")
            found.append(self._pieces.exists(self._pieces.table(TEXT, alias), *self._linked(compartment, alias, place.types), own))
        if compartment.type in place.types:
            itself = (compartment.type, compartment.id)
            found.append(self._pieces.of_resource(place, lambda row: Sql(f"({row}.type = ? AND {row}.id = ?)", itself)))
        return any_of(found)

    def stream_compartment(self, compartment: InCompartment, types: tuple[str, ...]) -> list[Stream]:
        """All that name the compartment's resource; and that itself."""
        streams = []
        if compartment.parameters:
            alias = self._pieces.alias()
            where = all_of(self._linked(compartment, alias, types))
            streams.append(Stream(self._pieces.table(TEXT, alias), where, f"{alias}.key", len(types) == 1))
        if compartment.type in types:
            streams.append(self._pieces.resources(compartment.type, lambda row: Sql(f"{row}.id = ?", (compartment.id,))))
        return streams

    # ------------------------------------------------------------ _list=1

    def _entries(self, of: InList, entry: str) -> tuple[Sql, Sql]:
        listing = self._pieces.alias()
        tables = across(self._pieces.resource(listing), self._pieces.by_key(TEXT, entry))
        where = Sql(f"{listing}.type = 'List' AND {listing}.id = ? AND {entry}.key = {listing}.key AND ", (of.id,))
        return tables, where + self._pieces.serves(entry, [parameter_key("List", "item")])

    def probe_list(self, of: InList, place: Place) -> Sql:
        """An entry of the list names the resource."""

        def entered(row: str) -> Sql:
            entry = self._pieces.alias()
            tables, where = self._entries(of, entry)
            by_type = [Sql(f"({row}.type = ? AND {entry}.other = ?)", (t, type_key(t))) for t in place.types]
            return self._pieces.exists(tables, where, Sql(f"{entry}.value = {row}.id"), any_of(by_type))

        return self._pieces.of_resource(place, entered)

    def stream_list(self, of: InList, types: tuple[str, ...]) -> list[Stream]:
        """What the entries of the list name."""
        streams = []
        for target in types:
            entry, row = self._pieces.alias(), self._pieces.alias()
            tables, where = self._entries(of, entry)
            joined_to = all_of([where, is_row(entry, row, target, type_key(target))])
            streams.append(Stream(across(tables, self._pieces.resource(row)), joined_to, f"{row}.key", False))
        return streams
