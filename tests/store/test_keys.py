"""Keys and digests."""

from __future__ import annotations

import threading

import pytest

from hit_maternity import clock
from hit_maternity.fhir.definitions import Definitions
from hit_maternity.store.keys import KeyMaker, bounded, digest, type_key


def test_keys_only_grow_and_fit_63_bits():
    make = KeyMaker()
    keys = [make() for _ in range(20_000)]
    assert keys == sorted(set(keys))
    assert keys[0] > 0 and keys[-1] < 2**63


def test_keys_grow_though_the_clock_stands_still_or_goes_back(monkeypatch: pytest.MonkeyPatch):
    make, ticks = KeyMaker(), iter([2 * 10**18, 2 * 10**18, 2 * 10**18 - 10**12, 1_600_000_000_000_000_000])
    monkeypatch.setattr(clock, "unique_tick", lambda: next(ticks))
    keys = [make() for _ in range(4)]
    assert keys == sorted(set(keys))


def test_threads_never_get_the_same_key():
    make, found = KeyMaker(), []

    def run() -> None:
        found.extend([make() for _ in range(5000)])

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 20_000


def test_every_resource_type_has_a_number_of_its_own():
    types = Definitions.r4().resource_types
    assert len({type_key(t) for t in types}) == len(types)
    assert all(0 < type_key(t) < 2**31 for t in types)
    assert type_key("") == 0


def test_a_digest_is_the_same_in_every_process_and_fits_47_bits():
    assert digest("http://loinc.org") == 90241591758103
    assert digest("") == 0
    assert 0 < digest("\ud800\0") < 2**47


@pytest.mark.parametrize("text", ["", "a", "å" * 255, "x" * 255])
def test_what_fits_stays_as_it_is(text: str):
    assert bounded(text) == text


def test_what_is_too_long_is_cut_and_told_apart():
    long, other = "x" * 300, "x" * 299 + "y"
    assert len(bounded(long)) <= 255
    assert bounded(long) != bounded(other)
    assert bounded(long).startswith("x" * 200)


def test_what_no_database_takes_is_replaced():
    assert bounded("a\0b") == "a\ufffdb"
    assert bounded("a\ud800b") == "a?b"
