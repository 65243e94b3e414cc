"""The three-way merge, fact by fact."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hit_maternity.ehr.bodies import decode, encode, normal, same
from hit_maternity.ehr.facts import LISTS, NOTHING, OBJECTS, TOGETHER, put_together, taken_apart
from hit_maternity.ehr.merging import changes, merge, resolved
from hit_maternity.ehr.national import TYPES

VALUES = st.one_of(
    st.booleans(),
    st.integers(0, 3),
    st.sampled_from([Decimal("1.10"), "text", {"code": "A"}, {"code": "A", "display": "a"}, {"code": "B"}]),
)


def bodies(resource_type: str) -> st.SearchStrategy[Any]:
    names = [name for group in TOGETHER.get(resource_type, ()) for name in group] + ["note", "other"]
    names += [NOTHING[resource_type]] if resource_type in NOTHING else []
    plain = st.dictionaries(st.sampled_from(names), VALUES, max_size=4)
    folate = st.dictionaries(st.sampled_from(["takenBefore", "takenDuring"]), st.booleans(), max_size=2)
    if resource_type in OBJECTS:
        plain = st.builds(lambda body, its: {**body, **({"folate": its} if its else {})}, plain, folate)
    lists = [(member, rule[0]) for (owner, member), rule in LISTS.items() if owner == resource_type]
    if not lists:
        return plain
    member, key = lists[0]
    keys = st.integers(1, 3) if "." not in key else st.sampled_from([{"code": "1"}, {"code": "2"}])
    entry = st.fixed_dictionaries({key.partition(".")[0]: keys}, optional={"note": st.sampled_from(["x", "y"]), "rate": st.integers(1, 2)})
    entries = st.lists(entry, max_size=3)
    return st.builds(lambda body, found: {**body, **({member: found} if found else {})}, plain, entries)


THREE = st.sampled_from(TYPES).flatmap(lambda it: st.tuples(st.just(it), bodies(it), bodies(it), bodies(it)))


@given(THREE)
def test_a_body_taken_apart_and_put_together_is_the_same(drawn: tuple[str, Any, Any, Any]) -> None:
    resource_type, body, other, _ = drawn
    facts, _ = taken_apart(resource_type, (body, other))
    assert same(put_together(facts, (body,)), normal(body))


@given(THREE)
def test_both_sides_merge_to_the_same_whoever_is_mine(drawn: tuple[str, Any, Any, Any]) -> None:
    resource_type, base, mine, theirs = drawn
    one, other = merge(resource_type, base, mine, theirs), merge(resource_type, base, theirs, mine)
    assert {it.path for it in one.conflicts} == {it.path for it in other.conflicts}
    if not one.conflicts:
        (a, b) = taken_apart(resource_type, (one.body, other.body))
        assert same(a, b)


@given(THREE)
def test_what_one_side_left_alone_is_taken_from_the_other(drawn: tuple[str, Any, Any, Any]) -> None:
    resource_type, base, mine, _ = drawn
    assert merge(resource_type, base, mine, base).conflicts == merge(resource_type, base, base, mine).conflicts == ()
    assert changes(resource_type, merge(resource_type, base, base, mine).body, mine) == {}
    assert changes(resource_type, merge(resource_type, base, mine, base).body, mine) == {}


@given(THREE)
def test_a_resolved_conflict_is_none_any_more(drawn: tuple[str, Any, Any, Any]) -> None:
    resource_type, base, mine, theirs = drawn
    conflicts = merge(resource_type, base, mine, theirs).conflicts
    chosen = resolved(resource_type, base, mine, theirs, {it.path: it.theirs for it in conflicts})
    assert merge(resource_type, theirs, chosen, theirs).conflicts == ()
    for it in conflicts:
        (facts, _, _, _) = taken_apart(resource_type, (chosen, base, mine, theirs))
        assert same(facts.get(it.path), it.theirs)


@pytest.mark.parametrize(
    ("resource_type", "base", "mine", "theirs", "path"),
    [
        (
            "antenatalAppointments",
            {"pregnancyWeek": 24},
            {"pregnancyWeek": 25},
            {"pregnancyWeek": 24, "daysAfterFullPregnancyWeek": 3},
            "+",
        ),
        ("vitalMeasurementsBeforePregnancy", {}, {"height": 170}, {"prePregnancyWeight": 60}, "height+prePregnancyWeight+bMI"),
        ("pointsOfContact", {}, {"midwife": {"name": "A"}}, {"midwife": {"hprNr": "1"}}, "midwife"),
        ("clinicalTests", {}, {"aboRh": {"aboType": "A"}}, {"aboRh": {"rhesusDType": "NEGATIVE"}}, "aboRh"),
    ],
)
def test_what_is_said_together_is_never_mixed(resource_type: str, base: Any, mine: Any, theirs: Any, path: str) -> None:
    (conflict,) = merge(resource_type, base, mine, theirs).conflicts
    assert path in conflict.path


def test_nothing_of_all_this_beside_something_of_it_is_a_conflict() -> None:
    merged = merge("medicalConditions", {}, {"nothingParticular": True}, {"diabetes": True})
    assert {it.path for it in merged.conflicts} == {"nothingParticular", "diabetes"}


def test_two_fetuses_are_told_apart_and_merge_each_by_itself() -> None:
    base = {"fetusesVitalSigns": [{"fosterId": 1, "fetalHeartRate": 140}, {"fosterId": 2}]}
    mine = {"fetusesVitalSigns": [{"fosterId": 2, "fetalHeartRate": 150}, {"fosterId": 1, "fetalHeartRate": 140}]}
    theirs = {"fetusesVitalSigns": [{"fosterId": 1, "fetalHeartRate": 141}, {"fosterId": 2}]}
    merged = merge("antenatalAppointments", base, mine, theirs)
    assert merged.conflicts == ()
    assert merged.body == {"fetusesVitalSigns": [{"fosterId": 1, "fetalHeartRate": 141}, {"fosterId": 2, "fetalHeartRate": 150}]}


def test_a_code_is_the_same_with_what_the_service_fills_in_and_not_with_another() -> None:
    filled = {"code": "NO", "display": "Norge", "codeSystem": "VOLVEN_9043"}
    assert same({"code": "NO"}, filled) and not same({"code": "SE"}, filled) and not same({"code": "NO", "display": "Noreg"}, filled)
    assert not same(True, 1) and same(Decimal("1.10"), Decimal("1.1")) and not same({"name": "a"}, {"name": "a", "hprNr": "1"})


def test_digits_survive() -> None:
    assert encode(decode('{"motherWeight":72.40}')) == '{"motherWeight":72.40}'


def test_nothing_of_all_this_and_something_of_it_are_in_conflict_whoever_is_mine() -> None:
    one, other = {"noneKnown": False, "other": True}, {"noneKnown": True}
    for mine, theirs in ((one, other), (other, one)):
        found = merge("geneticDisorders", {}, mine, theirs).conflicts
        assert sorted(it.path for it in found) == ["noneKnown", "other"]
    changed = merge("geneticDisorders", {"noneKnown": True}, one, {"noneKnown": True})
    assert (changed.body, changed.conflicts) == (one, ())
