"""Validation of FHIR R4 resources: structure, values, references, codes, narrative, extensions, invariants, profiles."""

from hit_maternity.fhir.validation.validator import Validator

__all__ = ["Validator"]
