"""Three EHRs at one record, with lost answers, offline periods, other processes and interleavings: in the end the same stands everywhere,
everything that was done was done once, and what was acknowledged is lost to nobody.
"""

from __future__ import annotations

import shutil
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from hit_maternity.ehr.bodies import normal, same
from hit_maternity.ehr.merging import changes
from tests.ehr.conftest import NIN, Ehr, MovedClock, make_ehr
from tests.ehr.national import FAULTS, Service, World

EHRS = st.sampled_from(["midwife", "doctor", "birth-unit"])
WEIGHTS = st.sampled_from([None, 60, Decimal("60.5"), Decimal("72.40")])
MEMBERS = st.one_of(
    st.tuples(st.just("clinicalTests"), st.sampled_from(["hemoglobin", "ferritin"]), WEIGHTS),
    st.tuples(st.just("mother"), st.just("countryOfBirth"), st.sampled_from([None, {"code": "NO"}, {"code": "SE"}])),
    st.tuples(st.just("medication"), st.just("folate"), st.sampled_from([None, {"takenBefore": True}, {"takenDuring": False}])),
    st.tuples(st.just("medicalConditions"), st.sampled_from(["nothingParticular", "diabetes"]), st.sampled_from([None, True, False])),
    st.tuples(st.just("rhesusDNegative"), st.sampled_from(["dateForResult", "note"]), st.sampled_from([None, "2026-03-02"])),
)
CALLS = st.sampled_from([(), ("create",), ("update",), ("update_item",), ("delete_item",), ("create_record", "record"), ("history_of",)])
SIGNS = st.sampled_from([[], [{"fosterId": 1, "fetalHeartRate": 140}], [{"fosterId": 2, "note": "b"}, {"fosterId": 1, "note": "a"}]])


