from __future__ import annotations

import re
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest

from hit_maternity.maternity import tables
from hit_maternity.maternity.tables import Row, TableError, Words, rows, sources, words_of

SECTIONS = [
    ("dating", "reason"),
    ("visits", "visit"),
    ("visits", "task"),
    ("visits", "each_visit"),
    ("growth", "course"),
    ("growth", "curve"),
    ("growth", "weight_gain"),
    ("growth", "measure"),
    ("lifecycle", "state"),
    ("lifecycle", "reason"),
    ("lifecycle", "transition"),
    ("lifecycle", "content"),
    ("risk", "offer"),
    ("attention", "rule"),
]


@pytest.mark.parametrize(("table", "section"), SECTIONS)
def test_every_row_has_words_in_three_languages_a_source_and_its_certainty(table: str, section: str) -> None:
    for row in rows(table, section):
        assert all((row.words().nb, row.words().nn, row.words().en, row.basis().source.title)), row.id


def test_every_source_is_used_and_every_link_is_a_link() -> None:
    used = {row.basis().source.id for table, section in SECTIONS for row in rows(table, section)}
    assert used == set(sources())
    assert all(s.url is None or re.match(r"https://\S+\Z", s.url) for s in sources().values())


def test_what_is_our_own_choice_or_foreign_is_never_called_confirmed() -> None:
    doubtful = {"house", "stockholm-fundal-height", "isshp-2021", "figo-ctg", "iom-2009"}
    for table, section in SECTIONS:
        for row in rows(table, section):
            assert row.basis().source.id not in doubtful or row.basis().evidence == "inferred", row.id


@pytest.mark.parametrize(
    ("language", "said"), [("nb", "b"), ("no", "b"), ("nn-NO", "n"), ("NN", "n"), ("en_GB", "e"), ("se", "b"), ("", "b")]
)
def test_words_are_said_in_the_language_asked_for_and_else_in_bokmaal(language: str, said: str) -> None:
    assert Words("b", "n", "e").said_in(language) == said


@pytest.mark.parametrize(
    ("values", "call"),
    [
        ({}, lambda r: r.id),
        ({"nb": "  "}, lambda r: r.text("nb")),
        ({"nb": 1}, lambda r: r.text("nb")),
        ({"days": True}, lambda r: r.whole("days")),
        ({"days": "1"}, lambda r: r.number("days")),
        ({"flag": 1}, lambda r: r.flag("flag")),
        ({"when": ["a", 1]}, lambda r: r.texts("when")),
        ({"limits": [1]}, lambda r: r.numbers("limits", 2)),
        ({"source": "nowhere", "evidence": "confirmed"}, lambda r: r.basis()),
        ({"source": "house", "evidence": "perhaps"}, lambda r: r.basis()),
    ],
)
def test_a_malformed_row_is_refused(values: dict[str, Any], call: Any) -> None:
    with pytest.raises(TableError, match=r"made\.toml"):
        call(Row("made", values))


def test_numbers_keep_the_digits_they_are_written_with() -> None:
    point = next(row for row in rows("growth", "point") if row.id == "24")
    assert str(point.numbers("lines", 3)[0]) == "20.50"
    assert Row("made", {"n": 3}).number("n") == Decimal(3)


def test_a_section_without_rows_or_with_a_doubled_id_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TableError, match="has no"):
        rows("growth", "nothing")
    monkeypatch.setattr(tables, "_read", lambda name: {"twin": [{"id": "a"}, {"id": "b"}, {"id": "a"}]})
    with pytest.raises(TableError, match="'a' stands there twice"):
        rows("made", "twin")


def test_words_of_a_section_are_found_by_id() -> None:
    assert words_of("attention", "grade")["urgent"].nn == "Hastar"


def test_all_tables_are_utf_8_and_hold_no_identity_number() -> None:
    from hit_maternity.maternity.identity import ordinary_positions

    found = [f for f in files("hit_maternity.maternity").iterdir() if f.name.endswith(".toml")]
    assert len(found) == 7
    for table in found:
        assert ordinary_positions(table.read_text(encoding="utf-8")) == []
