#!/usr/bin/env python3
"""Every development command, with nothing but Python 3.11 or newer installed: `python dev.py demo`, `python dev.py test`.

Makes the virtual environment `.venv` beside this file, installs exactly what the lock files say (hash-checked, and only
when they have changed since the last time), and runs the command in it. Linux, macOS and Windows; no root.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

OLDEST = (3, 11)


def newer_python() -> str:
    """The path of a Python on this machine that is new enough and starts; empty where there is none."""
    for name in [f"python3.{minor}" for minor in range(20, OLDEST[1] - 1, -1)] + ["py"]:
        path = shutil.which(name)
        probe = f"import sys; sys.exit(sys.version_info < {OLDEST})"
        if path and subprocess.call([path, "-c", probe], stderr=subprocess.DEVNULL) == 0:
            return path
    return ""


if sys.version_info < OLDEST:
    newer = newer_python()
    if not newer:
        sys.exit(f"dev.py needs Python 3.11 or newer and found only {sys.version.split()[0]}. See https://www.python.org/downloads/")
    sys.exit(subprocess.call([newer, os.path.abspath(__file__), *sys.argv[1:]]))

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed.json"
LOCKS = {"runtime": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}
WINDOWS = os.name == "nt"


class Stop(Exception):
    """The command can't go on; the message says why and what to do."""


