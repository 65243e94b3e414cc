"""What a profile asks of a value's type: which types, which profiles of them, what a Reference may lead to.

Source: https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.type.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hit_maternity.fhir.definitions import ElementInfo
from hit_maternity.fhir.definitions.model import CORE
from hit_maternity.fhir.validation.discriminators import ABSTRACT, Lookup, NodeCheck, conforms, tried, within
from hit_maternity.fhir.validation.nodes import Item
from hit_maternity.fhir.validation.references import followed
from hit_maternity.fhir.validation.snapshot import Node
from hit_maternity.fhir.validation.walk import Walk


class TypeRules:
    """Compiles the rules of one profile (``url``) about types."""

    def __init__(self, lookup: Lookup, url: str) -> None:
        self._lookup = lookup
        self._definitions = lookup.definitions
        self._url = url

    def checks(self, node: Node, base: ElementInfo | None) -> list[NodeCheck]:
        """The checks of a value of the element ``node``, where they ask more than ``base`` does."""
        entries = [t for t in node.element.get("type", ()) if not t.get("code", "").startswith("http")]
        checks: list[NodeCheck] = []
        if entries and (base is None or base.is_choice or base.type == "Resource"):
            checks.append(self._allowed_types(frozenset(t["code"] for t in entries)))
        targets = {t["code"]: t["targetProfile"] for t in entries if t.get("targetProfile") and t["code"] == "Reference"}
        if "Reference" in targets and base is not None:
            checks.extend(self._targets(targets["Reference"], base))
        for entry in entries:
            profiles = [p for p in entry.get("profile", ()) if base is None or p not in base.profiles]
            if profiles and entry["code"] != "Extension":
                checks.append(self._conforms(entry["code"], profiles))
        return checks

    def _allowed_types(self, codes: frozenset[str]) -> NodeCheck:
        general = codes & ABSTRACT

        def check(item: Item, walk: Walk) -> None:
            if item.type not in codes and not any(self._definitions.is_a(item.type, code) for code in general):
                walk.fault("profile-type", item.path, profile=self._url, allowed=", ".join(sorted(codes)), type=item.type)

        return check

    def _targets(self, canonicals: Sequence[str], base: ElementInfo) -> list[NodeCheck]:
        allowed: set[str] = set()
        profiles: list[str] = []
        for canonical in canonicals:
            url = canonical.partition("|")[0]
            name = url.removeprefix(CORE)
            if name not in self._definitions.resource_types and name not in ("Resource", "DomainResource"):
                profiles.append(url)
                structure = self._definitions.find("StructureDefinition", url)
                name = structure["type"] if structure else "Resource"
            allowed.add(name)
        narrower = not allowed & {"Resource", "DomainResource"} and not (base.targets and allowed >= base.targets)
        checks = [self._target_types(frozenset(allowed), base)] if narrower else []
        return [*checks, self._target_profiles(profiles)] if len(profiles) == len(canonicals) else checks

    def _target_types(self, allowed: frozenset[str], base: ElementInfo) -> NodeCheck:
        def check(item: Item, walk: Walk) -> None:
            _, found = followed(item.value, walk)
            if found is not None and found not in allowed and (not base.targets or found in base.targets):
                walk.fault("profile-target", item.path, profile=self._url, allowed=", ".join(sorted(allowed)), type=found[:64])

        return check

    def _target_profiles(self, canonicals: Sequence[str]) -> NodeCheck:
        """What the reference names meets one of these profiles, where it is at hand: contained, in the same Bundle, or stored."""

        def check(item: Item, walk: Walk) -> None:
            target, _ = followed(item.value, walk)
            known = [p for c in canonicals if (p := self._lookup.find(c)) is not None]
            if target is None or len(known) < len(canonicals):
                return
            resource = Item(target, None, replace(item.info, type="Resource"), item.path)
            before = walk.enter(target, outermost=not item.value["reference"].startswith("#"))
            fits = any(p.type == resource.type and conforms(p, resource, walk) for p in known)
            walk.leave(before)
            if not fits:
                walk.fault("profile-target-profile", item.path, profile=self._url, allowed=", ".join(canonicals[:5]))

        return check

    def _conforms(self, code: str, canonicals: Sequence[str]) -> NodeCheck:
        """A value of type ``code`` meets one of these profiles."""

        def check(item: Item, walk: Walk) -> None:
            known = [p for c in canonicals if (p := self._lookup.find(c)) is not None]
            if type(item.value) is not dict or len(known) < len(canonicals) or not self._definitions.is_a(item.type, code):
                return
            if not any(not tried(p.check, item, walk) for p in known if p.type == item.type):
                chosen = next((p for p in known if p.type == item.type), None)
                if chosen:
                    within(item, walk, chosen.check)
                else:
                    walk.fault(
                        "profile-type", item.path, profile=self._url, allowed=", ".join(sorted({p.type for p in known})), type=item.type
                    )

        return check
