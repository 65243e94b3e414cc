from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hit_maternity.fhir.terminology.languages import languages


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("", ()),
        ("nb", ("nb", "no")),
        ("nn", ("nn", "no", "nb")),
        ("no", ("no", "nb", "nn")),
        ("en;q=0.5, nn", ("nn", "no", "nb", "en")),
        ("nn, nb", ("nn", "no", "nb")),
        ("en-GB, *;q=0.1", ("en-gb",)),
        ("en;q=0", ()),
        ("en;q=high, se", ("se",)),
    ],
)
def test_what_is_asked_for_is_read_in_order_of_liking(text, tags):
    assert languages(text).tags == tags


@given(st.text(max_size=60))
def test_no_header_makes_it_fail(text):
    assert languages(text).display("x", None, []) == "x"


NAMES = [
    {"language": "nb", "use": {"code": "synonym"}, "value": "Velling"},
    {"language": "nb", "value": "Grøt"},
    {"language": "de-CH", "value": "Brei"},
    {"value": "no language"},
]


@pytest.mark.parametrize(
    ("text", "own", "display"),
    [
        ("nb", None, "Grøt"),
        ("nb-NO", None, "Grøt"),
        ("nn", None, "Grøt"),
        ("de", None, "Brei"),
        ("fr", None, "Porridge"),
        ("en,nb", None, "Porridge"),
        ("en,nb", "fr", "Grøt"),
        ("fr", "fr", "Porridge"),
        ("", None, "Porridge"),
    ],
)
def test_the_name_that_fits_best_is_shown(text, own, display):
    assert languages(text).display("Porridge", own, NAMES) == display