def environment() -> dict[str, str]:
    """The caller's environment less what would lead pip or Python out of the virtual environment."""
    drop = {"PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_HASHES", "__PYVENV_LAUNCHER__"}
    kept = {name: value for name, value in os.environ.items() if name not in drop}
    return kept | {"PYTHONUTF8": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def venv_python() -> Path:
    """The interpreter of the virtual environment, whether it is there yet or not."""
    return VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")


def run(*command: str | Path, quiet: bool = False) -> int:
    """Runs ``command`` in the project's folder and gives back its exit code; ``quiet`` hides what it prints."""
    sink = subprocess.DEVNULL if quiet else None
    sys.stdout.flush()
    return subprocess.run([str(part) for part in command], cwd=ROOT, env=environment(), check=False, stdout=sink, stderr=sink).returncode


def digest(kind: str) -> str:
    """A fingerprint of all that an installation depends on: the lock, the project's metadata, the interpreter, the folder."""
    parts = [LOCKS[kind].read_bytes(), (ROOT / "pyproject.toml").read_bytes(), sys.version.encode(), str(ROOT).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def installed(kind: str) -> bool:
    """Whether the virtual environment holds what the lock file asks for."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(stamp, dict) and stamp.get(kind) == digest(kind) and venv_python().exists()


def make_venv() -> None:
    """A virtual environment that starts; one that doesn't (moved, or its Python is gone) is made again."""
    if venv_python().exists() and run(venv_python(), "-m", "pip", "--version", quiet=True) == 0:
        return
    print(f"Making the virtual environment {VENV}", flush=True)
    if run(sys.executable, "-m", "venv", "--clear", VENV) != 0:
        raise Stop(f"{sys.executable} could not make a virtual environment. On Debian and Ubuntu, install the package python3-venv.")


def install(kind: str) -> None:
    """Brings the virtual environment to the lock file's state, unless it is there already."""
    if installed(kind):
        return
    make_venv()
    STAMP.unlink(missing_ok=True)
    lock = LOCKS[kind]
    count = sum("==" in line for line in lock.read_text(encoding="utf-8").splitlines() if line[:1].isalnum())
    print(f"Installing {count} packages from {lock.name}, once; a minute or two", flush=True)
    pip = (venv_python(), "-m", "pip", "install", "-qq", "--no-input")
    if run(*pip, "--require-hashes", "--requirement", lock) != 0:
        raise Stop("pip could not install the packages (its words are above). Is the package index reachable? Try the same command again.")
    if run(*pip, "--no-deps", "--no-build-isolation", "--editable", ROOT) != 0:
        raise Stop("pip could not install the project itself (its words are above).")
    run(venv_python(), "-m", "compileall", "-q", ROOT / "hit_maternity")  # so that the first start is as quick as the next
    kinds = ["runtime", "dev"] if kind == "dev" else [kind]
    STAMP.write_text(json.dumps({name: digest(name) for name in kinds}), encoding="utf-8")


def tool(module: str, *arguments: str) -> int:
    """Runs a Python module of the development environment."""
    install("dev")
    return run(venv_python(), "-m", module, *arguments)


def demo(arguments: Sequence[str]) -> int:
    """a server on 127.0.0.1:8080 with synthetic women's data, and what to try on it (--port N: elsewhere)"""
    install("runtime")
    command = [str(venv_python()), "-m", "hit_maternity", "demo", *arguments]
    if WINDOWS:
        return run(*command)
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execve(command[0], command, environment())


def test(arguments: Sequence[str]) -> int:
    """all tests, on SQLite and PostgreSQL; arguments go to pytest"""
    started = time.monotonic()
    chosen = any(a in {"-n", "--pdb", "--collect-only", "--co"} or a.startswith(("-n", "--numprocesses", "--pdb")) for a in arguments)
    processes = [] if chosen else ["-n", str(min(os.cpu_count() or 1, 8))]
    code = tool("pytest", *processes, *arguments)
    verdict = "all tests passed" if code == 0 else f"NOT passed (pytest ended with {code})"
    print(f"dev.py test: {verdict}, {time.monotonic() - started:.0f} s", flush=True)
    return code


def setup(arguments: Sequence[str]) -> int:
    """the virtual environment with all that development needs"""
    install("dev")
    print(f"Ready: {venv_python()}")
    return 0


def format(arguments: Sequence[str]) -> int:
    """formats the code (--check: only tells)"""
    return tool("ruff", "format", *arguments)


def lint(arguments: Sequence[str]) -> int:
    """ruff's rules (--fix: mends what it can)"""
    return tool("ruff", "check", *arguments)


def types(arguments: Sequence[str]) -> int:
    """mypy, strict"""
    return tool("mypy", *arguments)


def contracts(arguments: Sequence[str]) -> int:
    """who may import whom"""
    install("dev")
    return run(venv_python().with_name("lint-imports" + ".exe" * WINDOWS), *arguments)


def check(arguments: Sequence[str]) -> int:
    """format, lint, types and contracts, all of them even where one fails"""
    codes = {}
    for name, command, extra in (("format", format, ["--check"]), ("lint", lint, []), ("types", types, []), ("contracts", contracts, [])):
        print(f"== {name}", flush=True)
        codes[name] = command(extra)
    failed = [name for name, code in codes.items() if code]
    print("dev.py check: " + (f"NOT passed: {', '.join(failed)}" if failed else "all passed"), flush=True)
    return 1 if failed else 0


def bench(arguments: Sequence[str]) -> int:
    """throughput as a share of the ceiling's (benchmarks/README.md tells of the others)"""
    install("dev")
    return run(venv_python(), ROOT / "benchmarks" / "ratio.py", *arguments)


def openapi(arguments: Sequence[str]) -> int:
    """writes openapi/ anew from what the program registers"""
    return tool("hit_maternity", "openapi", str(ROOT / "openapi"), *arguments)


def lock(arguments: Sequence[str]) -> int:
    """writes the lock files anew from pyproject.toml (--upgrade: to the newest versions allowed)"""
    common = ("pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-header", "--python-version", "3.11", "pyproject.toml")
    runtime, development = (LOCKS[kind].name for kind in ("runtime", "dev"))
    return tool("uv", *common, "--group", "build", "-o", runtime, *arguments) or tool(
        "uv", *common, "--group", "dev", "-c", runtime, "-o", development, *arguments
    )


COMMANDS: tuple[Callable[[Sequence[str]], int], ...] = (
    demo,
    test,
    setup,
    format,
    lint,
    types,
    contracts,
    check,
    bench,
    openapi,
    lock,
)


def main(arguments: Sequence[str]) -> int:
    """Runs the command that ``arguments`` name; gives back the exit code."""
    width = max(len(command.__name__) for command in COMMANDS)
    listed = "\n".join(f"  {command.__name__:{width}}  {command.__doc__}" for command in COMMANDS)
    parser = argparse.ArgumentParser(
        prog="dev.py",
        usage="python dev.py COMMAND [ARGUMENTS]",
        epilog=f"commands:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=[command.__name__ for command in COMMANDS], metavar="COMMAND", help="one of those below")
    chosen = parser.parse_args(arguments[:1] or ["--help"])
    command = next(command for command in COMMANDS if command.__name__ == chosen.command)
    try:
        return command(arguments[1:])
    except Stop as stop:
        print(f"dev.py: {stop}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
