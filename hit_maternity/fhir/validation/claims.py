"""Resources against the profiles they claim or must meet anyway, and values against those their elements name.

Source: https://hl7.org/fhir/R4/profiling.html#resources (meta.profile); implementationguide.html#ImplementationGuide.global; vital
signs by their code, see ``vital_signs``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hit_maternity.fhir.definitions import Definitions, ElementInfo, TypeInfo
from hit_maternity.fhir.validation.bundles import BundleScope
from hit_maternity.fhir.validation.checks import Addition, Check
from hit_maternity.fhir.validation.nodes import Item
from hit_maternity.fhir.validation.profile import Profiles, root_item
from hit_maternity.fhir.validation.vital_signs import is_plain_pressure, vital_sign_profile
from hit_maternity.fhir.validation.walk import Path, Walk, short


class ClaimedProfiles(Addition):
    """Checks every resource against the profiles in its meta.profile, and those of its type or code, and every value whose element
    names a profile of its type."""

    def __init__(self, profiles: Profiles) -> None:
        self._profiles = profiles
        self._definitions: Definitions = profiles.definitions

    def for_type(self, info: TypeInfo) -> Sequence[Check]:
        if info.kind != "resource":
            return ()
        everywhere = self._global(info.name)
        more = (self._implied(everywhere),) if everywhere else ()
        return (self._claimed, *more, self._vital_sign) if info.name == "Observation" else (self._claimed, *more)

    def for_element(self, element: ElementInfo) -> Sequence[Check]:
        if not element.profiles:
            return ()
        profiles = self._profiles

        def check(value: Any, path: Path, walk: Walk) -> None:
            found = [p for url in element.profiles if (p := profiles.find(url)) is not None]
            if len(found) == 1:
                found[0].check(Item(value, None, element, path), walk)

        return (check,)

    def _global(self, name: str) -> tuple[str, ...]:
        """The profiles that a loaded guide wants all resources of a type to meet."""
        guides = (self._definitions.find("ImplementationGuide", e["url"]) for e in self._definitions.entries("ImplementationGuide"))
        listed = [g for guide in guides if guide for g in guide.get("global", ())]
        return tuple(dict.fromkeys(str(g["profile"]) for g in listed if g.get("type") == name and "profile" in g))

    def _claimed(self, value: Any, path: Path, walk: Walk) -> None:
        for url in dict.fromkeys(_listed(value)):
            self.check(url, value, path, walk)

    def _implied(self, urls: tuple[str, ...]) -> Check:
        def check(value: Any, path: Path, walk: Walk) -> None:
            for url in urls:
                if not self._covered(value, url, path, walk):
                    self.check(url, value, path, walk)

        return check

    def _vital_sign(self, value: Any, path: Path, walk: Walk) -> None:
        url = vital_sign_profile(value)
        if url is not None and not is_plain_pressure(value) and not self._covered(value, url, path, walk):
            self.check(url, value, path, walk)

    def _covered(self, value: dict[str, Any], url: str, path: Path, walk: Walk) -> bool:
        """Whether the resource claims the profile, or one that derives from it, or the caller asks for it: then it is held against
        it already."""
        listed = _listed(value) if path[0] is not None else [*_listed(value), *walk.named]
        return any(claimed == url or self._profiles.derives(claimed, url) for claimed in listed)

    def check(self, url: str, value: dict[str, Any], path: Path, walk: Walk) -> None:
        """Checks ``value`` against the profile ``url``; what isn't loaded, or not in the version that is asked for, is a warning."""
        profile = self._profiles.find(url)
        wanted = url.partition("|")[2]
        if profile is not None and wanted and profile.version and profile.version != wanted:
            walk.fault("profile-version", path, profile=short(url, 200), version=short(profile.version))
        elif profile is None:
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


def _listed(value: dict[str, Any]) -> list[str]:
    """The profiles that a resource claims."""
    meta = value.get("meta")
    listed = meta.get("profile") if type(meta) is dict else None
    return [u for u in listed if type(u) is str] if type(listed) is list else []
