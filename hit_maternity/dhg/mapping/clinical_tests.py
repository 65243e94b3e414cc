"""``clinicalTests``: haemoglobin, glucose, blood group, infections; of a test true is positive, false negative. Source: public client."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hit_maternity.dhg.mapping.facts import Fact, Observed, Table, note, observed
from hit_maternity.dhg.mapping.haemoglobin import Haemoglobin
from hit_maternity.dhg.mapping.part import Resource
from hit_maternity.dhg.mapping.values import UNKNOWN, Choice, Component, Effective, Quantity, Sign

#: Member to the kind of ``card/kinds.toml``, the words, and the codes of a new one.
_INFECTIONS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "hbv": ("hepatitis-b", "Hepatitt B s-antigen", ("loinc#5196-1",)),
    "hbvCore": ("hepatitis-b-core", "Hepatitt B kjerneantistoff", ("loinc#16933-4",)),
    "hiv": ("hiv", "HIV", ("nlk#NPU19649", "loinc#56888-1")),
    "syphilis": ("syphilis", "Syfilis", ("nlk#NPU03611", "loinc#24110-9")),
    "chlamydia": ("chlamydia", "Klamydia", ("nlk#NPU12331", "card-item#chlamydia")),
    "toxoplasmosis": ("toxoplasmosis", "Toksoplasmose", ("card-item#toxoplasmosis",)),
    "rubellaAntigen": ("rubella", "Rubella IgG", ("nlk#NPU12412", "loinc#8014-3")),
    "hepatitisC": ("hepatitis-c", "Hepatitt C-antistoff", ("nlk#NPU12033", "loinc#16128-1")),
    "mrsaVreEsbl": ("mrsa-vre-esbl", "MRSA/VRE/ESBL", ("card-item#mrsa-vre-esbl",)),
    "gonorrhea": ("gonorrhoea", "Gonoré", ("card-item#gonorrhoea", "loinc#691-6")),
    "cytomegaloVirus": ("cytomegalovirus", "Cytomegalovirus", ("card-item#cytomegalovirus",)),
    "asymptomaticBacteriuria": ("asymptomatic-bacteriuria", "Asymptomatisk bakteriuri", ("loinc#630-4", "sct#720406004")),
    "groupBStreptococci": ("group-b-streptococci", "Gruppe B-streptokokker", ("nlk#NPU18725", "loinc#11267-2")),
}
_ABO = Choice({"A": ("sct#112144000",), "B": ("sct#112149005",), "AB": ("sct#165743006",), "O": ("sct#58460004",)})
#: As documented; the public client reads ``POSITIVE`` too.
_RHESUS = Choice(
    {"POSTIVE": ("sct#165747007",), "NEGATIVE": ("sct#165746003",)},
    also={"sct#10828004": "POSTIVE", "volven-8340#T002": "POSTIVE", "sct#260385009": "NEGATIVE", "volven-8340#T008": "NEGATIVE"},
    other={"positive": "POSTIVE", "pos": "POSTIVE", "neg": "NEGATIVE"},
)
_FASTING = Component(Quantity("mmol/L"), ("loinc#14771-0", "nlk#NPU02192"), "Glukose, fastende")
_LATER = Component(Quantity("mmol/L"), ("loinc#14996-3", "nlk#NPU02192"), "Glukose etter to timer")


@dataclass(frozen=True, slots=True)
class _GlucoseLoad(Observed):
    """One load; without figures it says that they aren't known."""

    def content(self, fact: Resource, given: Mapping[str, Any]) -> Resource:
        content = Observed.content(self, fact, given)
        figures = {**fact, **content}.get("component")
        return {**content, "dataAbsentReason": None if figures else UNKNOWN} if content else content


def _lab(profile: str, kind: str, text: str, *codes: str) -> Fact:
    return Fact(profile, "laboratory", codes, text, kind)


PART = Table(
    "clinicalTests",
    (
        Haemoglobin(),
        observed("ferritin", Quantity("ug/L", "µg/L"), _lab("ferritin", "ferritin", "Ferritin", "nlk#NPU19763", "loinc#2276-4")),
        observed("aboRh.aboType", _ABO, _lab("blood-group", "blood-group", "ABO-blodtype", "nlk#NPU58582", "loinc#883-9")),
        observed("aboRh.rhesusDType", _RHESUS, _lab("rhesus-d", "rhesus-d", "RhD-blodtype", "nlk#NPU21917", "loinc#10331-7")),
        observed(
            "bloodAntibodies",
            Sign(),
            _lab("antibody-screen", "antibodies", "Blodtypeantistoff", "card-item#antibody-screen", "loinc#890-4"),
        ),
        *(observed(name, Sign(), _lab("infection-test", kind, text, *codes)) for name, (kind, text, codes) in _INFECTIONS.items()),
        observed("bHbA1c", Quantity("mmol/mol", whole=True), _lab("hba1c", "hba1c", "HbA1c", "nlk#NPU27300", "loinc#59261-8")),
        _GlucoseLoad(
            Fact("glucose-tolerance", "laboratory", ("sct#113076002",), "Glukosebelastning", "glucose-tolerance", by_issue=True),
            {
                "glucoseTolerance.fastingGlucoseLevel": _FASTING,
                "glucoseTolerance.post2hGlucoseLevel": _LATER,
                "glucoseTolerance.testDate": Effective(),
            },
        ),
        note("tests", text="Merknad til prøver"),
    ),
)
