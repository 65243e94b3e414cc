"""Extensions against their definitions: where they may stand, what they may hold.

Source: https://hl7.org/fhir/R4/extensibility.html, https://hl7.org/fhir/R4/defining-extensions.html#context.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from hit_maternity.fhir.definitions import ElementInfo, TypeInfo
from hit_maternity.fhir.definitions.model import CORE
from hit_maternity.fhir.validation.checks import Addition, Check
from hit_maternity.fhir.validation.nodes import Item
from hit_maternity.fhir.validation.profile import Profile, Profiles
from hit_maternity.fhir.validation.walk import Path, Walk, locate, short

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:").match


class Extensions(Addition):
    """Checks on every Extension."""

    def __init__(self, profiles: Profiles) -> None:
        self._profiles = profiles
        self._definitions = profiles.definitions

    def for_type(self, info: TypeInfo) -> Sequence[Check]:
        return (self._check,) if info.name == "Extension" else ()

    def _check(self, value: Any, path: Path, walk: Walk) -> None:
        url = value.get("url")
        if type(url) is not str or (path[0] is not None and path[0][1].type == "Extension"):
            return  # inside a complex extension the outer definition says what the url means
        if "|" in url:
            walk.note("extension-url-version", f"{locate(path)}.url")
        elif not _ABSOLUTE(url):
            walk.note("extension-url", f"{locate(path)}.url")
        elif (definition := self._profiles.find(url)) is not None and definition.type == "Extension":
            self._defined(definition, value, path, walk)
        else:
            self._unknown(url, path, walk)

    def _unknown(self, url: str, path: Path, walk: Walk) -> None:
        """An unknown modifier extension is a warning, not a refusal: "Servers and background processes that simply move whole
        resources around unchanged" need not understand it (extensibility.html#modifierExtension)."""
        if path[1].name == "modifierExtension":
            walk.fault("extension-modifier-unknown", path, url=short(url, 200))
        elif url.startswith(CORE):
            walk.fault("extension-undefined", path, url=short(url, 200))
        else:
            walk.fault("extension-unknown", path, url=short(url, 200))

    def _defined(self, definition: Profile, value: Any, path: Path, walk: Walk) -> None:
        definition.check(Item(value, None, path[1], path), walk)
        if definition.is_modifier != (path[1].name == "modifierExtension"):
            walk.fault("extension-modifier" if definition.is_modifier else "extension-not-modifier", path, url=short(definition.url, 200))
        self._context(definition, path, walk)

    def _context(self, definition: Profile, path: Path, walk: Walk) -> None:
        contexts = definition.contexts
        if not contexts or path[0] is None or any(c.get("type") == "fhirpath" for c in contexts):
            return
        allowed = [str(c.get("expression")) for c in contexts if c.get("type") == "element"]
        if any("/" in a for a in allowed) or len(allowed) < len(contexts):
            return  # on a profile's element, or inside another extension: not told by where it stands
        places = set(self._places(path[0], walk))
        if places.isdisjoint(allowed):
            element = path[0][1]
            widened = path[0][0] is None or element.type == "Resource"
            on_resource = widened and not self._definitions.resource_types.isdisjoint(allowed)
            rule = "extension-context-resource" if on_resource else "extension-context"
            walk.fault(rule, path, url=short(definition.url, 200), allowed=", ".join(allowed[:10]), element=element.path)

    def _places(self, path: Path, walk: Walk) -> Iterator[str]:
        """Everything the element at ``path`` may be called in a context: its type and what that derives from, its path in its
        own type and in the resource."""
        element: ElementInfo = path[1]
        name: str | None = str(walk.resource.get("resourceType")) if element.type == "Resource" or path[0] is None else element.type
        yield from (element.path, element.path.replace("[x]", ""), element.key)
        while name:
            yield name
            info = self._definitions.type(name)
            name = info.base if info else None
        yield "Element"
        yield _whole(path, str(walk.resource.get("resourceType")))


def _whole(path: Path, resource_type: str) -> str:
    """The path from the innermost resource: Patient.contact.name."""
    parts: list[str] = []
    place: Any = path
    while place is not None and place[0] is not None and place[1].type != "Resource":
        parts.append(place[1].name)
        place = place[0]
    return ".".join([resource_type, *reversed(parts)])
