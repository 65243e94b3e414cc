ValueSet: PositiveNegativeVS
Id: positive-negative
Title: "Positive or negative (positiv eller negativ)"
Description: "The textual answer of a test, in Volven 8340 or SNOMED CT."
* ^experimental = false
* insert Titles([["Positiv eller negativ"]], [["Positiv eller negativ"]])
* $volven-8340#T002 "Positive"
* $volven-8340#T002 insert Words([["Positiv"]], [["Positiv"]], [["Positive"]])
* $volven-8340#T008 "Negative"
* $volven-8340#T008 insert Words([["Negativ"]], [["Negativ"]], [["Negative"]])
* $sct#10828004 "Positive"
* $sct#10828004 insert Words([["Positiv"]], [["Positiv"]], [["Positive"]])
* $sct#260385009 "Negative"
* $sct#260385009 insert Words([["Negativ"]], [["Negativ"]], [["Negative"]])
* $sct#419984006 "Inconclusive"
* $sct#419984006 insert Words([["Ikke konklusivt"]], [["Ikkje konklusivt"]], [["Inconclusive"]])

ValueSet: AntibodyResultVS
Id: antibody-result
Title: "Answer of an antibody screen (svar på antistoffscreening)"
Description: "Whether blood group antibodies were found."
* ^experimental = false
* insert Titles([["Svar på antistoffscreening"]], [["Svar på antistoffscreening"]])
* $volven-8340#T002 "Positive"
* $volven-8340#T002 insert Words([["Positiv"]], [["Positiv"]], [["Positive"]])
* $volven-8340#T008 "Negative"
* $volven-8340#T008 insert Words([["Negativ"]], [["Negativ"]], [["Negative"]])
* $sct#10828004 "Positive"
* $sct#10828004 insert Words([["Positiv"]], [["Positiv"]], [["Positive"]])
* $sct#260385009 "Negative"
* $sct#260385009 insert Words([["Negativ"]], [["Negativ"]], [["Negative"]])
* $sct#419984006 "Inconclusive"
* $sct#419984006 insert Words([["Ikke konklusivt"]], [["Ikkje konklusivt"]], [["Inconclusive"]])
* $sct#52101004 "Present"
* $sct#52101004 insert Words([["Påvist"]], [["Påvist"]], [["Present"]])
* $sct#2667000 "Absent"
* $sct#2667000 insert Words([["Ikke påvist"]], [["Ikkje påvist"]], [["Absent"]])

ValueSet: InfectionResultVS
Id: infection-result
Title: "Answer of a test for infection (svar på smitteprøve)"
Description: "Positive or negative, in general codes or in those made for one test."
* ^experimental = false
* insert Titles([["Svar på smitteprøve"]], [["Svar på smitteprøve"]])
* $volven-8340#T002 "Positive"
* $volven-8340#T002 insert Words([["Positiv"]], [["Positiv"]], [["Positive"]])
* $volven-8340#T008 "Negative"
* $volven-8340#T008 insert Words([["Negativ"]], [["Negativ"]], [["Negative"]])
* $sct#10828004 "Positive"
* $sct#10828004 insert Words([["Positiv"]], [["Positiv"]], [["Positive"]])
* $sct#260385009 "Negative"
* $sct#260385009 insert Words([["Negativ"]], [["Negativ"]], [["Negative"]])
* $sct#419984006 "Inconclusive"
* $sct#419984006 insert Words([["Ikke konklusivt"]], [["Ikkje konklusivt"]], [["Inconclusive"]])
* $sct#165816005 "HIV positive"
* $sct#165816005 insert Words([["HIV-positiv"]], [["HIV-positiv"]], [["HIV positive"]])
* $sct#165815009 "HIV negative"
* $sct#165815009 insert Words([["HIV-negativ"]], [["HIV-negativ"]], [["HIV negative"]])
* $sct#165806002 "Hepatitis B surface antigen positive"
* $sct#165806002 insert Words([["Hepatitt B overflateantigen positiv"]], [["Hepatitt B overflateantigen positiv"]], [["Hepatitis B surface antigen positive"]])

