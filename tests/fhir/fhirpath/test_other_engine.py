"""The search expressions and root constraints of R4, on its own examples, give what another FHIRPath library gives."""

from __future__ import annotations

import json as text_json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from hit_maternity.fhir import json
from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.fhirpath import Context, FhirPathError, compile_expression

#: Functions that the other library lacks, or that it prints with.
LACKING = ("resolve", "hasValue", "htmlChecks", "trace", "extension", "hasExtension", "descendants")
#: Where ours is right to differ: equal components are one in a union, whatever the spelling of their numbers.
DIFFERENT = {"Observation | Observation.component"}


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    return value.as_decimal() if isinstance(value, json.LosslessFloat) else value


def spelt(value: Any) -> str:
    return text_json.dumps(value, sort_keys=True, default=lambda v: f"{Decimal(v):f}")


def ours(text: str, resource: dict[str, Any], definitions: Definitions) -> list[str] | None:
    try:
        items = compile_expression(text, resource["resourceType"], definitions).evaluate(resource, Context(resource, resource, definitions))
    except FhirPathError:
        return None
    return sorted(spelt(plain(item.value)) for item in items)


def test_results_agree_on_the_examples_of_types_that_a_maternity_record_uses(data: Path, definitions: Definitions) -> None:
    library = pytest.importorskip("fhirpathpy", reason="fhirpathpy, the library to compare with, is not installed")
    from fhirpathpy.models import models

    compared, differing = 0, set()
    searches = [(p["expression"], p.get("base", ())) for p in definitions.search_parameters() if p.get("expression")]
    for name in ("Observation", "Patient", "EpisodeOfCare", "Encounter", "Condition", "CarePlan", "Composition"):
        info = definitions.type(name)
        assert info is not None
        texts = {c.expression for c in info.constraints} | {text for text, bases in searches if name in bases}
        known = {t: library.compile(t, models["r4"]) for t in texts if not any(f in t for f in LACKING)}
        for path in sorted((data / "hl7-r4-examples").glob(f"{name}-*.json"))[:3]:
            resource = json.decode(path.read_bytes())
            for text, other in known.items():
                try:
                    theirs = sorted(map(spelt, other(plain(resource), {"resource": plain(resource)})))
                except Exception:  # the library raises bare Exceptions where it can't do something
                    continue
                compared += 1
                if ours(text, resource, definitions) != theirs:
                    differing.add(text)
    assert differing <= DIFFERENT
    assert compared > 300
