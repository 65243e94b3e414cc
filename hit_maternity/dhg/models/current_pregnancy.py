"""``currentPregnancy``: dates and facts of this pregnancy. Source: a public client of the national API."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, ValidationInfo, field_validator

from hit_maternity.dhg.models import limits
from hit_maternity.dhg.models.fields import Answer, AnyDay, Body, PastDay, Whole, told, wrong


class AssistedConception(Body):
    """Assisted conception."""

    hadAssistedConception: Answer | None = told("Whether the pregnancy is by assisted conception")
    dateAssistedConception: PastDay | None = told("The day of it")

    @field_validator("dateAssistedConception")
    @classmethod
    def _only_where_there_was_one(cls, day: str | None, info: ValidationInfo) -> str | None:
        if day is not None and info.data.get("hadAssistedConception") is False:
            raise wrong("contradictory", "There is a date of an assisted conception, and hadAssistedConception is false; mend one of them.")
        return day


class CurrentPregnancy(Body):
    """This pregnancy (aktuelt svangerskap)."""

    model_config = ConfigDict(
        title="currentPregnancy",
        json_schema_extra={
            "examples": [
                {
                    "dateLastPeriod": "2025-11-04",
                    "dueDate": "2026-08-14",
                    "dueDateBasedOnUltrasound": "2026-08-11",
                    "hasPrenatalDiagnosticsTests": True,
                    "numberOfFetuses": 1,
                    "assistedConception": {"hadAssistedConception": False},
                }
            ]
        },
    )

    dateLastPeriod: PastDay | None = told("First day of the last period")
    dueDate: AnyDay | None = told("Due date by the last period")
    dueDateBasedOnUltrasound: AnyDay | None = told("Due date by ultrasound")
    dueDateCorrectedDate: AnyDay | None = told("Corrected due date; which one holds is not defined nationally")
    hasPrenatalDiagnosticsTests: Answer | None = told("Whether she was informed of fetal diagnostics; not that a test was done")
    numberOfFetuses: Annotated[int, Whole(limits.FETUS)] | None = told("Number of fetuses")
    assistedConception: AssistedConception | None = told("Assisted conception")
    birthPreparationTalk: Answer | None = told("Talk that prepares for the birth (fødselsforberedende samtale)")
    breastfeedingGuidance: Answer | None = told("Guidance on breastfeeding (ammeveiledning)")
