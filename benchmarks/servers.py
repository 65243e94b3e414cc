"""Starts the servers that are measured, on free ports of this machine, and stops them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent


def free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Returns when ``url`` answers, with whatever status."""
    for _ in range(3000):
        if process.poll() is not None:
            raise SystemExit(f"the server ended with {process.returncode}")
        try:
            urllib.request.urlopen(url, timeout=1)
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.01)
    raise SystemExit(f"no answer from {url}")


@contextmanager
def running(command: list[str], environment: dict[str, str], ready: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(ready, process)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


@contextmanager
def ceiling(folder: str) -> Iterator[str]:
    """The ceiling server; gives its base URL."""
    base = f"http://127.0.0.1:{(port := free_port())}"
    command = [sys.executable, "-m", "uvicorn", "--app-dir", str(HERE), "ceiling:app", "--port", str(port), "--log-level", "error"]
    with running(command, {"CEILING_DB": f"{folder}/ceiling.db"}, f"{base}/Observation/none"):
        yield base


@contextmanager
def ours(database_url: str, workers: int = 1) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """hit-maternity on ``database_url``; gives its FHIR base URL and the process."""
    base = f"http://127.0.0.1:{(port := free_port())}"
    command = [sys.executable, "-m", "hit_maternity", "serve", "--host", "127.0.0.1", "--port", str(port), "--workers", str(workers)]
    with running(command, {"HIT_DATABASE_URL": database_url, "HIT_ACCESS": "open"}, f"{base}/health/ready") as process:
        yield f"{base}/fhir", process
