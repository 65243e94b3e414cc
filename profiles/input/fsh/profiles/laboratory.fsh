Profile: NoDomainMaternityObservationLabResult
Parent: NoDomainMaternityObservationMaternal
Id: no-domain-Maternity-Observation-lab-result
Title: "Laboratory result (prøvesvar)"
Description: "An answer of a laboratory or of a test at the visit. Codes as laboratories send them (NLK), with LOINC where it is known. A positive or negative answer is coded, never a boolean: an inconclusive one exists too."
* insert Category(laboratory)
* code from LaboratoryTestVS (extensible)
* code ^requirements = "A laboratory's own code is better than none; the known ones are listed."
* value[x] MS
* value[x] only Quantity or CodeableConcept or string
* value[x] ^requirements = "Figures with a unit, or coded words; free text only where a laboratory sends nothing else."
* issued MS
* issued ^requirements = "The day of the answer differs from the day of the sample, which is the effective time."
* interpretation MS
* interpretation ^requirements = "Positive, negative, high, low, as the laboratory judged it."
* specimen MS
* specimen ^requirements = "Where the laboratory tells it."
* referenceRange MS
* referenceRange ^requirements = "Limits differ by laboratory."

Profile: NoDomainMaternityObservationHaemoglobin
Parent: NoDomainMaternityObservationLabResult
Id: no-domain-Maternity-Observation-haemoglobin
Title: "Haemoglobin (hemoglobin, Hb)"
Description: "g/dL. In which trimester it was taken follows from its time and the valid due date; where only the trimester is known, the time point tells it."
* extension contains TimePoint named timePoint 0..1 MS
* extension ^requirements = "The national record has a haemoglobin of the first and one of the third trimester, without a date."
* code from HaemoglobinCodeVS (required)
* code ^requirements = "The codes under which laboratories answer."
* insert Analysed(g/dL, 2, 25)

Profile: NoDomainMaternityObservationFerritin
Parent: NoDomainMaternityObservationLabResult
Id: no-domain-Maternity-Observation-ferritin
Title: "Ferritin (ferritin)"
Description: "ug/L (micrograms per litre)."
* code from FerritinCodeVS (required)
* insert Analysed(ug/L, 0, 5000)

Profile: NoDomainMaternityObservationHba1c
Parent: NoDomainMaternityObservationLabResult
Id: no-domain-Maternity-Observation-hba1c
Title: "HbA1c (HbA1c)"
Description: "mmol/mol."
* code from Hba1cCodeVS (required)
* insert Analysed(mmol/mol, 15, 200)

Profile: NoDomainMaternityObservationGlucoseTolerance
Parent: NoDomainMaternityObservationLabResult
Id: no-domain-Maternity-Observation-glucose-tolerance
Title: "Glucose load (glukosebelastning)"
Description: "Fasting and two hours after 75 g of glucose, mmol/L, in one Observation: one test on one day. Either may be missing."
* insert Coded($sct#113076002)
* value[x] 0..0
* value[x] ^requirements = "The components hold the figures."
* insert Components
* component contains fasting 0..1 MS and twoHours 0..1 MS
* component[fasting].code = $loinc#14771-0
* component[fasting].value[x] 1..1
* component[fasting].value[x] only Quantity
* component[fasting].valueQuantity = $ucum#mmol/L
* component[fasting].valueQuantity.value 1..1
* component[fasting].valueQuantity.value ^minValueDecimal = 1
* component[fasting].valueQuantity.value ^maxValueDecimal = 50
* component[twoHours].code = $loinc#14996-3
* component[twoHours].value[x] 1..1
* component[twoHours].value[x] only Quantity
* component[twoHours].valueQuantity = $ucum#mmol/L
* component[twoHours].valueQuantity.value 1..1
* component[twoHours].valueQuantity.value ^minValueDecimal = 1
* component[twoHours].valueQuantity.value ^maxValueDecimal = 50

Profile: NoDomainMaternityObservationBloodGroup
Parent: NoDomainMaternityObservationLabResult
Id: no-domain-Maternity-Observation-blood-group
Title: "ABO blood group (ABO-blodtype)"
Description: "A, B, AB or O."
* code from BloodGroupCodeVS (required)
* value[x] only CodeableConcept
* valueCodeableConcept from BloodGroupVS (required)
* value[x] ^requirements = "One of four."

Profile: NoDomainMaternityObservationRhesusD
Parent: NoDomainMaternityObservationLabResult
Id: no-domain-Maternity-Observation-rhesus-d
Title: "RhD type of the woman (RhD-type)"
Description: "Positive or negative: the first link of the RhD chain. If negative: consent, typing of the fetus in week 24, anti-D in week 28."
* code from RhesusDCodeVS (required)
* value[x] only CodeableConcept
* valueCodeableConcept from RhesusDVS (required)
* value[x] ^requirements = "The chain of decisions hangs on it; words alone could not steer it."
* focus 0..0
* focus ^requirements = "The mother's own type must not be taken for the fetus's."

Profile: NoDomainMaternityObservationAntibodyScreen
Parent: NoDomainMaternityObservationLabResult
Id: no-domain-Maternity-Observation-antibody-screen
Title: "Blood group antibodies (blodtypeantistoff)"
Description: "Whether irregular antibodies were found."
* code from AntibodyScreenCodeVS (required)
* value[x] only CodeableConcept
* valueCodeableConcept from AntibodyResultVS (required)
* value[x] ^requirements = "Found or not found; an inconclusive sample is neither."

Profile: NoDomainMaternityObservationFetalRhesusD
Parent: NoDomainMaternityObservationLabResult
Id: no-domain-Maternity-Observation-fetal-rhesus-d
Title: "RhD type of the fetus (RhD-type hos fosteret)"
Description: "From the mother's blood, week 24. The focus is the fetus; of twins one answer may stand for both, as the test can't tell them apart: then both are named."
* code from FetalRhesusDCodeVS (required)
* value[x] only CodeableConcept
* valueCodeableConcept from FetalRhesusDVS (required)
* value[x] ^requirements = "Positive leads to prophylaxis, negative spares it, inconclusive leads to a new sample."
* focus 1..*
* focus ^requirements = "Never to be taken for the mother's type."

Profile: NoDomainMaternityObservationInfectionTest
Parent: NoDomainMaternityObservationLabResult
Id: no-domain-Maternity-Observation-infection-test
Title: "Test for infection (smitteprøve)"
Description: "HIV, syphilis, hepatitis B and C, rubella, chlamydia, gonorrhoea, toxoplasmosis, cytomegalovirus, group B streptococci, asymptomatic bacteriuria, and MRSA, VRE or ESBL in one, as the card asks."
* code from InfectionTestVS (required)
* value[x] only CodeableConcept
* valueCodeableConcept from InfectionResultVS (required)
* value[x] ^requirements = "Never a boolean: a test may be inconclusive."
