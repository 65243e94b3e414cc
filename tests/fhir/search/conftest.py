"""What the search tests share: definitions, a small terminology, and ways to read a query's faults and a resource's rows."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hit_maternity.clock import FixedClock
from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.search import Search
from hit_maternity.fhir.search.model import IndexRows, Query

BASE = "https://record.example/fhir"
NOW = datetime(2024, 6, 1, tzinfo=UTC)
FAMILIES = ("token", "string", "date", "number", "quantity", "reference", "uri")


class SmallTerminology:
    """One value set, one hierarchy, and the gender codes."""

    def codes(self, value_set: str) -> frozenset[tuple[str, str]] | None:
        return {
            "http://example.org/ValueSet/pressures": frozenset({("http://loinc.org", "8480-6"), ("http://loinc.org", "8462-4")}),
            f"{BASE}/ValueSet/local": frozenset({("http://loinc.org", "1-1")}),
            "http://example.org/ValueSet/huge": frozenset(("http://loinc.org", str(n)) for n in range(6000)),
        }.get(value_set.partition("|")[0])

    def contains(self, value_set: str, system: str | None, code: str) -> bool | None:
        return system == "http://hl7.org/fhir/administrative-gender" if "administrative-gender" in value_set else None

    def descendants(self, system: str, code: str) -> frozenset[str] | None:
        return frozenset({code, "child"}) if system == "http://example.org/tree" else None

    def ancestors(self, system: str, code: str) -> frozenset[str] | None:
        return frozenset({code, "parent"}) if system == "http://example.org/tree" else None


@pytest.fixture(scope="session")
def definitions() -> Definitions:
    return Definitions.r4()


@pytest.fixture(scope="session")
def search(definitions: Definitions) -> Search:
    return Search(definitions, SmallTerminology(), FixedClock(NOW))


@pytest.fixture
def parse(search: Search) -> Callable[..., Query]:
    """``parse("Patient", "name=kari", "_count=5")``."""

    def run(types: str, *pairs: str, **options: Any) -> Query:
        split = [(p.partition("=")[0], p.partition("=")[2]) for p in pairs]
        return search.parse([t for t in types.split(",") if t], split, base=BASE, **options)

    return run


@pytest.fixture
def refused(parse: Callable[..., Query]) -> Callable[..., list[str]]:
    """The rule ids with which a query is refused, each as ``rule @ http.parameter``."""

    def run(types: str, *pairs: str, **options: Any) -> list[str]:
        with pytest.raises(FhirError) as caught:
            parse(types, *pairs, **options)
        assert caught.value.status == 400
        for issue in caught.value.issues:
            assert issue.severity == "error" and issue.text.startswith("Search parameter ")
        return [f"{i.rule} @ {i.expression}" for i in caught.value.issues]

    return run


@pytest.fixture
def rows_of(search: Search) -> Callable[..., list[tuple[Any, ...]]]:
    """The rows of one parameter (or a variant, ``code:text``) of a resource, without their key: ``(item, ...)``."""

    def run(resource: dict[str, Any], code: str) -> list[tuple[Any, ...]]:
        from hit_maternity.fhir.search.model import parameter_key

        key = parameter_key(resource["resourceType"], code)
        rows = search.index(resource, BASE)
        return [tuple(r[1:]) for family in FAMILIES for r in getattr(rows, family) if r[0] == key]

    return run


def keys_in(rows: IndexRows) -> set[int]:
    """Every parameter key that has a row."""
    return {row[0] for family in FAMILIES for row in getattr(rows, family)}


def test_data() -> Path:
    """Where resources written by others lie."""
    root = Path(__file__).resolve().parents[3]
    return root / os.environ.get("HIT_TEST_DATA", "../shared/data")


@pytest.fixture(scope="session")
def examples() -> Iterator[list[Path]]:
    folder = test_data() / "hl7-r4-examples"
    if not folder.is_dir():
        pytest.skip("the folder of official examples is absent (HIT_TEST_DATA)")
    yield sorted(folder.glob("*.json"))
