"""Binary over ``handle``."""

from __future__ import annotations

import base64

import pytest

CONTENT = b"%PDF-1.7 \x00\xff"


@pytest.fixture
def stored(api) -> str:
    answer = api("POST", "Binary", CONTENT, content_type="application/pdf", x_security_context="Patient/1")
    assert answer.status == 201
    return str(answer.json["id"])


def test_raw_content_becomes_a_resource(api, stored):
    found = api("GET", f"Binary/{stored}", accept="application/fhir+json").json
    assert found["contentType"] == "application/pdf"
    assert base64.b64decode(found["data"]) == CONTENT
    assert found["securityContext"] == {"reference": "Patient/1"}


@pytest.mark.parametrize("accept", ["application/pdf", "*/*", "", "image/png, */*;q=0.1", "text/html,application/xhtml+xml"])
def test_content_comes_back_in_its_own_type(api, stored, accept):
    answer = api("GET", f"Binary/{stored}", accept=accept)
    assert (answer.status, answer.body, answer.headers["content-type"]) == (200, CONTENT, "application/pdf")
    assert answer.headers["x-security-context"] == "Patient/1"
    assert answer.headers["etag"] == 'W/"1"'


def test_a_browser_runs_nothing_of_it(api):
    id = api("POST", "Binary", b"<script>1</script>", content_type="text/html").json["id"]
    headers = api("GET", f"Binary/{id}", accept="text/html").headers
    assert headers["x-content-type-options"] == "nosniff" and "sandbox" in headers["content-security-policy"]


@pytest.mark.parametrize(
    ("accept", "start"),
    [("application/fhir+json", b'{"resourceType":"Binary"'), ("application/fhir+xml", b"<"), ("application/json", b"{")],
)
def test_the_resource_comes_where_a_fhir_type_is_asked_for(api, stored, accept, start):
    assert api("GET", f"Binary/{stored}", accept=accept).body.startswith(start)
    assert b"Binary" in api("GET", f"Binary/{stored}?_format=xml").body[:100]


def test_a_version_comes_raw_too(api, stored):
    api("PUT", f"Binary/{stored}", b"new", content_type="text/plain")
    assert api("GET", f"Binary/{stored}/_history/1").body == CONTENT
    assert api("GET", f"Binary/{stored}").body == b"new"
    assert api("GET", f"Binary/{stored}").headers["etag"] == 'W/"2"'


def test_a_fhir_body_is_the_resource_itself(api):
    answer = api("POST", "Binary", {"resourceType": "Binary", "contentType": "text/plain", "data": "aGVp"})
    assert answer.status == 201
    assert api("GET", f"Binary/{answer.json['id']}").body == b"hei"


def test_json_content_that_is_no_binary_resource_is_content(api):
    id = api("POST", "Binary", b'{"a":1}', content_type="application/json").json["id"]
    assert api("GET", f"Binary/{id}").body == b'{"a":1}'
    same = api("POST", "Binary", {"resourceType": "Binary", "contentType": "text/plain"}, content_type="application/json")
    assert same.json["contentType"] == "text/plain"


def test_a_type_that_is_none_is_refused(api):
    answer = api("POST", "Binary", b"x", content_type="nonsense")
    assert (answer.status, answer.rules) == (415, ["content-type-malformed"])


def test_a_fault_is_an_operation_outcome_whatever_is_accepted(api):
    answer = api("GET", "Binary/nobody", accept="application/pdf")
    assert (answer.status, answer.rules) == (404, ["resource-unknown"])
