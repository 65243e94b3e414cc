"""What she brings with her, three-valued: what nobody has answered stays unknown, and a first pregnancy has no earlier ones.

The lines of the card's boxes are coarser than the risk factors. Where a line joins two diseases a no answers both; a yes answers a
factor only where the line is the factor, else a disease known by name does.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from hit_maternity.fhir.outcome import FhirError
from hit_maternity.maternity.card.collect import Card
from hit_maternity.maternity.card.elements import Resource, amount, code_of, codes, component, extension, items, stands, whole
from hit_maternity.maternity.card.moments import day_of, read_day
from hit_maternity.maternity.card.systems import Code, code, system
from hit_maternity.maternity.facts import Background
from hit_maternity.maternity.measures import body_mass_index
from hit_maternity.maternity.risk import age_in_years
from hit_maternity.maternity.tables import rows

#: Diseases by their codes; an ICD-10 code stands for all below it.
GESTATIONAL_DIABETES = ("sct#11687002", "icd-10-no#O24.4", "icd-10-no#O24.9")
DIABETES = ("sct#73211009", "sct#44054006", "sct#46635009", "icd-10-no#E10", "icd-10-no#E11", "icd-10-no#E13", "icd-10-no#E14",
            "icd-10-no#O24.0", "icd-10-no#O24.1", "icd-10-no#O24.3")  # fmt: skip
PRE_ECLAMPSIA = ("sct#398254007", "icd-10-no#O14", "icd-10-no#O15", "icd-10-no#O11")
HYPERTENSION = ("sct#38341003", "icd-10-no#I10", "icd-10-no#O10")
IMPAIRED_TOLERANCE = ("sct#9414007", "icd-10-no#R73.0")
KIDNEY = ("sct#90708001", "icd-10-no#N18")
LUPUS = ("sct#55464009", "icd-10-no#M32")
ANTIPHOSPHOLIPID = ("sct#26843008", "icd-10-no#D68.6")
RESTRICTED_GROWTH = ("sct#22033007", "icd-10-no#O36.5")
#: First-degree relatives, and those whose pre-eclampsia counts (v3-RoleCode).
FIRST_DEGREE = frozenset(
    ("MTH", "NMTH", "FTH", "NFTH", "PRN", "NPRN", "SIS", "NSIS", "BRO", "NBRO", "SIB", "NSIB", "CHILD", "SON", "DAU", "NCHILD")
)
MOTHER_OR_SISTER = frozenset(("MTH", "NMTH", "SIS", "NSIS"))
_HEAVY = 4500  # g


@cache
def _asia_and_africa() -> frozenset[str]:
    return frozenset(country for row in rows("card/countries", "continent") for country in row.texts("countries"))


def _is(concept: object, disease: tuple[str, ...]) -> bool:
    wanted = [code(short) for short in disease]
    return any(_below(its, one) for its in codes(concept) for one in wanted)


def _below(its: Code, one: Code) -> bool:
    return its == one or (its[0] == one[0] == system("icd-10-no") and its[1].replace(".", "").startswith(one[1].replace(".", "")))


@dataclass(frozen=True, slots=True)
class _Told:
    """The card as the background is read from it, up to ``today``."""

    card: Card
    today: date

    def said(self, *kinds: str) -> list[Resource]:
        """The Observations of these kinds that stand, in order of time."""
        return [r for r in self.card.kind(*kinds) if stands(r) and ((day := day_of(r)) is None or day <= self.today)]

    def answer(self, line: str) -> bool | None:
        """The last answer to a line of the boxes (a code of disease-history)."""
        wanted = (system("disease-history"), line)
        told = [r for r in self.said("disease", "hereditary-disease", "drug-allergy") if wanted in codes(r.get("code"))]
        value = told[-1].get("valueBoolean") if told else None
        return value if isinstance(value, bool) else None

    def count(self, kind: str) -> int | None:
        """The last count of a kind."""
        told = self.said(kind)
        return whole(told[-1].get("valueInteger")) if told else None

    def figure(self, kind: str, unit: str) -> Decimal | None:
        """The last figure of a kind, in ``unit``."""
        told = self.said(kind)
        return amount(told[-1], unit) if told else None

    def diseases(self, *, standing: bool | None = None) -> Iterator[Resource]:
        """Diseases known by name. ``standing``: only those of the problem list, or only those found in this pregnancy."""
        for condition in self.card.of("Condition"):
            listed = any(code("condition-category#problem-list-item") in codes(c) for c in items(condition, "category"))
            if stands(condition) and standing in (None, listed):
                yield condition

    def has(self, disease: tuple[str, ...], *, standing: bool | None = None) -> bool:
        """Whether a disease is known by name."""
        return any(_is(c.get("code"), disease) for c in self.diseases(standing=standing))

    def disease(self, disease: tuple[str, ...], *lines: str, yes: bool = True, standing: bool | None = None) -> bool | None:
        """A disease by name, else by the lines of the boxes: a no of one answers no; a yes answers yes where ``yes``, and
        "nothing particular" is a no to all that isn't answered."""
        if self.has(disease, standing=standing):
            return True
        answers = [self.answer(line) for line in lines]
        if False in answers:
            return False
        if True in answers:
            return True if yes else None
        return False if self.answer("nothing-particular") else None

    def relative(self, disease: tuple[str, ...], relatives: frozenset[str]) -> bool | None:
        """Whether one of these relatives has or had the disease; "none known" is a no."""
        for history in self.card.of("FamilyMemberHistory"):
            related = code_of(history.get("relationship"), system("role-code")) in relatives
            if (
                related
                and history.get("status") != "entered-in-error"
                and any(_is(c.get("code"), disease) for c in items(history, "condition"))
            ):
                return True
        return False if self.answer("family-none-known") else None


