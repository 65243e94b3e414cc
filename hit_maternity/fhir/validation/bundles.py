"""What makes a Bundle whole: entries under their own addresses, references that lead somewhere.

Source: https://hl7.org/fhir/R4/bundle.html (fullUrl, references between resources), documents.html#content. The invariants
bdl-1 to bdl-12 run with all the others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from hit_maternity.fhir.definitions import Definitions, ElementInfo, TypeInfo
from hit_maternity.fhir.validation.checks import Addition, Check, KeyCheck, TypeChecker
from hit_maternity.fhir.validation.references import rest_address
from hit_maternity.fhir.validation.walk import Path, Walk, locate, short

_ABSOLUTE = re.compile(r"[a-z][a-z0-9+.\-]*:", re.IGNORECASE).match
_VERSION = "/_history/"
#: Types of Bundle whose entries must have a fullUrl and hold all they refer to.
WHOLE = frozenset({"document", "message"})
#: Types of Bundle whose entries need no fullUrl.
_UNNAMED = frozenset({"transaction", "transaction-response", "batch", "batch-response"})
#: Types of Bundle that have pages, and how links to them are called (http.html#paging).
_PAGED = frozenset({"searchset", "history"})
_PAGES = frozenset({"first", "previous", "next", "last"})


class BundleScope:
    """The Bundle around a resource: what its entries are called, and which of them is being walked."""

    __slots__ = ("_by_canonical", "_by_identity", "_by_url", "_entries", "_urls", "base", "type", "types")

    def __init__(self, bundle: dict[str, Any], resource_types: frozenset[str]) -> None:
        kind = bundle.get("type")
        self.type: str = kind if type(kind) is str else ""
        self.types = resource_types
        self.base: str | None = None
        self._by_url: dict[str, list[dict[str, Any]]] = {}
        self._by_identity: dict[str, list[dict[str, Any]]] = {}
        self._by_canonical: dict[str, dict[str, Any]] = {}
        self._entries: dict[int, int] = {}
        self._urls: dict[int, str] = {}
        entries = bundle.get("entry")
        for index, entry in enumerate(entries if type(entries) is list else ()):
            resource = entry.get("resource") if type(entry) is dict else None
            if type(resource) is not dict or type(resource.get("resourceType")) is not str:
                continue
            self._entries[id(resource)] = index
            url = entry.get("fullUrl")
            if type(url) is str:
                self._by_url.setdefault(url, []).append(resource)
                self._urls[id(resource)] = url
            if type(resource.get("url")) is str:
                self._by_canonical.setdefault(resource["url"], resource)
            if type(resource.get("id")) is str:
                self._by_identity.setdefault(f"{resource['resourceType']}/{resource['id']}", []).append(resource)

    def move_to(self, resource: dict[str, Any]) -> None:
        """Relative references are now those of ``resource``, where it is an entry's."""
        if id(resource) in self._entries:
            self.enter(self._urls.get(id(resource)))

    def enter(self, full_url: Any) -> None:
        """Relative references are now those of the entry with ``full_url``."""
        named = rest_address(full_url, self.types) if type(full_url) is str else None
        self.base = full_url.partition(_VERSION)[0].removesuffix("/".join(named)) if named else None

    def find(self, reference: str) -> list[dict[str, Any]]:
        """The entries' resources that ``reference`` names. An absolute reference is looked for among the fullUrls; a relative
        one under the base of the entry that has it, or, where that has none (urn:uuid), by type and id."""
        text, _, version = reference.partition("#")[0].partition(_VERSION)
        if _ABSOLUTE(text):
            found = self._by_url.get(text, [])
        else:
            found = self._by_url.get(self.base + text, []) if self.base else self._by_identity.get(text, [])
        if version:
            return [r for r in found if type(r.get("meta")) is dict and r["meta"].get("versionId") in (version, None)]
        return found

    def canonical(self, url: str) -> dict[str, Any] | None:
        """The entry's resource that has this canonical URL."""
        return self._by_canonical.get(url)

    def entry_of(self, resource: dict[str, Any]) -> int:
        """The place among the entries of a resource that ``find`` gave."""
        return self._entries[id(resource)]

    def resolve(self, reference: str) -> dict[str, Any] | None:
        found = self.find(reference)
        return found[0] if found else None


