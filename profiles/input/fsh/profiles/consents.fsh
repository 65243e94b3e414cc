RuleSet: Agreement
* obeys mat-consent-1
* status MS
* status ^requirements = "A withdrawn consent is inactive, a refused one rejected."
* scope MS
* category MS
* category 1..*
* category ^slicing.discriminator.type = #pattern
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category contains consent 1..1 MS
* category[consent] = $loinc#59284-0
* category ^requirements = "Found among other consents."
* scope ^requirements = "What kind of agreement it is."
* patient 1..1 MS
* patient only Reference(NoDomainMaternityPatientMother)
* patient ^requirements = "Only she can give it."
* dateTime 1..1 MS
* dateTime ^requirements = "From when it holds."
* performer MS
* performer ^requirements = "Who gave it: she herself."
* organization MS
* organization ^requirements = "Who asked for it."
* policyRule 1..1 MS
* policyRule from ConsentPolicyVS (required)
* policyRule ^requirements = "Opt-in or opt-out."
* provision 1..1 MS
* provision.type 1..1 MS
* provision ^requirements = "Yes and no are told apart by the provision, not by whether there is a consent."

Profile: NoDomainMaternityConsentFetalRhesusTyping
Parent: Consent
Id: no-domain-Maternity-Consent-fetal-rhesus-typing
Title: "Consent to RhD typing of the fetus (samtykke til RhD-typing av fosteret)"
Description: "The written consent of an RhD-negative woman to typing the fetus: given, refused, or, without any Consent, not asked for yet. The second link of the RhD chain."
* insert Agreement
* scope = $consent-scope#treatment

Profile: NoDomainMaternityConsentRecord
Parent: Consent
Id: no-domain-Maternity-Consent-record
Title: "Consent to the digital record (samtykke til digitalt helsekort)"
Description: "Her consent to keeping a digital maternity record. Without it nothing is stored; withdrawn, everything is erased."
* insert Agreement
* scope = $consent-scope#patient-privacy
