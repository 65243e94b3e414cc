CodeSystem: Volven8534CS
Id: no-kodeverk-8534.codesystem
Title: "Fetal lie and presentation (Volven 8534)"
Description: "Used by the national record. No member is listed here: none is public."
* ^url = "urn:oid:2.16.578.1.12.4.1.1.8534"
* ^identifier.system = "urn:ietf:rfc:3986"
* ^identifier.value = "urn:oid:2.16.578.1.12.4.1.1.8534"
* ^caseSensitive = true
* ^content = #not-present
* ^experimental = false
* insert Titles([["Fosterets leie og presentasjon"]], [["Leie og presentasjon hos fosteret"]])
