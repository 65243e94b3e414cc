"""capabilities over ``handle``: what is stated is what is there."""

from __future__ import annotations

import pytest

from hit_maternity.fhir.json import decode


@pytest.fixture
def statement(api):
    answer = api("GET", "metadata")
    assert (answer.status, answer.interaction) == (200, "capabilities")
    return answer.json


def test_says_what_and_where_it_is(statement):
    assert statement["fhirVersion"] == "4.0.1" and statement["kind"] == "instance"
    assert statement["implementation"]["url"] == "http://fhir.test/fhir"
    assert statement["software"]["name"] == "hit-maternity"
    assert "application/fhir+xml" in statement["format"] and "application/json-patch+json" in statement["patchFormat"]


def test_is_valid(api, validator):
    issues = validator.validate(decode(api("GET", "metadata").body), expected_type="CapabilityStatement")
    assert [i for i in issues if i.severity == "error"] == []


def test_every_resource_type_is_there_with_its_search_parameters(statement, definitions, search):
    resources = {r["type"]: r for r in statement["rest"][0]["resource"]}
    assert set(resources) == definitions.resource_types
    for name in ("Observation", "Patient", "EpisodeOfCare"):
        assert {p["name"] for p in resources[name]["searchParam"]} == set(search.parameters(name))
    assert "Observation:subject" in resources["Observation"]["searchInclude"]
    assert "Observation:patient" in resources["Patient"]["searchRevInclude"]


def test_every_stated_interaction_is_there(api, statement):
    stated = {i["code"] for i in statement["rest"][0]["resource"][0]["interaction"]} | {
        i["code"] for i in statement["rest"][0]["interaction"]
    }
    id = api.create({"resourceType": "Patient", "active": True})
    bundle = {"resourceType": "Bundle"}
    calls = {
        "read": ("GET", f"Patient/{id}", None),
        "vread": ("GET", f"Patient/{id}/_history/1", None),
        "history-instance": ("GET", f"Patient/{id}/_history", None),
        "history-type": ("GET", "Patient/_history", None),
        "history-system": ("GET", "_history", None),
        "search-type": ("GET", "Patient", None),
        "search-system": ("GET", f"?_id={id}", None),
        "create": ("POST", "Patient", {"resourceType": "Patient", "active": True}),
        "update": ("PUT", f"Patient/{id}", {"resourceType": "Patient", "id": id, "active": True}),
        "patch": ("PATCH", f"Patient/{id}", {"resourceType": "Parameters"}),
        "batch": ("POST", "", {**bundle, "type": "batch"}),
        "transaction": ("POST", "", {**bundle, "type": "transaction"}),
        "delete": ("DELETE", f"Patient/{id}", None),
    }
    assert set(calls) == stated
    for code, (method, url, body) in calls.items():
        answer = api(method, url, body)
        assert answer.interaction == code
        assert answer.status not in (404, 405, 500), code


def test_every_stated_operation_is_there(api, statement):
    patient = next(r for r in statement["rest"][0]["resource"] if r["type"] == "Patient")
    id = api.create({"resourceType": "Patient", "active": True})
    assert {o["name"] for o in patient["operation"]} == {"validate", "meta", "meta-add", "meta-delete", "everything"}
    for operation in patient["operation"]:
        assert api("POST", f"Patient/{id}/${operation['name']}").status != 404
        assert operation["definition"].startswith("http")


def test_summary_gives_a_part(api):
    part = api("GET", "metadata?_summary=true").json
    assert part["fhirVersion"] == "4.0.1" and part["meta"]["tag"][0]["code"] == "SUBSETTED"


def test_xml_is_given(api):
    assert b"<CapabilityStatement" in api("GET", "metadata", accept="application/fhir+xml").body


@pytest.mark.parametrize(("mode", "status"), [("full", 200), ("normative", 200), ("terminology", 200), ("half", 400)])
def test_modes(api, mode, status):
    assert api("GET", f"metadata?mode={mode}").status == status


def test_the_terminology_capabilities_are_valid_and_list_what_is_loaded(api, validator):
    answer = api("GET", "metadata?mode=terminology")
    stated = answer.json
    assert (stated["resourceType"], stated["kind"], stated["implementation"]["url"]) == (
        "TerminologyCapabilities",
        "instance",
        "http://fhir.test/fhir",
    )
    assert [i for i in validator.validate(decode(answer.body)) if i.severity == "error"] == []
    systems = {s["uri"]: s for s in stated["codeSystem"]}
    assert systems["http://hl7.org/fhir/administrative-gender"]["version"] == [{"code": "4.0.1", "isDefault": True}]
    assert "http://unitsofmeasure.org" in systems
    assert "http://snomed.info/sct" not in systems  # known by its name, with nothing in it
    assert {p["name"] for p in stated["expansion"]["parameter"]} >= {"filter", "count", "offset", "displayLanguage"}


def test_every_system_of_the_terminology_capabilities_can_be_used(api):
    for system in api("GET", "metadata?mode=terminology").json["codeSystem"][::40]:
        answer = api("GET", f"CodeSystem/$validate-code?url={system['uri']}&code=no-such-code-here")
        assert answer.status == 200, system


def test_the_terminology_operations_are_stated_where_they_are(statement):
    stated = {r["type"]: {o["name"] for o in r["operation"]} for r in statement["rest"][0]["resource"]}
    assert stated["ValueSet"] >= {"expand", "validate-code"}
    assert stated["CodeSystem"] >= {"lookup", "subsumes", "validate-code"}
    assert "translate" in stated["ConceptMap"] and "lookup" not in stated["ValueSet"]
