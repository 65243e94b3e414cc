"""The element table: what the JSON keys of a type are, read from its StructureDefinition's snapshot.

Codecs, FHIRPath, validation, search and summaries all stand on this one table.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

SYSTEM_TYPE = "http://hl7.org/fhirpath/System."
FHIR_TYPE = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type"
CORE = "http://hl7.org/fhir/StructureDefinition/"


@dataclass(frozen=True, slots=True)
class Constraint:
    """An invariant as its definition writes it."""

    key: str
    severity: str  # error | warning
    human: str
    expression: str


@dataclass(frozen=True, slots=True)
class Binding:
    """A binding to a value set; ``value_set`` is the canonical, perhaps with ``|version``."""

    strength: str  # required | extensible | preferred | example
    value_set: str


@dataclass(frozen=True, slots=True)
class ElementInfo:
    """One JSON key of a type. A choice element ``value[x]`` gives one ``ElementInfo`` a type it allows."""

    key: str  # as in JSON: valueQuantity
    name: str  # as in FHIRPath: value
    path: str  # Observation.value[x]
    type: str  # Quantity; for a nested element the path that names its type: Observation.component
    min: int
    max: int | None  # None: no upper limit
    is_list: bool  # a JSON array
    is_primitive: bool
    is_choice: bool
    is_modifier: bool
    is_summary: bool
    order: int  # place in the snapshot, which is the order of the XML elements
    targets: frozenset[str]  # resource types a Reference or canonical may name; empty: any
    binding: Binding | None
    constraints: tuple[Constraint, ...]
    profiles: tuple[str, ...] = ()  # profiles of ``type``, any of which a value must meet: SimpleQuantity


@dataclass(frozen=True, slots=True)
class TypeInfo:
    """A resource, a data type, or a nested (backbone) element, which is named by its path."""

    name: str
    kind: str  # resource | complex-type | primitive-type | backbone
    base: str | None  # Observation -> DomainResource; Observation.component -> BackboneElement
    abstract: bool
    elements: dict[str, ElementInfo]  # by JSON key, in the definition's order; choices spread out
    names: dict[str, tuple[ElementInfo, ...]]  # by FHIRPath name: value -> all its spread-out elements
    constraints: tuple[Constraint, ...]  # those on the type's own root element
    pattern: str | None = field(default=None)  # a primitive's regular expression


_NONE: tuple[str, ...] = ()


def _is_primitive(code: str) -> bool:
    return code[:1].islower()


def _type_code(entry: dict[str, Any]) -> str:
    """``id`` for what the snapshot writes as System.String with a fhir-type extension."""
    code: str = entry["code"]
    if not code.startswith(SYSTEM_TYPE):
        return code
    for extension in entry.get("extension", ()):
        if extension["url"] == FHIR_TYPE:
            return str(extension.get("valueUrl") or extension.get("valueUri"))
    return "string"


def _constraints(element: dict[str, Any]) -> tuple[Constraint, ...]:
    return tuple(
        Constraint(c["key"], c["severity"], c["human"], c["expression"]) for c in element.get("constraint", ()) if c.get("expression")
    )


def _targets(entry: dict[str, Any]) -> frozenset[str]:
    names = frozenset(str(t).removeprefix(CORE).split("|")[0] for t in entry.get("targetProfile", ()))
    return frozenset() if names & {"Resource", "Any"} else names


def _spread(element: dict[str, Any], order: int, nested: bool) -> list[ElementInfo]:
    path: str = element["path"]
    tail = path.rpartition(".")[2]
    choice = tail.endswith("[x]")
    name = tail.removesuffix("[x]")
    top = element["max"]
    bound = element.get("binding")
    binding = Binding(bound["strength"], bound["valueSet"]) if bound and "valueSet" in bound else None
    if "contentReference" in element:
        kinds = [(element["contentReference"].rpartition("#")[2], frozenset[str](), _NONE)]
    elif nested:
        kinds = [(path, frozenset(), _NONE)]
    else:
        merged: dict[str, tuple[frozenset[str], tuple[str, ...]]] = {}
        for entry in element.get("type", ()):
            merged[_type_code(entry)] = (_targets(entry), tuple(entry.get("profile", ())))
        kinds = [(code, targets, profiles) for code, (targets, profiles) in merged.items()]
    return [
        ElementInfo(
            key=name + kind[0].upper() + kind[1:] if choice else name,
            name=name,
            path=path,
            type=kind,
            min=element["min"],
            max=None if top == "*" else int(top),
            is_list=element.get("base", element)["max"] not in ("0", "1"),
            is_primitive=_is_primitive(kind),
            is_choice=choice,
            is_modifier=element.get("isModifier", False),
            is_summary=element.get("isSummary", False),
            order=order,
            targets=targets,
            binding=binding,
            constraints=_constraints(element),
            profiles=profiles,
        )
        for kind, targets, profiles in kinds
    ]


def types_of(structure: dict[str, Any]) -> dict[str, TypeInfo]:
    """The types that a base StructureDefinition (not a profile) defines: its own, and one for each nested element, by name."""
    elements = structure["snapshot"]["element"]
    parents = {e["path"].rpartition(".")[0] for e in elements}
    root: str = elements[0]["path"]
    base = structure.get("baseDefinition", "").removeprefix(CORE) or None
    pattern = None
    types: dict[str, TypeInfo] = {}
    for order, element in enumerate(elements):
        path: str = element["path"]
        if path in parents:
            own = path == root
            kind = structure["kind"] if own else "backbone"
            parent = base if own else _type_code(element["type"][0])
            types[path] = TypeInfo(
                path, kind, parent, own and structure.get("abstract", False), {}, {}, _constraints(element) if own else ()
            )
        if path == root:
            continue
        if path == f"{root}.value" and structure["kind"] == "primitive-type":
            pattern = next((x["valueString"] for t in element["type"] for x in t.get("extension", ()) if x["url"].endswith("/regex")), None)
        owner = types[path.rpartition(".")[0]]
        for info in _spread(element, order, nested=path in parents):
            owner.elements[info.key] = info
            owner.names[info.name] = (*owner.names.get(info.name, ()), info)
    if pattern:
        own_type = types[root]
        types[root] = TypeInfo(root, own_type.kind, base, False, own_type.elements, own_type.names, own_type.constraints, pattern)
    return types
