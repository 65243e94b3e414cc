"""The resource types of the national record by their wire names, in the order of the documentation."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from hit_maternity.dhg.models.antenatal_appointments import AntenatalAppointment
from hit_maternity.dhg.models.birth_status import BirthStatus
from hit_maternity.dhg.models.clinical_tests import ClinicalTests
from hit_maternity.dhg.models.current_pregnancy import CurrentPregnancy
from hit_maternity.dhg.models.fields import Body
from hit_maternity.dhg.models.genetic_disorders import GeneticDisorders
from hit_maternity.dhg.models.lifestyle_factors import LifestyleFactors
from hit_maternity.dhg.models.medical_conditions import MedicalConditions
from hit_maternity.dhg.models.medication import Medication
from hit_maternity.dhg.models.mother import Mother
from hit_maternity.dhg.models.points_of_contact import PointsOfContact
from hit_maternity.dhg.models.previous_pregnancies import PreviousPregnancies
from hit_maternity.dhg.models.rhesus_d_negative import RhesusDNegative
from hit_maternity.dhg.models.symphysis_fundal_heights import SymphysisFundalHeight
from hit_maternity.dhg.models.vital_measurements_before_pregnancy import VitalMeasurementsBeforePregnancy

#: The thirteen of the documentation, and ``birthStatus``, which only a public client of it knows.
TYPES: Mapping[str, type[Body]] = MappingProxyType(
    {
        "antenatalAppointments": AntenatalAppointment,
        "birthStatus": BirthStatus,
        "clinicalTests": ClinicalTests,
        "currentPregnancy": CurrentPregnancy,
        "geneticDisorders": GeneticDisorders,
        "lifestyleFactors": LifestyleFactors,
        "medicalConditions": MedicalConditions,
        "medication": Medication,
        "mother": Mother,
        "pointsOfContact": PointsOfContact,
        "previousPregnancies": PreviousPregnancies,
        "rhesusDNegative": RhesusDNegative,
        "symphysisFundalHeights": SymphysisFundalHeight,
        "vitalMeasurementsBeforePregnancy": VitalMeasurementsBeforePregnancy,
    }
)
#: Of these a record has a list, each item with an id of its own.
LISTS = frozenset(("antenatalAppointments", "symphysisFundalHeights"))
