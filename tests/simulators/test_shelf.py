"""What lives between two calls."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hit_simulators_vendor import MovingClock

from hit_maternity.simulators.oauth.shelf import SWEEP_EVERY, Shelf


@pytest.fixture
def shelf(tmp_path: Path, clock: MovingClock) -> Shelf:
    return Shelf(tmp_path / "shelf", clock)


def test_of_many_who_take_at_once_one_gets_it(shelf: Shelf) -> None:
    handle = shelf.put("code", {"a": 1}, 60)
    with ThreadPoolExecutor(16) as together:
        got = list(together.map(lambda _: shelf.take("code", handle), range(64)))
    assert [it for it in got if it is not None] == [{"a": 1}]


def test_of_many_who_come_first_at_once_one_does(shelf: Shelf) -> None:
    with ThreadPoolExecutor(16) as together:
        got = list(together.map(lambda _: shelf.first("proof", "the same", 60), range(64)))
    assert got.count(True) == 1


def test_a_thing_is_gone_at_its_time_and_a_name_may_come_again(shelf: Shelf, clock: MovingClock) -> None:
    handle = shelf.put("code", 1, 60)
    assert shelf.first("proof", "n", 60)
    clock.move(59)
    assert shelf.get("code", handle) == 1 and not shelf.first("proof", "n", 60)
    clock.move(1)
    assert shelf.get("code", handle) is None and shelf.take("code", handle) is None
    assert shelf.first("proof", "n", 60)


def test_another_process_finds_what_this_one_kept(shelf: Shelf, clock: MovingClock) -> None:
    handle = shelf.put("refresh", "v", 60)
    assert Shelf(shelf.folder, clock).take("refresh", handle) == "v"
    assert shelf.get("refresh", handle) is None


def test_a_handle_does_not_stand_in_the_folder_and_is_of_one_kind(shelf: Shelf) -> None:
    handle = shelf.put("code", 1, 60)
    assert not [path for path in shelf.folder.iterdir() if handle in path.name or handle in path.read_text()]
    assert shelf.get("refresh", handle) is None


@pytest.mark.parametrize("handle", ["", "../../etc/passwd", "\x00", "x" * 100_000, "\udcff"])
def test_a_handle_that_was_never_given_finds_nothing(shelf: Shelf, handle: str) -> None:
    assert shelf.get("code", handle) is None and shelf.take("code", handle) is None


def test_what_has_expired_is_swept_away_in_passing(shelf: Shelf, clock: MovingClock) -> None:
    for number in range(SWEEP_EVERY - 1):
        shelf.first("proof", str(number), 10)
    clock.move(11)
    shelf.put("code", 1, 60)
    assert len(list(shelf.folder.iterdir())) == 1
