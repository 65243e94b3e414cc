"""An in-memory national record that behaves by contract: versions, refusals, displays that it fills in; calls that go wrong on order."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hit_maternity.client import errors
from hit_maternity.ehr.bodies import normal
from hit_maternity.ehr.national import TYPES

LISTS = ("antenatalAppointments", "symphysisFundalHeights")
COUNTRIES = {"NO": "Norge", "SE": "Sverige", "DK": "Danmark"}
#: How a call goes wrong: not sent at all; sent, but never done; done, but the answer is lost; what the service answers.
FAULTS = ("offline", "dropped", "lost", "slow", "login", "failed")


def refusal(code: str, status: int = 400, **more: Any) -> errors.MaternityRecordError:
    """The refusal with this code."""
    return errors.error_class(code, status)(code, "", "event", status, **more)


@dataclass
class Thing:
    """A resource or item, every version of it."""

    id: str
    versions: list[tuple[dict[str, Any], dict[str, Any], bool]] = field(default_factory=list)

    def shown(self) -> dict[str, Any]:
        body, by, gone = self.versions[-1]
        metadata = {"id": self.id, "version": len(self.versions), "lastUpdated": "2026-03-01T08:00:00Z", "lastUpdatedBy": by}
        return {**copy.deepcopy(body), "metadata": {**metadata, **({"enteredInError": True} if gone else {})}}


@dataclass
class Record:
    """One record."""

    id: str
    status: dict[str, Any] = field(default_factory=lambda: {"status": "ACTIVE"})
    versions: int = 1
    single: dict[str, Thing] = field(default_factory=dict)
    items: dict[str, dict[str, Thing]] = field(default_factory=lambda: {it: {} for it in LISTS})

    def shown(self) -> dict[str, Any]:
        whole: dict[str, Any] = {name: [it.shown() for it in things.values()] for name, things in self.items.items() if things}
        whole |= {name: thing.shown() for name, thing in self.single.items()}
        return {**whole, "metadata": {"recordId": self.id, "recordStatus": dict(self.status), "version": self.versions}}

    def content(self) -> dict[str, Any]:
        """What stands in it, without metadata."""
        whole: dict[str, Any] = {name: thing.versions[-1][0] for name, thing in self.single.items() if thing.versions[-1][0]}
        for name, things in self.items.items():
            whole[name] = {thing.id: thing.versions[-1][0] for thing in things.values() if not thing.versions[-1][2]}
        return whole


@dataclass
class Woman:
    """One woman."""

    consent: bool = True
    deceased: bool = False
    confidential: bool = False
    changed: int = 0
    records: list[Record] = field(default_factory=list)

    @property
    def active(self) -> Record | None:
        return next((it for it in self.records if it.status["status"] == "ACTIVE"), None)


@dataclass
class World:
    """The national service. ``log``: every call that was done, with who made it."""

    women: dict[str, Woman] = field(default_factory=dict)
    made: int = 0
    history: bool = True
    hides_deleted: bool = False
    log: list[tuple[str, str, str]] = field(default_factory=list)

    def woman(self, nin: str) -> Woman:
        return self.women.setdefault(nin, Woman())

    def new_id(self) -> str:
        self.made += 1
        return f"00000000-0000-4000-8000-{self.made:012}"

    def withdraw(self, nin: str) -> None:
        woman = self.woman(nin)
        woman.consent, woman.records = False, []
        woman.changed += 1


@dataclass
class Service:
    """The way of one EHR to ``world``. ``faults``: how its next calls go wrong; None: they don't."""

    world: World
    organisation: str
    hpr_number: str
    faults: list[str | None] = field(default_factory=list)
    renewed: int = 0
    only: tuple[str, ...] = ()
    before: Callable[[str], None] | None = None

    def watching(self, nin: str) -> One:
        return One(self, nin)

    def for_patient(self, nin: str) -> One:
        return One(self, nin)

    def renew(self) -> None:
        self.renewed += 1

    @property
    def by(self) -> dict[str, Any]:
        return {"userType": "HEALTH_CARE_PROFESSIONAL", "orgNr": self.organisation, "hprNr": self.hpr_number, "name": "Name, A"}


