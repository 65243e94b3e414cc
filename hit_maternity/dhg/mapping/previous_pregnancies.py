"""``previousPregnancies``: counts, an Observation each; the pregnancies one by one stand in FHIR only. Source: public client."""

from __future__ import annotations

from hit_maternity.dhg.mapping.facts import Fact, Observed, Table, note, observed
from hit_maternity.dhg.mapping.values import Integer


def _count(name: str, profile: str, text: str, *codes: str) -> Observed:
    return observed(name, Integer(), Fact(profile, "survey", codes, text, profile))


PART = Table(
    "previousPregnancies",
    (
        _count("numberOfPreviousPregnancies", "previous-pregnancies", "Antall tidligere svangerskap", "sct#246211005"),
        _count("numberOfPreviousLiveBirths", "live-births", "Antall levende fødte", "loinc#11636-8"),
        _count("spontaneousMiscarriages", "miscarriages", "Antall spontanaborter", "loinc#11614-5", "sct#248989003"),
        _count("stillBirths22weeks", "stillbirths", "Antall dødfødte etter 22 uker", "loinc#57062-2", "sct#252112002"),
        _count("numberOfEctopicPregnancies", "ectopic", "Antall svangerskap utenfor livmoren", "loinc#33065-4", "sct#440537001"),
        note("previous-pregnancies", text="Merknad til tidligere svangerskap"),
    ),
)
