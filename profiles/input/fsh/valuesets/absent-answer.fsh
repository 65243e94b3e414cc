ValueSet: AbsentAnswerVS
Id: absent-answer
Title: "Why there is no answer (hvorfor svar mangler)"
Description: "A question without an answer is never a no: it was not asked, or she does not know, or would not say."
* ^experimental = false
* insert Titles([["Hvorfor svar mangler"]], [["Kvifor svar manglar"]])
* $absent#asked-unknown "Asked But Unknown"
* $absent#asked-unknown insert Words([["Spurt, men vet ikke"]], [["Spurd, men veit ikkje"]], [["Asked But Unknown"]])
* $absent#not-asked "Not Asked"
* $absent#not-asked insert Words([["Ikke spurt"]], [["Ikkje spurd"]], [["Not Asked"]])
* $absent#asked-declined "Asked But Declined"
* $absent#asked-declined insert Words([["Spurt, men ville ikke svare"]], [["Spurd, men ville ikkje svare"]], [["Asked But Declined"]])
