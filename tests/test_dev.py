"""dev.py: starts on a machine that has only Python, and installs only what has changed."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def dev(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """dev.py over an empty project folder whose name has a blank in it; what it would run is noted in ``ran``."""
    spec = importlib.util.spec_from_file_location("dev", ROOT / "dev.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    root = tmp_path / "a project"
    root.mkdir()
    (root / "pyproject.toml").write_text("[project]\n")
    locks = {"runtime": root / "requirements.lock", "dev": root / "requirements-dev.lock"}
    for lock in locks.values():
        lock.write_text("a==1 --hash=sha256:0\n")
    ran: list[list[str]] = []

    def run(*command: str | Path, quiet: bool = False) -> int:
        ran.append([str(part) for part in command])
        if "venv" in ran[-1]:
            module.venv_python().parent.mkdir(parents=True)
            module.venv_python().touch()
        return 0

    monkeypatch.setattr(module, "ROOT", root)
    monkeypatch.setattr(module, "VENV", root / ".venv")
    monkeypatch.setattr(module, "STAMP", root / ".venv" / "installed.json")
    monkeypatch.setattr(module, "LOCKS", locks)
    monkeypatch.setattr(module, "run", run)
    module.ran = ran
    return module


def installs(dev: ModuleType) -> list[list[str]]:
    return [command for command in dev.ran if "install" in command]


def test_the_first_time_it_makes_the_environment_and_installs_what_the_lock_says_by_hash(dev: ModuleType):
    dev.install("runtime")
    assert dev.ran[0] == [sys.executable, "-m", "venv", "--clear", str(dev.VENV)]
    from_lock, project = installs(dev)
    assert "--require-hashes" in from_lock and str(dev.LOCKS["runtime"]) in from_lock
    assert project[-2:] == ["--editable", str(dev.ROOT)] and "--no-deps" in project
    assert dev.installed("runtime") and not dev.installed("dev")


def test_the_second_time_it_runs_nothing(dev: ModuleType):
    dev.install("dev")
    dev.ran.clear()
    dev.install("dev")
    dev.install("runtime")
    assert dev.ran == []


@pytest.mark.parametrize("changed", ["requirements.lock", "pyproject.toml"])
def test_a_changed_lock_or_project_is_installed_again(dev: ModuleType, changed: str):
    dev.install("runtime")
    dev.ran.clear()
    (dev.ROOT / changed).write_text("b==1 --hash=sha256:1\n")
    dev.install("runtime")
    assert len(installs(dev)) == 2


@pytest.mark.parametrize("stamp", ["", "[]", "null", '{"runtime": "old"}'])
def test_a_broken_stamp_means_install_again(dev: ModuleType, stamp: str):
    dev.install("runtime")
    dev.STAMP.write_text(stamp)
    assert not dev.installed("runtime")


def test_a_failed_install_leaves_no_stamp_and_says_what_to_do(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    done = dev.run
    monkeypatch.setattr(dev, "run", lambda *command, quiet=False: 1 if "--require-hashes" in command else done(*command))
    assert dev.main(["setup"]) == 2
    assert "pip could not install the packages" in capsys.readouterr().err
    assert not dev.STAMP.exists()


@pytest.mark.parametrize(
    ("arguments", "added"), [([], True), (["tests/x", "-k", "name"], True), (["-n", "0"], False), (["-n4"], False), (["--pdb"], False)]
)
def test_tests_run_in_several_processes_unless_told_otherwise(dev: ModuleType, arguments: list[str], added: bool):
    assert dev.main(["test", *arguments]) == 0
    command = dev.ran[-1]
    assert command[1:3] == ["-m", "pytest"] and command[-len(arguments) :] == arguments if arguments else True
    assert (command[3:4] == ["-n"] and command[4].isdigit()) == (added or arguments == ["-n", "0"])


def test_check_runs_all_four_even_where_one_fails(dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    done = dev.run
    monkeypatch.setattr(dev, "run", lambda *command, quiet=False: (done(*command), int("format" in command))[1])
    assert dev.main(["check"]) == 1
    tools = [" ".join(command[2:]) if "-m" in command else Path(command[0]).stem for command in dev.ran]
    assert tools[-4:] == ["ruff format --check", "ruff check", "mypy", "lint-imports"]
    assert capsys.readouterr().out.endswith("dev.py check: NOT passed: format\n")


def test_the_environment_of_another_project_does_not_leak_in(dev: ModuleType, monkeypatch: pytest.MonkeyPatch):
    for name in ("PYTHONPATH", "VIRTUAL_ENV", "PIP_TARGET", "PIP_USER"):
        monkeypatch.setenv(name, "elsewhere")
    monkeypatch.setenv("HIT_PORT", "9000")
    made = dev.environment()
    assert "elsewhere" not in made.values()
    assert made["HIT_PORT"] == "9000"


def test_without_a_command_it_tells_them_all():
    told = subprocess.run([sys.executable, ROOT / "dev.py"], capture_output=True, text=True, check=True).stdout
    assert all(
        f"\n  {name} " in told
        for name in ("demo", "test", "setup", "format", "lint", "types", "contracts", "check", "bench", "openapi", "lock")
    )


def test_an_unknown_command_is_refused():
    refused = subprocess.run([sys.executable, ROOT / "dev.py", "fly"], capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert "fly" in refused.stderr


def test_the_makefile_calls_every_command():
    makefile = (ROOT / "Makefile").read_text()
    spec = importlib.util.spec_from_file_location("dev", ROOT / "dev.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    listed = next(line for line in makefile.splitlines() if line.startswith("COMMANDS")).partition(":= ")[2].split()
    assert listed == [command.__name__ for command in module.COMMANDS]


def test_the_stamp_is_json_of_fingerprints(dev: ModuleType):
    dev.install("dev")
    assert json.loads(dev.STAMP.read_text()) == {kind: dev.digest(kind) for kind in ("runtime", "dev")}


def test_every_direct_dependency_says_why_it_is_there():
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    named = [line for line in lines if line.startswith('  "') and "~=" in line]
    assert len(named) > 20
    assert [line for line in named if "  # " not in line and '", # ' not in line] == []


def pinned(name: str) -> dict[str, list[str]]:
    """The packages of a lock file with what stands below each."""
    found: dict[str, list[str]] = {}
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if line[:1].isalnum():
            current = found.setdefault(line.split()[0], [])
        elif line:
            current.append(line.strip())
    return found


def test_both_locks_hold_the_same_versions_each_with_its_hashes():
    runtime, development = pinned("requirements.lock"), pinned("requirements-dev.lock")
    assert 40 < len(runtime) < len(development)
    assert runtime.keys() <= development.keys()
    for name, below in [*runtime.items(), *development.items()]:
        assert "==" in name
        assert any(line.startswith("--hash=sha256:") for line in below), name
