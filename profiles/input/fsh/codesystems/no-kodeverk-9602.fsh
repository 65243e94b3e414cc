CodeSystem: Volven9602CS
Id: no-kodeverk-9602.codesystem
Title: "Type of document (Volven 9602, dokumenttyper), what is known"
Description: "The one document type that the record uses. A fragment: the whole system is published by the Norwegian Directorate of Health."
* ^url = "urn:oid:2.16.578.1.12.4.1.1.9602"
* ^identifier.system = "urn:ietf:rfc:3986"
* ^identifier.value = "urn:oid:2.16.578.1.12.4.1.1.9602"
* ^caseSensitive = true
* ^content = #fragment
* ^experimental = false
* insert Titles([["Dokumenttyper"]], [["Dokumenttypar"]])
* #F04-2 "Pregnancy and birth"
* #F04-2 insert Words([["Svangerskap og fødsel"]], [["Svangerskap og fødsel"]], [["Pregnancy and birth"]])
