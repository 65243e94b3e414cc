Profile: NoDomainMaternityProcedureDelivery
Parent: Procedure
Id: no-domain-Maternity-Procedure-delivery
Title: "Delivery (forløsning)"
Description: "How she gave birth, when and where. Of twins there may be two. Compatible with no-basis-Procedure."
* status MS
* status ^requirements = "Done, or planned and given up."
* code 1..1 MS
* code from DeliveryModeVS (required)
* code ^requirements = "Caesarean, vacuum, forceps and normal delivery weigh differently in the next pregnancy; NKPK may stand beside it."
* subject MS
* subject only Reference(NoDomainMaternityPatientMother)
* subject ^requirements = "It is the woman who gives birth."
* encounter 1..1 MS
* encounter only Reference(NoDomainMaternityEncounterBirth)
* encounter ^requirements = "The stay, and by it the pregnancy."
* performed[x] 1..1 MS
* performed[x] ^requirements = "When."
* performer MS
* performer ^requirements = "Who helped."
* complication MS
* complication ^requirements = "Tears, bleeding, stuck shoulders: known at the next pregnancy."
* outcome MS
* outcome ^requirements = "How it went for her."

Profile: NoDomainMaternityObservationBirthStatus
Parent: NoDomainMaternityObservationFetal
Id: no-domain-Maternity-Observation-birth-status
Title: "Birth status (fødselsstatus)"
Description: "How it went with one fetus, and when: the national record's birthStatus. The subject is the woman and the focus the fetus also here, since a stillborn child has no Patient of a newborn."
* insert Coded($card-item#birth-status)
* obeys mat-value-1
* value[x] MS
* value[x] only CodeableConcept
* valueCodeableConcept from BirthStatusVS (required)
* value[x] ^requirements = "Born alive, stillborn, or lost; beside a national code that can't be translated stands as-received."
* insert Components
* component contains mode 0..1 MS
* component[mode].code = $sct#236973005
* component[mode].value[x] 1..1
* component[mode].value[x] only CodeableConcept
* component[mode].valueCodeableConcept from DeliveryModeVS (required)

RuleSet: NewbornObservation
* obeys mat-obs-1
* status MS
* status from ObservationStatusVS (required)
* status ^requirements = "A fact of unknown status can't be acted on."
* category 1..* MS
* category ^requirements = "Fetched by category."
* code MS
* code ^requirements = "A fact without a code is found by nobody."
* subject 1..1 MS
* subject only Reference(NoDomainMaternityPatientNewborn)
* subject ^requirements = "Once born, the child is its own subject."
* effective[x] 1..1 MS
* effective[x] only dateTime
* effective[x] ^requirements = "Minutes count at a birth."
* performer MS
* performer ^requirements = "Who measured."

Profile: NoDomainMaternityObservationNewbornWeight
Parent: Observation
Id: no-domain-Maternity-Observation-newborn-weight
Title: "Birth weight (fødselsvekt)"
Description: "In g, 100 to 8000."
* insert NewbornObservation
* insert KnownCategory
* insert Coded($loinc#8339-4)
* insert Measured(g, 100, 8000)

Profile: NoDomainMaternityObservationNewbornLength
Parent: Observation
Id: no-domain-Maternity-Observation-newborn-length
Title: "Length at birth (lengde ved fødsel)"
Description: "In cm, 10 to 70."
* insert NewbornObservation
* insert KnownCategory
* insert CodedTwice($loinc#89269-5, $sct#169886007)
* insert Measured(cm, 10, 70)

Profile: NoDomainMaternityObservationNewbornHeadCircumference
Parent: http://hl7.org/fhir/StructureDefinition/headcircum
Id: no-domain-Maternity-Observation-newborn-head-circumference
Title: "Head circumference at birth (hodeomkrets ved fødsel)"
Description: "In cm, 10 to 60. FHIR's vital sign."
* insert NewbornObservation
* valueQuantity MS
* valueQuantity ^requirements = "The card is in cm."
* valueQuantity.code = #cm
* valueQuantity.value ^minValueDecimal = 10
* valueQuantity.value ^maxValueDecimal = 60
* valueQuantity.comparator 0..0

RuleSet: Apgar
* insert NewbornObservation
* insert KnownCategory
* value[x] MS
* value[x] only Quantity
* insert MeasuredValue({score}, 0, 10)
* value[x] ^requirements = "Zero to ten."

Profile: NoDomainMaternityObservationNewbornApgar1
Parent: Observation
Id: no-domain-Maternity-Observation-newborn-apgar-1
Title: "Apgar after one minute (Apgar etter 1 minutt)"
Description: "The score, 0 to 10."
* insert Coded($loinc#9272-6)
* insert Apgar

Profile: NoDomainMaternityObservationNewbornApgar5
Parent: Observation
Id: no-domain-Maternity-Observation-newborn-apgar-5
Title: "Apgar after five minutes (Apgar etter 5 minutter)"
Description: "The score, 0 to 10."
* insert Coded($loinc#9274-2)
* insert Apgar