class Exchanges(RuleBasedStateMachine):
    """``written``: how often each mark was entered as an item: each has a mark of its own in its note."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="ehr-"))
        self.world, self.clock, self.marks = World(), MovedClock(), 0
        self.ehrs: dict[str, Ehr] = {}
        self.seen: list[tuple[str, str, str, Any]] = []
        for number, name in enumerate(("midwife", "doctor", "birth-unit"), 1):
            service = Service(self.world, f"31000000{number}", f"900000{number}")
            self.ehrs[name] = make_ehr(self.folder / name, service, self.clock, number)
            self.ehrs[name].desk.add_patient(NIN, "IN")
            self.ehrs[name].desk.open(1)

    @rule(name=EHRS, entered=MEMBERS)
    def write(self, name: str, entered: tuple[str, str, Any]) -> None:
        resource_type, member, value = entered
        part = self.ehrs[name].local.parts.single(1, resource_type)
        self._saw(name, resource_type, "", part.mine if part is not None else None)
        written = self.ehrs[name].desk.write(1, resource_type, {member: value})
        self._saw(name, resource_type, "", written.mine if written is not None else None)

    @rule(name=EHRS, weight=WEIGHTS, signs=SIGNS)
    def visit(self, name: str, weight: Any, signs: Any) -> None:
        self.marks += 1
        body = {"appointmentDate": "2026-03-01", "note": f"mark {self.marks}", "motherWeight": weight, "fetusesVitalSigns": signs}
        self._saw(name, "antenatalAppointments", body["note"], normal(body))
        self.ehrs[name].desk.add_item(1, "antenatalAppointments", body)

    @rule(name=EHRS, at=st.integers(0, 3), weight=WEIGHTS, signs=SIGNS)
    def change(self, name: str, at: int, weight: Any, signs: Any) -> None:
        items = self._items(name)
        if items:
            part = items[at % len(items)]
            self._saw(name, part.type, part.mine["note"], part.mine)
            changed = self.ehrs[name].desk.change_item(part.id, {"motherWeight": weight, "fetusesVitalSigns": signs})
            self._saw(name, part.type, part.mine["note"], changed.mine)

    @rule(name=EHRS, at=st.integers(0, 3))
    def strike(self, name: str, at: int) -> None:
        items = self._items(name)
        if items:
            self.ehrs[name].desk.remove_item(items[at % len(items)].id)

    @rule(name=EHRS, faults=st.lists(st.sampled_from([None, *FAULTS]), max_size=5), only=CALLS, eager=st.booleans())
    def synchronise(self, name: str, faults: list[str | None], only: tuple[str, ...], eager: bool) -> None:
        ehr = self.ehrs[name]
        ehr.service.faults, ehr.service.only = list(faults), only
        ehr.run(eager=eager)
        ehr.service.faults = []

    @rule(name=EHRS, weight=WEIGHTS, fault=st.sampled_from(["lost", "dropped"]), edited=st.booleans())
    def visit_without_answer(self, name: str, weight: Any, fault: str, edited: bool) -> None:
        self.synchronise_well(name)
        self.visit(name, weight, [])
        self.synchronise(name, [fault], ("create",), True)
        if edited:
            self.change(name, -1, weight, [{"fosterId": 1, "note": "later"}])

    @rule(name=EHRS)
    def synchronise_well(self, name: str) -> None:
        self.clock.move(100)
        self.ehrs[name].run()

    @rule(seconds=st.sampled_from([1, 40, 4000]))
    def wait(self, seconds: int) -> None:
        self.clock.move(seconds)

    @rule(name=EHRS)
    def restart(self, name: str) -> None:
        ehr = self.ehrs[name]
        ehr.local.close()
        self.ehrs[name] = make_ehr(self.folder / name, ehr.service, self.clock, 7)

    @rule(name=EHRS, choice=st.sampled_from(["mine", "theirs"]))
    def resolve(self, name: str, choice: str) -> None:
        for part in self.ehrs[name].local.parts.of(1):
            if part.in_conflict:
                self._saw(name, part.type, ((part.theirs or part.mine or {}).get("note", "") if part.is_item else ""), part.theirs)
                self.ehrs[name].desk.resolve(part.id, choice)

    @rule(history=st.booleans(), hides=st.booleans())
    def another_service(self, history: bool, hides: bool) -> None:
        self.world.history, self.world.hides_deleted = history, hides

    @invariant()
    def nothing_was_entered_twice(self) -> None:
        record = self.world.woman(NIN).active
        if record is None:
            return
        assert len(self.world.woman(NIN).records) == 1
        marks = [thing.versions[0][0]["note"] for thing in record.items["antenatalAppointments"].values()]
        again = {it for it in marks if marks.count(it) > 1}
        # Entered anew on purpose: the other side had struck what was changed here.
        struck = {it.versions[0][0]["note"] for it in record.items["antenatalAppointments"].values() if it.versions[-1][2]}
        assert again <= struck

    def teardown(self) -> None:
        if not hasattr(self, "ehrs"):
            return
        self._settle()
        contents = [ehr.content() for ehr in self.ehrs.values()]
        record = self.world.woman(NIN).active
        assert record is not None
        assert all(same(it, contents[0]) and same(it, record.content()) for it in contents)
        self._nothing_is_lost(record)
        self._nobody_overwrote_by_chance(record)
        for ehr in self.ehrs.values():
            ehr.local.close()
        shutil.rmtree(self.folder)

    def _nothing_is_lost(self, record: Any) -> None:
        """Every item that anybody entered and nobody struck stands there."""
        there = {thing.versions[0][0]["note"] for thing in record.items["antenatalAppointments"].values()}
        entered = [entry for ehr in self.ehrs.values() for entry in ehr.local.journal.entries(1) if entry.type == "antenatalAppointments"]
        struck_unsent = sum(entry.facts.get("note", "") is None for entry in entered)
        wanted = {entry.facts["note"] for entry in entered if entry.facts.get("note")}
        assert there <= wanted and len(wanted - there) <= struck_unsent

    def _saw(self, name: str, resource_type: str, mark: str, body: Any) -> None:
        """Who sits at the EHR has this body before her."""
        self.seen.append((self.ehrs[name].service.organisation, resource_type, mark, body))

    def _nobody_overwrote_by_chance(self, record: Any) -> None:
        """Every fact that a version changed was entered, as it then stood, at the EHR that wrote the version; and who entered it had seen
        there what it replaced."""
        entered = {ehr.service.organisation: ehr.local.journal.entries(1) for ehr in self.ehrs.values()}
        things = [*record.single.items(), *(("antenatalAppointments", it) for it in record.items["antenatalAppointments"].values())]
        for resource_type, thing in things:
            before: Any = None
            for body, by, gone in thing.versions:
                mark = body.get("note", "") if resource_type == "antenatalAppointments" else ""
                known = [it for who, kind, of, it in self.seen if (who, kind, of) == (by["orgNr"], resource_type, mark)]
                for path, value in changes(resource_type, before, body).items():
                    if path.endswith(".fosterId"):
                        continue  # says which fetus the facts beside it are of; it comes and goes with them
                    replaced = changes(resource_type, body, before)[path]
                    assert gone or replaced is None or any(path not in changes(resource_type, it, before) for it in known), (path, replaced)
                    assert gone or any(
                        it.type == resource_type and path in it.facts and same(it.facts[path], value) for it in entered[by["orgNr"]]
                    ), (resource_type, path, value)
                before = body

    def _settle(self) -> None:
        self.world.history = True
        for _ in range(12):
            for name, ehr in self.ehrs.items():
                self.clock.move(4000)
                ehr.service.faults = []
                ehr.run()
                self.resolve(name, "theirs" if name == "doctor" else "mine")
            last = [ehr.run() for ehr in self.ehrs.values()]
            if all(it.complete and not it.read for it in last):
                return
        raise AssertionError("they never agree")

    def _items(self, name: str) -> list[Any]:
        parts = self.ehrs[name].local.parts.of(1)
        return [it for it in parts if it.type == "antenatalAppointments" and it.mine is not None and not it.in_conflict]


def test_whatever_happens_all_have_the_same_in_the_end() -> None:
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        Exchanges, settings=settings(max_examples=50, stateful_step_count=30, deadline=None, suppress_health_check=checks)
    )
