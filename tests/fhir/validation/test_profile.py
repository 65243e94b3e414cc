from __future__ import annotations

import copy
from typing import Any

import pytest

from hit_maternity.fhir.terminology import LoadedTerminology
from hit_maternity.fhir.validation.discriminators import parse_path
from hit_maternity.fhir.validation.profile import Profiles

HL7 = "http://hl7.org/fhir/StructureDefinition/"
X = "http://x.test/StructureDefinition/"
LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"


def told(validator: Any, value: Any, *profiles: str) -> list[tuple[str, str | None]]:
    return [(i.rule, i.expression) for i in validator.validate(value, profiles=profiles) if i.severity == "error"]


def profile(name: str, type: str, *elements: dict[str, Any], base: str | None = None, **more: Any) -> dict[str, Any]:
    """A profile by its differential; an element's id is its path where none is given."""
    return {
        "resourceType": "StructureDefinition",
        "url": X + name,
        "name": name,
        "type": type,
        "derivation": "constraint",
        "kind": "resource",
        "baseDefinition": base or HL7 + type,
        "differential": {"element": [{"id": e["path"], **e} for e in elements]},
        **more,
    }


@pytest.fixture
def pressure(instances) -> dict[str, Any]:
    value = copy.deepcopy(instances["Observation"])
    value["meta"]["profile"] = [HL7 + "bp"]
    return value


def test_a_valid_blood_pressure_meets_hl7s_profile(validator, pressure):
    assert [i for i in validator.validate(pressure) if not i.rule.startswith("code-system-")] == []


def test_a_valid_body_weight_meets_hl7s_profile(validator, pressure):
    weight = {k: v for k, v in pressure.items() if k not in ("component", "referenceRange")}
    weight["meta"] = {"profile": [HL7 + "bodyweight"]}
    weight["code"] = {"coding": [{"system": LOINC, "code": "29463-7"}]}
    weight["valueQuantity"] = {"value": 71.5, "unit": "kg", "system": UCUM, "code": "kg"}
    assert told(validator, weight) == []
    weight["valueQuantity"]["code"] = "stone"
    assert ("binding-required", "Observation.value.code") in told(validator, weight)


def drop(key: str) -> Any:
    return lambda o: o.pop(key)


def change(**more: Any) -> Any:
    return lambda o: o.update(more)


@pytest.mark.parametrize(
    ("breakage", "expected"),
    [
        (drop("subject"), [("profile-cardinality", "Observation")]),
        (drop("effectiveDateTime"), [("profile-cardinality", "Observation")]),
        (lambda o: o["component"].pop(), [("profile-cardinality", "Observation"), ("profile-cardinality", "Observation")]),
        (lambda o: o["category"][0]["coding"][0].update(code="laboratory"), [("profile-cardinality", "Observation")]),
        (lambda o: o["code"]["coding"][0].update(code="8480-6"), [("profile-cardinality", "Observation.code")]),
        (lambda o: o["component"][0]["code"]["coding"][0].update(code="1"), [("profile-cardinality", "Observation")]),
        (lambda o: o["component"].append(copy.deepcopy(o["component"][0])), [("profile-cardinality-max", "Observation.component")]),
        (
            lambda o: o["component"][1]["valueQuantity"].update(code="kPa"),
            [("binding-required", "Observation.component[1].value"), ("profile-fixed", "Observation.component[1].value.code")],
        ),
        (lambda o: o["component"][1].pop("valueQuantity"), [("inv:vs-3", "Observation.component[1]")]),
        (change(effectiveDateTime="2026"), [("inv:vs-1", "Observation.effective")]),
        (change(subject={"reference": "Group/1"}), [("profile-target", "Observation.subject")]),
    ],
)
def test_a_broken_blood_pressure_does_not(validator, pressure, breakage, expected):
    breakage(pressure)
    assert told(validator, pressure) == expected


#: Examples in the core package that come without a snapshot.
WITHOUT_SNAPSHOT = {HL7 + "example-composition", HL7 + "example-section-library"}


def test_every_profile_of_the_core_compiles(definitions):
    profiles = Profiles(definitions, LoadedTerminology(definitions))
    assert {e["url"] for e in definitions.entries("StructureDefinition") if profiles.find(e["url"]) is None} == WITHOUT_SNAPSHOT


def test_a_profile_that_is_not_loaded_is_a_warning(validator, patient):
    issues = validator.validate(patient(active=True, meta={"profile": [X + "unknown"]}))
    assert [(i.rule, i.severity) for i in issues if i.rule != "inv:dom-6"] == [("profile-unknown", "warning")]


