"""What the terminology service can do: https://hl7.org/fhir/R4/terminologycapabilities.html, at ``metadata?mode=terminology``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.operations.model import Operation
from hit_maternity.fhir.terminology.codesystem import USABLE
from hit_maternity.fhir.terminology.grammar import GRAMMARS

_DESCRIPTION = (
    "The terminology of FHIR R4 and of the packages that are loaded, listed here, and the CodeSystem, ValueSet and ConceptMap resources "
    "that are stored. Units, languages, media types, currencies and countries are judged by their grammar."
)
_TEXT_FILTER = "All words of filter must be in the code, its display or its designations, without regard to case and accents."


def terminology_statement(
    definitions: Definitions, operations: Iterable[Operation], software: dict[str, str], base: str, today: str
) -> dict[str, Any]:
    """The TerminologyCapabilities of a server at ``base``, dated ``today``."""
    expand = next((o for o in operations if o.name == "expand"), None)
    return {
        "resourceType": "TerminologyCapabilities",
        "status": "active",
        "date": today,
        "description": _DESCRIPTION,
        "kind": "instance",
        "software": software,
        "implementation": {"description": "hit-maternity, terminology service", "url": base},
        "codeSystem": list(_code_systems(definitions)),
        "expansion": {
            "hierarchical": True,
            "paging": True,
            "incomplete": False,
            "parameter": [{"name": name} for name in sorted(expand.parameters)] if expand else [],
            "textFilter": _TEXT_FILTER,
        },
        "codeSearch": "all",
        "validateCode": {"translations": False},
        "translation": {"needsMap": True},
        "closure": {"translation": False},
    }


def _code_systems(definitions: Definitions) -> Iterator[dict[str, Any]]:
    """Each code system of which there is anything here, once."""
    urls = {str(e["url"]): None for e in definitions.entries("CodeSystem") if "url" in e}
    for url in sorted({*urls, *GRAMMARS}):
        found = definitions.find("CodeSystem", url)
        if url in GRAMMARS:
            yield {"uri": url, "subsumption": False}
        elif found is not None and found.get("content") in USABLE:
            version = {"version": [{"code": str(found["version"]), "isDefault": True}]} if "version" in found else {}
            yield {"uri": url, **version, "subsumption": found.get("hierarchyMeaning", "is-a") == "is-a"}
