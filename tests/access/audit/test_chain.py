"""The chain: each row's digest, reckoned again here from its description."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hit_maternity.access.audit.chain import Entry, Head, beginning, body_of, canonical, ending, heads_seen, link, origin
from hit_maternity.store.accesses import Access

KEY = b"k" * 32
AT = datetime(2026, 3, 1, 8, 0, 0, 125000, tzinfo=UTC)
MILLISECONDS = 1772352000125


def length(value: int, bytes: int) -> bytes:
    return value.to_bytes(bytes, "big", signed=True)


def test_a_row_is_digested_with_the_digest_before_it_and_all_it_holds():
    first, second = link(KEY, "c1", origin(KEY, "c1"), [Entry(AT, "kari", b"one"), Entry(AT, None, b"two")])
    before = hmac.new(KEY, b"chain c1", hashlib.sha256).digest()
    held = length(2, 2) + length(4, 4) + length(3, 4) + length(1, 8) + length(MILLISECONDS, 8) + b"c1" + b"kari" + b"one"
    assert first == Access("c1", 1, AT, "kari", b"one", hmac.new(KEY, before + held, hashlib.sha256).digest())
    held = length(2, 2) + length(-1, 4) + length(3, 4) + length(2, 8) + length(MILLISECONDS, 8) + b"c1" + b"two"
    assert second == Access("c1", 2, AT, None, b"two", hmac.new(KEY, first.hash + held, hashlib.sha256).digest())


ROWS = st.tuples(
    st.text(max_size=5),
    st.integers(0, 2**62),
    st.integers(0, 10**12).map(lambda n: AT + timedelta(milliseconds=n)),
    st.none() | st.text(max_size=5),
    st.binary(max_size=8),
)


@given(ROWS, ROWS)
def test_two_rows_have_the_same_bytes_only_if_they_are_the_same(one, other):
    assert (canonical(*one) == canonical(*other)) == (one == other)


def test_no_patient_is_not_a_patient_without_an_id():
    assert canonical("c", 1, AT, None, b"") != canonical("c", 1, AT, "", b"")


def test_a_body_tells_what_sort_of_row_it_is():
    def read(entry: Entry) -> object:
        return body_of(Access("c", 1, AT, None, entry.body, b""))

    assert json.loads(beginning("c1", AT, "mark").body) == {"chain": {"name": "c1", "began": "2026-03-01T08:00:00.125Z", "key": "mark"}}
    assert read(heads_seen(AT, {"c2": Head(7, b"\x01\xff")})).heads == {"c2": (7, "01ff")}
    assert read(ending(AT)).end == "2026-03-01T08:00:00.125Z"
    for broken in (b"", b"\xff", b"[]", b'{"heads":{"c":5}}', b"{"):
        body = body_of(Access("c", 1, AT, None, broken, b""))
        assert (bytes(body.event), body.heads, body.end, body.chain) == (b"", None, None, None)
