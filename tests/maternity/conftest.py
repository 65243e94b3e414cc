"""One pregnancy that all tests of the domain reckon with: day 0 is 1 January 2026, the due date 11 October 2026 (283 days)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from hit_maternity.fhir.outcome import FhirError
from hit_maternity.maternity.dating import Dating
from hit_maternity.maternity.gestation import GestationalAge


@pytest.fixture
def dating() -> Dating:
    return Dating(date(2026, 10, 11))


@pytest.fixture
def on() -> Callable[[str], date]:
    """The date at a gestational age written as ``24+0``."""
    return lambda age: Dating(date(2026, 10, 11)).day_at(GestationalAge.parse(age))


@pytest.fixture
def rules_of() -> Callable[[pytest.ExceptionInfo[FhirError]], list[str]]:
    """The rule ids in a caught refusal."""
    return lambda caught: [issue.rule for issue in caught.value.issues]
