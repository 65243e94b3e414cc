"""The local issuers of a new folder, a clock that can be moved, and vendors that call them."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from joserfc import jwk
from starlette.applications import Starlette
from starlette.routing import Mount

from hit_maternity.simulators.helseid import application as helseid
from hit_maternity.simulators.helseid.issuer import Issuer
from hit_maternity.simulators.helseid.keys import Keys
from hit_maternity.simulators.helsenorge import application as helsenorge
from hit_maternity.simulators.helsenorge.issuer import HelsenorgeIssuer
from hit_maternity.simulators.loopback import Place
from hit_maternity.simulators.sts import sts

_NAME = "hit_simulators_vendor"
if _NAME not in sys.modules:  # tests are no packages: they import the vendor's system from here by this name
    _spec = importlib.util.spec_from_file_location(_NAME, Path(__file__).with_name("vendor.py"))
    assert _spec is not None and _spec.loader is not None
    sys.modules[_NAME] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules[_NAME])

from hit_simulators_vendor import BASE, Http, MovingClock, Vendor  # noqa: E402  # made just above


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock(datetime(2026, 11, 22, 8, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def made_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a key: making one takes longer than a test."""
    folder = tmp_path_factory.mktemp("keys")
    Keys.load_or_make(folder, MovingClock(datetime(2026, 1, 1, tzinfo=UTC)))
    return folder


@pytest.fixture
def place(tmp_path: Path, made_keys: Path) -> Place:
    for issuer in ("helseid", "helsenorge"):
        shutil.copytree(made_keys, tmp_path / "sts" / issuer)
    return Place(BASE, tmp_path / "sts")


@pytest.fixture
def issuer(place: Place, clock: MovingClock) -> Issuer:
    return helseid.issuer(place, clock)


@pytest.fixture
def citizens_issuer(place: Place, clock: MovingClock) -> HelsenorgeIssuer:
    return helsenorge.issuer(place, clock)


@pytest.fixture
def http(issuer: Issuer, citizens_issuer: HelsenorgeIssuer) -> Http:
    return Http(Starlette(routes=[Mount("/sts", sts(issuer, citizens_issuer))]))


@pytest.fixture
def vendor(http: Http, clock: MovingClock, issuer: Issuer) -> Callable[[str], Vendor]:
    """A vendor with one of the demo's clients, by its short name."""

    def made(key: str) -> Vendor:
        client = issuer.clients.named(key)
        assert client is not None
        return Vendor(http, clock, client.client_id, jwk.ECKey.import_key(issuer.clients.private_key(key)))

    return made


@pytest.fixture
def epj(vendor: Callable[[str], Vendor]) -> Vendor:
    """The multi-tenant EPJ of the demo."""
    return vendor("demo-epj")
