"""The rules that a source of data can hold an attest against: one function a rule, named by its number and attribute.

Source: Tillitsrammeverket, Krav og forretningsregler (https://github.com/NorskHelsenett/Tillitsrammeverk); what is confirmed of each rule
and what inferred says ``attest.toml``, and whether a breach refuses the call or is only noted. The numbers that are missing here bind
somebody else (ATT-12: the trust anchor; ATT-21 to ATT-27, ATT-33 to ATT-36: the consumer's own judgement), or other parts of this
server (ATT-2, 3, 7, 8, 16, 20, 23, 34, 42, 46, 52, 57: the access log; ATT-5: the patient's restrictions; ATT-4 and 58 without ``toa``:
``binding``). No text repeats a value of the attest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Protocol

from hit_maternity.access.helseid.attest.model import ROOT, Attest, Code, Identifier
from hit_maternity.access.helseid.attest.tables import Tables, Verdict, tables
from hit_maternity.access.principal import Kind, Principal
from hit_maternity.fhir.outcome import Issue

#: Flags that the woman is told of: normal rules of access overridden (ATT-41), and access that the practitioner gave herself (ATT-48).
BREAK_THE_GLASS, SELF_AUTHORISED = "break-the-glass", "self-authorised"
TOLD = frozenset((BREAK_THE_GLASS, SELF_AUTHORISED))

#: What the answer must hold when an attest is too old (ATT-58).
EXPIRED = "attestation_has_expired"

_ELEVEN, _NINE, _DIGITS = (re.compile(pattern, re.ASCII) for pattern in (r"\d{11}", r"\d{9}", r"\d{1,18}"))


class Authorisations(Protocol):
    """A register of authorisations (HPR), asked by number."""

    def codes(self, hpr_number: str) -> Collection[str] | None:
        """The categories (Volven 9060) in which this person is authorised now; None where the register can't tell."""
        ...


@dataclass(frozen=True, slots=True)
class AttestConfig:
    """``required``: whether a practitioner's token must carry an attest; ``max_age``: how old one may be; ``leeway``: how far in the
    future; ``age_by_first_use``: whether an attest without ``toa`` ages from the first use of its decision; ``memory``: how long it is
    remembered whom a decision was used for; ``verdicts``: rule id -> what a breach does, where it is not what ``attest.toml`` says;
    ``services``, ``details``: code systems that are accepted besides the listed ones (ATT-37, ATT-45)."""

    required: bool = True
    max_age: timedelta = timedelta(minutes=60)
    leeway: timedelta = timedelta(seconds=5)
    age_by_first_use: bool = True
    memory: timedelta = timedelta(hours=24)
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    services: frozenset[str] = frozenset()
    details: frozenset[str] = frozenset()

    def verdict(self, rule: str) -> Verdict:
        """What a breach of ``rule`` does. Raises ``KeyError`` for a rule that doesn't exist."""
        return self.verdicts.get(rule) or tables().rules[rule].verdict

    def unknown_rules(self) -> list[str]:
        """The ids in ``verdicts`` that no rule has: slips of the operator's."""
        return sorted(set(self.verdicts) - set(tables().rules))


@dataclass(frozen=True, slots=True)
class Judgement:
    """``faults``: why the call is refused, empty where it isn't; ``flags``: what the access log notes, ids of rules among it."""

    faults: tuple[Issue, ...] = ()
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Case:
    """What a rule looks at."""

    attest: Attest
    principal: Principal
    config: AttestConfig
    now: datetime
    tables: Tables
    authorisations: Authorisations | None


#: What one rule finds.
Rule = Callable[[Case], Issue | None]


def judge(
    attest: Attest | None,
    principal: Principal,
    config: AttestConfig,
    now: datetime,
    authorisations: Authorisations | None = None,
    rules: Sequence[Rule] | None = None,
) -> Judgement:
    """Holds an attest against all rules at once. ``principal`` is the caller as token and headers make her out, ``now`` the clock that
    tokens are judged by. ``authorisations``: the register for ATT-32; without one only what contradicts itself is found. ``rules``: only
    some of ``RULES``."""
    if attest is None:
        missing = [attest_missing()] if principal.kind is Kind.PRACTITIONER and config.required else []
        return weighed(missing, config)
    case = Case(attest, principal, config, now, tables(), authorisations)
    chosen = RULES if rules is None else rules
    asked = [rule for rule in chosen if rule is att_1_form] if ROOT in attest.malformed else chosen
    found = weighed([issue for rule in asked if (issue := rule(case)) is not None], config)
    return Judgement(found.faults, found.flags | flags(attest))


def faults(
    attest: Attest | None,
    principal: Principal,
    config: AttestConfig,
    now: datetime,
    authorisations: Authorisations | None = None,
) -> list[Issue]:
    """Every reason to refuse; empty where there is none."""
    return list(judge(attest, principal, config, now, authorisations).faults)


