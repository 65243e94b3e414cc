"""Validation of resources against FHIR R4 and the profiles that are loaded."""

from __future__ import annotations

from collections.abc import Sequence
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
from hit_maternity.fhir.validation.references import References
from hit_maternity.fhir.validation.structure import Structures
from hit_maternity.fhir.validation.walk import DEPTH_LIMIT, Path, Walk, root, short

#: Faults that mean: this is no FHIR at all (400, not 422).
NOT_FHIR = frozenset(
    {"structure-not-object", "structure-resource-type-missing", "structure-resource-type-unknown", "structure-resource-type-expected"}
)


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
        Invariants(definitions),
    )


def _narrative_ok(div: str) -> bool:
    return not faults(div)


class Validator:
    """Tells every fault of a resource. Shared by all threads; each type is compiled when it is first met."""

    def __init__(self, definitions: Definitions, terminology: Terminology) -> None:
        self._definitions = definitions
        self._terminology = terminology
        profiles = Profiles(definitions, terminology)
        self._claimed = ClaimedProfiles(profiles)
        self._structures = Structures(definitions, (*_additions(definitions, terminology, profiles), self._claimed))

    def validate(
        self, resource: Any, *, expected_type: str | None = None, profiles: Sequence[str] = (), language: str = "en"
    ) -> list[Issue]:
        """All faults and warnings of any JSON value, [] where there are none. ``profiles``: canonicals to check against beside
        those in ``meta.profile``. ``language`` of the words: ``en`` or ``nb``. Never raises."""
        walk = Walk(self._definitions, self._terminology, language, _narrative_ok)
        name = resource.get("resourceType") if type(resource) is dict else None
        known = type(name) is str and name in self._definitions.resource_types
        place = root(short(name) if type(name) is str else expected_type or "Resource")
        if expected_type and known and name != expected_type:
            walk.fault("structure-resource-type-expected", place, expected=expected_type, type=name)
        try:
            self._structures.resource(resource, place, walk)
            if known:
                self._against(profiles, resource, place, walk)
        except RecursionError:
            walk.fault("structure-too-deep", place, limit=DEPTH_LIMIT)
        return list(dict.fromkeys(walk.issues))

    def _against(self, profiles: Sequence[str], resource: dict[str, Any], place: Path, walk: Walk) -> None:
        before = walk.enter(resource, outermost=True)
        for url in profiles:
            self._claimed.check(url, resource, place, walk)
        walk.leave(before)

    def check(self, resource: Any, expected_type: str | None = None) -> list[Issue]:
        """The warnings of a resource that may be stored. Raises ``FhirError`` with all issues if any is an error: 400 where it
        isn't FHIR at all (no object, no or an unknown type), else 422."""
        issues = self.validate(resource, expected_type=expected_type)
        if any(i.severity in (ERROR, FATAL) for i in issues):
            raise FhirError(400 if issues[0].rule in NOT_FHIR and "." not in (issues[0].expression or "") else 422, issues)
        return issues
