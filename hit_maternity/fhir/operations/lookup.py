"""CodeSystem/$lookup: what a code means. https://hl7.org/fhir/R4/codesystem-operation-lookup.html"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hit_maternity.fhir.operations.asking import Asked, parameter, parameters, shelf, wanted_languages
from hit_maternity.fhir.operations.model import Call, Operation
from hit_maternity.fhir.outcome import FhirError, refuse
from hit_maternity.fhir.rest.answers import resource_answer
from hit_maternity.fhir.rest.exchange import Response
from hit_maternity.fhir.terminology.catalogue import Catalogue
from hit_maternity.fhir.terminology.describing import Description, Property, describe
from hit_maternity.fhir.terminology.grammar import GRAMMARS

#: What is not a property of the concept, but may be asked for as one.
_HEAD = frozenset({"url", "name", "version", "code", "display", "designation"})


def lookup(call: Call) -> Response:
    """200 with Parameters: ``name`` and ``version`` of the system, ``display``, ``designation`` and ``property`` of the code.

    ``property``: which ones are wanted, ``lang.X`` for the designations of a language; without it all. Raises ``FhirError`` 400 with
    every wrong parameter, 404 for an unknown system or code.
    """
    asked = Asked(call)
    ways = [name for name in ("code", "coding") if asked.has(name)]
    code, system, version, coding = asked.text("code"), asked.text("system"), asked.text("version"), asked.coding("coding")
    if not ways:
        asked.missing("code-required", "Say which code to look up: send code with system, or coding.")
    if len(ways) > 1:
        asked.fault("coding", "Send either code with system, or coding.")
    if coding is not None and len(ways) == 1:
        code, system, version = coding["code"], system or coding.get("system"), version or coding.get("version")
    if ways and not system and call.id is None:
        asked.missing("code-system-required", "A code needs its system: send system, or a coding that has one.")
    wanted, languages = frozenset(asked.texts("property")), wanted_languages(call, asked)
    asked.moment("date")
    asked.done()
    with shelf(call, "$lookup") as opened:
        found = opened.instance()
        if found is not None and system and system != found.get("url"):
            raise refuse(400, "value", "value-system", "The system is not the one in the address. Leave it out, or make them equal.")
        catalogue = opened.catalogue(found)
        url = str(found.get("url", "")) if found is not None else str(system)
        described = describe(catalogue, url, version, str(code))
        if described is None:
            raise unknown(catalogue, url, version)
        display = languages.display(described.display, described.language, described.designations)
        return resource_answer(_answer(described, display, wanted))


def unknown(catalogue: Catalogue, system: str, version: str | None) -> FhirError:
    """404: why nothing is known of a code of ``system``."""
    if system not in GRAMMARS and catalogue.code_system(system, version) is None:
        catalogue.require("CodeSystem", system, version)
        text = "The code system is known here by its name only: its content is not loaded, so nothing is known of its codes."
        return refuse(404, "not-found", "code-system-not-loaded", text)
    text = "The code system has no such code. Check its spelling; upper and lower case matter in most systems."
    return refuse(404, "not-found", "code-unknown", text)


def _answer(found: Description, display: str | None, wanted: frozenset[str]) -> dict[str, Any]:
    answer = parameters(
        ("name", "valueString", found.system),
        ("version", "valueString", found.version),
        ("display", "valueString", display or found.code),
    )
    listed = answer["parameter"]
    for designation in found.designations:
        if not wanted or "designation" in wanted or f"lang.{designation.get('language')}" in wanted:
            kinds = (("language", "valueCode"), ("use", "valueCoding"), ("value", "valueString"))
            _add(listed, "designation", [(name, kind, designation.get(name)) for name, kind in kinds])
    for property in _chosen(found.properties, wanted):
        said = [("code", "valueCode", property.code), ("value", property.kind, property.value)]
        _add(listed, "property", [*said, ("description", "valueString", property.description)])
    return answer


def _chosen(properties: Iterable[Property], wanted: frozenset[str]) -> Iterable[Property]:
    named = wanted - _HEAD
    return [p for p in properties if p.code in named or not wanted]


def _add(listed: list[dict[str, Any]], name: str, parts: Iterable[tuple[str, str, Any]]) -> None:
    listed.append({"name": name, "part": [parameter(*p) for p in parts if p[2] is not None]})


LOOKUP = Operation(
    "lookup", "http://hl7.org/fhir/OperationDefinition/CodeSystem-lookup", "what a code means",
    frozenset(("type", "instance")), lookup, types=frozenset(("CodeSystem",)),
    parameters=frozenset(("code", "system", "version", "coding", "date", "displayLanguage", "property")),
)  # fmt: skip
