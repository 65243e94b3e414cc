from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hit_maternity.fhir import json
from hit_maternity.fhir.definitions import Constraint, Definitions
from hit_maternity.fhir.fhirpath import Context, compile_expression
from hit_maternity.fhir.validation.errata import ERRATA
from hit_maternity.fhir.validation.invariants import ELSEWHERE, Invariants
from hit_maternity.fhir.validation.native import NATIVE


def everywhere(definitions: Definitions) -> list[tuple[str, Constraint]]:
    """(type, invariant), each once: those of the types and those of the elements."""
    invariants = Invariants(definitions)
    found: dict[tuple[str, Constraint], None] = {}
    todo = sorted(definitions.resource_types | definitions.data_types)
    seen: set[str] = set()
    while todo:
        name = todo.pop()
        info = definitions.type(name)
        if info is None or name in seen:
            continue
        seen.add(name)
        found.update({(name, c): None for c in invariants._own(info)})
        for element in info.elements.values():
            found.update({(element.type, c): None for c in element.constraints})
            todo.append(element.type)
    return list(found)


def test_every_invariant_of_r4_compiles(definitions):
    count = 0
    for name, constraint in everywhere(definitions):
        erratum = ERRATA.get(constraint.expression)
        if constraint.key in ELSEWHERE or (erratum and name in erratum.not_on):
            continue
        text = erratum.expression if erratum else constraint.expression
        compile_expression(text, name, definitions)  # raises where it can't be compiled
        count += 1
    assert count > 300


def test_every_erratum_is_of_an_invariant_there_is_and_says_why(definitions):
    published = {c.expression for _, c in everywhere(definitions)}
    extensions = (definitions.find("StructureDefinition", e["url"]) for e in definitions.entries("StructureDefinition"))
    published |= {text for e in extensions for text in e.get("contextInvariant", ())}
    assert set(ERRATA) <= published
    assert all(e.reason and (e.expression != text or e.not_on) for text, e in ERRATA.items())


def test_every_native_invariant_is_one_of_r4(definitions):
    texts = {c.expression for _, c in everywhere(definitions)} | {e.expression for e in ERRATA.values()}
    vital_signs = definitions.find("StructureDefinition", "http://hl7.org/fhir/StructureDefinition/vitalsigns")
    texts |= {c["expression"] for e in vital_signs["snapshot"]["element"] for c in e.get("constraint", ())}
    assert set(NATIVE) <= texts


_CODING = st.fixed_dictionaries({}, optional={"system": st.sampled_from(["urn:a", "urn:b"]), "code": st.sampled_from("ab")}).filter(bool)
_CONCEPT = st.one_of(st.fixed_dictionaries({"coding": st.lists(_CODING, min_size=1, max_size=2)}), st.just({"text": "x"}))
_QUANTITY = st.fixed_dictionaries(
    {"value": st.sampled_from([1, 2, json.LosslessFloat(b"1.0")])}, optional={"code": st.just("g"), "system": st.just("urn:u")}
)
_EXTENSION = st.fixed_dictionaries(
    {"url": st.just("http://x.test/e")},
    optional={"valueString": st.just("x"), "_valueString": st.just({"id": "a"}), "extension": st.just([{"url": "a", "valueCode": "b"}])},
)
_TIME = st.sampled_from(["2020", "2020-01", "2020-01-02", "2020-01-02T10:00:00Z", "2020-01-02T12:00:00+02:00", "2021"])
_ELEMENTS = st.lists(
    st.fixed_dictionaries(
        {}, optional={"path": st.sampled_from(["Patient", "Patient.name", "Patient.name.given", "Patients", "Observation.code"])}
    ),
    max_size=3,
)
_STRUCTURE = st.fixed_dictionaries(
    {"resourceType": st.just("StructureDefinition")},
    optional={
        "kind": st.sampled_from(["logical", "resource"]),
        "type": st.sampled_from(["Patient", "Observation"]),
        "snapshot": st.fixed_dictionaries({"id": st.just("a")}, optional={"element": _ELEMENTS}),
        "differential": st.fixed_dictionaries({"id": st.just("a")}, optional={"element": _ELEMENTS}),
    },
)
_ENTRY = st.fixed_dictionaries(
    {"id": st.just("a")},
    optional={
        "fullUrl": st.sampled_from(["urn:uuid:1", "urn:uuid:2"]),
        "_fullUrl": st.just({"id": "b"}),
        "resource": st.sampled_from(
            [
                {"resourceType": "Patient"},
                {"resourceType": "Patient", "meta": {"versionId": "1"}},
                {"resourceType": "Patient", "meta": {"id": "m"}},
            ]
        ),
        "request": st.just({"method": "GET", "url": "Patient"}),
        "response": st.just({"status": "200"}),
        "search": st.just({"mode": "match"}),
    },
)
_VALUES = {
    "Bundle": st.fixed_dictionaries(
        {"resourceType": st.just("Bundle")},
        optional={
            "type": st.sampled_from(["batch", "transaction", "history", "searchset", "transaction-response", "collection"]),
            "entry": st.lists(_ENTRY, min_size=1, max_size=3),
        },
    ),
    "Bundle.entry": _ENTRY,
    "Extension": _EXTENSION,
    "Quantity": _QUANTITY,
    "Observation": st.fixed_dictionaries(
        {"resourceType": st.just("Observation"), "code": _CONCEPT},
        optional={
            "valueString": st.just("x"),
            "_valueInteger": st.just({"id": "a"}),
            "dataAbsentReason": _CONCEPT,
            "text": st.sampled_from([{"div": "x"}, {"status": "empty"}]),
            "component": st.lists(
                st.fixed_dictionaries({"code": _CONCEPT}, optional={"valueString": st.just("x")}), min_size=1, max_size=2
            ),
        },
    ),
    "Observation.referenceRange": st.fixed_dictionaries(
        {"id": st.just("a")}, optional={"low": _QUANTITY, "high": _QUANTITY, "text": st.just("x"), "_text": st.just({"id": "a"})}
    ),
    "Patient.contact": st.fixed_dictionaries(
        {"id": st.just("a")},
        optional={
            "name": st.just({"text": "x"}),
            "telecom": st.just([{"rank": 1}]),
            "address": st.just({"city": "x"}),
            "organization": st.just({"display": "x"}),
            "gender": st.just("female"),
        },
    ),
    "ContactPoint": st.fixed_dictionaries(
        {"rank": st.just(1)},
        optional={"value": st.just("x"), "system": st.just("phone"), "_system": st.just({"id": "a"}), "_value": st.just({"id": "a"})},
    ),
    "Period": st.fixed_dictionaries({"id": st.just("a")}, optional={"start": _TIME, "end": _TIME, "_start": st.just({"id": "a"})}),
}


