"""Every expression of R4's own definitions compiles; the faulty ones are named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hit_maternity.fhir import json
from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.fhirpath import Context, FhirPathError, compile_expression

#: (constraint, type) that R4 4.0.1 writes wrongly or where it can't mean anything, and what is wrong.
FAULTY = {
    ("cid-0", "ChargeItemDefinition"): "the resource has no element 'name'",
    ("ras-1", "decimal"): "a constraint of a choice element that speaks of Range only",
}


def all_structures(definitions: Definitions) -> Iterator[dict[str, Any]]:
    """All but the profiles on Extension, hundreds of them, which only repeat what Extension itself says."""
    for entry in definitions.entries("StructureDefinition"):
        if entry.get("type") == "Extension" and entry.get("derivation") == "constraint":
            continue
        structure = definitions.find("StructureDefinition", entry["url"])
        if structure and structure.get("snapshot") and structure["kind"] != "logical":
            yield structure


def types_of(element: dict[str, Any], definitions: Definitions) -> list[str]:
    if definitions.type(element["path"]):
        return [element["path"]]
    if "contentReference" in element:
        return [element["contentReference"].rpartition("#")[2].partition(":")[0]]
    return ["string" if t["code"].startswith("http://hl7.org/fhirpath/") else t["code"] for t in element.get("type", ())]


def test_every_constraint_of_types_and_profiles_compiles(definitions: Definitions) -> None:
    compiled, faulty = set(), set()
    for structure in all_structures(definitions):
        for element in structure["snapshot"]["element"]:
            for constraint in element.get("constraint", ()):
                for type_name in types_of(element, definitions) if constraint.get("expression") else ():
                    try:
                        compile_expression(constraint["expression"], type_name, definitions)
                    except FhirPathError:
                        faulty.add((constraint["key"], type_name))
                    else:
                        compiled.add((constraint["expression"], type_name))
    assert faulty == FAULTY.keys()
    assert len(compiled) > 1000


def test_faulty_constraints_compile_in_the_lenient_mode(definitions: Definitions) -> None:
    expression = compile_expression("name.matches('[A-Z]([A-Za-z0-9_]){0,254}')", "ChargeItemDefinition", definitions, mode="lenient")
    resource = {"resourceType": "ChargeItemDefinition"}
    assert expression.holds(resource, Context(resource, resource, definitions)) is None


def search_expressions(definitions: Definitions) -> Iterator[tuple[str, str]]:
    for parameter in definitions.search_parameters():
        for base in parameter.get("base", ()):
            if parameter.get("expression"):
                yield parameter["expression"], base


def test_every_search_parameter_compiles_for_each_of_its_bases(definitions: Definitions) -> None:
    expressions = list(search_expressions(definitions))
    assert len(expressions) > 1500
    for text, base in expressions:
        assert compile_expression(text, base, definitions).text == text


@pytest.fixture(scope="module")
def examples(data: Path, definitions: Definitions) -> list[dict[str, Any]]:
    found = []
    for folder in ("hl7-r4-examples", "examples"):
        for path in sorted((data / folder).rglob("*.json")):
            resource = json.decode(path.read_bytes())
            if isinstance(resource, dict) and resource.get("resourceType") in definitions.resource_types:
                found.append(resource)
    return found


def test_search_expressions_run_on_every_official_example(examples: list[dict[str, Any]], definitions: Definitions) -> None:
    expressions: dict[str, list[str]] = {}
    for text, base in search_expressions(definitions):
        expressions.setdefault(base, []).append(text)
    hit = set()
    for resource in examples:
        context = Context(resource, resource, definitions)
        for text in expressions.get(resource["resourceType"], ()):
            if compile_expression(text, resource["resourceType"], definitions).evaluate(resource, context):
                hit.add(text)
    assert len(hit) > 700


#: Constraints that an official example breaks in truth, or that are themselves wrong.
BROKEN = {
    "dom-6": "no narrative: best practice only",
    "cpt-2": "a ContactPoint without system: the example's own fault",
    "pdf-0": "a name with other characters than the rule allows",
    "tst-0": "the same",
    "que-7": "asks for System.Boolean where the element is FHIR.boolean",
}


def test_root_constraints_hold_on_the_official_examples_but_for_those_named(
    examples: list[dict[str, Any]], definitions: Definitions
) -> None:
    broken = set()
    for resource in examples:
        context = Context(resource, resource, definitions)
        for info in (definitions.type(resource["resourceType"]), definitions.type("DomainResource")):
            assert info is not None
            for constraint in info.constraints if definitions.is_a(resource["resourceType"], info.name) else ():
                if constraint.key != "cid-0":
                    expression = compile_expression(constraint.expression, resource["resourceType"], definitions)
                    if expression.holds(resource, context) is False:
                        broken.add(constraint.key)
    assert broken <= BROKEN.keys()
