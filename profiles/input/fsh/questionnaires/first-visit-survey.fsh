// Words of a question in bokmål, with nynorsk and English beside them.
RuleSet: Translated(path, nn, en)
* {path}.text.extension[+].url = "http://hl7.org/fhir/StructureDefinition/translation"
* {path}.text.extension[=].extension[+].url = "lang"
* {path}.text.extension[=].extension[=].valueCode = #nn
* {path}.text.extension[=].extension[+].url = "content"
* {path}.text.extension[=].extension[=].valueString = {nn}
* {path}.text.extension[+].url = "http://hl7.org/fhir/StructureDefinition/translation"
* {path}.text.extension[=].extension[+].url = "lang"
* {path}.text.extension[=].extension[=].valueCode = #en
* {path}.text.extension[=].extension[+].url = "content"
* {path}.text.extension[=].extension[=].valueString = {en}

RuleSet: Part(id, nb, nn, en)
* item[+].linkId = "{id}"
* item[=].type = #group
* item[=].text = {nb}
* insert Translated(item[=], [[{nn}]], [[{en}]])

RuleSet: Ask(id, type, nb, nn, en)
* item[=].item[+].linkId = "{id}"
* item[=].item[=].type = #{type}
* item[=].item[=].text = {nb}
* insert Translated(item[=].item[=], [[{nn}]], [[{en}]])

// Where the answer belongs in the record: profile and element.
RuleSet: Home(profile, element)
* item[=].item[=].definition = "https://hit-maternity.example/fhir/StructureDefinition/no-domain-Maternity-{profile}#{element}"

RuleSet: Chosen(valueset)
* item[=].item[=].answerValueSet = "https://hit-maternity.example/fhir/ValueSet/{valueset}"

RuleSet: Where(question, answer)
* item[=].item[=].enableWhen.question = "{question}"
* item[=].item[=].enableWhen.operator = #=
* item[=].item[=].enableWhen.answer{answer}

RuleSet: Unit(code, display)
* item[=].item[=].extension.url = "http://hl7.org/fhir/StructureDefinition/questionnaire-unit"
* item[=].item[=].extension.valueCoding = $ucum#{code} "{display}"

Instance: first-visit-survey
InstanceOf: Questionnaire
Usage: #definition
Title: "Survey before the first visit"
* url = "https://hit-maternity.example/fhir/Questionnaire/first-visit-survey"
* version = "0.1.0"
* name = "MaternityFirstVisitSurvey"
* title = "Survey before the first visit (kartlegging før første svangerskapskontroll)"
* insert InstanceTitles([["Kartlegging før første svangerskapskontroll"]], [["Kartlegging før første svangerskapskontroll"]])
* status = #draft
* experimental = false
* language = #nb
* date = "2026-11-22"
* publisher = "hit-maternity"
* jurisdiction = urn:iso:std:iso:3166#NO "Norway"
* description = "What the woman answers herself on Helsenorge before the first visit. Each question names the profile and the element its answer belongs in; a question she leaves out stays not asked, and unsure is an answer. Nothing becomes part of the record before a health professional has gone through it with her."
* subjectType = #Patient

* insert Part(where, [["Hvor du bor"]], [["Kvar du bur"]], [["Where you live"]])
* insert Ask(1, boolean, [["Bor du et annet sted enn der du er folkeregistrert?"]], [["Bur du ein annan stad enn der du er folkeregistrert?"]], [["Do you live elsewhere than at your registered address?"]])
* item[=].item[=].required = true
* insert Ask(1.1, string, [["Hvilken adresse?"]], [["Kva adresse?"]], [["At which address?"]])
* insert Home(Patient-mother, Patient.address)
* insert Where(1, Boolean = true)
* item[=].item[=].required = true

