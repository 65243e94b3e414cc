"""Reads a regular expression into its pieces: the part of Python's syntax that an automaton can run."""

from __future__ import annotations

import re
from dataclasses import dataclass, field


class Unsupported(Exception):
    """The pattern has lookaround, back references, flags or possessive repeats."""


@dataclass(frozen=True, slots=True)
class Char:
    """One character: a literal, an escape, a class or a dot, as it is spelt."""

    text: str
    _known: dict[str, bool] = field(default_factory=dict, compare=False)

    def fits(self, char: str) -> bool:
        verdict = self._known.get(char)
        if verdict is None:
            if len(self._known) > 500:
                self._known.clear()
            verdict = self._known[char] = re.fullmatch(self.text, char, re.DOTALL) is not None
        return verdict


@dataclass(frozen=True, slots=True)
class Assertion:
    kind: str  # ^ $ A Z b B


@dataclass(frozen=True, slots=True)
class Sequence:
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Alternatives:
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """``most`` None: without end."""

    piece: Piece
    least: int
    most: int | None


Piece = Char | Assertion | Sequence | Alternatives | Repeat

_COUNT = re.compile(r"\{([0-9]*)(,?)([0-9]*)\}")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\\\]])*\]", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:[dDwWsSnrtfva0]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[^A-Za-z0-9])", re.DOTALL)
_NAMED = re.compile(r"\?P<[A-Za-z_][A-Za-z0-9_]*>")


def read_pattern(pattern: str) -> Piece:
    """The pieces of ``pattern``, which Python's own compiler has found valid. Raises ``Unsupported``."""
    reader = _Reader(pattern)
    piece = reader.alternatives()
    if reader.at < len(pattern):
        raise Unsupported
    return piece


class _Reader:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def _next(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def alternatives(self) -> Piece:
        pieces = [self._sequence()]
        while self._next() == "|":
            self.at += 1
            pieces.append(self._sequence())
        return pieces[0] if len(pieces) == 1 else Alternatives(tuple(pieces))

    def _sequence(self) -> Piece:
        pieces: list[Piece] = []
        while self._next() not in ("", "|", ")"):
            pieces.append(self._repeated(self._atom()))
        return pieces[0] if len(pieces) == 1 else Sequence(tuple(pieces))

    def _repeated(self, piece: Piece) -> Piece:
        while (bounds := self._bounds()) is not None:
            piece = Repeat(piece, *bounds)
            if self._next() == "?":
                self.at += 1
            elif self._next() == "+":
                raise Unsupported
        return piece

    def _bounds(self) -> tuple[int, int | None] | None:
        """Of the quantifier that stands here, if one does."""
        simple: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
        if self._next() in simple:
            self.at += 1
            return simple[self.pattern[self.at - 1]]
        found = _COUNT.match(self.pattern, self.at)
        if found is None or not (found[1] or found[3]):
            return None
        self.at = found.end()
        least = int(found[1] or 0)
        return least, least if not found[2] else (int(found[3]) if found[3] else None)

    def _atom(self) -> Piece:
        char = self._next()
        if char == "(":
            return self._group()
        if char in "^$":
            self.at += 1
            return Assertion(char)
        if char == "\\" and self.pattern[self.at + 1 : self.at + 2] in ("A", "Z", "b", "B"):
            self.at += 2
            return Assertion(self.pattern[self.at - 1])
        if char in "\\[":
            found = (_ESCAPE if char == "\\" else _CLASS).match(self.pattern, self.at)
            if found is None:
                raise Unsupported
            self.at = found.end()
            return Char(found[0])
        self.at += 1
        return Char("." if char == "." else re.escape(char))

    def _group(self) -> Piece:
        self.at += 1
        if self._next() == "?":
            named = _NAMED.match(self.pattern, self.at)
            if named is None and not self.pattern.startswith("?:", self.at):
                raise Unsupported
            self.at = named.end() if named else self.at + 2
        piece = self.alternatives()
        if self._next() != ")":
            raise Unsupported
        self.at += 1
        return piece
