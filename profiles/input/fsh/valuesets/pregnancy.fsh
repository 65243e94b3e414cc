ValueSet: PregnancyVS
Id: pregnancy
Title: "Pregnancy (svangerskap)"
Description: "The codes that say that a woman is pregnant."
* ^experimental = false
* insert Titles([["Svangerskap"]], [["Svangerskap"]])
* $sct#77386006 "Pregnancy"
* $sct#77386006 insert Words([["Svangerskap"]], [["Svangerskap"]], [["Pregnancy"]])
* $sct#16356006 "Multiple pregnancy"
* $sct#16356006 insert Words([["Flerlingsvangerskap"]], [["Fleirlingsvangerskap"]], [["Multiple pregnancy"]])
* $sct#47200007 "High risk pregnancy"
* $sct#47200007 insert Words([["Risikosvangerskap"]], [["Risikosvangerskap"]], [["High risk pregnancy"]])
* $icpc2#W78 "Pregnancy"
* $icpc2#W78 insert Words([["Svangerskap"]], [["Svangerskap"]], [["Pregnancy"]])
* $icpc2#W84 "Pregnancy high risk"
* $icpc2#W84 insert Words([["Risikosvangerskap"]], [["Risikosvangerskap"]], [["Pregnancy high risk"]])
* $icd10no#Z34 "Supervision of normal pregnancy"
* $icd10no#Z34 insert Words([["Kontroll av normalt svangerskap"]], [["Kontroll av normalt svangerskap"]], [["Supervision of normal pregnancy"]])
* $icd10no#Z35 "Supervision of high-risk pregnancy"
* $icd10no#Z35 insert Words([["Kontroll av risikosvangerskap"]], [["Kontroll av risikosvangerskap"]], [["Supervision of high-risk pregnancy"]])
* $icd10no#O30 "Multiple gestation"
* $icd10no#O30 insert Words([["Flerlingsvangerskap"]], [["Fleirlingsvangerskap"]], [["Multiple gestation"]])

ValueSet: EpisodeTypeVS
Id: episode-type
Title: "Type of episode (type forløp)"
Description: "What kind of episode a pregnancy record is."
* ^experimental = false
* insert Titles([["Type forløp"]], [["Type forløp"]])
* $sct#77386006 "Pregnancy"
* $sct#77386006 insert Words([["Svangerskap"]], [["Svangerskap"]], [["Pregnancy"]])
* $sct#424525001 "Antenatal care"
* $sct#424525001 insert Words([["Svangerskapsomsorg"]], [["Svangerskapsomsorg"]], [["Antenatal care"]])