def test_a_profile_of_another_type_is_an_error(validator, patient):
    assert told(validator, patient(active=True), HL7 + "bp") == [("profile-base", "Patient")]


def test_a_profile_is_checked_in_bundles_and_contained_resources_too(validator, pressure, patient):
    pressure.pop("subject")
    url = f"http://x.test/fhir/Observation/{pressure['id']}"
    entry = {"resourceType": "Bundle", "type": "collection", "entry": [{"fullUrl": url, "resource": pressure}]}
    assert told(validator, entry) == [("profile-cardinality", "Bundle.entry[0].resource")]


PATIENTS = profile(
    "p",
    "Patient",
    {"path": "Patient", "constraint": [{"key": "p-1", "severity": "error", "human": "h", "expression": "active.exists()"}]},
    {"path": "Patient.identifier", "min": 1, "slicing": {"discriminator": [{"type": "value", "path": "system"}], "rules": "closed"}},
    {"id": "Patient.identifier:a", "path": "Patient.identifier", "sliceName": "a", "max": "1"},
    {"id": "Patient.identifier:a.system", "path": "Patient.identifier.system", "min": 1, "fixedUri": "urn:a"},
    {"id": "Patient.identifier:a.value", "path": "Patient.identifier.value", "min": 1, "maxLength": 3},
    {"id": "Patient.identifier:b", "path": "Patient.identifier", "sliceName": "b", "min": 1},
    {"id": "Patient.identifier:b.system", "path": "Patient.identifier.system", "min": 1, "fixedUri": "urn:b"},
    {"path": "Patient.maritalStatus", "patternCodeableConcept": {"coding": [{"code": "M"}]}},
    {"path": "Patient.deceased[x]", "type": [{"code": "boolean"}]},
    {"path": "Patient.photo", "max": "0"},
    {"path": "Patient.multipleBirth[x]", "type": [{"code": "integer"}], "maxValueInteger": 3},
    {"path": "Patient.generalPractitioner", "type": [{"code": "Reference", "targetProfile": [HL7 + "Organization"]}]},
)
A, B = {"system": "urn:a", "value": "1"}, {"system": "urn:b"}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, []),
        ({"active": None}, [("inv:p-1", "Patient")]),
        ({"identifier": None}, [("profile-cardinality", "Patient"), ("profile-cardinality", "Patient")]),
        ({"identifier": [A]}, [("profile-cardinality", "Patient")]),
        ({"identifier": [B, A, A]}, [("profile-cardinality-max", "Patient.identifier")]),
        ({"identifier": [B, {"system": "urn:c"}]}, [("profile-slice-closed", "Patient.identifier[1]")]),
        ({"identifier": [B, {"system": "urn:a"}]}, [("profile-cardinality", "Patient.identifier[1]")]),
        ({"identifier": [B, {"system": "urn:a", "value": "1234"}]}, [("profile-length", "Patient.identifier[1].value")]),
        ({"maritalStatus": {"coding": [{"system": "urn:x", "code": "M"}], "text": "x"}}, []),
        ({"maritalStatus": {"coding": [{"code": "S"}]}}, [("profile-pattern", "Patient.maritalStatus")]),
        ({"deceasedDateTime": "2020"}, [("profile-type", "Patient.deceased")]),
        ({"deceasedBoolean": False}, []),
        ({"photo": [{"url": "http://x.test"}]}, [("profile-cardinality-max", "Patient.photo")]),
        ({"multipleBirthInteger": 4}, [("profile-range", "Patient.multipleBirth")]),
        ({"multipleBirthInteger": 3}, []),
        ({"generalPractitioner": [{"reference": "Practitioner/1"}]}, [("profile-target", "Patient.generalPractitioner[0]")]),
    ],
)
def test_what_a_profile_asks_by_its_differential_is_checked(validator_with, patient, more, expected):
    value = patient(**{"active": True, "identifier": [B], **more})
    assert told(validator_with(PATIENTS), {k: v for k, v in value.items() if v is not None}, X + "p") == expected


def test_a_profile_of_a_profile_asks_for_both(validator_with, patient):
    child = profile("q", "Patient", {"path": "Patient.gender", "min": 1}, base=X + "p")
    both = validator_with(PATIENTS, child)
    assert told(both, patient(active=True), X + "q") == [
        ("profile-cardinality", "Patient"),
        ("profile-cardinality", "Patient"),
        ("profile-cardinality", "Patient"),
    ]
    assert told(both, patient(active=True, gender="female", identifier=[B]), X + "q") == []


