"""One small instance of each profile: it conforms, and what is wrong is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hit_maternity.fhir import json as fhir_json
from hit_maternity.fhir.outcome import Issue
from hit_maternity.fhir.validation import Validator

Resource = dict[str, Any]
Told = Callable[[str, Resource], list[Issue]]
Make = Callable[[str], Resource]
PROFILE = "https://hit-maternity.example/fhir/StructureDefinition/no-domain-Maternity-"

LISTED: dict[str, Resource] = json.loads(Path(__file__).with_name("instances.json").read_text(encoding="utf-8"))
OBSERVATIONS = [name for name in LISTED if name.startswith("Observation-")]
MATERNAL = [name for name in OBSERVATIONS if not name.startswith("Observation-newborn-")]
ANSWERS = [
    "assisted-conception", "medication-use", "prenatal-information", "birth-talk", "breastfeeding-guidance", "consanguinity",
    "cohabitation", "disease-history",
]  # fmt: skip
FETAL = ["fetal-heart-rate", "fetal-presentation", "fetal-movements", "ctg", "birth-status", "fetal-rhesus-d"]
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"


def absent(code: str) -> Resource:
    return {"coding": [{"system": ABSENT, "code": code}]}


def without_value(resource: Resource) -> Resource:
    return {key: value for key, value in resource.items() if not key.startswith("value")}


def test_there_is_an_instance_of_every_profile_that_is_not_abstract(compiled: dict[str, Resource]) -> None:
    wanted = {
        r["id"] for r in compiled.values() if r["resourceType"] == "StructureDefinition" and r["type"] != "Extension" and not r["abstract"]
    }
    assert wanted == {f"no-domain-Maternity-{name}" for name in LISTED}


@pytest.mark.parametrize("name", LISTED)
def test_the_instance_conforms(name: str, validator: Validator) -> None:
    issues = validator.validate(LISTED[name], profiles=[PROFILE + name])
    # Narrative is for documents, not for single facts.
    rest = [i for i in issues if i.severity != "information" and i.rule != "inv:dom-6"]
    assert rest == []


@pytest.mark.parametrize("name", OBSERVATIONS)
@pytest.mark.parametrize("element", ["status", "category", "code", "subject", "effectiveDateTime"])
def test_an_observation_lacks_nothing_that_all_have(name: str, element: str, instance: Make, told: Told) -> None:
    resource = instance(name)
    del resource[element]
    assert told(name, resource)


@pytest.mark.parametrize("name", OBSERVATIONS)
def test_an_observation_of_unknown_status_is_refused(name: str, instance: Make, told: Told) -> None:
    assert "binding-required" in {i.rule for i in told(name, {**instance(name), "status": "unknown"})}


@pytest.mark.parametrize("name", OBSERVATIONS)
def test_an_observation_over_a_period_is_refused(name: str, instance: Make, told: Told) -> None:
    resource = instance(name)
    del resource["effectiveDateTime"]
    assert told(name, {**resource, "effectivePeriod": {"start": "2026-01-05"}})


@pytest.mark.parametrize("name", OBSERVATIONS)
def test_an_observation_under_another_code_is_refused(name: str, instance: Make, told: Told) -> None:
    resource = instance(name)
    resource["code"] = {"coding": [{"system": "http://loinc.org", "code": "11502-2"}]}
    if name == "Observation-lab-result":
        assert told(name, resource) == []  # a laboratory's own code is better than none
    else:
        assert told(name, resource)


@pytest.mark.parametrize("name", OBSERVATIONS)
def test_an_observation_whose_value_has_another_type_is_refused(name: str, instance: Make, told: Told) -> None:
    assert told(name, {**without_value(instance(name)), "valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 2}}})


@pytest.mark.parametrize("name", MATERNAL)
def test_an_observation_about_a_group_is_refused(name: str, instance: Make, told: Told) -> None:
    assert told(name, {**instance(name), "subject": {"reference": "Group/1"}})


@pytest.mark.parametrize("name", MATERNAL)
def test_an_observation_that_says_nothing_is_refused(name: str, instance: Make, told: Told) -> None:
    resource = {k: v for k, v in without_value(instance(name)).items() if k not in ("component", "hasMember")}
    assert told(name, resource)


@pytest.mark.parametrize("name", [name for name in OBSERVATIONS if any(key == "valueQuantity" for key in LISTED[name])])
@pytest.mark.parametrize("value", [-1, 100000])
def test_a_figure_out_of_range_is_refused(name: str, value: int, instance: Make, told: Told) -> None:
    resource = instance(name)
    resource["valueQuantity"]["value"] = value
    assert "profile-range" in {i.rule for i in told(name, resource)}


@pytest.mark.parametrize("name", [name for name in OBSERVATIONS if any(key == "valueQuantity" for key in LISTED[name])])
def test_a_figure_in_another_unit_is_refused(name: str, instance: Make, told: Told) -> None:
    resource = instance(name)
    resource["valueQuantity"].update(code="[lb_av]", unit="lb")
    assert told(name, resource)


@pytest.mark.parametrize("name", [name for name in OBSERVATIONS if "component" in LISTED[name]])
def test_a_component_given_twice_is_refused(name: str, instance: Make, told: Told) -> None:
    resource = instance(name)
    resource["component"].append(fhir_json.copy(resource["component"][0]))
    assert told(name, resource)


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("reason", ["not-asked", "asked-unknown", "asked-declined"])
def test_a_question_may_be_without_answer_for_a_reason(name: str, reason: str, instance: Make, told: Told) -> None:
    resource = {k: v for k, v in without_value(instance(f"Observation-{name}")).items() if k != "component"}
    assert told(f"Observation-{name}", {**resource, "dataAbsentReason": absent(reason)}) == []


@pytest.mark.parametrize("name", ANSWERS)
def test_no_is_an_answer(name: str, instance: Make, told: Told) -> None:
    resource = {k: v for k, v in instance(f"Observation-{name}").items() if k != "component"}
    assert told(f"Observation-{name}", {**resource, "valueBoolean": False}) == []


@pytest.mark.parametrize("name", ANSWERS)
def test_a_question_without_answer_for_a_reason_that_is_none_is_refused(name: str, instance: Make, told: Told) -> None:
    resource = {k: v for k, v in without_value(instance(f"Observation-{name}")).items() if k != "component"}
    assert told(f"Observation-{name}", {**resource, "dataAbsentReason": absent("error")})


@pytest.mark.parametrize("name", FETAL)
def test_a_fact_about_a_fetus_without_its_fetus_is_refused(name: str, instance: Make, told: Told) -> None:
    resource = instance(f"Observation-{name}")
    del resource["focus"]
    assert "profile-cardinality" in {i.rule for i in told(f"Observation-{name}", resource)}


@pytest.mark.parametrize("name", [name for name in FETAL if name != "fetal-rhesus-d"])
def test_a_fact_about_two_fetuses_at_once_is_refused(name: str, instance: Make, told: Told) -> None:
    resource = instance(f"Observation-{name}")
    resource["focus"].append({"reference": "Patient/fetus-2"})
    assert told(f"Observation-{name}", resource)


def test_one_answer_may_be_the_rhesus_type_of_both_twins(instance: Make, told: Told) -> None:
    resource = instance("Observation-fetal-rhesus-d")
    resource["focus"].append({"reference": "Patient/fetus-2"})
    assert told("Observation-fetal-rhesus-d", resource) == []


def with_element(**elements: Any) -> Callable[[Resource], None]:
    return lambda resource: resource.update(elements)


def without(*path: str | int) -> Callable[[Resource], None]:
    def change(resource: Resource) -> None:
        place: Any = resource
        for step in path[:-1]:
            place = place[step]
        del place[path[-1]]

    return change


def with_value(value: Any, *path: str | int) -> Callable[[Resource], None]:
    def change(resource: Resource) -> None:
        place: Any = resource
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return change


#: profile, what is wrong, the change that makes it wrong
WRONG: list[tuple[str, str, Callable[[Resource], None]]] = [
    ("Patient-mother", "no name", without("name")),
    ("Patient-mother", "no birth date", without("birthDate")),
    ("Patient-fetus", "a birth date", with_element(birthDate="2026-06-01")),
    ("Patient-fetus", "dead by deceased", with_element(deceasedBoolean=True)),
    ("Patient-fetus", "an address", with_element(address=[{"city": "Oslo"}])),
    ("Patient-fetus", "a language", with_element(communication=[{"language": {"text": "norsk"}}])),
    ("Patient-fetus", "an order of birth", with_element(multipleBirthInteger=1)),
    ("Patient-fetus", "no fetal status", without("extension", 0)),
    ("Patient-fetus", "no number", without("extension", 1)),
    ("Patient-fetus", "no mother", without("extension", 2)),
    ("Patient-fetus", "an unknown status", with_value("asleep", "extension", 0, "valueCodeableConcept", "coding", 0, "code")),
    ("Patient-fetus", "an identifier of another system", with_value("urn:x", "identifier", 0, "system")),
    ("Patient-newborn", "no birth date", without("birthDate")),
    ("Patient-newborn", "no gender", without("gender")),
    ("RelatedPerson-coparent", "an aunt", with_value("AUNT", "relationship", 0, "coding", 0, "code")),
    ("RelatedPerson-coparent", "no relation", without("relationship")),
    ("Practitioner", "no name", without("name")),
    ("PractitionerRole", "no HPR category", without("code")),
    ("PractitionerRole", "an unknown HPR category", with_value("ZZ", "code", 0, "coding", 0, "code")),
    ("Organization", "no name", without("name")),
    ("EpisodeOfCare-pregnancy", "no record id", with_value("https://example.org/other", "identifier", 0, "system")),
    ("EpisodeOfCare-pregnancy", "on a waiting list", with_element(status="waitlist")),
    ("EpisodeOfCare-pregnancy", "no pregnancy", without("diagnosis")),
    ("EpisodeOfCare-pregnancy", "another type", with_value("73211009", "type", 0, "coding", 0, "code")),
    ("EpisodeOfCare-pregnancy", "no beginning", with_element(period={"end": "2026-08-01"})),
    ("Condition-pregnancy", "another disease", with_value("73211009", "code", "coding", 0, "code")),
    ("Condition-pregnancy", "no status", without("clinicalStatus")),
    ("Condition-pregnancy", "an age as onset", lambda r: (r.pop("onsetDateTime"), r.update(onsetString="last year"))[0]),
    ("FamilyMemberHistory", "no disease", without("condition")),
    ("CareTeam", "no woman", without("subject")),
    ("CareTeam", "a place of birth that is a person", with_value({"reference": "Practitioner/1"}, "participant", 1, "member")),
    ("CareTeam", "two places of birth", lambda r: r["participant"].append(fhir_json.copy(r["participant"][1]))),
    ("Encounter-antenatal", "no episode", without("episodeOfCare")),
    ("Encounter-antenatal", "no day", without("period")),
    ("Encounter-antenatal", "the type of a postpartum visit", with_value("133906008", "type", 0, "coding", 0, "code")),
    ("Encounter-antenatal", "unknown status", with_element(status="unknown")),
    ("Encounter-antenatal", "a class that isn't any", with_value("FLD", "class", "code")),
    ("Encounter-birth", "the type of an antenatal visit", with_value("routine", "type", 0, "coding", 0, "code")),
    ("Observation-due-date", "no basis", without("method")),
    ("Observation-due-date", "an unknown basis", with_value("guess", "method", "coding", 0, "code")),
    (
        "Observation-due-date",
        "an unknown reason",
        with_value("hope", "extension", 0, "extension", 1, "valueCodeableConcept", "coding", 0, "code"),
    ),
    ("Observation-number-of-fetuses", "no fetus", with_element(valueInteger=0)),
    ("Observation-number-of-fetuses", "ten fetuses", with_element(valueInteger=10)),
    ("Observation-live-births", "fewer than none", with_element(valueInteger=-1)),
    (
        "Observation-previous-pregnancy",
        "an induced abortion",
        with_value("386639001", "component", 1, "valueCodeableConcept", "coding", 0, "code"),
    ),
    ("Observation-previous-pregnancy", "a component that isn't its", with_value("8480-6", "component", 1, "code", "coding", 0, "code")),
    ("Observation-prepregnancyweight", "only the code of any weight", without("code", "coding", 1)),
    ("Observation-oedema", "grade four", with_element(valueInteger=4)),
    ("Observation-urine-protein", "a grade that isn't any", with_value("T999", "valueCodeableConcept", "coding", 0, "code")),
    ("Observation-fundal-height", "of one fetus", with_element(focus=[{"reference": "Patient/fetus-1"}])),
    ("Observation-rhesus-d", "the fetus's type as the mother's", with_element(focus=[{"reference": "Patient/fetus-1"}])),
    ("Observation-infection-test", "a boolean answer", lambda r: (r.pop("valueCodeableConcept"), r.update(valueBoolean=True))[0]),
    ("Observation-infection-test", "an answer that isn't any", with_value("T052", "valueCodeableConcept", "coding", 0, "code")),
    ("Observation-glucose-tolerance", "no figures", with_element(component=[])),
    ("Observation-habit", "no time point", without("extension")),
    ("Observation-habit", "an unknown time point", with_value("someday", "extension", 0, "valueCodeableConcept", "coding", 0, "code")),
    ("Observation-habit", "an unknown frequency", with_value("hourly", "valueCodeableConcept", "coding", 0, "code")),
    ("Observation-note", "an unknown section", with_value("elsewhere", "code", "coding", 0, "code")),
    ("Observation-birth-status", "an outcome that isn't any", with_value("77386006", "valueCodeableConcept", "coding", 0, "code")),
    ("Observation-birth-status", "no outcome, and no reason why", without("valueCodeableConcept")),
    ("MedicationAdministration-anti-d", "another medicine", with_value("B03BB01", "medicationCodeableConcept", "coding", 0, "code")),
    ("Consent-record", "no day", without("dateTime")),
    ("Consent-record", "neither yes nor no", without("provision")),
    ("Consent-record", "the scope of treatment", with_value("treatment", "scope", "coding", 0, "code")),
    ("Consent-fetal-rhesus-typing", "the scope of privacy", with_value("patient-privacy", "scope", "coding", 0, "code")),
    ("CarePlan-birth-plan", "another kind of plan", with_value("visits", "category", 0, "coding", 0, "code")),
    ("Procedure-delivery", "no birth stay", without("encounter")),
    ("Procedure-delivery", "no time", without("performedDateTime")),
    ("Procedure-delivery", "another procedure", with_value("80146002", "code", "coding", 0, "code")),
    ("Provenance", "an unknown role", with_value("ZZ", "agent", 0, "role", 0, "coding", 0, "code")),
    ("Composition-helsekort", "another type of document", with_value("F99-9", "type", "coding", 0, "code")),
    ("Composition-helsekort", "a section lacks", without("section", 3)),
    ("Composition-helsekort", "no pregnancy", without("event")),
    ("Bundle-helsekort", "no document", with_element(type="collection")),
    ("Bundle-helsekort", "no episode", without("entry", 2)),
]


@pytest.mark.parametrize(("profile", "change"), [pytest.param(p, c, id=f"{p}: {w}") for p, w, c in WRONG])
def test_what_is_wrong_is_refused(profile: str, change: Callable[[Resource], None], instance: Make, told: Told) -> None:
    resource = instance(profile)
    assert told(profile, resource) == []
    change(resource)
    assert told(profile, resource)


def changes(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of every code in ``value``."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "code" and isinstance(item, str):
                yield (*path, key)
            yield from changes(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from changes(item, (*path, index))


#: Where another code is let pass, and why.
OPEN = {
    "Condition-history": "any disease",
    "FamilyMemberHistory": "any disease of any relative",
    "CareTeam": "others may take part in the care",
    "Observation-bloodpressure": "the Norwegian codes beside FHIR's own",
    "Observation-urine-protein": "the second code beside the one that must be there",
    "Observation-ultrasound": "other measures may stand beside the commonest",
    "Observation-lab-result": "a laboratory's own codes",
    "AllergyIntolerance": "any allergy",
    "AuditEvent": "FHIR's lists of events and of roles are open",
    "MedicationStatement": "any medicine",
    "Composition-helsekort": "why a section is empty, in FHIR's preferred codes or others",
}


@pytest.mark.parametrize("name", [name for name in LISTED if name != "Bundle-helsekort"])
def test_every_code_that_is_altered_is_noticed(name: str, instance: Make, told: Told) -> None:
    unnoticed = []
    for path in changes(LISTED[name]):
        resource = instance(name)
        with_value("zzz", *path)(resource)
        if not told(name, resource):
            unnoticed.append(path)
    assert bool(unnoticed) is (name in OPEN), unnoticed
