CodeSystem: FetalStatusCS
Id: fetal-status
Title: "Fetal status (fosterets status)"
Description: "Where a fetus stands."
* ^caseSensitive = true
* ^content = #complete
* ^experimental = false
* ^valueSet = "https://hit-maternity.example/fhir/ValueSet/fetal-status"
* insert Titles([["Fosterets status"]], [["Status for fosteret"]])
* #in-utero "In the uterus" "Developing; no sign that it is dead."
* #in-utero insert Words([["I livmoren"]], [["I livmora"]], [["In the uterus"]])
* #live-born "Born alive" "Born alive; a newborn Patient stands for the child."
* #live-born insert Words([["Levendefødt"]], [["Levandefødd"]], [["Born alive"]])
* #stillborn "Stillborn" "Died before or during a birth from week 22."
* #stillborn insert Words([["Dødfødt"]], [["Dødfødd"]], [["Stillborn"]])
* #lost "Lost" "The pregnancy, or this fetus of several, ended before week 22."
* #lost insert Words([["Tapt"]], [["Tapt"]], [["Lost"]])
* #unknown "Unknown" "Not known to this record."
* #unknown insert Words([["Ukjent"]], [["Ukjend"]], [["Unknown"]])
