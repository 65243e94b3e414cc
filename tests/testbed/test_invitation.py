"""What the demo tells: commands that work when pasted, and never a national id in an address."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from hit_maternity.fhir.json import decode
from hit_maternity.maternity.identity import Population, recognise
from hit_maternity.testbed.invitation import examples, invitation, program, trials

ADDRESS = "http://127.0.0.1:8080"
MADE = {name: Path("var/demo-files") / name for name in ("visit.json", "fundal-height.json")}
CURL = "curl.exe" if sys.platform == "win32" else "curl"


@pytest.fixture(params=[True, False], ids=["open", "secured"])
def commands(request: pytest.FixtureRequest) -> list[str]:
    """What is printed with open access, and with tokens."""
    return [trial.command for trial in trials(ADDRESS, MADE, open_access=request.param)]


def test_the_commands_need_no_quoting_but_double_quotes(commands: list[str]):
    for command in commands:
        assert "'" not in command and "$" not in command and "`" not in command
        assert command.count('"') % 2 == 0


def test_open_access_needs_nothing_but_curl():
    for trial in trials(ADDRESS, MADE, open_access=True):
        assert trial.command.startswith(f"{CURL} ") and trial.command.endswith('_pretty=true"')
        assert f'"{ADDRESS}/fhir' in trial.command


def test_with_tokens_each_call_fetches_one():
    for trial in trials(ADDRESS, MADE):
        assert trial.command.startswith((f"{program()} call ", f"{program()} token "))
        assert "--server" not in trial.command and "_pretty" not in trial.command


def test_a_server_elsewhere_is_named():
    elsewhere = "http://127.0.0.1:8099"
    assert all(f" --server {elsewhere} " in trial.command for trial in trials(elsewhere, MADE))


def test_with_tokens_every_search_is_about_one_woman():
    searches = [trial.command for trial in trials(ADDRESS, MADE) if "?" in trial.command]
    assert searches and all(re.search(r"[?&]patient=", command) for command in searches)


def test_the_command_is_named_as_the_shell_finds_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    own = Path(sys.executable).with_name("hit-maternity" + ".exe" * (sys.platform == "win32"))
    monkeypatch.setenv("PATH", str(own.parent))
    assert program() == "hit-maternity"
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.chdir(own.parent.parent)
    assert program() == str(Path(own.parent.name) / "hit-maternity")


def test_no_national_id_stands_in_an_address(commands: list[str]):
    for command in commands:
        assert not re.search(r"http\S*\d{11}", command)


def test_the_one_national_id_that_is_shown_is_synthetic(commands: list[str]):
    (number,) = re.findall(r"(?<!\d)\d{11}(?!\d)", "\n".join(commands))
    assert recognise(number).population is Population.SKATTEETATEN


def test_the_files_that_are_sent_are_there_or_made(commands: list[str]):
    sent = {Path(found).name for command in commands for found in re.findall(r'"@([^"]+)"', command)}
    there = {path.name for path in examples().iterdir()} | set(MADE)
    assert sent in (there, there - {"fundal-height.json"})


@pytest.mark.parametrize("path", sorted(examples().glob("*.json")), ids=lambda path: path.name)
def test_the_files_of_the_package_can_be_read(path: Path):
    assert decode(path.read_bytes())["resourceType"] == "Observation"


@pytest.mark.parametrize("open_access", [True, False])
def test_the_invitation_fits_a_screen_and_can_be_printed_anywhere(open_access: bool):
    told = invitation(ADDRESS, MADE, open_access=open_access)
    assert told.isascii()
    assert len(told.splitlines()) < 40


def test_printing_it_needs_no_server():
    code = "from hit_maternity.testbed.invitation import invitation; print(invitation('http://127.0.0.1:1', {}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Ctrl+C" in done.stdout
