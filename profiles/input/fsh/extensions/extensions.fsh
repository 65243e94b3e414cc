Extension: FetalStatus
Id: fetal-status
Title: "Fetal status (fosterets status)"
Description: "Whether the fetus is alive in the uterus, born, stillborn or lost. It marks a Patient as a fetus, as patient-fetalStatus of the International Birth and Child Model does; that extension is no part of FHIR R4."
* ^context[+].type = #element
* ^context[=].expression = "Patient"
* value[x] 1..1
* value[x] only CodeableConcept
* valueCodeableConcept from FetalStatusVS (required)
* value[x] ^requirements = "A fetus ends in one of few ways; systems must tell them apart without reading text."

Extension: FetusNumber
Id: fetus-number
Title: "Fetus number (foster nr)"
Description: "The number of the fetus in this pregnancy, 1 for a singleton; the national record's fosterId."
* ^context[+].type = #element
* ^context[=].expression = "Patient"
* value[x] 1..1
* value[x] only positiveInt
* value[x] ^requirements = "Facts about twins are told apart by this number."

Extension: FetusOf
Id: fetus-of
Title: "Fetus of (foster av)"
Description: "The woman who carries the fetus. A plain reference, so that a fetus is found by its mother in one search."
* ^context[+].type = #element
* ^context[=].expression = "Patient"
* value[x] 1..1
* value[x] only Reference(NoDomainMaternityPatientMother)
* value[x] ^requirements = "A RelatedPerson between the two would need a chained search and a second resource for each fetus."

Extension: ValidTerm
Id: valid-term
Title: "Valid term (gjeldende termin)"
Description: "Whether this due date is the one that holds for the pregnancy now, and why. Every earlier due date stays in the record with the value false."
* ^context[+].type = #element
* ^context[=].expression = "Observation"
* extension contains
    valid 1..1 MS and
    reason 0..1 MS
* extension ^requirements = "One due date steers the whole programme; which one and why must not be guessed."
* extension[valid].value[x] 1..1
* extension[valid].value[x] only boolean
* extension[valid].value[x] ^short = "Whether this due date holds now"
* extension[reason].value[x] 1..1
* extension[reason].value[x] only CodeableConcept
* extension[reason].valueCodeableConcept from TermReasonVS (required)
* extension[reason].value[x] ^short = "Why it holds"

Extension: TimePoint
Id: time-point
Title: "Time point (tidspunkt)"
Description: "Of which time in the pregnancy the answer speaks: before it, at the first visit, or in week 36; of a haemoglobin, first or third trimester. The card asks the same question at several times."
* ^context[+].type = #element
* ^context[=].expression = "Observation"
* ^context[+].type = #element
* ^context[=].expression = "MedicationStatement"
* ^context[+].type = #element
* ^context[=].expression = "MedicationAdministration"
* value[x] 1..1
* value[x] only CodeableConcept
* valueCodeableConcept from TimePointVS (required)
* value[x] ^requirements = "The date alone does not tell of which time a woman was asked: in week 36 she may be asked about the time before."

Extension: Cohabiting
Id: cohabiting
Title: "Cohabiting (bor sammen)"
Description: "Whether the co-parent lives with the pregnant woman. no-basis-marital-status has no code for it."
* ^context[+].type = #element
* ^context[=].expression = "RelatedPerson"
* value[x] 1..1
* value[x] only boolean
* value[x] ^requirements = "The national record asks this as a yes or no."

Extension: TreatmentPlace
Id: treatment-place
Title: "Treatment place (behandlingssted)"
Description: "The name of the place of treatment from which the record was written to, as the national record's treatmentFacilityName."
* ^context[+].type = #element
* ^context[=].expression = "Provenance"
* value[x] 1..1
* value[x] only string
* value[x] ^requirements = "The woman sees in her access log where she was written about; the place is often no organisation of its own."

Extension: EndReason
Id: end-reason
Title: "End reason (grunn til avslutning)"
Description: "Why the record ended: birth, a loss, moved, death, or made in error. FHIR R4's EpisodeOfCare has no place for it."
* ^context[+].type = #element
* ^context[=].expression = "EpisodeOfCare"
* value[x] 1..1
* value[x] only CodeableConcept
* valueCodeableConcept from EndReasonVS (required)
* value[x] ^requirements = "A birth and a loss end a record alike; whoever reads it must not take one for the other."

Extension: Attest
Id: attest
Title: "Attest (attest om tjenstlig behov)"
Description: "The decision on which access rests, as the consuming organisation attested it: the trust framework's decision_ref."
* ^context[+].type = #element
* ^context[=].expression = "AuditEvent"
* extension contains
    id 1..1 MS and
    description 0..1 MS and
    userSelected 1..1 MS and
    time 0..1 MS
* extension ^requirements = "The woman may ask why somebody looked; the answer is the decision and who took it."
* extension[id].value[x] 1..1
* extension[id].value[x] only string
* extension[id].value[x] ^short = "Id of the decision at the organisation that attested"
* extension[description].value[x] 1..1
* extension[description].value[x] only string
* extension[description].value[x] ^short = "What it is about, in words; nothing clinical"
* extension[userSelected].value[x] 1..1
* extension[userSelected].value[x] only boolean
* extension[userSelected].value[x] ^short = "True: the professional granted herself access; false: the system derived it from a registered contact"
* extension[time].value[x] 1..1
* extension[time].value[x] only dateTime
* extension[time].value[x] ^short = "When it was attested"

Extension: Received
Id: received
Title: "As received (slik det ble mottatt)"
Description: "How the national record's JSON spelt what stands here in FHIR's form: the name of a code system, or a time without a time zone. It is given back so."
* ^context[+].type = #element
* ^context[=].expression = "Element"
* value[x] 1..1
* value[x] only string
* value[x] ^requirements = "Whoever sent it compares what comes back with what was sent."

Extension: Position
Id: position
Title: "Position in the list (plass i listen)"
Description: "The place of a birth status in the national record's list, where that isn't in the order of the fetuses' numbers."
* ^context[+].type = #element
* ^context[=].expression = "Observation"
* value[x] 1..1
* value[x] only positiveInt
* value[x] ^requirements = "The list comes back in the order in which it was sent."

Extension: FetusOrder
Id: fetus-order
Title: "Order of the fetuses (rekkefølge av fostrene)"
Description: "The numbers of the fetuses as the national record's list of a visit has them, with commas between, where they aren't in order."
* ^context[+].type = #element
* ^context[=].expression = "Encounter"
* value[x] 1..1
* value[x] only string
* value[x] ^requirements = "The list comes back in the order in which it was sent."