* insert Part(pregnancy, [["Svangerskapet"]], [["Svangerskapet"]], [["The pregnancy"]])
* insert Ask(2, choice, [["Er dette ditt første svangerskap?"]], [["Er dette det første svangerskapet ditt?"]], [["Is this your first pregnancy?"]])
* insert Home(Observation-previous-pregnancies, Observation.value[x])
* item[=].item[=].code = $sct#246211005
* insert Chosen(yes-no-unsure)
* item[=].item[=].required = true
* insert Ask(3, boolean, [["Vet du første dag i siste menstruasjon?"]], [["Veit du første dag i siste menstruasjon?"]], [["Do you know the first day of your last period?"]])
* item[=].item[=].required = true
* insert Ask(3.1, date, [["Hvilken dag?"]], [["Kva dag?"]], [["Which day?"]])
* insert Home(Observation-last-menstrual-period, Observation.value[x])
* item[=].item[=].code = $loinc#8665-2
* insert Where(3, Boolean = true)
* item[=].item[=].required = true
* insert Ask(4, boolean, [["Er du gravid etter assistert befruktning?"]], [["Er du gravid etter assistert befrukting?"]], [["Is the pregnancy by assisted conception?"]])
* insert Home(Observation-assisted-conception, Observation.value[x])
* item[=].item[=].code = $sct#63487001
* item[=].item[=].required = true
* insert Ask(4.1, date, [["Hvilken dag var innsettingen eller egguthentingen?"]], [["Kva dag var innsetjinga eller egguthentinga?"]], [["On which day was the transfer or retrieval?"]])
* insert Home(Observation-assisted-conception, Observation.component:date.value[x])
* item[=].item[=].code = $card-item#assisted-conception-date
* insert Where(4, Boolean = true)
* insert Ask(5, boolean, [["Har du fått termin ved ultralyd?"]], [["Har du fått termin ved ultralyd?"]], [["Have you got a due date by ultrasound?"]])
* item[=].item[=].required = true
* insert Ask(5.1, date, [["Hvilken termin?"]], [["Kva termin?"]], [["Which due date?"]])
* insert Home(Observation-due-date, Observation.value[x])
* item[=].item[=].code = $loinc#11778-8
* insert Where(5, Boolean = true)
* item[=].item[=].required = true

* insert Part(habits, [["Levevaner"]], [["Levevanar"]], [["Habits"]])
* insert Ask(6, choice, [["Røyker du?"]], [["Røykjer du?"]], [["Do you smoke?"]])
* insert Home(Observation-habit, Observation.value[x])
* item[=].item[=].code = $habit-type#smoking
* insert Chosen(habit-frequency)
* item[=].item[=].required = true
* insert Ask(7, choice, [["Drikker du alkohol?"]], [["Drikk du alkohol?"]], [["Do you drink alcohol?"]])
* insert Home(Observation-habit, Observation.value[x])
* item[=].item[=].code = $habit-type#alcohol
* insert Chosen(habit-frequency)
* item[=].item[=].required = true
* insert Ask(8, choice, [["Bruker du snus?"]], [["Brukar du snus?"]], [["Do you use snus?"]])
* insert Home(Observation-habit, Observation.value[x])
* item[=].item[=].code = $habit-type#snus
* insert Chosen(habit-frequency)
* item[=].item[=].required = true
* insert Ask(9, choice, [["Bruker du andre rusmidler?"]], [["Brukar du andre rusmiddel?"]], [["Do you use other drugs?"]])
* insert Home(Observation-habit, Observation.value[x])
* item[=].item[=].code = $habit-type#other-stimuli
* insert Chosen(habit-frequency)
* item[=].item[=].required = true
* insert Ask(10, text, [["Noe du vil legge til om dette?"]], [["Noko du vil leggje til om dette?"]], [["Anything to add?"]])
* insert Home(Observation-note, Observation.value[x])
* item[=].item[=].code = $section#habits
* item[=].item[=].maxLength = 250

* insert Part(body, [["Høyde og vekt"]], [["Høgd og vekt"]], [["Height and weight"]])
* insert Ask(11, decimal, [["Hva veide du før svangerskapet, i kg?"]], [["Kva vog du før svangerskapet, i kg?"]], [["What did you weigh before the pregnancy, in kg?"]])
* insert Home(Observation-prepregnancyweight, Observation.value[x])
* item[=].item[=].code = $loinc#56077-1
* insert Unit(kg, kg)
* insert Ask(12, decimal, [["Hvor høy er du, i cm?"]], [["Kor høg er du, i cm?"]], [["How tall are you, in cm?"]])
* insert Home(Observation-bodyheight, Observation.value[x])
* item[=].item[=].code = $loinc#8302-2
* insert Unit(cm, cm)

