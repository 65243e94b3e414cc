"""What the calls of the national API say beside the resources: status, history, metadata, the end of a record, errors.

Sources: national documentation; a public client of it; what is inferred says so.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from hit_maternity.dhg.models.limits import Evidence

_CONFIRMED, _SECOND, _INFERRED = Evidence.CONFIRMED, Evidence.SECOND_HAND, Evidence.INFERRED
_ID = "6a9fe8f1-944e-40a8-8483-c31f2b99df7e"
_TIME = "2026-01-16T11:30:00.217541Z"


def _said(words: str, evidence: Evidence = _CONFIRMED, **more: Any) -> Any:
    return Field(description=f"{words} ({evidence}).", **more)


def _maybe(words: str, evidence: Evidence = _CONFIRMED, **more: Any) -> Any:
    return _said(words, evidence, default=None, **more)


def _config(title: str, example: dict[str, Any]) -> ConfigDict:
    return ConfigDict(title=title, defer_build=True, json_schema_extra={"examples": [example]})


_BY: dict[str, Any] = {
    "userType": "HEALTH_CARE_PROFESSIONAL",
    "orgNr": "310001007",
    "orgName": "Fjellvik helsestasjon",
    "hprNr": "999000120",
    "hprRole": "JO",
    "name": "Bølgeskvett, Solveig",
}


class LastUpdatedBy(BaseModel):
    """Who changed it last."""

    model_config = _config("LastUpdatedBy", _BY)

    userType: str = _said("HEALTH_CARE_PROFESSIONAL; the value of a citizen is not known")
    orgNr: str | None = _maybe("Organisation number")
    orgName: str | None = _maybe("Name of the organisation")
    hprNr: str | None = _maybe("HPR number")
    hprRole: str | None = _maybe("HPR category, Volven 9060")
    name: str | None = _maybe("Name, surname first")
    treatmentFacilityName: str | None = _maybe("Name of the place of treatment", _SECOND)


class ResourceMetadata(BaseModel):
    """What the server tells of a resource; of it a client sends back ``version`` alone."""

    model_config = _config(
        "ResourceMetadata", {"id": _ID, "version": 2, "lastUpdated": _TIME, "lastUpdatedBy": _BY, "enteredInError": False}
    )

    id: str = _said("Id of the resource")
    version: int = _said("1 at first, one more with each change, 255 at most", ge=1, le=255)
    lastUpdated: str = _said("When it was changed last")
    lastUpdatedBy: LastUpdatedBy | None = _maybe("Who changed it last")
    enteredInError: bool | None = _maybe("True: it was deleted, and stays with this mark", _SECOND)


class SentMetadata(BaseModel):
    """What a client sends with an update: the version it has read."""

    model_config = ConfigDict(title="SentMetadata", defer_build=True, extra="allow", json_schema_extra={"examples": [{"version": 1}]})

    version: int = _said("The version that was read last; another one is refused with DHG-0008", ge=1, le=255)


class RecordStatus(BaseModel):
    """How far the record is."""

    model_config = _config("RecordStatus", {"status": "ACTIVE"})

    status: str = _said("ACTIVE or TERMINATED; there may be others")
    terminationDate: str | None = _maybe("When it ended")
    deliveryDate: str | None = _maybe("When the child was born", _SECOND)
    liveBirth: bool | None = _maybe("Whether a child was born alive", _SECOND)


class RecordMetadata(BaseModel):
    """What the server tells of a record."""

    model_config = _config(
        "RecordMetadata",
        {"recordId": _ID, "recordStatus": {"status": "ACTIVE"}, "version": 1, "lastUpdated": _TIME, "recordLastUpdated": _TIME},
    )

    recordId: str = _said("Id of the record")
    recordStatus: RecordStatus = _said("How far it is")
    version: int = _said("Version of the record itself, not of its resources", ge=1, le=255)
    lastUpdated: str = _said("When the record itself was changed last")
    lastUpdatedBy: LastUpdatedBy | None = _maybe("Who changed it last")
    recordLastUpdated: str | None = _maybe("When anything in it was changed last", _SECOND)


class Status(BaseModel):
    """Whether she has consented and has an active record."""

    model_config = _config(
        "Status",
        {"hasGivenConsent": True, "hasActiveMaternityRecord": True, "lastChangedDateTime": _TIME, "latestRecordId": _ID, "deceased": False},
    )

    hasGivenConsent: bool = _said("Whether she has consented to a digital record")
    hasActiveMaternityRecord: bool = _said("Whether she has an active record")
    lastChangedDateTime: str | None = _maybe("When it was changed last")
    latestRecordId: str | None = _maybe("Id of the latest record")
    deceased: bool | None = _maybe("Whether she is dead", _SECOND)


class HistoryItem(BaseModel):
    """One record of hers."""

    model_config = _config(
        "HistoryItem", {"recordId": _ID, "recordStatus": {"status": "ACTIVE"}, "version": 1, "lastUpdated": _TIME, "lastUpdatedBy": _BY}
    )

    recordId: str = _said("Id of the record")
    recordStatus: RecordStatus = _said("How far it is")
    version: int = _said("Version of the record itself")
    lastUpdated: str = _said("When the record itself was changed last")
    lastUpdatedBy: LastUpdatedBy | None = _maybe("Who changed it last")


class History(BaseModel):
    """Her records, of this and earlier pregnancies."""

    model_config = ConfigDict(title="History", defer_build=True)

    history: list[HistoryItem] = _said("One for each record")


class Change(BaseModel):
    """One version of one part of a record."""

    model_config = _config(
        "Change", {"resourceType": "mother", "id": _ID, "version": 1, "lastUpdated": _TIME, "lastUpdatedBy": _BY, "event": "CREATED"}
    )

    resourceType: str = _said("Wire name of the resource type; of the record itself record", _INFERRED)
    id: str = _said("Id of the resource", _INFERRED)
    version: int = _said("The version that the change made", _INFERRED, ge=1, le=255)
    lastUpdated: str = _said("When", _INFERRED)
    lastUpdatedBy: LastUpdatedBy | None = _maybe("Who", _INFERRED)
    event: Literal["CREATED", "UPDATED", "DELETED"] = _said("What happened", _INFERRED)


class RecordHistory(BaseModel):
    """All changes of one record, the newest last. That the call exists is confirmed; this form of its answer is inferred."""

    model_config = ConfigDict(title="RecordHistory", defer_build=True)

    recordId: str = _said("Id of the record", _INFERRED)
    history: list[Change] = _said("One for each change", _INFERRED)


class UpdateStatus(BaseModel):
    """The end of a record. That the call exists and takes the record's version is confirmed; the form of its body is inferred."""

    model_config = _config(
        "UpdateStatus",
        {
            "recordStatus": {"status": "TERMINATED", "deliveryDate": "2026-08-13T04:12:00+02:00", "liveBirth": True},
            "metadata": {"version": 1},
        },
    )

    recordStatus: RecordStatus = _said("What it becomes", _INFERRED)
    metadata: SentMetadata = _said("The record's version that was read last", _INFERRED)


class Error(BaseModel):
    """What an error answers; the code is in the header nhn-error-code too."""

    model_config = _config("Error", {"errorCode": "DHG-0012", "errorMessage": "appointmentDate: This field must be there.", "eventId": _ID})

    errorCode: str = _said("DHG-nnnn or AUTH-nnnn")
    errorMessage: str = _said("What is wrong, in words; every fault of a body")
    eventId: str = _said("Id of the call")


#: In the order in which the documentation tells of them.
EXCHANGE: tuple[type[BaseModel], ...] = (
    Status, History, HistoryItem, RecordHistory, Change, RecordMetadata, RecordStatus, ResourceMetadata, SentMetadata, LastUpdatedBy,
    UpdateStatus, Error,
)  # fmt: skip
