"""Loads files into the record: resources, Bundles and NDJSON, JSON or XML, in any order.

A resource with an id is put under that id (again: a new version), one without gets an id. A transaction or batch Bundle is
processed; a collection, searchset or history gives its entries; a document or message is one thing and is stored as a Bundle.
Everything goes the way of an HTTP call, with all its checks, many resources a transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hit_maternity.fhir import formats
from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.json import Limits, decode, encode
from hit_maternity.fhir.outcome import FhirError, refuse
from hit_maternity.fhir.rest.dispatch import handle
from hit_maternity.fhir.rest.exchange import Request, Response, Server

#: What a folder is searched for.
SUFFIXES = (".json", ".xml", ".ndjson", ".jsonl")
#: Resources of one transaction.
GROUP = 50
#: Files may be larger than what a caller may send.
LIMITS = Limits(bytes=1 << 30, items=10_000_000)
_PROCESSED = ("transaction", "batch")
_OPENED = ("collection", "searchset", "history")
_HEADERS = {"content-type": "application/fhir+json", "prefer": "return=minimal"}


@dataclass(frozen=True, slots=True)
class Item:
    """A resource found in a file; ``where``: ``line 3``, ``entry 12``, empty for a file that is one resource."""

    path: Path
    where: str
    resource: dict[str, Any]
    url: str = ""  # fullUrl of the entry it was in


@dataclass(frozen=True, slots=True)
class Piece:
    """What should be one resource: ``text`` in format ``kind``. ``line``: that of an NDJSON file it is, 0 where it is the whole file."""

    path: Path
    line: int
    kind: formats.Kind
    text: bytes

    @property
    def where(self) -> str:
        """``line 3``, empty for a whole file."""
        return f"line {self.line}" if self.line else ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What did not go in and why, a sentence a fault; ``status`` as HTTP would have answered."""

    path: Path
    where: str
    status: int
    reasons: tuple[str, ...]


@dataclass(slots=True)
class Report:
    """How a load went."""

    files: int = 0
    loaded: int = 0
    refusals: list[Refusal] = field(default_factory=list)


def files_of(paths: Iterable[Path]) -> list[Path]:
    """The files themselves, and those of a known suffix in and below the folders, in order of their names.

    Raises ``FileNotFoundError`` for a path that is not there.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
        elif path.is_file():
            found.append(path)
        else:
            raise FileNotFoundError(path)
    return found


def pieces_of(path: Path) -> Iterator[Piece]:
    """What a file holds, as it is written there: each line of an NDJSON file that isn't blank, or the whole. Raises ``OSError``."""
    suffix = path.suffix.lower()
    if suffix not in (".ndjson", ".jsonl"):
        yield Piece(path, 0, "xml" if suffix == ".xml" else "json", path.read_bytes())
        return
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield Piece(path, number, "json", line)


def resource_of(piece: Piece, definitions: Definitions) -> dict[str, Any]:
    """The resource that ``piece`` spells. Raises ``FhirError`` where it spells none."""
    value = formats.decode(piece.text, piece.kind, definitions, LIMITS)
    if isinstance(value, dict) and isinstance(value.get("resourceType"), str):
        return value
    raise refuse(400, "structure", "not-a-resource", "This is no FHIR resource: it has no resourceType.")


def resources_of(path: Path, definitions: Definitions) -> Iterator[Item | Refusal]:
    """The resources of a file, and a ``Refusal`` for each thing in it that is none."""
    try:
        for piece in pieces_of(path):
            try:
                yield Item(path, piece.where, resource_of(piece, definitions))
            except FhirError as fault:
                yield _refusal(path, piece.where, fault)
    except OSError as fault:
        yield Refusal(path, "", 400, (f"The file can't be read: {fault.strerror}.",))


def _refusal(path: Path, where: str, fault: FhirError) -> Refusal:
    reasons = (f"{i.expression}: {i.text}" if i.expression else i.text for i in fault.issues if i.severity in ("fatal", "error"))
    return Refusal(path, where, fault.status, tuple(reasons))


def entries_of(item: Item) -> list[Item]:
    """The resources in a collection, searchset or history; else the item itself. Of a history, each resource's newest version."""
    bundle = item.resource
    entries = bundle.get("entry")
    if bundle["resourceType"] != "Bundle" or bundle.get("type") not in _OPENED or not isinstance(entries, list):
        return [item]
    found: dict[tuple[str, Any], Item] = {}
    for number, entry in enumerate(entries):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(resource, dict) or resource.get("resourceType") in (None, "OperationOutcome"):
            continue
        key = (str(resource["resourceType"]), resource.get("id", number))
        url = entry.get("fullUrl")
        found.setdefault(key, Item(item.path, f"entry {number}", resource, url if isinstance(url, str) else ""))
    return list(found.values())


