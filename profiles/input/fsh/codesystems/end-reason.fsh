CodeSystem: EndReasonCS
Id: end-reason
Title: "Reason why a record ends (grunn til at helsekortet avsluttes)"
Description: "Why a pregnancy record ends."
* ^caseSensitive = true
* ^content = #complete
* ^experimental = false
* ^valueSet = "https://hit-maternity.example/fhir/ValueSet/end-reason"
* insert Titles([["Grunn til at helsekortet avsluttes"]], [["Grunn til at helsekortet blir avslutta"]])
* #birth "Birth" "The child is born, alive or not."
* #birth insert Words([["Fødsel"]], [["Fødsel"]], [["Birth"]])
* #loss "Ended without a birth" "The pregnancy ended without a birth."
* #loss insert Words([["Endte uten fødsel"]], [["Enda utan fødsel"]], [["Ended without a birth"]])
* #moved "Moved or followed up elsewhere" "She is no longer followed up here."
* #moved insert Words([["Flyttet eller følges opp et annet sted"]], [["Flytta eller blir følgd opp ein annan stad"]], [["Moved or followed up elsewhere"]])
* #death "The woman has died" "She has died."
* #death insert Words([["Den gravide er død"]], [["Den gravide er død"]], [["The woman has died"]])
* #error "Made in error" "There never was such a pregnancy."
* #error insert Words([["Opprettet ved en feil"]], [["Oppretta ved ein feil"]], [["Made in error"]])
