"""Which of the programme's tasks the card shows to be done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from hit_maternity.maternity.card.collect import Card
from hit_maternity.maternity.card.elements import Resource, code_of, codes, extension, stands
from hit_maternity.maternity.card.moments import day_of
from hit_maternity.maternity.card.systems import code, system
from hit_maternity.maternity.card.systems import extension as own
from hit_maternity.maternity.facts import Facts

#: Tasks that are done once an Observation of a kind is there that was answered.
_ONCE: Mapping[str, tuple[str, ...]] = {
    "history": ("disease", "hereditary-disease"),
    "body-before-pregnancy": ("prepregnancyweight",),
    "blood-type": ("rhesus-d",),
    "hepatitis-b": ("hepatitis-b",),
    "hiv": ("hiv",),
    "syphilis": ("syphilis",),
    "hba1c": ("hba1c",),
    "ferritin": ("ferritin",),
    "fetal-rhd-typing": ("fetal-rhesus-d",),
}
#: Tasks that are done where the answer is yes.
_YES = {
    "fetal-diagnostics-information": "prenatal-information",
    "birth-talk": "birth-talk",
    "breastfeeding-guidance": "breastfeeding-guidance",
}
#: Tasks of a test that is taken again: the test, and from and to which day of pregnancy (both included) it is the one.
_AGAIN: Mapping[str, tuple[str, int, int]] = {
    "haemoglobin-first": ("haemoglobin", 0, 26 * 7 + 6),
    "haemoglobin-28": ("haemoglobin", 27 * 7, 44 * 7),
    "antibodies-first": ("antibodies", 0, 22 * 7 + 6),
    "antibodies-24": ("antibodies", 23 * 7, 27 * 7 + 6),
    "antibodies-32": ("antibodies", 31 * 7, 34 * 7 + 6),
    "antibodies-36": ("antibodies", 35 * 7, 44 * 7),
    "glucose-load": ("glucose-tolerance", 22 * 7, 44 * 7),
}
_FOLATE = frozenset((code("atc#B03BB01"), code("sct#792807003")))


def _answered(observations: Iterable[Resource], today: date) -> list[Resource]:
    """Those that say something, up to ``today``."""
    return [r for r in observations if stands(r) and "dataAbsentReason" not in r and ((day := day_of(r)) is None or day <= today)]


def _time_point(resource: Resource) -> str | None:
    return code_of(extension(resource, own("time-point")), system("time-point"))


def _folate(card: Card, facts: Facts) -> bool:
    return any(
        statement.get("status") in ("active", "completed") and _time_point(statement) == "during"
        for statement in card.of("MedicationStatement")
        if _FOLATE & set(codes(statement.get("medicationCodeableConcept")))
    )


_OTHER: Mapping[str, Callable[[Card, Facts], bool]] = {
    "folate": _folate,
    "survey": lambda card, facts: bool(card.of("QuestionnaireResponse")),
    "habits-first": lambda card, facts: any(_time_point(r) == "first-visit" for r in _answered(card.kind("habit"), facts.today)),
    "habits-36": lambda card, facts: any(_time_point(r) == "week-36" for r in _answered(card.kind("habit"), facts.today)),
    "anti-d-28": lambda card, facts: facts.rhesus.prophylaxis is True,
    "anti-d-after-birth": lambda card, facts: facts.rhesus.prophylaxis_after_birth is True,
}


def done_tasks(card: Card, facts: Facts) -> frozenset[str]:
    """Ids of the tasks that are done, as far as the card tells."""
    done = {task for task, kinds in _ONCE.items() if _answered(card.kind(*kinds), facts.today)}
    done |= {task for task, kind in _YES.items() if any(r.get("valueBoolean") is True for r in _answered(card.kind(kind), facts.today))}
    done |= {task for task, tells in _OTHER.items() if tells(card, facts)}
    for task, (kind, low, high) in _AGAIN.items():
        taken = (day for r in _answered(card.kind(kind), facts.today) if (day := day_of(r)) is not None)
        if any((age := facts.days_on(day)) is not None and low <= age <= high for day in taken):
            done.add(task)
    return frozenset(done)
