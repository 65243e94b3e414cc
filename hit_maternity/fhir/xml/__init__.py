"""The exact XML codec: resources in FHIR's XML form to the same dicts that ``json.decode`` gives, and back.

Driven by the element table, for every R4 type. Source: https://hl7.org/fhir/R4/xml.html.
"""

from hit_maternity.fhir.xml.reader import decode
from hit_maternity.fhir.xml.writer import encode

__all__ = ["decode", "encode"]
