"""The section on pregnancy of the International Patient Summary: whether she is pregnant, when she is due, and how earlier ones ended.

Source: https://hl7.org/fhir/uv/ips, profiles Observation-pregnancy-status-uv-ips, -pregnancy-edd-uv-ips, -pregnancy-outcome-uv-ips and
their value sets. They bar ``method`` and ``valueInteger``, which the record keeps, so its facts are put into their form here, each with
``derivedFrom`` to where it comes from.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from hit_maternity.maternity.card.elements import codes
from hit_maternity.maternity.dating import NORWAY
from hit_maternity.maternity.gestation import MAX_DAYS
from hit_maternity.maternity.narrative.words import LOINC, SNOMED, extension, moment
from hit_maternity.maternity.operations.ips_record import Resource, Summary, newest

#: LOINC codes of the value set pregnancies-summary-uv-ips.
OUTCOMES = ("11636-8", "11637-6", "11638-4", "11639-2", "11640-0", "11612-9", "11613-7", "11614-5", "33065-4")
#: Counts of her pregnancies that the value set doesn't have: they stand beside it as the record keeps them.
OTHER_COUNTS = ("57062-2", "11996-6", "11977-6")
#: LOINC codes of the value set edd-method-uv-ips.
DUE_DATES = ("11778-8", "11779-6", "11780-4")
PREGNANCY = (SNOMED, "77386006")
#: How long after its due date an open record still counts as a pregnancy: 44 weeks are the longest that there are.
_OVERDUE = MAX_DAYS - NORWAY.term_length


def pregnancy(summary: Summary) -> list[Resource]:
    found = _pregnancy_status(summary)
    counts = newest(r for r in summary.of("Observation") if isinstance(r.get("valueInteger"), int))
    for it in counts:
        its = [c for s, c in codes(it.get("code")) if s == LOINC]
        if any(c in OUTCOMES for c in its):
            quantity = {"value": it["valueInteger"], "unit": "1", "system": "http://unitsofmeasure.org", "code": "1"}
            words = f"{summary.read.concept(it['code'])}: {it['valueInteger']}"
            content = {"status": "final", "code": it["code"], "effectiveDateTime": moment(it), "valueQuantity": quantity}
            content["derivedFrom"] = [summary.press.reference(it)]
            found.append(summary.make("Observation", words, content, "Observation-pregnancy-outcome-uv-ips"))
        elif any(c in OTHER_COUNTS for c in its):
            found.append(it)
    return found


def _records(summary: Summary) -> list[Resource]:
    """The records of her pregnancies."""
    return [e for e in summary.of("EpisodeOfCare") if any(PREGNANCY in codes(t) for t in e.get("type", ()))]


def _period(episode: Resource) -> Resource:
    return episode.get("period") or {}


def followed(summary: Summary) -> Resource | None:
    """The record of the pregnancy that is followed now, the newest of several."""
    current = (e for e in _records(summary) if e.get("status") in ("active", "onhold"))
    return max(current, key=lambda e: str(_period(e).get("start", "")), default=None)


def _pregnancy_status(summary: Summary) -> list[Resource]:
    """Whether she is pregnant, then when she is due, as far as the record tells; [] where it doesn't: no pregnancy in it, one followed up
    elsewhere, or one that must be long over."""
    today = summary.press.now.date()
    current = followed(summary)
    if current is not None:
        terms = _terms(summary, current)
        due = _due_date(terms, today)
        if due is None and terms:
            return []
        seen = max((m for r in summary.resources if (m := moment(r)) and m[:10] <= today.isoformat()), default=today.isoformat())
        members = [_edd(summary, due)] if due else []
        return [_status(summary, PREGNANCY[1], "Pregnant", seen, members), *members]
    over = [e for e in _records(summary) if e.get("status") == "finished"]
    latest = max(over, key=lambda e: _period(e).get("end", ""), default={})
    ended = _period(latest).get("end")
    reason = next((c for _, c in codes(extension(latest, "end-reason"))), None)
    if reason not in ("birth", "loss") or not ended:
        return []
    return [_status(summary, "60001007", "Not pregnant", ended, [])]


def _status(summary: Summary, code: str, display: str, when: str, members: Sequence[Resource]) -> Resource:
    content: Resource = {
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": "82810-3", "display": "Pregnancy status"}]},
        "effectiveDateTime": when,
        "valueCodeableConcept": {"coding": [{"system": SNOMED, "code": code, "display": display}], "text": display},
    }
    if members:
        content["hasMember"] = [summary.reference(m) for m in members]
    return summary.make("Observation", f"Pregnancy status: {display}", content, "Observation-pregnancy-status-uv-ips")


def _terms(summary: Summary, episode: Resource) -> list[Resource]:
    """Due dates that are valid, of the time since the record was opened, newest first."""
    start = str(_period(episode).get("start", ""))[:10]
    dated = (r for r in summary.of("Observation") if any(s == LOINC and c in DUE_DATES for s, c in codes(r.get("code"))))
    valid = [r for r in dated if extension(extension(r, "valid-term"), "valid") is True and len(r.get("valueDateTime", "")) >= 10]
    return sorted((r for r in valid if moment(r)[:10] >= start), key=moment, reverse=True)


def _due_date(terms: Sequence[Resource], today: date) -> Resource | None:
    """The one that holds now; None where there is none, or where all lie so far back that the pregnancy must be over."""
    limit = (today - timedelta(days=_OVERDUE)).isoformat()
    return next((t for t in terms if t["valueDateTime"][:10] >= limit), None)


def _edd(summary: Summary, it: Resource) -> Resource:
    """The due date in the form of the IPS, which has no ``method``: the code tells it."""
    content = {
        "status": "final",
        "code": {"coding": [c for c in it["code"]["coding"] if c.get("system") == LOINC and c.get("code") in DUE_DATES]},
        "effectiveDateTime": moment(it),
        "valueDateTime": it["valueDateTime"],
        "derivedFrom": [summary.press.reference(it)],
    }
    words = f"Expected delivery date: {summary.read.day(it['valueDateTime'])}"
    return summary.make("Observation", words, content, "Observation-pregnancy-edd-uv-ips")
