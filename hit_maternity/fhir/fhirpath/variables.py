"""``%name``: the constants of FHIR, what the context names, and what the caller gives.

Source: https://hl7.org/fhir/R4/fhirpath.html#variables.
"""

from __future__ import annotations

from hit_maternity.fhir.fhirpath.code import Code, Env, Scope, constant_code
from hit_maternity.fhir.fhirpath.errors import execution
from hit_maternity.fhir.fhirpath.item import Item, string
from hit_maternity.fhir.fhirpath.model import Model
from hit_maternity.fhir.fhirpath.paths import is_closed
from hit_maternity.fhir.fhirpath.syntax import Variable

CONSTANTS = {"ucum": "http://unitsofmeasure.org", "sct": "http://snomed.info/sct", "loinc": "http://loinc.org"}
PREFIXES = {"vs-": "http://hl7.org/fhir/ValueSet/", "ext-": "http://hl7.org/fhir/StructureDefinition/"}


def _resource(this: Item, env: Env) -> list[Item]:
    return [env.resource(env.context.resource)]


def _root_resource(this: Item, env: Env) -> list[Item]:
    return [env.resource(env.context.root_resource)]


def _context(this: Item, env: Env) -> list[Item]:
    return [env.root]


def variable(node: Variable, scope: Scope, model: Model) -> Code:
    """The piece that gives the variable's value. One that only the caller can know fails as it runs where he doesn't."""
    name = node.name
    if name in CONSTANTS:
        return constant_code([string(CONSTANTS[name])])
    for prefix, base in PREFIXES.items():
        if name.startswith(prefix):
            return constant_code([string(base + name.removeprefix(prefix))])
    if name == "context":
        return Code(_context, scope.root_types)
    if name in ("resource", "rootResource"):
        own = scope.root_types
        same = name == "resource" and own is not None and len(own) == 1 and own <= model.definitions.resource_types
        run = _resource if name == "resource" else _root_resource
        return Code(run, own if same and own and all(is_closed(t, model) for t in own) else None)

    def given(this: Item, env: Env) -> list[Item]:
        found = env.context.variables.get(name)
        if found is None:
            raise execution(f"the variable '%{name[:60]}' is not known", node.position)
        return found

    return Code(given)
