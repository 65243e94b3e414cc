CodeSystem: TermReasonCS
Id: term-reason
Title: "Reason why a due date is valid (grunn til gjeldende termin)"
Description: "Why one due date holds before the others."
* ^caseSensitive = true
* ^content = #complete
* ^experimental = false
* ^valueSet = "https://hit-maternity.example/fhir/ValueSet/term-reason"
* insert Titles([["Grunn til gjeldende termin"]], [["Grunn til gjeldande termin"]])
* #corrected "Corrected by a health professional" "A health professional has corrected the due date; it stands above every other."
* #corrected insert Words([["Korrigert av helsepersonell"]], [["Korrigert av helsepersonell"]], [["Corrected by a health professional"]])
* #assisted-conception "Assisted conception" "The day of conception is known."
* #assisted-conception insert Words([["Assistert befruktning"]], [["Assistert befrukting"]], [["Assisted conception"]])
* #ultrasound-routine "Routine ultrasound" "The ultrasound examination of weeks 17-19 sets the due date."
* #ultrasound-routine insert Words([["Ultralyd i uke 17-19"]], [["Ultralyd i veke 17-19"]], [["Routine ultrasound"]])
* #ultrasound-other "Other ultrasound" "There is no ultrasound from weeks 17-19; the earliest examination sets the due date."
* #ultrasound-other insert Words([["Annen ultralyd"]], [["Annan ultralyd"]], [["Other ultrasound"]])
* #ultrasound-undated "Ultrasound without a day" "Ultrasound sets the due date; the day of the examination is not recorded."
* #ultrasound-undated insert Words([["Ultralyd uten dato"]], [["Ultralyd utan dato"]], [["Ultrasound without a day"]])
* #lmp "Last menstrual period" "Reckoned from the last period until there is an ultrasound."
* #lmp insert Words([["Siste menstruasjon"]], [["Siste menstruasjon"]], [["Last menstrual period"]])