def background(card: Card, today: date, *, fetuses: int | None, due: date | None, over: date | None) -> Background:
    """The background up to ``today``. ``fetuses``: how many there are; ``due``: the valid due date; ``over``: when the pregnancy ended."""
    told = _Told(card, today)
    born = read_day(str(card.mother.get("birthDate")))
    now = min(today, over) if over else today
    births, never_pregnant = _births(told), told.count("previous-pregnancies") == 0
    never_gave_birth = births == 0 or never_pregnant
    gestational = told.has(GESTATIONAL_DIABETES, standing=True)
    country = extension(card.mother, "http://hl7.org/fhir/StructureDefinition/patient-birthPlace")
    return Background(
        age=age_in_years(born, now) if born else None,
        age_at_term=age_in_years(born, due) if born and due else None,
        births=births,
        bmi=_bmi(told),
        origin_asia_or_africa=_origin(country.get("country") if isinstance(country, dict) else None),
        relative_with_diabetes=told.relative(DIABETES, FIRST_DEGREE),
        earlier_gestational_diabetes=True if gestational else False if never_pregnant else None,
        earlier_child_over_4500=_heavy_child(told, births, never_gave_birth),
        earlier_shoulder_dystocia=False if never_gave_birth else None,
        earlier_pre_eclampsia=True if told.has(PRE_ECLAMPSIA, standing=True) else False if never_pregnant else None,
        impaired_glucose_tolerance=told.disease(IMPAIRED_TOLERANCE),
        diabetes=_diabetes(told, gestational),
        chronic_hypertension=told.disease(HYPERTENSION, "high-blood-pressure"),
        kidney_disease=told.disease(KIDNEY, "kidney-urinary-tract"),
        connective_tissue_disease=told.disease(LUPUS, "autoimmune-disease", yes=False),
        antiphospholipid_syndrome=told.disease(ANTIPHOSPHOLIPID, "autoimmune-disease", yes=False),
        placental_failure=True if told.has(RESTRICTED_GROWTH, standing=False) else None,
        relative_with_pre_eclampsia=told.relative(PRE_ECLAMPSIA, MOTHER_OR_SISTER),
        years_since_last_pregnancy=_years_since(told, now),
        multiple_pregnancy=None if fetuses is None else fetuses > 1,
    )


def weight_before(card: Card, today: date) -> Decimal | None:
    """Her weight before the pregnancy in kg."""
    return _Told(card, today).figure("prepregnancyweight", "kg")


def _origin(country: object) -> bool | None:
    return country.upper() in _asia_and_africa() if isinstance(country, str) and len(country) == 2 else None


def _births(told: _Told) -> int | None:
    """How many times she has given birth: parity, else the children born alive and dead."""
    parity = told.count("parity")
    if parity is not None:
        return parity
    alive, dead = told.count("live-births"), told.count("stillbirths")
    if alive is not None and dead is not None:
        return alive + dead
    return 0 if told.count("previous-pregnancies") == 0 else None


def _bmi(told: _Told) -> Decimal | None:
    """As it is written, else from height and weight before the pregnancy."""
    written = told.figure("bmi", "kg/m2")
    height, weight = told.figure("bodyheight", "cm"), told.figure("prepregnancyweight", "kg")
    if written is not None or height is None or weight is None:
        return written
    try:
        return body_mass_index(height, weight)
    except FhirError:  # one of the two can't be
        return None


def _panels(told: _Told) -> list[Resource]:
    return told.said("previous-pregnancy")


def _heavy_child(told: _Told, births: int | None, never: bool) -> bool | None:
    """Whether an earlier child weighed over 4500 g; no only where the weight of every child is known, or there is none."""
    weights = [weight for r in _panels(told) if (weight := amount(component(r, code("loinc#8339-4")), "g")) is not None]
    if any(weight > _HEAVY for weight in weights):
        return True
    return False if never or (births is not None and len(weights) >= births) else None


def _diabetes(told: _Told, gestational: bool) -> bool | None:
    """Also gestational diabetes of this pregnancy. A yes of the box is no diabetes where it is explained by an earlier gestational one."""
    if told.has(DIABETES) or told.has(GESTATIONAL_DIABETES, standing=False):
        return True
    return told.disease((), "diabetes", yes=not gestational)


def _years_since(told: _Told, now: date) -> int | None:
    """Completed years since the last earlier pregnancy ended; of a date that is only a year or a month its last day counts."""
    ends = [str(component(r, code("card-item#pregnancy-ended")).get("valueDateTime", "")) for r in _panels(told)]
    known = [end for text in ends if (end := _last_day(text)) is not None]
    return max(age_in_years(max(known), now), 0) if known else None


def _last_day(text: str) -> date | None:
    day = read_day(text)
    if day is None or len(text) >= 10:
        return day
    if len(text) == 4:
        return day.replace(month=12, day=31)
    return day.replace(day=monthrange(day.year, day.month)[1])
