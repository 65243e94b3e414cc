"""PVK's push: the national consent service tells the data controller that a citizen's setting has changed.

Source: PVK replication by REST, ``LagreInnbyggersPersonvernInnstilling``: PVK POSTs the objects of its write API, with a system token of
Helsenorge, and takes any 2xx as receipt (confirmed). Which definition and party the record has, one object or several a call, and the
shape of a refusal are not published (inferred): definition and party are configuration, both forms are taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from hit_maternity.access.consent.withdrawal import Consents, Decision, Source, Trace
from hit_maternity.fhir.json import Limits, decode
from hit_maternity.fhir.outcome import FhirError, Issue

#: The last part of the address that PVK posts to.
PATH = "LagreInnbyggersPersonvernInnstilling"
CONSENT = "samtykke"
_LIMITS = Limits(bytes=1024 * 1024, depth=16, items=1000)
_NATIONAL_ID = re.compile(r"[0-9]{11}\Z", re.ASCII)
_MEMBERS = ("innbyggerFnr", "definisjonGuid", "partKode", "typePi", "aktiv")
_LEAST_YEAR = 2000


class Options(Protocol):
    """What the settings say of PVK. Without a definition the door is closed."""

    @property
    def pvk_definition(self) -> str | None: ...

    @property
    def pvk_party(self) -> str | None: ...


#: Checks the system token in the headers (names in lower case). Raises ``FhirError`` 401.
Verify = Callable[[Mapping[str, str]], object]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting that PVK tells of: the person, whether it is active, and since when."""

    pid: str
    active: bool
    moment: datetime | None

    def __repr__(self) -> str:
        return f"Setting(active={self.active})"  # never the national id


class PvkPush:
    """Takes the pushes for one space."""

    def __init__(self, consents: Consents, verify: Verify, options: Options, trace: Trace | None = None) -> None:
        self._consents = consents
        self._verify = verify
        self._options = options
        self._trace = trace

    def receive(self, headers: Mapping[str, str], body: bytes) -> list[Decision]:
        """Takes a push: afterwards every setting in it holds here, and 204 is to be answered. The same push again changes nothing.

        Raises ``FhirError``: 404 where PVK isn't set up, 401 without a good token, 400 with every fault; 503 or 409 where the database
        can't take it now, then PVK is to send it again, and what was taken already is not taken twice.
        """
        if not self._options.pvk_definition:
            raise FhirError(404, [Issue("not-found", "pvk-closed", "No consent definition of PVK is set up here (HIT_PVK_DEFINITION).")])
        self._verify(headers)
        settings = parse(body, self._options)
        return [self._take(setting) for setting in sorted(settings, key=_moment)]

    def _take(self, setting: Setting) -> Decision:
        decide = self._consents.give if setting.active else self._consents.withdraw
        return decide(setting.pid, Source.PVK, setting.moment, self._trace)


def _moment(setting: Setting) -> datetime:
    return setting.moment or datetime.max.replace(tzinfo=UTC)


def parse(body: bytes, options: Options) -> list[Setting]:
    """The settings in the body of a push: one JSON object, or an array of them. Members that aren't known are passed over; names count
    whatever their case. Raises ``FhirError`` 400 with every fault."""
    told = decode(body, _LIMITS)
    objects = told if type(told) is list else [told]
    faults: list[Issue] = []
    found = [_setting(one, f"[{n}]." if type(told) is list else "", options, faults) for n, one in enumerate(objects)]
    if not objects:
        faults.append(Issue("required", "pvk-empty", "There is no setting in the body; send one object, or an array of at least one."))
    if faults:
        raise FhirError(400, faults)
    return [setting for setting in found if setting is not None]


def _setting(one: Any, place: str, options: Options, faults: list[Issue]) -> Setting | None:
    if type(one) is not dict:
        faults.append(Issue("structure", "pvk-object", "A setting is a JSON object.", place.rstrip(".") or None))
        return None
    by_name = {name.lower(): value for name, value in one.items()}
    before = len(faults)

    def fault(rule: str, member: str, words: str) -> None:
        faults.append(Issue("value", rule, words, f"{place}{member}"))

    if len(by_name) < len(one):
        faults.append(Issue("structure", "pvk-member-twice", "A member is there twice, in different case.", place.rstrip(".") or None))
    for member in _MEMBERS:
        if by_name.get(member.lower()) is None:
            faults.append(Issue("required", "pvk-member-missing", f"{member} is missing.", f"{place}{member}"))
    pid, active, kind = by_name.get("innbyggerfnr"), by_name.get("aktiv"), by_name.get("typepi")
    if pid is not None and not (type(pid) is str and _NATIONAL_ID.match(pid)):
        fault("pvk-national-id", "innbyggerFnr", "innbyggerFnr must be a text of eleven digits.")
    if active is not None and type(active) is not bool:
        fault("pvk-active", "aktiv", "aktiv must be true or false.")
    if kind is not None and not _same(kind, CONSENT):
        fault("pvk-kind", "typePi", "The setting of the record is a consent: typePi must be samtykke.")
    for member, wanted in (("definisjonGuid", options.pvk_definition), ("partKode", options.pvk_party)):
        told = by_name.get(member.lower())
        if told is not None and wanted is not None and not _same(told, wanted):
            fault("pvk-not-ours", member, f"{member} is not that of the record. Have the subscription in PVK mended.")
    told_at = by_name.get("tidspunkt")
    moment = _read_moment(told_at)
    if told_at is not None and moment is None:
        fault("pvk-moment", "tidspunkt", "tidspunkt must be a date and time such as 2026-05-01T12:00:00+02:00, or be left out.")
    if len(faults) > before:
        return None
    return Setting(str(pid), bool(active), moment)


def _same(told: Any, wanted: str) -> bool:
    return type(told) is str and told.strip().strip("{}").casefold() == wanted.strip().strip("{}").casefold()


def _read_moment(told: Any) -> datetime | None:
    """The moment in UTC; None for what isn't one. Without an offset it is taken as UTC: an hour or two later than it was here, but never
    later than now (``Consents``)."""
    try:
        read = datetime.fromisoformat(told) if type(told) is str and len(told) > len("2026-05-01") else None
        if read is None or read.year < _LEAST_YEAR:
            return None
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
