Profile: NoDomainMaternityPractitioner
Parent: Practitioner
Id: no-domain-Maternity-Practitioner
Title: "Health professional (helsepersonell)"
Description: "General practitioner, midwife, nurse. Compatible with no-basis-Practitioner."
* identifier MS
* identifier ^slicing.discriminator.type = #value
* identifier ^slicing.discriminator.path = "system"
* identifier ^slicing.rules = #open
* identifier ^requirements = "The HPR number is how health personnel are known; a contact of the card may lack it."
* identifier contains HPR 0..1 MS
* identifier[HPR] ^short = "HPR number (HPR-nummer)"
* identifier[HPR].system 1..1
* identifier[HPR].system = $hpr (exactly)
* identifier[HPR].value 1..1
* identifier[HPR].value obeys mat-hpr-1
* name 1..* MS
* name ^requirements = "Who wrote is shown to the woman by name."
* telecom MS
* telecom ^requirements = "The card has the midwife's phone number."
* qualification MS
* qualification.code MS
* qualification ^requirements = "The category in the health personnel register, where no role says it."

Profile: NoDomainMaternityPractitionerRole
Parent: PractitionerRole
Id: no-domain-Maternity-PractitionerRole
Title: "Role of a health professional (rolle)"
Description: "A health professional at a place of work, with the HPR category (Volven 9060) in which she works there. Compatible with no-basis-PractitionerRole."
* practitioner MS
* practitioner only Reference(NoDomainMaternityPractitioner)
* practitioner ^requirements = "Who it is; a role may be known before the person."
* organization MS
* organization only Reference(NoDomainMaternityOrganization)
* organization ^requirements = "Where she works."
* code 1..* MS
* code ^slicing.discriminator.type = #value
* code ^slicing.discriminator.path = "coding.system"
* code ^slicing.rules = #open
* code ^requirements = "The national record gives access by HPR category; no-basis-PractitionerRole slices code by system too."
* code contains category 1..1 MS
* code[category] from HealthPersonnelCategoryVS (required)
* code[category].coding 1..1
* code[category].coding.system 1..1
* code[category].coding.system = $volven-9060 (exactly)
* code[category].coding.code 1..1
* telecom MS
* telecom ^requirements = "The phone number at work."

Profile: NoDomainMaternityOrganization
Parent: Organization
Id: no-domain-Maternity-Organization
Title: "Organisation (virksomhet)"
Description: "Doctor's office, health centre, place of birth. Compatible with no-basis-Organization."
* identifier MS
* identifier ^slicing.discriminator.type = #value
* identifier ^slicing.discriminator.path = "system"
* identifier ^slicing.rules = #open
* identifier ^requirements = "The organisation number names a business, RESH a unit of a hospital; a place of birth may be known by its name alone. A HER-id is an address of messages and doesn't belong here."
* identifier contains ENH 0..1 MS and RSH 0..1 MS
* identifier[ENH] ^short = "Organisation number (organisasjonsnummer)"
* identifier[ENH].system 1..1
* identifier[ENH].system = $enh (exactly)
* identifier[ENH].value 1..1
* identifier[ENH].value obeys mat-org-1
* identifier[RSH] ^short = "RESH id"
* identifier[RSH].system 1..1
* identifier[RSH].system = $resh (exactly)
* identifier[RSH].value 1..1
* name 1..1 MS
* name ^requirements = "Shown on the card; a number alone says nothing to the woman."
* telecom MS
* telecom ^requirements = "Whom to call."
* partOf MS
* partOf ^requirements = "The ward and its hospital."
