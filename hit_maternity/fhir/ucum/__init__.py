"""UCUM units: reading a unit, and turning an amount into base units."""

from hit_maternity.fhir.ucum.conversion import Conversion, canonical, conversion, is_valid

__all__ = ["Conversion", "canonical", "conversion", "is_valid"]
