ValueSet: HaemoglobinCodeVS
Id: haemoglobin-code
Title: "Haemoglobin (hemoglobin)"
Description: "The codes under which laboratories answer."
* ^experimental = false
* insert Titles([["Hemoglobin"]], [["Hemoglobin"]])
* $nlk#NOR05172 "B-Haemoglobin"
* $nlk#NOR05172 insert Words([["B-Hemoglobin"]], [["B-Hemoglobin"]], [["B-Haemoglobin"]])
* $loinc#718-7 "Hemoglobin [Mass/volume] in Blood"
* $loinc#718-7 insert Words([["Hemoglobin"]], [["Hemoglobin"]], [["Hemoglobin [Mass/volume] in Blood"]])

ValueSet: FerritinCodeVS
Id: ferritin-code
Title: "Ferritin (ferritin)"
Description: "The codes under which laboratories answer."
* ^experimental = false
* insert Titles([["Ferritin"]], [["Ferritin"]])
* $nlk#NPU19763 "P-Ferritin"
* $nlk#NPU19763 insert Words([["P-Ferritin"]], [["P-Ferritin"]], [["P-Ferritin"]])
* $loinc#2276-4 "Ferritin [Mass/volume] in Serum or Plasma"
* $loinc#2276-4 insert Words([["Ferritin"]], [["Ferritin"]], [["Ferritin [Mass/volume] in Serum or Plasma"]])

ValueSet: Hba1cCodeVS
Id: hba1c-code
Title: "HbA1c (HbA1c)"
Description: "The codes under which laboratories answer."
* ^experimental = false
* insert Titles([["HbA1c"]], [["HbA1c"]])
* $nlk#NPU27300 "B-HbA1c"
* $nlk#NPU27300 insert Words([["B-HbA1c"]], [["B-HbA1c"]], [["B-HbA1c"]])
* $loinc#59261-8 "Hemoglobin A1c/Hemoglobin.total in Blood by IFCC protocol"
* $loinc#59261-8 insert Words([["HbA1c"]], [["HbA1c"]], [["Hemoglobin A1c/Hemoglobin.total in Blood by IFCC protocol"]])

ValueSet: BloodGroupCodeVS
Id: blood-group-code
Title: "ABO blood group test (ABO-blodtyping)"
Description: "The codes under which laboratories answer."
* ^experimental = false
* insert Titles([["ABO-blodtyping"]], [["ABO-blodtyping"]])
* $nlk#NPU58582 "ABO blood group"
* $nlk#NPU58582 insert Words([["ABO-blodtype"]], [["ABO-blodtype"]], [["ABO blood group"]])
* $loinc#883-9 "ABO group [Type] in Blood"
* $loinc#883-9 insert Words([["ABO-blodtype"]], [["ABO-blodtype"]], [["ABO group [Type] in Blood"]])

ValueSet: RhesusDCodeVS
Id: rhesus-d-code
Title: "RhD typing (RhD-typing)"
Description: "The codes under which laboratories answer."
* ^experimental = false
* insert Titles([["RhD-typing"]], [["RhD-typing"]])
* $nlk#NPU21917 "RhD type"
* $nlk#NPU21917 insert Words([["RhD-type"]], [["RhD-type"]], [["RhD type"]])
* $loinc#10331-7 "Rh [Type] in Blood"
* $loinc#10331-7 insert Words([["RhD-type"]], [["RhD-type"]], [["Rh [Type] in Blood"]])

ValueSet: AntibodyScreenCodeVS
Id: antibody-screen-code
Title: "Antibody screen (antistoffscreening)"
Description: "The codes under which laboratories answer; the NLK code is not confirmed yet."
* ^experimental = false
* insert Titles([["Antistoffscreening"]], [["Antistoffscreening"]])
* $loinc#890-4 "Blood group antibody screen [Presence] in Serum or Plasma"
* $loinc#890-4 insert Words([["Blodtypeantistoff"]], [["Blodtypeantistoff"]], [["Blood group antibody screen [Presence] in Serum or Plasma"]])
* $card-item#antibody-screen "Blood group antibodies"
* $card-item#antibody-screen insert Words([["Blodtypeantistoff"]], [["Blodtypeantistoff"]], [["Blood group antibodies"]])

