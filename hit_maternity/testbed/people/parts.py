"""The parts of a story: who she is, what she brings with her, what is found at each visit, and the birth.

A fact that is left out is not in the record. A question put and not answered, or never put, is said in words (``Answer``), and
stands in the record with its reason. Every key is known: a misspelt one is refused when the story is read.
"""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Literal

import msgspec

#: Why there is no answer. ``unknown``: she was asked and doesn't know; ``declined``: she was asked and won't say.
Silence = Literal["unknown", "not-asked", "declined"]
#: Yes, no, or why it isn't known.
Answer = bool | Silence
#: A number, or why it isn't known.
Count = int | Silence
Frequency = Literal["no", "sometimes", "daily", "stopped"]
Lie = Literal["cephalic", "breech", "transverse", "oblique"]
Protein = Literal["negative", "trace", "1+", "2+", "3+"]
Sign = Literal["positive", "negative"]


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of a story."""


class Words(Part, frozen=True):
    """The same words in bokmål, nynorsk and English."""

    nb: str
    nn: str
    en: str


class Mother(Part, frozen=True, kw_only=True):
    """The woman. ``sequence``: which of the synthetic numbers for women born on her day is hers."""

    given: str
    family: str
    born: date
    sequence: int = 0
    street: str
    postcode: str
    place: str
    phone: str
    language: str = "nb"
    interpreter: Answer | None = None
    country: str = "NO"
    occupation: str | None = None
    employed_last_six_months: Answer | None = None
    employment: Count | None = None
    cohabiting: Answer | None = None
    cohabiting_note: str | None = None


class Coparent(Part, frozen=True):
    """The child's father, or the co-mother."""

    given: str
    family: str
    born: date | None = None
    phone: str | None = None
    relation: Literal["father", "co-mother"] = "father"


class Contacts(Part, frozen=True):
    """Who follows her up: keys of ``staff.toml``."""

    gp: str
    midwife: str
    birth_place: str


class Dating(Part, frozen=True):
    """What the due date rests on. ``transfer``: day an embryo of ``embryo_age`` days was transferred; ``lmp_missing``: why no ``lmp``."""

    lmp: date | None = None
    lmp_missing: Silence | None = None
    cycle_length: int | None = None
    assisted: Answer | None = None
    transfer: date | None = None
    embryo_age: int = 5


class EarlierPregnancy(Part, frozen=True, kw_only=True):
    """An earlier pregnancy. ``ended`` is a year, or as much of a date as is known."""

    ended: str
    outcome: Literal["live-birth", "stillbirth", "miscarriage", "ectopic"]
    week: int | None = None
    mode: str | None = None
    weight: int | None = None
    note: str | None = None


class Earlier(Part, frozen=True):
    """Earlier pregnancies: the card's counts, and what is known of each."""

    pregnancies: Count
    live_births: Count | None = None
    miscarriages: Count | None = None
    stillbirths: Count | None = None
    ectopic: Count | None = None
    pregnancy: tuple[EarlierPregnancy, ...] = ()
    note: str | None = None


class Relative(Part, frozen=True):
    """A relative's disease."""

    relation: Literal["mother", "father", "sister", "brother"]
    disease: str


class Family(Part, frozen=True):
    """Hereditary disease: the card's questions, and the relatives."""

    none_known: Answer | None = None
    consanguinity: Answer | None = None
    hip_dysplasia: Answer | None = None
    other: Answer | None = None
    relative: tuple[Relative, ...] = ()
    note: str | None = None


class Medicine(Part, frozen=True, kw_only=True):
    """A medicine she takes. ``start`` and ``end`` as much of a date as is known."""

    name: str
    atc: str
    dose: str | None = None
    start: str | None = None
    end: str | None = None


class Before(Part, frozen=True):
    """Height in cm and weight in kg before the pregnancy."""

    height: Decimal | None = None
    weight: Decimal | None = None


class Folate(Part, frozen=True):
    """Folate before and during the pregnancy."""

    before: Answer | None = None
    during: Answer | None = None


class Background(Part, frozen=True):
    """What she tells at the first visit. ``diseases``, ``habits`` (before the pregnancy): keys of the tables of kinds.

    ``allergy``, ``allergy_reaction``, ``conditions``: keys of the tables of findings.
    """

    consent: bool | None = None
    diseases: dict[str, Answer] = {}
    disease_note: str | None = None
    drug_allergy: Answer | None = None
    allergy: str | None = None
    allergy_reaction: str | None = None
    conditions: tuple[str, ...] = ()
    folate: Folate = Folate()
    medication: Answer | None = None
    medication_frequency: str | None = None
    medicine: tuple[Medicine, ...] = ()
    medicine_note: str | None = None
    habits: dict[str, str] = {}
    habit_note: str | None = None


class Fetus(Part, frozen=True):
    """One fetus at one visit. ``rhd``: its type by the mother's blood sample; ``ctg``: a remark on the curve.

    ``estimate``: its weight in g by ultrasound; ``note``: what else the examination showed.
    """

    heart: int | None = None
    movements: Answer | None = None
    lie: Lie | None = None
    ctg: str | None = None
    rhd: Sign | None = None
    estimate: int | None = None
    note: str | None = None


class Visit(Part, frozen=True, kw_only=True):
    """Something that happened on a day: a consultation, an ultrasound, a stay in hospital, a postnatal check.

    ``weight`` kg, ``pressure`` as 118/76 (several where it was measured again), ``fundal_height`` cm, ``employment`` per cent.
    ``scan``: gestational age by ultrasound, such as 18+2. ``habits``: what is registered anew (frequency, and number a day).
    ``lab``: tests answered in figures, ``answers``: in words. ``found``, ``resolved``: keys of the table of conditions.
    """

    on: date
    at: time = time(9)
    until: datetime | None = None
    kind: Literal["first", "routine", "extra", "ultrasound", "post-term", "admission", "postpartum"] = "routine"
    by: str
    scan: str | None = None
    fetuses_seen: int | None = None
    corrected_due: date | None = None
    weight: Decimal | None = None
    pressure: tuple[str, ...] = ()
    protein: Protein | None = None
    oedema: int | None = None
    fundal_height: Decimal | None = None
    employment: int | None = None
    medication: Answer | None = None
    fetus: tuple[Fetus, ...] = ()
    habits: dict[str, str] = {}
    lab: dict[str, Decimal] = {}
    answers: dict[str, str] = {}
    medicine: tuple[Medicine, ...] = ()
    found: tuple[str, ...] = ()
    resolved: tuple[str, ...] = ()
    prenatal_information: Answer | None = None
    birth_talk: Answer | None = None
    breastfeeding_guidance: Answer | None = None
    fetal_typing_consent: bool | None = None
    anti_d: bool | None = None
    wishes: tuple[str, ...] = ()
    lab_note: str | None = None
    note: str | None = None


class Child(Part, frozen=True, kw_only=True):
    """A child that is born: of fetus ``fetus``, weight g, length and head circumference cm."""

    fetus: int = 1
    at: datetime
    sex: Literal["female", "male"]
    status: Literal["live-birth", "stillbirth"] = "live-birth"
    mode: str
    given: str | None = None
    weight: int | None = None
    length: Decimal | None = None
    head: Decimal | None = None
    apgar_1: int | None = None
    apgar_5: int | None = None
    note: str | None = None


class Birth(Part, frozen=True, kw_only=True):
    """The birth: the woman's stay, and her children in the order they came."""

    admitted: datetime
    discharged: datetime
    by: str
    anti_d: bool | None = None
    note: str | None = None
    child: tuple[Child, ...]
