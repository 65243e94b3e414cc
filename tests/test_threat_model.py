"""The threat model names a test for each control, and each of them is there."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)))


@cache
def defined(file: str) -> frozenset[str]:
    path = ROOT / file
    return (
        frozenset(re.findall(r"^(?:async )?def (test_\w+)\(", path.read_text(encoding="utf-8"), re.MULTILINE))
        if path.is_file()
        else frozenset()
    )


@pytest.mark.parametrize(("file", "name"), NAMED, ids=[name for _, name in NAMED])
def test_a_test_that_the_threat_model_names_is_there(file: str, name: str) -> None:
    assert name in defined(file), f"{file} has no {name}"


def test_every_control_has_a_test() -> None:
    rows = [line for line in TEXT.splitlines() if line.startswith("|")]
    tables = TEXT.split("## What is left open")[0].split("| threat | control | test |")[1:]
    controls = [line for table in tables for line in table.split("\n\n")[0].splitlines() if line.startswith("|") and "---" not in line]
    assert len(rows) > len(controls) > 40
    for line in controls:
        assert re.search(r"`tests/[\w/]+\.py::test_\w+`", line), line
        assert line.count("`tests/") == len(re.findall(r"`tests/[\w/]+\.py::test_\w+`", line)), line
