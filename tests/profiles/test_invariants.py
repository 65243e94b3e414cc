"""Each invariant at its border: what it lets pass and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hit_maternity.fhir.validation import Validator

Resource = dict[str, Any]
Make = Callable[[str], Resource]
Change = Callable[[Resource], Any]
PROFILE = "https://hit-maternity.example/fhir/StructureDefinition/no-domain-Maternity-"
BASE = "https://hit-maternity.example/fhir"


def setting(**elements: Any) -> Change:
    return lambda r: r.update(elements)


def dropping(*names: str) -> Change:
    return lambda r: [r.pop(name) for name in names]


def at(value: Any, *path: str | int) -> Change:
    def change(resource: Resource) -> None:
        place: Any = resource
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return change


def both(*changes: Change) -> Change:
    return lambda r: [change(r) for change in changes]


def coded(system: str, code: str) -> Resource:
    return {"coding": [{"system": system, "code": code}]}


def ended(**more: Any) -> Change:
    reason = {"url": f"{BASE}/StructureDefinition/end-reason", "valueCodeableConcept": coded(f"{BASE}/CodeSystem/end-reason", "birth")}
    return setting(**{"status": "finished", "period": {"start": "2026-01-05", "end": "2026-08-18"}, "extension": [reason], **more})


def into_bundle(profile: str, make: Make, change: Change | None = None) -> Change:
    """Puts an instance of ``profile``, changed, into a document."""
    added = make(profile)
    if change:
        change(added)
    return lambda r: r["entry"].append(
        {
            "fullUrl": f"https://example.org/fhir/{added['resourceType']}/added-{profile.lower()}",
            "resource": {**added, "id": f"added-{profile.lower()}"},
        }
    )


def quantity(value: float, component: int) -> Change:
    return at(value, "component", component, "valueQuantity", "value")


FNR = "urn:oid:2.16.578.1.12.4.1.4.1"
ABSENT = {"dataAbsentReason": coded("http://terminology.hl7.org/CodeSystem/data-absent-reason", "not-asked")}
LMP_ENTRY, DUE_ENTRY, COUNT_ENTRY, FETUS_ENTRY = 5, 6, 7, 8

#: invariant, profile, what passes, what is told
CASES: list[tuple[str, str, Change, Change]] = [
    ("mat-audit-1", "AuditEvent", at(False, "agent", 1, "requestor"), at(True, "agent", 1, "requestor")),
    ("mat-audit-2", "AuditEvent", setting(outcome="4", outcomeDesc="consent-withdrawn"), setting(outcome="4")),
    (
        "mat-audit-3",
        "AuditEvent",
        at({"identifier": {"system": "urn:oid:2.16.578.1.12.4.1.4.4", "value": "9144900"}}, "agent", 0, "who"),
        at({"identifier": {"system": "urn:oid:2.16.578.1.12.4.1.4.1", "value": "17849810014"}}, "agent", 0, "who"),
    ),
    ("mat-obs-1", "Observation-note", setting(status="cancelled"), dropping("valueString")),
    (
        "mat-answer-1",
        "Observation-birth-talk",
        both(dropping("valueBoolean"), setting(**ABSENT)),
        both(dropping("valueBoolean"), setting(component=[{"code": {"text": "x"}, "valueBoolean": True}])),
    ),
    ("mat-value-1", "Observation-gestational-age", both(dropping("valueQuantity"), setting(**ABSENT)), dropping("valueQuantity")),
    ("mat-day-1", "Observation-last-menstrual-period", setting(valueDateTime="2025-11-10"), setting(valueDateTime="2025-11")),
    ("mat-day-1", "Observation-due-date", setting(valueDateTime="2026-08-20"), setting(valueDateTime="2026")),
    (
        "mat-term-1",
        "Observation-due-date",
        at(False, "extension", 0, "extension", 0, "valueBoolean"),
        lambda r: r["extension"][0]["extension"].pop(),
    ),
    (
        "mat-term-2",
        "Observation-due-date",
        both(lambda r: r["code"]["coding"].pop(), at("ultrasound", "method", "coding", 0, "code")),
        lambda r: r["code"]["coding"].pop(),
    ),
    (
        "mat-term-2",
        "Observation-due-date",
        both(at("11780-4", "code", "coding", 1, "code"), at("embryo-transfer", "method", "coding", 0, "code")),
        at("embryo-transfer", "method", "coding", 0, "code"),
    ),
    ("mat-ga-1", "Observation-gestational-age", both(setting(), at(174, "valueQuantity", "value"), quantity(6, 1)), quantity(4, 1)),
    ("mat-bp-1", "Observation-bloodpressure", quantity(77, 0), quantity(76, 0)),
    ("mat-sf-1", "Observation-fundal-height", quantity(112, 0), quantity(111, 0)),
    ("mat-earlier-1", "Observation-previous-pregnancy", lambda r: r["component"].__delitem__(slice(3, 5)), lambda r: r["component"].pop(1)),
    (
        "mat-habit-1",
        "Observation-habit",
        both(at("no", "valueCodeableConcept", "coding", 0, "code"), at(0, "component", 0, "valueInteger")),
        at("no", "valueCodeableConcept", "coding", 0, "code"),
    ),
    ("mat-ivf-1", "Observation-assisted-conception", both(setting(valueBoolean=False), dropping("component")), setting(valueBoolean=False)),
    (
        "mat-mother-1",
        "Patient-mother",
        at("urn:oid:2.16.578.1.12.4.1.4.3", "identifier", 0, "system"),
        at("https://example.org/local", "identifier", 0, "system"),
    ),
    ("mat-number-1", "Patient-mother", at("17849810014", "identifier", 0, "value"), at("1784981001", "identifier", 0, "value")),
    (
        "mat-number-1",
        "RelatedPerson-coparent",
        setting(identifier=[{"system": FNR, "value": "17849810014"}]),
        setting(identifier=[{"system": FNR, "value": "178498 10014"}]),
    ),
    ("mat-hpr-1", "Practitioner", at("914490000", "identifier", 0, "value"), at("9144x", "identifier", 0, "value")),
    ("mat-org-1", "Organization", at("123456789", "identifier", 0, "value"), at("12345678", "identifier", 0, "value")),
    ("mat-fetus-1", "Patient-fetus", at("record:1", "identifier", 0, "value"), at("record:2", "identifier", 0, "value")),
    ("mat-fetus-1", "Patient-fetus", at("record:1", "identifier", 0, "value"), at("1", "identifier", 0, "value")),
    (
        "mat-fetus-2",
        "Patient-fetus",
        lambda r: r["identifier"].append({"system": "https://example.org", "value": "1"}),
        lambda r: r["identifier"].append({"system": FNR, "value": "17849810014"}),
    ),
    ("mat-newborn-1", "Patient-newborn", at("seealso", "link", 0, "type"), at("refer", "link", 0, "type")),
    ("mat-episode-1", "EpisodeOfCare-pregnancy", ended(), ended(period={"start": "2026-01-05"})),
    ("mat-episode-2", "EpisodeOfCare-pregnancy", ended(), ended(extension=[])),
    ("mat-episode-3", "EpisodeOfCare-pregnancy", setting(status="planned"), at("2026-08-18", "period", "end")),
    ("mat-provenance-1", "Provenance", at({"reference": "Patient/mother"}, "agent", 0, "who"), lambda r: r["agent"][0].pop("onBehalfOf")),
    ("mat-provenance-1", "Provenance", setting(), lambda r: r["agent"][0].pop("role")),
    (
        "mat-anti-d-1",
        "MedicationAdministration-anti-d",
        setting(status="not-done", statusReason=[{"text": "Ønsker ikke"}]),
        setting(status="not-done"),
    ),
    (
        "mat-folate-1",
        "MedicationStatement",
        both(dropping("extension"), at("N02BE01", "medicationCodeableConcept", "coding", 0, "code")),
        dropping("extension"),
    ),
    (
        "mat-consent-1",
        "Consent-record",
        both(at("OPTOUT", "policyRule", "coding", 0, "code"), setting(provision={"type": "deny"})),
        setting(provision={"type": "deny"}),
    ),
    (
        "mat-consent-1",
        "Consent-fetal-rhesus-typing",
        both(setting(status="rejected"), at("OPTOUT", "policyRule", "coding", 0, "code"), setting(provision={"type": "deny"})),
        setting(status="rejected"),
    ),
    (
        "mat-appointment-1",
        "Appointment",
        at("urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", "participant", 0, "actor", "reference"),
        at("Practitioner/1", "participant", 0, "actor", "reference"),
    ),
    (
        "mat-section-1",
        "Composition-helsekort",
        lambda r: (r["section"][0].pop("emptyReason"), r["section"][0].update(entry=[{"reference": "Patient/mother"}])),
        lambda r: r["section"][0].pop("emptyReason"),
    ),
    (
        "mat-doc-2",
        "Bundle-helsekort",
        at("2026-07-27", "entry", DUE_ENTRY, "resource", "valueDateTime"),
        at("2026-07-26", "entry", DUE_ENTRY, "resource", "valueDateTime"),
    ),
    (
        "mat-doc-2",
        "Bundle-helsekort",
        at("2026-09-07", "entry", DUE_ENTRY, "resource", "valueDateTime"),
        at("2026-09-08", "entry", DUE_ENTRY, "resource", "valueDateTime"),
    ),
    (
        "mat-doc-6",
        "Bundle-helsekort",
        both(
            at(2, "entry", FETUS_ENTRY, "resource", "extension", 1, "valuePositiveInt"),
            at("record:2", "entry", FETUS_ENTRY, "resource", "identifier", 0, "value"),
        ),
        both(
            at(3, "entry", FETUS_ENTRY, "resource", "extension", 1, "valuePositiveInt"),
            at("record:3", "entry", FETUS_ENTRY, "resource", "identifier", 0, "value"),
        ),
    ),
]

#: invariant of the document, profile put in besides, how it is changed to pass, how to be told
ADDED: list[tuple[str, str, Change, Change]] = [
    ("mat-doc-1", "Observation-due-date", at(False, "extension", 0, "extension", 0, "valueBoolean"), setting()),
    ("mat-doc-1", "Observation-due-date", setting(status="entered-in-error"), setting(status="corrected")),
    ("mat-doc-3", "EpisodeOfCare-pregnancy", ended(), setting()),
    ("mat-doc-5", "Observation-rhesus-d", setting(), at("165747007", "valueCodeableConcept", "coding", 0, "code")),
    (
        "mat-doc-5",
        "Observation-rhesus-d",
        both(at("165747007", "valueCodeableConcept", "coding", 0, "code"), setting(status="entered-in-error")),
        at("165747007", "valueCodeableConcept", "coding", 0, "code"),
    ),
]


def rules(validator: Validator, profile: str, resource: Resource) -> set[str]:
    return {i.rule for i in validator.validate(resource, profiles=[PROFILE + profile])}


def names(cases: list[tuple[str, str, Change, Change]]) -> list[Any]:
    return [pytest.param(*case, id=f"{case[0]} {case[1]} {number}") for number, case in enumerate(cases)]


@pytest.mark.parametrize(("key", "profile", "right", "wrong"), names(CASES))
def test_an_invariant_passes_what_is_right_and_tells_what_is_wrong(
    key: str, profile: str, right: Change, wrong: Change, instance: Make, validator: Validator
) -> None:
    good, bad = instance(profile), instance(profile)
    right(good)
    wrong(bad)
    assert f"inv:{key}" not in rules(validator, profile, good)
    assert f"inv:{key}" in rules(validator, profile, bad)


@pytest.mark.parametrize(("key", "profile", "right", "wrong"), names(ADDED))
def test_a_rule_of_the_document_looks_at_several_resources(
    key: str, profile: str, right: Change, wrong: Change, instance: Make, validator: Validator
) -> None:
    good, bad = instance("Bundle-helsekort"), instance("Bundle-helsekort")
    into_bundle("MedicationAdministration-anti-d", instance)(good)
    into_bundle("MedicationAdministration-anti-d", instance)(bad)
    into_bundle(profile, instance, right)(good)
    into_bundle(profile, instance, wrong)(bad)
    assert f"inv:{key}" not in rules(validator, "Bundle-helsekort", good)
    assert f"inv:{key}" in rules(validator, "Bundle-helsekort", bad)


@pytest.mark.parametrize(("births", "is_told"), [(1, False), (2, True)])
def test_outcomes_beyond_the_earlier_pregnancies_are_told(births: int, is_told: bool, instance: Make, validator: Validator) -> None:
    bundle = instance("Bundle-helsekort")
    into_bundle("Observation-previous-pregnancies", instance, setting(valueInteger=2))(bundle)
    into_bundle("Observation-live-births", instance, setting(valueInteger=births))(bundle)
    into_bundle("Observation-miscarriages", instance, setting(valueInteger=1))(bundle)
    assert ("inv:mat-doc-4" in rules(validator, "Bundle-helsekort", bundle)) is is_told


def test_every_invariant_has_a_case(compiled: dict[str, Resource]) -> None:
    keys = {
        c["key"]
        for r in compiled.values()
        if r["resourceType"] == "StructureDefinition"
        for e in r["snapshot"]["element"]
        for c in e.get("constraint", ())
        if c["key"].startswith("mat-")
    }
    assert keys == {case[0] for case in (*CASES, *ADDED)} | {"mat-doc-4"}
