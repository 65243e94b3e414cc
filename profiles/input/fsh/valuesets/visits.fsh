ValueSet: AntenatalVisitVS
Id: antenatal-visit
Title: "Antenatal visit (svangerskapskonsultasjon)"
Description: "The types of a visit before the birth."
* ^experimental = false
* insert Titles([["Svangerskapskonsultasjon"]], [["Svangerskapskonsultasjon"]])
* $sct#424619006 "Prenatal visit"
* $sct#424619006 insert Words([["Svangerskapskonsultasjon"]], [["Svangerskapskonsultasjon"]], [["Prenatal visit"]])
* $sct#424441002 "Prenatal initial visit"
* $sct#424441002 insert Words([["Første svangerskapskonsultasjon"]], [["Første svangerskapskonsultasjon"]], [["Prenatal initial visit"]])
* $visit-kind#first "First visit"
* $visit-kind#first insert Words([["Første konsultasjon"]], [["Første konsultasjon"]], [["First visit"]])
* $visit-kind#routine "Routine visit"
* $visit-kind#routine insert Words([["Ordinær konsultasjon"]], [["Ordinær konsultasjon"]], [["Routine visit"]])
* $visit-kind#extra "Extra visit"
* $visit-kind#extra insert Words([["Ekstra konsultasjon"]], [["Ekstra konsultasjon"]], [["Extra visit"]])
* $visit-kind#ultrasound "Ultrasound examination"
* $visit-kind#ultrasound insert Words([["Ultralydundersøkelse"]], [["Ultralydundersøking"]], [["Ultrasound examination"]])
* $visit-kind#post-term "Post-term visit"
* $visit-kind#post-term insert Words([["Overtidskontroll"]], [["Overtidskontroll"]], [["Post-term visit"]])
* $visit-kind#admission "Admission"
* $visit-kind#admission insert Words([["Innleggelse"]], [["Innlegging"]], [["Admission"]])

ValueSet: PostpartumVisitVS
Id: postpartum-visit
Title: "Postpartum visit (etterkontroll)"
Description: "The types of a visit after the birth."
* ^experimental = false
* insert Titles([["Etterkontroll"]], [["Etterkontroll"]])
* $sct#133906008 "Postpartum care"
* $sct#133906008 insert Words([["Barselomsorg"]], [["Barselomsorg"]], [["Postpartum care"]])
* $visit-kind#postpartum "Postpartum visit"
* $visit-kind#postpartum insert Words([["Etterkontroll"]], [["Etterkontroll"]], [["Postpartum visit"]])

ValueSet: BirthVisitVS
Id: birth-visit
Title: "Birth (fødsel)"
Description: "The types of the stay for the birth."
* ^experimental = false
* insert Titles([["Fødsel"]], [["Fødsel"]])
* $sct#236973005 "Delivery procedure"
* $sct#236973005 insert Words([["Forløsning"]], [["Forløysing"]], [["Delivery procedure"]])
* $visit-kind#birth "Birth"
* $visit-kind#birth insert Words([["Fødsel"]], [["Fødsel"]], [["Birth"]])

ValueSet: VisitClassVS
Id: visit-class
Title: "Class of a visit (kontakttype)"
Description: "Where and how a visit takes place."
* ^experimental = false
* insert Titles([["Kontakttype"]], [["Kontakttype"]])
* $act#AMB "ambulatory"
* $act#AMB insert Words([["poliklinisk"]], [["poliklinisk"]], [["ambulatory"]])
* $act#IMP "inpatient encounter"
* $act#IMP insert Words([["innleggelse"]], [["innlegging"]], [["inpatient encounter"]])
* $act#ACUTE "inpatient acute"
* $act#ACUTE insert Words([["øyeblikkelig hjelp, innlagt"]], [["øyeblikkeleg hjelp, innlagd"]], [["inpatient acute"]])
* $act#EMER "emergency"
* $act#EMER insert Words([["øyeblikkelig hjelp"]], [["øyeblikkeleg hjelp"]], [["emergency"]])
* $act#OBSENC "observation encounter"
* $act#OBSENC insert Words([["observasjon"]], [["observasjon"]], [["observation encounter"]])
* $act#HH "home health"
* $act#HH insert Words([["hjemmebesøk"]], [["heimebesøk"]], [["home health"]])
* $act#VR "virtual"
* $act#VR insert Words([["video eller telefon"]], [["video eller telefon"]], [["virtual"]])
