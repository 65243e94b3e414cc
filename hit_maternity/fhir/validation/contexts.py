"""Where an extension may stand: the contexts of its definition, and the rules that hold there.

Source: https://hl7.org/fhir/R4/defining-extensions.html#context; the types of context:
https://hl7.org/fhir/R4/valueset-extension-context-type.html.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from hit_maternity.fhir.definitions import Definitions, ElementInfo
from hit_maternity.fhir.definitions.model import CORE
from hit_maternity.fhir.fhirpath import FhirPathError, compile_expression
from hit_maternity.fhir.fhirpath.item import Item as PathItem
from hit_maternity.fhir.validation.errata import CONTEXTS, ERRATA
from hit_maternity.fhir.validation.profile import Profile
from hit_maternity.fhir.validation.walk import Path, Walk, short


@dataclass(frozen=True)
class Place:
    """The element that carries an extension: its path, and what stands there, a primitive with its companion."""

    path: Path
    walk: Walk

    @property
    def element(self) -> ElementInfo:
        return self.path[1]

    @property
    def is_resource(self) -> bool:
        return self.path[0] is None or self.element.type == "Resource"

    @property
    def type(self) -> str:
        return str(self.walk.resource.get("resourceType")) if self.is_resource else self.element.type

    @cached_property
    def steps(self) -> list[Path]:
        """The places from the innermost resource down to this one."""
        steps: list[Path] = []
        place = self.path
        while place[0] is not None and place[1].type != "Resource":
            steps.append(place)
            place = place[0]
        return steps[::-1]

    @cached_property
    def content(self) -> tuple[Any, Any]:
        """(value, companion); both None where the resource's shape is broken on the way."""
        value: Any = self.walk.resource
        companion: Any = None
        for _, element, index, _ in self.steps:
            owner = value if type(value) is dict else companion
            if type(owner) is not dict:
                return None, None
            value, companion = owner.get(element.key), owner.get(f"_{element.key}") if element.is_primitive else None
            if index is not None:
                value, companion = _at(value, index), _at(companion, index)
        return value, companion

    def names(self, definitions: Definitions) -> Iterator[str]:
        """Everything the element may be called in a context: its type and what that derives from, its path in its own type and
        in the resource."""
        element = self.element
        yield from (element.path, element.path.replace("[x]", ""), element.key)
        name: str | None = self.type
        while name:
            yield name
            info = definitions.type(name)
            name = info.base if info else None
        yield "Element"
        yield ".".join([str(self.walk.resource.get("resourceType")), *(step[1].name for step in self.steps)])

    def extension_urls(self) -> Iterator[str]:
        """What an extension that carries this one is called: its url, or, inside another, ``outer#inner``."""
        urls: list[str] = []
        place = self
        while place.element.type == "Extension":
            value = place.content[0]
            urls.append(str(value.get("url")) if type(value) is dict else "")
            if place.path[0] is None:
                break
            place = Place(place.path[0], self.walk)
        if urls:
            yield urls[0]
            yield "#".join(reversed(urls))


def _at(listed: Any, index: int) -> Any:
    return listed[index] if type(listed) is list and index < len(listed) else None


class Contexts:
    """Judges where extensions stand."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions

    def check(self, definition: Profile, value: dict[str, Any], path: Path, walk: Walk) -> None:
        """Notes what is wrong with the place of the extension ``value`` at ``path``."""
        if path[0] is None:
            return
        place = Place(path[0], walk)
        contexts = definition.contexts
        if contexts and not self._stands(definition, contexts, place):
            allowed = [str(c.get("expression")) for c in contexts]
            on_resource = place.is_resource and not self._definitions.resource_types.isdisjoint(allowed)
            rule = "extension-context-resource" if on_resource else "extension-context"
            told = short(", ".join(allowed[:10]), 300)
            walk.fault(rule, path, url=short(definition.url, 200), allowed=told, element=place.element.path)
        for expression in definition.context_invariants:
            self._invariant(definition, expression, value, path, place)

    def _stands(self, definition: Profile, contexts: Sequence[dict[str, str]], place: Place) -> bool:
        names = set(place.names(self._definitions))
        if names & CONTEXTS.get(definition.url.removeprefix(CORE), frozenset()):
            return True
        for context in contexts:
            kind, expression = context.get("type"), str(context.get("expression"))
            if kind == "element":
                if "/" in expression or expression in names:  # an element of a profile: not told by where it stands
                    return True
            elif kind == "extension":
                if expression in place.extension_urls():
                    return True
            elif self._selected(expression, place):
                return True
        return False

    def _selected(self, expression: str, place: Place) -> bool:
        """Whether a FHIRPath over the resource selects the element; where it can't be evaluated that isn't held against it."""
        walk = place.walk
        value, companion = place.content
        try:
            found = compile_expression(expression, str(walk.resource.get("resourceType")), self._definitions, "lenient")
            items = found.evaluate(walk.resource, walk.context())
        except FhirPathError:
            return True
        if companion is not None:
            return any(item.companion is companion for item in items)
        return any(item.value is value for item in items)

    def _invariant(self, definition: Profile, expression: str, value: dict[str, Any], path: Path, place: Place) -> None:
        walk = place.walk
        erratum = ERRATA.get(expression)
        carrier, companion = place.content
        context = replace(walk.context(), variables={"extension": [PathItem(value, "Extension")]})
        try:
            compiled = compile_expression(erratum.expression if erratum else expression, place.type, self._definitions, "lenient")
            holds = compiled.holds(carrier, context, companion)
        except FhirPathError:
            walk.fault("invariant-unevaluated", path, key=short(definition.url, 200))
        else:
            if not holds:
                walk.fault("extension-context-invariant", path, url=short(definition.url, 200), expression=short(expression, 200))
