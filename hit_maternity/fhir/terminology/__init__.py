"""Code systems and value sets over what is loaded."""

from hit_maternity.fhir.terminology.codesystem import CodeSystem
from hit_maternity.fhir.terminology.expansion import Expansion
from hit_maternity.fhir.terminology.loaded import LoadedTerminology

__all__ = ["CodeSystem", "Expansion", "LoadedTerminology"]
