"""The pregnancy itself: episode, condition, who follows her up, consent to the record, and the fetuses."""

from __future__ import annotations

from datetime import date
from typing import Any

from hit_maternity.testbed.people.canonical import FETUS_ID, RECORD_ID, extension, own_system
from hit_maternity.testbed.people.coding import Coding, coding, concept, loinc, of_hl7, sct
from hit_maternity.testbed.people.kinds import KINDS
from hit_maternity.testbed.people.moments import written
from hit_maternity.testbed.people.record import Record, Sitting, ref

PREGNANCY = concept([sct("77386006", "Pregnancy")], "Svangerskap")
FUNCTIONS = {
    "general-practitioner": ("General practitioner", "Fastlege"),
    "midwife": ("Midwife", "Jordmor"),
    "health-centre": ("Maternity health centre", "Helsestasjon"),
    "birth-place": ("Place of birth", "Fødested"),
}


def fetuses(record: Record) -> int:
    """How many fetuses the story tells of."""
    return max((visit.fetuses_seen or 1 for visit in record.story.visit), default=1)


def build(record: Record) -> None:
    """Writes consent, Condition, EpisodeOfCare, CareTeam, the number of fetuses, and the fetuses."""
    if record.story.background.consent is not None:
        consent(record, record.first, "consent-record", "Consent-record", "patient-privacy", record.story.background.consent)
    _condition(record)
    _care_team(record)
    _episode(record)
    _fetuses(record)


def consent(record: Record, sitting: Sitting, id: str, shape: str, scope: str, given: bool) -> None:
    """Writes a Consent, given or refused."""
    record.add(
        sitting,
        "Consent",
        record.id(id, sitting.key),
        shape,
        status="active",
        scope=of_hl7("consentscope", scope),
        category=[concept([loinc("59284-0", "Consent Document")])],
        patient=record.mother,
        dateTime=written(sitting.start),
        performer=[record.mother],
        organization=[ref("Organization", record.staff.place_of(sitting.by).id)],
        policyRule=of_hl7("v3-ActCode", "OPTIN", "opt-in") if given else of_hl7("v3-ActCode", "OPTOUT", "op-out"),
        provision={"type": "permit" if given else "deny"},
    )


def _condition(record: Record) -> None:
    over = _end(record)
    status = "resolved" if over else "active"
    zero = record.dating_on(record.last.start.date())[1].day_zero
    record.add(
        record.first,
        "Condition",
        record.id("condition"),
        "Condition-pregnancy",
        clinicalStatus=of_hl7("condition-clinical", status, status.capitalize()),
        verificationStatus=of_hl7("condition-ver-status", "confirmed", "Confirmed"),
        category=[of_hl7("condition-category", "problem-list-item", "Problem List Item")],
        code=PREGNANCY,
        subject=record.mother,
        encounter=record.first.encounter,
        onsetDateTime=zero.isoformat(),
        abatementDateTime=over.isoformat() if over else None,
        recordedDate=record.first.day,
        recorder=record.staff.role(record.first.by),
    )


def _end(record: Record) -> date | None:
    """The day the pregnancy was over."""
    story = record.story
    if story.birth is not None:
        return max(child.at for child in story.birth.child).date()
    if story.ending is not None and story.ending.reason == "loss":
        return next(visit.on for visit in story.visit if "miscarriage" in visit.found)
    return None


def _care_team(record: Record) -> None:
    contacts, staff = record.story.contacts, record.staff
    centre = ref("Organization", staff.place_of(contacts.midwife).id)
    members = {
        "general-practitioner": staff.role(contacts.gp),
        "midwife": staff.role(contacts.midwife),
        "health-centre": centre,
        "birth-place": ref("Organization", staff.organizations[contacts.birth_place].id),
    }
    record.add(
        record.first,
        "CareTeam",
        record.id("team"),
        "CareTeam",
        status="active" if record.story.ending is None else "inactive",
        name="Oppfølging i svangerskapet",
        subject=record.mother,
        encounter=record.first.encounter,
        period=_period(record),
        participant=[
            {"role": [concept([coding(own_system("care-function"), code, FUNCTIONS[code][0])], FUNCTIONS[code][1])], "member": member}
            for code, member in members.items()
        ],
        managingOrganization=[centre],
    )


