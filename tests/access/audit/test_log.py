"""What the woman sees of who looked: names and reasons, never a national id."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from hit_maternity.access.audit.log import PatientLog
from hit_maternity.access.helseid.attest.model import CareRelationship, Code, DecisionRef
from hit_maternity.access.principal import Organisation, Person
from hit_maternity.fhir.outcome import FhirError, refuse
from hit_maternity.fhir.ports import Intent
from hit_maternity.store.accesses import AccessLog

READ = Intent("read", "Observation", "o1")
NOW = datetime(2026, 3, 3, tzinfo=UTC)
BASE = "https://record.example.no/app/fhir"
SECRETS = re.compile(r"[0-9]{11}|565000001|jti-1|jkt-1|pseudonym|3c1c2a60|3f2a-client|sealed")


@pytest.fixture
def entries(audit):
    return lambda **more: audit.patients.entries_for("kari", **more)


def test_a_line_tells_who_where_when_what_and_why(audit, made, entries):
    audit.tracing.read(made.midwife(), READ, (made.version(), made.version("Condition", "c1")), "kari")
    (line,) = entries()
    assert (line.who, line.role) == ("RASK TESTVARG", "Jordmor")
    assert (line.organisation, line.place) == ("DEMO HF", "DEMO HF SOMATIKK, Føden")
    assert (line.action, line.what) == ("Leste", ("Målinger, prøver og svar", "Sykdommer og tilstander"))
    assert line.reason == "Behandling: Poliklinisk besøk"
    assert (line.flags, line.remarks) == (frozenset(), ())
    assert line.at == audit.rows.row(line.position[1], line.position[2]).at
    (line,) = entries(language="en")
    assert (line.role, line.action, line.reason) == ("Midwife", "Read", "Treatment: Poliklinisk besøk")


def test_only_what_is_about_her_is_hers(audit, made, entries):
    audit.tracing.read(made.midwife(), READ, (made.version(patient="anne"),), "anne")
    audit.tracing.read(made.midwife(), Intent("read", "Organization", "x"), (made.version("Organization", "x", None),))
    assert entries() == []


def relation(purpose: str, user_selected: bool) -> CareRelationship:
    return CareRelationship(
        purpose_of_use=Code(purpose, "urn:oid:2.16.840.1.113883.1.11.20448"), decision_ref=DecisionRef("d1", user_selected)
    )


@pytest.mark.parametrize(
    ("purpose", "user_selected", "basis", "flags"),
    [
        ("BTG", False, None, {"emergency"}),
        ("TREAT", True, None, {"self-granted"}),
        ("ETREAT", False, "FORHOYET_SAMTYKKE", {"raised"}),
        ("BTG", True, "FORHOYET_AKUTT", {"emergency", "self-granted", "raised"}),
        ("COC", False, "SAMTYKKE", set()),
    ],
)
def test_what_is_out_of_the_ordinary_is_flagged(audit, made, entries, purpose, user_selected, basis, flags):
    principal = made.midwife(attest=made.attest(care_relationship=relation(purpose, user_selected)), access_basis=basis)
    audit.tracing.read(principal, READ, (made.version(),), "kari")
    (line,) = entries()
    assert line.flags == flags and len(line.remarks) == len(flags)


@pytest.mark.parametrize(
    ("rule", "remark"),
    [("consent-missing", "Avslått: du har ikke samtykket"), ("other-rule", "Avslått: ingenting ble vist eller endret")],
)
def test_she_sees_what_was_refused(audit, made, entries, rule, remark):
    audit.tracing.refused(made.midwife(), "read", refuse(403, "forbidden", rule, "No."), "Observation", "o1", "kari")
    (line,) = entries()
    assert (line.flags, line.remarks, line.what) == (frozenset(["refused"]), (remark,), ("Målinger, prøver og svar",))


def test_her_own_access_and_that_of_others_for_her(audit, made, entries):
    audit.tracing.read(made.woman(), READ, (), "kari")
    audit.tracing.read(made.woman(person=Person("02888912346", "PER TESTMANN")), READ, (), "kari")
    audit.tracing.read(made.woman(person=Person("02888912346")), READ, (), "kari")
    audit.tracing.read(made.system(), READ, (), "kari")
    told = [(line.who, line.reason, "own" in line.flags) for line in reversed(entries())]
    assert told == [
        ("Du selv", "Eget innsyn", True),
        ("PER TESTMANN", "Begrunnelse ikke oppgitt", False),
        ("En som handlet på dine vegne", "Begrunnelse ikke oppgitt", False),
        ("Et datasystem", "Begrunnelse ikke oppgitt", False),
    ]


def test_of_a_sensitive_unit_only_the_legal_entity_is_told(audit, made, store):
    audit.tracing.read(made.midwife(), READ, (made.version(),), "kari")
    log = PatientLog(AccessLog(store.database), frozenset(["900001"]))
    (line,) = log.entries_for("kari")
    assert (line.organisation, line.place) == ("DEMO HF", None)
    told = log.events_for("kari", BASE, NOW).decode()
    assert "DEMO HF" in told and not [word for word in ("Føden", "SOMATIKK", "S03") if word in told]


def test_a_place_without_a_name_is_told_by_its_number(audit, made, entries):
    audit.tracing.read(made.midwife(attest=None, organisation=Organisation("310100005", "310200018")), READ, (), "kari")
    audit.tracing.read(
        made.midwife(attest=None, organisation=Organisation("310100005", "310200018", name="Legesenteret")), READ, (), "kari"
    )
    assert [(line.organisation, line.place) for line in reversed(entries())] == [("310200018", None), ("Legesenteret", None)]


def test_lines_come_newest_first_page_by_page(audit, made, entries):
    for n in range(7):
        audit.tracing.read(made.midwife(), Intent("read", "Observation", f"o{n}"), (), "kari")
    seen = []
    while page := entries(count=3, before=seen[-1].position if seen else None):
        seen += page
    assert len(seen) == 7
    assert [line.at for line in seen] == sorted((line.at for line in seen), reverse=True)


def test_the_events_are_valid_and_tell_nothing_that_is_not_hers(audit, made, faults):
    audit.tracing.read(made.midwife(), READ, (made.version(),), "kari")
    audit.tracing.refused(made.midwife(), "read", refuse(403, "forbidden", "restricted", "No."), "Observation", "o1", "kari")
    audit.tracing.read(made.woman(person=Person("02888912346", "PER TESTMANN")), READ, (), "kari")
    bundle = json.loads(audit.patients.events_for("kari", BASE, NOW))
    assert (bundle["type"], len(bundle["entry"])) == ("searchset", 3)
    for entry in bundle["entry"]:
        assert entry["fullUrl"] == f"{BASE}/AuditEvent/{entry['resource']['id']}"
        assert faults(entry["resource"]) == []
    assert not SECRETS.search(json.dumps(bundle["entry"]))
    assert "RASK TESTVARG" in json.dumps(bundle)


def test_one_event_is_read_by_its_id_and_only_by_whom_it_is_about(audit, made):
    audit.tracing.read(made.midwife(), READ, (made.version(),), "kari")
    (line,) = audit.patients.entries_for("kari")
    event = json.loads(audit.patients.event_for("kari", line.id))
    assert event["id"] == line.id and "extension" not in event
    assert audit.patients.event_for("anne", line.id) is None
    assert audit.patients.event_for("kari", "other") is None


def test_the_next_link_leads_through_all_events(audit, made):
    for n in range(5):
        audit.tracing.read(made.midwife(), Intent("read", "Observation", f"o{n}"), (), "kari")
    seen, cursor = [], None
    while True:
        bundle = json.loads(audit.patients.events_for("kari", BASE, NOW, 2, cursor))
        seen += [entry["resource"]["id"] for entry in bundle["entry"]]
        following = {link["relation"]: link["url"] for link in bundle["link"]}.get("next")
        if following is None:
            break
        cursor = parse_qs(urlsplit(following).query)["_cursor"][0]
    assert len(seen) == len(set(seen)) == 5


@pytest.mark.parametrize(
    "cursor", ["", "x", "å", "WzEsMl0", "W251bGwsImMiLDFd", "WzFlOTksImMiLDFd", "WzkyMjMzNzIwMzY4NTQ3NzU4MDcsImMiLDFd", "A" * 5000]
)
def test_a_cursor_that_is_none_is_told(audit, cursor):
    if not cursor:
        assert json.loads(audit.patients.events_for("kari", BASE, NOW, 2, cursor))["type"] == "searchset"
        return
    with pytest.raises(FhirError) as refused:
        audit.patients.events_for("kari", BASE, NOW, 2, cursor)
    assert (refused.value.status, refused.value.issues[0].rule) == (400, "cursor-invalid")


def test_every_word_is_there_in_both_languages():
    from hit_maternity.access.audit.codes import CATEGORY_CODES
    from hit_maternity.access.audit.log import _words

    words = _words()
    assert all(set(said) == {"nb", "en"} and all(said.values()) for table in words.values() for said in table.values())
    assert set(words["categories"]) == CATEGORY_CODES
