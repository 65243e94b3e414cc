Profile: NoDomainMaternityObservationPrenatalInformation
Parent: NoDomainMaternityObservationAnswer
Id: no-domain-Maternity-Observation-prenatal-information
Title: "Information on fetal diagnostics (informasjon om fosterdiagnostikk)"
Description: "That she was informed, not that a test was done, though the national record's name for it sounds so."
* insert Coded($card-item#prenatal-information)

Profile: NoDomainMaternityObservationBirthTalk
Parent: NoDomainMaternityObservationAnswer
Id: no-domain-Maternity-Observation-birth-talk
Title: "Talk about the birth (fødselsforberedende samtale)"
Description: "Whether the talk that prepares for the birth has been held."
* insert Coded($sct#702396006)

Profile: NoDomainMaternityObservationBreastfeedingGuidance
Parent: NoDomainMaternityObservationAnswer
Id: no-domain-Maternity-Observation-breastfeeding-guidance
Title: "Breastfeeding guidance (ammeveiledning)"
Description: "Whether she has had guidance on breastfeeding."
* insert Coded($sct#243094003)

Profile: NoDomainMaternityObservationConsanguinity
Parent: NoDomainMaternityObservationAnswer
Id: no-domain-Maternity-Observation-consanguinity
Title: "Parents are related (foreldrene er i slekt)"
Description: "Whether she and the child's father are related."
* insert Coded($sct#842009)

Profile: NoDomainMaternityObservationCohabitation
Parent: NoDomainMaternityObservationAnswer
Id: no-domain-Maternity-Observation-cohabitation
Title: "Lives with the co-parent (bor sammen med far eller medmor)"
Description: "Whether she lives with the co-parent; asked also where the co-parent is not named."
* insert Coded($card-item#cohabitation)

Profile: NoDomainMaternityObservationDiseaseHistory
Parent: NoDomainMaternityObservationAnswer
Id: no-domain-Maternity-Observation-disease-history
Title: "Disease asked about (sykdom det spørres om)"
Description: "One line of the card's boxes for own and hereditary diseases and for drug allergy: yes, no, or not answered. Which disease a yes means is a Condition, FamilyMemberHistory or AllergyIntolerance."
* code from DiseaseHistoryVS (required)
* code ^requirements = "Which line; the lines are the card's own."

Profile: NoDomainMaternityObservationNote
Parent: NoDomainMaternityObservationMaternal
Id: no-domain-Maternity-Observation-note
Title: "Remark (merknad)"
Description: "A free remark. The code is the section it stands in; one at a visit names the visit, one about a fetus names the fetus."
* code from SectionVS (required)
* code ^requirements = "The section under which it is shown, and the national record's field."
* focus 0..1
* focus ^requirements = "A remark about one fetus names it."
* value[x] 1..1 MS
* value[x] only string
* value[x] ^requirements = "A remark is words."
