"""How the databases go about a search: by the indexes it was written for, without reading whole tables."""

from __future__ import annotations

import re
from types import ModuleType
from typing import Any

import pytest

from hit_maternity.fhir.search.model import (
    Chain,
    CompositeValue,
    Condition,
    Criterion,
    DateValue,
    Has,
    Ids,
    Include,
    InCompartment,
    LastUpdated,
    NumberValue,
    QuantityValue,
    Query,
    ReferenceValue,
    Sort,
    StringValue,
    TokenValue,
    UriValue,
)
from hit_maternity.store import Store
from hit_maternity.store.cursor import Seal
from hit_maternity.store.search import Searcher
from hit_maternity.store.session import Session


class Watched:
    """A session that keeps the plan of every statement it runs."""

    def __init__(self, session: Session, store: Store) -> None:
        self._session = session
        self._explain = "EXPLAIN QUERY PLAN " if store.inline else "EXPLAIN "
        self.plans: list[tuple[str, str]] = []

    def _note(self, statement: str, parameters: Any) -> None:
        lines = [str(row[-1]) for row in self._session.rows(self._explain + statement, parameters)]
        self.plans.append((statement, "\n".join(lines)))

    def rows(self, statement: str, parameters: Any = ()) -> list[Any]:
        self._note(statement, parameters)
        return self._session.rows(statement, parameters)

    def row(self, statement: str, parameters: Any = ()) -> Any:
        self._note(statement, parameters)
        return self._session.row(statement, parameters)

    def listed(self, values: Any) -> Any:
        return self._session.listed(values)

    def run(self, statement: str, parameters: Any = ()) -> int:
        return self._session.run(statement, parameters)


@pytest.fixture
def filled(store: Store, sample: ModuleType) -> Store:
    made = sample.Sample(5)
    kinds = ("Patient", "Observation", "Observation", "Encounter")
    sample.fill(store, [made.document(kinds[n % 4], f"p{n}" if n < 3 else None) for n in range(120)])
    return store


def plans(store: Store, query: Query) -> list[tuple[str, str]]:
    with store.database.reading() as session:
        watched = Watched(session, store)
        Searcher(store.database, watched, Seal(b"k" * 32)).page(query)
    assert watched.plans
    return watched.plans


def one(parameter: Any, *values: Any, **more: Any) -> Condition:
    return Condition((parameter,), more.pop("modifier", None), values, **more)


def criteria(s: ModuleType) -> dict[str, Criterion]:
    """Criteria that an index answers."""
    o, number = s.OBSERVATION, NumberValue("gt", 2.0, 1.5, 2.5)
    day = (s.START, s.START + s.DAY)
    return {
        "token": one(o["code"], TokenValue("http://a", "c1")),
        "token without system": one(o["code"], TokenValue(None, "c1")),
        "tokens": one(o["code"], TokenValue(None, "c1"), TokenValue("http://b", "c2")),
        "many tokens": one(o["code"], *(TokenValue(None, f"c{n}") for n in range(20))),
        "text of a token": one(o["code"], StringValue("an", "an"), modifier="text"),
        "string": one(o["value-string"], StringValue("an", "an")),
        "exact string": one(o["value-string"], StringValue("anna", "anna"), modifier="exact"),
        **{f"date {p}": one(o["date"], DateValue(p, *day)) for p in ("eq", "gt", "ge", "lt", "le", "sa", "eb", "ap")},
        "number": one(o["score"], number),
        "quantity": one(o["value-quantity"], QuantityValue(number, "http://u", "mg")),
        "quantity without unit": one(o["value-quantity"], QuantityValue(number, None, None)),
        "reference": one(o["patient"], ReferenceValue("Patient", "p0")),
        "reference without type": one(o["subject"], ReferenceValue(None, "p0")),
        "uri": one(o["profile"], UriValue("http://q")),
        "uri below": one(o["profile"], UriValue("http://p"), modifier="below"),
        "composite": one(o["code-value-quantity"], CompositeValue((TokenValue(None, "c1"), QuantityValue(number, None, None)))),
        "chain": Chain((o["patient"],), ("Patient",), one(s.PATIENTS["name"], StringValue("anna", "anna"))),
        "chain of chains": Chain(
            (o["patient"],), ("Patient",), Chain((s.PATIENTS["link"],), ("Patient",), one(s.PATIENTS["name"], StringValue("an", "an")))
        ),
        "compartment": InCompartment("Patient", "p0", (o["patient"].key, o["performer"].key)),
        "id": Ids(("a", "b")),
        "last updated": LastUpdated((DateValue("ge", *day),)),
    }


