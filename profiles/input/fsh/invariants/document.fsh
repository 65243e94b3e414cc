Invariant: mat-section-1
Description: "A section shows something, or says why it is empty."
Severity: #error
Expression: "entry.exists() or section.exists() or emptyReason.exists()"
* insert InNorwegian([["En del viser noe, eller sier hvorfor den er tom."]])

Invariant: mat-doc-1
Description: "At most one due date of the document is the valid one."
Severity: #error
Expression: "entry.resource.ofType(Observation).where(status != 'entered-in-error' and extension('https://hit-maternity.example/fhir/StructureDefinition/valid-term').extension('valid').where(value = true).exists()).count() <= 1"
* insert InNorwegian([["Høyst én termin i dokumentet er den gjeldende."]])

Invariant: mat-doc-2
Description: "The valid due date lies 259 to 301 days after the first day of the last period. Otherwise one of the two is mistyped, or the due date was not reckoned from that period."
Severity: #warning
Expression: "entry.resource.ofType(Observation).where(status != 'entered-in-error' and extension('https://hit-maternity.example/fhir/StructureDefinition/valid-term').extension('valid').where(value = true).exists()).value.ofType(dateTime).where(($this < %resource.entry.resource.ofType(Observation).where(status != 'entered-in-error' and code.coding.where(system = 'http://loinc.org' and code = '8665-2').exists()).value.ofType(dateTime).first() + 259 days) or ($this > %resource.entry.resource.ofType(Observation).where(status != 'entered-in-error' and code.coding.where(system = 'http://loinc.org' and code = '8665-2').exists()).value.ofType(dateTime).first() + 301 days)).empty()"
* insert InNorwegian([["Gjeldende termin ligger 259 til 301 dager etter første dag i siste menstruasjon. Ellers er en av dem skrevet feil, eller terminen er ikke regnet fra den menstruasjonen."]])

Invariant: mat-doc-3
Description: "At most one episode of the document is active: a woman has one active record."
Severity: #error
Expression: "entry.resource.ofType(EpisodeOfCare).where(status = 'active').count() <= 1"
* insert InNorwegian([["Høyst ett forløp i dokumentet er aktivt: en kvinne har ett aktivt helsekort."]])

Invariant: mat-doc-4
Description: "The outcomes of earlier pregnancies add up to no more than their number; with earlier twins they may."
Severity: #warning
Expression: "entry.resource.ofType(Observation).where(status != 'entered-in-error' and code.coding.where(system = 'http://snomed.info/sct' and code = '246211005').exists()).value.ofType(integer).where($this < %resource.entry.resource.ofType(Observation).where(status != 'entered-in-error' and code.coding.where(system = 'http://loinc.org' and (code in ('11636-8' | '11614-5' | '57062-2' | '33065-4'))).exists()).value.ofType(integer).aggregate($this + $total, 0)).empty()"
* insert InNorwegian([["Utfallene av tidligere svangerskap blir til sammen ikke flere enn svangerskapene; med tidligere tvillinger kan de bli det."]])

Invariant: mat-doc-5
Description: "Anti-D is given to a woman who is RhD negative: her type in the document is not positive."
Severity: #warning
Expression: "entry.resource.ofType(MedicationAdministration).where(status = 'completed' and medication.ofType(CodeableConcept).coding.where(system = 'http://www.whocc.no/atc' and code = 'J06BB01').exists()).exists() implies entry.resource.ofType(Observation).where(status != 'entered-in-error' and focus.empty() and value.ofType(CodeableConcept).coding.where(system = 'http://snomed.info/sct' and code = '165747007').exists()).empty()"
* insert InNorwegian([["Anti-D gis til en kvinne som er RhD-negativ: typen hennes i dokumentet er ikke positiv."]])

Invariant: mat-doc-6
Description: "No fetus has a number beyond the number of fetuses."
Severity: #error
Expression: "entry.resource.ofType(Observation).where(status != 'entered-in-error' and code.coding.where(system = 'http://snomed.info/sct' and code = '246435002').exists()).value.ofType(integer).where($this < %resource.entry.resource.ofType(Patient).extension('https://hit-maternity.example/fhir/StructureDefinition/fetus-number').value.ofType(positiveInt).where($this > %resource.entry.resource.ofType(Observation).where(status != 'entered-in-error' and code.coding.where(system = 'http://snomed.info/sct' and code = '246435002').exists()).value.ofType(integer).first()).first()).empty()"
* insert InNorwegian([["Ingen fosternummer er høyere enn antall foster."]])
