"""The page of what the national JSON doesn't have: in step with its tables."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


@pytest.fixture
def losses(build: ModuleType) -> ModuleType:
    return build.losses  # type: ignore[no-any-return]  # a module imported by another


def test_the_committed_page_is_what_the_tables_give(losses: ModuleType) -> None:
    assert {path: path.read_text(encoding="utf-8") for path in losses.documents()} == losses.documents()
    assert [path.relative_to(Path(__file__).resolve().parents[2]).as_posix() for path in losses.documents()] == ["docs/dhg-losses.md"]


def test_everything_on_the_card_without_a_field_is_named(losses: ModuleType, card_tables: ModuleType) -> None:
    page = losses.page()
    without = [row for row in card_tables.rows() if not row.dhg]
    assert len(without) > 10
    assert [row.card for row in without if f"| {row.card} |" not in page] == []


def test_a_field_that_isnt_there_stops_the_build(losses: ModuleType, card_tables: ModuleType, monkeypatch: Any, tmp_path: Path) -> None:
    (tmp_path / "losses.toml").write_text('general = []\ndetail = [{ dhg = "mother.shoeSize", lost = "all" }]\n', encoding="utf-8")
    monkeypatch.setattr(losses, "PROFILES", tmp_path)
    losses.table.cache_clear()
    with pytest.raises(card_tables.TableError, match="shoeSize"):
        losses.page()
    losses.table.cache_clear()
