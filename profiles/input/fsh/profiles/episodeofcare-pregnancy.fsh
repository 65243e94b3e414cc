Profile: NoDomainMaternityEpisodeOfCarePregnancy
Parent: EpisodeOfCare
Id: no-domain-Maternity-EpisodeOfCare-pregnancy
Title: "Pregnancy record (helsekort for gravide)"
Description: "The record itself: one episode for one pregnancy, one active at a time. Everything else points to it, by its encounter or directly."
* obeys mat-episode-1
* obeys mat-episode-2
* obeys mat-episode-3
* extension contains EndReason named endReason 0..1 MS
* extension ^requirements = "How the pregnancy ended."
* identifier 1..* MS
* identifier ^slicing.discriminator.type = #value
* identifier ^slicing.discriminator.path = "system"
* identifier ^slicing.rules = #open
* identifier ^requirements = "The national record's recordId; the same record is known by it in both worlds."
* identifier contains recordId 1..1 MS
* identifier[recordId].system 1..1
* identifier[recordId].system = $record-id (exactly)
* identifier[recordId].value 1..1
* status MS
* status from EpisodeStatusVS (required)
* status ^requirements = "Made (planned), active, finished, broken off, entered in error; a pregnancy is not put on a waiting list or on hold."
* statusHistory MS
* statusHistory ^requirements = "When it was made, begun and ended."
* type 1..* MS
* type ^slicing.discriminator.type = #value
* type ^slicing.discriminator.path = "$this"
* type ^slicing.rules = #open
* type ^requirements = "Told apart from every other episode of the woman."
* type contains pregnancy 1..1 MS
* type[pregnancy] from EpisodeTypeVS (required)
* diagnosis 1..* MS
* diagnosis.condition MS
* diagnosis.condition only Reference(NoDomainMaternityConditionPregnancy or NoDomainMaternityConditionHistory)
* diagnosis ^requirements = "The pregnancy, and what arose in it."
* patient MS
* patient only Reference(NoDomainMaternityPatientMother)
* patient ^requirements = "The pregnant woman; a fetus has no record of its own."
* managingOrganization MS
* managingOrganization only Reference(NoDomainMaternityOrganization)
* managingOrganization ^requirements = "Who answers for the follow-up."
* period 1..1 MS
* period.start 1..1 MS
* period.end MS
* period ^requirements = "From when to when the record was written to."
* careManager MS
* careManager only Reference(NoDomainMaternityPractitioner or NoDomainMaternityPractitionerRole)
* careManager ^requirements = "The midwife or doctor who holds the threads."
* team MS
* team only Reference(NoDomainMaternityCareTeam)
* team ^requirements = "The contacts of the card."
