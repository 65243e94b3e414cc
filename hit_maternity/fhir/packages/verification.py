"""The whole check of a package before it counts: every definition well formed, every profile, invariant and search parameter compiled.

What doesn't compile is told with its place and the package refused: a rule that can't be asked must not seem to hold.
Source: https://hl7.org/fhir/R4/profiling.html, https://hl7.org/fhir/R4/searchparameter.html.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hit_maternity.fhir.definitions import Constraint, Definitions
from hit_maternity.fhir.fhirpath import FhirPathError, compile_expression
from hit_maternity.fhir.json import Limits, decode
from hit_maternity.fhir.outcome import ERROR, FATAL, WARNING, FhirError, Issue
from hit_maternity.fhir.packages.package import Package
from hit_maternity.fhir.packages.parameters import parameter_faults
from hit_maternity.fhir.search.registry import Registry
from hit_maternity.fhir.terminology import LoadedTerminology
from hit_maternity.fhir.validation import Validator
from hit_maternity.fhir.validation.invariants import ELSEWHERE, invariant_check
from hit_maternity.fhir.validation.profile import Profiles
from hit_maternity.fhir.validation.snapshot import Node, tree

#: What the server goes by; other resources of a package lie there unused.
KINDS = frozenset({"StructureDefinition", "SearchParameter", "ValueSet", "CodeSystem", "ConceptMap", "OperationDefinition"})
#: Faults of form with which a definition can't be used at all. Others of form are told as warnings; those of content, such as a claim
#: to a profile that isn't met, are the publisher's affair.
_SHAPE = frozenset(
    {
        "structure-not-object", "structure-resource-type-missing", "structure-resource-type-unknown", "structure-resource-type-misplaced",
        "structure-array-expected", "structure-array-unexpected", "structure-array-empty", "structure-object-empty", "structure-null",
        "structure-json-type", "structure-too-many-faults", "structure-too-deep",
    }
)  # fmt: skip
_FORM = ("structure-", "primitive-")
_LIMITS = Limits(bytes=128 << 20, depth=64, items=1_000_000)
#: Faults that are told of one definition.
_TOLD = 10


class Verifier:
    """Checks packages against ``definitions``, which hold them and all that they stand on."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._terminology = LoadedTerminology(definitions)
        self._validator = Validator(definitions, self._terminology)
        self._profiles = Profiles(definitions, self._terminology)
        self._registry = Registry(definitions)

    def faults(self, package: Package) -> list[Issue]:
        """Every fault, [] where the package can be used. Each names package, definition and place. Raises nothing."""
        return [fault for name in package.files for fault in self._definition(package, name)]

    def _definition(self, package: Package, name: str) -> Iterator[Issue]:
        entry = package.heads[name]
        if entry["resourceType"] not in KINDS:
            return
        where = f"{package.manifest.label}, {entry.get('url', name)}"
        try:
            whole = decode(package.files[name].removeprefix(b"\xef\xbb\xbf"), _LIMITS)
        except FhirError as fault:
            yield from (Issue(i.code, "package-resource-malformed", f"{where}: {i.text}") for i in fault.issues)
            return
        form = [i for i in self._validator.validate(whole) if i.severity in (ERROR, FATAL) and i.rule.startswith(_FORM)]
        shape = [i for i in form if i.rule in _SHAPE]
        if shape:
            yield from (Issue(i.code, "package-resource-invalid", f"{where}: {i.text}", i.expression) for i in shape[:_TOLD])
            return
        if form:
            first = form[0]
            text = f"{where} is not quite well-formed ({len(form)} faults): {first.text}"
            yield Issue(first.code, "package-resource-faulty", text, first.expression, WARNING)
        try:
            yield from _CHECKS.get(entry["resourceType"], _nothing)(self, where, package.definition(name))
        except Exception as error:  # whatever a package holds, it is told and not thrown
            text = f"{where} can't be used: {type(error).__name__}. Ask the publisher, or tell us with the package."
            yield Issue("processing", "package-definition-unusable", text)

    # ------------------------------------------------------------ StructureDefinition

    def _structure(self, where: str, structure: dict[str, Any]) -> Iterator[Issue]:
        if "url" not in structure or "type" not in structure:
            yield Issue("required", "package-resource-invalid", f"{where}: a StructureDefinition needs url and type.")
            return
        if structure.get("derivation") != "constraint":
            yield from self._invariants(where, structure, "")  # a logical model, or a type of its own
            return
        type_name = structure["type"]
        if self._definitions.type(type_name) is None:
            if structure.get("kind") == "logical":
                yield from self._invariants(where, structure, "")
                return
            text = f"{where} constrains {type_name[:80]}, which is no type of FHIR R4. Get the package's R4 release."
            yield Issue("not-supported", "package-type-unknown", text, "StructureDefinition.type")
            return
        yield from self._invariants(where, structure, type_name)
        if self._profiles.find(structure["url"]) is None:
            base = str(structure.get("baseDefinition"))[:200]
            text = f"{where} builds on {base}, which no package here defines, and has no snapshot. Add the package that defines it."
            yield Issue("not-found", "package-base-missing", text, "StructureDefinition.baseDefinition")

    def _invariants(self, where: str, structure: dict[str, Any], type_name: str) -> Iterator[Issue]:
        top = tree(structure, lambda url: self._definitions.find("StructureDefinition", url))
        part = "snapshot" if structure.get("snapshot", {}).get("element") else "differential"
        told: set[tuple[str, str]] = set()
        for identity, node, owner, known in self._walk(top, type_name) if top else ():
            place = f"StructureDefinition.{part}.element.where(id = '{identity}')"
            if not known:
                text = f"{where}: {identity} is no element of FHIR R4, so nothing can be asked of it. Get the package's R4 release."
                yield Issue("structure", "package-element-unknown", text, place)
            for entry in node.element.get("constraint", ()):
                fault = self._invariant(entry, owner)
                if fault and (entry["key"], entry["expression"]) not in told:  # a snapshot repeats it on every value of the type
                    told.add((entry["key"], entry["expression"]))
                    text = (
                        f"{where}: invariant {entry['key']} on {identity} does not compile: {entry['expression'][:300]!r}. {fault} "
                        "Mend the expression, or ask the publisher."
                    )
                    yield Issue("processing", "package-invariant", text, f"{place}.constraint.where(key = '{entry['key']}').expression")
        for number, text in enumerate(structure.get("contextInvariant", ())):
            if fault := self._compiled(text, None):
                words = f"{where}: the contextInvariant {text[:300]!r} does not compile. {fault} Mend it, or ask the publisher."
                yield Issue("processing", "package-invariant", words, f"StructureDefinition.contextInvariant[{number}]")

    def _invariant(self, entry: Mapping[str, Any], owner: str) -> str | None:
        text = entry.get("expression")
        if not text or entry["key"] in ELSEWHERE:
            return None
        try:
            invariant_check(Constraint(entry["key"], "error", "", text), owner or None, self._definitions)
        except FhirPathError as fault:
            return fault.issues[0].text
        return None

    def _compiled(self, text: str, type_name: str | None) -> str | None:
        try:
            compile_expression(text, type_name, self._definitions)
        except FhirPathError as fault:
            return fault.issues[0].text
        return None

    def _walk(self, top: Node, type_name: str) -> Iterator[tuple[str, Node, str, bool]]:
        """Each element: its id, itself, the type its value has ('' where that may be several), and whether FHIR has it."""
        root = type_name.rpartition("/")[2] or str(top.element.get("path", ""))
        waiting = [(root, top, type_name, True)]
        while waiting:
            identity, node, owner, known = waiting.pop()
            yield identity, node, owner, known
            for name, piece in node.slices.items():
                codes = piece.type_codes()
                waiting.append((f"{identity}:{name}", piece, codes[0] if len(codes) == 1 and not owner else owner, known))
            for key, child in node.children.items():
                own_type, found = self._type_under(owner, key, child)
                waiting.append((f"{identity}.{key}", child, own_type, known and found))

    def _type_under(self, owner: str, key: str, node: Node) -> tuple[str, bool]:
        info = self._definitions.type(owner) if owner else None
        codes = node.type_codes()
        if info is None:
            return (codes[0] if len(codes) == 1 and self._definitions.type(codes[0]) else ""), True
        bases = info.names.get(key.removesuffix("[x]"), ()) or tuple(e for e in info.elements.values() if e.key == key)
        if len(bases) == 1:
            return bases[0].type, True
        return (codes[0] if len(codes) == 1 else ""), bool(bases)

    # ------------------------------------------------------------ the others

    def _parameter(self, where: str, parameter: dict[str, Any]) -> Iterator[Issue]:
        return parameter_faults(where, parameter, self._registry, self._definitions)

    def _value_set(self, where: str, value_set: dict[str, Any]) -> Iterator[Issue]:
        if "url" in value_set:
            self._terminology.expansion(value_set["url"])
        return iter(())

    def _code_system(self, where: str, system: dict[str, Any]) -> Iterator[Issue]:
        if "url" in system:
            self._terminology.code_system(system["url"])
        return iter(())


def _nothing(verifier: Verifier, where: str, definition: dict[str, Any]) -> Iterator[Issue]:
    return iter(())


_CHECKS = {
    "StructureDefinition": Verifier._structure,
    "SearchParameter": Verifier._parameter,
    "ValueSet": Verifier._value_set,
    "CodeSystem": Verifier._code_system,
}
