"""The course of a pregnancy as single events: what happened, what is booked, and what the programme has due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from hit_maternity.maternity.card.collect import Card
from hit_maternity.maternity.card.elements import Resource, code_of, codes, items, stands
from hit_maternity.maternity.card.moments import day_of, read_day
from hit_maternity.maternity.card.people import end_reason, ended_on
from hit_maternity.maternity.card.systems import code, system
from hit_maternity.maternity.card.term import last_period, term_of
from hit_maternity.maternity.card.visits import HELD, visit_kind
from hit_maternity.maternity.facts import Facts
from hit_maternity.maternity.tables import Words, words_of
from hit_maternity.maternity.visits import Status, due

#: All kinds of event, by which they can be asked for.
KINDS = ("record", "dating", "visit", "diagnosis", "prophylaxis", "consent", "birth", "loss", "appointment", "programme")
_BOOKED = frozenset(("proposed", "pending", "booked", "arrived", "waitlist", "checked-in"))
_STILL = frozenset((code("sct#237364002"), code("fetal-status#stillborn")))
_ALIVE = frozenset((code("sct#281050002"), code("fetal-status#live-born")))


@dataclass(frozen=True, slots=True)
class Event:
    """``kind``: one of ``KINDS``; ``until``: the last day of a window; ``about``: the resource that tells of it."""

    kind: str
    on: date
    title: Words
    status: Status = Status.DONE
    until: date | None = None
    about: Resource | None = None


def _words(id: str) -> Words:
    return words_of("card/timeline", "event")[id]


def _joined(words: Words, more: Words) -> Words:
    return Words(f"{words.nb}: {more.nb}", f"{words.nn}: {more.nn}", f"{words.en}: {more.en}")


def _record(card: Card) -> Iterator[Event]:
    period = card.episode.get("period")
    opened, ended = (read_day(str(period.get(name))) for name in ("start", "end")) if isinstance(period, dict) else (None, None)
    if opened is not None:
        yield Event("record", opened, _words("record-opened"), about=card.episode)
    if ended is not None:
        yield Event("record", ended, _words("record-ended"), about=card.episode)


def _dating(card: Card) -> Iterator[Event]:
    for told in card.kind("last-menstrual-period"):
        if stands(told) and (day := read_day(str(told.get("valueDateTime")))) is not None and day == last_period(card):
            yield Event("dating", day, _words("last-period"), about=told)
            break
    for told in card.kind("due-date"):
        method = code_of(told.get("method"), system("term-basis"))
        if stands(told) and (day := day_of(told)) is not None:
            how = words_of("dating", "method").get(method or "")
            yield Event("dating", day, _joined(_words("due-date"), how) if how else _words("due-date"), about=told)


def _visits(card: Card) -> Iterator[Event]:
    known = words_of("card/timeline", "visit")
    for encounter in card.of("Encounter"):
        if encounter.get("status") in HELD and (day := day_of(encounter)) is not None:
            yield Event("visit", day, known.get(visit_kind(encounter) or "other", known["other"]), about=encounter)


def _diagnoses(card: Card) -> Iterator[Event]:
    for condition in card.of("Condition"):
        found = not any(code("condition-category#problem-list-item") in codes(c) for c in items(condition, "category"))
        if found and stands(condition) and (day := day_of(condition)) is not None:
            yield Event("diagnosis", day, _named(condition), about=condition)


def _named(condition: Resource) -> Words:
    """The disease as it was written, and in English by the name of its code, where there is one."""
    concept = condition.get("code")
    concept = concept if isinstance(concept, dict) else {}
    displays = [str(c["display"]) for c in items(concept, "coding") if c.get("display")]
    written = str(concept.get("text") or (displays[0] if displays else "Diagnose"))
    return Words(written, written, displays[0] if displays else written)


def _chain(card: Card) -> Iterator[Event]:
    for given in card.of("MedicationAdministration"):
        is_anti_d = code("atc#J06BB01") in codes(given.get("medicationCodeableConcept"))
        if is_anti_d and given.get("status") == "completed" and (day := day_of(given)) is not None:
            yield Event("prophylaxis", day, _words("anti-d"), about=given)
    for consent in card.with_profile("Consent-fetal-rhesus-typing"):
        provision = consent.get("provision")
        told = provision.get("type") if isinstance(provision, dict) else None
        if told in ("permit", "deny") and stands(consent) and (day := day_of(consent)) is not None:
            yield Event("consent", day, _words("consent-given" if told == "permit" else "consent-refused"), about=consent)


def _births(card: Card) -> Iterator[Event]:
    for told in card.kind("birth-status"):
        how, day = set(codes(told.get("valueCodeableConcept"))), day_of(told)
        if stands(told) and day is not None and how & (_ALIVE | _STILL):
            yield Event("birth", day, _words("born-alive" if how & _ALIVE else "stillborn"), about=told)
    if (lost := ended_on(card)) is not None:
        yield Event("loss", lost, _words("loss"), about=card.episode)


def _appointments(card: Card, today: date) -> Iterator[Event]:
    for booked in card.of("Appointment"):
        day = read_day(str(booked.get("start")))
        if day is not None and booked.get("status") in _BOOKED:
            yield Event("appointment", day, _words("appointment"), Status.COMING if day > today else Status.DUE, about=booked)


def _programme(card: Card, facts: Facts) -> Iterator[Event]:
    """What of the programme isn't done, and the due date while it lies ahead."""
    term = term_of(card)
    if facts.dating is None or term is None or end_reason(card) == "moved":
        return
    for planned in due(facts.dating, facts.attendances, facts.today, born=facts.born, ended=facts.ended):
        if planned.opens is not None and planned.status not in (Status.DONE, Status.NOT_NEEDED):
            yield Event("programme", planned.opens, planned.visit.words, planned.status, planned.closes)
    if facts.pregnant:
        status = Status.COMING if facts.dating.due_date >= facts.today else Status.OVERDUE
        yield Event("dating", facts.dating.due_date, _words("term"), status, about=term.source)


def events(card: Card, facts: Facts) -> list[Event]:
    """All events in order of time; of one day in the order of ``KINDS``."""
    told = [*_record(card), *_dating(card), *_visits(card), *_diagnoses(card), *_chain(card), *_births(card)]
    told += [*_appointments(card, facts.today), *_programme(card, facts)]
    return sorted(told, key=lambda e: (e.on, KINDS.index(e.kind)))
