"""Who wrote a version of a resource, as far as the national record tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hit_maternity.client.errors import ClientError
from hit_maternity.ehr.local import Patient
from hit_maternity.ehr.national import Resource, ours
from hit_maternity.ehr.refusals import Meaning, meaning
from hit_maternity.ehr.workplace import Workplace


class Authors:
    """Tells who wrote a version: the newest by the record itself, an older one by the record's history, once that is learnt."""

    def __init__(self, place: Workplace, patient: Patient, record_id: str) -> None:
        self._place, self._patient, self._record_id = place, patient, record_id
        self._history: list[dict[str, Any]] = []

    def __call__(self, resource: Resource, version: int) -> bool | None:
        if version == resource.version:
            return self._ours(resource.by) if resource.by else None
        for row in self._history:
            same_part = row.get("resourceType") == resource.type and (row.get("id") == resource.item or not resource.item)
            if same_part and row.get("version") == version:
                by = row.get("lastUpdatedBy")
                return self._ours(by) if isinstance(by, dict) else None
        return None

    def learn(self) -> None:
        """Asks for the record's history. What it answers is inferred: there may be none, and then nobody can tell."""
        try:
            answer = self._place.asked(lambda: self._place.service.for_patient(self._patient.nin).history_of(self._record_id))
        except ClientError as fault:
            if meaning(fault) not in (Meaning.PARK, Meaning.AGAIN, Meaning.LOOK):
                raise
            answer = {}
        rows = answer.get("history") if isinstance(answer, dict) else answer
        self._history = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []

    def _ours(self, by: Mapping[str, Any]) -> bool:
        identity = self._place.identity
        return ours(by, identity.organisations, identity.hpr_number)
