"""Validation of resources against FHIR R4 and the profiles that are loaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.outcome import ERROR, FATAL, FhirError, Issue
from hit_maternity.fhir.ports import Terminology
from hit_maternity.fhir.validation.bindings import Bindings
from hit_maternity.fhir.validation.bundles import Bundles
from hit_maternity.fhir.validation.checks import Addition
from hit_maternity.fhir.validation.claims import ClaimedProfiles
from hit_maternity.fhir.validation.containment import Containment
from hit_maternity.fhir.validation.datatypes import DataTypes
from hit_maternity.fhir.validation.extensions import Extensions
from hit_maternity.fhir.validation.invariants import Invariants
from hit_maternity.fhir.validation.narrative import Narratives, faults
from hit_maternity.fhir.validation.profile import Profiles
from hit_maternity.fhir.validation.questionnaires import Questionnaires
from hit_maternity.fhir.validation.references import References
from hit_maternity.fhir.validation.structure import Structures
from hit_maternity.fhir.validation.walk import DEPTH_LIMIT, Path, Resolve, Walk, root, short

#: Faults that mean: this is no FHIR at all (400, not 422).
NOT_FHIR = frozenset(
    {"structure-not-object", "structure-resource-type-missing", "structure-resource-type-unknown", "structure-resource-type-expected"}
)
#: Profiles that are named where one of many must be claimed.
_CHOICES = 20


def _additions(definitions: Definitions, terminology: Terminology, profiles: Profiles) -> tuple[Addition, ...]:
    """All that is checked beyond the plain structure, in the order in which it is told."""
    return (
        References(definitions),
        Containment(),
        Bundles(definitions),
        Bindings(terminology),
        DataTypes(),
        Narratives(),
        Extensions(profiles),
        Questionnaires(definitions, terminology),
        Invariants(definitions),
    )


def _narrative_ok(div: str) -> bool:
    return not faults(div)


class Validator:
    """Tells every fault of a resource. Shared by all threads; each type is compiled when it is first met."""

    def __init__(
        self, definitions: Definitions, terminology: Terminology, *, required_profiles: Mapping[str, frozenset[str]] | None = None
    ) -> None:
        """``required_profiles``: resource type -> canonicals of which a resource of the type must claim one."""
        self._required = required_profiles or {}
        self._definitions = definitions
        self._terminology = terminology
        profiles = Profiles(definitions, terminology)
        self._claimed = ClaimedProfiles(profiles)
        self._structures = Structures(definitions, (*_additions(definitions, terminology, profiles), self._claimed))

    def validate(
        self,
        resource: Any,
        *,
        expected_type: str | None = None,
        profiles: Sequence[str] = (),
        language: str = "en",
        resolve: Resolve | None = None,
    ) -> list[Issue]:
        """All faults and warnings of any JSON value, [] where there are none. ``profiles``: canonicals to check against beside
        those in ``meta.profile``. ``language`` of the words: ``en`` or ``nb``. ``resolve`` fetches by its text what a reference
        out of the resource leads to, None where that isn't there: with it, stored targets are held against the profiles asked of
        them. Raises nothing but what ``resolve`` raises."""
        walk = Walk(self._definitions, self._terminology, language, _narrative_ok, resolve)
        walk.named = profiles
        name = resource.get("resourceType") if type(resource) is dict else None
        known = type(name) is str and name in self._definitions.resource_types
        place = root(short(name) if type(name) is str else expected_type or "Resource")
        if expected_type and known and name != expected_type:
            walk.fault("structure-resource-type-expected", place, expected=expected_type, type=name)
        try:
            self._structures.resource(resource, place, walk)
            if known:
                self._against(profiles, resource, place, walk)
                if type(name) is str and name in self._required:
                    self._claims(resource, self._required[name], place, walk)
        except RecursionError:
            walk.fault("structure-too-deep", place, limit=DEPTH_LIMIT)
        return list(dict.fromkeys(walk.issues))

    def _against(self, profiles: Sequence[str], resource: dict[str, Any], place: Path, walk: Walk) -> None:
        before = walk.enter(resource, outermost=True)
        for url in profiles:
            self._claimed.check(url, resource, place, walk)
        walk.leave(before)

    def _claims(self, resource: dict[str, Any], required: frozenset[str], place: Path, walk: Walk) -> None:
        """Whether ``resource`` claims one of the profiles that the server demands; that it meets what it claims is checked anyway."""
        if resource["resourceType"] == "Bundle" and resource.get("type") in ("transaction", "batch"):
            return  # not stored; each entry is
        meta = resource.get("meta")
        claimed = meta.get("profile") if type(meta) is dict else None
        if type(claimed) is not list or not any(type(url) is str and url.partition("|")[0] in required for url in claimed):
            more = len(required) - _CHOICES
            choices = ", ".join(sorted(required)[:_CHOICES]) + (f" and {more} more" if more > 0 else "")
            walk.fault("profile-required", place, type=resource["resourceType"], profiles=choices)

    def check(self, resource: Any, expected_type: str | None = None, *, language: str = "en") -> list[Issue]:
        """The warnings of a resource that may be stored. Raises ``FhirError`` with all issues if any is an error: 400 where it
        isn't FHIR at all (no object, no or an unknown type), else 422."""
        issues = self.validate(resource, expected_type=expected_type, language=language)
        if any(i.severity in (ERROR, FATAL) for i in issues):
            raise FhirError(400 if issues[0].rule in NOT_FHIR and "." not in (issues[0].expression or "") else 422, issues)
        return issues
