// How sure each code is stands in codes.toml; the build writes it into the comment of every target.

RuleSet: ConceptMapOf(id, name, nb, nn)
* url = "https://hit-maternity.example/fhir/ConceptMap/{id}"
* version = "0.1.0"
* name = "{name}"
* status = #draft
* experimental = false
* date = "2026-11-22"
* publisher = "hit-maternity"
* jurisdiction = urn:iso:std:iso:3166#NO "Norway"
* insert InstanceTitles([[{nb}]], [[{nn}]])

RuleSet: InstanceTitles(nb, nn)
* title.extension[+].url = "http://hl7.org/fhir/StructureDefinition/translation"
* title.extension[=].extension[+].url = "lang"
* title.extension[=].extension[=].valueCode = #nb
* title.extension[=].extension[+].url = "content"
* title.extension[=].extension[=].valueString = {nb}
* title.extension[+].url = "http://hl7.org/fhir/StructureDefinition/translation"
* title.extension[=].extension[+].url = "lang"
* title.extension[=].extension[=].valueCode = #nn
* title.extension[=].extension[+].url = "content"
* title.extension[=].extension[=].valueString = {nn}

RuleSet: From(system, target)
* group[+].source = "{system}"
* group[=].target = "{target}"

RuleSet: Maps(code, display, target, targetDisplay, equivalence)
* group[=].element[+].code = #{code}
* group[=].element[=].display = {display}
* group[=].element[=].target[+].code = #{target}
* group[=].element[=].target[=].display = {targetDisplay}
* group[=].element[=].target[=].equivalence = #{equivalence}

RuleSet: OrMaps(target, targetDisplay, equivalence)
* group[=].element[=].target[+].code = #{target}
* group[=].element[=].target[=].display = {targetDisplay}
* group[=].element[=].target[=].equivalence = #{equivalence}

RuleSet: Because(comment)
* group[=].element[=].target[=].comment = {comment}

RuleSet: Unmatched(code, display, comment)
* group[=].element[+].code = #{code}
* group[=].element[=].display = {display}
* group[=].element[=].target[+].equivalence = #unmatched
* group[=].element[=].target[=].comment = {comment}

