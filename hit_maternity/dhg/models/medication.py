"""``medication``: medicines. Source: a public client of the national API."""

from __future__ import annotations

from pydantic import ConfigDict

from hit_maternity.dhg.models.fields import Answer, Body, Name, Remark, told


class Folate(Body):
    """Folate."""

    takenBefore: Answer | None = told("Taken before the pregnancy")
    takenDuring: Answer | None = told("Taken during the pregnancy")


class Medication(Body):
    """Medicines (legemiddelopplysninger)."""

    model_config = ConfigDict(
        title="medication",
        json_schema_extra={
            "examples": [
                {
                    "medicationFrequency": "Ved behov",
                    "drugAllergy": False,
                    "folate": {"takenBefore": True, "takenDuring": True},
                    "note": "Paracet",
                }
            ]
        },
    )

    medicationFrequency: Name | None = told("How often she uses medicines; its values are not known, so any text is taken as it is")
    drugAllergy: Answer | None = told("Allergy to medicines")
    folate: Folate | None = told("Folate")
    note: Remark | None = told("Remark; names of medicines stand here")
