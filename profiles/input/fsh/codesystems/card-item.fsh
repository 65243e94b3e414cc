CodeSystem: CardItemCS
Id: card-item
Title: "Item of the card (opplysning på helsekortet)"
Description: "Items of the card for which no code in LOINC, SNOMED CT or NLK could be confirmed. A confirmed code is to replace each; until then systems can exchange them all the same."
* ^caseSensitive = true
* ^content = #complete
* ^experimental = false
* ^valueSet = "https://hit-maternity.example/fhir/ValueSet/card-item"
* insert Titles([["Opplysning på helsekortet"]], [["Opplysning på helsekortet"]])
* #previous-pregnancy "Previous pregnancy" "One earlier pregnancy: a panel."
* #previous-pregnancy insert Words([["Tidligere svangerskap"]], [["Tidlegare svangerskap"]], [["Previous pregnancy"]])
* #pregnancy-ended "Day the pregnancy ended" "Year, month or day of the birth or loss."
* #pregnancy-ended insert Words([["Dato svangerskapet ble avsluttet"]], [["Dato svangerskapet vart avslutta"]], [["Day the pregnancy ended"]])
* #pregnancy-course "Course and complications" "What should be known of an earlier pregnancy or birth, in words."
* #pregnancy-course insert Words([["Forløp og komplikasjoner"]], [["Forløp og komplikasjonar"]], [["Course and complications"]])
* #days-after-full-week "Days after the full week" "0 to 6; together with the completed weeks."
* #days-after-full-week insert Words([["Dager etter fullgått uke"]], [["Dagar etter fullgådd veke"]], [["Days after the full week"]])
* #birth-status "Birth status" "How it went with this fetus at the birth."
* #birth-status insert Words([["Fødselsstatus"]], [["Fødselsstatus"]], [["Birth status"]])
* #assisted-conception-date "Day of assisted conception" "Day of the retrieval or transfer."
* #assisted-conception-date insert Words([["Dato for assistert befruktning"]], [["Dato for assistert befrukting"]], [["Day of assisted conception"]])
* #assisted-conception-method "Way of assisted conception" "Oocyte retrieval or embryo transfer."
* #assisted-conception-method insert Words([["Måte for assistert befruktning"]], [["Måte for assistert befrukting"]], [["Way of assisted conception"]])
* #embryo-age "Age of the embryo at transfer" "In days."
* #embryo-age insert Words([["Embryoets alder ved innsetting"]], [["Alderen på embryoet ved innsetjing"]], [["Age of the embryo at transfer"]])
* #prenatal-information "Information on fetal diagnostics given" "That she was informed, not that a test was done."
* #prenatal-information insert Words([["Informasjon om fosterdiagnostikk gitt"]], [["Informasjon om fosterdiagnostikk gjeven"]], [["Information on fetal diagnostics given"]])
* #cohabitation "Lives together with the co-parent"
* #cohabitation insert Words([["Bor sammen med far eller medmor"]], [["Bur saman med far eller medmor"]], [["Lives together with the co-parent"]])
* #employment "Employment rate" "How much of full time she works now."
* #employment insert Words([["Yrkesaktiv, prosent"]], [["Yrkesaktiv, prosent"]], [["Employment rate"]])
* #employed-last-6-months "Employed in the last six months"
* #employed-last-6-months insert Words([["Yrkesaktiv siste seks måneder"]], [["Yrkesaktiv siste seks månader"]], [["Employed in the last six months"]])
* #occupation "Occupation and industry" "In words."
* #occupation insert Words([["Yrke og bransje"]], [["Yrke og bransje"]], [["Occupation and industry"]])
* #medication-use "Uses medicines" "Whether she uses medicines."
* #medication-use insert Words([["Bruker legemidler"]], [["Brukar legemiddel"]], [["Uses medicines"]])
* #medication-frequency "How often she uses medicines" "As the national record asks it; its values are not public."
* #medication-frequency insert Words([["Hvor ofte hun bruker legemidler"]], [["Kor ofte ho brukar legemiddel"]], [["How often she uses medicines"]])
* #daily-count "Number a day" "How many a day: cigarettes, portions, drinks."
* #daily-count insert Words([["Antall per dag"]], [["Tal per dag"]], [["Number a day"]])
* #antibody-screen "Blood group antibodies" "Screening for irregular antibodies."
* #antibody-screen insert Words([["Blodtypeantistoff"]], [["Blodtypeantistoff"]], [["Blood group antibodies"]])
* #fetal-rhesus-d "RhD type of the fetus" "From the mother's blood."
* #fetal-rhesus-d insert Words([["RhD-type hos fosteret"]], [["RhD-type hos fosteret"]], [["RhD type of the fetus"]])
* #toxoplasmosis "Toxoplasmosis"
* #toxoplasmosis insert Words([["Toksoplasmose"]], [["Toksoplasmose"]], [["Toxoplasmosis"]])
* #cytomegalovirus "Cytomegalovirus"
* #cytomegalovirus insert Words([["Cytomegalovirus"]], [["Cytomegalovirus"]], [["Cytomegalovirus"]])
* #chlamydia "Chlamydia"
* #chlamydia insert Words([["Klamydia"]], [["Klamydia"]], [["Chlamydia"]])
* #gonorrhoea "Gonorrhoea"
* #gonorrhoea insert Words([["Gonoré"]], [["Gonoré"]], [["Gonorrhoea"]])
* #mrsa-vre-esbl "MRSA, VRE or ESBL" "One joint answer, as the card asks it."
* #mrsa-vre-esbl insert Words([["MRSA, VRE eller ESBL"]], [["MRSA, VRE eller ESBL"]], [["MRSA, VRE or ESBL"]])
* #ctg "Cardiotocography" "What the recording showed."
* #ctg insert Words([["CTG"]], [["CTG"]], [["Cardiotocography"]])
* #ultrasound "Ultrasound finding" "What an ultrasound examination showed, in words."
* #ultrasound insert Words([["Ultralydfunn"]], [["Ultralydfunn"]], [["Ultrasound finding"]])
* #as-received "As received" "Beside a national code that can't be translated, as its members aren't public."
* #as-received insert Words([["Som mottatt"]], [["Som motteke"]], [["As received"]])
