CodeSystem: OriginCS
Id: origin
Title: "Origin of a resource (opphav)"
Description: "Tells what the server computed for an answer from what was registered; used as a tag."
* ^caseSensitive = true
* ^content = #complete
* ^experimental = false
* ^valueSet = "https://hit-maternity.example/fhir/ValueSet/origin"
* insert Titles([["Opphav"]], [["Opphav"]])
* #computed "Computed by the server"
* #computed insert Words([["Beregnet av tjeneren"]], [["Rekna ut av tenaren"]], [["Computed by the server"]])
