"""``previousPregnancies``: counts of earlier pregnancies. Source: a public client of the national API."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict

from hit_maternity.dhg.models import limits
from hit_maternity.dhg.models.fields import Body, Remark, Whole, told

_Count = Annotated[int, Whole(limits.COUNT)]


class PreviousPregnancies(Body):
    """Earlier pregnancies (tidligere svangerskap). There is no count of induced abortions, on purpose."""

    model_config = ConfigDict(
        title="previousPregnancies",
        json_schema_extra={
            "examples": [
                {
                    "numberOfPreviousPregnancies": 2,
                    "numberOfPreviousLiveBirths": 1,
                    "spontaneousMiscarriages": 1,
                    "stillBirths22weeks": 0,
                    "numberOfEctopicPregnancies": 0,
                    "note": "2023: forløst med vakuum i uke 40, 3560 g",
                }
            ]
        },
    )

    numberOfPreviousPregnancies: _Count | None = told("Earlier pregnancies")
    numberOfPreviousLiveBirths: _Count | None = told("Children born alive")
    spontaneousMiscarriages: _Count | None = told("Miscarriages")
    stillBirths22weeks: _Count | None = told("Stillbirths from 22 weeks or 500 g")
    numberOfEctopicPregnancies: _Count | None = told("Pregnancies outside of the uterus")
    note: Remark | None = told("Remark; the details of each pregnancy stand here")
