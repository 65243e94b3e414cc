"""``currentPregnancy``: last period, due dates, number of fetuses, conception, and what she was told. Source: public client."""

from __future__ import annotations

from typing import Any

from hit_maternity.dhg.mapping.due_dates import DueDates
from hit_maternity.dhg.mapping.facts import Fact, Observed, Table, observed
from hit_maternity.dhg.mapping.part import Resource
from hit_maternity.dhg.mapping.values import NOT_ASKED, Boolean, Component, Day, Integer


class _Conception(Boolean):
    """Whether she had assisted conception; day, way and age of the embryo belong to a yes."""

    def put(self, fact: Resource, value: Any) -> Resource:
        return {**Boolean.put(self, fact, value), **({"component": None} if value is False else {})}


def _asked(profile: str, text: str, *codes: str) -> Fact:
    return Fact(profile, "survey", codes, text, profile)


PART = Table(
    "currentPregnancy",
    (
        observed(
            "dateLastPeriod", Day(), _asked("last-menstrual-period", "Siste menstruasjons første dag", "loinc#8665-2", "sct#21840007")
        ),
        DueDates(),
        observed(
            "hasPrenatalDiagnosticsTests",
            Boolean(),
            _asked("prenatal-information", "Informasjon om fosterdiagnostikk er gitt", "card-item#prenatal-information"),
        ),
        observed("numberOfFetuses", Integer(), Fact("number-of-fetuses", "exam", ("sct#246435002",), "Antall foster", "number-of-fetuses")),
        Observed(
            _asked("assisted-conception", "Assistert befruktning", "sct#63487001"),
            {
                "assistedConception.hadAssistedConception": _Conception(absent=NOT_ASKED),
                "assistedConception.dateAssistedConception": Component(
                    Day(), ("card-item#assisted-conception-date",), "Dato for assistert befruktning"
                ),
            },
        ),
        observed("birthPreparationTalk", Boolean(), _asked("birth-talk", "Fødselsforberedende samtale", "sct#702396006")),
        observed("breastfeedingGuidance", Boolean(), _asked("breastfeeding-guidance", "Ammeveiledning", "sct#243094003")),
    ),
)
