"""HTTP headers of FHIR's: entity tags, moments, preconditions, ``Prefer``.

Source: https://hl7.org/fhir/R4/http.html#versioning, #concurrency, #cread, #ops; RFC 9110 sections 8.8 and 13; RFC 7240.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import NamedTuple

from hit_maternity.fhir.outcome import refuse
from hit_maternity.fhir.ports import Version

_TAG = re.compile(r'\s*(?:(?:W/)?"([^"]*)"|(\d+))\s*(?:,|$)')
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Preference(NamedTuple):
    """What ``Prefer`` asks: ``returns`` is minimal, representation or OperationOutcome, None where it says nothing."""

    returns: str | None = None
    lenient: bool = False


_NO_PREFERENCE = Preference()
_RETURNS = {"minimal": "minimal", "representation": "representation", "operationoutcome": "OperationOutcome"}


def preference(headers: Mapping[str, str]) -> Preference:
    """The caller's ``Prefer``; what isn't understood is passed over, as RFC 7240 says."""
    header = headers.get("prefer")
    return _preference(header) if header else _NO_PREFERENCE


@lru_cache(maxsize=64)
def _preference(header: str) -> Preference:
    returns, lenient = None, False
    for part in re.split(r"[,;]", header):
        name, _, value = part.partition("=")
        name, value = name.strip().lower(), value.strip().strip('"').lower()
        if name == "return" and value in _RETURNS:
            returns = _RETURNS[value]
        elif name == "handling":
            lenient = value == "lenient"
    return Preference(returns, lenient)


def etag(version: int) -> str:
    """``W/"3"``."""
    return f'W/"{version}"'


@lru_cache(maxsize=256)
def _http_date(moment: datetime) -> str:
    return (
        f"{_DAYS[moment.weekday()]}, {moment.day:02} {_MONTHS[moment.month - 1]} {moment.year:04} "
        f"{moment.hour:02}:{moment.minute:02}:{moment.second:02} GMT"
    )


def http_date(moment: datetime) -> str:
    """``Sun, 01 Mar 2026 09:30:00 GMT`` (RFC 9110, 5.6.7); ``moment`` is in UTC."""
    return _http_date(moment.replace(microsecond=0))


def version_headers(version: Version) -> dict[str, str]:
    """``ETag`` and ``Last-Modified`` of a version."""
    return {"etag": f'W/"{version.version}"', "last-modified": http_date(version.updated)}


def _tags(header: str, name: str) -> set[str]:
    """The opaque parts of a list of entity tags; a bare number is taken for a tag, as FHIR clients often send it."""
    tags, position = set(), 0
    while position < len(header):
        found = _TAG.match(header, position)
        if not found:
            rule = f"{name.lower()}-malformed"
            raise refuse(400, "value", rule, f'{name} must hold entity tags such as W/"3", divided by commas, or *.')
        tags.add(found[1] if found[1] is not None else found[2])
        position = found.end()
    return tags


def demand_match(headers: Mapping[str, str], current: Version | None) -> None:
    """Raises ``FhirError`` 412 where ``If-Match`` names another version than ``current``, or ``If-None-Match`` forbids it.

    A deleted resource has no representation for ``*``; its deletion can be named by its own tag.
    """
    exists = current is not None and current.body is not None
    wanted = headers.get("if-match")
    if wanted is not None:
        matched = exists if wanted.strip() == "*" else current is not None and str(current.version) in _tags(wanted, "If-Match")
        if not matched:
            now = f"is at version {current.version}" if current else "does not exist"
            text = f"If-Match does not fit: the resource {now}. Read it again, apply your change, and send its ETag."
            raise refuse(412, "conflict", "version-stale", text, **(version_headers(current) if current else {}))
    unwanted = headers.get("if-none-match")
    if unwanted is not None and exists:
        assert current is not None
        if unwanted.strip() == "*" or str(current.version) in _tags(unwanted, "If-None-Match"):
            text = f"If-None-Match does not fit: the resource is there, at version {current.version}."
            raise refuse(412, "conflict", "version-exists", text, **version_headers(current))


def is_not_modified(headers: Mapping[str, str], version: Version) -> bool:
    """Whether a read may answer 304: ``If-None-Match`` decides alone where it is sent, else ``If-Modified-Since``."""
    tags = headers.get("if-none-match")
    if tags is not None:
        return tags.strip() == "*" or str(version.version) in _tags(tags, "If-None-Match")
    since = headers.get("if-modified-since")
    if since is None:
        return False
    if (moment := _utc(parsedate_to_datetime, since)) is not None:
        return version.updated.replace(microsecond=0) <= moment
    # ``Bundle.entry.request.ifModifiedSince`` is an instant; what is neither is passed over (RFC 9110, 13.1.3).
    return (moment := _utc(datetime.fromisoformat, since)) is not None and version.updated <= moment


def _utc(parse: Callable[[str], datetime], text: str) -> datetime | None:
    try:
        moment = parse(text.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
