CodeSystem: Volven3303CS
Id: no-kodeverk-3303.codesystem
Title: "Language (Volven 3303, språk)"
Description: "Used by the national record for the language of the woman. No member is listed here: none could be confirmed."
* ^url = "urn:oid:2.16.578.1.12.4.1.1.3303"
* ^identifier.system = "urn:ietf:rfc:3986"
* ^identifier.value = "urn:oid:2.16.578.1.12.4.1.1.3303"
* ^caseSensitive = true
* ^content = #not-present
* ^experimental = false
* insert Titles([["Språk"]], [["Språk"]])
