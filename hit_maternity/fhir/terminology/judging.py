"""Whether a code is in a code system or a value set, and whether it is called by a name it has.

Sources: https://hl7.org/fhir/R4/valueset-operation-validate-code.html and codesystem-operation-validate-code.html. A wrong display
makes the answer false, as the terminology servers of HL7 do it; what can't be told is not true.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hit_maternity.fhir.terminology.catalogue import Catalogue
from hit_maternity.fhir.terminology.describing import Description, describe, exists, folded
from hit_maternity.fhir.terminology.expansion import Expansion, listed
from hit_maternity.fhir.terminology.grammar import GRAMMARS
from hit_maternity.fhir.terminology.languages import Languages

#: How many imports are followed for the names that value sets give a code.
_IMPORTS = 100
_NO_SYSTEM = "The coding has no system, so it can't be told which code is meant."


@dataclass(frozen=True, slots=True)
class Verdict:
    """``message``: why it is not valid, or what to heed though it is. ``code``: as the system spells it."""

    valid: bool
    message: str | None = None
    display: str | None = None
    system: str | None = None
    code: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Judge:
    """``abstract``: whether codes that only group others count as valid."""

    catalogue: Catalogue
    languages: Languages
    abstract: bool = True

    def in_system(self, system: str, coding: Mapping[str, Any]) -> Verdict:
        """Whether the coding's code is in ``system``, whatever system it names itself."""
        if not system:
            return Verdict(False, _NO_SYSTEM, code=coding["code"])
        named = coding.get("system")
        if named and named != system:
            return Verdict(
                False, f"The coding is of the system {_short(named)}, not of {_short(system)}.", system=named, code=coding["code"]
            )
        return self._judged(system, coding, None, None)

    def in_value_set(self, value_set: dict[str, Any], coding: Mapping[str, Any]) -> Verdict:
        """Whether the coding is in ``value_set``. Raises ``FhirError`` 422 where that imports itself."""
        expansion = self.catalogue.expand(value_set)
        if not coding.get("system"):
            return Verdict(False, _NO_SYSTEM, code=coding["code"])
        return self._judged(coding["system"], coding, value_set, expansion)

    def inferred(self, value_set: dict[str, Any], code: str) -> str | Verdict:
        """The one system that the value set has ``code`` from; a verdict where there is none or there are several."""
        expansion = self.catalogue.expand(value_set)
        found = {s for s, c in expansion.codes if c == code} | {s for s in expansion.grammars if GRAMMARS[s](code)}
        if len(found) == 1:
            return found.pop()
        if found:
            return Verdict(False, f"The code is of more than one system in the value set: {', '.join(sorted(found))}. Name the one meant.")
        return Verdict(False, "The value set has no such code, of whatever system, as far as its codes are known here.", code=code)

    def _judged(self, system: str, coding: Mapping[str, Any], value_set: dict[str, Any] | None, expansion: Expansion | None) -> Verdict:
        code, version = coding["code"], coding.get("version") or None
        there = exists(self.catalogue, system, version, code)
        found = describe(self.catalogue, system, version, code) if there else None
        code = found.code if found else code
        stated = list(_stated(self.catalogue, value_set, system, code)) if value_set is not None else []
        display = self._display(found, stated)
        said = {"system": system, "code": code, "version": found.version if found else version}
        faults = [f for f in (self._existence(system, version, there, stated),) if f]
        if expansion is not None and not faults and (fault := _membership(value_set or {}, expansion, system, code, found)):
            faults.append(fault)
        if not faults and found and found.abstract and not self.abstract:
            faults.append("The code is abstract: it groups others and is not to be used itself.")
        if not faults and (fault := _naming(coding.get("display"), found, stated, display)):
            faults.append(fault)
        if faults:
            return Verdict(False, " ".join(faults), display, **said)
        hint = "The code is inactive: the system says that it is no longer to be used." if found and found.inactive else None
        return Verdict(True, hint, display, **said)

    def _display(self, found: Description | None, stated: list[Mapping[str, Any]]) -> str | None:
        own = next((s["display"] for s in stated if s.get("display")), found.display if found else None)
        designations = [d for s in stated for d in s.get("designation", ())] + list(found.designations if found else ())
        return self.languages.display(own, found.language if found else None, designations)

    def _existence(self, system: str, version: str | None, there: bool | None, stated: list[Mapping[str, Any]]) -> str | None:
        """Why the code can't be one of the system; None where it is, or where a value set vouches for what isn't here."""
        if there:
            return None
        if there is False:
            return f"The code system {_short(system)} has no such code."
        if version and (known := [str(d.resource.get("version")) for d in self.catalogue.versions("CodeSystem", system)]):
            return f"The code system {_short(system)} is not known here in this version, only in {', '.join(known)}."
        if stated:
            return None
        if self.catalogue.code_system(system) is not None:
            return f"Of the code system {_short(system)} only part is loaded here, and the code is not in it: it can't be told."
        return f"The code system {_short(system)} is not loaded here, so it can't be told whether it has the code."


def _membership(value_set: Mapping[str, Any], expansion: Expansion, system: str, code: str, found: Description | None) -> str | None:
    """Why the code is not in the value set; None where it is."""
    name = _short(str(value_set.get("url", "that was sent")))
    if (system, code) in expansion.codes:
        return None
    if system in expansion.grammars and system not in expansion.open:
        return None if found or GRAMMARS[system](code) else f"The code is not in the value set {name}."
    if expansion.doubts(system):
        return f"The value set {name} can't be enumerated here, so it can't be told whether the code is in it."
    return f"The code is not in the value set {name}."


def _naming(given: str | None, found: Description | None, stated: list[Mapping[str, Any]], display: str | None) -> str | None:
    """Why the given display is wrong; None where it is right, or where no name of the code is known."""
    names = [n for s in stated for n in (s.get("display"), *(d.get("value") for d in s.get("designation", ()))) if n]
    names += found.names() if found else []
    if not given or not names or (found and not found.exact) or folded(given) in map(folded, names):
        return None
    return f"The display is not a name of this code. It is called: {display or names[0]}."


def _stated(catalogue: Catalogue, value_set: dict[str, Any], system: str, code: str) -> Iterator[Mapping[str, Any]]:
    """What the value set itself, and those it imports, call the code."""
    todo, met = [value_set], {id(value_set)}
    while todo:
        current = todo.pop(0)
        for include in current.get("compose", {}).get("include", ()):
            if include.get("system", "").partition("|")[0] == system:
                yield from (c for c in include.get("concept", ()) if c.get("code") == code)
            for url in include.get("valueSet", ()):
                found = None if url.startswith("#") else catalogue.find("ValueSet", url)
                if found is not None and id(found) not in met and len(met) < _IMPORTS:
                    met.add(id(found))
                    todo.append(found)
        if "compose" not in current:
            entries = listed(current.get("expansion", {}).get("contains", ()))
            yield from (e for e in entries if e.get("code") == code and e.get("system") == system)


def _short(text: str) -> str:
    """``text`` fit to be told: printable, at most 200 characters."""
    return "".join(c if c.isprintable() else "?" for c in text[:200]) + ("..." if len(text) > 200 else "")
