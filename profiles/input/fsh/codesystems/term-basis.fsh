CodeSystem: TermBasisCS
Id: term-basis
Title: "Basis of the due date (grunnlag for termin)"
Description: "What a due date was reckoned from."
* ^caseSensitive = true
* ^content = #complete
* ^experimental = false
* ^valueSet = "https://hit-maternity.example/fhir/ValueSet/term-basis"
* insert Titles([["Grunnlag for termin"]], [["Grunnlag for termin"]])
* #lmp "Last menstrual period" "Reckoned from the first day of the last period."
* #lmp insert Words([["Siste menstruasjon"]], [["Siste menstruasjon"]], [["Last menstrual period"]])
* #ultrasound "Ultrasound" "Set by an ultrasound examination."
* #ultrasound insert Words([["Ultralyd"]], [["Ultralyd"]], [["Ultrasound"]])
* #oocyte-retrieval "Assisted conception, oocyte retrieval" "Reckoned from the day the oocyte was retrieved: day 14."
* #oocyte-retrieval insert Words([["Assistert befruktning, egguthenting"]], [["Assistert befrukting, egguthenting"]], [["Assisted conception, oocyte retrieval"]])
* #embryo-transfer "Assisted conception, embryo transfer" "Reckoned from the day of the transfer and the age of the embryo."
* #embryo-transfer insert Words([["Assistert befruktning, innsetting av embryo"]], [["Assistert befrukting, innsetjing av embryo"]], [["Assisted conception, embryo transfer"]])
* #corrected "Corrected by a health professional" "Set by a professional's decision; the national record's dueDateCorrectedDate."
* #corrected insert Words([["Korrigert av helsepersonell"]], [["Korrigert av helsepersonell"]], [["Corrected by a health professional"]])
