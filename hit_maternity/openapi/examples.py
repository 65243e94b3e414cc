"""An example a resource type: from the synthetic women's records where they have one, else the least that is valid."""

from __future__ import annotations

from typing import Any

import msgspec

from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.definitions.model import ElementInfo
from hit_maternity.fhir.json import encode
from hit_maternity.fhir.ports import Terminology
from hit_maternity.testbed.people import pregnancies

#: Least values of data types that need one.
_LEAST: dict[str, Any] = {
    "boolean": True, "integer": 1, "positiveInt": 1, "unsignedInt": 1, "decimal": 1.5, "string": "text", "markdown": "text", "code": "code",
    "id": "a", "uri": "urn:example:a", "url": "https://example.org/a", "canonical": "https://example.org/a", "oid": "urn:oid:1.2.3",
    "uuid": "urn:uuid:c757873d-ec9a-4326-a141-556f43239520", "date": "2026-11-21", "dateTime": "2026-11-21",
    "instant": "2026-11-21T09:30:00+01:00", "time": "09:30:00", "base64Binary": "aGVp",
    "Coding": {"system": "urn:example:codes", "code": "a"}, "CodeableConcept": {"text": "text"},
    "Identifier": {"system": "urn:example:ids", "value": "1"},
    "Period": {"start": "2026-11-21"}, "Quantity": {"value": 1}, "Reference": {"display": "text"}, "HumanName": {"text": "text"},
    "Attachment": {"contentType": "text/plain", "data": "aGVp"}, "Annotation": {"text": "text"}, "Money": {"value": 1, "currency": "NOK"},
    "Range": {"low": {"value": 1}}, "Duration": {"value": 1, "unit": "h", "system": "http://unitsofmeasure.org", "code": "h"},
    "Address": {"text": "text"}, "ContactPoint": {"system": "phone", "value": "99900100"}, "Timing": {"event": ["2026-11-21"]},
    "UsageContext": {"code": {"system": "urn:example:codes", "code": "a"}, "valueCodeableConcept": {"text": "text"}},
    "Expression": {"language": "text/fhirpath", "expression": "true"}, "Dosage": {"text": "text"}, "Age": {"value": 1},
}  # fmt: skip


def examples(definitions: Definitions, terminology: Terminology) -> dict[str, dict[str, Any]]:
    """A resource for each type, by its name."""
    made = {name: _least(name, definitions, terminology) for name in sorted(definitions.resource_types)}
    return made | _of_the_women()


def _of_the_women() -> dict[str, dict[str, Any]]:
    """The first resource of each type in the synthetic records, without its id."""
    found: dict[str, dict[str, Any]] = {}
    for pregnancy in pregnancies():
        for resource in pregnancy.resources():
            plain: dict[str, Any] = msgspec.json.decode(encode({key: value for key, value in resource.items() if key != "id"}))
            found.setdefault(plain["resourceType"], plain)
    return found


def _least(name: str, definitions: Definitions, terminology: Terminology) -> dict[str, Any]:
    """Every element that must be there, and what the type's invariants want besides."""
    return {"resourceType": name, **_required(name, definitions, terminology), **_BESIDES.get(name, {})}


def _required(name: str, definitions: Definitions, terminology: Terminology) -> dict[str, Any]:
    info = definitions.type(name)
    made: dict[str, Any] = {}
    chosen: set[str] = set()
    for element in info.elements.values() if info else ():
        if element.min > 0 and element.name not in chosen:
            chosen.add(element.name)
            value = _value(element, definitions, terminology)
            made[element.key] = [value] if element.is_list else value
    return made


def _value(element: ElementInfo, definitions: Definitions, terminology: Terminology) -> Any:
    binding = element.binding
    if binding and binding.strength == "required":
        codes = sorted(terminology.codes(binding.value_set) or ())
        if codes:
            system, code = codes[0]
            if element.type == "code":
                return code
            coding = {"system": system, "code": code}
            return coding if element.type == "Coding" else {"coding": [coding]}
    if element.type in _LEAST:
        return _LEAST[element.type]
    if element.type == "Resource":
        return {"resourceType": "Basic", "code": {"text": "text"}}
    return _required(element.type, definitions, terminology)


#: What invariants, or sense, ask of a type beyond its required elements.
_BESIDES: dict[str, dict[str, Any]] = {
    "Appointment": {"status": "proposed", "participant": [{"actor": {"reference": "Patient/a"}, "status": "needs-action"}]},
    "AppointmentResponse": {"actor": {"reference": "Patient/a"}},
    "Binary": {"contentType": "text/plain", "data": "aGVp"},
    "CapabilityStatement": {
        "kind": "requirements",
        "description": "text",
        "format": ["application/fhir+json"],
        "rest": [{"mode": "server"}],
    },
    "Consent": {"policyRule": {"text": "text"}},
    "EventDefinition": {"trigger": [{"type": "named-event", "name": "text"}]},
    "ImmunizationRecommendation": {
        "recommendation": [
            {"targetDisease": {"text": "text"}, "forecastStatus": {"coding": [{"system": "urn:example:codes", "code": "due"}]}}
        ]
    },
    "InsurancePlan": {"name": "text"},
    "Linkage": {
        "item": [{"type": "source", "resource": {"reference": "Patient/a"}}, {"type": "alternate", "resource": {"reference": "Patient/b"}}]
    },
    "StructureDefinition": {
        "kind": "logical",
        "abstract": True,
        "type": "https://example.org/a",
        "differential": {
            "element": [{"id": "a", "path": "a", "definition": "text", "min": 0, "max": "*", "base": {"path": "a", "min": 0, "max": "*"}}]
        },
    },
    "TerminologyCapabilities": {"kind": "requirements", "description": "text"},
}
