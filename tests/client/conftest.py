"""The local HelseID of a new folder, called without a socket; a network that does as it is told; and what an independent library says of
proofs and assertions."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from hit_maternity.client import HelseId, Key
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

from hit_client_network import BASE, STS, Socketless  # noqa: E402  # made just above


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
