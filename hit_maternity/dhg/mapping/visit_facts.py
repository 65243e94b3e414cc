"""What is found at a visit: the members of an appointment about the woman, and those about one fetus."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hit_maternity.dhg.mapping.coded import Coded
from hit_maternity.dhg.mapping.facts import Fact, Observed, note, observed
from hit_maternity.dhg.mapping.part import Resource
from hit_maternity.dhg.mapping.values import UNKNOWN, Boolean, Choice, Component, Integer, Quantity
from hit_maternity.maternity.card.elements import codes
from hit_maternity.maternity.card.systems import code

_MMHG = Quantity("mm[Hg]", "mmHg", whole=True)
_SYSTOLIC = Component(_MMHG, ("loinc#8480-6", "sct#271649006"), "Systolisk")
_DIASTOLIC = Component(_MMHG, ("loinc#8462-4", "sct#271650006"), "Diastolisk")
_WEEKS = Component(Quantity("wk", "uker", whole=True), ("loinc#49051-6",), "Fullgåtte uker")
_DAYS = Component(Quantity("d", "dager", whole=True), ("card-item#days-after-full-week",), "Dager etter fullgått uke")
_WHOLE = Quantity("d", "dager", whole=True)
_WEEK, _DAY = "pregnancyWeek", "daysAfterFullPregnancyWeek"


class Pressure:
    """``118/76`` in two components; a pressure of which one part is missing is none of the national record's."""

    def get(self, fact: Resource) -> str | None:
        systolic, diastolic = _SYSTOLIC.get(fact), _DIASTOLIC.get(fact)
        return None if systolic is None or diastolic is None else f"{systolic}/{diastolic}"

    def put(self, fact: Resource, value: Any) -> Resource:
        systolic, diastolic = (int(part) for part in value.split("/")) if value else (None, None)
        content = _SYSTOLIC.put(fact, systolic)
        return content | _DIASTOLIC.put({**fact, **content}, diastolic)


@dataclass(frozen=True, slots=True)
class GestationalAge(Observed):
    """Weeks and days of one gestational age. One of them alone has no number of days: it stands beside a value that isn't known."""

    def told(self, fact: Resource | None) -> dict[str, Any]:
        if fact is None:
            return {}
        days = _WHOLE.get(fact)
        weeks, over = (_WEEKS.get(fact), _DAYS.get(fact)) if days is None else divmod(days, 7)
        return {name: value for name, value in ((_WEEK, weeks), (_DAY, over)) if value is not None}

    def content(self, fact: Resource, given: Mapping[str, Any]) -> Resource:
        weeks, over = given.get(_WEEK), given.get(_DAY)
        parts = _WEEKS.put(fact, weeks)
        parts |= _DAYS.put({**fact, **parts}, over)
        known = weeks is not None and over is not None
        value = _WHOLE.put(fact, weeks * 7 + over) if weeks is not None and over is not None else {"valueQuantity": None}
        return {**parts, **value, "derivedFrom": None, **({} if known else {"dataAbsentReason": UNKNOWN})}


#: Felt movements where they are told in words: reduced ones are felt.
_MOVEMENTS: Mapping[str, bool] = {"sct#289431008": True, "sct#276369006": True, "sct#249038009": False}


class Movements(Boolean):
    """Yes or no, or words that come to one of them."""

    def get(self, fact: Resource) -> bool | None:
        known = {code(short): felt for short, felt in _MOVEMENTS.items()}
        said = next((known[c] for c in codes(fact.get("valueCodeableConcept")) if c in known), None)
        return said if said is not None else Boolean.get(self, fact)


#: Protein in urine, as documented: Volven 8340 first, SNOMED CT beside it. Four plus, which the strip has, is its top.
_PROTEIN = Choice(
    {
        "Neg": ("volven-8340#T008", "sct#167273002"),
        "Spor": ("volven-8340#T052", "sct#167274008"),
        "1+": ("volven-8340#T048", "sct#167275009"),
        "2+": ("volven-8340#T049", "sct#167276005"),
        "3+": ("volven-8340#T050", "sct#167277001"),
    },
    also={"sct#167278006": "3+"},
)

#: Of lie and presentation.
_LIES = ("sct#1209182005", "sct#70028003", "sct#6096002", "sct#73161006", "sct#63750008")

HEART = Fact("fetal-heart-rate", "exam", ("loinc#55283-6", "sct#249043002"), "Fosterlyd", "fetal-heart-rate")

WOMAN: tuple[Observed, ...] = (
    GestationalAge(
        Fact("gestational-age", "exam", ("loinc#18185-9", "loinc#49052-4"), "Svangerskapslengde", "gestational-age"),
        {_WEEK: _WEEKS, _DAY: _DAYS},
    ),
    observed("motherWeight", Quantity("kg"), Fact("bodyweight", "vital-signs", ("loinc#29463-7", "sct#27113001"), "Vekt", "bodyweight")),
    observed(
        "bloodPressure",
        Pressure(),
        Fact("bloodpressure", "vital-signs", ("loinc#85354-9", "sct#75367002"), "Blodtrykk", "bloodpressure"),
    ),
    observed(
        "proteinInUrineTestResult",
        _PROTEIN,
        Fact("urine-protein", "laboratory", ("nlk#NPU04206", "loinc#20454-5"), "Protein i urin", "urine-protein"),
    ),
    observed("edema", Integer(), Fact("oedema", "exam", ("loinc#44966-0", "sct#267038008"), "Ødem", "oedema")),
    observed(
        "medication", Boolean(), Fact("medication-use", "survey", ("card-item#medication-use",), "Bruker legemidler", "medication-use")
    ),
    observed(
        "employmentRate",
        Quantity("%", whole=True),
        Fact("employment", "social-history", ("card-item#employment",), "Yrkesaktiv", "employment"),
    ),
    note("visits", text="Merknad til konsultasjonen"),
)

FETUS: tuple[Observed, ...] = (
    observed("fetalHeartRate", Quantity("/min", whole=True), HEART),
    observed(
        "fetalPresentationLie",
        Coded((8534,), _LIES),
        Fact("fetal-presentation", "exam", ("sct#271692001",), "Leie og presentasjon", "fetal-presentation"),
    ),
    observed(
        "motherFeelsBabyMovements",
        Movements(),
        Fact("fetal-movements", "exam", ("loinc#57088-7", "sct#249040004"), "Mor kjenner liv", "fetal-movements"),
    ),
    note("visits", text="Merknad om fosteret"),
)
