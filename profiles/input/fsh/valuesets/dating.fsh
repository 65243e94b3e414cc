ValueSet: DueDateCodeVS
Id: due-date-code
Title: "Due date (termin)"
Description: "The codes that the International Patient Summary takes for a due date."
* ^experimental = false
* insert Titles([["Termin"]], [["Termin"]])
* $loinc#11778-8 "Delivery date Estimated"
* $loinc#11778-8 insert Words([["Termin"]], [["Termin"]], [["Delivery date Estimated"]])
* $loinc#11779-6 "Delivery date Estimated from last menstrual period"
* $loinc#11779-6 insert Words([["Termin etter siste menstruasjon"]], [["Termin etter siste menstruasjon"]], [["Delivery date Estimated from last menstrual period"]])
* $loinc#11780-4 "Delivery date Estimated from ovulation date"
* $loinc#11780-4 insert Words([["Termin etter eggløsning"]], [["Termin etter eggløysing"]], [["Delivery date Estimated from ovulation date"]])

ValueSet: AssistedConceptionMethodVS
Id: assisted-conception-method
Title: "Way of assisted conception (måte for assistert befruktning)"
Description: "From which day a pregnancy by assisted conception is dated."
* ^experimental = false
* insert Titles([["Måte for assistert befruktning"]], [["Måte for assistert befrukting"]])
* $term-basis#oocyte-retrieval "Assisted conception, oocyte retrieval"
* $term-basis#oocyte-retrieval insert Words([["Assistert befruktning, egguthenting"]], [["Assistert befrukting, egguthenting"]], [["Assisted conception, oocyte retrieval"]])
* $term-basis#embryo-transfer "Assisted conception, embryo transfer"
* $term-basis#embryo-transfer insert Words([["Assistert befruktning, innsetting av embryo"]], [["Assistert befrukting, innsetjing av embryo"]], [["Assisted conception, embryo transfer"]])