def test_one_that_derives_from_what_is_unknown_is_told(validator_with, patient):
    orphan = profile("o", "Patient", {"path": "Patient.gender", "min": 1}, base=X + "nowhere")
    issues = validator_with(orphan).validate(patient(active=True), profiles=[X + "o"])
    assert [i.rule for i in issues] == ["inv:dom-6", "profile-unusable"]


def sliced(discriminator: dict[str, str], *slices: dict[str, Any], rules: str = "open", ordered: bool = False) -> dict[str, Any]:
    """A profile of Observation that slices component."""
    head = {"path": "Observation.component", "slicing": {"discriminator": [discriminator], "rules": rules, "ordered": ordered}}
    return profile("s", "Observation", head, *slices)


def piece(name: str, tail: str = "", **more: Any) -> dict[str, Any]:
    identity = f"Observation.component:{name}{tail}"
    own = {} if tail else {"sliceName": name}
    return {"id": identity, "path": f"Observation.component{tail}", **own, **more}


def component(code: str, **more: Any) -> dict[str, Any]:
    return {"code": {"coding": [{"system": "urn:x", "code": code}]}, **more}


PATTERN = [
    piece("one", min=1),
    piece("one", ".code", patternCodeableConcept={"coding": [{"system": "urn:x", "code": "1"}]}),
    piece("one", ".interpretation", min=1),
]


def test_slices_are_told_apart_by_pattern(validator_with, observation):
    checked = validator_with(sliced({"type": "pattern", "path": "code"}, *PATTERN))
    good = component("1", interpretation=[{"text": "x"}])
    assert told(checked, observation(component=[component("2"), good]), X + "s") == []
    assert told(checked, observation(component=[component("1")]), X + "s") == [("profile-cardinality", "Observation.component[0]")]
    assert told(checked, observation(component=[component("2")]), X + "s") == [("profile-cardinality", "Observation")]


def test_slices_are_told_apart_by_a_part_of_a_pattern(validator_with, observation):
    checked = validator_with(sliced({"type": "value", "path": "code.coding.code"}, *PATTERN))
    assert told(checked, observation(component=[component("1")]), X + "s") == [("profile-cardinality", "Observation.component[0]")]


def test_slices_are_told_apart_by_existence(validator_with, observation):
    checked = validator_with(
        sliced(
            {"type": "exists", "path": "value"},
            piece("with", max="1"),
            piece("with", ".value[x]", min=1),
            piece("none", max="1"),
            piece("none", ".value[x]", max="0"),
        )
    )
    assert told(checked, observation(component=[component("1", valueString="x"), component("2")]), X + "s") == []
    assert told(checked, observation(component=[component("1"), component("2")]), X + "s") == [
        ("profile-cardinality-max", "Observation.component")
    ]


def test_slices_are_told_apart_by_type(validator_with, observation):
    choice = profile(
        "t",
        "Observation",
        {"path": "Observation.value[x]", "slicing": {"discriminator": [{"type": "type", "path": "$this"}], "rules": "open"}},
        {
            "id": "Observation.value[x]:valueQuantity",
            "path": "Observation.value[x]",
            "sliceName": "valueQuantity",
            "type": [{"code": "Quantity"}],
        },
        {"id": "Observation.value[x]:valueQuantity.code", "path": "Observation.value[x].code", "fixedCode": "cm"},
    )
    checked = validator_with(choice)
    assert told(checked, observation(valueString="x"), X + "t") == []
    assert told(checked, observation(valueQuantity={"value": 1, "system": UCUM, "code": "cm"}), X + "t") == []
    assert told(checked, observation(valueQuantity={"value": 1, "system": UCUM, "code": "m"}), X + "t") == [
        ("profile-fixed", "Observation.value.code")
    ]


