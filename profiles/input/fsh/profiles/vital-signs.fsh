Profile: NoDomainMaternityObservationBloodpressure
Parent: http://hl7.org/fhir/StructureDefinition/bp
Id: no-domain-Maternity-Observation-bloodpressure
Title: "Blood pressure (blodtrykk)"
Description: "Systolic and diastolic in mmHg. FHIR's vital sign, compatible with no-domain-VitalSigns-Observation-bloodpressure."
* insert MaternalObservation
* obeys mat-bp-1
* component ^requirements = "Either part may be missing with a reason; outside of the limits lies a slip of the finger."
* component[SystolicBP] MS
* component[SystolicBP].valueQuantity MS
* component[SystolicBP].valueQuantity.value ^minValueDecimal = 50
* component[SystolicBP].valueQuantity.value ^maxValueDecimal = 300
* component[SystolicBP].valueQuantity.comparator 0..0
* component[DiastolicBP] MS
* component[DiastolicBP].valueQuantity MS
* component[DiastolicBP].valueQuantity.value ^minValueDecimal = 20
* component[DiastolicBP].valueQuantity.value ^maxValueDecimal = 200
* component[DiastolicBP].valueQuantity.comparator 0..0

Profile: NoDomainMaternityObservationBodyweight
Parent: http://hl7.org/fhir/StructureDefinition/bodyweight
Id: no-domain-Maternity-Observation-bodyweight
Title: "Body weight (vekt)"
Description: "Her weight at a visit, in kg. FHIR's vital sign, compatible with no-domain-VitalSigns-Observation-bodyweight."
* insert MaternalObservation
* insert NorwegianCode(#27113001)
* valueQuantity MS
* valueQuantity ^requirements = "The card is in kg; outside of 25 to 350 lies a slip of unit or finger."
* valueQuantity.code = #kg
* valueQuantity.value ^minValueDecimal = 25
* valueQuantity.value ^maxValueDecimal = 350
* valueQuantity.comparator 0..0

Profile: NoDomainMaternityObservationPrepregnancyweight
Parent: http://hl7.org/fhir/StructureDefinition/bodyweight
Id: no-domain-Maternity-Observation-prepregnancyweight
Title: "Weight before the pregnancy (vekt før svangerskapet)"
Description: "Her weight before the pregnancy, in kg, as she told it. The general code of body weight is there too, as FHIR's vital signs ask for it; the time is that of the telling."
* insert MaternalObservation
* code.coding contains beforePregnancy 1..1 MS
* code.coding[beforePregnancy].system 1..1
* code.coding[beforePregnancy].system = $loinc (exactly)
* code.coding[beforePregnancy].code 1..1
* code.coding[beforePregnancy].code = #56077-1 (exactly)
* code.coding ^requirements = "A weight before the pregnancy must not be drawn into the course of weights."
* valueQuantity MS
* valueQuantity ^requirements = "The card is in kg; outside of 25 to 350 lies a slip of unit or finger."
* valueQuantity.code = #kg
* valueQuantity.value ^minValueDecimal = 25
* valueQuantity.value ^maxValueDecimal = 350
* valueQuantity.comparator 0..0

Profile: NoDomainMaternityObservationBodyheight
Parent: http://hl7.org/fhir/StructureDefinition/bodyheight
Id: no-domain-Maternity-Observation-bodyheight
Title: "Body height (høyde)"
Description: "Her height in cm. FHIR's vital sign, compatible with no-domain-VitalSigns-Observation-bodyheight."
* insert MaternalObservation
* insert NorwegianCode(#1153637007)
* valueQuantity MS
* valueQuantity ^requirements = "The card is in cm; outside of 100 to 230 lies a slip of unit or finger."
* valueQuantity.code = #cm
* valueQuantity.value ^minValueDecimal = 100
* valueQuantity.value ^maxValueDecimal = 230
* valueQuantity.comparator 0..0

Profile: NoDomainMaternityObservationBmi
Parent: http://hl7.org/fhir/StructureDefinition/bmi
Id: no-domain-Maternity-Observation-bmi
Title: "Body mass index before the pregnancy (KMI før svangerskapet)"
Description: "kg/m2, from height and weight before the pregnancy."
* insert MaternalObservation
* insert NorwegianCode(#60621009)
* valueQuantity MS
* valueQuantity ^requirements = "Outside of 8 to 100 lies a slip of unit or finger."
* valueQuantity.value ^minValueDecimal = 8
* valueQuantity.value ^maxValueDecimal = 100
* valueQuantity.comparator 0..0
* derivedFrom MS
* derivedFrom ^requirements = "Height and weight it was reckoned from."
