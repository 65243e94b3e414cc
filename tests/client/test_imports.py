"""The SDK stands alone: nothing of the server in it, and of other packages what a vendor needs for HTTP and signing."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import hit_maternity.client

OTHERS = {"httpx", "jwt", "cryptography", "fhir"}


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add(node.module or "")
    return found


def test_it_imports_its_own_files_the_standard_library_and_few_others():
    files = list(Path(hit_maternity.client.__file__).parent.glob("*.py"))
    assert len(files) > 20
    for path in files:
        for name in imported(path):
            top = name.partition(".")[0]
            own = name == "hit_maternity.client" or name.startswith("hit_maternity.client.")
            assert own or top in OTHERS or top in sys.stdlib_module_names, (path.name, name)


def test_importing_it_loads_no_server_and_no_models():
    told = (
        "import sys, hit_maternity.client; print(*sorted(m for m in sys.modules if m.startswith(('hit_maternity', 'fhir', 'starlette'))))"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert [it for it in done.stdout.split() if it != "hit_maternity" and not it.startswith("hit_maternity.client")] == []


def test_without_the_models_it_says_what_to_install():
    told = (
        "import sys; sys.modules['fhir.resources.R4B'] = None\n"
        "from hit_maternity.client.fhir_types import model\n"
        "try: model({'resourceType': 'Patient'})\n"
        "except ImportError as fault: print(fault)"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert "hit-maternity[client]" in done.stdout and "typed=False" in done.stdout
