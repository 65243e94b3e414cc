"""Where a ``CodeAndSystem`` stands in the bodies, and of which system its code is by default."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

#: Path in the body (``[]``: each entry of a list) to system, by resource type; ``None``: which one isn't known, so any is taken.
PLACES: Mapping[str, Mapping[str, str | None]] = MappingProxyType(
    {
        "antenatalAppointments": {"fetusesVitalSigns[].fetalPresentationLie": "VOLVEN_8534"},
        "birthStatus": {"birthStatus[].status": None},
        "lifestyleFactors": {
            "stimuli[].stimuliType": "VOLVEN_8536",
            "stimuli[].stimuliFrequencyFirstConsultation.stimuliFrequency": "VOLVEN_8537",
            "stimuli[].stimuliFrequencyAtWeek36.stimuliFrequency": "VOLVEN_8537",
        },
        "mother": {"language": "VOLVEN_3303", "countryOfBirth": "VOLVEN_9043"},
    }
)
