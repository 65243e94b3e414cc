from __future__ import annotations

from collections.abc import Callable

import pytest

from hit_maternity.fhir.search.model import Query

Parse = Callable[..., Query]
Refusal = Callable[..., list[str]]


def test_an_include_names_a_reference_of_what_is_searched(parse: Parse) -> None:
    (include,) = parse("Observation", "_include=Observation:subject").includes
    assert (include.reverse, include.source_type, include.target_types, include.iterate) == (False, "Observation", None, False)
    assert [p.code for p in include.parameters] == ["subject"]


def test_a_target_type_narrows_an_include(parse: Parse) -> None:
    (include,) = parse("Observation", "_include=Observation:subject:Patient").includes
    assert include.target_types == ("Patient",)


@pytest.mark.parametrize("modifier", ["iterate", "recurse"])
def test_an_include_may_iterate(modifier: str, parse: Parse) -> None:
    (include,) = parse("MedicationDispense", f"_include:{modifier}=MedicationRequest:requester").includes
    assert include.iterate and include.source_type == "MedicationRequest"


def test_a_reverse_include_names_what_points_here(parse: Parse) -> None:
    (include,) = parse("Patient", "_revinclude=Observation:patient").includes
    assert (include.reverse, include.source_type, [p.code for p in include.parameters]) == (True, "Observation", ["patient"])


def test_a_star_is_every_reference(parse: Parse) -> None:
    (include,) = parse("Patient", "_include=*").includes
    assert {p.code for p in include.parameters} == {"general-practitioner", "link", "organization"}
    assert parse("Patient", "_include=Patient:*").includes == (include,)
    sources = {i.source_type: {p.code for p in i.parameters} for i in parse("Patient", "_revinclude=*").includes}
    assert {"patient", "subject"} <= sources["Observation"] and "encounter" not in sources["Observation"]
    assert "Substance" not in sources


@pytest.mark.parametrize(
    ("pair", "rule"),
    [
        ("_include=Observation", "search-value-include"),
        ("_include=", "search-value-include"),
        ("_include=a:b:c:d", "search-value-include"),
        ("_include=Nothing:subject", "search-include-type"),
        ("_include=Observation:subject:Nothing", "search-include-type"),
        ("_include=Observation:nothing", "search-include-parameter"),
        ("_include=Observation:code", "search-include-parameter"),
        ("_include=Observation:patient:Group", "search-include-target"),
        ("_revinclude=Patient:organization", "search-include-target"),
    ],
)
def test_an_include_that_leads_nowhere_is_refused(pair: str, rule: str, refused: Refusal) -> None:
    assert refused("Observation", pair) == [f"{rule} @ http.{pair.partition('=')[0]}"]


def test_another_modifier_is_refused(refused: Refusal) -> None:
    assert refused("Observation", "_include:deep=Observation:subject") == ["search-modifier-unsupported @ http._include:deep"]


def test_an_unknown_include_is_ignored_when_lenient(parse: Parse) -> None:
    query = parse("Observation", "_include=Observation:nothing", lenient=True)
    assert (query.includes, query.ignored) == ((), ("_include",))
