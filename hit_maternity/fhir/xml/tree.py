"""XML text to a light tree, with everything refused that a FHIR document has no use for and an attacker has.

A document type declaration is refused the moment it begins, so no entity is ever defined, fetched or expanded. XHTML is not
taken apart: the text of a narrative is kept as it was sent, which only the parser's byte offsets (expat's) make possible.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from hit_maternity.fhir.json import Limits
from hit_maternity.fhir.outcome import FhirError, refuse

FHIR = "http://hl7.org/fhir"
XHTML = "http://www.w3.org/1999/xhtml"
XML = "http://www.w3.org/XML/1998/namespace"
XINCLUDE = "http://www.w3.org/2001/XInclude"

#: What a document of the largest size has, and what memory allows.
_MOST_ELEMENTS = 500_000
_MOST_NAMESPACES = 32
_BOM = b"\xef\xbb\xbf"
_ENCODINGS = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
_TAG = re.compile(rb"""(?:[^>"']|"[^"]*"|'[^']*')*>""")
_HINTS = {
    expat.errors.XML_ERROR_UNDEFINED_ENTITY: "XML knows no HTML entities: write the character itself, or &#160; for &nbsp;",
    expat.errors.XML_ERROR_NO_ELEMENTS: "the document has no end, or is empty",
    expat.errors.XML_ERROR_UNBOUND_PREFIX: "declare the prefix with xmlns:prefix",
    expat.errors.XML_ERROR_DUPLICATE_ATTRIBUTE: "an attribute may stand once on an element",
    expat.errors.XML_ERROR_INVALID_TOKEN: "write & as &amp;, < as &lt;, and no control characters",
}


@dataclass(slots=True)
class Node:
    """One element. ``text_line``: the line of the first text in it that is not white space, else 0. ``xhtml``: the whole source
    text of an XHTML element, which then has no children here."""

    namespace: str
    tag: str
    attributes: dict[str, str]
    line: int
    children: list[Node] = field(default_factory=list)
    text_line: int = 0
    xhtml: str | None = None


def parse(body: bytes, limits: Limits) -> Node:
    """The root element of ``body``. Raises ``FhirError`` 413 ``body-too-large``; 400 ``xml-malformed``, ``xml-empty``,
    ``xml-encoding``, ``xml-version``, ``xml-doctype``, ``xml-xinclude``, ``xml-depth``, ``xml-too-large``, with line and column."""
    if len(body) > limits.bytes:
        raise refuse(413, "too-long", "body-too-large", f"The body is over the limit of {limits.bytes:,} bytes; send it in parts.")
    body = body.removeprefix(_BOM)
    if not body.strip():
        raise refuse(400, "invalid", "xml-empty", "The body is empty; send an XML document.")
    if body[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in body[:4]:
        raise refuse(400, "invalid", "xml-encoding", "The body is not UTF-8; encode it as UTF-8.")
    builder = _Builder(body, limits)
    try:
        builder.parser.Parse(body, True)
    except expat.ExpatError as fault:
        raise malformed(fault) from None
    return builder.root


def malformed(fault: expat.ExpatError) -> FhirError:
    """``xml-malformed`` in expat's words, with a hint where there is one."""
    words = expat.ErrorString(fault.code) or "not well-formed"
    hint = f" ({_HINTS[words]})" if words in _HINTS else ""
    text = f"The body is not well-formed XML: {words} at line {fault.lineno}, column {fault.offset + 1}{hint}."
    return refuse(400, "invalid", "xml-malformed", text)


class _Builder:
    """Expat's handlers. ``_open`` are the elements begun and not ended; ``_scopes`` the namespaces each of them declares."""

    def __init__(self, body: bytes, limits: Limits) -> None:
        self.root: Node = Node("", "", {}, 0)
        self._body = body
        self._depth = limits.depth
        self._open: list[Node] = [self.root]
        self._scopes: list[dict[str, str]] = []
        self._declared: dict[str, str] = {}
        self._count = 0
        self._inside_xhtml = 0
        self._xhtml_start = 0
        self.parser = parser = expat.ParserCreate("UTF-8", "}")
        parser.XmlDeclHandler = self._declaration
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartNamespaceDeclHandler = self._namespace
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text

    def _declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        if version != "1.0":
            raise refuse(400, "invalid", "xml-version", "The XML declaration names another version than 1.0, the one FHIR is written in.")
        if encoding and encoding.lower() not in _ENCODINGS:
            raise refuse(400, "invalid", "xml-encoding", "The XML declaration names another encoding than UTF-8; encode the body as UTF-8.")

    def _doctype(self, name: str, system_id: str | None, public_id: str | None, has_internal_subset: int) -> None:
        line = self.parser.CurrentLineNumber
        text = f"Line {line}: a document type declaration (DOCTYPE), and with it every entity, is refused; leave it out."
        raise refuse(400, "security", "xml-doctype", text)

    def _namespace(self, prefix: str | None, uri: str | None) -> None:
        self._declared[prefix or ""] = uri or ""
        if len(self._declared) > _MOST_NAMESPACES:
            raise self._too_costly(f"an element declares more than {_MOST_NAMESPACES} namespaces; FHIR needs two")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._inside_xhtml:
            self._inside_xhtml += 1
            self._declared = {}
            self._check_size(len(self._open) + self._inside_xhtml)
            return
        namespace, _, tag = name.rpartition("}")
        line = self.parser.CurrentLineNumber
        if namespace == XINCLUDE:
            raise refuse(400, "security", "xml-xinclude", f"Line {line}: XInclude is refused; put the content itself in its place.")
        node = Node(namespace, tag, attributes, line)
        self._open[-1].children.append(node)
        self._scopes.append(self._declared)
        self._declared = {}
        self._open.append(node)
        self._check_size(len(self._open) - 1)
        if len(self._open) == 2:
            self.root = node
        if namespace == XHTML:
            self._inside_xhtml = 1
            self._xhtml_start = self.parser.CurrentByteIndex

    def _check_size(self, depth: int) -> None:
        self._count += 1
        if depth > self._depth:
            raise self._too_costly(f"elements are nested deeper than {self._depth}; send a flatter document", "xml-depth")
        if self._count > _MOST_ELEMENTS:
            raise self._too_costly(f"there are more than {_MOST_ELEMENTS:,} elements; send the document in parts")

    def _too_costly(self, text: str, rule: str = "xml-too-large") -> FhirError:
        return refuse(400, "too-costly", rule, f"Line {self.parser.CurrentLineNumber}: {text}.")

    def _end(self, name: str) -> None:
        if self._inside_xhtml:
            self._inside_xhtml -= 1
            if self._inside_xhtml:
                return
            self._open[-1].xhtml = self._source()
        self._open.pop()
        self._scopes.pop()

    def _text(self, text: str) -> None:
        node = self._open[-1]
        if not self._inside_xhtml and not node.text_line and not text.isspace():
            node.text_line = self.parser.CurrentLineNumber

    def _source(self) -> str:
        """The XHTML element that just ended, as it was sent; rewritten only where it leans on namespaces declared outside it."""
        start, end = self._xhtml_start, self.parser.CurrentByteIndex
        first = _TAG.match(self._body, start)
        closed = first is not None and first[0].endswith(b"/>")
        end = first.end() if first and closed else self._body.index(b">", end) + 1
        text = self._body[start:end].decode()
        own = self._scopes[-1]
        outer = {prefix: uri for scope in self._scopes[:-1] for prefix, uri in scope.items() if prefix not in own}
        prefixed = text[1:].split(None, 1)[0].partition(":")[0] in {*own, *outer}
        leans = prefixed or own.get("") != XHTML or any(f"{prefix}:" in text for prefix in outer if prefix)
        return _without_prefixes(text, outer) if leans else text


def _without_prefixes(text: str, outer: dict[str, str]) -> str:
    """XHTML that stands alone: every element by its local name, its namespace declared where it differs from its parent's."""
    declarations = " ".join(f"xmlns{':' + prefix if prefix else ''}={quoteattr(uri)}" for prefix, uri in outer.items())
    written: list[str] = []
    within: list[str | None] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        namespace, _, tag = name.rpartition("}")
        if within:
            declared = "" if within[-1] == namespace else f" xmlns={quoteattr(namespace)}"
            plain = "".join(f" {_attribute(key)}={quoteattr(value)}" for key, value in attributes.items())
            written.append(f"<{tag}{declared}{plain}>")
        within.append(namespace if within else None)

    def end(name: str) -> None:
        within.pop()
        if within:
            written.append(f"</{name.rpartition('}')[2]}>")

    parser = expat.ParserCreate("UTF-8", "}")
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = lambda data: written.append(escape(data))
    parser.Parse(f"<wrapper {declarations}>{text}</wrapper>".encode(), True)
    return "".join(written)


def _attribute(key: str) -> str:
    namespace, _, name = key.rpartition("}")
    return f"xml:{name}" if namespace == XML else name
