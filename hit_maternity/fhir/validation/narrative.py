"""The narrative: one well-formed XHTML div of the basic formatting elements, without anything active.

Source: https://hl7.org/fhir/R4/narrative.html#Narrative, invariants txt-1 and txt-2. Allowed are the elements of HTML 4.0
chapters 7 to 11 (without 9.4) and 15 that are not deprecated, ``a`` and ``img``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from lxml import etree

from hit_maternity.fhir.definitions import ElementInfo
from hit_maternity.fhir.validation.checks import Addition, Check
from hit_maternity.fhir.validation.walk import Path, Walk, short

XHTML = "http://www.w3.org/1999/xhtml"
_NS = f"{{{XHTML}}}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_ELEMENT_NAMES = """
    p br div h1 h2 h3 h4 h5 h6 a span b em i strong small big tt dfn q var abbr acronym cite blockquote hr address bdo kbd sub sup
    ul ol li dl dt dd pre table caption colgroup col thead tr tfoot tbody th td code samp img map area
"""
_COMMON_NAMES = """
    title style class id lang dir accesskey tabindex span width align valign char charoff abbr axis headers scope rowspan colspan
"""
ELEMENTS = frozenset(_NS + name for name in _ELEMENT_NAMES.split())
COMMON = frozenset(_COMMON_NAMES.split()) | {f"{_XML}lang", f"{_XML}space"}
ATTRIBUTES = {
    _NS + name: frozenset(attributes.split())
    for name, attributes in {
        "a": "href name charset type hreflang rel rev shape coords",
        "img": "src alt longdesc height width usemap ismap border",
        "map": "name",
        "area": "shape coords href nohref alt",
        "blockquote": "cite",
        "q": "cite",
        "table": "summary border frame rules cellspacing cellpadding",
        "td": "nowrap",
        "th": "nowrap",
        "ol": "start type",
        "ul": "type",
        "li": "value",
        "hr": "size noshade",
        "pre": "space",
    }.items()
}
_LINKS = frozenset({"href", "src", "cite", "longdesc", "usemap"})
_SCHEME = re.compile(r"[\x00-\x20]*([A-Za-z][A-Za-z0-9+.\-\x00-\x20]*):").match
_PASSIVE = frozenset({"http", "https", "mailto", "tel", "ftp", "urn", "cid"})
_ACTIVE_STYLE = re.compile(r"expression\s*\(|javascript:|url\s*\(|@import|behaviou?r\s*:|-moz-binding", re.IGNORECASE).search
_DECLARATION = re.compile(r"<!(?:DOCTYPE|ENTITY)|<\?", re.IGNORECASE).search

#: (rule, words) of one fault.
Fault = tuple[str, dict[str, str]]


def faults(div: str) -> list[Fault]:
    """Every fault of a narrative's div, [] where it is fine. Never raises."""
    if _DECLARATION(div):
        return [("narrative-doctype", {})]
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(div, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        return [("narrative-malformed", {"reason": _reason(fault)})]
    if root.tag != f"{_NS}div":
        return [("narrative-root", {})]
    found: list[Fault] = []
    has_content = False
    for element in root.iter():
        tag = element.tag
        if not isinstance(tag, str):
            if element.tag is etree.ProcessingInstruction:
                found.append(("narrative-doctype", {}))
        elif tag not in ELEMENTS:
            found.append(("narrative-element", {"tag": short(tag.rpartition("}")[2] if tag.startswith(_NS) else tag)}))
        else:
            has_content = has_content or tag == f"{_NS}img" or bool(element.text and not element.text.isspace())
            if element.attrib:
                found.extend(_attributes(element, tag))
        has_content = has_content or bool(element.tail and not element.tail.isspace())
    if not has_content:
        found.append(("narrative-empty", {}))
    return found


def _reason(fault: Exception) -> str:
    """What the parser objects to and where, without the text it stumbled over."""
    if isinstance(fault, etree.XMLSyntaxError) and fault.code in _REASONS:
        line, column = fault.position
        return f"{_REASONS[fault.code]}, line {line}, column {column}"
    line, column = fault.position if isinstance(fault, etree.XMLSyntaxError) else (1, 1)
    return f"line {line}, column {column}"


_REASONS = {
    76: "an end tag does not match its start tag",
    77: "an element is not closed",
    26: "an entity is not defined: write the character itself, or &#160; for &nbsp;",
    68: "a < or & that is not escaped",
    201: "a namespace prefix is not declared",
    42: "an attribute is given twice",
    39: "an attribute value is not quoted",
    5: "something follows the div",
    4: "it does not start with an element",
}


def _attributes(element: Any, tag: str) -> Iterator[Fault]:
    own = ATTRIBUTES.get(tag, frozenset())
    for name, value in element.attrib.items():
        words = {"attribute": short(name.replace(_XML, "xml:")), "tag": tag.removeprefix(_NS)}
        if name not in COMMON and name not in own:
            yield "narrative-attribute", words
        elif (name in _LINKS and not _is_passive(name, value, tag)) or (name == "style" and _ACTIVE_STYLE(value)):
            yield "narrative-link", words


def _is_passive(name: str, value: str, tag: str) -> bool:
    scheme = _SCHEME(value)
    if scheme is None:
        return True
    text = "".join(scheme[1].split()).lower()
    if text == "data":
        return name == "src" and tag == f"{_NS}img" and value.strip().lower().startswith("data:image/")
    return text in _PASSIVE


def check_div(value: Any, path: Path, walk: Walk) -> None:
    for rule, words in faults(value):
        walk.fault(rule, path, **words)


class Narratives(Addition):
    """Checks on every xhtml element."""

    def for_element(self, element: ElementInfo) -> Sequence[Check]:
        return (check_div,) if element.type == "xhtml" else ()
