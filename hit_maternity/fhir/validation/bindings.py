"""Codes against the value sets that elements are bound to, and against the code systems they say they come from.

Source: https://hl7.org/fhir/R4/terminologies.html#strength. A required binding is an error; an extensible one a warning and a
preferred one information, and only where the value set lists codes of the code's own system. A system that nobody here knows never
fails, but is told, once a system: as a warning, or as information where it is known to be one (SNOMED CT, LOINC, Volven).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, Protocol, runtime_checkable

from hit_maternity.fhir.definitions import Binding, ElementInfo, TypeInfo
from hit_maternity.fhir.ports import Terminology
from hit_maternity.fhir.terminology import CodeSystem
from hit_maternity.fhir.terminology.grammar import GRAMMARS
from hit_maternity.fhir.terminology.standards import is_well_known
from hit_maternity.fhir.validation.checks import Addition, Check, hint
from hit_maternity.fhir.validation.walk import Path, Walk, locate, short

#: Value sets that a preferred binding names, and the set that bounds it (extension elementdefinition-maxValueSet).
MAXIMA = {"http://hl7.org/fhir/ValueSet/languages": "http://hl7.org/fhir/ValueSet/all-languages"}
QUANTITIES = frozenset({"Quantity", "Age", "Count", "Distance", "Duration", "Money", "SimpleQuantity", "MoneyQuantity"})
_PLAIN = frozenset({"code", "string", "uri", "url", "canonical", "id"})
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:").match
#: Told once a system, wherever in the resource it is met.
_ONCE = frozenset({"code-system-not-loaded", "code-system-unknown"})
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
    if strength not in ("required", "extensible", "preferred"):
        return None
    if type_name in _PLAIN:
        return _plain(url, terminology) if strength == "required" or (type_name == "code" and strength == "extensible") else None
    if type_name not in CODED:
        return None
    codings = CODED[type_name]
    if strength == "required":
        return _required(url, codings, type_name, terminology)
    return _wished(url, codings, terminology, f"binding-{strength}")


def _is_no_code(terminology: Terminology, system: str, code: str) -> bool:
    """Whether the system, which is here, has no such code: then no value set has it either."""
    if system in GRAMMARS:
        return GRAMMARS[system](code) is False
    known = terminology.code_system(system) if isinstance(terminology, CodeSystems) else None
    return known is not None and known.complete and known.find(code) is None


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
            if verdict or (verdict is None and not _is_no_code(terminology, system, code)):
                return
            missed.append((code, place))
        if missed:
            code, place = missed[0]
            near = hint(code, [c for _, c in terminology.codes(url) or ()])
            walk.note("binding-required", locate(path) + place, code=short(code), value_set=url, element=path[1].name, hint=near)
        elif type_name not in QUANTITIES and "extension" not in value:
            walk.fault("binding-required-missing", path, value_set=url)

    return check


def _wished(url: str, codings: Codings, terminology: Terminology, rule: str) -> Check:
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
            walk.note(rule, locate(path) + missed[1], code=short(missed[0]), value_set=url)

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
        if system is None:
            _foreign(url, value.get("code"), path, walk)
            return
        code = value.get("code")
        if type(code) is str:
            _concept(system, code, value.get("display"), path, walk)

    return check


@lru_cache(maxsize=1024)
def _foreign_rule(url: str) -> str | None:
    """What is to be told of a system that is not loaded; None of a grammar."""
    if url in GRAMMARS:
        return None
    if not _ABSOLUTE(url):
        return "coding-system-absolute"
    if url.startswith(_VALUE_SET):
        return "coding-system-value-set"
    return "code-system-not-loaded" if is_well_known(url.partition("|")[0]) else "code-system-unknown"


def _foreign(url: str, code: Any, path: Path, walk: Walk) -> None:
    """A system that is not loaded: is it one at all?"""
    rule = _foreign_rule(url)
    if rule is None:
        if type(code) is str and GRAMMARS[url](code) is False:
            walk.note("coding-code-unknown", f"{locate(path)}.code", code=short(code), system=url)
    elif rule not in _ONCE:
        walk.note(rule, f"{locate(path)}.system")
    elif not walk.full and not walk.trials:
        named = short(url, 200)
        if not any(i.rule == rule and f" {named} " in i.text for i in walk.issues):
            walk.note(rule, f"{locate(path)}.system", system=named)


def _concept(system: CodeSystem, code: str, display: Any, path: Path, walk: Walk) -> None:
    spelt = system.find(code)
    if spelt is None:
        walk.note(
            "coding-code-unknown" if system.complete else "coding-code-not-loaded",
            f"{locate(path)}.code",
            code=short(code),
            system=system.url,
        )
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
