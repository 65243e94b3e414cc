ValueSet: BirthStatusVS
Id: birth-status
Title: "Birth status (fødselsstatus)"
Description: "How it went with a fetus."
* ^experimental = false
* insert Titles([["Fødselsstatus"]], [["Fødselsstatus"]])
* $card-item#as-received "As received"
* $card-item#as-received insert Words([["Som mottatt"]], [["Som motteke"]], [["As received"]])
* $sct#281050002 "Livebirth"
* $sct#281050002 insert Words([["Levendefødsel"]], [["Levandefødsel"]], [["Livebirth"]])
* $sct#237364002 "Stillbirth"
* $sct#237364002 insert Words([["Dødfødsel"]], [["Dødfødsel"]], [["Stillbirth"]])
* $fetal-status#live-born "Born alive"
* $fetal-status#live-born insert Words([["Levendefødt"]], [["Levandefødd"]], [["Born alive"]])
* $fetal-status#stillborn "Stillborn"
* $fetal-status#stillborn insert Words([["Dødfødt"]], [["Dødfødd"]], [["Stillborn"]])
* $fetal-status#lost "Lost"
* $fetal-status#lost insert Words([["Tapt"]], [["Tapt"]], [["Lost"]])

ValueSet: PregnancyOutcomeVS
Id: pregnancy-outcome
Title: "Outcome of an earlier pregnancy (utfall av tidligere svangerskap)"
Description: "Induced abortions are not asked for and not to be written."
* ^experimental = false
* insert Titles([["Utfall av tidligere svangerskap"]], [["Utfall av tidlegare svangerskap"]])
* $sct#281050002 "Livebirth"
* $sct#281050002 insert Words([["Levendefødsel"]], [["Levandefødsel"]], [["Livebirth"]])
* $sct#237364002 "Stillbirth"
* $sct#237364002 insert Words([["Dødfødsel"]], [["Dødfødsel"]], [["Stillbirth"]])
* $sct#17369002 "Miscarriage"
* $sct#17369002 insert Words([["Spontanabort"]], [["Spontanabort"]], [["Miscarriage"]])
* $sct#34801009 "Ectopic pregnancy"
* $sct#34801009 insert Words([["Svangerskap utenfor livmoren"]], [["Svangerskap utanfor livmora"]], [["Ectopic pregnancy"]])

ValueSet: DeliveryModeVS
Id: delivery-mode
Title: "Mode of delivery (forløsningsmåte)"
Description: "How a child was born."
* ^experimental = false
* insert Titles([["Forløsningsmåte"]], [["Forløysingsmåte"]])
* $sct#236973005 "Delivery procedure"
* $sct#236973005 insert Words([["Forløsning"]], [["Forløysing"]], [["Delivery procedure"]])
* $sct#48782003 "Delivery normal"
* $sct#48782003 insert Words([["Normal fødsel"]], [["Normal fødsel"]], [["Delivery normal"]])
* $sct#11466000 "Cesarean section"
* $sct#11466000 insert Words([["Keisersnitt"]], [["Keisarsnitt"]], [["Cesarean section"]])
* $sct#61586001 "Delivery by vacuum extraction"
* $sct#61586001 insert Words([["Vakuumforløsning"]], [["Vakuumforløysing"]], [["Delivery by vacuum extraction"]])
* $sct#302383004 "Forceps delivery"
* $sct#302383004 insert Words([["Tangforløsning"]], [["Tangforløysing"]], [["Forceps delivery"]])
* $sct#177141003 "Elective cesarean section"
* $sct#177141003 insert Words([["Planlagt keisersnitt"]], [["Planlagt keisarsnitt"]], [["Elective cesarean section"]])
* $sct#274130007 "Emergency cesarean section"
* $sct#274130007 insert Words([["Akutt keisersnitt"]], [["Akutt keisarsnitt"]], [["Emergency cesarean section"]])
