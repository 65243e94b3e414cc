CodeSystem: Volven7497CS
Id: no-kodeverk-7497.codesystem
Title: "How an allergy shows (Volven 7497, reaksjon)"
Description: "Used by no-basis-AllergyIntolerance for the manifestation of a reaction, whose spelling of the address (uid for oid) this is. No member is listed here: none is public."
* ^url = "urn:uid:2.16.578.1.12.4.1.1.7497"
* ^identifier.system = "urn:ietf:rfc:3986"
* ^identifier.value = "urn:oid:2.16.578.1.12.4.1.1.7497"
* ^caseSensitive = true
* ^content = #not-present
* ^experimental = false
* insert Titles([["Hvordan allergi viser seg"]], [["Korleis allergi viser seg"]])
