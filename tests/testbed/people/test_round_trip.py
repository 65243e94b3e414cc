"""Story to FHIR and back: every fact of the TOML text stands in the resources, and nothing else does.

The two readers below share no code with the builders: one takes a story's text apart and insists that no key is left over, the
other reads the resources by their codes. What they find must be the same.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from hit_maternity.fhir.json import decimal
from hit_maternity.testbed.people.story import texts

Resource = dict[str, Any]
Facts = Counter[tuple[Any, ...]]

ABSENT = {"asked-unknown": "unknown", "not-asked": "not-asked", "asked-declined": "declined", "not-performed": "not-performed"}
COUNTS = {"246211005": "pregnancies", "11636-8": "live_births", "11614-5": "miscarriages", "57062-2": "stillbirths", "33065-4": "ectopic"}
DISEASES = {
    "nothing-particular": "nothing_particular",
    "heart-disease": "heart",
    "high-blood-pressure": "hypertension",
    "kidney-urinary-tract": "kidney",
    "diabetes": "diabetes",
    "allergy-asthma": "allergy_asthma",
    "epilepsy": "epilepsy",
    "thrombosis": "thrombosis",
    "autoimmune-disease": "autoimmune",
    "gynaecological": "gynaecological",
    "mental-health": "mental_health",
    "other": "other",
    "drug-allergy": "drug_allergy",
    "family-none-known": "family_none_known",
    "family-hip-dysplasia": "family_hip_dysplasia",
    "family-other": "family_other",
}
FIGURES = {"718-7": "haemoglobin", "2276-4": "ferritin", "59261-8": "hba1c"}
WORDS = {
    "883-9": "abo",
    "10331-7": "rhesus_d",
    "890-4": "antibodies",
    "5196-1": "hbsag",
    "16933-4": "hb_core",
    "NPU19649": "hiv",
    "NPU03611": "syphilis",
    "NPU12033": "hepatitis_c",
    "NPU12412": "rubella",
    "NPU12331": "chlamydia",
    "691-6": "gonorrhoea",
    "toxoplasmosis": "toxoplasmosis",
    "cytomegalovirus": "cmv",
    "mrsa-vre-esbl": "mrsa_vre_esbl",
    "630-4": "bacteriuria",
    "NPU18725": "gbs",
}
ANSWERS = {
    "10828004": "positive",
    "260385009": "negative",
    "165747007": "positive",
    "165746003": "negative",
    "112144000": "A",
    "112149005": "B",
    "165743006": "AB",
    "58460004": "O",
}
LIES = {"1209182005": "cephalic", "6096002": "breech", "73161006": "transverse", "63750008": "oblique"}
PROTEIN = {"T008": "negative", "T052": "trace", "T048": "1+", "T049": "2+", "T050": "3+"}
HABITS = {"smoking": "smoking", "snus": "snus", "alcohol": "alcohol", "other-stimuli": "other_stimuli"}
OFTEN = {"no": "no", "occasionally": "sometimes", "daily": "daily", "stopped-in-pregnancy": "stopped"}
MODES = {
    "48782003": "spontaneous",
    "61586001": "vacuum",
    "302383004": "forceps",
    "177141003": "caesarean-planned",
    "274130007": "caesarean-urgent",
}
OUTCOMES = {"281050002": "live-birth", "237364002": "stillbirth", "17369002": "miscarriage", "34801009": "ectopic"}
FOUND = {
    "16356006": "twin-pregnancy",
    "11687002": "gestational-diabetes",
    "398254007": "pre-eclampsia",
    "48194001": "gestational-hypertension",
    "35240004": "iron-deficiency",
    "271737000": "anaemia",
    "40930008": "hypothyroidism",
    "195967001": "asthma",
    "17369002": "miscarriage",
}
RELATIVES = {"MTH": "mother", "FTH": "father", "SIS": "sister", "BRO": "brother"}
RELATIVE_DISEASES = {
    "44054006": "type-2-diabetes",
    "398254007": "pre-eclampsia",
    "family-hip-dysplasia": "hip-dysplasia",
    "439127006": "thrombosis",
}
QUESTIONS = {
    "prenatal-information": "prenatal_information",
    "702396006": "birth_talk",
    "243094003": "breastfeeding_guidance",
    "medication-use": "medication",
    "842009": "consanguinity",
    "cohabitation": "cohabiting",
}
KINDS = {"first", "routine", "extra", "ultrasound", "post-term", "admission", "postpartum"}


# ---------------------------------------------------------------- what the text tells


def day(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def at_visit(visit: dict[str, Any], facts: Facts) -> None:
    on, kind = day(visit.pop("on")), visit.pop("kind", "routine")
    until = visit.pop("until", None)
    start = f"{on}T{visit.pop('at').isoformat()}"
    facts["visit", start, kind, visit.pop("by"), until and until.isoformat()] += 1
    for key in ("weight", "oedema", "fundal_height", "employment", "protein", "fetuses_seen", "lab_note", "note", "anti_d"):
        if key in visit:
            facts[key, on, visit.pop(key)] += 1
    for key in ("prenatal_information", "birth_talk", "breastfeeding_guidance", "medication", "fetal_typing_consent"):
        if key in visit:
            facts[key, on, visit.pop(key)] += 1
    for reading in visit.pop("pressure", ()):
        facts["pressure", on, reading] += 1
    for place, fetus in enumerate(visit.pop("fetus", ()), 1):
        for key, value in fetus.items():
            facts[f"fetus {key}", on, place, value] += 1
    for key, value in visit.pop("habits", {}).items():
        facts["habit", "first-visit" if kind == "first" else "week-36", key, value] += 1
    for key, value in [*visit.pop("lab", {}).items(), *visit.pop("answers", {}).items()]:
        facts["test", on, key, str(value)] += 1
    for medicine in visit.pop("medicine", ()):
        facts["medicine", on, *(medicine.get(k) for k in ("name", "atc", "dose", "start", "end"))] += 1
    for key in visit.pop("found", ()):
        facts["found", on, key] += 1
    for key in visit.pop("resolved", ()):
        facts["resolved", on, key] += 1
    for wish in visit.pop("wishes", ()):
        facts["wish", on, wish] += 1
    if "scan" in visit:
        facts["scan", on, visit.pop("scan")] += 1
    if "corrected_due" in visit:
        facts["corrected", on, day(visit.pop("corrected_due"))] += 1
    assert not visit, f"not looked at: {sorted(visit)}"


def of_mother(mother: dict[str, Any], facts: Facts, on: str) -> None:
    mother.pop("sequence", None)  # which of the synthetic numbers: looked at by the tests of identity
    facts["interpreter", mother.pop("interpreter", None)] += 1
    facts["language", mother.pop("language", "nb")] += 1
    facts["country", mother.pop("country", "NO")] += 1
    facts["employed", on, mother.pop("employed_last_six_months")] += 1
    facts["employment", on, mother.pop("employment")] += 1
    for key in ("given", "family", "street", "postcode", "place", "phone", "occupation", "cohabiting_note"):
        if key in mother:
            facts[f"mother {key}", mother.pop(key)] += 1
    facts["mother born", day(mother.pop("born"))] += 1
    if "cohabiting" in mother:
        facts["cohabiting", on, mother.pop("cohabiting")] += 1
    assert not mother, f"not looked at: {sorted(mother)}"


def of_background(told: dict[str, Any], facts: Facts, on: str) -> None:
    facts["consent", on, told.pop("consent")] += 1
    for key, value in told.pop("diseases", {}).items():
        facts["disease", key, value] += 1
    facts["disease", "drug_allergy", told.pop("drug_allergy")] += 1
    facts["medication", on, told.pop("medication")] += 1
    for key, value in told.pop("folate", {}).items():
        facts["folate", key, value] += 1
    for key, value in told.pop("habits", {}).items():
        facts["habit", "before", key, value] += 1
    for medicine in told.pop("medicine", ()):
        facts["medicine", on, *(medicine.get(k) for k in ("name", "atc", "dose", "start", "end"))] += 1
    for key in told.pop("conditions", ()):
        facts["known", key] += 1
    for key in ("disease_note", "medicine_note", "habit_note", "allergy", "allergy_reaction", "medication_frequency"):
        if key in told:
            facts[key, told.pop(key)] += 1
    assert not told, f"not looked at: {sorted(told)}"


def of_earlier(told: dict[str, Any], facts: Facts) -> None:
    for place, one in enumerate(told.pop("pregnancy", ()), 1):
        for key, value in one.items():
            facts[f"earlier {key}", place, value] += 1
    if "note" in told:
        facts["earlier_note", told.pop("note")] += 1
    for key, value in told.items():
        facts["count", key, value] += 1


def of_family(told: dict[str, Any], facts: Facts, on: str) -> None:
    for relative in told.pop("relative", ()):
        facts["relative", relative["relation"], relative["disease"]] += 1
    if "consanguinity" in told:
        facts["consanguinity", on, told.pop("consanguinity")] += 1
    if "note" in told:
        facts["family_note", told.pop("note")] += 1
    for key, value in told.items():
        facts["disease", f"family_{key}", value] += 1


def of_dating(told: dict[str, Any], facts: Facts, on: str) -> None:
    told.pop("cycle_length", None)  # moves the due date: looked at by the tests of plausibility
    facts["assisted", on, told.pop("assisted")] += 1
    facts["lmp", day(told.pop("lmp", None) or told.pop("lmp_missing"))] += 1
    if "transfer" in told:
        facts["transfer", day(told.pop("transfer")), told.pop("embryo_age", 5)] += 1
    assert not told, f"not looked at: {sorted(told)}"


def of_birth(birth: dict[str, Any], facts: Facts) -> None:
    facts["birth", birth.pop("admitted").isoformat(), birth.pop("discharged").isoformat(), birth.pop("by")] += 1
    if "note" in birth:
        facts["birth_note", birth.pop("note")] += 1
    if "anti_d" in birth:
        facts["anti_d", "birth", birth.pop("anti_d")] += 1
    for child in birth.pop("child"):
        number = child.pop("fetus", 1)
        facts["child at", number, child.pop("at").isoformat()] += 1
        facts["child status", number, child.pop("status", "live-birth")] += 1
        for key, value in child.items():
            facts[f"child {key}", number, value] += 1
    assert not birth, f"not looked at: {sorted(birth)}"


def told_by(text: str) -> Facts:
    story = tomllib.loads(text, parse_float=Decimal)
    facts: Facts = Counter()
    on = day(story["visit"][0]["on"])
    for key in ("name", "title", "about"):
        story.pop(key)
    of_mother(story.pop("mother"), facts, on)
    of_background(story.pop("background"), facts, on)
    of_earlier(story.pop("earlier"), facts)
    of_family(story.pop("family", {}), facts, on)
    of_dating(story.pop("dating"), facts, on)
    for key, value in story.pop("contacts").items():
        facts["contact", key, value] += 1
    for key, value in story.pop("before", {}).items():
        facts["before", key, value] += 1
    if "coparent" in story:
        parent = story.pop("coparent")
        parent.setdefault("relation", "father")
        for key, value in parent.items():
            facts[f"coparent {key}", day(value)] += 1
    for visit in story.pop("visit"):
        at_visit(visit, facts)
    if "birth" in story:
        of_birth(story.pop("birth"), facts)
    if "next" in story:
        ahead = story.pop("next")
        facts["next", f"{day(ahead['on'])}T{ahead['at'].isoformat()}", ahead["by"]] += 1
    ending = story.pop("ending", None)
    facts["ending", ending and day(ending["on"]), ending and ending["reason"]] += 1
    assert not story, f"not looked at: {sorted(story)}"
    return facts


# ---------------------------------------------------------------- what the resources tell


def codes(concept: Resource) -> set[str]:
    return {coding["code"] for coding in concept.get("coding", ())}


def one(table: dict[str, str], concept: Resource) -> str:
    (found,) = {table[code] for code in codes(concept) if code in table}
    return found


def answer(it: Resource) -> Any:
    """A boolean, an integer, a date or a text, or why there is none."""
    if "dataAbsentReason" in it:
        return one(ABSENT, it["dataAbsentReason"])
    (key,) = (k for k in it if k.startswith("value"))
    return it[key]


def amount(it: Resource) -> Decimal:
    quantity = it["valueQuantity"]
    assert quantity["system"] == "http://unitsofmeasure.org"
    return decimal(quantity["value"])


def part(it: Resource, code: str) -> Resource | None:
    return next((c for c in it.get("component", ()) if code in codes(c["code"])), None)


def who(reference: Resource) -> str:
    return str(reference["reference"].partition("/")[2])


def local(moment: str) -> str:
    """Without the offset: what the clock on the wall showed."""
    return datetime.fromisoformat(moment).replace(tzinfo=None).isoformat()


def fetus_of(it: Resource) -> int:
    (focus,) = it["focus"]
    return int(focus["reference"].rpartition("-")[2])


class Reader:
    def __init__(self, resources: list[Resource]) -> None:
        self.resources = resources
        self.facts: Facts = Counter()
        self.visits = {f"Encounter/{r['id']}": r for r in resources if r["resourceType"] == "Encounter"}

    def read(self) -> Facts:
        for resource in self.resources:
            reader = getattr(self, resource["resourceType"].lower(), None)
            if reader:
                reader(resource)
        return self.facts

    def note(self, *fact: Any) -> None:
        self.facts[fact] += 1

    def on(self, it: Resource) -> str:
        return str(self.visits[it["encounter"]["reference"]]["period"]["start"][:10])

    def patient(self, it: Resource) -> None:
        if it["id"].endswith("-mother"):
            self.mother(it)
        elif "-child-" in it["id"]:
            number = int(it["id"].rpartition("-")[2])
            assert it["link"] == [{"other": {"reference": f"Patient/{it['id'].replace('child', 'fetus')}"}, "type": "replaces"}]
            self.note("child sex", number, it["gender"])
            if "given" in it["name"][0]:
                self.note("child given", number, " ".join(it["name"][0]["given"]))

    def mother(self, it: Resource) -> None:
        name, address = it["name"][0], it["address"][0]
        for key, value in {
            "given": " ".join(name["given"]),
            "family": name["family"],
            "street": address["line"][0],
            "postcode": address["postalCode"],
            "place": address["city"],
            "phone": it["telecom"][0]["value"],
            "born": it["birthDate"],
        }.items():
            self.note(f"mother {key}", value)
        extensions = {e["url"].rpartition("/")[2]: e for e in it["extension"]}
        self.note("interpreter", extensions.get("patient-interpreterRequired", {}).get("valueBoolean"))
        self.note("country", extensions["patient-birthPlace"]["valueAddress"]["country"])
        self.note("language", it["communication"][0]["language"]["coding"][0]["code"])

    def relatedperson(self, it: Resource) -> None:
        self.note("coparent given", " ".join(it["name"][0]["given"]))
        self.note("coparent family", it["name"][0]["family"])
        self.note("coparent relation", one({"FTH": "father", "medmor": "co-mother"}, it["relationship"][0]))
        if "birthDate" in it:
            self.note("coparent born", it["birthDate"])
        if "telecom" in it:
            self.note("coparent phone", it["telecom"][0]["value"])

    def careteam(self, it: Resource) -> None:
        members = {next(iter(codes(p["role"][0]))): p["member"] for p in it["participant"]}
        self.note("contact", "gp", who(members["general-practitioner"]))
        self.note("contact", "midwife", who(members["midwife"]))
        self.note("contact", "birth_place", who(members["birth-place"]))

    def episodeofcare(self, it: Resource) -> None:
        reasons = [c for e in it.get("extension", ()) for c in codes(e["valueCodeableConcept"])]
        assert (it["status"] == "finished") == bool(reasons)
        self.note("ending", it["period"].get("end"), reasons[0] if reasons else None)

    def encounter(self, it: Resource) -> None:
        by, period = who(it["participant"][0]["individual"]), it["period"]
        if "birth" in codes(it["type"][0]):
            self.note("birth", local(period["start"]), local(period["end"]), by)
            return
        (kind,) = codes(it["type"][0]) & KINDS
        stay = local(period["end"]) if it["class"]["code"] == "IMP" else None
        self.note("visit", local(period["start"]), kind, by, stay)

    def appointment(self, it: Resource) -> None:
        if it["status"] == "booked":
            self.note("next", local(it["start"]), who(it["participant"][1]["actor"]))

    def consent(self, it: Resource) -> None:
        kind = "fetal_typing_consent" if "fetal" in it["id"] else "consent"
        self.note(kind, it["dateTime"][:10], it["provision"]["type"] == "permit")

    def condition(self, it: Resource) -> None:
        if "77386006" in codes(it["code"]):
            return
        key = one(FOUND, it["code"])
        if "encounter-diagnosis" in codes(it["category"][0]):
            self.note("found", self.on(it), key)
        else:
            self.note("known", key)
        if "abatementDateTime" in it:
            assert codes(it["clinicalStatus"]) == {"resolved"}
            self.note("resolved", it["abatementDateTime"], key)

    def familymemberhistory(self, it: Resource) -> None:
        self.note("relative", one(RELATIVES, it["relationship"]), one(RELATIVE_DISEASES, it["condition"][0]["code"]))

    def allergyintolerance(self, it: Resource) -> None:
        self.note("allergy", {"J01C": "penicillin"}[(codes(it["code"]) & {"J01C"}).pop()])
        (reaction,) = it["reaction"]
        self.note("allergy_reaction", {"Elveblest": "urticaria"}[reaction["manifestation"][0]["text"]])

    def medicationstatement(self, it: Resource) -> None:
        medicine = it["medicationCodeableConcept"]
        if "B03BB01" in codes(medicine):
            (time,) = codes(it["extension"][0]["valueCodeableConcept"])
            silent = one(ABSENT, it["statusReason"][0]) if it["status"] == "unknown" else None
            self.note("folate", time, silent or it["status"] != "not-taken")
            return
        period = it.get("effectivePeriod", {})
        dose = it["dosage"][0]["text"] if "dosage" in it else None
        (atc,) = codes(medicine)
        self.note("medicine", it["dateAsserted"], medicine["text"], atc, dose, period.get("start"), period.get("end"))

    def medicationadministration(self, it: Resource) -> None:
        assert codes(it["medicationCodeableConcept"]) == {"J06BB01"}
        visit = self.visits[it["context"]["reference"]]
        when = "birth" if "birth" in codes(visit["type"][0]) else visit["period"]["start"][:10]
        self.note("anti_d", when, it["status"] == "completed")

    def careplan(self, it: Resource) -> None:
        for activity in it["activity"]:
            self.note("wish", self.on(it), activity["detail"]["description"])

    def procedure(self, it: Resource) -> None:
        number = int(it["id"].rpartition("-")[2])
        self.note("child at", number, local(it["performedDateTime"]))
        self.note("child mode", number, one(MODES, it["code"]))
        if "note" in it:
            self.note("child note", number, it["note"][0]["text"])

    # ------------------------------------------------------------ observations

    def observation(self, it: Resource) -> None:
        shape = it["meta"]["profile"][0].partition("Observation-")[2]
        method = "o_" + shape.replace("-", "_")
        getattr(self, method, self.plain)(it)

    def plain(self, it: Resource) -> None:
        """Those that are one answer to one question."""
        if codes(it["code"]) & set(QUESTIONS):
            self.note(one(QUESTIONS, it["code"]), self.on(it), answer(it))
        elif codes(it["code"]) & set(COUNTS):
            self.note("count", one(COUNTS, it["code"]), answer(it))
        elif codes(it["code"]) & set(DISEASES):
            self.note("disease", one(DISEASES, it["code"]), answer(it))
        elif codes(it["code"]) & set(FIGURES):
            self.note("test", self.on(it), one(FIGURES, it["code"]), str(amount(it)))
        elif codes(it["code"]) & set(WORDS):
            value = answer(it)
            self.note("test", self.on(it), one(WORDS, it["code"]), value if isinstance(value, str) else one(ANSWERS, value))
        else:
            pytest.fail(f"nobody reads {it['id']}")

    def derived(self, it: Resource) -> None:
        """What follows from other facts; the tests of plausibility look at it."""

    o_gestational_age = o_gravida = o_parity = o_bmi = derived

    def o_last_menstrual_period(self, it: Resource) -> None:
        self.note("lmp", answer(it))

    def o_due_date(self, it: Resource) -> None:
        if codes(it["method"]) == {"corrected"}:
            self.note("corrected", self.on(it), it["valueDateTime"])
        if codes(it["method"]) == {"ultrasound"}:
            days = 283 - (date.fromisoformat(it["valueDateTime"]) - date.fromisoformat(self.on(it))).days
            self.note("scan", self.on(it), f"{days // 7}+{days % 7}")

    def o_assisted_conception(self, it: Resource) -> None:
        self.note("assisted", self.on(it), answer(it))
        transferred, age = part(it, "assisted-conception-date"), part(it, "embryo-age")
        if transferred is not None and age is not None:
            self.note("transfer", transferred["valueDateTime"], age["valueInteger"])

    def o_number_of_fetuses(self, it: Resource) -> None:
        self.note("fetuses_seen", self.on(it), it["valueInteger"])

    def o_obstetric_history(self, it: Resource) -> None:
        observations = [r for r in self.resources if r["resourceType"] == "Observation"]
        counts = [r for r in observations if codes(r["code"]) & {*COUNTS, "previous-pregnancy", "11996-6", "11977-6"}]
        assert {m["reference"] for m in it["hasMember"]} == {f"Observation/{r['id']}" for r in counts}

    def o_medication_frequency(self, it: Resource) -> None:
        self.note("medication_frequency", it["valueString"])

    def o_previous_pregnancy(self, it: Resource) -> None:
        number = int(it["id"].split("-previous-")[1].partition("-")[0])
        for code, key in {"pregnancy-ended": "ended", "pregnancy-course": "note"}.items():
            if found := part(it, code):
                self.note(f"earlier {key}", number, answer(found))
        if found := part(it, "63893-2"):
            self.note("earlier outcome", number, one(OUTCOMES, found["valueCodeableConcept"]))
        if found := part(it, "236973005"):
            self.note("earlier mode", number, one(MODES, found["valueCodeableConcept"]))
        if found := part(it, "18185-9"):
            self.note("earlier week", number, int(amount(found)) // 7)
        if found := part(it, "8339-4"):
            self.note("earlier weight", number, int(amount(found)))

    def o_habit(self, it: Resource) -> None:
        (time,) = codes(it["extension"][0]["valueCodeableConcept"])
        value = answer(it)
        often = value if isinstance(value, str) else one(OFTEN, value)
        daily = part(it, "daily-count")
        self.note("habit", time, one(HABITS, it["code"]), f"{often} {daily['valueInteger']}" if daily else often)

    def o_note(self, it: Resource) -> None:
        key = it["id"].split("-note-")[1].partition("-")[0]
        names = {
            "earlier": "earlier_note",
            "diseases": "disease_note",
            "family": "family_note",
            "medicines": "medicine_note",
            "habits": "habit_note",
            "cohabiting": "mother cohabiting_note",
            "birth": "birth_note",
        }
        dated = {"visit": "note", "lab": "lab_note"}
        if key in dated:
            self.note(dated[key], self.on(it), it["valueString"])
        else:
            self.note(names[key], it["valueString"])

    def o_employment(self, it: Resource) -> None:
        self.note("employment", self.on(it), answer(it) if "dataAbsentReason" in it else int(amount(it)))
        if found := part(it, "employed-last-6-months"):
            self.note("employed", self.on(it), answer(found))
        if found := part(it, "occupation"):
            self.note("mother occupation", found["valueString"])

    def o_bodyheight(self, it: Resource) -> None:
        self.note("before", "height", amount(it))

    def o_prepregnancyweight(self, it: Resource) -> None:
        self.note("before", "weight", amount(it))

    def o_bodyweight(self, it: Resource) -> None:
        self.note("weight", self.on(it), amount(it))

    def o_bloodpressure(self, it: Resource) -> None:
        parts = [part(it, "8480-6"), part(it, "8462-4")]
        self.note("pressure", self.on(it), "/".join(str(amount(p)) for p in parts if p))

    def o_fundal_height(self, it: Resource) -> None:
        self.note("fundal_height", self.on(it), amount(it))

    def o_urine_protein(self, it: Resource) -> None:
        self.note("protein", self.on(it), one(PROTEIN, it["valueCodeableConcept"]))

    def o_oedema(self, it: Resource) -> None:
        self.note("oedema", self.on(it), it["valueInteger"])

    def o_glucose_tolerance(self, it: Resource) -> None:
        for code, key in {"14771-0": "glucose_fasting", "14996-3": "glucose_two_hours"}.items():
            if found := part(it, code):
                self.note("test", self.on(it), key, str(amount(found)))

    def o_fetal_heart_rate(self, it: Resource) -> None:
        self.note("fetus heart", self.on(it), fetus_of(it), int(amount(it)))

    def o_fetal_movements(self, it: Resource) -> None:
        self.note("fetus movements", self.on(it), fetus_of(it), answer(it))

    def o_fetal_presentation(self, it: Resource) -> None:
        self.note("fetus lie", self.on(it), fetus_of(it), one(LIES, it["valueCodeableConcept"]))

    def o_ctg(self, it: Resource) -> None:
        self.note("fetus ctg", self.on(it), fetus_of(it), it["valueString"])

    def o_ultrasound(self, it: Resource) -> None:
        if "valueString" in it:
            self.note("fetus note", self.on(it), fetus_of(it), it["valueString"])
        if found := part(it, "11727-5"):
            self.note("fetus estimate", self.on(it), fetus_of(it), int(amount(found)))

    def o_fetal_rhesus_d(self, it: Resource) -> None:
        self.note("fetus rhd", self.on(it), fetus_of(it), one(ANSWERS, it["valueCodeableConcept"]))

    def o_birth_status(self, it: Resource) -> None:
        self.note("child status", fetus_of(it), one(OUTCOMES, it["valueCodeableConcept"]))

    def newborn(self, it: Resource) -> None:
        keys = {"8339-4": "weight", "89269-5": "length", "9843-4": "head", "9272-6": "apgar_1", "9274-2": "apgar_5"}
        number = int(it["subject"]["reference"].rpartition("-")[2])
        self.note(f"child {one(keys, it['code'])}", number, amount(it))

    o_newborn_weight = o_newborn_length = o_newborn_head_circumference = o_newborn_apgar_1 = o_newborn_apgar_5 = newborn


def test_every_fact_of_the_story_is_in_the_resources_and_nothing_else(pregnancy: Any, resources: list[Resource]):
    wanted, found = told_by(texts()[pregnancy.name]), Reader(resources).read()
    assert sum(wanted.values()) > 50
    assert {"lost": wanted - found, "invented": found - wanted} == {"lost": Counter(), "invented": Counter()}


def test_digits_are_kept_as_they_were_spelt(told: dict[str, list[Resource]]):
    weights = [str(r["valueQuantity"]["value"]) for r in told["normal"] if "-weight-w" in r["id"]]
    assert "62.60" in weights
    assert [str(r["valueQuantity"]["value"]) for r in told["normal"] if r["id"] == "normal-weight-before-w09"] == ["62.0"]


def test_yes_no_unknown_not_asked_and_declined_all_occur_and_stay_apart(told: dict[str, list[Resource]]):
    questions = [r for rs in told.values() for r in rs if r["resourceType"] == "Observation" and r["id"].find("-disease-") > 0]
    found = Counter(answer(r) for r in questions)
    assert set(found) == {True, False, "unknown", "not-asked", "declined"}
    for question in questions:
        assert ("valueBoolean" in question) != ("dataAbsentReason" in question)


@pytest.mark.parametrize("lost", ["Observation", "Condition", "MedicationStatement", "Procedure", "CarePlan", "Consent"])
def test_a_fact_that_is_lost_is_noticed(lost: str, told: dict[str, list[Resource]]):
    follows = ("-age-", "-bmi-", "-gravida-", "-parity-", "-due-lmp-", "-history-")
    for name in ("rhd-negative", "pre-eclampsia"):
        listed = [r for r in told[name] if not any(sign in r["id"] for sign in follows)]
        for gone in [r for r in listed if r["resourceType"] == lost and r["id"] != f"{name}-condition"][::6]:
            assert Reader([r for r in listed if r is not gone]).read() != told_by(texts()[name]), gone["id"]