class Bundles(Addition):
    """Checks on Bundle and its entries."""

    def __init__(self, definitions: Definitions) -> None:
        self._types = definitions.resource_types

    def for_type(self, info: TypeInfo) -> Sequence[Check]:
        return (self._entry,) if info.name == "Bundle.entry" else (_links, self._searchset) if info.name == "Bundle" else ()

    def around(self, element: ElementInfo, checker: TypeChecker) -> KeyCheck | None:
        """The check of ``Bundle.entry`` that walks each entry with the Bundle around it; None for every other element."""
        return self._entries(element, checker) if element.path == "Bundle.entry" else None

    def _entries(self, element: ElementInfo, checker: TypeChecker) -> KeyCheck:
        def check(items: Any, owner: dict[str, Any], path: Path, walk: Walk) -> None:
            if type(items) is not list:
                walk.fault("structure-array-expected", path, element)
                return
            if not items:
                walk.fault("structure-array-empty", path, element)
            outer, references, mentions = walk.bundle, walk.references, walk.mentions
            walk.bundle = scope = BundleScope(owner, self._types)
            links: list[tuple[int, int]] = []
            for index, item in enumerate(items):
                scope.enter(item.get("fullUrl") if type(item) is dict else None)
                walk.references, walk.mentions = [], []
                checker.check(item, (path, element, index, path[3] + 1), walk)
                if scope.type in WHOLE:
                    _closed(scope, walk, bool(index == 0 and scope.type == "document"))
                    named = (*(text for _, text in walk.references), *walk.mentions)
                    links.extend((index, scope.entry_of(target)) for text in named for target in scope.find(text))
            if scope.type == "document":
                for index in _unreachable(len(items), links):
                    walk.fault("bundle-entry-unreachable", path, element, index, type=scope.type)
            walk.bundle, walk.references, walk.mentions = outer, references, mentions

        return check

    def _entry(self, entry: Any, path: Path, walk: Walk) -> None:
        url, resource = entry.get("fullUrl"), entry.get("resource")
        place = locate(path)
        kind = walk.bundle.type if walk.bundle else None
        if type(url) is str:
            if not _ABSOLUTE(url):
                walk.note("bundle-full-url-absolute", f"{place}.fullUrl")
            self._agree(url, resource, place, walk)
        elif type(resource) is dict and kind and kind not in _UNNAMED and (kind in WHOLE or _identified(entry, resource)):
            walk.note("bundle-full-url-missing", place, type=short(kind))

    def _agree(self, url: str, resource: Any, place: str, walk: Walk) -> None:
        """A RESTful fullUrl carries the type and id of the resource (bundle.html#Bundle.entry.fullUrl)."""
        named = rest_address(url, self._types)
        if named is None or type(resource) is not dict or type(resource.get("resourceType")) is not str:
            return
        actual = (resource["resourceType"], resource.get("id"))
        if actual[1] is None and (walk.bundle is None or walk.bundle.type in ("transaction", "batch")):
            actual = (actual[0], named[1])
        if named != actual:
            same_type = named[0] == actual[0]
            stated, found = ("another id", "not of that id") if same_type else (named[0], str(actual[0])[:64])
            walk.note("bundle-full-url-id", f"{place}.fullUrl", stated=stated, actual=found)

    def _searchset(self, bundle: Any, path: Path, walk: Walk) -> None:
        entries = bundle.get("entry")
        if bundle.get("type") != "searchset" or type(entries) is not list:
            return
        types = _searched(bundle, self._types)
        for index, entry in enumerate(entries):
            resource = entry.get("resource") if type(entry) is dict else None
            if type(resource) is not dict:
                if type(entry) is dict and "resource" not in entry:
                    walk.note("bundle-search-resource", f"{locate(path)}.entry[{index}]")
                continue
            search = entry.get("search")
            mode = search.get("mode") if type(search) is dict else None
            is_outcome = resource.get("resourceType") == "OperationOutcome"
            place = f"{locate(path)}.entry[{index}]"
            if type(mode) is str and (mode == "outcome") != is_outcome and not (is_outcome and mode == "match" and len(entries) == 1):
                walk.note("bundle-search-mode", f"{place}.search.mode", mode=mode[:20], type=str(resource.get("resourceType"))[:64])
            elif mode == "match" and types and not is_outcome and resource.get("resourceType") not in types:
                found = short(str(resource.get("resourceType")))
                walk.note("bundle-search-type", f"{place}.resource", type=found, allowed=", ".join(sorted(types)))
            if not is_outcome and "id" not in resource:
                walk.note("bundle-search-id", f"{place}.resource")


def _identified(entry: dict[str, Any], resource: dict[str, Any]) -> bool:
    """Whether an entry's resource has an identity of its own: not what is posted, nor an operation's result without id."""
    request = entry.get("request")
    return type(resource.get("id")) is str and not (type(request) is dict and request.get("method") == "POST")


def _links(bundle: Any, path: Path, walk: Walk) -> None:
    listed = bundle.get("link")
    seen: set[str] = set()
    for index, link in enumerate(listed if type(listed) is list else ()):
        relation = link.get("relation") if type(link) is dict else None
        if type(relation) is not str or relation not in (*_PAGES, "self"):
            continue
        place = f"{locate(path)}.link[{index}].relation"
        if relation in _PAGES and bundle.get("type") not in _PAGED:
            walk.note("bundle-link-page", place, relation=relation)
        elif relation in seen:
            walk.note("bundle-link-duplicate", place, relation=relation)
        seen.add(relation)


def _searched(bundle: dict[str, Any], resource_types: frozenset[str]) -> frozenset[str]:
    """The types that a searchset was searched for, by its link to itself; none where that doesn't tell."""
    listed = bundle.get("link")
    links = [x for x in listed if type(x) is dict and x.get("relation") == "self"] if type(listed) is list else []
    url = links[0].get("url") if links else None
    if type(url) is not str:
        return frozenset()
    path, _, query = url.partition("?")
    named = {path.rpartition("/")[2]} & resource_types
    wanted = [p.removeprefix("_type=").split(",") for p in query.split("&") if p.startswith("_type=")]
    return frozenset(named) or frozenset(t for types in wanted for t in types if t in resource_types)


def _closed(scope: BundleScope, walk: Walk, mandatory: bool) -> None:
    """A document holds what its Composition refers to (documents.html#content); other references in it, and in a message,
    may lead out, but for a urn: nobody else can resolve."""
    for path, text in walk.references:
        if "?" in text:
            continue
        count = len(scope.find(text))
        if count > 1:
            walk.fault("bundle-reference-ambiguous", path)
        elif count == 0 and (mandatory or text.startswith("urn:")):
            walk.fault("bundle-reference-unresolved", path, type=scope.type)


def _unreachable(count: int, links: list[tuple[int, int]]) -> list[int]:
    """Entries that no chain of references, in either direction, joins to the first (documents.html#content)."""
    near: dict[int, list[int]] = {}
    for one, other in links:
        near.setdefault(one, []).append(other)
        near.setdefault(other, []).append(one)
    seen = {0}
    todo = [0]
    while todo:
        for other in near.get(todo.pop(), ()):
            if other not in seen:
                seen.add(other)
                todo.append(other)
    return [index for index in range(count) if index not in seen]
