ValueSet: PurposeOfAccessVS
Id: purpose-of-access
Title: "Purpose of access (formål med oppslag)"
Description: "The four purposes of the Norwegian trust framework."
* ^experimental = false
* insert Titles([["Formål med oppslag"]], [["Føremål med oppslag"]])
* $act-reason#TREAT "treatment"
* $act-reason#TREAT insert Words([["behandling"]], [["behandling"]], [["treatment"]])
* $act-reason#ETREAT "Emergency Treatment"
* $act-reason#ETREAT insert Words([["akuttbehandling"]], [["akuttbehandling"]], [["Emergency Treatment"]])
* $act-reason#COC "coordination of care"
* $act-reason#COC insert Words([["samordning av helsehjelp"]], [["samordning av helsehjelp"]], [["coordination of care"]])
* $act-reason#BTG "break the glass"
* $act-reason#BTG insert Words([["nødrett"]], [["naudrett"]], [["break the glass"]])
