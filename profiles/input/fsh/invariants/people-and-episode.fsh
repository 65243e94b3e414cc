Invariant: mat-mother-1
Description: "The woman is known by a national identity number, a D-number or a common help number; without one of them no record can be found again."
Severity: #error
Expression: "identifier.where(system in ('urn:oid:2.16.578.1.12.4.1.4.1' | 'urn:oid:2.16.578.1.12.4.1.4.2' | 'urn:oid:2.16.578.1.12.4.1.4.3')).exists()"
* insert InNorwegian([["Kvinnen er kjent ved fødselsnummer, D-nummer eller felles hjelpenummer; uten et av dem finnes ikke helsekortet igjen."]])

Invariant: mat-number-1
Description: "The number has eleven digits and nothing else."
Severity: #error
Expression: "matches('^[0-9]{11}$')"
* insert InNorwegian([["Nummeret har elleve siffer og ikke noe annet."]])

Invariant: mat-hpr-1
Description: "An HPR number has up to nine digits and nothing else."
Severity: #error
Expression: "matches('^[0-9]{1,9}$')"
* insert InNorwegian([["Et HPR-nummer har inntil ni siffer og ikke noe annet."]])

Invariant: mat-org-1
Description: "An organisation number has nine digits and nothing else."
Severity: #error
Expression: "matches('^[0-9]{9}$')"
* insert InNorwegian([["Et organisasjonsnummer har ni siffer og ikke noe annet."]])

Invariant: mat-fetus-1
Description: "The identifier of a fetus is the id of the record, a colon and the number of the fetus."
Severity: #error
Expression: "identifier.where(system = 'https://hit-maternity.example/fhir/NamingSystem/fetus').value.all(matches('^[A-Za-z0-9.-]+:[1-9]$')) and identifier.where(system = 'https://hit-maternity.example/fhir/NamingSystem/fetus').value.first().replaceMatches('^.*:', '') = extension('https://hit-maternity.example/fhir/StructureDefinition/fetus-number').value.first().toString()"
* insert InNorwegian([["Fosterets id er helsekortets id, et kolon og fosterets nummer."]])

Invariant: mat-fetus-2
Description: "A fetus has no national identifier; it gets one as a child."
Severity: #error
Expression: "identifier.where(system.startsWith('urn:oid:2.16.578.1.12.4.1.4.')).empty()"
* insert InNorwegian([["Et foster har ingen nasjonal id; barnet får en."]])

Invariant: mat-newborn-1
Description: "The child names the fetus it was: a link of type replaces or seealso."
Severity: #error
Expression: "link.where(type in ('replaces' | 'seealso')).exists()"
* insert InNorwegian([["Barnet nevner fosteret det var: en lenke av typen replaces eller seealso."]])

Invariant: mat-episode-1
Description: "A record that has ended says when."
Severity: #error
Expression: "(status in ('finished' | 'cancelled')) implies period.end.exists()"
* insert InNorwegian([["Et helsekort som er avsluttet, sier når."]])

Invariant: mat-episode-2
Description: "A record that has ended says why."
Severity: #warning
Expression: "(status in ('finished' | 'cancelled')) implies extension('https://hit-maternity.example/fhir/StructureDefinition/end-reason').exists()"
* insert InNorwegian([["Et helsekort som er avsluttet, sier hvorfor."]])

Invariant: mat-episode-3
Description: "A record that goes on has neither an end nor a reason for it."
Severity: #error
Expression: "(status in ('planned' | 'active')) implies (period.end.empty() and extension('https://hit-maternity.example/fhir/StructureDefinition/end-reason').empty())"
* insert InNorwegian([["Et helsekort som er i bruk, har verken slutt eller grunn til å slutte."]])

Invariant: mat-provenance-1
Description: "Health personnel write in a role and for an organisation, and both are told."
Severity: #error
Expression: "agent.where(who.reference.contains('Practitioner/') or who.reference.contains('PractitionerRole/')).all(role.exists() and onBehalfOf.exists())"
* insert InNorwegian([["Helsepersonell skriver i en rolle og for en virksomhet, og begge står der."]])

Invariant: mat-anti-d-1
Description: "What was not given says why."
Severity: #error
Expression: "status = 'not-done' implies statusReason.exists()"
* insert InNorwegian([["Det som ikke ble gitt, sier hvorfor."]])

Invariant: mat-folate-1
Description: "Folate is asked for before and during the pregnancy: of which time the answer speaks is told."
Severity: #error
Expression: "medication.ofType(CodeableConcept).coding.where((system = 'http://www.whocc.no/atc' and code = 'B03BB01') or (system = 'http://snomed.info/sct' and code = '792807003')).exists() implies extension('https://hit-maternity.example/fhir/StructureDefinition/time-point').exists()"
* insert InNorwegian([["Det spørres om folat før og i svangerskapet: det står hvilken tid svaret gjelder."]])

Invariant: mat-consent-1
Description: "What a consent says in its provision and in its policy is the same: opt-in permits, opt-out denies, and a consent that was refused denies."
Severity: #error
Expression: "(status = 'rejected' implies provision.type = 'deny') and (policyRule.coding.where(code = 'OPTIN').exists() implies provision.type = 'permit') and (policyRule.coding.where(code = 'OPTOUT').exists() implies provision.type = 'deny')"
* insert InNorwegian([["Et samtykkes bestemmelse og regel sier det samme: opt-in tillater, opt-out nekter, og et samtykke som ble avslått, nekter."]])

Invariant: mat-appointment-1
Description: "The woman is a participant of her appointment."
Severity: #error
Expression: "participant.actor.where(reference.contains('Patient/') or type = 'Patient' or reference.startsWith('urn:uuid:')).exists()"
* insert InNorwegian([["Kvinnen er deltaker i sin egen time."]])
