from __future__ import annotations

import pytest


def attachment(**more):
    return {"resourceType": "DocumentReference", "status": "current", "content": [{"attachment": {"contentType": "text/plain", **more}}]}


@pytest.mark.parametrize(("data", "size"), [("SGVp", 3), ("SGU=", 2), ("SA==", 1), ("SGVp\nSGVp", 6)])
def test_the_size_of_an_attachment_is_that_of_its_data(errors, data, size):
    assert errors(attachment(data=data, size=size)) == []
    assert errors(attachment(data=data, size=size + 1)) == [("attachment-size", "DocumentReference.content[0].attachment.size")]


def test_the_size_of_an_attachment_elsewhere_is_not_known(errors):
    assert errors(attachment(url="http://x.test/a", size=5)) == []


def test_an_identifiers_system_is_absolute(errors, patient):
    assert errors(patient(identifier=[{"system": "urn:oid:1.2", "value": "1"}])) == []
    assert errors(patient(identifier=[{"system": "fnr", "value": "1"}])) == [("identifier-system-absolute", "Patient.identifier[0].system")]


def test_an_identifier_that_is_a_uri_should_be_one(errors, warnings, patient):
    value = patient(identifier=[{"system": "urn:ietf:rfc:3986", "value": "1.2.3"}])
    assert errors(value) == []
    assert warnings(value) == [("identifier-value-uri", "Patient.identifier[0].value")]
    assert warnings(patient(identifier=[{"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3"}])) == []


def test_a_unit_that_ucum_does_not_have_is_a_warning(errors, warnings, observation):
    def quantity(code):
        return observation(valueQuantity={"value": 1, "system": "http://unitsofmeasure.org", "code": code})

    assert warnings(quantity("mm[Hg]")) == []
    assert errors(quantity("mmHg!")) == []
    assert warnings(quantity("mmHg!")) == [("coding-code-unknown", "Observation.value.code")]


def test_a_canonical_should_be_absolute(errors, warnings):
    response = {"resourceType": "QuestionnaireResponse", "status": "completed", "questionnaire": "Questionnaire/1"}
    assert errors(response) == []
    assert warnings(response) == [("canonical-absolute", "QuestionnaireResponse.questionnaire")]
