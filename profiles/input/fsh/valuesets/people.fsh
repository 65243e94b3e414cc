ValueSet: CoparentRelationVS
Id: coparent-relation
Title: "Co-parent (far eller medmor)"
Description: "How the co-parent stands to the pregnant woman or the child."
* ^experimental = false
* insert Titles([["Far eller medmor"]], [["Far eller medmor"]])
* $role#FTH "father"
* $role#FTH insert Words([["far"]], [["far"]], [["father"]])
* $role#NFTH "natural father"
* $role#NFTH insert Words([["biologisk far"]], [["biologisk far"]], [["natural father"]])
* $role#PRN "parent"
* $role#PRN insert Words([["forelder"]], [["forelder"]], [["parent"]])
* $role#SPS "spouse"
* $role#SPS insert Words([["ektefelle"]], [["ektefelle"]], [["spouse"]])
* $role#HUSB "husband"
* $role#HUSB insert Words([["ektemann"]], [["ektemann"]], [["husband"]])
* $role#WIFE "wife"
* $role#WIFE insert Words([["hustru"]], [["hustru"]], [["wife"]])
* $role#DOMPART "domestic partner"
* $role#DOMPART insert Words([["samboer"]], [["sambuar"]], [["domestic partner"]])
* $role#SIGOTHR "significant other"
* $role#SIGOTHR insert Words([["partner"]], [["partnar"]], [["significant other"]])
* $sct#9947008 "Natural father"
* $sct#9947008 insert Words([["Biologisk far"]], [["Biologisk far"]], [["Natural father"]])
* $no-family#far "Father"
* $no-family#far insert Words([["Far"]], [["Far"]], [["Father"]])
* $no-family#medmor "Co-mother"
* $no-family#medmor insert Words([["Medmor"]], [["Medmor"]], [["Co-mother"]])
* $no-family#ektefelleEllerPartner "Spouse or partner"
* $no-family#ektefelleEllerPartner insert Words([["Ektefelle eller partner"]], [["Ektefelle eller partnar"]], [["Spouse or partner"]])

