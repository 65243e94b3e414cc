Profile: NoDomainMaternityPatientFetus
Parent: Patient
Id: no-domain-Maternity-Patient-fetus
Title: "Fetus (foster)"
Description: "One fetus of one pregnancy, so that facts about twins are told apart. It is no person of the population register: no birth date, no national number, no address of its own. Observations name it in focus; their subject is the mother. After the birth the child's Patient links here."
* obeys mat-fetus-1
* obeys mat-fetus-2
* extension contains
    FetalStatus named fetalStatus 1..1 MS and
    FetusNumber named fetusNumber 1..1 MS and
    FetusOf named fetusOf 1..1 MS
* extension ^requirements = "What makes this Patient a fetus: where it stands, which one it is, and whose."
* identifier 1..* MS
* identifier ^slicing.discriminator.type = #value
* identifier ^slicing.discriminator.path = "system"
* identifier ^slicing.rules = #open
* identifier ^requirements = "Record and number together name a fetus in every system, also in the national record, which knows only the number."
* identifier contains PI 1..1 MS
* identifier[PI] ^short = "Id of the record, a colon, number of the fetus"
* identifier[PI].type 0..1
* identifier[PI].type ^comment = "Left out: the system says what it is, and FHIR R4's list of identifier types has no code for an internal id. Guides that ask for one, as the International Birth and Child Model does, mean v2-0203#PI."
* identifier[PI].system 1..1
* identifier[PI].system = $fetus-id (exactly)
* identifier[PI].value 1..1
* active MS
* active ^requirements = "False once the child is born or lost: then the fetus is history."
* birthDate 0..0
* birthDate ^requirements = "A fetus is not born; the child's Patient has the date."
* deceased[x] 0..0
* deceased[x] ^requirements = "A dead fetus is told by the fetal status, as the International Birth and Child Model does."
* maritalStatus 0..0
* maritalStatus ^requirements = "A fetus has none."
* communication 0..0
* communication ^requirements = "A fetus speaks no language."
* telecom 0..0
* telecom ^requirements = "A fetus is reached through its mother."
* address 0..0
* address ^requirements = "A fetus lives with its mother."
* contact 0..0
* contact ^requirements = "Its mother is named by fetusOf."
* generalPractitioner 0..0
* generalPractitioner ^requirements = "A fetus is followed up with its mother."
* multipleBirth[x] only boolean
* multipleBirth[x] ^requirements = "Before the birth there is no order of birth, only whether there are several."
* gender MS
* gender ^requirements = "Often not known or not asked for; unknown is an answer."
