Invariant: mat-obs-1
Description: "An observation says something: a value, why there is none, components or members. Only one that was cancelled, registered ahead or entered in error may be silent."
Severity: #error
Expression: "value.exists() or dataAbsentReason.exists() or component.exists() or hasMember.exists() or (status in ('cancelled' | 'registered' | 'entered-in-error'))"
* insert InNorwegian([["En observasjon sier noe: en verdi, hvorfor den mangler, komponenter eller medlemmer. Bare en som er avlyst, forhåndsregistrert eller ført ved feil, kan være taus."]])

Invariant: mat-answer-1
Description: "A question is answered with yes or no, or it is said why it is not: a missing answer is never a no."
Severity: #error
Expression: "(value.exists() xor dataAbsentReason.exists()) or (status in ('cancelled' | 'registered' | 'entered-in-error'))"
* insert InNorwegian([["Et spørsmål er besvart med ja eller nei, eller det står hvorfor ikke: et svar som mangler, er aldri et nei."]])

Invariant: mat-day-1
Description: "The date is given to the day. A month or a year is too coarse to reckon a pregnancy from."
Severity: #error
Expression: "value.exists() implies value.ofType(dateTime).toString().length() >= 10"
* insert InNorwegian([["Datoen er gitt med dag. En måned eller et år er for grovt å regne et svangerskap fra."]])

Invariant: mat-term-1
Description: "Where it is told whether a due date is the valid one, and it is, the reason is told too."
Severity: #error
Expression: "extension('https://hit-maternity.example/fhir/StructureDefinition/valid-term').where(extension('valid').value = true).all(extension('reason').exists())"
* insert InNorwegian([["Der det står at en termin er den gjeldende, står også grunnen."]])

Invariant: mat-term-2
Description: "A due date reckoned from the last period carries LOINC 11779-6, one from a known day of conception 11780-4; beside the general 11778-8."
Severity: #error
Expression: "(method.coding.where(system = 'https://hit-maternity.example/fhir/CodeSystem/term-basis' and code = 'lmp').exists() implies code.coding.where(system = 'http://loinc.org' and code = '11779-6').exists()) and (method.coding.where(system = 'https://hit-maternity.example/fhir/CodeSystem/term-basis' and (code in ('oocyte-retrieval' | 'embryo-transfer'))).exists() implies code.coding.where(system = 'http://loinc.org' and code = '11780-4').exists())"
* insert InNorwegian([["En termin regnet fra siste menstruasjon har LOINC 11779-6, en regnet fra en kjent befruktningsdag 11780-4; ved siden av den generelle 11778-8."]])

Invariant: mat-ga-1
Description: "Completed weeks and days after them give the same as the whole number of days."
Severity: #error
Expression: "(component.where(code.coding.where(system = 'http://loinc.org' and code = '49051-6').exists()).value.exists() and component.where(code.coding.where(system = 'https://hit-maternity.example/fhir/CodeSystem/card-item' and code = 'days-after-full-week').exists()).value.exists() and value.exists()) implies (component.where(code.coding.where(system = 'http://loinc.org' and code = '49051-6').exists()).value.value * 7 + component.where(code.coding.where(system = 'https://hit-maternity.example/fhir/CodeSystem/card-item' and code = 'days-after-full-week').exists()).value.value = value.value)"
* insert InNorwegian([["Fullgåtte uker og dager etter dem gir det samme som antall dager."]])

Invariant: mat-bp-1
Description: "The systolic pressure is above the diastolic."
Severity: #error
Expression: "(component.where(code.coding.where(system = 'http://loinc.org' and code = '8480-6').exists()).value.exists() and component.where(code.coding.where(system = 'http://loinc.org' and code = '8462-4').exists()).value.exists()) implies (component.where(code.coding.where(system = 'http://loinc.org' and code = '8480-6').exists()).value.value > component.where(code.coding.where(system = 'http://loinc.org' and code = '8462-4').exists()).value.value)"
* insert InNorwegian([["Det systoliske trykket er høyere enn det diastoliske."]])

Invariant: mat-sf-1
Description: "The fundal height is measured from week 16 on; before, the uterus is not above the symphysis."
Severity: #error
Expression: "component.where(code.coding.where(system = 'http://loinc.org' and code = '18185-9').exists()).value.all(value >= 112)"
* insert InNorwegian([["Symfyse-fundusmål tas fra uke 16; før det når ikke livmoren over symfysen."]])

Invariant: mat-earlier-1
Description: "Where an earlier pregnancy has a birth weight, its outcome is told too."
Severity: #warning
Expression: "component.where(code.coding.where(system = 'http://loinc.org' and code = '8339-4').exists()).exists() implies component.where(code.coding.where(system = 'http://loinc.org' and code = '63893-2').exists()).exists()"
* insert InNorwegian([["Der et tidligere svangerskap har en fødselsvekt, står også utfallet."]])

Invariant: mat-habit-1
Description: "A number a day belongs to a habit she has; whoever answers no has none."
Severity: #error
Expression: "value.coding.where(system = 'https://hit-maternity.example/fhir/CodeSystem/habit-frequency' and code = 'no').exists() implies component.where(code.coding.where(system = 'https://hit-maternity.example/fhir/CodeSystem/card-item' and code = 'daily-count').exists()).value.where($this > 0).empty()"
* insert InNorwegian([["Et antall per dag hører til en vane hun har; den som svarer nei, har ikke noe antall."]])

Invariant: mat-ivf-1
Description: "The day, the way and the embryo's age belong to a pregnancy by assisted conception; where the answer is no there are none."
Severity: #error
Expression: "value.where($this = false).exists() implies component.empty()"
* insert InNorwegian([["Dag, måte og embryoets alder hører til et svangerskap etter assistert befruktning; der svaret er nei, er det ingen."]])

Invariant: mat-value-1
Description: "The value is there, or why it is not; components alone say too little."
Severity: #error
Expression: "value.exists() or dataAbsentReason.exists() or (status in ('cancelled' | 'registered' | 'entered-in-error'))"
* insert InNorwegian([["Verdien er der, eller hvorfor den mangler; komponenter alene sier for lite."]])
