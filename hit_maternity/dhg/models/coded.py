"""``CodeAndSystem``: a code, with its words and its system."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

from hit_maternity.dhg.models import limits
from hit_maternity.dhg.models.fields import Body, Text, Word, told
from hit_maternity.dhg.models.limits import Evidence

_CODE = Word(
    r"[^\s\x00-\x1f\x7f-\x9f]+( [^\s\x00-\x1f\x7f-\x9f]+)*",
    "This is no code; it has neither line breaks nor blanks at its ends.",
    limits.CODE,
)


class CodeAndSystem(Body):
    """A code of a code system. Only ``code`` must be sent; the server fills in the rest where it knows it."""

    model_config = ConfigDict(
        title="CodeAndSystem",
        json_schema_extra={"examples": [{"code": "NO", "display": "Norge", "codeSystem": "VOLVEN_9043"}]},
    )

    code: Annotated[str, _CODE] = Field(description=f"The code ({Evidence.CONFIRMED}).")
    display: Annotated[str, Text(limits.DISPLAY)] | None = told("The words of the code; filled in where missing", Evidence.CONFIRMED)
    codeSystem: Annotated[str, _CODE] | None = told(
        "The code system, VOLVEN_ and its number; an OID with or without urn:oid: is taken too; filled in where missing", Evidence.CONFIRMED
    )
