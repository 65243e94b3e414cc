Profile: NoDomainMaternityObservationFundalHeight
Parent: NoDomainMaternityObservationMaternal
Id: no-domain-Maternity-Observation-fundal-height
Title: "Fundal height (symfyse-fundusmål)"
Description: "From the symphysis to the top of the uterus, in cm, 10 to 50. The gestational age may stand beside it, so that the point can be drawn on the curve. A fact about the pregnancy, not about one of twins."
* obeys mat-sf-1 and mat-value-1
* insert CodedTwice($loinc#11881-0, $sct#364253002)
* insert Measured(cm, 10, 50)
* focus 0..0
* focus ^requirements = "It is the uterus that is measured; with twins it belongs to neither."
* insert Components
* component contains gestationalAge 0..1 MS
* component[gestationalAge].code = $loinc#18185-9
* component[gestationalAge].value[x] 1..1
* component[gestationalAge].value[x] only Quantity
* component[gestationalAge].valueQuantity = $ucum#d
* component[gestationalAge].valueQuantity.value 1..1
* component[gestationalAge].valueQuantity.value ^minValueDecimal = 112
* component[gestationalAge].valueQuantity.value ^maxValueDecimal = 308

Profile: NoDomainMaternityObservationUrineProtein
Parent: NoDomainMaternityObservationMaternal
Id: no-domain-Maternity-Observation-urine-protein
Title: "Protein in urine (protein i urin)"
Description: "By strip: negative, trace, 1+, 2+, 3+."
* insert CodedTwice($loinc#20454-5, $nlk#NPU04206)
* insert Category(laboratory)
* value[x] MS
* value[x] only CodeableConcept
* valueCodeableConcept from UrineProteinResultVS (required)
* value[x] ^requirements = "Five grades that can be compared; the national record uses Volven 8340."

Profile: NoDomainMaternityObservationOedema
Parent: NoDomainMaternityObservationMaternal
Id: no-domain-Maternity-Observation-oedema
Title: "Oedema (ødem)"
Description: "0 none to 3. The national record gives the steps no words."
* insert CodedTwice($loinc#44966-0, $sct#267038008)
* value[x] MS
* value[x] only integer
* valueInteger ^minValueInteger = 0
* valueInteger ^maxValueInteger = 3
* value[x] ^requirements = "The national record knows 0 to 3; zero is an answer."

Profile: NoDomainMaternityObservationFetalHeartRate
Parent: NoDomainMaternityObservationFetal
Id: no-domain-Maternity-Observation-fetal-heart-rate
Title: "Fetal heart rate (fosterlyd)"
Description: "Beats per minute of one fetus, 30 to 300; the way it was heard may be the method."
* insert CodedTwice($loinc#55283-6, $sct#249043002)
* insert Measured(/min, 30, 300)
* method MS
* method ^requirements = "Pinard, Doppler or ultrasound."

Profile: NoDomainMaternityObservationFetalPresentation
Parent: NoDomainMaternityObservationFetal
Id: no-domain-Maternity-Observation-fetal-presentation
Title: "Lie and presentation (leie og presentasjon)"
Description: "How one fetus lies. Beside a national code (Volven 8534) that can't be translated stands as-received."
* insert Coded($sct#271692001)
* value[x] MS
* value[x] only CodeableConcept
* valueCodeableConcept from FetalPresentationVS (required)
* value[x] ^requirements = "A breech at week 36 is acted on."
* method MS
* method ^requirements = "By hand or by ultrasound."

Profile: NoDomainMaternityObservationFetalMovements
Parent: NoDomainMaternityObservationFetal
Id: no-domain-Maternity-Observation-fetal-movements
Title: "Mother feels movements (mor kjenner liv)"
Description: "Whether she feels the fetus move: yes or no as the card asks it, or present, reduced, none."
* insert CodedTwice($loinc#57088-7, $sct#249040004)
* value[x] MS
* value[x] only boolean or CodeableConcept
* valueCodeableConcept from FetalMovementsVS (required)
* value[x] ^requirements = "No movements are acted on at once; reduced ones are not the same as none."

Profile: NoDomainMaternityObservationCtg
Parent: NoDomainMaternityObservationFetal
Id: no-domain-Maternity-Observation-ctg
Title: "Cardiotocography (CTG)"
Description: "What the recording of one fetus showed, in words."
* insert Coded($card-item#ctg)
* value[x] MS
* value[x] only string
* value[x] ^requirements = "The card has room for words only."

Profile: NoDomainMaternityObservationUltrasound
Parent: NoDomainMaternityObservationMaternal
Id: no-domain-Maternity-Observation-ultrasound
Title: "Ultrasound finding (ultralydfunn)"
Description: "What an ultrasound examination showed, in words; of one fetus where it names one. The due date it set is a due-date Observation derived from this one."
* insert Coded($card-item#ultrasound)
* focus 0..1
* focus ^requirements = "One fetus, or the pregnancy as a whole."
* value[x] MS
* value[x] only string
* value[x] ^requirements = "Examinations are reported in words; measures may be components."
* insert Components
* component ^slicing.rules = #open
* component ^requirements = "The commonest measures; others may stand beside them."
* component contains estimatedWeight 0..1 MS and cervixLength 0..1 MS
* component[estimatedWeight].code = $loinc#11727-5
* component[estimatedWeight].value[x] 1..1
* component[estimatedWeight].value[x] only Quantity
* component[estimatedWeight].valueQuantity = $ucum#g
* component[estimatedWeight].valueQuantity.value 1..1
* component[estimatedWeight].valueQuantity.value ^minValueDecimal = 1
* component[estimatedWeight].valueQuantity.value ^maxValueDecimal = 8000
* component[cervixLength].code = $loinc#11961-0
* component[cervixLength].value[x] 1..1
* component[cervixLength].value[x] only Quantity
* component[cervixLength].valueQuantity = $ucum#mm
* component[cervixLength].valueQuantity.value 1..1
* component[cervixLength].valueQuantity.value ^minValueDecimal = 0
* component[cervixLength].valueQuantity.value ^maxValueDecimal = 100

Profile: NoDomainMaternityObservationEmployment
Parent: NoDomainMaternityObservationMaternal
Id: no-domain-Maternity-Observation-employment
Title: "Employment (yrkesaktiv)"
Description: "How much of full time she works, in percent, at the first visit and later ones; whether she worked in the last six months, and her occupation and industry in words."
* insert Coded($card-item#employment)
* insert Category(social-history)
* insert Measured(%, 0, 100)
* insert Components
* component contains lastSixMonths 0..1 MS and occupation 0..1 MS
* component[lastSixMonths].code = $card-item#employed-last-6-months
* component[lastSixMonths].value[x] only boolean
* component[lastSixMonths].dataAbsentReason from AbsentAnswerVS (required)
* component[occupation].code = $card-item#occupation
* component[occupation].value[x] only string

Profile: NoDomainMaternityObservationMedicationUse
Parent: NoDomainMaternityObservationAnswer
Id: no-domain-Maternity-Observation-medication-use
Title: "Uses medicines (bruker legemidler)"
Description: "Whether she uses medicines; asked at each visit. Which, stands in MedicationStatements."
* insert Coded($card-item#medication-use)

Profile: NoDomainMaternityObservationMedicationFrequency
Parent: NoDomainMaternityObservationMaternal
Id: no-domain-Maternity-Observation-medication-frequency
Title: "How often she uses medicines (bruk av legemidler)"
Description: "The national record's medicationFrequency. Its values are not public: a code as it was received, or words."
* insert Coded($card-item#medication-frequency)
* value[x] MS
* value[x] only CodeableConcept or string
* value[x] ^requirements = "What is received must be given back as it was."
* dataAbsentReason from AbsentAnswerVS (required)
* dataAbsentReason ^requirements = "Not asked, asked but unknown, or declined."
