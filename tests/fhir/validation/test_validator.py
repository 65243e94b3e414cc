from __future__ import annotations

import json as stdlib
import threading
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hit_maternity.fhir import json
from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.outcome import FhirError, Issue
from hit_maternity.fhir.terminology import LoadedTerminology
from hit_maternity.fhir.validation import Validator


def noted(issues: list[Issue]) -> list[tuple[str, str | None]]:
    """What is told, but for code systems and questionnaires that aren't loaded."""
    return [(i.rule, i.expression) for i in issues if not i.rule.startswith(("code-system-", "answer-questionnaire-"))]


def test_every_instance_is_valid(validator, instances):
    found = {name: noted(validator.validate(r)) for name, r in instances.items()}
    assert found == {name: [] for name in instances}


def test_a_valid_resource_gives_back_its_warnings_only(validator):
    issues = validator.check({"resourceType": "Patient", "active": True}, "Patient")
    assert [(i.rule, i.severity) for i in issues] == [("inv:dom-6", "warning")]


def test_an_invalid_resource_is_refused_with_all_its_issues(validator):
    with pytest.raises(FhirError) as refusal:
        validator.check({"resourceType": "Patient", "gender": "f", "birthDate": "1994-02-30", "colour": 1}, "Patient")
    assert refusal.value.status == 422
    rules = [i.rule for i in refusal.value.issues]
    assert rules == ["binding-required", "primitive-date", "structure-unknown-element", "inv:dom-6"]


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (None, "structure-not-object"),
        ([], "structure-not-object"),
        ("Patient", "structure-not-object"),
        (1, "structure-not-object"),
        ({}, "structure-resource-type-missing"),
        ({"resourceType": 1}, "structure-resource-type-missing"),
        ({"resourceType": ["Patient"]}, "structure-resource-type-missing"),
        ({"resourceType": "Pasient"}, "structure-resource-type-unknown"),
        ({"resourceType": "Resource"}, "structure-resource-type-unknown"),
        ({"resourceType": "HumanName"}, "structure-resource-type-unknown"),
        ({"resourceType": "Observation", "status": "final", "code": {"text": "x"}}, "structure-resource-type-expected"),
    ],
)
def test_what_is_no_fhir_resource_of_the_type_is_400(validator, value, rule):
    with pytest.raises(FhirError) as refusal:
        validator.check(value, "Patient")
    assert refusal.value.status == 400
    assert refusal.value.issues[0].rule == rule


