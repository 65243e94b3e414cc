"""Answers against the Questionnaire they answer, where that is at hand: contained, in the same Bundle, loaded, or fetched.

Source: https://hl7.org/fhir/R4/questionnaireresponse.html#notes, https://hl7.org/fhir/R4/questionnaire.html#Questionnaire.item.
An item that isn't enabled must not be there; a required one must be, once the response is completed or amended. What the
questionnaire itself has wrong is not told here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hit_maternity.fhir.definitions import Definitions, TypeInfo
from hit_maternity.fhir.ports import Terminology
from hit_maternity.fhir.validation.checks import Addition, Check, hint
from hit_maternity.fhir.validation.enabling import is_enabled
from hit_maternity.fhir.validation.nodes import same
from hit_maternity.fhir.validation.walk import Path, Walk, locate, short

#: Type of item -> the keys its answers may have.
ANSWERS: Mapping[str, tuple[str, ...]] = {
    "boolean": ("valueBoolean",),
    "decimal": ("valueDecimal",),
    "integer": ("valueInteger",),
    "date": ("valueDate",),
    "dateTime": ("valueDateTime",),
    "time": ("valueTime",),
    "string": ("valueString",),
    "text": ("valueString",),
    "url": ("valueUri",),
    "choice": ("valueCoding", "valueString", "valueInteger", "valueDate", "valueTime", "valueReference"),
    "open-choice": ("valueCoding", "valueString", "valueInteger", "valueDate", "valueTime", "valueReference"),
    "attachment": ("valueAttachment",),
    "reference": ("valueReference",),
    "quantity": ("valueQuantity",),
}
_SILENT = frozenset({"group", "display"})
_FINISHED = frozenset({"completed", "amended"})

Item = dict[str, Any]


def objects(value: Any, name: str) -> list[Item]:
    """The objects under ``name``; what has another shape is told elsewhere."""
    listed = value.get(name) if type(value) is dict else None
    return [x for x in listed if type(x) is dict] if type(listed) is list else []


@dataclass(frozen=True, slots=True)
class _Level:
    """Where items are compared: those asked and those there, and the levels around them, innermost first."""

    asked: Sequence[Item]
    given: Sequence[Item]
    place: str
    around: tuple[Sequence[Item], ...]


class Questionnaires(Addition):
    """Checks on QuestionnaireResponse."""

    def __init__(self, definitions: Definitions, terminology: Terminology) -> None:
        self._definitions = definitions
        self._terminology = terminology

    def for_type(self, info: TypeInfo) -> Sequence[Check]:
        return (self._check,) if info.name == "QuestionnaireResponse" else ()

    def _check(self, response: Any, path: Path, walk: Walk) -> None:
        canonical = response.get("questionnaire")
        if type(canonical) is not str:
            return
        questionnaire = self._questionnaire(canonical, walk)
        if questionnaire is None:
            walk.note("answer-questionnaire-unknown", f"{locate(path)}.questionnaire", questionnaire=short(canonical, 200))
            return
        given = objects(response, "item")
        level = _Level(objects(questionnaire, "item"), given, locate(path), (given,))
        self._level(level, response.get("status") in _FINISHED, walk)

    def _questionnaire(self, canonical: str, walk: Walk) -> dict[str, Any] | None:
        url = canonical.partition("|")[0]
        inside = walk.bundle.canonical(url) if walk.bundle and url[:1] != "#" else None
        found = inside or self._definitions.find("Questionnaire", url) or walk.resolve(url)
        return found if found is not None and found.get("resourceType") == "Questionnaire" else None

    def _level(self, level: _Level, finished: bool, walk: Walk) -> None:
        known = {str(item.get("linkId")): (place, item) for place, item in enumerate(level.asked)}
        seen: dict[str, list[tuple[str, Item]]] = {}
        last = -1
        for index, item in enumerate(level.given):
            link = item.get("linkId")
            place = f"{level.place}.item[{index}]"
            if type(link) is not str or link not in known:
                if type(link) is str:
                    walk.note("answer-link-unknown", f"{place}.linkId", link=short(link), hint=hint(link, known))
                continue
            if known[link][0] < last:
                walk.note("answer-order", place, link=short(link))
            last = max(last, known[link][0])
            seen.setdefault(link, []).append((place, item))
        for link, (_, asked) in known.items():
            self._item(asked, seen.get(link, []), level, finished, walk)

    def _item(self, asked: Item, given: list[tuple[str, Item]], level: _Level, finished: bool, walk: Walk) -> None:
        link = short(str(asked.get("linkId")))
        if not is_enabled(asked, level.around):
            for place, _ in given:
                walk.note("answer-disabled", place, link=link)
            return
        kind = str(asked.get("type"))
        answered = given if kind in _SILENT else [(p, i) for p, i in given if objects(i, "answer")]
        if asked.get("required") is True and finished and not answered and kind != "display":
            walk.note("answer-required", given[0][0] if given else level.place, link=link)
        if len(given) > 1 and not (kind == "group" and asked.get("repeats") is True):
            walk.note("answer-repeats" if kind == "group" else "answer-item-repeats", given[1][0], link=link)
        for place, item in given:
            self._answers(asked, kind, item, place, level, finished, walk)

    def _answers(self, asked: Item, kind: str, item: Item, place: str, level: _Level, finished: bool, walk: Walk) -> None:
        link = short(str(asked.get("linkId")))
        answers = objects(item, "answer")
        children = objects(asked, "item")
        if kind in _SILENT:
            if answers:
                walk.note("answer-unexpected", f"{place}.answer", link=link, type=kind)
            self._under(children, item, place, level, finished, walk)
            return
        if objects(item, "item"):
            walk.note("answer-nesting", f"{place}.item", link=link)
        if len(answers) > 1 and asked.get("repeats") is not True:
            walk.note("answer-repeats", f"{place}.answer", link=link)
        for index, answer in enumerate(answers):
            where = f"{place}.answer[{index}]"
            self._answer(asked, kind, answer, where, walk)
            self._under(children, answer, where, level, finished, walk)

    def _under(self, asked: Sequence[Item], owner: Item, place: str, level: _Level, finished: bool, walk: Walk) -> None:
        given = objects(owner, "item")
        if asked or given:
            self._level(_Level(asked, given, place, (given, *level.around)), finished, walk)

    def _answer(self, asked: Item, kind: str, answer: Item, place: str, walk: Walk) -> None:
        link = short(str(asked.get("linkId")))
        key = next((k for k in answer if k.startswith("value")), None)
        allowed = _keys(asked, kind)
        if key is None or allowed is None:
            return
        value = answer[key]
        if key not in allowed:
            walk.note("answer-type", f"{place}.value", link=link, allowed=", ".join(allowed), found=short(key))
        elif (kind == "choice" or (kind == "open-choice" and key != "valueString")) and self._is_offered(asked, key, value) is False:
            walk.note("answer-option", f"{place}.value", link=link)
        longest = asked.get("maxLength")
        if type(longest) is int and type(value) is str and len(value) > longest:
            walk.note("answer-length", f"{place}.value", link=link, max=longest)

    def _is_offered(self, asked: Item, key: str, value: Any) -> bool | None:
        """Whether a value is one of those to choose from; None where that can't be told here."""
        options = objects(asked, "answerOption")
        if options:
            return any(_chosen(option.get(key), value) for option in options)
        value_set = asked.get("answerValueSet")
        if type(value_set) is not str or value_set[:1] == "#" or type(value) is not dict:
            return None
        system, code = value.get("system"), value.get("code")
        return self._terminology.contains(value_set, system, code) if type(system) is str and type(code) is str else None


def _keys(asked: Item, kind: str) -> tuple[str, ...] | None:
    """The keys that answers of an item may have; of a choice those that its options have."""
    allowed = ANSWERS.get(kind)
    if kind in ("choice", "open-choice"):
        offered = tuple(dict.fromkeys(_option_keys(objects(asked, "answerOption"))))
        open_text = ("valueString",) if kind == "open-choice" else ()
        allowed = tuple(dict.fromkeys((*(offered or ("valueCoding",)), *open_text)))
    return allowed


def _option_keys(options: Sequence[Item]) -> Iterator[str]:
    for option in options:
        yield from (key for key in option if key.startswith("value"))


def _chosen(option: Any, value: Any) -> bool:
    if type(option) is dict and type(value) is dict:
        keys = [k for k in ("system", "code", "reference") if k in option]
        return all(option[k] == value.get(k) for k in keys) if keys else option.get("display") == value.get("display")
    return same(option, value)
