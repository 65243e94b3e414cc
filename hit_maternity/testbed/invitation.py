"""The demo: the records of eight synthetic women, and commands to try on them."""

from __future__ import annotations

import os
import sys
from importlib.resources import as_file, files
from pathlib import Path
from typing import NamedTuple

#: Somebody of the records, to see whether they are loaded.
SOMEBODY = ("Patient", "demo-amalie")
#: The system of Norwegian national identity numbers.
FNR = "urn:oid:2.16.578.1.12.4.1.4.1"


class Trial(NamedTuple):
    """Something to try: what it shows, and the command line."""

    what: str
    command: str


def records() -> Path:
    """The folder of the women's records, each a transaction Bundle."""
    return _folder("demo")


def _folder(name: str) -> Path:
    with as_file(files("hit_maternity.testbed") / name) as folder:
        return folder


#: What it shows; how it is sent (``get``, ``form`` or ``file``) and what with; the address below the FHIR base.
_TRIALS = (
    ("The women in the record", "get", "", "Patient?_has:EpisodeOfCare:patient:status=active&_elements=name"),
    ("Eline's blood pressures, the newest first", "get", "", "Observation?patient=demo-eline&code=85354-9&_sort=-date"),
    ("Who has had a systolic pressure of 140 or more", "get", "", "Observation?component-code-value-quantity=8480-6%24ge140"),
    ("All that belongs to Cecilie, who expects twins", "get", "", "Patient/demo-cecilie/%24everything"),
    ("Somebody by her national id (synthetic): never in an address", "form", f"identifier={FNR}|23860150271", "Patient/_search"),
    ("Write a weight: 63.10 comes back as 63.10", "file", "weight.json", "Observation"),
    ("All faults of a bad resource, at once", "file", "faulty.json", "Observation"),
)


def trials(address: str) -> list[Trial]:
    """Command lines that work as they stand in a shell, in PowerShell and in cmd: double quotes alone, and no ``$``."""
    curl = "curl.exe" if sys.platform == "win32" else "curl"
    examples = _shown(_folder("examples"))
    made = []
    for what, kind, sent, path in _TRIALS:
        options = {
            "get": "",
            "form": f'-d "{sent}" ',
            "file": f'-H "Content-Type: application/fhir+json" --data-binary "@{examples}{os.sep}{sent}" ',
        }[kind]
        joint = "&" if "?" in path else "?"
        made.append(Trial(what, f'{curl} {options}"{address}/fhir/{path}{joint}_pretty=true"'))
    return made


def _shown(folder: Path) -> str:
    """Relative to where the user is, where that is shorter."""
    try:
        return str(folder.relative_to(Path.cwd()))
    except ValueError:
        return str(folder)


def invitation(address: str) -> str:
    """What the demo prints once it listens."""
    told = [
        f"hit-maternity is ready: {address}",
        "",
        f"  Open {address}/ in a browser, or try (in another terminal):",
    ]
    for trial in trials(address):
        told += ["", f"  # {trial.what}", f"  {trial.command}"]
    return "\n".join([*told, "", "  Ctrl+C stops the server. Only synthetic data, please: this is a testbed."])
