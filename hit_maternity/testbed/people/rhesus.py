"""The RhD chain of an RhD-negative woman: consent, the fetus's type in week 24, prophylaxis in week 28 and after the birth."""

from __future__ import annotations

from hit_maternity.testbed.people.canonical import ATC
from hit_maternity.testbed.people.coding import coding, concept
from hit_maternity.testbed.people.laboratory import coded_sign
from hit_maternity.testbed.people.moments import written
from hit_maternity.testbed.people.pregnancy import consent
from hit_maternity.testbed.people.record import Record, Sitting, quantity

ANTI_D = concept([coding(ATC, "J06BB01", "Anti-D (rh) immunglobulin")], "Anti-D-immunglobulin")
DOSE = 1500


def build(record: Record) -> None:
    """Writes the chain's links, each at its own visit."""
    for visit, sitting in record.visits():
        if visit.fetal_typing_consent is not None:
            consent(record, sitting, "consent-fetal-typing", "Consent-fetal-rhesus-typing", "treatment", visit.fetal_typing_consent)
        for number, fetus in enumerate(visit.fetus, 1):
            if fetus.rhd is not None:
                coded_sign(record, sitting, f"fetal-rhd-{number}", "fetal_rhesus_d", fetus.rhd, focus=[record.fetus(number)])
        if visit.anti_d is not None:
            _anti_d(record, sitting, visit.anti_d)
    if record.story.birth is not None and record.story.birth.anti_d is not None:
        _anti_d(record, record.at_birth(), record.story.birth.anti_d)


def _anti_d(record: Record, sitting: Sitting, given: bool) -> None:
    record.add(
        sitting,
        "MedicationAdministration",
        record.id("anti-d", sitting.key),
        "MedicationAdministration-anti-d",
        status="completed" if given else "not-done",
        statusReason=None if given else [{"text": "Ikke ønsket av den gravide"}],
        medicationCodeableConcept=ANTI_D,
        subject=record.mother,
        context=sitting.encounter,
        effectiveDateTime=written(sitting.end),
        performer=[{"actor": record.staff.role(sitting.by)}],
        dosage={"text": "300 mikrogram intramuskulært", "dose": quantity(DOSE, "[iU]", "IE")} if given else None,
    )
