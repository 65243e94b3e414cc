ValueSet: DiseaseHistoryVS
Id: disease-history
Title: "Disease asked about (sykdom det spørres om)"
Description: "The lines of the card, and the international codes for those that have one."
* ^experimental = false
* insert Titles([["Sykdom det spørres om"]], [["Sjukdom det blir spurt om"]])
* include codes from system $disease-history
* $sct#56265001 "Heart disease"
* $sct#56265001 insert Words([["Hjertesykdom"]], [["Hjartesjukdom"]], [["Heart disease"]])
* $sct#38341003 "Hypertensive disorder"
* $sct#38341003 insert Words([["Høyt blodtrykk"]], [["Høgt blodtrykk"]], [["Hypertensive disorder"]])
* $sct#90708001 "Kidney disease"
* $sct#90708001 insert Words([["Nyresykdom"]], [["Nyresjukdom"]], [["Kidney disease"]])
* $sct#73211009 "Diabetes mellitus"
* $sct#73211009 insert Words([["Diabetes"]], [["Diabetes"]], [["Diabetes mellitus"]])
* $sct#84757009 "Epilepsy"
* $sct#84757009 insert Words([["Epilepsi"]], [["Epilepsi"]], [["Epilepsy"]])
* $sct#439127006 "Thrombosis"
* $sct#439127006 insert Words([["Trombose"]], [["Trombose"]], [["Thrombosis"]])
* $sct#85828009 "Autoimmune disease"
* $sct#85828009 insert Words([["Autoimmun sykdom"]], [["Autoimmun sjukdom"]], [["Autoimmune disease"]])
* $sct#74732009 "Mental disorder"
* $sct#74732009 insert Words([["Psykisk lidelse"]], [["Psykisk liding"]], [["Mental disorder"]])
* $sct#416098002 "Allergy to drug"
* $sct#416098002 insert Words([["Legemiddelallergi"]], [["Legemiddelallergi"]], [["Allergy to drug"]])
