from __future__ import annotations

ORGANIZATION = {"resourceType": "Organization", "id": "o", "name": "x"}


def test_a_contained_resource_that_is_referred_to_is_fine(errors, patient):
    assert errors(patient(contained=[ORGANIZATION], managingOrganization={"reference": "#o"})) == []


def test_one_that_nothing_refers_to_breaks_dom_3(errors, patient):
    assert errors(patient(contained=[ORGANIZATION], active=True)) == [("inv:dom-3", "Patient.contained[0]")]


def test_one_that_another_contained_one_refers_to_is_fine(errors, patient):
    other = {"resourceType": "Organization", "id": "p", "name": "y", "partOf": {"reference": "#o"}}
    assert errors(patient(contained=[ORGANIZATION, other], managingOrganization={"reference": "#p"})) == []


def test_one_that_refers_to_its_container_is_fine(errors, patient):
    related = {"resourceType": "RelatedPerson", "id": "r", "patient": {"reference": "#"}}
    assert errors(patient(contained=[related])) == []


def test_a_canonical_may_refer_to_it(errors):
    questionnaire = {"resourceType": "Questionnaire", "id": "q", "status": "draft"}
    response = {"resourceType": "QuestionnaireResponse", "contained": [questionnaire], "status": "completed", "questionnaire": "#q"}
    assert errors(response) == []
    assert errors({**response, "questionnaire": "#r"}) == [
        ("reference-contained-missing", "QuestionnaireResponse.questionnaire"),
        ("inv:dom-3", "QuestionnaireResponse.contained[0]"),
    ]


def test_it_has_an_id_of_its_own(errors, patient):
    nameless = {"resourceType": "Organization", "name": "x"}
    assert errors(patient(contained=[nameless], active=True)) == [("contained-id", "Patient.contained[0]")]
    assert errors(patient(contained=[ORGANIZATION, ORGANIZATION], managingOrganization={"reference": "#o"})) == [
        ("contained-id-duplicate", "Patient.contained[1]")
    ]


def test_it_contains_nothing_itself(errors, patient):
    nested = {**ORGANIZATION, "contained": [{"resourceType": "Patient", "id": "x", "active": True}]}
    assert ("inv:dom-2", "Patient.contained[0].contained") in errors(patient(contained=[nested], managingOrganization={"reference": "#o"}))


def test_it_has_no_version_and_no_security_labels(errors, patient):
    labelled = {**ORGANIZATION, "meta": {"versionId": "1", "security": [{"system": "urn:x", "code": "y"}]}}
    assert errors(patient(contained=[labelled], managingOrganization={"reference": "#o"})) == [
        ("inv:dom-4", "Patient.contained[0].meta"),
        ("inv:dom-5", "Patient.contained[0].meta.security"),
    ]


def test_entries_of_a_bundle_do_not_see_each_others_contained_resources(errors, patient):
    first = patient(contained=[ORGANIZATION], managingOrganization={"reference": "#o"})
    second = patient(managingOrganization={"reference": "#o"})
    assert errors({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": first}, {"resource": second}]}) == [
        ("reference-contained-missing", "Bundle.entry[1].resource.managingOrganization")
    ]
