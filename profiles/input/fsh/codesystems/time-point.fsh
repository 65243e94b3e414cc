CodeSystem: TimePointCS
Id: time-point
Title: "Time point of an answer (tidspunkt for svaret)"
Description: "Of which time in the pregnancy an answer speaks."
* ^caseSensitive = true
* ^content = #complete
* ^experimental = false
* ^valueSet = "https://hit-maternity.example/fhir/ValueSet/time-point"
* insert Titles([["Tidspunkt for svaret"]], [["Tidspunkt for svaret"]])
* #before "Before the pregnancy" "The time before she became pregnant."
* #before insert Words([["Før svangerskapet"]], [["Før svangerskapet"]], [["Before the pregnancy"]])
* #during "During the pregnancy" "The pregnancy, without a closer time."
* #during insert Words([["I svangerskapet"]], [["I svangerskapet"]], [["During the pregnancy"]])
* #first-visit "At the first visit" "The time of the first antenatal visit."
* #first-visit insert Words([["Ved første konsultasjon"]], [["Ved første konsultasjon"]], [["At the first visit"]])
* #week-36 "In week 36" "The time of the visit in week 36."
* #week-36 insert Words([["I uke 36"]], [["I veke 36"]], [["In week 36"]])
* #first-trimester "First trimester" "The first of the two times the card asks for haemoglobin."
* #first-trimester insert Words([["1. trimester"]], [["1. trimester"]], [["First trimester"]])
* #third-trimester "Third trimester" "The second of the two times the card asks for haemoglobin: from week 28."
* #third-trimester insert Words([["3. trimester"]], [["3. trimester"]], [["Third trimester"]])
