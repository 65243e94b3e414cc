"""References up and down a hierarchy: which resources are part of one, or which one it is part of, however far.

Source: https://hl7.org/fhir/R4/search.html#recursive and the modifiers ``:above`` and ``:below`` of references.
"""

from __future__ import annotations

from collections.abc import Iterable

from hit_maternity.fhir.outcome import refuse
from hit_maternity.fhir.search.model import Condition, Hierarchy, ReferenceValue, SearchParameter
from hit_maternity.store.keys import type_key
from hit_maternity.store.pieces import Pieces, across
from hit_maternity.store.session import Session
from hit_maternity.store.sql import Sql, all_of
from hit_maternity.store.terms import TEXT

#: A hierarchy with more members than this is refused.
MOST = 5000


def as_condition(hierarchy: Hierarchy, pieces: Pieces, session: Session) -> Condition:
    """The condition that names every member. Raises ``FhirError`` 400 ``search-hierarchy-size`` beyond ``MOST`` of them."""
    found = dict.fromkeys(hierarchy.values)
    for link in hierarchy.links:
        begin = {v.target_id for v in hierarchy.values if v.target_type in (None, link.resource_type)}
        for id in _members(link, begin, hierarchy.up, pieces, session) - begin:
            found[ReferenceValue(link.resource_type, id)] = None
    return Condition(hierarchy.parameters, None, tuple(found))


def _members(link: SearchParameter, begin: set[str], up: bool, pieces: Pieces, session: Session) -> set[str]:
    members, edge = set(begin), begin
    while edge:
        step = (_wholes if up else _parts)(link, edge, pieces)
        edge = {str(row[0]) for row in session.rows(step.text, step.values)} - members
        members |= edge
        if len(members) > MOST:
            words = f"What :above or :below asks for has more than {MOST} members. Ask for a smaller part of it."
            raise refuse(400, "too-costly", "search-hierarchy-size", words)
    return members


def _parts(link: SearchParameter, of: Iterable[str], pieces: Pieces) -> Sql:
    """The ids of what is part of these, one step down."""
    own = type_key(link.resource_type)
    row, names = pieces.alias(), pieces.alias()
    where = [
        Sql(f"{names}.section = ? AND {names}.value {pieces.dialect.text_in}", (own, pieces.listed(sorted(of)))),
        Sql(f"{names}.other = ? AND {row}.key = {names}.key", (own,)),
        pieces.serves(names, [link.key]),
    ]
    return Sql(f"SELECT {row}.id FROM ") + across(pieces.table(TEXT, names), pieces.resource(row)) + " WHERE " + all_of(where)


def _wholes(link: SearchParameter, of: Iterable[str], pieces: Pieces) -> Sql:
    """The ids of what these are part of, one step up."""
    row, names = pieces.alias(), pieces.alias()
    where = [
        Sql(f"{row}.type = ? AND {row}.id {pieces.dialect.text_in}", (link.resource_type, pieces.listed(sorted(of)))),
        Sql(f"{names}.key = {row}.key AND {names}.other = ?", (type_key(link.resource_type),)),
        pieces.serves(names, [link.key]),
    ]
    return Sql(f"SELECT {names}.value FROM ") + across(pieces.resource(row), pieces.by_key(TEXT, names)) + " WHERE " + all_of(where)
