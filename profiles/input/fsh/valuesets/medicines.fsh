ValueSet: FolateVS
Id: folate
Title: "Folate (folat)"
Description: "The codes for folate as a supplement."
* ^experimental = false
* insert Titles([["Folat"]], [["Folat"]])
* $atc#B03BB01 "folic acid"
* $atc#B03BB01 insert Words([["folsyre"]], [["folsyre"]], [["folic acid"]])
* $sct#792807003 "Folic acid supplementation"
* $sct#792807003 insert Words([["Folattilskudd"]], [["Folattilskot"]], [["Folic acid supplementation"]])
