"""The resources as the transaction under way sees them, each read and parsed once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from hit_maternity.fhir.json import decode
from hit_maternity.fhir.ports import Change, Version, Writer
from hit_maternity.maternity.rules.reading import Resource

if TYPE_CHECKING:
    from hit_maternity.fhir.search import Search

#: Resources a page of a search, and pages at most: far beyond what one woman has.
_PAGE, _PAGES = 500, 10


def parsed(version: Version | None) -> Resource | None:
    """The resource of a version; ``None`` for a deletion."""
    if version is None or version.body is None:
        return None
    found: Resource = decode(version.body)
    return found


class View:
    """What is stored ``now``, with the writes of this transaction, and what was ``before`` them."""

    def __init__(self, writer: Writer, changes: Sequence[Change], search: Search) -> None:
        self._writer = writer
        self._search = search
        self._changes = {(c.type, c.id): c for c in changes}
        self._now: dict[tuple[str, str], Resource | None] = {(c.type, c.id): c.resource for c in changes}
        self._before: dict[tuple[str, str], Resource | None] = {}
        self._found: dict[tuple[str, ...], list[Resource]] = {}

    def changed(self, type: str, id: str) -> bool:
        """Whether this transaction writes it: then its own change is where a fault of it is told."""
        return (type, id) in self._changes

    def now(self, type: str, id: str) -> Resource | None:
        """The resource as it is now; ``None`` where it is not there."""
        key = (type, id)
        if key not in self._now:
            self._now[key] = parsed(self._writer.get(type, id))
        return self._now[key]

    def before(self, type: str, id: str) -> Resource | None:
        """The resource as it was before this transaction."""
        key = (type, id)
        change = self._changes.get(key)
        if change is None:
            return self.now(type, id)
        if key not in self._before:
            self._before[key] = parsed(change.before)
        return self._before[key]

    def now_with(self, type: str, id: str, sign: bytes) -> Resource | None:
        """``now`` where the stored text has ``sign`` in it, which is quicker told than parsed; else ``None``."""
        key = (type, id)
        if key not in self._now:
            version = self._writer.get(type, id)
            if version is None or version.body is None or sign not in version.body:
                return None
            self._now[key] = parsed(version)
        return self._now[key]

    def found(self, type: str, *pairs: tuple[str, str]) -> list[Resource]:
        """What a search finds, the writes of this transaction included; each is asked once."""
        asked = (type, *(text for pair in pairs for text in pair))
        if asked not in self._found:
            self._found[asked] = self._searched(type, pairs)
        return self._found[asked]

    def _searched(self, type: str, pairs: Sequence[tuple[str, str]]) -> list[Resource]:
        query = replace(self._search.parse([type], pairs), count=_PAGE)
        resources = []
        for _ in range(_PAGES):
            page = self._writer.search(query)
            for version in page.matches:
                key = (type, version.id)
                if key not in self._now:
                    self._now[key] = parsed(version)
                resource = self._now[key]
                if resource is not None:
                    resources.append(resource)
            if page.next is None:
                break
            query = replace(query, cursor=page.next)
        return resources

    def turn(self, name: str) -> None:
        """Waits until every other transaction that took the same turn has ended."""
        self._writer.serialize(name)
