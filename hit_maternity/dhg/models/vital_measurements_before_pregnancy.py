"""``vitalMeasurementsBeforePregnancy``: body measures. Source: a public client of the national API."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict

from hit_maternity.dhg.models import limits
from hit_maternity.dhg.models.fields import Body, Measure, told


class VitalMeasurementsBeforePregnancy(Body):
    """Height, weight and BMI before the pregnancy (vitale mål før svangerskap)."""

    model_config = ConfigDict(
        title="vitalMeasurementsBeforePregnancy",
        json_schema_extra={"examples": [{"height": 168, "prePregnancyWeight": 62.5, "bMI": 22.14}]},
    )

    height: Annotated[float, Measure(limits.HEIGHT)] | None = told("Height, cm")
    prePregnancyWeight: Annotated[float, Measure(limits.MOTHER_WEIGHT)] | None = told("Weight before the pregnancy, kg")
    bMI: Annotated[float, Measure(limits.BMI)] | None = told("Body mass index, kg/m2; taken as it is, not reckoned again")
