"""Whose record it is: of fetuses and newborns, and of what refers to no patient itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from hit_maternity.access.ownership import owned
from hit_maternity.fhir.json import encode
from hit_maternity.fhir.ports import Standing, Version
from hit_maternity.store.people import Standing as Known

INGRID, VILDE = "normal-mother", "new-record-mother"
FETUS, NEWBORN = "normal-fetus-1", "normal-child-1"
OF_A_CHILD = [
    f"Patient/{FETUS}",
    f"Patient/{NEWBORN}",
    f"Patient/{FETUS}/_history/1",
    f"Patient/{NEWBORN}/_history",
    f"Observation?subject=Patient/{FETUS}",
    f"Observation?subject=Patient/{NEWBORN}",
    f"Immunization?patient={NEWBORN}",
    f"Patient?fetus-of={INGRID}",
    f"Patient/{NEWBORN}/$everything",
]


def about(*names: str) -> list[dict[str, str]]:
    return [{"reference": name} for name in names]


def provenance(*targets: str, **more: Any) -> dict[str, Any]:
    agent = {"who": {"reference": "Practitioner/aksel-takeheim"}}
    return {"resourceType": "Provenance", "target": about(*targets), "recorded": "2026-11-20T10:00:00Z", "agent": [agent], **more}


def binary(context: str | None = None, **more: Any) -> dict[str, Any]:
    held = {"securityContext": {"reference": context}} if context else {}
    return {"resourceType": "Binary", "contentType": "text/plain", "data": "aGVtbWVsaWc=", **held, **more}


def observation(patient: str, **more: Any) -> dict[str, Any]:
    subject = {"reference": f"Patient/{patient}"}
    return {"resourceType": "Observation", "status": "final", "code": {"text": "vekt"}, "subject": subject, **more}


@pytest.mark.parametrize("url", OF_A_CHILD)
def test_a_childs_data_are_in_the_record_of_its_mother(either: Any, url: str) -> None:
    for header in (None, either.pid(INGRID)):
        assert either("GET", url, patient=header).status == 200
        assert [(r.patient, r.refused) for r in either.rows()] == [(INGRID, None)]
    assert either("GET", url, patient=either.pid(VILDE)).rule == "patient-mismatch"
    assert [(r.patient, r.refused) for r in either.rows()] == [(INGRID, "patient-mismatch")]


@pytest.mark.parametrize("url", OF_A_CHILD)
def test_a_childs_data_are_closed_by_the_mothers_consent(desk: Any, url: str) -> None:
    desk.stands(INGRID, consent=False)
    assert desk("GET", url).rule == "consent-missing"
    assert [(r.patient, r.refused) for r in desk.rows()] == [(INGRID, "consent-missing")]


@pytest.mark.parametrize("child", [FETUS, NEWBORN])
def test_what_is_written_of_a_child_is_written_into_its_mothers_record(either: Any, child: str) -> None:
    assert either("POST", "Observation", observation(child)).status == 201
    assert [r.patient for r in either.rows()] == [INGRID]
    either.stands(INGRID, consent=True, deceased=True)
    before = either.written()
    assert either("POST", "Observation", observation(child)).rule == "patient-deceased"
    assert either.written() == before


def test_a_newborn_with_a_confidential_address_is_closed(desk: Any) -> None:
    desk.stands(NEWBORN, confidential=True)
    assert desk("GET", f"Patient/{NEWBORN}").rule == "confidential-address"
    assert desk("GET", f"Patient/{INGRID}").status == 200


def test_a_stillborn_or_dead_newborn_does_not_close_its_mothers_record(desk: Any) -> None:
    desk.stands(NEWBORN, deceased=True)
    assert desk("POST", "Observation", observation(NEWBORN)).status == 201


def test_a_link_to_a_woman_makes_nobody_her_child(desk: Any) -> None:
    link = [{"other": {"reference": f"Patient/{INGRID}"}, "type": "seealso"}]
    assert desk.within("PUT", "Patient/sister", {"resourceType": "Patient", "id": "sister", "link": link}).status == 201
    assert desk("GET", "Patient/sister").rule == "consent-missing"
    assert desk("GET", "Observation?subject=Patient/sister").rule == "consent-missing"
    assert [r.patient for r in desk.rows()] == ["sister", "sister"]


def test_a_provenance_belongs_to_what_it_is_about(either: Any) -> None:
    told = either("POST", "Provenance", provenance(f"Patient/{NEWBORN}", "Encounter/normal-visit-w09"))
    assert told.status == 201, told.json
    assert either("GET", f"Provenance/{told.json['id']}").status == 200
    assert [r.patient for r in either.rows()] == [INGRID, INGRID]
    either.stands(INGRID, consent=False)
    refused = either("GET", f"Provenance/{told.json['id']}")
    assert (refused.status, refused.rule) == (403, "consent-missing")


def test_a_provenance_of_two_womens_data_is_taken_from_nobody_and_shown_to_nobody(desk: Any) -> None:
    both = provenance("Encounter/normal-visit-w09", "Encounter/new-record-visit-w09")
    assert desk("POST", "Provenance", both).rule == "patient-required"
    assert desk.within("PUT", "Provenance/both", {**both, "id": "both"}).status == 201
    assert desk("GET", "Provenance/both").status == 404
    assert desk("GET", "Provenance?_id=both").found == []
    assert desk("GET", f"Patient/{INGRID}/$everything").status == 200


@pytest.mark.parametrize(
    "context", [f"Patient/{INGRID}", f"Patient/{NEWBORN}", "Encounter/normal-visit-w09", "Consent/normal-consent-record-w09"]
)
def test_a_binary_belongs_to_its_security_context(desk: Any, context: str) -> None:
    made = desk("POST", "Binary", binary(context))
    assert made.status == 201, made.json
    assert desk("GET", f"Binary/{made.json['id']}").body == b"hemmelig"
    assert [r.patient for r in desk.rows()] == [INGRID, INGRID]
    desk.stands(INGRID, consent=False)
    refused = desk("GET", f"Binary/{made.json['id']}")
    assert (refused.status, refused.rule) == (403, "consent-missing")


def test_a_binary_without_a_context_is_taken_from_nobody_and_shown_to_nobody(desk: Any) -> None:
    before = desk.written()
    assert desk("POST", "Binary", binary()).rule == "patient-required"
    assert desk.written() == before
    assert desk.within("PUT", "Binary/loose", binary(id="loose")).status == 201
    hidden = desk("GET", "Binary/loose")
    assert (hidden.status, b"hemmelig" in hidden.body) == (404, False)


def test_what_belongs_by_a_reference_can_be_deleted_and_brought_back_by_those_who_may_write_in_that_record(either: Any) -> None:
    for type, made in (("Binary", binary(f"Patient/{INGRID}", id="back")), ("Provenance", provenance(f"Patient/{INGRID}", id="back"))):
        assert either("PUT", f"{type}/back", made).status == 201
        either.stands(INGRID, consent=False)
        assert either("DELETE", f"{type}/back").rule == "consent-missing"
        either.stands(INGRID, consent=True)
        assert either("DELETE", f"{type}/back").status == 204
        either.stands(INGRID, consent=False)
        hers = {
            **made,
            **({"target": about(f"Patient/{VILDE}")} if type == "Provenance" else {"securityContext": about(f"Patient/{VILDE}")[0]}),
        }
        assert either("PUT", f"{type}/back", hers).status == 403, "the id was used in another's record"
        either.stands(INGRID, consent=True)
        assert either("PUT", f"{type}/back", made).status == 201


def test_a_document_belongs_to_its_subject(either: Any) -> None:
    persist = {"resourceType": "Parameters", "parameter": [{"name": "persist", "valueBoolean": True}]}
    kept = either("POST", "EpisodeOfCare/normal-pregnancy/$document", persist)
    assert kept.status == 200, kept.json
    either.rows()
    assert either("GET", f"Bundle/{kept.json['id']}").status == 200
    assert [r.patient for r in either.rows()] == [INGRID]
    either.stands(INGRID, consent=False)
    closed = either("GET", f"Bundle/{kept.json['id']}")
    assert (closed.status, closed.rule) == (403, "consent-missing")


@pytest.mark.parametrize("bundle", [{"type": "collection"}, {"type": "collection", "entry": [{"resource": observation(INGRID)}]}])
def test_a_bundle_that_is_no_document_is_taken_from_nobody(desk: Any, bundle: dict[str, Any]) -> None:
    assert desk("POST", "Bundle", {"resourceType": "Bundle", **bundle}).rule == "patient-required"


class Counting:
    """A reader in which every Observation is Ingrid's, and which counts what it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def get_many(self, references: Iterable[tuple[str, str]]) -> list[Version]:
        self.asked += 1
        return [Version(type, id, 1, None, "PUT", b"{}", INGRID) for type, id in references]  # type: ignore[arg-type]  # the time doesn't count

    def standing(self, patients: Iterable[str]) -> Mapping[str, Standing]:
        self.asked += 1
        return {patient: Known(consent=True) for patient in patients}


def test_many_provenances_are_placed_in_two_readings() -> None:
    made = [provenance(f"Observation/{n}", f"Observation/{n + 1}") for n in range(40)]
    seen = [Version("Provenance", str(n), 1, None, "PUT", encode(r)) for n, r in enumerate(made)]  # type: ignore[arg-type]  # as above
    session = Counting()
    assert {v.patient for v in owned(seen, session)} == {INGRID}
    assert session.asked == 2
