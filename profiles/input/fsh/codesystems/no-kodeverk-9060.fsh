CodeSystem: Volven9060CS
Id: no-kodeverk-9060.codesystem
Title: "Category of health personnel (Volven 9060, kategori helsepersonell)"
Description: "The categories of the health personnel register (HPR), as in a published list. A fragment: the whole system is published by the Norwegian Directorate of Health."
* ^url = "urn:oid:2.16.578.1.12.4.1.1.9060"
* ^identifier.system = "urn:ietf:rfc:3986"
* ^identifier.value = "urn:oid:2.16.578.1.12.4.1.1.9060"
* ^caseSensitive = true
* ^content = #fragment
* ^experimental = false
* insert Titles([["Kategori helsepersonell"]], [["Kategori helsepersonell"]])
* #AA "Ambulance worker"
* #AA insert Words([["Ambulansearbeider"]], [["Ambulansearbeidar"]], [["Ambulance worker"]])
* #AT "Pharmacy technician"
* #AT insert Words([["Apotektekniker"]], [["Apotekteknikar"]], [["Pharmacy technician"]])
* #AU "Audiographer"
* #AU insert Words([["Audiograf"]], [["Audiograf"]], [["Audiographer"]])
* #BI "Biomedical laboratory scientist"
* #BI insert Words([["Bioingeniør"]], [["Bioingeniør"]], [["Biomedical laboratory scientist"]])
* #ET "Occupational therapist"
* #ET insert Words([["Ergoterapeut"]], [["Ergoterapeut"]], [["Occupational therapist"]])
* #FA1 "Pharmacist (master)"
* #FA1 insert Words([["Provisorfarmasøyt"]], [["Provisorfarmasøyt"]], [["Pharmacist (master)"]])
* #FA2 "Pharmacist (bachelor)"
* #FA2 insert Words([["Reseptarfarmasøyt"]], [["Reseptarfarmasøyt"]], [["Pharmacist (bachelor)"]])
* #FB "Fish health biologist"
* #FB insert Words([["Fiskehelsebiolog"]], [["Fiskehelsebiolog"]], [["Fish health biologist"]])
* #FO "Podiatrist"
* #FO insert Words([["Fotterapeut"]], [["Fotterapeut"]], [["Podiatrist"]])
* #FT "Physiotherapist"
* #FT insert Words([["Fysioterapeut"]], [["Fysioterapeut"]], [["Physiotherapist"]])
* #HE "Medical secretary"
* #HE insert Words([["Helsesekretær"]], [["Helsesekretær"]], [["Medical secretary"]])
* #HF "Health care worker"
* #HF insert Words([["Helsefagarbeider"]], [["Helsefagarbeidar"]], [["Health care worker"]])
* #HP "Auxiliary nurse"
* #HP insert Words([["Hjelpepleier"]], [["Hjelpepleiar"]], [["Auxiliary nurse"]])
* #JO "Midwife"
* #JO insert Words([["Jordmor"]], [["Jordmor"]], [["Midwife"]])
* #KE "Clinical nutritionist"
* #KE insert Words([["Klinisk ernæringsfysiolog"]], [["Klinisk ernæringsfysiolog"]], [["Clinical nutritionist"]])
* #KI "Chiropractor"
* #KI insert Words([["Kiropraktor"]], [["Kiropraktor"]], [["Chiropractor"]])
* #LE "Physician"
* #LE insert Words([["Lege"]], [["Lege"]], [["Physician"]])
* #MT "Manual therapist"
* #MT insert Words([["Manuellterapeut"]], [["Manuellterapeut"]], [["Manual therapist"]])
* #NP "Naprapath"
* #NP insert Words([["Naprapat"]], [["Naprapat"]], [["Naprapath"]])
* #OA "Care worker"
* #OA insert Words([["Omsorgsarbeider"]], [["Omsorgsarbeidar"]], [["Care worker"]])
* #OI "Orthopaedic engineer"
* #OI insert Words([["Ortopediingeniør"]], [["Ortopediingeniør"]], [["Orthopaedic engineer"]])
* #OP "Optician"
* #OP insert Words([["Optiker"]], [["Optikar"]], [["Optician"]])
* #OR "Orthoptist"
* #OR insert Words([["Ortoptist"]], [["Ortoptist"]], [["Orthoptist"]])
* #OS "Osteopath"
* #OS insert Words([["Osteopat"]], [["Osteopat"]], [["Osteopath"]])
* #PE "Perfusionist"
* #PE insert Words([["Perfusjonist"]], [["Perfusjonist"]], [["Perfusionist"]])
* #PM "Paramedic"
* #PM insert Words([["Paramedisiner"]], [["Paramedisinar"]], [["Paramedic"]])
* #PS "Psychologist"
* #PS insert Words([["Psykolog"]], [["Psykolog"]], [["Psychologist"]])
* #RA "Radiographer"
* #RA insert Words([["Radiograf"]], [["Radiograf"]], [["Radiographer"]])
* #SP "Nurse"
* #SP insert Words([["Sykepleier"]], [["Sjukepleiar"]], [["Nurse"]])
* #TH "Dental secretary"
* #TH insert Words([["Tannhelsesekretær"]], [["Tannhelsesekretær"]], [["Dental secretary"]])
* #TL "Dentist"
* #TL insert Words([["Tannlege"]], [["Tannlege"]], [["Dentist"]])
* #TP "Dental hygienist"
* #TP insert Words([["Tannpleier"]], [["Tannpleiar"]], [["Dental hygienist"]])
* #TT "Dental technician"
* #TT insert Words([["Tanntekniker"]], [["Tannteknikar"]], [["Dental technician"]])
* #VE "Veterinarian"
* #VE insert Words([["Veterinær"]], [["Veterinær"]], [["Veterinarian"]])
* #VP "Social educator"
* #VP insert Words([["Vernepleier"]], [["Vernepleiar"]], [["Social educator"]])
* #XX "Unknown or unspecified"
* #XX insert Words([["Ukjent eller uspesifisert"]], [["Ukjend eller uspesifisert"]], [["Unknown or unspecified"]])