ValueSet: FetalRhesusDCodeVS
Id: fetal-rhesus-d-code
Title: "RhD typing of the fetus (RhD-typing av fosteret)"
Description: "The LOINC code names one method; the NLK code is not confirmed yet."
* ^experimental = false
* insert Titles([["RhD-typing av fosteret"]], [["RhD-typing av fosteret"]])
* $card-item#fetal-rhesus-d "RhD type of the fetus"
* $card-item#fetal-rhesus-d insert Words([["RhD-type hos fosteret"]], [["RhD-type hos fosteret"]], [["RhD type of the fetus"]])
* $loinc#77016-4 "Fetal RHD gene by MALDI-TOF"
* $loinc#77016-4 insert Words([["RhD-gen hos fosteret"]], [["RhD-gen hos fosteret"]], [["Fetal RHD gene by MALDI-TOF"]])

ValueSet: InfectionTestVS
Id: infection-test
Title: "Test for infection (smitteprøve)"
Description: "The tests for infection on the card, recommended and on demand."
* ^experimental = false
* insert Titles([["Smitteprøve"]], [["Smitteprøve"]])
* $nlk#NPU19649 "HIV"
* $nlk#NPU19649 insert Words([["HIV"]], [["HIV"]], [["HIV"]])
* $loinc#56888-1 "HIV 1+2 Ab+HIV1 p24 Ag"
* $loinc#56888-1 insert Words([["HIV"]], [["HIV"]], [["HIV 1+2 Ab+HIV1 p24 Ag"]])
* $nlk#NPU03611 "Syphilis"
* $nlk#NPU03611 insert Words([["Syfilis"]], [["Syfilis"]], [["Syphilis"]])
* $loinc#24110-9 "Treponema pallidum Ab by immunoassay"
* $loinc#24110-9 insert Words([["Syfilis"]], [["Syfilis"]], [["Treponema pallidum Ab by immunoassay"]])
* $loinc#31147-2 "Reagin Ab"
* $loinc#31147-2 insert Words([["Syfilis, reagin"]], [["Syfilis, reagin"]], [["Reagin Ab"]])
* $loinc#5196-1 "Hepatitis B virus surface Ag by immunoassay"
* $loinc#5196-1 insert Words([["Hepatitt B, overflateantigen"]], [["Hepatitt B, overflateantigen"]], [["Hepatitis B virus surface Ag by immunoassay"]])
* $loinc#5195-3 "Hepatitis B virus surface Ag"
* $loinc#5195-3 insert Words([["Hepatitt B, overflateantigen"]], [["Hepatitt B, overflateantigen"]], [["Hepatitis B virus surface Ag"]])
* $loinc#16933-4 "Hepatitis B virus core Ab"
* $loinc#16933-4 insert Words([["Hepatitt B, kjerneantistoff"]], [["Hepatitt B, kjerneantistoff"]], [["Hepatitis B virus core Ab"]])
* $nlk#NPU12033 "Hepatitis C virus antibody"
* $nlk#NPU12033 insert Words([["Hepatitt C-virus-antistoff"]], [["Hepatitt C-virus-antistoff"]], [["Hepatitis C virus antibody"]])
* $loinc#16128-1 "Hepatitis C virus Ab"
* $loinc#16128-1 insert Words([["Hepatitt C"]], [["Hepatitt C"]], [["Hepatitis C virus Ab"]])
* $nlk#NPU12412 "Rubella IgG"
* $nlk#NPU12412 insert Words([["Rubella IgG"]], [["Rubella IgG"]], [["Rubella IgG"]])
* $loinc#8014-3 "Rubella virus IgG Ab"
* $loinc#8014-3 insert Words([["Rubella IgG"]], [["Rubella IgG"]], [["Rubella virus IgG Ab"]])
* $nlk#NPU12331 "Chlamydia"
* $nlk#NPU12331 insert Words([["Klamydia"]], [["Klamydia"]], [["Chlamydia"]])
* $nlk#NPU18725 "Group B streptococci"
* $nlk#NPU18725 insert Words([["Gruppe B-streptokokker"]], [["Gruppe B-streptokokkar"]], [["Group B streptococci"]])
* $loinc#11267-2 "Streptococcus agalactiae by culture"
* $loinc#11267-2 insert Words([["Gruppe B-streptokokker, dyrking"]], [["Gruppe B-streptokokkar, dyrking"]], [["Streptococcus agalactiae by culture"]])
* $loinc#48683-7 "Streptococcus agalactiae DNA"
* $loinc#48683-7 insert Words([["Gruppe B-streptokokker, PCR"]], [["Gruppe B-streptokokkar, PCR"]], [["Streptococcus agalactiae DNA"]])
* $loinc#630-4 "Bacteria identified in Urine by Culture"
* $loinc#630-4 insert Words([["Urindyrking"]], [["Urindyrking"]], [["Bacteria identified in Urine by Culture"]])
* $sct#720406004 "Asymptomatic bacteriuria"
* $sct#720406004 insert Words([["Asymptomatisk bakteriuri"]], [["Asymptomatisk bakteriuri"]], [["Asymptomatic bacteriuria"]])
* $loinc#13317-3 "MRSA screen"
* $loinc#13317-3 insert Words([["MRSA"]], [["MRSA"]], [["MRSA screen"]])
* $loinc#691-6 "Neisseria gonorrhoeae by culture"
* $loinc#691-6 insert Words([["Gonoré"]], [["Gonoré"]], [["Neisseria gonorrhoeae by culture"]])
* $card-item#chlamydia "Chlamydia"
* $card-item#chlamydia insert Words([["Klamydia"]], [["Klamydia"]], [["Chlamydia"]])
* $card-item#gonorrhoea "Gonorrhoea"
* $card-item#gonorrhoea insert Words([["Gonoré"]], [["Gonoré"]], [["Gonorrhoea"]])
* $card-item#toxoplasmosis "Toxoplasmosis"
* $card-item#toxoplasmosis insert Words([["Toksoplasmose"]], [["Toksoplasmose"]], [["Toxoplasmosis"]])
* $card-item#cytomegalovirus "Cytomegalovirus"
* $card-item#cytomegalovirus insert Words([["Cytomegalovirus"]], [["Cytomegalovirus"]], [["Cytomegalovirus"]])
* $card-item#mrsa-vre-esbl "MRSA, VRE or ESBL"
* $card-item#mrsa-vre-esbl insert Words([["MRSA, VRE eller ESBL"]], [["MRSA, VRE eller ESBL"]], [["MRSA, VRE or ESBL"]])

