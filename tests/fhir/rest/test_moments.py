"""The periods that dates span."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.rest.moments import period


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2026", at(2026, 1, 1), at(2027, 1, 1)),
        ("2026-12", at(2026, 12, 1), at(2027, 1, 1)),
        ("2026-01", at(2026, 1, 1), at(2026, 2, 1)),
        ("2028-02-29", at(2028, 2, 29), at(2028, 3, 1)),
        ("2026-03-01T09:30", at(2026, 3, 1, 9, 30), at(2026, 3, 1, 9, 31)),
        ("2026-03-01T09:30:15Z", at(2026, 3, 1, 9, 30, 15), at(2026, 3, 1, 9, 30, 16)),
        ("2026-03-01T09:30:15+02:00", at(2026, 3, 1, 7, 30, 15), at(2026, 3, 1, 7, 30, 16)),
        ("2026-03-01T09:30:15 02:00", at(2026, 3, 1, 7, 30, 15), at(2026, 3, 1, 7, 30, 16)),
        ("2026-03-01T09:30:15-02:30", at(2026, 3, 1, 12, 0, 15), at(2026, 3, 1, 12, 0, 16)),
        ("2026-03-01T09:30:15.1234Z", at(2026, 3, 1, 9, 30, 15, 123_000), at(2026, 3, 1, 9, 30, 15, 124_000)),
    ],
)
def test_a_date_spans_what_it_leaves_open(text, low, high):
    assert period(text, "_at") == (low, high)


@pytest.mark.parametrize(
    "text", ["", "x", "26", "2026-13", "2026-02-30", "2026-03-01T25:00", "2026-03-01T09", "0000", "9999", "2026-03-01Z", "２０２６"]
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(FhirError) as refusal:
        period(text, "_since")
    assert (refusal.value.status, refusal.value.issues[0].rule) == (400, "value-since")


@given(st.text(max_size=30) | st.from_regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", fullmatch=True))
def test_any_text_is_a_period_or_refused(text):
    try:
        low, high = period(text, "_at")
    except FhirError:
        return
    assert timedelta(milliseconds=1) <= high - low
