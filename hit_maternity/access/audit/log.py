"""The woman's access log: who looked at or wrote in her record, where, when and why; as lines to be shown, and as AuditEvents.

What is shown: the professional's name, never her national id (ATT-8); the organisation, and where she works in it (ATT-16, 20, 23), coarser
for sensitive units (ATT-22, 54); purpose and its details (ATT-42, 52). Not shown: the decision behind it (ATT-46), identifiers of tokens,
what is sealed. Confirmed by the trust framework's business rules; the form of the lines is this project's own.
"""

from __future__ import annotations

import tomllib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, Literal, Protocol

import msgspec

from hit_maternity.access.audit import codes
from hit_maternity.access.audit.chain import body_of
from hit_maternity.fhir.bundle import Found, Link, searchset
from hit_maternity.fhir.json import encode
from hit_maternity.fhir.outcome import FhirError, refuse
from hit_maternity.store.accesses import Access
from hit_maternity.store.moments import milliseconds, moment

Language = Literal["nb", "en"]
Position = tuple[datetime, str, int]
Element = dict[str, Any]
#: Says a word of a table of ``words.toml``.
Say = Callable[[str, str], str]

#: Values of the access basis by which restricted data is opened begin so (dhg-api reference 2.4).
_RAISED = "FORHOYET"
#: Rows that are read at a time.
_PAGE = 200


