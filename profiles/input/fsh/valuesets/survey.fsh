ValueSet: SurveyDiseaseVS
Id: survey-disease
Title: "Disease of the survey (sykdom i kartleggingen)"
Description: "The diseases that the survey asks about."
* ^experimental = false
* insert Titles([["Sykdom i kartleggingen"]], [["Sjukdom i kartlegginga"]])
* include codes from system $survey-disease

ValueSet: SurveyHereditaryVS
Id: survey-hereditary
Title: "Hereditary disease of the survey (arvelig sykdom i kartleggingen)"
Description: "The hereditary diseases that the survey asks about."
* ^experimental = false
* insert Titles([["Arvelig sykdom i kartleggingen"]], [["Arveleg sjukdom i kartlegginga"]])
* $disease-history#family-hip-dysplasia "Hip dysplasia in the family"
* $disease-history#family-hip-dysplasia insert Words([["Hofteleddsdysplasi i familien"]], [["Hofteleddsdysplasi i familien"]], [["Hip dysplasia in the family"]])
* $disease-history#family-other "Other hereditary disease"
* $disease-history#family-other insert Words([["Annen arvelig sykdom"]], [["Annan arveleg sjukdom"]], [["Other hereditary disease"]])

ValueSet: YesNoUnsureVS
Id: yes-no-unsure
Title: "Yes, no or unsure (ja, nei eller usikker)"
Description: "The answer of a woman who may not know."
* ^experimental = false
* insert Titles([["Ja, nei eller usikker"]], [["Ja, nei eller usikker"]])
* $yes-no#Y "Yes"
* $yes-no#Y insert Words([["Ja"]], [["Ja"]], [["Yes"]])
* $yes-no#N "No"
* $yes-no#N insert Words([["Nei"]], [["Nei"]], [["No"]])
* $absent#asked-unknown "Asked But Unknown"
* $absent#asked-unknown insert Words([["Usikker"]], [["Usikker"]], [["Asked But Unknown"]])

ValueSet: SurveyLanguageVS
Id: survey-language
Title: "Language (språk)"
Description: "Languages to choose from; another one is written in words."
* ^experimental = false
* insert Titles([["Språk"]], [["Språk"]])
* $language#nb "Norwegian bokmål"
* $language#nb insert Words([["Norsk bokmål"]], [["Norsk bokmål"]], [["Norwegian bokmål"]])
* $language#nn "Norwegian nynorsk"
* $language#nn insert Words([["Norsk nynorsk"]], [["Norsk nynorsk"]], [["Norwegian nynorsk"]])
* $language#se "Northern Sami"
* $language#se insert Words([["Nordsamisk"]], [["Nordsamisk"]], [["Northern Sami"]])
* $language#en "English"
* $language#en insert Words([["Engelsk"]], [["Engelsk"]], [["English"]])
* $language#pl "Polish"
* $language#pl insert Words([["Polsk"]], [["Polsk"]], [["Polish"]])
* $language#ar "Arabic"
* $language#ar insert Words([["Arabisk"]], [["Arabisk"]], [["Arabic"]])
* $language#so "Somali"
* $language#so insert Words([["Somali"]], [["Somali"]], [["Somali"]])
* $language#ti "Tigrinya"
* $language#ti insert Words([["Tigrinja"]], [["Tigrinja"]], [["Tigrinya"]])
* $language#uk "Ukrainian"
* $language#uk insert Words([["Ukrainsk"]], [["Ukrainsk"]], [["Ukrainian"]])
* $language#lt "Lithuanian"
* $language#lt insert Words([["Litauisk"]], [["Litauisk"]], [["Lithuanian"]])
* $language#fa "Persian"
* $language#fa insert Words([["Persisk"]], [["Persisk"]], [["Persian"]])
* $language#ur "Urdu"
* $language#ur insert Words([["Urdu"]], [["Urdu"]], [["Urdu"]])

