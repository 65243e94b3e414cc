"""How long is waited, and for what."""

from __future__ import annotations

import pytest

from hit_maternity.client.clock import ServerClocks
from hit_maternity.client.retries import Retries, retry_after


def test_waits_grow_are_jittered_and_bounded():
    whole, none = Retries(attempts=8, base=0.5, cap=4.0, chance=lambda: 1.0), Retries(attempts=8, chance=lambda: 0.0)
    assert [whole.wait(made, None) for made in range(1, 9)] == [0.5, 1.0, 2.0, 4.0, 4.0, 4.0, 4.0, None]
    assert none.wait(1, None) == 0.0


def test_a_server_that_asks_to_wait_is_obeyed_but_not_for_long():
    retries = Retries(longest=30.0, chance=lambda: 0.0)
    assert retries.wait(1, 3.0) == 3.0
    assert retries.wait(1, 31.0) is None
    assert Retries(chance=lambda: 1.0, base=8.0).wait(1, 3.0) == 4.0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7.0),
        ("Thu, 01 Jan 1970 00:01:40 GMT", 40.0),
        ("Thu, 01 Jan 1970 00:00:40 GMT", 0.0),
        ("soon", None),
        (None, None),
        ("-1", None),
    ],
)
def test_retry_after_is_a_number_or_a_date(text: str | None, seconds: float | None):
    assert retry_after(text, lambda: 60.0) == seconds


def test_the_time_at_a_server_is_told_by_its_date_header():
    clocks = ServerClocks(lambda: 1000.0)
    assert not clocks.learn("a", "Thu, 01 Jan 1970 00:16:41 GMT")  # a second is no difference
    assert clocks.now("a") == 1000.0
    assert clocks.learn("a", "Thu, 01 Jan 1970 01:00:00 GMT")
    assert clocks.now("a") == 3600.5 and clocks.now("b") == 1000.0
    assert not clocks.learn("a", "Thu, 01 Jan 1970 01:00:01 GMT")
    assert clocks.learn("a", "Thu, 01 Jan 1970 00:16:40 GMT") and clocks.now("a") == 1000.0
    assert not clocks.learn("a", "no date") and not clocks.learn("a", None)
