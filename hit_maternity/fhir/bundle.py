"""Bundles as text, put together from stored texts that are never parsed: searchset, history, and the responses to a batch.

Source: https://hl7.org/fhir/R4/bundle.html.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from hit_maternity.fhir.json import encode
from hit_maternity.fhir.ports import Version


class Link(NamedTuple):
    """``relation`` is self, first or next."""

    relation: str
    url: str


class Found(NamedTuple):
    """An entry of a searchset: ``mode`` is match, include or outcome; ``identity`` is ``Patient/1``, "" for an outcome."""

    identity: str
    body: bytes
    mode: str


#: What a version's HTTP verb answered, for ``Bundle.entry.response.status`` of a history.
_STATUS = {"POST": "201 Created", "PATCH": "200 OK", "DELETE": "204 No Content"}


def instant(moment: datetime) -> str:
    """A FHIR instant in UTC with milliseconds: ``2026-03-01T09:30:00.125Z``; ``moment`` is in UTC."""
    return moment.isoformat(timespec="milliseconds")[:23] + "Z"


def searchset(entries: Iterable[Found], links: Sequence[Link], total: int | None, base: str, updated: datetime) -> bytes:
    """A Bundle of type searchset, as JSON text."""
    address = encode(base)[1:-1]
    parts = []
    for identity, body, mode in entries:
        full = b'"fullUrl":"%b/%b",' % (address, identity.encode()) if identity else b""
        parts.append(b'{%b"resource":%b,"search":{"mode":"%b"}}' % (full, body, mode.encode()))
    return _bundle("searchset", parts, links, total, updated)


def history(versions: Iterable[Version], links: Sequence[Link], total: int | None, base: str, updated: datetime) -> bytes:
    """A Bundle of type history, newest first as given; a deletion's entry has no resource (bundle.html#history)."""
    address = encode(base)[1:-1].decode()
    return _bundle("history", [_history_entry(v, address) for v in versions], links, total, updated)


def _history_entry(version: Version, address: str) -> bytes:
    identity = f"{version.type}/{version.id}"
    url = version.type if version.method == "POST" else identity
    status = _STATUS.get(version.method) or ("201 Created" if version.version == 1 else "200 OK")
    resource = b'"resource":%b,' % version.body if version.body is not None else b""
    return b'{"fullUrl":"%b",%b"request":{"method":"%b","url":"%b"},"response":{"status":"%b","etag":"W/\\"%d\\"","lastModified":"%b"}}' % (
        f"{address}/{identity}".encode(), resource, version.method.encode(), url.encode(),
        status.encode(), version.version, instant(version.updated).encode(),
    )  # fmt: skip


def responses(kind: str, entries: Sequence[bytes], updated: datetime) -> bytes:
    """A Bundle of type ``batch-response`` or ``transaction-response`` of these entries, as JSON text."""
    return _bundle(kind, entries, (), None, updated)


def response_entry(status: str, headers: dict[str, str], resource: bytes, outcome: bytes, modified: str | None) -> bytes:
    """``Bundle.entry`` with its ``response``: ``headers`` are the HTTP answer's; ``resource`` and ``outcome`` may be empty."""
    parts = [b'{"resource":%b,"response":{' % resource if resource else b'{"response":{', b'"status":%b' % encode(status)]
    if (location := headers.get("location") or headers.get("content-location")) is not None:
        parts.append(b',"location":%b' % encode(location))
    if "etag" in headers:
        parts.append(b',"etag":%b' % encode(headers["etag"]))
    if modified:
        parts.append(b',"lastModified":"%b"' % modified.encode())
    if outcome:
        parts.append(b',"outcome":%b' % outcome)
    parts.append(b"}}")
    return b"".join(parts)


def _bundle(kind: str, entries: Sequence[bytes], links: Sequence[Link], total: int | None, updated: datetime) -> bytes:
    head = f'{{"resourceType":"Bundle","meta":{{"lastUpdated":"{instant(updated)}"}},"type":"{kind}"'
    parts = [head.encode()]
    if total is not None:
        parts.append(b',"total":%d' % total)
    if links:
        parts.append(b',"link":[%b]' % b",".join(b'{"relation":"%b","url":%b}' % (r.encode(), encode(u)) for r, u in links))
    if entries:
        parts.append(b',"entry":[%b]' % b",".join(entries))
    parts.append(b"}")
    return b"".join(parts)
