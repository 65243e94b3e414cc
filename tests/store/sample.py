"""Random resources as index rows, and a second reading of what a query means, without SQL: rows are looked at one by one."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from hit_maternity.fhir.ports import Version
from hit_maternity.fhir.search.model import (
    CANONICAL,
    MAX_TIME,
    MIN_TIME,
    Chain,
    CompositeValue,
    Condition,
    DateRow,
    DateValue,
    Has,
    Ids,
    InCompartment,
    IndexRows,
    InList,
    LastUpdated,
    NumberRow,
    NumberValue,
    QuantityRow,
    QuantityValue,
    Query,
    ReferenceRow,
    ReferenceValue,
    SearchParameter,
    Sort,
    StringRow,
    StringValue,
    TimelineRow,
    TokenRow,
    TokenValue,
    TypeIs,
    UriRow,
    UriValue,
    parameter_key,
)
from hit_maternity.store import Store

DAY = 86_400_000
START = 1_700_000_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def parameter(resource_type: str, code: str, type: str, **more: Any) -> SearchParameter:
    return SearchParameter(resource_type, code, type, f"urn:{resource_type}:{code}", "", **more)


def composite(resource_type: str, code: str, *types: str) -> SearchParameter:
    parts = tuple(parameter(resource_type, f"{code}${n}", t) for n, t in enumerate(types, 1))
    return parameter(resource_type, code, "composite", components=parts)


PATIENT = frozenset({"Patient"})
OBSERVATION = {
    "code": parameter("Observation", "code", "token"),
    "status": parameter("Observation", "status", "token"),
    "date": parameter("Observation", "date", "date"),
    "patient": parameter("Observation", "patient", "reference", targets=PATIENT),
    "subject": parameter("Observation", "subject", "reference", targets=PATIENT | {"Group"}),
    "performer": parameter("Observation", "performer", "reference", targets=PATIENT | {"Practitioner"}),
    "value-quantity": parameter("Observation", "value-quantity", "quantity"),
    "value-string": parameter("Observation", "value-string", "string"),
    "score": parameter("Observation", "score", "number"),
    "profile": parameter("Observation", "profile", "uri"),
    "code-value-quantity": composite("Observation", "code-value-quantity", "token", "quantity"),
}
PATIENTS = {
    "name": parameter("Patient", "name", "string"),
    "active": parameter("Patient", "active", "token"),
    "deceased": parameter("Patient", "deceased", "token"),
    "birthdate": parameter("Patient", "birthdate", "date"),
    "link": parameter("Patient", "link", "reference", targets=PATIENT),
}
ENCOUNTERS = {
    "status": parameter("Encounter", "status", "token"),
    "date": parameter("Encounter", "date", "date"),
    "patient": parameter("Encounter", "patient", "reference", targets=PATIENT),
    "subject": parameter("Encounter", "subject", "reference", targets=PATIENT),
}
LISTS = {"item": parameter("List", "item", "reference")}
SYSTEMS, CODES = ("http://a", "http://b", ""), ("c1", "c2", "c3", "x" * 300)
NAMES = ("anna", "anne", "ann", "bø", "bo", "å", "zoë", "x", "annabel " * 20)
URIS = ("http://p/1", "http://p/1/2", "http://p/12", "http://q", "http://p/1/2/3")
UNIT = {"mg": 0.001, "g": 1.0}


@dataclass
class Document:
    """A resource as the tests know it. ``order`` counts up as they are made."""

    type: str
    id: str
    rows: IndexRows
    order: int
    updated: int
    version: int = 1
    deleted: bool = False
    named: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> tuple[str, str]:
        return self.type, self.id

    def as_version(self) -> Version:
        body = None if self.deleted else f'{{"resourceType":"{self.type}","id":"{self.id}","n":{self.order}}}'.encode()
        method = "DELETE" if self.deleted else "PUT"
        return Version(self.type, self.id, self.version, EPOCH + timedelta(milliseconds=self.updated), method, body)


class Sample:
    """Makes resources and queries out of ``seed``."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.documents: list[Document] = []

    def some(self, among: Sequence[Any], least: int = 0, most: int = 2) -> list[Any]:
        return self.random.sample(list(among), self.random.randint(least, most))

    # ------------------------------------------------------------ resources

    def document(self, type: str, id: str | None = None) -> Document:
        order = len(self.documents)
        made = Document(type, id or f"{type[:1].lower()}{order}", self.rows(type), order, START + self.random.randint(0, 5) * DAY)
        self.documents.append(made)
        return made

    def rows(self, type: str) -> IndexRows:
        rows = IndexRows()
        {"Observation": self._observation, "Patient": self._patient, "Encounter": self._encounter, "List": self._list}[type](rows)
        for family in ("token", "string", "date", "number", "quantity", "reference", "uri"):
            setattr(rows, family, list(dict.fromkeys(getattr(rows, family))))
        return rows

    def patient_id(self) -> str:
        return self.random.choice(["p0", "p1", "p2", "p3", "gone"])

    def moment(self) -> tuple[int, int]:
        low = START + self.random.randint(-6, 6) * DAY // 2
        high = low + self.random.choice([1, 1000, DAY, 30 * DAY])
        return self.random.choice([(low, high), (low, high), (low, high), (low, MAX_TIME), (MIN_TIME, high)])

    def token_rows(self, of: SearchParameter, tokens: Iterable[tuple[str, str]], item: int = 0) -> list[TokenRow]:
        return [TokenRow(of.key, item, s, c) for s, c in tokens]

    def quantity_rows(self, of: SearchParameter, value: float, unit: str, item: int = 0) -> list[QuantityRow]:
        rows = [QuantityRow(of.key, item, "http://u", unit, value, value)]
        return [*rows, QuantityRow(of.key, item, CANONICAL, "g", value * UNIT[unit], value * UNIT[unit])] if unit in UNIT else rows

    def _observation(self, rows: IndexRows) -> None:
        p, choose = OBSERVATION, self.random.choice
        codes = [(choose(SYSTEMS), choose(CODES)) for _ in range(choose([0, 1, 1, 2]))]
        rows.token += self.token_rows(p["code"], codes) + self.token_rows(p["status"], [("http://s", choose(["final", "draft"]))])
        for name in self.some(NAMES):
            rows.string.append(StringRow(p["code"].variant(":text"), 0, name[:200], name.upper()))
        for name in self.some(NAMES):
            rows.string.append(StringRow(p["value-string"].key, 0, name[:200], choose([name, name.title()])))
        patients = self.some(["p0", "p1", "p2", "gone"], 0, 1)
        for patient in patients:
            rows.reference += [ReferenceRow(p[c].key, 0, "Patient", patient) for c in ("patient", "subject")]
        if not patients and choose([True, False]):
            rows.reference.append(ReferenceRow(p["subject"].key, 0, "Group", "p0"))
        for patient in self.some(["p0", "p1"]):
            rows.reference.append(ReferenceRow(p["performer"].key, 0, choose(["Patient", "Practitioner"]), patient))
        if choose([True, True, False]):
            rows.date.append(DateRow(p["date"].key, 0, *self.moment()))
        for number, code in enumerate(codes, 1):
            value, unit = float(choose([1, 2, 5, 500, 1000, 1500])), choose(["mg", "g", "puffs"])
            rows.quantity += self.quantity_rows(p["value-quantity"], value, unit)
            first, second = p["code-value-quantity"].components
            rows.token += self.token_rows(first, [code], number)
            rows.quantity += self.quantity_rows(second, value, unit, number)
        if choose([True, False]):
            low = choose([1.0, 2.5, 3.0, 10.0])
            rows.number.append(NumberRow(p["score"].key, 0, low, choose([low, low, low + 2])))
        rows.uri += [UriRow(p["profile"].key, 0, u) for u in self.some(URIS)]
        self._timeline("Observation", "code", rows)

    def _timeline(self, type: str, code: str, rows: IndexRows) -> None:
        keys = [parameter_key(type, c) for c in ("patient", "subject")]
        moment = min((r.low for r in rows.date if r.parameter == parameter_key(type, "date")), default=MIN_TIME)
        codes = [(r.system, r.code) for r in rows.token if r.parameter == parameter_key(type, code)]
        for patient in dict.fromkeys(r.target_id for r in rows.reference if r.parameter in keys and r.target_type == "Patient"):
            rows.timeline += [TimelineRow(type, patient, s, c, moment) for s, c in dict.fromkeys([("", ""), *codes])]

    def _patient(self, rows: IndexRows) -> None:
        p, choose = PATIENTS, self.random.choice
        rows.string += [StringRow(p["name"].key, 0, n[:200], choose([n, n.title()])) for n in self.some(NAMES, 0, 3)]
        for name in ("active", "deceased"):
            rows.token += self.token_rows(p[name], [("", v) for v in self.some(["true", "false"], 0, 1)])
        if choose([True, True, False]):
            low = START - self.random.randint(1, 8) * DAY
            rows.date.append(DateRow(p["birthdate"].key, 0, low, low + DAY))
        rows.reference += [ReferenceRow(p["link"].key, 0, "Patient", i) for i in self.some(["p0", "p1", "p2"], 0, 1)]

    def _encounter(self, rows: IndexRows) -> None:
        p, choose = ENCOUNTERS, self.random.choice
        rows.token += self.token_rows(p["status"], [("", choose(["planned", "finished", "final"]))])
        rows.reference += [
            ReferenceRow(p[c].key, 0, "Patient", i) for i in self.some(["p0", "p1", "p2"], 0, 1) for c in ("patient", "subject")
        ]
        rows.date += [DateRow(p["date"].key, 0, *self.moment())]
        self._timeline("Encounter", "type", rows)

    def _list(self, rows: IndexRows) -> None:
        for name in self.some([d.name for d in self.documents], 0, min(6, len(self.documents))):
            rows.reference.append(ReferenceRow(LISTS["item"].key, 0, *name))


