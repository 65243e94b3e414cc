"""``vitalMeasurementsBeforePregnancy``: height, weight before the pregnancy, body mass index.

Three Observations; whoever sends a body mass index is believed, as the national record isn't known to reckon it. Source: public client.
"""

from __future__ import annotations

from hit_maternity.dhg.mapping.facts import Fact, Table, observed
from hit_maternity.dhg.mapping.values import Quantity

_HEIGHT = Fact("bodyheight", "vital-signs", ("loinc#8302-2", "sct#1153637007"), "Høyde", "bodyheight")
_WEIGHT = Fact(
    "prepregnancyweight", "vital-signs", ("loinc#29463-7", "loinc#56077-1", "sct#27113001"), "Vekt før svangerskapet", "prepregnancyweight"
)
_BMI = Fact("bmi", "vital-signs", ("loinc#39156-5", "sct#60621009"), "KMI før svangerskapet", "bmi")

PART = Table(
    "vitalMeasurementsBeforePregnancy",
    (
        observed("height", Quantity("cm"), _HEIGHT),
        observed("prePregnancyWeight", Quantity("kg"), _WEIGHT),
        observed("bMI", Quantity("kg/m2"), _BMI),
    ),
)
