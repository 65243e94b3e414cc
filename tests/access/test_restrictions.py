"""What a patient has restricted: labelled resources, and practitioners and places that she has shut out.

Sources: national-services.md 1.2 (PI-0016, PI-0017), dhg-api.md 2.4, helseid.md 11 (A9).
"""

from __future__ import annotations

from typing import Any

import pytest

from hit_maternity.access.restrictions import is_restricted
from hit_maternity.fhir.json import encode
from hit_maternity.fhir.ports import Version

VILDE = "new-record-mother"
EPISODE = "EpisodeOfCare/new-record-pregnancy"
SYSTEM = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
WORD = "sperret-svar"
LABEL = {"security": [{"system": SYSTEM, "code": "R"}]}
RAISED = "FORHOYET_SAMTYKKE"


def observation(**more: Any) -> dict[str, Any]:
    subject = {"reference": f"Patient/{VILDE}"}
    code = {"coding": [{"system": "https://example.org/codes", "code": "closed"}], "text": WORD}
    return {"resourceType": "Observation", "id": "closed", "status": "final", "code": code, "subject": subject, **more}


def labelled(kind: str, label: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Parameters", "parameter": [{"name": "meta", "valueMeta": label}]}


@pytest.fixture
def closed(desk: Any) -> Any:
    """A desk where a resource was open in its first version and is labelled now."""
    assert desk.within("PUT", "Observation/closed", observation()).status == 201
    assert desk.within("PUT", "Observation/closed", observation(meta=LABEL)).status == 200
    return desk


@pytest.mark.parametrize(
    "url", ["Observation/closed", "Observation/closed/_history/1", "Observation/closed/_history/2", "Observation/closed/$meta"]
)
def test_a_labelled_resource_is_not_read_nor_its_earlier_versions_but_with_a_raised_basis(closed: Any, url: str) -> None:
    refused = closed("GET", url)
    assert (refused.status, refused.rule) == (403, "restricted")
    assert WORD.encode() not in refused.body
    assert [(r.patient, r.refused) for r in closed.rows()] == [(VILDE, "restricted")]
    for basis in ("SAMTYKKE", "AKUTT", "UNNTAK", ""):
        assert closed("GET", url, basis=basis).rule == "restricted"
    closed.rows()
    assert closed("GET", url, basis=RAISED).status == 200
    assert [(r.patient, r.refused) for r in closed.rows()] == [(VILDE, None)]


def test_its_history_shows_nothing_of_it(closed: Any) -> None:
    assert closed("GET", "Observation/closed/_history").found == []
    assert len(closed("GET", "Observation/closed/_history", basis=RAISED).found) == 2


@pytest.mark.parametrize(
    "url",
    [
        f"Observation?subject=Patient/{VILDE}&code=closed",
        f"Observation?subject=Patient/{VILDE}&code=closed&_total=accurate",
        f"Observation?subject=Patient/{VILDE}&code=closed&_summary=count",
        f"Patient/{VILDE}/Observation?code=closed",
        "Observation?_id=closed",
    ],
)
def test_no_search_finds_or_counts_it(closed: Any, url: str) -> None:
    answer = closed("GET", url)
    assert (answer.status, answer.found, answer.json.get("total", 0)) == (200, [], 0)
    opened = closed("GET", url, basis=RAISED)
    assert opened.found == ["Observation/closed"] or opened.json["total"] == 1


@pytest.mark.parametrize(
    "url",
    [
        f"Patient/{VILDE}/$everything",
        f"Patient/{VILDE}/*?_count=500",
        f"Patient?_id={VILDE}&_revinclude=Observation:subject",
        f"{EPISODE}/$everything",
        f"{EPISODE}/$helsekort",
        f"{EPISODE}/$document",
    ],
)
def test_what_shows_much_shows_all_but_that(closed: Any, url: str) -> None:
    part = {"reference": EPISODE}
    linked = [{"url": "http://hl7.org/fhir/StructureDefinition/workflow-episodeOfCare", "valueReference": part}]
    assert closed.within("PUT", "Observation/closed", observation(meta=LABEL, extension=linked)).status == 200
    answer = closed("GET", url)
    assert answer.status == 200 and len(answer.found) > 1
    assert WORD.encode() not in answer.body
    assert WORD.encode() in closed("GET", url, basis=RAISED).body


def test_it_is_not_changed_nor_its_label_taken_away_but_with_a_raised_basis(closed: Any) -> None:
    patched = [{"op": "replace", "path": "/status", "value": "amended"}]
    calls: list[tuple[str, str, Any]] = [
        ("PUT", "Observation/closed", observation()),
        ("PATCH", "Observation/closed", patched),
        ("POST", "Observation/closed/$meta-delete", labelled("meta", LABEL)),
        ("DELETE", "Observation/closed", None),
    ]
    before = closed.written()
    for call in calls:
        refused = closed(*call)
        assert (refused.status, refused.rule) == (403, "restricted")
        assert WORD.encode() not in refused.body
    assert closed.written() == before
    assert all(closed(*call, basis=RAISED).status in (200, 204) for call in calls)


def test_whoever_may_write_can_restrict(desk: Any) -> None:
    assert desk("PUT", "Observation/closed", observation(meta=LABEL)).status == 201
    assert desk("GET", "Observation/closed").rule == "restricted"


def test_in_a_batch_the_other_entries_are_shown(closed: Any) -> None:
    entries = [{"request": {"method": "GET", "url": url}} for url in ("Observation/closed", f"Patient/{VILDE}")]
    answer = closed("POST", "", {"resourceType": "Bundle", "type": "batch", "entry": entries})
    assert [e["response"]["status"][:3] for e in answer.json["entry"]] == ["403", "200"]
    assert WORD.encode() not in answer.body


@pytest.mark.parametrize(
    ("meta", "restricted"),
    [
        ({"security": [{"system": SYSTEM, "code": "R"}]}, True),
        ({"security": [{"system": SYSTEM, "code": "V"}]}, True),
        ({"security": [{"system": "urn:other", "code": "X"}, {"system": SYSTEM, "code": "V"}]}, True),
        ({"security": [{"system": SYSTEM, "code": "N"}]}, False),
        ({"security": [{"system": "urn:other", "code": "R"}]}, False),
        ({"tag": [{"system": SYSTEM, "code": "R"}]}, False),
        ({"security": "R"}, False),
        ({"security": [None, 1, "R"]}, False),
        ("security", False),
        (None, False),
    ],
)
def test_labels_r_and_v_restrict_and_no_others(meta: Any, restricted: bool) -> None:
    body = encode({"resourceType": "Observation", "meta": meta})
    assert is_restricted(Version("Observation", "1", 1, None, "PUT", body)) is restricted  # type: ignore[arg-type]  # the time doesn't count


def test_a_deletion_is_not_restricted() -> None:
    assert not is_restricted(Version("Observation", "1", 2, None, "DELETE", None))  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize("blocked", ["hpr:565000001", "org:310100005", "org:310200018"])
def test_whom_she_has_shut_out_sees_and_writes_nothing(either: Any, blocked: str) -> None:
    either.stands(VILDE, consent=True, blocked=frozenset((blocked, "hpr:999999999")))
    before = either.written()
    assert either("GET", f"Patient/{VILDE}").rule == "practitioner-blocked"
    assert either("GET", f"Observation?subject=Patient/{VILDE}").rule == "practitioner-blocked"
    assert either("POST", "Observation", observation()).rule == "practitioner-blocked"
    assert [(r.patient, r.refused) for r in either.rows()] == [(VILDE, "practitioner-blocked")] * 3
    assert either.written() == before
    assert either("GET", "Patient/normal-mother").status == 200, "others haven't"


@pytest.mark.parametrize("blocked", ["hpr:56500000", "hpr:5650000011", "org:565000001", "hpr:310100005", "565000001"])
def test_others_are_not_shut_out(desk: Any, blocked: str) -> None:
    desk.stands(VILDE, consent=True, blocked=frozenset((blocked,)))
    assert desk("GET", f"Patient/{VILDE}").status == 200
