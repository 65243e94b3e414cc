"""What the two ``$everything`` share: their parameters, clinical dates, and the resources that support a page of a record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from hit_maternity.fhir.json import decode
from hit_maternity.fhir.operations.model import Call
from hit_maternity.fhir.outcome import FhirError, Issue
from hit_maternity.fhir.ports import Reader, Version
from hit_maternity.fhir.rest.moments import period

#: The parameters of ``$everything`` (https://hl7.org/fhir/R4/patient-operation-everything.html).
PARAMETERS = frozenset(("start", "end", "_since", "_type", "_count"))
#: How many resources a page has, where ``_count`` does not say, and at most.
PAGE, MOST = 1000, 5000
#: Search parameters that hold the date of care, the first that a resource has counts.
_CARE_DATES = (
    "date", "period", "effective", "effective-time", "onset-date", "occurrence", "whenhandedover", "authoredon", "authored",
    "recorded-date", "started", "issued", "sent", "service-date", "created", "recorded",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the caller asks for: ``care`` is the half-open period of care dates (None: open end), ``types`` empty for all."""

    care: tuple[datetime | None, datetime | None]
    since: datetime | None
    types: frozenset[str]
    count: int
    cursor: str | None

    def takes(self, call: Call, version: Version) -> bool:
        """Whether a resource of the record is in: by type, by time of its last change, and by date of care, where it has one."""
        if self.types and version.type not in self.types:
            return False
        if self.since and version.updated < self.since:
            return False
        return self.care == (None, None) or _in_period(call, version, self.care)


def wanted(call: Call) -> Wanted:
    """The parameters of the call. Raises ``FhirError`` 400 with every faulty one."""
    faults: list[Issue] = []
    arguments = call.arguments

    def moment(name: str, end: bool) -> datetime | None:
        text = arguments.text(name)
        try:
            return period(text, name)[end] if text else None
        except FhirError as fault:
            faults.extend(fault.issues)
            return None

    types = frozenset(t.strip() for value in arguments.all("_type") for t in str(value).split(",") if t.strip())
    if types - call.server.definitions.resource_types:
        faults.append(Issue("value", "value-type", "_type must list resource types of FHIR R4, divided by commas."))
    count = arguments.text("_count") or str(PAGE)
    if not (count.isascii() and count.isdigit() and int(count[:9])):
        faults.append(Issue("value", "value-count", "_count must be a whole number, 1 or more."))
    result = (moment("start", False), moment("end", True)), moment("_since", False)
    if faults:
        raise FhirError(400, faults)
    return Wanted(result[0], result[1], types, min(int(count[:9]), MOST), arguments.text("_cursor"))


def _milliseconds(moment: datetime | None, default: int) -> int:
    return default if moment is None else int(moment.timestamp() * 1000)


def _in_period(call: Call, version: Version, care: tuple[datetime | None, datetime | None]) -> bool:
    low, high = _milliseconds(care[0], -(2**62)), _milliseconds(care[1], 2**62)
    known = call.server.search.parameters(version.type)
    rows = call.server.search.index(decode(version.body or b""), call.request.base).date
    for code in _CARE_DATES:
        parameter = known.get(code)
        if parameter is None or parameter.type != "date":
            continue
        spans = [r for r in rows if r.parameter == parameter.key]
        if spans:
            return any(r.low < high and r.high > low for r in spans)
    return True


def supporting(call: Call, session: Reader, page: Sequence[Version], record_types: Iterable[str]) -> list[Version]:
    """The resources that those of ``page`` refer to, such as practitioners, organizations, medications and attached binaries;
    none of ``record_types``, which are in the record themselves or belong to somebody else's."""
    address = re.escape(call.request.base.encode())
    pattern = re.compile(rb'"(?:reference|url)":"(?:%b/)?([A-Z][A-Za-z]{2,63})/([A-Za-z0-9\-.]{1,64})(?:/_history/\d+)?"' % address)
    known = call.server.definitions.resource_types
    left_out = frozenset(record_types)
    named = {(t.decode(), i.decode()) for v in page for t, i in pattern.findall(v.body or b"")}
    pairs = [(t, i) for t, i in sorted(named) if t in known and t not in left_out]
    return sorted(session.get_many(pairs), key=lambda v: (v.type, v.id)) if pairs else []