# ---------------------------------------------------------------- the second reading


class Reading:
    """Which documents fit, and in which order."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.living = [d for d in documents if not d.deleted]
        self.by_name = {d.name: d for d in self.living}

    def answer(self, query: Query) -> list[Document]:
        found = [d for d in self.living if d.type in query.types and all(self.fits(d, c) for c in query.criteria)]
        found.sort(key=lambda d: d.order, reverse=query.sort[-1].descending if query.sort else True)
        for sort in reversed(query.sort):
            have = [(v, d) for d in found if (v := self.value(d, sort)) is not None]
            have.sort(key=lambda pair: pair[0], reverse=sort.descending)
            found = [d for _, d in have] + [d for d in found if self.value(d, sort) is None]
        return found

    def value(self, document: Document, sort: Sort) -> Any:
        if sort.parameters is None:
            return document.id if sort.code == "_id" else document.updated
        keys = {p.key for p in sort.parameters}
        kind, rows = sort.parameters[0].type, document.rows
        values: list[Any] = []
        if kind == "quantity":
            given = [r for r in rows.quantity if r.parameter in keys]
            values = [r.low for r in given if r.system == CANONICAL] or [r.low for r in given]
        elif kind in ("date", "number"):
            values = [r.low for r in getattr(rows, kind) if r.parameter in keys]
        elif kind == "string":
            values = [r.folded for r in rows.string if r.parameter in keys]
        elif kind == "token":
            values = [r.code if len(r.code) < 256 else r.code[:200] for r in rows.token if r.parameter in keys]
        return (max if sort.descending else min)(values) if values else None

    def fits(self, document: Document, criterion: Any) -> bool:
        return _READINGS[type(criterion)](self, document, criterion)

    def condition(self, document: Document, of: Condition) -> bool:
        own = [p for p in of.parameters if p.resource_type == document.type]
        rows = document.rows
        if of.missing is not None:
            keys = {k for p in own for part in (p.components or (p,)) for k in (part.key, part.variant(":text"))}
            families = ("token", "string", "date", "number", "quantity", "reference", "uri")
            return of.missing is not any(r.parameter in keys for f in families for r in getattr(rows, f))
        keys = {p.variant(":text") if of.modifier == "text" else p.key for p in own}
        return of.negated is not any(self.alternative(rows, own, keys, of.modifier, v) for v in of.values)

    def alternative(self, rows: IndexRows, own: Sequence[SearchParameter], keys: set[int], modifier: str | None, value: Any) -> bool:
        if not isinstance(value, CompositeValue):
            return any(True for _ in matching(rows, keys, modifier, value))
        for p in own:
            items = [{r.item for r in matching(rows, {part.key}, None, v)} for part, v in zip(p.components, value.parts, strict=True)]
            if set.intersection(*items):
                return True
        return False

    def chain(self, document: Document, of: Chain) -> bool:
        keys = {p.key for p in of.references if p.resource_type == document.type}
        named = [self.by_name.get((r.target_type, r.target_id)) for r in document.rows.reference if r.parameter in keys]
        return any(d is not None and d.type in of.target_types and self.fits(d, of.condition) for d in named)

    def has(self, document: Document, of: Has) -> bool:
        naming = [
            d
            for d in self.living
            if d.type == of.source_type
            and any(r.parameter == of.reference.key and (r.target_type, r.target_id) == document.name for r in d.rows.reference)
        ]
        return any(self.fits(d, of.condition) for d in naming)

    def compartment(self, document: Document, of: InCompartment) -> bool:
        linked = any(r.parameter in of.parameters and (r.target_type, r.target_id) == (of.type, of.id) for r in document.rows.reference)
        return linked or document.name == (of.type, of.id)

    def listed(self, document: Document, of: InList) -> bool:
        entries = self.by_name.get(("List", of.id))
        return entries is not None and any((r.target_type, r.target_id) == document.name for r in entries.rows.reference)


_READINGS: dict[type, Callable[[Reading, Document, Any], bool]] = {
    Condition: Reading.condition,
    Chain: Reading.chain,
    Has: Reading.has,
    InCompartment: Reading.compartment,
    InList: Reading.listed,
    Ids: lambda self, d, c: c.negated is not (d.id in c.ids),
    LastUpdated: lambda self, d, c: any(ranged(v.prefix, d.updated, d.updated + 1, v.low, v.high) for v in c.values),
    TypeIs: lambda self, d, c: d.type in c.types,
}


def matching(rows: IndexRows, keys: set[int], modifier: str | None, value: Any) -> list[Any]:
    """The rows that one value finds."""
    match value:
        case TokenValue(system, code):
            return [r for r in rows.token if r.parameter in keys and system in (None, r.system) and code in (None, r.code)]
        case StringValue(folded, exact):
            tests: dict[str | None, Callable[[StringRow], bool]] = {
                "exact": lambda r: r.exact == exact,
                "contains": lambda r: folded in r.folded,
            }
            test = tests.get(modifier, lambda r: r.folded.startswith(folded))
            return [r for r in rows.string if r.parameter in keys and test(r)]
        case ReferenceValue(type, id):
            return [r for r in rows.reference if r.parameter in keys and r.target_id == id and type in (None, r.target_type)]
        case UriValue(uri):
            by: dict[str | None, Callable[[str], bool]] = {
                "below": lambda u: u.startswith(uri),
                "above": lambda u: uri == u or uri.startswith(u + "/") or (u.endswith("/") and uri.startswith(u)),
            }
            return [r for r in rows.uri if r.parameter in keys and by.get(modifier, lambda u: u == uri)(r.value)]
        case DateValue(prefix, low, high):
            return [r for r in rows.date if r.parameter in keys and ranged(prefix, r.low, r.high, low, high)]
        case NumberValue():
            return [r for r in rows.number if r.parameter in keys and numbered(value, r.low, r.high)]
        case QuantityValue(number, system, code):
            return [
                r
                for r in rows.quantity
                if r.parameter in keys
                and (r.system == system if system is not None else r.system != CANONICAL)
                and code in (None, r.code)
                and numbered(number, r.low, r.high)
            ]
    raise AssertionError(value)


def ranged(prefix: str, low: int, high: int, begin: int, end: int) -> bool:
    """The table of https://hl7.org/fhir/R4/search.html#prefix for half-open periods; the resource's is ``low .. high``."""
    contained = begin <= low and high <= end
    above, below = high > end, low < begin
    return {
        "eq": contained,
        "ne": not contained,
        "gt": above,
        "lt": below,
        "ge": above or contained,
        "le": below or contained,
        "sa": low >= end,
        "eb": high <= begin,
        "ap": low < end and high > begin,
    }[prefix]


def numbered(value: NumberValue, low: float, high: float) -> bool:
    exact = value.value
    within = value.low <= low and (high < value.high or high == exact)
    return {
        "eq": within,
        "ne": not within,
        "gt": high > exact,
        "lt": low < exact,
        "ge": high >= exact,
        "le": low <= exact,
        "sa": low > exact,
        "eb": high < exact,
        "ap": low <= value.high and high >= value.low,
    }[value.prefix]


def fill(store: Store, documents: Iterable[Document]) -> None:
    """Writes the first version of each document, in one transaction."""
    with store.writing() as writer:
        for document in documents:
            writer.write(document.as_version(), document.rows)
