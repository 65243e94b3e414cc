"""Legal bodies of the parts that tell of her background: everything that may be registered, in any combination."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from hit_maternity.fhir.json import number

Body = dict[str, Any]

answers = st.booleans()
_letters = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn"), include_characters="\n\t") | st.sampled_from("abæøå ,.")


def texts(most: int) -> st.SearchStrategy[str]:
    """Text that says something."""
    return st.text(_letters, min_size=1, max_size=min(most, 30)).filter(lambda text: text.strip() != "")


def wholes(low: int, high: int) -> st.SearchStrategy[int]:
    return st.integers(low, high)


def measures(low: int, high: int) -> st.SearchStrategy[Any]:
    """Numbers as they may be spelt: whole, with decimals that end in a zero, with an exponent."""
    spelt = st.tuples(st.integers(low, high - 1), st.sampled_from(["", ".0", ".5", ".10", ".125", "00e-2"]))
    return spelt.map(lambda parts: number(f"{parts[0]}{parts[1]}"))


def coded(system: str, others: tuple[str, ...] = ()) -> st.SearchStrategy[Body]:
    """A code of a Volven number in each spelling, or of another system, or of none."""
    oid = f"2.16.578.1.12.4.1.1.{system.removeprefix('VOLVEN_')}"
    codes = st.sampled_from(["1", "NO", "no", "nb", "TOBACCO", "A B", "kode-æ"])
    systems = st.sampled_from([system, oid, f"urn:oid:{oid}", "urn:test", *others])
    return members({"code": codes, "display": texts(250), "codeSystem": systems}, always=("code",))


def members(each: Mapping[str, st.SearchStrategy[Any]], always: tuple[str, ...] = ()) -> st.SearchStrategy[Body]:
    """Objects with any of these members, in normal form."""
    fixed = {name: it for name, it in each.items() if name in always}
    return st.fixed_dictionaries(fixed, optional={name: it for name, it in each.items() if name not in always})


def filled(each: Mapping[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Body]:
    """The same, of which none is empty."""
    return members(each).filter(bool)


_person = {"name": texts(250), "organizationName": texts(250), "hprNr": st.sampled_from(["999000103", "7", "ukjent nr", "0123456789"])}
_often = filled({"stimuliFrequency": coded("VOLVEN_8537"), "dailyCount": wholes(0, 200)})
_habit_type = "https://hit-maternity.example/fhir/CodeSystem/habit-type"


def _kind(stimulus: Body) -> tuple[str, str]:
    type = stimulus.get("stimuliType", {"code": "", "codeSystem": ""})
    system = type.get("codeSystem", "VOLVEN_8536")
    return ("VOLVEN_8536" if system.endswith("8536") else system), type["code"]


_stimulus = filled(
    {
        "stimuliType": coded("VOLVEN_8536") | st.sampled_from(["snus", "alcohol"]).map(lambda it: {"code": it, "codeSystem": _habit_type}),
        "stimuliFrequencyFirstConsultation": _often,
        "stimuliFrequencyAtWeek36": _often,
    }
)

BODIES: dict[str, st.SearchStrategy[Body]] = {
    "mother": members(
        {
            "name": texts(250),
            "address": texts(500),
            "postNumber": texts(50),
            "postName": texts(250),
            "employedLast6Months": answers,
            "employmentPercentage": wholes(0, 100),
            "occupationAndIndustry": texts(250),
            "language": coded("VOLVEN_3303", ("urn:ietf:bcp:47",)).map(
                lambda it: it | {"code": "nb"} if it.get("codeSystem") == "urn:ietf:bcp:47" else it
            ),
            "countryOfBirth": coded("VOLVEN_9043"),
            "needsLanguageInterpreter": answers,
            "cohabitingCoparent": answers,
            "cohabitingCoparentNote": texts(4000),
        }
    ),
    "pointsOfContact": members(
        {
            "generalPractitioner": filled(_person | {"organizationId": st.sampled_from(["310002372", "ingen"])}),
            "midwife": filled(_person),
            "birthInstitute": texts(250),
            "maternityHealthcareCentre": texts(250),
        }
    ),
    "previousPregnancies": members(
        {
            "numberOfPreviousPregnancies": wholes(0, 40),
            "numberOfPreviousLiveBirths": wholes(0, 40),
            "spontaneousMiscarriages": wholes(0, 40),
            "stillBirths22weeks": wholes(0, 40),
            "numberOfEctopicPregnancies": wholes(0, 40),
            "note": texts(4000),
        }
    ),
    "geneticDisorders": members(
        {"noneKnown": answers, "parentsAreRelatives": answers, "hipDysplasia": answers, "other": answers, "note": texts(4000)}
    ),
    "medicalConditions": members(
        dict.fromkeys(
            (
                "nothingParticular", "heartDisease", "highBloodPressure", "kidneyUrinaryTractDiseases", "diabetes", "allergiesAsthma",
                "epilepsy", "thrombosis", "autoimmuneDisease", "gynecologicalConditions", "mentalHealth", "other",
            ),
            answers,
        )
        | {"note": texts(4000)}
    ),
    "medication": members(
        {
            "medicationFrequency": texts(250),
            "drugAllergy": answers,
            "folate": filled({"takenBefore": answers, "takenDuring": answers}),
            "note": texts(4000),
        }
    ),
    "lifestyleFactors": members(
        {"stimuli": st.lists(_stimulus, min_size=1, max_size=4, unique_by=_kind), "note": texts(4000)}
    ),
    "vitalMeasurementsBeforePregnancy": members(
        {"height": measures(100, 230), "prePregnancyWeight": measures(25, 350), "bMI": measures(8, 100)}
    ),
}  # fmt: skip
