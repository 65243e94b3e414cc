"""Index rows as the tables hold them."""

from __future__ import annotations

from hit_maternity.fhir.search.model import (
    MAX_TIME,
    MIN_TIME,
    DateRow,
    IndexRows,
    NumberRow,
    QuantityRow,
    ReferenceRow,
    StringRow,
    TimelineRow,
    TokenRow,
    UriRow,
    parameter_key,
)
from hit_maternity.store.keys import digest, type_key
from hit_maternity.store.rows import DAY, Roles, TableRows

OBSERVATION = type_key("Observation")
DATE = parameter_key("Observation", "date")


def made(rows: IndexRows, roles: Roles | None = None) -> TableRows:
    table = TableRows()
    table.add(9, "Observation", rows, roles or Roles())
    return table


def test_a_value_that_serves_several_parameters_is_one_row():
    table = made(IndexRows(token=[TokenRow(1, 0, "s", "c"), TokenRow(2, 0, "s", "c"), TokenRow(3, 2, "s", "c"), TokenRow(1, 0, "t", "c")]))
    (first, second) = table.text
    assert first[:3] + first[4:] == (OBSERVATION, "c", 9, digest("s"))
    assert second[4] == digest("t")
    assert sorted(table.role_rows()) == sorted([(1, first[3], 0), (2, first[3], 0), (3, first[3], 2), (1, second[3], 0)])


def test_a_role_is_known_by_what_it_serves_in_whatever_order():
    roles = Roles()
    one = made(IndexRows(token=[TokenRow(1, 0, "", "c"), TokenRow(2, 0, "", "c")]), roles)
    other = made(IndexRows(token=[TokenRow(2, 0, "", "d"), TokenRow(1, 0, "", "d")]), roles)
    assert one.text[0][3] == other.text[0][3]


def test_a_role_is_written_until_a_transaction_that_wrote_it_is_committed():
    roles, rows = Roles(), IndexRows(token=[TokenRow(1, 0, "", "c")])
    first = made(rows, roles)
    assert len(first.role_rows()) == len(made(rows, roles).role_rows()) == 1
    roles.learn(first.fresh)
    assert made(rows, roles).role_rows() == []


def test_what_serves_very_many_parameters_has_several_rows():
    table = made(IndexRows(token=[TokenRow(n, 0, "", "c") for n in range(1, 101)]))
    assert len(table.text) == 4
    assert {r[0] for r in table.role_rows()} == set(range(1, 101))


def test_sections_keep_apart_what_would_be_in_each_others_way():
    rows = IndexRows(
        token=[TokenRow(1, 0, "", "true"), TokenRow(2, 0, "", "true"), TokenRow(1, 0, "", "c")],
        string=[StringRow(3, 0, "c", "C")],
        reference=[ReferenceRow(4, 0, "Patient", "p")],
        uri=[UriRow(5, 0, "u")],
        date=[DateRow(6, 0, 10, 20)],
        number=[NumberRow(7, 0, 1.0, 1.0)],
        quantity=[QuantityRow(8, 0, "s", "u", 2.0, 2.0)],
    )
    table = made(rows)
    assert {(r[0], r[1]) for r in table.text} == {
        (1, "true"),
        (2, "true"),
        (OBSERVATION, "c"),
        (-OBSERVATION, "c"),
        (OBSERVATION, "p"),
        (OBSERVATION, "u"),
    }
    assert {r[0] for r in table.range} == {6, 7, OBSERVATION}


def test_wide_are_long_dates_and_ranges_of_numbers():
    rows = IndexRows(
        date=[DateRow(1, 0, 0, DAY), DateRow(1, 0, 0, DAY + 1), DateRow(1, 0, MIN_TIME, MAX_TIME)],
        number=[NumberRow(2, 0, 1.0, 1.0), NumberRow(2, 0, 1.0, 1.5)],
    )
    assert [r[-1] for r in made(rows).range] == [0, 1, 1, 0, 1]


def test_what_is_not_a_number_has_no_row():
    nothing = float("nan")
    assert made(IndexRows(number=[NumberRow(1, 0, nothing, nothing)], quantity=[QuantityRow(1, 0, "", "", nothing, 1.0)])).range == []


def test_a_timeline_row_ends_with_its_date():
    rows = IndexRows(date=[DateRow(DATE, 0, 5, 50), DateRow(77, 0, 1, 999)], timeline=[TimelineRow("Observation", "p", "s", "c", 5)])
    assert made(rows).timeline == [("p", OBSERVATION, "c", 5, 9, digest("s"), 50)]


def test_a_timeline_row_without_a_date_has_no_time():
    rows = IndexRows(timeline=[TimelineRow("Observation", "p", "", "", MIN_TIME)])
    assert made(rows).timeline == [("p", OBSERVATION, "", MIN_TIME, 9, 0, MIN_TIME)]
