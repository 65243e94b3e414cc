CodeSystem: AttentionCS
Id: attention
Title: "Attention (oppmerksomhet)"
Description: "What in a record deserves a look: the rules of the server, which inform and never block a write."
* ^caseSensitive = true
* ^content = #complete
* ^experimental = false
* ^valueSet = "https://hit-maternity.example/fhir/ValueSet/attention"
* insert Titles([["Oppmerksomhet"]], [["Merksemd"]])
* #pressure-severe "Severe hypertension (160/110 or more): emergency."
* #pressure-severe insert Words([["Alvorlig høyt blodtrykk (160/110 eller mer): øyeblikkelig hjelp."]], [["Alvorleg høgt blodtrykk (160/110 eller meir): straks hjelp."]], [["Severe hypertension (160/110 or more): emergency."]])
* #pressure-treat "Blood pressure 150/100 or more: treatment is recommended, refer at once."
* #pressure-treat insert Words([["Blodtrykk 150/100 eller mer: blodtrykksbehandling anbefales, henvis som øyeblikkelig hjelp."]], [["Blodtrykk 150/100 eller meir: blodtrykksbehandling er tilrådd, vis til øyeblikkeleg hjelp."]], [["Blood pressure 150/100 or more: treatment is recommended, refer at once."]])
* #pre-eclampsia-suspected "High blood pressure and urine protein after week 20: suspected pre-eclampsia."
* #pre-eclampsia-suspected insert Words([["Høyt blodtrykk og protein i urinen etter uke 20: mistanke om preeklampsi."]], [["Høgt blodtrykk og protein i urinen etter veke 20: mistanke om preeklampsi."]], [["High blood pressure and urine protein after week 20: suspected pre-eclampsia."]])
* #hypertension "High blood pressure (140/90 or more) at two measurements."
* #hypertension insert Words([["Høyt blodtrykk (140/90 eller mer) ved to målinger."]], [["Høgt blodtrykk (140/90 eller meir) ved to målingar."]], [["High blood pressure (140/90 or more) at two measurements."]])
* #pressure-repeat "High blood pressure (140/90 or more) at the last measurement: measure again."
* #pressure-repeat insert Words([["Høyt blodtrykk (140/90 eller mer) ved siste måling: mål på nytt."]], [["Høgt blodtrykk (140/90 eller meir) ved siste måling: mål på nytt."]], [["High blood pressure (140/90 or more) at the last measurement: measure again."]])
* #hypertension-early "High blood pressure before week 20: may be chronic hypertension, a risk factor for pre-eclampsia."
* #hypertension-early insert Words([["Høyt blodtrykk før uke 20: kan være kronisk hypertensjon, en risikofaktor for preeklampsi."]], [["Høgt blodtrykk før veke 20: kan vere kronisk hypertensjon, ein risikofaktor for preeklampsi."]], [["High blood pressure before week 20: may be chronic hypertension, a risk factor for pre-eclampsia."]])
* #pressure-rise "The blood pressure has risen by 30/15 mmHg or more since the first measurement."
* #pressure-rise insert Words([["Blodtrykket har steget 30/15 mmHg eller mer siden første måling."]], [["Blodtrykket har stige 30/15 mmHg eller meir sidan første måling."]], [["The blood pressure has risen by 30/15 mmHg or more since the first measurement."]])
* #proteinuria "Protein in the urine (1+ or more)."
* #proteinuria insert Words([["Protein i urinen (1+ eller mer)."]], [["Protein i urinen (1+ eller meir)."]], [["Protein in the urine (1+ or more)."]])
* #diabetes-in-pregnancy "Glucose as in diabetes (fasting 7.0 or 2 hours 11.1 mmol/L or more): refer at once."
* #diabetes-in-pregnancy insert Words([["Glukose som ved diabetes (fastende 7,0 eller 2 timer 11,1 mmol/L eller mer): henvis straks."]], [["Glukose som ved diabetes (fastande 7,0 eller 2 timar 11,1 mmol/L eller meir): vis vidare straks."]], [["Glucose as in diabetes (fasting 7.0 or 2 hours 11.1 mmol/L or more): refer at once."]])
* #gestational-diabetes "Gestational diabetes (fasting 5.3-6.9 or 2 hours 9.0-11.0 mmol/L)."
* #gestational-diabetes insert Words([["Svangerskapsdiabetes (fastende 5,3-6,9 eller 2 timer 9,0-11,0 mmol/L)."]], [["Svangerskapsdiabetes (fastande 5,3-6,9 eller 2 timar 9,0-11,0 mmol/L)."]], [["Gestational diabetes (fasting 5.3-6.9 or 2 hours 9.0-11.0 mmol/L)."]])
* #glucose-load-due "A glucose load is to be offered in weeks 24-28 and is not registered."
* #glucose-load-due insert Words([["Glukosebelastning skal tilbys i uke 24-28 og er ikke registrert."]], [["Glukosebelastning skal tilbydast i veke 24-28 og er ikkje registrert."]], [["A glucose load is to be offered in weeks 24-28 and is not registered."]])
* #hba1c-diabetes "HbA1c 48 mmol/mol (6.5 %) or more: diabetes, refer."
* #hba1c-diabetes insert Words([["HbA1c 48 mmol/mol (6,5 %) eller mer: diabetes, henvis."]], [["HbA1c 48 mmol/mol (6,5 %) eller meir: diabetes, vis vidare."]], [["HbA1c 48 mmol/mol (6.5 %) or more: diabetes, refer."]])
* #hba1c-raised "HbA1c 41-47 mmol/mol (5.9-6.4 %) before week 16: refer."
* #hba1c-raised insert Words([["HbA1c 41-47 mmol/mol (5,9-6,4 %) før uke 16: henvis."]], [["HbA1c 41-47 mmol/mol (5,9-6,4 %) før veke 16: vis vidare."]], [["HbA1c 41-47 mmol/mol (5.9-6.4 %) before week 16: refer."]])
* #hba1c-late "HbA1c was taken after week 16, where it is not suited."
* #hba1c-late insert Words([["HbA1c er tatt etter uke 16 og er da uegnet."]], [["HbA1c er teken etter veke 16 og er då ueigna."]], [["HbA1c was taken after week 16, where it is not suited."]])
* #anaemia-severe "Haemoglobin under 8 g/dL after week 34."
* #anaemia-severe insert Words([["Hemoglobin under 8 g/dL etter uke 34."]], [["Hemoglobin under 8 g/dL etter veke 34."]], [["Haemoglobin under 8 g/dL after week 34."]])
* #anaemia "Low haemoglobin (under 11.0 g/dL in the first and third trimester, 10.5 in the second): examine."
* #anaemia insert Words([["Lav hemoglobin (under 11,0 g/dL i første og tredje trimester, 10,5 i andre): utred."]], [["Låg hemoglobin (under 11,0 g/dL i første og tredje trimester, 10,5 i andre): grei ut."]], [["Low haemoglobin (under 11.0 g/dL in the first and third trimester, 10.5 in the second): examine."]])
* #haemoglobin-fall "Haemoglobin has fallen by 2 g/dL or more."
* #haemoglobin-fall insert Words([["Hemoglobin har falt 2 g/dL eller mer."]], [["Hemoglobin har falle 2 g/dL eller meir."]], [["Haemoglobin has fallen by 2 g/dL or more."]])
* #haemoglobin-high "Haemoglobin over 13.5 g/dL in the second or third trimester may mean haemoconcentration."
* #haemoglobin-high insert Words([["Hemoglobin over 13,5 g/dL i andre eller tredje trimester kan tyde på hemokonsentrasjon."]], [["Hemoglobin over 13,5 g/dL i andre eller tredje trimester kan tyde på hemokonsentrasjon."]], [["Haemoglobin over 13.5 g/dL in the second or third trimester may mean haemoconcentration."]])
* #ferritin-low "Ferritin under 30 µg/L: 60 mg of iron daily from weeks 18-20."
* #ferritin-low insert Words([["Ferritin under 30 µg/L: 60 mg jern daglig fra uke 18-20."]], [["Ferritin under 30 µg/L: 60 mg jern dagleg frå veke 18-20."]], [["Ferritin under 30 µg/L: 60 mg of iron daily from weeks 18-20."]])
* #ferritin-reduced "Ferritin 30-70 µg/L: 40 mg of iron daily from weeks 18-20."
* #ferritin-reduced insert Words([["Ferritin 30-70 µg/L: 40 mg jern daglig fra uke 18-20."]], [["Ferritin 30-70 µg/L: 40 mg jern dagleg frå veke 18-20."]], [["Ferritin 30-70 µg/L: 40 mg of iron daily from weeks 18-20."]])
* #ferritin-missing "Ferritin was not measured before the end of week 15: 40 mg of iron daily from weeks 18-20 is recommended."
* #ferritin-missing insert Words([["Ferritin er ikke målt før utgangen av uke 15: 40 mg jern daglig fra uke 18-20 anbefales."]], [["Ferritin er ikkje målt før utgangen av veke 15: 40 mg jern dagleg frå veke 18-20 er tilrådd."]], [["Ferritin was not measured before the end of week 15: 40 mg of iron daily from weeks 18-20 is recommended."]])
* #antibodies-found "Blood group antibodies have been found: refer."
* #antibodies-found insert Words([["Blodtypeantistoff er påvist: henvis."]], [["Blodtypeantistoff er påvist: vis vidare."]], [["Blood group antibodies have been found: refer."]])
* #rhd-type-missing "The RhD type is not registered after the first trimester."
* #rhd-type-missing insert Words([["RhD-type er ikke registrert etter første trimester."]], [["RhD-type er ikkje registrert etter første trimester."]], [["The RhD type is not registered after the first trimester."]])
* #rhd-consent-missing "RhD negative: ask for written consent to RhD typing of the fetus."
* #rhd-consent-missing insert Words([["RhD-negativ: spør om skriftlig samtykke til RhD-typing av fosteret."]], [["RhD-negativ: spør om skriftleg samtykke til RhD-typing av fosteret."]], [["RhD negative: ask for written consent to RhD typing of the fetus."]])
* #rhd-typing-due "RhD negative: RhD typing of the fetus is to be offered in week 24."
* #rhd-typing-due insert Words([["RhD-negativ: RhD-typing av fosteret skal tilbys i uke 24."]], [["RhD-negativ: RhD-typing av fosteret skal tilbydast i veke 24."]], [["RhD negative: RhD typing of the fetus is to be offered in week 24."]])
* #rhd-antibodies-24-due "RhD negative: new blood group antibody test in week 24."
* #rhd-antibodies-24-due insert Words([["RhD-negativ: ny undersøkelse av blodtypeantistoff i uke 24."]], [["RhD-negativ: ny undersøking av blodtypeantistoff i veke 24."]], [["RhD negative: new blood group antibody test in week 24."]])
* #rhd-antibodies-32-due "RhD negative without typing of the fetus: antibody control in week 32."
* #rhd-antibodies-32-due insert Words([["RhD-negativ uten typing av fosteret: kontroll av antistoff i uke 32."]], [["RhD-negativ utan typing av fosteret: kontroll av antistoff i veke 32."]], [["RhD negative without typing of the fetus: antibody control in week 32."]])
* #rhd-antibodies-36-due "RhD negative without typing of the fetus: antibody control in week 36."
* #rhd-antibodies-36-due insert Words([["RhD-negativ uten typing av fosteret: kontroll av antistoff i uke 36."]], [["RhD-negativ utan typing av fosteret: kontroll av antistoff i veke 36."]], [["RhD negative without typing of the fetus: antibody control in week 36."]])
* #rhd-prophylaxis-due "RhD negative with an RhD-positive fetus: anti-D prophylaxis is to be offered in week 28."
* #rhd-prophylaxis-due insert Words([["RhD-negativ med RhD-positivt foster: anti-D-profylakse skal tilbys i uke 28."]], [["RhD-negativ med RhD-positivt foster: anti-D-profylakse skal tilbydast i veke 28."]], [["RhD negative with an RhD-positive fetus: anti-D prophylaxis is to be offered in week 28."]])
* #rhd-prophylaxis-after-birth-due "RhD negative with an RhD-positive child: anti-D prophylaxis after the birth."
* #rhd-prophylaxis-after-birth-due insert Words([["RhD-negativ med RhD-positivt barn: anti-D-profylakse etter fødselen."]], [["RhD-negativ med RhD-positivt barn: anti-D-profylakse etter fødselen."]], [["RhD negative with an RhD-positive child: anti-D prophylaxis after the birth."]])
* #rhd-prophylaxis-needless "Anti-D is registered though the mother is not RhD negative with an RhD-positive fetus."
* #rhd-prophylaxis-needless insert Words([["Anti-D er registrert uten at mor er RhD-negativ med RhD-positivt foster."]], [["Anti-D er registrert utan at mor er RhD-negativ med RhD-positivt foster."]], [["Anti-D is registered though the mother is not RhD negative with an RhD-positive fetus."]])
* #hepatitis-b-positive "Hepatitis B: positive test."
* #hepatitis-b-positive insert Words([["Hepatitt B: positiv prøve."]], [["Hepatitt B: positiv prøve."]], [["Hepatitis B: positive test."]])
* #hepatitis-c-positive "Hepatitis C: positive test."
* #hepatitis-c-positive insert Words([["Hepatitt C: positiv prøve."]], [["Hepatitt C: positiv prøve."]], [["Hepatitis C: positive test."]])
* #hiv-positive "HIV: positive test."
* #hiv-positive insert Words([["HIV: positiv prøve."]], [["HIV: positiv prøve."]], [["HIV: positive test."]])
* #syphilis-positive "Syphilis: positive test."
* #syphilis-positive insert Words([["Syfilis: positiv prøve."]], [["Syfilis: positiv prøve."]], [["Syphilis: positive test."]])
* #group-b-streptococci-positive "Group B streptococci: positive test, tell the birth place."
* #group-b-streptococci-positive insert Words([["Gruppe B-streptokokker: positiv prøve, gi beskjed til fødestedet."]], [["Gruppe B-streptokokkar: positiv prøve, gi beskjed til fødestaden."]], [["Group B streptococci: positive test, tell the birth place."]])
* #no-movements "The mother feels no movements: examination without delay."
* #no-movements insert Words([["Mor kjenner ikke liv: rask undersøkelse."]], [["Mor kjenner ikkje liv: rask undersøking."]], [["The mother feels no movements: examination without delay."]])
* #no-movements-yet "The mother feels no movements yet; most do in weeks 18-20."
* #no-movements-yet insert Words([["Mor kjenner ikke liv ennå; de fleste gjør det i uke 18-20."]], [["Mor kjenner ikkje liv enno; dei fleste gjer det i veke 18-20."]], [["The mother feels no movements yet; most do in weeks 18-20."]])
* #fetal-heart-rate "Fetal heart rate outside 110-160 beats a minute."
* #fetal-heart-rate insert Words([["Fosterlyd utenfor 110-160 slag i minuttet."]], [["Fosterlyd utanfor 110-160 slag i minuttet."]], [["Fetal heart rate outside 110-160 beats a minute."]])
* #not-cephalic "Not head down from week 36: refer for assessment."
* #not-cephalic insert Words([["Ikke hodeleie fra uke 36: henvis for vurdering."]], [["Ikkje hovudleie frå veke 36: vis til vurdering."]], [["Not head down from week 36: refer for assessment."]])
* #fundal-height-first-low "The first fundal height lies under the lower line: refer to ultrasound."
* #fundal-height-first-low insert Words([["Første symfyse-fundusmål ligger under nedre linje: henvis til ultralyd."]], [["Første symfyse-fundusmål ligg under nedre line: vis til ultralyd."]], [["The first fundal height lies under the lower line: refer to ultrasound."]])
* #fundal-height-two-low "Two fundal heights under the lower line: refer to ultrasound."
* #fundal-height-two-low insert Words([["To symfyse-fundusmål under nedre linje: henvis til ultralyd."]], [["To symfyse-fundusmål under nedre line: vis til ultralyd."]], [["Two fundal heights under the lower line: refer to ultrasound."]])
* #fundal-height-not-rising "The fundal height doesn't rise: refer to ultrasound."
* #fundal-height-not-rising insert Words([["Symfyse-fundusmålet stiger ikke: henvis til ultralyd."]], [["Symfyse-fundusmålet stig ikkje: vis til ultralyd."]], [["The fundal height doesn't rise: refer to ultrasound."]])
* #fundal-height-measure-again "The fundal height hasn't risen: measure again after a week."
* #fundal-height-measure-again insert Words([["Symfyse-fundusmålet har ikke steget: mål igjen etter en uke."]], [["Symfyse-fundusmålet har ikkje stige: mål igjen etter ei veke."]], [["The fundal height hasn't risen: measure again after a week."]])
* #fundal-height-jump "The fundal height lies 3 cm or more above what was expected: refer to ultrasound."
* #fundal-height-jump insert Words([["Symfyse-fundusmålet ligger 3 cm eller mer over det ventede: henvis til ultralyd."]], [["Symfyse-fundusmålet ligg 3 cm eller meir over det venta: vis til ultralyd."]], [["The fundal height lies 3 cm or more above what was expected: refer to ultrasound."]])
* #fundal-height-falling-off "The fundal height falls off from its own course."
* #fundal-height-falling-off insert Words([["Symfyse-fundusmålet faller av fra sin egen kurve."]], [["Symfyse-fundusmålet fell av frå si eiga kurve."]], [["The fundal height falls off from its own course."]])
* #fundal-height-above "The fundal height lies above the upper line."
* #fundal-height-above insert Words([["Symfyse-fundusmålet ligger over øvre linje."]], [["Symfyse-fundusmålet ligg over øvre line."]], [["The fundal height lies above the upper line."]])
* #post-term "The pregnancy is post-term (42+0 or more)."
* #post-term insert Words([["Svangerskapet er overtidig (42+0 eller mer)."]], [["Svangerskapet er overtidig (42+0 eller meir)."]], [["The pregnancy is post-term (42+0 or more)."]])
* #post-term-control-due "Seven days past the due date: control in specialist care 7-9 days past it."
* #post-term-control-due insert Words([["Sju dager over termin: kontroll i spesialisthelsetjenesten 7-9 dager over termin."]], [["Sju dagar over termin: kontroll i spesialisthelsetenesta 7-9 dagar over termin."]], [["Seven days past the due date: control in specialist care 7-9 days past it."]])
* #visit-overdue "A recommended visit is not registered."
* #visit-overdue insert Words([["En anbefalt kontroll er ikke registrert."]], [["Ein tilrådd kontroll er ikkje registrert."]], [["A recommended visit is not registered."]])
* #weight-gain-low "The weight gain lies below the recommendation for her BMI."
* #weight-gain-low insert Words([["Vektøkningen ligger under anbefalingen for hennes KMI."]], [["Vektauken ligg under tilrådinga for hennar KMI."]], [["The weight gain lies below the recommendation for her BMI."]])
* #weight-gain-high "The weight gain lies above the recommendation for her BMI."
* #weight-gain-high insert Words([["Vektøkningen ligger over anbefalingen for hennes KMI."]], [["Vektauken ligg over tilrådinga for hennar KMI."]], [["The weight gain lies above the recommendation for her BMI."]])
* #pre-eclampsia-risk "Risk factor for pre-eclampsia: follow closely, consider referral."
* #pre-eclampsia-risk insert Words([["Risikofaktor for preeklampsi: følg nøye, vurder henvisning."]], [["Risikofaktor for preeklampsi: følg nøye, vurder tilvising."]], [["Risk factor for pre-eclampsia: follow closely, consider referral."]])
* #pre-eclampsia-milder-risk "Two or more less serious risk factors for pre-eclampsia."
* #pre-eclampsia-milder-risk insert Words([["To eller flere mindre alvorlige risikofaktorer for preeklampsi."]], [["To eller fleire mindre alvorlege risikofaktorar for preeklampsi."]], [["Two or more less serious risk factors for pre-eclampsia."]])
