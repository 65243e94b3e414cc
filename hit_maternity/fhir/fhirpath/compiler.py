"""Turns a syntax tree into closures, using all that the definitions say of types before anything runs."""

from __future__ import annotations

from dataclasses import dataclass

from hit_maternity.fhir.fhirpath.code import Code, Context, Env, Scope, constant_code, this_code
from hit_maternity.fhir.fhirpath.errors import FhirPathError, execution, semantic
from hit_maternity.fhir.fhirpath.functions import FORMS, PLAIN
from hit_maternity.fhir.fhirpath.functions.navigation import resolves_to
from hit_maternity.fhir.fhirpath.functions.registry import Plain
from hit_maternity.fhir.fhirpath.item import NOTHING, Item, computed, single, system
from hit_maternity.fhir.fhirpath.model import Model
from hit_maternity.fhir.fhirpath.operators import operation, polarity
from hit_maternity.fhir.fhirpath.paths import member, type_head
from hit_maternity.fhir.fhirpath.syntax import (
    Call,
    Index,
    Literal,
    Member,
    Node,
    Operation,
    Special,
    TypeOperation,
    Unary,
    Variable,
)
from hit_maternity.fhir.fhirpath.types import type_filter, type_test
from hit_maternity.fhir.fhirpath.variables import variable


@dataclass(frozen=True, slots=True)
class Compiler:
    """Compiles against one model; functions that take expressions call back into ``compile``."""

    model: Model

    def compile(self, node: Node, scope: Scope) -> Code:
        """The closures of ``node`` where ``$this`` is what ``scope`` says. Raises ``FhirPathError``."""
        match node:
            case Literal():
                return constant_code([] if node.value is None else [computed(node.value)])
            case Special():
                return _special(node, scope)
            case Variable():
                return variable(node, scope, self.model)
            case Member():
                return self._member(node, scope)
            case Call():
                return self._call(node, scope)
            case Index():
                return _indexed(self.compile(node.target, scope), self.compile(node.index, scope))
            case Unary():
                operand = self.compile(node.operand, scope)
                return self._folded(polarity(node.operator, operand), [operand])
            case TypeOperation():
                return self._type_operation(node, scope)
            case Operation():
                pieces = [self.compile(operand, scope) for operand in node.operands]
                return self._folded(operation(node.operator, pieces), pieces)

    def _member(self, node: Member, scope: Scope) -> Code:
        if node.target is not None:
            return member(self.compile(node.target, scope), node.name, scope, self.model, node.position)
        this = this_code(scope.types)
        return type_head(this, node.name, scope, self.model, node.position) or member(this, node.name, scope, self.model, node.position)

    def _type_operation(self, node: TypeOperation, scope: Scope) -> Code:
        resolving = isinstance(node.operand, Call) and node.operand.name == "resolve" and not node.operand.arguments
        if resolving and node.operator == "is" and isinstance(node.operand, Call):
            return resolves_to(self._target(node.operand, scope), node.type, self.model, node.position)
        left = self.compile(node.operand, scope)
        return (type_test if node.operator == "is" else type_filter)(left, node.type, self.model, node.position)

    def _target(self, node: Call, scope: Scope) -> Code:
        return this_code(scope.types) if node.target is None else self.compile(node.target, scope)

    def _call(self, node: Call, scope: Scope) -> Code:
        form, plain = FORMS.get(node.name), PLAIN.get(node.name)
        declared = form or plain
        if declared is None:
            raise semantic(f"there is no function '{node.name[:60]}'", node.position)
        if not declared.least <= len(node.arguments) <= declared.most:
            wanted = declared.least if declared.least == declared.most else f"{declared.least} to {declared.most}"
            raise semantic(f"{node.name}() takes {wanted} arguments, not {len(node.arguments)}", node.position)
        left = self._target(node, scope)
        if form is not None:
            made = form.make(self, left, node, scope)
            return self._folded(made, [left]) if not node.arguments else made
        assert plain is not None
        arguments = [self.compile(a, scope) for a in node.arguments]
        made = _plain_call(plain, left, arguments)
        return self._folded(made, [left, *arguments]) if plain.pure else made

    def _folded(self, made: Code, pieces: list[Code]) -> Code:
        """The constant that constant ``pieces`` give; ``made`` itself where that would fail, so that it fails when it is run."""
        if any(p.constant is None for p in pieces):
            return made
        try:
            env = Env(Context({}, {}, self.model.definitions), self.model, NOTHING)
            return constant_code(made.run(NOTHING, env))
        except (FhirPathError, ArithmeticError):
            return made


def _plain_call(plain: Plain, left: Code, arguments: list[Code]) -> Code:
    before, function = left.run, plain.run
    types = left.types if isinstance(plain.types, str) else plain.types
    runs = [a.run for a in arguments]
    if not runs:
        return Code(lambda this, env: function(env, before(this, env)), types, unordered=left.unordered)
    if len(runs) == 1:
        only = runs[0]
        return Code(lambda this, env: function(env, before(this, env), only(this, env)), types, unordered=left.unordered)

    def run(this: Item, env: Env) -> list[Item]:
        return function(env, before(this, env), *[r(this, env) for r in runs])

    return Code(run, types, unordered=left.unordered)


def _special(node: Special, scope: Scope) -> Code:
    if node.name == "$this":
        return this_code(scope.types)
    if node.name == "$index":
        return Code(lambda this, env: [computed(env.index)], frozenset({"System.Integer"}))
    return Code(lambda this, env: env.total)


def _indexed(left: Code, index: Code) -> Code:
    before, at = left.run, index.run

    def run(this: Item, env: Env) -> list[Item]:
        items = before(this, env)
        place = single(at(this, env), "an index")
        if place is None:
            return []
        number = system(place)
        if type(number) is not int:
            raise execution(f"an index is an integer, not {place.type}")
        return items[number : number + 1] if number >= 0 else []

    return Code(run, left.types)
