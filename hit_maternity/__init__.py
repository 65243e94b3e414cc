"""The FHIR R4 reference implementation and testbed of Norway's digital maternity record."""

__version__ = "0.1.0"
