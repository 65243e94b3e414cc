Profile: NoDomainMaternityObservationObstetricHistory
Parent: NoDomainMaternityObservationMaternal
Id: no-domain-Maternity-Observation-obstetric-history
Title: "Obstetric history (tidligere svangerskap, samlet)"
Description: "Groups the counts and the earlier pregnancies."
* insert Coded($loinc#10162-6)
* value[x] 0..0
* value[x] ^requirements = "The members say it; text is a note of the section."
* hasMember MS
* hasMember ^requirements = "Counts and panels are read together."
* hasMember only Reference(NoDomainMaternityObservationCount or NoDomainMaternityObservationPreviousPregnancy)

Profile: NoDomainMaternityObservationCount
Parent: NoDomainMaternityObservationMaternal
Id: no-domain-Maternity-Observation-count
Title: "Count of the obstetric history (antall)"
Description: "A whole number from 0. Where it is missing, it is said why: zero is an answer."
* ^abstract = true
* value[x] MS
* value[x] only integer
* valueInteger ^minValueInteger = 0
* valueInteger ^maxValueInteger = 40
* value[x] ^requirements = "Zero is an answer and differs from not asked."
* dataAbsentReason from AbsentAnswerVS (required)
* dataAbsentReason ^requirements = "Not asked, asked but unknown, or declined."

Profile: NoDomainMaternityObservationPreviousPregnancies
Parent: NoDomainMaternityObservationCount
Id: no-domain-Maternity-Observation-previous-pregnancies
Title: "Previous pregnancies (antall tidligere svangerskap)"
Description: "How many pregnancies she had before this one; without induced abortions, which the card does not ask for. Gravida is another count: with this one."
* insert Coded($sct#246211005)

Profile: NoDomainMaternityObservationLiveBirths
Parent: NoDomainMaternityObservationCount
Id: no-domain-Maternity-Observation-live-births
Title: "Live births (antall levendefødte)"
Description: "How many of her children were born alive."
* insert Coded($loinc#11636-8)

Profile: NoDomainMaternityObservationMiscarriages
Parent: NoDomainMaternityObservationCount
Id: no-domain-Maternity-Observation-miscarriages
Title: "Miscarriages (antall spontanaborter)"
Description: "How many pregnancies ended by themselves before week 22."
* insert CodedTwice($loinc#11614-5, $sct#248989003)

Profile: NoDomainMaternityObservationStillbirths
Parent: NoDomainMaternityObservationCount
Id: no-domain-Maternity-Observation-stillbirths
Title: "Stillbirths (antall dødfødte)"
Description: "How many of her children were born dead from week 22 or 500 g."
* insert CodedTwice($loinc#57062-2, $sct#252112002)

Profile: NoDomainMaternityObservationEctopic
Parent: NoDomainMaternityObservationCount
Id: no-domain-Maternity-Observation-ectopic
Title: "Ectopic pregnancies (antall svangerskap utenfor livmoren)"
Description: "How many pregnancies lay outside of the uterus."
* insert CodedTwice($loinc#33065-4, $sct#440537001)

Profile: NoDomainMaternityObservationGravida
Parent: NoDomainMaternityObservationCount
Id: no-domain-Maternity-Observation-gravida
Title: "Gravida (antall svangerskap)"
Description: "How many pregnancies she has had with this one. The national record counts the previous ones; this is that number and one."
* insert CodedTwice($loinc#11996-6, $sct#161732006)

Profile: NoDomainMaternityObservationParity
Parent: NoDomainMaternityObservationCount
Id: no-domain-Maternity-Observation-parity
Title: "Parity (antall fødsler)"
Description: "How many times she has given birth."
* insert CodedTwice($loinc#11977-6, $sct#364325004)

Profile: NoDomainMaternityObservationPreviousPregnancy
Parent: NoDomainMaternityObservationMaternal
Id: no-domain-Maternity-Observation-previous-pregnancy
Title: "Previous pregnancy (tidligere svangerskap)"
Description: "One earlier pregnancy: when it ended, how, how far it had come, how the child was born and what it weighed, and what should be known of it. Of twins there are two panels."
* obeys mat-earlier-1
* insert Coded($card-item#previous-pregnancy)
* value[x] 0..0
* value[x] ^requirements = "The components say it."
* insert Components
* component 1..*
* component contains
    ended 0..1 MS and
    outcome 0..1 MS and
    gestationalAge 0..1 MS and
    mode 0..1 MS and
    birthWeight 0..1 MS and
    course 0..1 MS
* component[ended].code = $card-item#pregnancy-ended
* component[ended].value[x] only dateTime
* component[ended].value[x] ^short = "Year, month or day"
* component[outcome].code = $loinc#63893-2
* component[outcome].value[x] only CodeableConcept
* component[outcome].valueCodeableConcept from PregnancyOutcomeVS (required)
* component[gestationalAge].code = $loinc#18185-9
* component[gestationalAge].value[x] only Quantity
* component[gestationalAge].valueQuantity = $ucum#d
* component[gestationalAge].valueQuantity.value 1..1
* component[gestationalAge].valueQuantity.value ^minValueDecimal = 0
* component[gestationalAge].valueQuantity.value ^maxValueDecimal = 308
* component[mode].code = $sct#236973005
* component[mode].value[x] only CodeableConcept
* component[mode].valueCodeableConcept from DeliveryModeVS (required)
* component[birthWeight].code = $loinc#8339-4
* component[birthWeight].value[x] only Quantity
* component[birthWeight].valueQuantity = $ucum#g
* component[birthWeight].valueQuantity.value 1..1
* component[birthWeight].valueQuantity.value ^minValueDecimal = 100
* component[birthWeight].valueQuantity.value ^maxValueDecimal = 8000
* component[course].code = $card-item#pregnancy-course
* component[course].value[x] only string
