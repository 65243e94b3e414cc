"""A profile's elements as a tree: elements under elements, slices beside what they slice.

Source: https://hl7.org/fhir/R4/elementdefinition.html#id (ids are ``Observation.component:Systolic.code``) and profiling.html#slicing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hit_maternity.fhir.definitions.model import CORE


@dataclass(slots=True)
class Node:
    """One element of a snapshot. ``children`` by FHIR name (``value[x]`` as it is written), ``slices`` by slice name."""

    element: dict[str, Any] = field(default_factory=dict)
    children: dict[str, Node] = field(default_factory=dict)
    slices: dict[str, Node] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The FHIRPath name: ``value`` for ``value[x]``."""
        path: str = self.element.get("path", "")
        return path.rpartition(".")[2].removesuffix("[x]")

    def type_codes(self) -> list[str]:
        return [t["code"] for t in self.element.get("type", ()) if "code" in t]

    def value(self, prefix: str) -> Any:
        """The value under the key ``fixed...``, ``pattern...``, ``minValue...``; None where there is none."""
        return next((v for k, v in self.element.items() if k.startswith(prefix) and k[len(prefix) : len(prefix) + 1].isupper()), None)

    def at(self, identity: str) -> Node | None:
        """The node under this one with an element's id (``Questionnaire.item``, ``Patient.contact:kin.name``)."""
        node: Node | None = self
        for token in identity.split(".")[1:]:
            name, _, pieces = token.partition(":")
            node = node.children.get(name) if node else None
            for piece in pieces.split("/") if pieces else ():
                node = node.slices.get(piece) if node else None
        return node


def tree(structure: dict[str, Any], find: Callable[[str], dict[str, Any] | None], depth: int = 0) -> Node | None:
    """The tree of a StructureDefinition: of its snapshot, or, where it has only a differential, that laid over the tree of the
    definition it derives from (``find`` gives it by canonical; of a type of FHIR itself nothing is laid under: its own rules are
    checked anyway). None where there is neither, or where it derives from what is unknown."""
    elements = structure.get("snapshot", {}).get("element")
    if elements:
        top = Node(dict(elements[0]))
        _lay(elements[1:], top)
        return top
    elements = structure.get("differential", {}).get("element")
    base = find(str(structure.get("baseDefinition", "")).partition("|")[0])
    if not elements or base is None or depth > 20:
        return None
    if base["url"] != CORE + base["type"]:
        under = tree(base, find, depth + 1)
        if under is None:
            return None
        top = under
    else:
        top = Node({"path": structure["type"]})
    own_root = "." not in elements[0]["path"]
    if own_root:
        top.element = _merged(top.element, elements[0])
    _lay(elements[1:] if own_root else elements, top)
    return top


def _lay(elements: list[dict[str, Any]], top: Node) -> None:
    """Puts ``elements`` into the tree, each over what is there."""
    latest: dict[str, str] = {}  # path -> id of the element last met there, for elements that have no id of their own
    for element in elements:
        path: str = element["path"]
        identity = element.get("id") or _identity(path, element.get("sliceName"), latest)
        latest[path] = identity
        node = top
        for token in identity.split(".")[1:]:
            name, _, slice_names = token.partition(":")
            node = node.children.setdefault(name, Node())
            for slice_name in slice_names.split("/") if slice_names else ():
                node = node.slices.setdefault(slice_name, Node())
        node.element = _merged(node.element, element)


def _identity(path: str, slice_name: str | None, latest: dict[str, str]) -> str:
    parent, _, name = path.rpartition(".")
    own = f"{latest.get(parent, parent)}.{name}"
    return f"{own}:{slice_name}" if slice_name else own


def _merged(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = {**under, **over}
    if "constraint" in under and "constraint" in over:
        merged["constraint"] = [*under["constraint"], *over["constraint"]]
    return merged
