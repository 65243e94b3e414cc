"""The citizen's world on each database."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

from hit_maternity.knowledge import Knowledge, knowledge
from hit_maternity.settings import Settings
from hit_maternity.store import Store

_NAME = "hit_citizens_world"
if _NAME not in sys.modules:  # tests are no packages: they import the world from here by this name
    _spec = importlib.util.spec_from_file_location(_NAME, Path(__file__).with_name("world.py"))
    assert _spec is not None and _spec.loader is not None
    sys.modules[_NAME] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules[_NAME])


@pytest.fixture(scope="session")
def known() -> Knowledge:
    return knowledge(Settings.from_environment())


@pytest.fixture(scope="session")
def issuer() -> Any:
    return sys.modules[_NAME].Issuer()


@pytest.fixture
def world(store: Store, known: Knowledge, issuer: Any) -> Any:
    """Two women at home."""
    made = sys.modules[_NAME].World(store, known, issuer)
    made.two_women()
    return made
