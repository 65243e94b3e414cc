"""The codes that make an Observation a vital sign, and the profile that it must then meet.

Source: https://hl7.org/fhir/R4/observation-vitalsigns.html: who records one of these "SHALL conform" to its profile, whether the
resource claims it or not. The code is the one that the profile requires ("magic value").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hit_maternity.fhir.definitions.model import CORE
from hit_maternity.fhir.json import is_number

_LOINC = "http://loinc.org"

#: LOINC code -> the profile, after ``http://hl7.org/fhir/StructureDefinition/``.
PROFILES: Mapping[str, str] = {
    "85353-1": "vitalspanel",
    "9279-1": "resprate",
    "8867-4": "heartrate",
    "2708-6": "oxygensat",
    "8310-5": "bodytemp",
    "8302-2": "bodyheight",
    "9843-4": "headcircum",
    "29463-7": "bodyweight",
    "39156-5": "bmi",
    "85354-9": "bp",
}


def vital_sign_profile(observation: dict[str, Any]) -> str | None:
    """The canonical of the vital-sign profile that an Observation must meet by its code; None for any other Observation."""
    code = observation.get("code")
    codings = code.get("coding") if type(code) is dict else None
    for coding in codings if type(codings) is list else ():
        if type(coding) is dict and coding.get("system") == _LOINC and type(coding.get("code")) is str:
            name = PROFILES.get(coding["code"])
            if name is not None:
                return CORE + name
    return None


#: What a blood pressure may have for ``is_plain_pressure`` to look at it at all.
_PLAIN = frozenset(
    ("resourceType", "id", "meta", "identifier", "status", "category", "code", "subject", "encounter", "effectiveDateTime", "issued",
     "performer", "component", "note")
)  # fmt: skip
_PART = frozenset(("code", "valueQuantity"))
_PRESSURES = frozenset(("8480-6", "8462-4"))
_CATEGORY = ("http://terminology.hl7.org/CodeSystem/observation-category", "vital-signs")


def is_plain_pressure(observation: dict[str, Any]) -> bool:
    """Whether a blood pressure is of the commonest form and surely meets its profile: one category, one code, systolic and diastolic with
    their unit, nothing that the profile speaks of otherwise. No says nothing. It spares the commonest write of all the walk through the
    profile; a test holds it equal to the profile."""
    if not _PLAIN.issuperset(observation):
        return False
    subject, moment, parts = observation.get("subject"), observation.get("effectiveDateTime"), observation.get("component")
    if type(moment) is not str or len(moment) < 10 or type(subject) is not dict or type(parts) is not list or len(parts) != 2:
        return False
    if not str(subject.get("reference")).startswith("Patient/") or _coded(observation.get("code")) != (_LOINC, "85354-9"):
        return False
    categories = observation.get("category")
    if type(categories) is not list or len(categories) != 1 or _coded(categories[0]) != _CATEGORY:
        return False
    return {code for part in parts if (code := _pressure(part)) is not None} == _PRESSURES


def _coded(concept: Any) -> tuple[Any, Any] | None:
    """System and code of a concept with one coding; None for any other."""
    listed = concept.get("coding") if type(concept) is dict else None
    coding = listed[0] if type(listed) is list and len(listed) == 1 else None
    if type(coding) is not dict or "extension" in coding or "_code" in coding or "_system" in coding:
        return None
    return coding.get("system"), coding.get("code")


def _pressure(part: Any) -> str | None:
    """The LOINC code of a component that has a whole pressure in mm[Hg]; None for any other."""
    if type(part) is not dict or part.keys() != _PART:
        return None
    coded, amount = _coded(part["code"]), part["valueQuantity"]
    if coded is None or coded[0] != _LOINC or type(amount) is not dict or amount.keys() != {"value", "unit", "system", "code"}:
        return None
    if (
        amount["system"] != "http://unitsofmeasure.org"
        or amount["code"] != "mm[Hg]"
        or type(amount["unit"]) is not str
        or not is_number(amount["value"])
    ):
        return None
    return coded[1] if type(coded[1]) is str else None
