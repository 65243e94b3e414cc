CodeSystem: SectionCS
Id: section
Title: "Section of the maternity record (del av helsekortet)"
Description: "The parts of the record: the ten that a woman sees on Helsenorge, in her order, and below some of them the finer parts that the national record keeps a remark for."
* ^caseSensitive = true
* ^content = #complete
* ^experimental = false
* ^valueSet = "https://hit-maternity.example/fhir/ValueSet/section"
* ^hierarchyMeaning = #part-of
* insert Titles([["Del av helsekortet"]], [["Del av helsekortet"]])
* #about-you "About you" "Who she is, language, work, co-parent."
* #about-you insert Words([["Om deg"]], [["Om deg"]], [["About you"]])
* #about-you #coparent "Co-parent" "Living together with the co-parent, and remarks on it."
* #about-you #coparent insert Words([["Far eller medmor"]], [["Far eller medmor"]], [["Co-parent"]])
* #follow-up "Follow-up" "General practitioner, midwife, health centre, place of birth."
* #follow-up insert Words([["Oppfølging i svangerskapet"]], [["Oppfølging i svangerskapet"]], [["Follow-up"]])
* #previous-pregnancies "Previous pregnancies" "Counts, and one panel for each earlier pregnancy."
* #previous-pregnancies insert Words([["Tidligere svangerskap"]], [["Tidlegare svangerskap"]], [["Previous pregnancies"]])
* #health "Health and disease" "Own and hereditary diseases."
* #health insert Words([["Helseutfordringer og sykdom"]], [["Helseutfordringar og sjukdom"]], [["Health and disease"]])
* #health #own-diseases "Past and present diseases" "The national record's medicalConditions."
* #health #own-diseases insert Words([["Tidligere og nåværende sykdommer"]], [["Tidlegare og noverande sjukdommar"]], [["Past and present diseases"]])
* #health #hereditary-diseases "Hereditary diseases" "The national record's geneticDisorders."
* #health #hereditary-diseases insert Words([["Arvelige sykdommer"]], [["Arvelege sjukdommar"]], [["Hereditary diseases"]])
* #this-pregnancy "This pregnancy" "Dating, fetuses, conception, information given."
* #this-pregnancy insert Words([["Ditt svangerskap"]], [["Ditt svangerskap"]], [["This pregnancy"]])
* #this-pregnancy #rhesus-d-negative "RhD-negative woman" "Consent, typing of the fetus, prophylaxis: the national record's rhesusDNegative."
* #this-pregnancy #rhesus-d-negative insert Words([["RhD-negativ gravid"]], [["RhD-negativ gravid"]], [["RhD-negative woman"]])
* #this-pregnancy #birth-plan "Birth plan and extra support" "What she wishes for the birth."
* #this-pregnancy #birth-plan insert Words([["Fødeplan og ekstra støtte"]], [["Fødeplan og ekstra støtte"]], [["Birth plan and extra support"]])
* #this-pregnancy #birth "Birth and newborn" "How the pregnancy ended, and the child."
* #this-pregnancy #birth insert Words([["Fødsel og nyfødt"]], [["Fødsel og nyfødd"]], [["Birth and newborn"]])
* #habits "Habits and body measures" "Smoking, snus, alcohol, other stimuli; height and weight before the pregnancy."
* #habits insert Words([["Levevaner og mål"]], [["Levevanar og mål"]], [["Habits and body measures"]])
* #habits #vital-measures "Vital measures before the pregnancy" "The national record's vitalMeasurementsBeforePregnancy."
* #habits #vital-measures insert Words([["Vitale mål før svangerskapet"]], [["Vitale mål før svangerskapet"]], [["Vital measures before the pregnancy"]])
* #medicines "Medicines" "Medicines, drug allergy, folate."
* #medicines insert Words([["Legemidler"]], [["Legemiddel"]], [["Medicines"]])
* #visits "Antenatal visits" "Each visit with what was measured."
* #visits insert Words([["Svangerskapskontroller"]], [["Svangerskapskontrollar"]], [["Antenatal visits"]])
* #tests "Other tests" "Laboratory answers: the national record's clinicalTests."
* #tests insert Words([["Andre prøvesvar"]], [["Andre prøvesvar"]], [["Other tests"]])
* #fundal-height "Fundal height" "The course of the symphysis-fundal height."
* #fundal-height insert Words([["Mål av magen"]], [["Mål av magen"]], [["Fundal height"]])
