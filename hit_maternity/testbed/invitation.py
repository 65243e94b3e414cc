"""What the demo tells: where it listens, and commands to try on its records."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import NamedTuple

from hit_maternity.testbed.people import pregnancies
from hit_maternity.testbed.people.canonical import FNR, record_id
from hit_maternity.testbed.people.woman import number_of

#: The woman who is searched for by her national id.
SOUGHT = "pre-eclampsia"


class Trial(NamedTuple):
    """Something to try: what it shows, and the command line."""

    what: str
    command: str


class Kind(NamedTuple):
    """One row of the table below. ``sent``: how (``get``, ``form``, the name of a file; ``token``: by curl with a token of ours);
    ``path``: below the FHIR base, one that begins with a slash below the server; ``more``: options of ``hit-maternity call``."""

    what: str
    sent: str
    path: str
    more: str = ""


_PRESSURES = "Observation?patient=pre-eclampsia-mother&code=85354-9&_sort=-date"
_WEIGHT = "Observation?patient=under-way-mother&code=29463-7&_sort=-date&_count=1"
_RECORD = f"/api/maternity-record/v1/record/{record_id('under-way')}"
_BOTH = (
    Kind("A whole card, ready to show", "get", "EpisodeOfCare/under-way-pregnancy/%24helsekort"),
    Kind("Somebody by her national id (synthetic): never in an address", "form", "Patient/_search"),
    Kind("All faults of a blood pressure at once, nothing written", "faulty.json", "Observation/%24validate"),
    Kind("Write a visit of today: all of it, or nothing", "visit.json", ""),
    Kind("Its weight: 72.40 stays 72.40", "get", _WEIGHT),
)
#: With open access.
_OPEN = (
    Kind("The women whose record is open", "get", "Patient?_has:EpisodeOfCare:patient:status=active&_elements=name"),
    Kind("A woman's blood pressures, the newest first", "get", _PRESSURES),
    Kind("The heart rates of the second twin", "get", "Observation?focus=Patient/twins-fetus-2&code=55283-6&_sort=date"),
    *_BOTH,
    Kind("What has happened, and what is due", "get", "EpisodeOfCare/under-way-pregnancy/%24timeline"),
)
#: With tokens: every call is about one woman.
_SECURED = (
    Kind("A woman's blood pressures, the newest first, as a midwife", "get", _PRESSURES),
    *_BOTH,
    Kind("The same record in the national JSON", "get", _RECORD, "--patient under-way"),
    Kind("What is written there stands in both", "fundal-height.json", f"{_RECORD}/symphysisFundalHeights", "--patient under-way"),
    Kind("The same call by curl, with a token and proof made for it", "token", "Patient/under-way-mother"),
    Kind("Refused: a secretary opens no record", "get", "Patient/under-way-mother", "--as sekretaer"),
)
#: Where ``hit-maternity call`` looks for the server by itself.
_USUAL = "http://127.0.0.1:8080"


def examples() -> Path:
    """The folder of files to send that are the same on every day."""
    with as_file(files("hit_maternity.testbed") / "examples") as folder:
        return folder


def trials(address: str, made: Mapping[str, Path], *, open_access: bool = False) -> list[Trial]:
    """Command lines that work as they stand in a shell, in PowerShell and in cmd: double quotes alone, and no ``$``. With
    ``open_access`` plain calls by curl, else ``hit-maternity call``, which fetches a token and a proof for each.

    ``made``: where the files lie that are made for the day, by name.
    """
    if open_access:
        return [Trial(it.what, _open_command(address, it, made)) for it in _OPEN]
    return [Trial(it.what, _secured_command(address, it, made)) for it in _SECURED]


def _open_command(address: str, it: Kind, made: Mapping[str, Path]) -> str:
    joint = "&" if "?" in it.path else "?"
    url = f'"{address}/fhir{"/" * bool(it.path)}{it.path}{joint}_pretty=true"'
    if it.sent == "get":
        return f"{_curl()} {url}"
    if it.sent == "form":
        return f'{_curl()} -d "identifier={FNR}|{_number()}" {url}'
    return f'{_curl()} -H "Content-Type: application/fhir+json" --data-binary "@{_shown(_file(it.sent, made))}" {url}'


def _secured_command(address: str, it: Kind, made: Mapping[str, Path]) -> str:
    server = "" if address == _USUAL else f" --server {address}"
    if it.sent == "token":
        return f"{program()} token{server} --url {it.path} --format curl | {_curl()} -s -K -"
    if it.sent == "get":
        verb, body = "GET", ""
    else:
        verb = "POST"
        body = f' --data "identifier={FNR}|{_number()}"' if it.sent == "form" else f' --data "@{_shown(_file(it.sent, made))}"'
    more = f" {it.more}" if it.more else ""
    return f'{program()} call{server} {verb} "{it.path}"{body}{more}'


def _curl() -> str:
    return "curl.exe" if sys.platform == "win32" else "curl"


def program() -> str:
    """How the command ``hit-maternity`` is called from where the user is: by its name where the shell finds it, else by its path."""
    name = "hit-maternity.exe" if sys.platform == "win32" else "hit-maternity"
    own = Path(sys.executable).with_name(name)
    found = shutil.which("hit-maternity")
    if found is not None and Path(found).resolve() == own.resolve():
        return "hit-maternity"
    shown = _shown(own).removesuffix(".exe") if own.exists() else f"{_shown(Path(sys.executable))} -m hit_maternity"
    return f'"{shown}"' if " " in shown and own.exists() else shown


def _file(name: str, made: Mapping[str, Path]) -> Path:
    return made.get(name, examples() / name)


def _number() -> str:
    (pregnancy,) = (it for it in pregnancies() if it.name == SOUGHT)
    return number_of(pregnancy.story.mother)


def _shown(file: Path) -> str:
    """Relative to where the user is, where that is shorter."""
    try:
        return str(file.absolute().relative_to(Path.cwd())).replace("/", os.sep)
    except ValueError:
        return str(file)


def invitation(address: str, made: Mapping[str, Path], *, open_access: bool = False) -> str:
    """What the demo prints once it listens; arguments as for ``trials``."""
    tokens = [] if open_access else ["  Each call is made as a synthetic midwife, with a token of the local HelseID (--help: as others)."]
    woman = [] if open_access else [f"  {address}/app/ is the women's own door: log in as one of them."]
    told = [
        f"hit-maternity is ready: {address}",
        "",
        *woman,
        f"  Open {address}/ in a browser, or try (in another terminal, in this folder):",
        *tokens,
    ]
    for trial in trials(address, made, open_access=open_access):
        told += ["", f"  # {trial.what}", f"  {trial.command}"]
    return "\n".join([*told, "", "  Ctrl+C stops the server. Only synthetic data, please: this is a testbed."])
