"""Invariants of R4 4.0.1 whose published expression does not say what their own words say, and what is evaluated instead; and
extensions that R4 itself uses where their published context does not let them stand.

Each was found by evaluating it on HL7's own examples and definitions, or is a technical correction of a later release (R4B, R5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Erratum:
    """``reason``: why the published text is not evaluated as it is; ``expression`` takes its place; ``not_on``: types that carry
    the invariant but can't have what it speaks of."""

    reason: str
    expression: str
    not_on: frozenset[str] = frozenset()


_NAME = "name.matches('[A-Z]([A-Za-z0-9_]){0,254}')"
_PROBABILITY = (
    "(low.empty() or ((low.code = '%') and (low.system = %ucum))) and (high.empty() or ((high.code = '%') and (high.system = %ucum)))"
)

#: extension, after ``http://hl7.org/fhir/StructureDefinition/`` -> where it may stand beside what its definition says: R4's own
#: StructureDefinitions have it there.
CONTEXTS: Mapping[str, frozenset[str]] = {
    "structuredefinition-fhir-type": frozenset({"ElementDefinition.type"}),
    "regex": frozenset({"ElementDefinition.type"}),
    "structuredefinition-normative-version": frozenset({"ElementDefinition"}),
}

#: published expression -> what is evaluated in its place. By the text, so that a profile's own rule of the same key is its own.
ERRATA: Mapping[str, Erratum] = {
    # app-4
    "Appointment.cancelationReason.exists() implies (Appointment.status='no-show' or Appointment.status='cancelled')": Erratum(
        "the code is noshow in AppointmentStatus; the published 'no-show' does not exist there",
        "cancelationReason.exists() implies (status = 'noshow' or status = 'cancelled')",
    ),
    # bdl-8
    "fullUrl.contains('/_history/').not()": Erratum(
        "an entry without fullUrl gives an empty result, which would count as a failure; corrected in R4B",
        "fullUrl.exists() implies fullUrl.contains('/_history/').not()",
    ),
    # mdd-1
    "whenHandedOver.empty() or whenPrepared.empty() or whenHandedOver >= whenPrepared": Erratum(
        "times of differing precision compare to empty; only one known to be before the other is wrong",
        "whenHandedOver.empty() or whenPrepared.empty() or iif(whenHandedOver < whenPrepared, false, true)",
    ),
    # md-1
    "max='*' or (max.toInteger() > 0)": Erratum(
        "max is optional, and without it nothing is wrong",
        "max.empty() or max = '*' or (max.toInteger() > 0)",
    ),
    # per-1
    "start.hasValue().not() or end.hasValue().not() or (start <= end)": Erratum(
        "times of differing precision compare to empty; only a start known to be after the end is wrong (datatypes.html#Period)",
        "start.hasValue().not() or end.hasValue().not() or iif(start > end, false, true)",
    ),
    # que-7
    "operator = 'exists' implies (answer is Boolean)": Erratum(
        "the type of answerBoolean is FHIR's boolean, not System.Boolean",
        "operator = 'exists' implies (answer is boolean)",
    ),
    # context of questionnaire-maxOccurs, questionnaire-minOccurs
    "type!='display' and (repeats=true or %extension.valueInteger=1)": Erratum(
        "in FHIRPath a choice element has its name without the type: value, not valueInteger",
        "type != 'display' and (repeats = true or %extension.value = 1)",
    ),
    "type!='display' and (required=true or %extension.valueInteger=0)": Erratum(
        "as above",
        "type != 'display' and (required = true or %extension.value = 0)",
    ),
    # ras-1
    _PROBABILITY: Erratum("of probability[x] only a Range has low and high", _PROBABILITY, not_on=frozenset({"decimal"})),
    # ras-2
    "probability is decimal implies (probability as decimal) <= 100": Erratum(
        "a prediction without probability gives an empty result, which would count as a failure",
        "probability.empty() or (probability is decimal implies (probability as decimal) <= 100)",
    ),
    # rng-2
    "low.empty() or high.empty() or (low <= high)": Erratum(
        "quantities of differing or no units compare to empty; only a low known to be above the high is wrong",
        "low.empty() or high.empty() or iif(low > high, false, true)",
    ),
    # tim-9
    "offset.empty() or (when.exists() and ((when in ('C' | 'CM' | 'CD' | 'CV')).not()))": Erratum(
        "when repeats, and `in` takes one item only; corrected in R4B",
        "offset.empty() or (when.exists() and when.select($this in ('C' | 'CM' | 'CD' | 'CV')).allFalse())",
    ),
    # inv-1 of Task
    "lastModified.exists().not() or authoredOn.exists().not() or lastModified >= authoredOn": Erratum(
        "times of differing precision compare to empty; only one known to be before the other is wrong",
        "lastModified.exists().not() or authoredOn.exists().not() or iif(lastModified < authoredOn, false, true)",
    ),
    # inv-0 and the like of every definitional resource
    _NAME: Erratum(
        "name is optional in most, and absent it gives an empty result; ChargeItemDefinition has none at all",
        f"name.empty() or {_NAME}",
        not_on=frozenset({"ChargeItemDefinition"}),
    ),
}
