CodeSystem: SurveyDiseaseCS
Id: survey-disease
Title: "Disease of the survey (sykdom i kartleggingen)"
Description: "The diseases that the survey before the first visit asks the woman about; finer than the card's boxes. Which box each ticks: ConceptMap survey-disease-to-disease-history."
* ^caseSensitive = true
* ^content = #complete
* ^experimental = false
* ^valueSet = "https://hit-maternity.example/fhir/ValueSet/survey-disease"
* insert Titles([["Sykdom i kartleggingen"]], [["Sjukdom i kartlegginga"]])
* #allergy "Allergy"
* #allergy insert Words([["Allergi"]], [["Allergi"]], [["Allergy"]])
* #asthma "Asthma"
* #asthma insert Words([["Astma"]], [["Astma"]], [["Asthma"]])
* #thrombosis "Blood clot"
* #thrombosis insert Words([["Blodpropp"]], [["Blodpropp"]], [["Blood clot"]])
* #diabetes-1 "Diabetes type 1"
* #diabetes-1 insert Words([["Diabetes type 1"]], [["Diabetes type 1"]], [["Diabetes type 1"]])
* #diabetes-2 "Diabetes type 2"
* #diabetes-2 insert Words([["Diabetes type 2"]], [["Diabetes type 2"]], [["Diabetes type 2"]])
* #epilepsy-earlier "Earlier epilepsy, free of seizures now"
* #epilepsy-earlier insert Words([["Tidligere epilepsi, anfallsfri nå"]], [["Tidlegare epilepsi, anfallsfri no"]], [["Earlier epilepsy, free of seizures now"]])
* #epilepsy-ongoing "Epilepsy now"
* #epilepsy-ongoing insert Words([["Epilepsi nå"]], [["Epilepsi no"]], [["Epilepsy now"]])
* #gynaecological-surgery "Gynaecological operation"
* #gynaecological-surgery insert Words([["Gynekologisk operasjon"]], [["Gynekologisk operasjon"]], [["Gynaecological operation"]])
* #gynaecological-disease "Gynaecological disease"
* #gynaecological-disease insert Words([["Gynekologisk sykdom"]], [["Gynekologisk sjukdom"]], [["Gynaecological disease"]])
* #heart-disease "Heart disease"
* #heart-disease insert Words([["Hjertesykdom"]], [["Hjartesjukdom"]], [["Heart disease"]])
* #high-blood-pressure "High blood pressure"
* #high-blood-pressure insert Words([["Høyt blodtrykk"]], [["Høgt blodtrykk"]], [["High blood pressure"]])
* #chronic-kidney-disease "Chronic kidney disease"
* #chronic-kidney-disease insert Words([["Kronisk nyresykdom"]], [["Kronisk nyresjukdom"]], [["Chronic kidney disease"]])
* #arthritis "Arthritis"
* #arthritis insert Words([["Leddgikt"]], [["Leddgikt"]], [["Arthritis"]])
* #mental-health "Mental health problem"
* #mental-health insert Words([["Psykiske plager"]], [["Psykiske plager"]], [["Mental health problem"]])
* #urinary-infection "Urinary tract infection"
* #urinary-infection insert Words([["Urinveisinfeksjon"]], [["Urinvegsinfeksjon"]], [["Urinary tract infection"]])
* #other "Other disease"
* #other insert Words([["Annen sykdom"]], [["Annan sjukdom"]], [["Other disease"]])
