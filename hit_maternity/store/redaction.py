"""What of a resource is about certain patients: the references it makes, and the resource without what names them. No SQL."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

Identity = tuple[str, str]

_REFERENCE = re.compile(r"([A-Z][A-Za-z]{2,63})/([A-Za-z0-9\-.]{1,64})(?:/_history/[A-Za-z0-9\-.]{1,64})?(?:[#|?].*)?\Z", re.ASCII)
#: In a text of any kind: references, and words long enough to be an id that is nobody else's.
_NAMED = re.compile(rb"([A-Z][A-Za-z]{2,63})/([A-Za-z0-9\-.]{1,64})")
_WORD = re.compile(rb"[A-Za-z0-9\-.]{11,64}")
_OWN = frozenset(("resourceType", "id", "meta"))


def identity(text: str, base: str = "") -> Identity | None:
    """The resource of ours that a literal reference or a link names; None for any other text. ``base``: our own public address."""
    if base and text.startswith(base):
        text = text[len(base) :].lstrip("/")
    found = _REFERENCE.match(text)
    return (found[1], found[2]) if found else None


def references(resource: Any, base: str = "") -> set[Identity]:
    """All resources of ours that ``resource`` names anywhere, in references and in links."""
    return {found for text in texts(resource) if "/" in text and (found := identity(text, base))}


def texts(value: Any) -> Iterator[str]:
    """Every text in ``value``."""
    if type(value) is str:
        yield value
    elif type(value) is dict:
        for held in value.values():
            yield from texts(held)
    elif type(value) is list:
        for held in value:
            yield from texts(held)


def numbers(resource: dict[str, Any], systems: frozenset[str]) -> set[str]:
    """The values of the resource's own identifiers in these systems."""
    listed = resource.get("identifier")
    found = listed if type(listed) is list else []
    return {i["value"] for i in found if type(i) is dict and i.get("system") in systems and type(i.get("value")) is str and i["value"]}


@dataclass(frozen=True, slots=True)
class Hers:
    """What tells that something is about a patient: ``identities`` of her resources, her national ids (``numbers``), and the addresses that
    a Bundle gives to what is hers in it (``links``)."""

    identities: frozenset[Identity]
    numbers: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()
    base: str = ""

    def named(self, text: str) -> bool:
        """Whether ``text`` names her: a reference to what is hers, or a text that her national id stands in."""
        if text in self.links or ("/" in text and identity(text, self.base) in self.identities):
            return True
        return any(number in text for number in self.numbers)

    def within(self, body: bytes) -> bool:
        """Whether a text of any format names her; short ids count only where their type stands before them."""
        if any((t.decode(), i.decode()) in self.identities for t, i in _NAMED.findall(body)):
            return True
        known = {id for _, id in self.identities if len(id) >= 16} | self.numbers
        return any(word.decode() in known for word in _WORD.findall(body))


class _Gone:
    """Instead of a value that is to go."""


_GONE = _Gone()


@dataclass(slots=True)
class _Cut:
    hers: Hers
    touched: bool = field(default=False)

    def value(self, value: Any, listed: bool, root: bool = False) -> Any:
        """``value`` without what is hers. ``listed``: it is an item of a list or in one, which then goes as a whole."""
        if type(value) is str:
            return self._gone() if self.hers.named(value) else value
        if type(value) is list:
            kept = [v for item in value if (v := self.value(item, True)) is not _GONE]
            return kept if kept or not value else None
        if type(value) is not dict:
            return value
        if not root and self._is_hers(value):
            return self._gone()
        made: dict[str, Any] = {}
        for key, held in value.items():
            if root and key in _OWN:
                made[key] = held
                continue
            kept = self.value(held, listed)
            if kept is _GONE and listed:
                return _GONE
            if kept is not _GONE and not (kept is None and held is not None):
                made[key] = kept
        return made

    def _gone(self) -> _Gone:
        self.touched = True
        return _GONE

    def _is_hers(self, value: dict[str, Any]) -> bool:
        named = value.get("identifier")
        if type(named) is dict and named.get("value") in self.hers.numbers:  # a reference by national id
            return True
        return (value.get("resourceType"), value.get("id")) in self.hers.identities


def redacted(resource: dict[str, Any], hers: Hers) -> dict[str, Any] | None:
    """``resource`` without what is hers, or None where nothing in it is. A reference goes with the nearest item of a list that it stands
    in (a member of a Group, an entry of a Bundle), or alone; then the narrative, which may repeat it, goes too."""
    hers = Hers(hers.identities, hers.numbers, hers.links | _links(resource, hers), hers.base)
    cut = _Cut(hers)
    kept = cut.value(resource, False, root=True)
    if not cut.touched:
        return None
    kept.pop("text", None)
    return {key: value for key, value in kept.items() if value != {}}


def _links(resource: dict[str, Any], hers: Hers) -> frozenset[str]:
    """The addresses of a Bundle's entries that are hers by identity or number, so that what refers to them there is found too."""
    found: set[str] = set()
    for entry in _entries(resource):
        inner, link = entry.get("resource"), entry.get("fullUrl")
        if type(link) is str and type(inner) is dict and is_copy(inner, hers):
            found.add(link)
    return frozenset(found)


def _entries(resource: dict[str, Any]) -> list[dict[str, Any]]:
    listed = resource.get("entry")
    if resource.get("resourceType") != "Bundle" or type(listed) is not list:
        return []
    return [entry for entry in listed if type(entry) is dict]


def is_copy(inner: dict[str, Any], hers: Hers) -> bool:
    """Whether a resource inside another is one of hers, by its id or, a Patient, by her national id."""
    if (inner.get("resourceType"), inner.get("id")) in hers.identities:
        return True
    listed = inner.get("identifier") if inner.get("resourceType") == "Patient" else None
    return type(listed) is list and any(type(i) is dict and i.get("value") in hers.numbers for i in listed)


def persons_in(resource: dict[str, Any], hers: Hers, systems: frozenset[str], stored: Callable[[Identity], bool]) -> bool:
    """Whether a Bundle holds a Patient who is another person: ``stored`` here, or with a national id that is not hers."""
    for entry in _entries(resource):
        inner = entry.get("resource")
        if type(inner) is not dict or inner.get("resourceType") != "Patient" or is_copy(inner, hers):
            continue
        if numbers(inner, systems) - hers.numbers or stored(("Patient", str(inner.get("id")))):
            return True
    return False
