"""One EHR, or two, against the national record: what is sent, what is read, what waits."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hit_maternity.ehr.desk import NotPossible
from hit_maternity.ehr.lock import Busy, alone
from tests.ehr.conftest import NIN, Ehr
from tests.ehr.national import World

VISIT = {"appointmentDate": "2026-03-01", "motherWeight": 72, "bloodPressure": "118/76"}


def calls(world: World, *names: str) -> int:
    return sum(name in names for name, _, _ in world.log)


@pytest.fixture
def pair(ehr_of: Callable[..., Ehr]) -> tuple[Ehr, Ehr]:
    """A midwife's and a doctor's EHR, at the same record."""
    midwife, doctor = ehr_of("midwife"), ehr_of("doctor")
    for it in (midwife, doctor):
        it.desk.open(1)
        assert it.run().complete
    return midwife, doctor


def test_opening_makes_a_record_where_there_is_none_and_finds_it_where_there_is_one(pair: tuple[Ehr, Ehr], world: World) -> None:
    assert calls(world, "create_record") == 1
    assert {it.local.patients.all()[0].record_id for it in pair} == {world.woman(NIN).records[0].id}


def test_nothing_is_read_while_nothing_changed(ehr: Ehr, world: World) -> None:
    before = calls(world, "record")
    assert ehr.run().complete and ehr.run().complete
    assert calls(world, "record") == before


def test_a_visit_is_sent_once_and_keeps_its_digits(pair: tuple[Ehr, Ehr], world: World) -> None:
    from decimal import Decimal

    midwife, doctor = pair
    midwife.desk.add_item(1, "antenatalAppointments", {**VISIT, "motherWeight": Decimal("72.40")})
    assert midwife.run().sent == 1
    assert doctor.run().read == 1
    assert str(doctor.part("antenatalAppointments").mine["motherWeight"]) == "72.40"
    assert midwife.run().sent == 0 and calls(world, "create") == 1


def test_changes_of_different_members_merge_by_themselves(pair: tuple[Ehr, Ehr], world: World) -> None:
    midwife, doctor = pair
    midwife.desk.write(1, "mother", {"name": "A B", "language": {"code": "nb"}})
    midwife.run()
    doctor.run()
    midwife.desk.write(1, "mother", {"occupationAndIndustry": "teacher"})
    doctor.desk.write(1, "mother", {"countryOfBirth": {"code": "NO"}})
    assert midwife.run().complete and doctor.run().complete and midwife.run().complete
    expected = {
        "name": "A B",
        "language": {"code": "nb"},
        "occupationAndIndustry": "teacher",
        "countryOfBirth": {"code": "NO", "display": "Norge", "codeSystem": "VOLVEN_9043"},
    }
    assert midwife.part("mother").mine == doctor.part("mother").mine == expected


def test_the_same_member_changed_on_both_sides_waits_for_a_human(pair: tuple[Ehr, Ehr], world: World) -> None:
    midwife, doctor = pair
    midwife.desk.write(1, "clinicalTests", {"hemoglobin": 12, "hiv": False})
    midwife.run()
    doctor.run()
    midwife.desk.write(1, "clinicalTests", {"hemoglobin": 13})
    doctor.desk.write(1, "clinicalTests", {"hemoglobin": 11, "syphilis": False})
    midwife.run()
    outcome = doctor.run()
    assert (outcome.conflicts, outcome.sent) == (1, 0)
    (conflict,) = doctor.desk.conflicts(doctor.part("clinicalTests"))
    assert (conflict.path, conflict.base, conflict.mine, conflict.theirs) == ("hemoglobin", 12, 11, 13)
    assert world.woman(NIN).records[0].content()["clinicalTests"]["hemoglobin"] == 13
    doctor.desk.resolve(doctor.part("clinicalTests").id, {"hemoglobin": 14})
    assert doctor.run().complete and midwife.run().complete
    assert midwife.part("clinicalTests").mine == {"hemoglobin": 14, "hiv": False, "syphilis": False}


@pytest.mark.parametrize(("choice", "kept"), [("mine", 11), ("theirs", 13)])
def test_a_conflict_is_resolved_by_one_word(pair: tuple[Ehr, Ehr], choice: str, kept: int) -> None:
    midwife, doctor = pair
    midwife.desk.write(1, "clinicalTests", {"hemoglobin": 13})
    doctor.desk.write(1, "clinicalTests", {"hemoglobin": 11})
    assert midwife.run().complete and doctor.run().conflicts == 1
    doctor.desk.resolve(doctor.part("clinicalTests").id, choice)
    assert doctor.run().complete and midwife.run().complete
    assert midwife.part("clinicalTests").mine == doctor.part("clinicalTests").mine == {"hemoglobin": kept}


def test_what_one_struck_and_the_other_changed_is_a_conflict_and_mine_is_entered_anew(pair: tuple[Ehr, Ehr], world: World) -> None:
    midwife, doctor = pair
    midwife.desk.add_item(1, "antenatalAppointments", VISIT)
    midwife.run()
    doctor.run()
    midwife.desk.remove_item(midwife.part("antenatalAppointments").id)
    doctor.desk.change_item(doctor.part("antenatalAppointments").id, {"edema": 2})
    assert midwife.run().complete and doctor.run().conflicts == 1
    doctor.desk.resolve(doctor.part("antenatalAppointments").id, "mine")
    assert doctor.run().complete and midwife.run().complete
    assert list(world.woman(NIN).records[0].content()["antenatalAppointments"].values()) == [{**VISIT, "edema": 2}]
    assert midwife.content() == doctor.content()


def test_what_i_struck_and_they_changed_is_a_conflict_and_mine_strikes_it(pair: tuple[Ehr, Ehr], world: World) -> None:
    midwife, doctor = pair
    midwife.desk.add_item(1, "antenatalAppointments", VISIT)
    midwife.run()
    doctor.run()
    doctor.desk.change_item(doctor.part("antenatalAppointments").id, {"edema": 2})
    midwife.desk.remove_item(midwife.part("antenatalAppointments").id)
    assert doctor.run().complete and midwife.run().conflicts == 1
    midwife.desk.resolve(midwife.part("antenatalAppointments").id, "mine")
    assert midwife.run().complete and doctor.run().complete
    assert world.woman(NIN).records[0].content()["antenatalAppointments"] == {}


def test_a_struck_item_that_is_not_shown_any_more_counts_as_struck(pair: tuple[Ehr, Ehr], world: World) -> None:
    world.hides_deleted = True
    midwife, doctor = pair
    midwife.desk.add_item(1, "antenatalAppointments", VISIT)
    midwife.run()
    doctor.run()
    midwife.desk.remove_item(midwife.part("antenatalAppointments").id)
    assert midwife.run().complete and doctor.run().complete
    assert doctor.part("antenatalAppointments").state == "struck"


@pytest.mark.parametrize("fault", ["offline", "dropped", "lost", "failed"])
@pytest.mark.parametrize("call", ["create", "update", "update_item", "delete_item", "create_record", "update_status", "record", "status"])
def test_whatever_is_lost_on_the_way_everything_is_done_once(ehr: Ehr, world: World, fault: str, call: str) -> None:
    ehr.desk.write(1, "mother", {"name": "A"})
    ehr.desk.add_item(1, "antenatalAppointments", VISIT)
    if call != "create":
        assert ehr.run().complete
    if call == "update":
        ehr.desk.write(1, "mother", {"name": "B"})
    elif call == "update_item":
        ehr.desk.change_item(ehr.part("antenatalAppointments").id, {"edema": 1})
    elif call == "delete_item":
        ehr.desk.remove_item(ehr.part("antenatalAppointments").id)
    elif call == "update_status":
        ehr.desk.end(1, deliveryDate="2026-03-01", liveBirth=True)
    elif call == "create_record":
        ehr.desk.add_patient("01815000125")
        ehr.desk.open(2)
    elif call in ("record", "status"):
        ehr.desk.write(1, "mother", {"name": "B"})
    ehr.service.faults, ehr.service.only = [fault], (call,)
    first = ehr.sync.run(eager=True)
    assert ehr.service.faults == [] and any(it.words for it in first)
    ehr.clock.move(3600)
    assert all(it.complete for it in ehr.sync.run())
    record = world.woman(NIN).records[0]
    assert len(record.items["antenatalAppointments"]) == 1
    made = max(len(it.versions) for it in (*record.single.values(), *record.items["antenatalAppointments"].values()))
    assert made == (1 if call in ("create", "create_record", "update_status") else 2)
    assert record.content() == ehr.content()
    assert (record.status["status"] == "TERMINATED") == (call == "update_status")
    assert len(world.woman("01815000125").records) == (call == "create_record")


def test_a_lost_write_that_others_built_upon_is_known_by_the_history(pair: tuple[Ehr, Ehr], world: World) -> None:
    midwife, doctor = pair
    midwife.desk.write(1, "clinicalTests", {"hemoglobin": 12})
    midwife.service.faults, midwife.service.only = ["lost"], ("create",)
    assert midwife.run().words
    doctor.run()
    doctor.desk.write(1, "clinicalTests", {"hemoglobin": 13})
    assert doctor.run().complete
    assert midwife.run().complete
    assert midwife.part("clinicalTests").mine == {"hemoglobin": 13}


def test_without_a_history_it_is_a_conflict_rather_than_a_guess(pair: tuple[Ehr, Ehr], world: World) -> None:
    world.history = False
    midwife, doctor = pair
    midwife.desk.write(1, "clinicalTests", {"hemoglobin": 12})
    midwife.service.faults, midwife.service.only = ["lost"], ("create",)
    midwife.run()
    doctor.run()
    doctor.desk.write(1, "clinicalTests", {"hemoglobin": 13})
    doctor.run()
    assert midwife.run().conflicts == 1


def test_the_same_visit_entered_by_somebody_else_is_not_taken_for_a_lost_one(pair: tuple[Ehr, Ehr], world: World) -> None:
    midwife, doctor = pair
    midwife.desk.add_item(1, "antenatalAppointments", VISIT)
    midwife.service.faults, midwife.service.only = ["dropped"], ("create",)
    midwife.run()
    doctor.desk.add_item(1, "antenatalAppointments", VISIT)
    doctor.run()
    assert midwife.run().complete
    assert len(world.woman(NIN).records[0].items["antenatalAppointments"]) == 2


def test_a_lost_item_that_was_edited_here_and_there_meanwhile_is_one_item(pair: tuple[Ehr, Ehr], world: World) -> None:
    midwife, doctor = pair
    midwife.desk.add_item(1, "antenatalAppointments", VISIT)
    midwife.service.faults, midwife.service.only = ["lost"], ("create",)
    midwife.run()
    midwife.desk.change_item(midwife.part("antenatalAppointments").id, {"edema": 1})
    doctor.run()
    doctor.desk.change_item(doctor.part("antenatalAppointments").id, {"note": "seen"})
    doctor.run()
    assert midwife.run().complete and doctor.run().complete
    (item,) = world.woman(NIN).records[0].content()["antenatalAppointments"].values()
    assert item == {**VISIT, "edema": 1, "note": "seen"}


def test_a_lost_item_that_was_taken_away_here_meanwhile_is_struck(ehr: Ehr, world: World) -> None:
    ehr.desk.add_item(1, "antenatalAppointments", VISIT)
    ehr.service.faults, ehr.service.only = ["lost"], ("create",)
    ehr.run()
    ehr.desk.remove_item(ehr.part("antenatalAppointments").id)
    assert ehr.run().complete
    assert world.woman(NIN).records[0].content()["antenatalAppointments"] == {}


def test_offline_it_waits_longer_each_time_and_never_longer_than_the_bound(ehr: Ehr) -> None:
    ehr.desk.write(1, "mother", {"name": "A"})
    waits = []
    for _ in range(14):
        ehr.service.faults, ehr.service.only = ["offline"], ("create",)
        assert ehr.run(eager=True).words == "The national record doesn't answer."
        (intent,) = ehr.local.outbox.of(1)
        from datetime import datetime

        waits.append((datetime.fromisoformat(intent.next_try or "") - ehr.clock.moment).total_seconds())
    assert 2.5 <= waits[0] <= 5 and 450 <= waits[-1] <= 900 and waits[4] > waits[0]
    assert ehr.run(eager=False).sent == 0
    ehr.clock.move(900)
    assert ehr.run(eager=False).sent == 1


def test_after_429_no_call_at_all_is_made_before_the_server_wants_it(ehr: Ehr, world: World) -> None:
    ehr.desk.write(1, "mother", {"name": "A"})
    ehr.service.faults = ["slow"]
    ehr.run()
    done = len(world.log)
    ehr.clock.move(29)
    assert "asked to wait" in (ehr.run(eager=True).words or "") and len(world.log) == done
    ehr.clock.move(7)
    assert ehr.run().complete


def test_the_login_is_renewed_once_in_a_run(ehr: Ehr) -> None:
    ehr.desk.write(1, "mother", {"name": "A"})
    ehr.service.faults = ["login"]
    assert ehr.run().complete and ehr.service.renewed == 1
    ehr.desk.write(1, "mother", {"name": "B"})
    ehr.service.faults = ["login", "login"]
    assert ehr.run().words == "The national record doesn't take the login (AUTH-0010)."
    assert ehr.service.renewed == 2
    assert ehr.run().complete


def test_what_no_retry_mends_is_parked_with_words_and_holds_nothing_else_up(ehr: Ehr, world: World) -> None:
    ehr.desk.write(1, "mother", {"faulty": 1})
    ehr.desk.write(1, "medication", {"drugAllergy": False})
    outcome = ehr.run()
    assert (outcome.parked, outcome.sent) == (1, 1)
    (intent,) = ehr.local.outbox.of(1)
    assert intent.error == "The national record finds faults in it (DHG-0012): faulty unknown-member (No such member.)"
    ehr.clock.move(86400)
    assert ehr.run().sent == 0
    ehr.desk.write(1, "mother", {"faulty": None, "name": "A"})
    assert ehr.run().complete


def test_what_is_parked_can_be_given_up_and_stays_in_the_own_journal(ehr: Ehr) -> None:
    ehr.desk.write(1, "mother", {"faulty": 1})
    ehr.run()
    ehr.desk.discard(ehr.local.outbox.of(1)[0].id)
    assert ehr.run().complete and [it.facts for it in ehr.local.journal.entries(1)] == [{"faulty": 1}]


def test_the_last_version_is_told_rather_than_tried_for_ever(ehr: Ehr, world: World) -> None:
    ehr.desk.write(1, "mother", {"name": "A"})
    ehr.run()
    thing = world.woman(NIN).records[0].single["mother"]
    thing.versions *= 255
    world.woman(NIN).changed += 1
    ehr.run()
    ehr.desk.write(1, "mother", {"name": "B"})
    assert ehr.run().parked == 1
    assert "255 versions" in (ehr.local.outbox.of(1)[0].error or "")


def test_an_end_waits_for_all_else_and_ends_the_record(pair: tuple[Ehr, Ehr], world: World) -> None:
    midwife, doctor = pair
    midwife.desk.write(1, "mother", {"faulty": 1})
    midwife.desk.end(1, deliveryDate="2026-03-01", liveBirth=True)
    assert midwife.run().parked == 1 and world.woman(NIN).active is not None
    midwife.desk.discard(next(it.id for it in midwife.local.outbox.of(1) if it.state == "parked"))
    assert midwife.run().complete
    assert midwife.local.patients.all()[0].standing == "ended"
    doctor.desk.write(1, "mother", {"name": "late"})
    outcome = doctor.run()
    assert outcome.parked == 1 and "ended" in (doctor.local.outbox.of(1)[0].error or "")
    with pytest.raises(NotPossible):
        doctor.desk.end(1)


def test_two_who_end_the_record_alike_agree_and_otherwise_are_told(ehr_of: Callable[..., Ehr]) -> None:
    three = [ehr_of() for _ in range(3)]
    for it in three:
        it.desk.open(1)
        it.run()
        it.desk.end(1, deliveryDate="2026-03-02" if it is three[2] else "2026-03-01", liveBirth=True)
    assert three[0].run().complete and three[1].run().complete and three[2].run().parked == 1


def test_withdrawn_consent_takes_the_copy_away_and_leaves_the_own_journal(pair: tuple[Ehr, Ehr], world: World) -> None:
    midwife, doctor = pair
    doctor.desk.write(1, "mother", {"address": "Secret street 1"})
    doctor.run()
    midwife.desk.add_item(1, "antenatalAppointments", {**VISIT, "note": "my own words"})
    assert midwife.run().complete and midwife.part("mother").mine == {"address": "Secret street 1"}
    midwife.desk.write(1, "medication", {"drugAllergy": True})
    world.withdraw(NIN)
    assert not midwife.run().waiting
    assert midwife.local.parts.of(1) == [] and midwife.local.outbox.of(1) == []
    (notice,) = midwife.local.journal.notices()
    assert "has withdrawn" in notice.words and "1 changes were never sent" in notice.words and NIN not in notice.words
    assert [it.facts.get("note") for it in midwife.local.journal.entries(1)] == ["my own words", None]
    folder = midwife.sync.lock.parent
    assert not any(b"Secret street" in it.read_bytes() for it in folder.iterdir())
    assert midwife.desk.write(1, "mother", {"name": "A"}) is None
    assert midwife.run().complete


def test_after_a_new_consent_a_new_record_is_opened(ehr: Ehr, world: World) -> None:
    ehr.desk.write(1, "mother", {"name": "A"})
    ehr.run()
    world.withdraw(NIN)
    ehr.run()
    world.woman(NIN).consent = True
    ehr.desk.open(1)
    ehr.desk.write(1, "mother", {"name": "B"})
    ehr.run()
    ehr.desk.write(1, "mother", {"name": "B"})
    assert ehr.run().complete and world.woman(NIN).records[0].content()["mother"] == {"name": "B"}


def test_without_consent_a_first_draft_waits_until_there_is_one(ehr_of: Callable[..., Ehr], world: World) -> None:
    world.woman(NIN).consent = False
    ehr = ehr_of()
    ehr.desk.open(1)
    ehr.desk.add_item(1, "antenatalAppointments", VISIT)
    assert ehr.run().parked == 2
    world.woman(NIN).consent = True
    assert ehr.run().complete and len(world.woman(NIN).records[0].items["antenatalAppointments"]) == 1


def test_a_confidential_address_takes_the_copy_away_too(ehr: Ehr, world: World) -> None:
    ehr.desk.write(1, "mother", {"address": "Secret street 1"})
    ehr.run()
    world.woman(NIN).confidential = True
    ehr.desk.write(1, "mother", {"address": "Secret street 2"})
    ehr.run()
    assert ehr.local.parts.of(1) == [] and "confidential address" in ehr.local.journal.notices()[0].words


def test_of_a_dead_woman_nothing_is_sent_and_the_copy_stays(ehr: Ehr, world: World) -> None:
    ehr.desk.write(1, "mother", {"name": "A"})
    ehr.run()
    world.woman(NIN).deceased = True
    ehr.desk.write(1, "mother", {"name": "B"})
    assert ehr.run().parked == 1 and "dead" in (ehr.local.outbox.of(1)[0].error or "")
    assert ehr.part("mother").base == {"name": "A"}


def test_a_record_that_is_gone_is_gone_here_too(ehr: Ehr, world: World) -> None:
    ehr.desk.write(1, "mother", {"name": "A"})
    ehr.run()
    world.woman(NIN).records.clear()
    ehr.run()
    assert ehr.local.parts.of(1) == [] and "there no more" in ehr.local.journal.notices()[0].words


def test_a_new_record_of_the_next_pregnancy_takes_the_place_of_the_former(pair: tuple[Ehr, Ehr], world: World) -> None:
    midwife, doctor = pair
    midwife.desk.write(1, "mother", {"name": "A"})
    midwife.desk.end(1)
    midwife.run()
    doctor.run()
    doctor.desk.open(1)
    assert doctor.run().complete and len(world.woman(NIN).records) == 2
    midwife.desk.open(1)
    assert midwife.run().complete
    assert midwife.local.patients.all()[0].record_id == world.woman(NIN).records[1].id


def test_what_is_edited_while_it_is_sent_is_sent_after(ehr: Ehr, world: World) -> None:
    ehr.desk.write(1, "mother", {"name": "A", "countryOfBirth": {"code": "NO"}})

    def edit(call: str) -> None:
        if call == "create":
            ehr.service.before = None
            ehr.desk.write(1, "mother", {"name": "B", "countryOfBirth": {"code": "SE"}})

    ehr.service.before = edit
    assert ehr.run().sent == 2
    body = world.woman(NIN).records[0].content()["mother"]
    assert body == {"name": "B", "countryOfBirth": {"code": "SE", "display": "Sverige", "codeSystem": "VOLVEN_9043"}}
    assert ehr.part("mother").mine == body


def test_one_process_at_a_time(ehr: Ehr) -> None:
    with alone(ehr.sync.lock), pytest.raises(Busy):
        ehr.run()
    assert ehr.run().complete


def test_an_answer_that_cannot_be_understood_is_told_and_nothing_is_lost(ehr: Ehr, monkeypatch: pytest.MonkeyPatch) -> None:
    ehr.desk.write(1, "mother", {"name": "A"})
    monkeypatch.setattr(type(ehr.service.for_patient(NIN)), "record", lambda self, record_id: {"metadata": {}})
    ehr.clock.move(1)
    ehr.service.world.woman(NIN).changed += 1
    assert "can't be understood" in (ehr.run().words or "")
    monkeypatch.undo()
    assert ehr.run().complete


def test_a_call_that_arrives_long_after_it_was_given_up_is_told(ehr: Ehr, world: World) -> None:
    ehr.desk.add_item(1, "antenatalAppointments", VISIT)
    ehr.service.faults, ehr.service.only = ["dropped"], ("create",)
    ehr.run()
    assert ehr.run().complete and ehr.local.journal.notices() == []
    ehr.service.for_patient(NIN).create(world.woman(NIN).records[0].id, "antenatalAppointments", VISIT)
    assert ehr.run().complete
    (notice,) = ehr.local.journal.notices()
    assert "twice" in notice.words
