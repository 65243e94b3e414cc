"""The FHIR API, sync and async."""

from __future__ import annotations


class FhirClient:
    """To come."""


class AsyncFhirClient:
    """To come."""
