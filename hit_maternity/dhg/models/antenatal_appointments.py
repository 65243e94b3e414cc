"""``antenatalAppointments``: one antenatal consultation. Sources: national documentation; a public client of it."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import ConfigDict, Field, ValidationInfo, field_validator

from hit_maternity.dhg.models import limits
from hit_maternity.dhg.models.coded import CodeAndSystem
from hit_maternity.dhg.models.fields import Answer, Body, Measure, OneOf, PastDay, Pressure, Remark, Whole, told, wrong
from hit_maternity.dhg.models.limits import Evidence

_AGE = re.compile(r"(\d{1,2})\+([0-6])", re.ASCII).fullmatch
_NEW = ("pregnancyWeek", "daysAfterFullPregnancyWeek")


class FetusVitalSigns(Body):
    """What was found of one fetus."""

    fosterId: Annotated[int, Whole(limits.FETUS)] = Field(
        description=f"The number of the fetus, 1 where there is but one ({Evidence.SECOND_HAND}; that it must be there is inferred)."
    )
    fetalHeartRate: Annotated[int, Whole(limits.HEART_RATE)] | None = told("Fetal heart rate (fosterlyd), beats a minute")
    fetalPresentationLie: CodeAndSystem | None = told("Lie and presentation (leie/presentasjon), Volven 8534")
    motherFeelsBabyMovements: Answer | None = told("Whether she feels the fetus move (mor kjenner liv)")
    note: Remark | None = told("Remark")


class AntenatalAppointment(Body):
    """One antenatal consultation (svangerskapskonsultasjon)."""

    model_config = ConfigDict(
        title="antenatalAppointments",
        json_schema_extra={
            "examples": [
                {
                    "appointmentDate": "2026-04-20",
                    "pregnancyWeek": 24,
                    "daysAfterFullPregnancyWeek": 2,
                    "motherWeight": 68.4,
                    "bloodPressure": "118/76",
                    "proteinInUrineTestResult": "Neg",
                    "edema": 0,
                    "fetusesVitalSigns": [{"fosterId": 1, "fetalHeartRate": 148, "motherFeelsBabyMovements": True}],
                    "medication": False,
                    "employmentRate": 80,
                }
            ]
        },
    )

    appointmentDate: PastDay = Field(description=f"The day of the consultation ({Evidence.CONFIRMED}).")
    pregnancyWeek: Annotated[int, Whole(limits.WEEK)] | None = told("Completed weeks of the pregnancy", Evidence.CONFIRMED)
    daysAfterFullPregnancyWeek: Annotated[int, Whole(limits.DAYS)] | None = told("Days after the last completed week")
    motherWeight: Annotated[float, Measure(limits.MOTHER_WEIGHT)] | None = told("Her weight, kg", Evidence.CONFIRMED)
    bloodPressure: Annotated[str, Pressure()] | None = told("Blood pressure in mmHg, systolic/diastolic", Evidence.CONFIRMED)
    proteinInUrineTestResult: Annotated[str, OneOf(("Neg", "Spor", "1+", "2+", "3+"))] | None = told(
        "Protein in urine (NPU04206); taken in upper and lower case", Evidence.CONFIRMED
    )
    edema: Annotated[int, Whole(limits.OEDEMA)] | None = told("Oedema, in steps that have no words", Evidence.CONFIRMED)
    fetusesVitalSigns: Annotated[list[FetusVitalSigns], Field(max_length=limits.FETUSES)] | None = told("What was found of each fetus")
    medication: Answer | None = told("Whether she uses medicines")
    employmentRate: Annotated[int, Whole(limits.PERCENT)] | None = told("How much of full time she works, percent")
    note: Remark | None = told("Remark")

    @field_validator("fetusesVitalSigns")
    @classmethod
    def _each_fetus_once(cls, signs: list[FetusVitalSigns] | None) -> list[FetusVitalSigns] | None:
        listed = [it.fosterId for it in signs or ()]
        if len(set(listed)) < len(listed):
            raise wrong("repeated", "Two entries are of the same fetus; join them.")
        return signs

    @field_validator("daysAfterFullPregnancyWeek")
    @classmethod
    def _within_the_weeks(cls, days: int | None, info: ValidationInfo) -> int | None:
        if days and info.data.get("pregnancyWeek") == limits.WEEK.high:
            raise wrong("range", f"The age is out of range; {limits.WEEK.high} weeks and 0 days is the most.")
        return days


def modern(value: dict[str, Any], old: bool) -> dict[str, Any]:
    """The body with ``gestationalAge`` of the first version turned into the two fields that replaced it; where ``old`` is false it is
    left for ``unheard`` to tell of."""
    text = value.get("gestationalAge")
    found = _AGE(text) if type(text) is str else None
    if not old or found is None or any(value.get(name) is not None for name in _NEW):
        return value
    rest = {name: it for name, it in value.items() if name not in ("gestationalAge", *_NEW)}
    return {**rest, "pregnancyWeek": int(found[1]), "daysAfterFullPregnancyWeek": int(found[2])}


def replaced(value: dict[str, Any], old: bool) -> str | None:
    """Why ``gestationalAge`` in ``value`` can't be taken; ``None`` where it isn't there."""
    if value.get("gestationalAge") is None:
        return None
    if not old:
        return "This field was replaced: write completed weeks in pregnancyWeek and days in daysAfterFullPregnancyWeek."
    if any(value.get(name) is not None for name in _NEW):
        return "The age is told twice; leave this field out, or pregnancyWeek and daysAfterFullPregnancyWeek."
    return "This is no gestational age; write completed weeks, a plus sign and days, as 24+3."
