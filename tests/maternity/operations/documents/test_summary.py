"""Patient/[id]/$summary over ``handle``, held against what the International Patient Summary publishes.

The profiles of the IPS are not at hand, so their requirements stand here as tables: cardinalities, fixed codes and required value sets of
Bundle-uv-ips, Composition-uv-ips, Observation-pregnancy-status-uv-ips, -pregnancy-edd-uv-ips, -pregnancy-outcome-uv-ips,
MedicationStatement-uv-ips, AllergyIntolerance-uv-ips, Condition-uv-ips and Patient-uv-ips (https://hl7.org/fhir/uv/ips, STU 2).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from fhir.resources.R4B.bundle import Bundle

from hit_maternity.clock import FixedClock, ShiftedClock
from hit_maternity.fhir import formats
from hit_maternity.fhir.outcome import refuse
from hit_maternity.fhir.rest.open_guard import OpenGuard
from hit_maternity.maternity.operations import summary
from hit_maternity.maternity.operations.signature import signed_by

IPS = "http://hl7.org/fhir/uv/ips/StructureDefinition/"
LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"
ABSENT = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"

#: Sections: which types their entries may be of. The first three must be there.
SECTIONS = {
    "10160-0": {"MedicationStatement", "MedicationRequest"},
    "48765-2": {"AllergyIntolerance"},
    "11450-4": {"Condition"},
    "10162-6": {"Observation"},
    "30954-2": {"Observation"},
    "8716-3": {"Observation"},
    "47519-4": {"Procedure"},
    "11348-0": {"Condition"},
    "11369-6": {"Immunization"},
    "29762-2": {"Observation"},
    "18776-5": {"CarePlan"},
}
REQUIRED = ("10160-0", "48765-2", "11450-4")
EDD = {"11778-8", "11779-6", "11780-4"}
OUTCOMES = {"11636-8", "11637-6", "11638-4", "11639-2", "11640-0", "11612-9", "11613-7", "11614-5", "33065-4"}
STATUSES = {"77386006", "60001007", "152231000119106", "146799005"}
BARRED = {
    "Observation-pregnancy-status-uv-ips": {"bodySite", "specimen", "device", "referenceRange", "component"},
    "Observation-pregnancy-edd-uv-ips": {"bodySite", "method", "specimen", "device", "referenceRange", "component"},
    "Observation-pregnancy-outcome-uv-ips": {"bodySite", "specimen", "device", "referenceRange", "component"},
}


def url(name: str) -> str:
    return f"Patient/{name}-mother/$summary"


def code_set(concept, system=LOINC):
    return {c["code"] for c in concept["coding"] if c.get("system") == system}


def claimed(answer, profile):
    """The resources that claim a profile of the IPS."""
    return [e["resource"] for e in answer.json["entry"] if IPS + profile in e["resource"].get("meta", {}).get("profile", ())]


def at(answer, reference):
    (found,) = (e["resource"] for e in answer.json["entry"] if e["fullUrl"] == reference["reference"])
    return found


def test_the_bundle_is_one_of_the_ips(everybody, name):
    answer = everybody("GET", url(name))
    assert answer.status == 200
    bundle = answer.json
    assert bundle["meta"]["profile"] == [f"{IPS}Bundle-uv-ips"]
    assert (bundle["type"], bool(bundle["identifier"]["value"]), bool(bundle["timestamp"])) == ("document", True, True)
    assert all("fullUrl" in e and not {"search", "request", "response"} & set(e) for e in bundle["entry"])
    kinds = [e["resource"]["resourceType"] for e in bundle["entry"]]
    assert kinds[0] == "Composition" and kinds.count("Composition") == 1, "bdl-ips-1"
    assert kinds.count("Patient") == 1, "neither fetus nor child stands in the mother's summary"
    patient = answer.resources[f"Patient/{name}-mother"]
    assert patient["birthDate"] and patient["name"][0]["family"], "ips-pat-1"


def test_the_composition_is_one_of_the_ips(everybody, name):
    answer = everybody("GET", url(name))
    composition = answer.composition
    assert composition["meta"]["profile"] == [f"{IPS}Composition-uv-ips"]
    assert code_set(composition["type"]) == {"60591-5"}
    assert at(answer, composition["subject"])["resourceType"] == "Patient"
    assert composition["author"] and composition["title"] == "International Patient Summary"
    codes = [c for s in composition["section"] for c in code_set(s["code"])]
    assert len(codes) == len(set(codes)) and set(codes) <= set(SECTIONS) and set(REQUIRED) <= set(codes)
    for section in composition["section"]:
        assert section["title"] and section["text"]["div"] and "section" not in section
        assert ("entry" in section) != ("emptyReason" in section), "ips-comp-1"
        (code,) = code_set(section["code"])
        assert "entry" in section or code in REQUIRED
        assert {at(answer, e)["resourceType"] for e in section.get("entry", ())} <= SECTIONS[code]


def test_it_is_valid_fhir_with_nothing_to_warn_of_but_what_is_not_loaded(everybody, faults, name):
    unknown = {"profile-unknown", "code-system-unknown"}
    told = faults(everybody("GET", url(name)).json)
    assert [f for f in told if f.split()[1] not in unknown] == []


def test_each_claim_of_a_profile_is_met(everybody, name):
    answer = everybody("GET", url(name))
    for profile, barred in BARRED.items():
        for it in claimed(answer, profile):
            assert not barred & set(it)
            assert at(answer, it["subject"])["resourceType"] == "Patient" and it["effectiveDateTime"] and it["status"] == "final"
    for it in claimed(answer, "Observation-pregnancy-edd-uv-ips"):
        assert code_set(it["code"]) and code_set(it["code"]) <= EDD and len(it["valueDateTime"]) == 10
    for it in claimed(answer, "Observation-pregnancy-outcome-uv-ips"):
        assert code_set(it["code"]) & OUTCOMES and it["valueQuantity"]["code"] == "1" and "valueInteger" not in it
    for it in claimed(answer, "Observation-pregnancy-status-uv-ips"):
        assert code_set(it["code"]) == {"82810-3"} and code_set(it["valueCodeableConcept"], SNOMED) <= STATUSES
        assert all(at(answer, m) in claimed(answer, "Observation-pregnancy-edd-uv-ips") for m in it.get("hasMember", ()))
    for it in answer.shown("10160-0"):
        timed = any(k.startswith(("effective", "_effective")) for k in it)
        assert timed and it["status"] != "entered-in-error" and it["subject"]["reference"]


def test_a_pregnant_woman_is_told_as_such_with_her_due_date(everybody, told):
    answer = everybody("GET", url("under-way"))
    (status,) = claimed(answer, "Observation-pregnancy-status-uv-ips")
    assert code_set(status["valueCodeableConcept"], SNOMED) == {"77386006"}
    (member,) = status["hasMember"]
    valid = [r for r in told["under-way"].resources() if "'valid', 'valueBoolean': True" in str(r.get("extension"))]
    assert [at(answer, member)["valueDateTime"]] == [r["valueDateTime"] for r in valid]
    assert [status, at(answer, member)] == answer.shown("10162-6")[:2]


@pytest.mark.parametrize("name", ["normal", "loss"])
def test_a_woman_whose_pregnancy_has_ended_is_not_pregnant_since_then(everybody, name):
    answer = everybody("GET", url(name))
    (status,) = claimed(answer, "Observation-pregnancy-status-uv-ips")
    assert code_set(status["valueCodeableConcept"], SNOMED) == {"60001007"} and "hasMember" not in status
    assert status["effectiveDateTime"] == everybody("GET", f"EpisodeOfCare/{name}-pregnancy").json["period"]["end"]


def test_a_record_left_open_too_long_says_nothing_of_a_pregnancy(everybody):
    later = ShiftedClock(everybody.server.clock, timedelta(days=400))
    answer = type(everybody)(replace(everybody.server, clock=later))("GET", url("under-way"))
    assert claimed(answer, "Observation-pregnancy-status-uv-ips") == []
    assert claimed(answer, "Observation-pregnancy-outcome-uv-ips"), "what she had before is still so"


def test_the_outcomes_are_the_counts_of_the_record(everybody):
    answer = everybody("GET", url("earlier-loss"))
    counts = {
        min(code_set(r["code"]) & OUTCOMES): r["valueQuantity"]["value"] for r in claimed(answer, "Observation-pregnancy-outcome-uv-ips")
    }
    assert counts == {"11636-8": 0, "11614-5": 2, "33065-4": 0}
    beside = [r for r in answer.shown("10162-6") if "57062-2" in code_set(r["code"])]
    assert [r["valueInteger"] for r in beside] == [1], "stillbirths are not in the value set, and not lost"


def test_known_none_and_not_known_are_two_answers(everybody):
    none = everybody("GET", url("normal")).shown("48765-2")
    assert [code_set(r["code"], ABSENT) for r in none] == [{"no-known-medication-allergies"}]
    assert code_set(none[0]["code"], SNOMED) == {"409137002"}
    unknown = everybody("GET", url("new-record")).section("48765-2")
    assert "entry" not in unknown and unknown["emptyReason"]["coding"][0]["code"] == "unavailable"
    assert "There is no information available" in unknown["text"]["div"]


def test_allergies_and_diseases_of_the_record_are_in_it(everybody):
    answer = everybody("GET", url("rhd-negative"))
    assert [r["id"] for r in answer.shown("48765-2")] == ["rhd-negative-allergy-penicillin"]
    said = [r for r in answer.shown("11450-4") if "Allergi" in r["code"].get("text", "")]
    assert said and "clinicalStatus" not in said[0], "a yes to a question doesn't tell whether it is over"


def test_of_each_measure_the_newest_is_shown(everybody, told):
    answer = everybody("GET", url("normal"))
    observations = [r for r in told["normal"].resources() if r["resourceType"] == "Observation"]
    weights = [r for r in observations if code_set(r["code"]) == {"29463-7"}]
    newest = max(weights, key=lambda r: r["effectiveDateTime"])
    shown = [r["id"] for r in answer.shown("8716-3") if code_set(r["code"]) == {"29463-7"}]
    assert len(weights) > 1 and shown == [newest["id"]]
    assert not [r for code in ("8716-3", "30954-2") for r in answer.shown(code) if "focus" in r]


def test_the_narrative_is_english_and_tells_each_entry(everybody):
    answer = everybody("GET", url("under-way"))
    assert answer.composition["language"] == "en"
    div = answer.section("30954-2")["text"]["div"]
    assert div.count("<tr>") == len(answer.section("30954-2")["entry"]) + 1
    assert "Hemoglobin [Mass/volume] in Blood" in div
    pregnancy = answer.section("10162-6")["text"]["div"]
    assert "<td>Pregnant</td>" in pregnancy and "Delivery date Estimated" in pregnancy
    assert "<td>Negative</td>" in div, "a national code gives way to an international one"
    assert "<td>1</td>" in pregnancy, "a count has no unit"
    assert "No known medication allergies" in answer.section("48765-2")["text"]["div"]
    assert "active" not in answer.section("48765-2")["text"]["div"]


def test_a_woman_without_a_pregnancy_gets_a_summary_without_one(api, faults):
    api.put({"resourceType": "Patient", "id": "p", "name": [{"family": "Testesen"}], "birthDate": "1990-01-01"})
    answer = api("GET", "Patient/p/$summary")
    assert answer.status == 200
    assert [next(iter(code_set(s["code"]))) for s in answer.composition["section"]] == list(REQUIRED)
    assert not answer.has_section("10162-6")
    assert all(s["emptyReason"]["coding"][0]["code"] == "unavailable" for s in answer.composition["section"])


def test_without_a_name_or_birth_date_no_profile_is_claimed(api):
    api.put({"resourceType": "Patient", "id": "p", "name": [{"family": "Testesen"}]})
    answer = api("GET", "Patient/p/$summary")
    assert "meta" not in answer.json and "meta" not in answer.composition


def test_an_allergy_said_without_its_name_is_not_lost(api):
    mother = {"reference": "Patient/p"}
    disease = "https://hit-maternity.example/fhir/CodeSystem/disease-history"
    said = {"resourceType": "Observation", "status": "final", "subject": mother, "effectiveDateTime": "2026-03-01"}
    api.put(
        {"resourceType": "Patient", "id": "p"},
        {**said, "id": "a", "code": {"coding": [{"system": disease, "code": "drug-allergy"}]}, "valueBoolean": True},
        {**said, "id": "b", "code": {"coding": [{"system": disease, "code": "nothing-particular"}]}, "valueBoolean": True},
        {**said, "id": "c", "code": {"text": "wrong"}, "status": "entered-in-error", "valueString": "x",
         "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}]}]},
    )  # fmt: skip
    answer = api("GET", "Patient/p/$summary")
    assert [code_set(r["code"], SNOMED) for r in answer.shown("48765-2")] == [{"416098002"}]
    assert [code_set(r["code"], ABSENT) for r in answer.shown("11450-4")] == [{"no-known-problems"}]
    assert not answer.has_section("30954-2"), "what was entered in error is in no section"


def test_what_others_records_hold_is_not_hers(api):
    """She stands in another's record as the one who observed."""
    api.put(
        {"resourceType": "Patient", "id": "p"},
        {"resourceType": "Patient", "id": "q"},
        {
            "resourceType": "Observation",
            "id": "o",
            "status": "final",
            "code": {"text": "temperature"},
            "subject": {"reference": "Patient/q"},
            "performer": [{"reference": "Patient/p"}],
            "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}]}],
            "valueString": "37",
        },
    )
    assert "Observation/o" not in api("GET", "Patient/p/$summary").resources
    assert "Observation/o" in api("GET", "Patient/q/$summary").resources


