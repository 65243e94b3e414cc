"""Conditional interactions: the one resource that search criteria name.

Source: https://hl7.org/fhir/R4/http.html#ccreate, #cond-update, #2.36.0.12 and search.html. The search that decides and the write
that follows it run in one transaction, one after another for the same criteria, so that two at once can't both find nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hit_maternity.fhir.outcome import refuse
from hit_maternity.fhir.ports import Intent, Version, Writer
from hit_maternity.fhir.rest.exchange import Server
from hit_maternity.fhir.rest.parameters import FORM, pairs_of, query_of
from hit_maternity.fhir.search.model import Query


def criteria_query(server: Server, type: str, criteria: str, base: str, where: str | None = None) -> Query:
    """The query that ``criteria`` (``identifier=...&active=true``) stands for. Raises ``FhirError`` 400 where it selects nothing:
    criteria without a search parameter would name every resource."""
    pairs = [p for p in pairs_of(criteria.strip().removeprefix(type).removeprefix("?")) if p[0] not in FORM]
    query = server.search.parse([type], pairs, base=base)
    if not query.criteria:
        text = "A conditional interaction needs at least one search parameter that selects, such as identifier."
        raise refuse(400, "required", "conditional-criteria-missing", text, where)
    return replace(query, count=2, sort=(), includes=(), total=None, summary=None, elements=(), cursor=None)


def turn_name(type: str, query: Query) -> str:
    """The name under which conditional writes with the same criteria wait for each other."""
    return f"{type}?{query_of(sorted(query.used))}"


def find_one(server: Server, writer: Writer, principal: Any, type: str, query: Query, where: str | None = None) -> Version | None:
    """The resource that fits, None where none does. Raises ``FhirError`` 412 ``conditional-multiple`` where several do.

    The guard may narrow the search: what the caller may not see does not count as a match.
    """
    intent = Intent("search-type", type, query=query)
    matches = writer.search(server.guard.check(principal, intent) or query).matches
    server.guard.approach(writer, principal, intent, matches)
    if len(matches) > 1:
        text = f"Several resources of type {type} fit the criteria, so none can be chosen. Make the criteria name one."
        raise refuse(412, "multiple-matches", "conditional-multiple", text, where)
    return matches[0] if matches else None


def find_one_in_turn(server: Server, writer: Writer, principal: Any, type: str, criteria: str, base: str) -> Version | None:
    """``find_one`` of the criteria, after every other transaction that asks the same has ended."""
    query = criteria_query(server, type, criteria, base)
    writer.serialize(turn_name(type, query))
    return find_one(server, writer, principal, type, query)
