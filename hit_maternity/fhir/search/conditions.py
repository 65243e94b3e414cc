"""From ``parameter[:modifier]=value`` to a ``Condition``: which modifiers a type takes, and what each makes of its values.

Source: https://hl7.org/fhir/R4/search.html#modifiers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product

from hit_maternity.fhir.search import values
from hit_maternity.fhir.search.faults import Fault, Refused
from hit_maternity.fhir.search.model import (
    CompositeValue,
    Condition,
    Criterion,
    Hierarchy,
    Near,
    ReferenceValue,
    SearchParameter,
    UriValue,
    Value,
)
from hit_maternity.fhir.search.paths import Route
from hit_maternity.fhir.search.sinks import FAMILY
from hit_maternity.fhir.search.token_conditions import Surroundings, TokenReader

#: The modifiers of each parameter type, besides the resource types that a reference takes.
MODIFIERS: dict[str, tuple[str, ...]] = {
    "string": ("missing", "exact", "contains"),
    "token": ("missing", "text", "not", "above", "below", "in", "not-in", "of-type"),
    "reference": ("missing", "identifier", "above", "below"),
    "uri": ("missing", "above", "below"),
    "date": ("missing",),
    "number": ("missing",),
    "quantity": ("missing",),
    "composite": (),
    "special": (),
}

#: Types whose resources may be part of one another, with the parameter that tells of which.
PART_OF: dict[str, str] = {
    "CarePlan": "part-of",
    "Communication": "part-of",
    "Encounter": "part-of",
    "Location": "partof",
    "MedicationStatement": "part-of",
    "Organization": "partof",
    "Procedure": "part-of",
    "ResearchStudy": "partof",
    "Task": "part-of",
}


def _is_family(route: Route) -> bool:
    return route.type == "HumanName" or (route.element is not None and route.element.path == FAMILY)


class ConditionReader:
    """Makes conditions of parameters that are already found by name."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._around = surroundings
        self._tokens = TokenReader(surroundings)
        self._modified: dict[tuple[str, str], Callable[[tuple[SearchParameter, ...], str], Criterion]] = {
            ("string", "exact"): self._as_it_is,
            ("string", "contains"): self._as_it_is,
            ("token", "text"): self._tokens.text,
            ("token", "not"): self._tokens.none_of,
            ("token", "of-type"): self._tokens.of_type,
            ("token", "in"): self._tokens.in_value_set,
            ("token", "not-in"): self._tokens.not_in_value_set,
            ("token", "above"): self._tokens.above,
            ("token", "below"): self._tokens.below,
            ("reference", "identifier"): self._identifier,
            ("reference", "above"): self._above,
            ("reference", "below"): self._below,
            ("uri", "above"): self._as_it_is,
            ("uri", "below"): self._as_it_is,
        }

    def read(self, parameters: tuple[SearchParameter, ...], modifier: str | None, text: str) -> Criterion:
        """The criterion; ``parameters`` share their type, one a resource type searched. Raises ``Refused``."""
        parameters = tuple(s for p in parameters for s in self._around.registry.stored(p))
        kind = parameters[0].type
        if modifier is None:
            if parameters[0].code == "near" and kind == "special":
                return Near(parameters, tuple(values.alternatives(text, values.near)))
            return Condition(self._with_parts(parameters), None, tuple(self._plain(parameters, text)))
        if modifier == "missing" and "missing" in MODIFIERS[kind]:
            return self._missing(parameters, text)
        if kind == "reference" and modifier in self._around.resource_types:
            return Condition(parameters, None, tuple(self._references(parameters, text, self._target(parameters, modifier))))
        reader = self._modified.get((kind, modifier))
        if reader is None:
            raise Refused(self.modifier_fault(kind))
        criterion = reader(parameters, text)
        return replace(criterion, modifier=modifier) if reader == self._as_it_is and isinstance(criterion, Condition) else criterion

    def _with_parts(self, parameters: tuple[SearchParameter, ...]) -> tuple[SearchParameter, ...]:
        """``parameters``, and for names the rows of the later parts of a family name."""
        if parameters[0].type != "string":
            return parameters
        named = [p for p in parameters if any(_is_family(e) for e in self._around.registry.elements(p))]
        return (*parameters, *(replace(p, code=f"{p.code}:part") for p in named))

    def modifier_fault(self, kind: str) -> Fault:
        """What to say of a modifier that a parameter of type ``kind`` doesn't take."""
        allowed = [f":{m}" for m in MODIFIERS[kind]] + (["a resource type it may name"] if kind == "reference" else [])
        words = f"a {kind} parameter takes {', '.join(allowed)}." if allowed else f"a {kind} parameter takes no modifier."
        return Fault("search-modifier-unsupported", words, "not-supported")

    # ------------------------------------------------------------ values

    def _plain(self, parameters: tuple[SearchParameter, ...], text: str) -> list[Value]:
        kind = parameters[0].type
        if kind == "token":
            return list(self._tokens.values(parameters, text))
        if kind == "reference":
            return self._references(parameters, text, None)
        if kind == "composite":
            return [v for vs in values.alternatives(text, lambda t: self._composite(parameters, t)) for v in vs]
        if kind == "uri":
            return self._uris(parameters, text)
        if kind == "date":
            return list(values.alternatives(text, lambda t: values.date(t, self._around.now)))
        readers: dict[str, Callable[[str], Value]] = {"string": values.string, "number": values.number, "quantity": values.quantity}
        return list(values.alternatives(text, readers[kind]))

    def _as_it_is(self, parameters: tuple[SearchParameter, ...], text: str) -> Condition:
        return Condition(parameters, None, tuple(self._plain(parameters, text)))

    def _missing(self, parameters: tuple[SearchParameter, ...], text: str) -> Condition:
        if text not in ("true", "false"):
            raise Refused(Fault("search-value-missing", "with :missing the value is true or false."))
        return Condition(parameters, "missing", (), missing=text == "true")

    def _uris(self, parameters: tuple[SearchParameter, ...], text: str) -> list[Value]:
        found: list[Value] = []
        for value in values.alternatives(text, values.uri):
            found.append(value)
            if parameters[0].code == "_profile" and self._around.base and "://" not in value.value and ":" not in value.value:
                found.append(UriValue(f"{self._around.base.rstrip('/')}/{value.value}"))
        return found

    def _composite(self, parameters: tuple[SearchParameter, ...], text: str) -> tuple[CompositeValue, ...]:
        """One value, or more where a part has several forms (a code that may be a string as well)."""
        pieces = values.split(text, "$")
        parts = parameters[0].components
        if len(pieces) != len(parts) or not all(pieces):
            raise Refused(Fault("search-value-composite", f"the value has {len(parts)} parts with a $ between them."))
        read = [self._plain(tuple(p.components[n] for p in parameters), piece) for n, piece in enumerate(pieces)]
        return tuple(CompositeValue(found) for found in product(*read))

    # ------------------------------------------------------------ reference

    def _target(self, parameters: tuple[SearchParameter, ...], target: str) -> str:
        if not any(target in p.targets or not p.targets for p in parameters):
            allowed = sorted(frozenset().union(*(p.targets for p in parameters)))
            raise Refused(
                Fault("search-modifier-unsupported", f"it can't name a {target}; it may name {', '.join(allowed)}.", "not-supported")
            )
        return target

    def _references(self, parameters: tuple[SearchParameter, ...], text: str, target: str | None) -> list[Value]:
        targets = frozenset().union(*(p.targets for p in parameters)) if all(p.targets for p in parameters) else frozenset()
        only = next(iter(targets)) if len(targets) == 1 else None
        if any(e.type in ("canonical", "uri") for p in parameters for e in self._around.registry.elements(p)):
            only = None
        around = self._around
        return list(values.alternatives(text, lambda t: values.reference(t, around.base, around.resource_types, target, only)))

    def _identifier(self, parameters: tuple[SearchParameter, ...], text: str) -> Condition:
        return Condition(parameters, "identifier", tuple(values.alternatives(text, values.token)))

    def _below(self, parameters: tuple[SearchParameter, ...], text: str) -> Criterion:
        """Any version of a canonical, or with ``|1`` any version 1.x; of another reference, what is part of the one that it names."""
        if not all(e.type in ("canonical", "uri") for p in parameters for e in self._around.registry.elements(p)):
            return self._hierarchy(parameters, text, up=False)
        read = values.alternatives(text, lambda t: ReferenceValue("", values.uri(t).value))
        return Condition(tuple(replace(p, code=f"{p.code}:below") for p in parameters), None, tuple(read))

    def _above(self, parameters: tuple[SearchParameter, ...], text: str) -> Criterion:
        return self._hierarchy(parameters, text, up=True)

    def _hierarchy(self, parameters: tuple[SearchParameter, ...], text: str, *, up: bool) -> Hierarchy:
        named = frozenset().union(*(p.targets for p in parameters)) if all(p.targets for p in parameters) else frozenset(PART_OF)
        links = tuple(self._around.registry.parameters(t)[code] for t, code in PART_OF.items() if t in named)
        if not links:
            words = f"with :above and :below it would have to name one of {', '.join(PART_OF)}, which may be part of one another."
            raise Refused(Fault("search-modifier-unsupported", words, "not-supported"))
        read = [v for v in self._references(parameters, text, None) if isinstance(v, ReferenceValue)]
        return Hierarchy(parameters, tuple(read), links, up)