ValueSet: UrineProteinResultVS
Id: urine-protein-result
Title: "Protein in urine by strip (protein i urin)"
Description: "Neg, Spor, 1+, 2+, 3+ of the national record in Volven 8340, and the same in SNOMED CT."
* ^experimental = false
* insert Titles([["Protein i urin"]], [["Protein i urin"]])
* $volven-8340#T008 "Negative"
* $volven-8340#T008 insert Words([["Negativ"]], [["Negativ"]], [["Negative"]])
* $volven-8340#T052 "Trace"
* $volven-8340#T052 insert Words([["Spor"]], [["Spor"]], [["Trace"]])
* $volven-8340#T048 "1+"
* $volven-8340#T048 insert Words([["1+"]], [["1+"]], [["1+"]])
* $volven-8340#T049 "2+"
* $volven-8340#T049 insert Words([["2+"]], [["2+"]], [["2+"]])
* $volven-8340#T050 "3+"
* $volven-8340#T050 insert Words([["3+"]], [["3+"]], [["3+"]])
* $sct#167273002 "Urine protein test negative"
* $sct#167273002 insert Words([["Protein i urin negativ"]], [["Protein i urin negativ"]], [["Urine protein test negative"]])
* $sct#167274008 "Urine protein test = trace"
* $sct#167274008 insert Words([["Protein i urin spor"]], [["Protein i urin spor"]], [["Urine protein test = trace"]])
* $sct#167275009 "Urine protein test = +"
* $sct#167275009 insert Words([["Protein i urin 1+"]], [["Protein i urin 1+"]], [["Urine protein test = +"]])
* $sct#167276005 "Urine protein test = ++"
* $sct#167276005 insert Words([["Protein i urin 2+"]], [["Protein i urin 2+"]], [["Urine protein test = ++"]])
* $sct#167277001 "Urine protein test = +++"
* $sct#167277001 insert Words([["Protein i urin 3+"]], [["Protein i urin 3+"]], [["Urine protein test = +++"]])
* $sct#167278006 "Urine protein test = ++++"
* $sct#167278006 insert Words([["Protein i urin 4+"]], [["Protein i urin 4+"]], [["Urine protein test = ++++"]])

ValueSet: BloodGroupVS
Id: blood-group
Title: "ABO blood group (ABO-blodtype)"
Description: "A, B, AB or O."
* ^experimental = false
* insert Titles([["ABO-blodtype"]], [["ABO-blodtype"]])
* $sct#112144000 "Blood group A"
* $sct#112144000 insert Words([["Blodtype A"]], [["Blodtype A"]], [["Blood group A"]])
* $sct#112149005 "Blood group B"
* $sct#112149005 insert Words([["Blodtype B"]], [["Blodtype B"]], [["Blood group B"]])
* $sct#165743006 "Blood group AB"
* $sct#165743006 insert Words([["Blodtype AB"]], [["Blodtype AB"]], [["Blood group AB"]])
* $sct#58460004 "Blood group O"
* $sct#58460004 insert Words([["Blodtype O"]], [["Blodtype O"]], [["Blood group O"]])

ValueSet: RhesusDVS
Id: rhesus-d
Title: "RhD type (RhD-type)"
Description: "Positive or negative."
* ^experimental = false
* insert Titles([["RhD-type"]], [["RhD-type"]])
* $sct#165747007 "RhD positive"
* $sct#165747007 insert Words([["RhD-positiv"]], [["RhD-positiv"]], [["RhD positive"]])
* $sct#165746003 "RhD negative"
* $sct#165746003 insert Words([["RhD-negativ"]], [["RhD-negativ"]], [["RhD negative"]])

ValueSet: FetalRhesusDVS
Id: fetal-rhesus-d
Title: "RhD type of the fetus (RhD-type hos fosteret)"
Description: "Positive, negative, or the sample gave no answer."
* ^experimental = false
* insert Titles([["RhD-type hos fosteret"]], [["RhD-type hos fosteret"]])
* $loinc#LA22747-2 "Fetal RHD positive"
* $loinc#LA22747-2 insert Words([["RhD-positivt foster"]], [["RhD-positivt foster"]], [["Fetal RHD positive"]])
* $loinc#LA22748-0 "Fetal RHD negative"
* $loinc#LA22748-0 insert Words([["RhD-negativt foster"]], [["RhD-negativt foster"]], [["Fetal RHD negative"]])
* $sct#165747007 "RhD positive"
* $sct#165747007 insert Words([["RhD-positiv"]], [["RhD-positiv"]], [["RhD positive"]])
* $sct#165746003 "RhD negative"
* $sct#165746003 insert Words([["RhD-negativ"]], [["RhD-negativ"]], [["RhD negative"]])
* $sct#10828004 "Positive"
* $sct#10828004 insert Words([["Positiv"]], [["Positiv"]], [["Positive"]])
* $sct#260385009 "Negative"
* $sct#260385009 insert Words([["Negativ"]], [["Negativ"]], [["Negative"]])
* $sct#419984006 "Inconclusive"
* $sct#419984006 insert Words([["Ikke konklusivt"]], [["Ikkje konklusivt"]], [["Inconclusive"]])
* $volven-8340#T002 "Positive"
* $volven-8340#T002 insert Words([["Positiv"]], [["Positiv"]], [["Positive"]])
* $volven-8340#T008 "Negative"
* $volven-8340#T008 insert Words([["Negativ"]], [["Negativ"]], [["Negative"]])
