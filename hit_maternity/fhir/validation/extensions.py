"""Extensions against their definitions: what they may hold, and, in ``contexts``, where they may stand.

Source: https://hl7.org/fhir/R4/extensibility.html.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from hit_maternity.fhir.definitions import TypeInfo
from hit_maternity.fhir.definitions.model import CORE
from hit_maternity.fhir.validation.checks import Addition, Check
from hit_maternity.fhir.validation.contexts import Contexts
from hit_maternity.fhir.validation.nodes import Item
from hit_maternity.fhir.validation.profile import Profile, Profiles
from hit_maternity.fhir.validation.walk import Path, Walk, locate, short

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:").match


class Extensions(Addition):
    """Checks on every Extension."""

    def __init__(self, profiles: Profiles) -> None:
        self._profiles = profiles
        self._contexts = Contexts(profiles.definitions)

    def for_type(self, info: TypeInfo) -> Sequence[Check]:
        return (self._check,) if info.name == "Extension" else ()

    def _check(self, value: Any, path: Path, walk: Walk) -> None:
        url = value.get("url")
        if type(url) is not str:
            return
        inside = path[0] is not None and path[0][1].type == "Extension"
        if inside and not _ABSOLUTE(url):
            return  # a part of a complex extension: the outer definition says what it means
        if "|" in url:
            walk.note("extension-url-version", f"{locate(path)}.url")
        elif not _ABSOLUTE(url):
            walk.note("extension-url", f"{locate(path)}.url")
        elif (definition := self._profiles.find(url)) is not None and definition.type == "Extension":
            self._defined(definition, value, path, walk)
        elif not inside:
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
        self._contexts.check(definition, value, path, walk)
