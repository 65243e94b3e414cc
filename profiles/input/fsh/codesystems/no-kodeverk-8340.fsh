CodeSystem: Volven8340CS
Id: no-kodeverk-8340.codesystem
Title: "Textual laboratory results (Volven 8340, tekstlige resultatverdier), what is known"
Description: "The members of Volven 8340 that the national record is known to use. A fragment: the whole system is published by the Norwegian Directorate of Health."
* ^url = "urn:oid:2.16.578.1.12.4.1.1.8340"
* ^identifier.system = "urn:ietf:rfc:3986"
* ^identifier.value = "urn:oid:2.16.578.1.12.4.1.1.8340"
* ^caseSensitive = true
* ^content = #fragment
* ^experimental = false
* insert Titles([["Tekstlige resultatverdier"]], [["Tekstlege resultatverdiar"]])
* #T002 "Positive"
* #T002 insert Words([["Positiv"]], [["Positiv"]], [["Positive"]])
* #T008 "Negative"
* #T008 insert Words([["Negativ"]], [["Negativ"]], [["Negative"]])
* #T052 "Trace"
* #T052 insert Words([["Spor"]], [["Spor"]], [["Trace"]])
* #T048 "1+"
* #T048 insert Words([["1+"]], [["1+"]], [["1+"]])
* #T049 "2+"
* #T049 insert Words([["2+"]], [["2+"]], [["2+"]])
* #T050 "3+"
* #T050 insert Words([["3+"]], [["3+"]], [["3+"]])
