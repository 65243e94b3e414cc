"""The calls of the FHIR API: their shape, digits, national ids, updates that may have arrived, pages; over a network as told."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import httpx
import pytest
from fhir.resources.R4B.observation import Observation
from hit_client_network import AT_ONCE, PATIENT, TOKEN, Network, answer, proof_of

from hit_maternity.client import FhirClient, FhirProblem, FixedToken, Key, Unreachable
from hit_maternity.client.fhir_types import as_dict, model
from hit_maternity.client.json import encode

BASE = "https://record.test/fhir"
WEIGHT = {
    "resourceType": "Observation",
    "id": "w",
    "meta": {"versionId": "4", "lastUpdated": "2026-11-20T09:30:00.120Z"},
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
    "valueQuantity": {"value": Decimal("72.40"), "unit": "kg"},
    "component": [{"code": {"text": "a"}, "valueQuantity": {"value": Decimal("0.10")}}],
}
LOST = httpx.ReadTimeout("x")


def client(network: Network, **how: Any) -> FhirClient:
    usual: dict[str, Any] = {"source_system": "EPJ 1.0", "role": "JO", "retries": AT_ONCE, "http": network.http}
    return FhirClient(BASE, FixedToken(TOKEN, Key.generate()), PATIENT, **{**usual, **how})


def replied(body: dict[str, Any], status: int = 200) -> httpx.Response:
    return httpx.Response(status, content=encode(body))


def test_a_model_keeps_the_digits_of_its_decimals_both_ways():
    typed = model(WEIGHT)
    assert isinstance(typed, Observation)
    written = encode(as_dict(typed))
    assert b'"value":72.40' in written and b'"value":0.10' in written
    assert as_dict(typed) == {**WEIGHT, "meta": as_dict(typed)["meta"]}
    with pytest.raises(TypeError):
        as_dict("Observation")


def test_an_update_names_the_version_that_it_replaces():
    network = Network([replied(WEIGHT)])
    client(network).update(model(WEIGHT))
    client(network).update(WEIGHT, version="7")
    client(network).update({**WEIGHT, "meta": {}})
    assert [it.headers.get("if-match") for it in network.seen] == ['W/"4"', 'W/"7"', None]
    assert b'"value":72.40' in network.seen[0].content and network.seen[0].method == "PUT"


def test_an_update_that_had_gone_in_is_found_to_be_our_own():
    stored = {**WEIGHT, "meta": {"versionId": "5"}}
    network = Network([LOST, answer(None, 412), replied(stored)])
    assert client(network, typed=False).update(WEIGHT) == stored
    for other in ({**stored, "status": "amended"}, {**stored, "note": [{"text": "more"}]}):
        with pytest.raises(FhirProblem):
            client(Network([LOST, answer(None, 412), replied(other)])).update(WEIGHT)


def test_an_update_that_is_refused_at_once_is_not_looked_into():
    network = Network([answer(None, 412)])
    with pytest.raises(FhirProblem):
        client(network).update(WEIGHT)
    assert len(network.seen) == 1


@pytest.mark.parametrize(
    ("call", "times"),
    [
        (lambda it: it.read("Observation", "w"), 4),
        (lambda it: it.delete("Observation", "w"), 4),
        (lambda it: list(it.search("Patient", {"identifier": PATIENT})), 4),
        (lambda it: it.update(WEIGHT), 4),
        (lambda it: it.update({**WEIGHT, "meta": {}}), 1),
        (lambda it: it.delete("Observation", "w", "4"), 1),
        (lambda it: it.create(WEIGHT), 1),
        (lambda it: it.patch("Observation", "w", [], "4"), 1),
        (lambda it: it.transaction({"resourceType": "Bundle"}), 1),
        (lambda it: it.operation("Observation/$validate", {"resourceType": "Parameters"}), 1),
    ],
)
def test_what_is_made_again_and_what_never(call: Any, times: int):
    network = Network([LOST])
    with pytest.raises(Unreachable):
        call(client(network))
    assert len(network.seen) == times


def test_a_value_that_looks_like_a_national_id_makes_the_search_a_post():
    network = Network([replied({"resourceType": "Bundle", "type": "searchset"})])
    for asked in ({"identifier": f"urn:x|{PATIENT}"}, [("identifier", f"{PATIENT},{PATIENT}")], {"a": ["b", PATIENT]}):
        assert list(client(network).search("Patient", asked)) == []
    list(client(network).search("Patient", {"_id": "0195b7e2-7a01-7c11-9f00-12345678901a", "_count": "5"}))
    assert [it.method for it in network.seen] == ["POST", "POST", "POST", "GET"]
    assert all(PATIENT not in str(it.url) for it in network.seen)
    assert network.seen[0].headers["content-type"] == "application/x-www-form-urlencoded"
    assert str(network.seen[3].url) == f"{BASE}/Patient?_id=0195b7e2-7a01-7c11-9f00-12345678901a&_count=5"
    proof_of(network.seen[3])  # its htu is without the query


def test_a_next_page_on_another_server_gets_no_token():
    page = {"resourceType": "Bundle", "type": "searchset", "link": [{"relation": "next", "url": "https://elsewhere.test/fhir?p=2"}]}
    network = Network([replied(page)])
    with pytest.raises(ValueError):
        list(client(network).search("Patient"))
    assert len(network.seen) == 1


def test_what_the_server_says_of_a_search_is_no_find():
    entries = [
        {"resource": {"resourceType": "Patient", "id": "a"}, "search": {"mode": "match"}},
        {"resource": {"resourceType": "OperationOutcome"}, "search": {"mode": "outcome"}},
        {"fullUrl": "x"},
    ]
    found = client(Network([replied({"resourceType": "Bundle", "entry": entries})]), typed=False).search("Patient")
    assert [it["id"] for it in found] == ["a"]


def test_a_problem_has_its_issues_without_national_ids():
    coding = {"coding": [{"code": "active-record-exists"}], "text": f"{PATIENT} has one"}
    issues = [{"severity": "error", "code": "conflict", "details": coding}, {"code": "invalid", "diagnostics": "more"}]
    with pytest.raises(FhirProblem) as fault:
        client(Network([replied({"resourceType": "OperationOutcome", "issue": issues}, 409)])).create(WEIGHT)
    assert (fault.value.status, len(fault.value.issues)) == (409, 2)
    assert fault.value.has("active-record-exists") and fault.value.has("conflict") and not fault.value.has("other")
    assert PATIENT not in str(fault.value) and "has one | more" in str(fault.value)
    for odd in (httpx.Response(500, text="<html>"), answer([1], 400), answer({"issue": [1, {}]}, 400), httpx.Response(200, text="[]")):
        with pytest.raises(FhirProblem):
            client(Network([odd])).create(WEIGHT)
