"""``geneticDisorders``: hereditary diseases. Source: a public client of the national API."""

from __future__ import annotations

from pydantic import ConfigDict

from hit_maternity.dhg.models.fields import Answer, Body, Remark, told


class GeneticDisorders(Body):
    """Hereditary diseases (arvelige sykdommer)."""

    model_config = ConfigDict(
        title="geneticDisorders",
        json_schema_extra={"examples": [{"noneKnown": False, "parentsAreRelatives": False, "hipDysplasia": True, "note": "Søster"}]},
    )

    noneKnown: Answer | None = told("None is known")
    parentsAreRelatives: Answer | None = told("Whether she and the child's father are related")
    hipDysplasia: Answer | None = told("Hip dysplasia in the family")
    other: Answer | None = told("Another one")
    note: Remark | None = told("Remark")
