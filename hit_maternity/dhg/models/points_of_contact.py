"""``pointsOfContact``: doctor, midwife, health centre, place of birth. Source: a public client of the national API."""

from __future__ import annotations

from pydantic import ConfigDict

from hit_maternity.dhg.models.fields import Body, Name, Short, told


class GeneralPractitioner(Body):
    """Her general practitioner (fastlege)."""

    name: Name | None = told("Name")
    organizationName: Name | None = told("The doctor's office")
    organizationId: Short | None = told("Its organisation number")
    hprNr: Short | None = told("HPR number")


class Midwife(Body):
    """Her midwife (jordmor)."""

    name: Name | None = told("Name")
    organizationName: Name | None = told("Where the midwife works")
    hprNr: Short | None = told("HPR number")


class PointsOfContact(Body):
    """Who follows her up (fastlege, jordmor, helsestasjon, fødested)."""

    model_config = ConfigDict(
        title="pointsOfContact",
        json_schema_extra={
            "examples": [
                {
                    "generalPractitioner": {"name": "Aksel Tåkeheim", "organizationName": "Lyngdalen legekontor", "hprNr": "999000103"},
                    "midwife": {"name": "Solveig Bølgeskvett", "organizationName": "Fjellvik helsestasjon"},
                    "birthInstitute": "Fjellvik sykehus",
                    "maternityHealthcareCentre": "Fjellvik helsestasjon",
                }
            ]
        },
    )

    generalPractitioner: GeneralPractitioner | None = told("General practitioner")
    midwife: Midwife | None = told("Midwife")
    birthInstitute: Name | None = told("Planned place of birth")
    maternityHealthcareCentre: Name | None = told("Health centre (helsestasjon)")
