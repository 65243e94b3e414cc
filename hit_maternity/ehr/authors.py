"""Who wrote a version of a resource, as far as the national record tells."""

from __future__ import annotations

from typing import Any

from hit_maternity.client.errors import ClientError
from hit_maternity.ehr.local import Patient
from hit_maternity.ehr.national import Resource, ours
from hit_maternity.ehr.refusals import Meaning, meaning
from hit_maternity.ehr.workplace import Workplace


class Authors:
    """Tells who wrote a version: the newest by the record itself, an older one by the record's history, which is asked for when needed."""

    def __init__(self, place: Workplace, patient: Patient, record_id: str) -> None:
        self._place, self._patient, self._record_id = place, patient, record_id
        self._history: list[dict[str, Any]] | None = None

    def __call__(self, resource: Resource, version: int) -> bool | None:
        identity = self._place.identity
        if version == resource.version:
            return ours(resource.by, identity.organisations, identity.hpr_number) if resource.by else None
        for row in self._rows():
            if (
                row.get("resourceType") == resource.type
                and row.get("version") == version
                and (row.get("id") == resource.item or not resource.item)
            ):
                by = row.get("lastUpdatedBy")
                return ours(by, identity.organisations, identity.hpr_number) if isinstance(by, dict) else None
        return None

    def _rows(self) -> list[dict[str, Any]]:
        if self._history is None:
            try:
                answer = self._place.asked(lambda: self._place.service.for_patient(self._patient.nin).history_of(self._record_id))
            except ClientError as fault:
                if meaning(fault) in (Meaning.PARK, Meaning.AGAIN, Meaning.LOOK):  # what it answers is inferred: it may have none
                    answer = {}
                else:
                    raise
            rows = answer.get("history") if isinstance(answer, dict) else answer
            self._history = [row for row in rows or () if isinstance(row, dict)]
        return self._history
