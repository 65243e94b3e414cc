"""The life of a record: its states, which step leads from one to another, when one may be opened, and what may be written when.

The rules are the table ``lifecycle.toml``. Everything here is pure: it tells faults; the store enforces them in its transaction.
Withdrawn consent is no state: it erases the record.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from hit_maternity.fhir.outcome import FhirError, Issue
from hit_maternity.maternity.tables import Basis, Row, TableError, Words, rows


class State(StrEnum):
    """Where a record stands."""

    CREATED = "created"
    ACTIVE = "active"
    ENDED = "ended"
    ENTERED_IN_ERROR = "entered-in-error"

    @property
    def entry(self) -> StateEntry:
        """The table's row for this state."""
        return _states()[self]


class BirthSide(StrEnum):
    """On which side of the birth the day of a content must lie."""

    ANY = "any"
    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class StateEntry:
    """``episode``: the EpisodeOfCare.status; ``dhg``: the national recordStatus.status."""

    episode: str
    dhg: str
    words: Words
    basis: Basis


@dataclass(frozen=True, slots=True)
class EndReason:
    """Why a record ends; ``needs_day``: the day it happened must be given."""

    id: str
    needs_day: bool
    words: Words
    basis: Basis


@dataclass(frozen=True, slots=True)
class Transition:
    """A legal step. ``reasons`` is empty where no reason is given."""

    id: str
    begins: frozenset[State]
    to: State
    reasons: tuple[str, ...]
    words: Words
    basis: Basis


@dataclass(frozen=True, slots=True)
class Content:
    """A kind of content: in which states it may be written, and on which side of the birth its day lies."""

    id: str
    states: frozenset[State]
    birth: BirthSide
    words: Words
    basis: Basis


@dataclass(frozen=True, slots=True)
class Record:
    """What the rules need to know of a record. ``born``: the day of (the first) birth, once it is written."""

    state: State
    opened: date
    born: date | None = None
    reason: str | None = None
    ended: date | None = None


@cache
def _states() -> dict[State, StateEntry]:
    listed = {State(r.id): StateEntry(r.text("episode"), r.text("dhg"), r.words(), r.basis()) for r in rows("lifecycle", "state")}
    if set(listed) != set(State):
        raise TableError("lifecycle.toml doesn't list every state")
    return listed


@cache
def end_reasons() -> dict[str, EndReason]:
    """All reasons by id."""
    return {r.id: EndReason(r.id, r.flag("needs_day"), r.words(), r.basis()) for r in rows("lifecycle", "reason")}


def _transition(row: Row) -> Transition:
    reasons = row.texts("reasons")
    if set(reasons) - set(end_reasons()):
        raise row.fault("a reason isn't in the table")
    return Transition(row.id, frozenset(State(s) for s in row.texts("from")), State(row.text("to")), reasons, row.words(), row.basis())


@cache
def transitions() -> dict[str, Transition]:
    """All legal steps by id: begin, end, retract."""
    return {r.id: _transition(r) for r in rows("lifecycle", "transition")}


@cache
def contents() -> dict[str, Content]:
    """All kinds of content by id."""
    return {
        r.id: Content(r.id, frozenset(State(s) for s in r.texts("states")), BirthSide(r.text("birth")), r.words(), r.basis())
        for r in rows("lifecycle", "content")
    }


def _fault(rule: str, text: str, code: str = "business-rule") -> Issue:
    return Issue(code, rule, text)


def opening_faults(*, consent: bool | None, deceased: bool | None, confidential: bool | None, others: Collection[State]) -> list[Issue]:
    """Why a record can't be opened: ``consent-missing`` (unknown is no consent), ``patient-deceased``, ``confidential-address``,
    ``active-record-exists`` (``others``: the states of her other records; one that is created or active stands in the way)."""
    faults = []
    if consent is not True:
        words = "She has not consented to a digital maternity record. She can do so herself; then try again."
        faults.append(_fault("consent-missing", words, "suppressed"))
    if deceased:
        faults.append(_fault("patient-deceased", "The patient is registered as dead; no record can be opened or written to."))
    if confidential:
        words = "The patient has a confidential address; a digital maternity record can't be kept for her."
        faults.append(_fault("confidential-address", words, "suppressed"))
    if any(state in (State.CREATED, State.ACTIVE) for state in others):
        words = "She already has an active record. Write to that one, or end it first."
        faults.append(_fault("active-record-exists", words, "duplicate"))
    return faults