def _period(record: Record) -> dict[str, str]:
    ending = record.story.ending
    return {"start": record.first.day, **({"end": ending.on.isoformat()} if ending else {})}


def _diagnoses(record: Record) -> list[dict[str, Any]]:
    """The pregnancy, and what arose in it."""
    first = {"condition": ref("Condition", record.id("condition")), "role": of_hl7("diagnosis-role", "CC", "Chief complaint"), "rank": 1}
    arisen = [key for visit in record.story.visit for key in visit.found]
    role = of_hl7("diagnosis-role", "CM", "Comorbidity diagnosis")
    return [first, *({"condition": ref("Condition", record.id("condition", key)), "role": role} for key in arisen)]


def _end_reason(reason: str) -> Coding:
    display = {"birth": "Birth", "loss": "Ended without a birth", "moved": "Moved or followed up elsewhere"}[reason]
    return coding(own_system("end-reason"), reason, display)


def _episode(record: Record) -> None:
    ending, period, contacts = record.story.ending, _period(record), record.story.contacts
    history = [{"status": "active", "period": period}]
    if ending:
        history.append({"status": "finished", "period": {"start": ending.on.isoformat()}})
    record.add(
        record.first,
        "EpisodeOfCare",
        record.id("pregnancy"),
        "EpisodeOfCare-pregnancy",
        extension=[extension("end-reason", valueCodeableConcept=concept([_end_reason(ending.reason)]))] if ending else None,
        identifier=[{"system": RECORD_ID, "value": record.record_id}],
        status="finished" if ending else "active",
        statusHistory=history,
        type=[PREGNANCY],
        diagnosis=_diagnoses(record),
        patient=record.mother,
        managingOrganization=ref("Organization", record.staff.place_of(contacts.midwife).id),
        period=period,
        careManager=record.staff.role(contacts.midwife),
        team=[ref("CareTeam", record.id("team"))],
    )


def _fetal_status(record: Record, number: int) -> tuple[str, str, str]:
    birth, ending = record.story.birth, record.story.ending
    if birth is not None:
        status = next(child.status for child in birth.child if child.fetus == number)
        return ("live-born", "Born alive", "Levendefødt") if status == "live-birth" else ("stillborn", "Stillborn", "Dødfødt")
    if ending is not None and ending.reason == "loss":
        return "lost", "Lost", "Gått tapt"
    return "in-utero", "In the uterus", "I livmoren"


def _fetuses(record: Record) -> None:
    # Before anything that names them; where nothing does, at the first visit.
    seen = next((sitting for visit, sitting in record.visits() if visit.fetuses_seen or visit.fetus), record.first)
    for number in range(1, fetuses(record) + 1):
        code, display, words = _fetal_status(record, number)
        record.add(
            seen,
            "Patient",
            record.id("fetus", number),
            "Patient-fetus",
            extension=[
                extension("fetal-status", valueCodeableConcept=concept([coding(own_system("fetal-status"), code, display)], words)),
                extension("fetus-number", valuePositiveInt=number),
                extension("fetus-of", valueReference=record.mother),
            ],
            identifier=[_fetus_identifier(record, number)],
            active=code == "in-utero",
            gender="unknown",
        )
    for visit, sitting in record.visits():
        if visit.fetuses_seen is not None:
            record.observe(sitting, "fetuses", KINDS["fetuses"], valueInteger=visit.fetuses_seen)


def _fetus_identifier(record: Record, number: int) -> dict[str, Any]:
    return {"system": FETUS_ID, "value": f"{record.record_id}:{number}"}
