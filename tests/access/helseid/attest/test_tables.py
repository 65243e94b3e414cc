"""The tables of the trust framework."""

from __future__ import annotations

from hit_maternity.access.helseid.attest import rules
from hit_maternity.access.helseid.attest.tables import Verdict, tables

#: Rules that are no function of their own in ``RULES``: without an attest, and those that need to know the patient.
ELSEWHERE = ("attest-missing", "att-4-decision-ref", "att-58-decision-ref")


def test_every_rule_of_the_table_is_a_function_in_its_order_and_the_other_way_round():
    named = [rule.__name__.replace("_", "-") for rule in rules.RULES]
    assert named == [id for id in tables().rules if id not in ELSEWHERE]


def test_every_rule_names_its_number_in_its_docstring():
    for rule in rules.RULES:
        number = rule.__name__.split("_")[1]
        assert f"ATT-{number}" in (rule.__doc__ or "")


def test_every_row_says_how_sure_it_is():
    assert all(rule.evidence in ("confirmed", "inferred") and rule.says for rule in tables().rules.values())
    assert [id for id, rule in tables().rules.items() if rule.verdict is Verdict.OFF] == ["att-6-patients"]


def test_a_system_is_known_by_its_oid_by_its_urn_and_by_its_other_names():
    urn = "urn:oid:2.16.578.1.12.4.1.4.101"
    assert tables().system("2.16.578.1.12.4.1.4.101") == tables().system("URN:OID:2.16.578.1.12.4.1.4.101") == tables().system(urn) == urn
    assert tables().system("https://terminology.dips.com/decisiontemplate") == "urn:AuditEventHL7Norway/CodeSystem/carerelation"
    assert tables().system("2.16.840.1.113883.5.8") == "urn:oid:2.16.840.1.113883.1.11.20448"
    assert tables().system("urn:oid:x.x.x.9151") == "urn:oid:x.x.x.9151"
    assert tables().system("2.16.578.1.12.4.1.4.101 ") == "2.16.578.1.12.4.1.4.101 "


def test_the_ten_systems_of_services_are_there():
    numbers = ("8655", "8627", "8451", "8668", "8663", "8662", "8664", "8666", "7750", "8254")
    assert tables().systems["healthcare_service"] == {f"urn:oid:2.16.578.1.12.4.1.1.{n}" for n in numbers}
