"""The way from a path and a verb to an interaction, and from a fault to an answer."""

from __future__ import annotations

import json
import logging
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hit_maternity.fhir.outcome import refuse
from hit_maternity.fhir.rest.dispatch import handle
from hit_maternity.fhir.rest.exchange import Request
from hit_maternity.fhir.rest.open_guard import OpenGuard


@pytest.mark.parametrize(
    ("url", "status", "rule"),
    [
        ("nothing", 404, "path-unknown"),
        ("_nothing", 404, "path-unknown"),
        ("Patient/_nothing", 404, "path-unknown"),
        ("Patient/1/_history/1/2", 404, "path-unknown"),
        ("Patient/1/2/3/4/5/6", 404, "path-unknown"),
        ("Fish", 404, "type-unknown"),
        ("Fish/1", 404, "type-unknown"),
        ("Resource/1", 404, "type-unknown"),
        ("DomainResource", 404, "type-unknown"),
        ("fish/1", 404, "type-unknown"),
        ("$fly", 404, "operation-unknown"),
        ("Patient/$fly", 404, "operation-unknown"),
        ("Patient/1/$fly", 404, "operation-unknown"),
        ("Patient/1/$", 404, "operation-unknown"),
        ("Patient/1/_search", 405, "method-not-allowed"),
        ("Patient/_search", 405, "method-not-allowed"),
    ],
)
def test_an_address_that_fhir_does_not_know_is_refused(api, url, status, rule):
    answer = api("GET", url)
    assert (answer.status, answer.rules) == (status, [rule])


@pytest.mark.parametrize(
    ("method", "url", "allow"),
    [
        ("POST", "Patient/1", "DELETE, GET, PATCH, PUT, HEAD, OPTIONS"),
        ("PUT", "metadata", "GET, HEAD, OPTIONS"),
        ("DELETE", "", "GET, POST, HEAD, OPTIONS"),
        ("PUT", "Patient/1/_history/1", "GET, HEAD, OPTIONS"),
        ("TRACE", "Patient", "DELETE, GET, PATCH, POST, PUT, HEAD, OPTIONS"),
        ("POST", "Patient/1/Observation", "GET, HEAD, OPTIONS"),
        ("GET", "_search", "POST, OPTIONS"),
        ("BREW", "_history", "GET, HEAD, OPTIONS"),
    ],
)
def test_another_verb_is_not_allowed_and_the_right_ones_are_told(api, method, url, allow):
    answer = api(method, url)
    assert (answer.status, answer.rules, answer.headers["allow"]) == (405, ["method-not-allowed"], allow)


def test_options_tells_the_verbs(api):
    answer = api("OPTIONS", "Patient/1")
    assert (answer.status, answer.headers["allow"]) == (204, "DELETE, GET, PATCH, PUT, HEAD, OPTIONS")
    assert "application/json-patch+json" in answer.headers["accept-patch"]


def test_a_refusal_of_the_guard_is_told_and_nothing_is_done(server, api, kari):
    class Closed(OpenGuard):
        def check(self, principal, intent):
            raise refuse(403, "forbidden", "not-yours", "You may not do this.")

    closed = type(api)(replace(server, guard=Closed()))
    before = api("GET", "_history").json["total"]
    body = {"resourceType": "Patient", "id": kari}
    bundle = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [{"resource": body, "request": {"method": "POST", "url": "Patient"}}],
    }
    calls = [
        ("GET", f"Patient/{kari}", None),
        ("GET", f"Patient/{kari}/_history/1", None),
        ("GET", f"Patient/{kari}/_history", None),
        ("GET", "_history", None),
        ("GET", "Patient?_id=1", None),
        ("GET", f"Patient/{kari}/Observation", None),
        ("GET", "?_id=1", None),
        ("POST", "Patient", body),
        ("PUT", f"Patient/{kari}", body),
        ("PUT", "Patient?identifier=urn:test|kari", {"resourceType": "Patient"}),
        ("DELETE", f"Patient/{kari}", None),
        ("DELETE", "Patient?identifier=urn:test|kari", None),
        ("POST", "", bundle),
        ("POST", "Patient/$validate", body),
        ("GET", f"Patient/{kari}/$everything", None),
        ("GET", f"Patient/{kari}/$meta", None),
        ("GET", "$meta", None),
        (
            "POST",
            f"Patient/{kari}/$meta-add",
            {"resourceType": "Parameters", "parameter": [{"name": "meta", "valueMeta": {"tag": [{"code": "x"}]}}]},
        ),
    ]
    for method, url, sent in calls:
        answer = closed(method, url, sent)
        assert (answer.status, answer.rules) == (403, ["not-yours"]), (method, url)
    assert api("GET", "_history").json["total"] == before


