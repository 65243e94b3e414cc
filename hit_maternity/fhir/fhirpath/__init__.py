"""FHIRPath N1 with FHIR R4's types and functions, compiled to closures.

expression = compile_expression("component.value.ofType(Quantity)", "Observation", Definitions.r4())
items = expression.evaluate(observation, Context(observation, observation, Definitions.r4()))
"""

from hit_maternity.fhir.fhirpath.code import Context
from hit_maternity.fhir.fhirpath.errors import FhirPathError
from hit_maternity.fhir.fhirpath.expression import Expression, compile_expression
from hit_maternity.fhir.fhirpath.item import Item
from hit_maternity.fhir.fhirpath.quantity import Quantity
from hit_maternity.fhir.fhirpath.temporal import Temporal

__all__ = ["Context", "Expression", "FhirPathError", "Item", "Quantity", "Temporal", "compile_expression"]
