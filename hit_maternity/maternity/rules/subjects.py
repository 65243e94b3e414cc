"""Whose a fact is: the record's woman, or a child or fetus of hers; and whether it can be told of which pregnancy it is."""

from __future__ import annotations

from collections.abc import Iterator

from hit_maternity.fhir.outcome import Issue
from hit_maternity.maternity.rules.canonical import WORKFLOW_EPISODE
from hit_maternity.maternity.rules.case import Case, fault, hint
from hit_maternity.maternity.rules.kinds import claims_card, kind_of, links
from hit_maternity.maternity.rules.reading import Resource, extension, local_id


def subject_faults(case: Case, new: Resource) -> Iterator[Issue]:
    """``subject-of-another`` where a resource of a record is about another woman. A newborn and a fetus may be the subject too."""
    element = "subject" if "subject" in new else "patient"
    subject = local_id(new.get(element), "Patient")
    if subject is None or case.type == "Patient":
        return
    for record in case.records:
        if record.woman is None or record.woman == subject:
            continue
        patient = case.around.view.now("Patient", subject)
        kind = None if patient is None else kind_of(patient)
        if patient is None or "link" in patient or (kind is not None and kind.id in ("fetus", "newborn")):
            continue
        words = "The record that it belongs to is another woman's. Correct the subject, or the visit or record it names."
        yield fault("subject-of-another", words, f"{case.type}.{element}")


def pregnancy_hints(case: Case, new: Resource) -> Iterator[Issue]:
    """``pregnancy-not-named`` where a fact of the card names neither visit nor record: no card will show it."""
    named = links()[case.type] in new or extension(new, WORKFLOW_EPISODE) or new.get("focus")
    if not named and claims_card(new):
        words = "It can't be told of which pregnancy this is. Name the visit, or the record by the extension workflow-episodeOfCare."
        yield hint("pregnancy-not-named", words, "Observation")
