#!/bin/sh
# An antenatal visit at the FHIR API with curl: find the record, read it, write what was measured, correct it, see the change.
#
#   sh docs/examples/visit-fhir.sh [http://127.0.0.1:8080]
#
# With the demo running, in the folder where it was started. `hit-maternity call` does the same in one command; here curl makes the call,
# so that it shows what is sent. hit-maternity and python are those of
# `.venv` here, else those of PATH.
set -eu
if [ -d .venv/bin ]; then PATH=$PWD/.venv/bin:$PATH; fi
server=${1:-http://127.0.0.1:8080}
fhir=$server/fhir
profile=https://hit-maternity.example/fhir/StructureDefinition/no-domain-Maternity
nin=29839349813 # the woman of the demo who is under way; synthetic: month + 80

# call METHOD ADDRESS [BODY [CONTENT TYPE [HEADER]]]
call() {
  hit-maternity token --server "$server" --as tiril-morgenrode --patient under-way --method "$1" --url "$2" --format curl |
    curl -sS --fail-with-body -K - ${3:+-H "Content-Type: ${4:-application/fhir+json}" --data-binary "$3"} ${5:+-H "$5"}
}

# pick MEMBER... of a JSON text on standard input
pick() {
  python -c 'import json, sys
value = json.load(sys.stdin)
for name in sys.argv[1:]:
    value = value[int(name)] if isinstance(value, list) else value[name]
print(value)' "$@"
}

# observation NAME PROFILE CATEGORY CODE VALUE: an entry of the transaction
observation() {
  cat <<END
    {
      "request": {"method": "PUT", "url": "Observation/$visit-$1"},
      "resource": {
        "resourceType": "Observation",
        "id": "$visit-$1",
        "meta": {"profile": ["$profile-Observation-$2"]},
        "status": "final",
        "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "$3"}]}],
        "code": {"coding": [$4]},
        "subject": {"reference": "Patient/$woman"},
        "encounter": {"reference": "Encounter/$visit"},
        "effectiveDateTime": "$today",
        "performer": [{"reference": "PractitionerRole/tiril-morgenrode"}],
        $5
      }
    }
END
}

loinc() { echo "{\"system\": \"http://loinc.org\", \"code\": \"$1\"}"; }
snomed() { echo "{\"system\": \"http://snomed.info/sct\", \"code\": \"$1\"}"; }
quantity() { echo "\"valueQuantity\": {\"value\": $1, \"unit\": \"$2\", \"system\": \"http://unitsofmeasure.org\", \"code\": \"$3\"}"; }
pressure() { echo "{\"code\": {\"coding\": [$(loinc "$1"), $(snomed "$2")]}, $(quantity "$3" mmHg "mm[Hg]")}"; }

echo "1. Who is she, and which record is hers? A national id is never in an address, so the search is a POST"
woman=$(call POST "$fhir/Patient/_search" "identifier=urn:oid:2.16.578.1.12.4.1.4.1|$nin" application/x-www-form-urlencoded |
  pick entry 0 resource id)
episode=$(call GET "$fhir/EpisodeOfCare?patient=$woman&status=active" | pick entry 0 resource id)
echo "EpisodeOfCare/$episode"

echo "2. The whole card"
call GET "$fhir/EpisodeOfCare/$episode/\$helsekort" | pick entry 0 resource status

echo "3. Write a visit: blood pressure, weight, protein in urine; all of it, or nothing"
today=$(date +%F)
visit=$(python -c 'import uuid; print(uuid.uuid4())')
call POST "$fhir" "{
  \"resourceType\": \"Bundle\",
  \"type\": \"transaction\",
  \"entry\": [
    {
      \"request\": {\"method\": \"PUT\", \"url\": \"Encounter/$visit\"},
      \"resource\": {
        \"resourceType\": \"Encounter\",
        \"id\": \"$visit\",
        \"meta\": {\"profile\": [\"$profile-Encounter-antenatal\"]},
        \"status\": \"finished\",
        \"class\": {\"system\": \"http://terminology.hl7.org/CodeSystem/v3-ActCode\", \"code\": \"AMB\"},
        \"type\": [{\"coding\": [$(snomed 424619006),
          {\"system\": \"https://hit-maternity.example/fhir/CodeSystem/visit-kind\", \"code\": \"extra\"}]}],
        \"subject\": {\"reference\": \"Patient/$woman\"},
        \"episodeOfCare\": [{\"reference\": \"EpisodeOfCare/$episode\"}],
        \"participant\": [{\"individual\": {\"reference\": \"PractitionerRole/tiril-morgenrode\"}}],
        \"period\": {\"start\": \"$today\"},
        \"serviceProvider\": {\"reference\": \"Organization/strandby-helsestasjon\"}
      }
    },
$(observation bp bloodpressure vital-signs "$(loinc 85354-9), $(snomed 75367002)" \
  "\"component\": [$(pressure 8480-6 271649006 118), $(pressure 8462-4 271650006 76)]"),
$(observation weight bodyweight vital-signs "$(loinc 29463-7), $(snomed 27113001)" "$(quantity 72.40 kg kg)"),
$(observation protein urine-protein laboratory "{\"system\": \"urn:oid:2.16.578.1.12.4.1.1.7280\", \"code\": \"NPU04206\"}, $(loinc 20454-5)" \
  "\"valueCodeableConcept\": {\"coding\": [{\"system\": \"urn:oid:2.16.578.1.12.4.1.1.8340\", \"code\": \"T008\"}]}")
  ]
}" | pick entry 1 response status

echo "4. Correct it: the systolic pressure was 122. A patch says what changes, If-Match which version it was"
call PATCH "$fhir/Observation/$visit-bp" '[{"op": "replace", "path": "/component/0/valueQuantity/value", "value": 122}]' \
  application/json-patch+json 'If-Match: W/"1"' | pick meta versionId

echo "5. See the change: every version of the blood pressure, the newest first"
call GET "$fhir/Observation/$visit-bp/_history" | pick entry 0 resource component 0 valueQuantity value
