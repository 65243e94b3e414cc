from __future__ import annotations

from typing import Any

import pytest

HL7 = "http://hl7.org/fhir/StructureDefinition/"
X = "http://x.test/StructureDefinition/"


def sliced(path: str, discriminators: list[dict[str, str]], *pieces: dict[str, Any], rules: str = "closed") -> list[dict[str, Any]]:
    """The elements of a differential that slices ``path``; a piece's ``at`` is what follows the path in its id."""
    head = {"path": path, "slicing": {"discriminator": discriminators, "rules": rules}}
    made = []
    for piece in pieces:
        at = piece.pop("at")
        tail = ".".join(token.partition(":")[0] for token in at.split(".")[1:])
        name = at.rpartition(".")[2].partition(":")[2]
        made.append(
            {
                "id": f"{path}:{at}",
                "path": f"{path}.{tail}" if tail else path,
                **({"sliceName": name or at} if name or not tail else {}),
                **piece,
            }
        )
    return [head, *made]


def by(kind: str, path: str) -> list[dict[str, str]]:
    return [{"type": kind, "path": path}]


def coded(*codes: str) -> dict[str, Any]:
    return {"code": {"coding": [{"system": "urn:x", "code": code} for code in codes]}}


def test_a_nested_slice_that_may_be_absent_is_not_needed_to_tell(validator_with, profile, observation, told):
    coding = {"at": "one.code.coding", "slicing": {"discriminator": by("value", "code"), "rules": "open"}}
    must = {"at": "one.code.coding:must", "min": 1}
    may = {"at": "one.code.coding:may", "min": 0}
    elements = sliced(
        "Observation.component",
        by("value", "code.coding.code"),
        {"at": "one", "min": 1, "max": "1"},
        coding,
        must,
        {"at": "one.code.coding:must.code", "min": 1, "fixedCode": "1"},
        may,
        {"at": "one.code.coding:may.code", "min": 1, "fixedCode": "2"},
    )
    checked = validator_with(profile("s", "Observation", *elements))
    assert told(checked, observation(component=[coded("1")]), X + "s") == []
    assert told(checked, observation(component=[coded("1", "2")]), X + "s") == []
    assert ("profile-slice-closed", "Observation.component[0]") in told(checked, observation(component=[coded("2")]), X + "s")


TARGET = {"code": "Reference", "targetProfile": [X + "named"]}


@pytest.fixture
def performers(validator_with, profile) -> Any:
    """Observation.performer sliced by the profile of what it leads to: Practitioners with a name, and others are not allowed."""
    named = profile("named", "Practitioner", {"path": "Practitioner.name", "min": 1})
    elements = sliced("Observation.performer", by("profile", "resolve()"), {"at": "n", "type": [TARGET]})
    return validator_with(named, profile("s", "Observation", *elements))


