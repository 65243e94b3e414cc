CodeSystem: Volven9043CS
Id: no-kodeverk-9043.codesystem
Title: "Country (Volven 9043, landkoder), what is known"
Description: "The one member that the national record's documentation shows. A fragment: the codes look like ISO 3166-1 alpha-2, which is not confirmed."
* ^url = "urn:oid:2.16.578.1.12.4.1.1.9043"
* ^identifier.system = "urn:ietf:rfc:3986"
* ^identifier.value = "urn:oid:2.16.578.1.12.4.1.1.9043"
* ^caseSensitive = true
* ^content = #fragment
* ^experimental = false
* insert Titles([["Landkoder"]], [["Landkodar"]])
* #NO "Norway"
* #NO insert Words([["Norge"]], [["Noreg"]], [["Norway"]])
