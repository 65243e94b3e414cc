"""The guard where the matrix doesn't reach: several women in one call, Bundles, conditional writes, replays, a log that is away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from hit_maternity.access.limits import Limits, Rate

INGRID, VILDE = "normal-mother", "new-record-mother"
FNR = "urn:oid:2.16.578.1.12.4.1.4.1"
OID = "urn:oid:2.16.578.1.12.4.1"
NAMES = ("Fjelltind", "Ingrid", "Skarlyng", "Vilde")


def observation(patient: str = VILDE, **more: Any) -> dict[str, Any]:
    subject = {"reference": f"Patient/{patient}"}
    return {"resourceType": "Observation", "status": "final", "code": {"text": "vekt"}, "subject": subject, **more}


def known_as(value: str) -> list[dict[str, str]]:
    return [{"system": "https://epj.test/id", "value": value}]


def bundle(kind: str, *entries: tuple[str, str, Any]) -> dict[str, Any]:
    made = [{"request": {"method": method, "url": url}, **({"resource": body} if body else {})} for method, url, body in entries]
    return {"resourceType": "Bundle", "type": kind, "entry": made}


def shows_nothing(answer: Any) -> bool:
    return not any(name in answer.body.decode() for name in NAMES)


def statuses(answer: Any) -> list[str]:
    return [entry["response"]["status"][:3] for entry in answer.json["entry"]]


def attest(purpose: str, decision: str = "3c1c2a60", selected: bool = False) -> dict[str, Any]:
    """A claim that keeps every rule."""
    place = {"system": f"{OID}.4.101", "authority": "https://www.brreg.no"}
    return {
        "practitioner": {
            "identifier": {"id": "12847199995", "system": f"{OID}.4.1", "authority": "https://www.skatteetaten.no"},
            "hpr_nr": {"id": "565000001", "system": f"{OID}.4.4", "authority": "https://www.helsedirektoratet.no/"},
            "authorization": {"code": "LE", "system": f"{OID}.1.9060", "assigner": "https://www.helsedirektoratet.no/"},
            "legal_entity": {"id": "310100005", **place},
            "point_of_care": {"id": "310200018", **place},
        },
        "care_relationship": {
            "healthcare_service": {"code": "S01", "system": f"{OID}.1.8655", "assigner": "https://www.volven.no/"},
            "purpose_of_use": {"code": purpose, "system": "urn:oid:2.16.840.1.113883.1.11.20448"},
            "decision_ref": {"id": decision, "user_selected": selected},
        },
        "patients": [],
    }


# ---------------------------------------------------------------- one patient a call


@pytest.fixture
def measured(desk: Any) -> Any:
    """A desk where one practitioner has measured both women, and both have a list that names one questionnaire."""
    form = {"resourceType": "Questionnaire", "id": "q", "url": "https://example.org/Questionnaire/q", "status": "active"}
    assert desk.within("PUT", "Questionnaire/q", form).status == 201
    for n, patient in enumerate((INGRID, VILDE)):
        by = {"performer": [{"reference": "Practitioner/tiril-morgenrode"}]}
        assert desk.within("PUT", f"Observation/by-{n}", observation(patient, id=f"by-{n}", **by)).status == 201
        subject = {"reference": f"Patient/{patient}"}
        items = {"status": "current", "mode": "working", "entry": [{"item": {"reference": "Questionnaire/q"}}]}
        listed = {"resourceType": "List", "id": f"list-{n}", "subject": subject, **items}
        assert desk.within("PUT", f"List/list-{n}", listed).status == 201
    return desk


@pytest.mark.parametrize(
    "url",
    [
        "Practitioner?_id=tiril-morgenrode&_revinclude=Observation:performer",
        "Observation?_id=by-0,by-1",
        "Observation?_id=by-0,by-1&_include=Observation:subject",
        f"Observation?subject=Patient/{INGRID},Patient/{VILDE}",
        f"Observation?subject={INGRID},{VILDE}&code:text=there-is-none",
        f"Patient?_id={INGRID},{VILDE}",
        f"Patient?_id={INGRID}&_summary=count&_id={VILDE},{INGRID}",
        f"Patient?identifier={{pid}}|{INGRID}",
        "Questionnaire?_id=q&_revinclude=List:item",
    ],
)
def test_a_search_that_comes_to_several_women_shows_none(measured: Any, url: str) -> None:
    if "{pid}" in url:  # by their numbers, sent in the body
        numbers = ",".join(f"{FNR}|{measured.pid(patient)}" for patient in (INGRID, VILDE))
        measured.rows()
        answer = measured("POST", "Patient/_search", f"identifier={numbers}")
    else:
        answer = measured("GET", url)
    assert (answer.status, answer.rule) == (403, "patient-required")
    assert shows_nothing(answer)
    assert [r.refused for r in measured.rows()] == ["patient-required"]


@pytest.mark.parametrize(
    "url",
    [
        "Patient?name=Fjelltind",
        "Patient?_count=1",
        f"Patient?identifier={FNR}|&_count=1",
        "Patient?identifier:not=urn:x|1",
        "Patient?_id:not=x",
        "Patient?_has:Observation:subject:_id=by-0",
        "Patient?_id:not=a&identifier=urn:x|1&_summary=count",
        "Observation?_id=by-0&code:text=vekt",
        "Observation?_id=by-0&_summary=count",
        "Observation?identifier=urn:x|1&_count=0",
        "Observation?code:text=vekt",
        "Observation?subject:Patient.name=Ingrid",
        "Observation?subject:missing=false",
        "Observation?performer=Practitioner/tiril-morgenrode",
        f"Practitioner?_has:Observation:performer:subject=Patient/{INGRID}",
        "Practitioner?_id=tiril-morgenrode&_has:Observation:performer:subject:Patient.name=Ingrid",
        f"Questionnaire?_has:QuestionnaireResponse:questionnaire:subject=Patient/{INGRID}",
        "Practitioner/tiril-morgenrode/Observation",
        "Practitioner?_list=x",
        "Patient/$meta",
        "$meta",
    ],
)
def test_what_names_nobody_neither_finds_nor_counts(measured: Any, url: str) -> None:
    answer = measured("GET", url)
    assert (answer.status, answer.rule) == (403, "patient-required")
    assert [r.refused for r in measured.rows()] == ["patient-required"]


@pytest.mark.parametrize(
    "url", ["Observation?_id=by-0", "Observation?identifier=urn:x|1", "Practitioner?name=Tiril", "?_id=by-0&_type=Observation"]
)
def test_what_is_known_already_is_found(measured: Any, url: str) -> None:
    assert measured("GET", url).status == 200


def test_a_system_does_not_come_to_a_record_by_way_of_a_definition(measured: Any) -> None:
    assert measured.within("DELETE", "List/list-1").status == 204
    answer = measured("GET", "Questionnaire?_id=q&_revinclude=List:item", kind="system")
    assert (answer.status, answer.rule) == (403, "kind-record")
    assert b"list-0" not in answer.body
    assert "List/list-0" in measured("GET", "Questionnaire?_id=q&_revinclude=List:item").found
    assert measured("GET", "Questionnaire?_id=q", kind="system").status == 200


def test_nothing_found_of_a_woman_who_said_no_is_told_as_all_else_of_her(desk: Any) -> None:
    desk.stands(VILDE, consent=False)
    for url in (f"Immunization?patient={VILDE}", f"Patient/{VILDE}/Immunization", f"Observation?subject={VILDE}&_summary=count"):
        assert desk("GET", url).rule == "consent-missing"
    assert desk("GET", "Immunization?patient=nobody").rule == "consent-missing", "whoever isn't there is told from her by nothing"


def test_an_update_that_moves_a_resource_is_judged_by_both_records(either: Any) -> None:
    assert either("PUT", "Observation/moved", observation(INGRID, id="moved")).status in (200, 201)
    before = either.written()
    assert either("PUT", "Observation/moved", observation(VILDE, id="moved")).rule == "patient-required"
    either.stands(INGRID, consent=False)
    assert either("PUT", "Observation/moved", observation(VILDE, id="moved")).status == 403
    patched = [{"op": "replace", "path": "/subject/reference", "value": f"Patient/{VILDE}"}]
    assert either("PATCH", "Observation/moved", patched).status == 403
    assert either.written() == before


def test_a_deleted_resource_does_not_come_back_in_another_record(desk: Any) -> None:
    assert desk("PUT", "Observation/moved", observation(INGRID, id="moved")).status == 201
    assert desk("DELETE", "Observation/moved").status == 204
    assert desk("PUT", "Observation/moved", observation(VILDE, id="moved")).rule == "patient-required"


def test_her_patient_is_not_made_part_of_another_womans_record(desk: Any) -> None:
    fetus_of = "https://hit-maternity.example/fhir/StructureDefinition/fetus-of"
    claimed = desk.within("GET", f"Patient/{VILDE}").json
    claimed["extension"] = [{"url": fetus_of, "valueReference": {"reference": f"Patient/{INGRID}"}}]
    desk.stands(VILDE, consent=False)
    before = desk.written()
    assert desk("PUT", f"Patient/{VILDE}", claimed).status == 403
    assert desk.written() == before


# ---------------------------------------------------------------- conditional writes


def test_a_conditional_create_gives_what_is_there_only_to_whoever_may_see_it(either: Any) -> None:
    made = observation(INGRID, identifier=known_as("conditional"))
    condition = {"if-none-exist": "identifier=https://epj.test/id|conditional"}
    assert either("POST", "Observation", made, condition).status in (200, 201)
    either.rows()
    again = either("POST", "Observation", made, condition)
    assert again.status == 200 and again.json["subject"]["reference"] == f"Patient/{INGRID}"
    assert [(r.patient, r.interaction) for r in either.rows()] == [(INGRID, "read")]
    either.stands(INGRID, consent=False)
    before = either.written()
    refused = either("POST", "Observation", observation(VILDE, identifier=known_as("conditional")), condition)
    assert (refused.status, refused.rule) == (403, "consent-missing")
    assert either.written() == before


@pytest.mark.parametrize(
    "criteria", ["identifier=https://epj.test/id|found", f"subject=Patient/{INGRID}&identifier=https://epj.test/id|found"]
)
def test_conditional_update_patch_and_delete_are_judged_by_what_they_find(desk: Any, criteria: str) -> None:
    made = observation(INGRID, identifier=known_as("found"))
    patched = [{"op": "replace", "path": "/status", "value": "amended"}]
    assert desk("PUT", f"Observation?{criteria}", made).status == 201
    calls: list[tuple[str, Any]] = [("PUT", made), ("PATCH", patched), ("DELETE", None)]
    desk.stands(INGRID, consent=False)
    before = desk.written()
    for method, body in calls:
        assert desk(method, f"Observation?{criteria}", body).rule == "consent-missing"
        assert desk(method, f"Observation?{criteria}", body, role="HF").rule == "role-not-allowed" or method != "PUT"
    assert desk.written() == before
    desk.stands(INGRID, consent=True)
    assert [desk(method, f"Observation?{criteria}", body).status for method, body in calls] == [200, 200, 204]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_conditional_write_by_a_reader_is_refused_also_where_nothing_fits(desk: Any, method: str) -> None:
    body = {"PUT": observation(INGRID), "PATCH": [{"op": "remove", "path": "/note"}], "DELETE": None}[method]
    before = desk.written()
    answer = desk(method, f"Observation?subject=Patient/{INGRID}&identifier=urn:x|none", body, role="HF")
    assert answer.status in (403, 404) or (method, answer.status) == ("DELETE", 204)
    assert desk.written() == before


# ---------------------------------------------------------------- Bundles


def test_a_transaction_with_one_forbidden_entry_is_undone_as_a_whole(either: Any) -> None:
    either.stands(INGRID, consent=False)
    before = either.written()
    sent = bundle("transaction", ("POST", "Observation", observation(VILDE)), ("POST", "Observation", observation(INGRID)))
    for entries in (sent, {**sent, "entry": sent["entry"][::-1]}):
        answer = either("POST", "", entries)
        assert (answer.status, answer.rule) in ((403, "consent-missing"), (403, "patient-required"))
        assert either.written() == before
        assert [bool(r.refused) for r in either.rows()] == [True], "what was undone has left no row"


def test_each_entry_of_a_batch_stands_alone_and_all_are_about_one_woman(either: Any) -> None:
    either.stands(INGRID, consent=False)
    before = either.written()
    entries = [
        ("GET", f"Patient/{INGRID}", None),
        ("GET", f"Patient/{VILDE}", None),
        ("POST", "Observation", observation(VILDE)),
        ("POST", "Observation", observation(INGRID)),
        ("GET", "Observation/_history", None),
    ]
    answer = either("POST", "", bundle("batch", *entries))
    assert statuses(answer) == ["403", "200", "201", "403", "403"]
    assert "Fjelltind" not in answer.body.decode()
    assert (either.written()[0] - before[0], [r.refused is None for r in either.rows()]) == (1, [False, True, True, False, False])


def test_a_batch_does_not_go_from_one_woman_to_the_next(desk: Any) -> None:
    answer = desk("POST", "", bundle("batch", ("GET", f"Patient/{INGRID}", None), ("GET", f"Patient/{VILDE}", None)))
    assert statuses(answer) == ["200", "403"]
    assert "Skarlyng" not in answer.body.decode()


# ---------------------------------------------------------------- national ids


@pytest.mark.parametrize(
    "url",
    [
        "Patient?identifier={pid}",
        f"Patient?identifier={FNR}%7C{{pid}}",
        "Patient/{pid}",
        "Patient?identifier=%31{rest}",
        "Patient/{pid}/_history",
    ],
)
def test_a_national_id_in_an_address_is_refused(desk: Any, url: str) -> None:
    pid = desk.pid(VILDE)
    url = url.replace("{pid}", pid).replace("{rest}", pid[1:])
    assert pid[0] == "1"
    answer = desk("GET", url)
    assert (answer.status, answer.rule) == (400, "identifier-in-address")
    assert pid not in answer.body.decode()


@pytest.mark.parametrize(
    "url", ["Observation/0199c0de-7000-7abc-8def-123456789012", "Practitioner?_lastUpdated=gt2026-11-20T10:00:00.000Z"]
)
def test_other_numbers_in_an_address_are_not_taken_for_one(desk: Any, url: str) -> None:
    assert desk("GET", url).status in (200, 404)


def test_a_national_id_in_the_place_of_an_id_comes_into_no_row(desk: Any) -> None:
    pid = desk.pid(VILDE)
    desk.rows()
    assert desk("POST", "Observation/_search", f"subject=Patient/{pid}").rule == "consent-missing"
    (row,) = desk.rows()
    assert pid not in json.dumps(row.event) and row.patient is None


def test_a_header_that_names_somebody_unknown_fits_no_record(desk: Any) -> None:
    assert desk("GET", f"Patient/{VILDE}", patient="15899099996").rule == "patient-mismatch"
    assert desk("POST", "Observation", observation(), patient="15899099996").rule == "patient-mismatch"


# ---------------------------------------------------------------- consent before there is a Patient


def test_a_consent_that_was_given_before_counts_for_the_patient_who_is_made(desk: Any) -> None:
    pid, other = "25909199974", "65909199901"
    numbers = [{"system": FNR, "value": pid}, {"system": f"{FNR[:-1]}2", "value": other}]
    her = {"resourceType": "Patient", "identifier": numbers, "name": [{"family": "Nyfjell"}]}
    before = desk.written()
    assert desk("POST", "Patient", her).rule == "consent-missing"
    assert desk.written() == before
    digest = desk.server.guard._keeping.digest(pid)
    desk.stands("~pending", consent=True, digest=digest)
    made = desk("POST", "Patient", her, patient=other)
    assert made.status == 201, made.json
    assert desk("GET", f"Patient/{made.json['id']}", patient=pid).status == 200


# ---------------------------------------------------------------- proofs


@pytest.mark.parametrize(
    "url", [f"Patient/{VILDE}", f"Observation?subject=Patient/{VILDE}", "Organization/strandby-legesenter", "Questionnaire"]
)
def test_a_proof_that_was_used_shows_nothing(either: Any, url: str) -> None:
    assert either("GET", url, proof=url).status == 200
    again = either("GET", url, proof=url)
    assert (again.status, again.rule) == (401, "proof-replayed")
    assert again.headers["www-authenticate"].startswith("DPoP ")
    assert shows_nothing(again)
    assert [r.refused for r in either.rows()] == [None, "proof-replayed"]


def test_a_proof_that_was_used_writes_nothing(either: Any) -> None:
    assert either("POST", "Observation", observation(), proof="write").status == 201
    before = either.written()
    for method, url, body in (
        ("POST", "Observation", observation()),
        ("PUT", "Observation/replayed", observation(id="replayed")),
        ("POST", "", bundle("transaction", ("POST", "Observation", observation()), ("POST", "Observation", observation()))),
    ):
        assert either(method, url, body, proof="write").rule == "proof-replayed"
    assert either.written() == before


def test_a_proof_that_was_used_opens_no_entry_of_a_batch(either: Any) -> None:
    sent = bundle("batch", ("GET", f"Patient/{VILDE}", None), ("POST", "Observation", observation()), ("GET", f"Patient/{VILDE}", None))
    assert statuses(either("POST", "", sent, proof="batch")) == ["200", "201", "200"]
    before = either.written()
    again = either("POST", "", sent, proof="batch")
    assert (again.status, again.rule) == (401, "proof-replayed")
    assert shows_nothing(again) and either.written() == before


def test_a_batch_whose_first_entry_fails_uses_up_its_proof(desk: Any) -> None:
    sent = bundle("batch", ("GET", "Patient/unknown", None), ("GET", f"Patient/{VILDE}", None))
    assert statuses(desk("POST", "", sent, proof="first")) == ["404", "200"]
    assert desk("POST", "", sent, proof="first").rule == "proof-replayed"


def test_a_refused_call_uses_up_its_proof(either: Any) -> None:
    either.stands(INGRID, consent=False)
    assert either("GET", f"Patient/{INGRID}", proof="refused").rule == "consent-missing"
    assert either("GET", f"Patient/{VILDE}", proof="refused").rule == "proof-replayed"
    undone = bundle("transaction", ("POST", "Observation", observation(VILDE)), ("POST", "Observation", observation(INGRID)))
    assert either("POST", "", undone, proof="undone").status == 403
    assert either("GET", f"Patient/{VILDE}", proof="undone").rule == "proof-replayed"


def test_of_many_calls_at_once_with_one_proof_one_is_let_in(either: Any) -> None:
    for method, url, body in (("GET", f"Patient/{VILDE}", None), ("POST", "Observation", observation())):
        before = either.written()
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: either(method, url, body, proof=f"race-{method}"), range(8)))  # noqa: B023  # done within
        assert sorted(a.status for a in answers) == [200 if method == "GET" else 201, *[401] * 7]
        assert all(shows_nothing(a) for a in answers if a.status == 401)
        assert either.written()[0] - before[0] == (method == "POST")
        assert sorted(str(r.refused) for r in either.rows()) == ["None", *["proof-replayed"] * 7]


# ---------------------------------------------------------------- the log


@contextmanager
def without(desk: Any, table: str) -> Iterator[None]:
    """While a table is away."""
    database = desk.store.database
    name = getattr(database.names, table)
    away = f"{table}_away"

    def rename(one: str, to: str) -> None:
        with database.writing() as transaction:
            transaction.run(f"ALTER TABLE {one} RENAME TO {to}")
            transaction.change([], last=True)

    rename(name, away)
    try:
        yield
    finally:
        rename(name.replace(table, away), table)


@pytest.mark.parametrize("table", ["audit", "seen_proof"])
def test_without_a_log_or_a_place_for_proofs_nothing_is_shown_and_nothing_written(either: Any, table: str) -> None:
    before = either.written()
    with without(either, table):
        for n, url in enumerate(
            (f"Patient/{VILDE}", f"Observation?subject=Patient/{VILDE}", "EpisodeOfCare/new-record-pregnancy/$helsekort")
        ):
            answer = either("GET", url, proof=f"away-{table}-{n}")
            assert answer.status == 503, answer.json
            assert shows_nothing(answer)
        for n, (method, url, body) in enumerate((
            ("POST", "Observation", observation()),
            ("POST", "", bundle("transaction", ("POST", "Observation", observation()))),
        )):  # fmt: skip
            answer = either(method, url, body, proof=f"away-{table}-w{n}")
            assert answer.status in (500, 503) and shows_nothing(answer)  # it is the commit that fails
    assert either.written() == before
    assert either("GET", f"Patient/{VILDE}", proof=f"back-{table}").status == 200


def test_a_write_and_its_row_come_to_stand_together(desk: Any) -> None:
    invalid = observation(subject={"reference": "Group/none"})
    before = desk.written()
    assert desk("POST", "Observation", invalid).status in (403, 422)
    assert desk("POST", "EpisodeOfCare", {"resourceType": "EpisodeOfCare"}).status == 422
    assert desk.written() == before
    assert all(row.refused for row in desk.rows())


# ---------------------------------------------------------------- who may come in


def test_with_the_purpose_of_case_handling_one_reads_and_does_not_write(desk: Any) -> None:
    case = {"attest": attest("COC")}
    assert desk("GET", f"Patient/{VILDE}", **case).status == 200
    before = desk.written()
    assert desk("POST", "Observation", observation(), **case).rule == "purpose-not-allowed"
    assert desk.written() == before
    for purpose in ("TREAT", "ETREAT", "BTG"):
        assert desk("POST", "Observation", observation(), attest=attest(purpose, purpose)).status == 201


def test_an_attest_serves_one_patient(either: Any) -> None:
    once = {"attest": attest("TREAT", "one-decision")}
    assert either("GET", f"Patient/{VILDE}", **once).status == 200
    assert either("GET", "Patient/new-record-fetus-1", **once).status == 200
    other = either("GET", f"Patient/{INGRID}", **once)
    assert other.status == 403 and shows_nothing(other)
    before = either.written()
    assert either("POST", "Observation", observation(INGRID), **once).status == 403
    assert either.written() == before
    written_first = {"attest": attest("TREAT", "written-first")}
    assert either("POST", "Observation", observation(VILDE), **written_first).status == 201
    assert either("GET", f"Patient/{INGRID}", **written_first).status == 403


def test_breaking_the_glass_is_let_in_and_flagged(desk: Any) -> None:
    assert desk("GET", f"Patient/{VILDE}", attest=attest("BTG", selected=True)).status == 200
    (row,) = desk.rows()
    assert row.event["purposeOfEvent"][0]["coding"][0]["code"] == "BTG"


def test_an_attest_that_breaks_a_rule_is_refused_and_noted(desk: Any) -> None:
    answer = desk("GET", f"Patient/{VILDE}", attest=attest("HMARKT"))
    assert answer.status == 403 and shows_nothing(answer)
    assert len(desk.rows()) == 1


def test_only_organisations_of_the_list_come_in(desk: Any) -> None:
    listed = desk.guarded(organisations=frozenset(("310100005",)))
    assert listed("GET", f"Patient/{VILDE}").status == 200
    for call in (("GET", f"Patient/{VILDE}"), ("POST", "Observation", observation()), ("POST", "", bundle("batch"))):
        for number in ("310200018", None):
            assert listed(*call, organisation=number).rule == "organisation-unknown"


def test_who_calls_too_often_waits(desk: Any) -> None:
    slow = desk.guarded(limits=Limits(client=Rate(2), tick=lambda: 0.0))
    assert [slow("GET", f"Patient/{VILDE}").status for _ in range(3)] == [200, 200, 429]
    assert int(slow("GET", f"Patient/{VILDE}").headers["retry-after"]) >= 1
    assert slow("GET", f"Patient/{VILDE}", client="another").status == 200
    assert slow("GET", "metadata").status == 200


# ---------------------------------------------------------------- from token to log


def test_a_signed_call_reads_writes_and_leaves_its_rows(either: Any) -> None:
    desk = either.believing_tokens()
    assert desk.signed("GET", f"Patient/{VILDE}", nhn_patient_nin=either.pid(VILDE)).status == 200
    assert desk.signed("POST", "Observation", observation()).status == 201
    assert desk.signed("GET", f"Observation?subject=Patient/{VILDE}&_count=1", jti="signed").status == 200
    replayed = desk.signed("GET", f"Observation?subject=Patient/{VILDE}&_count=1", jti="signed")
    assert (replayed.status, replayed.rule) == (401, "proof-replayed")
    assert replayed.headers["www-authenticate"].startswith("DPoP ")
    rows = either.rows()
    assert [(r.patient, r.refused) for r in rows] == [(VILDE, None)] * 3 + [(None, "proof-replayed")] or rows[3].patient == VILDE
    assert either.pid(VILDE) not in json.dumps([r.event for r in rows])


def test_a_signed_call_without_a_role_or_for_another_patient_is_refused(desk: Any) -> None:
    signed = desk.believing_tokens().signed
    assert signed("GET", f"Patient/{VILDE}", role=None).rule == "role-missing"
    assert signed("GET", f"Patient/{VILDE}", nhn_patient_nin=desk.pid(INGRID)).rule == "patient-mismatch"
    assert signed("GET", f"Patient/{VILDE}", role="AT").rule == "role-not-allowed"
    assert [r.refused for r in desk.rows()] == ["role-missing", "patient-mismatch", "role-not-allowed"]


def test_a_secured_read_waits_for_postgresql_twice_at_most(loaded_schema: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = loaded_schema.believing_tokens()
    desk.stands(VILDE, consent=True, digest=desk.server.guard._keeping.digest(desk.pid(VILDE)))
    assert desk.within("PUT", "Observation/twice", observation(id="twice")).status in (200, 201)
    sent: list[str] = []
    execute = psycopg.Cursor.execute

    def counted(self: Any, query: Any, *given: Any, **more: Any) -> Any:
        sent.append(str(query))
        return execute(self, query, *given, **more)

    for url in (f"Patient/{VILDE}", "Observation/twice"):
        for header in ({}, {"nhn_patient_nin": desk.pid(VILDE)}):
            monkeypatch.setattr(psycopg.Cursor, "execute", counted)
            assert desk.signed("GET", url, **header).status == 200
            monkeypatch.setattr(psycopg.Cursor, "execute", execute)
            assert len(sent) == 2 and "INSERT" in sent[1], sent
            sent.clear()


# ---------------------------------------------------------------- nothing is told before it is allowed

CLOSED: dict[str, dict[str, Any]] = {
    "consent-missing": {"consent": False},
    "confidential-address": {"consent": True, "confidential": True},
    "practitioner-blocked": {"consent": True, "blocked": frozenset(("hpr:565000001",))},
    "patient-deceased": {"consent": True, "deceased": True},
}
EPISODE = "EpisodeOfCare/new-record-pregnancy"


def expects(path: str, value: Any) -> list[dict[str, Any]]:
    return [{"op": "test", "path": path, "value": value}]


def second_record(desk: Any) -> dict[str, Any]:
    """A second record of a woman who has an active one: what no rule between resources lets pass."""
    made: dict[str, Any] = desk.within("GET", EPISODE).json
    del made["id"]
    return {**made, "identifier": [{**i, "value": "0199c0de-7000-7abc-8def-123456789012"} for i in made["identifier"]]}


@pytest.mark.parametrize("rule", CLOSED)
def test_what_stands_in_a_closed_record_is_not_told_by_how_a_write_fails(either: Any, rule: str) -> None:
    if either.within("GET", "Observation/told").status != 200:
        assert either.within("PUT", "Observation/told", observation(id="told", identifier=known_as("told"))).status == 201
    episode, before = second_record(either), either.written()
    mode = {"resourceType": "Parameters", "parameter": [{"name": "mode", "valueCode": "create"}, {"name": "resource", "resource": episode}]}
    tagged = {"resourceType": "Parameters", "parameter": [{"name": "meta", "valueMeta": {"tag": [{"code": "x"}]}}]}
    calls: list[tuple[str, str, Any, dict[str, str]]] = [
        ("POST", "EpisodeOfCare", episode, {}),
        ("POST", "EpisodeOfCare/$validate", mode, {}),
        ("PATCH", "Observation/told", expects("/status", "final"), {}),
        ("PATCH", "Observation/told", expects("/status", "amended"), {}),
        ("PATCH", "Observation/told", expects("/valueQuantity/value", 1), {}),
        ("PATCH", f"Observation?subject=Patient/{VILDE}&code:text=vekt-none", expects("/status", "final"), {}),
        ("PUT", "Observation/told", observation(id="told"), {"if-match": 'W/"99"'}),
        ("DELETE", "Observation/told", None, {"if-match": 'W/"99"'}),
        ("DELETE", f"Observation?subject=Patient/{VILDE}&code:text=none", None, {}),
        ("DELETE", f"Observation?subject=Patient/{VILDE}&status=final", None, {}),
        ("POST", "Observation/told/$meta-add", tagged, {"if-match": 'W/"99"'}),
        ("POST", "Observation", observation(INGRID), {"if-none-exist": f"subject=Patient/{VILDE}&status=final"}),
    ]  # fmt: skip
    either.stands(VILDE, **CLOSED[rule])
    either.rows()
    for n, (method, url, body, headers) in enumerate(calls):
        answer = either(method, url, body, headers)
        assert (answer.status, answer.rule) == (403, rule), (n, method, url, answer.status, answer.rule)
        refused = [(r.patient, r.refused) for r in either.rows() if r.refused]
        assert refused == [(VILDE, rule)], (n, refused)
    assert either.written() == before


def test_what_is_restricted_is_not_told_by_how_a_patch_fails(desk: Any) -> None:
    label = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]}
    assert desk.within("PUT", "Observation/told", observation(id="told", meta=label)).status == 201
    for value in ("final", "amended"):
        assert desk("PATCH", "Observation/told", expects("/status", value)).rule == "restricted"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_reader_is_told_nothing_by_a_conditional_write(desk: Any, method: str) -> None:
    body = {"PUT": observation(), "PATCH": expects("/status", "final"), "DELETE": None}[method]
    for criteria in ("status=final", "status=cancelled", "code:text=none"):
        assert desk(method, f"Observation?subject=Patient/{VILDE}&{criteria}", body, role="HF").rule == "role-not-allowed"


def test_in_an_open_record_a_write_that_fails_is_told_as_ever(desk: Any) -> None:
    assert desk("PUT", "Observation/told", observation(id="told")).status == 201
    assert desk("POST", "EpisodeOfCare", second_record(desk)).rule == "active-record-exists"
    assert desk("PATCH", "Observation/told", expects("/status", "amended")).status == 422
    assert desk("PUT", "Observation/told", observation(id="told"), {"if-match": 'W/"99"'}).status == 412
    assert desk("PATCH", "Observation?identifier=urn:x|none", expects("/status", "final")).status == 404
    assert desk("DELETE", "Observation?identifier=urn:x|none").status == 204