@given(data=st.data())
@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_the_native_invariants_equal_their_fhirpath(definitions, data):
    name = data.draw(st.sampled_from(sorted(_VALUES)))
    value = data.draw(_VALUES[name])
    context = Context(resource=value, root_resource=value, definitions=definitions)
    assert compare(definitions, name, value, context) or name == "Period"


@given(structure=_STRUCTURE)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_those_of_structure_definitions_do_too(definitions, structure):
    context = Context(resource=structure, root_resource=structure, definitions=definitions)
    for part in ("snapshot", "differential"):
        if part in structure:
            assert compare(definitions, f"StructureDefinition.{part}", structure[part], context) == 1


def compare(definitions: Definitions, name: str, value: dict[str, Any], context: Context) -> int:
    """How many native invariants a type has; fails where one differs from its FHIRPath on ``value``."""
    compared = 0
    for constraint in Invariants(definitions)._own(definitions.type(name)):
        native = NATIVE.get(constraint.expression)
        if native:
            compared += 1
            expected = compile_expression(constraint.expression, name, definitions).holds(value, context) is True
            assert native(value, context.resource) is expected, (constraint.key, value)
    return compared


#: Native invariants of the vital signs: on which type, and its values.
_ANSWERS = {
    "dataAbsentReason": _CONCEPT,
    "valueString": st.just("x"),
    "_valueString": st.just({"id": "a"}),
    "component": st.just([{"code": {"text": "x"}}]),
    "hasMember": st.just([{"display": "x"}]),
}
_OF_VITAL_SIGNS = {
    "value.exists() or dataAbsentReason.exists()": "Observation.component",
    "(component.empty() and hasMember.empty()) implies (dataAbsentReason.exists() or value.exists())": "Observation",
}


@pytest.mark.parametrize("text", list(_OF_VITAL_SIGNS))
@given(value=st.fixed_dictionaries({"id": st.just("a")}, optional=_ANSWERS))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_those_of_the_vital_signs_do_too(definitions, text, value):
    name = _OF_VITAL_SIGNS[text]
    if name == "Observation.component":
        value = {key: held for key, held in value.items() if key not in ("component", "hasMember")}
    context = Context(resource=value, root_resource=value, definitions=definitions)
    assert NATIVE[text](value, value) is (compile_expression(text, name, definitions).holds(value, context) is True)


