Instance: record-id
InstanceOf: NamingSystem
Usage: #definition
Title: "Id of a maternity record (helsekortets id)"
* name = "MaternityRecordId"
* status = #draft
* kind = #identifier
* date = "2026-11-21"
* publisher = "hit-maternity"
* responsible = "The national maternity record"
* description = "The recordId of the national maternity record (digitalt helsekort for gravide): a UUID for one pregnancy's record. It says nothing about the woman."
* jurisdiction = urn:iso:std:iso:3166#NO "Norway"
* usage = "EpisodeOfCare.identifier"
* uniqueId.type = #uri
* uniqueId.value = "https://hit-maternity.example/fhir/NamingSystem/record-id"
* uniqueId.preferred = true

Instance: fetus
InstanceOf: NamingSystem
Usage: #definition
Title: "Id of a fetus (fosterets id)"
* name = "MaternityFetusId"
* status = #draft
* kind = #identifier
* date = "2026-11-21"
* publisher = "hit-maternity"
* responsible = "The national maternity record"
* description = "The id of the record, a colon, and the number of the fetus in this pregnancy (the national record's fosterId): <recordId>:<fosterId>."
* jurisdiction = urn:iso:std:iso:3166#NO "Norway"
* usage = "Patient.identifier of a fetus"
* uniqueId.type = #uri
* uniqueId.value = "https://hit-maternity.example/fhir/NamingSystem/fetus"
* uniqueId.preferred = true
