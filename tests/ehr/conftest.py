"""EHRs for tests: each with a folder of its own, all of them at one in-memory national record."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from hit_maternity.ehr.desk import Desk
from hit_maternity.ehr.local import Local, Part
from hit_maternity.ehr.sync import Outcome, Sync
from hit_maternity.ehr.waiting import Backoff
from hit_maternity.ehr.workplace import Identity, Workplace
from tests.ehr.national import Service, World

#: Synthetic national ids.
NIN, OTHER_NIN = "01815000117", "01815000125"


@dataclass
class MovedClock:
    """Stands still until it is moved."""

    moment: datetime = datetime(2026, 3, 1, 8, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def move(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@dataclass
class Ehr:
    """One EHR."""

    local: Local
    desk: Desk
    sync: Sync
    service: Service
    clock: MovedClock

    def run(self, *, eager: bool = True) -> Outcome:
        """Synchronises its first woman."""
        return self.sync.run([1], eager=eager)[0]

    def part(self, resource_type: str, at: int = 0) -> Part:
        """A part of its first woman."""
        return [it for it in self.local.parts.of(1) if it.type == resource_type][at]

    def content(self) -> dict[str, object]:
        """What stands here of its first woman."""
        whole: dict[str, object] = {"antenatalAppointments": {}, "symphysisFundalHeights": {}}
        for part in self.local.parts.of(1):
            if part.is_item and part.mine is not None:
                whole[part.type][part.item or f"local {part.id}"] = part.mine  # type: ignore[index]  # dicts, as made above
            elif not part.is_item and part.mine:
                whole[part.type] = part.mine
        return whole


def make_ehr(folder: Path, service: Service, clock: MovedClock, seed: int = 1) -> Ehr:
    """An EHR over the file in ``folder``."""
    local = Local(folder / "ehr.db")
    identity = Identity("Test, A", frozenset({service.organisation}), service.hpr_number)
    place = Workplace(local, service, identity, clock, Random(seed), Backoff())
    return Ehr(local, Desk(local, identity, clock), Sync(place, folder / "sync.lock"), service, clock)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def ehr_of(tmp_path: Path, world: World, clock: MovedClock) -> Iterator[Callable[..., Ehr]]:
    """Makes EHRs at ``world``, each of an organisation of its own, with the same woman in each."""
    made: list[Ehr] = []
    numbers = itertools.count(1)

    def make(name: str = "midwife", *, nin: str = NIN, organisation: str | None = None) -> Ehr:
        number = next(numbers)
        service = Service(world, organisation or f"31000000{number}", f"900000{number}")
        made.append(make_ehr(tmp_path / f"{name}{number}", service, clock, number))
        made[-1].desk.add_patient(nin, "IN")
        return made[-1]

    yield make
    for ehr in made:
        ehr.local.close()


@pytest.fixture
def ehr(ehr_of: Callable[..., Ehr]) -> Ehr:
    """An EHR with an open record."""
    made = ehr_of()
    made.desk.open(1)
    assert made.run().complete
    return made