* insert Part(medicines, [["Folat og legemidler"]], [["Folat og legemiddel"]], [["Folate and medicines"]])
* insert Ask(13, boolean, [["Tok du folat før svangerskapet?"]], [["Tok du folat før svangerskapet?"]], [["Did you take folate before the pregnancy?"]])
* insert Home(MedicationStatement, MedicationStatement.status)
* item[=].item[=].code = $atc#B03BB01
* item[=].item[=].required = true
* insert Ask(14, boolean, [["Tar du folat nå?"]], [["Tek du folat no?"]], [["Do you take folate now?"]])
* insert Home(MedicationStatement, MedicationStatement.status)
* item[=].item[=].code = $atc#B03BB01
* item[=].item[=].required = true
* insert Ask(15, boolean, [["Bruker du legemidler i svangerskapet?"]], [["Brukar du legemiddel i svangerskapet?"]], [["Do you use medicines in the pregnancy?"]])
* insert Home(Observation-medication-use, Observation.value[x])
* item[=].item[=].code = $card-item#medication-use
* item[=].item[=].required = true

* insert Part(family, [["Familien"]], [["Familien"]], [["The family"]])
* insert Ask(16, choice, [["Er det arvelige sykdommer i familien?"]], [["Er det arvelege sjukdommar i familien?"]], [["Are there hereditary diseases in the family?"]])
* insert Home(Observation-disease-history, Observation.value[x])
* insert Chosen(survey-hereditary)
* item[=].item[=].repeats = true
* insert Ask(17, choice, [["Er du i slekt med barnets biologiske far?"]], [["Er du i slekt med den biologiske faren til barnet?"]], [["Are you related to the biological father?"]])
* insert Home(Observation-consanguinity, Observation.value[x])
* item[=].item[=].code = $sct#842009
* insert Chosen(yes-no-unsure)
* item[=].item[=].required = true

* insert Part(diseases, [["Sykdommer"]], [["Sjukdommar"]], [["Diseases"]])
* insert Ask(18, choice, [["Har du eller har du hatt noen av disse?"]], [["Har du eller har du hatt nokon av desse?"]], [["Have you or have you had any of these?"]])
* insert Home(Observation-disease-history, Observation.value[x])
* insert Chosen(survey-disease)
* item[=].item[=].repeats = true

* insert Part(work, [["Arbeid og familie"]], [["Arbeid og familie"]], [["Work and home"]])
* insert Ask(19, boolean, [["Er du i arbeid nå?"]], [["Er du i arbeid no?"]], [["Do you work now?"]])
* item[=].item[=].required = true
* insert Ask(19.1, decimal, [["Hvor mange prosent?"]], [["Kor mange prosent?"]], [["How many per cent?"]])
* insert Home(Observation-employment, Observation.value[x])
* item[=].item[=].code = $card-item#employment
* insert Where(19, Boolean = true)
* insert Unit(%, %)
* insert Ask(20, boolean, [["Har du vært i arbeid de siste seks månedene?"]], [["Har du vore i arbeid dei siste seks månadene?"]], [["Have you worked in the last six months?"]])
* insert Home(Observation-employment, Observation.component:lastSixMonths.value[x])
* item[=].item[=].code = $card-item#employed-last-6-months
* item[=].item[=].required = true
* insert Ask(20.1, string, [["Yrke og bransje?"]], [["Yrke og bransje?"]], [["Occupation and industry?"]])
* insert Home(Observation-employment, Observation.component:occupation.value[x])
* item[=].item[=].code = $card-item#occupation
* insert Where(20, Boolean = true)
* insert Ask(21, boolean, [["Bor du sammen med far eller medmor?"]], [["Bur du saman med far eller medmor?"]], [["Do you live with the co-parent?"]])
* insert Home(Observation-cohabitation, Observation.value[x])
* item[=].item[=].code = $card-item#cohabitation

* insert Part(background, [["Bakgrunn og språk"]], [["Bakgrunn og språk"]], [["Background and language"]])
* insert Ask(22, open-choice, [["Hvilket land kommer du fra?"]], [["Kva land kjem du frå?"]], [["Which country do you come from?"]])
* insert Home(Patient-mother, Patient.extension:birthPlace)
* item[=].item[=].answerValueSet = "http://hl7.org/fhir/ValueSet/iso3166-1-2"
* item[=].item[=].required = true
* insert Ask(23, open-choice, [["Hvilket språk snakker du best?"]], [["Kva språk snakkar du best?"]], [["Which language do you speak best?"]])
* insert Home(Patient-mother, Patient.communication.language)
* insert Chosen(survey-language)
* item[=].item[=].required = true