def _reason_faults(step: Transition, record: Record, reason: str | None, on: date | None, today: date) -> list[Issue]:
    listed = ", ".join(step.reasons)
    if reason is None:
        return [_fault("end-reason-missing", f"Say why the record ends: {listed}.")] if step.reasons else []
    if reason not in step.reasons:
        choice = f"one of {listed}" if listed else "none"
        return [_fault("end-reason-unknown", f"This step takes another reason: {choice}.")]
    if on is None:
        return [_fault("end-day-missing", "Give the day on which it happened.")] if end_reasons()[reason].needs_day else []
    faults = []
    if on > today:
        faults.append(_fault("end-day-in-future", "The day on which the pregnancy ended lies in the future. Correct the date."))
    if reason == "birth" and record.born is not None and on < record.born:
        faults.append(_fault("end-day-before-birth", "The record ends before the birth that is written in it. Correct one of the dates."))
    if reason == "loss" and record.born is not None:
        faults.append(_fault("loss-after-birth", "A birth is written in this record. End it with the reason birth, or retract the birth."))
    return faults


def step_faults(record: Record, step: str, today: date, *, reason: str | None = None, on: date | None = None) -> list[Issue]:
    """Why ``record`` can't take ``step`` (begin, end, retract): ``step-unknown``, ``step-not-allowed``, ``end-reason-missing``,
    ``end-reason-unknown``, ``end-day-missing``, ``end-day-in-future``, ``end-day-before-birth``, ``loss-after-birth``."""
    known = transitions()
    if step not in known:
        return [_fault("step-unknown", f"A record can take these steps: {', '.join(known)}.")]
    chosen = known[step]
    faults = []
    if record.state not in chosen.begins:
        allowed = ", ".join(sorted(chosen.begins))
        faults.append(_fault("step-not-allowed", f"The record is {record.state}; this step begins at: {allowed}."))
    return faults + _reason_faults(chosen, record, reason, on, today)


def stepped(record: Record, step: str, today: date, *, reason: str | None = None, on: date | None = None) -> Record:
    """``record`` after ``step``. Raises ``FhirError`` (409) with the issues of ``step_faults``, all of them."""
    faults = step_faults(record, step, today, reason=reason, on=on)
    if faults:
        raise FhirError(409, faults)
    to = transitions()[step].to
    if to is State.ACTIVE:
        return Record(to, record.opened, record.born)
    born = on if reason == "birth" and record.born is None else record.born
    return Record(to, record.opened, born, reason, on or today)


def write_faults(record: Record, content: str, day: date | None = None) -> list[Issue]:
    """Why ``content`` (an id of the table) that happened on ``day`` can't be written to ``record``: ``content-unknown``,
    ``record-closed``, ``record-not-active``, ``visit-after-birth``, ``postnatal-before-birth``, ``birth-missing``."""
    known = contents()
    if content not in known:
        return [_fault("content-unknown", f"Content is one of: {', '.join(known)}.")]
    rule, born = known[content], record.born
    faults = []
    if record.state not in rule.states and record.state is State.CREATED:
        faults.append(_fault("record-not-active", "The record has not been begun. Make it active first."))
    elif record.state not in rule.states:
        faults.append(_fault("record-closed", "The record has ended; it can be read but not written to. Write to her active record."))
    if rule.birth is BirthSide.BEFORE and born is not None and day is not None and day > born:
        words = "The visit lies after the birth. Write it as a postnatal visit, or correct one of the two dates."
        faults.append(_fault("visit-after-birth", words))
    if rule.birth is BirthSide.AFTER and born is None:
        faults.append(_fault("birth-missing", "No birth is written in this record. Write the birth first."))
    if rule.birth is BirthSide.AFTER and born is not None and day is not None and day < born:
        faults.append(_fault("postnatal-before-birth", "This lies before the birth. Correct one of the two dates."))
    return faults
