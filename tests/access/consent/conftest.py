"""The consents of an empty space, and a clock that the test moves."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest

from hit_maternity.access.consent.withdrawal import Consents
from hit_maternity.store import Store

SECRET = b"s" * 32


@dataclass(slots=True)
class Clock:
    moment: datetime = datetime(2026, 5, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def later(self, **span: float) -> datetime:
        """Moves on; the new moment."""
        self.moment += timedelta(**span)
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def records() -> ModuleType:
    """The module that the tests of erasure fill a store with."""
    name = "hit_erasure_records"
    if name not in sys.modules:
        path = Path(__file__).resolve().parents[2] / "store" / "erasure_records.py"
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None and spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.fixture
def consents(store: Store, records: ModuleType, clock: Clock) -> Consents:
    return Consents(store, records.search(), SECRET, clock, records.BASE)
