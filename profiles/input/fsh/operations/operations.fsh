RuleSet: Operating(code, resource)
* url = "https://hit-maternity.example/fhir/OperationDefinition/{resource}-{code}"
* version = "0.1.0"
* status = #draft
* kind = #operation
* date = "2026-11-21"
* publisher = "hit-maternity"
* jurisdiction = urn:iso:std:iso:3166#NO "Norway"
* affectsState = false
* code = #{code}
* resource = #{resource}
* system = false
* type = false
* instance = true

RuleSet: Returns(type, text)
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].type = #{type}
* parameter[=].documentation = {text}

Instance: EpisodeOfCare-document
InstanceOf: OperationDefinition
Usage: #definition
Title: "The card as a document"
* insert Operating(document, EpisodeOfCare)
* name = "MaternityDocument"
* title = "The card as a document (helsekortet som dokument)"
* description = "Puts the card of one pregnancy together as a document: Composition (9602 F04-2) and all that it shows."
* outputProfile = "https://hit-maternity.example/fhir/StructureDefinition/no-domain-Maternity-Bundle-helsekort"
* parameter[+].name = #persist
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].type = #boolean
* parameter[=].documentation = "Whether the document is kept on the server; false where it is not said."
* insert Returns(Bundle, [["A Bundle of type document."]])

Instance: EpisodeOfCare-helsekort
InstanceOf: OperationDefinition
Usage: #definition
Title: "The card, ready to show"
* insert Operating(helsekort, EpisodeOfCare)
* name = "MaternityHelsekort"
* title = "The card, ready to show (helsekortet)"
* description = "Everything of one pregnancy in one Bundle, in the card's order; for showing, not for keeping."
* insert Returns(Bundle, [["A Bundle of type collection."]])

RuleSet: EventPart(name, min, type, text)
* parameter[=].part[+].name = #{name}
* parameter[=].part[=].use = #out
* parameter[=].part[=].min = {min}
* parameter[=].part[=].max = "1"
* parameter[=].part[=].type = #{type}
* parameter[=].part[=].documentation = {text}

Instance: EpisodeOfCare-timeline
InstanceOf: OperationDefinition
Usage: #definition
Title: "The course of a pregnancy"
* insert Operating(timeline, EpisodeOfCare)
* name = "MaternityTimeline"
* title = "The course of a pregnancy (tidslinje)"
* description = "What happened in one pregnancy and what is due, oldest first, with the gestational age of each."
* parameter[+].name = #start
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].type = #date
* parameter[=].documentation = "The first day; from the beginning where it is not given."
* parameter[+].name = #end
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].type = #date
* parameter[=].documentation = "The last day; to the end where it is not given."
* parameter[+].name = #kind
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "*"
* parameter[=].type = #code
* parameter[=].documentation = "Only events of these kinds."
* parameter[+].name = #event
* parameter[=].use = #out
* parameter[=].min = 0
* parameter[=].max = "*"
* parameter[=].documentation = "One event: something that was found or done, or a visit of the programme."
* insert EventPart(kind, 1, code, [["What it is: visit, ultrasound, birth, measurement and so on."]])
* insert EventPart(date, 1, date, [["The day; of a visit that is due, the first day of its window."]])
* insert EventPart(until, 0, date, [["The last day of a visit's window."]])
* insert EventPart(gestationalAge, 0, Quantity, [["In days."]])
* insert EventPart(weeks, 0, string, [["The same as weeks and days: 28+3."]])
* insert EventPart(title, 1, string, [["In bokmål; nynorsk and English as translation extensions."]])
* insert EventPart(status, 1, code, [["done, coming, due, overdue, missed or not-needed."]])
* insert EventPart(reference, 0, Reference, [["The resource that tells of it."]])

Instance: EpisodeOfCare-gestational-age
InstanceOf: OperationDefinition
Usage: #definition
Title: "Gestational age on a day"
* insert Operating(gestational-age, EpisodeOfCare)
* name = "MaternityGestationalAge"
* title = "Gestational age on a day (svangerskapslengde)"
* description = "How far the pregnancy has come on a day, by the due date that is valid."
* parameter[+].name = #date
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].type = #date
* parameter[=].documentation = "The day; today where it is not given."
* insert Returns(Observation, [["An Observation of the gestational age, which is not kept."]])

Instance: Patient-summary
InstanceOf: OperationDefinition
Usage: #definition
Title: "International Patient Summary"
* insert Operating(summary, Patient)
* name = "MaternitySummary"
* title = "International Patient Summary (pasientsammendrag)"
* description = "Her summary with the section on pregnancy, made of the record: pregnancy status with the due date, and the outcomes of earlier pregnancies."
* insert Returns(Bundle, [["A Bundle of type document."]])
