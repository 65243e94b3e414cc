CodeSystem: ProgrammeCS
Id: programme
Title: "Programme of antenatal care (svangerskapsprogrammet)"
Description: "The visits and tasks of the recommended programme."
* ^caseSensitive = true
* ^content = #complete
* ^experimental = false
* ^valueSet = "https://hit-maternity.example/fhir/ValueSet/programme"
* insert Titles([["Svangerskapsprogrammet"]], [["Svangerskapsprogrammet"]])
* #first "First antenatal visit"
* #first insert Words([["Første svangerskapskonsultasjon"]], [["Første svangerskapskonsultasjon"]], [["First antenatal visit"]])
* #early-ultrasound "Early ultrasound"
* #early-ultrasound insert Words([["Tidlig ultralyd"]], [["Tidleg ultralyd"]], [["Early ultrasound"]])
* #routine-ultrasound "Routine ultrasound, which sets the due date"
* #routine-ultrasound insert Words([["Rutineultralyd med fastsetting av termin"]], [["Rutineultralyd med fastsetjing av termin"]], [["Routine ultrasound, which sets the due date"]])
* #week-24 "Visit in week 24"
* #week-24 insert Words([["Konsultasjon i uke 24"]], [["Konsultasjon i veke 24"]], [["Visit in week 24"]])
* #week-28 "Visit in week 28"
* #week-28 insert Words([["Konsultasjon i uke 28"]], [["Konsultasjon i veke 28"]], [["Visit in week 28"]])
* #week-32 "Visit in week 32"
* #week-32 insert Words([["Konsultasjon i uke 32"]], [["Konsultasjon i veke 32"]], [["Visit in week 32"]])
* #week-36 "Visit in week 36"
* #week-36 insert Words([["Konsultasjon i uke 36"]], [["Konsultasjon i veke 36"]], [["Visit in week 36"]])
* #week-38 "Visit in week 38"
* #week-38 insert Words([["Konsultasjon i uke 38"]], [["Konsultasjon i veke 38"]], [["Visit in week 38"]])
* #week-40 "Visit in week 40"
* #week-40 insert Words([["Konsultasjon i uke 40"]], [["Konsultasjon i veke 40"]], [["Visit in week 40"]])
* #post-term "Week 41 control in specialist care"
* #post-term insert Words([["Kontroll i uke 41 i spesialisthelsetjenesten"]], [["Kontroll i veke 41 i spesialisthelsetenesta"]], [["Week 41 control in specialist care"]])
* #postnatal "Postnatal check"
* #postnatal insert Words([["Etterkontroll"]], [["Etterkontroll"]], [["Postnatal check"]])
* #survey "Survey on Helsenorge before the first visit"
* #survey insert Words([["Kartlegging på Helsenorge før første kontroll"]], [["Kartlegging på Helsenorge før første kontroll"]], [["Survey on Helsenorge before the first visit"]])
* #history "Medical history and earlier pregnancies"
* #history insert Words([["Sykehistorie og tidligere svangerskap"]], [["Sjukehistorie og tidlegare svangerskap"]], [["Medical history and earlier pregnancies"]])
* #habits-first "Talk about habits"
* #habits-first insert Words([["Samtale om levevaner"]], [["Samtale om levevanar"]], [["Talk about habits"]])
* #body-before-pregnancy "Height, weight and BMI before the pregnancy"
* #body-before-pregnancy insert Words([["Høyde, vekt og KMI før svangerskapet"]], [["Høgd, vekt og KMI før svangerskapet"]], [["Height, weight and BMI before the pregnancy"]])
* #fetal-diagnostics-information "Information on fetal diagnostics"
* #fetal-diagnostics-information insert Words([["Informasjon om fosterdiagnostikk"]], [["Informasjon om fosterdiagnostikk"]], [["Information on fetal diagnostics"]])
* #nipt "Offer of NIPT for trisomy 13, 18 and 21"
* #nipt insert Words([["Tilbud om NIPT for trisomi 13, 18 og 21"]], [["Tilbod om NIPT for trisomi 13, 18 og 21"]], [["Offer of NIPT for trisomy 13, 18 and 21"]])
* #folate "Folate through the first trimester"
* #folate insert Words([["Folattilskudd gjennom første trimester"]], [["Folattilskot gjennom første trimester"]], [["Folate through the first trimester"]])
* #haemoglobin-first "Haemoglobin in the first trimester"
* #haemoglobin-first insert Words([["Hemoglobin i første trimester"]], [["Hemoglobin i første trimester"]], [["Haemoglobin in the first trimester"]])
* #ferritin "Ferritin before the end of week 15"
* #ferritin insert Words([["Ferritin før utgangen av uke 15"]], [["Ferritin før utgangen av veke 15"]], [["Ferritin before the end of week 15"]])
* #blood-type "ABO and RhD typing"
* #blood-type insert Words([["ABO- og RhD-typing"]], [["ABO- og RhD-typing"]], [["ABO and RhD typing"]])
* #antibodies-first "Blood group antibodies in the first trimester"
* #antibodies-first insert Words([["Blodtypeantistoff i første trimester"]], [["Blodtypeantistoff i første trimester"]], [["Blood group antibodies in the first trimester"]])
* #hepatitis-b "Hepatitis B"
* #hepatitis-b insert Words([["Hepatitt B"]], [["Hepatitt B"]], [["Hepatitis B"]])
* #hiv "HIV"
* #hiv insert Words([["HIV"]], [["HIV"]], [["HIV"]])
* #syphilis "Syphilis"
* #syphilis insert Words([["Syfilis"]], [["Syfilis"]], [["Syphilis"]])
* #hba1c "HbA1c before week 16"
* #hba1c insert Words([["HbA1c før uke 16"]], [["HbA1c før veke 16"]], [["HbA1c before week 16"]])
* #glucose-load "Glucose load in weeks 24-28"
* #glucose-load insert Words([["Glukosebelastning i uke 24-28"]], [["Glukosebelastning i veke 24-28"]], [["Glucose load in weeks 24-28"]])
* #fetal-rhd-typing "RhD typing of the fetus in week 24"
* #fetal-rhd-typing insert Words([["RhD-typing av fosteret i uke 24"]], [["RhD-typing av fosteret i veke 24"]], [["RhD typing of the fetus in week 24"]])
* #antibodies-24 "New blood group antibody test in week 24"
* #antibodies-24 insert Words([["Ny undersøkelse av blodtypeantistoff i uke 24"]], [["Ny undersøking av blodtypeantistoff i veke 24"]], [["New blood group antibody test in week 24"]])
* #haemoglobin-28 "Haemoglobin in week 28"
* #haemoglobin-28 insert Words([["Hemoglobin i uke 28"]], [["Hemoglobin i veke 28"]], [["Haemoglobin in week 28"]])
* #anti-d-28 "Anti-D prophylaxis in week 28"
* #anti-d-28 insert Words([["Anti-D-profylakse i uke 28"]], [["Anti-D-profylakse i veke 28"]], [["Anti-D prophylaxis in week 28"]])
* #antibodies-32 "Blood group antibody control in week 32"
* #antibodies-32 insert Words([["Kontroll av blodtypeantistoff i uke 32"]], [["Kontroll av blodtypeantistoff i veke 32"]], [["Blood group antibody control in week 32"]])
* #antibodies-36 "Blood group antibody control in week 36"
* #antibodies-36 insert Words([["Kontroll av blodtypeantistoff i uke 36"]], [["Kontroll av blodtypeantistoff i veke 36"]], [["Blood group antibody control in week 36"]])
* #birth-talk "Birth preparation talk"
* #birth-talk insert Words([["Fødselsforberedende samtale"]], [["Fødselsførebuande samtale"]], [["Birth preparation talk"]])
* #breastfeeding-guidance "Breastfeeding guidance"
* #breastfeeding-guidance insert Words([["Ammeveiledning"]], [["Ammerettleiing"]], [["Breastfeeding guidance"]])
* #habits-36 "Habits registered again in week 36"
* #habits-36 insert Words([["Ny registrering av levevaner i uke 36"]], [["Ny registrering av levevanar i veke 36"]], [["Habits registered again in week 36"]])
* #anti-d-after-birth "Anti-D prophylaxis after the birth"
* #anti-d-after-birth insert Words([["Anti-D-profylakse etter fødselen"]], [["Anti-D-profylakse etter fødselen"]], [["Anti-D prophylaxis after the birth"]])
