"""``medicalConditions``: lines of the card's box for her own diseases, an Observation each. Source: public client."""

from __future__ import annotations

from hit_maternity.dhg.mapping.diseases import line
from hit_maternity.dhg.mapping.facts import Table, note

PART = Table(
    "medicalConditions",
    (
        line("nothingParticular", "Ikke noe spesielt", "nothing-particular"),
        line("heartDisease", "Hjertesykdom", "heart-disease", "sct#56265001"),
        line("highBloodPressure", "Høyt blodtrykk", "high-blood-pressure", "sct#38341003"),
        line("kidneyUrinaryTractDiseases", "Nyre- eller urinveissykdom", "kidney-urinary-tract"),
        line("diabetes", "Diabetes", "diabetes", "sct#73211009"),
        line("allergiesAsthma", "Allergi eller astma", "allergy-asthma"),
        line("epilepsy", "Epilepsi", "epilepsy", "sct#84757009"),
        line("thrombosis", "Blodpropp", "thrombosis", "sct#439127006"),
        line("autoimmuneDisease", "Autoimmun sykdom", "autoimmune-disease", "sct#85828009"),
        line("gynecologicalConditions", "Gynekologisk sykdom eller operasjon", "gynaecological"),
        line("mentalHealth", "Psykiske plager eller lidelser", "mental-health", "sct#74732009"),
        line("other", "Annen sykdom", "other"),
        note("own-diseases", text="Merknad til sykdommer"),
    ),
)
