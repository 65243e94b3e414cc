"""Whatever the expression and whatever the JSON: a collection, or a fault that FHIRPath tells."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hit_maternity.fhir import json
from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.fhirpath import Context, FhirPathError, compile_expression
from hit_maternity.fhir.fhirpath.functions import FORMS, PLAIN

DEFINITIONS = Definitions.r4()

ATOMS = st.sampled_from(
    ["$this", "$index", "$total", "%resource", "%rootResource", "%context", "%ucum", "%x", "{}", "true", "false", "1", "0", "-1",
     "2147483647", "1.50",
     "0.00000001", "'a'", "''", "'2026-01-02'", "'1 day'", "'[a-z]+'", "'http://loinc.org'", "@2026", "@2026-02", "@2026-02-28",
     "@2026-02-28T10:00:00Z",
     "@2026-02-28T10", "@T10:30", "1 'mg'", "2 weeks", "1 year"]
)  # fmt: skip
PATHS = st.sampled_from(
    ["value", "code", "component", "subject", "effective", "status", "extension", "id", "contained", "name", "Observation", "Patient",
     "meta.lastUpdated",
     "code.coding", "component.value", "subject.reference", "identifier.period.start"]
)  # fmt: skip
TYPES = st.sampled_from(["Quantity", "string", "System.String", "Observation", "dateTime", "Period", "FHIR.code", "Resource", "Element"])
BINARY = st.sampled_from(["+", "-", "*", "/", "div", "mod", "&", "|", "=", "!=", "~", "!~", "<", "<=", ">", ">=", "in", "contains",
"and", "or", "xor",
                          "implies"])  # fmt: skip
NAMES = sorted(FORMS | PLAIN)
COUNTS = {name: (declared.least, declared.most) for table in (FORMS, PLAIN) for name, declared in table.items()}


@st.composite
def deeper(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    shape = draw(st.sampled_from(["call", "call", "call", "binary", "type", "path", "index", "sign"]))
    if shape == "call":
        return called(draw, inner)
    left = draw(inner)
    if shape == "binary":
        return f"({left}) {draw(BINARY)} ({draw(inner)})"
    if shape == "type":
        return f"({left}) {draw(st.sampled_from(['is', 'as']))} {draw(TYPES)}"
    if shape == "path":
        return f"({left}).{draw(PATHS)}"
    return f"({left})[{draw(inner)}]" if shape == "index" else f"-({left})"


def called(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    name = draw(st.sampled_from(NAMES))
    least, most = COUNTS[name]
    if name in ("is", "as", "ofType"):
        return f"({draw(inner)}).{name}({draw(TYPES)})"
    arguments = draw(st.lists(inner, min_size=least, max_size=min(most, least + 2)))
    return f"({draw(inner)}).{name}({', '.join(arguments)})"


EXPRESSIONS = st.recursive(st.one_of(ATOMS, PATHS), deeper, max_leaves=12)
KEYS = st.sampled_from(
    ["resourceType", "id", "_id", "status", "_status", "code", "coding", "system", "value", "unit", "valueQuantity", "valueString",
     "_valueString",
     "component", "subject", "reference", "type", "effectiveDateTime", "_effectiveDateTime", "extension", "url", "contained", "name",
     "given", "_given",
     "meta", "lastUpdated", "text", "div", "", "_", "identifier", "period", "start", "comparator"]
)  # fmt: skip
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**400, -(10**40)]),
    st.sampled_from(["1.10", "1e400", "-0.0", "1E-300", "12345678901234567890.123456789", "1e99999999999999999999"]).map(
        lambda t: json.number(t)
    ),
    st.text(max_size=5),
    st.sampled_from(
        ["Observation", "Patient", "#a", "#", "Patient/1", "2026-01-02", "2026-13-40", "2026-01-02T03:04:05Z", "mg", "mm[Hg]", "final"]
    ),
)
VALUES = st.recursive(LEAVES, lambda v: st.one_of(st.lists(v, max_size=3), st.dictionaries(KEYS, v, max_size=5)), max_leaves=20)
INPUT_TYPES = st.sampled_from(
    [None, "Observation", "Patient", "Quantity", "CodeableConcept", "string", "dateTime", "Observation.component", "Resource"]
)


def attempt(text: str, value: Any, type_name: str | None) -> None:
    try:
        expression = compile_expression(text, type_name, DEFINITIONS, "lenient")
        context = Context(value, value, DEFINITIONS, narrative_ok=lambda div: True)
        items = expression.evaluate(value, context, companion=value)
        assert isinstance(items, list)
        for item in items:
            assert isinstance(item.type, str)
        assert expression.holds(value, context) in (True, False, None)
    except FhirPathError as fault:
        assert fault.status == 422 and fault.issues[0].rule.startswith("fhirpath-")


@settings(max_examples=400, deadline=None)
@given(EXPRESSIONS, VALUES, INPUT_TYPES)
def test_well_formed_expressions_on_any_json_give_items_or_a_fault(text: str, value: Any, type_name: str | None) -> None:
    attempt(text, value, type_name)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=40),
        st.lists(st.sampled_from([*"()[]{}.,'`@%$/*|&=<>~!-+\\ \n", "a", "1", "is", "as", "where", "@T", "day"]), max_size=30).map("".join),
    )
)
def test_any_text_is_an_expression_or_a_fault(text: str) -> None:
    attempt(text, {"resourceType": "Patient"}, "Patient")


CONSTRAINED = ("Observation", "Patient", "Bundle", "Questionnaire", "Composition", "DomainResource", "Reference", "Period", "Quantity")
CONSTRAINTS = [(name, c.expression) for name in CONSTRAINED if (info := DEFINITIONS.type(name)) for c in info.constraints]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(CONSTRAINTS), VALUES)
def test_constraints_of_r4_on_any_json_give_a_verdict_or_a_fault(constraint: tuple[str, str], value: Any) -> None:
    type_name, text = constraint
    attempt(text, value, type_name)
