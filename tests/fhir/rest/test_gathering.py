"""Reads that share a commit: what one of them raises is its own, and nobody waits for ever."""

from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager, nullcontext
from typing import Any, cast

import pytest

from hit_maternity.fhir.ports import Hurried, ResourceStore
from hit_maternity.fhir.rest.gathering import Reads


class Store:
    """As much of a store as reads that write nothing need. ``failing``: its common commits fail."""

    failing = False

    def hurried(self, seconds: float) -> AbstractContextManager[None]:
        return nullcontext()

    def together(self) -> AbstractContextManager[None]:
        if self.failing:
            raise OSError("no commit")
        return nullcontext()


def answers(store: Store, *works: Any) -> list[Any]:
    async def main() -> list[Any]:
        reads: Reads[int] = Reads(cast(ResourceStore, store))
        found = await asyncio.wait_for(asyncio.gather(*(reads.answer(work) for work in works), return_exceptions=True), 5)
        assert reads.waiting == 0
        return list(found)

    return asyncio.run(main())


def gives(value: int) -> Any:
    return lambda: value


def raises(fault: BaseException) -> Any:
    def work() -> int:
        raise fault

    return work


def test_each_gets_its_own_answer() -> None:
    assert answers(Store(), *(gives(n) for n in range(40))) == list(range(40))


def test_a_fault_of_a_read_by_itself_is_raised_where_it_is_waited_for() -> None:
    (fault,) = answers(Store(), raises(ValueError("no")))
    assert isinstance(fault, ValueError)


@pytest.mark.parametrize("fault", [ValueError("no"), OSError("no")])
def test_a_fault_among_others_sends_each_elsewhere(fault: Exception) -> None:
    assert answers(Store(), gives(1), raises(fault), gives(3)) == [None, None, None]


def test_a_slow_one_is_sent_elsewhere_alone() -> None:
    assert answers(Store(), gives(1), raises(Hurried()), gives(3)) == [1, None, 3]


def test_where_nothing_can_be_committed_together_each_is_sent_elsewhere() -> None:
    store = Store()
    store.failing = True
    assert answers(store, gives(1), gives(2)) == [None, None]
