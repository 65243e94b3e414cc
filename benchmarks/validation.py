"""How long validation takes: one blood pressure against R4 and its profiles, and the whole normal pregnancy.

    python -m benchmarks.validation

Prints medians in milliseconds, of repeats after a first run that compiles. The bars: a blood pressure below 0.5 ms, the pregnancy
below 150 ms.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.definitions.loader import ARTEFACT, Artefact
from hit_maternity.fhir.terminology import LoadedTerminology
from hit_maternity.fhir.validation import Validator
from hit_maternity.testbed.people import pregnancies

COMPILED = Path(__file__).resolve().parents[1] / "profiles" / "compiled"
PRESSURE = "http://hl7.org/fhir/StructureDefinition/bp"


class _Listed:
    """Our definitions as a source."""

    def __init__(self, resources: Iterable[dict[str, Any]]) -> None:
        self._by_url = {(r["resourceType"], r.get("url", "")): r for r in resources}

    def find(self, kind: str, url: str) -> dict[str, Any] | None:
        return self._by_url.get((kind, url))

    def entries(self, kind: str) -> list[dict[str, Any]]:
        return [r for (k, _), r in self._by_url.items() if k == kind]

    def search_parameters(self) -> list[dict[str, Any]]:
        return []


def validator() -> Validator:
    """One that knows R4 and the card."""
    ours = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(COMPILED.glob("*.json"))]
    definitions = Definitions([Artefact(ARTEFACT), _Listed(ours)])
    return Validator(definitions, LoadedTerminology(definitions))


def milliseconds(work: Callable[[], object], repeats: int) -> float:
    """The median of ``repeats`` runs, after one that is not counted."""
    work()
    taken = []
    for _ in range(repeats):
        start = perf_counter()
        work()
        taken.append(perf_counter() - start)
    return median(taken) * 1000


def _unclaimed(resource: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in resource.items() if key != "meta"}


def main() -> int:
    check = validator()
    woman = next(p for p in pregnancies() if "normal" in p.name)
    resources = woman.resources()
    pressure = next(r for r in resources if any(u.endswith("bloodpressure") for u in r["meta"].get("profile", ())))
    other = {**_unclaimed(pressure), "code": {"text": "pressure"}}
    bundle = woman.bundle()
    for words, work, repeats in (
        ("a blood pressure, R4 alone", lambda: check.validate(other), 1000),
        ("a blood pressure, R4 and HL7's profile", lambda: check.validate(_unclaimed(pressure), profiles=[PRESSURE]), 1000),
        ("a blood pressure, R4 and the card's profile", lambda: check.validate(pressure), 1000),
        (f"the normal pregnancy, {len(resources)} resources", lambda: [check.validate(r) for r in resources], 15),
        ("the same as one transaction Bundle", lambda: check.validate(bundle), 15),
    ):
        sys.stdout.write(f"{milliseconds(work, repeats):9.3f} ms  {words}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
