CodeSystem: VisitKindCS
Id: visit-kind
Title: "Kind of visit (type konsultasjon)"
Description: "What kind of contact a visit is in the programme."
* ^caseSensitive = true
* ^content = #complete
* ^experimental = false
* ^valueSet = "https://hit-maternity.example/fhir/ValueSet/visit-kind"
* insert Titles([["Type konsultasjon"]], [["Type konsultasjon"]])
* #first "First visit" "The first antenatal visit, weeks 6-12."
* #first insert Words([["Første konsultasjon"]], [["Første konsultasjon"]], [["First visit"]])
* #routine "Routine visit" "A visit of the programme."
* #routine insert Words([["Ordinær konsultasjon"]], [["Ordinær konsultasjon"]], [["Routine visit"]])
* #extra "Extra visit" "A visit beyond the programme."
* #extra insert Words([["Ekstra konsultasjon"]], [["Ekstra konsultasjon"]], [["Extra visit"]])
* #ultrasound "Ultrasound examination" "An early, a routine or a later ultrasound."
* #ultrasound insert Words([["Ultralydundersøkelse"]], [["Ultralydundersøking"]], [["Ultrasound examination"]])
* #post-term "Post-term visit" "A check beyond the due date."
* #post-term insert Words([["Overtidskontroll"]], [["Overtidskontroll"]], [["Post-term visit"]])
* #admission "Admission" "A stay in hospital in the pregnancy."
* #admission insert Words([["Innleggelse"]], [["Innlegging"]], [["Admission"]])
* #birth "Birth" "The stay at the place of birth."
* #birth insert Words([["Fødsel"]], [["Fødsel"]], [["Birth"]])
* #postpartum "Postpartum visit" "The check 4-8 weeks after the birth."
* #postpartum insert Words([["Etterkontroll"]], [["Etterkontroll"]], [["Postpartum visit"]])
