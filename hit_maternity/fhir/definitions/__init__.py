"""FHIR R4 definitions: the committed artefact, packages loaded beside it, and the element table they give."""

from hit_maternity.fhir.definitions.loader import Definitions, Source
from hit_maternity.fhir.definitions.model import Binding, Constraint, ElementInfo, TypeInfo

__all__ = ["Binding", "Constraint", "Definitions", "ElementInfo", "Source", "TypeInfo"]
