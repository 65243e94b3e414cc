"""Codes against the value sets that elements are bound to, and against the code systems they say they come from.

Source: https://hl7.org/fhir/R4/terminologies.html#strength. A required binding is an error; an extensible one a warning, and
only where the value set lists codes of the code's own system; a system nobody here knows never fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, runtime_checkable

from hit_maternity.fhir.definitions import Binding, ElementInfo, TypeInfo
from hit_maternity.fhir.ports import Terminology
from hit_maternity.fhir.terminology import CodeSystem
from hit_maternity.fhir.validation.checks import Addition, Check, hint
from hit_maternity.fhir.validation.walk import Path, Walk, locate, short

#: Value sets that a preferred binding names, and the set that bounds it (extension elementdefinition-maxValueSet).
MAXIMA = {"http://hl7.org/fhir/ValueSet/languages": "http://hl7.org/fhir/ValueSet/all-languages"}
QUANTITIES = frozenset({"Quantity", "Age", "Count", "Distance", "Duration", "Money", "SimpleQuantity", "MoneyQuantity"})
_PLAIN = frozenset({"code", "string", "uri", "url", "canonical", "id"})
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:").match
_VALUE_SET = "http://hl7.org/fhir/ValueSet/"

#: The codings of a value: (system or None, code, where under the value it stands).
Codings = Callable[[dict[str, Any]], Iterable[tuple[str | None, str, str]]]


@runtime_checkable
class CodeSystems(Protocol):
    """A terminology that also knows the systems' own concepts."""

    def code_system(self, url: str) -> CodeSystem | None: ...


def _of_coding(value: dict[str, Any]) -> Iterable[tuple[str | None, str, str]]:
    code = value.get("code")
    return ((value.get("system"), code, ""),) if type(code) is str else ()


def _of_concept(value: dict[str, Any]) -> Iterable[tuple[str | None, str, str]]:
    listed = value.get("coding")
    for index, coding in enumerate(listed if type(listed) is list else ()):
        if type(coding) is dict and type(coding.get("code")) is str:
            yield coding.get("system"), coding["code"], f".coding[{index}]"


#: type -> how its codings are read.
CODED: dict[str, Codings] = {"Coding": _of_coding, "CodeableConcept": _of_concept, **dict.fromkeys(QUANTITIES, _of_coding)}


def binding_check(type_name: str, binding: Binding | None, terminology: Terminology) -> Check | None:
    """The check of a value of ``type_name`` against ``binding``; None where there is nothing to check."""
    if binding is None:
        return None
    url = binding.value_set.partition("|")[0]
    strength = binding.strength
    if strength == "preferred" and url in MAXIMA:
        url, strength = MAXIMA[url], "required"
    if strength not in ("required", "extensible"):
        return None
    if type_name in _PLAIN:
        return _plain(url, terminology) if strength == "required" or (type_name == "code" and strength == "extensible") else None
    if type_name not in CODED:
        return None
    codings = CODED[type_name]
    return _required(url, codings, type_name, terminology) if strength == "required" else _extensible(url, codings, terminology)


def _plain(url: str, terminology: Terminology) -> Check:
    known: frozenset[str] | None = None

    def check(value: Any, path: Path, walk: Walk) -> None:
        nonlocal known
        if known is None:
            known = frozenset(code for _, code in terminology.codes(url) or ())
        if value not in known and terminology.contains(url, None, value) is False:
            walk.fault("binding-required", path, code=short(value), value_set=url, hint=hint(value, known))

    return check


def _required(url: str, codings: Codings, type_name: str, terminology: Terminology) -> Check:
    def check(value: Any, path: Path, walk: Walk) -> None:
        missed: list[tuple[str, str]] = []
        for system, code, place in codings(value):
            if type(system) is not str:
                missed.append((code, place))
                continue
            verdict = terminology.contains(url, system, code)
            if verdict is not False:
                return
            missed.append((code, place))
        if missed:
            code, place = missed[0]
            near = hint(code, [c for _, c in terminology.codes(url) or ()])
            walk.note("binding-required", locate(path) + place, code=short(code), value_set=url, element=path[1].name, hint=near)
        elif type_name not in QUANTITIES and "extension" not in value:
            walk.fault("binding-required-missing", path, value_set=url)

    return check


def _extensible(url: str, codings: Codings, terminology: Terminology) -> Check:
    systems: frozenset[str] | None = None

    def check(value: Any, path: Path, walk: Walk) -> None:
        nonlocal systems
        missed: tuple[str, str] | None = None
        for system, code, place in codings(value):
            verdict = terminology.contains(url, system, code) if type(system) is str else None
            if verdict:
                return
            if verdict is False and missed is None:
                if systems is None:
                    systems = frozenset(s for s, _ in terminology.codes(url) or ())
                if system in systems:
                    missed = (code, place)
        if missed:
            walk.note("binding-extensible", locate(path) + missed[1], code=short(missed[0]), value_set=url)

    return check


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())


def coding_check(systems: CodeSystems) -> Check:
    """The check of a Coding against the code system it names."""

    def check(value: Any, path: Path, walk: Walk) -> None:
        url = value.get("system")
        if type(url) is not str:
            return
        system = systems.code_system(url)
        if system is not None:
            code = value.get("code")
            if type(code) is str and system.complete:
                _concept(system, code, value.get("display"), path, walk)
        elif not _ABSOLUTE(url):
            walk.note("coding-system-absolute", f"{locate(path)}.system")
        elif url.startswith(_VALUE_SET):
            walk.note("coding-system-value-set", f"{locate(path)}.system")

    return check


def _concept(system: CodeSystem, code: str, display: Any, path: Path, walk: Walk) -> None:
    spelt = system.find(code)
    if spelt is None:
        walk.note("coding-code-unknown", f"{locate(path)}.code", code=short(code), system=system.url)
        return
    names = system.displays[spelt]
    if type(display) is str and names and display not in names and _fold(display) not in map(_fold, names):
        walk.note("coding-display", f"{locate(path)}.display", code=short(code), system=system.url, expected=short(names[0]))


class Bindings(Addition):
    """Checks on every bound element, and on every Coding."""

    def __init__(self, terminology: Terminology) -> None:
        self._terminology = terminology

    def for_type(self, info: TypeInfo) -> Sequence[Check]:
        if info.name == "Coding" and isinstance(self._terminology, CodeSystems):
            return (coding_check(self._terminology),)
        return ()

    def for_element(self, element: ElementInfo) -> Sequence[Check]:
        check = binding_check(element.type, element.binding, self._terminology)
        return (check,) if check else ()
