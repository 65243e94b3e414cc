// Code systems
Alias: $sct = http://snomed.info/sct
Alias: $loinc = http://loinc.org
Alias: $ucum = http://unitsofmeasure.org
Alias: $atc = http://www.whocc.no/atc
Alias: $icpc2 = http://hl7.org/fhir/sid/icpc-2
Alias: $icd10no = http://hl7.org/fhir/sid/icd-10-no
Alias: $nlk = urn:oid:2.16.578.1.12.4.1.1.7280
Alias: $act = http://terminology.hl7.org/CodeSystem/v3-ActCode
Alias: $role = http://terminology.hl7.org/CodeSystem/v3-RoleCode
Alias: $observation-category = http://terminology.hl7.org/CodeSystem/observation-category
Alias: $absent = http://terminology.hl7.org/CodeSystem/data-absent-reason
Alias: $condition-category = http://terminology.hl7.org/CodeSystem/condition-category
Alias: $interpretation = http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation
Alias: $consent-scope = http://terminology.hl7.org/CodeSystem/consentscope

// Volven: the Norwegian administrative code systems
Alias: $volven-3303 = urn:oid:2.16.578.1.12.4.1.1.3303
Alias: $volven-8340 = urn:oid:2.16.578.1.12.4.1.1.8340
Alias: $volven-8534 = urn:oid:2.16.578.1.12.4.1.1.8534
Alias: $volven-8536 = urn:oid:2.16.578.1.12.4.1.1.8536
Alias: $volven-8537 = urn:oid:2.16.578.1.12.4.1.1.8537
Alias: $volven-9043 = urn:oid:2.16.578.1.12.4.1.1.9043
Alias: $volven-9060 = urn:oid:2.16.578.1.12.4.1.1.9060
Alias: $volven-9602 = urn:oid:2.16.578.1.12.4.1.1.9602

// Identifier systems (HL7 Norway, no-basis)
Alias: $fnr = urn:oid:2.16.578.1.12.4.1.4.1
Alias: $dnr = urn:oid:2.16.578.1.12.4.1.4.2
Alias: $fhn = urn:oid:2.16.578.1.12.4.1.4.3
Alias: $hpr = urn:oid:2.16.578.1.12.4.1.4.4
Alias: $enh = urn:oid:2.16.578.1.12.4.1.4.101
Alias: $resh = urn:oid:2.16.578.1.12.4.1.4.102
Alias: $record-id = https://hit-maternity.example/fhir/NamingSystem/record-id
Alias: $fetus-id = https://hit-maternity.example/fhir/NamingSystem/fetus

// Own code systems
Alias: $card-item = https://hit-maternity.example/fhir/CodeSystem/card-item
Alias: $section = https://hit-maternity.example/fhir/CodeSystem/section
Alias: $term-basis = https://hit-maternity.example/fhir/CodeSystem/term-basis
Alias: $term-reason = https://hit-maternity.example/fhir/CodeSystem/term-reason
Alias: $time-point = https://hit-maternity.example/fhir/CodeSystem/time-point
Alias: $habit-type = https://hit-maternity.example/fhir/CodeSystem/habit-type
Alias: $habit-frequency = https://hit-maternity.example/fhir/CodeSystem/habit-frequency
Alias: $disease-history = https://hit-maternity.example/fhir/CodeSystem/disease-history
Alias: $survey-disease = https://hit-maternity.example/fhir/CodeSystem/survey-disease
Alias: $fetal-status = https://hit-maternity.example/fhir/CodeSystem/fetal-status
Alias: $visit-kind = https://hit-maternity.example/fhir/CodeSystem/visit-kind
Alias: $end-reason = https://hit-maternity.example/fhir/CodeSystem/end-reason
Alias: $care-function = https://hit-maternity.example/fhir/CodeSystem/care-function
Alias: $attention = https://hit-maternity.example/fhir/CodeSystem/attention
Alias: $programme = https://hit-maternity.example/fhir/CodeSystem/programme
Alias: $programme-status = https://hit-maternity.example/fhir/CodeSystem/programme-status
Alias: $origin = https://hit-maternity.example/fhir/CodeSystem/origin

// Code systems of FHIR and of HL7 Norway that value sets take single codes from
Alias: $observation-status = http://hl7.org/fhir/observation-status
Alias: $encounter-status = http://hl7.org/fhir/encounter-status
Alias: $episode-status = http://hl7.org/fhir/episode-of-care-status
Alias: $no-family = http://hl7.no/fhir/CodeSystem/no-basis-family-relation
Alias: $object-role = http://terminology.hl7.org/CodeSystem/object-role
Alias: $act-reason = http://terminology.hl7.org/CodeSystem/v3-ActReason
Alias: $yes-no = http://terminology.hl7.org/CodeSystem/v2-0136
Alias: $language = urn:ietf:bcp:47
