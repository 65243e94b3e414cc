Profile: NoDomainMaternityObservationMaternal
Parent: Observation
Id: no-domain-Maternity-Observation-maternal
Title: "Observation of the woman (opplysning om den gravide)"
Description: "What every Observation of the record has in common: the woman as subject, the visit, the time, who found it out, and why a value is missing."
* ^abstract = true
* insert MaternalObservation
* insert KnownCategory

Profile: NoDomainMaternityObservationFetal
Parent: NoDomainMaternityObservationMaternal
Id: no-domain-Maternity-Observation-fetal
Title: "Observation of a fetus (opplysning om fosteret)"
Description: "A fact about one fetus: the woman is the subject, the fetus the focus, as FHIR's definition of focus has it."
* ^abstract = true
* focus 1..1

Profile: NoDomainMaternityObservationAnswer
Parent: NoDomainMaternityObservationMaternal
Id: no-domain-Maternity-Observation-answer
Title: "Three-valued answer (ja, nei, ikke besvart)"
Description: "A question of the card: yes, no, or why there is no answer. No Observation at all means that the question has not come up in this record; that is no answer either."
* ^abstract = true
* obeys mat-answer-1
* value[x] MS
* value[x] only boolean
* value[x] ^requirements = "False is a real answer and never stands for a missing one."
* dataAbsentReason from AbsentAnswerVS (required)
* dataAbsentReason ^requirements = "Not asked, asked but unknown, or declined: other reasons are none for a question."
