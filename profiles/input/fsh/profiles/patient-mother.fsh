Profile: NoDomainMaternityPatientMother
Parent: Patient
Id: no-domain-Maternity-Patient-mother
Title: "Pregnant woman (den gravide, mor)"
Description: "The woman whose record it is. Compatible with no-basis-Patient: the same identifier systems and slices."
* obeys mat-mother-1
* extension contains
    http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired named interpreter 0..1 MS and
    http://hl7.org/fhir/StructureDefinition/patient-birthPlace named birthPlace 0..1 MS
* extension ^requirements = "The card asks for the need of an interpreter and for the country she comes from."
* extension[interpreter] ^short = "Needs an interpreter (trenger tolk)"
* extension[birthPlace] ^short = "Country background (landbakgrunn): the country of the address"
* identifier 1..* MS
* identifier ^slicing.discriminator.type = #value
* identifier ^slicing.discriminator.path = "system"
* identifier ^slicing.rules = #open
* identifier ^requirements = "The national number is how Norwegian systems know a person; no-basis-Patient slices it the same way."
* identifier contains
    FNR 0..1 MS and
    DNR 0..1 MS and
    FHN 0..1 MS
* identifier[FNR] ^short = "National identity number (fødselsnummer)"
* identifier[FNR].system 1..1
* identifier[FNR].system = $fnr (exactly)
* identifier[FNR].value 1..1
* identifier[FNR].value obeys mat-number-1
* identifier[DNR] ^short = "D-number (D-nummer)"
* identifier[DNR].system 1..1
* identifier[DNR].system = $dnr (exactly)
* identifier[DNR].value 1..1
* identifier[DNR].value obeys mat-number-1
* identifier[FHN] ^short = "Common help number (felles hjelpenummer)"
* identifier[FHN].system 1..1
* identifier[FHN].system = $fhn (exactly)
* identifier[FHN].value 1..1
* identifier[FHN].value obeys mat-number-1
* name 1..* MS
* name ^requirements = "The card shows her name; a record without one can't be checked against the person."
* name.family MS
* name.given MS
* telecom MS
* telecom ^requirements = "She is called about test answers."
* gender MS
* gender ^requirements = "As registered; it is not restricted, since a pregnant person's registered gender may be another."
* birthDate 1..1 MS
* birthDate ^requirements = "Her age steers risk and offers, such as early diagnostics."
* address MS
* address ^requirements = "The card shows where she lives."
* communication MS
* communication.language MS
* communication.preferred MS
* communication ^requirements = "The language to speak and write to her in."
* generalPractitioner MS
* generalPractitioner ^requirements = "Her regular doctor is known even where no care team has been written."
* deceased[x] MS
* deceased[x] ^requirements = "No record is written to after her death."
