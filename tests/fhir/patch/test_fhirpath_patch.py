"""FHIRPath Patch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from hit_maternity.fhir import json, xml
from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.patch.fhirpath_patch import apply_fhirpath_patch

PATIENT = json.decode(b"""{
  "resourceType": "Patient", "id": "1", "active": true, "gender": "female",
  "birthDate": "1990-01-01", "_birthDate": {"extension": [{"url": "http://x.example/e", "valueInteger": 1}]},
  "deceasedBoolean": false,
  "name": [{"use": "official", "given": ["Anna", "Anna"], "_given": [null, {"id": "g"}]}, {"use": "old", "given": ["Anna"]}],
  "contact": [{"gender": "female", "name": {"text": "x"}}]
}""")
WEIGHT = json.decode(b"""{
  "resourceType": "Observation", "id": "w", "status": "final", "code": {"text": "weight"},
  "valueQuantity": {"value": 71.50, "unit": "kg"}, "component": [{"code": {"text": "a"}, "valueInteger": 3}]
}""")


def operation(type: str, path: str, /, **parts: Any) -> dict[str, Any]:
    """A parameter; a part's value is an int, a str, or the part itself without its name."""
    listed: list[dict[str, Any]] = [{"name": "type", "valueCode": type}, {"name": "path", "valueString": path}]
    for name, value in parts.items():
        if isinstance(value, dict):
            listed.append({"name": name, **value})
        else:
            listed.append({"name": name, "valueInteger" if isinstance(value, int) else "valueString": value})
    return {"name": "operation", "part": listed}


def patched(*operations: Any, resource: dict[str, Any] = PATIENT) -> dict[str, Any]:
    before = json.encode(resource)
    try:
        return apply_fhirpath_patch(resource, {"resourceType": "Parameters", "parameter": list(operations)}, Definitions.r4())
    finally:
        assert json.encode(resource) == before


def refusal(*operations: Any, resource: dict[str, Any] = PATIENT) -> FhirError:
    with pytest.raises(FhirError) as caught:
        patched(*operations, resource=resource)
    return caught.value


def official_cases(data: Path) -> list[etree._Element]:
    return list(etree.parse(data / "patch" / "fhir-patch-tests.xml").getroot().iter("case"))


def test_the_official_cases_pass(data: Path, definitions: Definitions) -> None:
    cases = official_cases(data)
    assert len(cases) >= 33

    def resource(case: etree._Element, tag: str) -> dict[str, Any]:
        return xml.decode(etree.tostring(case.find(tag)[0], with_tail=False), definitions)

    for case in cases:
        name = case.get("name")
        given_, change = resource(case, "input"), resource(case, "diff")
        before = json.encode(given_)
        if case.find("error") is not None:
            with pytest.raises(FhirError) as caught:
                apply_fhirpath_patch(given_, change, definitions)
            assert caught.value.status == 422, name
        else:
            assert json.equal(apply_fhirpath_patch(given_, change, definitions), resource(case, "output")), name
        assert json.encode(given_) == before, name


def test_a_patch_without_operations_changes_nothing() -> None:
    assert json.equal(apply_fhirpath_patch(PATIENT, {"resourceType": "Parameters"}, Definitions.r4()), PATIENT)


# Places


def test_of_equal_values_the_one_that_the_path_means_is_changed() -> None:
    change = operation("replace", "Patient.name[0].given[1]", value="Berit")
    found = patched(change)["name"]
    assert found == [{"use": "official", "given": ["Anna", "Berit"]}, {"use": "old", "given": ["Anna"]}]


def test_a_path_may_filter_and_need_not_name_the_type() -> None:
    for path in ("Patient.name.where(use = 'old').given[0]", "name.where(use='old').given.first()", "Patient.name.last().given"):
        assert patched(operation("replace", path, value="Berit"))["name"][1]["given"] == ["Berit"]


def test_deleting_an_item_moves_its_companions_along() -> None:
    assert patched(operation("delete", "Patient.name[0].given[0]"))["name"][0] == {
        "use": "official",
        "given": ["Anna"],
        "_given": [{"id": "g"}],
    }
    assert patched(operation("delete", "Patient.name[0].given[1]"))["name"][0] == {"use": "official", "given": ["Anna"]}


