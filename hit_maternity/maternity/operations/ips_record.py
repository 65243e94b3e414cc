"""A woman's record as it is summarised: what is hers, and what the summary adds in the form that the IPS asks for.

Source: https://hl7.org/fhir/uv/ips.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hit_maternity.fhir.rest.identity import new_id
from hit_maternity.maternity.card.elements import codes
from hit_maternity.maternity.narrative.words import Reader, moment
from hit_maternity.maternity.narrative.xhtml import narrative, plain
from hit_maternity.maternity.operations.composing import Press

Resource = dict[str, Any]

IPS = "http://hl7.org/fhir/uv/ips/StructureDefinition/"


@dataclass(slots=True)
class Summary:
    """A woman's record as it is summarised. ``resources``: all that is hers and stands; ``made``: what the summary adds, in the order it
    was made."""

    mother: Resource
    resources: Sequence[Resource]
    press: Press
    read: Reader
    made: list[Resource] = field(default_factory=list)

    def of(self, *types: str) -> list[Resource]:
        return [r for r in self.resources if r["resourceType"] in types]

    def reference(self, it: Resource) -> Resource:
        """A Reference from the Composition: what was made here is known by its urn only."""
        if any(it is made for made in self.made):
            return {"reference": f"urn:uuid:{it['id']}"}
        return self.press.reference(it)

    def make(self, type: str, words: str, content: Resource, profile: str) -> Resource:
        """A resource of the summary's own, about the woman, told by ``words``."""
        whose = "patient" if type == "AllergyIntolerance" else "subject"
        text = narrative([plain(words)], self.press.language)
        head = {"resourceType": type, "id": new_id(), "meta": {"profile": [IPS + profile]}, "text": text}
        made = {**head, whose: self.press.reference(self.mother), **content}
        self.made.append(made)
        return made


def newest(resources: Iterable[Resource]) -> list[Resource]:
    """Of those with the same codes the newest one each, in the order in which the codes first came."""
    found: dict[frozenset[tuple[str, str]] | str, Resource] = {}
    for it in sorted(resources, key=moment):
        key = frozenset(codes(it.get("code"))) or str(it.get("code", {}).get("text", ""))
        found[key] = it
    return list(found.values())
