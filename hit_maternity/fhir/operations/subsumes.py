"""CodeSystem/$subsumes: whether one code stands above another. https://hl7.org/fhir/R4/codesystem-operation-subsumes.html"""

from __future__ import annotations

from hit_maternity.fhir import ucum
from hit_maternity.fhir.operations.asking import Asked, parameters, shelf
from hit_maternity.fhir.operations.lookup import unknown
from hit_maternity.fhir.operations.model import Call, Operation
from hit_maternity.fhir.outcome import FhirError, Issue, refuse
from hit_maternity.fhir.rest.answers import resource_answer
from hit_maternity.fhir.rest.exchange import Response
from hit_maternity.fhir.terminology.catalogue import Catalogue
from hit_maternity.fhir.terminology.describing import exists
from hit_maternity.fhir.terminology.grammar import BCP_47, GRAMMARS, UCUM


def subsumes(call: Call) -> Response:
    """200 with Parameters: ``outcome`` is equivalent, subsumes (A stands above B), subsumed-by or not-subsumed.

    Raises ``FhirError`` 400 with every wrong parameter, 404 for an unknown system or code, 422 where the system's hierarchy is not one
    of kinds (CodeSystem.hierarchyMeaning).
    """
    asked = Asked(call)
    codes, systems, version = _pair(asked)
    asked.done()
    with shelf(call, "$subsumes") as opened:
        found = opened.instance()
        if found is not None:
            systems.append(str(found.get("url", "")))
        if len(set(systems)) > 1:
            text = "Both codes must be of one system, and of the one in the address. Codes of different systems are compared by $translate."
            raise refuse(400, "value", "value-system", text)
        outcome = _outcome(opened.catalogue(found), systems[0], version, *codes)
    return resource_answer(parameters(("outcome", "valueCode", outcome)))


def _pair(asked: Asked) -> tuple[tuple[str, str], list[str], str | None]:
    """The two codes, every system that is named, and the version."""
    codes: list[str] = []
    systems: list[str] = []
    version = asked.text("version")
    if (system := asked.text("system")) is not None:
        systems.append(system)
    for name, other in (("codeA", "codingA"), ("codeB", "codingB")):
        code, coding = asked.text(name), asked.coding(other)
        if code and asked.has(other):
            asked.fault(other, f"Send either {name} or {other}.")
        elif coding:
            codes.append(coding["code"])
            systems += [coding["system"]] if coding.get("system") else []
            version = version or coding.get("version")
        elif code:
            codes.append(code)
        elif not asked.has(other):
            asked.missing("code-required", f"Say which codes to compare: send {name} with system, or {other}.")
    if not systems and asked.call.id is None and len(codes) == 2:
        asked.missing("code-system-required", "The codes need their system: send system, or codings that have one.")
    return (codes[0], codes[1]) if len(codes) == 2 else ("", ""), systems, version


def _outcome(catalogue: Catalogue, system: str, version: str | None, a: str, b: str) -> str:
    table = catalogue.code_system(system, version)
    missing = [name for name, code in (("A", a), ("B", b)) if not exists(catalogue, system, version, code)]
    if missing:
        fault = unknown(catalogue, system, version)
        if fault.issues[0].rule != "code-unknown":
            raise fault
        raise FhirError(404, [Issue("not-found", "code-unknown", f"Code {name}: {fault.issues[0].text}") for name in missing])
    if system in GRAMMARS or table is None:
        return _by_grammar(system, a, b)
    meaning = table.definition.get("hierarchyMeaning", "is-a")
    first, second = table.find(a), table.find(b)
    if first == second:
        return "equivalent"
    if meaning != "is-a":
        text = f"The hierarchy of this code system means {meaning}, not that one code is a kind of another: nothing subsumes there."
        raise refuse(422, "not-supported", "hierarchy-meaning", text)
    if first and second and second in table.descendants(first):
        return "equivalent" if first in table.descendants(second) else "subsumes"
    return "subsumed-by" if first and second and first in table.descendants(second) else "not-subsumed"


def _by_grammar(system: str, a: str, b: str) -> str:
    """Units are equivalent where they measure the same; a language tag stands above those that it begins."""
    if a == b or (system == UCUM and ucum.conversion(a) == ucum.conversion(b)):
        return "equivalent"
    if system == BCP_47:
        first, second = a.lower(), b.lower()
        if first == second:
            return "equivalent"
        if second.startswith(f"{first}-"):
            return "subsumes"
        if first.startswith(f"{second}-"):
            return "subsumed-by"
    return "not-subsumed"


SUBSUMES = Operation(
    "subsumes", "http://hl7.org/fhir/OperationDefinition/CodeSystem-subsumes", "whether one code stands above another",
    frozenset(("type", "instance")), subsumes, types=frozenset(("CodeSystem",)),
    parameters=frozenset(("codeA", "codeB", "system", "version", "codingA", "codingB")),
)  # fmt: skip
