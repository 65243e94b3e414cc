"""``rhesusDNegative``: an RhD-negative woman. Source: a public client of the national API."""

from __future__ import annotations

from pydantic import ConfigDict

from hit_maternity.dhg.models.fields import Answer, AnyDay, Body, Remark, told


class RhesusDNegative(Body):
    """An RhD-negative woman (RhD-negativ gravid)."""

    model_config = ConfigDict(
        title="rhesusDNegative",
        json_schema_extra={
            "examples": [
                {
                    "consentFetalRhesusTyping": True,
                    "fetusRhDPositiveAtWeek24": True,
                    "prophylaxisAtWeek28": True,
                    "dateForResult": "2026-04-24",
                }
            ]
        },
    )

    consentFetalRhesusTyping: Answer | None = told("Whether she consents to typing of the fetus")
    fetusRhDPositiveAtWeek24: Answer | None = told("True: one fetus at least is positive; false: all are negative")
    prophylaxisAtWeek28: Answer | None = told("Whether anti-D was given")
    dateForResult: AnyDay | None = told("The day of the answer")
    note: Remark | None = told("Remark")