ValueSet: HealthPersonnelCategoryVS
Id: health-personnel-category
Title: "Category of health personnel (kategori helsepersonell)"
Description: "The categories of the health personnel register (Volven 9060), one by one: a role that is not among them gives no access, so it is refused here too."
* ^experimental = false
* insert Titles([["Kategori helsepersonell"]], [["Kategori helsepersonell"]])
* $volven-9060#AA "Ambulance worker"
* $volven-9060#AA insert Words([["Ambulansearbeider"]], [["Ambulansearbeidar"]], [["Ambulance worker"]])
* $volven-9060#AT "Pharmacy technician"
* $volven-9060#AT insert Words([["Apotektekniker"]], [["Apotekteknikar"]], [["Pharmacy technician"]])
* $volven-9060#AU "Audiographer"
* $volven-9060#AU insert Words([["Audiograf"]], [["Audiograf"]], [["Audiographer"]])
* $volven-9060#BI "Biomedical laboratory scientist"
* $volven-9060#BI insert Words([["Bioingeniør"]], [["Bioingeniør"]], [["Biomedical laboratory scientist"]])
* $volven-9060#ET "Occupational therapist"
* $volven-9060#ET insert Words([["Ergoterapeut"]], [["Ergoterapeut"]], [["Occupational therapist"]])
* $volven-9060#FA1 "Pharmacist (master)"
* $volven-9060#FA1 insert Words([["Provisorfarmasøyt"]], [["Provisorfarmasøyt"]], [["Pharmacist (master)"]])
* $volven-9060#FA2 "Pharmacist (bachelor)"
* $volven-9060#FA2 insert Words([["Reseptarfarmasøyt"]], [["Reseptarfarmasøyt"]], [["Pharmacist (bachelor)"]])
* $volven-9060#FB "Fish health biologist"
* $volven-9060#FB insert Words([["Fiskehelsebiolog"]], [["Fiskehelsebiolog"]], [["Fish health biologist"]])
* $volven-9060#FO "Podiatrist"
* $volven-9060#FO insert Words([["Fotterapeut"]], [["Fotterapeut"]], [["Podiatrist"]])
* $volven-9060#FT "Physiotherapist"
* $volven-9060#FT insert Words([["Fysioterapeut"]], [["Fysioterapeut"]], [["Physiotherapist"]])
* $volven-9060#HE "Medical secretary"
* $volven-9060#HE insert Words([["Helsesekretær"]], [["Helsesekretær"]], [["Medical secretary"]])
* $volven-9060#HF "Health care worker"
* $volven-9060#HF insert Words([["Helsefagarbeider"]], [["Helsefagarbeidar"]], [["Health care worker"]])
* $volven-9060#HP "Auxiliary nurse"
* $volven-9060#HP insert Words([["Hjelpepleier"]], [["Hjelpepleiar"]], [["Auxiliary nurse"]])
* $volven-9060#JO "Midwife"
* $volven-9060#JO insert Words([["Jordmor"]], [["Jordmor"]], [["Midwife"]])
* $volven-9060#KE "Clinical nutritionist"
* $volven-9060#KE insert Words([["Klinisk ernæringsfysiolog"]], [["Klinisk ernæringsfysiolog"]], [["Clinical nutritionist"]])
* $volven-9060#KI "Chiropractor"
* $volven-9060#KI insert Words([["Kiropraktor"]], [["Kiropraktor"]], [["Chiropractor"]])
* $volven-9060#LE "Physician"
* $volven-9060#LE insert Words([["Lege"]], [["Lege"]], [["Physician"]])
* $volven-9060#MT "Manual therapist"
* $volven-9060#MT insert Words([["Manuellterapeut"]], [["Manuellterapeut"]], [["Manual therapist"]])
* $volven-9060#NP "Naprapath"
* $volven-9060#NP insert Words([["Naprapat"]], [["Naprapat"]], [["Naprapath"]])
* $volven-9060#OA "Care worker"
* $volven-9060#OA insert Words([["Omsorgsarbeider"]], [["Omsorgsarbeidar"]], [["Care worker"]])
* $volven-9060#OI "Orthopaedic engineer"
* $volven-9060#OI insert Words([["Ortopediingeniør"]], [["Ortopediingeniør"]], [["Orthopaedic engineer"]])
* $volven-9060#OP "Optician"
* $volven-9060#OP insert Words([["Optiker"]], [["Optikar"]], [["Optician"]])
* $volven-9060#OR "Orthoptist"
* $volven-9060#OR insert Words([["Ortoptist"]], [["Ortoptist"]], [["Orthoptist"]])
* $volven-9060#OS "Osteopath"
* $volven-9060#OS insert Words([["Osteopat"]], [["Osteopat"]], [["Osteopath"]])
* $volven-9060#PE "Perfusionist"
* $volven-9060#PE insert Words([["Perfusjonist"]], [["Perfusjonist"]], [["Perfusionist"]])
* $volven-9060#PM "Paramedic"
* $volven-9060#PM insert Words([["Paramedisiner"]], [["Paramedisinar"]], [["Paramedic"]])
* $volven-9060#PS "Psychologist"
* $volven-9060#PS insert Words([["Psykolog"]], [["Psykolog"]], [["Psychologist"]])
* $volven-9060#RA "Radiographer"
* $volven-9060#RA insert Words([["Radiograf"]], [["Radiograf"]], [["Radiographer"]])
* $volven-9060#SP "Nurse"
* $volven-9060#SP insert Words([["Sykepleier"]], [["Sjukepleiar"]], [["Nurse"]])
* $volven-9060#TH "Dental secretary"
* $volven-9060#TH insert Words([["Tannhelsesekretær"]], [["Tannhelsesekretær"]], [["Dental secretary"]])
* $volven-9060#TL "Dentist"
* $volven-9060#TL insert Words([["Tannlege"]], [["Tannlege"]], [["Dentist"]])
* $volven-9060#TP "Dental hygienist"
* $volven-9060#TP insert Words([["Tannpleier"]], [["Tannpleiar"]], [["Dental hygienist"]])
* $volven-9060#TT "Dental technician"
* $volven-9060#TT insert Words([["Tanntekniker"]], [["Tannteknikar"]], [["Dental technician"]])
* $volven-9060#VE "Veterinarian"
* $volven-9060#VE insert Words([["Veterinær"]], [["Veterinær"]], [["Veterinarian"]])
* $volven-9060#VP "Social educator"
* $volven-9060#VP insert Words([["Vernepleier"]], [["Vernepleiar"]], [["Social educator"]])
* $volven-9060#XX "Unknown or unspecified"
* $volven-9060#XX insert Words([["Ukjent eller uspesifisert"]], [["Ukjend eller uspesifisert"]], [["Unknown or unspecified"]])
