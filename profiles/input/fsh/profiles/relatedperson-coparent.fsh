Profile: NoDomainMaternityRelatedPersonCoparent
Parent: RelatedPerson
Id: no-domain-Maternity-RelatedPerson-coparent
Title: "Co-parent (far eller medmor)"
Description: "The father or co-mother. Compatible with no-basis-RelatedPerson."
* extension contains Cohabiting named cohabiting 0..1 MS
* extension ^requirements = "The national record asks whether they live together."
* identifier MS
* identifier ^slicing.discriminator.type = #value
* identifier ^slicing.discriminator.path = "system"
* identifier ^slicing.rules = #open
* identifier ^requirements = "Known by number only where it was given; no-basis-RelatedPerson slices it the same way."
* identifier contains FNR 0..1 MS and DNR 0..1 MS
* identifier[FNR].system 1..1
* identifier[FNR].system = $fnr (exactly)
* identifier[FNR].value 1..1
* identifier[FNR].value obeys mat-number-1
* identifier[DNR].system 1..1
* identifier[DNR].system = $dnr (exactly)
* identifier[DNR].value 1..1
* identifier[DNR].value obeys mat-number-1
* patient MS
* patient only Reference(NoDomainMaternityPatientMother)
* patient ^requirements = "The co-parent belongs to the pregnant woman's record."
* relationship 1..* MS
* relationship ^slicing.discriminator.type = #value
* relationship ^slicing.discriminator.path = "$this"
* relationship ^slicing.rules = #open
* relationship ^requirements = "Father, co-mother or partner must be told apart; the child's own relation is written after the birth."
* relationship contains coparent 1..1 MS
* relationship[coparent] from CoparentRelationVS (required)
* name MS
* name ^requirements = "Shown on the card."
* telecom MS
* telecom ^requirements = "Called at the birth."
* birthDate MS
* birthDate ^requirements = "On the paper card."
