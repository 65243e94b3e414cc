"""The claim read tolerantly (attack A4), and whatever else comes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hit_maternity.access.helseid.attest.model import ROOT, Attest
from hit_maternity.access.helseid.attest.parsing import MOST_PATIENTS, MOST_UNKNOWN, parse
from hit_maternity.access.helseid.attest.rules import AttestConfig, judge
from hit_maternity.access.principal import Principal
from hit_maternity.fhir import json as exact

Change = Callable[[Any, str, Any], Any]
CARE = "care_relationship"


def nested(depth: int) -> object:
    return {"attestation": nested(depth - 1)} if depth else {}


def read(claim: object) -> Attest:
    attest = parse(claim)
    assert attest is not None
    return attest


def meant(attest: Attest) -> tuple[Any, ...]:
    return attest.practitioner, attest.care_relationship, attest.patients, attest.time


def test_every_element_of_the_claim_is_read(claim: dict[str, Any]):
    attest = read(claim)
    who, care = attest.practitioner, attest.care_relationship
    assert who.identifier and (who.identifier.id, who.identifier.name) == ("12847199995", "RASK TESTVARG")
    assert who.hpr_number and who.hpr_number.system == "urn:oid:2.16.578.1.12.4.1.4.4"
    assert who.authorization and (who.authorization.code, who.authorization.text) == ("JO", "Jordmor")
    assert who.legal_entity and who.point_of_care and who.department
    assert (who.legal_entity.id, who.point_of_care.id, who.department.id) == ("310100005", "310200018", "900001")
    assert care.healthcare_service and care.purpose_of_use and care.purpose_of_use_details and care.decision_ref
    assert (care.healthcare_service.code, care.purpose_of_use.code, care.purpose_of_use_details.code) == ("S01", "TREAT", "POLBESOK")
    assert care.decision_ref.user_selected is False
    place, unit = attest.patients[0].point_of_care, attest.patients[0].department
    assert place and unit and (place.id, unit.id) == ("310200018", "4")
    assert attest.patients[0].identifier is None and attest.time is None
    assert (attest.unknown, attest.malformed) == ((), ())
    assert json.loads(attest.claim) == claim


def test_it_tells_the_access_log_what_that_asks_for(claim: dict[str, Any]):
    attested = read(claim)
    assert attested.purpose and attested.details and attested.service
    assert (attested.purpose.code, attested.details.code, attested.service.code) == ("TREAT", "POLBESOK", "S01")
    assert (attested.decision, attested.user_selected) == ("3c1c2a60-9f3e-4f0b-8c57-4b7f5b7a1b11", False)
    assert attested.legal_entity and attested.point_of_care and attested.department
    assert [attested.legal_entity.name, attested.point_of_care.name] == ["DEMO HF", "DEMO HF FØDE"]
    empty = Attest()
    assert (empty.decision, empty.description, empty.user_selected, empty.purpose, empty.department) == (None, None, None, None, None)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda claim: [claim],
        json.dumps,
        lambda claim: json.dumps([claim]),
        lambda claim: [json.dumps(claim)],
        lambda claim: {"attestation": claim},
        lambda claim: {"type": "nhn:tillitsrammeverk:parameters", **claim},
        lambda claim: [{"type": "helseid_authorization"}, {"type": "nhn:tillitsrammeverk:parameters", **claim}],
        lambda claim: {"nhn:tillitsrammeverk:parameters": [claim]},
        lambda claim: {"practitioner": claim["practitioner"], "care_relation": claim[CARE], "patients": claim["patients"]},
        lambda claim: {"practitioner": claim["practitioner"], "care-relation": claim[CARE], "patient": claim["patients"][0]},
    ],
)
def test_the_same_attest_comes_in_many_wrappings(claim: dict[str, Any], wrap: Callable[[Any], object]):
    wrapped = read(wrap(claim))
    assert meant(wrapped) == meant(read(claim))
    assert (wrapped.unknown, wrapped.malformed) == ((), ())


def test_the_time_may_stand_in_the_envelope_or_beside_it(claim: dict[str, Any]):
    for wrapped in (
        {"attestation": {**claim, "toa": 1795300000}},
        {"toa": 1795300000, "attestation": claim},
        {**claim, "toa": 1795300000.0},
    ):
        assert read(wrapped).time == datetime(2026, 11, 21, 22, 26, 40, tzinfo=UTC)
    spelt = exact.decode(b'{"toa": 1795300000.0}')
    assert read(spelt).time == datetime(2026, 11, 21, 22, 26, 40, tzinfo=UTC)


def test_what_stands_beside_an_attest_is_no_envelope(claim: dict[str, Any]):
    attest = read({**claim, "attestation": {"practitioner": {}}})
    assert meant(attest) == meant(read(claim))
    assert attest.unknown == ("attest.attestation",)


def test_the_short_forms_are_enough(claim: dict[str, Any], change: Change):
    short = change(claim, "practitioner.department", {"id": 900001, "system": "2.16.578.1.12.4.1.4.102"})
    short = change(short, f"{CARE}.purpose_of_use", {"code": "TREAT", "system": "2.16.840.1.113883.1.11.20448"})
    attest = read(short)
    assert attest.department and (attest.department.id, attest.department.system) == ("900001", "urn:oid:2.16.578.1.12.4.1.4.102")
    assert attest.purpose and attest.purpose.system == "urn:oid:2.16.840.1.113883.1.11.20448"
    assert attest.malformed == ()


def test_a_bare_text_is_an_id_or_a_code_without_its_system():
    attest = read({"practitioner": {"department": "4"}, CARE: {"purpose_of_use": "TREAT", "decision_ref": "d-1"}})
    assert attest.department and (attest.department.id, attest.department.system) == ("4", None)
    assert attest.purpose and (attest.purpose.code, attest.purpose.system) == ("TREAT", None)
    assert (attest.decision, attest.user_selected, attest.malformed) == ("d-1", None, ())


def test_a_published_slip_of_spelling_is_understood(claim: dict[str, Any], change: Change):
    who = claim["practitioner"]
    slip = change(change(claim, "practitioner.auhtorization", who["authorization"]), "practitioner.authorization", ...)
    assert read(slip).practitioner.authorization == read(claim).practitioner.authorization


def test_unknown_members_are_told_of_and_kept(claim: dict[str, Any], change: Change):
    attest = read(change(change(claim, "practitioner.shift", "night"), "patients.0.ward", 4))
    assert attest.unknown == ("practitioner.shift", "patients[0].ward")
    assert json.loads(attest.claim)["practitioner"]["shift"] == "night"
    many = read({f"<b>{n}\u202e": 1 for n in range(100)})
    assert len(many.unknown) == MOST_UNKNOWN and many.unknown[0] == "attest.‹b›0"


@pytest.mark.parametrize("claim", [None, "null", [None], "[null]"])
def test_null_is_no_attest(claim: object):
    assert parse(claim) is None


@pytest.mark.parametrize(
    "claim",
    [
        "", "attest", "{", "[]", "4", "true", '"null', '{"practitioner": {}, "practitioner": {}}', "[" * 5000, '{"a":' * 5000, "\ud800",
        [], [{}, {}], [4], 4, 1e400, True, b"{}", {"attestation": 4}, nested(7),
        {"a": {"\ud800": 1}}, {"a": object()}, '{"a": "' + "x" * 70_000 + '"}',
    ],
)  # fmt: skip
def test_what_is_no_attest_at_all_says_so(claim: object):
    attest = parse(claim)
    assert attest == Attest(malformed=(ROOT,))


@pytest.mark.parametrize(
    ("path", "new", "malformed"),
    [
        ("practitioner", [], "practitioner"),
        ("practitioner", "RASK", "practitioner"),
        (CARE, 4, CARE),
        ("patients", "all", "patients"),
        ("patients", [{}] * (MOST_PATIENTS + 1), "patients"),
        ("patients.0", [], "patients[0]"),
        ("practitioner.legal_entity", 310100005, "practitioner.legal_entity"),
        ("practitioner.legal_entity.id", {"id": 1}, "practitioner.legal_entity.id"),
        ("practitioner.legal_entity.id", True, "practitioner.legal_entity.id"),
        ("practitioner.legal_entity.id", -1, "practitioner.legal_entity.id"),
        ("practitioner.legal_entity.name", ["DEMO"], "practitioner.legal_entity.name"),
        ("practitioner.legal_entity.system", "urn:oid:1 2", "practitioner.legal_entity.system"),
        ("practitioner.department.id", "x" * 257, "practitioner.department.id"),
        ("practitioner.department.id", "a\u202eb", "practitioner.department.id"),
        (f"{CARE}.purpose_of_use.code", "TR\nEAT", f"{CARE}.purpose_of_use.code"),
        (f"{CARE}.decision_ref.id", ["a"], f"{CARE}.decision_ref.id"),
        (f"{CARE}.decision_ref.description", 4, f"{CARE}.decision_ref.description"),
        (f"{CARE}.purpose-of-use", {"code": "BTG"}, f"{CARE}.purpose_of_use"),
        ("care_relation", {}, "attest.care_relationship"),
    ],
)
def test_what_can_not_be_read_is_named_by_its_path(claim: dict[str, Any], change: Change, path: str, new: Any, malformed: str):
    assert read(change(claim, path, new)).malformed == (malformed,)


def test_a_number_that_has_too_many_digits_to_be_spelt_is_malformed(claim: dict[str, Any], change: Change):
    assert read(change(claim, "practitioner.legal_entity.id", 10**5000)).malformed


@pytest.mark.parametrize("toa", ["1795300000", True, -1, 1e400, 1795300000000, [], {}, float("nan")])
def test_a_time_that_is_no_number_of_seconds_is_malformed(claim: dict[str, Any], toa: object):
    attest = read({**claim, "toa": toa})
    assert (attest.malformed, attest.time) == (("toa",), None)


@pytest.mark.parametrize("chosen", ["false", 0, None, [], "yes"])
def test_user_selected_counts_only_as_a_boolean(claim: dict[str, Any], change: Change, chosen: object):
    assert read(change(claim, f"{CARE}.decision_ref.user_selected", chosen)).user_selected is None


@pytest.mark.parametrize("empty", [None, "", {}, ...])
def test_what_is_empty_is_absent(claim: dict[str, Any], change: Change, empty: object):
    attest = read(change(claim, "practitioner.department", empty))
    assert (attest.department, attest.malformed) == (None, ())


def test_words_are_harmless_when_they_have_been_read(claim: dict[str, Any], change: Change):
    attest = read(change(claim, "practitioner.department.name", "=cmd()<script>\u202e" + "x" * 100_000))
    assert attest.department and attest.department.name
    assert attest.department.name.startswith("'=cmd()‹script›x") and len(attest.department.name) == 256
    described = read(change(claim, f"{CARE}.decision_ref.description", "<b>Kontroll</b>"))
    assert described.description == "‹b›Kontroll‹/b›"


def test_its_repr_holds_no_national_id(claim: dict[str, Any]):
    claim["patients"][0]["identifier"] = {"id": "15899099996", "system": "urn:oid:2.16.578.1.12.4.1.4.1"}
    shown = repr(read(claim))
    assert "12847199995" not in shown and "15899099996" not in shown


leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(["TREAT", "BTG", "310100005"])
names = st.text(max_size=10) | st.sampled_from(
    ["practitioner", "care_relationship", "care_relation", "patients", "patient", "toa", "attestation", "identifier", "authorization",
     "legal_entity", "point_of_care", "department", "purpose_of_use", "decision_ref", "id", "code", "system", "user_selected", "type"]
)  # fmt: skip
values = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=5), max_leaves=30)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@given(values)
@settings(max_examples=300, deadline=None)
def test_whatever_comes_is_an_attest_or_none_and_can_be_judged(principal_of_all: Principal, value: object):
    attest = parse(value)
    found = judge(attest, principal_of_all, AttestConfig(), NOON)
    assert all(issue.rule and issue.text for issue in found.faults)


@given(st.text() | values.map(lambda value: json.dumps(value)))
@settings(max_examples=300, deadline=None)
def test_whatever_text_comes_is_an_attest_or_none(text: str):
    attest = parse(text)
    assert attest is None or isinstance(attest, Attest)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_one_part_replaced_by_anything_never_frees_a_stranger(
    principal_of_all: Principal, claim_of_all: dict[str, Any], data: st.DataObject
):
    part = data.draw(st.sampled_from(["practitioner", CARE, "patients"]))
    member = data.draw(st.sampled_from(sorted(claim_of_all[part]))) if isinstance(claim_of_all[part], dict) else None
    new = data.draw(values)
    claim = {**claim_of_all, part: {**claim_of_all[part], member: new} if member else new}
    found = judge(parse(claim), principal_of_all, AttestConfig(), NOON)
    who = claim["practitioner"].get("identifier") if isinstance(claim["practitioner"], dict) else None
    if not (isinstance(who, dict) and who.get("id") == "12847199995"):
        assert found.faults


@pytest.fixture(scope="module")
def principal_of_all() -> Principal:
    """The caller, made once for all examples."""
    from hit_maternity.access.principal import Kind, Organisation, Person

    person = Person("12847199995", "RASK TESTVARG", "565000001", "4")
    return Principal(Kind.PRACTITIONER, "https://sts.test", "c", organisation=Organisation("310100005", "310200018"), person=person)


@pytest.fixture(scope="module")
def claim_of_all() -> dict[str, Any]:
    """A claim, made once for all examples; nobody changes it."""
    oid = "urn:oid:2.16.578.1.12.4.1"
    return {
        "practitioner": {
            "identifier": {"id": "12847199995", "system": f"{oid}.4.1"},
            "legal_entity": {"id": "310100005", "system": f"{oid}.4.101"},
            "point_of_care": {"id": "310200018", "system": f"{oid}.4.101"},
        },
        CARE: {
            "healthcare_service": {"code": "S01", "system": f"{oid}.1.8655"},
            "purpose_of_use": {"code": "TREAT", "system": "urn:oid:2.16.840.1.113883.1.11.20448"},
            "decision_ref": {"id": "d", "user_selected": False},
        },
        "patients": [],
    }
