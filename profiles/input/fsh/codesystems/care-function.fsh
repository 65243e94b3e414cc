CodeSystem: CareFunctionCS
Id: care-function
Title: "Function in the care team (rolle i oppfølgingen)"
Description: "The contacts that the card has a line for."
* ^caseSensitive = true
* ^content = #complete
* ^experimental = false
* ^valueSet = "https://hit-maternity.example/fhir/ValueSet/care-function"
* insert Titles([["Rolle i oppfølgingen"]], [["Rolle i oppfølginga"]])
* #general-practitioner "General practitioner" "Her regular doctor."
* #general-practitioner insert Words([["Fastlege"]], [["Fastlege"]], [["General practitioner"]])
* #midwife "Midwife" "The midwife who follows the pregnancy."
* #midwife insert Words([["Jordmor"]], [["Jordmor"]], [["Midwife"]])
* #health-centre "Maternity health centre" "The municipality's health centre."
* #health-centre insert Words([["Helsestasjon"]], [["Helsestasjon"]], [["Maternity health centre"]])
* #birth-place "Place of birth" "The place where she is to give birth."
* #birth-place insert Words([["Fødested"]], [["Fødestad"]], [["Place of birth"]])
