"""The kinds of Observation on the card: profile, category, codes, unit and Norwegian name of each; data, no code.

Codes and how each was confirmed: docs of the profiles. A code that could not be confirmed is in the table of unconfirmed codes there.
"""

from __future__ import annotations

from dataclasses import dataclass

from hit_maternity.testbed.people.canonical import own_system
from hit_maternity.testbed.people.coding import Coding, coding, loinc, nlk, sct


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of Observation. ``profile``: what follows ``no-domain-Maternity-``; ``unit``: UCUM; ``shown``: how the unit is written."""

    profile: str
    category: str
    text: str
    codings: tuple[Coding, ...]
    unit: str | None = None
    shown: str | None = None


def _kind(profile: str, category: str, text: str, *codings: Coding, unit: str | None = None, shown: str | None = None) -> Kind:
    return Kind(f"Observation-{profile}", category, text, codings, unit, shown or unit)


def _item(code: str, display: str) -> Coding:
    return coding(own_system("card-item"), code, display)


VITAL, LAB, SOCIAL, EXAM, SURVEY, PROCEDURE = "vital-signs", "laboratory", "social-history", "exam", "survey", "procedure"

KINDS: dict[str, Kind] = {
    # dating
    "lmp": _kind(
        "last-menstrual-period",
        SURVEY,
        "Siste menstruasjons første dag",
        loinc("8665-2", "Last menstrual period start date"),
        sct("21840007"),
    ),
    "due-lmp": _kind(
        "due-date",
        EXAM,
        "Termin etter siste menstruasjon",
        loinc("11778-8", "Delivery date Estimated"),
        loinc("11779-6", "Delivery date Estimated from last menstrual period"),
        sct("289206005"),
    ),
    "due-ultrasound": _kind("due-date", EXAM, "Termin etter ultralyd", loinc("11778-8", "Delivery date Estimated"), sct("738070007")),
    "due-ivf": _kind(
        "due-date",
        EXAM,
        "Termin etter assistert befruktning",
        loinc("11778-8", "Delivery date Estimated"),
        loinc("11780-4", "Delivery date Estimated from ovulation date"),
    ),
    "due-corrected": _kind("due-date", EXAM, "Korrigert termin", loinc("11778-8", "Delivery date Estimated"), sct("161714006")),
    "gestational-age": _kind(
        "gestational-age",
        EXAM,
        "Svangerskapslengde",
        loinc("18185-9", "Gestational age"),
        loinc("49052-4", "Gestational age in days"),
        sct("57036006", "Length of gestation"),
        unit="d",
        shown="dager",
    ),
    "fetuses": _kind("number-of-fetuses", EXAM, "Antall foster", sct("246435002", "Number of fetuses")),
    "assisted": _kind("assisted-conception", SURVEY, "Assistert befruktning", sct("63487001", "Assisted fertilization")),
    # earlier pregnancies
    "gravida": _kind("gravida", SURVEY, "Svangerskap, dette medregnet", loinc("11996-6", "[#] Pregnancies"), sct("161732006")),
    "parity": _kind("parity", SURVEY, "Antall fødsler", loinc("11977-6", "[#] Parity"), sct("364325004")),
    "history": _kind("obstetric-history", SURVEY, "Tidligere svangerskap", loinc("10162-6", "History of pregnancies Narrative")),
    "pregnancies": _kind("previous-pregnancies", SURVEY, "Antall tidligere svangerskap", sct("246211005")),
    "live_births": _kind("live-births", SURVEY, "Antall levende fødte", loinc("11636-8", "[#] Births.live")),
    "miscarriages": _kind("miscarriages", SURVEY, "Antall spontanaborter", loinc("11614-5", "[#] Abortions.spontaneous"), sct("248989003")),
    "stillbirths": _kind("stillbirths", SURVEY, "Antall dødfødte etter 22 uker", loinc("57062-2"), sct("252112002")),
    "ectopic": _kind("ectopic", SURVEY, "Antall svangerskap utenfor livmoren", loinc("33065-4"), sct("440537001")),
    "previous": _kind("previous-pregnancy", SURVEY, "Tidligere svangerskap", _item("previous-pregnancy", "Previous pregnancy")),
    # the body
    "height": _kind("bodyheight", VITAL, "Høyde", loinc("8302-2", "Body height"), sct("1153637007", "Body height"), unit="cm"),
    "weight-before": _kind(
        "prepregnancyweight",
        VITAL,
        "Vekt før svangerskapet",
        loinc("29463-7", "Body weight"),
        loinc("56077-1", "Body weight --pre current pregnancy"),
        sct("27113001", "Body weight"),
        sct("1162389000"),
        unit="kg",
    ),
    "bmi": _kind(
        "bmi",
        VITAL,
        "KMI før svangerskapet",
        loinc("39156-5", "Body mass index (BMI) [Ratio]"),
        sct("60621009", "Body mass index"),
        unit="kg/m2",
    ),
    "weight": _kind("bodyweight", VITAL, "Vekt", loinc("29463-7", "Body weight"), sct("27113001", "Body weight"), unit="kg"),
    "pressure": _kind(
        "bloodpressure",
        VITAL,
        "Blodtrykk",
        loinc("85354-9", "Blood pressure panel with all children optional"),
        sct("75367002", "Blood pressure"),
    ),
    # the visit
    "fundal-height": _kind(
        "fundal-height", EXAM, "Symfyse-fundusmål", loinc("11881-0", "Uterus Fundal height Tape measure"), sct("364253002"), unit="cm"
    ),
    "protein": _kind(
        "urine-protein",
        LAB,
        "Protein i urin",
        nlk("NPU04206"),
        loinc("20454-5", "Protein [Presence] in Urine by Test strip"),
    ),
    "oedema": _kind("oedema", EXAM, "Ødem", loinc("44966-0"), sct("267038008", "Edema")),
    "heart": _kind("fetal-heart-rate", EXAM, "Fosterlyd", loinc("55283-6", "Fetal Heart rate"), sct("249043002"), unit="/min"),
    "lie": _kind("fetal-presentation", EXAM, "Leie og presentasjon", sct("271692001")),
    "movements": _kind("fetal-movements", EXAM, "Mor kjenner liv", loinc("57088-7"), sct("249040004")),
    "ctg": _kind("ctg", PROCEDURE, "CTG", _item("ctg", "Cardiotocography")),
    "ultrasound": _kind("ultrasound", EXAM, "Funn ved ultralyd", _item("ultrasound", "Ultrasound finding")),
    "employment": _kind("employment", SOCIAL, "Yrkesaktiv", _item("employment", "Employment rate"), unit="%"),
    "note": _kind("note", SURVEY, "Merknad"),
    # the card's yes and no
    "prenatal_information": _kind(
        "prenatal-information",
        SURVEY,
        "Informasjon om fosterdiagnostikk er gitt",
        _item("prenatal-information", "Information on fetal diagnostics given"),
    ),
    "birth_talk": _kind("birth-talk", SURVEY, "Fødselsforberedende samtale", sct("702396006")),
    "breastfeeding_guidance": _kind("breastfeeding-guidance", SURVEY, "Ammeveiledning", sct("243094003", "Breastfeeding education")),
    "consanguinity": _kind("consanguinity", SURVEY, "Foreldrene er i slekt", sct("842009", "Consanguinity")),
    "cohabiting": _kind("cohabitation", SOCIAL, "Bor sammen med far/medmor", _item("cohabitation", "Lives together with the co-parent")),
    "medication": _kind("medication-use", SURVEY, "Bruker legemidler", _item("medication-use", "Uses medicines")),
    "medication-frequency": _kind(
        "medication-frequency", SURVEY, "Hvor ofte hun bruker legemidler", _item("medication-frequency", "How often she uses medicines")
    ),
    "glucose-load": _kind("glucose-tolerance", LAB, "Glukosebelastning", sct("113076002", "Glucose tolerance test")),
    # the child
    "birth-status": _kind("birth-status", EXAM, "Fødselsstatus", _item("birth-status", "Birth status"), loinc("73757-7")),
    "birth-weight": _kind(
        "newborn-weight", VITAL, "Fødselsvekt", loinc("8339-4", "Birth weight Measured"), sct("364589006", "Birth weight"), unit="g"
    ),
    "birth-length": _kind(
        "newborn-length", VITAL, "Lengde ved fødsel", loinc("89269-5", "Body height Measured --at birth"), sct("169886007"), unit="cm"
    ),
    "birth-head": _kind(
        "newborn-head-circumference",
        VITAL,
        "Hodeomkrets ved fødsel",
        loinc("9843-4", "Head Occipital-frontal circumference"),
        sct("169876006"),
        unit="cm",
    ),
    "apgar-1": _kind("newborn-apgar-1", SURVEY, "Apgar etter 1 minutt", loinc("9272-6", "1 minute Apgar Score"), unit="{score}"),
    "apgar-5": _kind("newborn-apgar-5", SURVEY, "Apgar etter 5 minutter", loinc("9274-2", "5 minute Apgar Score"), unit="{score}"),
}

#: Tests by their key in a story's ``lab``; ``values`` of coded ones are in ``values.SIGNS``, ``BLOOD_GROUPS`` and ``RHESUS``.
TESTS: dict[str, Kind] = {
    "haemoglobin": _kind(
        "haemoglobin", LAB, "Hemoglobin", nlk("NOR05172"), loinc("718-7", "Hemoglobin [Mass/volume] in Blood"), unit="g/dL"
    ),
    "ferritin": _kind(
        "ferritin",
        LAB,
        "Ferritin",
        nlk("NPU19763"),
        loinc("2276-4", "Ferritin [Mass/volume] in Serum or Plasma"),
        unit="ug/L",
        shown="µg/L",
    ),
    "hba1c": _kind(
        "hba1c",
        LAB,
        "HbA1c",
        nlk("NPU27300"),
        loinc("59261-8", "Hemoglobin A1c/Hemoglobin.total in Blood by IFCC protocol"),
        unit="mmol/mol",
    ),
    "glucose_fasting": _kind(
        "lab-result",
        LAB,
        "Glukose, fastende",
        nlk("NPU02192"),
        loinc("14771-0", "Fasting glucose [Moles/volume] in Serum or Plasma"),
        unit="mmol/L",
    ),
    "glucose_two_hours": _kind(
        "lab-result",
        LAB,
        "Glukose to timer etter 75 g glukose",
        nlk("NPU02192"),
        loinc("14996-3", "Glucose [Moles/volume] in Serum or Plasma --2 hours post 75 g glucose PO"),
        unit="mmol/L",
    ),
    "abo": _kind("blood-group", LAB, "ABO-blodtype", nlk("NPU58582"), loinc("883-9", "ABO group [Type] in Blood")),
    "rhesus_d": _kind("rhesus-d", LAB, "RhD-blodtype", nlk("NPU21917"), loinc("10331-7", "Rh [Type] in Blood")),
    "antibodies": _kind(
        "antibody-screen",
        LAB,
        "Blodtypeantistoff",
        _item("antibody-screen", "Blood group antibodies"),
        loinc("890-4", "Blood group antibody screen [Presence] in Serum or Plasma"),
    ),
    "fetal_rhesus_d": _kind("fetal-rhesus-d", LAB, "RhD-type hos fosteret", _item("fetal-rhesus-d", "RhD type of the fetus")),
    "hbsag": _kind("infection-test", LAB, "Hepatitt B s-antigen", loinc("5196-1")),
    "hb_core": _kind("infection-test", LAB, "Hepatitt B kjerneantistoff", loinc("16933-4")),
    "hiv": _kind("infection-test", LAB, "HIV", nlk("NPU19649"), loinc("56888-1")),
    "syphilis": _kind("infection-test", LAB, "Syfilis", nlk("NPU03611"), loinc("24110-9")),
    "hepatitis_c": _kind("infection-test", LAB, "Hepatitt C-antistoff", nlk("NPU12033"), loinc("16128-1")),
    "rubella": _kind("infection-test", LAB, "Rubella IgG", nlk("NPU12412"), loinc("8014-3")),
    "chlamydia": _kind("infection-test", LAB, "Klamydia", nlk("NPU12331"), _item("chlamydia", "Chlamydia")),
    "gonorrhoea": _kind("infection-test", LAB, "Gonoré", _item("gonorrhoea", "Gonorrhoea"), loinc("691-6")),
    "toxoplasmosis": _kind("infection-test", LAB, "Toksoplasmose", _item("toxoplasmosis", "Toxoplasmosis")),
    "cmv": _kind("infection-test", LAB, "Cytomegalovirus", _item("cytomegalovirus", "Cytomegalovirus")),
    "mrsa_vre_esbl": _kind("infection-test", LAB, "MRSA/VRE/ESBL", _item("mrsa-vre-esbl", "MRSA, VRE or ESBL")),
    "bacteriuria": _kind("infection-test", LAB, "Asymptomatisk bakteriuri", loinc("630-4"), sct("720406004")),
    "gbs": _kind("infection-test", LAB, "Gruppe B-streptokokker", nlk("NPU18725"), loinc("11267-2")),
}

#: Own diseases, hereditary ones and drug allergy: key in a story to code of disease-history and its name, Norwegian words, SNOMED.
DISEASES: dict[str, tuple[str, str, str, tuple[Coding, ...]]] = {
    "nothing_particular": ("nothing-particular", "Nothing particular", "Ikke noe spesielt", ()),
    "heart": ("heart-disease", "Heart disease", "Hjertesykdom", (sct("56265001", "Heart disease"),)),
    "hypertension": ("high-blood-pressure", "High blood pressure", "Høyt blodtrykk", (sct("38341003", "Hypertensive disorder"),)),
    "kidney": ("kidney-urinary-tract", "Kidney or urinary tract disease", "Nyre- eller urinveissykdom", ()),
    "diabetes": ("diabetes", "Diabetes", "Diabetes", (sct("73211009", "Diabetes mellitus"),)),
    "allergy_asthma": ("allergy-asthma", "Allergy or asthma", "Allergi eller astma", ()),
    "epilepsy": ("epilepsy", "Epilepsy", "Epilepsi", (sct("84757009", "Epilepsy"),)),
    "thrombosis": ("thrombosis", "Thrombosis", "Blodpropp", (sct("439127006", "Thrombosis"),)),
    "autoimmune": ("autoimmune-disease", "Autoimmune disease", "Autoimmun sykdom", (sct("85828009", "Autoimmune disease"),)),
    "gynaecological": ("gynaecological", "Gynaecological disease or surgery", "Gynekologisk sykdom eller operasjon", ()),
    "mental_health": ("mental-health", "Mental health problem", "Psykiske plager eller lidelser", (sct("74732009", "Mental disorder"),)),
    "other": ("other", "Other disease", "Annen sykdom", ()),
    "drug_allergy": ("drug-allergy", "Drug allergy", "Legemiddelallergi", (sct("416098002", "Allergy to drug"),)),
    "family_none_known": ("family-none-known", "No known hereditary disease", "Ingen kjente arvelige sykdommer", ()),
    "family_hip_dysplasia": ("family-hip-dysplasia", "Hip dysplasia in the family", "Hofteleddsdysplasi i familien", ()),
    "family_other": ("family-other", "Other hereditary disease", "Annen arvelig sykdom", ()),
}

#: Habits: key in a story to code of habit-type and its name, Norwegian words, standard codes.
HABITS: dict[str, tuple[str, str, str, tuple[Coding, ...]]] = {
    "smoking": ("smoking", "Smoking", "Røyk", (loinc("72166-2", "Tobacco smoking status"),)),
    "snus": ("snus", "Snus", "Snus", (sct("228494002"),)),
    "alcohol": ("alcohol", "Alcohol", "Alkohol", ()),
    "other_stimuli": ("other-stimuli", "Other stimuli", "Andre stimuli eller rusmidler", (sct("363908000"),)),
}
#: How often: word in a story to code of habit-frequency and its name, Norwegian words.
FREQUENCIES: dict[str, tuple[str, str, str]] = {
    "no": ("no", "No", "Nei"),
    "sometimes": ("occasionally", "Occasionally", "Av og til"),
    "daily": ("daily", "Daily", "Daglig"),
    "stopped": ("stopped-in-pregnancy", "Stopped in the pregnancy", "Sluttet i svangerskapet"),
}

#: Free remarks: key to code of section and its name, Norwegian words.
SECTIONS: dict[str, tuple[str, str, str]] = {
    "earlier": ("previous-pregnancies", "Previous pregnancies", "Merknad til tidligere svangerskap"),
    "diseases": ("own-diseases", "Past and present diseases", "Merknad til sykdommer"),
    "family": ("hereditary-diseases", "Hereditary diseases", "Merknad til arvelige sykdommer"),
    "medicines": ("medicines", "Medicines", "Merknad til legemidler"),
    "habits": ("habits", "Habits and body measures", "Merknad til levevaner"),
    "cohabiting": ("coparent", "Co-parent", "Merknad til far eller medmor"),
    "visit": ("visits", "Antenatal visits", "Merknad til konsultasjonen"),
    "birth": ("birth", "Birth and newborn", "Merknad til fødselen"),
    "lab": ("tests", "Other tests", "Merknad til prøver"),
}
