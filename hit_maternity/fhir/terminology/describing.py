"""What is known of one code: its names, its place among others, its properties; of grammars, what can be read from the code itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from hit_maternity.fhir import ucum
from hit_maternity.fhir.terminology.catalogue import Catalogue
from hit_maternity.fhir.terminology.codesystem import ABOVE, BELOW, CodeSystem
from hit_maternity.fhir.terminology.countries import countries
from hit_maternity.fhir.terminology.grammar import BCP_13, BCP_47, GRAMMARS, ISO_3166, ISO_4217, UCUM
from hit_maternity.fhir.terminology.unit_names import name_of_unit

_LANGUAGES = "http://hl7.org/fhir/ValueSet/languages"


@dataclass(frozen=True, slots=True)
class Property:
    """``kind``: the ``value[x]`` of the value; ``description``: what a code in it is called."""

    code: str
    kind: str
    value: Any
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Description:
    """``system``: its name and version; ``language``: of ``display``, where that is stated. ``exact``: other displays are wrong."""

    code: str
    system: str
    version: str | None
    display: str | None
    language: str | None = None
    designations: tuple[dict[str, Any], ...] = ()
    properties: tuple[Property, ...] = ()
    inactive: bool = False
    abstract: bool = False
    exact: bool = True

    def names(self) -> list[str]:
        """Every name the code goes by."""
        return [n for n in (self.display, *(d.get("value") for d in self.designations)) if n]


def describe(catalogue: Catalogue, system: str, version: str | None, code: str) -> Description | None:
    """What is known of ``code``; None where the system is not here, or (see ``exists``) has no such code."""
    table = catalogue.code_system(system, version)
    if table is not None and (spelt := table.find(code)) is not None:
        return _described(table, spelt)
    return _of_grammar(catalogue, system, code) if exists(catalogue, system, version, code) else None


def exists(catalogue: Catalogue, system: str, version: str | None, code: str) -> bool | None:
    """Whether the system has the code; None where that can't be told here."""
    if system in GRAMMARS:
        return GRAMMARS[system](code)
    table = catalogue.code_system(system, version)
    if table is None:
        return None
    return True if table.find(code) is not None else False if table.complete else None


def _described(table: CodeSystem, code: str) -> Description:
    concept, definition = table.concepts[code], table.definition
    return Description(
        code=code,
        system=str(definition.get("name") or definition.get("title") or table.url),
        version=table.version,
        display=concept.get("display"),
        language=definition.get("language"),
        designations=tuple(concept.get("designation", ())),
        properties=tuple(_properties(table, code, concept)),
        inactive=table.is_inactive(code),
        abstract=table.is_abstract(code),
        exact=table.url not in GRAMMARS,
    )


def _properties(table: CodeSystem, code: str, concept: Mapping[str, Any]) -> Iterator[Property]:
    if text := concept.get("definition"):
        yield Property("definition", "valueString", text)
    yield Property("inactive", "valueBoolean", table.is_inactive(code))
    for name, edges in (("parent", table.above), ("child", table.below)):
        for other in edges.get(code, ()):
            yield Property(name, "valueCode", other, _name(table, other))
    for entry in concept.get("property", ()):
        kind = next((k for k in entry if k.startswith("value")), None)
        if kind and entry["code"] not in ABOVE and entry["code"] not in (BELOW, "inactive", "definition"):
            value = entry[kind]
            words = value.get("display") if kind == "valueCoding" else _name(table, value) if kind == "valueCode" else None
            yield Property(entry["code"], kind, value, words)


def _name(table: CodeSystem, code: str) -> str | None:
    return next(iter(table.displays.get(code, ())), None)


# ---------------------------------------------------------------- grammars


def _of_grammar(catalogue: Catalogue, system: str, code: str) -> Description | None:
    reader = _READERS.get(system)
    return reader(catalogue, code) if reader else None


def _unit(_: Catalogue, code: str) -> Description:
    found = ucum.conversion(code)
    base = (Property("canonical", "valueString", found.unit),) if found else ()
    return Description(code, "UCUM", None, name_of_unit(code), "en", properties=base, exact=False)


def _language(catalogue: Catalogue, code: str) -> Description:
    names = _language_names(catalogue)
    base, _, rest = code.partition("-")
    name = names.get(code.lower()) or names.get(base.lower()) or code
    display = name if code.lower() in names or not rest or name == code else f"{name} ({rest})"
    return Description(code, "BCP 47", None, display, "en", exact=False)


def _language_names(catalogue: Catalogue) -> dict[str, str]:
    """FHIR's value set of common languages names them."""
    found = catalogue.loaded.definitions.find("ValueSet", _LANGUAGES) or {}
    concepts = (c for i in found.get("compose", {}).get("include", ()) for c in i.get("concept", ()))
    return {**_NORDIC, **{c["code"].lower(): c["display"] for c in concepts if "display" in c}}


_NORDIC = {"nb": "Norwegian Bokmål", "nn": "Norwegian Nynorsk", "se": "Northern Sami", "sma": "Southern Sami", "smj": "Lule Sami",
           "so": "Somali", "ti": "Tigrinya", "uk": "Ukrainian", "fa": "Persian", "ckb": "Central Kurdish", "ur": "Urdu", "ps": "Pashto",
           "th": "Thai", "tr": "Turkish", "vi": "Vietnamese", "lt": "Lithuanian", "ro": "Romanian", "am": "Amharic"}  # fmt: skip


def _plain(name: str) -> Callable[[Catalogue, str], Description]:
    return lambda _, code: Description(code, name, None, code, exact=False)


def _country(_: Catalogue, code: str) -> Description:
    return Description(code, "ISO 3166-1", None, countries().get(code, code), "en", exact=False)


_READERS: Mapping[str, Callable[[Catalogue, str], Description]] = {
    UCUM: _unit,
    BCP_47: _language,
    BCP_13: _plain("BCP 13"),
    ISO_4217: _plain("ISO 4217"),
    ISO_3166: _country,
}


@lru_cache(maxsize=1024)
def folded(text: str) -> str:
    """A display as it is compared: without regard to case and white space."""
    return " ".join(text.casefold().split())
