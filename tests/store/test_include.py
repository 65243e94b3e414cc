"""``_include`` and ``_revinclude`` over a small web of resources."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from hit_maternity.fhir.ports import SearchPage, Version
from hit_maternity.fhir.search.model import (
    Ids,
    Include,
    IndexRows,
    Query,
    ReferenceRow,
    SearchParameter,
    UriRow,
    parameter_key,
)
from hit_maternity.store import Store, include

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def reference(type: str, code: str, *targets: str) -> SearchParameter:
    return SearchParameter(type, code, "reference", f"urn:{type}:{code}", "", targets=frozenset(targets))


SUBJECT = reference("Observation", "subject", "Patient", "Group")
MEMBER = reference("Observation", "has-member", "Observation")
GENERAL = reference("Patient", "general-practitioner", "Practitioner")
LINK = reference("Patient", "link", "Patient")
INSTANTIATES = reference("Observation", "instantiates", "Questionnaire")


def write(store: Store, name: str, *links: tuple[SearchParameter, str], url: str = "") -> None:
    type, id = name.split("/")
    rows = IndexRows()
    for parameter, target in links:
        to = ("", target) if ":" in target else tuple(target.split("/"))
        rows.reference.append(ReferenceRow(parameter.key, 0, *to))
    if url:
        rows.uri.append(UriRow(parameter_key(type, "url"), 0, url))
    with store.writing() as writer:
        writer.write(Version(type, id, 1, NOW, "PUT", name.encode()), rows)


@pytest.fixture
def web(store: Store) -> Store:
    write(store, "Practitioner/d")
    write(store, "Patient/a", (GENERAL, "Practitioner/d"))
    write(store, "Patient/b", (GENERAL, "Practitioner/d"), (LINK, "Patient/a"))
    write(store, "Group/a")
    write(store, "Questionnaire/q", url="http://q")
    write(store, "Observation/1", (SUBJECT, "Patient/b"), (INSTANTIATES, "http://q"))
    write(store, "Observation/2", (SUBJECT, "Patient/b"), (MEMBER, "Observation/1"), (MEMBER, "Observation/3"))
    write(store, "Observation/3", (SUBJECT, "Group/a"), (MEMBER, "Observation/2"), (SUBJECT, "Patient/never"))
    return store


def search(store: Store, type: str, ids: tuple[str, ...], *includes: Include) -> SearchPage:
    with store.reading() as reader:
        return reader.search(Query((type,), (Ids(ids),), includes=includes))


def names(page: SearchPage) -> list[str]:
    assert not {(v.type, v.id) for v in page.matches} & {(v.type, v.id) for v in page.included}
    assert len({(v.type, v.id) for v in page.included}) == len(page.included)
    return sorted(f"{v.type}/{v.id}" for v in page.included)


def to(parameter: SearchParameter, *targets: str, iterate: bool = False) -> Include:
    return Include(False, parameter.resource_type, (parameter,), targets or None, iterate)


def back(parameter: SearchParameter, *targets: str, iterate: bool = False) -> Include:
    return Include(True, parameter.resource_type, (parameter,), targets or None, iterate)


@pytest.mark.parametrize(
    ("matches", "includes", "expected"),
    [
        ("1", [to(SUBJECT)], ["Patient/b"]),
        ("1 3", [to(SUBJECT)], ["Group/a", "Patient/b"]),
        ("1 3", [to(SUBJECT, "Group")], ["Group/a"]),
        ("1 3", [to(SUBJECT, "Device")], []),
        ("1", [to(SUBJECT), to(GENERAL)], ["Patient/b"]),
        ("1", [to(SUBJECT), to(GENERAL, iterate=True)], ["Patient/b", "Practitioner/d"]),
        ("1", [to(SUBJECT), to(LINK, iterate=True), to(GENERAL, iterate=True)], ["Patient/a", "Patient/b", "Practitioner/d"]),
        ("2", [to(MEMBER)], ["Observation/1", "Observation/3"]),
        ("2 3", [to(MEMBER)], ["Observation/1"]),
        ("3", [to(MEMBER, iterate=True)], ["Observation/1", "Observation/2"]),
        ("1", [to(INSTANTIATES)], ["Questionnaire/q"]),
        ("1", [back(MEMBER)], ["Observation/2"]),
        ("1", [back(MEMBER, iterate=True)], ["Observation/2", "Observation/3"]),
        ("1", [back(MEMBER, "Patient")], []),
        ("1 2 3", [to(MEMBER, iterate=True), back(MEMBER, iterate=True)], []),
    ],
)
def test_includes_of_observations(web: Store, matches: str, includes: list[Include], expected: list[str]):
    page = search(web, "Observation", tuple(matches.split()), *includes)
    assert (names(page), page.cut) == (expected, False)


def test_all_reference_parameters_at_once(web: Store):
    every = Include(False, "Observation", (SUBJECT, MEMBER, INSTANTIATES), None, False)
    assert names(search(web, "Observation", ("1",), every)) == ["Patient/b", "Questionnaire/q"]


def test_what_names_a_patient_comes_with_it_and_goes_on_from_there(web: Store):
    page = search(web, "Patient", ("b",), back(SUBJECT), back(MEMBER, iterate=True), to(GENERAL))
    assert names(page) == ["Observation/1", "Observation/2", "Observation/3", "Practitioner/d"]


def test_deleted_resources_are_not_included(web: Store):
    with web.writing() as writer:
        writer.lock("Patient", "b")
        writer.write(Version("Patient", "b", 2, NOW, "DELETE", None), IndexRows())
    assert names(search(web, "Observation", ("1",), to(SUBJECT))) == []


def test_too_many_are_cut_and_said_to_be(web: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(include, "MOST_INCLUDED", 2)
    page = search(web, "Patient", ("b",), back(SUBJECT), back(MEMBER, iterate=True), to(GENERAL))
    assert (len(page.included), page.cut) == (2, True)


def test_iterating_ends_at_a_depth(store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(include, "DEEPEST", 3)
    for number in range(6):
        write(store, f"Observation/{number}", (MEMBER, f"Observation/{number + 1}"))
    page = search(store, "Observation", ("0",), to(MEMBER, iterate=True))
    assert (names(page), page.cut) == (["Observation/1", "Observation/2", "Observation/3"], True)


def test_includes_belong_to_the_page(web: Store):
    query: Any = Query(("Observation",), includes=(to(SUBJECT),), count=1)
    with web.reading() as reader:
        assert names(reader.search(query)) == ["Group/a"]
