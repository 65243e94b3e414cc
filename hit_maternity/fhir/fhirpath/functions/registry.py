"""How a function is declared: *plain* ones get their arguments as collections, *forms* compile their arguments themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from hit_maternity.fhir.fhirpath.code import Code, Scope, Types
from hit_maternity.fhir.fhirpath.item import Item
from hit_maternity.fhir.fhirpath.model import Model
from hit_maternity.fhir.fhirpath.syntax import Call, Node


class Compiling(Protocol):
    """The compiler, as a form sees it."""

    @property
    def model(self) -> Model: ...

    def compile(self, node: Node, scope: Scope) -> Code: ...


#: ``run(env, focus, *arguments)``: the focus is the collection the function is called on.
PlainRun = Callable[..., list[Item]]
FormMake = Callable[[Compiling, Code, Call, Scope], Code]


@dataclass(frozen=True, slots=True)
class Plain:
    """``least`` and ``most``: how many arguments. ``types``: what comes back; ``same``: what the focus holds. ``pure``: the same
    for the same input, so that it can be computed beforehand."""

    run: PlainRun
    least: int = 0
    most: int = 0
    types: Types | str = None
    pure: bool = True


@dataclass(frozen=True, slots=True)
class Form:
    make: FormMake
    least: int = 0
    most: int = 0


BOOLEAN_RESULT = frozenset({"System.Boolean"})
STRING_RESULT = frozenset({"System.String"})
INTEGER_RESULT = frozenset({"System.Integer"})
