from __future__ import annotations

from typing import Any

import pytest

X = "http://x.test/StructureDefinition/"


def of(name: str) -> dict[str, Any]:
    """A type entry that lets a reference lead to what meets the profile ``name``."""
    return {"type": [{"code": "Reference", "targetProfile": [X + name]}]}


@pytest.fixture
def checked(validator_with, profile, rule) -> Any:
    """Observations about an active Patient; the rule of the Patient looks at %resource."""
    active = profile("active", "Patient", {"path": "Patient", **rule("p-1", "%resource.active = true and %resource is Patient")})
    return validator_with(active, profile("s", "Observation", {"path": "Observation.subject", **of("active")}))


UNMET = [("profile-target-profile", "Observation.subject")]


@pytest.mark.parametrize(("active", "expected"), [(True, []), (False, UNMET)])
def test_a_contained_target_is_held_to_its_profile_with_itself_as_the_resource(checked, observation, told, active, expected):
    patient = {"resourceType": "Patient", "id": "p", "active": active}
    assert told(checked, observation(contained=[patient], subject={"reference": "#p"}), X + "s") == expected


@pytest.mark.parametrize(("active", "expected"), [(True, []), (False, UNMET)])
def test_a_stored_target_is_held_to_its_profile_where_it_can_be_fetched(checked, observation, told, active, expected):
    stored = {"Patient/p": {"resourceType": "Patient", "id": "p", "active": active}}
    value = observation(subject={"reference": "Patient/p"})
    assert told(checked, value, X + "s") == []
    assert told(checked, value, X + "s", resolve=stored.get) == expected


def test_a_target_in_the_same_bundle_is_found_by_the_base_of_the_entry_that_refers(checked, observation, told):
    def entry(base: str, resource: dict[str, Any]) -> dict[str, Any]:
        return {"fullUrl": f"{base}/{resource['resourceType']}/{resource['id']}", "resource": resource}

    about = observation(id="o", subject={"reference": "Patient/p"}, meta={"profile": [X + "s"]})
    good, bad = ({"resourceType": "Patient", "id": "p", "active": active} for active in (True, False))
    entries = [entry("http://a.test", about), entry("http://b.test", bad), entry("http://a.test", good)]
    assert told(checked, {"resourceType": "Bundle", "type": "collection", "entry": entries}) == []
    entries = [entry("http://b.test", about), entry("http://b.test", bad), entry("http://a.test", good)]
    assert told(checked, {"resourceType": "Bundle", "type": "collection", "entry": entries}) == [
        ("profile-target-profile", "Bundle.entry[0].resource.subject")
    ]


def test_resources_that_refer_to_each_other_in_a_circle_are_judged(validator_with, profile, told):
    part = profile("part", "Organization", {"path": "Organization.name", "min": 1}, {"path": "Organization.partOf", **of("part")})
    checked = validator_with(part)

    def entry(identity: str, part_of: str, **more: Any) -> dict[str, Any]:
        resource = {
            "resourceType": "Organization",
            "id": identity,
            "active": True,
            "partOf": {"reference": f"Organization/{part_of}"},
            **more,
        }
        return {"fullUrl": f"http://x.test/Organization/{identity}", "resource": {**resource, "meta": {"profile": [X + "part"]}}}

    def circle(**last: Any) -> dict[str, Any]:
        entries = [*(entry(str(n), str(n + 1), name="x") for n in range(20)), entry("20", "0", **last)]
        return {"resourceType": "Bundle", "type": "collection", "entry": entries}

    assert told(checked, circle(name="x")) == []
    assert ("profile-cardinality", "Bundle.entry[20].resource") in told(checked, circle())
    assert ("profile-target-profile", "Bundle.entry[19].resource.partOf") in told(checked, circle())


def test_the_resource_of_an_entry_is_the_resource_to_what_stands_in_it_not_to_the_entry(validator_with, profile, rule, told):
    checked = validator_with(
        profile(
            "b",
            "Bundle",
            {"path": "Bundle.entry"},
            {"path": "Bundle.entry.resource", **rule("b-1", "%resource is Bundle")},
            {"path": "Bundle.entry.resource.meta", **rule("b-2", "%resource is Patient")},
        )
    )
    patient = {"resourceType": "Patient", "active": True, "meta": {"versionId": "1"}}
    assert told(checked, {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": patient}]}, X + "b") == []