ValueSet: LaboratoryTestVS
Id: laboratory-test
Title: "Laboratory test of the card (laboratorieprøve)"
Description: "Every test on the card."
* ^experimental = false
* insert Titles([["Laboratorieprøve"]], [["Laboratorieprøve"]])
* include codes from valueset https://hit-maternity.example/fhir/ValueSet/haemoglobin-code
* include codes from valueset https://hit-maternity.example/fhir/ValueSet/ferritin-code
* include codes from valueset https://hit-maternity.example/fhir/ValueSet/hba1c-code
* include codes from valueset https://hit-maternity.example/fhir/ValueSet/blood-group-code
* include codes from valueset https://hit-maternity.example/fhir/ValueSet/rhesus-d-code
* include codes from valueset https://hit-maternity.example/fhir/ValueSet/antibody-screen-code
* include codes from valueset https://hit-maternity.example/fhir/ValueSet/fetal-rhesus-d-code
* include codes from valueset https://hit-maternity.example/fhir/ValueSet/infection-test
* $sct#113076002 "Glucose tolerance test"
* $sct#113076002 insert Words([["Glukosebelastning"]], [["Glukosebelastning"]], [["Glucose tolerance test"]])
* $nlk#NPU04206 "U-Protein"
* $nlk#NPU04206 insert Words([["U-Protein"]], [["U-Protein"]], [["U-Protein"]])
