"""The invariants of the definitions, each where its element occurs.

Source: https://hl7.org/fhir/R4/conformance-rules.html#constraints. An expression must evaluate to true: an empty result counts
as not satisfied, as in the reference tooling; the few published expressions for which that was never meant are in
``errata``. Some are Python, see ``native``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from hit_maternity.fhir.definitions import Constraint, Definitions, ElementInfo, TypeInfo
from hit_maternity.fhir.fhirpath import Expression, FhirPathError, compile_expression
from hit_maternity.fhir.outcome import ERROR, WARNING, Issue
from hit_maternity.fhir.validation.checks import Addition, Check
from hit_maternity.fhir.validation.errata import ERRATA
from hit_maternity.fhir.validation.native import NATIVE, Native
from hit_maternity.fhir.validation.walk import Path, Walk, locate

TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
#: Invariants that other files check: emptiness (structure), contained resources, references, narrative.
ELSEWHERE = frozenset({"ele-1", "dom-2", "dom-3", "dom-4", "dom-5", "ref-1", "txt-1", "txt-2"})


def invariant_check(constraint: Constraint, type_name: str | None, definitions: Definitions, norwegian: str | None = None) -> Check:
    """The check of one invariant on values of ``type_name``; ``norwegian``: its words in that language, where its definition has
    them. Raises ``FhirPathError`` where its expression can't be compiled."""
    severity = ERROR if constraint.severity == "error" else WARNING
    erratum = ERRATA.get(constraint.expression)
    text = erratum.expression if erratum else constraint.expression
    rule = f"inv:{constraint.key}"
    words = {"en": f"{constraint.key}: {constraint.human}", "nb": f"{constraint.key}: {norwegian or constraint.human}"}

    def fail(path: Path, walk: Walk) -> None:
        if not walk.full:
            walk.issues.append(Issue("invariant", rule, words[walk.language], locate(path), severity))

    native = NATIVE.get(text)
    if native is not None and type_name and not type_name[:1].islower():
        return _native(native, fail)
    return _evaluated(compile_expression(text, type_name, definitions), constraint.key, fail)


def norwegian_words(constraint: dict[str, Any]) -> str | None:
    """The words of a constraint in Norwegian: the extension ``translation`` of its ``human`` (bokmål before nynorsk)."""
    found: dict[str, str] = {}
    for extension in constraint.get("_human", {}).get("extension", ()):
        if extension.get("url") == TRANSLATION:
            parts = {e.get("url"): next((v for k, v in e.items() if k.startswith("value")), None) for e in extension.get("extension", ())}
            found[str(parts.get("lang"))] = str(parts.get("content"))
    return next((found[tag] for tag in ("nb", "nb-NO", "no", "no-NO", "nn", "nn-NO") if tag in found), None)


def _native(test: Native, fail: Callable[[Path, Walk], None]) -> Check:
    def check(value: Any, path: Path, walk: Walk) -> None:
        if not test(value, walk.resource):
            fail(path, walk)

    return check


def _evaluated(expression: Expression, key: str, fail: Callable[[Path, Walk], None]) -> Check:
    def check(value: Any, path: Path, walk: Walk) -> None:
        try:
            holds = expression.holds(value, walk.context())
        except FhirPathError:
            walk.fault("invariant-unevaluated", path, key=key)
        else:
            if not holds:
                fail(path, walk)

    return check


class Invariants(Addition):
    """Checks on every type and element that has invariants."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions

    def for_type(self, info: TypeInfo) -> Sequence[Check]:
        if info.kind == "primitive-type" or info.name == "Element":
            return ()
        return tuple(self._checks(self._own(info), info.name))

    def for_element(self, element: ElementInfo) -> Sequence[Check]:
        if element.path == element.type or element.type == "Resource":
            return ()  # a nested element: its invariants are those of its type
        info = self._definitions.type(element.type)
        own = {c.key for c in self._own(info)} if info else set()
        return tuple(self._checks([c for c in element.constraints if c.key not in own], element.type))

    def _own(self, info: TypeInfo) -> Sequence[Constraint]:
        """The invariants of a type; a nested element's stand on the element that defines it."""
        if info.kind != "backbone":
            return info.constraints
        owner = self._definitions.type(info.name.rpartition(".")[0])
        defining = [e for e in owner.elements.values() if e.path == info.name] if owner else []
        return defining[0].constraints if defining else ()

    def _checks(self, constraints: Sequence[Constraint], type_name: str) -> Iterator[Check]:
        for constraint in constraints:
            erratum = ERRATA.get(constraint.expression)
            if constraint.key not in ELSEWHERE and not (erratum and type_name in erratum.not_on):
                yield invariant_check(constraint, type_name, self._definitions)
