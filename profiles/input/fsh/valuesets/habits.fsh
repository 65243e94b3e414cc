ValueSet: HabitTypeVS
Id: habit-type
Title: "Habit (levevane)"
Description: "The habits of the card, and the international codes for them."
* ^experimental = false
* insert Titles([["Levevane"]], [["Levevane"]])
* include codes from system $habit-type
* $sct#77176002 "Smoker"
* $sct#77176002 insert Words([["Røyker"]], [["Røykjar"]], [["Smoker"]])
* $sct#228494002 "Snuff user"
* $sct#228494002 insert Words([["Snusbruker"]], [["Snusbrukar"]], [["Snuff user"]])
* $sct#219006 "Current drinker"
* $sct#219006 insert Words([["Bruker alkohol"]], [["Brukar alkohol"]], [["Current drinker"]])
* $sct#363908000 "Details of drug misuse behavior"
* $sct#363908000 insert Words([["Bruk av rusmidler"]], [["Bruk av rusmiddel"]], [["Details of drug misuse behavior"]])
* $loinc#72166-2 "Tobacco smoking status"
* $loinc#72166-2 insert Words([["Røykestatus"]], [["Røykestatus"]], [["Tobacco smoking status"]])
* $loinc#74013-4 "Alcoholic drinks per drinking day"
* $loinc#74013-4 insert Words([["Alkoholenheter per drikkedag"]], [["Alkoholeiningar per drikkedag"]], [["Alcoholic drinks per drinking day"]])

ValueSet: HabitFrequencyVS
Id: habit-frequency
Title: "Frequency of a habit (hyppighet av levevane)"
Description: "The answers of the card, and the international codes for some of them."
* ^experimental = false
* insert Titles([["Hyppighet av levevane"]], [["Kor ofte ein levevane"]])
* include codes from system $habit-frequency
* $card-item#as-received "As received"
* $card-item#as-received insert Words([["Som mottatt"]], [["Som motteke"]], [["As received"]])
* $sct#266919005 "Never smoked tobacco"
* $sct#266919005 insert Words([["Har aldri røykt"]], [["Har aldri røykt"]], [["Never smoked tobacco"]])
* $sct#8517006 "Ex-smoker"
* $sct#8517006 insert Words([["Tidligere røyker"]], [["Tidlegare røykjar"]], [["Ex-smoker"]])
* $sct#449868002 "Smokes tobacco daily"
* $sct#449868002 insert Words([["Røyker daglig"]], [["Røykjer dagleg"]], [["Smokes tobacco daily"]])
