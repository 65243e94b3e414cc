ValueSet: FetalPresentationVS
Id: fetal-presentation
Title: "Fetal lie and presentation (leie og presentasjon)"
Description: "How the fetus lies. Volven 8534 holds the national codes; its members are not public."
* ^experimental = false
* insert Titles([["Leie og presentasjon"]], [["Leie og presentasjon"]])
* $card-item#as-received "As received"
* $card-item#as-received insert Words([["Som mottatt"]], [["Som motteke"]], [["As received"]])
* $sct#1209182005 "Cephalic fetal presentation"
* $sct#1209182005 insert Words([["Hodeleie"]], [["Hovudleie"]], [["Cephalic fetal presentation"]])
* $sct#70028003 "Vertex presentation"
* $sct#70028003 insert Words([["Bakhodepresentasjon"]], [["Bakhovudpresentasjon"]], [["Vertex presentation"]])
* $sct#6096002 "Breech presentation"
* $sct#6096002 insert Words([["Seteleie"]], [["Seteleie"]], [["Breech presentation"]])
* $sct#73161006 "Transverse lie"
* $sct#73161006 insert Words([["Tverrleie"]], [["Tverrleie"]], [["Transverse lie"]])
* $sct#63750008 "Oblique lie"
* $sct#63750008 insert Words([["Skråleie"]], [["Skråleie"]], [["Oblique lie"]])

ValueSet: FetalMovementsVS
Id: fetal-movements
Title: "Fetal movements (fosterbevegelser)"
Description: "What the woman feels."
* ^experimental = false
* insert Titles([["Fosterbevegelser"]], [["Fosterrørsler"]])
* $sct#289431008 "Fetal movements present"
* $sct#289431008 insert Words([["Kjenner fosterbevegelser"]], [["Kjenner fosterrørsler"]], [["Fetal movements present"]])
* $sct#276369006 "Reduced fetal movement"
* $sct#276369006 insert Words([["Reduserte fosterbevegelser"]], [["Reduserte fosterrørsler"]], [["Reduced fetal movement"]])
* $sct#249038009 "Absent fetal movements"
* $sct#249038009 insert Words([["Ingen fosterbevegelser"]], [["Ingen fosterrørsler"]], [["Absent fetal movements"]])
