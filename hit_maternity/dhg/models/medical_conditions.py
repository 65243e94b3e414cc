"""``medicalConditions``: past and present diseases. Source: a public client of the national API."""

from __future__ import annotations

from pydantic import ConfigDict

from hit_maternity.dhg.models.fields import Answer, Body, Remark, told


class MedicalConditions(Body):
    """Past and present diseases (tidligere/nåværende sykdommer)."""

    model_config = ConfigDict(
        title="medicalConditions",
        json_schema_extra={"examples": [{"nothingParticular": False, "heartDisease": False, "allergiesAsthma": True, "note": "Pollen"}]},
    )

    nothingParticular: Answer | None = told("Nothing particular")
    heartDisease: Answer | None = told("Heart disease")
    highBloodPressure: Answer | None = told("High blood pressure")
    kidneyUrinaryTractDiseases: Answer | None = told("Disease of kidneys or urinary tract")
    diabetes: Answer | None = told("Diabetes, also gestational")
    allergiesAsthma: Answer | None = told("Allergy or asthma")
    epilepsy: Answer | None = told("Epilepsy")
    thrombosis: Answer | None = told("Thrombosis, or treatment for it")
    autoimmuneDisease: Answer | None = told("Autoimmune disease")
    gynecologicalConditions: Answer | None = told("Gynaecological disease or surgery")
    mentalHealth: Answer | None = told("Mental health")
    other: Answer | None = told("Another one")
    note: Remark | None = told("Remark")
