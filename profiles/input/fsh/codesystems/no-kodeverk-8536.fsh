CodeSystem: Volven8536CS
Id: no-kodeverk-8536.codesystem
Title: "Type of stimulus (Volven 8536, type stimuli)"
Description: "Used by the national record for habits. No member is listed here: none is public."
* ^url = "urn:oid:2.16.578.1.12.4.1.1.8536"
* ^identifier.system = "urn:ietf:rfc:3986"
* ^identifier.value = "urn:oid:2.16.578.1.12.4.1.1.8536"
* ^caseSensitive = true
* ^content = #not-present
* ^experimental = false
* insert Titles([["Type stimuli"]], [["Type stimuli"]])
