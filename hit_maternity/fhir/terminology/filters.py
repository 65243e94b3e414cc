"""The filters of a value set's definition: which codes of a loaded system each keeps.

Source: https://hl7.org/fhir/R4/valueset.html#compositions and the required value set
http://hl7.org/fhir/ValueSet/filter-operator. A regular expression may be anybody's, so it runs within limits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from hit_maternity.fhir.fhirpath.errors import FhirPathError
from hit_maternity.fhir.fhirpath.regex import cost, matches_full
from hit_maternity.fhir.terminology.codesystem import CodeSystem

_LONGEST_VALUE = 20_000
#: How often a regular expression may branch on all values of a system together.
_MOST_BRANCHES = 5e6
#: Properties that every code system has.
_EVERYWHERE = frozenset({"code", "concept", "display", "definition", "parent", "child", "inactive", "notSelectable", "abstract", "status"})


class Unusable(Exception):
    """A filter that can't be applied; its words say why and how to mend it."""


def _known(system: CodeSystem, code: str) -> str:
    """The code as the system spells it, or as it stands where the system has none such."""
    return system.find(code) or code


def _is_a(system: CodeSystem, _: str, value: str) -> Iterable[str]:
    return system.descendants(_known(system, value))


def _descendent_of(system: CodeSystem, _: str, value: str) -> Iterable[str]:
    code = _known(system, value)
    return system.descendants(code) - {code}


def _is_not_a(system: CodeSystem, _: str, value: str) -> Iterable[str]:
    return system.displays.keys() - system.descendants(_known(system, value))


def _generalizes(system: CodeSystem, _: str, value: str) -> Iterable[str]:
    return system.ancestors(_known(system, value))


def values_of(system: CodeSystem, name: str, code: str) -> tuple[str, ...]:
    """The values of property ``name`` of a code, as text; those that every system has among them."""
    if name in ("code", "concept"):
        return (code,)
    if name in ("parent", "child"):
        return (system.above if name == "parent" else system.below).get(code, ())
    if name == "display":
        return system.displays[code][:1]
    stated = system.properties.get(code, {}).get(name, ())
    if name == "definition" and not stated:
        text = system.concepts.get(code, {}).get("definition")
        return (text,) if text else ()
    if name == "inactive" and not stated:
        return ("true" if system.is_inactive(code) else "false",)
    if name in ("notSelectable", "abstract") and not stated:
        return ("true" if system.is_abstract(code) else "false",)
    return stated


def _equal(system: CodeSystem, name: str, value: str) -> Iterable[str]:
    if name in ("code", "concept", "parent", "child"):
        value = _known(system, value)
    return [c for c in system.displays if value in values_of(system, name, c)]


def _in(system: CodeSystem, name: str, value: str) -> Iterable[str]:
    wanted = {v.strip() for v in value.split(",")}
    if name in ("code", "concept", "parent", "child"):
        wanted = {_known(system, v) for v in wanted}
    return [c for c in system.displays if wanted.intersection(values_of(system, name, c))]


def _not_in(system: CodeSystem, name: str, value: str) -> Iterable[str]:
    return system.displays.keys() - set(_in(system, name, value))


def _exists(system: CodeSystem, name: str, value: str) -> Iterable[str]:
    if value not in ("true", "false"):
        raise Unusable("the value of the operator exists is true or false")
    return [c for c in system.displays if bool(values_of(system, name, c)) == (value == "true")]


def _regex(system: CodeSystem, name: str, value: str) -> Iterable[str]:
    texts = {code: values_of(system, name, code) for code in system.displays}
    lengths = Counter(len(t) for listed in texts.values() for t in listed)
    try:
        if sum(count * cost(value, length) for length, count in lengths.items()) > _MOST_BRANCHES:
            raise Unusable("its regular expression takes too long on so many codes; make it simpler")
        return [code for code, listed in texts.items() if any(matches_full(t, value) for t in listed)]
    except FhirPathError as fault:
        reason = "can't be read" if fault.rule == "fhirpath-execution" else "takes too long to be matched; make it simpler"
        raise Unusable(f"its regular expression {reason}") from None


#: filter operator -> the codes it keeps.
FILTERS: Mapping[str, Callable[[CodeSystem, str, str], Iterable[str]]] = {
    "is-a": _is_a,
    "descendent-of": _descendent_of,
    "is-not-a": _is_not_a,
    "generalizes": _generalizes,
    "=": _equal,
    "in": _in,
    "not-in": _not_in,
    "exists": _exists,
    "regex": _regex,
}


def _has(system: CodeSystem, name: str) -> bool:
    """Whether a property or filter of this name means anything in the system."""
    definition = system.definition
    if name in _EVERYWHERE or any(p.get("code") == name for key in ("property", "filter") for p in definition.get(key, ())):
        return True
    return any(name in found for found in system.properties.values())


def kept_by(system: CodeSystem, filters: Iterable[Mapping[str, Any]]) -> set[str]:
    """The codes of ``system`` that all ``filters`` keep. Raises ``Unusable`` where one can't be applied."""
    kept = set(system.displays)
    for entry in filters:
        name, operator, value = entry.get("property"), entry.get("op"), entry.get("value")
        apply = FILTERS.get(str(operator))
        if apply is None:
            raise Unusable(f"a filter's operator is none of {', '.join(FILTERS)}")
        if not isinstance(name, str) or not isinstance(value, str):
            raise Unusable("a filter has no property, or no value")
        if len(value) > _LONGEST_VALUE:
            raise Unusable(f"a filter's value is longer than {_LONGEST_VALUE:,} characters")
        if not _has(system, name):
            raise Unusable("a filter names a property that this code system does not have")
        kept.intersection_update(apply(system, name, value))
    return kept
