ValueSet: DocumentTypeVS
Id: document-type
Title: "Type of document (dokumenttype)"
Description: "The one document type of the record."
* ^experimental = false
* insert Titles([["Dokumenttype"]], [["Dokumenttype"]])
* $volven-9602#F04-2 "Pregnancy and birth"
* $volven-9602#F04-2 insert Words([["Svangerskap og fødsel"]], [["Svangerskap og fødsel"]], [["Pregnancy and birth"]])
