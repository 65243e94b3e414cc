from __future__ import annotations

from collections.abc import Callable

import pytest

from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.search import Search
from hit_maternity.fhir.search.model import Query
from hit_maternity.fhir.terminology import LoadedTerminology

Parse = Callable[..., Query]
Refusal = Callable[..., list[str]]


def test_without_controls_a_page_has_the_default_size(parse: Parse) -> None:
    query = parse("Patient")
    assert (query.count, query.cursor, query.total, query.summary, query.elements) == (20, None, None, None, ())


def test_controls_are_read(parse: Parse) -> None:
    query = parse("Patient", "_count=5", "_total=accurate", "_summary=data", "_elements=name, Patient.birthDate,name", "_cursor=abc")
    assert (query.count, query.total, query.summary, query.elements, query.cursor) == (5, "accurate", "data", ("name", "birthDate"), "abc")


def test_the_cursor_is_no_part_of_the_self_link(parse: Parse) -> None:
    assert parse("Patient", "_count=5", "_cursor=abc", "_format=xml", "_pretty=true").used == (("_count", "5"),)


def test_a_page_is_no_larger_than_allowed_and_the_self_link_says_so() -> None:
    definitions = Definitions.r4()
    search = Search(definitions, LoadedTerminology(definitions), default_count=7, max_count=100)
    query = search.parse(["Patient"], [("_count", "999999")])
    assert (query.count, query.used) == (100, (("_count", "100"),))
    assert search.parse(["Patient"], []).count == 7


def test_the_way_in_which_fhirpy_asks_for_a_total_is_understood(parse: Parse) -> None:
    query = parse("Patient", "_totalMethod=count", "_count=1")
    assert (query.total, query.used) == ("accurate", (("_total", "accurate"), ("_count", "1")))


def test_counting_asks_for_no_entries(parse: Parse) -> None:
    assert parse("Patient", "_count=0").count == 0
    assert parse("Patient", "_summary=count").count == 0
    assert parse("Patient", "_summary=count").summary == "count"


@pytest.mark.parametrize(
    ("pair", "rule"),
    [
        ("_count=-1", "search-value-count"),
        ("_count=many", "search-value-count"),
        ("_count=1.5", "search-value-count"),
        ("_count=99999999999999999999", "search-value-count"),
        ("_total=all", "search-value-total"),
        ("_summary=yes", "search-value-summary"),
        ("_elements=", "search-value-elements"),
        ("_elements=a b", "search-value-elements"),
        ("_cursor=", "cursor-invalid"),
        ("_contained=maybe", "search-value-contained"),
        ("_contained=true", "search-parameter-unsupported"),
        ("_containedType=container", "search-parameter-unsupported"),
        ("_text=bone", "search-parameter-unsupported"),
        ("_content=bone", "search-parameter-unsupported"),
        ("_filter=a eq b", "search-parameter-unsupported"),
        ("_query=x", "search-parameter-unsupported"),
    ],
)
def test_a_control_that_makes_no_sense_is_refused(pair: str, rule: str, refused: Refusal) -> None:
    assert refused("Patient", pair) == [f"{rule} @ http.{pair.partition('=')[0]}"]


def test_not_asking_for_contained_resources_is_fine(parse: Parse) -> None:
    assert parse("Patient", "_contained=false").used == (("_contained", "false"),)


def test_a_control_is_given_once(refused: Refusal) -> None:
    assert refused("Patient", "_count=1", "_count=2") == ["search-parameter-repeated @ http._count"]


def test_what_is_not_supported_is_ignored_when_lenient(parse: Parse) -> None:
    query = parse("Patient", "_text=bone", "_filter=x", "active=true", lenient=True)
    assert query.ignored == ("_text", "_filter")
    assert query.used == (("active", "true"),)


def test_a_bad_value_is_refused_also_when_lenient(refused: Refusal) -> None:
    assert refused("Patient", "_count=many", lenient=True) == ["search-value-count @ http._count"]
