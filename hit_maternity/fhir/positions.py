"""Where in a JSON or XML text an element stands: from ``Observation.component[1].code`` to line and column.

Made for the text of a resource that could be read; the place nearest to what is missing is that of the element around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from hit_maternity.fhir import json
from hit_maternity.fhir.formats import Kind

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_STEP = re.compile(r"([A-Za-z_]\w*)(?:\[(\d+)\])?(?:\.|$)")
_STATED = re.compile(r"\bline (\d+)(?:, column (\d+))?", re.IGNORECASE)
_BOM = b"\xef\xbb\xbf"


@dataclass(slots=True)
class _Place:
    """An element begins at the byte ``offset``. ``items``: the places of each, where it repeats."""

    offset: int
    members: dict[str, _Place] = field(default_factory=dict)
    items: list[_Place] = field(default_factory=list)

    def below(self, name: str, index: int | None) -> _Place | None:
        """The member ``name`` (``value`` is ``valueQuantity`` too), its item ``index`` where one is asked for."""
        holder = self.items[0] if self.items else self
        found = holder.members.get(name) or next((p for k, p in holder.members.items() if _is_choice(k, name)), None)
        if found is None or index is None:
            return found
        return found.items[index] if index < len(found.items) else None


class Positions:
    """The places of one text, which is taken apart when the first is asked for."""

    def __init__(self, text: bytes, kind: Kind) -> None:
        self._text = text.removeprefix(_BOM)
        self._kind = kind
        self._root: _Place | None = None

    def at(self, expression: str) -> tuple[int, int]:
        """Line and column, both counted from 1, of the element that ``expression`` names, or of the nearest around it that is there."""
        if self._root is None:
            self._root = _of_xml(self._text) if self._kind == "xml" else _of_json(self._text)
        place = self._root
        for name, index in _steps(expression):
            below = place.below(name, index)
            if below is None:
                break
            place = below
        begin = self._text.rfind(b"\n", 0, place.offset) + 1
        return self._text.count(b"\n", 0, begin) + 1, len(self._text[begin : place.offset].decode(errors="replace")) + 1


def stated(words: str) -> tuple[int, int] | None:
    """Line and column that the words of a codec's fault name, for a text that could not be read; None where they name none."""
    found = _STATED.search(words)
    return (int(found[1]), int(found[2] or 1)) if found else None


def _is_choice(key: str, name: str) -> bool:
    return key.startswith(name) and key[len(name) : len(name) + 1].isupper()


def _steps(expression: str) -> Iterator[tuple[str, int | None]]:
    """Names and indexes after the type's name, up to the first step that is a function."""
    at = len(expression.partition(".")[0]) + 1
    while found := _STEP.match(expression, at):
        yield found[1], int(found[2]) if found[2] else None
        at = found.end()


def _of_json(text: bytes) -> _Place:
    tokens = _TOKEN.finditer(text)
    first = next(tokens, None)
    return _value(tokens, first) if first else _Place(0)


def _value(tokens: Iterator[re.Match[bytes]], first: re.Match[bytes], begin: int | None = None) -> _Place:
    """The value that begins with ``first``, at ``begin`` or there."""
    place = _Place(first.start() if begin is None else begin)
    if first[0] == b"[":
        for token in tokens:
            if token[0] == b"]":
                break
            if token[0] != b",":
                place.items.append(_value(tokens, token))
    elif first[0] == b"{":
        for token in tokens:
            if token[0] == b"}":
                break
            if token[0] != b",":
                next(tokens)  # the colon
                place.members[str(json.decode(token[0]))] = _value(tokens, next(tokens), token.start())
        _join_companions(place.members)
    return place


def _join_companions(members: dict[str, _Place]) -> None:
    """What ``_birthDate`` holds stands in FHIRPath below ``birthDate``."""
    for key in [k for k in members if k.startswith("_")]:
        companion = members[key]
        value = members.setdefault(key[1:], companion)
        if value is companion:
            continue
        for own, other in zip([value, *value.items], [companion, *companion.items], strict=False):
            own.members |= other.members


class _Elements:
    """Expat's handlers. An element that wraps a resource (``contained``, ``resource``) is taken for the resource itself."""

    def __init__(self) -> None:
        self.root = _Place(0)
        self.open: list[_Place] = []
        self.parser = expat.ParserCreate("UTF-8", "}")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition("}")[2]
        place = _Place(self.parser.CurrentByteIndex)
        if not self.open:
            self.root = place
        elif tag[:1].isupper():
            place = self.open[-1]
        else:
            self.open[-1].members.setdefault(tag, _Place(place.offset)).items.append(place)
        for attribute in attributes:
            place.members.setdefault(attribute.rpartition("}")[2], _Place(place.offset))
        self.open.append(place)

    def _end(self, name: str) -> None:
        self.open.pop()


def _of_xml(text: bytes) -> _Place:
    elements = _Elements()
    elements.parser.Parse(text, True)
    return elements.root