def test_slices_are_told_apart_by_the_type_a_reference_resolves_to(validator_with, observation):
    target = profile(
        "r",
        "Observation",
        {"path": "Observation.performer", "slicing": {"discriminator": [{"type": "type", "path": "resolve()"}], "rules": "closed"}},
        {
            "id": "Observation.performer:o",
            "path": "Observation.performer",
            "sliceName": "o",
            "type": [{"code": "Reference", "targetProfile": [HL7 + "Organization"]}],
        },
    )
    checked = validator_with(target)
    organization = {"resourceType": "Organization", "id": "a", "name": "x"}
    practitioner = {"resourceType": "Practitioner", "id": "a", "active": True}
    assert told(checked, observation(contained=[organization], performer=[{"reference": "#a"}]), X + "r") == []
    assert told(checked, observation(contained=[practitioner], performer=[{"reference": "#a"}]), X + "r") == [
        ("profile-slice-closed", "Observation.performer[0]")
    ]


def test_the_order_of_slices_is_checked_where_it_matters(validator_with, observation):
    two = [piece("two"), piece("two", ".code", patternCodeableConcept={"coding": [{"code": "2"}]})]
    one = [piece("one"), piece("one", ".code", patternCodeableConcept={"coding": [{"code": "1"}]})]
    ordered = validator_with(sliced({"type": "pattern", "path": "code"}, *one, *two, ordered=True))
    assert told(ordered, observation(component=[component("1"), component("3"), component("2")]), X + "s") == []
    assert told(ordered, observation(component=[component("2"), component("1")]), X + "s") == [
        ("profile-slice-order", "Observation.component[1]")
    ]
    at_end = validator_with(sliced({"type": "pattern", "path": "code"}, *one, *two, rules="openAtEnd"))
    assert told(at_end, observation(component=[component("2"), component("1"), component("3")]), X + "s") == []
    assert told(at_end, observation(component=[component("3"), component("1")]), X + "s") == [
        ("profile-slice-order", "Observation.component[1]")
    ]


def test_an_extension_by_name_is_a_slice(validator_with, patient):
    slot = {
        "id": "Patient.extension:e",
        "path": "Patient.extension",
        "sliceName": "e",
        "min": 1,
        "type": [{"code": "Extension", "profile": [X + "e"]}],
    }
    head = {"path": "Patient.extension", "slicing": {"discriminator": [{"type": "value", "path": "url"}], "rules": "open"}}
    checked = validator_with(profile("x", "Patient", head, slot))
    assert told(checked, patient(active=True), X + "x") == [("profile-cardinality", "Patient")]
    assert told(checked, patient(extension=[{"url": X + "e", "valueString": "x"}]), X + "x") == []


def test_a_limit_in_another_unit_is_compared(validator_with, observation):
    limited = profile(
        "l", "Observation", {"path": "Observation.valueQuantity", "minValueQuantity": {"value": 1, "system": UCUM, "code": "kg"}}
    )
    checked = validator_with(limited)
    assert told(checked, observation(valueQuantity={"value": 1000, "system": UCUM, "code": "g"}), X + "l") == []
    assert told(checked, observation(valueQuantity={"value": 999, "system": UCUM, "code": "g"}), X + "l") == [
        ("profile-range", "Observation.value")
    ]


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("$this", []),
        ("code.coding", [("child", "code"), ("child", "coding")]),
        ("$this.resolve()", [("resolve", "")]),
        ("extension('http://x.test/a.b').value", [("extension", "http://x.test/a.b"), ("child", "value")]),
        ("value.ofType(Quantity).code", [("child", "value"), ("ofType", "Quantity"), ("child", "code")]),
        ("code.where(true)", None),
    ],
)
def test_the_path_of_a_discriminator_is_read(path, steps):
    found = parse_path(path)
    assert (None if found is None else [(s.kind, s.name) for s in found]) == steps


def test_the_words_of_a_profiles_rule_come_in_norwegian_where_it_has_them(validator_with, patient):
    def translation(language: str, words: str) -> dict[str, Any]:
        parts = [{"url": "lang", "valueCode": language}, {"url": "content", "valueString": words}]
        return {"url": HL7 + "translation", "extension": parts}

    human = {"extension": [translation("nn", "nynorsk"), translation("nb", "bokmål")]}
    rules = [
        {"key": "a-1", "severity": "error", "human": "english", "expression": "active.exists()", "_human": human},
        {"key": "a-2", "severity": "error", "human": "english", "expression": "active.exists()"},
    ]
    checked = validator_with(profile("n", "Patient", {"path": "Patient", "constraint": rules}))
    for language, expected in (("nb", ["a-1: bokmål", "a-2: english"]), ("en", ["a-1: english", "a-2: english"])):
        issues = checked.validate(patient(gender="female"), profiles=[X + "n"], language=language)
        assert [i.text for i in issues if i.rule.startswith("inv:a-")] == expected
