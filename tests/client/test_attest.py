"""The attest and the organisation, as the local HelseID takes them and the server's own reader understands them."""

from __future__ import annotations

import pytest

from hit_maternity.access.helseid.attest.parsing import parse
from hit_maternity.client import Organisation, attest
from hit_maternity.simulators.helseid.attest import completed
from hit_maternity.simulators.helseid.register import packaged

USUAL = {"legal_entity": "310110000", "point_of_care": "310001007"}


def test_the_whole_attest_is_completed_and_understood():
    made = attest(
        **USUAL,
        authorization="JO",
        department="990001",
        purpose="ETREAT",
        purpose_details="POLBESOK",
        healthcare_service=("S03", "urn:oid:2.16.578.1.12.4.1.1.8655"),
        decision_ref="ref-1",
        user_selected=True,
        patient_point_of_care="310006483",
        patient_department="990001",
    )
    assert set(made["practitioner"]) == {"authorization", "legal_entity", "point_of_care", "department"}
    whole = completed({name: value for name, value in made.items() if name != "type"}, packaged().practitioners[0], packaged())
    read = parse(whole)
    assert read is not None
    assert whole["care_relationship"]["decision_ref"] == {"id": "ref-1", "user_selected": True}
    assert whole["care_relationship"]["purpose_of_use"]["text"] and whole["practitioner"]["legal_entity"]["name"]
    assert whole["patients"][0]["point_of_care"]["id"] == "310006483"


def test_the_short_one_has_what_is_demanded_and_a_reference_of_its_own():
    one, other = attest(**USUAL), attest(**USUAL)
    assert one["type"] == "nhn:tillitsrammeverk:parameters" and set(one["practitioner"]) == {"legal_entity", "point_of_care"}
    assert one["care_relationship"]["decision_ref"]["id"] != other["care_relationship"]["decision_ref"]["id"]
    assert all("identifier" not in it for it in one["patients"])  # it never names her


@pytest.mark.parametrize("bad", [{"purpose": "HRESCH"}, {"purpose_details": None}])
def test_what_would_be_refused_is_refused_at_once(bad: dict[str, str | None]):
    with pytest.raises(ValueError):
        attest(**USUAL, **bad)  # type: ignore[arg-type]  # a wrong one on purpose


@pytest.mark.parametrize("numbers", [(None, None), ("31011000", None), ("310110000", "x"), ("３１０１１００００", None)])
def test_an_organisation_number_has_nine_digits(numbers: tuple[str | None, str | None]):
    with pytest.raises(ValueError):
        Organisation(*numbers)


def test_a_parent_alone_has_no_child():
    identifier = Organisation("310110000").detail()["practitioner_role"]["organization"]["identifier"]
    assert identifier == {"system": "urn:oid:1.0.6523", "type": "ENH", "value": "NO:ORGNR:310110000:"}
