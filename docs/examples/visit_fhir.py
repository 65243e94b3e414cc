"""An antenatal visit at the FHIR API: find the record, read it, write what was measured, correct it, see the change.

`python docs/examples/visit_fhir.py [http://127.0.0.1:8080]`, with the demo running, in the folder where it was started: the token comes
from the test-token service, whose key the demo has put there. Needs `pip install 'hit-maternity[client]'`.
"""

import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.observation import Observation

from hit_maternity.client import ClientError, FhirClient, TestTokens

SERVER = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080"
PATIENT = "29839349813"  # the woman of the demo who is under way; synthetic: month + 80
MIDWIFE = "17818849850"  # Tiril Morgenrøde, who does not exist
PROFILE = "https://hit-maternity.example/fhir/StructureDefinition/no-domain-Maternity-"
UCUM, LOINC, SCT = "http://unitsofmeasure.org", "http://loinc.org", "http://snomed.info/sct"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"


def concept(*codings: tuple[str, str]) -> dict:
    return {"coding": [{"system": system, "code": code} for system, code in codings]}


def pressure(value: int, loinc: str, snomed: str) -> dict:
    quantity = {"value": value, "unit": "mmHg", "system": UCUM, "code": "mm[Hg]"}
    return {"code": concept((LOINC, loinc), (SCT, snomed)), "valueQuantity": quantity}


def visit_of(woman: str, episode: str) -> tuple[str, Bundle]:
    """The id of the visit's Encounter, and a transaction with all of it."""
    visit, today, author = str(uuid4()), date.today().isoformat(), "PractitionerRole/tiril-morgenrode"
    her = {"subject": {"reference": f"Patient/{woman}"}}

    def observation(name: str, profile: str, category: str, code: dict, **value: object) -> dict:
        return {
            "resourceType": "Observation",
            "id": f"{visit}-{name}",
            "meta": {"profile": [f"{PROFILE}Observation-{profile}"]},
            "status": "final",
            "category": [concept((CATEGORY, category))],
            "code": code,
            **her,
            "encounter": {"reference": f"Encounter/{visit}"},
            "effectiveDateTime": today,
            "performer": [{"reference": author}],
            **value,
        }

    encounter = {
        "resourceType": "Encounter",
        "id": visit,
        "meta": {"profile": [f"{PROFILE}Encounter-antenatal"]},
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "type": [concept((SCT, "424619006"), ("https://hit-maternity.example/fhir/CodeSystem/visit-kind", "extra"))],
        **her,
        "episodeOfCare": [{"reference": f"EpisodeOfCare/{episode}"}],
        "participant": [{"individual": {"reference": author}}],
        "period": {"start": today},
        "serviceProvider": {"reference": "Organization/strandby-helsestasjon"},
    }
    kilograms = {"value": Decimal("72.40"), "unit": "kg", "system": UCUM, "code": "kg"}
    blood = concept((LOINC, "85354-9"), (SCT, "75367002"))
    parts = [pressure(118, "8480-6", "271649006"), pressure(76, "8462-4", "271650006")]
    protein = concept(("urn:oid:2.16.578.1.12.4.1.1.7280", "NPU04206"), (LOINC, "20454-5"))
    negative = concept(("urn:oid:2.16.578.1.12.4.1.1.8340", "T008"))
    resources = [
        encounter,
        observation("bp", "bloodpressure", "vital-signs", blood, component=parts),
        observation("weight", "bodyweight", "vital-signs", concept((LOINC, "29463-7"), (SCT, "27113001")), valueQuantity=kilograms),
        observation("protein", "urine-protein", "laboratory", protein, valueCodeableConcept=negative),
    ]
    entries = [{"resource": it, "request": {"method": "PUT", "url": f"{it['resourceType']}/{it['id']}"}} for it in resources]
    return visit, Bundle.model_validate({"resourceType": "Bundle", "type": "transaction", "entry": entries})


def main() -> None:
    key_file = Path("var/sts/helseid/ttt.key")
    tokens = TestTokens(f"{SERVER}/sts/ttt", key_file, person=MIDWIFE, parent="310140007", child="310005118", role="JO")
    with FhirClient(f"{SERVER}/fhir", tokens, PATIENT, role="JO", source_system="Example EPJ 1.0") as epj:
        # 1. Who is she, and which record is hers? A national id is never in an address: the search is sent as a POST
        (woman,) = epj.search("Patient", {"identifier": f"urn:oid:2.16.578.1.12.4.1.4.1|{PATIENT}"})
        (episode,) = epj.search("EpisodeOfCare", {"patient": woman.id, "status": "active"})

        # 2. The whole card
        print(f"resources on the card: {len(epj.helsekort(episode.id).entry)}")

        # 3. Write a visit: all of it, or nothing
        visit, bundle = visit_of(woman.id, episode.id)
        answer = epj.transaction(bundle)
        print(f"written: {', '.join(entry.response.status for entry in answer.entry)}")
        print(f"weight: {epj.read('Observation', f'{visit}-weight').valueQuantity.value}")

        # 4. Correct it: If-Match goes with it, so nobody's change is written over
        blood = epj.read(Observation, f"{visit}-bp")
        blood.component[0].valueQuantity.value = Decimal(122)
        print(f"corrected: version {epj.update(blood).meta.versionId}")

        # 5. See the change
        for entry in epj.history(Observation, f"{visit}-bp").entry:
            systolic = entry.resource.component[0].valueQuantity.value
            print(f"history: version {entry.resource.meta.versionId}, systolic {systolic}")


if __name__ == "__main__":
    try:
        main()
    except ClientError as fault:
        sys.exit(f"{type(fault).__name__}: {fault}")
