from __future__ import annotations

from typing import Any

import pytest

HL7 = "http://hl7.org/fhir/StructureDefinition/"
X = "http://x.test/StructureDefinition/"


@pytest.fixture
def defined(profile) -> Any:
    """An extension with a string value, for these (type, expression) contexts."""

    def make(*contexts: tuple[str, str], **more: Any) -> dict[str, Any]:
        fixed = {"path": "Extension.url", "fixedUri": X + "e"}
        value = {"path": "Extension.value[x]", "type": [{"code": "string"}]}
        listed = [{"type": kind, "expression": expression} for kind, expression in contexts]
        return profile("e", "Extension", fixed, value, kind="complex-type", context=listed, **more)

    return make


E = {"url": X + "e", "valueString": "x"}


@pytest.mark.parametrize(
    ("context", "allowed"),
    [
        (("element", "Patient.name"), True),
        (("element", "HumanName"), True),
        (("element", "Element"), True),
        (("element", "Patient.contact.name"), False),
        (("fhirpath", "Patient.name.where(use = 'official')"), True),
        (("fhirpath", "Patient.name.where(use = 'old')"), False),
        (("extension", X + "other"), False),
    ],
)
def test_an_extension_stands_where_its_definition_lets_it(validator_with, defined, patient, told, context, allowed):
    value = patient(name=[{"use": "official", "text": "x", "extension": [E]}])
    expected = [] if allowed else [("extension-context", "Patient.name[0].extension[0]")]
    assert told(validator_with(defined(context)), value) == expected


def test_one_context_of_several_is_enough(validator_with, defined, patient, told):
    several = validator_with(defined(("element", "Address"), ("fhirpath", "Patient.name.first()")))
    assert told(several, patient(name=[{"text": "x", "extension": [E]}])) == []
    second = patient(name=[{"text": "x"}, {"text": "y", "extension": [E]}])
    assert told(several, second) == [("extension-context", "Patient.name[1].extension[0]")]


def test_a_fhirpath_context_may_select_a_primitive(validator_with, defined, patient, told):
    value = patient(birthDate="1994-02-03", _birthDate={"extension": [E]})
    assert told(validator_with(defined(("fhirpath", "Patient.birthDate"))), value) == []
    assert told(validator_with(defined(("fhirpath", "Patient.gender"))), value) == [("extension-context", "Patient.birthDate.extension[0]")]


def test_an_extension_may_be_meant_for_another_one(validator_with, defined, patient, told):
    outer = {"url": "http://x.test/outer", "extension": [{"url": "inner", "valueString": "x", "extension": [E]}]}
    value = patient(extension=[outer])
    for expression, expected in (
        ("http://x.test/outer#inner", []),
        ("http://x.test/outer", [("extension-context", "Patient.extension[0].extension[0].extension[0]")]),
    ):
        # ext-1 doesn't let an extension have both, so its part is broken by that alone
        found = [t for t in told(validator_with(defined(("extension", expression))), value) if t[0] != "inv:ext-1"]
        assert found == expected


def test_the_rules_of_the_context_hold(validator_with, defined, patient, told):
    ruled = validator_with(defined(("element", "HumanName"), contextInvariant=["use = 'official' and %extension.value = 'x'"]))
    assert told(ruled, patient(name=[{"use": "official", "text": "x", "extension": [E]}])) == []
    broken = [("extension-context-invariant", "Patient.name[0].extension[0]")]
    assert told(ruled, patient(name=[{"use": "old", "text": "x", "extension": [E]}])) == broken
    other = {**E, "valueString": "y"}
    assert told(ruled, patient(name=[{"use": "official", "text": "x", "extension": [other]}])) == broken


def test_the_rules_of_hl7s_own_extensions_hold(errors):
    def asked(**more: Any) -> dict[str, Any]:
        unit = {"url": HL7 + "questionnaire-unit", "valueCoding": {"system": "http://unitsofmeasure.org", "code": "kg"}}
        return {"resourceType": "Questionnaire", "status": "draft", "item": [{"linkId": "1", "text": "x", "extension": [unit], **more}]}

    assert errors(asked(type="decimal")) == []
    assert errors(asked(type="string")) == [("extension-context-invariant", "Questionnaire.item[0].extension[0]")]


def test_what_r4s_own_definitions_use_may_stand_where_they_have_it(validator, definitions):
    structure = definitions.find("StructureDefinition", HL7 + "base64Binary")
    assert not [i for i in validator.validate(structure) if i.rule.startswith("extension-context")]
