"""Conditions on the RhD chain: mother's type, consent, the fetus's type in week 24, anti-D in week 28 and after the birth.

Source: https://www.helsedirektoratet.no/retningslinjer/svangerskapsomsorgen/rutinemalinger-i-blodet-til-gravide
"""

from __future__ import annotations

from hit_maternity.maternity.answers import all_of, opposite
from hit_maternity.maternity.conditions import Condition, Finding, Judged, Parameters, names
from hit_maternity.maternity.facts import Facts


def _lacking(applies: bool | None) -> Judged:
    """A finding without a day where a task is due; nothing where not; ``None`` where it can't be told."""
    return None if applies is None else (Finding(),) if applies else ()


def _reached(facts: Facts, p: Parameters) -> bool | None:
    """Whether the pregnancy goes on and has reached the age ``from``."""
    if not facts.pregnant:
        return False
    return None if facts.days is None else facts.days >= p.days("from")


def type_missing(facts: Facts, p: Parameters) -> Judged:
    """The pregnancy has reached the age ``from`` and the mother's RhD type isn't known."""
    return _lacking(all_of([facts.rhesus.mother_negative is None, _reached(facts, p)]))


def consent_missing(facts: Facts, p: Parameters) -> Judged:
    """The mother is RhD negative, the age ``from`` is reached, and it isn't known whether she consents to typing the fetus."""
    chain = facts.rhesus
    asked = chain.consent is not None or chain.fetus_positive is not None
    return _lacking(all_of([not asked, chain.mother_negative, opposite(bool(facts.immunised)), _reached(facts, p)]))


def typing_missing(facts: Facts, p: Parameters) -> Judged:
    """The mother is RhD negative, not immunised and has not declined, the age ``from`` is reached, the fetus's type isn't known."""
    chain = facts.rhesus
    wanted = chain.consent is not False and not facts.immunised
    return _lacking(all_of([wanted, chain.fetus_positive is None, chain.mother_negative, _reached(facts, p)]))


def antibody_test_missing(facts: Facts, p: Parameters) -> Judged:
    """The mother is RhD negative, the age ``from`` is reached, and no antibody test was taken at the age ``counts_from`` or later.

    ``only_if_declined`` = yes: only where she declined typing the fetus.
    """
    chain = facts.rhesus
    if facts.dating is None:
        return None if chain.mother_negative is not False else ()
    tested = any(facts.dating.days_on(s.on) >= p.days("counts_from") for s in facts.answered("antibodies"))
    declined = opposite(chain.consent) if p.text("only_if_declined") == "yes" else True
    if declined is None and chain.fetus_positive is not None:
        declined = False
    return _lacking(all_of([not tested, declined, chain.mother_negative, _reached(facts, p)]))


def prophylaxis_missing(facts: Facts, p: Parameters) -> Judged:
    """The mother is RhD negative and not immunised, the fetus positive, the age ``from`` is reached, anti-D isn't registered as given."""
    chain = facts.rhesus
    lacks = chain.prophylaxis is not True
    return _lacking(all_of([lacks, chain.mother_negative, not facts.immunised, chain.fetus_positive, _reached(facts, p)]))


def prophylaxis_after_birth_missing(facts: Facts, p: Parameters) -> Judged:
    """The child is born, at most ``days`` days ago, of an RhD-negative, not immunised mother and positive, and anti-D isn't registered."""
    chain = facts.rhesus
    fresh = facts.born is not None and 0 <= (facts.today - facts.born).days <= p.number("days")
    lacks = chain.prophylaxis_after_birth is not True
    return _lacking(all_of([fresh, lacks, chain.mother_negative, not facts.immunised, chain.fetus_positive]))


def prophylaxis_needless(facts: Facts, _: Parameters) -> Judged:
    """Anti-D is registered as given though the mother is RhD positive, or every fetus negative."""
    chain = facts.rhesus
    if not chain.prophylaxis:
        return ()
    if chain.mother_negative is False or chain.fetus_positive is False:
        return (Finding(),)
    return None if chain.mother_negative is None else ()


def antibodies_found(facts: Facts, _: Parameters) -> Judged:
    """Blood group antibodies were found at any test; the finding is the first."""
    answers = facts.answered("antibodies")
    if not answers:
        return None
    return tuple(Finding(s.on) for s in answers if s.positive)[:1]


CONDITIONS = {
    "rhd-type-missing": Condition(type_missing, ages=names("from")),
    "rhd-consent-missing": Condition(consent_missing, ages=names("from")),
    "rhd-typing-missing": Condition(typing_missing, ages=names("from")),
    "antibody-test-missing": Condition(antibody_test_missing, ages=names("from", "counts_from"), texts=names("only_if_declined")),
    "rhd-prophylaxis-missing": Condition(prophylaxis_missing, ages=names("from")),
    "rhd-prophylaxis-after-birth-missing": Condition(prophylaxis_after_birth_missing, names("days")),
    "rhd-prophylaxis-needless": Condition(prophylaxis_needless),
    "antibodies-found": Condition(antibodies_found),
}