NAMES = sorted(
    ["token", "token without system", "tokens", "many tokens", "text of a token", "string", "exact string", "number", "quantity"]
    + [f"date {p}" for p in ("eq", "gt", "ge", "lt", "le", "sa", "eb", "ap")]
    + ["quantity without unit", "reference", "reference without type", "uri", "uri below", "composite", "chain", "chain of chains"]
    + ["compartment", "id", "last updated"]
)


def reads_by_index_alone(store: Store, statement: str, plan: str) -> None:
    """No table of resources or index rows is read from end to end, but to walk it in the order wanted."""
    if store.inline:
        scans = re.findall(r"SCAN (\w+)(.*)", plan)
        whole = [
            f"{alias}{how}" for alias, how in scans if not re.match(r"CONSTANT|k|b\d+|c\d+|h|s|counted|json_each|present|p|\d+", alias)
        ]
        assert not whole, (statement, plan)
        assert not re.search(r"AUTOMATIC", plan), (statement, plan)
    else:
        assert "Seq Scan" not in plan, (statement, plan)
        assert "Hash Join" not in plan and "Merge Join" not in plan, (statement, plan)
        for line in plan.splitlines():
            scan = re.search(r"Index (?:Only )?Scan (?:Backward )?using (\w+)", line)
            if scan:
                following = plan[plan.index(line) + len(line) :].lstrip("\n")
                assert following.lstrip().startswith(("Index Cond", "Filter")), (statement, plan)


@pytest.mark.parametrize("name", NAMES)
def test_a_criterion_is_entered_by_its_index(filled: Store, sample: ModuleType, name: str):
    known = criteria(sample)
    assert sorted(known) == NAMES
    for statement, plan in plans(filled, Query(("Observation",), (known[name],))):
        reads_by_index_alone(filled, statement, plan)


def test_being_named_by_another_is_entered_by_its_index(filled: Store, sample: ModuleType):
    has = Has("Observation", sample.OBSERVATION["patient"], one(sample.OBSERVATION["code"], TokenValue(None, "c1")))
    for statement, plan in plans(filled, Query(("Patient",), (has,))):
        reads_by_index_alone(filled, statement, plan)


def test_includes_go_by_the_index(filled: Store, sample: ModuleType):
    o = sample.OBSERVATION
    to = Include(False, "Observation", (o["patient"], o["performer"]), None, False)
    back = Include(True, "Observation", (o["patient"],), None, True)
    for query in (Query(("Observation",), includes=(to,)), Query(("Patient",), includes=(back, to))):
        for statement, plan in plans(filled, query):
            reads_by_index_alone(filled, statement, plan)


TIMELINES = {
    "patient": (),
    "code": (TokenValue("http://a", "c1"),),
    "code without system": (TokenValue(None, "c1"),),
}


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("name", TIMELINES)
@pytest.mark.parametrize("dated", [False, True])
def test_a_patients_timeline_is_one_walk_without_a_sort(filled: Store, sample: ModuleType, name: str, descending: bool, dated: bool):
    o = sample.OBSERVATION
    found: list[Criterion] = [one(o["patient"], ReferenceValue("Patient", "p0"))]
    if TIMELINES[name]:
        found.append(one(o["code"], *TIMELINES[name]))
    if dated:
        found.append(one(o["date"], DateValue("le", sample.START, sample.START + sample.DAY)))
    for statement, plan in plans(filled, Query(("Observation",), tuple(found), (Sort("date", descending, (o["date"],)),), count=3)):
        assert "timeline" in statement
        assert "TEMP B-TREE" not in plan and "Sort" not in plan, plan
        assert (
            re.search(r"SEARCH t USING (COVERING INDEX \w+|PRIMARY KEY) \(patient=\? AND section=\? AND code=\?", plan)
            or "pk_timeline" in plan
        )
        reads_by_index_alone(filled, statement, plan)


@pytest.mark.parametrize("name", ["token", "token without system", "reference", "uri", "exact string", "compartment"])
def test_newest_first_needs_no_sort_where_the_index_has_that_order(filled: Store, sample: ModuleType, name: str):
    for _, plan in plans(filled, Query(("Observation",), (criteria(sample)[name],), count=3)):
        assert "TEMP B-TREE" not in plan and "Sort" not in plan, plan


@pytest.mark.parametrize("code", ["date", "score", "value-string", "_id", "_lastUpdated"])
@pytest.mark.parametrize("descending", [True, False])
def test_a_sort_of_many_walks_an_index(filled: Store, sample: ModuleType, code: str, descending: bool):
    sort = Sort(code, descending, None if code.startswith("_") else (sample.OBSERVATION[code],))
    statement, plan = plans(filled, Query(("Observation",), (), (sort,), count=3))[0]
    assert "TEMP B-TREE" not in plan and "Sort" not in plan, plan
    reads_by_index_alone(filled, statement, plan)
