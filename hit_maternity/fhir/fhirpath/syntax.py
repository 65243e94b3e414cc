"""The syntax tree of an expression, and the tokens it is read from.

Source: the grammar of FHIRPath N1, http://hl7.org/fhirpath/N1/grammar.html.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from hit_maternity.fhir.fhirpath.errors import limit, syntax
from hit_maternity.fhir.fhirpath.quantity import Quantity
from hit_maternity.fhir.fhirpath.temporal import DATE, DATE_TIME, TIME, Temporal, parse

MAX_LENGTH = 20_000


@dataclass(frozen=True, slots=True)
class Literal:
    """``value`` None is the empty collection ``{}``."""

    value: bool | int | Decimal | str | Temporal | Quantity | None
    position: int


@dataclass(frozen=True, slots=True)
class Special:
    """``$this``, ``$index`` or ``$total``."""

    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Variable:
    """``%name``."""

    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Member:
    """``target.name``; without a target, ``name`` of ``$this`` or a type's name."""

    target: Node | None
    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Call:
    """``target.name(arguments)``."""

    target: Node | None
    name: str
    arguments: tuple[Node, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Index:
    """``target[index]``."""

    target: Node
    index: Node
    position: int


@dataclass(frozen=True, slots=True)
class Unary:
    """``+x`` or ``-x``."""

    operator: str
    operand: Node
    position: int


@dataclass(frozen=True, slots=True)
class Operation:
    """Operands joined by one operator; more than two where it is associative (``|``, ``and``, ``or``)."""

    operator: str
    operands: tuple[Node, ...]
    position: int


@dataclass(frozen=True, slots=True)
class TypeOperation:
    """``operand is Type`` or ``operand as Type``; ``type`` perhaps with its namespace: ``System.String``."""

    operator: str
    operand: Node
    type: str
    position: int


Node = Literal | Special | Variable | Member | Call | Index | Unary | Operation | TypeOperation


@dataclass(frozen=True, slots=True)
class Token:
    kind: str  # number string date time datetime name delimited special symbol end
    text: str
    position: int


_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\r\n]*|/\*.*?\*/)
    |(?P<datetime>@[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?T(?:[0-9]{2}(?::[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?)
    |(?P<date>@[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?)
    |(?P<time>@T[0-9]{2}(?::[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?)
    |(?P<number>[0-9]+(?:\.[0-9]+)?)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<delimited>`(?:\\.|[^`\\])*`)
    |(?P<string>'(?:\\.|[^'\\])*')
    |(?P<special>\$(?:this|index|total)\b)
    |(?P<symbol><=|>=|!=|!~|[-+*/|&<>=~.,()\[\]{}%])""",
    re.VERBOSE | re.DOTALL,
)


def tokens(text: str) -> list[Token]:
    """The tokens of ``text``, closed by one of kind ``end``. Raises ``FhirPathError``."""
    if len(text) > MAX_LENGTH:
        raise limit(f"the expression is longer than {MAX_LENGTH:,} characters")
    found: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or (text.startswith("/*", position) and match.lastgroup == "symbol"):
            raise syntax(_unreadable(text[position]), position)
        if match.lastgroup != "space":
            found.append(Token(match.lastgroup or "", match[0], position))
        position = match.end()
    return [*found, Token("end", "", len(text))]


def _unreadable(char: str) -> str:
    told = {"'": "a string isn't closed", "`": "a delimited identifier isn't closed", "/": "a comment isn't closed"}
    return told.get(char, "a character has no meaning here" if not char.isprintable() else f"'{char}' has no meaning here")


_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "f": "\f"}


def unquoted(token: Token) -> str:
    """What a string or a delimited identifier spells: escapes resolved, the backslash of an unknown escape dropped."""

    def replace(match: re.Match[str]) -> str:
        code = match[1]
        return chr(int(code[1:], 16)) if len(code) == 5 else _ESCAPES.get(code, code)

    plain = _ESCAPE.sub(replace, token.text[1:-1])
    try:
        return plain.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise syntax("a string holds half of a surrogate pair", token.position) from None


def moment(token: Token) -> Temporal:
    """The date, dateTime or time that a literal spells."""
    kind = {"date": DATE, "datetime": DATE_TIME, "time": TIME}[token.kind]
    spelt = token.text[2:] if kind == TIME else token.text[1:]
    value = parse(spelt, kind)
    if value is None:
        raise syntax(f"{token.text} is not a {kind.removeprefix('System.')} of the calendar", token.position)
    return value
