"""``matches()`` and its kin on patterns that anybody may have written: a hostile one must not stop the server.

How often Python's backtracking matcher may branch is estimated from the pattern and the length of the input. Where that is
little, it does the work; where it is not, an automaton does, whose time grows only with pattern times input.
Source: http://hl7.org/fhirpath/N1/#matchesregex-string-boolean (search anywhere, a dot matches line ends too).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache

from hit_maternity.fhir.fhirpath.errors import execution, limit
from hit_maternity.fhir.fhirpath.pattern import Alternatives, Assertion, Char, Piece, Repeat, Sequence, Unsupported, read_pattern

MAX_PATTERN = 4_000
#: Branches that the backtracking matcher may be expected to take.
MAX_BRANCHES = 2e6
#: Instructions of an automaton, and states it may visit in one run.
MAX_INSTRUCTIONS, MAX_VISITS = 10_000, 500_000


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> tuple[re.Pattern[str], Piece | None]:
    if len(pattern) > MAX_PATTERN:
        raise limit(f"a regular expression is longer than {MAX_PATTERN:,} characters")
    try:
        compiled = re.compile(pattern, re.DOTALL)
    except (re.error, OverflowError, RecursionError):
        raise execution("a regular expression can't be read") from None
    try:
        return compiled, read_pattern(pattern)
    except (Unsupported, RecursionError):
        return compiled, None


def cost(pattern: str, length: int) -> float:
    """How often, at most, a match of all of an input of ``length`` characters branches. Raises ``FhirPathError`` for no pattern."""
    piece = _compiled(pattern)[1]
    return _branches(piece, length) if piece is not None else _blind_branches(pattern, length)


def matches(value: str, pattern: str) -> bool:
    """Whether ``pattern`` is found anywhere in ``value``."""
    return _decided(value, pattern, whole=False)


def matches_full(value: str, pattern: str) -> bool:
    """Whether ``pattern`` is all of ``value``."""
    return _decided(value, pattern, whole=True)


def _decided(value: str, pattern: str, whole: bool) -> bool:
    compiled, piece = _compiled(pattern)
    ways = _branches(piece, len(value)) if piece is not None else _blind_branches(pattern, len(value))
    if ways * (1 if whole or _anchored(piece) else len(value) + 1) <= MAX_BRANCHES:
        return (compiled.fullmatch(value) if whole else compiled.search(value)) is not None
    if piece is None:
        raise limit("a regular expression with lookaround or back references is too costly for the length of the input")
    return _run(_instructions(pattern), value, whole)


def replace(value: str, pattern: str, substitution: str) -> str:
    """``value`` with all that ``pattern`` finds replaced; ``$1`` and ``${name}`` stand for groups. Nothing is replaced by an
    empty pattern. Raises ``FhirPathError`` for a pattern that may take long."""
    if not pattern:
        return value
    compiled, piece = _compiled(pattern)
    ways = _branches(piece, len(value)) if piece is not None else _blind_branches(pattern, len(value))
    if ways * (len(value) + 1) > MAX_BRANCHES:
        raise limit("a regular expression is too costly for the length of the input")

    def expand(found: re.Match[str]) -> str:
        return _GROUP.sub(lambda group: _group(found, group[1] or group[2]), substitution)

    if (len(value) + 1) * (len(substitution) + len(value)) > 50_000_000:
        raise limit("a replacement grows too long")
    return compiled.sub(expand, value)


_GROUP = re.compile(r"\$(?:([0-9])|\{([A-Za-z_][A-Za-z0-9_]*)\})")


def _group(found: re.Match[str], name: str) -> str:
    try:
        return found[int(name) if name.isdigit() else name] or ""
    except IndexError:
        raise execution("a replacement names a group that the regular expression doesn't have") from None


# ---------------------------------------------------------------- how much a backtracking matcher would branch


def _anchored(piece: Piece | None) -> bool:
    return isinstance(piece, Sequence) and bool(piece.pieces) and piece.pieces[0] in (Assertion("^"), Assertion("A"))


_QUANTIFIER = re.compile(r"(?<!\()[?*+{]")
_NESTING = re.compile(r"\)[*+{?]")


def _blind_branches(pattern: str, length: int) -> float:
    """An upper bound for a pattern with lookaround or back references, from its quantifiers alone."""
    if _NESTING.search(pattern):
        return 4.0 ** min(length, 30)
    return (length + 2.0) ** min(len(_QUANTIFIER.findall(pattern)) + pattern.count("|"), 12)


def _branches(piece: Piece, length: int) -> float:
    """An upper bound of the ways to match ``piece`` at one place of an input."""
    if isinstance(piece, Alternatives):
        return sum(_branches(p, length) for p in piece.pieces)
    if isinstance(piece, Sequence):
        ways = 1.0
        for part in piece.pieces:
            ways = min(ways * _branches(part, length), 1e18)
        return ways
    if isinstance(piece, Repeat):
        return _repeat_branches(piece, length)
    return 1.0


def _repeat_branches(piece: Repeat, length: int) -> float:
    inner = _branches(piece.piece, length)
    most = length if piece.most is None else piece.most
    choices = max(1.0, min(most, length) - piece.least + 1.0)
    if inner <= 1:
        return choices
    rounds = min(most, length + piece.least)
    return 1e18 if rounds * math.log(inner) > 40 else choices * inner**rounds


# ---------------------------------------------------------------- the automaton


@dataclass(slots=True)
class _Step:
    """``char``: take one that fits; ``assertion``: go on if it holds; neither: go on at ``then`` and, if there is one, ``other``."""

    char: Char | None = None
    assertion: str | None = None
    then: int = 0
    other: int | None = None


@lru_cache(maxsize=128)
def _instructions(pattern: str) -> list[_Step]:
    """The automaton of ``pattern``; it accepts at the end of the list."""
    steps: list[_Step] = []
    piece = _compiled(pattern)[1]
    if piece is not None:
        _emit(piece, steps)
    return steps


def _emit(piece: Piece, steps: list[_Step]) -> None:
    if len(steps) > MAX_INSTRUCTIONS:
        raise limit("a regular expression repeats too much")
    if isinstance(piece, Sequence):
        for part in piece.pieces:
            _emit(part, steps)
    elif isinstance(piece, Alternatives):
        _emit_alternatives(piece, steps)
    elif isinstance(piece, Repeat):
        _emit_repeat(piece, steps)
    elif isinstance(piece, Assertion):
        steps.append(_Step(assertion=piece.kind, then=len(steps) + 1))
    else:
        steps.append(_Step(char=piece, then=len(steps) + 1))


def _emit_alternatives(piece: Alternatives, steps: list[_Step]) -> None:
    jumps: list[_Step] = []
    for part in piece.pieces[:-1]:
        fork = _Step(then=len(steps) + 1)
        steps.append(fork)
        _emit(part, steps)
        jumps.append(_Step())
        steps.append(jumps[-1])
        fork.other = len(steps)
    _emit(piece.pieces[-1], steps)
    for jump in jumps:
        jump.then = len(steps)


def _emit_repeat(piece: Repeat, steps: list[_Step]) -> None:
    for _ in range(piece.least):
        _emit(piece.piece, steps)
    if piece.most is None:
        fork = _Step(then=len(steps) + 1)
        start = len(steps)
        steps.append(fork)
        _emit(piece.piece, steps)
        steps.append(_Step(then=start))
        fork.other = len(steps)
        return
    forks: list[_Step] = []
    for _ in range(piece.most - piece.least):
        forks.append(_Step(then=len(steps) + 1))
        steps.append(forks[-1])
        _emit(piece.piece, steps)
    for fork in forks:
        fork.other = len(steps)


def _run(steps: list[_Step], value: str, whole: bool) -> bool:
    """Whether the automaton accepts: all places at once, one character after another."""
    places: set[int] = set()
    visits = 0
    for at in range(len(value) + 1):
        if at == 0 or not whole:
            places.add(0)
        reached = _closure(steps, places, value, at)
        visits += len(reached) + 1
        if visits > MAX_VISITS:
            raise limit("a regular expression is too costly for the length of the input")
        if len(steps) in reached and (not whole or at == len(value)):
            return True
        if at == len(value):
            break
        places = set()
        for place in reached:
            step = steps[place] if place < len(steps) else None
            if step is not None and step.char is not None and step.char.fits(value[at]):
                places.add(step.then)
    return False


def _closure(steps: list[_Step], places: set[int], value: str, at: int) -> set[int]:
    """All places that are reached without taking a character."""
    reached: set[int] = set()
    waiting = list(places)
    while waiting:
        place = waiting.pop()
        if place in reached:
            continue
        reached.add(place)
        step = steps[place] if place < len(steps) else None
        if step is None or step.char is not None or (step.assertion is not None and not _holds(step.assertion, value, at)):
            continue
        waiting.append(step.then)
        if step.other is not None:
            waiting.append(step.other)
    return reached


def _holds(kind: str, value: str, at: int) -> bool:
    if kind in ("^", "A"):
        return at == 0
    if kind == "Z":
        return at == len(value)
    if kind == "$":
        return at == len(value) or (at == len(value) - 1 and value[at] == "\n")
    before, after = at > 0 and _is_word(value[at - 1]), at < len(value) and _is_word(value[at])
    return (before != after) == (kind == "b")


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"