def test_inserting_and_moving_items_keep_companions_beside_them() -> None:
    inserted = patched(operation("insert", "Patient.name[0].given", index=0, value="Berit"))
    assert inserted["name"][0] == {"use": "official", "given": ["Berit", "Anna", "Anna"], "_given": [None, None, {"id": "g"}]}
    moved = patched(operation("move", "Patient.name[0].given", source=1, destination=0))
    assert moved["name"][0] == {"use": "official", "given": ["Anna", "Anna"], "_given": [{"id": "g"}, None]}


def test_adding_an_item_to_an_array_appends_it() -> None:
    assert patched(operation("add", "Patient.name[1]", name="given", value="Berit"))["name"][1]["given"] == ["Anna", "Berit"]
    assert patched(operation("add", "Patient.name[1]", name="prefix", value="Dr"))["name"][1]["prefix"] == ["Dr"]


def test_inserting_into_an_array_that_is_not_there_yet_makes_it() -> None:
    assert patched(operation("insert", "Patient.telecom", index=0, value={"valueContactPoint": {"value": "1"}}))["telecom"] == [
        {"value": "1"}
    ]


def test_places_inside_a_contained_resource_and_attributes_of_xml_can_be_reached() -> None:
    contained = {"resourceType": "Practitioner", "id": "p", "name": [{"family": "A"}]}
    resource = {**PATIENT, "contained": [contained], "extension": [{"url": "http://x.example/e", "valueCode": "a"}]}
    family = operation("replace", "Patient.contained.where(id = 'p').name.family", value="B")
    assert patched(family, resource=resource)["contained"][0]["name"] == [{"family": "B"}]
    url = operation("replace", "Patient.extension[0].url", value={"valueUri": "http://x.example/n"})
    assert patched(url, resource=resource)["extension"] == [{"url": "http://x.example/n", "valueCode": "a"}]
    id = operation("add", "Patient.contact[0]", name="id", value="c")
    assert patched(id, operation("replace", "Patient.contact[0].id", value="d"))["contact"][0]["id"] == "d"


def test_operations_see_what_those_before_them_did() -> None:
    found = patched(
        operation("add", "Patient", name="contact", value={"part": [{"name": "gender", "valueCode": "male"}]}),
        operation("add", "Patient.contact[1]", name="name", value={"valueHumanName": {"text": "y"}}),
        operation("delete", "Patient.contact[0]"),
    )
    assert found["contact"] == [{"gender": "male", "name": {"text": "y"}}]


def test_extensions_of_a_primitive_can_be_added_changed_and_deleted() -> None:
    part = {"part": [{"name": "url", "valueUri": "http://x.example/n"}, {"name": "value", "valueString": "v"}]}
    added = patched(operation("add", "Patient.gender", name="extension", value=part))
    assert added["_gender"] == {"extension": [{"url": "http://x.example/n", "valueString": "v"}]}
    item = patched(operation("add", "Patient.name[0].given[0]", name="extension", value=part))["name"][0]
    assert item["_given"] == [{"extension": [{"url": "http://x.example/n", "valueString": "v"}]}, {"id": "g"}]
    changed = patched(operation("replace", "Patient.birthDate.extension('http://x.example/e').value", value={"valueCode": "c"}))
    assert changed["_birthDate"] == {"extension": [{"url": "http://x.example/e", "valueCode": "c"}]}
    deleted = patched(operation("delete", "Patient.birthDate.extension('http://x.example/e')"))
    assert "_birthDate" not in deleted
    assert deleted["birthDate"] == "1990-01-01"


def test_replacing_a_primitive_replaces_its_extensions_too() -> None:
    change = {"valueDate": "1991", "_valueDate": {"id": "d"}}
    found = patched(operation("replace", "Patient.birthDate", value=change))
    assert (found["birthDate"], found["_birthDate"]) == ("1991", {"id": "d"})
    assert "_birthDate" not in patched(operation("replace", "Patient.birthDate", value={"valueDate": "1991"}))


