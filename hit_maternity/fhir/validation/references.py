"""References: how they are written, what they may name, and whether what they name is there.

Source: https://hl7.org/fhir/R4/references.html. A reference that leads out of what is being validated is only judged by its
text; one to a contained resource must resolve; inside a Bundle ``bundles`` judges whether it resolves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from hit_maternity.fhir.definitions import Definitions, ElementInfo
from hit_maternity.fhir.definitions.model import CORE
from hit_maternity.fhir.validation.checks import Addition, Check, hint
from hit_maternity.fhir.validation.primitives import is_id, is_uri
from hit_maternity.fhir.validation.walk import Path, Walk, short

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:").match
#: What follows the base of a RESTful address: Type/id, perhaps a version, perhaps a fragment.
_TAIL = re.compile(r"([A-Za-z]+)/([^/?#]+)(?:/_history/([^/?#]+))?(?:#[^#]*)?").fullmatch
_REST_TAIL = re.compile(r".*?/([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/[A-Za-z0-9\-.]{1,64})?(?:#[^#]*)?").fullmatch
_FRAGMENT_TYPES = frozenset({"uri", "url", "canonical"})


def rest_address(url: str, resource_types: frozenset[str]) -> tuple[str, str] | None:
    """(type, id) that an absolute URL of a RESTful server names; None where it isn't one."""
    found = _REST_TAIL(url) if url.startswith(("http://", "https://")) else None
    return (found[1], found[2]) if found and found[1] in resource_types else None


def followed(value: Any, walk: Walk) -> tuple[dict[str, Any] | None, str | None]:
    """What a Reference, or a canonical, leads to: the resource, where it is at hand, and its type, where that or the text tells."""
    text = value.get("reference") if type(value) is dict else value
    types = walk.definitions.resource_types
    if type(text) is str:
        target = walk.resolve(text)
        if type(target) is dict:
            return target, str(target.get("resourceType"))
        head = text.partition("/")[0]
        named = rest_address(text, types)
        found = head if head in types else named[0] if named else None
        if found is not None or text[:1] == "#":
            return None, found
    stated = value.get("type") if type(value) is dict else None
    stated = stated.removeprefix(CORE) if type(stated) is str else None
    return None, stated if stated in types else None


class References(Addition):
    """Checks on every Reference, and on every URI that may name something contained."""

    def __init__(self, definitions: Definitions) -> None:
        self._types = definitions.resource_types

    def for_element(self, element: ElementInfo) -> Sequence[Check]:
        if element.type == "Reference":
            return (self._reference(element.targets),)
        if element.type in _FRAGMENT_TYPES:
            return (_canonical if element.type == "canonical" else _uri,)
        return ()

    def _reference(self, targets: frozenset[str]) -> Check:
        allowed = targets or self._types

        def check(value: Any, path: Path, walk: Walk) -> None:
            text = value.get("reference")
            if type(text) is not str:
                self._judge(None, value, targets, path, walk)
                return
            head, _, tail = text.partition("/")
            if head in allowed and is_id(tail) and "type" not in value and walk.bundle is None:
                return
            if walk.bundle is not None and not text.startswith("#"):
                walk.references.append((path, text))
            self._judge(self._target(text, path, walk), value, targets, path, walk)

        return check

    def _judge(self, type_name: str | None, value: dict[str, Any], targets: frozenset[str], path: Path, walk: Walk) -> None:
        stated = value.get("type")
        if type(stated) is str and stated.removeprefix(CORE) in self._types:
            stated = stated.removeprefix(CORE)
            if type_name is not None and type_name != stated:
                walk.fault("reference-type-mismatch", path, stated=stated, type=type_name)
            type_name = type_name or stated
        if targets and type_name is not None and type_name not in targets:
            walk.fault("reference-target", path, allowed=", ".join(sorted(targets)), type=type_name)

    def _target(self, text: str, path: Path, walk: Walk) -> str | None:
        """The type of what ``text`` names, None where the text doesn't tell; its own faults are noted."""
        if text.startswith("#"):
            return _contained(text, path, walk)
        if walk.bundle is not None and (entry := walk.bundle.resolve(text)) is not None:
            return str(entry["resourceType"])
        if _SCHEME(text):
            if not is_uri(text):
                walk.fault("reference-format", path)
            found = rest_address(text, self._types)
            return found[0] if found else None
        name, question, _ = text.partition("?")
        if question and name in self._types:
            if walk.bundle is None or walk.bundle.type not in ("transaction", "batch"):
                walk.fault("reference-conditional", path)
            return name
        return self._relative(text, path, walk)

    def _relative(self, text: str, path: Path, walk: Walk) -> str | None:
        parts = _TAIL(text)
        if parts is None:
            walk.fault("reference-format", path)
        elif parts[1] not in self._types:
            walk.fault("reference-type-unknown", path, type=short(parts[1]), hint=hint(parts[1], self._types))
        elif not is_id(parts[2]) or not (parts[3] is None or is_id(parts[3])):
            walk.fault("reference-id", path)
        else:
            return parts[1]
        return None


def _contained(text: str, path: Path, walk: Walk) -> str | None:
    walk.fragments.add(text)
    if text == "#":
        return str(walk.container.get("resourceType"))
    found = walk.contained_types().get(text[1:])
    if found is None:
        walk.fault("reference-contained-missing", path)
    return found


def _uri(value: Any, path: Path, walk: Walk) -> None:
    if value[0] == "#":
        walk.fragments.add(value)
    elif walk.bundle is not None:
        walk.mentions.append(value)


def _canonical(value: Any, path: Path, walk: Walk) -> None:
    if value[0] == "#":
        _contained(value, path, walk)
