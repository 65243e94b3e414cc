CodeSystem: Volven8537CS
Id: no-kodeverk-8537.codesystem
Title: "Frequency of stimulus (Volven 8537, stimulifrekvens)"
Description: "Used by the national record for habits. No member is listed here: none is public."
* ^url = "urn:oid:2.16.578.1.12.4.1.1.8537"
* ^identifier.system = "urn:ietf:rfc:3986"
* ^identifier.value = "urn:oid:2.16.578.1.12.4.1.1.8537"
* ^caseSensitive = true
* ^content = #not-present
* ^experimental = false
* insert Titles([["Frekvens av stimuli"]], [["Frekvens av stimuli"]])
