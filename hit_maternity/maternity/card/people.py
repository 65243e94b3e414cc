"""Fetuses of the card: which Patient is which number, and when the children were born."""

from __future__ import annotations

from datetime import date

from hit_maternity.maternity.card.collect import Card
from hit_maternity.maternity.card.elements import Identity, Resource, code_of, codes, extension, items, local, stands, tail, whole
from hit_maternity.maternity.card.moments import day_of, read_day
from hit_maternity.maternity.card.systems import code, system
from hit_maternity.maternity.card.systems import extension as own

#: A birth, of a child alive or dead; a fetus that was lost was not born.
BORN = frozenset((code("sct#281050002"), code("sct#237364002"), code("fetal-status#live-born"), code("fetal-status#stillborn")))


def fetuses(card: Card) -> dict[Identity, int]:
    """Number by Patient, for each fetus of the card."""
    found = {("Patient", str(r["id"])): whole(extension(r, own("fetus-number"))) for r in card.of("Patient")}
    return {identity: number for identity, number in found.items() if number is not None}


def numbers_of(card_fetuses: dict[Identity, int], fact: Resource) -> list[int]:
    """The numbers of the fetuses a fact is about."""
    named = (local({"reference": tail(f.get("reference"))}) for f in items(fact, "focus"))
    return [card_fetuses[i] for i in named if i in card_fetuses]


def number_of_fetuses(card: Card, today: date) -> int | None:
    """How many fetuses were seen, at the last count up to ``today``; ``None`` where none was made."""
    counts = [
        n for r in card.kind("number-of-fetuses") if stands(r) and _until(r, today) and (n := whole(r.get("valueInteger"))) is not None
    ]
    return counts[-1] if counts else None


def _until(resource: Resource, today: date) -> bool:
    day = day_of(resource)
    return day is None or day <= today


def end_reason(card: Card) -> str | None:
    """Why the record ended (a code of end-reason); ``None`` while it goes on."""
    return code_of(extension(card.episode, own("end-reason")), system("end-reason"))


def _over(card: Card) -> date | None:
    """The day the pregnancy was over as the record's own resources tell it."""
    pregnancy = [r for r in card.of("Condition") if code("sct#77386006") in codes(r.get("code")) and stands(r)]
    told = [str(r["abatementDateTime"]) for r in pregnancy if "abatementDateTime" in r]
    period = card.episode.get("period")
    end = period.get("end") if isinstance(period, dict) else None
    return read_day(told[-1]) if told else read_day(end) if isinstance(end, str) else None


def born_on(card: Card) -> date | None:
    """The day of the first birth: by the birth statuses, else by the children, else as the record's end tells it."""
    days = [day_of(r) for r in card.kind("birth-status") if stands(r) and BORN & set(codes(r.get("valueCodeableConcept")))]
    days = days or [read_day(str(r["birthDate"])) for r in card.with_profile("Patient-newborn") if "birthDate" in r]
    known = [day for day in days if day is not None]
    if known:
        return min(known)
    return _over(card) if end_reason(card) == "birth" else None


def ended_on(card: Card) -> date | None:
    """The day the pregnancy ended without a birth; ``None`` where it did not, or where she is followed up elsewhere."""
    return _over(card) if end_reason(card) == "loss" else None