def practitioner(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Practitioner", "id": "a", "active": True, **more}


def test_slices_are_told_apart_by_the_profile_of_what_a_reference_leads_to(performers, observation, told):
    to = [{"reference": "#a"}]
    assert told(performers, observation(contained=[practitioner(name=[{"text": "x"}])], performer=to), X + "s") == []
    assert told(performers, observation(contained=[practitioner()], performer=to), X + "s") == [
        ("profile-slice-closed", "Observation.performer[0]")
    ]


def test_a_reference_that_cant_be_followed_tells_its_type_by_its_text(performers, observation, told):
    assert told(performers, observation(performer=[{"reference": "Practitioner/1"}]), X + "s") == []
    assert told(performers, observation(performer=[{"reference": "http://x.test/fhir/Practitioner/1"}]), X + "s") == []
    assert told(performers, observation(performer=[{"display": "x", "type": "Practitioner"}]), X + "s") == []
    closed = [("profile-slice-closed", "Observation.performer[0]")]
    assert told(performers, observation(performer=[{"reference": "Organization/1"}]), X + "s") == closed
    assert told(performers, observation(performer=[{"display": "x"}]), X + "s") == closed


def test_what_a_reference_leads_to_may_be_fetched(performers, observation, told):
    stored = {"Practitioner/1": practitioner(name=[{"text": "x"}]), "Practitioner/2": practitioner()}
    for reference, expected in (("Practitioner/1", []), ("Practitioner/2", [("profile-slice-closed", "Observation.performer[0]")])):
        value = observation(performer=[{"reference": reference}])
        assert told(performers, value, X + "s", resolve=stored.get) == expected


def test_the_entries_of_a_bundle_are_told_apart_by_type_and_by_what_their_profiles_say(validator_with, profile, told):
    height = profile("height", "Observation", {"path": "Observation.code", "patternCodeableConcept": coded("1")["code"]})
    elements = sliced(
        "Bundle.entry",
        by("value", "resource.code"),
        {"at": "h", "min": 1},
        {"at": "h.resource", "min": 1, "type": [{"code": "Observation", "profile": [X + "height"]}]},
    )
    checked = validator_with(height, profile("b", "Bundle", *elements))

    def bundle(code: str) -> dict[str, Any]:
        resource = {"resourceType": "Observation", "status": "final", **coded(code)}
        return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": resource}]}

    assert told(checked, bundle("1"), X + "b") == []
    assert told(checked, bundle("2"), X + "b") == [("profile-slice-closed", "Bundle.entry[0]"), ("profile-cardinality", "Bundle")]


def test_an_extension_tells_by_what_its_own_definition_fixes(validator_with, profile, patient, told):
    kind = profile("kind", "Extension", {"path": "Extension.url", "fixedUri": X + "kind"}, {"path": "Extension.value[x]", "fixedCode": "a"})
    elements = sliced(
        "Patient.name",
        by("value", f"extension('{X}kind').value"),
        {"at": "a", "min": 1},
        {"at": "a.extension", "slicing": {"discriminator": by("value", "url"), "rules": "open"}},
        {"at": "a.extension:kind", "min": 1, "type": [{"code": "Extension", "profile": [X + "kind"]}]},
    )
    checked = validator_with(kind, profile("p", "Patient", *elements))
    name = {"text": "x", "extension": [{"url": X + "kind", "valueCode": "a"}]}
    assert told(checked, patient(name=[name]), X + "p") == []
    assert ("profile-slice-closed", "Patient.name[0]") in told(checked, patient(name=[{"text": "x"}]), X + "p")


def test_slices_without_discriminator_hold_what_meets_all_of_them(validator_with, profile, patient, told):
    elements = sliced("Patient.identifier", [], {"at": "a", "max": "1"}, {"at": "a.system", "min": 1, "fixedUri": "urn:a"})
    checked = validator_with(profile("p", "Patient", *elements))
    a = {"system": "urn:a", "value": "1"}
    assert told(checked, patient(identifier=[a]), X + "p") == []
    assert told(checked, patient(identifier=[a, a]), X + "p") == [("profile-cardinality-max", "Patient.identifier")]
    assert told(checked, patient(identifier=[{"value": "1"}]), X + "p") == [("profile-slice-closed", "Patient.identifier[0]")]


def test_a_slice_may_be_sliced_again(validator_with, profile, patient, told):
    elements = sliced(
        "Patient.identifier",
        by("value", "system"),
        {"at": "a"},
        {"at": "a.system", "min": 1, "fixedUri": "urn:a"},
        {"at": "a/home", "max": "1"},
        {"at": "a/home.use", "min": 1, "fixedCode": "usual"},
        rules="open",
    )
    elements[1]["slicing"] = {"discriminator": by("value", "use"), "rules": "open"}
    elements[3] |= {"path": "Patient.identifier", "sliceName": "a/home"}
    checked = validator_with(profile("p", "Patient", *elements))
    home, other = {"system": "urn:a", "use": "usual"}, {"system": "urn:a", "use": "temp"}
    assert told(checked, patient(identifier=[home, other, other]), X + "p") == []
    assert told(checked, patient(identifier=[home, home]), X + "p") == [("profile-cardinality-max", "Patient.identifier")]
    assert told(checked, patient(identifier=[{"system": "urn:b", "use": "usual"}] * 2), X + "p") == []


def test_a_choice_may_be_sliced_by_name_alone(validator_with, profile, observation, told):
    head = {"id": "Observation.value[x]:valueQuantity", "path": "Observation.value[x]", "sliceName": "valueQuantity", "min": 1}
    checked = validator_with(profile("p", "Observation", head))
    assert told(checked, observation(valueQuantity={"value": 1}), X + "p") == []
    assert told(checked, observation(valueString="x"), X + "p") == [("profile-cardinality", "Observation")]


def test_what_repeats_the_content_of_another_element_is_held_to_the_same(validator_with, profile, told):
    checked = validator_with(
        profile(
            "q",
            "Questionnaire",
            {"path": "Questionnaire.item"},
            {"path": "Questionnaire.item.text", "min": 1},
            {"path": "Questionnaire.item.item", "contentReference": "#Questionnaire.item"},
        )
    )

    def asked(depth: int, **last: Any) -> dict[str, Any]:
        item = {"linkId": "z", "type": "string", **last}
        for n in range(depth):
            item = {"linkId": str(n), "type": "group", "text": "x", "item": [item]}
        return {"resourceType": "Questionnaire", "status": "draft", "item": [item]}

    for depth in range(4):
        assert told(checked, asked(depth, text="x"), X + "q") == []
        place = "Questionnaire" + ".item[0]" * (depth + 1)
        assert told(checked, asked(depth), X + "q") == [("profile-cardinality", place)]
