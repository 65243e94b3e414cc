"""ConceptMap/$translate: a code in the words of another system. https://hl7.org/fhir/R4/conceptmap-operation-translate.html"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hit_maternity.fhir.operations.asking import Asked, parameter, parameters, shelf
from hit_maternity.fhir.operations.model import Call, Operation
from hit_maternity.fhir.rest.answers import resource_answer
from hit_maternity.fhir.rest.body import decoded
from hit_maternity.fhir.rest.exchange import Response
from hit_maternity.fhir.terminology.translating import NO_MATCH, Match, Translator, Wish

_MOST = 100


def translate(call: Call) -> Response:
    """200 with Parameters: ``result`` (whether there is a translation), ``message``, and a ``match`` for each that the maps know.

    The map is the one that ``url``, ``conceptMap`` or the address names, else every map that is known here and fits. ``reverse``: from
    target to source. Raises ``FhirError`` 400 with every wrong parameter, 404 for an unknown map, 422 where maps go in a circle.
    """
    asked = Asked(call)
    given = asked.resource("conceptMap", "ConceptMap")
    url, version = asked.text("url"), asked.text("conceptMapVersion")
    if sum(1 for way in (url, given, call.id) if way is not None) > 1:
        asked.fault("url", "The map is named in more than one way: keep one of url, conceptMap and the id in the address.")
    codings = _codings(asked)
    wish = Wish(
        source=asked.text("source"),
        target=asked.text("target"),
        system=asked.text("targetsystem"),
        reverse=asked.boolean("reverse") is True,
        dependencies=_dependencies(asked),
    )
    asked.done()
    with shelf(call, "$translate") as opened:
        found = opened.instance() or given
        catalogue = opened.catalogue(found)
        if found is not None:
            maps = [found]
        elif url:
            maps = [catalogue.require("ConceptMap", url, version)]
        else:
            maps = catalogue.maps()
        translator = Translator(catalogue, wish)
        matches = [m for coding in codings for m in translator.translate(maps, coding)]
    return resource_answer(_answer(matches, translator.conditional))


def _codings(asked: Asked) -> list[dict[str, Any]]:
    """What is to be translated: exactly one of code with system, coding and codeableConcept."""
    ways = [name for name in ("code", "coding", "codeableConcept") if asked.has(name)]
    if not ways:
        asked.missing("code-required", "Say what to translate: send code with system, coding or codeableConcept.")
    if len(ways) > 1:
        asked.fault(ways[1], f"Send one of code, coding and codeableConcept, not {' and '.join(ways)}.")
    code, system = asked.text("code"), asked.text("system")
    asked.text("version")
    if code and not system:
        asked.missing("code-system-required", "A code needs its system: send system with it.")
    coding, codings = asked.coding("coding"), asked.codings("codeableConcept") or []
    if len(codings) > _MOST:
        asked.fault("codeableConcept", f"codeableConcept may have at most {_MOST} codings.", "too-costly")
    found = [{"code": code, "system": system}] if code else [coding] if coding else codings
    if ways and not code and any(not c.get("system") for c in found):
        asked.missing("code-system-required", "A coding needs its system: without it, it can't be told which code is meant.")
    return found


def _dependencies(asked: Asked) -> frozenset[tuple[str, str | None, str]]:
    """What holds beside the code, as (element, system, code): the parts of each ``dependency``."""
    if not asked.has("dependency"):
        return frozenset()
    body = decoded(asked.call.server, asked.call.request) if asked.call.request.method == "POST" else {}
    told: set[tuple[str, str | None, str]] = set()
    named = [p for p in body.get("parameter", ()) if p.get("name") == "dependency"]
    for parts in (p.get("part") for p in named):
        listed = [p for p in parts if isinstance(p, dict)] if isinstance(parts, list) else []
        element = next((p.get("valueUri") for p in listed if p.get("name") == "element"), None)
        concept = next((p.get("valueCodeableConcept") for p in listed if p.get("name") == "concept"), None)
        codings = concept.get("coding") if isinstance(concept, dict) else None
        told.update(_told(element, codings))
    if not told:
        asked.fault("dependency", "dependency has two parts: element (valueUri) and concept (valueCodeableConcept).", "structure")
    return frozenset(told)


def _told(element: Any, codings: Any) -> Iterable[tuple[str, str | None, str]]:
    for coding in codings if isinstance(codings, list) and isinstance(element, str) else ():
        if isinstance(coding, dict) and isinstance(coding.get("code"), str):
            system = coding.get("system")
            yield element, system if isinstance(system, str) else None, coding["code"]


def _answer(matches: list[Match], conditional: bool) -> dict[str, Any]:
    result = any(m.equivalence not in NO_MATCH for m in matches)
    message = None
    if not result:
        message = "No map that is known here, and fits what was asked, translates this code."
        if conditional:
            message = "A translation depends on more than the code: send what it depends on as dependency."
    answer = parameters(("result", "valueBoolean", result), ("message", "valueString", message))
    answer["parameter"] += [{"name": "match", "part": list(_parts(m))} for m in matches]
    return answer


def _parts(match: Match) -> Iterable[dict[str, Any]]:
    yield parameter("equivalence", "valueCode", match.equivalence)
    if match.concept:
        yield parameter("concept", "valueCoding", match.concept)
    for element, coding in match.products:
        yield {"name": "product", "part": [parameter("element", "valueUri", element), parameter("concept", "valueCoding", coding)]}
    if match.source:
        yield parameter("source", "valueUri", match.source)


TRANSLATE = Operation(
    "translate", "http://hl7.org/fhir/OperationDefinition/ConceptMap-translate", "a code in another system",
    frozenset(("type", "instance")), translate, types=frozenset(("ConceptMap",)),
    parameters=frozenset((
        "url", "conceptMap", "conceptMapVersion", "code", "system", "version", "source", "coding", "codeableConcept", "target",
        "targetsystem", "dependency", "reverse",
    )),
)  # fmt: skip
