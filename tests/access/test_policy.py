"""The table of rules: complete, of known roles and types, each rule with its source."""

from __future__ import annotations

from pathlib import Path

import pytest

import hit_maternity.access
from hit_maternity.access.helseid.role_header import CODES
from hit_maternity.access.policy import Right, standard, wanted
from hit_maternity.access.principal import Kind, Principal, Role
from hit_maternity.fhir.definitions import Definitions


def caller(role: str | None) -> Principal:
    return Principal(Kind.PRACTITIONER, "https://sts.test", "epj", role=Role("urn:oid:2.16.578.1.12.4.1.1.9060", role) if role else None)


def test_doctors_midwives_and_nurses_write_and_nobody_else_does() -> None:
    policy = standard()
    assert {code for code in CODES if policy.role_right(caller(code)) is Right.WRITE} == {"LE", "JO", "SP"}


def test_every_role_is_one_of_volven_9060() -> None:
    assert set(standard().roles) <= set(CODES)


@pytest.mark.parametrize("role", ["XX", "AT", "VE", "TP", "le", "", "LEGE", None])
def test_other_roles_may_nothing(role: str | None) -> None:
    assert standard().role_right(caller(role)) is Right.NONE


def test_every_type_that_is_no_record_is_one_of_fhir_r4() -> None:
    assert set(standard().classes) <= Definitions.r4().resource_types
    assert set(standard().classes.values()) == {"knowledge", "directory", "log"}


def test_no_type_of_the_patient_compartment_is_counted_as_nobodys() -> None:
    mine = set(Definitions.r4().compartment("Patient"))
    assert {type for type in mine if standard().kind_of(type) != "record"} == {"AuditEvent", "Schedule"}


@pytest.mark.parametrize("type", ["Patient", "Observation", "Binary", "Bundle", "Provenance", "Group", "List", "Unheard", None])
def test_what_is_not_in_the_table_is_a_record(type: str | None) -> None:
    assert standard().kind_of(type) == "record"


@pytest.mark.parametrize(("purpose", "reads", "writes"), [
    ("TREAT", True, True), ("ETREAT", True, True), ("BTG", True, True), ("COC", True, False), ("HMARKT", False, False), (None, True, True),
])  # fmt: skip
def test_case_handling_reads_and_other_purposes_may_nothing(purpose: str | None, reads: bool, writes: bool) -> None:
    assert standard().allows_purpose(purpose, Right.READ) is reads
    assert standard().allows_purpose(purpose, Right.WRITE) is writes


@pytest.mark.parametrize("interaction", ["create", "update", "patch", "delete", "$meta-add", "$meta-delete"])
def test_what_changes_something_needs_the_right_to_write(interaction: str) -> None:
    assert wanted(interaction) is Right.WRITE


@pytest.mark.parametrize("interaction", ["read", "vread", "history-instance", "search-type", "$everything", "$document", "$validate"])
def test_everything_else_reads(interaction: str) -> None:
    assert wanted(interaction) is Right.READ


def test_every_rule_tells_its_words_source_and_evidence() -> None:
    for rule in standard().rules.values():
        assert rule.words.endswith(".") and rule.source, rule.id
        assert rule.evidence in ("confirmed", "inferred", "ours"), rule.id
        refusal = rule.refusal()
        assert (refusal.status, [i.rule for i in refusal.issues], [i.text for i in refusal.issues]) == (403, [rule.id], [rule.words])


def test_every_rule_is_applied_somewhere() -> None:
    folder = Path(hit_maternity.access.__file__).parent
    code = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    assert [id for id in standard().rules if f'"{id}"' not in code] == []
