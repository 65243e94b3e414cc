// Words of one concept in the three languages of the record.
RuleSet: Words(nb, nn, en)
* ^designation[0].language = #nb
* ^designation[0].value = {nb}
* ^designation[1].language = #nn
* ^designation[1].value = {nn}
* ^designation[2].language = #en
* ^designation[2].value = {en}

// A title in Norwegian besides the English one.
RuleSet: Titles(nb, nn)
* ^title.extension[+].url = "http://hl7.org/fhir/StructureDefinition/translation"
* ^title.extension[=].extension[+].url = "lang"
* ^title.extension[=].extension[=].valueCode = #nb
* ^title.extension[=].extension[+].url = "content"
* ^title.extension[=].extension[=].valueString = {nb}
* ^title.extension[+].url = "http://hl7.org/fhir/StructureDefinition/translation"
* ^title.extension[=].extension[+].url = "lang"
* ^title.extension[=].extension[=].valueCode = #nn
* ^title.extension[=].extension[+].url = "content"
* ^title.extension[=].extension[=].valueString = {nn}

// An invariant's words in bokmål, for those who see a refusal.
RuleSet: InNorwegian(nb)
* human.extension[+].url = "http://hl7.org/fhir/StructureDefinition/translation"
* human.extension[=].extension[+].url = "lang"
* human.extension[=].extension[=].valueCode = #nb
* human.extension[=].extension[+].url = "content"
* human.extension[=].extension[=].valueString = {nb}

// What every Observation about the woman has, also the vital signs, whose parents are FHIR's own.
RuleSet: MaternalObservation
* obeys mat-obs-1
* extension contains http://hl7.org/fhir/StructureDefinition/workflow-episodeOfCare named episodeOfCare 0..1 MS
* extension ^requirements = "What was not found out at a visit must still be told apart by pregnancy."
* extension[episodeOfCare] ^short = "The pregnancy, where no encounter names it"
* status MS
* status from ObservationStatusVS (required)
* status ^requirements = "A fact of unknown status can't be acted on; a retracted one must stay visible as such."
* category 1..* MS
* category ^requirements = "Vital signs, laboratory and habits are fetched by category."
* code MS
* code.coding 1..*
* code ^requirements = "A fact without a code is found by nobody."
* subject 1..1 MS
* subject only Reference(NoDomainMaternityPatientMother)
* subject ^short = "The pregnant woman, also of facts about a fetus"
* subject ^requirements = "Everything in the record is found by the woman; a fetus is named in focus."
* focus MS
* focus only Reference(NoDomainMaternityPatientFetus)
* focus ^requirements = "Of twins it must be told which one a fact is about; nothing else is focused on."
* encounter MS
* encounter only Reference(NoDomainMaternityEncounterAntenatal or NoDomainMaternityEncounterPostpartum or NoDomainMaternityEncounterBirth)
* encounter ^requirements = "The visit shows the facts found out at it, and names the pregnancy."
* effective[x] 1..1 MS
* effective[x] only dateTime
* effective[x] ^requirements = "Without its time a fact has no place in the course of a pregnancy."
* performer MS
* performer only Reference(NoDomainMaternityPractitioner or NoDomainMaternityPractitionerRole or NoDomainMaternityOrganization or NoDomainMaternityCareTeam or NoDomainMaternityPatientMother or NoDomainMaternityRelatedPersonCoparent)
* performer ^requirements = "Who found it out is shown beside the fact."
* dataAbsentReason MS
* dataAbsentReason ^requirements = "Not asked, unknown and no are three answers."
* note MS
* note ^requirements = "The card has a remark beside most facts."

// At least one category that FHIR knows.
RuleSet: KnownCategory
* category ^slicing.discriminator.type = #value
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category contains known 1..* MS
* category[known] from http://hl7.org/fhir/ValueSet/observation-category (required)

// A quantity in one UCUM unit and between two limits, both included; outside lies a slip of unit or finger.
RuleSet: Measured(unit, low, high)
* value[x] MS
* value[x] only Quantity
* value[x] ^requirements = "One unit, so that values are compared and drawn without reckoning; outside of the limits lies a slip of unit or finger."
* insert MeasuredValue({unit}, {low}, {high})

RuleSet: MeasuredValue(unit, low, high)
* valueQuantity = $ucum#{unit}
* valueQuantity.value 1..1 MS
* valueQuantity.value ^minValueDecimal = {low}
* valueQuantity.value ^maxValueDecimal = {high}
* valueQuantity.comparator 0..0
* valueQuantity.system 1..1
* valueQuantity.code 1..1

// A measured value that laboratories may give as a limit (< 3).
RuleSet: Analysed(unit, low, high)
* value[x] MS
* value[x] only Quantity
* value[x] ^requirements = "One unit, the card's own; outside of the limits lies a slip of unit."
* valueQuantity = $ucum#{unit}
* valueQuantity.value 1..1 MS
* valueQuantity.value ^minValueDecimal = {low}
* valueQuantity.value ^maxValueDecimal = {high}
* valueQuantity.system 1..1
* valueQuantity.code 1..1

// One code that must be there, and open to others.
RuleSet: Coded(main)
* code.coding ^slicing.discriminator.type = #pattern
* code.coding ^slicing.discriminator.path = "$this"
* code.coding ^slicing.rules = #open
* code.coding contains main 1..1 MS
* code.coding[main] = {main}
* code.coding ^requirements = "One code is always there, so that a search finds every such fact; others may stand beside it."

// One code that must be there, and a second one that is expected.
RuleSet: CodedTwice(main, second)
* insert Coded({main})
* code.coding contains second 0..1 MS
* code.coding[second] = {second}

// Of the categories that FHIR knows, this one and no other.
RuleSet: Category(code)
* category[known] = $observation-category#{code}
* category ^requirements = "Such facts are fetched by this category; categories of other systems may stand beside it."

// The SNOMED CT code that no-domain-VitalSigns puts beside FHIR's own of a vital sign.
RuleSet: NorwegianCode(code)
* code.coding contains snomed 0..1 MS
* code.coding[snomed].system 1..1
* code.coding[snomed].system = $sct (exactly)
* code.coding[snomed].code 1..1
* code.coding[snomed].code = {code} (exactly)
* code.coding ^requirements = "FHIR's code is always there; Norwegian systems send this one beside it."

// Components told apart by their code, and no others.
RuleSet: Components
* component MS
* component ^slicing.discriminator.type = #pattern
* component ^slicing.discriminator.path = "code"
* component ^slicing.rules = #closed
* component ^requirements = "Parts that belong to one fact, told apart by their code; what else was found out is an Observation of its own."