def flags(attest: Attest | None) -> frozenset[str]:
    """What an attest says of itself that the woman is told of: of ``TOLD``."""
    if attest is None:
        return frozenset()
    overridden = attest.purpose is not None and attest.purpose.code == "BTG"
    return frozenset((BREAK_THE_GLASS,) if overridden else ()) | frozenset((SELF_AUTHORISED,) if attest.user_selected else ())


def weighed(issues: list[Issue], config: AttestConfig) -> Judgement:
    """Issues by the verdicts of their rules."""
    verdicts = [(issue, config.verdict(issue.rule)) for issue in issues]
    refusing = tuple(issue for issue, verdict in verdicts if verdict is Verdict.REFUSE)
    return Judgement(refusing, frozenset(issue.rule for issue, verdict in verdicts if verdict is Verdict.FLAG))


def _fault(rule: str, text: str, code: str = "forbidden") -> Issue:
    return Issue(code, rule, text)


def _in_register(identifier: Identifier | None, system: str) -> bool:
    """Whether it is a number of nine digits of ``system``."""
    return identifier is not None and identifier.system == system and _NINE.fullmatch(identifier.id) is not None


def _same(one: str, other: str | None) -> bool:
    return other is not None and compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def attest_missing() -> Issue:
    """A practitioner asks without an attest. Whether she may is our configuration, not a rule of the framework."""
    text = "The token carries no attest. Ask for it with authorization details of the type nhn:tillitsrammeverk:parameters."
    return _fault("attest-missing", text)


def att_1_form(case: Case) -> Issue | None:
    """ATT-1: JSON, of the data model."""
    places = [path for path in case.attest.malformed if path != "toa"]
    if not places:
        return None
    return _fault("att-1-form", f"The attest can't be read at: {', '.join(places[:10])}. Write it as the data model has it.", "structure")


def att_4_patients(case: Case) -> Issue | None:
    """ATT-4, patients.identifier: an attest that names patients is for none but them."""
    named = [patient.identifier.id for patient in case.attest.patients if patient.identifier is not None]
    if not named or case.principal.patient is None or any(_same(id, case.principal.patient) for id in named):
        return None
    return _fault("att-4-patients", "The attest is for another patient. Make one for this patient.")


def att_6_patients(case: Case) -> Issue | None:
    """ATT-6, patients: an attest without a patient is for narrow lists, not for a record."""
    if case.attest.patients:
        return None
    return _fault("att-6-patients", "The attest has no patient in patients. Attest for the patient whose record is asked for.")


def att_9_identifier(case: Case) -> Issue | None:
    """ATT-9, practitioner.identifier: an identity of the highest assurance."""
    person = case.principal.person
    if person is not None and person.security_level == "4":
        return None
    return _fault("att-9-identifier", "The identity behind the attest must have security level 4. Log in by a means of that level.")


def att_10_identifier(case: Case) -> Issue | None:
    """ATT-10, practitioner.identifier: an F-number or a D-number, or the call is refused."""
    found = case.attest.practitioner.identifier
    if found is not None and found.system in case.tables.national and _ELEVEN.fullmatch(found.id):
        return None
    return _fault("att-10-identifier", "practitioner.identifier must be an F-number or a D-number, with its system.")


def att_11_identifier(case: Case) -> Issue | None:
    """ATT-11, practitioner.identifier: the person who logged in, or the call is refused."""
    found, person = case.attest.practitioner.identifier, case.principal.person
    if found is None or (person is not None and _same(found.id, person.pid)):
        return None
    return _fault("att-11-identifier", "practitioner.identifier is not the person who logged in. Attest for the one who asks.")


def att_15_legal_entity(case: Case) -> Issue | None:
    """ATT-15, practitioner.legal_entity: the main unit by its number in Enhetsregisteret."""
    if _in_register(case.attest.practitioner.legal_entity, case.tables.organisation):
        return None
    return _fault(
        "att-15-legal-entity", f"practitioner.legal_entity must be an organisation number, with system {case.tables.organisation}."
    )


def att_13_legal_entity(case: Case) -> Issue | None:
    """ATT-13, practitioner.legal_entity: beyond doubt, so the one that the token vouches for."""
    found = case.attest.practitioner.legal_entity
    if found is None or _same(found.id, case.principal.organisation.legal_entity):
        return None
    return _fault("att-13-legal-entity", "practitioner.legal_entity is not the legal entity of the token (orgnr_parent).")


def att_18_point_of_care(case: Case) -> Issue | None:
    """ATT-18, practitioner.point_of_care: the place of treatment by its number in Enhetsregisteret."""
    if _in_register(case.attest.practitioner.point_of_care, case.tables.organisation):
        return None
    text = f"practitioner.point_of_care must be an organisation number, with system {case.tables.organisation}."
    return _fault("att-18-point-of-care", text)


