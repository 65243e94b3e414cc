"""The local HelseID of a new folder, called without a socket; a network that does as it is told; and what an independent library says of
proofs and assertions."""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from hit_maternity.client import HelseId, Key, TestTokens
from hit_maternity.client.local import register_client
from hit_maternity.clock import SystemClock
from hit_maternity.simulators.helseid import application as helseid
from hit_maternity.simulators.helseid.issuer import Issuer
from hit_maternity.simulators.helseid.test_tokens import auth_key, routes_of
from hit_maternity.simulators.loopback import Place
from hit_maternity.simulators.sts import sts

_NAME = "hit_client_network"
if _NAME not in sys.modules:  # tests are no packages: they import the network from here by this name
    _spec = importlib.util.spec_from_file_location(_NAME, Path(__file__).with_name("network.py"))
    assert _spec is not None and _spec.loader is not None
    sys.modules[_NAME] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules[_NAME])

from hit_client_network import BASE, MIDWIFE, STS, Socketless  # noqa: E402  # made just above


@dataclass
class Local:
    """The local HelseID and an EPJ that is registered there."""

    issuer: Issuer
    app: Starlette
    http: httpx.Client
    auth_key: str
    key: Key
    client_id: str

    def helseid(self, **how: object) -> HelseId:
        """The EPJ's side of it."""
        return HelseId(STS, self.client_id, self.key, http=self.http, **how)  # type: ignore[arg-type]  # whatever a test gives


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    place = Place(BASE, tmp_path_factory.mktemp("sts"))
    issuer = helseid.issuer(place, SystemClock())
    folder = place.folder / "helseid"
    app = Starlette(routes=[Mount("/sts", sts(issuer, None, routes_of(issuer, folder)))])
    with httpx.Client(transport=Socketless(app)) as http:
        key = Key.generate("epj")
        client_id = register_client(STS, key, name="An EPJ", http=http)
        yield Local(issuer, app, http, auth_key(folder), key, client_id)


@pytest.fixture
def async_http(local: Local) -> httpx.AsyncClient:
    """The same door for async clients."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(local.app), base_url=BASE)


class Demo:
    """A running demo in a folder of its own: fifteen synthetic women with consent, and the simulators."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        with socket.socket() as opened:
            opened.bind(("127.0.0.1", 0))
            port = int(opened.getsockname()[1])
        self.address = f"http://127.0.0.1:{port}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HIT_")}
        self.environment = {**kept, **{f"HIT_{name.upper()}": value for name, value in settings.items()}, "PYTHONUTF8": "1"}
        self.told = folder / "told"
        with self.told.open("wb") as sink:
            command = [sys.executable, "-m", "hit_maternity", "demo", "--port", str(port)]
            self.process = subprocess.Popen(command, cwd=folder, env=self.environment, stdout=sink, stderr=subprocess.STDOUT)
        for _ in range(1200):
            assert self.process.poll() is None, self.told.read_text(encoding="utf-8")
            try:
                if httpx.get(f"{self.address}/health/ready", timeout=2).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)  # a process that starts can only be polled
        self.stop()
        raise AssertionError("the demo was not ready in time")

    def tokens(self, **how: Any) -> TestTokens:
        """Of the midwife of the woman who is under way."""
        key = self.folder / "var" / "sts" / "helseid" / "ttt.key"
        usual: dict[str, Any] = {"person": MIDWIFE, "parent": "310140007", "child": "310005118", "role": "JO"}
        return TestTokens(f"{self.address}/sts/ttt", key, **{**usual, **how})

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    running = Demo(tmp_path_factory.mktemp("demo"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One whose APIs demand nonces of their own."""
    running = Demo(tmp_path_factory.mktemp("strict"), helseid_nonce="true")
    yield running
    running.stop()


@pytest.fixture
def start_demo(tmp_path: Path) -> Iterator[Callable[..., Demo]]:
    """Starts a demo with settings of the test's own."""
    started: list[Demo] = []

    def start_one(**settings: str) -> Demo:
        started.append(Demo(tmp_path, **settings))
        return started[-1]

    yield start_one
    for running in started:
        running.stop()
