"""What the compiler makes: closures over ``$this``, what is known of their results beforehand, and the state of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from hit_maternity.clock import SystemClock
from hit_maternity.fhir.definitions import Definitions, ElementInfo
from hit_maternity.fhir.fhirpath.errors import limit
from hit_maternity.fhir.fhirpath.item import NOTHING, Item, boolean, truth
from hit_maternity.fhir.fhirpath.model import Model
from hit_maternity.fhir.ports import Terminology

#: Items that one evaluation may visit in loops, and make by joining collections.
BUDGET = 1_000_000
#: Characters of a string that an expression computes.
MAX_TEXT = 4_000_000


@dataclass(frozen=True, slots=True)
class Context:
    """What an evaluation may look at besides its input.

    ``resource``: what ``%resource`` names; ``root_resource``: its container where it is contained, else itself. ``resolve``
    fetches a reference (absolute, relative, urn); contained ones (``#id``) and entries of a Bundle in ``root_resource`` are
    found without it. ``now``: the moment of ``now()``, by default the system's. ``narrative_ok`` answers ``htmlChecks()`` for
    a div's text; without it that function gives empty.
    """

    resource: dict[str, Any]
    root_resource: dict[str, Any]
    definitions: Definitions
    terminology: Terminology | None = None
    resolve: Callable[[str], dict[str, Any] | None] | None = None
    now: datetime | None = None
    variables: Mapping[str, list[Item]] = field(default_factory=dict)
    narrative_ok: Callable[[str], bool] | None = None


class Env:
    """One evaluation's state."""

    __slots__ = ("_moment", "_spent", "context", "index", "model", "root", "total")

    def __init__(self, context: Context, model: Model, root: Item) -> None:
        self.context = context
        self.model = model
        self.root = root
        self.index = 0
        self.total: list[Item] = []
        self._spent = 0
        self._moment: datetime | None = None

    def spend(self, items: int) -> None:
        """Counts work. Raises ``FhirPathError`` where the budget of one evaluation is used up."""
        self._spent += items
        if self._spent > BUDGET:
            raise limit("the evaluation takes too many steps")

    def now(self) -> datetime:
        """The same moment all through one evaluation."""
        if self._moment is None:
            self._moment = self.context.now or SystemClock().now()
        return self._moment

    def resource(self, value: dict[str, Any]) -> Item:
        return self.root if value is self.root.value else Item(value, self.model.resource_type(value))


Run = Callable[[Item, Env], list[Item]]
Truth = Callable[[Item, Env], bool | None]
Exists = Callable[[Item, Env], bool]
Types = frozenset[str] | None
#: How much the compiler lets pass: ``normal`` refuses elements that a known type doesn't have; ``strict`` also a path that begins
#: with another type than the input's, and functions of order on what has none; ``lenient`` takes an unknown element as empty.
Mode = Literal["lenient", "normal", "strict"]


@dataclass(frozen=True, slots=True)
class Trail:
    """A plain path from ``$this`` whose types are all known: JSON keys to descend, then the elements to take."""

    prefix: tuple[str, ...]
    fields: tuple[ElementInfo, ...]


@dataclass(slots=True)
class Code:
    """A compiled piece. ``types``: all that its items can be, None where only the run tells. The list that ``run`` gives may be
    shared, so nobody changes it."""

    run: Run
    types: Types = None
    truth: Truth | None = None
    exists: Exists | None = None
    constant: list[Item] | None = None
    trail: Trail | None = None
    is_this: bool = False
    unordered: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """What is known of ``$this`` where a piece is compiled."""

    types: Types
    root_types: Types
    mode: Mode = "normal"

    def within(self, types: Types) -> Scope:
        return Scope(types, self.root_types, self.mode)


BOOLEANS = frozenset({"System.Boolean"})


def this_code(types: Types) -> Code:
    def run(this: Item, env: Env) -> list[Item]:
        return [] if this is NOTHING else [this]

    return Code(run, types, is_this=True)


def constant_code(items: list[Item]) -> Code:
    return Code(lambda this, env: items, frozenset(i.type for i in items), constant=items)


def truth_code(decide: Truth) -> Code:
    """A piece whose result is a boolean or empty."""

    def run(this: Item, env: Env) -> list[Item]:
        verdict = decide(this, env)
        return [] if verdict is None else [boolean(verdict)]

    return Code(run, BOOLEANS, truth=decide)


def truth_of(code: Code) -> Truth:
    """``code`` as a boolean, by the singleton rule."""
    if code.truth is not None:
        return code.truth
    run = code.run
    return lambda this, env: truth(run(this, env))


def exists_of(code: Code) -> Exists:
    """Whether ``code`` gives any item."""
    if code.exists is not None:
        return code.exists
    run = code.run
    return lambda this, env: bool(run(this, env))
