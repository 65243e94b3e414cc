"""``lifestyleFactors``: habits. Source: a public client of the national API."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, ValidationInfo, field_validator

from hit_maternity.dhg.models import limits
from hit_maternity.dhg.models.coded import CodeAndSystem
from hit_maternity.dhg.models.fields import Body, Remark, Whole, told, wrong
from hit_maternity.dhg.models.systems import uri_of

#: The one answer of which it is known that it is a no.
_NO = ("https://hit-maternity.example/fhir/CodeSystem/habit-frequency", "no")


class StimuliFrequency(Body):
    """How often, at one time."""

    stimuliFrequency: CodeAndSystem | None = told("How often, Volven 8537")
    dailyCount: Annotated[int, Whole(limits.DAILY)] | None = told("How many a day")

    @field_validator("dailyCount")
    @classmethod
    def _none_of_what_she_does_not(cls, count: int | None, info: ValidationInfo) -> int | None:
        frequency = info.data.get("stimuliFrequency")
        if count and frequency is not None and (frequency.codeSystem, frequency.code) == _NO:
            raise wrong("contradictory", "There is a number a day of a habit that she doesn't have; mend one of them.")
        return count


class Stimulus(Body):
    """One habit: smoking, snus, alcohol or another."""

    stimuliType: CodeAndSystem | None = told("Which, Volven 8536")
    stimuliFrequencyFirstConsultation: StimuliFrequency | None = told("At the first consultation")
    stimuliFrequencyAtWeek36: StimuliFrequency | None = told("In week 36")


class LifestyleFactors(Body):
    """Habits (levevaner)."""

    model_config = ConfigDict(
        title="lifestyleFactors",
        json_schema_extra={
            "examples": [
                {
                    "stimuli": [
                        {
                            "stimuliType": {"code": "smoking", "codeSystem": "https://hit-maternity.example/fhir/CodeSystem/habit-type"},
                            "stimuliFrequencyFirstConsultation": {
                                "stimuliFrequency": {
                                    "code": "daily",
                                    "codeSystem": "https://hit-maternity.example/fhir/CodeSystem/habit-frequency",
                                },
                                "dailyCount": 5,
                            },
                        }
                    ]
                }
            ]
        },
    )

    stimuli: Annotated[list[Stimulus], Field(max_length=limits.STIMULI)] | None = told("One for each habit")
    note: Remark | None = told("Remark")

    @field_validator("stimuli")
    @classmethod
    def _each_once(cls, stimuli: list[Stimulus] | None) -> list[Stimulus] | None:
        listed = [_named(it.stimuliType) for it in stimuli or () if it != Stimulus()]
        if len(set(listed)) < len(listed):
            raise wrong("repeated", "Two entries have the same stimuliType; join them.")
        return stimuli


def _named(type: CodeAndSystem | None) -> tuple[str, str]:
    return ("", "") if type is None else (uri_of(type.codeSystem or "VOLVEN_8536"), type.code)
