"""``symphysisFundalHeights``: one measure of the belly. Source: a public client of the national API."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict

from hit_maternity.dhg.models import limits
from hit_maternity.dhg.models.fields import Body, PastDay, Whole, told


class SymphysisFundalHeight(Body):
    """One fundal height (symfyse-fundusmål)."""

    model_config = ConfigDict(
        title="symphysisFundalHeights",
        json_schema_extra={"examples": [{"pregnancyWeek": 24, "measurement": 23, "measurementDate": "2026-04-20"}]},
    )

    pregnancyWeek: Annotated[int, Whole(limits.FUNDAL_WEEK)] | None = told("Completed weeks of the pregnancy")
    measurement: Annotated[int, Whole(limits.FUNDAL_HEIGHT)] | None = told("From the symphysis to the top of the uterus, whole cm")
    measurementDate: PastDay | None = told("The day it was measured")
