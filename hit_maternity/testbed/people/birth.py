"""The birth: the stay, each child's delivery, and each child with its first measures."""

from __future__ import annotations

from itertools import islice

from hit_maternity.maternity.identity import synthetic_numbers
from hit_maternity.testbed.people.canonical import FNR
from hit_maternity.testbed.people.coding import concept, sct
from hit_maternity.testbed.people.kinds import KINDS
from hit_maternity.testbed.people.moments import local, written
from hit_maternity.testbed.people.note import note
from hit_maternity.testbed.people.parts import Birth, Child
from hit_maternity.testbed.people.record import Record, Sitting, quantity, ref
from hit_maternity.testbed.people.values import BIRTH_STATUS, MODES
from hit_maternity.testbed.people.visits import coded, encounter
from hit_maternity.testbed.people.woman import person_name

#: First measures: field of a child to key of the kind.
MEASURES = {"weight": "birth-weight", "length": "birth-length", "head": "birth-head"}
APGAR = {"apgar_1": "apgar-1", "apgar_5": "apgar-5"}


def build(record: Record) -> None:
    """Writes the birth, where there was one."""
    birth = record.story.birth
    if birth is None:
        return
    sitting = record.at_birth()
    encounter(record, sitting, "birth")
    for child in birth.child:
        _delivery(record, sitting, child)
        if child.status == "live-birth":
            _patient(record, sitting, birth, child)
            _measures(record, sitting, child)
    if birth.note:
        note(record, sitting, "birth", birth.note)


def _delivery(record: Record, sitting: Sitting, child: Child) -> None:
    mode, moment = MODES[child.mode], written(local(child.at))
    procedure = record.add(
        sitting,
        "Procedure",
        record.id("delivery", child.fetus),
        "Procedure-delivery",
        status="completed",
        category=concept([sct("236973005", "Delivery procedure")]),
        code=coded(mode),
        subject=record.mother,
        encounter=sitting.encounter,
        performedDateTime=moment,
        performer=[{"actor": record.staff.role(sitting.by)}],
        note=[{"text": child.note}] if child.note else None,
    )
    record.observe(
        sitting,
        f"birth-status-{child.fetus}",
        KINDS["birth-status"],
        focus=[record.fetus(child.fetus)],
        effectiveDateTime=moment,
        partOf=[ref("Procedure", procedure["id"])],
        valueCodeableConcept=coded(BIRTH_STATUS[child.status]),
        component=[{"code": concept([sct("236973005", "Delivery procedure")], "Forløsning"), "valueCodeableConcept": coded(mode)}],
    )


def number_of(child: Child, place: int) -> str:
    """A synthetic national id for a newborn, the ``place``-th of the day: its ninth digit even for girls, odd for boys."""
    odd = child.sex == "male"
    fitting = (n for n in synthetic_numbers(child.at.date()) if (int(n[8]) % 2 == 1) == odd)
    return next(islice(fitting, place, None))


def _patient(record: Record, sitting: Sitting, birth: Birth, child: Child) -> None:
    several = len(birth.child) > 1
    order = sorted(birth.child, key=lambda c: c.at).index(child) + 1
    family = record.story.mother.family
    number = number_of(child, record.story.mother.sequence + order - 1)
    record.add(
        sitting,
        "Patient",
        record.id("child", child.fetus),
        "Patient-newborn",
        identifier=[{"use": "official", "system": FNR, "value": number}],
        active=True,
        name=person_name(child.given, family) if child.given else [{"use": "temp", "family": family}],
        gender=child.sex,
        birthDate=child.at.date().isoformat(),
        _birthDate={
            "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/patient-birthTime", "valueDateTime": written(local(child.at))}]
        },
        **({"multipleBirthInteger": order} if several else {"multipleBirthBoolean": False}),
        contact=[{"relationship": [concept([], "Mor")], "name": person_name(record.story.mother.given, family)[0]}],
        link=[{"other": record.fetus(child.fetus), "type": "replaces"}],
    )


def _measures(record: Record, sitting: Sitting, child: Child) -> None:
    """The first measures of a live-born child; those of a stillborn one are told in the delivery's note."""
    about = {"subject": record.child(child.fetus), "effectiveDateTime": written(local(child.at))}
    for field, key in {**MEASURES, **APGAR}.items():
        value, kind = getattr(child, field), KINDS[key]
        if value is None:
            continue
        if field in APGAR:
            record.observe(sitting, f"{key}-{child.fetus}", kind, valueQuantity=quantity(value, "{score}", "poeng"), **about)
        else:
            record.measure(sitting, f"{key}-{child.fetus}", kind, value, **about)
