"""An expression ready to run, and the cache of those compiled."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.fhirpath.code import Context, Env, Mode, Run, Scope, Truth, truth_of
from hit_maternity.fhir.fhirpath.compiler import Compiler
from hit_maternity.fhir.fhirpath.errors import execution, limit, semantic
from hit_maternity.fhir.fhirpath.item import Item
from hit_maternity.fhir.fhirpath.model import ABSTRACT, Model, model_of
from hit_maternity.fhir.fhirpath.parser import parse_expression


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression. ``type_name``: the static type of its input, None where each input tells."""

    text: str
    type_name: str | None
    _run: Run
    _truth: Truth
    _model: Model
    _dynamic: bool

    def evaluate(self, value: Any, context: Context, companion: Any = None) -> list[Item]:
        """The collection that the expression gives for ``value`` (raw JSON; of a primitive also its ``_x`` as ``companion``).

        Raises ``FhirPathError`` where the data don't fit the expression, or the evaluation costs too much.
        """
        this = Item(value, self._type_of(value), companion)
        try:
            return list(self._run(this, Env(context, self._model, this)))
        except ArithmeticError:
            raise execution("a number is out of range") from None
        except RecursionError:
            raise limit("the evaluation nests too deeply") from None

    def holds(self, value: Any, context: Context, companion: Any = None) -> bool | None:
        """The result as one boolean, as invariants want it; None where it is empty. Raises as ``evaluate`` does."""
        this = Item(value, self._type_of(value), companion)
        try:
            return self._truth(this, Env(context, self._model, this))
        except ArithmeticError:
            raise execution("a number is out of range") from None
        except RecursionError:
            raise limit("the evaluation nests too deeply") from None

    def _type_of(self, value: Any) -> str:
        if self._dynamic or self.type_name is None:
            return self._model.type_of(value)
        return self.type_name


@lru_cache(maxsize=8192)
def compile_expression(text: str, type_name: str | None, definitions: Definitions, mode: Mode = "normal") -> Expression:
    """``text`` compiled for inputs of ``type_name`` (``Observation``, ``Observation.component``, ``Quantity``, ``string``; None or
    an abstract type: each input tells by its resourceType or its JSON type). Cached.

    ``mode`` says how much is let pass (see ``Mode``). Raises ``FhirPathError`` for what can't be read, for elements and types that
    don't exist, and for functions that FHIRPath doesn't have. Source: http://hl7.org/fhirpath/N1, https://hl7.org/fhir/R4/fhirpath.html.
    """
    if type_name is not None and not type_name.startswith("System.") and definitions.type(type_name) is None:
        raise semantic(f"there is no type '{type_name[:80]}'")
    model = model_of(definitions)
    dynamic = type_name is None or type_name in ABSTRACT
    types = None if dynamic or type_name is None else frozenset({type_name})
    try:
        code = Compiler(model).compile(parse_expression(text), Scope(types, types, mode))
    except RecursionError:
        raise limit("the expression nests too deeply") from None
    return Expression(text, type_name, code.run, truth_of(code), model, dynamic)
