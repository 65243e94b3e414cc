"""Whether an item of a Questionnaire is to be answered: its enableWhen over the answers that are there.

Source: https://hl7.org/fhir/R4/questionnaire-definitions.html#Questionnaire.item.enableWhen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import ge, gt, le, lt
from typing import Any

from hit_maternity.fhir import json
from hit_maternity.fhir.validation.nodes import same

Item = dict[str, Any]
_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {">": gt, "<": lt, ">=": ge, "<=": le}


def is_enabled(asked: Item, around: Sequence[Sequence[Item]]) -> bool:
    """Whether the item ``asked`` is enabled by the answers of the items ``around`` it, those of its own level first. An item
    without conditions is; one whose conditions can't be read here too."""
    listed = asked.get("enableWhen")
    conditions = [c for c in listed if type(c) is dict] if type(listed) is list else []
    if not conditions:
        return True
    met = [_holds(condition, _answers(str(condition.get("question")), around)) for condition in conditions]
    return any(met) if asked.get("enableBehavior") == "any" else all(met)


def _answers(link: str, around: Sequence[Sequence[Item]]) -> list[Any]:
    """The answers to the nearest question with this linkId."""
    for level in around:
        found = [item for item in _deep(level, 0) if item.get("linkId") == link]
        if found:
            answers = [a for item in found for a in _listed(item, "answer")]
            return [v for a in answers for k, v in a.items() if k.startswith("value")]
    return []


def _deep(items: Sequence[Item], depth: int) -> Iterator[Item]:
    if depth > 64:
        return
    for item in items:
        yield item
        yield from _deep(_listed(item, "item"), depth + 1)
        for answer in _listed(item, "answer"):
            yield from _deep(_listed(answer, "item"), depth + 1)


def _listed(value: Item, name: str) -> list[Item]:
    listed = value.get(name)
    return [x for x in listed if type(x) is dict] if type(listed) is list else []


def _holds(condition: Item, answers: list[Any]) -> bool:
    operator = condition.get("operator")
    wanted = next((v for k, v in condition.items() if k.startswith("answer")), None)
    if operator == "exists":
        return bool(answers) is (wanted is not False)
    if operator == "=":
        return any(_equal(answer, wanted) for answer in answers)
    if operator == "!=":
        return bool(answers) and not any(_equal(answer, wanted) for answer in answers)
    compare = _ORDER.get(str(operator))
    return compare is None or any(_compared(compare, answer, wanted) for answer in answers)


def _equal(answer: Any, wanted: Any) -> bool:
    if type(answer) is dict and type(wanted) is dict:
        keys = [k for k in ("system", "code", "value", "reference") if k in wanted]
        return bool(keys) and all(same(answer.get(k), wanted[k]) for k in keys)
    return same(answer, wanted)


def _compared(compare: Callable[[Any, Any], bool], answer: Any, wanted: Any) -> bool:
    if type(answer) is dict and type(wanted) is dict:
        return answer.get("code") == wanted.get("code") and _compared(compare, answer.get("value"), wanted.get("value"))
    if json.is_number(answer) and json.is_number(wanted):
        return compare(json.decimal(answer), json.decimal(wanted))
    return type(answer) is str and type(wanted) is str and compare(answer, wanted)
