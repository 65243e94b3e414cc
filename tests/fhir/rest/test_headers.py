"""Entity tags, moments and Prefer."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.ports import Version
from hit_maternity.fhir.rest.headers import Preference, demand_match, etag, http_date, is_not_modified, preference

THIRD = Version("Patient", "1", 3, datetime(2026, 3, 1, 9, 30, 0, 500_000, tzinfo=UTC), "PUT", b"{}")


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("return=minimal", Preference("minimal")),
        ("RETURN = Representation", Preference("representation")),
        ('return="OperationOutcome"; handling=lenient', Preference("OperationOutcome", True)),
        ("handling=strict", Preference()),
        ("respond-async, return=all, wait=5,,", Preference()),
        ("", Preference()),
    ],
)
def test_prefer_is_read(header, wanted):
    assert preference({"prefer": header}) == wanted


def test_no_prefer_wants_nothing():
    assert preference({}) == Preference()


def test_an_etag_is_weak():
    assert etag(3) == 'W/"3"'


@given(st.datetimes(datetime(1970, 1, 1), datetime(9999, 1, 1), timezones=st.just(UTC)))
def test_an_http_date_is_what_the_standard_library_writes(moment):
    assert http_date(moment) == format_datetime(moment.replace(microsecond=0), usegmt=True)


@pytest.mark.parametrize("header", ['W/"3"', '"3"', "3", ' W/"1" ,\t"3" ', "*"])
def test_if_match_fits(header):
    demand_match({"if-match": header}, THIRD)


@pytest.mark.parametrize(
    ("header", "status"), [('W/"2"', 412), ('"03"', 412), ('""', 412), ('W/"3', 400), ("three", 400), ('W/"3" W/"4"', 400)]
)
def test_if_match_does_not_fit(header, status):
    with pytest.raises(FhirError) as refusal:
        demand_match({"if-match": header}, THIRD)
    assert refusal.value.status == status


@given(st.text(max_size=20))
def test_any_header_is_answered(header):
    for check in (demand_match, is_not_modified):
        for name in ("if-match", "if-none-match", "if-modified-since"):
            try:
                check({name: header}, THIRD)
            except FhirError as refusal:
                assert refusal.status in (400, 412)


def test_seconds_are_compared_with_an_http_date_and_milliseconds_with_an_instant():
    assert is_not_modified({"if-modified-since": "Sun, 01 Mar 2026 09:30:00 GMT"}, THIRD)
    assert not is_not_modified({"if-modified-since": "Sun, 01 Mar 2026 09:29:59 GMT"}, THIRD)
    assert is_not_modified({"if-modified-since": "2026-03-01T10:30:00.500+01:00"}, THIRD)
    assert not is_not_modified({"if-modified-since": "2026-03-01T09:30:00.499Z"}, THIRD)
