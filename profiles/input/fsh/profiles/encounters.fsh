RuleSet: Visit
* status MS
* status from EncounterStatusVS (required)
* status ^requirements = "Unknown, triaged and on leave are no states of a visit on the card."
* class MS
* class from VisitClassVS (required)
* class ^requirements = "Where it took place."
* type 1..* MS
* type ^slicing.discriminator.type = #value
* type ^slicing.discriminator.path = "$this"
* type ^slicing.rules = #open
* type ^requirements = "What kind of visit it was in the programme."
* subject 1..1 MS
* subject only Reference(NoDomainMaternityPatientMother)
* subject ^requirements = "The pregnant woman."
* episodeOfCare 1..1 MS
* episodeOfCare only Reference(NoDomainMaternityEpisodeOfCarePregnancy)
* episodeOfCare ^requirements = "By it every fact of the visit belongs to one pregnancy."
* participant MS
* participant.individual MS
* participant ^requirements = "Who saw her."
* period 1..1 MS
* period.start 1..1 MS
* period ^requirements = "The day on the card; visits are put in order by it."
* serviceProvider MS
* serviceProvider only Reference(NoDomainMaternityOrganization)
* serviceProvider ^requirements = "Where she was seen."

Profile: NoDomainMaternityEncounterAntenatal
Parent: Encounter
Id: no-domain-Maternity-Encounter-antenatal
Title: "Antenatal visit (svangerskapskonsultasjon)"
Description: "One visit, ultrasound examination or stay before the birth. What was measured are Observations that name it."
* insert Visit
* type contains antenatal 1..* MS
* type[antenatal] from AntenatalVisitVS (required)

Profile: NoDomainMaternityEncounterPostpartum
Parent: Encounter
Id: no-domain-Maternity-Encounter-postpartum
Title: "Postpartum visit (etterkontroll)"
Description: "The check four to eight weeks after the birth."
* insert Visit
* type contains postpartum 1..* MS
* type[postpartum] from PostpartumVisitVS (required)

Profile: NoDomainMaternityEncounterBirth
Parent: Encounter
Id: no-domain-Maternity-Encounter-birth
Title: "Birth stay (fødselsopphold)"
Description: "The mother's stay for the birth."
* insert Visit
* type contains birth 1..* MS
* type[birth] from BirthVisitVS (required)
* hospitalization MS
* hospitalization ^requirements = "From where she came and where she went."
