"""The OpenAPI 3.1 documents of the doors, made from what the program registers."""

from __future__ import annotations

from typing import Any

from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.operations import OPERATIONS, Operation
from hit_maternity.fhir.ports import Terminology
from hit_maternity.fhir.rest.capabilities import statement
from hit_maternity.fhir.search import Search
from hit_maternity.openapi.examples import examples
from hit_maternity.openapi.fhir import fhir_document

__all__ = ["fhir_openapi"]


def fhir_openapi(
    definitions: Definitions, terminology: Terminology, search: Search, operations: tuple[Operation, ...] = OPERATIONS
) -> dict[str, Any]:
    """The OpenAPI 3.1 document of the FHIR API over ``definitions`` with ``operations``."""
    told = statement(definitions, search, operations, "/fhir", "2026-01-01")
    return fhir_document(told, operations, examples(definitions, terminology))