def test_every_native_invariant_is_compared(definitions):
    names = [*_VALUES, "StructureDefinition.snapshot", "StructureDefinition.differential"]
    compared = {c.expression for name in names for c in Invariants(definitions)._own(definitions.type(name))}
    assert set(NATIVE) <= compared | set(_OF_VITAL_SIGNS)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"valueString": "x", "dataAbsentReason": {"text": "y"}}, [("inv:obs-6", "Observation")]),
        ({"referenceRange": [{"appliesTo": [{"text": "x"}]}]}, [("inv:obs-3", "Observation.referenceRange[0]")]),
        ({"valueQuantity": {"value": 1, "code": "g"}}, [("inv:qty-3", "Observation.value")]),
        (
            {"component": [{"code": {"text": "x"}, "referenceRange": [{"age": {"low": {"value": 1}}}]}]},
            [("inv:obs-3", "Observation.component[0].referenceRange[0]")],
        ),
        ({"valueRange": {"low": {"value": 2}, "high": {"value": 1}}}, [("inv:rng-2", "Observation.value")]),
        (
            {"valueRange": {"low": {"value": 2, "comparator": "<"}}},
            [("inv:sqty-1", "Observation.value.low"), ("profile-cardinality-max", "Observation.value.low.comparator")],
        ),
        ({"valueRatio": {"numerator": {"value": 1}}}, [("inv:rat-1", "Observation.value")]),
        ({"effectivePeriod": {"start": "2021", "end": "2020"}}, [("inv:per-1", "Observation.effective")]),
        ({"effectivePeriod": {"start": "2020-05-04T10:00:00Z", "end": "2020-05-04"}}, []),
        ({"effectivePeriod": {"start": "2020-05", "end": "2020-05-04"}}, []),
        ({"effectiveTiming": {"repeat": {"offset": 1, "when": ["C"]}}}, [("inv:tim-9", "Observation.effective.repeat")]),
        ({"effectiveTiming": {"repeat": {"offset": 1, "when": ["WAKE", "HS"]}}}, []),
        ({"effectiveTiming": {"repeat": {"period": 1}}}, [("inv:tim-2", "Observation.effective.repeat")]),
    ],
)
def test_invariants_of_observation_and_its_types(errors, observation, more, expected):
    assert errors(observation(**more)) == expected


def test_obs_7_looks_at_codes_of_the_resource(errors):
    coding = {"coding": [{"system": "http://loinc.org", "code": "8480-6"}]}
    value = {
        "resourceType": "Observation",
        "status": "final",
        "code": coding,
        "valueString": "x",
        "component": [{"code": copy.deepcopy(coding)}],
    }
    assert errors(value) == [("inv:obs-7", "Observation")]
    value["component"][0]["code"]["coding"][0]["code"] = "8462-4"
    assert errors(value) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"resourceType": "Patient", "contact": [{"gender": "female"}]}, "inv:pat-1"),
        ({"resourceType": "Patient", "telecom": [{"value": "1"}]}, "inv:cpt-2"),
        ({"resourceType": "Organization", "active": True}, "inv:org-1"),
        ({"resourceType": "Organization", "name": "x", "telecom": [{"system": "phone", "value": "1", "use": "home"}]}, "inv:org-3"),
        (
            {"resourceType": "Appointment", "status": "booked", "participant": [{"actor": {"display": "x"}, "status": "accepted"}]},
            "inv:app-3",
        ),
        ({"resourceType": "Parameters", "parameter": [{"name": "x"}]}, "inv:inv-1"),
        (
            {
                "resourceType": "Questionnaire",
                "status": "draft",
                "item": [{"linkId": "1", "type": "string"}, {"linkId": "1", "type": "string"}],
            },
            "inv:que-2",
        ),
        (
            {
                "resourceType": "Immunization",
                "status": "completed",
                "vaccineCode": {"text": "x"},
                "patient": {"reference": "Patient/1"},
                "occurrenceDateTime": "2020",
                "education": [{"publicationDate": "2020"}],
            },
            "inv:imm-1",
        ),
        ({"resourceType": "DocumentReference", "status": "current", "content": [{"attachment": {"data": "AAAA"}}]}, "inv:att-1"),
        (
            {
                "resourceType": "RiskAssessment",
                "status": "final",
                "subject": {"reference": "Patient/1"},
                "prediction": [{"probabilityDecimal": 101}],
            },
            "inv:ras-2",
        ),
    ],
)
def test_invariants_of_other_types(errors, value, expected):
    assert [rule for rule, _ in errors(value)] == [expected]


def test_a_cancelled_appointment_may_say_why(errors):
    appointment = {
        "resourceType": "Appointment",
        "status": "noshow",
        "cancelationReason": {"text": "x"},
        "start": "2020-01-01T00:00:00Z",
        "end": "2020-01-01T01:00:00Z",
        "participant": [{"actor": {"display": "x"}, "status": "accepted"}],
    }
    assert errors(appointment) == []


def test_a_warning_of_the_definitions_stays_a_warning(validator, patient):
    assert [(i.rule, i.severity) for i in validator.validate(patient(active=True))] == [("inv:dom-6", "warning")]
