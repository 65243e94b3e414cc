"""The coded values of the card, by the words of the stories; data, no code."""

from __future__ import annotations

from dataclasses import dataclass

from hit_maternity.testbed.people.canonical import ATC, hl7, own_system, volven
from hit_maternity.testbed.people.coding import Coding, coding, icd10, sct

TEXTUAL = volven(8340)


@dataclass(frozen=True, slots=True)
class Value:
    """A coded value: Norwegian words and its codes."""

    text: str
    codings: tuple[Coding, ...]


def _value(text: str, *codings: Coding) -> Value:
    return Value(text, codings)


#: Answer of a test for something.
SIGNS = {
    "positive": _value("Positiv", coding(TEXTUAL, "T002", "Positiv"), sct("10828004", "Positive")),
    "negative": _value("Negativ", coding(TEXTUAL, "T008", "Negativ"), sct("260385009", "Negative")),
}
BLOOD_GROUPS = {
    "A": _value("A", sct("112144000", "Blood group A")),
    "B": _value("B", sct("112149005", "Blood group B")),
    "AB": _value("AB", sct("165743006", "Blood group AB")),
    "O": _value("O", sct("58460004", "Blood group O")),
}
RHESUS = {
    "positive": _value("RhD-positiv", sct("165747007", "RhD positive")),
    "negative": _value("RhD-negativ", sct("165746003", "RhD negative")),
}
PROTEIN = {
    "negative": _value("Negativ", coding(TEXTUAL, "T008", "Negativ"), sct("167273002")),
    "trace": _value("Spor", coding(TEXTUAL, "T052", "Spor"), sct("167274008")),
    "1+": _value("1+", coding(TEXTUAL, "T048", "1+"), sct("167275009")),
    "2+": _value("2+", coding(TEXTUAL, "T049", "2+"), sct("167276005")),
    "3+": _value("3+", coding(TEXTUAL, "T050", "3+"), sct("167277001")),
}
LIES = {
    "cephalic": _value("Hodeleie", sct("1209182005", "Cephalic fetal presentation")),
    "breech": _value("Seteleie", sct("6096002", "Breech presentation")),
    "transverse": _value("Tverrleie", sct("73161006", "Transverse lie")),
    "oblique": _value("Skråleie", sct("63750008", "Oblique lie")),
}
BIRTH_STATUS = {
    "live-birth": _value("Levende født", sct("281050002", "Livebirth")),
    "stillbirth": _value("Dødfødt", sct("237364002", "Stillbirth")),
}
#: How an earlier pregnancy ended.
OUTCOMES = {
    **BIRTH_STATUS,
    "miscarriage": _value("Spontanabort", sct("17369002", "Miscarriage")),
    "ectopic": _value("Svangerskap utenfor livmoren", sct("34801009", "Ectopic pregnancy")),
}
#: How a child was born.
MODES = {
    "spontaneous": _value("Spontan vaginal fødsel", sct("48782003", "Delivery normal")),
    "vacuum": _value("Vakuumekstraksjon", sct("61586001", "Delivery by vacuum extraction")),
    "forceps": _value("Tangforløsning", sct("302383004", "Forceps delivery")),
    "caesarean-planned": _value("Planlagt keisersnitt", sct("177141003", "Elective cesarean section")),
    "caesarean-urgent": _value("Akutt keisersnitt", sct("274130007", "Emergency cesarean section")),
}

#: What is found or known of before: key to words and codes.
CONDITIONS = {
    "twin-pregnancy": _value("Tvillingsvangerskap", sct("16356006", "Multiple pregnancy"), icd10("O30.0")),
    "gestational-diabetes": _value("Svangerskapsdiabetes", sct("11687002", "Gestational diabetes mellitus"), icd10("O24.4")),
    "pre-eclampsia": _value("Preeklampsi", sct("398254007", "Pre-eclampsia"), icd10("O14.9")),
    "gestational-hypertension": _value("Svangerskapshypertensjon", sct("48194001", "Pregnancy-induced hypertension"), icd10("O13")),
    "iron-deficiency": _value("Jernmangel", sct("35240004", "Iron deficiency")),
    "anaemia": _value("Anemi", sct("271737000", "Anemia")),
    "hypothyroidism": _value("Hypotyreose", sct("40930008", "Hypothyroidism")),
    "asthma": _value("Astma", sct("195967001", "Asthma")),
    "breech": _value("Seteleie", sct("6096002", "Breech presentation")),
    "miscarriage": _value("Spontanabort", sct("17369002", "Miscarriage"), icd10("O03")),
}
ALLERGIES = {"penicillin": _value("Penicillin", coding(ATC, "J01C", "Betalaktamantibakterielle midler, penicilliner"), sct("91936005"))}
#: How an allergy showed. no-basis asks for a code of Volven 7497, whose members are not public: the words are given, and no code.
REACTIONS = {"urticaria": "Elveblest"}

#: v3-RoleCode of a relative, and Norwegian words.
RELATIVES = {
    "mother": _value("Mor", coding(hl7("v3-RoleCode"), "MTH", "mother")),
    "father": _value("Far", coding(hl7("v3-RoleCode"), "FTH", "father")),
    "sister": _value("Søster", coding(hl7("v3-RoleCode"), "SIS", "sister")),
    "brother": _value("Bror", coding(hl7("v3-RoleCode"), "BRO", "brother")),
}
#: A relative's disease.
RELATIVE_DISEASES = {
    "type-2-diabetes": _value("Diabetes type 2", sct("44054006", "Diabetes mellitus type 2")),
    "pre-eclampsia": _value("Preeklampsi", sct("398254007", "Pre-eclampsia")),
    "hip-dysplasia": _value(
        "Hofteleddsdysplasi", coding(own_system("disease-history"), "family-hip-dysplasia", "Hip dysplasia in the family")
    ),
    "thrombosis": _value("Blodpropp", sct("439127006", "Thrombosis")),
}

#: Kind of visit: code of visit-kind and its name, Norwegian words, and class of the Encounter.
VISITS = {
    "first": ("first", "First visit", "Første svangerskapskonsultasjon", "AMB"),
    "routine": ("routine", "Routine visit", "Svangerskapskonsultasjon", "AMB"),
    "extra": ("extra", "Extra visit", "Ekstra konsultasjon", "AMB"),
    "ultrasound": ("ultrasound", "Ultrasound examination", "Ultralydundersøkelse", "AMB"),
    "post-term": ("post-term", "Post-term visit", "Overtidskontroll", "AMB"),
    "admission": ("admission", "Admission", "Innleggelse", "IMP"),
    "postpartum": ("postpartum", "Postpartum visit", "Etterkontroll", "AMB"),
    "birth": ("birth", "Birth", "Fødsel", "IMP"),
}
CLASSES = {"AMB": "ambulatory", "IMP": "inpatient encounter"}
