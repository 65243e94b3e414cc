"""``birthStatus``: how each fetus was born. Source: a public client of the national API; the documentation does not list it."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, field_validator

from hit_maternity.dhg.models import limits
from hit_maternity.dhg.models.coded import CodeAndSystem
from hit_maternity.dhg.models.fields import Body, Timestamp, Whole, told, wrong
from hit_maternity.dhg.models.limits import Evidence


class FetusBirthStatus(Body):
    """How one fetus was born."""

    fosterId: Annotated[int, Whole(limits.FETUS)] = Field(
        description=f"The number of the fetus ({Evidence.SECOND_HAND}; that it must be there is inferred)."
    )
    status: CodeAndSystem | None = told("The status; its code system is not known")
    datetime: Timestamp | None = told("When it was born")


class BirthStatus(Body):
    """The births (fødselsstatus)."""

    model_config = ConfigDict(
        title="birthStatus",
        json_schema_extra={
            "examples": [
                {
                    "birthStatus": [
                        {
                            "fosterId": 1,
                            "status": {"code": "281050002", "display": "Livebirth", "codeSystem": "http://snomed.info/sct"},
                            "datetime": "2026-08-13T04:12:00+02:00",
                        }
                    ]
                }
            ]
        },
    )

    birthStatus: Annotated[list[FetusBirthStatus], Field(max_length=limits.FETUSES)] | None = told("One for each fetus")

    @field_validator("birthStatus")
    @classmethod
    def _each_fetus_once(cls, statuses: list[FetusBirthStatus] | None) -> list[FetusBirthStatus] | None:
        listed = [it.fosterId for it in statuses or ()]
        if len(set(listed)) < len(listed):
            raise wrong("repeated", "Two entries are of the same fetus; join them.")
        return statuses
