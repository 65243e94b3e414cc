Profile: NoDomainMaternityConditionPregnancy
Parent: Condition
Id: no-domain-Maternity-Condition-pregnancy
Title: "Pregnancy (svangerskap)"
Description: "That she is pregnant: the reason of the episode. Onset is day 0 of the dating, abatement the day it ended."
* clinicalStatus 1..1 MS
* clinicalStatus ^requirements = "Active while she is pregnant, resolved after."
* verificationStatus MS
* verificationStatus ^requirements = "A record made in error says so here too."
* category MS
* category ^requirements = "A problem-list item: it is looked for there."
* code 1..1 MS
* code from PregnancyVS (required)
* insert Coded($sct#77386006)
* code ^requirements = "The International Patient Summary and every neighbour use this code; ICPC-2 and ICD-10 may stand beside it."
* subject MS
* subject only Reference(NoDomainMaternityPatientMother)
* subject ^requirements = "The pregnant woman."
* onset[x] MS
* onset[x] only dateTime
* onset[x] ^requirements = "Day 0, from which the gestational age is counted."
* abatement[x] MS
* abatement[x] only dateTime
* abatement[x] ^requirements = "The day of the birth or loss."
* recorder MS
* recorder ^requirements = "Who confirmed it."

Profile: NoDomainMaternityConditionHistory
Parent: Condition
Id: no-domain-Maternity-Condition-history
Title: "Disease (sykdom)"
Description: "A disease that is known by name: past, present, or arisen in this pregnancy (gestational diabetes, pre-eclampsia). The card's yes, no and not asked are kept by disease-history Observations; this says which disease a yes means."
* clinicalStatus 1..1 MS
* clinicalStatus ^requirements = "Past and present are told apart."
* verificationStatus MS
* verificationStatus ^requirements = "Suspected and confirmed are told apart."
* category MS
* category ^requirements = "Of the problem list, or found at a visit."
* code 1..1 MS
* code ^requirements = "Which disease; SNOMED CT, ICPC-2 or ICD-10, or in words where nothing else is known."
* subject MS
* subject only Reference(NoDomainMaternityPatientMother)
* subject ^requirements = "Her own disease; her family's is a FamilyMemberHistory."
* onset[x] MS
* onset[x] ^requirements = "Since when."
* abatement[x] MS
* abatement[x] ^requirements = "Until when."
* note MS
* note ^requirements = "What the birth place should know."

Profile: NoDomainMaternityFamilyMemberHistory
Parent: FamilyMemberHistory
Id: no-domain-Maternity-FamilyMemberHistory
Title: "Hereditary disease (arvelig sykdom)"
Description: "A disease in her family or the child's father's, where it is known whose. The card's yes, no and not asked are kept by disease-history Observations."
* status MS
* status ^requirements = "Whether the answer is complete."
* patient MS
* patient only Reference(NoDomainMaternityPatientMother)
* patient ^requirements = "Whose family it is."
* date MS
* date ^requirements = "When it was told."
* relationship MS
* relationship ^requirements = "Whose disease it is: a sister's pre-eclampsia weighs more than a cousin's."
* condition 1..* MS
* condition.code MS
* condition ^requirements = "Which disease; no disease is the Observation's answer no."
