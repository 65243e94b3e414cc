"""Where other people's resources lie."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hit_maternity.fhir.definitions import Definitions


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of test data by others, named by HIT_TEST_DATA."""
    root = Path(__file__).parents[3]
    folder = Path(os.environ.get("HIT_TEST_DATA") or root.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"the test data of others are not here: {folder} (set HIT_TEST_DATA)")
    return folder


@pytest.fixture
def definitions() -> Definitions:
    return Definitions.r4()
