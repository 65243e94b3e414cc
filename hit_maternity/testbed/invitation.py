"""What the demo tells: where it listens, and commands to try on its records."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import NamedTuple

from hit_maternity.testbed.people import pregnancies
from hit_maternity.testbed.people.canonical import FNR
from hit_maternity.testbed.people.woman import number_of

#: The woman who is searched for by her national id.
SOUGHT = "pre-eclampsia"


class Trial(NamedTuple):
    """Something to try: what it shows, and the command line."""

    what: str
    command: str


#: What it shows; how it is sent (``get``, ``form``, or the name of a file); the address below the FHIR base.
_TRIALS = (
    ("The women whose record is open", "get", "Patient?_has:EpisodeOfCare:patient:status=active&_elements=name"),
    ("A woman's blood pressures, the newest first", "get", "Observation?patient=pre-eclampsia-mother&code=85354-9&_sort=-date"),
    ("The heart rates of the second twin", "get", "Observation?focus=Patient/twins-fetus-2&code=55283-6&_sort=date"),
    ("A whole card, ready to show", "get", "EpisodeOfCare/under-way-pregnancy/%24helsekort"),
    ("What has happened, and what is due", "get", "EpisodeOfCare/under-way-pregnancy/%24timeline"),
    ("Somebody by her national id (synthetic): never in an address", "form", "Patient/_search"),
    ("All faults of a blood pressure at once, nothing written", "faulty.json", "Observation/%24validate"),
    ("Write a visit of today: all of it, or nothing", "visit.json", ""),
    ("Its weight: 72.40 stays 72.40", "get", "Observation?patient=under-way-mother&code=29463-7&_sort=-date&_count=1"),
)


def examples() -> Path:
    """The folder of files to send that are the same on every day."""
    with as_file(files("hit_maternity.testbed") / "examples") as folder:
        return folder


def trials(address: str, made: Mapping[str, Path]) -> list[Trial]:
    """Command lines that work as they stand in a shell, in PowerShell and in cmd: double quotes alone, and no ``$``.

    ``made``: where the files lie that are made for the day, by name.
    """
    curl = "curl.exe" if sys.platform == "win32" else "curl"
    listed = []
    for what, sent, path in _TRIALS:
        joint = "&" if "?" in path else "?"
        listed.append(Trial(what, f'{curl} {_options(sent, made)}"{address}/fhir{"/" * bool(path)}{path}{joint}_pretty=true"'))
    return listed


def _options(sent: str, made: Mapping[str, Path]) -> str:
    if sent == "get":
        return ""
    if sent == "form":
        return f'-d "identifier={FNR}|{_number()}" '
    file = made.get(sent, examples() / sent)
    return f'-H "Content-Type: application/fhir+json" --data-binary "@{_shown(file)}" '


def _number() -> str:
    (pregnancy,) = (it for it in pregnancies() if it.name == SOUGHT)
    return number_of(pregnancy.story.mother)


def _shown(file: Path) -> str:
    """Relative to where the user is, where that is shorter."""
    try:
        return str(file.resolve().relative_to(Path.cwd())).replace("/", os.sep)
    except ValueError:
        return str(file)


def invitation(address: str, made: Mapping[str, Path]) -> str:
    """What the demo prints once it listens; ``made`` as for ``trials``."""
    told = [
        f"hit-maternity is ready: {address}",
        "",
        f"  Open {address}/ in a browser, or try (in another terminal):",
    ]
    for trial in trials(address, made):
        told += ["", f"  # {trial.what}", f"  {trial.command}"]
    return "\n".join([*told, "", "  Ctrl+C stops the server. Only synthetic data, please: this is a testbed."])