def test_what_a_deletion_leaves_empty_goes_too() -> None:
    found = patched(operation("delete", "Patient.contact[0].name.text"), operation("delete", "Patient.contact[0].gender"))
    assert "contact" not in found


def test_deleting_what_is_not_there_is_no_fault() -> None:
    assert json.equal(patched(operation("delete", "Patient.maritalStatus")), PATIENT)


# Values


def test_a_choice_is_added_and_replaced_under_the_key_of_its_type() -> None:
    found = patched(operation("replace", "Observation.value", value={"valueString": "heavy"}), resource=WEIGHT)
    assert found["valueString"] == "heavy"
    assert "valueQuantity" not in found
    part = operation("replace", "Observation.component[0].value", value={"valueQuantity": {"value": json.number("1.10")}})
    assert json.encode(patched(part, resource=WEIGHT)["component"][0]) == b'{"code":{"text":"a"},"valueQuantity":{"value":1.10}}'
    added = operation("add", "Observation", name="effective", value={"valuePeriod": {"start": "2026"}})
    assert patched(added, resource=WEIGHT)["effectivePeriod"] == {"start": "2026"}


def test_numbers_that_are_not_touched_keep_their_digits() -> None:
    found = patched(operation("replace", "Observation.value.unit", value="kilogram"), resource=WEIGHT)
    assert json.encode(found["valueQuantity"]) == b'{"value":71.50,"unit":"kilogram"}'


def test_a_nested_element_is_built_from_parts_at_any_depth() -> None:
    part = {
        "part": [
            {"name": "code", "valueCodeableConcept": {"text": "b"}},
            {"name": "referenceRange", "part": [{"name": "text", "valueString": "low"}]},
            {"name": "referenceRange", "part": [{"name": "text", "valueString": "high"}]},
            {"name": "value", "valueInteger": 4},
        ]
    }
    found = patched(operation("insert", "Observation.component", index=0, value=part), resource=WEIGHT)
    assert found["component"][0] == {"code": {"text": "b"}, "referenceRange": [{"text": "low"}, {"text": "high"}], "valueInteger": 4}
    assert len(found["component"]) == 2


def test_a_resource_can_be_contained() -> None:
    found = patched(operation("add", "Patient", name="contained", value={"resource": {"resourceType": "Group", "id": "g"}}))
    assert found["contained"] == [{"resourceType": "Group", "id": "g"}]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (operation("replace", "Patient.birthDate", value={"valueInteger": 5}), "birthDate takes valueDate, not valueInteger"),
        (operation("replace", "Patient.active", value="true"), "active takes valueBoolean"),
        (operation("add", "Patient", name="maritalStatus", value="M"), "maritalStatus takes valueCodeableConcept"),
        (operation("replace", "Patient.deceased", value={"valueQuantity": {}}), "deceased takes valueBoolean or valueDateTime"),
        (operation("add", "Patient", name="contact", value={"valueHumanName": {}}), "contact takes parts"),
        (operation("add", "Patient", name="gender", value={"valueCode": "male"}), "use replace"),
        (operation("add", "Patient", name="deceased", value={"valueDateTime": "2026"}), "use replace"),
        (operation("add", "Patient", name="deceasedDateTime", value={"valueDateTime": "2026"}), "use replace"),
        (operation("add", "Patient", name="contact", value={"part": [{"name": "foo", "valueCode": "x"}]}), "none of its elements"),
        (operation("add", "Patient", name="contact", value={"part": []}), "no parts"),
        (operation("add", "Patient", name="multipleBirth", value={"part": [{"name": "x"}]}), "in parts"),
        (operation("add", "Patient", name="telecom", value={}), "exactly one value[x]"),
        (operation("add", "Patient", name="telecom", value={"valueCode": "a", "valueString": "b"}), "exactly one value[x]"),
        (operation("replace", "Patient.gender", value={"resource": {"resourceType": "Group"}}), "no resource"),
    ],
)
def test_a_value_that_does_not_fit_is_422_and_says_what_fits(change: dict[str, Any], words: str) -> None:
    fault = refusal(operation("delete", "Patient.photo"), change)
    assert (fault.status, fault.issues[0].rule, fault.issues[0].expression) == (422, "fhirpath-patch-value", "Parameters.parameter[1]")
    assert fault.issues[0].text.startswith("Operation 1 (")
    assert words in fault.issues[0].text


