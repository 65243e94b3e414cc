CodeSystem: HabitTypeCS
Id: habit-type
Title: "Habit (levevane)"
Description: "The habits that the card asks about. Volven 8536 holds the national codes; its members are not public, so these stand beside it."
* ^caseSensitive = true
* ^content = #complete
* ^experimental = false
* ^valueSet = "https://hit-maternity.example/fhir/ValueSet/habit-type"
* insert Titles([["Levevane"]], [["Levevane"]])
* #smoking "Smoking" "Cigarettes and other tobacco that is smoked."
* #smoking insert Words([["Røyk"]], [["Røyk"]], [["Smoking"]])
* #snus "Snus" "Snus and other oral tobacco or nicotine."
* #snus insert Words([["Snus"]], [["Snus"]], [["Snus"]])
* #alcohol "Alcohol" "Drinks with alcohol."
* #alcohol insert Words([["Alkohol"]], [["Alkohol"]], [["Alcohol"]])
* #other-stimuli "Other stimuli" "Drugs and other stimuli."
* #other-stimuli insert Words([["Andre stimuli eller rusmidler"]], [["Andre stimuli eller rusmiddel"]], [["Other stimuli"]])
* #as-received "As received" "Beside a national code that can't be translated, as its members aren't public."
* #as-received insert Words([["Som mottatt"]], [["Som motteke"]], [["As received"]])
