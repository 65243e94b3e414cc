ValueSet: ConsentPolicyVS
Id: consent-policy
Title: "Consent given or refused (samtykke gitt eller nektet)"
Description: "Opt-in or opt-out."
* ^experimental = false
* insert Titles([["Samtykke gitt eller nektet"]], [["Samtykke gjeve eller nekta"]])
* $act#OPTIN "opt-in"
* $act#OPTIN insert Words([["samtykker"]], [["samtykkjer"]], [["opt-in"]])
* $act#OPTOUT "opt-out"
* $act#OPTOUT insert Words([["samtykker ikke"]], [["samtykkjer ikkje"]], [["opt-out"]])
