"""hit-maternity consent: given for loaded women, withdrawn with everything of hers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hit_maternity.cli import app
from hit_maternity.maternity.identity import synthetic_numbers
from hit_maternity.store.people import People
from hit_maternity.store.repository import Store
from hit_maternity.store.sqlite import SqliteDatabase

RUNNER = CliRunner()
FNR = "urn:oid:2.16.578.1.12.4.1.4.1"


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The database file with two women in it, one without a national id."""
    from datetime import date

    file = tmp_path / "hit.db"
    monkeypatch.setenv("HIT_DATABASE_URL", f"sqlite:///{file.as_posix()}")
    number = next(iter(synthetic_numbers(date(1990, 5, 1))))
    kari = {"resourceType": "Patient", "id": "kari", "identifier": [{"system": FNR, "value": number}], "name": [{"family": "Fjell"}]}
    for patient in (kari, {"resourceType": "Patient", "id": "nn", "name": [{"family": "Ukjent"}]}):
        (tmp_path / f"{patient['id']}.json").write_text(json.dumps(patient), encoding="utf-8")
    done = RUNNER.invoke(app, ["load", str(tmp_path / "kari.json"), str(tmp_path / "nn.json")])
    assert done.exit_code == 0, done.output
    return file


def consents(file: Path) -> dict[str, bool | None]:
    store = Store(SqliteDatabase(file))
    try:
        return {id: standing.consent for id, standing in People(store.database).get(["kari", "nn"]).items()}
    finally:
        store.close()


def test_a_loaded_woman_has_consented_to_nothing_until_it_is_said(loaded: Path):
    assert consents(loaded) == {"kari": None, "nn": None}
    done = RUNNER.invoke(app, ["consent", "give", "kari"])
    assert (done.exit_code, done.output) == (0, "1 consented.\n")
    assert consents(loaded) == {"kari": True, "nn": None}


def test_all_leaves_what_is_known_already(loaded: Path):
    RUNNER.invoke(app, ["consent", "give", "kari"])
    assert RUNNER.invoke(app, ["consent", "give", "--all"]).output == "1 consented.\n"
    assert RUNNER.invoke(app, ["consent", "give", "--all"]).output == "0 consented.\n"
    assert consents(loaded) == {"kari": True, "nn": True}


def test_withdrawing_erases_and_shows_the_receipt(loaded: Path):
    RUNNER.invoke(app, ["consent", "give", "kari"])
    done = RUNNER.invoke(app, ["consent", "withdraw", "kari", "--yes"])
    assert done.exit_code == 0 and "1 Patient" in done.output and "Erased: 1 versions" in done.output
    assert consents(loaded) == {"kari": False, "nn": None}
    store = Store(SqliteDatabase(loaded))
    with store.reading() as session:
        assert session.get("Patient", "kari") is None and session.get("Patient", "nn") is not None
    store.close()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["give"], 2, "--all"),
        (["give", "nobody"], 2, "not in the record"),
        (["give", "kari", "--space", "none"], 2, "There is no space"),
        (["withdraw", "nobody", "--yes"], 2, "not in the record"),
        (["withdraw", "nn", "--yes"], 2, "no national id"),
    ],
)
def test_what_cannot_be_done_is_told_and_changes_nothing(loaded: Path, arguments: list[str], code: int, words: str):
    done = RUNNER.invoke(app, ["consent", *arguments])
    assert done.exit_code == code
    assert words in done.output + (done.stderr if done.stderr_bytes else "")
    assert consents(loaded) == {"kari": None, "nn": None}
