"""The record itself: one open record a woman, its steps from state to state, its end, its deletion."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from hit_maternity.fhir.outcome import Issue
from hit_maternity.fhir.search.values import escape
from hit_maternity.maternity.identity import SYSTEMS
from hit_maternity.maternity.lifecycle import State, opening_faults, step_faults
from hit_maternity.maternity.rules.canonical import END_REASON, END_REASONS, FETUS_ID, RECORD_ID
from hit_maternity.maternity.rules.case import Case, fault, hint, placed
from hit_maternity.maternity.rules.closing import is_retraction
from hit_maternity.maternity.rules.reading import Resource, codes, day, extension, identifier, local_id, table
from hit_maternity.maternity.rules.records import OPEN, PregnancyRecord, is_record, state_of
from hit_maternity.maternity.rules.view import View

_STEPS = {State.ACTIVE: "begin", State.ENDED: "end", State.ENTERED_IN_ERROR: "retract"}
_PLACES = {
    "step-not-allowed": "EpisodeOfCare.status",
    "end-reason-missing": "EpisodeOfCare.extension",
    "end-reason-unknown": "EpisodeOfCare.extension",
    "loss-after-birth": "EpisodeOfCare.extension",
}
_END = "EpisodeOfCare.period.end"
_OPEN_STATUSES = "planned,waitlist,active,onhold"


def opens(old: Resource | None, new: Resource | None) -> bool:
    """Whether a write makes a record an open one of a woman, where it was none of hers before."""
    if not is_record(new) or state_of(new) not in OPEN or new is None:
        return False
    return not is_record(old) or state_of(old) not in OPEN or woman_of(old) != woman_of(new)


def woman_of(episode: Resource | None) -> str | None:
    """The id of the Patient whose episode it is."""
    return None if episode is None else local_id(episode.get("patient"), "Patient")


def identities(view: View, woman: str) -> list[tuple[str, str]]:
    """The national identifiers of a woman, as ``(system, value)``; none where her Patient is not here."""
    patient = view.now("Patient", woman)
    named = [] if patient is None else [(s, identifier(patient, s)) for s in SYSTEMS.values()]
    return [(system, value) for system, value in named if value]


def turns(view: View, woman: str) -> list[str]:
    """The names under which records of a woman are opened one after another: also where she has two Patients with the same number."""
    numbers = (sha256(f"{system}|{value}".encode()).hexdigest() for system, value in identities(view, woman))
    return [f"maternity-record/{woman}", *(f"maternity-record/{n}" for n in numbers)]


def record_faults(case: Case) -> Iterator[Issue]:
    """Faults of an EpisodeOfCare that is, or was, the record of a pregnancy."""
    if case.new is None:
        if is_record(case.old):
            yield from _deletion_faults(case)
        return
    if opens(case.old, case.new):
        yield from _opening_faults(case, case.new)
    if not is_record(case.new):
        return
    old = case.old if is_record(case.old) else None
    if old is not None and woman_of(old) != woman_of(case.new):
        words = "A record stays with its woman. Mark this one as entered in error, and make another for the other woman."
        yield fault("record-woman-changed", words, "EpisodeOfCare.patient")
    yield from _step_faults(case, old, case.new)


# ------------------------------------------------------------ opening


def _opening_faults(case: Case, new: Resource) -> Iterator[Issue]:
    woman = woman_of(new)
    if woman is None:
        words = "A record names its woman by a reference to her Patient on this server."
        yield fault("record-woman-missing", words, "EpisodeOfCare.patient.reference", "required")
        return
    patient = case.around.view.now("Patient", woman) or {}
    deceased = patient.get("deceasedBoolean") is True or "deceasedDateTime" in patient
    others = [state for e in _open_records(case, woman) if (state := state_of(e)) is not None]
    for issue in opening_faults(consent=True, deceased=deceased, confidential=None, others=others):
        yield from placed([issue], "EpisodeOfCare.status" if issue.rule == "active-record-exists" else "EpisodeOfCare.patient")


def _open_records(case: Case, woman: str) -> list[Resource]:
    """Her other open records, also those of another Patient with the same national number."""
    view = case.around.view
    women = {woman}
    for system, value in identities(view, woman):
        women |= {str(p.get("id")) for p in view.found("Patient", ("identifier", f"{system}|{escape(value)}"))}
    named = ",".join(f"Patient/{id}" for id in sorted(women))
    found = view.found("EpisodeOfCare", ("patient", named), ("status", _OPEN_STATUSES))
    return [e for e in found if e.get("id") != case.id and is_record(e)]


# ------------------------------------------------------------ steps


def end_reason(episode: Resource) -> str | None:
    """The code of why a record ended."""
    said = codes(extension(episode, END_REASON).get("valueCodeableConcept"))
    return next((code for system, code in said if system == END_REASONS), None)


def _step_faults(case: Case, old: Resource | None, new: Resource) -> Iterator[Issue]:
    before, after = state_of(old), state_of(new)
    if after is None or before is after:
        return
    if before is None:
        if after is State.ENDED:
            yield from _end_faults(case, State.ACTIVE, new)
        return
    step = _STEPS.get(after)
    if step is None:
        words = f"The record is {before}; it can't go back to being prepared. Leave its status as it is."
        yield fault("step-not-allowed", words, "EpisodeOfCare.status", "conflict")
    elif step == "end":
        yield from _end_faults(case, before, new)
    else:
        reason = "error" if step == "retract" else None
        record = PregnancyRecord(case.id, new, old).in_words(before)
        for issue in step_faults(record, step, case.around.today, reason=reason, on=day(table(new.get("period")).get("end"))):
            yield from placed([issue], _PLACES.get(issue.rule, _END))
        if before is State.ENDED and step == "retract" and not is_retraction(old, new):
            words = "A record that has ended can only be marked as entered in error; leave everything else of it as it was."
            yield fault("record-closed", words, "EpisodeOfCare.status", "conflict")


def _end_faults(case: Case, before: State, new: Resource) -> Iterator[Issue]:
    """Faults of an end: the step, its reason, its day, and what is registered of the birth."""
    around = case.around
    reason, on = end_reason(new), day(table(new.get("period")).get("end"))
    record = around.records.get(case.id) or PregnancyRecord(case.id, new, None)
    known = around.records.registered(record)
    faults = step_faults(record.in_words(before, known.first_birth), "end", around.today, reason=reason, on=on)
    for issue in faults:
        yield from placed([issue], _PLACES.get(issue.rule, _END))
    if on is None and not any(issue.rule == "end-day-missing" for issue in faults):
        yield fault("end-day-missing", "Give the day on which it ended.", _END, "required")
    if reason == "birth":
        yield from _birth_hints(case, record)


def _birth_hints(case: Case, record: PregnancyRecord) -> Iterator[Issue]:
    """What is missing in a record that ends with a birth."""
    view, known = case.around.view, case.around.records.registered(record)
    if known.first_birth is None:
        yield hint("birth-missing", "The record ends with a birth that isn't written in it. Write the birth.", "EpisodeOfCare.extension")
    alive = [f for b in known.births if b.alive for f in b.fetuses]
    if alive:
        newborns = view.found("Patient", ("link", ",".join(f"Patient/{f}" for f in alive)))
        linked = {id for n in newborns for one in n.get("link", []) if (id := local_id(one.get("other"), "Patient"))}
        if set(alive) - linked:
            words = "A child is born alive, and no newborn is linked to the fetus it was. Write the newborn with a link to it."
            yield hint("newborn-missing", words, "EpisodeOfCare.extension")


# ------------------------------------------------------------ deletion


def _deletion_faults(case: Case) -> Iterator[Issue]:
    """``record-has-content`` where something of the record is left: a deletion would leave it without its pregnancy.

    The national record deletes by marking (reference of its API); withdrawn consent erases, which is no deletion."""
    view, number = case.around.view, identifier(case.old or {}, RECORD_ID)
    fetuses = number and view.found("Patient", ("identifier", ",".join(f"{FETUS_ID}|{escape(number)}:{n}" for n in range(1, 10))))
    if fetuses or view.found("Encounter", ("episode-of-care", f"EpisodeOfCare/{case.id}")):
        words = "The record has content. Mark it as entered in error, or delete its visits and fetuses in the same transaction."
        yield fault("record-has-content", words, None, "conflict")
