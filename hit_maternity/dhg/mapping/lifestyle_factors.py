"""``lifestyleFactors``: habits at the first consultation and in week 36, in the order in which they were sent. Source: public client.

Volven 8536 and 8537 are kept as they are received; what they mean isn't public. Habits before the pregnancy, and reasons why there is no
answer, stand in FHIR only.
"""

from __future__ import annotations

from collections.abc import Iterable

from hit_maternity.dhg.mapping.facts import note
from hit_maternity.dhg.mapping.habits import (
    BARE,
    TIMES,
    Habit,
    all_habits,
    is_habit,
    key_of,
    often,
    placed,
    position_of,
    shown_of,
    time_point,
    told,
    type_concept,
    type_of,
)
from hit_maternity.dhg.mapping.part import Body, Resource
from hit_maternity.dhg.mapping.pregnancy import Pregnancy, changed, retracted
from hit_maternity.fhir.json import equal

_NOTE = note("habits", text="Merknad til levevaner")


class LifestyleFactors:
    """The part."""

    name = "lifestyleFactors"

    def read(self, pregnancy: Pregnancy) -> Body | None:
        stimuli = [habit.body() for habit in shown_of(all_habits(pregnancy))]
        return {**({"stimuli": stimuli} if stimuli else {}), **_NOTE.read(pregnancy)} or None

    def write(self, pregnancy: Pregnancy, body: Body) -> list[Resource]:
        remark = _NOTE.write(pregnancy, {"note": body.get("note")})
        wanted = body.get("stimuli", [])
        there = all_habits(pregnancy)
        if equal([habit.body() for habit in shown_of(there)], wanted):
            return remark
        known = {habit.key: habit for habit in there}
        changes: list[Resource] = []
        for stimulus in wanted:
            key = key_of(stimulus.get("stimuliType"))
            changes += self._one(pregnancy, known.pop(key, Habit(key)), stimulus)
        changes += [retracted(fact) for habit in known.values() for fact in habit.all_shown()]
        return [*self._ordered(pregnancy, changes, wanted), *remark]

    def touched(self, resource: Resource) -> Iterable[str]:
        return ("",) if is_habit(resource) or _NOTE.fits(resource) else ()

    def _one(self, pregnancy: Pregnancy, habit: Habit, stimulus: Body) -> list[Resource]:
        """What makes a habit read as ``stimulus``."""
        type = stimulus.get("stimuliType")
        wanted: dict[str, Body] = {time: stimulus[name] for name, time in TIMES.items() if name in stimulus} or {BARE: {}}
        changes: list[Resource] = []
        for time in (*TIMES.values(), BARE):
            fact = habit.newest(time)
            if time not in wanted:
                changes += [retracted(shown) for shown in habit.upto_silent(time)]
            elif fact is None:
                changes.append(self._new(pregnancy, type, time, wanted[time]))
            else:
                changes += self._changed(fact, type, wanted[time])
        return changes

    def _changed(self, fact: Resource, type: Body | None, wanted: Body) -> list[Resource]:
        content: Resource = {}
        if not equal(type_of(fact), type):
            content["code"] = type_concept(type)
        if not equal(told(fact), wanted):
            content |= often(fact, wanted)
        elif content and "dataAbsentReason" in fact:
            content["dataAbsentReason"] = fact["dataAbsentReason"]
        return [changed(fact, **content)] if content else []

    def _new(self, pregnancy: Pregnancy, type: Body | None, time: str, wanted: Body) -> Resource:
        extensions = [pregnancy.of_record(), time_point(time)]
        return pregnancy.observation("habit", "social-history", type_concept(type), extension=extensions, **often({}, wanted))

    def _ordered(self, pregnancy: Pregnancy, changes: list[Resource], wanted: list[Body]) -> list[Resource]:
        """The changes, with positions where the habits wouldn't come in the order that is wanted."""
        after = shown_of(all_habits(pregnancy.after(changes)))
        keys = [key_of(stimulus.get("stimuliType")) for stimulus in wanted]
        if [habit.key for habit in after] == keys:
            return changes
        made = {change["id"]: change for change in changes}
        for habit in after:
            place = keys.index(habit.key) + 1
            made |= {fact["id"]: placed(fact, place) for fact in habit.shown().values() if position_of(fact) != place}
        return list(made.values())


PART = LifestyleFactors()
