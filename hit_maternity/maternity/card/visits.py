"""The visits of the card: who came when for what, and what was found of the woman and of each fetus."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

from hit_maternity.maternity.card.collect import Card
from hit_maternity.maternity.card.elements import Identity, Resource, amount, code_of, codes, component, items, stands, tail
from hit_maternity.maternity.card.moments import day_of
from hit_maternity.maternity.card.people import fetuses, numbers_of
from hit_maternity.maternity.card.systems import Code, code, system
from hit_maternity.maternity.facts import Consultation, FetalSigns
from hit_maternity.maternity.fetus import Lie
from hit_maternity.maternity.measures import BloodPressure, UrineProtein
from hit_maternity.maternity.visits import Attendance

T = TypeVar("T")


def _coded(table: Mapping[str, T]) -> Mapping[Code, T]:
    return {code(short): value for short, value in table.items()}


#: Encounters that took place, or are taking place.
HELD = frozenset(("arrived", "triaged", "in-progress", "onleave", "finished"))
#: Kind of visit (visit-kind) to kind of the programme, and the programme's visit it was, where the kind tells.
PROGRAMME: Mapping[str, tuple[str, str | None]] = {
    "first": ("consultation", None),
    "routine": ("consultation", None),
    "extra": ("consultation", None),
    "post-term": ("consultation", "post-term"),
    "ultrasound": ("ultrasound", None),
    "postpartum": ("postnatal", None),
}
#: The same for visits that only carry a SNOMED code.
_STANDARD = _coded({"sct#424441002": "first", "sct#133906008": "postpartum", "sct#236973005": "birth", "sct#424619006": "routine"})
_PROTEIN = _coded({
    "volven-8340#T008": UrineProtein.NEGATIVE, "volven-8340#T052": UrineProtein.TRACE, "volven-8340#T048": UrineProtein.ONE,
    "volven-8340#T049": UrineProtein.TWO, "volven-8340#T050": UrineProtein.THREE, "sct#167273002": UrineProtein.NEGATIVE,
    "sct#167274008": UrineProtein.TRACE, "sct#167275009": UrineProtein.ONE, "sct#167276005": UrineProtein.TWO,
    "sct#167277001": UrineProtein.THREE, "sct#167278006": UrineProtein.THREE,
})  # fmt: skip
_LIES = _coded({
    "sct#1209182005": Lie.CEPHALIC, "sct#70028003": Lie.CEPHALIC, "sct#6096002": Lie.BREECH, "sct#73161006": Lie.TRANSVERSE,
    "sct#63750008": Lie.OBLIQUE,
})  # fmt: skip
#: Reduced movements are felt ones: the rule of no movements isn't theirs.
_MOVEMENTS = _coded({"sct#289431008": True, "sct#276369006": True, "sct#249038009": False})


def _named(concept: object, table: Mapping[Code, T]) -> T | None:
    """What the first known code of a concept stands for."""
    return next((table[c] for c in codes(concept) if c in table), None)


def visit_kind(encounter: Resource) -> str | None:
    """The kind of a visit (a code of visit-kind), also where only a SNOMED code tells it; ``None`` where nothing does."""
    types = items(encounter, "type")
    told = next((c for t in types if (c := code_of(t, system("visit-kind")))), None)
    return told or next((kind for t in types if (kind := _named(t, _STANDARD))), None)


def attendances(card: Card) -> tuple[Attendance, ...]:
    """The visits that took place, as the programme knows them; stays in hospital are none of it."""
    found = []
    for encounter in card.of("Encounter"):
        kind, on = PROGRAMME.get(visit_kind(encounter) or ""), day_of(encounter)
        if kind is not None and on is not None and encounter.get("status") in HELD:
            found.append(Attendance(on, *kind))
    return tuple(found)


@dataclass(slots=True)
class _Findings:
    """What was found at one visit on one day, as it is gathered."""

    on: date
    kind: str
    pressures: list[BloodPressure] = field(default_factory=list)
    protein: UrineProtein | None = None
    weight: Decimal | None = None
    hearts: dict[int, int] = field(default_factory=dict)
    movements: dict[int, bool] = field(default_factory=dict)
    lies: dict[int, Lie] = field(default_factory=dict)

    def consultations(self) -> list[Consultation]:
        """One for each reading of the blood pressure, as it may be taken again; the urine is judged with each, the rest stands once."""
        numbers = sorted({*self.hearts, *self.movements, *self.lies})
        signs = tuple(FetalSigns(n, self.hearts.get(n), self.movements.get(n), self.lies.get(n)) for n in numbers)
        first = Consultation(self.on, self.pressures[0] if self.pressures else None, self.protein, self.weight, signs, self.kind)
        again = [Consultation(self.on, pressure, self.protein, kind=self.kind) for pressure in self.pressures[1:]]
        return [c for c in (first, *again) if c != Consultation(self.on, kind=self.kind)]


def _rounded(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_HALF_UP))


def read_pressure(observation: Resource) -> BloodPressure | None:
    """A blood pressure in mmHg; ``None`` where either part is missing."""
    parts = (component(observation, code(short)) for short in ("loinc#8480-6", "loinc#8462-4"))
    systolic, diastolic = (amount(part, "mm[Hg]") for part in parts)
    return None if systolic is None or diastolic is None else BloodPressure(_rounded(systolic), _rounded(diastolic))


def read_protein(observation: Resource) -> UrineProtein | None:
    """The grade of protein in the urine; what is above 3+ counts as that."""
    return _named(observation.get("valueCodeableConcept"), _PROTEIN)


def read_movements(observation: Resource) -> bool | None:
    """Whether she feels the fetus move; reduced movements are felt ones."""
    told = observation.get("valueBoolean")
    return told if isinstance(told, bool) else _named(observation.get("valueCodeableConcept"), _MOVEMENTS)


def _of_woman(findings: _Findings, kind: str, observation: Resource) -> None:
    if kind == "bloodpressure" and (pressure := read_pressure(observation)) is not None:
        findings.pressures.append(pressure)
    elif kind == "urine-protein":
        findings.protein = found if (found := read_protein(observation)) is not None else findings.protein
    elif kind == "bodyweight" and (weight := amount(observation, "kg")) is not None:
        findings.weight = weight


def _of_fetus(findings: _Findings, kind: str, observation: Resource, number: int) -> None:
    if kind == "fetal-heart-rate" and (rate := amount(observation, "/min")) is not None:
        findings.hearts[number] = _rounded(rate)
    elif kind == "fetal-movements" and (felt := read_movements(observation)) is not None:
        findings.movements[number] = felt
    elif kind == "fetal-presentation" and (lie := _named(observation.get("valueCodeableConcept"), _LIES)) is not None:
        findings.lies[number] = lie


_WOMAN = frozenset(("bloodpressure", "urine-protein", "bodyweight"))
_FETUS = frozenset(("fetal-heart-rate", "fetal-movements", "fetal-presentation"))


def consultations(card: Card) -> tuple[Consultation, ...]:
    """What was found at each visit, by visit and day, in order of time; also what was measured at no visit."""
    gathered: dict[tuple[str, date], _Findings] = {}
    numbered: dict[Identity, int] = fetuses(card)
    kinds = {f"Encounter/{e['id']}": PROGRAMME.get(visit_kind(e) or "", ("stay", None))[0] for e in card.of("Encounter")}
    for kind, observation in card.kinds(*_WOMAN, *_FETUS):
        on = day_of(observation)
        if on is None or not stands(observation):
            continue
        visit = observation.get("encounter")
        place = tail(visit.get("reference")) if isinstance(visit, dict) else ""
        findings = gathered.setdefault((place, on), _Findings(on, kinds.get(place, "none")))
        if kind in _WOMAN:
            _of_woman(findings, kind, observation)
        for number in _numbers(numbered, observation) if kind in _FETUS else ():
            _of_fetus(findings, kind, observation, number)
    return tuple(c for findings in gathered.values() for c in findings.consultations())


def _numbers(numbered: dict[Identity, int], observation: Resource) -> list[int]:
    """The fetuses a fact is about; where it names none and there is but one, that one."""
    if items(observation, "focus"):
        return numbers_of(numbered, observation)
    return [1] if len(numbered) <= 1 else []
