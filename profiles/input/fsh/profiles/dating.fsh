Profile: NoDomainMaternityObservationLastMenstrualPeriod
Parent: NoDomainMaternityObservationMaternal
Id: no-domain-Maternity-Observation-last-menstrual-period
Title: "Last menstrual period (siste menstruasjon)"
Description: "First day of the last menstrual period, to the day."
* obeys mat-day-1
* insert CodedTwice($loinc#8665-2, $sct#21840007)
* value[x] MS
* value[x] only dateTime
* value[x] ^requirements = "The due date and the gestational age are reckoned from this day."

Profile: NoDomainMaternityObservationDueDate
Parent: NoDomainMaternityObservationMaternal
Id: no-domain-Maternity-Observation-due-date
Title: "Due date (termin)"
Description: "One due date: by the last period, by ultrasound, by assisted conception, or corrected. All stay in the record; the extension says which one is valid and why. The general LOINC code is always there, as the International Patient Summary has it; the method tells them apart."
* obeys mat-day-1 and mat-term-1 and mat-term-2
* extension contains ValidTerm named validTerm 0..1 MS
* extension[validTerm] ^requirements = "One due date steers the programme."
* insert Coded($loinc#11778-8)
* code.coding contains
    lmp 0..1 MS and
    ovulation 0..1 MS
* code.coding[lmp] = $loinc#11779-6
* code.coding[ovulation] = $loinc#11780-4
* value[x] MS
* value[x] only dateTime
* value[x] ^requirements = "A day."
* method 1..1 MS
* method from TermBasisVS (required)
* method ^requirements = "Ultrasound stands above the period, a correction above both: what it rests on must be known."
* derivedFrom MS
* derivedFrom ^requirements = "The period, conception or examination it was reckoned from."

Profile: NoDomainMaternityObservationGestationalAge
Parent: NoDomainMaternityObservationMaternal
Id: no-domain-Maternity-Observation-gestational-age
Title: "Gestational age (svangerskapslengde)"
Description: "Whole days by the due date that was valid then; 0 to 308 (44+0). Day 0 lies 283 days before the due date, as Norway reckons it; 280 is the international count, and a card reckoned by it would be three days wrong here. Weeks and days after them may stand beside it, for those who show them; never as text."
* obeys mat-ga-1 and mat-value-1
* insert CodedTwice($loinc#18185-9, $loinc#49052-4)
* insert Measured(d, 0, 308)
* insert Components
* component contains weeks 0..1 MS and days 0..1 MS
* component[weeks].code = $loinc#49051-6
* component[weeks].value[x] 1..1
* component[weeks].value[x] only Quantity
* component[weeks].valueQuantity = $ucum#wk
* component[weeks].valueQuantity.value 1..1
* component[weeks].valueQuantity.value ^minValueDecimal = 0
* component[weeks].valueQuantity.value ^maxValueDecimal = 44
* component[days].code = $card-item#days-after-full-week
* component[days].value[x] 1..1
* component[days].value[x] only Quantity
* component[days].valueQuantity = $ucum#d
* component[days].valueQuantity.value 1..1
* component[days].valueQuantity.value ^minValueDecimal = 0
* component[days].valueQuantity.value ^maxValueDecimal = 6
* derivedFrom MS
* derivedFrom ^requirements = "The due date it was reckoned by."

Profile: NoDomainMaternityObservationNumberOfFetuses
Parent: NoDomainMaternityObservationMaternal
Id: no-domain-Maternity-Observation-number-of-fetuses
Title: "Number of fetuses (antall foster)"
Description: "How many fetuses were seen; 1 to 9. A later one replaces an earlier one, as a twin may vanish."
* insert Coded($sct#246435002)
* value[x] MS
* value[x] only integer
* valueInteger ^minValueInteger = 1
* valueInteger ^maxValueInteger = 9
* value[x] ^requirements = "No fetus has a number beyond it."

Profile: NoDomainMaternityObservationAssistedConception
Parent: NoDomainMaternityObservationAnswer
Id: no-domain-Maternity-Observation-assisted-conception
Title: "Assisted conception (assistert befruktning)"
Description: "Whether the pregnancy came about by assisted conception, and if so on which day and how."
* obeys mat-ivf-1
* insert Coded($sct#63487001)
* insert Components
* component contains date 0..1 MS and method 0..1 MS and embryoAge 0..1 MS
* component[date].code = $card-item#assisted-conception-date
* component[date].value[x] 1..1
* component[date].value[x] only dateTime
* component[method].code = $card-item#assisted-conception-method
* component[method].value[x] 1..1
* component[method].value[x] only CodeableConcept
* component[method].valueCodeableConcept from AssistedConceptionMethodVS (required)
* component[embryoAge].code = $card-item#embryo-age
* component[embryoAge].value[x] 1..1
* component[embryoAge].value[x] only integer
* component[embryoAge].valueInteger ^minValueInteger = 0
* component[embryoAge].valueInteger ^maxValueInteger = 7