def att_19_point_of_care(case: Case) -> Issue | None:
    """ATT-19 with 13, practitioner.point_of_care: the token's; the main unit where the token names no place."""
    found, organisation = case.attest.practitioner.point_of_care, case.principal.organisation
    if found is None or _same(found.id, organisation.point_of_care or organisation.legal_entity):
        return None
    text = "practitioner.point_of_care is not the place of the token (orgnr_child), nor, where it has none, the legal entity."
    return _fault("att-19-point-of-care", text)


def att_28_department(case: Case) -> Issue | None:
    """ATT-28, practitioner.department: system and authority, the latter the main unit for ids of its own making."""
    found, tables_ = case.attest.practitioner.department, case.tables
    if found is None or (found.system in (tables_.resh, tables_.organisation) and found.authority):
        return None
    if found.system and found.authority and (case.principal.organisation.legal_entity or "?") in found.authority:
        return None
    text = "practitioner.department needs a system, and as authority who keeps it: for local ids the legal entity's number."
    return _fault("att-28-department", text)


def att_29_hpr_nr(case: Case) -> Issue | None:
    """ATT-29, practitioner.hpr_nr: a number of HPR, and where the token has one, that one."""
    found, person = case.attest.practitioner.hpr_number, case.principal.person
    if found is None:
        return None
    other = person is not None and person.hpr_number is not None and not _same(found.id, person.hpr_number)
    if found.system == case.tables.hpr and _DIGITS.fullmatch(found.id) and not other:
        return None
    return _fault("att-29-hpr-nr", f"practitioner.hpr_nr must be the user's number in HPR, with system {case.tables.hpr}.")


def att_29_hpr_nr_given(case: Case) -> Issue | None:
    """ATT-29, practitioner.hpr_nr: given for whoever is in HPR."""
    person = case.principal.person
    if case.attest.practitioner.hpr_number is not None or person is None or person.hpr_number is None:
        return None
    return _fault("att-29-hpr-nr-given", "practitioner.hpr_nr is missing, though the user is in HPR.")


def att_31_authorization(case: Case) -> Issue | None:
    """ATT-31, practitioner.authorization: should be the one nearest to the role she acts in."""
    found, role = case.attest.practitioner.authorization, case.principal.role
    if found is None or role is None or found.code == role.code:
        return None
    return _fault("att-31-authorization", "practitioner.authorization should be the one that the role of the call rests on.")


def att_32_authorization(case: Case) -> Issue | None:
    """ATT-32, practitioner.authorization: exists in HPR for this person, or the call is refused."""
    found = case.attest.practitioner.authorization
    if found is None or (_listed("authorization", found, case.tables) and _is_authorised(found, case)):
        return None
    return _fault("att-32-authorization", "practitioner.authorization must be an authorisation that the user has in HPR (Volven 9060).")


def _is_authorised(authorization: Code, case: Case) -> bool:
    """Whether the register has it; without a register, whether she is in HPR at all."""
    person, stated = case.principal.person, case.attest.practitioner.hpr_number
    number = person.hpr_number if person is not None and person.hpr_number is not None else stated.id if stated else None
    if number is None:
        return False
    known = case.authorisations.codes(number) if case.authorisations is not None else None
    return known is None or authorization.code in known


def att_37_healthcare_service(case: Case) -> Issue | None:
    """ATT-37, care_relationship.healthcare_service: of one of the ten code systems."""
    found = case.attest.care_relationship.healthcare_service
    if found is None or found.system in case.config.services or _listed("healthcare_service", found, case.tables):
        return None
    return _fault("att-37-healthcare-service", "care_relationship.healthcare_service must be of a code system that ATT-37 lists.")


def att_38_purpose_of_use(case: Case) -> Issue | None:
    """ATT-38 to ATT-41, care_relationship.purpose_of_use: TREAT, ETREAT, COC or BTG."""
    found = case.attest.care_relationship.purpose_of_use
    if found is not None and _listed("purpose_of_use", found, case.tables):
        return None
    text = "care_relationship.purpose_of_use must be TREAT, ETREAT, COC or BTG of urn:oid:2.16.840.1.113883.1.11.20448."
    return _fault("att-38-purpose-of-use", text)


def att_43_purpose_of_use_details(case: Case) -> Issue | None:
    """ATT-43, care_relationship: the service or the details of the purpose, or both."""
    care = case.attest.care_relationship
    if care.healthcare_service is not None or care.purpose_of_use_details is not None:
        return None
    text = "care_relationship needs healthcare_service or purpose_of_use_details, or both where both apply."
    return _fault("att-43-purpose-of-use-details", text)


