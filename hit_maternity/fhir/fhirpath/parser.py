"""Reads an expression's text into its syntax tree: precedence climbing over the tokens."""

from __future__ import annotations

from decimal import Decimal

from hit_maternity.fhir.fhirpath.errors import limit, syntax
from hit_maternity.fhir.fhirpath.quantity import CALENDAR_WORDS, Quantity
from hit_maternity.fhir.fhirpath.syntax import (
    Call,
    Index,
    Literal,
    Member,
    Node,
    Operation,
    Special,
    Token,
    TypeOperation,
    Unary,
    Variable,
    moment,
    tokens,
    unquoted,
)

MAX_NESTING = 60
MAX_CHAIN = 100
MAX_OPERANDS = 2_000

#: Binary operators: the higher, the tighter they bind. All are left associative.
PRECEDENCE = {
    "implies": 1, "or": 2, "xor": 2, "and": 3, "in": 4, "contains": 4, "=": 5, "~": 5, "!=": 5, "!~": 5,
    "<": 6, ">": 6, "<=": 6, ">=": 6, "|": 7, "is": 8, "as": 8, "+": 9, "-": 9, "&": 9, "*": 10, "/": 10, "div": 10, "mod": 10,
}  # fmt: skip
_FLAT = frozenset({"|", "and", "or"})


def parse_expression(text: str) -> Node:
    """The syntax tree of ``text``. Raises ``FhirPathError`` with the position of what can't be read."""
    return _Parser(tokens(text)).whole()


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._at = 0
        self._nesting = 0

    @property
    def _token(self) -> Token:
        return self._tokens[self._at]

    def _peek(self, ahead: int) -> str:
        return self._tokens[min(self._at + ahead, len(self._tokens) - 1)].text

    def _next(self) -> Token:
        token = self._tokens[self._at]
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def _accept(self, symbol: str) -> bool:
        if self._token.kind == "symbol" and self._token.text == symbol:
            self._at += 1
            return True
        return False

    def _expect(self, symbol: str) -> None:
        if not self._accept(symbol):
            raise syntax(f"'{symbol}' is expected, not {self._found()}", self._token.position)

    def _found(self) -> str:
        return "the end" if self._token.kind == "end" else f"'{self._token.text[:40]}'"

    def whole(self) -> Node:
        node = self._expression(1)
        if self._token.kind != "end":
            raise syntax(f"an operator or the end is expected, not {self._found()}", self._token.position)
        return node

    def _expression(self, weakest: int) -> Node:
        self._nesting += 1
        if self._nesting > MAX_NESTING:
            raise limit(f"the expression is nested deeper than {MAX_NESTING} levels", self._token.position)
        left = self._unary()
        links = 0
        while (rank := PRECEDENCE.get(self._token.text, 0)) >= weakest and self._token.kind in ("symbol", "name"):
            operator = self._next()
            if operator.text in ("is", "as"):
                left = TypeOperation(operator.text, left, self._type(), operator.position)
            else:
                left = _joined(operator, left, self._expression(rank + 1))
            links += 1
            deep = links > (MAX_OPERANDS if operator.text in _FLAT else MAX_CHAIN)
            if deep:
                raise limit("too many operators follow one another", operator.position)
        self._nesting -= 1
        return left

    def _unary(self) -> Node:
        token = self._token
        if token.kind == "symbol" and token.text in "+-":
            self._at += 1
            self._nesting += 1
            if self._nesting > MAX_NESTING:
                raise limit(f"the expression is nested deeper than {MAX_NESTING} levels", token.position)
            operand = self._unary()
            self._nesting -= 1
            return Unary(token.text, operand, token.position)
        return self._postfix()

    def _postfix(self) -> Node:
        node = self._term()
        for _ in range(MAX_CHAIN):
            position = self._token.position
            if self._accept("."):
                node = self._invocation(node)
            elif self._accept("["):
                node = Index(node, self._expression(1), position)
                self._expect("]")
            else:
                return node
        raise limit(f"a path has more than {MAX_CHAIN} steps", self._token.position)

    def _invocation(self, target: Node | None) -> Node:
        token = self._next()
        if token.kind == "special":
            if target is None or token.text == "$this":
                return Special(token.text, token.position) if target is None else target
            raise syntax(f"{token.text} can't follow a '.'", token.position)
        if token.kind not in ("name", "delimited"):
            self._at -= 1 if token.kind != "end" else 0
            raise syntax(f"a name is expected, not {self._found()}", token.position)
        name = unquoted(token) if token.kind == "delimited" else token.text
        if token.kind == "name" and self._accept("("):
            return Call(target, name, self._arguments(), token.position)
        return Member(target, name, token.position)

    def _arguments(self) -> tuple[Node, ...]:
        found: list[Node] = []
        if self._accept(")"):
            return ()
        while True:
            found.append(self._expression(1))
            if self._accept(")"):
                return tuple(found)
            self._expect(",")

    def _term(self) -> Node:
        token = self._token
        if token.kind == "number":
            return self._number()
        if token.kind == "string":
            return Literal(unquoted(self._next()), token.position)
        if token.kind in ("date", "datetime", "time"):
            return Literal(moment(self._next()), token.position)
        if token.kind == "name" and token.text in ("true", "false"):
            self._at += 1
            return Literal(token.text == "true", token.position)
        if self._accept("("):
            node = self._expression(1)
            self._expect(")")
            return node
        if self._accept("{"):
            self._expect("}")
            return Literal(None, token.position)
        if self._accept("%"):
            return self._variable(token.position)
        return self._invocation(None)

    def _variable(self, position: int) -> Node:
        token = self._next()
        if token.kind not in ("name", "delimited", "string"):
            raise syntax("a variable's name is expected after '%'", token.position)
        return Variable(token.text if token.kind == "name" else unquoted(token), position)

    def _number(self) -> Node:
        token = self._next()
        unit = self._token
        if unit.kind == "string" or (unit.kind == "name" and unit.text in CALENDAR_WORDS):
            self._at += 1
            code = unquoted(unit) if unit.kind == "string" else unit.text
            return Literal(Quantity(Decimal(token.text), code), token.position)
        if "." not in token.text and len(token.text) > 1000:
            raise limit("a number has more than 1,000 digits", token.position)
        return Literal(Decimal(token.text) if "." in token.text else int(token.text), token.position)

    def _type(self) -> str:
        parts = [self._type_part()]
        while self._token.text == "." and self._tokens[self._at + 1].kind in ("name", "delimited") and self._peek(2) != "(":
            self._at += 1
            parts.append(self._type_part())
        return ".".join(parts)

    def _type_part(self) -> str:
        token = self._next()
        if token.kind not in ("name", "delimited"):
            raise syntax("a type's name is expected", token.position)
        return unquoted(token) if token.kind == "delimited" else token.text


def _joined(operator: Token, left: Node, right: Node) -> Node:
    """One operation; chains of an associative operator become one with many operands, so that depth doesn't grow."""
    if operator.text in _FLAT and isinstance(left, Operation) and left.operator == operator.text:
        return Operation(operator.text, (*left.operands, right), left.position)
    return Operation(operator.text, (left, right), operator.position)
