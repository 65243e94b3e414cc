CodeSystem: NlkCS
Id: no-kodeverk-7280.codesystem
Title: "Norwegian laboratory codes (NLK, norsk laboratoriekodeverk), what is used"
Description: "The laboratory codes that the record uses. A fragment: the whole system is published by the Norwegian Directorate of Health."
* ^url = "urn:oid:2.16.578.1.12.4.1.1.7280"
* ^identifier.system = "urn:ietf:rfc:3986"
* ^identifier.value = "urn:oid:2.16.578.1.12.4.1.1.7280"
* ^caseSensitive = true
* ^content = #fragment
* ^experimental = false
* insert Titles([["Norsk laboratoriekodeverk"]], [["Norsk laboratoriekodeverk"]])
* #NOR05172 "B-Haemoglobin" "g/dL"
* #NOR05172 insert Words([["B-Hemoglobin"]], [["B-Hemoglobin"]], [["B-Haemoglobin"]])
* #NPU19763 "P-Ferritin" "ug/L"
* #NPU19763 insert Words([["P-Ferritin"]], [["P-Ferritin"]], [["P-Ferritin"]])
* #NPU27300 "B-HbA1c" "mmol/mol"
* #NPU27300 insert Words([["B-HbA1c"]], [["B-HbA1c"]], [["B-HbA1c"]])
* #NPU02192 "P-Glucose" "mmol/L"
* #NPU02192 insert Words([["P-Glukose"]], [["P-Glukose"]], [["P-Glucose"]])
* #NPU58582 "ABO blood group"
* #NPU58582 insert Words([["ABO-blodtype"]], [["ABO-blodtype"]], [["ABO blood group"]])
* #NPU21917 "RhD type"
* #NPU21917 insert Words([["RhD-type"]], [["RhD-type"]], [["RhD type"]])
* #NPU04206 "U-Protein" "By strip."
* #NPU04206 insert Words([["U-Protein"]], [["U-Protein"]], [["U-Protein"]])
* #NPU19649 "HIV"
* #NPU19649 insert Words([["HIV"]], [["HIV"]], [["HIV"]])
* #NPU03611 "Syphilis"
* #NPU03611 insert Words([["Syfilis"]], [["Syfilis"]], [["Syphilis"]])
* #NPU12033 "Hepatitis C virus antibody"
* #NPU12033 insert Words([["Hepatitt C-virus-antistoff"]], [["Hepatitt C-virus-antistoff"]], [["Hepatitis C virus antibody"]])
* #NPU12412 "Rubella IgG"
* #NPU12412 insert Words([["Rubella IgG"]], [["Rubella IgG"]], [["Rubella IgG"]])
* #NPU12331 "Chlamydia"
* #NPU12331 insert Words([["Klamydia"]], [["Klamydia"]], [["Chlamydia"]])
* #NPU18725 "Group B streptococci"
* #NPU18725 insert Words([["Gruppe B-streptokokker"]], [["Gruppe B-streptokokkar"]], [["Group B streptococci"]])
