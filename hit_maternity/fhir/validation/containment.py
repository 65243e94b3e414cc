"""Contained resources: dom-2 to dom-5 natively, and the ids references need.

Source: https://hl7.org/fhir/R4/references.html#contained, https://hl7.org/fhir/R4/domainresource.html#invs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hit_maternity.fhir.definitions import TypeInfo
from hit_maternity.fhir.validation.checks import Addition, Check
from hit_maternity.fhir.validation.walk import Path, Walk, locate


class Containment(Addition):
    """Checks on every DomainResource that contains others."""

    def for_type(self, info: TypeInfo) -> Sequence[Check]:
        return (check_contained,) if info.kind == "resource" and "contained" in info.elements else ()


def check_contained(value: Any, path: Path, walk: Walk) -> None:
    """Runs after all else in the resource was walked, so that ``walk.fragments`` holds every ``#id`` that it names."""
    contained = value.get("contained")
    if type(contained) is not list:
        return
    place = locate(path)
    if walk.container is not value:
        walk.note("inv:dom-2", f"{place}.contained")
        return
    seen: set[str] = set()
    for index, resource in enumerate(contained):
        if type(resource) is dict:
            _one(resource, f"{place}.contained[{index}]", seen, walk)


def _one(resource: dict[str, Any], place: str, seen: set[str], walk: Walk) -> None:
    identity = resource.get("id")
    if type(identity) is not str:
        walk.note("contained-id", place)
    elif identity in seen:
        walk.note("contained-id-duplicate", place)
    elif f"#{identity}" not in walk.fragments and id(resource) not in walk.inward:
        walk.note("inv:dom-3", place)
    if type(identity) is str:
        seen.add(identity)
    meta = resource.get("meta")
    if type(meta) is dict:
        if "versionId" in meta or "lastUpdated" in meta:
            walk.note("inv:dom-4", f"{place}.meta")
        if "security" in meta:
            walk.note("inv:dom-5", f"{place}.meta.security")
