"""``clinicalTests``: recommended tests, and tests when needed. Source: a public client of the national API."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict

from hit_maternity.dhg.models import limits
from hit_maternity.dhg.models.fields import Answer, Body, Measure, OneOf, PastDay, Remark, Whole, told


class AboRh(Body):
    """Blood group."""

    aboType: Annotated[str, OneOf(("A", "B", "AB", "O"), exact=True)] | None = told("ABO type (NPU58582)")
    rhesusDType: Annotated[str, OneOf(("POSTIVE", "NEGATIVE"), ("POSITIVE", "POS", "NEG"))] | None = told(
        "RhD type (NPU21917); the documentation spells POSTIVE, and POSITIVE is taken too"
    )


class GlucoseTolerance(Body):
    """Oral glucose load."""

    fastingGlucoseLevel: Annotated[float, Measure(limits.GLUCOSE)] | None = told("Fasting, mmol/L")
    post2hGlucoseLevel: Annotated[float, Measure(limits.GLUCOSE)] | None = told("After two hours, mmol/L")
    testDate: PastDay | None = told("The day of the test")


class ClinicalTests(Body):
    """Tests (anbefalte prøver, prøver ved behov). Of an infection true is positive, false negative, null not taken."""

    model_config = ConfigDict(
        title="clinicalTests",
        json_schema_extra={
            "examples": [
                {
                    "hemoglobin": 12.4,
                    "ferritin": 45,
                    "hbv": False,
                    "hiv": False,
                    "syphilis": False,
                    "aboRh": {"aboType": "A", "rhesusDType": "POSTIVE"},
                    "bloodAntibodies": False,
                    "bHbA1c": 31,
                    "glucoseTolerance": {"fastingGlucoseLevel": 4.5, "post2hGlucoseLevel": 6.3, "testDate": "2026-05-12"},
                }
            ]
        },
    )

    hemoglobin: Annotated[float, Measure(limits.HAEMOGLOBIN)] | None = told("Haemoglobin in the first trimester, g/dL (NOR05172)")
    hemoglobinAt3rdTrimester: Annotated[float, Measure(limits.HAEMOGLOBIN)] | None = told("Haemoglobin in the third trimester, g/dL")
    ferritin: Annotated[float, Measure(limits.FERRITIN)] | None = told("Ferritin, µg/L (NPU19763)")
    hbv: Answer | None = told("Hepatitis B surface antigen")
    hbvCore: Answer | None = told("Hepatitis B core antibody")
    hiv: Answer | None = told("HIV")
    syphilis: Answer | None = told("Syphilis")
    aboRh: AboRh | None = told("Blood group")
    bloodAntibodies: Answer | None = told("Antibodies against blood groups")
    chlamydia: Answer | None = told("Chlamydia")
    toxoplasmosis: Answer | None = told("Toxoplasmosis")
    rubellaAntigen: Answer | None = told("Rubella IgG, despite its name (NPU12412)")
    hepatitisC: Answer | None = told("Hepatitis C")
    mrsaVreEsbl: Answer | None = told("MRSA, VRE or ESBL, one answer to the three")
    bHbA1c: Annotated[int, Whole(limits.HBA1C)] | None = told("HbA1c, whole mmol/mol (NPU27300)")
    glucoseTolerance: GlucoseTolerance | None = told("Oral glucose load")
    gonorrhea: Answer | None = told("Gonorrhoea")
    cytomegaloVirus: Answer | None = told("Cytomegalovirus")
    asymptomaticBacteriuria: Answer | None = told("Asymptomatic bacteriuria (ABU)")
    groupBStreptococci: Answer | None = told("Group B streptococci")
    note: Remark | None = told("Remark")