def test_an_unknown_type_inside_a_resource_is_422(validator):
    with pytest.raises(FhirError) as refusal:
        validator.check({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": {"resourceType": "Pasient"}}]})
    assert refusal.value.status == 422


def test_an_unknown_type_is_told_with_the_nearest_one(validator):
    [issue] = validator.validate({"resourceType": "Pateint"})
    assert "Did you mean Patient?" in issue.text


def test_words_come_in_norwegian_too(validator):
    [issue, *_] = validator.validate({"resourceType": "Patient", "birthDate": "1994-02-30"}, language="nb")
    assert issue.text.startswith("birthDate er ikke en gyldig date")


def test_nesting_beyond_the_limit_is_a_fault_not_a_crash(validator):
    item: dict[str, Any] = {"linkId": "x"}
    for _ in range(3000):
        item = {"linkId": "x", "item": [item]}
    rules = {i.rule for i in validator.validate({"resourceType": "QuestionnaireResponse", "status": "completed", "item": [item]})}
    assert "structure-too-deep" in rules


def test_deep_extensions_containers_and_bundles_are_a_fault_not_a_crash(validator):
    extension: dict[str, Any] = {"url": "http://x.test/e", "valueString": "x"}
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "collection"}
    for _ in range(500):
        extension = {"url": "http://x.test/e", "extension": [extension]}
        bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": bundle}]}
    for value in ({"resourceType": "Patient", "extension": [extension]}, bundle):
        assert "structure-too-deep" in {i.rule for i in validator.validate(value)}


def test_deep_values_that_an_invariant_compares_are_a_fault_not_a_crash(validator):
    extension: dict[str, Any] = {"url": "http://x.test/e", "valueString": "x"}
    for _ in range(2000):
        extension = {"url": "http://x.test/e", "extension": [extension]}
    concept = {"coding": [{"code": "x", "extension": [extension]}]}
    value = {"resourceType": "Observation", "status": "final", "code": concept, "valueString": "x", "component": [{"code": concept}]}
    assert "structure-too-deep" in {i.rule for i in validator.validate(value)}


def test_faults_are_told_up_to_a_limit(validator):
    issues = validator.validate({"resourceType": "Patient", "name": [{}] * 5000})
    assert len(issues) == 1001
    assert issues[-1].rule == "structure-too-many-faults"


def test_no_text_tells_a_value_of_a_person(validator):
    secret = "Hemmelig 01816912345"
    broken = {
        "resourceType": "Patient",
        "identifier": [{"use": secret[:8] + "\n", "system": secret, "value": {"x": secret}}],
        "name": [{"family": [secret], "given": secret, "text": "\x01" + secret}],
        "birthDate": secret,
        "telecom": [{"system": "phone", "value": 5, "rank": secret}],
        "managingOrganization": {"reference": secret},
        "text": {"status": "generated", "div": f"<div>{secret}<b></div>"},
        "contact": [{"gender": "female"}],
    }
    issues = validator.validate(broken)
    assert len(issues) >= 9
    assert not [i.text for i in issues if "01816912345" in i.text or "01816912345" in str(i.expression)]


_scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.text(max_size=8),
    st.sampled_from(["final", "female", "1994", "Patient/1", "#a", "#", "http://x.test/a", "urn:uuid:1", "Patient", "\ud800", "\x00"]),
    st.sampled_from([b"1.10", b"1e9999999", b"-0", b"1E-400"]).map(json.LosslessFloat),
)
_keys = st.sampled_from(
    [
        "resourceType",
        "id",
        "meta",
        "text",
        "div",
        "status",
        "code",
        "coding",
        "system",
        "value",
        "valueQuantity",
        "valueString",
        "_valueString",
        "subject",
        "reference",
        "contained",
        "entry",
        "resource",
        "fullUrl",
        "extension",
        "modifierExtension",
        "url",
        "component",
        "type",
        "identifier",
        "name",
        "given",
        "_given",
        "family",
        "item",
        "answer",
        "part",
        "parameter",
        "section",
        "repeat",
        "dosage",
        "timing",
        "period",
        "start",
        "end",
        "profile",
        "content",
        "attachment",
        "birthDate",
        "_birthDate",
        "xyz",
        "link",
        "request",
        "response",
        "search",
    ]
)
_json = st.recursive(
    _scalars, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_keys, inner, max_size=6)), max_leaves=25
)
_types = st.sampled_from(
    [
        "Patient",
        "Observation",
        "Bundle",
        "Parameters",
        "Composition",
        "Questionnaire",
        "QuestionnaireResponse",
        "StructureDefinition",
        "Timing",
        "Appointment",
    ]
)


@given(value=st.one_of(_json, st.tuples(_types, st.dictionaries(_keys, _json, max_size=10)).map(lambda p: {**p[1], "resourceType": p[0]})))
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_no_json_value_makes_it_raise(validator, value):
    issues = validator.validate(value, profiles=["http://hl7.org/fhir/StructureDefinition/bp", "http://x.test/unknown"])
    assert all(isinstance(i, Issue) and i.text and i.severity in ("error", "warning", "information") for i in issues)


@given(data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_no_broken_part_of_a_real_resource_makes_it_raise(validator, instances, data):
    resource = stdlib.loads(stdlib.dumps(data.draw(st.sampled_from(sorted(instances)).map(instances.__getitem__))))
    place: Any = resource
    for _ in range(data.draw(st.integers(0, 5))):
        if not isinstance(place, dict | list) or not place:
            break
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else list(range(len(place)))))
        if data.draw(st.booleans()) or not isinstance(place[key], dict | list):
            place[key] = data.draw(_json)
            break
        place = place[key]
    validator.validate(resource, profiles=["http://hl7.org/fhir/StructureDefinition/vitalsigns"])


def test_threads_may_share_one_that_has_compiled_nothing_yet(instances):
    fresh = Validator(Definitions.r4(), LoadedTerminology(Definitions.r4()))
    found: list[list[Issue]] = []

    def work() -> None:
        for resource in instances.values():
            found.append(fresh.validate(resource))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6 * len(instances)
    assert not any(map(noted, found))