def test_a_long_record_is_read_to_its_end(everybody, monkeypatch):
    whole = everybody("GET", url("normal"))
    monkeypatch.setattr(summary, "_PAGE", 7)
    assert len(everybody("GET", url("normal")).json["entry"]) == len(whole.json["entry"])


def test_it_is_signed_and_can_be_had_as_xml(everybody):
    answer = everybody("GET", url("normal"), accept="application/fhir+xml")
    assert answer.headers["content-type"].startswith("application/fhir+xml")
    assert signed_by(formats.decode(answer.body, "xml", everybody.server.definitions))


def test_the_profile_may_be_named(everybody):
    assert everybody("GET", f"{url('normal')}?profile={IPS}Composition-uv-ips|2.0.0").status == 200
    answer = everybody("GET", f"{url('normal')}?profile=http://example.org/other")
    assert (answer.status, answer.rules) == (400, ["value-profile"])


def test_wrong_parameters_and_absent_women_are_refused(api):
    assert api("GET", "Patient/none/$summary").rules == ["resource-unknown"]
    api.put({"resourceType": "Patient", "id": "p"})
    assert api("GET", "Patient/p/$summary?colour=red").rules == ["operation-parameter-unknown"]
    api("DELETE", "Patient/p")
    assert (api("GET", "Patient/p/$summary").status, api("GET", "Patient/p/$summary").rules) == (410, ["resource-deleted"])