def att_45_purpose_of_use_details(case: Case) -> Issue | None:
    """ATT-45, care_relationship.purpose_of_use_details: of a listed code system."""
    found = case.attest.care_relationship.purpose_of_use_details
    if found is None or found.system in case.config.details or _listed("purpose_of_use_details", found, case.tables):
        return None
    text = "care_relationship.purpose_of_use_details must be of HL7 Norway's care relation or Volven 9151."
    return _fault("att-45-purpose-of-use-details", text)


def _listed(attribute: str, code: Code, tables_: Tables) -> bool:
    """Whether a code is of a system of this attribute, and one of its codes where they are listed."""
    if code.system is None or code.system not in tables_.systems[attribute]:
        return False
    return code.system not in tables_.codes or code.code in tables_.codes[code.system]


def att_47_decision_ref(case: Case) -> Issue | None:
    """ATT-47, care_relationship.decision_ref: a reference to the local decision; it is logged, so it can't be a national id (ours)."""
    found, person = case.attest.decision, case.principal.person
    if found is not None and not any(pid and pid in found for pid in (case.principal.patient, person and person.pid)):
        return None
    text = "care_relationship.decision_ref needs an id: the local decision that the access rests on, without a national id in it."
    return _fault("att-47-decision-ref", text)


def att_48_decision_ref(case: Case) -> Issue | None:
    """ATT-48, care_relationship.decision_ref: user_selected is a boolean."""
    found = case.attest.care_relationship.decision_ref
    if found is None or found.user_selected is not None:
        return None
    text = "care_relationship.decision_ref.user_selected must be true (the user gave herself access) or false (the system derived it)."
    return _fault("att-48-decision-ref", text)


def att_49_point_of_care(case: Case) -> Issue | None:
    """ATT-49, patients.point_of_care: the place where she is treated by its number in Enhetsregisteret."""
    places = [patient.point_of_care for patient in case.attest.patients if patient.point_of_care is not None]
    if all(_in_register(place, case.tables.organisation) for place in places):
        return None
    return _fault("att-49-point-of-care", f"patients.point_of_care must be an organisation number, with system {case.tables.organisation}.")


def att_53_department(case: Case) -> Issue | None:
    """ATT-53, patients.department: with its system."""
    if all(patient.department.system for patient in case.attest.patients if patient.department is not None):
        return None
    return _fault("att-53-department", "patients.department needs a system.")


def att_58_toa_form(case: Case) -> Issue | None:
    """ATT-58, toa: seconds since 1970-01-01T00:00:00Z, a number."""
    if "toa" not in case.attest.malformed:
        return None
    return _fault("att-58-toa-form", "toa must be a number: seconds since 1970-01-01T00:00:00Z.", "structure")


def att_58_toa(case: Case) -> Issue | None:
    """ATT-58, toa: at most 60 minutes ago; and not in the future, but for the leeway of clocks."""
    made = case.attest.time
    if made is None:
        return None
    if made - case.now > case.config.leeway:
        return _fault("att-58-toa", "toa is in the future. Check the clock of the system that attests.")
    return expired("att-58-toa", case.config) if case.now - made > case.config.max_age else None


def expired(rule: str, config: AttestConfig) -> Issue:
    """The fault of an attest that is too old, in the words that ATT-58 wants."""
    minutes = int(config.max_age.total_seconds() // 60)
    return _fault(rule, f"{EXPIRED}: the attest is more than {minutes} minutes old. Attest anew, with a decision of its own.", "expired")


#: In the order in which they are told.
RULES: tuple[Rule, ...] = (
    att_1_form,
    att_4_patients,
    att_6_patients,
    att_9_identifier,
    att_10_identifier,
    att_11_identifier,
    att_15_legal_entity,
    att_13_legal_entity,
    att_18_point_of_care,
    att_19_point_of_care,
    att_28_department,
    att_29_hpr_nr,
    att_29_hpr_nr_given,
    att_31_authorization,
    att_32_authorization,
    att_37_healthcare_service,
    att_38_purpose_of_use,
    att_43_purpose_of_use_details,
    att_45_purpose_of_use_details,
    att_47_decision_ref,
    att_48_decision_ref,
    att_49_point_of_care,
    att_53_department,
    att_58_toa_form,
    att_58_toa,
)
#: Those that look at the moment, or at whom the call is about; what the others find holds for every call of one caller with one attest.
OF_EACH_CALL: tuple[Rule, ...] = (att_4_patients, att_47_decision_ref, att_58_toa)
OF_EVERY_CALL: tuple[Rule, ...] = tuple(rule for rule in RULES if rule not in OF_EACH_CALL)


def still_holds(attest: Attest, principal: Principal, config: AttestConfig, now: datetime) -> bool:
    """Whether none of the rules ``OF_EACH_CALL`` has anything to say of a call."""
    case = Case(attest, principal, config, now, tables(), None)
    return all(rule(case) is None for rule in OF_EACH_CALL)
