"""The headers of a call in either generation, put under the names of today: what is missing or wrong, all at once.

Confirmed by the national documentation: both sets of names, which of them are required, that today's takes no Bearer token. Inferred: that
a server reads one generation only, and that a trace id may not hold what could be a national id.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import uuid4

from hit_maternity.access.address import ELEVEN
from hit_maternity.access.helseid.call_headers import CallHeaders, read_call_headers
from hit_maternity.dhg.errors import DhgError
from hit_maternity.dhg.settings import Generation
from hit_maternity.fhir.outcome import FhirError
from hit_maternity.maternity.identity import Kind, recognise

PATIENT, EVENT, ROLE, SOURCE = "nhn-patient-nin", "nhn-event-id", "nhn-user-role", "nhn-source-system"
BASIS, FACILITY = "nhn-access-basis", "nhn-treatment-facility-name"
#: Today's name -> that of the first generation; there was none for the place of treatment.
FORMER: Mapping[str, str] = MappingProxyType(
    {PATIENT: "hit-patient-pid", EVENT: "hit-event-id", ROLE: "hit-user-role", SOURCE: "hit-source-system", BASIS: "hit-access-basis"}
)
#: What the answer says of the caller's generation.
SPOKEN = "nhn-header-generation"
_ALWAYS = ("authorization", "dpop", FACILITY)
_LONG_EVENT = re.compile(r"[!-~](?:[ -~]{0,126}[!-~])?")


@dataclass(frozen=True, slots=True)
class Spoken:
    """``headers``: under today's names, without the patient and without what is wrong; ``call``: what they say; ``patient``: as it was
    sent; ``faults``: a sentence each; ``event_id``: the caller's, else a new one; ``generation``: which one the caller speaks."""

    headers: Mapping[str, str]
    call: CallHeaders
    patient: str | None
    faults: tuple[str, ...]
    event_id: str
    generation: Generation


def name_in(generation: Generation, name: str) -> str:
    """A header's name in a generation."""
    return name if generation is Generation.NHN else FORMER.get(name, name)


def spoken(sent: Mapping[str, str], generation: Generation) -> Spoken:
    """The headers of a call (names in lower case), read as ``generation`` has them."""
    names = {name: name_in(generation, name) for name in FORMER}
    taken = {today: sent[name] for today, name in names.items() if name in sent} | {n: sent[n] for n in _ALWAYS if n in sent}
    patient = taken.pop(PATIENT, None)
    call, issues = read_call_headers(taken)
    faults = [_renamed(issue.text, names) for issue in issues]
    event = taken.get(EVENT)
    if event is not None and (not _LONG_EVENT.fullmatch(event) or ELEVEN.search(event)):
        if call.event_id is not None:
            faults.append(f"The header {names[EVENT]} must not hold what could be a national id.")
        event = None
    told = {SOURCE: call.source_system, ROLE: call.role, BASIS: call.access_basis, FACILITY: call.facility}
    kept = {name: value for name, value in taken.items() if told.get(name, value) is not None}
    kept[EVENT] = event or str(uuid4())
    other = FORMER.values() if generation is Generation.NHN else FORMER
    foreign = sorted(name for name in other if name in sent)
    speaks = generation if not foreign or any(n in sent for n in names.values()) else _other(generation)
    if foreign and speaks is not generation:
        faults.insert(0, f"This server speaks the {generation}-* headers; {', '.join(foreign)} are of the other generation.")
    return Spoken(kept, call, patient, tuple(faults), kept[EVENT], speaks)


def _renamed(text: str, names: Mapping[str, str]) -> str:
    for today, name in names.items():
        text = text.replace(today, name)
    return text


def _other(generation: Generation) -> Generation:
    return Generation.HIT if generation is Generation.NHN else Generation.NHN


def demand(told: Spoken, generation: Generation, *, user: bool) -> None:
    """Raises ``DhgError`` AUTH-0003 with every fault of the headers. ``user``: a person is calling, who acts in a role."""
    required = [PATIENT, SOURCE, *([ROLE] if user else []), *([BASIS] if generation is Generation.HIT else [])]
    there = {PATIENT: told.patient, SOURCE: told.headers.get(SOURCE), ROLE: told.headers.get(ROLE), BASIS: told.headers.get(BASIS)}
    wrong = " ".join(told.faults)
    missing = [name_in(generation, name) for name in required if there[name] is None and name_in(generation, name) not in wrong]
    faults = [*told.faults, *(f"The header {name} is missing." for name in missing)]
    if faults:
        raise DhgError("AUTH-0003", text=" ".join(faults))


def national_id(told: Spoken) -> str:
    """The patient's national id. Raises ``DhgError`` DHG-0013 where it is no fødselsnummer or D-number that holds."""
    try:
        number = recognise(told.patient)
    except FhirError:
        raise DhgError("DHG-0013") from None
    if number.kind not in (Kind.FNR, Kind.D_NUMBER):
        raise DhgError("DHG-0013")
    return number.value