Instance: nlk-to-loinc
InstanceOf: ConceptMap
Usage: #definition
Title: "NLK to LOINC (NLK til LOINC)"
* insert ConceptMapOf(nlk-to-loinc, MaternityNlkToLoinc, [["NLK til LOINC"]], [["NLK til LOINC"]])
* title = "NLK to LOINC (NLK til LOINC)"
* description = "The laboratory codes of the card in LOINC. Where the exact relation is not known, it is relatedto."
* insert From(urn:oid:2.16.578.1.12.4.1.1.7280, http://loinc.org)
* insert Maps(NOR05172, [["B-Haemoglobin"]], 718-7, [["Hemoglobin [Mass/volume] in Blood"]], equivalent)
* insert Maps(NPU19763, [["P-Ferritin"]], 2276-4, [["Ferritin [Mass/volume] in Serum or Plasma"]], wider)
* insert Because([["LOINC's code is for serum too."]])
* insert Maps(NPU27300, [["B-HbA1c"]], 59261-8, [["Hemoglobin A1c/Hemoglobin.total in Blood by IFCC protocol"]], equivalent)
* insert Maps(NPU02192, [["P-Glucose"]], 14771-0, [["Fasting glucose [Moles/volume] in Serum or Plasma"]], narrower)
* insert Because([["Only where she was fasting."]])
* insert OrMaps(14996-3, [["Glucose [Moles/volume] in Serum or Plasma --2 hours post 75 g glucose PO"]], narrower)
* insert Because([["Only two hours after 75 g of glucose."]])
* insert Maps(NPU58582, [["ABO blood group"]], 883-9, [["ABO group [Type] in Blood"]], equivalent)
* insert Maps(NPU21917, [["RhD type"]], 10331-7, [["Rh [Type] in Blood"]], equivalent)
* insert Maps(NPU04206, [["U-Protein"]], 20454-5, [["Protein [Presence] in Urine by Test strip"]], narrower)
* insert Because([["LOINC's code is for a strip alone, which is what is used at a visit."]])
* insert Maps(NPU19649, [["HIV"]], 56888-1, [["HIV 1+2 Ab+HIV1 p24 Ag [Presence] in Serum or Plasma by Immunoassay"]], relatedto)
* insert Maps(NPU03611, [["Syphilis"]], 24110-9, [["Treponema pallidum Ab [Presence] in Serum by Immunoassay"]], relatedto)
* insert Maps(NPU12033, [["Hepatitis C virus antibody"]], 16128-1, [["Hepatitis C virus Ab [Presence] in Serum"]], relatedto)
* insert Maps(NPU12412, [["Rubella IgG"]], 8014-3, [["Rubella virus IgG Ab [Presence] in Serum"]], relatedto)
* insert Maps(NPU18725, [["Group B streptococci"]], 11267-2, [["Streptococcus agalactiae [Presence] in Vaginal fluid by Organism specific culture"]], relatedto)
* insert Unmatched(NPU12331, [["Chlamydia"]], [["No LOINC code could be confirmed."]])

Instance: volven-8340-to-sct
InstanceOf: ConceptMap
Usage: #definition
Title: "Textual results to SNOMED CT (tekstlige resultater til SNOMED CT)"
* insert ConceptMapOf(volven-8340-to-sct, MaternityTextualResultToSct, [["Tekstlige resultater til SNOMED CT"]], [["Tekstlege resultat til SNOMED CT"]])
* title = "Textual results to SNOMED CT (tekstlige resultater til SNOMED CT)"
* description = "Volven 8340 as the answer of a test for something. Protein in urine has a map of its own, since SNOMED CT has codes made for it."
* insert From(urn:oid:2.16.578.1.12.4.1.1.8340, http://snomed.info/sct)
* insert Maps(T002, [["Positive"]], 10828004, [["Positive"]], equivalent)
* insert Maps(T008, [["Negative"]], 260385009, [["Negative"]], equivalent)
* insert Unmatched(T052, [["Trace"]], [["Of protein in urine: see the map volven-8340-urine-protein-to-sct."]])
* insert Unmatched(T048, [["1+"]], [["Of protein in urine: see the map volven-8340-urine-protein-to-sct."]])
* insert Unmatched(T049, [["2+"]], [["Of protein in urine: see the map volven-8340-urine-protein-to-sct."]])
* insert Unmatched(T050, [["3+"]], [["Of protein in urine: see the map volven-8340-urine-protein-to-sct."]])

Instance: volven-8340-urine-protein-to-sct
InstanceOf: ConceptMap
Usage: #definition
Title: "Protein in urine to SNOMED CT (protein i urin til SNOMED CT)"
* insert ConceptMapOf(volven-8340-urine-protein-to-sct, MaternityUrineProteinToSct, [["Protein i urin til SNOMED CT"]], [["Protein i urin til SNOMED CT"]])
* title = "Protein in urine to SNOMED CT (protein i urin til SNOMED CT)"
* description = "Volven 8340 as the answer of a strip for protein in urine: Neg, Spor, 1+, 2+, 3+ of the national record."
* sourceUri = "https://hit-maternity.example/fhir/ValueSet/urine-protein-result"
* insert From(urn:oid:2.16.578.1.12.4.1.1.8340, http://snomed.info/sct)
* insert Maps(T008, [["Negative"]], 167273002, [["Urine protein test negative"]], narrower)
* insert Because([["In SNOMED CT the finding names its test."]])
* insert Maps(T052, [["Trace"]], 167274008, [["Urine protein test = trace"]], narrower)
* insert Because([["In SNOMED CT the finding names its test."]])
* insert Maps(T048, [["1+"]], 167275009, [["Urine protein test = +"]], narrower)
* insert Because([["In SNOMED CT the finding names its test."]])
* insert Maps(T049, [["2+"]], 167276005, [["Urine protein test = ++"]], narrower)
* insert Because([["In SNOMED CT the finding names its test."]])
* insert Maps(T050, [["3+"]], 167277001, [["Urine protein test = +++"]], narrower)
* insert Because([["In SNOMED CT the finding names its test."]])

Instance: habit-to-standard
InstanceOf: ConceptMap
Usage: #definition
Title: "Habits to LOINC and SNOMED CT (levevaner til LOINC og SNOMED CT)"
* insert ConceptMapOf(habit-to-standard, MaternityHabitToStandard, [["Levevaner til LOINC og SNOMED CT"]], [["Levevanar til LOINC og SNOMED CT"]])
* title = "Habits to LOINC and SNOMED CT (levevaner til LOINC og SNOMED CT)"
* description = "The card's habits in LOINC and SNOMED CT. Volven 8536 and 8537, which the national record uses, can't be mapped: their members are not public."
* sourceUri = "https://hit-maternity.example/fhir/ValueSet/habit-type"
* insert From(https://hit-maternity.example/fhir/CodeSystem/habit-type, http://loinc.org)
* insert Maps(smoking, [["Smoking"]], 72166-2, [["Tobacco smoking status"]], equivalent)
* insert Maps(alcohol, [["Alcohol"]], 74013-4, [["Alcoholic drinks per drinking day"]], narrower)
* insert Because([["LOINC's code is for the number of drinks alone."]])
* insert From(https://hit-maternity.example/fhir/CodeSystem/habit-type, http://snomed.info/sct)
* insert Maps(snus, [["Snus"]], 228494002, [["Snuff user"]], relatedto)
* insert Maps(other-stimuli, [["Other stimuli"]], 363908000, [["Details of drug misuse behavior"]], relatedto)
* insert Unmatched(as-received, [["As received"]], [["Which habit it is, only the national code beside it tells."]])

Instance: disease-history-to-sct
InstanceOf: ConceptMap
Usage: #definition
Title: "Diseases asked about to SNOMED CT (sykdommer det spørres om til SNOMED CT)"
* insert ConceptMapOf(disease-history-to-sct, MaternityDiseaseHistoryToSct, [["Sykdommer det spørres om til SNOMED CT"]], [["Sjukdommar det blir spurt om til SNOMED CT"]])
* title = "Diseases asked about to SNOMED CT (sykdommer det spørres om til SNOMED CT)"
* description = "The card's boxes in SNOMED CT. A box that joins two diseases has no code."
* sourceUri = "https://hit-maternity.example/fhir/ValueSet/disease-history"
* insert From(https://hit-maternity.example/fhir/CodeSystem/disease-history, http://snomed.info/sct)
* insert Maps(heart-disease, [["Heart disease"]], 56265001, [["Heart disease"]], equivalent)
* insert Maps(high-blood-pressure, [["High blood pressure"]], 38341003, [["Hypertensive disorder"]], equivalent)
* insert Maps(diabetes, [["Diabetes"]], 73211009, [["Diabetes mellitus"]], equivalent)
* insert Maps(epilepsy, [["Epilepsy"]], 84757009, [["Epilepsy"]], equivalent)
* insert Maps(thrombosis, [["Thrombosis"]], 439127006, [["Thrombosis"]], narrower)
* insert Because([["The card's box is for treatment against it too."]])
* insert Maps(autoimmune-disease, [["Autoimmune disease"]], 85828009, [["Autoimmune disease"]], equivalent)
* insert Maps(mental-health, [["Mental health problem"]], 74732009, [["Mental disorder"]], narrower)
* insert Because([["The card asks about milder problems too."]])
* insert Maps(drug-allergy, [["Drug allergy"]], 416098002, [["Allergy to drug"]], equivalent)
* insert Maps(kidney-urinary-tract, [["Kidney or urinary tract disease"]], 90708001, [["Kidney disease"]], narrower)
* insert Because([["The card joins kidney and urinary tract."]])
* insert Unmatched(allergy-asthma, [["Allergy or asthma"]], [["Two diseases in one box; a Condition says which."]])
* insert Unmatched(gynaecological, [["Gynaecological disease or surgery"]], [["A disease or an operation; a Condition or a Procedure says which."]])

Instance: survey-disease-to-disease-history
InstanceOf: ConceptMap
Usage: #definition
Title: "Diseases of the survey to those of the card (sykdommer i kartleggingen til helsekortets)"
* insert ConceptMapOf(survey-disease-to-disease-history, MaternitySurveyDiseaseToHistory, [["Sykdommer i kartleggingen til helsekortets"]], [["Sjukdommar i kartlegginga til dei på helsekortet"]])
* title = "Diseases of the survey to those of the card (sykdommer i kartleggingen til helsekortets)"
* description = "The survey asks about sixteen diseases, the card has fewer boxes: which box an answer ticks."
* sourceUri = "https://hit-maternity.example/fhir/ValueSet/survey-disease"
* targetUri = "https://hit-maternity.example/fhir/ValueSet/disease-history"
* insert From(https://hit-maternity.example/fhir/CodeSystem/survey-disease, https://hit-maternity.example/fhir/CodeSystem/disease-history)
* insert Maps(allergy, [["Allergy"]], allergy-asthma, [["Allergy or asthma"]], wider)
* insert Maps(asthma, [["Asthma"]], allergy-asthma, [["Allergy or asthma"]], wider)
* insert Maps(thrombosis, [["Blood clot"]], thrombosis, [["Thrombosis"]], equivalent)
* insert Maps(diabetes-1, [["Diabetes type 1"]], diabetes, [["Diabetes"]], wider)
* insert Maps(diabetes-2, [["Diabetes type 2"]], diabetes, [["Diabetes"]], wider)
* insert Maps(epilepsy-earlier, [["Earlier epilepsy, free of seizures now"]], epilepsy, [["Epilepsy"]], wider)
* insert Maps(epilepsy-ongoing, [["Epilepsy now"]], epilepsy, [["Epilepsy"]], wider)
* insert Maps(gynaecological-surgery, [["Gynaecological operation"]], gynaecological, [["Gynaecological disease or surgery"]], wider)
* insert Maps(gynaecological-disease, [["Gynaecological disease"]], gynaecological, [["Gynaecological disease or surgery"]], wider)
* insert Maps(heart-disease, [["Heart disease"]], heart-disease, [["Heart disease"]], equivalent)
* insert Maps(high-blood-pressure, [["High blood pressure"]], high-blood-pressure, [["High blood pressure"]], equivalent)
* insert Maps(chronic-kidney-disease, [["Chronic kidney disease"]], kidney-urinary-tract, [["Kidney or urinary tract disease"]], wider)
* insert Maps(arthritis, [["Arthritis"]], autoimmune-disease, [["Autoimmune disease"]], relatedto)
* insert Because([["Rheumatoid arthritis is one; other arthritis is not. The health professional decides."]])
* insert Maps(mental-health, [["Mental health problem"]], mental-health, [["Mental health problem"]], equivalent)
* insert Maps(urinary-infection, [["Urinary tract infection"]], kidney-urinary-tract, [["Kidney or urinary tract disease"]], wider)
* insert Maps(other, [["Other disease"]], other, [["Other disease"]], equivalent)

Instance: term-basis-to-loinc
InstanceOf: ConceptMap
Usage: #definition
Title: "Basis of the due date to LOINC (grunnlag for termin til LOINC)"
* insert ConceptMapOf(term-basis-to-loinc, MaternityTermBasisToLoinc, [["Grunnlag for termin til LOINC"]], [["Grunnlag for termin til LOINC"]])
* title = "Basis of the due date to LOINC (grunnlag for termin til LOINC)"
* description = "What a due date rests on, as the code that the International Patient Summary gives it. What LOINC has no code of its own for, is the general estimated date."
* sourceUri = "https://hit-maternity.example/fhir/ValueSet/term-basis"
* insert From(https://hit-maternity.example/fhir/CodeSystem/term-basis, http://loinc.org)
* insert Maps(lmp, [["Last menstrual period"]], 11779-6, [["Delivery date Estimated from last menstrual period"]], equivalent)
* insert Maps(oocyte-retrieval, [["Assisted conception, oocyte retrieval"]], 11780-4, [["Delivery date Estimated from ovulation date"]], wider)
* insert Maps(embryo-transfer, [["Assisted conception, embryo transfer"]], 11780-4, [["Delivery date Estimated from ovulation date"]], wider)
* insert Maps(ultrasound, [["Ultrasound"]], 11778-8, [["Delivery date Estimated"]], wider)
* insert Maps(corrected, [["Corrected by a health professional"]], 11778-8, [["Delivery date Estimated"]], wider)
