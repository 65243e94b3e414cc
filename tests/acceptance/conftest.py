"""A real server process on a free loopback port, on each database."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def others_data() -> Path:
    """The folder of resources written by others."""
    folder = Path(os.environ.get("HIT_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the resources written by others are not at {folder} (HIT_TEST_DATA)")
    return folder


def free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


def start_server(database_url: str, **settings: str) -> tuple[subprocess.Popen[bytes], str]:
    """A server process and its address; waits until it is ready."""
    address = f"http://127.0.0.1:{(port := free_port())}"
    command = [sys.executable, "-m", "hit_maternity", "serve", "--host", "127.0.0.1", "--port", str(port)]
    environment = {**os.environ, "HIT_DATABASE_URL": database_url, "HIT_ACCESS": "open", **settings}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    for _ in range(600):
        if process.poll() is not None:
            assert process.stderr is not None
            raise AssertionError(f"the server ended: {process.stderr.read()!r}")
        try:
            if httpx.get(f"{address}/health/ready", timeout=2).status_code == 200:
                return process, address
        except httpx.TransportError:
            time.sleep(0.05)  # a process that starts can only be polled
    process.kill()
    raise AssertionError("the server was not ready in time")


@pytest.fixture
def start() -> Iterator[Callable[..., tuple[subprocess.Popen[bytes], str]]]:
    """Starts servers; those still running at the end are stopped."""
    started: list[subprocess.Popen[bytes]] = []

    def start_one(database_url: str, **settings: str) -> tuple[subprocess.Popen[bytes], str]:
        process, address = start_server(database_url, **settings)
        started.append(process)
        return process, address

    yield start_one
    for process in started:
        process.terminate()
        process.wait(20)
        if process.stderr:
            process.stderr.close()


@pytest.fixture
def server(start: Callable[..., tuple[subprocess.Popen[bytes], str]], database_url: str) -> str:
    """The address of a running server with an empty database."""
    return start(database_url)[1]


@pytest.fixture
def fhir(server: str) -> Iterator[httpx.Client]:
    """A client of the FHIR base; strict handling, JSON."""
    with httpx.Client(base_url=f"{server}/fhir", headers={"Accept": "application/fhir+json"}, timeout=60) as client:
        yield client
