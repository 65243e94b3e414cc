"""FHIR XML to the dict that the JSON form would give: every fault with its line, all in one refusal."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Any

from hit_maternity.fhir import json
from hit_maternity.fhir.definitions import Definitions, ElementInfo, TypeInfo
from hit_maternity.fhir.outcome import FhirError, Issue
from hit_maternity.fhir.xml.tree import FHIR, XHTML, Node, parse

_XSI = "http://www.w3.org/2001/XMLSchema-instance}"
_INTEGERS = frozenset({"integer", "positiveInt", "unsignedInt"})
_INTEGER = re.compile(r"[+-]?[0-9]{1,4000}")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_BOOLEANS = {"true": True, "false": False}
_MOST_FAULTS = 100
_NO_ATTRIBUTES: frozenset[str] = frozenset()
_ID = frozenset({"id"})
_ID_AND_URL = frozenset({"id", "url"})
_ID_AND_VALUE = frozenset({"id", "value"})


def decode(body: bytes, definitions: Definitions, limits: json.Limits = json.DEFAULT_LIMITS) -> dict[str, Any]:
    """The resource that ``body`` spells, decimals with their digits, narrative as it was sent; comments and processing instructions
    are passed over. Raises ``FhirError`` 413 ``body-too-large``, 400 ``xml-...`` with every fault found (at most 100)."""
    root = parse(body, limits)
    reader = _Reader(definitions)
    resource = reader.root(root)
    if reader.issues:
        raise FhirError(400, reader.issues)
    json.check_depth(resource, limits)
    json.check_items(resource, limits)
    return resource


class _Reader:
    """Walks the tree along the element table, collecting faults in ``issues``."""

    def __init__(self, definitions: Definitions) -> None:
        self.issues: list[Issue] = []
        self._definitions = definitions

    def root(self, node: Node) -> dict[str, Any]:
        if node.tag not in self._definitions.resource_types:
            self._fault("xml-resource-unknown", node, f"the root element '{_short(node.tag)}' is not a resource type of FHIR R4", None)
            return {}
        if node.namespace != FHIR:
            text = f'the root element is in the namespace {_named(node.namespace)}; write xmlns="{FHIR}"'
            self._fault("xml-namespace", node, text, node.tag)
            return {}
        return self._resource(node, node.tag)

    def _fault(self, rule: str, node: Node, text: str, path: str | None, line: int = 0) -> None:
        self.issues.append(Issue("structure", rule, f"Line {line or node.line}: {text}{'' if text.endswith('?') else '.'}", path))
        if len(self.issues) >= _MOST_FAULTS:
            raise FhirError(
                400, [*self.issues, Issue("structure", "xml-faults", f"There are more than {_MOST_FAULTS} faults; the rest is not told.")]
            )

    def _resource(self, node: Node, path: str) -> dict[str, Any]:
        info = self._definitions.type(node.tag)
        assert info is not None
        self._check_attributes(node, _NO_ATTRIBUTES, path)
        return self._members(node, info, path, {"resourceType": node.tag})

    def _check_attributes(self, node: Node, allowed: frozenset[str], path: str) -> None:
        for name in node.attributes:
            if name not in allowed and not name.startswith(_XSI):
                may = "may have " + " and ".join(sorted(allowed)) if allowed else "has none"
                shown = _short(name.rpartition("}")[2])
                self._fault("xml-attribute-unknown", node, f"the attribute '{shown}' is unknown here: {node.tag} {may}", path)
        if node.text_line:
            text = f"there is text in {node.tag}, where only elements may be; a value belongs in the attribute value"
            self._fault("xml-text", node, text, path, node.text_line)

    def _complex(self, node: Node, info: TypeInfo, path: str) -> dict[str, Any]:
        self._check_attributes(node, _ID_AND_URL if info.name == "Extension" else _ID, path)
        out: dict[str, Any] = {name: value for name, value in node.attributes.items() if name in _ID_AND_URL}
        return self._members(node, info, path, out)

    def _members(self, node: Node, info: TypeInfo, path: str, out: dict[str, Any]) -> dict[str, Any]:
        """Puts the children of ``node`` into ``out`` under their JSON keys."""
        elements = info.elements
        last: ElementInfo | None = None
        strange: set[str] = set()
        for child in node.children:
            element = elements.get(child.tag)
            if child.namespace != FHIR and (child.namespace != XHTML or element is None or element.type != "xhtml"):
                if child.namespace not in strange:
                    strange.add(child.namespace)
                    self._wrong_namespace(child, element, path)
                continue
            if element is None or _is_attribute(element, info):
                self._unknown(child, info, path)
                continue
            if last is not None and element.order < last.order:
                self._out_of_order(child, element, last, node, info, path)
            else:
                last = element
            self._put(out, child, element, path)
        return out

    def _put(self, out: dict[str, Any], child: Node, element: ElementInfo, path: str) -> None:
        key = child.tag
        where = f"{path}.{element.name}"
        if not element.is_list:
            if key in out or f"_{key}" in out:
                self._fault("xml-element-repeated", child, f"{key} may stand once in {path}; keep one", where)
                return
            if not element.is_primitive:
                out[key] = self._value(child, element, where)
                return
            value, companion = self._primitive(child, element, where)
            if value is not None:
                out[key] = value
            if companion:
                out[f"_{key}"] = companion
            return
        place = len(out.get(key) or out.get(f"_{key}") or ())
        where = f"{where}[{place}]"
        if not element.is_primitive:
            out.setdefault(key, []).append(self._value(child, element, where))
            return
        value, companion = self._primitive(child, element, where)
        _append(out, key, place, value)
        _append(out, f"_{key}", place, companion or None)

    def _value(self, node: Node, element: ElementInfo, path: str) -> dict[str, Any]:
        if element.type == "Resource":
            return self._inline(node, path)
        info = self._definitions.type(element.type)
        assert info is not None
        return self._complex(node, info, path)

    def _inline(self, node: Node, path: str) -> dict[str, Any]:
        """A resource within ``contained``, ``Bundle.entry.resource`` or ``Parameters.parameter.resource``."""
        self._check_attributes(node, _NO_ATTRIBUTES, path)
        if len(node.children) != 1:
            self._fault("xml-resource-count", node, f"{node.tag} holds {len(node.children)} elements; it holds exactly one resource", path)
        elif node.children[0].namespace != FHIR:
            self._wrong_namespace(node.children[0], None, path)
        elif node.children[0].tag not in self._definitions.resource_types:
            text = f"'{_short(node.children[0].tag)}' is not a resource type of FHIR R4"
            self._fault("xml-resource-unknown", node.children[0], text, path)
        else:
            return self._resource(node.children[0], path)
        return {}

    def _primitive(self, node: Node, element: ElementInfo, path: str) -> tuple[Any, dict[str, Any]]:
        """The JSON value (None where there is none) and the companion (id and extensions) of a primitive."""
        if element.type == "xhtml":
            return self._narrative(node, path), {}
        self._check_attributes(node, _ID_AND_VALUE, path)
        companion: dict[str, Any] = {"id": node.attributes["id"]} if "id" in node.attributes else {}
        if node.children:
            info = self._definitions.type("Element")
            assert info is not None
            self._members(node, info, path, companion)
        text = node.attributes.get("value")
        if text is None:
            if "extension" not in companion:
                self._fault("xml-value-missing", node, f"{node.tag} has neither the attribute value nor an extension", path)
            return None, companion
        return self._typed(text, node, element, path), companion

    def _narrative(self, node: Node, path: str) -> str:
        if node.xhtml is None:
            self._fault("xml-namespace", node, f'{node.tag} is not in the namespace of XHTML; write xmlns="{XHTML}"', path)
            return ""
        return node.xhtml

    def _typed(self, text: str, node: Node, element: ElementInfo, path: str) -> Any:
        """The JSON value of the attribute ``value``."""
        kind = element.type
        if kind == "boolean":
            if text.strip() in _BOOLEANS:
                return _BOOLEANS[text.strip()]
            self._fault("xml-value-boolean", node, f"{node.tag} is a boolean: true or false", path)
            return False
        if kind in _INTEGERS:
            if _INTEGER.fullmatch(text.strip()):
                return json.number(text.strip())
            self._fault("xml-value-integer", node, f"{node.tag} is a whole number, digits only", path)
            return 0
        if kind == "decimal":
            if _DECIMAL.fullmatch(text.strip()):
                return json.number(text.strip())
            self._fault("xml-value-decimal", node, f"{node.tag} is a decimal number, such as 37.50", path)
            return 0
        return text

    def _wrong_namespace(self, node: Node, element: ElementInfo | None, path: str) -> None:
        due = XHTML if element is not None and element.type == "xhtml" else FHIR
        text = f"{_short(node.tag)} is in the namespace {_named(node.namespace)}; here it belongs in {due}"
        self._fault("xml-namespace", node, text, path)

    def _unknown(self, node: Node, info: TypeInfo, path: str) -> None:
        known = [key for key, element in info.elements.items() if not _is_attribute(element, info)]
        if node.tag in info.elements:
            hint = f"; in XML {node.tag} is an attribute of {info.name}"
        elif node.tag in info.names:
            hint = f"; say its type, as in {', '.join(e.key for e in info.names[node.tag][:3])}"
        else:
            close = get_close_matches(node.tag[:64], known, 1)
            hint = f"; did you mean {close[0]}?" if close else ""
        self._fault("xml-element-unknown", node, f"{info.name} has no element '{_short(node.tag)}'{hint}", path)

    def _out_of_order(self, child: Node, element: ElementInfo, last: ElementInfo, node: Node, info: TypeInfo, path: str) -> None:
        present = {info.elements[c.tag].order: c.tag for c in node.children if c.tag in info.elements}
        order = ", ".join(present[place] for place in sorted(present))
        text = f"{child.tag} stands after {last.name}, but comes before it; the order here is: {order}"
        self._fault("xml-element-order", child, text, f"{path}.{element.name}")


def _is_attribute(element: ElementInfo, info: TypeInfo) -> bool:
    """Whether XML writes the element as an attribute: the id of anything but a resource, the url of an extension."""
    return (element.key == "id" and info.kind != "resource") or (element.key == "url" and info.name == "Extension")


def _append(out: dict[str, Any], key: str, place: int, value: Any) -> None:
    """Adds to the array of values or of companions; the array comes to be with its first entry that is not null."""
    if key in out:
        out[key].append(value)
    elif value is not None:
        out[key] = [*[None] * place, value]


def _short(name: str) -> str:
    return name if len(name) <= 64 else name[:64] + "..."


def _named(namespace: str) -> str:
    return f"'{_short(namespace)}'" if namespace else "'' (none is declared)"
