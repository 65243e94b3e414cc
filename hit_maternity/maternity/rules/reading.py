"""Small things read from resources. What isn't as it should be gives nothing: whoever validates has said so already."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

Resource = dict[str, Any]
Code = tuple[str, str]

_SUMMER, _WINTER = timezone(timedelta(hours=2)), timezone(timedelta(hours=1))
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", re.ASCII)


def listed(value: Any) -> list[Any]:
    """``value`` where it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def table(value: Any) -> Resource:
    """``value`` where it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def local_id(reference: Any, type: str) -> str | None:
    """The id that a Reference names, of a resource of ``type``; ``None`` for any other, a contained one and one by identifier only.

    An absolute address counts by its end, as the server's own addresses are many (proxies, spaces)."""
    written = table(reference).get("reference")
    if not isinstance(written, str) or written.startswith(("#", "urn:")):
        return None
    parts = written.partition("/_history/")[0].split("/")
    return parts[-1] if len(parts) > 1 and parts[-2] == type and parts[-1] else None


def codes(concept: Any) -> Iterator[Code]:
    """``(system, code)`` of each Coding of a CodeableConcept."""
    for coding in listed(table(concept).get("coding")):
        system, code = table(coding).get("system"), table(coding).get("code")
        if isinstance(system, str) and isinstance(code, str):
            yield system, code


def extension(resource: Resource, url: str) -> Resource:
    """The first extension with this address; empty where there is none."""
    return next((e for e in listed(resource.get("extension")) if isinstance(e, dict) and e.get("url") == url), {})


def identifier(resource: Resource, system: str) -> str | None:
    """The value of the first identifier of ``system``."""
    for one in listed(resource.get("identifier")):
        if table(one).get("system") == system and isinstance(one.get("value"), str):
            return str(one["value"])
    return None


def last_sunday(year: int, month: int) -> datetime:
    """01:00 UTC of the last Sunday of a month of 31 days: when the clocks are put forward (March) and back (October).

    Source: https://eur-lex.europa.eu/eli/dir/2000/84/oj."""
    last = datetime(year, month, 31, 1, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def norwegian_day(moment: datetime) -> date:
    """The day in Norway at ``moment``, by the rule of last Sundays: no time zone database is needed."""
    summer = last_sunday(moment.year, 3) <= moment < last_sunday(moment.year, 10)
    return moment.astimezone(_SUMMER if summer else _WINTER).date()


def day(value: Any) -> date | None:
    """The day of a FHIR date, dateTime or instant, in Norway; ``None`` where it is less exact than a day."""
    if not isinstance(value, str):
        return None
    try:
        if _DAY.match(value):
            return date.fromisoformat(value)
        if not _MOMENT.match(value):
            return None
        if value.endswith(("+01:00", "+02:00")):
            return date.fromisoformat(value[:10])
        offset = "+00:00" if value.endswith("Z") else value[-6:]
        return norwegian_day(datetime.fromisoformat(f"{value[:19]}{offset}"))
    except (ValueError, OverflowError):
        return None


def happened(resource: Resource) -> date | None:
    """The day of an Observation, administration or procedure: its effective or performed time, or the start of that period."""
    for name in ("effective", "performed"):
        for key in (f"{name}DateTime", f"{name}Instant"):
            if key in resource:
                return day(resource[key])
        if f"{name}Period" in resource:
            return day(table(resource[f"{name}Period"]).get("start"))
    return None
