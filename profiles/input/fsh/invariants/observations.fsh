Invariant: mat-obs-1
Description: "An observation says something: a value, why there is none, components or members. Only one that was cancelled, registered ahead or entered in error may be silent."
Severity: #error
Expression: "value.exists() or dataAbsentReason.exists() or component.exists() or hasMember.exists() or (status in ('cancelled' | 'registered' | 'entered-in-error'))"

Invariant: mat-answer-1
Description: "A question is answered with yes or no, or it is said why it is not: a missing answer is never a no."
Severity: #error
Expression: "(value.exists() xor dataAbsentReason.exists()) or (status in ('cancelled' | 'registered' | 'entered-in-error'))"

Invariant: mat-day-1
Description: "The date is given to the day. A month or a year is too coarse to reckon a pregnancy from."
Severity: #error
Expression: "value.exists() implies value.ofType(dateTime).toString().length() >= 10"

Invariant: mat-term-1
Description: "Where it is told whether a due date is the valid one, and it is, the reason is told too."
Severity: #error
Expression: "extension('https://hit-maternity.example/fhir/StructureDefinition/valid-term').where(extension('valid').value = true).all(extension('reason').exists())"

Invariant: mat-term-2
Description: "A due date reckoned from the last period carries LOINC 11779-6, one from a known day of conception 11780-4; beside the general 11778-8."
Severity: #error
Expression: "(method.coding.where(system = 'https://hit-maternity.example/fhir/CodeSystem/term-basis' and code = 'lmp').exists() implies code.coding.where(system = 'http://loinc.org' and code = '11779-6').exists()) and (method.coding.where(system = 'https://hit-maternity.example/fhir/CodeSystem/term-basis' and (code in ('oocyte-retrieval' | 'embryo-transfer'))).exists() implies code.coding.where(system = 'http://loinc.org' and code = '11780-4').exists())"

Invariant: mat-ga-1
Description: "Completed weeks and days after them give the same as the whole number of days."
Severity: #error
Expression: "(component.where(code.coding.where(system = 'http://loinc.org' and code = '49051-6').exists()).value.exists() and component.where(code.coding.where(system = 'https://hit-maternity.example/fhir/CodeSystem/card-item' and code = 'days-after-full-week').exists()).value.exists() and value.exists()) implies (component.where(code.coding.where(system = 'http://loinc.org' and code = '49051-6').exists()).value.value * 7 + component.where(code.coding.where(system = 'https://hit-maternity.example/fhir/CodeSystem/card-item' and code = 'days-after-full-week').exists()).value.value = value.value)"

Invariant: mat-bp-1
Description: "The systolic pressure is above the diastolic."
Severity: #error
Expression: "(component.where(code.coding.where(system = 'http://loinc.org' and code = '8480-6').exists()).value.exists() and component.where(code.coding.where(system = 'http://loinc.org' and code = '8462-4').exists()).value.exists()) implies (component.where(code.coding.where(system = 'http://loinc.org' and code = '8480-6').exists()).value.value > component.where(code.coding.where(system = 'http://loinc.org' and code = '8462-4').exists()).value.value)"

Invariant: mat-sf-1
Description: "The fundal height is measured from week 16 on; before, the uterus is not above the symphysis."
Severity: #error
Expression: "component.where(code.coding.where(system = 'http://loinc.org' and code = '18185-9').exists()).value.all(value >= 112)"

Invariant: mat-earlier-1
Description: "Where an earlier pregnancy has a birth weight, its outcome is told too."
Severity: #warning
Expression: "component.where(code.coding.where(system = 'http://loinc.org' and code = '8339-4').exists()).exists() implies component.where(code.coding.where(system = 'http://loinc.org' and code = '63893-2').exists()).exists()"

Invariant: mat-habit-1
Description: "A number a day belongs to a habit she has; whoever answers no has none."
Severity: #error
Expression: "value.coding.where(system = 'https://hit-maternity.example/fhir/CodeSystem/habit-frequency' and code = 'no').exists() implies component.where(code.coding.where(system = 'https://hit-maternity.example/fhir/CodeSystem/card-item' and code = 'daily-count').exists()).value.where($this > 0).empty()"

Invariant: mat-ivf-1
Description: "The day, the way and the embryo's age belong to a pregnancy by assisted conception; where the answer is no there are none."
Severity: #error
Expression: "value.where($this = false).exists() implies component.empty()"

Invariant: mat-value-1
Description: "The value is there, or why it is not; components alone say too little."
Severity: #error
Expression: "value.exists() or dataAbsentReason.exists() or (status in ('cancelled' | 'registered' | 'entered-in-error'))"