# Refusals


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (operation("replace", "Patient.maritalStatus", value={"valueCodeableConcept": {}}), "leads to no element"),
        (operation("add", "Patient.maritalStatus", name="text", value="x"), "leads to no element"),
        (operation("add", "Patient", name="foo", value="x"), "Patient has no element 'foo'"),
        (operation("add", "Patient.gender", name="text", value="x"), "has no element 'text'"),
        (operation("replace", "Patient.name.given", value="x"), "leads to 3 elements"),
        (operation("delete", "Patient.name"), "leads to 2 elements"),
        (operation("replace", "Patient.name.given | Patient.gender", value="x"), "leads to"),
        (operation("delete", "Patient"), "the resource itself"),
        (operation("replace", "Patient", value={"resource": {"resourceType": "Patient", "id": "1"}}), "the resource itself"),
        (operation("replace", "'x'", value="y"), "computed value"),
        (operation("replace", "Patient.name.count()", value="y"), "computed value"),
        (operation("delete", "Patient.name[0].use & 'x'"), "computed value"),
        (operation("insert", "Patient.name", index=3, value={"valueHumanName": {}}), "which has 2 items; the last place is 2"),
        (operation("insert", "Patient.gender", index=0, value={"valueCode": "male"}), "does not repeat"),
        (operation("insert", "Patient.name[0]", index=0, value={"valueHumanName": {}}), "name the whole array"),
        (operation("insert", "Patient.name.where(use = 'old')", index=0, value={"valueHumanName": {}}), "name the whole array"),
        (operation("insert", "Patient.foo", index=0, value="x"), "no element 'foo'"),
        (operation("move", "Patient.name", source=2, destination=0), "the source 2"),
        (operation("move", "Patient.name", source=0, destination=2), "the destination 2"),
        (operation("move", "Patient.telecom", source=0, destination=0), "has 0 items"),
    ],
)
def test_an_operation_that_cannot_be_done_is_422_and_says_why(change: dict[str, Any], words: str) -> None:
    fault = refusal(change)
    assert (fault.status, fault.issues[0].rule) == (422, "fhirpath-patch-not-applicable")
    assert fault.issues[0].expression == "Parameters.parameter[0]"
    assert words in fault.issues[0].text


@pytest.mark.parametrize("path", ["Patient.name[", "Patient..name", "1 +", "nofunction()", "Patient.name.where(", "('a' + 1) + 2"])
def test_a_path_that_is_no_fhirpath_is_told_with_its_operation(path: str) -> None:
    fault = refusal(operation("delete", "Patient.photo"), operation("delete", path))
    assert (fault.status, fault.issues[0].rule, fault.issues[0].expression) == (422, "fhirpath-patch-path", "Parameters.parameter[1]")


@pytest.mark.parametrize(
    "change",
    [
        operation("replace", "Patient.id", value={"valueId": "2"}),
        operation("delete", "Patient.id"),
    ],
)
def test_the_id_may_not_change(change: dict[str, Any]) -> None:
    assert refusal(change).status == 422


def test_every_fault_of_the_document_is_told_at_once() -> None:
    fault = refusal(
        {"name": "operation", "part": [{"name": "type", "valueCode": "paint"}]},
        {"name": "other"},
        5,
        operation("add", "Patient"),
        operation("move", "Patient.name", source=-1, destination="x"),
        {"name": "operation", "part": [{"name": "type", "valueCode": "delete"}, {"name": "path", "valueInteger": 1}, {"name": "foo"}]},
        {"name": "operation", "part": [*operation("delete", "a")["part"], {"name": "path", "valueString": "b"}]},
    )
    assert fault.status == 400
    assert {issue.rule for issue in fault.issues} == {"fhirpath-patch-malformed"}
    assert [issue.expression for issue in fault.issues] == [f"Parameters.parameter[{n}]" for n in (0, 1, 2, 3, 3, 4, 4, 5, 5, 6)]


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"resourceType": "Patient"},
        {"resourceType": "Parameters", "parameter": {}},
        {"resourceType": "Parameters", "parameter": [None]},
    ],
)
def test_what_is_no_patch_is_400(document: Any) -> None:
    with pytest.raises(FhirError) as caught:
        apply_fhirpath_patch(PATIENT, document, Definitions.r4())
    assert caught.value.status == 400


