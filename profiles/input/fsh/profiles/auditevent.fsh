Profile: NoDomainMaternityAuditEvent
Parent: AuditEvent
Id: no-domain-Maternity-AuditEvent
Title: "AuditEvent (innsynslogg)"
Description: "Who looked at or wrote what of whose record, when, in which role, for whom and on which grounds; refusals too. Shaped as HL7 Norway's audit event of the trust framework (tillitsrammeverket), so that the woman's access log can be made of it. It holds no clinical content and outlives the record."
* obeys mat-audit-1 and mat-audit-2 and mat-audit-3
* extension contains Attest named attest 0..1 MS
* extension ^requirements = "The attest is what the data source was told of the grounds; afterwards it must be shown."
* type MS
* type ^requirements = "A call of the FHIR interface, a login, an export."
* subtype MS
* subtype ^requirements = "Which interaction: read, search, update."
* action 1..1 MS
* action ^requirements = "Reading and writing are told apart."
* recorded MS
* recorded ^requirements = "When."
* outcome 1..1 MS
* outcome ^requirements = "What was refused is logged like what was given."
* outcomeDesc MS
* outcomeDesc ^requirements = "The code of a refusal; never clinical content."
* purposeOfEvent MS
* purposeOfEvent from PurposeOfAccessVS (extensible)
* purposeOfEvent ^requirements = "Treatment, acute treatment, coordination, or the rules overridden: the trust framework's four."
* agent MS
* agent ^requirements = "Person, organisation and system are each an agent; the one who asked is the requestor."
* agent.type MS
* agent.role MS
* agent.role ^requirements = "HPR category (Volven 9060) of health personnel."
* agent.who MS
* agent.who only Reference(NoDomainMaternityPractitioner or NoDomainMaternityPractitionerRole or NoDomainMaternityOrganization or NoDomainMaternityPatientMother or RelatedPerson or Device)
* agent.name MS
* agent.requestor MS
* agent.policy MS
* source MS
* source ^requirements = "Which service logged it."
* source.site MS
* source.observer MS
* entity 1..* MS
* entity ^slicing.discriminator.type = #value
* entity ^slicing.discriminator.path = "role"
* entity ^slicing.rules = #open
* entity ^requirements = "Whose record, and which resource of it."
* entity contains patient 0..1 MS
* entity[patient] ^short = "The woman whose record it is"
* entity[patient].role 1..1
* entity[patient].role = $object-role#1
* entity[patient].what 1..1
* entity[patient].what only Reference(NoDomainMaternityPatientMother)
* entity.query 0..0
* entity.query ^requirements = "A query may hold a national identity number, which stands in no log."
