"""The plain part of FHIRPath that nearly all search parameters are written in, read into steps and typed by the element table.

    Observation.component.value        (Observation.value as Quantity)        Condition.onset.as(Age)
    Person.link.target.where(resolve() is Patient)                            Patient.telecom.where(system='email')
    Patient.extension('http://...')    Bundle.entry[0].resource               a union of these with |

What doesn't read as this is left to the FHIRPath engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hit_maternity.fhir.definitions import Definitions, ElementInfo

_TOKEN = re.compile(r"\s*(?:(?P<name>%?[A-Za-z_][A-Za-z0-9_]*)|'(?P<text>[^'\\]*)'|(?P<number>\d+)|(?P<mark>[().|\[\]=]))", re.ASCII)


@dataclass(frozen=True, slots=True)
class Step:
    """``kind``: name | as | index | equals | resolves | extension | has-extension; ``argument``: the name, type, place or URL;
    ``value``: what an ``equals`` compares with."""

    kind: str
    argument: str
    value: str = ""


Path = tuple[Step, ...]


class _NotPlain(Exception):
    """The expression uses more of FHIRPath than is read here."""


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens = list(self._tokenize(text))
        self._at = 0

    @staticmethod
    def _tokenize(text: str) -> Iterator[tuple[str, str]]:
        text = text.strip()
        at = 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None or found.lastgroup is None:
                raise _NotPlain
            yield found.lastgroup, found[found.lastgroup]
            at = found.end()
        yield "end", ""

    def _next(self) -> tuple[str, str]:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _is(self, kind: str, text: str | None = None) -> bool:
        token = self._tokens[self._at]
        return token[0] == kind and text in (None, token[1])

    def _expect(self, kind: str, text: str | None = None) -> str:
        if not self._is(kind, text):
            raise _NotPlain
        return self._next()[1]

    def paths(self) -> list[Path]:
        found = self._union()
        self._expect("end")
        return found

    def _union(self) -> list[Path]:
        found = self._term()
        while self._is("mark", "|"):
            self._next()
            found = [*found, *self._term()]
        return found

    def _term(self) -> list[Path]:
        if self._is("mark", "("):
            self._next()
            heads = self._union()
            self._expect("mark", ")")
        else:
            heads = [(Step("name", self._expect("name")),)]
        tail: list[Step] = []
        while self._is("mark", ".") or self._is("mark", "["):
            if self._next()[1] == "[":
                tail.append(Step("index", self._expect("number")))
                self._expect("mark", "]")
            else:
                tail.append(self._invocation())
        if self._is("name", "as"):
            self._next()
            tail.append(Step("as", self._expect("name")))
        return [(*head, *tail) for head in heads]

    def _invocation(self) -> Step:
        name = self._expect("name")
        if not self._is("mark", "("):
            return Step("name", name)
        self._next()
        if name in ("as", "ofType"):
            step = Step("as", self._expect("name"))
        elif name == "extension":
            step = Step("extension", self._expect("text"))
        elif name == "where":
            step = self._condition()
        else:
            raise _NotPlain
        self._expect("mark", ")")
        return step

    def _condition(self) -> Step:
        name = self._expect("name")
        if self._is("mark", "="):
            self._next()
            return Step("equals", name, self._expect("text"))
        self._expect("mark", "(")
        if name == "hasExtension":
            step = Step("has-extension", self._expect("text"))
            self._expect("mark", ")")
            return step
        if name != "resolve":
            raise _NotPlain
        self._expect("mark", ")")
        self._expect("name", "is")
        return Step("resolves", self._expect("name"))


def read(expression: str) -> list[Path] | None:
    """The union's branches, each a list of steps that begins with its first name; None where it isn't of the plain kind."""
    try:
        return _Reader(expression).paths()
    except _NotPlain:
        return None


def branches(expression: str) -> list[str]:
    """The branches of the top-level union as they are written."""
    found, depth, quoted, start = [], 0, False, 0
    for at, letter in enumerate(expression):
        if letter == "'":
            quoted = not quoted
        elif not quoted:
            depth += (letter in "([") - (letter in ")]")
            if letter == "|" and depth == 0:
                found.append(expression[start:at].strip())
                start = at + 1
    return [*found, expression[start:].strip()]


@dataclass(frozen=True, slots=True)
class Route:
    """One way through the JSON: ``steps`` of kind name (a JSON key), index, equals, resolves, extension or has-extension;
    ``type``: FHIR type at its end (``Extension`` for one whose value is meant); ``element``: what was last stepped into."""

    steps: Path
    type: str
    element: ElementInfo | None


# R4 writes value.as(DateTime) in Observation-code-value-date.
_SPELLINGS = {"DateTime": "dateTime"}


def routes(path: Path, type_name: str, definitions: Definitions) -> list[Route]:
    """``path`` (its first name already taken off) from a ``type_name`` on, choices spread out into their JSON keys."""
    found = [Route((), type_name, None)]
    for step in path:
        found = [longer for route in found for longer in _continue(route, step, definitions)]
    return found


def _continue(route: Route, step: Step, definitions: Definitions) -> Iterator[Route]:
    if step.kind == "name":
        info = definitions.type(route.type)
        for element in info.names.get(step.argument, ()) if info else ():
            yield Route((*route.steps, Step("name", element.key)), element.type, element)
    elif step.kind == "as":
        if definitions.is_a(route.type, _SPELLINGS.get(step.argument, step.argument)):
            yield route
    elif step.kind == "extension":
        yield Route((*route.steps, step), "Extension", None)
    else:
        yield Route((*route.steps, step), route.type, route.element)
