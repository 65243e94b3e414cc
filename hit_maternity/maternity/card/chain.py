"""The RhD chain of the card: her type, her consent, the type of each fetus, and the prophylaxis."""

from __future__ import annotations

from datetime import date

from hit_maternity.maternity.answers import any_of
from hit_maternity.maternity.card.collect import Card
from hit_maternity.maternity.card.elements import Resource, codes, stands
from hit_maternity.maternity.card.moments import day_of
from hit_maternity.maternity.card.people import fetuses, numbers_of
from hit_maternity.maternity.card.results import is_positive
from hit_maternity.maternity.card.systems import code
from hit_maternity.maternity.facts import Rhesus


def _until(resource: Resource, today: date) -> bool:
    day = day_of(resource)
    return day is None or day <= today


def _consent(card: Card, today: date) -> bool | None:
    """Her answer to typing the fetus, the last one; one that was withdrawn is a no."""
    for consent in reversed(card.with_profile("Consent-fetal-rhesus-typing")):
        provision = consent.get("provision")
        told = provision.get("type") if isinstance(provision, dict) else None
        status = consent.get("status")
        if not _until(consent, today) or status in ("draft", "proposed", "entered-in-error"):
            continue
        if status in ("inactive", "rejected"):
            return False
        if told in ("permit", "deny"):
            return bool(told == "permit")
    return None


def _fetus_positive(card: Card, count: int | None, today: date) -> bool | None:
    """Yes where a fetus is positive; no where each of them is known to be negative. The last answer of each counts."""
    numbered = fetuses(card)
    answers: dict[int, bool | None] = {}
    for found in card.kind("fetal-rhesus-d"):
        if stands(found) and _until(found, today) and "dataAbsentReason" not in found:
            for number in numbers_of(numbered, found) or ([1] if len(numbered) <= 1 else []):
                answers[number] = is_positive(found)
    if not answers:
        return None
    return any_of(answers.get(n) for n in {*answers, *range(1, (count or 1) + 1)})


def _given(administrations: list[Resource]) -> bool | None:
    """Yes where it was given once; no where it is written that it was not; else not known."""
    statuses = {r.get("status") for r in administrations}
    return True if "completed" in statuses else False if "not-done" in statuses else None


def rhesus(card: Card, today: date, count: int | None, born: date | None) -> Rhesus:
    """The chain up to ``today``; ``count``: the number of fetuses. What was given from the day of birth on was given after it."""
    types = [is_positive(r) for r in card.kind("rhesus-d") if stands(r) and _until(r, today)]
    known = [positive for positive in types if positive is not None]
    given = [r for r in card.of("MedicationAdministration") if stands(r) and _until(r, today)]
    given = [r for r in given if code("atc#J06BB01") in codes(r.get("medicationCodeableConcept"))]
    after = [r for r in given if born is not None and (on := day_of(r)) is not None and on >= born]
    return Rhesus(
        mother_negative=not known[-1] if known else None,
        consent=_consent(card, today),
        fetus_positive=_fetus_positive(card, count, today),
        prophylaxis=_given([r for r in given if r not in after]),
        prophylaxis_after_birth=_given(after),
    )
