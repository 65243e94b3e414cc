"""The codes that make an Observation a vital sign, and the profile that it must then meet.

Source: https://hl7.org/fhir/R4/observation-vitalsigns.html: who records one of these "SHALL conform" to its profile, whether the
resource claims it or not. The code is the one that the profile requires ("magic value").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hit_maternity.fhir.definitions.model import CORE

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