class Loader:
    """Loads into one space, whose ``base`` is the public address of its FHIR API."""

    def __init__(self, server: Server, base: str) -> None:
        self._server = server
        self._base = base
        self.report = Report()

    def load(self, paths: Iterable[Path], done: Callable[[Path], None] = lambda path: None) -> Report:
        """Loads every file of ``paths``; ``done`` is told of each. Bundles that refer to what comes later are tried again."""
        group: list[Item] = []
        later: list[Item] = []
        for path in files_of(paths):
            self.report.files += 1
            for found in resources_of(path, self._server.definitions):
                if isinstance(found, Refusal):
                    self.report.refusals.append(found)
                elif _is_processed(found.resource):
                    later += [] if self._process(found, last=False) else [found]
                else:
                    entries = entries_of(found)
                    if len(entries) > 1 or entries != [found]:
                        self._put_together(entries)
                    else:
                        group = self._collect(group, found)
            done(path)
        self._put_together(group)
        self._again(later)
        return self.report

    def _collect(self, group: list[Item], item: Item) -> list[Item]:
        key = _identity(item.resource)
        if len(group) >= GROUP or (key[1] and any(_identity(other.resource) == key for other in group)):
            self._put_together(group)
            group = []
        return [*group, item]

    def _again(self, items: list[Item]) -> None:
        """Tries refused transactions again for as long as that brings one in."""
        while items:
            left = [item for item in items if not self._process(item, last=False)]
            if len(left) == len(items):
                break
            items = left
        for item in items:
            self._process(item, last=True)

    def _call(self, bundle: dict[str, Any]) -> Response:
        return handle(self._server, Request("POST", [], "", _HEADERS, encode(bundle), self._base))

    def _process(self, item: Item, *, last: bool) -> bool:
        """A transaction or batch. Whether it went in; a refusal is told only when it is the ``last`` try."""
        response = self._call(item.resource)
        if response.status >= 400:
            if last:
                self._refuse(item, response.status, response.body)
            return False
        for number, entry in enumerate(decode(response.body, LIMITS).get("entry", ())):
            status = int(entry["response"]["status"][:3])
            if status < 400:
                self.report.loaded += 1
            else:
                reasons = _reasons(entry["response"].get("outcome"))
                self.report.refusals.append(Refusal(item.path, f"{item.where} entry {number}".strip(), status, reasons))
        return True

    def _put_together(self, items: list[Item]) -> None:
        """All in one transaction; where that is refused, one by one, so that the good ones go in."""
        if not items:
            return
        response = self._call(_transaction(items))
        if response.status < 400:
            self.report.loaded += len(items)
        elif len(items) == 1:
            self._refuse(items[0], response.status, response.body)
        else:
            for item in items:
                self._put_together([item])

    def _refuse(self, item: Item, status: int, body: bytes) -> None:
        """Places are told as in the resource itself, not as in the transaction that carried it."""
        name = str(item.resource["resourceType"])
        told = _reasons(decode(body))
        if not _is_processed(item.resource):
            told = tuple(reason.replace("Bundle.entry[0].resource", name) for reason in told)
        self.report.refusals.append(Refusal(item.path, item.where, status, told))


def _is_processed(resource: dict[str, Any]) -> bool:
    return resource["resourceType"] == "Bundle" and resource.get("type") in _PROCESSED


def _identity(resource: dict[str, Any]) -> tuple[str, str | None]:
    id = resource.get("id")
    return str(resource["resourceType"]), id if isinstance(id, str) else None


def _transaction(items: Iterable[Item]) -> dict[str, Any]:
    entries = []
    for item in items:
        type, id = _identity(item.resource)
        request = {"method": "PUT", "url": f"{type}/{id}"} if id else {"method": "POST", "url": type}
        entries.append({**({"fullUrl": item.url} if item.url else {}), "resource": item.resource, "request": request})
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def _reasons(outcome: Any) -> tuple[str, ...]:
    """The words of an OperationOutcome of ours."""
    told = []
    for issue in outcome.get("issue", ()) if isinstance(outcome, dict) else ():
        if issue.get("severity") in ("fatal", "error"):
            words = issue.get("details", {}).get("text") or issue.get("diagnostics", "")
            told.append(": ".join([*issue.get("expression", ()), words]))
    return tuple(told) or ("The server gave no reason.",)
