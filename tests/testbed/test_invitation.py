"""What the demo tells: commands that work when pasted, and never a national id in an address."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from hit_maternity.fhir.json import decode
from hit_maternity.maternity.identity import Population, recognise
from hit_maternity.testbed.invitation import examples, invitation, trials

ADDRESS = "http://127.0.0.1:8080"
MADE = {"visit.json": Path("var/demo-files/visit.json")}


def commands() -> list[str]:
    return [trial.command for trial in trials(ADDRESS, MADE)]


def test_the_commands_need_no_quoting_but_double_quotes():
    for command in commands():
        assert "'" not in command and "$" not in command and "`" not in command
        assert command.count('"') % 2 == 0
        assert command.startswith("curl.exe " if sys.platform == "win32" else "curl ")


def test_each_goes_to_the_address_and_asks_for_something_to_read():
    for command in commands():
        assert command.endswith('_pretty=true"')
        assert f'"{ADDRESS}/fhir' in command


def test_no_national_id_stands_in_an_address():
    for command in commands():
        assert not re.search(r"http\S*\d{11}", command)


def test_the_one_national_id_that_is_shown_is_synthetic():
    (number,) = re.findall(r"(?<!\d)\d{11}(?!\d)", "\n".join(commands()))
    assert recognise(number).population is Population.SKATTEETATEN


def test_the_files_that_are_sent_are_there_or_made():
    sent = {Path(found).name for command in commands() for found in re.findall(r'"@([^"]+)"', command)}
    assert sent == {path.name for path in examples().iterdir()} | set(MADE)


@pytest.mark.parametrize("path", sorted(examples().glob("*.json")), ids=lambda path: path.name)
def test_the_files_of_the_package_can_be_read(path: Path):
    assert decode(path.read_bytes())["resourceType"] == "Observation"


def test_the_invitation_fits_a_screen_and_can_be_printed_anywhere():
    told = invitation(ADDRESS, MADE)
    assert told.isascii()
    assert len(told.splitlines()) < 40


def test_printing_it_needs_no_server():
    code = "from hit_maternity.testbed.invitation import invitation; print(invitation('http://127.0.0.1:1', {}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Ctrl+C" in done.stdout
