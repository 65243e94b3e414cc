CodeSystem: HabitFrequencyCS
Id: habit-frequency
Title: "Frequency of a habit (hyppighet av levevane)"
Description: "How often; the answers that Helsenorge offers. Volven 8537 holds the national codes; its members are not public."
* ^caseSensitive = true
* ^content = #complete
* ^experimental = false
* ^valueSet = "https://hit-maternity.example/fhir/ValueSet/habit-frequency"
* insert Titles([["Hyppighet av levevane"]], [["Kor ofte ein levevane"]])
* #no "No" "Does not."
* #no insert Words([["Nei"]], [["Nei"]], [["No"]])
* #occasionally "Occasionally" "Less often than daily."
* #occasionally insert Words([["Av og til"]], [["Av og til"]], [["Occasionally"]])
* #daily "Daily" "Every day or nearly so."
* #daily insert Words([["Daglig"]], [["Dagleg"]], [["Daily"]])
* #stopped-in-pregnancy "Stopped in the pregnancy" "Did before or early in the pregnancy, and has stopped."
* #stopped-in-pregnancy insert Words([["Sluttet i svangerskapet"]], [["Slutta i svangerskapet"]], [["Stopped in the pregnancy"]])