def test_more_work_than_a_patch_may_make_is_refused() -> None:
    large = {**PATIENT, "name": [{"text": "x"}] * 20_000}
    fault = refusal(*[operation("delete", "Patient.photo")] * 500, resource=large)
    assert (fault.status, fault.issues[0].rule) == (422, "fhirpath-patch-too-costly")


def test_values_that_nest_deeper_and_deeper_are_stopped() -> None:
    parts = [{"name": "url", "valueUri": "u"}]
    for _ in range(20):
        parts = [{"name": "extension", "part": parts}]
    path = "Patient"
    changes = []
    for _ in range(4):
        changes.append(operation("add", path, name="extension", value={"part": parts}))
        path += ".extension" * 21
    fault = refusal(*changes)
    assert fault.issues[0].rule == "json-depth"


_paths = st.sampled_from(
    [
        "Patient",
        "Patient.name",
        "Patient.name[0].given",
        "name.given[1]",
        "Patient.birthDate",
        "x",
        "",
        "Patient.name.where(",
        "%resource",
        "Patient.id",
    ]
)
_values = st.sampled_from([
    {"valueString": "x"}, {"valueInteger": 1}, {"valueHumanName": {"text": "t"}}, {"valueHumanName": 5}, {"part": [{"name": "gender"}]},
    {"part": 5}, {"resource": 5}, {"value": 1}, {"valueCode": None}, {"_valueCode": 7}, {},
])  # fmt: skip
_parts = st.one_of(
    st.builds(lambda kind: {"name": "type", "valueCode": kind}, st.sampled_from(["add", "insert", "delete", "replace", "move", "x"])),
    st.builds(lambda path: {"name": "path", "valueString": path}, _paths),
    st.builds(
        lambda name: {"name": "name", "valueString": name},
        st.sampled_from(["name", "given", "contact", "extension", "id", "contained", "x"]),
    ),
    st.builds(lambda name, at: {"name": name, "valueInteger": at}, st.sampled_from(["index", "source", "destination"]), st.integers(-1, 3)),
    st.builds(lambda value: {"name": "value", **value}, _values),
)


@given(
    st.lists(
        st.builds(lambda parts: {"name": "operation", "part": parts}, st.lists(_parts, max_size=5, unique_by=lambda part: part["name"])),
        max_size=3,
    )
)
@settings(max_examples=300, deadline=None)
def test_any_operations_give_a_resource_or_a_refusal(operations: list[dict[str, Any]]) -> None:
    try:
        patched(*operations)
    except FhirError as fault:
        assert fault.status in (400, 422)


_shapes = st.recursive(
    st.none() | st.integers() | st.text(max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["given", "_given", "id", "extension"]), inner, max_size=3),
    max_leaves=6,
)
_changes = [
    operation("add", "Patient.name[0]", name="given", value="x"),
    operation("delete", "Patient.name[0].given[0]"),
    operation("insert", "Patient.name", index=0, value={"valueHumanName": {}}),
    operation("add", "Patient.birthDate", name="id", value="x"),
    operation("add", "Patient.name[0].given[0]", name="id", value="x"),
    operation("move", "Patient.contact", source=0, destination=0),
]


@given(st.sampled_from(["name", "_birthDate", "contact", "text", "active"]), _shapes, st.sampled_from(_changes))
@settings(max_examples=300, deadline=None)
def test_a_resource_of_any_shape_does_no_harm(key: str, value: Any, change: dict[str, Any]) -> None:
    try:
        patched(change, resource={**PATIENT, key: value})
    except FhirError as fault:
        assert fault.status in (400, 422)
