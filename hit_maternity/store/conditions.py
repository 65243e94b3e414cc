"""Conditions on search parameters: as probes and as streams."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hit_maternity.fhir.search.model import CompositeValue, Condition, SearchParameter
from hit_maternity.store.pieces import Pieces, Place, across
from hit_maternity.store.sql import Sql, Stream, all_of, any_of, joined, negated
from hit_maternity.store.terms import RANGE, TEXT, Term, term, terms

_RANGED = frozenset({"date", "number", "quantity"})


class Conditions:
    """Compiles ``Condition``s."""

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = pieces

    def probe(self, condition: Condition, place: Place) -> Sql:
        """Whether the resource at ``place`` fits; those without the parameter fit a negated condition."""
        parameters = place.owned(condition.parameters)
        if condition.missing is not None:
            found = any_of(self._present(parameters, place))
            return negated(found) if condition.missing else found
        probes = [self._probe_composite(p, v, place) for p, v in _composites(condition, parameters)]
        probes += [self._probe_term(t, place) for t in self._terms(condition, parameters)]
        return negated(any_of(probes)) if condition.negated else any_of(probes)

    def streams(self, condition: Condition, types: tuple[str, ...]) -> list[Stream] | None:
        """The keys of what fits; None where no index helps."""
        if condition.negated or condition.missing is not None:
            return None
        parameters = [p for p in condition.parameters if p.resource_type in types]
        made = [self._stream_composite(p, v) for p, v in _composites(condition, parameters)]
        made += [self._stream_term(t) for t in self._terms(condition, parameters)]
        return None if None in made else [stream for streams in made for stream in streams or ()]

    def _terms(self, condition: Condition, parameters: Sequence[SearchParameter]) -> list[Term]:
        if not parameters or any(isinstance(v, CompositeValue) for v in condition.values):
            return []
        return terms(condition, parameters, self._pieces.dialect, self._pieces.listed)

    # ------------------------------------------------------------ missing

    def _present(self, parameters: Sequence[SearchParameter], place: Place) -> Iterator[Sql]:
        """Whether there is any row for a parameter; a code that is text only, or a reference that is an identifier only, counts."""
        parts = [part for p in parameters for part in (p.components or (p,))]
        ranged = [p.key for p in parts if p.type in _RANGED]
        written = [key for p in parts if p.type not in _RANGED for key in (p.key, p.variant(":text"), p.variant(":identifier"))]
        for table, keys in ((RANGE, ranged), (TEXT, written)):
            if keys:
                alias = self._pieces.alias()
                own = Sql(f"{alias}.key = {place.key}")
                yield self._pieces.exists(self._pieces.by_key(table, alias), own, self._pieces.serves(alias, keys))

    # ------------------------------------------------------------ terms

    def _probe_term(self, of: Term, place: Place) -> Sql:
        alias = self._pieces.alias()
        own, serves = Sql(f"{alias}.key = {place.key}"), self._pieces.serves(alias, of.parameters)
        if not of.sought:
            return self._pieces.exists(self._pieces.by_key(of.table, alias), own, _fits(of, alias), serves)
        section = self._pieces.one_of(f"{alias}.section", of.sections)
        return self._pieces.exists(self._pieces.table(of.table, alias), section, _fits(of, alias), own, serves)

    def _stream_term(self, of: Term) -> list[Stream] | None:
        """The streams of a term: a range may need a second one for its wide rows."""
        if of.scanned or (of.reach and not of.reach.narrowed):
            return None
        alias = self._pieces.alias()
        ends = [Sql("1 = 1")]
        if of.reach:
            bounds = [(">", of.reach.after), ("<", of.reach.before)]
            ends = [joined([Sql(f"{alias}.low {sign} ?", (b,)) for sign, b in bounds if b is not None], " AND ")]
            if of.reach.wide is not None:
                ends.append(Sql(f"{alias}.wide = 1 AND {alias}.high > ?", (of.reach.wide,)))
        section = self._pieces.one_of(f"{alias}.section", of.sections)
        ordered = of.single and len(of.sections) == 1
        table, serves = self._pieces.table(of.table, alias), self._pieces.serves(alias, of.parameters)
        return [Stream(table, all_of([section, end, _fits(of, alias), serves]), f"{alias}.key", ordered) for end in ends]

    # ------------------------------------------------------------ composites

    def _parts(self, parameter: SearchParameter, value: CompositeValue) -> list[Term]:
        return [term(v, [p], None, self._pieces.dialect)[0] for p, v in zip(parameter.components, value.parts, strict=True)]

    def _same_item(self, rest: Sequence[Term], key: str, role: str) -> Sql:
        """The other parts of a composite stand in the same instance of it as role row ``role`` of the first."""
        found = []
        for of in rest:
            alias, other = self._pieces.alias(), self._pieces.alias()
            tables = across(self._pieces.by_key(of.table, alias), Sql(f"{self._pieces.names.role} {other}"))
            item = Sql(f"{other}.item = {role}.item")
            found.append(self._pieces.exists(tables, Sql(f"{alias}.key = {key}"), _plays(of, alias, other), item, _fits(of, alias)))
        return all_of(found)

    def _probe_composite(self, parameter: SearchParameter, value: CompositeValue, place: Place) -> Sql:
        first, *rest = self._parts(parameter, value)
        alias, role = self._pieces.alias(), self._pieces.alias()
        tables = across(self._pieces.by_key(first.table, alias), Sql(f"{self._pieces.names.role} {role}"))
        own = Sql(f"{alias}.key = {place.key}")
        return self._pieces.exists(tables, own, _plays(first, alias, role), _fits(first, alias), self._same_item(rest, place.key, role))

    def _stream_composite(self, parameter: SearchParameter, value: CompositeValue) -> list[Stream] | None:
        first, *rest = self._parts(parameter, value)
        made = self._stream_term(first)
        if made is None:
            return None
        streams = []
        for stream in made:
            role, row = self._pieces.alias(), stream.key.removesuffix(".key")
            where = all_of([stream.where, _plays(first, row, role), self._same_item(rest, stream.key, role)])
            tables = across(stream.tables, Sql(f"{self._pieces.names.role} {role}"))
            streams.append(Stream(tables, where, stream.key, False, bound=stream.select("1")))
        return streams


def _composites(condition: Condition, parameters: Sequence[SearchParameter]) -> list[tuple[SearchParameter, CompositeValue]]:
    return [(p, v) for v in condition.values if isinstance(v, CompositeValue) for p in parameters]


def _fits(of: Term, alias: str) -> Sql:
    return Sql(of.fits.text.replace("{a}", f"{alias}."), of.fits.values)


def _plays(of: Term, alias: str, role: str) -> Sql:
    """Role row ``role`` is the one by which index row ``alias`` serves the term's parameter."""
    return Sql(f"{role}.parameter = ? AND {role}.role = {alias}.role", of.parameters)
