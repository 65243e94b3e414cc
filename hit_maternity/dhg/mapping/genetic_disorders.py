"""``geneticDisorders``: lines of the card's box for hereditary diseases, an Observation each. Source: public client."""

from __future__ import annotations

from hit_maternity.dhg.mapping.diseases import line
from hit_maternity.dhg.mapping.facts import Fact, Table, note, observed
from hit_maternity.dhg.mapping.values import Boolean

PART = Table(
    "geneticDisorders",
    (
        line("noneKnown", "Ingen kjente arvelige sykdommer", "family-none-known"),
        observed("parentsAreRelatives", Boolean(), Fact("consanguinity", "survey", ("sct#842009",), "Foreldrene er i slekt")),
        line("hipDysplasia", "Hofteleddsdysplasi i familien", "family-hip-dysplasia"),
        line("other", "Annen arvelig sykdom", "family-other"),
        note("hereditary-diseases", text="Merknad til arvelige sykdommer"),
    ),
)
