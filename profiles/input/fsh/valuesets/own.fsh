ValueSet: SectionVS
Id: section
Title: "Section of the record (del av helsekortet)"
Description: "Every part of the record that a remark can stand in."
* ^experimental = false
* insert Titles([["Del av helsekortet"]], [["Del av helsekortet"]])
* include codes from system $section

ValueSet: TermBasisVS
Id: term-basis
Title: "Basis of the due date (grunnlag for termin)"
Description: "What a due date was reckoned from."
* ^experimental = false
* insert Titles([["Grunnlag for termin"]], [["Grunnlag for termin"]])
* include codes from system $term-basis

ValueSet: TermReasonVS
Id: term-reason
Title: "Reason why a due date is valid (grunn til gjeldende termin)"
Description: "Why one due date holds before the others."
* ^experimental = false
* insert Titles([["Grunn til gjeldende termin"]], [["Grunn til gjeldande termin"]])
* include codes from system $term-reason

ValueSet: TimePointVS
Id: time-point
Title: "Time point of an answer (tidspunkt for svaret)"
Description: "Of which time in the pregnancy an answer speaks."
* ^experimental = false
* insert Titles([["Tidspunkt for svaret"]], [["Tidspunkt for svaret"]])
* include codes from system $time-point

ValueSet: FetalStatusVS
Id: fetal-status
Title: "Fetal status (fosterets status)"
Description: "Where a fetus stands."
* ^experimental = false
* insert Titles([["Fosterets status"]], [["Status for fosteret"]])
* include codes from system $fetal-status

ValueSet: VisitKindVS
Id: visit-kind
Title: "Kind of visit (type konsultasjon)"
Description: "What kind of contact a visit is."
* ^experimental = false
* insert Titles([["Type konsultasjon"]], [["Type konsultasjon"]])
* include codes from system $visit-kind

ValueSet: EndReasonVS
Id: end-reason
Title: "Reason why a record ends (grunn til at helsekortet avsluttes)"
Description: "Why a pregnancy record ends."
* ^experimental = false
* insert Titles([["Grunn til at helsekortet avsluttes"]], [["Grunn til at helsekortet blir avslutta"]])
* include codes from system $end-reason

ValueSet: CareFunctionVS
Id: care-function
Title: "Function in the care team (rolle i oppfølgingen)"
Description: "The contacts of the card."
* ^experimental = false
* insert Titles([["Rolle i oppfølgingen"]], [["Rolle i oppfølginga"]])
* include codes from system $care-function

ValueSet: CardItemVS
Id: card-item
Title: "Item of the card (opplysning på helsekortet)"
Description: "Items for which no other code could be confirmed."
* ^experimental = false
* insert Titles([["Opplysning på helsekortet"]], [["Opplysning på helsekortet"]])
* include codes from system $card-item

ValueSet: AttentionVS
Id: attention
Title: "Attention (oppmerksomhet)"
Description: "What in a record deserves a look: the rules of the server, which inform and never block a write."
* ^experimental = false
* insert Titles([["Oppmerksomhet"]], [["Merksemd"]])
* include codes from system $attention

ValueSet: ProgrammeVS
Id: programme
Title: "Programme of antenatal care (svangerskapsprogrammet)"
Description: "The visits and tasks of the recommended programme."
* ^experimental = false
* insert Titles([["Svangerskapsprogrammet"]], [["Svangerskapsprogrammet"]])
* include codes from system $programme

ValueSet: ProgrammeStatusVS
Id: programme-status
Title: "Standing in the programme (status i programmet)"
Description: "Where a visit or task of the programme stands on a day."
* ^experimental = false
* insert Titles([["Status i programmet"]], [["Status i programmet"]])
* include codes from system $programme-status

ValueSet: OriginVS
Id: origin
Title: "Origin of a resource (opphav)"
Description: "Tells what the server computed for an answer from what was registered; used as a tag."
* ^experimental = false
* insert Titles([["Opphav"]], [["Opphav"]])
* include codes from system $origin
