"""The examples of docs/examples run against the demo as they stand; those in other languages are what generate.py makes of flow.toml."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
CURL = pytest.mark.skipif(not (shutil.which("sh") and shutil.which("curl")), reason="needs a POSIX shell and curl")


def run(demo: Any, *command: str) -> str:
    """What an example prints, in the folder of the demo."""
    path = f"{Path(sys.executable).parent}:{demo.environment.get('PATH', '')}"
    environment = {**demo.environment, "PATH": path}
    done = subprocess.run([*command, demo.address], cwd=demo.folder, env=environment, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def test_the_python_example_of_the_national_api(demo: Any):
    told = run(demo, sys.executable, str(EXAMPLES / "visit_json.py")).splitlines()
    assert told[0] == "consent: True, active record: True"
    assert told[2:5] == ["written: weight 72.40, version 1", "corrected: blood pressure 122/78, version 2", told[4]]
    assert told[4] == "refused: DHG-0008, somebody changed it since"
    assert [line.split()[1] for line in told[5:]] == ["CREATED", "UPDATED"]


def test_the_python_example_of_fhir(demo: Any):
    told = run(demo, sys.executable, str(EXAMPLES / "visit_fhir.py")).splitlines()
    assert told[1:] == [
        "written: 201 Created, 201 Created, 201 Created, 201 Created",
        "weight: 72.40",
        "corrected: version 2",
        "history: version 2, systolic 122",
        "history: version 1, systolic 118",
    ]


@CURL
def test_the_curl_example_of_the_national_api(demo: Any):
    told = run(demo, "sh", str(EXAMPLES / "visit-json.sh"))
    assert '"motherWeight":72.40' in told and '"bloodPressure":"122/78"' in told and "'event': 'UPDATED'" in told


@CURL
def test_the_curl_example_of_fhir(demo: Any):
    told = run(demo, "sh", str(EXAMPLES / "visit-fhir.sh")).splitlines()
    assert "201 Created" in told and told[-1] == "122"


def test_the_other_languages_are_what_the_description_gives():
    done = subprocess.run([sys.executable, str(EXAMPLES / "generate.py"), "--check"], capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_first_lines_of_the_guide_write_a_visit(demo: Any):
    guide = (EXAMPLES.parent / "client.md").read_text(encoding="utf-8")
    code = guide.partition("```python\n")[2].partition("```")[0].replace("http://127.0.0.1:8080", demo.address)
    assert run(demo, sys.executable, "-c", code).strip() == "1"


def test_the_guide_names_what_there_is():
    from hit_maternity import client

    guide = (EXAMPLES.parent / "client.md").read_text(encoding="utf-8")
    for name in re.findall(r"`([A-Z][A-Za-z]+)`", guide):
        assert hasattr(client, name) or name in ("POST", "PATCH", "GET", "PUT", "DELETE", "TERMINATED", "HttpClient"), name
    for link in re.findall(r"\]\(([a-z][^):]*)\)", guide):
        assert (EXAMPLES.parent / link).exists(), link
