"""Which types have a timeline: a patient's resources by code and clinical date, in the order in which they are wanted."""

from __future__ import annotations

from typing import NamedTuple

from hit_maternity.fhir.search.model import MIN_TIME, IndexRows, TimelineRow, parameter_key


class Timeline(NamedTuple):
    """Codes of the search parameters that a type's timeline stands on; ``code`` and ``date`` may be missing."""

    patient: tuple[str, ...]
    code: str | None
    date: str | None


#: Resource type -> its timeline. A search by one of ``patient`` (naming one Patient), perhaps ``code``, sorted by ``date``, reads it alone.
TIMELINES: dict[str, Timeline] = {
    "AdverseEvent": Timeline(("subject",), "category", "date"),
    "AllergyIntolerance": Timeline(("patient",), "code", "date"),
    "Appointment": Timeline(("patient",), "service-type", "date"),
    "AuditEvent": Timeline(("patient",), "type", "date"),
    "Basic": Timeline(("patient", "subject"), "code", "created"),
    "CarePlan": Timeline(("patient", "subject"), "category", "date"),
    "CareTeam": Timeline(("patient", "subject"), "category", "date"),
    "ChargeItem": Timeline(("patient", "subject"), "code", "occurrence"),
    "Claim": Timeline(("patient",), None, "created"),
    "ClinicalImpression": Timeline(("patient", "subject"), None, "date"),
    "Communication": Timeline(("patient", "subject"), "category", "sent"),
    "CommunicationRequest": Timeline(("patient", "subject"), "category", "authored"),
    "Composition": Timeline(("patient", "subject"), "type", "date"),
    "Condition": Timeline(("patient", "subject"), "code", "onset-date"),
    "Consent": Timeline(("patient",), "category", "date"),
    "Coverage": Timeline(("patient", "beneficiary"), "type", None),
    "DetectedIssue": Timeline(("patient",), "code", "identified"),
    "Device": Timeline(("patient",), "type", None),
    "DeviceRequest": Timeline(("patient", "subject"), "code", "event-date"),
    "DiagnosticReport": Timeline(("patient", "subject"), "code", "date"),
    "DocumentManifest": Timeline(("patient", "subject"), "type", "created"),
    "DocumentReference": Timeline(("patient", "subject"), "type", "date"),
    "Encounter": Timeline(("patient", "subject"), "type", "date"),
    "EpisodeOfCare": Timeline(("patient",), "type", "date"),
    "ExplanationOfBenefit": Timeline(("patient",), None, "created"),
    "FamilyMemberHistory": Timeline(("patient",), "code", "date"),
    "Flag": Timeline(("patient", "subject"), None, "date"),
    "Goal": Timeline(("patient", "subject"), "category", "start-date"),
    "ImagingStudy": Timeline(("patient", "subject"), None, "started"),
    "Immunization": Timeline(("patient",), "vaccine-code", "date"),
    "ImmunizationEvaluation": Timeline(("patient",), None, "date"),
    "ImmunizationRecommendation": Timeline(("patient",), None, "date"),
    "Invoice": Timeline(("patient", "subject"), "type", "date"),
    "List": Timeline(("patient", "subject"), "code", "date"),
    "MeasureReport": Timeline(("patient", "subject"), None, "date"),
    "Media": Timeline(("patient", "subject"), "type", "created"),
    "MedicationAdministration": Timeline(("patient", "subject"), "code", "effective-time"),
    "MedicationDispense": Timeline(("patient", "subject"), "code", "whenhandedover"),
    "MedicationRequest": Timeline(("patient", "subject"), "code", "authoredon"),
    "MedicationStatement": Timeline(("patient", "subject"), "code", "effective"),
    "NutritionOrder": Timeline(("patient",), None, "datetime"),
    "Observation": Timeline(("patient", "subject"), "code", "date"),
    "Procedure": Timeline(("patient", "subject"), "code", "date"),
    "Provenance": Timeline(("patient",), None, "recorded"),
    "QuestionnaireResponse": Timeline(("patient", "subject"), None, "authored"),
    "RelatedPerson": Timeline(("patient",), "relationship", None),
    "RequestGroup": Timeline(("patient", "subject"), "code", "authored"),
    "ResearchSubject": Timeline(("patient", "individual"), None, "date"),
    "RiskAssessment": Timeline(("patient", "subject"), None, "date"),
    "ServiceRequest": Timeline(("patient", "subject"), "code", "authored"),
    "Specimen": Timeline(("patient", "subject"), "type", "collected"),
    "SupplyRequest": Timeline(("subject",), "category", "date"),
    "Task": Timeline(("patient", "subject"), "code", "authored-on"),
    "VisionPrescription": Timeline(("patient",), None, "datewritten"),
}  # fmt: skip


class TimelineRows:
    """Makes the timeline rows of one type from its other rows."""

    __slots__ = ("_code", "_date", "_patients", "_type")

    def __init__(self, resource_type: str, timeline: Timeline) -> None:
        self._type = resource_type
        self._patients = frozenset(parameter_key(resource_type, p) for p in timeline.patient)
        self._code = parameter_key(resource_type, timeline.code) if timeline.code else 0
        self._date = parameter_key(resource_type, timeline.date) if timeline.date else 0

    def add(self, rows: IndexRows) -> None:
        """Writes ``rows.timeline``."""
        keys = self._patients
        patients = dict.fromkeys([r[3] for r in rows.reference if r[2] == "Patient" and r[0] in keys])
        if not patients:
            return
        wanted = self._date
        moment = min([r[2] for r in rows.date if r[0] == wanted], default=MIN_TIME)
        wanted = self._code
        codes = [("", ""), *((r[2], r[3]) for r in rows.token if r[0] == wanted)]
        rows.timeline = [TimelineRow(self._type, p, system, code, moment) for p in patients for system, code in codes]
