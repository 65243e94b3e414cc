"""The due dates of the card: every estimate that is registered, and the one that holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hit_maternity.fhir.outcome import FhirError
from hit_maternity.maternity.card.collect import Card
from hit_maternity.maternity.card.elements import Resource, code_of, component, extension, extensions, stands, whole
from hit_maternity.maternity.card.moments import day_of, read_day
from hit_maternity.maternity.card.systems import code, system
from hit_maternity.maternity.card.systems import extension as own
from hit_maternity.maternity.dating import (
    NORWAY,
    Dating,
    DatingRules,
    Estimate,
    Method,
    ValidTerm,
    from_lmp,
    from_retrieval,
    from_transfer,
    valid_term,
)
from hit_maternity.maternity.tables import words_of


@dataclass(frozen=True, slots=True)
class Term:
    """The due date that holds. ``source``: the Observation that says so; ``None`` where it was reckoned from period or conception.
    ``stated``: the Observation itself says that it is the valid one."""

    valid: ValidTerm
    source: Resource | None
    stated: bool


def _said(card: Card, kind: str) -> list[Resource]:
    return [r for r in card.kind(kind) if stands(r)]


def last_period(card: Card) -> date | None:
    """The first day of the last period, as it was told last; ``None`` where it isn't known to the day."""
    told = [str(r["valueDateTime"]) for r in _said(card, "last-menstrual-period") if "valueDateTime" in r]
    return read_day(told[-1]) if told and len(told[-1]) >= 10 else None


def _transfer(card: Card) -> tuple[date, Method, int | None] | None:
    """Day, method and age of the embryo of an assisted conception, as far as the day is known."""
    for told in reversed(_said(card, "assisted-conception")):
        day = read_day(str(component(told, code("card-item#assisted-conception-date")).get("valueDateTime")))
        named = component(told, code("card-item#assisted-conception-method")).get("valueCodeableConcept")
        method = code_of(named, system("term-basis"))
        if day is not None and method in (Method.OOCYTE_RETRIEVAL, Method.EMBRYO_TRANSFER):
            return day, Method(method), whole(component(told, code("card-item#embryo-age")).get("valueInteger"))
    return None


def _method(due: Resource) -> Method | None:
    """What a due date rests on; by its code where the method isn't told."""
    named = code_of(due.get("method"), system("term-basis"))
    if named in {m.value for m in Method}:
        return Method(named)
    return Method.LMP if code("loinc#11779-6") in {(c.get("system"), c.get("code")) for c in due["code"].get("coding", ())} else None


def _estimate(card: Card, due: Resource) -> Estimate | None:
    """The estimate of one due-date Observation; ``None`` where it has no day or no method."""
    text, method, told = due.get("valueDateTime"), _method(due), day_of(due)
    day = read_day(text) if isinstance(text, str) and len(text) >= 10 else None
    if day is None or method is None:
        return None
    conceived = _transfer(card)
    basis = {Method.LMP: last_period(card), Method.EMBRYO_TRANSFER: conceived and conceived[0]}.get(method, told)
    if method is Method.OOCYTE_RETRIEVAL:
        basis = conceived[0] if conceived else None
    return Estimate(method, day, basis, told)


def estimates(card: Card) -> list[tuple[Estimate, Resource]]:
    """Every due date that stands, with its Observation, in order of time."""
    return [(made, r) for r in _said(card, "due-date") if (made := _estimate(card, r)) is not None]


def is_marked_valid(due: Resource) -> bool:
    """Whether a due-date Observation says that it is the one that holds."""
    marked = next(extensions(due, own("valid-term")), {})
    return extension(marked, "valid") is True


def term_of(card: Card, rules: DatingRules = NORWAY) -> Term | None:
    """The due date that holds: the one so marked (the last of several), else by the rules' precedence, else reckoned from the period or
    the conception that is registered. ``None`` where there is nothing to date by."""
    try:
        listed = estimates(card)
        marked = [(made, r) for made, r in listed if is_marked_valid(r)]
        if marked:
            return _stated(*marked[-1], rules)
        chosen = valid_term([made for made, _ in listed], rules)
        if chosen is not None:
            return Term(chosen, next(r for made, r in listed if made is chosen.estimate), False)
        reckoned = valid_term(_reckoned(card, rules), rules)
    except FhirError:  # a date at the ends of the calendar dates nothing
        return None
    return None if reckoned is None else Term(reckoned, None, False)


def _stated(made: Estimate, due: Resource, rules: DatingRules) -> Term:
    reason = code_of(extension(next(extensions(due, own("valid-term")), {}), "reason"), system("term-reason"))
    if reason is not None and reason in words_of("dating", "reason"):
        return Term(ValidTerm(made, reason, Dating(made.due_date, rules.term_length)), due, True)
    alone = valid_term([made], rules)
    assert alone is not None
    return Term(alone, due, True)


def _reckoned(card: Card, rules: DatingRules) -> Sequence[Estimate]:
    """Estimates nobody has written as a due date yet."""
    period, conceived = last_period(card), _transfer(card)
    made = [] if period is None else [from_lmp(period, rules=rules)]
    if conceived is not None and conceived[1] is Method.EMBRYO_TRANSFER and conceived[2] is not None:
        made.append(from_transfer(conceived[0], conceived[2], rules=rules))
    elif conceived is not None and conceived[1] is Method.OOCYTE_RETRIEVAL:
        made.append(from_retrieval(conceived[0], rules=rules))
    return made
