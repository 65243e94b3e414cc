"""References between the entries of a transaction: found by the element table, rewritten to what the entries became.

Source: https://hl7.org/fhir/R4/http.html#trules: "servers SHALL replace all matching links": references, elements of type uri, url, oid
and uuid, and links in the narrative; not elements of type canonical, nor ``system`` of a code, identifier or quantity, which is a
uri but names a vocabulary and leads nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from hit_maternity.fhir.definitions import Definitions, ElementInfo

_LINK_TYPES = frozenset(("uri", "url", "oid", "uuid"))
_NAMES = frozenset(("Coding.system", "Identifier.system", "Quantity.system"))
_CONDITIONAL = re.compile(r"[A-Z][A-Za-z]+\?.").match
_NARRATIVE = re.compile(r"""(\b(?:href|src)\s*=\s*)(["'])(.*?)\2""")
_DYNAMIC = "Resource"

#: What a JSON key of a type holds: a literal reference, a link, a narrative, or a complex value of the type named.
_REFERENCE, _LINK, _XHTML = "reference", "uri", "xhtml"


@dataclass(frozen=True, slots=True)
class Conditional:
    """A reference by search, ``Patient?identifier=...``, that stands under ``key`` of ``holder``."""

    holder: dict[str, Any]
    key: str
    type: str
    criteria: str


@dataclass(slots=True)
class Rewriting:
    """``links``: what each fullUrl became; ``relative``: the same for references relative to the entry's own base. Where there are
    no ``extensions`` most data types hold no link, and need no look."""

    definitions: Definitions
    links: Mapping[str, str]
    relative: Mapping[str, str]
    extensions: bool = True
    conditionals: list[Conditional] = field(default_factory=list)

    def rewrite(self, resource: dict[str, Any]) -> None:
        """Rewrites ``resource`` in place and collects its conditional references."""
        self._walk(resource, str(resource.get("resourceType")))

    def _walk(self, value: dict[str, Any], type: str) -> None:
        plan = _plan(type, self.definitions, self.extensions)
        for key, held in value.items():
            kind = plan.get(key)
            if kind is None:
                if key[:1] != "_" or not self.extensions:
                    continue
                kind = "Element"
            if isinstance(held, str):
                value[key] = self._text(value, key, held, kind)
            elif isinstance(held, dict):
                self._descend(held, kind)
            elif isinstance(held, list):
                for place, item in enumerate(held):
                    if isinstance(item, dict):
                        self._descend(item, kind)
                    elif isinstance(item, str) and kind == _LINK:
                        held[place] = self._link(item) or item

    def _descend(self, value: dict[str, Any], type: str) -> None:
        self._walk(value, str(value.get("resourceType")) if type == _DYNAMIC else type)

    def _link(self, text: str) -> str | None:
        """What the link leads to now; what follows a ``#`` stays."""
        found = self.links.get(text)
        if found is None and "#" in text:
            whole, hash, part = text.partition("#")
            found = f"{self.links[whole]}{hash}{part}" if whole in self.links else None
        return found

    def _text(self, holder: dict[str, Any], key: str, text: str, kind: str) -> str:
        if kind == _REFERENCE:
            if (found := self._link(text) or self.relative.get(text)) is not None:
                return found
            if _CONDITIONAL(text):
                type, _, criteria = text.partition("?")
                self.conditionals.append(Conditional(holder, key, type, criteria))
        elif kind == _LINK:
            return self._link(text) or text
        elif kind == _XHTML and ("href" in text or "src" in text):
            return _NARRATIVE.sub(lambda m: f"{m[1]}{m[2]}{self._link(m[3]) or m[3]}{m[2]}", text)
        return text


@lru_cache(maxsize=4096)
def _plan(type: str, definitions: Definitions, extensions: bool) -> Mapping[str, str]:
    """The JSON keys of ``type`` that may hold a link, with what they hold. The entries of a Bundle are a world of their own."""
    info = definitions.type(type)
    plan: dict[str, str] = {}
    for key, element in info.elements.items() if info else ():
        kind = _kind(element)
        if kind and (extensions or _leads_to_link(kind, definitions)):
            plan[key] = kind
    return plan


def _kind(element: ElementInfo) -> str | None:
    """What the element holds, None where it can hold no link."""
    if element.path == "Reference.reference":
        return _REFERENCE
    if element.type in _LINK_TYPES:
        return None if element.path in _NAMES else _LINK
    if element.type == _XHTML:
        return _XHTML
    return None if element.is_primitive or element.path == "Bundle.entry" else element.type


@lru_cache(maxsize=4096)
def _leads_to_link(kind: str, definitions: Definitions) -> bool:
    """Whether a link can stand in ``kind`` or below, but for extensions."""
    seen, waiting = {kind, "Extension"}, [kind] if kind != "Extension" else []
    while waiting:
        kind = waiting.pop()
        if kind in (_REFERENCE, _LINK, _XHTML, _DYNAMIC):
            return True
        info = definitions.type(kind)
        below = {_kind(e) for e in info.elements.values()} if info else set()
        waiting += [k for k in below if k and k not in seen]
        seen |= {k for k in below if k}
    return False
