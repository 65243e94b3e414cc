"""A resource's dict to FHIR XML: elements in the definition's order, numbers as they were spelt, narrative as it is."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any
from xml.parsers import expat

from hit_maternity.fhir.definitions import Definitions, ElementInfo, TypeInfo
from hit_maternity.fhir.json import Limits
from hit_maternity.fhir.outcome import FhirError, refuse
from hit_maternity.fhir.xml.tree import FHIR, XHTML, parse

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_SPECIAL = re.compile(r'[&<>"\x00-\x1f\ud800-\udfff\ufffe\uffff]')
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
_DEEPEST = 200
_NARRATIVE = Limits(bytes=1 << 40)


def encode(resource: dict[str, Any], definitions: Definitions, pretty: bool = False) -> bytes:
    """``resource`` as UTF-8 XML, with ``pretty`` an element a line.

    Raises ``FhirError`` 406 ``xml-not-representable`` where XML can't carry it whole: an element that the definitions don't know,
    a control character, a narrative that is not XHTML. Nothing is left out silently.
    """
    writer = _writer(definitions)
    out = [_HEAD]
    writer.resource(out, resource, "\n" if pretty else "", "", 0)
    if pretty:
        out.append("\n")
    return "".join(out).encode()


@lru_cache(maxsize=8)
def _writer(definitions: Definitions) -> _Writer:
    return _Writer(definitions)


def _unfit(path: str, reason: str) -> FhirError:
    text = f"{path or 'The resource'} can't be written as XML: {reason}; ask for application/fhir+json."
    return refuse(406, "not-supported", "xml-not-representable", text, path or None)


def _escaped(text: str, path: str) -> str:
    if not _SPECIAL.search(text):
        return text
    try:
        return _SPECIAL.sub(lambda found: _ESCAPES[found[0]], text)
    except KeyError:
        raise _unfit(path, "it holds a character that XML does not allow") from None


def _typed(value: Any, kind: type, path: str) -> Any:
    if not isinstance(value, kind):
        raise _unfit(path, f"it is not a JSON {'object' if kind is dict else 'array'}")
    return value


class _Writer:
    """Writes along the element table. ``pad`` is the line break and indent before an element, empty where not pretty."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions

    def resource(self, out: list[str], value: Any, pad: str, path: str, depth: int) -> None:
        name = _typed(value, dict, path).get("resourceType")
        info = self._definitions.type(name) if isinstance(name, str) and name in self._definitions.resource_types else None
        if info is None:
            raise _unfit(path, "its resourceType is not one of FHIR R4")
        declared = "" if path else f' xmlns="{FHIR}"'
        self._members(out, info.name, declared, value, info, pad, path or info.name, depth)

    def _members(self, out: list[str], tag: str, attributes: str, value: Any, info: TypeInfo, pad: str, path: str, depth: int) -> None:
        """The element ``tag`` with the children that ``value`` gives."""
        if depth > _DEEPEST:
            raise _unfit(path, f"it is nested deeper than {_DEEPEST}")
        start = len(out)
        out.append(f"{pad}<{tag}{attributes}>")
        inner = pad and pad + "  "
        for element in self._present(value, info, path):
            self._element(out, element, value.get(element.key), value.get(f"_{element.key}"), inner, f"{path}.{element.name}", depth + 1)
        if len(out) == start + 1:
            out[start] = f"{pad}<{tag}{attributes}/>"
        else:
            out.append(f"{pad}</{tag}>")

    def _present(self, value: dict[str, Any], info: TypeInfo, path: str) -> list[ElementInfo]:
        """The elements that ``value`` has, attributes apart, in the order of the definition."""
        attributes = _attributes_of(info)
        names = {key[1:] if key[:1] == "_" else key: None for key in value if key not in attributes}
        try:
            return sorted((info.elements[name] for name in names), key=lambda element: element.order)
        except KeyError:
            raise _unfit(path, f"it has an element that {info.name} does not define") from None

    def _element(self, out: list[str], element: ElementInfo, value: Any, companion: Any, pad: str, path: str, depth: int) -> None:
        if not element.is_list:
            self._one(out, element, value, companion, pad, path, depth)
            return
        values = _typed(value, list, path) if value is not None else []
        companions = _typed(companion, list, path) if companion is not None else []
        for place in range(max(len(values), len(companions))):
            one = values[place] if place < len(values) else None
            other = companions[place] if place < len(companions) else None
            self._one(out, element, one, other, pad, f"{path}[{place}]", depth)

    def _one(self, out: list[str], element: ElementInfo, value: Any, companion: Any, pad: str, path: str, depth: int) -> None:
        tag = element.key
        if element.type == "xhtml":
            out.append(pad + _narrative(value, path))
        elif element.is_primitive:
            self._primitive(out, tag, value, companion, pad, path, depth)
        elif companion is not None:
            raise _unfit(path, f"only a primitive has a companion _{tag}")
        elif element.type == "Resource":
            out.append(f"{pad}<{tag}>")
            self.resource(out, value, pad and pad + "  ", path, depth)
            out.append(f"{pad}</{tag}>")
        else:
            info = self._definitions.type(element.type)
            assert info is not None
            attributes = self._attributes(_typed(value, dict, path), info, path)
            self._members(out, tag, attributes, value, info, pad, path, depth)

    def _attributes(self, value: dict[str, Any], info: TypeInfo, path: str) -> str:
        written = ""
        for name in _attributes_of(info):
            text = value.get(name)
            if text is not None:
                if not isinstance(text, str):
                    raise _unfit(f"{path}.{name}", "it is not a string")
                written += f' {name}="{_escaped(text, path)}"'
        return written

    def _primitive(self, out: list[str], tag: str, value: Any, companion: Any, pad: str, path: str, depth: int) -> None:
        written = "" if value is None else f' value="{_text(value, path)}"'
        if companion is None:
            if value is None:
                raise _unfit(path, "it has neither a value nor an extension")
            out.append(f"{pad}<{tag}{written}/>")
            return
        info = self._definitions.type("Element")
        assert info is not None
        attributes = self._attributes(_typed(companion, dict, path), info, path)
        self._members(out, tag, attributes + written, companion, info, pad, path, depth)


def _attributes_of(info: TypeInfo) -> tuple[str, ...]:
    """The keys that XML has as attributes, or not at all."""
    if info.kind == "resource":
        return ("resourceType",)
    return ("id", "url") if info.name == "Extension" else ("id",)


def _text(value: Any, path: str) -> str:
    """A primitive's value as XML spells it."""
    if isinstance(value, str):
        return _escaped(value, path)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        raise _unfit(path, "it is not a primitive value")
    return str(value)


def _narrative(value: Any, path: str) -> str:
    """The XHTML, once it is sure that it can stand inside another document."""
    if not isinstance(value, str) or not value.startswith("<div"):
        raise _unfit(path, "it is not an XHTML div")
    try:
        root = parse(value.encode(), _NARRATIVE)
    except (FhirError, UnicodeEncodeError, expat.ExpatError):
        raise _unfit(path, "it is not well-formed XHTML") from None
    if root.namespace != XHTML:
        raise _unfit(path, f"its div does not declare the namespace {XHTML}")
    return value
