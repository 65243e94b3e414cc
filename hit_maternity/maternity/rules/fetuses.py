"""Fetuses: which there are, and whether a fact about one names one of this record."""

from __future__ import annotations

from collections.abc import Iterator

from hit_maternity.fhir.outcome import Issue
from hit_maternity.fhir.search.values import escape
from hit_maternity.maternity.fetus import count_faults, number_faults
from hit_maternity.maternity.rules.canonical import FETUS_ID, FETUS_NUMBER, FETUS_OF
from hit_maternity.maternity.rules.case import Case, fault, placed
from hit_maternity.maternity.rules.kinds import kind_of
from hit_maternity.maternity.rules.reading import Resource, extension, identifier, listed, local_id

_FOCUS = "Observation.focus"


def number_of(fetus: Resource) -> int | None:
    """The number of a fetus, by its extension, else by its identifier."""
    told = extension(fetus, FETUS_NUMBER).get("valuePositiveInt")
    if isinstance(told, int):
        return told
    last = (identifier(fetus, FETUS_ID) or "").rpartition(":")[2]
    return int(last) if last.isascii() and last.isdigit() and len(last) < 4 else None


def is_fetus(patient: Resource) -> bool:
    """Whether a Patient is a fetus."""
    kind = kind_of(patient)
    return kind is not None and kind.id == "fetus"


def mother_of(fetus: Resource) -> str | None:
    """The id of the woman who carries it."""
    return local_id(extension(fetus, FETUS_OF).get("valueReference"), "Patient")


def fetus_faults(case: Case, new: Resource) -> Iterator[Issue]:
    """Faults of a fetus: its number against the number of fetuses, its woman against the record's, a number that is taken."""
    around, number = case.around, number_of(new)
    counted = [count for r in case.records if (count := around.records.registered(r).fetuses) is not None]
    if number is not None:
        yield from placed(number_faults(number, max(counted, default=None)), "Patient.extension")
    named = identifier(new, FETUS_ID)
    if named is not None:
        same = around.view.found("Patient", ("identifier", f"{FETUS_ID}|{escape(named)}"))
        if any(other.get("id") != case.id for other in same):
            words = "Another Patient is this fetus of this record. Use that one, or give this fetus its own number."
            yield fault("fetus-doubled", words, "Patient.identifier", "duplicate")
    mother = mother_of(new)
    if mother is not None and any(r.woman is not None and r.woman != mother for r in case.records):
        words = "The record that the fetus is named by is another woman's. Correct fetus-of or the identifier."
        yield fault("fetus-of-another", words, "Patient.extension")


def count_of_fetuses_faults(case: Case, new: Resource) -> Iterator[Issue]:
    """Faults of a number of fetuses: out of range, or below the number of a fetus that is there."""
    count, around = new.get("valueInteger"), case.around
    if not isinstance(count, int):
        return
    yield from placed(count_faults(count), "Observation.value")
    for record in case.records:
        most = around.records.registered(record).fetuses or count
        there = [f for f in around.records.fetuses(record) if not around.view.changed("Patient", str(f.get("id")))]
        if any((number_of(f) or 0) > most for f in there):
            words = "A fetus of the record has a number beyond it. Correct the number of fetuses, or retract that fetus."
            yield fault("fetus-number-beyond-count", words, "Observation.value")


def focus_faults(case: Case, new: Resource) -> Iterator[Issue]:
    """Faults of the fetus that a fact is about: not named, not there, none, another woman's, or another record's."""
    focus = listed(new.get("focus"))
    if not focus:
        if case.kind is not None and case.kind.fetal:
            yield from placed(number_faults(None, None), _FOCUS)
        return
    for place, reference in enumerate(focus):
        where = f"{_FOCUS}[{place}]"
        id = local_id(reference, "Patient")
        if id is None and not (case.kind is not None and case.kind.fetal):
            continue
        fetus = None if id is None else case.around.view.now("Patient", id)
        if fetus is None:
            yield fault("fetus-unknown", "The fetus it is about is not on this server. Write the fetus first.", where, "not-found")
        elif not is_fetus(fetus):
            yield fault("focus-not-fetus", "What it is about is no fetus. Name a fetus of this record; the woman is the subject.", where)
        elif _is_anothers(case, new, fetus):
            yield fault("fetus-of-another", "The fetus is another woman's, or of another pregnancy. Name one of this record.", where)


def _is_anothers(case: Case, new: Resource, fetus: Resource) -> bool:
    mother, woman = mother_of(fetus), local_id(new.get("subject"), "Patient")
    if mother is not None and woman is not None and mother != woman:
        return True
    record = (identifier(fetus, FETUS_ID) or "").rpartition(":")[0]
    numbers = {r.number for r in case.records if r.number is not None}
    return bool(record) and bool(numbers) and record not in numbers
