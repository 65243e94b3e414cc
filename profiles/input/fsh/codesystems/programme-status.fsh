CodeSystem: ProgrammeStatusCS
Id: programme-status
Title: "Standing in the programme (status i programmet)"
Description: "Where a visit or task of the programme stands on a day."
* ^caseSensitive = true
* ^content = #complete
* ^experimental = false
* ^valueSet = "https://hit-maternity.example/fhir/ValueSet/programme-status"
* insert Titles([["Status i programmet"]], [["Status i programmet"]])
* #done "Done"
* #done insert Words([["Gjort"]], [["Gjort"]], [["Done"]])
* #coming "Coming"
* #coming insert Words([["Kommer"]], [["Kjem"]], [["Coming"]])
* #due "Due"
* #due insert Words([["Nå"]], [["No"]], [["Due"]])
* #overdue "Overdue"
* #overdue insert Words([["Forsinket"]], [["Forseinka"]], [["Overdue"]])
* #missed "Missed"
* #missed insert Words([["Ikke gjort"]], [["Ikkje gjort"]], [["Missed"]])
* #not-needed "No longer needed"
* #not-needed insert Words([["Ikke lenger aktuelt"]], [["Ikkje lenger aktuelt"]], [["No longer needed"]])
