"""Every rule at its border, and the attacks A1 to A8 of the reference that rules answer."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from hit_maternity.access.helseid.attest.parsing import parse
from hit_maternity.access.helseid.attest.rules import (
    BREAK_THE_GLASS,
    EXPIRED,
    RULES,
    SELF_AUTHORISED,
    TOLD,
    AttestConfig,
    Judgement,
    faults,
    judge,
)
from hit_maternity.access.helseid.attest.tables import Verdict, tables
from hit_maternity.access.principal import Kind, Organisation, Person, Principal, Role

Change = Callable[[Any, str, Any], Any]
WHO, CARE, OID = "practitioner", "care_relationship", "urn:oid:2.16.578.1.12.4.1"
OTHER = "15899099996"


@pytest.fixture
def of(principal: Principal, now: datetime) -> Callable[..., Judgement]:
    """``of(claim)``: the judgement, of the usual caller unless ``principal`` or ``config`` say otherwise."""

    def judged(claim: object, principal: Principal = principal, config: AttestConfig | None = None, **more: Any) -> Judgement:
        return judge(parse(claim), principal, config or AttestConfig(), now, **more)

    return judged


Of = Callable[..., Judgement]


def rules(judgement: Judgement) -> list[str]:
    return [issue.rule for issue in judgement.faults]


def test_an_attest_that_keeps_every_rule_passes_without_a_flag(of: Of, claim: dict[str, Any]):
    assert of(claim) == Judgement()


# ------------------------------------------------------------ whether there must be one


def test_a_practitioner_needs_an_attest(of: Of):
    found = of(None)
    assert rules(found) == ["attest-missing"]
    assert "nhn:tillitsrammeverk:parameters" in found.faults[0].text


def test_the_operator_may_let_practitioners_in_without_one(of: Of):
    assert of(None, config=AttestConfig(required=False)) == Judgement()
    assert of(None, config=AttestConfig(verdicts={"attest-missing": Verdict.FLAG})).flags == {"attest-missing"}


@pytest.mark.parametrize("kind", [Kind.SYSTEM, Kind.CITIZEN])
def test_others_need_none(of: Of, principal: Principal, kind: Kind):
    assert of(None, replace(principal, kind=kind, person=None)) == Judgement()


def test_an_attest_of_a_system_without_a_user_is_nobodys(of: Of, claim: dict[str, Any], principal: Principal):
    assert rules(of(claim, replace(principal, kind=Kind.SYSTEM, person=None))) == ["att-9-identifier", "att-11-identifier"]


# ------------------------------------------------------------ each rule, broken by one change

BROKEN: list[tuple[str, str, Any]] = [
    # A4
    ("att-1-form", f"{WHO}.legal_entity.name", 4),
    ("att-1-form", "patients.0", []),
    # ATT-4: an attest that names patients
    ("att-4-patients", "patients.0.identifier", {"id": "01829099994", "system": f"{OID}.4.1"}),
    # ATT-10, 11 (A1)
    ("att-10-identifier", f"{WHO}.identifier", ...),
    ("att-10-identifier", f"{WHO}.identifier.system", f"{OID}.4.3"),
    ("att-10-identifier", f"{WHO}.identifier.system", f"{OID}.4.4"),
    ("att-10-identifier", f"{WHO}.identifier.system", ...),
    ("att-11-identifier", f"{WHO}.identifier.id", OTHER),
    ("att-11-identifier", f"{WHO}.identifier.id", "12847199996"),
    # ATT-13, 15, 18, 19 (A2)
    ("att-15-legal-entity", f"{WHO}.legal_entity", ...),
    ("att-15-legal-entity", f"{WHO}.legal_entity.system", f"{OID}.4.102"),
    ("att-15-legal-entity", f"{WHO}.legal_entity.system", ...),
    ("att-13-legal-entity", f"{WHO}.legal_entity.id", "310100006"),
    ("att-13-legal-entity", f"{WHO}.legal_entity.id", "310200018"),
    ("att-18-point-of-care", f"{WHO}.point_of_care", ...),
    ("att-18-point-of-care", f"{WHO}.point_of_care.system", f"{OID}.4.102"),
    ("att-19-point-of-care", f"{WHO}.point_of_care.id", "310200019"),
    ("att-19-point-of-care", f"{WHO}.point_of_care.id", "310100005"),
    # ATT-29, 32 (A5)
    ("att-29-hpr-nr", f"{WHO}.hpr_nr.id", "565000002"),
    ("att-29-hpr-nr", f"{WHO}.hpr_nr.system", f"{OID}.4.1"),
    ("att-32-authorization", f"{WHO}.authorization.code", "ZZ"),
    ("att-32-authorization", f"{WHO}.authorization.system", f"{OID}.1.8451"),
    ("att-32-authorization", f"{WHO}.authorization.system", ...),
    # ATT-37, 38, 45 (A3)
    ("att-37-healthcare-service", f"{CARE}.healthcare_service.system", f"{OID}.1.8656"),
    ("att-37-healthcare-service", f"{CARE}.healthcare_service.system", ...),
    ("att-38-purpose-of-use", f"{CARE}.purpose_of_use", ...),
    ("att-38-purpose-of-use", f"{CARE}.purpose_of_use.code", "HRESCH"),
    ("att-38-purpose-of-use", f"{CARE}.purpose_of_use.code", "treat"),
    ("att-38-purpose-of-use", f"{CARE}.purpose_of_use.system", f"{OID}.1.9060"),
    ("att-38-purpose-of-use", f"{CARE}.purpose_of_use.system", ...),
    ("att-45-purpose-of-use-details", f"{CARE}.purpose_of_use_details.system", f"{OID}.1.8655"),
    ("att-45-purpose-of-use-details", f"{CARE}.purpose_of_use_details.system", ...),
    # ATT-47, 48
    ("att-47-decision-ref", f"{CARE}.decision_ref", ...),
    ("att-47-decision-ref", f"{CARE}.decision_ref.id", ""),
    ("att-47-decision-ref", f"{CARE}.decision_ref.id", f"sak-{OTHER}"),
    ("att-47-decision-ref", f"{CARE}.decision_ref.id", "12847199995"),
    ("att-48-decision-ref", f"{CARE}.decision_ref.user_selected", ...),
    ("att-48-decision-ref", f"{CARE}.decision_ref.user_selected", "false"),
    # ATT-58
    ("att-58-toa-form", "toa", "1795300000"),
]


@pytest.mark.parametrize(("rule", "path", "new"), BROKEN)
def test_a_breach_is_refused_by_its_rule_and_no_other(of: Of, claim: dict[str, Any], change: Change, rule: str, path: str, new: Any):
    broken = change(claim, path, new)
    found = of(broken)
    assert rules(found) == [rule]
    assert found.faults[0].severity == "error" and found.faults[0].code in ("forbidden", "structure")
    assert of(broken, config=AttestConfig(verdicts={rule: Verdict.FLAG})).faults == ()
    assert rule in of(broken, config=AttestConfig(verdicts={rule: Verdict.FLAG})).flags
    unasked = of(broken, config=AttestConfig(verdicts={rule: Verdict.OFF}))
    assert unasked.faults == () and rule not in unasked.flags


FLAGGED: list[tuple[str, str, Any]] = [
    ("att-28-department", f"{WHO}.department.system", ...),
    ("att-28-department", f"{WHO}.department.authority", ...),
    ("att-28-department", f"{WHO}.department.system", "urn:uuid:6d5f1a0e-5e0b-4b39-8f39-0c0a2f3e7d11"),
    ("att-29-hpr-nr-given", f"{WHO}.hpr_nr", ...),
    ("att-31-authorization", f"{WHO}.authorization.code", "SP"),
    ("att-49-point-of-care", "patients.0.point_of_care.system", f"{OID}.4.102"),
    ("att-49-point-of-care", "patients.0.point_of_care.id", "4"),
    ("att-53-department", "patients.0.department.system", ...),
]


@pytest.mark.parametrize(("rule", "path", "new"), FLAGGED)
def test_a_slip_that_harms_nobody_is_noted(of: Of, claim: dict[str, Any], change: Change, rule: str, path: str, new: Any):
    slip = change(claim, path, new)
    assert of(slip) == Judgement(flags=frozenset((rule,)))
    assert rules(of(slip, config=AttestConfig(verdicts={rule: Verdict.REFUSE}))) == [rule]


def test_every_rule_is_broken_by_some_example_here():
    apart = {"att-6-patients", "att-9-identifier", "att-43-purpose-of-use-details", "att-58-toa"}  # each has a test of its own
    assert {rule for rule, _, _ in BROKEN + FLAGGED} | apart == {f.__name__.replace("_", "-") for f in RULES}


def test_all_faults_are_told_at_once_in_their_order(of: Of, claim: dict[str, Any], change: Change):
    broken = change(change(change(claim, f"{WHO}.legal_entity", ...), f"{CARE}.purpose_of_use", ...), f"{CARE}.decision_ref", ...)
    assert rules(of(broken)) == ["att-15-legal-entity", "att-38-purpose-of-use", "att-47-decision-ref"]


def test_an_empty_object_lacks_all_that_is_required(of: Of):
    numbers = ("10-identifier", "15-legal-entity", "18-point-of-care", "38-purpose-of-use", "43-purpose-of-use-details", "47-decision-ref")
    assert rules(of({})) == [f"att-{n}" for n in numbers]


@pytest.mark.parametrize("claim", ["{", [], [{}, {}], 4, "attest"])
def test_what_is_no_attest_is_told_once(of: Of, claim: object):
    assert rules(of(claim)) == ["att-1-form"]


def test_no_fault_repeats_a_value_of_the_attest(of: Of, change: Change):
    secret = "4f3a-secret"
    everywhere = {
        WHO: {name: {"id": secret, "code": secret, "system": secret} for name in ("identifier", "hpr_nr", "authorization", "legal_entity")},
        CARE: {name: {"id": secret, "code": secret, "system": secret} for name in ("healthcare_service", "purpose_of_use")},
        "patients": [{"identifier": {"id": secret}}],
        "toa": secret,
        secret: [secret],
    }
    found = of(everywhere)
    assert len(found.faults) > 8
    assert not any(secret in issue.text for issue in found.faults)


# ------------------------------------------------------------ who she is


@pytest.mark.parametrize("level", ["3", "04", "high", "", None])
def test_only_level_4_will_do(of: Of, claim: dict[str, Any], principal: Principal, level: str | None):
    person = replace(principal.person or Person(""), security_level=level)
    assert rules(of(claim, replace(principal, person=person))) == ["att-9-identifier"]


@pytest.mark.parametrize("id", ["1284719999", "128471999950", "1284719999x", "１２８４７１９９９９５"])
def test_a_national_id_has_eleven_digits(of: Of, claim: dict[str, Any], change: Change, principal: Principal, id: str):
    same = replace(principal, person=Person(id, None, "565000001", "4"))
    assert rules(of(change(claim, f"{WHO}.identifier.id", id), same)) == ["att-10-identifier"]


def test_a_d_number_is_as_good(of: Of, claim: dict[str, Any], change: Change, principal: Principal):
    d_number = change(change(claim, f"{WHO}.identifier.id", "52847199995"), f"{WHO}.identifier.system", "2.16.578.1.12.4.1.4.2")
    assert of(d_number, replace(principal, person=Person("52847199995", None, "565000001", "4"))) == Judgement()


# ------------------------------------------------------------ where she works


@pytest.mark.parametrize("number", ["31010000", "3101000050", "31010000X", "NO310100005"])
def test_an_organisation_number_has_nine_digits(of: Of, claim: dict[str, Any], change: Change, number: str):
    broken = change(claim, f"{WHO}.legal_entity.id", number)
    assert rules(of(broken)) == ["att-15-legal-entity", "att-13-legal-entity"]
    broken = change(claim, f"{WHO}.point_of_care.id", number)
    assert rules(of(broken)) == ["att-18-point-of-care", "att-19-point-of-care"]


def test_systems_may_come_without_their_prefix(of: Of, claim: dict[str, Any]):
    for part in claim[WHO].values():
        part["system"] = part["system"].removeprefix("urn:oid:")
    assert of(claim) == Judgement()


def test_where_the_token_names_no_place_the_main_unit_stands_in(of: Of, claim: dict[str, Any], change: Change, principal: Principal):
    small = replace(principal, organisation=Organisation("310100005"))
    assert of(change(claim, f"{WHO}.point_of_care.id", "310100005"), small) == Judgement()
    assert rules(of(claim, small)) == ["att-19-point-of-care"]


def test_a_token_without_an_organisation_vouches_for_none(of: Of, claim: dict[str, Any], principal: Principal):
    assert rules(of(claim, replace(principal, organisation=Organisation()))) == ["att-13-legal-entity", "att-19-point-of-care"]


def test_a_department_of_its_own_making_names_the_main_unit_as_its_keeper(of: Of, claim: dict[str, Any], change: Change):
    local = change(claim, f"{WHO}.department", {"id": "f-1", "system": "urn:uuid:1", "authority": "310100005"})
    assert of(local) == Judgement()
    assert of(change(local, f"{WHO}.department.authority", "310100006")).flags == {"att-28-department"}
    assert of(change(claim, f"{WHO}.department", ...)) == Judgement()


# ------------------------------------------------------------ what she is


class Register:
    def __init__(self, **authorised: Collection[str] | None) -> None:
        self.authorised = authorised

    def codes(self, hpr_number: str) -> Collection[str] | None:
        return self.authorised.get(f"n{hpr_number}")


def test_an_authorisation_that_the_register_does_not_have_is_refused(of: Of, claim: dict[str, Any]):
    assert of(claim, authorisations=Register(n565000001={"JO", "SP"})) == Judgement()
    assert rules(of(claim, authorisations=Register(n565000001={"SP"}))) == ["att-32-authorization"]
    assert rules(of(claim, authorisations=Register(n565000001=()))) == ["att-32-authorization"]
    assert of(claim, authorisations=Register(n565000001=None)) == Judgement()


def test_it_is_the_number_of_the_token_that_the_register_is_asked_for(of: Of, claim: dict[str, Any], change: Change):
    foreign = change(claim, f"{WHO}.hpr_nr.id", "565000002")
    register = Register(n565000001={"SP"}, n565000002={"JO"})
    assert rules(of(foreign, authorisations=register)) == ["att-29-hpr-nr", "att-32-authorization"]


def test_who_is_not_in_hpr_has_no_authorisation(of: Of, claim: dict[str, Any], change: Change, principal: Principal):
    outside = replace(principal, person=replace(principal.person or Person(""), hpr_number=None), role=None)
    without = change(claim, f"{WHO}.hpr_nr", ...)
    assert rules(of(without, outside)) == ["att-32-authorization"]
    assert of(change(without, f"{WHO}.authorization", ...), outside) == Judgement()


@pytest.mark.parametrize("role", [None, Role(f"{OID}.1.9060", "JO")])
def test_the_role_is_compared_where_there_is_one(of: Of, claim: dict[str, Any], principal: Principal, role: Role | None):
    assert of(claim, replace(principal, role=role)) == Judgement()


# ------------------------------------------------------------ why


@pytest.mark.parametrize("code", ["TREAT", "ETREAT", "COC"])
@pytest.mark.parametrize(
    "system", ["urn:oid:2.16.840.1.113883.1.11.20448", "2.16.840.1.113883.1.11.20448", "http://terminology.hl7.org/CodeSystem/v3-ActReason"]
)
def test_the_purposes_are_known_by_each_name_of_their_system(of: Of, claim: dict[str, Any], change: Change, code: str, system: str):
    assert of(change(claim, f"{CARE}.purpose_of_use", {"code": code, "system": system})) == Judgement()


def test_service_or_details_are_enough(of: Of, claim: dict[str, Any], change: Change):
    no_service, no_details = change(claim, f"{CARE}.healthcare_service", ...), change(claim, f"{CARE}.purpose_of_use_details", ...)
    assert of(no_service) == of(no_details) == Judgement()
    assert rules(of(change(no_service, f"{CARE}.purpose_of_use_details", ...))) == ["att-43-purpose-of-use-details"]


@pytest.mark.parametrize("system", sorted(tables().systems["healthcare_service"]))
def test_every_listed_system_of_services_is_accepted(of: Of, claim: dict[str, Any], change: Change, system: str):
    assert of(change(claim, f"{CARE}.healthcare_service", {"code": "KX17", "system": system})) == Judgement()


@pytest.mark.parametrize(
    "system",
    ["urn:AuditEventHL7Norway/CodeSystem/carerelation", "https://terminology.dips.com/decisiontemplate", "2.16.578.1.12.4.1.1.9151"],
)
def test_the_details_are_known_by_each_name_of_their_system(of: Of, claim: dict[str, Any], change: Change, system: str):
    assert of(change(claim, f"{CARE}.purpose_of_use_details", {"code": "15", "system": system})) == Judgement()


def test_the_operator_may_accept_more_systems(of: Of, claim: dict[str, Any], change: Change):
    other = change(claim, f"{CARE}.healthcare_service.system", "urn:a")
    other = change(other, f"{CARE}.purpose_of_use_details.system", "urn:b")
    assert rules(of(other)) == ["att-37-healthcare-service", "att-45-purpose-of-use-details"]
    assert of(other, config=AttestConfig(services=frozenset({"urn:a"}), details=frozenset({"urn:b"}))) == Judgement()


def test_broken_glass_and_access_given_to_oneself_are_let_in_and_told(of: Of, claim: dict[str, Any], change: Change):
    broken = change(claim, f"{CARE}.purpose_of_use.code", "BTG")
    taken = change(claim, f"{CARE}.decision_ref.user_selected", True)
    assert of(broken) == Judgement(flags=frozenset((BREAK_THE_GLASS,)))
    assert of(taken) == Judgement(flags=frozenset((SELF_AUTHORISED,)))
    assert of(change(broken, f"{CARE}.decision_ref.user_selected", True)).flags == TOLD


# ------------------------------------------------------------ whom it is about


def test_an_attest_that_names_patients_serves_each_of_them(of: Of, claim: dict[str, Any], principal: Principal):
    claim["patients"] = [{"identifier": {"id": id, "system": f"{OID}.4.1"}} for id in ("01829099994", OTHER)]
    assert of(claim) == Judgement()
    assert rules(of(claim, replace(principal, patient="30829099999"))) == ["att-4-patients"]
    assert of(claim, replace(principal, patient=None)) == Judgement()


@pytest.mark.parametrize("patients", [[], None, ...])
def test_an_attest_without_a_patient_is_judged_only_where_the_operator_wants_it(
    of: Of, claim: dict[str, Any], change: Change, patients: object
):
    nobodys = change(claim, "patients", patients)
    assert of(nobodys) == Judgement()
    assert rules(of(nobodys, config=AttestConfig(verdicts={"att-6-patients": Verdict.REFUSE}))) == ["att-6-patients"]


# ------------------------------------------------------------ how old it is


def seconds(now: datetime, before: timedelta) -> int:
    return int((now - before).timestamp())


@pytest.mark.parametrize("before", [timedelta(0), timedelta(minutes=59, seconds=59), timedelta(minutes=60), timedelta(seconds=-5)])
def test_an_attest_of_the_last_hour_is_good(of: Of, claim: dict[str, Any], now: datetime, before: timedelta):
    assert of({**claim, "toa": seconds(now, before)}) == Judgement()


@pytest.mark.parametrize("before", [timedelta(minutes=60, seconds=1), timedelta(days=400)])
def test_an_older_one_has_expired_and_says_so_as_the_rule_wants(of: Of, claim: dict[str, Any], now: datetime, before: timedelta):
    found = of({**claim, "toa": seconds(now, before)})
    assert rules(found) == ["att-58-toa"]
    assert found.faults[0].code == "expired" and EXPIRED in found.faults[0].text and "60 minutes" in found.faults[0].text
    assert EXPIRED == "attestation_has_expired"


def test_one_from_the_future_is_refused(of: Of, claim: dict[str, Any], now: datetime):
    found = of({**claim, "toa": seconds(now, timedelta(seconds=-6))})
    assert rules(found) == ["att-58-toa"] and EXPIRED not in found.faults[0].text


def test_the_operator_may_want_fresher_ones(of: Of, claim: dict[str, Any], now: datetime):
    config = AttestConfig(max_age=timedelta(minutes=10))
    assert of({**claim, "toa": seconds(now, timedelta(minutes=10))}, config=config) == Judgement()
    found = of({**claim, "toa": seconds(now, timedelta(minutes=10, seconds=1))}, config=config)
    assert "10 minutes" in found.faults[0].text


def test_slips_of_the_operator_are_found():
    assert AttestConfig(verdicts={"att-45": Verdict.FLAG, "att-6-patients": Verdict.OFF}).unknown_rules() == ["att-45"]


def test_faults_are_those_of_the_judgement(claim: dict[str, Any], change: Change, principal: Principal, now: datetime):
    broken = change(claim, f"{CARE}.purpose_of_use", ...)
    assert [issue.rule for issue in faults(parse(broken), principal, AttestConfig(), now)] == ["att-38-purpose-of-use"]
    assert faults(parse(claim), principal, AttestConfig(), now) == []
