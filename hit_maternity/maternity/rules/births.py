"""Births: their day, what lies after it, and the child that is linked to its fetus."""

from __future__ import annotations

from collections.abc import Iterator

from hit_maternity.fhir.outcome import Issue
from hit_maternity.maternity.plausibility import birth_faults
from hit_maternity.maternity.rules.canonical import FETUS_ID
from hit_maternity.maternity.rules.case import Case, fault, hint, placed
from hit_maternity.maternity.rules.fetuses import is_fetus
from hit_maternity.maternity.rules.kinds import claims_card, kind_of
from hit_maternity.maternity.rules.reading import Resource, day, happened, identifier, listed, local_id, table
from hit_maternity.maternity.rules.records import PregnancyRecord
from hit_maternity.maternity.rules.registered import RETRACTED, Registered, birth_of


def birth_status_faults(case: Case, new: Resource) -> Iterator[Issue]:
    """Faults of a birth: its day, and visits before it that lie after it."""
    birth = birth_of(new)
    if birth is None or birth.on is None or birth.alive is None:
        return
    around = case.around
    for record in case.records:
        known = around.records.registered(record)
        faults = birth_faults(birth.on, around.today, known.dating)
        yield from placed(faults, "Observation.effective")
        if not any(f.rule in ("birth-before-pregnancy", "birth-over-44-weeks") for f in faults):
            yield from _visits_after(case, record, known)


def _visits_after(case: Case, record: PregnancyRecord, known: Registered) -> Iterator[Issue]:
    """A visit before the birth that is there already and lies after it."""
    around = case.around
    for visit in around.records.visits(record):
        kind, on = kind_of(visit), day(table(visit.get("period")).get("start"))
        held = visit.get("status") not in RETRACTED | {"planned"}
        if on is None or kind is None or kind.id != "antenatal-visit" or not held:
            continue
        if known.over is not None and on > known.over and not around.view.changed("Encounter", str(visit.get("id"))):
            words = "A visit of the record that belongs before the birth lies after it. Correct one of the two dates."
            yield fault("visit-after-birth", words, "Observation.effective")
            return


def delivery_faults(case: Case, new: Resource) -> Iterator[Issue]:
    """Faults of the day of a delivery that was done."""
    on = happened(new)
    if on is None or new.get("status") not in ("completed", "in-progress"):
        return
    for record in case.records:
        dating = case.around.records.registered(record).dating
        yield from placed(birth_faults(on, case.around.today, dating), "Procedure.performed")


def newborn_faults(case: Case, new: Resource) -> Iterator[Issue]:
    """Faults of a newborn: no link to the fetus it was, and a day of birth that differs from the one registered of that fetus."""
    linked = [id for one in listed(new.get("link")) if (id := local_id(table(one).get("other"), "Patient")) is not None]
    there = [(id, fetus) for id in linked if (fetus := case.around.view.now("Patient", id)) is not None]
    fetuses = [(id, fetus) for id, fetus in there if is_fetus(fetus)]
    if not linked or (there and not fetuses):
        words = "The newborn is linked to no fetus. Add a link to the fetus it was, of type replaces or seealso."
        yield fault("newborn-not-linked", words, "Patient.link") if claims_card(new) else hint("newborn-not-linked", words, "Patient.link")
    elif not fetuses:
        yield hint("newborn-not-linked", "The fetus that the newborn is linked to is not on this server. Write it too.", "Patient.link")
    born = day(new.get("birthDate"))
    for id, fetus in fetuses:
        record = case.around.records.numbered(identifier(fetus, FETUS_ID))
        if record is None or born is None:
            continue
        known = case.around.records.registered(record)
        yield from placed(birth_faults(born, case.around.today, known.dating), "Patient.birthDate")
        if any(b.on is not None and b.on != born for b in known.births if id in b.fetuses):
            words = "The child's day of birth is not the one registered of its fetus. Correct one of the two dates."
            yield hint("birth-days-differ", words, "Patient.birthDate")
