"""Query strings."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.rest.parameters import Shape, pairs_of, query_of, shape_of

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@given(st.lists(st.tuples(TEXT, TEXT), max_size=6))
def test_pairs_survive_a_query_string(pairs):
    kept = [(n, v) for n, v in pairs if n or v]
    assert pairs_of(query_of(kept)) == kept
    assert query_of(kept).isascii()


@given(st.text(st.sampled_from("ab=&+%2C3é;"), max_size=30))
def test_queries_are_read_as_the_standard_library_reads_them(query):
    as_sent = query.encode().decode("latin-1")
    assert pairs_of(as_sent) == parse_qsl(query, keep_blank_values=True, max_num_fields=500)


def test_too_many_parameters_are_refused():
    with pytest.raises(FhirError) as refusal:
        pairs_of("&".join(["a=b"] * 501))
    assert (refusal.value.status, refusal.value.issues[0].rule) == (400, "query-too-long")
    assert len(pairs_of("&".join(["a=b"] * 500))) == 500


@pytest.mark.parametrize("query", ["a=%00", "a=\0", "%00=b"])
def test_a_nul_is_refused(query):
    with pytest.raises(FhirError) as refusal:
        pairs_of(query)
    assert refusal.value.issues[0].rule == "query-malformed"


def test_the_shape_of_a_read():
    assert shape_of("_format=xml") is None
    assert shape_of("_summary=false") is None
    assert shape_of("_summary=data") == Shape("data", ())
    assert shape_of("_elements=a, b,,c&_elements=") == Shape(None, ("a", "b", "c"))
