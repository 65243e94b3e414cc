"""Token parameters: what a code means in the rows, value sets and hierarchies expanded.

Source: https://hl7.org/fhir/R4/search.html#token.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from hit_maternity.fhir.search import values
from hit_maternity.fhir.search.faults import Fault, Refused
from hit_maternity.fhir.search.fold import TOKEN_LENGTH, bounded
from hit_maternity.fhir.search.model import Condition, SearchParameter, TokenValue, Value
from hit_maternity.fhir.search.registry import Registry
from hit_maternity.fhir.search.tokens import MIME_TYPES, contact

if TYPE_CHECKING:
    from hit_maternity.fhir.ports import Terminology

MAX_EXPANSION = 5000
SPECIAL_VALUES = "http://hl7.org/fhir/special-values"

#: Data types whose rows hold another form of the code than the one asked for.
_OTHER_FORMS = frozenset({"code", "boolean", "string", "markdown", "ContactPoint"})

_NO_HIERARCHY = Fault(
    "search-hierarchy-unknown", "the code system isn't known here, or has no hierarchy here; use :in, or name the codes.", "not-supported"
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the meaning of a value depends on besides itself."""

    registry: Registry
    terminology: Terminology
    resource_types: frozenset[str]
    base: str
    now: datetime


class TokenReader:
    """Makes conditions of token parameters."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._around = surroundings

    def values(self, parameters: tuple[SearchParameter, ...], text: str) -> tuple[TokenValue, ...]:
        """What the alternatives of ``text`` are in the rows of ``parameters``."""
        read = values.alternatives(text, lambda t: tuple(self._forms(parameters, values.token(t))))
        return tuple(dict.fromkeys(form for forms in read for form in forms))

    def _kinds(self, parameters: tuple[SearchParameter, ...]) -> set[str]:
        """The data types that ``parameters`` read; none where that isn't known."""
        return {e.type for p in parameters for e in self._around.registry.elements(p)}

    def _forms(self, parameters: tuple[SearchParameter, ...], value: TokenValue) -> Iterator[TokenValue]:
        """``value`` as rows have it: codes without a system where it is implicit, strings folded, telephone numbers closed up."""
        kinds, code = self._kinds(parameters), value.code
        if not kinds or kinds - _OTHER_FORMS:
            yield value
        if "code" in kinds:
            yield self._implicit(parameters, value)
        if "boolean" in kinds:
            yield TokenValue("" if value.system == SPECIAL_VALUES else value.system, code)
        if kinds & {"string", "markdown"} and code:
            yield TokenValue(value.system, code.casefold())
        if "ContactPoint" in kinds:
            yield TokenValue(value.system, contact(code) if code else None)

    def _implicit(self, parameters: tuple[SearchParameter, ...], value: TokenValue) -> TokenValue:
        """A ``code`` element has no system of its own: that of its value set is meant."""
        if not value.system:
            return value
        for parameter in parameters:
            for element in self._around.registry.elements(parameter):
                binding = element.element.binding if element.element else None
                if binding and element.type == "code" and self._in_value_set(binding.value_set, value):
                    return TokenValue("", value.code)
        return value

    def _in_value_set(self, value_set: str, value: TokenValue) -> bool:
        if value.code is not None:
            return self._around.terminology.contains(value_set, value.system, value.code) is True
        return any(system == value.system for system, _ in self._around.terminology.codes(value_set) or ())

    def text(self, parameters: tuple[SearchParameter, ...], text: str) -> Condition:
        """The text that goes with a code: ``CodeableConcept.text``, ``Coding.display``, ``Identifier.type.text``."""
        return Condition(parameters, "text", tuple(values.alternatives(text, values.string)))

    def none_of(self, parameters: tuple[SearchParameter, ...], text: str) -> Condition:
        """None of the codes; resources without any fit too."""
        return Condition(parameters, "not", tuple(self.values(parameters, text)), negated=True)

    def of_type(self, parameters: tuple[SearchParameter, ...], text: str) -> Condition:
        """Identifiers of a type: ``system|code|value``."""
        if "Identifier" not in self._kinds(parameters):
            raise Refused(Fault("search-modifier-unsupported", ":of-type is for identifiers only.", "not-supported"))
        return Condition(parameters, "of-type", tuple(values.alternatives(text, values.of_type)))

    def in_value_set(self, parameters: tuple[SearchParameter, ...], text: str) -> Condition:
        """Any code of the value sets."""
        return Condition(parameters, None, self._expansion(parameters, text))

    def not_in_value_set(self, parameters: tuple[SearchParameter, ...], text: str) -> Condition:
        """No code of the value sets."""
        return Condition(parameters, None, self._expansion(parameters, text), negated=True)

    def _expansion(self, parameters: tuple[SearchParameter, ...], text: str) -> tuple[Value, ...]:
        found: dict[TokenValue, None] = {}
        for url in values.alternatives(text, values.unescape):
            codes = self._around.terminology.codes(url)
            if codes is None and self._around.base and "://" not in url:
                codes = self._around.terminology.codes(f"{self._around.base.rstrip('/')}/{url}")
            if codes is None:
                raise Refused(Fault("search-value-set-unknown", "the value set isn't known here, or can't be expanded.", "not-found"))
            self._gather(parameters, codes, found)
        return tuple(found)

    def below(self, parameters: tuple[SearchParameter, ...], text: str) -> Condition:
        """A code and all that it subsumes; of MIME types, whatever their parameters."""
        elements = [e.element for p in parameters for e in self._around.registry.elements(p)]
        if elements and all(e and e.binding and e.binding.value_set.startswith(MIME_TYPES) for e in elements):
            read = values.alternatives(text, lambda t: TokenValue(None, values.unescape(t).partition(";")[0].strip()))
            return Condition(tuple(replace(p, code=f"{p.code}:below") for p in parameters), None, tuple(read))
        return self._hierarchy(parameters, text, self._around.terminology.descendants)

    def above(self, parameters: tuple[SearchParameter, ...], text: str) -> Condition:
        """A code and all that subsumes it."""
        return self._hierarchy(parameters, text, self._around.terminology.ancestors)

    def _hierarchy(
        self, parameters: tuple[SearchParameter, ...], text: str, related: Callable[[str, str], frozenset[str] | None]
    ) -> Condition:
        found: dict[TokenValue, None] = {}
        for value in values.alternatives(text, values.token):
            if not value.system or not value.code:
                raise Refused(Fault("search-value-token", "with :above or :below a value is system|code."))
            codes = related(value.system, value.code)
            if codes is None:
                raise Refused(_NO_HIERARCHY)
            self._gather(parameters, ((value.system, c) for c in codes), found)
        return Condition(parameters, None, tuple(found))

    def _gather(self, parameters: tuple[SearchParameter, ...], codes: Iterable[tuple[str, str]], found: dict[TokenValue, None]) -> None:
        """Puts ``codes`` into ``found`` as token values; ``code`` elements, whose rows have no system, by the code alone."""
        kinds = self._kinds(parameters)
        for system, code in sorted(codes):
            if len(found) > MAX_EXPANSION:
                raise Refused(Fault("search-value-set-too-large", f"it stands for more than {MAX_EXPANSION} codes.", "too-costly"))
            if kinds != {"code"}:
                found[TokenValue(bounded(system, TOKEN_LENGTH), bounded(code, TOKEN_LENGTH))] = None
            if "code" in kinds:
                found[TokenValue("", bounded(code, TOKEN_LENGTH))] = None
