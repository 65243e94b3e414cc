"""A running server on SQLite that the tests of a file share: each uses names of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest


class Running:
    """``hit-maternity serve`` over a copy of the SQLite file ``empty`` in ``folder``, or over the ``database_url`` of the settings.
    It is ready; what it tells goes to the file ``told``."""

    def __init__(self, folder: Path, empty: Path, **settings: str) -> None:
        shutil.copyfile(empty, folder / "hit.db")
        with socket.socket() as opened:
            opened.bind(("127.0.0.1", 0))
            port = int(opened.getsockname()[1])
        self.address = f"http://127.0.0.1:{port}"
        self.told = folder / "told"
        given = {
            "HIT_ACCESS": "open",
            "HIT_DATABASE_URL": f"sqlite:///{folder.as_posix()}/hit.db",
            **{f"HIT_{k.upper()}": v for k, v in settings.items()},
        }
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HIT_")}
        with self.told.open("wb") as sink:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "hit_maternity", "serve", "--port", str(port)],
                env={**environment, **given, "PYTHONUTF8": "1"},
                stdout=sink,
                stderr=subprocess.STDOUT,
            )
        for _ in range(1200):
            assert self.process.poll() is None, f"the server ended: {self.told.read_text(encoding='utf-8')}"
            try:
                if httpx.get(f"{self.address}/health/ready", timeout=2).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)  # a process that starts can only be polled
        self.stop()
        raise AssertionError("the server was not ready in time")

    def stop(self) -> int:
        """Asks the server to end; its exit code."""
        self.process.terminate()
        return self.process.wait(20)


@pytest.fixture(scope="session")
def running() -> type[Running]:
    """For fixtures that start a server of their own."""
    return Running


@pytest.fixture
def start(tmp_path: Path, migrated_file: Path) -> Iterator[Callable[..., Running]]:
    """Starts servers with settings of the test's own."""
    started: list[Running] = []

    def start_one(**settings: str) -> Running:
        started.append(Running(tmp_path, migrated_file, **settings))
        return started[-1]

    yield start_one
    for running in started:
        running.stop()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Iterator[str]:
    """The address of the shared server."""
    running = Running(tmp_path_factory.mktemp("server"), migrated_file)
    yield running.address
    running.stop()
