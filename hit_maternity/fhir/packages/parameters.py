"""Whether a package's search parameter can be served: its expression compiles, reads something, and takes no other's code.

Source: https://hl7.org/fhir/R4/searchparameter.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.fhirpath import FhirPathError, compile_expression
from hit_maternity.fhir.outcome import WARNING, Issue
from hit_maternity.fhir.search import paths
from hit_maternity.fhir.search.indexer import MAKERS
from hit_maternity.fhir.search.model import SearchParameter
from hit_maternity.fhir.search.registry import Registry

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}\Z", re.ASCII)
_GENERAL = frozenset({"Resource", "DomainResource"})


def parameter_faults(where: str, raw: dict[str, Any], registry: Registry, definitions: Definitions) -> Iterator[Issue]:
    """Every fault of the SearchParameter ``raw``, which ``registry`` knows; ``where`` names it."""
    if not _CODE.match(str(raw.get("code"))):
        text = f"{where}: the code of a search parameter is letters, digits and hyphens here, and begins with a letter; _ is FHIR's own."
        yield Issue("value", "package-search-code", text, "SearchParameter.code")
        return
    if not raw.get("expression"):
        text = f"{where} has no expression, so {raw['code']} can't be searched by."
        yield Issue("not-supported", "package-search-unserved", text, "SearchParameter.expression", WARNING)
        return
    for number, base in enumerate(raw.get("base", ())):
        if base not in definitions.resource_types and base not in _GENERAL:
            text = f"{where}: {base[:64]} is no resource type of FHIR R4. Get the package's R4 release."
            yield Issue("not-supported", "package-search-base", text, f"SearchParameter.base[{number}]")
            continue
        yield from _on_base(where, raw, base, registry, definitions)


def _on_base(where: str, raw: dict[str, Any], base: str, registry: Registry, definitions: Definitions) -> Iterator[Issue]:
    expression = registry.concerning(raw["expression"], base)
    if not expression:
        text = f"{where}: no part of the expression begins with {base}, which it is said to be for. Add it, or leave out the base."
        yield _unusable(text)
        return
    try:
        compile_expression(expression, base, definitions)
    except FhirPathError as fault:
        text = (
            f"{where} does not compile for {base}: {expression[:300]!r}. {fault.issues[0].text} Mend the expression, or ask the publisher."
        )
        yield _unusable(text)
        return
    if base in _GENERAL:
        return
    parameter = registry.parameters(base).get(raw["code"])
    if parameter is None:
        text = f"{where}: a component names a search parameter that no package here defines. Add the package that defines it."
        yield _unusable(text, "SearchParameter.component.definition")
    elif parameter.url != raw["url"]:
        yield from _taken(where, raw, base, parameter, expression)
    elif not _reads(parameter, registry):
        text = f"{where} finds nothing on {base} that can be searched as {raw['type']}: {expression[:300]!r}. Mend expression or type."
        yield _unusable(text)


def _taken(where: str, raw: dict[str, Any], base: str, holder: SearchParameter, expression: str) -> Iterator[Issue]:
    """Another parameter has the code: no matter where it reads the same, as national guides do that restate FHIR's own."""
    if holder.type != raw["type"] or set(paths.branches(holder.expression)) != set(paths.branches(expression)):
        text = f"{where}: {base} has a search parameter {raw['code']} that reads something else ({holder.url}). Give it another code."
        yield Issue("conflict", "package-search-code-taken", text, "SearchParameter.code")


def _reads(parameter: SearchParameter, registry: Registry) -> bool:
    """Whether the index gets any rows from it."""
    if parameter.type == "composite":
        return all(paths.read(text) is not None for text in (parameter.expression, *(p.expression for p in parameter.components)))
    if paths.read(parameter.expression) is None:
        return True  # computed; that it compiles is all that can be known
    return any(route.type == "Extension" or (parameter.type, route.type) in MAKERS for route in registry.elements(parameter))


def _unusable(text: str, place: str = "SearchParameter.expression") -> Issue:
    return Issue("processing", "package-search-parameter", text, place)
