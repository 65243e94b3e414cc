"""The commands without a national record that answers: everything is kept, nothing is shown that mustn't be."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from hit_maternity.cli import app
from tests.ehr.conftest import NIN

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a verb of the midwife's EHR at a server that isn't there."""

    def run_one(*arguments: str, face: str = "midwife", input: str | None = None) -> Result:
        return CliRunner().invoke(app, ["ehr", face, "--folder", str(tmp_path / face), *arguments], input=input)

    return run_one


@pytest.fixture
def made(run: Run) -> Run:
    assert run("init", "--server", "http://127.0.0.1:9").exit_code == 0
    assert run("add-patient", "--initials", "Ingrid Nord", input=f"{NIN}\n").output == "P1 IN\n"
    return run


def test_init_makes_files_that_only_the_user_may_read(made: Run, tmp_path: Path) -> None:
    folder = tmp_path / "midwife"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {it.name for it in folder.iterdir()} >= {"ehr.db", "key.json", "settings.json"}
    assert all(stat.S_IMODE(it.stat().st_mode) == 0o600 for it in folder.iterdir())
    again = made("init")
    assert again.exit_code == 2 and "already" in again.output


def test_a_verb_before_init_says_so(run: Run) -> None:
    assert run("patients").exit_code == 2 and "`init` makes one" in run("patients").output


def test_a_national_id_is_neither_shown_nor_taken_as_an_argument(made: Run) -> None:
    made("visit", "P1", "--week", "24+2", "--weight", "72.40", "--fundal-height", "23", "--note", "well")
    shown = [made(*it).output for it in (("patients",), ("show", "P1"), ("queue",), ("sync",), ("status",), ("journal", "P1"))]
    assert "72.40" in shown[1] and not any(NIN in it for it in shown)
    named = made("show", NIN)
    assert named.exit_code == 2 and NIN not in named.output


def test_only_synthetic_women(made: Run) -> None:
    told = made("add-patient", input="01015000117\n")
    assert told.exit_code == 2 and "synthetic" in told.output and "01015000117" not in told.output


def test_offline_everything_is_kept_and_told(made: Run) -> None:
    assert made("open", "P1").output == "P1 IN: 0 sent; 1 waiting. The national record doesn't answer.\n"
    assert made("write", "P1", "clinicalTests", "hemoglobin=12.40").exit_code == 0
    synced = made("sync")
    assert synced.exit_code == 1 and "2 waiting" in synced.output
    assert "next try is at" in made("sync", "--due").output
    assert "create clinicalTests" in made("queue").output
    assert made("conflicts").exit_code == 0


def test_what_is_not_understood_is_told_whole_and_nothing_is_kept(made: Run) -> None:
    told = made("visit", "P1", "--weight", "x", "--urine", "?")
    assert told.exit_code == 2 and "weight" in told.output and "urine" in told.output
    assert "antenatalAppointments" not in made("show", "P1").output


@pytest.mark.parametrize("arguments", [("write", "P1", "nothing", "a=1"), ("write", "P1", "antenatalAppointments", "a=1"), ("end", "P1")])
def test_what_cannot_be_done_is_refused_with_words(made: Run, arguments: tuple[str, ...]) -> None:
    assert made(*arguments).exit_code == 2


@pytest.mark.parametrize(
    "arguments", [("show", "P9"), ("strike", "9"), ("change", "9", "a=1"), ("resolve", "9", "mine"), ("retry", "9"), ("discard", "9")]
)
def test_what_is_not_there_is_told(made: Run, arguments: tuple[str, ...]) -> None:
    told = made(*arguments)
    assert told.exit_code == 2 and told.output.startswith("hit-maternity: ")


def test_a_visit_can_be_asked_for(made: Run) -> None:
    answers = "24+2\n72.4\n118/76\nNeg\n1\n148\n23\nwell\n"
    assert made("visit", "P1", "--ask", "--date", "2026-04-20", input=answers).exit_code == 0
    shown = made("show", "P1").output
    assert all(it in shown for it in ("118/76", "Neg", "148", "well", "2026-04-20"))


def test_the_birth_unit_tells_of_births_and_has_no_visits(run: Run) -> None:
    run("init", "--server", "http://127.0.0.1:9", face="birth-unit")
    run("add-patient", input=f"{NIN}\n", face="birth-unit")
    assert run("birth", "P1", "1:alive:2026-08-13T04:12:00+02:00", face="birth-unit").exit_code == 0
    assert "Livebirth" in run("show", "P1", face="birth-unit").output
    assert run("visit", "P1", face="birth-unit").exit_code == 2
    assert "doesn't answer" in run("read", "P1", face="birth-unit").output
