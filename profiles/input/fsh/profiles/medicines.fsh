Profile: NoDomainMaternityAllergyIntolerance
Parent: AllergyIntolerance
Id: no-domain-Maternity-AllergyIntolerance
Title: "Allergy (allergi)"
Description: "An allergy that is known by name. That she has none, or was not asked, is a disease-history Observation with the code drug-allergy."
* clinicalStatus MS
* clinicalStatus ^requirements = "Whether it still holds."
* verificationStatus MS
* verificationStatus ^requirements = "Told or confirmed."
* category MS
* category ^requirements = "Medicines are what the birth place asks for."
* code 1..1 MS
* code ^requirements = "To what: ATC or SNOMED CT, or words."
* patient MS
* patient only Reference(NoDomainMaternityPatientMother)
* patient ^requirements = "The pregnant woman."
* reaction MS
* reaction ^requirements = "How it showed. A receiver that knows no-basis-AllergyIntolerance asks for one reaction with one coded manifestation."
* reaction.manifestation MS
* reaction.severity MS

Profile: NoDomainMaternityMedicationStatement
Parent: MedicationStatement
Id: no-domain-Maternity-MedicationStatement
Title: "Medicine (legemiddel)"
Description: "A medicine she takes or took. Folate is one too: its status says yes (active, completed), no (not-taken) or not known (unknown), and the time point before or during the pregnancy. Compatible with no-basis-MedicationStatement."
* obeys mat-folate-1
* extension contains TimePoint named timePoint 0..1 MS
* extension ^requirements = "Before the pregnancy or in it."
* status MS
* status ^requirements = "Not taken is an answer."
* statusReason MS
* statusReason ^requirements = "Why it is not known, or not taken."
* medication[x] MS
* medication[x] ^requirements = "ATC where it is known, else words."
* subject MS
* subject only Reference(NoDomainMaternityPatientMother)
* subject ^requirements = "The pregnant woman."
* effective[x] MS
* effective[x] ^requirements = "From when to when."
* dateAsserted MS
* dateAsserted ^requirements = "When it was told."
* informationSource MS
* informationSource ^requirements = "Told by her, or known from elsewhere."
* dosage MS
* dosage ^requirements = "How much."

Profile: NoDomainMaternityMedicationAdministrationAntiD
Parent: MedicationAdministration
Id: no-domain-Maternity-MedicationAdministration-anti-d
Title: "Anti-D prophylaxis (anti-D-profylakse)"
Description: "Anti-D given to an RhD-negative woman, in week 28 or after the birth; or that it was not given, and why: the last link of the RhD chain."
* obeys mat-anti-d-1
* extension contains TimePoint named timePoint 0..1 MS
* extension ^requirements = "That it was given in the pregnancy, where the day doesn't tell it from the one after the birth."
* status MS
* status ^requirements = "Not done is an answer."
* statusReason MS
* statusReason ^requirements = "Why it was not given."
* medication[x] MS
* medication[x] only CodeableConcept
* medicationCodeableConcept = $atc#J06BB01
* medication[x] ^requirements = "Anti-D immunoglobulin and nothing else."
* subject MS
* subject only Reference(NoDomainMaternityPatientMother)
* subject ^requirements = "It is the woman who gets it."
* context MS
* context ^requirements = "The visit, and by it the pregnancy."
* effective[x] MS
* effective[x] only dateTime
* effective[x] ^requirements = "Week 28 and after the birth are told apart by the day."
* performer MS
* performer ^requirements = "Who gave it."
* reasonReference MS
* reasonReference ^requirements = "Her own RhD type and that of the fetus."
* dosage MS
* dosage ^requirements = "How much."
