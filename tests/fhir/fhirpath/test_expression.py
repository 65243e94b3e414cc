"""The compiled expression as its callers use it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from hit_maternity.fhir import json
from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.fhirpath import Context, FhirPathError, Item, compile_expression
from hit_maternity.fhir.outcome import FhirError


def test_the_same_text_and_type_are_compiled_once(definitions: Definitions) -> None:
    assert compile_expression("name.family", "Patient", definitions) is compile_expression("name.family", "Patient", definitions)
    assert compile_expression("name", "Patient", definitions) is not compile_expression("name", "Organization", definitions)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("active", True),
        ("deceased", False),
        ("photo.exists() and {}", False),
        ("birthDate", True),
        ("photo", None),
        ("name.first()", True),
        ("active = {}", None),
    ],
)
def test_holds_follows_the_singleton_rule(definitions: Definitions, patient: dict[str, Any], text: str, verdict: bool | None) -> None:
    assert compile_expression(text, "Patient", definitions).holds(patient, Context(patient, patient, definitions)) is verdict


def test_holds_refuses_several_items(definitions: Definitions, patient: dict[str, Any]) -> None:
    with pytest.raises(FhirPathError, match="one boolean is expected, not 3 items"):
        compile_expression("name", "Patient", definitions).holds(patient, Context(patient, patient, definitions))


def test_a_primitive_is_evaluated_with_its_companion(definitions: Definitions) -> None:
    context = Context({}, {}, definitions)
    rule = compile_expression("hasValue() or (children().count() > id.count())", "string", definitions)
    assert rule.holds("x", context) is True
    assert rule.holds(None, context, {"extension": [{"url": "http://x", "valueCode": "y"}]}) is True
    assert rule.holds(None, context, {"id": "1"}) is False


def test_an_unknown_input_type_is_refused(definitions: Definitions) -> None:
    with pytest.raises(FhirPathError, match="there is no type 'Pasient'"):
        compile_expression("id", "Pasient", definitions)


def test_a_fault_is_a_fhir_error_with_a_stable_rule_and_without_data(definitions: Definitions) -> None:
    resource = {"resourceType": "Patient", "name": [{"family": "Hemmelig"}, {"family": "Navn"}]}
    with pytest.raises(FhirError) as fault:
        compile_expression("name.family.upper()", "Patient", definitions).evaluate(resource, Context(resource, resource, definitions))
    assert fault.value.status == 422
    assert [i.rule for i in fault.value.issues] == ["fhirpath-execution"]
    assert "Hemmelig" not in str(fault.value)


def test_callers_may_change_the_list_they_get(definitions: Definitions) -> None:
    expression = compile_expression("'a' | 'b'", None, definitions)
    context = Context({}, {}, definitions)
    expression.evaluate({}, context).clear()
    assert len(expression.evaluate({}, context)) == 2


def test_a_costly_evaluation_is_stopped(definitions: Definitions) -> None:
    resource = {"resourceType": "Patient", "name": [{"given": ["x"] * 2000}] * 2}
    expression = compile_expression("name.given.select(%resource.name.given.where($this = 'y'))", "Patient", definitions)
    with pytest.raises(FhirPathError, match="too many steps") as fault:
        expression.evaluate(resource, Context(resource, resource, definitions))
    assert fault.value.issues[0].code == "too-costly"


def test_deep_json_is_compared_or_refused_but_never_crashes(definitions: Definitions) -> None:
    deep: dict[str, Any] = {"linkId": "x"}
    for _ in range(5000):
        deep = {"item": [deep]}
    resource = {"resourceType": "Questionnaire", "item": [deep, json.copy({"linkId": "y"})]}
    expression = compile_expression("item.distinct().count() | repeat(item).count()", "Questionnaire", definitions)
    with pytest.raises(FhirPathError, match="too deeply"):
        expression.evaluate(resource, Context(resource, resource, definitions))


def test_threads_share_an_expression(definitions: Definitions) -> None:
    expression = compile_expression("name.select($index + 1).aggregate($total + $this, 0)", "Patient", definitions)

    def run(count: int) -> list[Any]:
        resource = {"resourceType": "Patient", "name": [{"family": "x"}] * count}
        return [i.value for i in expression.evaluate(resource, Context(resource, resource, definitions))]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(run, range(1, 60))) == [[n * (n + 1) // 2] for n in range(1, 60)]


def test_an_item_never_shows_its_value_by_accident() -> None:
    assert repr(Item("secret", "string")) == "Item(string)"