@dataclass
class One:
    """The national record of one woman, for one EHR."""

    service: Service
    nin: str

    def _call(self, name: str, work: Callable[[], Any]) -> Any:
        service = self.service
        if service.before is not None:
            service.before(name)
        fault = service.faults.pop(0) if service.faults and (not service.only or name in service.only) else None
        if fault == "offline":
            raise errors.Unreachable("nobody answers", sent=False)
        if fault == "dropped":
            raise errors.Unreachable("no answer", sent=True)
        if fault == "slow":
            raise errors.TooManyCalls(30)
        if fault == "login":
            raise refusal("AUTH-0010", 401)
        if fault == "failed":
            raise refusal("DHG-0001", 500)
        answer = work()
        service.world.log.append((name, self.nin, service.organisation))
        if fault == "lost":
            raise errors.Unreachable("no answer", sent=True)
        return copy.deepcopy(answer)

    def status(self) -> Any:
        def work() -> Any:
            woman = self.service.world.woman(self.nin)
            told: dict[str, Any] = {"hasGivenConsent": woman.consent, "hasActiveMaternityRecord": woman.active is not None}
            if woman.records:
                told["latestRecordId"] = woman.records[-1].id
            return {**told, "lastChangedDateTime": f"2026-03-01T08:00:00.{woman.changed:06}Z"}

        return self._call("status", work)

    def history_of(self, record_id: str) -> Any:
        def work() -> Any:
            record = self._record(record_id, active=False)
            things = [("", it) for it in ()]
            things = [*record.single.items(), *((name, it) for name, all_ in record.items.items() for it in all_.values())]
            if not self.service.world.history:
                raise refusal("", 404)
            return {
                "recordId": record_id,
                "history": [
                    {"resourceType": name, "id": thing.id, "version": number, "lastUpdatedBy": by}
                    for name, thing in things
                    for number, (_, by, _) in enumerate(thing.versions, 1)
                ],
            }

        return self._call("history_of", work)

    def create_record(self, body: Any = None) -> Any:
        def work() -> Any:
            woman = self._writable()
            if woman.active is not None:
                raise refusal("DHG-0009")
            woman.records.append(Record(self.service.world.new_id()))
            woman.changed += 1
            return woman.records[-1].shown()

        return self._call("create_record", work)

    def record(self, record_id: str) -> Any:
        def work() -> Any:
            shown = self._record(record_id, active=False).shown()
            if self.service.world.hides_deleted:
                for name in LISTS:
                    shown[name] = [it for it in shown.get(name, ()) if "enteredInError" not in it["metadata"]]
            return shown

        return self._call("record", work)

    def update_status(self, record_id: str, status: str, version: int, **more: Any) -> Any:
        def work() -> Any:
            record = self._record(record_id)
            if version != record.versions:
                raise refusal("DHG-0008")
            record.versions += 1
            record.status = {"status": status, **more}
            self._woman().changed += 1
            return record.shown()["metadata"]

        return self._call("update_status", work)

    def create(self, record_id: str, resource_type: str, body: Any) -> Any:
        def work() -> Any:
            record = self._record(record_id)
            self._checked(resource_type, body)
            if resource_type in LISTS:
                thing = Thing(self.service.world.new_id())
                record.items[resource_type][thing.id] = thing
            elif resource_type in record.single:
                raise refusal("DHG-0009")
            else:
                thing = record.single[resource_type] = Thing(self.service.world.new_id())
            return self._written(thing, body)

        return self._call("create", work)

    def update(self, record_id: str, resource_type: str, body: Any, version: int) -> Any:
        def work() -> Any:
            thing = self._record(record_id).single.get(resource_type)
            return self._changed(thing, resource_type, body, version)

        return self._call("update", work)

    def update_item(self, record_id: str, resource_type: str, item_id: str, body: Any, version: int) -> Any:
        def work() -> Any:
            thing = self._record(record_id).items[resource_type].get(item_id)
            return self._changed(thing, resource_type, body, version)

        return self._call("update_item", work)

    def delete_item(self, record_id: str, resource_type: str, item_id: str, version: int | None = None) -> Any:
        def work() -> Any:
            thing = self._record(record_id).items[resource_type].get(item_id)
            if thing is None:
                raise refusal("DHG-0007")
            if thing.versions[-1][2]:
                raise refusal("DHG-0017")
            if version is not None and version != len(thing.versions):
                raise refusal("DHG-0008")
            thing.versions.append((thing.versions[-1][0], self.service.by, True))
            self._woman().changed += 1
            return {}

        return self._call("delete_item", work)

    def _woman(self) -> Woman:
        return self.service.world.woman(self.nin)

    def _readable(self) -> Woman:
        woman = self._woman()
        if not woman.consent:
            raise refusal("DHG-0003", 403)
        if woman.confidential:
            raise refusal("DHG-0004", 403)
        return woman

    def _writable(self) -> Woman:
        woman = self._readable()
        if woman.deceased:
            raise refusal("DHG-0002", 403)
        return woman

    def _record(self, record_id: str, *, active: bool = True) -> Record:
        woman = self._writable() if active else self._readable()
        found = next((it for it in woman.records if it.id == record_id), None)
        if found is None or (active and found.status["status"] != "ACTIVE"):
            raise refusal("DHG-0015", 404)
        return found

    def _changed(self, thing: Thing | None, resource_type: str, body: Any, version: int) -> Any:
        if thing is None:
            raise refusal("DHG-0007")
        if thing.versions[-1][2]:
            raise refusal("DHG-0017")
        if version != len(thing.versions) or version >= 255:
            raise refusal("DHG-0008")
        self._checked(resource_type, body)
        return self._written(thing, body)

    def _written(self, thing: Thing, body: Any) -> Any:
        thing.versions.append((_filled(normal(body)), self.service.by, False))
        self._woman().changed += 1
        return thing.shown()

    def _checked(self, resource_type: str, body: Any) -> None:
        assert resource_type in TYPES and "metadata" not in body
        if "faulty" in body:
            raise refusal("DHG-0012", details=({"path": "faulty", "rule": "unknown-member", "message": "No such member."},))


def _filled(value: Any) -> Any:
    """``value`` with the display and code system of countries, which the service fills in."""
    if isinstance(value, dict):
        if set(value) == {"code"} and value["code"] in COUNTRIES:
            return {**value, "display": COUNTRIES[value["code"]], "codeSystem": "VOLVEN_9043"}
        return {name: _filled(it) for name, it in value.items()}
    return [_filled(it) for it in value] if isinstance(value, list) else value