def test_whoever_is_not_admitted_gets_no_further_than_the_capability_statement(server, api, kari):
    class Locked(OpenGuard):
        def admit(self, headers, method, url):
            seen.append((method, url))
            raise refuse(401, "login", "token-missing", "Send an access token.", WWW_Authenticate="DPoP")

    seen: list[tuple[str, str]] = []
    locked = type(api)(replace(server, guard=Locked()))
    answer = locked("GET", f"Patient/{kari}", None)
    assert (answer.status, answer.rules, answer.headers["www-authenticate"]) == (401, ["token-missing"], "DPoP")
    assert seen == [("GET", f"http://fhir.test/fhir/Patient/{kari}")]
    assert locked("DELETE", f"Patient/{kari}", None).status == 401
    assert locked("GET", "NoSuchType/1", None).status == 401
    assert api("GET", f"Patient/{kari}").status == 200
    assert locked("GET", "metadata", None).status == 200


def test_a_trace_that_cannot_be_written_stops_reads_and_undoes_writes(server, api, kari):
    class Forgetful(OpenGuard):
        def trace(self, writer, principal, intent, seen):
            raise refuse(503, "exception", "trace-failed", "The access log can't be written.")

        def reveal(self, principal, intent, seen, writer=None):
            self.trace(writer, principal, intent, seen)

    forgetful = type(api)(replace(server, guard=Forgetful()))
    body = {"resourceType": "Patient", "id": kari, "active": True}
    for method, url, sent in (
        ("GET", f"Patient/{kari}", None),
        ("GET", "Patient", None),
        ("GET", f"Patient/{kari}/_history", None),
        ("PUT", f"Patient/{kari}", body),
        ("POST", "Patient", body),
        ("DELETE", f"Patient/{kari}", None),
        ("GET", f"Patient/{kari}/$everything", None),
    ):
        assert forgetful(method, url, sent).rules == ["trace-failed"], (method, url)
    assert api("GET", "_history").json["total"] == 1


def test_a_bug_is_a_500_without_its_words_and_is_logged_by_its_id(server, api, caplog):
    class Broken(OpenGuard):
        def check(self, principal, intent):
            raise KeyError(intent.id)

    with caplog.at_level(logging.ERROR, logger="hit_maternity.fhir"):
        answer = type(api)(replace(server, guard=Broken()))("GET", "Patient/41810112345")
    assert (answer.status, answer.rules) == (500, ["internal"])
    assert "41810112345" not in answer.body.decode() + caplog.text
    number = answer.json["issue"][0]["details"]["text"].split()[-1].rstrip(".")
    assert len(number) == 32 and number in caplog.text and "KeyError" in caplog.text


SEGMENTS = st.sampled_from(
    ["Patient", "Observation", "Bundle", "Binary", "1", "_history", "_search", "$validate", "$meta", "$everything", "*", "metadata", ""]
)
PATHS = st.lists(SEGMENTS | st.text(max_size=8), max_size=5)
QUERIES = st.text(max_size=40) | st.sampled_from(
    ["_format=xml", "_summary=true", "_count=-1", "_page=x", "identifier=%00", "_elements=,", "_pretty=x"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["resourceType", "type", "entry", "request", "url", "id", "meta", "parameter", "name"]) | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)
BODIES = st.binary(max_size=40) | JSON.map(lambda value: json.dumps(value).encode())
HEADERS = st.dictionaries(
    st.sampled_from(
        ["accept", "content-type", "if-match", "if-none-match", "if-modified-since", "if-none-exist", "prefer", "x-security-context"]
    ),
    st.text(max_size=20)
    | st.sampled_from(["application/fhir+json", "application/fhir+xml", "application/json-patch+json", "*/*", 'W/"1"', "return=minimal"]),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "X"]), PATHS, QUERIES, HEADERS, BODIES)
def test_no_request_makes_the_server_fail(server, method, path, query, headers, body):
    response = handle(server, Request(method, path, query, headers, body, "http://fhir.test/fhir"))
    assert 200 <= response.status < 500
    for name, value in response.headers.items():
        assert name == name.lower() and value.isprintable()
    if response.status >= 400:
        assert b"OperationOutcome" in response.body
