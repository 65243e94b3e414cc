"""Reads UCUM codes (case sensitive) and converts to base units.

Source: https://ucum.org/ucum, sections 2.2 (grammar) and 4 (tables).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from functools import lru_cache

from hit_maternity.fhir.ucum.units import AFFINE, ARBITRARY, BASE, LEVELS, METRIC, NOT_METRIC, OWN_SCALES, PREFIXES

_MAX_LENGTH, _MAX_NESTING, _MAX_EXPONENT = 200, 16, 400

_ANNOTATION = re.compile(r"\{[!-z|~ ]*\}")
_SYMBOL = re.compile(r"(?:[^\[\]{}()./\s]|\[[^\[\]\s{}]*\])+", re.ASCII)
_EXPONENT = re.compile(r"(.*?)([+-]?\d{1,3})?\Z", re.ASCII)

_WORKING = Context(prec=60, traps=[])
_RESULT = Context(prec=28, traps=[])

_OWN = {code: code for code in (*LEVELS, *OWN_SCALES, *ARBITRARY)} | {"[IU]": "[iU]"}
_WITH_PREFIX = frozenset((*BASE, *METRIC, *LEVELS, "Cel", "[iU]", "[IU]"))


@dataclass(frozen=True, slots=True)
class Conversion:
    """From one unit to base units: ``(value + shift) * factor`` of ``unit``, such as ``g.m-1.s-2``; ``1`` for a bare number."""

    factor: Decimal
    shift: Decimal
    unit: str

    def apply(self, value: Decimal) -> Decimal:
        """``value`` in base units, to 28 digits; ``Infinity`` where it is too large for a decimal."""
        if self.shift:
            value = _WORKING.add(value, self.shift)
        return _RESULT.multiply(value, self.factor)


@dataclass(frozen=True, slots=True)
class _Unit:
    factor: Fraction
    dimensions: dict[str, int]  # base unit -> exponent, none of them 0
    shift: Fraction = Fraction(0)

    def times(self, other: _Unit, sign: int = 1) -> _Unit:
        """The product, or for ``sign`` -1 the quotient; a scale's own zero is lost in it."""
        merged = dict(self.dimensions)
        for base, exponent in other.dimensions.items():
            merged[base] = merged.get(base, 0) + sign * exponent
        factor = self.factor * other.factor if sign > 0 else self.factor / other.factor
        return _Unit(factor, {b: e for b, e in merged.items() if e})

    def power(self, exponent: int) -> _Unit:
        if exponent == 1:
            return self
        return _Unit(self.factor**exponent, {b: e * exponent for b, e in self.dimensions.items() if exponent})


_ONE = _Unit(Fraction(1), {})


class _Invalid(Exception):
    """Not a UCUM unit."""


class _Reader:
    """term = ["/"] component {("." | "/") component}; component = symbol [exponent] [annotation] | annotation | number | "(" term ")"."""

    def __init__(self, code: str) -> None:
        self._code = code
        self._at = 0
        self._nesting = 0

    def whole(self) -> _Unit:
        unit = self._term()
        if self._at != len(self._code):
            raise _Invalid
        return unit

    def _peek(self) -> str:
        return self._code[self._at : self._at + 1]

    def _term(self) -> _Unit:
        if self._peek() == "/":
            self._at += 1
            unit = _ONE.times(self._component(), -1)
        else:
            unit = self._component()
        while (mark := self._peek()) in (".", "/") and mark:
            self._at += 1
            unit = unit.times(self._component(), 1 if mark == "." else -1)
        return unit

    def _component(self) -> _Unit:
        if self._peek() == "(":
            self._nesting += 1
            if self._nesting > _MAX_NESTING:
                raise _Invalid
            self._at += 1
            unit = self._term()
            if self._peek() != ")":
                raise _Invalid
            self._at += 1
            self._nesting -= 1
            return unit
        annotated = self._annotation()
        if annotated:
            return _ONE
        found = _SYMBOL.match(self._code, self._at)
        if found is None:
            raise _Invalid
        self._at = found.end()
        unit = _symbol(found[0])
        self._annotation()
        return unit

    def _annotation(self) -> bool:
        found = _ANNOTATION.match(self._code, self._at)
        if found is None:
            return False
        self._at = found.end()
        return True


def _symbol(text: str) -> _Unit:
    """A number, or a unit with an exponent."""
    if text.isdecimal():
        if text.strip("0"):
            return _Unit(Fraction(int(text)), {})
        raise _Invalid
    split = _EXPONENT.match(text)
    atom, exponent = (split[1], split[2]) if split else (text, None)
    if exponent and abs(int(exponent)) > _MAX_EXPONENT:
        raise _Invalid
    return _atom(atom).power(int(exponent) if exponent else 1)


@lru_cache(maxsize=2048)
def _atom(code: str) -> _Unit:
    unit = _bare(code)
    if unit is not None:
        return unit
    for length in (2, 1):
        prefix, rest = PREFIXES.get(code[:length]), code[length:]
        bare = _bare(rest) if prefix and rest in _WITH_PREFIX else None
        if bare is not None:
            scale = Fraction(prefix or 1)
            return _Unit(bare.factor * scale, bare.dimensions, bare.shift / scale)
    raise _Invalid


def _bare(code: str) -> _Unit | None:
    if code in BASE:
        return _Unit(Fraction(1), {code: 1})
    if code in AFFINE:
        numerator, denominator, zero = AFFINE[code]
        return _Unit(Fraction(numerator, denominator), {"K": 1}, Fraction(zero))
    if code in _OWN:
        return _Unit(Fraction(1), {_OWN[code]: 1})
    defined = METRIC.get(code) or NOT_METRIC.get(code)
    if defined is None:
        return None
    return _Unit(Fraction(defined[0]), {}).times(_Reader(defined[1]).whole())


def _decimal(number: Fraction) -> Decimal:
    return _WORKING.divide(Decimal(number.numerator), Decimal(number.denominator))


@lru_cache(maxsize=4096)
def conversion(code: str) -> Conversion | None:
    """How to convert amounts of ``code``; None where it is no UCUM unit."""
    if not code or len(code) > _MAX_LENGTH:
        return None
    try:
        unit = _Reader(code).whole()
    except _Invalid:
        return None
    name = ".".join(b if e == 1 else f"{b}{e}" for b, e in sorted(unit.dimensions.items()))
    return Conversion(_decimal(unit.factor), _decimal(unit.shift), name or "1")


def canonical(value: Decimal, code: str) -> tuple[Decimal, str] | None:
    """``value`` of unit ``code`` in base units, with their name in alphabetical order (``g.m-1.s-2``); None for no UCUM unit.

    Temperatures are shifted to kelvin; logarithmic and arbitrary units keep a dimension of their own.
    """
    found = conversion(code)
    return (found.apply(value), found.unit) if found else None


def is_valid(code: str) -> bool:
    """Whether ``code`` is a UCUM unit in case-sensitive spelling."""
    return conversion(code) is not None
