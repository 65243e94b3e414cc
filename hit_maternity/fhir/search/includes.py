"""``_include`` and ``_revinclude``: what comes along with the matches.

Source: https://hl7.org/fhir/R4/search.html#include.
"""

from __future__ import annotations

from collections.abc import Iterable

from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.search.faults import Fault, Refused, Unknown, meant, shown
from hit_maternity.fhir.search.model import Include, SearchParameter
from hit_maternity.fhir.search.registry import Registry

ITERATING = frozenset({"iterate", "recurse"})  # recurse: as STU3 called it


def read(name: str, modifier: str, value: str, searched: tuple[str, ...], definitions: Definitions, registry: Registry) -> list[Include]:
    """The includes that one parameter asks for: one, or for ``*`` one a type. Raises ``Refused`` or ``Unknown``."""
    if modifier and modifier not in ITERATING:
        raise Refused(Fault("search-modifier-unsupported", "it takes no modifier but :iterate.", "not-supported"))
    reverse, iterate = name == "_revinclude", bool(modifier)
    types = definitions.resource_types
    parts = value.split(":")
    if parts == ["*"]:
        sources: Iterable[str] = sorted(types) if reverse or iterate else searched
        parts = ["*", "*"]
    elif len(parts) in (2, 3) and parts[0] in types:
        sources = (parts[0],)
    elif len(parts) in (2, 3):
        raise Unknown(Fault("search-include-type", f"the type before the : is none of R4.{meant(parts[0], types)}", "not-supported"))
    else:
        raise Refused(Fault("search-value-include", "written as Type:parameter, Type:parameter:TargetType or *."))
    target = parts[2] if len(parts) == 3 else None
    if target is not None and target not in types:
        raise Unknown(Fault("search-include-type", f"the target type is none of R4.{meant(target, types)}", "not-supported"))
    reached = None if not reverse or iterate else frozenset(searched)
    found = [i for s in sources if (i := _from(s, parts[1], target, reached, reverse, iterate, registry))]
    if not found:
        words = "it can't name what is searched for." if reverse else "it can't name that type."
        raise Refused(Fault("search-include-target", words, "not-supported"))
    return found


def _from(
    source: str, code: str, target: str | None, reached: frozenset[str] | None, reverse: bool, iterate: bool, registry: Registry
) -> Include | None:
    """The include from one type; None where its references can't name what is wanted."""
    known = registry.parameters(source)
    if code == "*":
        chosen = [p for p in known.values() if p.type == "reference"]
    else:
        parameter = known.get(code)
        if parameter is None:
            references = [c for c, p in known.items() if p.type == "reference"]
            raise Unknown(Fault("search-include-parameter", f"{source} has no such parameter.{meant(code, references)}", "not-supported"))
        if parameter.type != "reference":
            raise Refused(Fault("search-include-parameter", f"{shown(code)} of {source} is a {parameter.type} parameter, not a reference."))
        chosen = [parameter]
    chosen = [p for p in chosen if _names(p, target) and (reached is None or not p.targets or p.targets & reached)]
    return Include(reverse, source, tuple(chosen), (target,) if target else None, iterate) if chosen else None


def _names(parameter: SearchParameter, target: str | None) -> bool:
    return target is None or not parameter.targets or target in parameter.targets
