"""``is``, ``as`` and ``ofType``: type names in the namespaces FHIR and System, and the tests they make.

Source: http://hl7.org/fhirpath/N1/#types and https://hl7.org/fhir/R4/fhirpath.html#types. ``is`` accepts derived types;
``as`` and ``ofType`` do for complex types and resources, but take a primitive only by its own type, as R4's expressions
expect (``descendants().as(uri)`` beside ``descendants().as(canonical)``). ``as`` filters a collection, where FHIRPath N1
would have one item only: R4's search parameters need it (``(component.value as Quantity)``).
"""

from __future__ import annotations

from collections.abc import Callable

from hit_maternity.fhir.fhirpath.code import Code, Env, Types, constant_code, truth_code
from hit_maternity.fhir.fhirpath.errors import execution, semantic
from hit_maternity.fhir.fhirpath.item import Item
from hit_maternity.fhir.fhirpath.model import Model
from hit_maternity.fhir.fhirpath.paths import is_closed, narrowed
from hit_maternity.fhir.fhirpath.syntax import Member, Node

SYSTEM_TYPES = frozenset({"Boolean", "String", "Integer", "Decimal", "Date", "DateTime", "Time", "Quantity", "Any"})

Accepts = Callable[[str], bool]


def type_name(node: Node) -> str:
    """The type that an argument names. Raises ``FhirPathError`` for anything but a name."""
    if isinstance(node, Member):
        return node.name if node.target is None else f"{type_name(node.target)}.{node.name}"
    raise semantic("a type's name is expected", node.position)


def acceptance(name: str, exact: bool, model: Model, position: int | None) -> Accepts:
    """Tells of a type's name whether it is the type that ``name`` means (``exact``: as ``as`` means it).

    Raises ``FhirPathError`` for a name that no namespace has. ``System.X`` of an unknown X accepts nothing.
    """
    space, _, plain = name.partition(".")
    in_fhir, in_system = True, True
    if space in ("System", "FHIR") and plain:
        in_fhir, in_system, name = space == "FHIR", space == "System", plain
    in_fhir = in_fhir and model.knows(name)
    in_system = in_system and (name in SYSTEM_TYPES or space == "System")
    if not in_fhir and not in_system:
        raise semantic(f"there is no type '{name[:80]}'", position)
    as_system = f"System.{name}" if in_system else ""
    only_itself = exact and model.is_primitive(name)
    known: dict[str, bool] = {}

    def accepts(type_name: str) -> bool:
        verdict = known.get(type_name)
        if verdict is None:
            of_fhir = in_fhir and (type_name == name if only_itself else model.is_a(type_name, name))
            verdict = known[type_name] = of_fhir or type_name == as_system or (as_system == "System.Any")
        return verdict

    return accepts


def type_test(left: Code, name: str, model: Model, position: int | None) -> Code:
    """``left is name``: empty for nothing, an error for several items."""
    accepts = acceptance(name, False, model, position)
    before = left.run

    def decide(this: Item, env: Env) -> bool | None:
        items = before(this, env)
        if not items:
            return None
        if len(items) > 1:
            raise execution(f"'is' is given {len(items)} items where one is expected", position)
        return accepts(items[0].type)

    return truth_code(decide)


def type_filter(left: Code, name: str, model: Model, position: int | None) -> Code:
    """``left as name`` and ``left.ofType(name)``: the items of that type."""
    accepts = acceptance(name, True, model, position)
    plain = narrowed(left, accepts, model)
    if plain is not None:
        return plain
    before = left.run

    def run(this: Item, env: Env) -> list[Item]:
        return [item for item in before(this, env) if accepts(item.type)]

    types = _kept(left.types, name, accepts, model)
    return constant_code([]) if types is not None and not types else Code(run, types, unordered=left.unordered)


def _kept(types: Types, name: str, accepts: Accepts, model: Model) -> Types:
    if types is not None and all(is_closed(t, model) for t in types):
        return frozenset(t for t in types if accepts(t))
    bare = name.removeprefix("FHIR.")
    if bare.startswith("System.") or bare in ("Quantity", "Any"):
        return None
    return frozenset({bare}) if is_closed(bare, model) else None
