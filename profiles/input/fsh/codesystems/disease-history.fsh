CodeSystem: DiseaseHistoryCS
Id: disease-history
Title: "Disease asked about (sykdom det spørres om)"
Description: "The lines of the card's boxes for own and hereditary diseases and for drug allergy. Some join two diseases, as the card does; a Condition says which."
* ^caseSensitive = true
* ^content = #complete
* ^experimental = false
* ^valueSet = "https://hit-maternity.example/fhir/ValueSet/disease-history"
* insert Titles([["Sykdom det spørres om"]], [["Sjukdom det blir spurt om"]])
* #nothing-particular "Nothing particular" "No past or present disease of her own."
* #nothing-particular insert Words([["Ikke noe spesielt"]], [["Ikkje noko spesielt"]], [["Nothing particular"]])
* #heart-disease "Heart disease"
* #heart-disease insert Words([["Hjertesykdom"]], [["Hjartesjukdom"]], [["Heart disease"]])
* #high-blood-pressure "High blood pressure" "High blood pressure before or in an earlier pregnancy."
* #high-blood-pressure insert Words([["Høyt blodtrykk"]], [["Høgt blodtrykk"]], [["High blood pressure"]])
* #kidney-urinary-tract "Kidney or urinary tract disease"
* #kidney-urinary-tract insert Words([["Nyre- eller urinveissykdom"]], [["Nyre- eller urinvegssjukdom"]], [["Kidney or urinary tract disease"]])
* #diabetes "Diabetes" "Before or in an earlier pregnancy; the card does not split."
* #diabetes insert Words([["Diabetes"]], [["Diabetes"]], [["Diabetes"]])
* #allergy-asthma "Allergy or asthma"
* #allergy-asthma insert Words([["Allergi eller astma"]], [["Allergi eller astma"]], [["Allergy or asthma"]])
* #epilepsy "Epilepsy"
* #epilepsy insert Words([["Epilepsi"]], [["Epilepsi"]], [["Epilepsy"]])
* #thrombosis "Thrombosis" "Thrombosis, or treatment against it."
* #thrombosis insert Words([["Trombose"]], [["Trombose"]], [["Thrombosis"]])
* #autoimmune-disease "Autoimmune disease"
* #autoimmune-disease insert Words([["Autoimmun sykdom"]], [["Autoimmun sjukdom"]], [["Autoimmune disease"]])
* #gynaecological "Gynaecological disease or surgery"
* #gynaecological insert Words([["Gynekologisk sykdom eller operasjon"]], [["Gynekologisk sjukdom eller operasjon"]], [["Gynaecological disease or surgery"]])
* #mental-health "Mental health problem"
* #mental-health insert Words([["Psykisk helseproblem"]], [["Psykisk helseproblem"]], [["Mental health problem"]])
* #other "Other disease"
* #other insert Words([["Annen sykdom"]], [["Annan sjukdom"]], [["Other disease"]])
* #drug-allergy "Drug allergy"
* #drug-allergy insert Words([["Legemiddelallergi"]], [["Legemiddelallergi"]], [["Drug allergy"]])
* #family-none-known "No known hereditary disease" "In her family or that of the child's father."
* #family-none-known insert Words([["Ingen kjent arvelig sykdom"]], [["Ingen kjend arveleg sjukdom"]], [["No known hereditary disease"]])
* #family-hip-dysplasia "Hip dysplasia in the family"
* #family-hip-dysplasia insert Words([["Hofteleddsdysplasi i familien"]], [["Hofteleddsdysplasi i familien"]], [["Hip dysplasia in the family"]])
* #family-other "Other hereditary disease"
* #family-other insert Words([["Annen arvelig sykdom"]], [["Annan arveleg sjukdom"]], [["Other hereditary disease"]])
