"""``mother``: the pregnant woman. Sources: national documentation; a public client of it. Her national id is in the header only."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict

from hit_maternity.dhg.models import limits
from hit_maternity.dhg.models.coded import CodeAndSystem
from hit_maternity.dhg.models.fields import Answer, Body, Name, Remark, Short, Text, Whole, told
from hit_maternity.dhg.models.limits import Evidence


class Mother(Body):
    """The pregnant woman (den gravide, mor)."""

    model_config = ConfigDict(
        title="mother",
        json_schema_extra={
            "examples": [
                {
                    "name": "Line Danser",
                    "address": "Hageveien 14",
                    "postNumber": "9999",
                    "postName": "Fjellvik",
                    "employedLast6Months": True,
                    "employmentPercentage": 80,
                    "occupationAndIndustry": "Snekker, bygg og anlegg",
                    "language": {"code": "nb", "display": "Norsk bokmål", "codeSystem": "urn:ietf:bcp:47"},
                    "countryOfBirth": {"code": "NO", "display": "Norge", "codeSystem": "VOLVEN_9043"},
                    "needsLanguageInterpreter": False,
                    "cohabitingCoparent": True,
                }
            ]
        },
    )

    name: Name | None = told("Her name, as one text", Evidence.CONFIRMED)
    address: Annotated[str, Text(limits.ADDRESS)] | None = told("Street address, as one text", Evidence.CONFIRMED)
    postNumber: Short | None = told("Postal code")
    postName: Name | None = told("Postal town")
    employedLast6Months: Answer | None = told("Whether she worked in the last six months (yrkesaktiv siste 6 måneder)")
    employmentPercentage: Annotated[int, Whole(limits.PERCENT)] | None = told("How much of full time she works, percent")
    occupationAndIndustry: Name | None = told("Occupation and industry, in words")
    language: CodeAndSystem | None = told("Her language, Volven 3303")
    countryOfBirth: CodeAndSystem | None = told("Country (landbakgrunn), Volven 9043")
    needsLanguageInterpreter: Answer | None = told("Whether she needs an interpreter")
    cohabitingCoparent: Answer | None = told("Whether she lives with the father or co-mother")
    cohabitingCoparentNote: Remark | None = told("Remark on the co-parent")
