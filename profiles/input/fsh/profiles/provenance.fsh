Profile: NoDomainMaternityProvenance
Parent: Provenance
Id: no-domain-Maternity-Provenance
Title: "Provenance (hvem skrev)"
Description: "Who wrote what, when, in which role, for which organisation and at which place: the national record's lastUpdatedBy, for every write. One may stand for all that was written at a visit."
* obeys mat-provenance-1
* extension contains TreatmentPlace named treatmentPlace 0..1 MS
* extension ^requirements = "The place of treatment by name."
* target MS
* target ^requirements = "What was written."
* recorded MS
* recorded ^requirements = "When it was written, which may be long after it was found out."
* location MS
* location ^requirements = "Where, if the place is known as a Location."
* activity MS
* activity ^requirements = "Made, changed or deleted."
* agent MS
* agent ^requirements = "The woman sees who wrote in her record, by name, role and place."
* agent.type MS
* agent.role MS
* agent.role from HealthPersonnelCategoryVS (required)
* agent.role ^short = "HPR category (Volven 9060)"
* agent.who MS
* agent.who only Reference(NoDomainMaternityPractitioner or NoDomainMaternityPractitionerRole or NoDomainMaternityPatientMother or NoDomainMaternityOrganization or RelatedPerson or Device)
* agent.onBehalfOf MS
* agent.onBehalfOf only Reference(NoDomainMaternityOrganization)
