"""ValueSet/$validate-code and CodeSystem/$validate-code: whether a code is in a value set, or in a code system.

Sources: https://hl7.org/fhir/R4/valueset-operation-validate-code.html, https://hl7.org/fhir/R4/codesystem-operation-validate-code.html.
``inferSystem`` is of R5, and widely used.
"""

from __future__ import annotations

from typing import Any

from hit_maternity.fhir.operations.asking import Asked, Shelf, parameters, shelf, wanted_languages
from hit_maternity.fhir.operations.model import Call, Operation
from hit_maternity.fhir.outcome import refuse
from hit_maternity.fhir.rest.answers import resource_answer
from hit_maternity.fhir.rest.exchange import Response
from hit_maternity.fhir.terminology.grammar import GRAMMARS
from hit_maternity.fhir.terminology.judging import Judge, Verdict

_MOST_CODINGS = 100


def validate_in_value_set(call: Call) -> Response:
    """200 with Parameters: ``result``, ``message``, ``display`` and the code that was judged.

    Raises ``FhirError`` 400 with every wrong parameter, 404 for an unknown value set, 422 for one that can't be read.
    """
    asked = Asked(call)
    given = asked.resource("valueSet", "ValueSet")
    url, version = asked.text("url"), asked.text("valueSetVersion")
    _one_place(asked, "value set", url, given, "valueSet")
    codings = _codings(asked, "system", "systemVersion")
    infer = asked.boolean("inferSystem") is True
    if codings and asked.has("code") and not codings[0].get("system") and not infer:
        asked.missing("code-system-required", "A code needs its system: send system, or inferSystem=true where the value set has one only.")
    if asked.has("context"):
        asked.fault("context", "context is not supported: name the value set by url.", "not-supported")
    languages, abstract = wanted_languages(call, asked), asked.boolean("abstract")
    asked.moment("date")
    asked.done()
    with shelf(call, "$validate-code") as opened:
        found = opened.instance() or given
        catalogue = opened.catalogue(found)
        value_set = found or catalogue.require("ValueSet", url or "", version)
        judge = Judge(catalogue, languages, abstract is not False)
        if not codings[0].get("system") and infer:
            system = judge.inferred(value_set, codings[0]["code"])
            if isinstance(system, Verdict):
                return _answer([system])
            codings[0]["system"] = system
        return _answer([judge.in_value_set(value_set, coding) for coding in codings])


def validate_in_system(call: Call) -> Response:
    """200 with Parameters: ``result``, ``message``, ``display`` and the code that was judged.

    Raises ``FhirError`` 400 with every wrong parameter, 404 for an unknown code system.
    """
    asked = Asked(call)
    given = asked.resource("codeSystem", "CodeSystem")
    url, also = asked.text("url"), asked.text("system")
    if url and also and url != also:
        asked.fault("system", "url and system name the same code system here: send one of them.")
    url, version = url or also, asked.text("version")
    codings = _codings(asked, None, "version")
    if not (url or given or call.id or any(c.get("system") for c in codings)):
        asked.missing("code-system-required", "Say which code system: send url, codeSystem, or a coding with its system.")
    languages, abstract = wanted_languages(call, asked), asked.boolean("abstract")
    asked.moment("date")
    asked.done()
    with shelf(call, "$validate-code") as opened:
        found = opened.instance() or given
        catalogue = opened.catalogue(found)
        judge = Judge(catalogue, languages, abstract is not False)
        system = _demanded(opened, found, url, version)
        return _answer([judge.in_system(system or coding.get("system", ""), coding) for coding in codings])


def _demanded(opened: Shelf, found: dict[str, Any] | None, url: str | None, version: str | None) -> str | None:
    """The system that the call names; None where only its codings do. Raises ``FhirError`` 404, 422."""
    if found is not None:
        if "url" not in found:
            raise refuse(422, "required", "code-system-url-missing", "The code system has no url, so no code can be of it. Give it one.")
        return str(found["url"])
    if url:
        catalogue = opened.catalogue()
        plain, _, pin = url.partition("|")
        if catalogue.code_system(plain, version or pin or None) is None and plain not in GRAMMARS:
            catalogue.require("CodeSystem", plain, version or pin or None)
        return plain
    return None


def _one_place(asked: Asked, what: str, url: str | None, given: Any, name: str) -> None:
    """Notes a fault unless exactly one of url, resource and the address names what is asked about."""
    named = sum(1 for way in (url, given, asked.call.id) if way is not None)
    if named == 0 and not asked.has(name):
        asked.missing(f"{what.replace(' ', '-')}-required", f"Say which {what}: send url or {name}, or call it on an instance.")
    if named > 1:
        asked.fault("url", f"The {what} is named in more than one way: keep one of url, {name} and the id in the address.")


def _codings(asked: Asked, system: str | None, version: str) -> list[dict[str, Any]]:
    """What is to be judged, as codings: exactly one of code, coding and codeableConcept. ``system`` and ``version``: the parameters
    that go with code."""
    ways = [name for name in ("code", "coding", "codeableConcept") if asked.has(name)]
    if not ways:
        asked.missing("code-required", "Say what to validate: send code, coding or codeableConcept.")
    if len(ways) > 1:
        asked.fault(ways[1], f"Send one of code, coding and codeableConcept, not {' and '.join(ways)}.")
    code, display = asked.text("code"), asked.text("display")
    stated = {"code": code, "system": asked.text(system) if system else None, "version": asked.text(version), "display": display}
    coding, codings = asked.coding("coding"), asked.codings("codeableConcept")
    if codings and len(codings) > _MOST_CODINGS:
        asked.fault("codeableConcept", f"codeableConcept may have at most {_MOST_CODINGS} codings.", "too-costly")
    if code:
        return [{k: v for k, v in stated.items() if v}]
    if coding:
        return [coding]
    return codings or []


def _answer(verdicts: list[Verdict]) -> Response:
    """The first that is valid, else the first; with what is to be said of the others."""
    best = next((v for v in verdicts if v.valid), verdicts[0])
    messages = dict.fromkeys(v.message for v in (best, *verdicts) if v.message)
    return resource_answer(
        parameters(
            ("result", "valueBoolean", best.valid),
            ("message", "valueString", " ".join(messages) or None),
            ("display", "valueString", best.display),
            ("code", "valueCode", best.code),
            ("system", "valueUri", best.system),
            ("version", "valueString", best.version),
        )
    )


_SHARED = frozenset(("url", "code", "display", "coding", "codeableConcept", "date", "abstract", "displayLanguage"))

VALIDATE_IN_VALUE_SET = Operation(
    "validate-code", "http://hl7.org/fhir/OperationDefinition/ValueSet-validate-code", "whether a code is in a value set",
    frozenset(("type", "instance")), validate_in_value_set, types=frozenset(("ValueSet",)),
    parameters=_SHARED | {"context", "valueSet", "valueSetVersion", "system", "systemVersion", "inferSystem"},
)  # fmt: skip
VALIDATE_IN_SYSTEM = Operation(
    "validate-code", "http://hl7.org/fhir/OperationDefinition/CodeSystem-validate-code", "whether a code is in a code system",
    frozenset(("type", "instance")), validate_in_system, types=frozenset(("CodeSystem",)),
    parameters=_SHARED | {"codeSystem", "system", "version"},
)  # fmt: skip
