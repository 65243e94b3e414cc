"""The woman: Patient, the co-parent, where she lives with whom, and her work."""

from __future__ import annotations

from itertools import islice
from typing import Any

from hit_maternity.maternity.identity import synthetic_numbers
from hit_maternity.testbed.people.canonical import FNR, LANGUAGE, extension, hl7, own_system
from hit_maternity.testbed.people.coding import coding, concept
from hit_maternity.testbed.people.kinds import KINDS
from hit_maternity.testbed.people.note import note
from hit_maternity.testbed.people.parts import Coparent, Mother
from hit_maternity.testbed.people.record import Record, answered, quantity

FHIR = "http://hl7.org/fhir/StructureDefinition"
LANGUAGES = {"nb": "Norsk bokmål", "nn": "Norsk nynorsk", "en": "Engelsk", "so": "Somali", "ar": "Arabisk", "ti": "Tigrinja", "pl": "Polsk"}


def number_of(mother: Mother) -> str:
    """Her synthetic national id: month + 80, its ninth digit even as it is for women."""
    of_women = (n for n in synthetic_numbers(mother.born) if int(n[8]) % 2 == 0)
    return next(islice(of_women, mother.sequence, None))


def person_name(given: str, family: str) -> list[dict[str, Any]]:
    """An official HumanName."""
    return [{"use": "official", "family": family, "given": given.split()}]


def _extensions(mother: Mother) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = [{"url": f"{FHIR}/patient-birthPlace", "valueAddress": {"country": mother.country}}]
    if isinstance(mother.interpreter, bool):
        made.append({"url": f"{FHIR}/patient-interpreterRequired", "valueBoolean": mother.interpreter})
    return made


def build(record: Record) -> None:
    """Writes her Patient, the co-parent's RelatedPerson, and Observations on home and work."""
    mother, sitting = record.story.mother, record.first
    language = concept([coding(LANGUAGE, mother.language)], LANGUAGES[mother.language])
    record.add(
        sitting,
        "Patient",
        record.id("mother"),
        "Patient-mother",
        extension=_extensions(mother),
        identifier=[{"use": "official", "system": FNR, "value": number_of(mother)}],
        active=True,
        name=person_name(mother.given, mother.family),
        telecom=[{"system": "phone", "value": mother.phone, "use": "mobile"}],
        gender="female",
        birthDate=mother.born.isoformat(),
        address=[{"use": "home", "line": [mother.street], "city": mother.place, "postalCode": mother.postcode, "country": "NO"}],
        communication=[{"language": language, "preferred": True}],
        generalPractitioner=[record.staff.role(record.story.contacts.gp)],
    )
    if record.story.coparent is not None:
        _coparent(record, record.story.coparent)
    if mother.cohabiting is not None:
        record.observe(sitting, "cohabitation", KINDS["cohabiting"], **answered(mother.cohabiting))
    if mother.cohabiting_note:
        note(record, sitting, "cohabiting", mother.cohabiting_note)
    _work(record, mother)


def _coparent(record: Record, parent: Coparent) -> None:
    family = "http://hl7.no/fhir/CodeSystem/no-basis-family-relation"
    relations = {
        "father": concept([coding(hl7("v3-RoleCode"), "FTH", "father")], "Far"),
        "co-mother": concept([coding(family, "medmor", "Medmor")], "Medmor"),
    }
    cohabiting = record.story.mother.cohabiting
    record.add(
        record.first,
        "RelatedPerson",
        record.id("coparent"),
        "RelatedPerson-coparent",
        extension=[extension("cohabiting", valueBoolean=cohabiting)] if isinstance(cohabiting, bool) else None,
        active=True,
        patient=record.mother,
        relationship=[relations[parent.relation]],
        name=person_name(parent.given, parent.family),
        telecom=[{"system": "phone", "value": parent.phone, "use": "mobile"}] if parent.phone else None,
        birthDate=parent.born.isoformat() if parent.born else None,
    )


def _item(code: str, display: str, text: str) -> dict[str, Any]:
    return {"code": concept([coding(own_system("card-item"), code, display)], text)}


def _work(record: Record, mother: Mother) -> None:
    if mother.employment is None and mother.employed_last_six_months is None and mother.occupation is None:
        return
    parts = []
    if mother.employed_last_six_months is not None:
        words = _item("employed-last-6-months", "Employed in the last six months", "Yrkesaktiv siste seks måneder")
        parts.append({**words, **answered(mother.employed_last_six_months)})
    if mother.occupation is not None:
        parts.append({**_item("occupation", "Occupation and industry", "Yrke og bransje"), "valueString": mother.occupation})
    rate: dict[str, Any] = {}
    if isinstance(mother.employment, int):
        rate = {"valueQuantity": quantity(mother.employment, "%")}
    elif mother.employment is not None:
        rate = answered(mother.employment)
    record.observe(record.first, "employment", KINDS["employment"], component=parts or None, **rate)
