"""Search against a second reading of the specification: hundreds of queries over random resources, page by page."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

import hit_maternity.store.search as search_module
from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.ports import Version
from hit_maternity.fhir.search.model import (
    CANONICAL,
    Chain,
    CompositeValue,
    Condition,
    Criterion,
    DateValue,
    Has,
    Ids,
    InCompartment,
    InList,
    LastUpdated,
    NumberValue,
    QuantityValue,
    Query,
    ReferenceValue,
    Sort,
    StringValue,
    TokenValue,
    TypeIs,
    UriValue,
)
from hit_maternity.store import Store

PREFIXES = ("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap")


class Asker:
    """Makes random queries over the parameters of the sample."""

    def __init__(self, sample: ModuleType, seed: int) -> None:
        self.s = sample
        self.random = random.Random(seed)
        self.makers: dict[str, Callable[[], Any]] = {
            "token": self.token, "string": self.string, "date": self.date, "number": self.number,
            "quantity": self.quantity, "reference": self.reference, "uri": self.uri,
        }  # fmt: skip

    def token(self) -> TokenValue:
        choose = self.random.choice
        code = choose([*self.s.CODES, "final", "draft", "true", "false", "planned", None])
        system = choose([None, *self.s.SYSTEMS, "http://s"])
        return TokenValue(system or "http://a" if code is None else system, code)

    def string(self) -> StringValue:
        name = self.random.choice(self.s.NAMES)
        name = name[: self.random.randint(1, len(name))]
        return StringValue(name[:200], self.random.choice([name, name.title(), name.upper()]))

    def date(self) -> DateValue:
        low = self.s.START + self.random.randint(-7, 7) * self.s.DAY // 2
        return DateValue(self.random.choice(PREFIXES), low, low + self.random.choice([1, 1000, self.s.DAY, 30 * self.s.DAY]))

    def number(self, among: tuple[float, ...] = (1.0, 2.5, 3.0, 4.0, 10.0, 1.04)) -> NumberValue:
        value, margin = self.random.choice(among), self.random.choice([0.05, 0.5])
        return NumberValue(self.random.choice(PREFIXES), value, value - margin, value + margin)

    def quantity(self) -> QuantityValue:
        unit = self.random.choice([(None, None), ("http://u", "mg"), (None, "g"), ("http://u", "puffs"), (CANONICAL, "g")])
        among = (0.001, 0.5, 1.0, 1.5, 2.0) if unit[0] == CANONICAL else (1.0, 2.0, 5.0, 500.0, 1000.0)
        return QuantityValue(self.number(among), *unit)

    def reference(self) -> ReferenceValue:
        return ReferenceValue(
            self.random.choice(["Patient", "Patient", None, "Group"]), self.random.choice(["p0", "p1", "p2", "gone", "p9"])
        )

    def uri(self) -> UriValue:
        return UriValue(self.random.choice(self.s.URIS))

    def condition(self, parameters: dict[str, Any], code: str) -> Condition:
        own, choose = parameters[code], self.random.choice
        if choose([False] * 7 + [True]):
            return Condition((own,), "missing", (), missing=choose([True, False]))
        if own.type == "composite":
            return Condition((own,), None, tuple(CompositeValue((self.token(), self.quantity())) for _ in range(choose([1, 2]))))
        values = tuple(dict.fromkeys(self.makers[own.type]() for _ in range(choose([1, 1, 1, 2, 3, 12]))))
        modifier = choose({"string": [None, "exact", "contains"], "uri": [None, "below", "above"]}.get(own.type, [None]))
        if own.type == "token" and code == "code" and choose([False, False, True]):
            return Condition((own,), "text", tuple(self.string() for _ in range(2)))
        negated = own.type == "token" and choose([True, False, False])
        return Condition((own,), "not" if negated else modifier, values, negated=negated)

    def conditions(self, parameters: dict[str, Any], most: int = 3) -> list[Criterion]:
        return [self.condition(parameters, self.random.choice(list(parameters))) for _ in range(self.random.randint(1, most))]

    def linked(self) -> list[Criterion]:
        s, choose = self.s, self.random.choice
        observed = s.OBSERVATION
        named = self.conditions(s.PATIENTS, 1)[0]
        found: list[Criterion] = [
            Chain((observed[choose(["patient", "subject", "performer"])],), ("Patient",), named),
            Chain((observed["patient"],), ("Patient",), Chain((s.PATIENTS["link"],), ("Patient",), named)),
            Chain((observed["patient"],), ("Patient",), Has("Encounter", s.ENCOUNTERS["patient"], self.conditions(s.ENCOUNTERS, 1)[0])),
            InCompartment("Patient", "p1", tuple(observed[c].key for c in ("patient", "performer"))),
            InList(choose(["l60", "l61", "nolist"])),
            Ids(("o10", "o20", "o31", "p1", "none"), negated=choose([True, False])),
            LastUpdated((self.date(),)),
        ]
        return self.random.sample(found, choose([1, 1, 2]))

    def sort(self, parameters: dict[str, Any]) -> tuple[Sort, ...]:
        sortable = [c for c, p in parameters.items() if p.type in ("token", "string", "date", "number", "quantity")]
        made = [Sort(c, self.random.choice([True, False]), (parameters[c],)) for c in self.random.sample(sortable, 2)]
        made += [Sort(c, self.random.choice([True, False])) for c in ("_id", "_lastUpdated")]
        return tuple(self.random.sample(made, self.random.choice([0, 0, 1, 1, 1, 2])))

    def patients(self) -> Query:
        s = self.s
        extra: list[Criterion] = [
            Has("Observation", s.OBSERVATION["patient"], self.conditions(s.OBSERVATION, 1)[0]),
            Has(
                "Observation",
                s.OBSERVATION["performer"],
                Chain((s.OBSERVATION["patient"],), ("Patient",), self.conditions(s.PATIENTS, 1)[0]),
            ),
            InCompartment("Patient", "p1", (s.PATIENTS["link"].key,)),
        ]
        chosen = self.random.sample(extra, self.random.choice([0, 1]))
        return Query(("Patient",), tuple(self.conditions(s.PATIENTS, 2) + chosen), self.sort(s.PATIENTS))

    def observations(self) -> Query:
        criteria = self.conditions(self.s.OBSERVATION) if self.random.random() < 0.6 else self.linked()
        return Query(("Observation",), tuple(criteria), self.sort(self.s.OBSERVATION))

    def timeline(self) -> Query:
        s, choose = self.s, self.random.choice
        type, own = choose([("Observation", s.OBSERVATION), ("Encounter", s.ENCOUNTERS)])
        criteria: list[Criterion] = [
            Condition((own[choose(["patient", "subject"])],), None, (ReferenceValue("Patient", choose(["p0", "p1"])),))
        ]
        if type == "Observation" and choose([True, True, False]):
            values = tuple(TokenValue(choose([None, *s.SYSTEMS]), choose(s.CODES)) for _ in range(choose([1, 1, 2, 4])))
            criteria.append(Condition((own["code"],), None, values))
        if choose([True, False]):
            criteria.append(Condition((own["date"],), None, tuple(self.date() for _ in range(choose([1, 1, 2])))))
        if choose([True, False]):
            criteria += self.conditions(own, 1)
        self.random.shuffle(criteria)
        return Query((type,), tuple(criteria), (Sort("date", choose([True, False]), (own["date"],)),))

    def system(self) -> Query:
        s = self.s
        both = (s.OBSERVATION["status"], s.ENCOUNTERS["status"])
        patients = tuple(p for of in (s.OBSERVATION, s.ENCOUNTERS) for p in (of["patient"], of["subject"]))
        criteria: list[Criterion] = [
            Condition(both, None, (self.token(), self.token())),
            Condition(patients, None, (self.reference(),)),
            TypeIs(("Observation", "Encounter")),
            LastUpdated((self.date(),)),
            InCompartment("Patient", "p0", tuple(p.key for p in patients)),
        ]
        sort = self.random.choice(
            [(), (Sort("_lastUpdated", True),), (Sort("_id", False),), (Sort("date", True, (s.OBSERVATION["date"], s.ENCOUNTERS["date"])),)]
        )
        types = self.random.choice([("Observation", "Encounter"), ("Encounter", "Observation", "List", "Patient", "Person", "Group")])
        return Query(types, tuple(self.random.sample(criteria, self.random.choice([0, 1, 2]))), sort)


def walk(store: Store, query: Query, count: int) -> Iterator[Version]:
    cursor: str | None = None
    for _ in range(1000):
        with store.reading() as reader:
            page = reader.search(replace(query, count=count, cursor=cursor))
        yield from page.matches
        cursor = page.next
        if cursor is None:
            return
    raise AssertionError("the walk does not end")


@pytest.fixture
def filled(store: Store, sample: ModuleType) -> tuple[Store, Any]:
    made = sample.Sample(7)
    for n in range(5):
        made.document("Patient", f"p{n}")
    for _ in range(55):
        made.document("Observation")
    made.document("List")
    made.document("List")
    for _ in range(15):
        made.document("Encounter")
    sample.fill(store, made.documents)
    # some are changed, some deleted, so that rows of former versions would show
    with store.writing() as writer:
        for document in made.documents[5:70:6]:
            writer.lock(*document.name)
            document.version, document.rows = 2, made.rows(document.type)
            writer.write(document.as_version(), document.rows)
        for document in made.documents[8:70:9]:
            writer.lock(*document.name)
            document.version, document.deleted = document.version + 1, True
            writer.write(document.as_version(), sample.IndexRows())
    return store, made


@pytest.mark.parametrize("few", [2000, 3], ids=["collected", "walked"])
@pytest.mark.parametrize("kind", ["observations", "patients", "timeline", "system"])
def test_every_query_finds_what_the_specification_says_in_order_page_by_page(
    filled: tuple[Store, Any], sample: ModuleType, kind: str, few: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(search_module, "_FEW", few)
    store, made = filled
    reading = sample.Reading(made.documents)
    asker = Asker(sample, 11)
    hits = 0
    for _ in range(150):
        query = getattr(asker, kind)()
        expected = reading.answer(query)
        hits += len(expected)
        found = list(walk(store, query, asker.random.choice([1, 2, 7, 100]) if len(expected) < 12 else asker.random.choice([7, 100])))
        if kind == "timeline" and not query.sort[0].descending:
            # an open beginning and no date at all are the same to a timeline, and come last
            assert {(v.type, v.id) for v in found} == {d.name for d in expected}, query
            continue
        assert [(v.type, v.id, v.version) for v in found] == [(*d.name, d.version) for d in expected], query
        with store.reading() as reader:
            counted = reader.search(replace(query, count=0))
        assert (counted.total, counted.matches) == (len(expected), []), query
    assert hits > 40


def agree(store: Store, reading: Any, query: Query) -> int:
    """Both readings of ``query`` give the same; how many."""
    with store.reading() as reader:
        page = reader.search(replace(query, count=1000))
    expected = [d.name for d in reading.answer(query)]
    assert [(v.type, v.id) for v in page.matches] == expected, query
    assert page.total == len(expected)
    return len(expected)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_prefix_by_itself_finds_what_its_definition_says(filled: tuple[Store, Any], sample: ModuleType, prefix: str):
    store, made = filled
    reading, own, found = sample.Reading(made.documents), sample.OBSERVATION, 0
    for half_days in range(-8, 9):
        for length in (1, sample.DAY, 30 * sample.DAY):
            low = sample.START + half_days * sample.DAY // 2
            value = DateValue(prefix, low, low + length)
            found += agree(store, reading, Query(("Observation",), (Condition((own["date"],), None, (value,)),)))
            found += agree(store, reading, Query(("Observation",), (LastUpdated((value,)),)))
    for exact in (0.5, 1.0, 2.5, 3.0, 4.0, 4.5, 5.0, 500.0, 1500.0):
        for margin in (0.05, 0.5):
            number = NumberValue(prefix, exact, exact - margin, exact + margin)
            found += agree(store, reading, Query(("Observation",), (Condition((own["score"],), None, (number,)),)))
            for unit in ((None, None), ("http://u", "mg"), (None, "g"), (CANONICAL, "g")):
                quantity = QuantityValue(number, *unit)
                found += agree(store, reading, Query(("Observation",), (Condition((own["value-quantity"],), None, (quantity,)),)))
    assert found > 300


@pytest.mark.parametrize("modifier", [None, "exact", "contains", "text"])
def test_every_beginning_of_every_name_is_found_by_each_string_modifier(
    filled: tuple[Store, Any], sample: ModuleType, modifier: str | None
):
    store, made = filled
    reading, found = sample.Reading(made.documents), 0
    parameter = sample.OBSERVATION["code" if modifier == "text" else "value-string"]
    for name in sample.NAMES:
        for length in range(1, min(len(name), 12) + 1):
            for exact in (name[:length], name[:length].title(), name[:length].upper()):
                query = Query(("Observation",), (Condition((parameter,), modifier, (StringValue(name[:length], exact),)),))
                found += agree(store, reading, query)
    assert found > 20


@pytest.mark.parametrize("modifier", [None, "below", "above"])
def test_uris_above_and_below_are_found(filled: tuple[Store, Any], sample: ModuleType, modifier: str | None):
    store, made = filled
    reading = sample.Reading(made.documents)
    conditions = [
        Condition((sample.OBSERVATION["profile"],), modifier, (UriValue(u),)) for u in (*sample.URIS, "http://p", "http://p/", "urn:x")
    ]
    assert sum(agree(store, reading, Query(("Observation",), (c,))) for c in conditions) > 20


def test_tokens_are_told_apart_by_system_and_code(filled: tuple[Store, Any], sample: ModuleType):
    store, made = filled
    reading, own, found = sample.Reading(made.documents), sample.OBSERVATION["code"], 0
    for system in (None, *sample.SYSTEMS):
        for code in (*sample.CODES, "c", "C1", None):
            if (system, code) != (None, None):
                for negated in (False, True):
                    condition = Condition((own,), "not" if negated else None, (TokenValue(system, code),), negated=negated)
                    found += agree(store, reading, Query(("Observation",), (condition,)))
    assert found > 200


@pytest.mark.parametrize("missing", [True, False])
def test_missing_tells_whether_there_is_any_value(filled: tuple[Store, Any], sample: ModuleType, missing: bool):
    store, made = filled
    reading = sample.Reading(made.documents)
    found = [
        agree(store, reading, Query(("Observation",), (Condition((p,), "missing", (), missing=missing),)))
        for p in sample.OBSERVATION.values()
    ]
    assert sum(found) > 50


@pytest.mark.parametrize("code", ["code", "status", "date", "value-quantity", "value-string", "score"])
@pytest.mark.parametrize("few", [2000, 3], ids=["collected", "walked"])
def test_pages_are_stable_while_others_write(
    filled: tuple[Store, Any], sample: ModuleType, code: str, few: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(search_module, "_FEW", few)
    store, made = filled
    own = sample.OBSERVATION[code]
    for descending in (True, False):
        query = Query(("Observation",), (), (Sort(code, descending, (own,)),))
        before = [d for d in made.documents if d.type == "Observation" and not d.deleted]
        expected = [d.name for d in sample.Reading(made.documents).answer(query)]
        seen: list[tuple[str, str]] = []
        cursor: str | None = None
        while True:
            with store.reading() as reader:
                page = reader.search(replace(query, count=5, cursor=cursor))
            seen += [(v.type, v.id) for v in page.matches]
            cursor = page.next
            if cursor is None:
                break
            last = made.documents[next(n for n, d in enumerate(made.documents) if d.name == seen[-1])]
            fresh = made.document("Observation")
            with store.writing() as writer:
                writer.write(fresh.as_version(), fresh.rows)
                if not last.deleted:  # the very one that the page ended with goes
                    writer.lock(*last.name)
                    last.version, last.deleted = last.version + 1, True
                    writer.write(last.as_version(), sample.IndexRows())
        assert len(seen) == len(set(seen))
        old = {d.name for d in before}
        assert [name for name in seen if name in old] == expected


def test_a_cursor_fits_only_the_query_it_was_made_for(filled: tuple[Store, Any], sample: ModuleType):
    store, _ = filled
    query = Query(("Observation",), (), count=5)
    with store.reading() as reader:
        cursor = reader.search(query).next
        assert cursor is not None
        other = Condition((sample.OBSERVATION["status"],), None, (TokenValue(None, "final"),))
        for wrong in (
            replace(query, cursor=cursor[:-2]),
            replace(query, cursor="A" * len(cursor)),
            replace(query, cursor="å"),
            replace(query, cursor="x"),
            replace(query, cursor=cursor, types=("Patient",)),
            replace(query, cursor=cursor, criteria=(other,)),
            replace(query, cursor=cursor, sort=(Sort("_id", True),)),
        ):
            with pytest.raises(FhirError) as caught:
                reader.search(wrong)
            assert (caught.value.status, caught.value.issues[0].rule) == (400, "cursor-invalid")
        assert len(reader.search(replace(query, cursor=cursor, count=7)).matches) == 7


def test_a_cursor_tells_nothing_of_the_patient(filled: tuple[Store, Any], sample: ModuleType):
    store, _ = filled
    query = Query(("Patient",), (), (Sort("name", False, (sample.PATIENTS["name"],)),), count=1)
    with store.reading() as reader:
        first, second = reader.search(query).next, reader.search(query).next
    assert first and second and first != second
    assert not any(c in first for c in "+/=&?")


def test_the_total_is_told_where_it_was_asked_for_or_costs_nothing(filled: tuple[Store, Any]):
    store, made = filled
    living = sum(d.type == "Observation" and not d.deleted for d in made.documents)
    with store.reading() as reader:
        assert reader.search(Query(("Observation",), count=5)).total is None
        assert reader.search(Query(("Observation",), count=5, total="none")).total is None
        for asked in ("accurate", "estimate"):
            assert reader.search(Query(("Observation",), count=5, total=asked)).total == living
        assert reader.search(Query(("Observation",), count=living)).total == living
        assert reader.search(Query((), count=5)).total == 0


@pytest.mark.parametrize("text", ["\0", "a\0b", "\ud800", "x" * 5000, "'; DROP TABLE resource; --", "%", "_", "\\", '{"', "\U0010ffff"])
def test_no_text_is_too_strange_to_be_searched_for(store: Store, sample: ModuleType, text: str):
    own = sample.OBSERVATION
    values = {
        "code": TokenValue(text, text), "value-string": StringValue(text, text), "profile": UriValue(text),
        "performer": ReferenceValue(None, text),
    }  # fmt: skip
    with store.reading() as reader:
        for code, value in values.items():
            for modifier in (None, "exact", "contains", "below", "above") if code != "code" else (None, "text"):
                if not (code == "code" and modifier == "text"):
                    assert reader.search(Query(("Observation",), (Condition((own[code],), modifier, (value,)),))).matches == []
        assert reader.search(Query(("Observation",), (Condition((own["code"],), None, tuple([values["code"]] * 20)),))).matches == []
        assert reader.get("Observation", text) is None
        assert reader.get_many([("Observation", text), (text, "a")]) == []
