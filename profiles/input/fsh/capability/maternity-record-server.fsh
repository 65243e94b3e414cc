RuleSet: Resource(type)
* rest.resource[+].type = #{type}
* rest.resource[=].interaction[+].code = #read
* rest.resource[=].interaction[+].code = #vread
* rest.resource[=].interaction[+].code = #create
* rest.resource[=].interaction[+].code = #update
* rest.resource[=].interaction[+].code = #patch
* rest.resource[=].interaction[+].code = #history-instance
* rest.resource[=].interaction[+].code = #search-type
* rest.resource[=].versioning = #versioned-update
* rest.resource[=].conditionalCreate = true

// What the server writes by itself: others read it.
RuleSet: ResourceToRead(type)
* rest.resource[+].type = #{type}
* rest.resource[=].interaction[+].code = #read
* rest.resource[=].interaction[+].code = #search-type

RuleSet: Supports(profile)
* rest.resource[=].supportedProfile[+] = "https://hit-maternity.example/fhir/StructureDefinition/no-domain-Maternity-{profile}"

RuleSet: SearchedBy(name, type)
* rest.resource[=].searchParam[+].name = "{name}"
* rest.resource[=].searchParam[=].type = #{type}

RuleSet: SearchedByOwn(resource, name, type)
* rest.resource[=].searchParam[+].name = "{name}"
* rest.resource[=].searchParam[=].definition = "https://hit-maternity.example/fhir/SearchParameter/{resource}-{name}"
* rest.resource[=].searchParam[=].type = #{type}

RuleSet: Operates(resource, name)
* rest.resource[=].operation[+].name = "{name}"
* rest.resource[=].operation[=].definition = "https://hit-maternity.example/fhir/OperationDefinition/{resource}-{name}"

