"""Resources against the profiles they claim, and values against those their elements name.

Source: https://hl7.org/fhir/R4/profiling.html#resources; meta.profile.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hit_maternity.fhir.definitions import Definitions, ElementInfo, TypeInfo
from hit_maternity.fhir.validation.bundles import BundleScope
from hit_maternity.fhir.validation.checks import Addition, Check
from hit_maternity.fhir.validation.nodes import Item
from hit_maternity.fhir.validation.profile import Profiles, root_item
from hit_maternity.fhir.validation.walk import Path, Walk, short


class ClaimedProfiles(Addition):
    """Checks every resource against the profiles in its meta.profile, and every value whose element names a profile of its type."""

    def __init__(self, profiles: Profiles) -> None:
        self._profiles = profiles
        self._definitions: Definitions = profiles.definitions

    def for_type(self, info: TypeInfo) -> Sequence[Check]:
        return (self._claimed,) if info.kind == "resource" else ()

    def for_element(self, element: ElementInfo) -> Sequence[Check]:
        if not element.profiles:
            return ()
        profiles = self._profiles

        def check(value: Any, path: Path, walk: Walk) -> None:
            found = [p for url in element.profiles if (p := profiles.find(url)) is not None]
            if len(found) == 1:
                found[0].check(Item(value, None, element, path), walk)

        return (check,)

    def _claimed(self, value: Any, path: Path, walk: Walk) -> None:
        meta = value.get("meta")
        listed = meta.get("profile") if type(meta) is dict else None
        if type(listed) is list:
            for url in dict.fromkeys(u for u in listed if type(u) is str):
                self.check(url, value, path, walk)

    def check(self, url: str, value: dict[str, Any], path: Path, walk: Walk) -> None:
        """Checks ``value`` against the profile ``url``; what isn't loaded is a warning."""
        profile = self._profiles.find(url)
        if profile is None:
            known = self._profiles.is_known(url)
            walk.fault("profile-unusable" if known else "profile-unknown", path, profile=short(url, 200))
        elif not self._definitions.is_a(value.get("resourceType"), profile.type):
            walk.fault("profile-base", path, profile=short(url, 200), expected=profile.type, type=str(value.get("resourceType"))[:64])
        else:
            outer = walk.bundle
            if profile.type == "Bundle":
                walk.bundle = BundleScope(value, self._definitions.resource_types)
            profile.check(root_item(value, path), walk)
            walk.bundle = outer
