Profile: NoDomainMaternityCareTeam
Parent: CareTeam
Id: no-domain-Maternity-CareTeam
Title: "Care team (fastlege, jordmor, helsestasjon, fødested)"
Description: "The contacts of the card: general practitioner, midwife, health centre and planned place of birth."
* extension contains http://hl7.org/fhir/StructureDefinition/workflow-episodeOfCare named episodeOfCare 0..1 MS
* extension ^requirements = "The pregnancy whose team it is; the episode names the team too."
* status 1..1 MS
* status ^requirements = "A team of an earlier pregnancy is inactive."
* subject 1..1 MS
* subject only Reference(NoDomainMaternityPatientMother)
* subject ^requirements = "The pregnant woman."
* period MS
* period ^requirements = "From when to when this team had her."
* participant MS
* participant ^slicing.discriminator.type = #pattern
* participant ^slicing.discriminator.path = "role"
* participant ^slicing.rules = #open
* participant ^requirements = "The card has a line for each of the four."
* participant contains
    generalPractitioner 0..1 MS and
    midwife 0..* MS and
    healthCentre 0..1 MS and
    birthPlace 0..1 MS
* participant[generalPractitioner].role 1..1
* participant[generalPractitioner].role = $care-function#general-practitioner
* participant[generalPractitioner].member 1..1
* participant[generalPractitioner].member only Reference(NoDomainMaternityPractitioner or NoDomainMaternityPractitionerRole)
* participant[midwife].role 1..1
* participant[midwife].role = $care-function#midwife
* participant[midwife].member 1..1
* participant[midwife].member only Reference(NoDomainMaternityPractitioner or NoDomainMaternityPractitionerRole)
* participant[healthCentre].role 1..1
* participant[healthCentre].role = $care-function#health-centre
* participant[healthCentre].member 1..1
* participant[healthCentre].member only Reference(NoDomainMaternityOrganization)
* participant[birthPlace].role 1..1
* participant[birthPlace].role = $care-function#birth-place
* participant[birthPlace].member 1..1
* participant[birthPlace].member only Reference(NoDomainMaternityOrganization)