class Reading(Protocol):
    """Where a patient's rows are read: ``store.accesses.AccessLog``."""

    def of_patient(self, patient: str, count: int, before: Position | None = None) -> list[Access]: ...


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line. ``who``: a name, or what stands for one; ``role``, ``organisation`` and ``place`` (the unit in it) where they are known;
    ``action``, ``what`` (sorts of information, each once), ``reason`` and ``remarks`` in the language asked for; ``flags``: ``emergency``,
    ``self-granted``, ``raised``, ``refused``, ``own``; ``position``: where it stands in the log, for the page that follows."""

    id: str
    at: datetime
    who: str
    role: str | None
    organisation: str | None
    place: str | None
    action: str
    what: tuple[str, ...]
    reason: str
    flags: frozenset[str]
    remarks: tuple[str, ...]
    position: Position


class PatientLog:
    """The access logs of the patients of one space. ``coarse``: numbers of organisations and units that are sensitive; of an access from
    there only the legal entity is told."""

    def __init__(self, log: Reading, coarse: frozenset[str] = frozenset()) -> None:
        self._log = log
        self._coarse = coarse

    def entries_for(self, patient: str, language: Language = "nb", count: int = 100, before: Position | None = None) -> list[LogEntry]:
        """The newest lines about the Patient with this id, newest first; ``before``: the ``position`` of the last line of the page before.
        Raises ``FhirError`` 503 without a database."""
        return [_line(row, event, language) for row, event in self._events(patient, count, before)]

    def events_for(self, patient: str, base: str, now: datetime, count: int = 50, cursor: str | None = None) -> bytes:
        """The same as a Bundle of type searchset with AuditEvents, JSON text, ``base`` being the address below which they are served. Its
        next link has the parameter ``_cursor``. Raises ``FhirError`` 400 ``cursor-invalid``."""
        found = list(self._events(patient, count + 1, _position(cursor) if cursor else None))
        page = found[:count]
        links = [Link("self", f"{base}/AuditEvent?_count={count}" + (f"&_cursor={cursor}" if cursor else ""))]
        if len(found) > count:
            last = page[-1][0]
            links.append(Link("next", f"{base}/AuditEvent?_count={count}&_cursor={_cursor((last.at, last.chain, last.seq))}"))
        entries = [Found(f"AuditEvent/{event['id']}", encode(event), "match") for _, event in page]
        return searchset(entries, links, None, base, now)

    def event_for(self, patient: str, id: str) -> bytes | None:
        """The AuditEvent of this id, as JSON text, where it is about this patient."""
        event = self._event(patient, id)
        return encode(shown(event, self._coarse)) if event is not None else None

    def practitioner_of(self, patient: str, id: str) -> str | None:
        """The HPR number of the health worker whom the AuditEvent of this id tells of, where it is about this patient and tells of one."""
        event = self._event(patient, id)
        people = [c for c in event.get("contained", ()) if c["resourceType"] == "Practitioner"] if event else []
        numbers = [i["value"] for person in people for i in person.get("identifier", ()) if i.get("system") == codes.HPR]
        return numbers[0] if numbers else None

    def _event(self, patient: str, id: str) -> Element | None:
        """The event as it is logged."""
        before: Position | None = None
        while page := self._log.of_patient(patient, _PAGE, before):
            for row in page:
                raw = bytes(body_of(row).event)
                if raw and (event := msgspec.json.decode(raw))["id"] == id:
                    found: Element = event
                    return found
            before = (page[-1].at, page[-1].chain, page[-1].seq)
        return None

    def _events(self, patient: str, count: int, before: Position | None) -> Iterator[tuple[Access, Element]]:
        for row in self._log.of_patient(patient, count, before):
            if raw := bytes(body_of(row).event):
                yield row, shown(msgspec.json.decode(raw), self._coarse)


# ------------------------------------------------------------ what may be shown of an event


def shown(event: Element, coarse: frozenset[str] = frozenset()) -> Element:
    """``event`` without what isn't for the patient: identifiers of the professional and of tokens, the decision; and of an organisation
    with a number of ``coarse`` in it only the outermost. Still valid by its profile."""
    units = [c for c in event.get("contained", ()) if c["resourceType"] == "Organization"]
    sensitive = any(identifier.get("value") in coarse for unit in units for identifier in unit.get("identifier", ()))
    hidden = {f"#{unit['id']}": {"reference": f"#{units[0]['id']}"} for unit in units[1:]} if sensitive else {}
    made = {name: value for name, value in event.items() if name != "extension"}
    if "contained" in event:
        made["contained"] = [_shown_contained(c, hidden) for c in event["contained"] if f"#{c['id']}" not in hidden]
    made["agent"] = [_shown_agent(agent, hidden) for agent in event["agent"]]
    made["entity"] = [_shown_entity(entity, sensitive) for entity in event["entity"]]
    return made


def _shown_contained(resource: Element, hidden: Mapping[str, Element]) -> Element:
    without = "identifier" if resource["resourceType"] == "Practitioner" else None
    return _coarser({name: value for name, value in resource.items() if name != without}, hidden)


def _coarser(element: Element, hidden: Mapping[str, Element]) -> Element:
    """``element`` with a reference to the outermost organisation where it has one to what is hidden."""
    for name in ("organization", "who"):
        if (outermost := hidden.get(element.get(name, {}).get("reference", ""))) is not None:
            element[name] = outermost
    return element


def _shown_agent(agent: Element, hidden: Mapping[str, Element]) -> Element:
    made = {name: value for name, value in agent.items() if name != "altId"}
    if made.get("who", {}).get("type") == "Device":
        made["who"] = {"type": "Device", "display": agent.get("name", "system")}
    return _coarser(made, hidden)


_TOLD = frozenset(("interaction", "kind", "asked", "access-basis", "user-selected"))


def _shown_entity(entity: Element, sensitive: bool) -> Element:
    if entity.get("name") != codes.CALL:
        return entity
    told = _TOLD if sensitive else _TOLD | {"healthcare-service"}
    return entity | {"detail": [detail for detail in entity["detail"] if detail["type"] in told]}


# ------------------------------------------------------------ lines


@cache
def _words() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    return tomllib.loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))


def _line(row: Access, event: Element, language: Language) -> LogEntry:
    def say(table: str, key: str) -> str:
        return _words()[table][key][language]

    details = {d["type"]: d["valueString"] for entity in event["entity"] if entity.get("name") == codes.CALL for d in entity["detail"]}
    agent = next(agent for agent in event["agent"] if agent["requestor"])
    organisation, place = _places(event)
    flags = frozenset(_flags(event, details, agent))
    refusals = _words()["refusals"]
    rule = event.get("outcomeDesc", "")
    remarks = [say("flags", flag) for flag in ("emergency", "self-granted", "raised") if flag in flags]
    if "refused" in flags:
        remarks.append(say("refusals", rule) if rule in refusals else say("flags", "refused"))
    return LogEntry(
        event["id"],
        row.at,
        _who(agent, details, flags, say),
        _role(agent, language),
        organisation,
        place,
        say("actions", event["action"]),
        tuple(dict.fromkeys(say("types", type if type in _words()["types"] else "other") for type in _types(event))),
        _reason(event, flags, say),
        flags,
        tuple(remarks),
        (row.at, row.chain, row.seq),
    )


def _who(agent: Element, details: Mapping[str, str], flags: frozenset[str], say: Say) -> str:
    if "own" in flags:
        return say("who", "herself")
    if name := agent.get("name"):
        return str(name)
    return say("who", {"system": "system", "citizen": "proxy"}.get(details.get("kind", ""), "unknown"))


def _flags(event: Element, details: Mapping[str, str], agent: Element) -> Iterator[str]:
    if any(c.get("code") == "BTG" for purpose in event.get("purposeOfEvent", ()) for c in purpose.get("coding", ())):
        yield "emergency"
    if details.get("user-selected") == "true":
        yield "self-granted"
    if details.get("access-basis", "").upper().startswith(_RAISED):
        yield "raised"
    if event["outcome"] != "0":
        yield "refused"
    if agent.get("type") == codes.SUBJECT:
        yield "own"


def _role(agent: Element, language: Language) -> str | None:
    coded = [c.get("code", "") for role in agent.get("role", ()) for c in role.get("coding", ())]
    return next((_words()["categories"][code][language] for code in coded if code in _words()["categories"]), None)


def _places(event: Element) -> tuple[str | None, str | None]:
    """The organisation, and the unit in it where that has another name; a number stands for a name only where there is none at all."""
    names = [c["name"] for c in event.get("contained", ()) if c["resourceType"] == "Organization"]
    distinct = list(dict.fromkeys(name for name in names if not name.isdigit())) or names[-1:]
    return (distinct[0] if distinct else None), (", ".join(distinct[1:]) or None)


def _types(event: Element) -> Iterator[str]:
    for entity in event["entity"]:
        if reference := entity.get("what", {}).get("reference"):
            if entity.get("role") != codes.PATIENT:
                yield reference.partition("/")[0]
        elif entity.get("type", {}).get("system") == codes.RESOURCE_TYPES:
            yield entity["type"]["code"]
        for detail in entity.get("detail", ()):
            if detail["type"] == "asked":
                yield detail["valueString"].partition("/")[0]


def _reason(event: Element, flags: frozenset[str], say: Say) -> str:
    if "own" in flags:
        return say("reasons", "herself")
    told = []
    for coding in (c for purpose in event.get("purposeOfEvent", ()) for c in purpose.get("coding", ())):
        code = coding.get("code", "")
        told.append(say("purposes", code) if code in _words()["purposes"] else coding.get("display", ""))
    return ": ".join(filter(None, told)) or say("reasons", "none")


# ------------------------------------------------------------ cursors


def _cursor(position: Position) -> str:
    at, chain, seq = position
    return urlsafe_b64encode(msgspec.json.encode((milliseconds(at), chain, seq))).rstrip(b"=").decode()


def _position(cursor: str) -> Position:
    try:
        raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        at, chain, seq = msgspec.json.decode(raw, type=tuple[int, str, int])
        return moment(at), chain, seq
    except (NotBase64, ValueError, OverflowError):
        raise cursor_invalid() from None


def cursor_invalid() -> FhirError:
    """A cursor that is none of the access log's."""
    text = "The paging cursor does not belong to the access log; begin again at the first page, and follow its links as they are."
    return refuse(400, "value", "cursor-invalid", text)
