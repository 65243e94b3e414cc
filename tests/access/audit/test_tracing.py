"""What the guard may rely on: no answer without a row, and no row without its access."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from hit_maternity.access.audit.chain import body_of
from hit_maternity.access.audit.event import source
from hit_maternity.access.audit.keys import Keys, Vault
from hit_maternity.access.audit.ledger import Ledger
from hit_maternity.access.audit.tracing import Tracing
from hit_maternity.access.principal import Person
from hit_maternity.fhir.outcome import FhirError, refuse
from hit_maternity.fhir.ports import Intent, Version
from hit_maternity.fhir.search.model import IndexRows
from hit_maternity.store.accesses import Proof

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
KEYS = Keys.of(b"s" * 32)
READ = Intent("read", "Observation", "o1")
PROOF = Proof("key", "p1", NOON + timedelta(minutes=1))
MIDWIFE, WOMAN, PARTNER = "12847199995", "01899012345", "02888912346"


def sealed(audit) -> list[dict[str, object]]:
    """What is sealed beside each event."""
    found = []
    for row in audit.rows.between():
        body = body_of(row)
        if bytes(body.event):
            id = msgspec.json.decode(body.event)["id"]
            found.append(Vault(KEYS.seal).open(id, body.sealed) if body.sealed else {})
    return found


def test_a_read_is_one_event_of_its_patient(audit, made, events, faults):
    audit.tracing.read(made.midwife(), READ, (made.version(),), "kari", (PROOF,))
    (event,) = events()
    assert faults(event) == []
    assert event["entity"][0]["what"]["reference"] == "Patient/kari"
    assert [row.patient for row in audit.rows.between()] == [None, "kari"]


def test_a_page_of_several_patients_is_an_event_for_each(audit, made, events):
    page = (made.version(id="o1", patient="kari"), made.version(id="o2", patient="anne"), made.version("Practitioner", "p1", None))
    audit.tracing.read(made.midwife(), Intent("search-type", "Observation"), page)
    told = {e["entity"][0]["what"]["reference"]: [x["what"]["reference"] for x in e["entity"][1:-1]] for e in events()}
    assert told == {
        "Patient/kari": ["Observation/o1/_history/1", "Practitioner/p1/_history/1"],
        "Patient/anne": ["Observation/o2/_history/1"],
    }


def test_whom_the_call_is_about_is_told_even_where_nothing_was_found(audit, made, events):
    audit.tracing.read(made.midwife(), Intent("search-type", "Observation"), (), "kari")
    audit.tracing.read(made.midwife(), Intent("search-type", "Observation"), (made.version(patient="anne"),), "kari")
    assert [e["entity"][0]["what"]["reference"] for e in events()] == ["Patient/kari", "Patient/kari", "Patient/anne"]


def test_what_is_nobodys_is_an_event_without_a_patient(audit, made, events):
    audit.tracing.read(made.midwife(), Intent("read", "Organization", "x"), (made.version("Organization", "x", None),))
    assert [entity.get("role", {}).get("code") for entity in events()[0]["entity"]] == ["4", None]


def test_a_write_and_its_event_stand_or_fall_together(audit, made, store, events):
    intent = Intent("create", "Observation")
    for id, fails in (("o1", False), ("o2", True)):
        try:
            with audit.store.writing() as writer:
                version = Version("Observation", id, 1, NOON, "POST", b"{}", "kari")
                writer.write(version, IndexRows())
                audit.tracing.within(writer, made.midwife(), intent, (version,), "kari", (Proof("key", id, PROOF.until),))
                if fails:
                    raise refuse(422, "invalid", "some-rule", "No.")
        except FhirError:
            assert fails
    with store.reading() as reader:
        assert [reader.get("Observation", id) is not None for id in ("o1", "o2")] == [True, False]
    assert [e["entity"][1]["what"]["reference"] for e in events()] == ["Observation/o1/_history/1"]
    audit.tracing.read(made.midwife(), READ, (), "kari", (Proof("key", "o2", PROOF.until),))  # the proof was not used up


def test_a_write_with_a_proof_that_was_used_is_undone(audit, made, store):
    audit.tracing.read(made.midwife(), READ, (), "kari", (PROOF,))
    with pytest.raises(FhirError) as refused, audit.store.writing() as writer:
        version = Version("Observation", "o1", 1, NOON, "POST", b"{}", "kari")
        writer.write(version, IndexRows())
        audit.tracing.within(writer, made.midwife(), Intent("create", "Observation"), (version,), "kari", (PROOF,))
    assert (refused.value.status, refused.value.issues[0].rule) == (401, "proof-replayed")
    with store.reading() as reader:
        assert reader.get("Observation", "o1") is None


class Failing:
    def __init__(self, fault):
        self.fault = fault

    def record(self, accesses, proofs=()):
        raise self.fault


def failing(fault, clock) -> Tracing:
    return Tracing(Ledger(Failing(fault), KEYS, clock), Vault(KEYS.seal), clock, source("hit-maternity"))


@pytest.mark.parametrize(
    ("fault", "status", "rule"),
    [
        (refuse(503, "transient", "database-unreachable", "No."), 503, "database-unreachable"),
        (refuse(401, "security", "proof-replayed", "No."), 401, "proof-replayed"),
        (refuse(507, "no-store", "database-full", "No."), 503, "audit-unavailable"),
        (refuse(409, "conflict", "version-conflict", "No."), 503, "audit-unavailable"),
        (OSError("disk"), 503, "audit-unavailable"),
        (ZeroDivisionError(), 503, "audit-unavailable"),
    ],
)
def test_nothing_is_shown_where_no_trace_can_be_left(made, clock, fault, status, rule):
    with pytest.raises(FhirError) as refused:
        failing(fault, clock).read(made.midwife(), READ, (made.version(),), "kari")
    assert (refused.value.status, refused.value.issues[0].rule) == (status, rule)


def test_a_write_outside_the_ledger_fails_closed(audit, made, store):
    with pytest.raises(FhirError) as refused, store.writing() as writer:
        audit.tracing.within(writer, made.midwife(), Intent("create", "Observation"), (made.version(),), "kari")
    assert (refused.value.status, refused.value.issues[0].rule) == (503, "audit-unavailable")


def test_a_refusal_is_logged_with_its_rule(audit, made, events, faults):
    audit.tracing.refused(made.midwife(), "read", refuse(403, "forbidden", "consent-missing", "No."), "Observation", "o1", "kari", (PROOF,))
    (event,) = events()
    assert (event["outcome"], event["outcomeDesc"]) == ("4", "consent-missing")
    assert faults(event) == []
    assert [row.patient for row in audit.rows.between()] == [None, "kari"]


def test_a_refusal_is_logged_though_its_proof_was_used(audit, made, events):
    audit.tracing.read(made.midwife(), READ, (), "kari", (PROOF,))
    audit.tracing.refused(made.midwife(), "read", refuse(401, "security", "proof-replayed", "No."), proofs=(PROOF,))
    assert [e["outcome"] for e in events()] == ["0", "4"]


def test_a_refusal_of_nobody_known_goes_to_the_security_log_alone(audit, caplog):
    with caplog.at_level(logging.WARNING, "hit_maternity.security"):
        audit.tracing.refused(None, "read", refuse(401, "security", "token-expired", "No."), "Observation", "o1")
    (record,) = caplog.records
    assert (record.getMessage(), record.status, record.rule, record.interaction) == ("refused", 401, "token-expired", "read")
    assert list(audit.rows.between()) == []


def test_a_refusal_that_can_not_be_logged_is_told_without_a_word_of_the_patient(made, clock, caplog):
    with caplog.at_level(logging.WARNING, "hit_maternity.security"):
        failing(OSError("12847199995"), clock).refused(
            made.midwife(), "read", refuse(403, "forbidden", "restricted", "No."), patient="kari"
        )
    (record,) = caplog.records
    assert "OSError" in record.getMessage() and record.rule == "restricted"
    assert not [word for word in ("12847199995", "kari", "TESTVARG") if word in str(vars(record))]


def test_national_ids_are_sealed_and_only_where_they_are_needed(audit, made):
    audit.tracing.read(made.midwife(), READ, (), "kari")
    audit.tracing.refused(made.midwife(attest=None), "read", refuse(403, "forbidden", "consent-missing", "No."))
    audit.tracing.read(made.woman(), READ, (), "kari")
    audit.tracing.read(made.woman(person=Person(PARTNER)), READ, (), "kari")
    audit.tracing.read(made.system(), READ, (), "kari")
    attest = '{"practitioner": {"identifier": {"id": "12847199995"}}}'
    assert sealed(audit) == [{"pid": MIDWIFE, "attest": attest}, {"pid": MIDWIFE, "patient": WOMAN}, {}, {"pid": PARTNER}, {}]
    stored = b"".join(row.body for row in audit.rows.between())
    assert not [pid for pid in (MIDWIFE, WOMAN, PARTNER) if pid.encode() in stored]
