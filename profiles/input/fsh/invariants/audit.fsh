Invariant: mat-audit-1
Description: "Exactly one agent asked for it."
Severity: #error
Expression: "agent.where(requestor = true).count() = 1"
* insert InNorwegian([["Nøyaktig én aktør ba om det."]])

Invariant: mat-audit-2
Description: "What was not carried out says by a code why."
Severity: #error
Expression: "(outcome in ('4' | '8' | '12')) implies outcomeDesc.exists()"
* insert InNorwegian([["Det som ikke ble utført, sier med en kode hvorfor."]])

Invariant: mat-audit-3
Description: "A log holds no national identity number: nobody is named by one."
Severity: #error
Expression: "(agent.who | entity.what).identifier.where(system in ('urn:oid:2.16.578.1.12.4.1.4.1' | 'urn:oid:2.16.578.1.12.4.1.4.2' | 'urn:oid:2.16.578.1.12.4.1.4.3')).empty()"
* insert InNorwegian([["En logg har ikke fødselsnummer: ingen er nevnt ved et."]])
