"""Every function of FHIRPath and FHIR, by name."""

from hit_maternity.fhir.fhirpath.functions import collections, conversions, loops, mathematics, moments, navigation, strings
from hit_maternity.fhir.fhirpath.functions.registry import Form, Plain

FORMS: dict[str, Form] = {**collections.FORMS, **loops.FORMS, **navigation.FORMS}
PLAIN: dict[str, Plain] = {
    **collections.PLAIN,
    **conversions.PLAIN,
    **mathematics.PLAIN,
    **moments.PLAIN,
    **navigation.PLAIN,
    **strings.PLAIN,
}

__all__ = ["FORMS", "PLAIN"]