def test_the_guard_is_asked_and_told(everybody):
    class Watching(OpenGuard):
        def __init__(self, allows):
            self.allows, self.seen = allows, []

        def check(self, principal, intent):
            assert (intent.interaction, intent.type, intent.id) == ("$summary", "Patient", "normal-mother")
            if not self.allows:
                raise refuse(403, "forbidden", "access-denied", "No.")
            return super().check(principal, intent)

        def reveal(self, principal, intent, seen, writer=None):
            self.seen = [v.type for v in seen]
            return seen

    guard = Watching(True)
    assert type(everybody)(replace(everybody.server, guard=guard))("GET", url("normal")).status == 200
    assert guard.seen[0] == "Patient" and "Observation" in guard.seen and "Practitioner" in guard.seen
    refused = type(everybody)(replace(everybody.server, guard=Watching(False)))("GET", url("normal"))
    assert (refused.status, refused.rules) == (403, ["access-denied"])


@pytest.mark.parametrize("where", ["Patient/twins-mother/$summary", "EpisodeOfCare/twins-pregnancy/$document"])
def test_a_library_of_others_reads_it(everybody, where):
    bundle = Bundle.model_validate_json(everybody("GET", where).body)
    assert bundle.type == "document" and bundle.entry[0].resource.title


def test_nothing_is_kept(everybody):
    before = everybody("GET", "Composition?_summary=count").json["total"]
    everybody("GET", url("normal"))
    assert everybody("GET", "Composition?_summary=count").json["total"] == before
    assert isinstance(everybody.server.clock, FixedClock)