Instance: maternity-record-server
InstanceOf: CapabilityStatement
Usage: #definition
Title: "Maternity record server"
* url = "https://hit-maternity.example/fhir/CapabilityStatement/maternity-record-server"
* version = "0.1.0"
* name = "MaternityRecordServer"
* title = "Maternity record server (server for helsekort for gravide)"
* status = #draft
* date = "2026-11-21"
* publisher = "hit-maternity"
* jurisdiction = urn:iso:std:iso:3166#NO "Norway"
* description = "What a server of the maternity record SHALL do. A search that carries a national identity number SHALL be sent with POST to _search: an address is written to logs. A server's own statement says what it does besides."
* kind = #requirements
* fhirVersion = #4.0.1
* format[+] = #json
* format[+] = #xml
* implementationGuide = "https://hit-maternity.example/fhir/ImplementationGuide/hit.maternity.no"
* rest.mode = #server
* rest.documentation = "Search by national identity number SHALL use POST _search."
* rest.security.description = "HelseID (Norwegian health) access tokens with DPoP; the woman herself by Helsenorge."
* rest.interaction[+].code = #transaction
* rest.interaction[+].code = #batch
* insert Resource(Patient)
* insert Supports(Patient-fetus)
* insert Supports(Patient-mother)
* insert Supports(Patient-newborn)
* insert SearchedBy(_id, token)
* insert SearchedBy(identifier, token)
* insert SearchedBy(name, string)
* insert SearchedBy(birthdate, date)
* insert SearchedBy(link, reference)
* insert SearchedByOwn(Patient, fetus-of, reference)
* insert SearchedByOwn(Patient, fetal-status, token)
* insert Operates(Patient, summary)
* insert Resource(RelatedPerson)
* insert Supports(RelatedPerson-coparent)
* insert SearchedBy(patient, reference)
* insert Resource(Practitioner)
* insert Supports(Practitioner)
* insert SearchedBy(identifier, token)
* insert SearchedBy(name, string)
* insert Resource(PractitionerRole)
* insert Supports(PractitionerRole)
* insert SearchedBy(practitioner, reference)
* insert SearchedBy(organization, reference)
* insert SearchedBy(role, token)
* insert Resource(Organization)
* insert Supports(Organization)
* insert SearchedBy(identifier, token)
* insert SearchedBy(name, string)
* insert Resource(EpisodeOfCare)
* insert Supports(EpisodeOfCare-pregnancy)
* insert SearchedBy(identifier, token)
* insert SearchedBy(patient, reference)
* insert SearchedBy(status, token)
* insert SearchedBy(date, date)
* insert SearchedBy(condition, reference)
* insert SearchedBy(type, token)
* insert SearchedByOwn(EpisodeOfCare, end-reason, token)
* insert Operates(EpisodeOfCare, document)
* insert Operates(EpisodeOfCare, helsekort)
* insert Operates(EpisodeOfCare, timeline)
* insert Operates(EpisodeOfCare, gestational-age)
* insert Resource(Condition)
* insert Supports(Condition-history)
* insert Supports(Condition-pregnancy)
* insert SearchedBy(patient, reference)
* insert SearchedBy(code, token)
* insert SearchedBy(clinical-status, token)
* insert SearchedBy(category, token)
* insert Resource(FamilyMemberHistory)
* insert Supports(FamilyMemberHistory)
* insert SearchedBy(patient, reference)
* insert SearchedBy(code, token)
* insert Resource(CareTeam)
* insert Supports(CareTeam)
* insert SearchedBy(patient, reference)
* insert SearchedBy(status, token)
* insert Resource(Encounter)
* insert Supports(Encounter-antenatal)
* insert Supports(Encounter-birth)
* insert Supports(Encounter-postpartum)
* insert SearchedBy(patient, reference)
* insert SearchedBy(episode-of-care, reference)
* insert SearchedBy(date, date)
* insert SearchedBy(type, token)
* insert SearchedBy(status, token)
* insert Resource(Observation)
* insert Supports(Observation-antibody-screen)
* insert Supports(Observation-assisted-conception)
* insert Supports(Observation-birth-status)
* insert Supports(Observation-birth-talk)
* insert Supports(Observation-blood-group)
* insert Supports(Observation-bloodpressure)
* insert Supports(Observation-bmi)
* insert Supports(Observation-bodyheight)
* insert Supports(Observation-bodyweight)
* insert Supports(Observation-breastfeeding-guidance)
* insert Supports(Observation-cohabitation)
* insert Supports(Observation-consanguinity)
* insert Supports(Observation-ctg)
* insert Supports(Observation-disease-history)
* insert Supports(Observation-due-date)
* insert Supports(Observation-ectopic)
* insert Supports(Observation-employment)
* insert Supports(Observation-ferritin)
* insert Supports(Observation-fetal-heart-rate)
* insert Supports(Observation-fetal-movements)
* insert Supports(Observation-fetal-presentation)
* insert Supports(Observation-fetal-rhesus-d)
* insert Supports(Observation-fundal-height)
* insert Supports(Observation-gestational-age)
* insert Supports(Observation-glucose-tolerance)
* insert Supports(Observation-gravida)
* insert Supports(Observation-habit)
* insert Supports(Observation-haemoglobin)
* insert Supports(Observation-hba1c)
* insert Supports(Observation-infection-test)
* insert Supports(Observation-lab-result)
* insert Supports(Observation-last-menstrual-period)
* insert Supports(Observation-live-births)
* insert Supports(Observation-medication-frequency)
* insert Supports(Observation-medication-use)
* insert Supports(Observation-miscarriages)
* insert Supports(Observation-newborn-apgar-1)
* insert Supports(Observation-newborn-apgar-5)
* insert Supports(Observation-newborn-head-circumference)
* insert Supports(Observation-newborn-length)
* insert Supports(Observation-newborn-weight)
* insert Supports(Observation-note)
* insert Supports(Observation-number-of-fetuses)
* insert Supports(Observation-obstetric-history)
* insert Supports(Observation-oedema)
* insert Supports(Observation-parity)
* insert Supports(Observation-prenatal-information)
* insert Supports(Observation-prepregnancyweight)
* insert Supports(Observation-previous-pregnancies)
* insert Supports(Observation-previous-pregnancy)
* insert Supports(Observation-rhesus-d)
* insert Supports(Observation-stillbirths)
* insert Supports(Observation-ultrasound)
* insert Supports(Observation-urine-protein)
* insert SearchedBy(patient, reference)
* insert SearchedBy(code, token)
* insert SearchedBy(combo-code, token)
* insert SearchedBy(category, token)
* insert SearchedBy(date, date)
* insert SearchedBy(encounter, reference)
* insert SearchedBy(focus, reference)
* insert SearchedBy(value-quantity, quantity)
* insert SearchedBy(value-concept, token)
* insert SearchedBy(status, token)
* insert SearchedBy(has-member, reference)
* insert SearchedByOwn(Observation, time-point, token)
* insert SearchedByOwn(Observation, valid-term, token)
* insert SearchedByOwn(Observation, episode-of-care, reference)
* insert Resource(AllergyIntolerance)
* insert Supports(AllergyIntolerance)
* insert SearchedBy(patient, reference)
* insert SearchedBy(code, token)
* insert Resource(MedicationStatement)
* insert Supports(MedicationStatement)
* insert SearchedBy(patient, reference)
* insert SearchedBy(code, token)
* insert SearchedBy(status, token)
* insert Resource(MedicationAdministration)
* insert Supports(MedicationAdministration-anti-d)
* insert SearchedBy(patient, reference)
* insert SearchedBy(code, token)
* insert SearchedBy(effective-time, date)
* insert Resource(Consent)
* insert Supports(Consent-fetal-rhesus-typing)
* insert Supports(Consent-record)
* insert SearchedBy(patient, reference)
* insert SearchedBy(status, token)
* insert SearchedBy(scope, token)
* insert Resource(CarePlan)
* insert Supports(CarePlan-birth-plan)
* insert SearchedBy(patient, reference)
* insert SearchedBy(category, token)
* insert SearchedBy(status, token)
* insert Resource(Appointment)
* insert Supports(Appointment)
* insert SearchedBy(patient, reference)
* insert SearchedBy(date, date)
* insert SearchedBy(status, token)
* insert Resource(Procedure)
* insert Supports(Procedure-delivery)
* insert SearchedBy(patient, reference)
* insert SearchedBy(code, token)
* insert SearchedBy(date, date)
* insert Resource(Provenance)
* insert Supports(Provenance)
* insert SearchedBy(target, reference)
* insert SearchedBy(agent, reference)
* insert SearchedBy(recorded, date)
* insert ResourceToRead(AuditEvent)
* insert Supports(AuditEvent)
* insert SearchedBy(patient, reference)
* insert SearchedBy(agent, reference)
* insert SearchedBy(date, date)
* insert SearchedBy(action, token)
* insert SearchedBy(outcome, token)
* insert Resource(Composition)
* insert Supports(Composition-helsekort)
* insert SearchedBy(patient, reference)
* insert SearchedBy(type, token)
* insert SearchedBy(date, date)
* insert Resource(Bundle)
* insert Supports(Bundle-helsekort)
* insert SearchedBy(identifier, token)
* insert SearchedBy(timestamp, date)
