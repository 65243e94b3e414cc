"""JSON Patch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hit_maternity.fhir import json
from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.patch.json_patch import apply_json_patch

PATIENT = json.decode(b'{"resourceType":"Patient","id":"1","active":true,"name":[{"family":"A","given":["B","C"]}],"x":1.10,"n":0}')


def patched(*operations: Any, resource: dict[str, Any] = PATIENT) -> bytes:
    before = json.encode(resource)
    try:
        return json.encode(apply_json_patch(resource, list(operations)))
    finally:
        assert json.encode(resource) == before


def refusal(*operations: Any, resource: dict[str, Any] = PATIENT) -> FhirError:
    with pytest.raises(FhirError) as caught:
        patched(*operations, resource=resource)
    return caught.value


def test_the_official_cases_pass(data: Path) -> None:
    cases = json.decode((data / "patch" / "json-patch-tests.json").read_bytes())
    assert len(cases) >= 15
    for case in cases:
        before = json.encode(case["doc"])
        if "expected" in case:
            assert json.equal(apply_json_patch(case["doc"], case["patch"]), case["expected"]), case["comment"]
        else:
            with pytest.raises(FhirError) as caught:
                apply_json_patch(case["doc"], case["patch"])
            assert caught.value.status == 422, case["comment"]
        assert json.encode(case["doc"]) == before, case["comment"]


def test_numbers_that_are_not_touched_added_or_copied_keep_their_spelling() -> None:
    add = json.decode(b'[{"op":"add","path":"/y","value":{"z":1.50e-3}},{"op":"copy","from":"/x","path":"/w"}]')
    assert patched(*add).endswith(b'"x":1.10,"n":0,"y":{"z":1.50e-3},"w":1.10}')


@pytest.mark.parametrize("spelt", ["1.1", "1.10", "1.100", "11e-1"])
def test_test_compares_numbers_by_value(spelt: str) -> None:
    (operation,) = json.decode(f'[{{"op":"test","path":"/x","value":{spelt}}}]'.encode())
    assert patched(operation) == json.encode(PATIENT)


@pytest.mark.parametrize(
    ("path", "value"), [("/active", 1), ("/n", False), ("/x", "1.10"), ("/name/0/given", ["C", "B"]), ("/active", None)]
)
def test_test_tells_values_of_different_kinds_apart(path: str, value: Any) -> None:
    fault = refusal({"op": "test", "path": path, "value": value})
    assert (fault.status, fault.issues[0].rule) == (422, "json-patch-test-failed")


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        ({"op": "remove", "path": "/gender"}, "the resource itself is an object without 'gender'"),
        ({"op": "replace", "path": "/name/0/prefix", "value": []}, "/name/0 is an object without 'prefix'"),
        ({"op": "add", "path": "/name/5", "value": {}}, "/name is an array of 1 without '5'"),
        ({"op": "add", "path": "/name/-1", "value": {}}, "/name is an array of 1"),
        ({"op": "add", "path": "/name/01", "value": {}}, "(add /name/01)"),
        ({"op": "remove", "path": "/name/-"}, "/name is an array of 1"),
        ({"op": "add", "path": "/active/x", "value": 1}, "/active is a single value"),
        ({"op": "move", "from": "/gender", "path": "/x"}, "from leads nowhere"),
        ({"op": "move", "from": "/name", "path": "/name/0/given"}, "(move"),
        ({"op": "remove", "path": ""}, "(remove"),
    ],
)
def test_an_operation_that_cannot_be_done_is_422_and_says_how_far_the_path_leads(operation: dict[str, Any], words: str) -> None:
    fault = refusal({"op": "test", "path": "/id", "value": "1"}, operation)
    assert (fault.status, fault.issues[0].rule) == (422, "json-patch-not-applicable")
    assert fault.issues[0].text.startswith("Operation 1 (")
    assert words in fault.issues[0].text


def test_a_failing_test_never_repeats_the_value() -> None:
    assert "secret" not in str(refusal({"op": "test", "path": "/id", "value": "secret"}))


def test_every_fault_of_the_document_is_told_at_once() -> None:
    fault = refusal(
        {"op": "add", "path": "name"},
        3,
        {"op": "x", "path": "/a"},
        {"op": "move", "path": "/a"},
        {"op": ["add"]},
        {"op": "remove", "path": 5},
    )
    assert fault.status == 400
    assert {issue.rule for issue in fault.issues} == {"json-patch-malformed"}
    assert [issue.text.split()[1] for issue in fault.issues] == ["0", "0", "1", "2", "3", "4", "5"]


@pytest.mark.parametrize("document", [None, {}, "[]", 5, {"op": "add", "path": "/a", "value": 1}, [None] * 10_001])
def test_what_is_no_list_of_operations_is_400(document: Any) -> None:
    with pytest.raises(FhirError) as caught:
        apply_json_patch(PATIENT, document)
    assert caught.value.status == 400


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "replace", "path": "/id", "value": "2"},
        {"op": "remove", "path": "/id"},
        {"op": "replace", "path": "/resourceType", "value": "Group"},
        {"op": "replace", "path": "", "value": {"resourceType": "Patient", "id": "2"}},
        {"op": "replace", "path": "", "value": [1]},
    ],
)
def test_type_and_id_may_not_change(operation: dict[str, Any]) -> None:
    fault = refusal(operation)
    assert (fault.status, fault.issues[0].rule) == (422, "patch-identity")


def test_copies_that_double_and_double_are_stopped() -> None:
    fault = refusal(*[{"op": "copy", "from": "/name", "path": "/name/-"}] * 60)
    assert (fault.status, fault.issues[0].rule) == (422, "json-patch-too-costly")


def test_large_moves_to_and_fro_are_stopped() -> None:
    large = {"resourceType": "Patient", "a": [{"b": n} for n in range(20_000)]}
    fault = refusal({"op": "move", "from": "/a", "path": "/c"}, *[{"op": "move", "from": "/c", "path": "/c"}] * 100, resource=large)
    assert (fault.status, fault.issues[0].rule) == (422, "json-patch-too-costly")


def test_copies_that_nest_deeper_and_deeper_are_stopped() -> None:
    fault = refusal(*[{"op": "copy", "from": "/name/0", "path": "/name/0/z"}] * 500)
    assert (fault.status, fault.issues[0].rule) == (422, "json-patch-too-costly")


_pointers = st.lists(st.sampled_from(["name", "0", "-", "given", "id", "x", "~0", "~2", ""]), max_size=4).map(
    lambda steps: "".join(f"/{s}" for s in steps)
)
_values = st.none() | st.booleans() | st.integers() | st.lists(st.integers(), max_size=2) | st.text(max_size=3)
_operations = st.fixed_dictionaries(
    {"op": st.sampled_from(["add", "remove", "replace", "move", "copy", "test", "x"]), "path": _pointers | _values},
    optional={"from": _pointers, "value": _values},
)


@given(st.lists(_operations, max_size=5))
@settings(max_examples=300, deadline=None)
def test_any_operations_give_a_resource_or_a_refusal(operations: list[dict[str, Any]]) -> None:
    try:
        apply_json_patch(PATIENT, operations)
    except FhirError as fault:
        assert fault.status in (400, 422)
