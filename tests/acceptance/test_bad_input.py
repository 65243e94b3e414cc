"""Bad input over HTTP, case by case: each gets its status and one precise issue, and changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import httpx
import pytest

PATCH = "application/json-patch+json"
XML = "application/fhir+xml"
#: The limit of the body that the server is started with.
LIMIT = 64 * 1024
NARRATIVE = {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">x</div>'}


def patient(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "text": NARRATIVE, **more}


def observation(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Observation", "text": NARRATIVE, "status": "final", "code": {"text": "weight"}, **more}


def weight(unit: str) -> dict[str, Any]:
    """A body weight of FHIR's vital signs."""
    return observation(
        meta={"profile": ["http://hl7.org/fhir/StructureDefinition/bodyweight"]},
        category=[{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}]}],
        code={"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
        subject={"reference": "Patient/there"},
        effectiveDateTime="2026-03-01",
        valueQuantity={"value": 70.5, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit},
    )


def bundle(kind: str, *entries: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def entry(method: str, url: str, resource: Any = None, **request: str) -> dict[str, Any]:
    return {"request": {"method": method, "url": url, **request}, **({"resource": resource} if resource is not None else {})}


def xml(inner: str, head: str = "") -> bytes:
    return f'{head}<Patient xmlns="http://hl7.org/fhir">{inner}</Patient>'.encode()


class Case(NamedTuple):
    """A call, and what must come of it: the status, the issue's rule, its expression, and a piece of its words."""

    name: str
    method: str
    url: str
    body: Any
    status: int
    rule: str
    expression: str | None = None
    words: str = ""
    headers: tuple[tuple[str, str], ...] = ()


def typed(kind: str) -> tuple[tuple[str, str], ...]:
    return (("content-type", kind),)


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
TWO_A = bundle("transaction", entry("PUT", "Patient/new", patient(id="new")), entry("POST", "Patient", patient(gender="woman")))

CASES = [
    # what the bytes are
    Case("no JSON", "POST", "Patient", b'{"resourceType": "Patient"', 400, "json-malformed", None, "line 1, column"),
    Case("an empty body", "POST", "Patient", b"", 400, "json-empty"),
    Case("a list", "POST", "Patient", b"[]", 400, "resource-expected", "Patient"),
    Case(
        "a key twice",
        "POST",
        "Patient",
        b'{"resourceType":"Patient","active":true,"active":false}',
        400,
        "json-duplicate-key",
        None,
        "active",
    ),
    Case("NaN", "POST", "Observation", b'{"resourceType":"Observation","valueQuantity":{"value":NaN}}', 400, "json-malformed"),
    Case("bytes that are not UTF-8", "POST", "Patient", b'{"resourceType":"Patient","id":"\xff"}', 400, "json-encoding", None, "UTF-8"),
    Case("a byte order mark", "POST", "Patient", b"\xef\xbb\xbf{}", 400, "json-encoding"),
    Case("a NUL character", "POST", "Patient", b'{"resourceType":"Patient","name":[{"family":"a\\u0000b"}]}', 400, "json-nul"),
    Case("half a surrogate pair", "POST", "Patient", b'{"resourceType":"Patient","name":[{"family":"\\ud800"}]}', 400, "json-malformed"),
    Case("a nesting bomb", "POST", "Patient", b'{"resourceType":"Patient","x":' + b"[" * 5000 + b"]" * 5000 + b"}", 400, "json-depth"),
    Case("a body over the limit", "POST", "Patient", b" " * (LIMIT + 1), 413, "body-too-large", None, str(LIMIT)),
    Case("no XML", "POST", "Patient", xml("<active"), 400, "xml-malformed", None, "line 1", typed(XML)),
    Case("an entity bomb", "POST", "Patient", xml('<id value="&b;"/>', BOMB), 400, "xml-doctype", None, "", typed(XML)),
    Case("an external entity", "POST", "Patient", xml('<id value="&e;"/>', EXTERNAL), 400, "xml-doctype", None, "", typed(XML)),
    Case("XML that nests too deep", "POST", "Patient", xml("<a>" * 200 + "</a>" * 200), 400, "xml-depth", None, "", typed(XML)),
    Case("a NUL in XML", "POST", "Patient", xml('<id value="&#0;"/>'), 400, "xml-malformed", None, "", typed(XML)),
    Case(
        "an unknown element in XML",
        "POST",
        "Patient",
        xml('<colour value="x"/>'),
        400,
        "xml-element-unknown",
        "Patient",
        "colour",
        typed(XML),
    ),
    # what it is said to be
    Case("no Content-Type", "POST", "Patient", b"{}", 415, "content-type-missing", None, "application/fhir+json", typed("")),
    Case("another Content-Type", "POST", "Patient", b"a,b", 415, "content-type-unknown", None, "application/fhir+json", typed("text/csv")),
    Case(
        "a form where a resource belongs",
        "POST",
        "Patient",
        b"a=b",
        415,
        "content-type-unknown",
        None,
        "",
        typed("application/x-www-form-urlencoded"),
    ),
    Case("a compressed body", "POST", "Patient", b"x", 415, "content-encoding", None, "", (("content-encoding", "gzip"),)),
    Case(
        "another version of FHIR",
        "POST",
        "Patient",
        b"{}",
        415,
        "content-type-unknown",
        None,
        "4.0",
        typed("application/fhir+json;fhirVersion=5.0"),
    ),
    Case("an answer nobody can give", "GET", "Patient/there", None, 406, "format-not-acceptable", None, "", (("accept", "text/turtle"),)),
    # where it goes
    Case("another type than the address's", "POST", "Observation", patient(), 400, "type-mismatch", "Observation", "/Patient"),
    Case("no type", "POST", "Patient", {"active": True}, 400, "type-mismatch", "Patient", "resourceType"),
    Case("an unknown type", "POST", "Pasient", patient(), 404, "type-unknown", None, "no resource type"),
    Case("a type in lower case", "GET", "patient/there", None, 404, "type-unknown", None, "Did you mean Patient?"),
    Case("an id that is another's", "PUT", "Patient/there", patient(id="elsewhere"), 400, "id-mismatch", "Patient.id"),
    Case("no id in an update", "PUT", "Patient/there", patient(), 400, "id-missing", "Patient.id"),
    Case("an id over 64", "PUT", f"Patient/{'a' * 65}", patient(id="a" * 65), 400, "id-invalid"),
    Case("an id with a space", "GET", "Patient/a%20b", None, 400, "id-invalid"),
    Case("a NUL in the address", "GET", "Patient/a%00b", None, 400, "id-invalid"),
    Case("a verb the address has not", "DELETE", "metadata", None, 405, "method-not-allowed", None, "GET"),
    Case("an address of no form", "GET", "Patient/there/_history/1/2/3", None, 404, "path-unknown"),
    Case("a resource that is not there", "GET", "Patient/nobody", None, 404, "resource-unknown", None, "Patient"),
    Case("a version that is not there", "GET", "Patient/there/_history/99", None, 404, "version-unknown"),
    # what it says
    Case("an unknown element", "POST", "Patient", patient(colour="red"), 422, "structure-unknown-element", "Patient", "colour"),
    Case(
        "a day the calendar has not",
        "POST",
        "Patient",
        patient(birthDate="2026-02-30"),
        422,
        "primitive-date",
        "Patient.birthDate",
        "calendar",
    ),
    Case("a number as text", "POST", "Patient", patient(multipleBirthInteger="2"), 422, "structure-json-type", "Patient.multipleBirth"),
    Case(
        "a code of no list", "POST", "Patient", patient(gender="woman"), 422, "binding-required", "Patient.gender", "administrative-gender"
    ),
    Case(
        "what must be there is not",
        "POST",
        "Observation",
        {k: v for k, v in observation().items() if k != "status"},
        422,
        "structure-cardinality",
        "Observation.status",
        "at least 1",
    ),
    Case(
        "an invariant", "POST", "Observation", observation(valueString="x", dataAbsentReason={"text": "x"}), 422, "inv:obs-6", "Observation"
    ),
    Case(
        "an end before the beginning",
        "POST",
        "Patient",
        patient(address=[{"period": {"start": "2026-03-02", "end": "2026-03-01"}}]),
        422,
        "inv:per-1",
        "Patient.address[0].period",
    ),
    Case(
        "a weight in centimetres", "POST", "Observation", weight("cm"), 422, "binding-required", "Observation.value.code", "ucum-bodyweight"
    ),
    Case(
        "active content",
        "POST",
        "Patient",
        {**patient(), "text": {**NARRATIVE, "div": '<div xmlns="http://www.w3.org/1999/xhtml"><script>x</script>y</div>'}},
        422,
        "narrative-element",
        "Patient.text.div",
        "script",
    ),
    Case(
        "a reference to another type",
        "POST",
        "Observation",
        observation(subject={"reference": "Medication/1"}),
        422,
        "reference-target",
        "Observation.subject",
        "Medication",
    ),
    Case(
        "a reference into nothing contained",
        "POST",
        "Observation",
        observation(subject={"reference": "#x"}),
        422,
        "reference-contained-missing",
        "Observation.subject",
    ),
    Case("a null", "POST", "Patient", patient(active=None), 422, "structure-null", "Patient.active"),
    Case("an empty list", "POST", "Patient", patient(name=[]), 422, "structure-array-empty", "Patient.name"),
    # versions and conditions
    Case(
        "a stale If-Match", "PUT", "Patient/there", patient(id="there"), 412, "version-stale", None, "version 1", (("if-match", 'W/"7"'),)
    ),
    Case(
        "an If-Match that is none",
        "PUT",
        "Patient/there",
        patient(id="there"),
        400,
        "if-match-malformed",
        None,
        "",
        (("if-match", "seven"),),
    ),
    Case(
        "an If-None-Match that fits",
        "PUT",
        "Patient/there",
        patient(id="there"),
        412,
        "version-exists",
        None,
        "",
        (("if-none-match", "*"),),
    ),
    Case("criteria that several fit", "PUT", "Patient?family=Twin", patient(), 412, "conditional-multiple", None, "Patient"),
    Case(
        "a conditional create that several fit",
        "POST",
        "Patient",
        patient(),
        412,
        "conditional-multiple",
        None,
        "",
        (("if-none-exist", "family=Twin"),),
    ),
    Case("a conditional delete that several fit", "DELETE", "Patient?family=Twin", None, 412, "conditional-multiple"),
    Case("criteria that select nothing", "DELETE", "Patient", None, 400, "conditional-criteria-missing"),
    # patches
    Case("a patch of nothing", "PATCH", "Patient/nobody", [], 404, "resource-unknown", None, "", typed(PATCH)),
    Case(
        "a patch into nothing",
        "PATCH",
        "Patient/there",
        [{"op": "remove", "path": "/photo"}],
        422,
        "json-patch-not-applicable",
        None,
        "photo",
        typed(PATCH),
    ),
    Case(
        "a patch that is none",
        "PATCH",
        "Patient/there",
        [{"op": "jump", "path": "/a"}],
        400,
        "json-patch-malformed",
        None,
        "replace",
        typed(PATCH),
    ),
    Case(
        "a patch to something invalid",
        "PATCH",
        "Patient/there",
        [{"op": "add", "path": "/gender", "value": "x"}],
        422,
        "binding-required",
        "Patient.gender",
        "",
        typed(PATCH),
    ),
    # searches
    Case(
        "an unknown parameter",
        "GET",
        "Patient?colour=red",
        None,
        400,
        "search-parameter-unknown",
        "http.colour",
        "colour",
        (("prefer", "handling=strict"),),
    ),
    Case(
        "an unknown modifier",
        "GET",
        "Patient?birthdate:exact=2026",
        None,
        400,
        "search-modifier-unsupported",
        "http.birthdate:exact",
        ":missing",
    ),
    Case("an unknown prefix of a date", "GET", "Observation?date=xx2026", None, 400, "search-value-date", "http.date", "prefix"),
    Case("a date that is none", "GET", "Observation?date=2026-13-45", None, 400, "search-value-date", "http.date", "YYYY-MM-DD"),
    Case("a count that is none", "GET", "Patient?_count=many", None, 400, "search-value-count", "http._count", "whole number"),
    Case("a NUL in a search", "GET", "Patient?name=a%00b", None, 400, "query-malformed"),
    Case("a cursor of nobody's", "GET", "Patient?_cursor=abc", None, 400, "cursor-invalid"),
    # Bundles
    Case("a bad entry", "POST", "", TWO_A, 422, "binding-required", "Bundle.entry[1].resource.gender"),
    Case(
        "an entry with a verb that is none",
        "POST",
        "",
        bundle("transaction", entry("JUMP", "Patient")),
        400,
        "binding-required",
        "Bundle.entry[0].request.method",
    ),
    Case("a Bundle of another kind", "POST", "", bundle("collection"), 400, "bundle-type", "Bundle.type", "/Bundle"),
    Case(
        "the same resource twice",
        "POST",
        "",
        bundle("transaction", *[entry("PUT", "Patient/a", patient(id="a"))] * 2),
        400,
        "transaction-duplicate",
        "Bundle.entry[1].request.url",
    ),
    Case(
        "a Bundle in a Bundle",
        "POST",
        "",
        bundle("transaction", entry("POST", "/", bundle("batch"))),
        400,
        "bundle-nested",
        "Bundle.entry[0].request.url",
    ),
    Case(
        "a conditional reference to nothing",
        "POST",
        "",
        bundle("transaction", entry("POST", "Observation", observation(subject={"reference": "Patient?family=Nobody"}))),
        400,
        "reference-conditional-none",
        "Bundle.entry[0].resource",
    ),
    Case(
        "a stale entry",
        "POST",
        "",
        bundle(
            "transaction",
            entry("PUT", "Patient/new", patient(id="new")),
            entry("PUT", "Patient/there", patient(id="there"), ifMatch='W/"7"'),
        ),
        412,
        "version-stale",
        "Bundle.entry[1]",
    ),
    # operations
    Case("an unknown operation", "POST", "Patient/$guess", patient(), 404, "operation-unknown"),
    Case(
        "an operation with a parameter it has not",
        "POST",
        "Patient/$validate?colour=red",
        patient(),
        400,
        "operation-parameter-unknown",
        None,
        "mode",
    ),
    Case("a mode that is none", "POST", "Patient/$validate?mode=fly", patient(), 400, "validate-mode", None, "create"),
    Case(
        "a profile that is not loaded",
        "POST",
        "Patient/$validate?profile=http://nowhere.test/x",
        patient(),
        400,
        "profile-unknown",
        None,
        "http://nowhere.test/x",
    ),
    Case("nothing to validate", "POST", "Patient/$validate", b"", 400, "validate-resource-missing"),
]


def sent(client: httpx.Client, case: Case) -> httpx.Response:
    headers = {"content-type": "application/fhir+json"} if case.body is not None else {}
    body = case.body if case.body is None or isinstance(case.body, bytes) else json.dumps(case.body).encode()
    return client.request(case.method, case.url, content=body, headers={k: v for k, v in {**headers, **dict(case.headers)}.items() if v})


def everything(client: httpx.Client) -> list[tuple[str, str]]:
    """Every version there is."""
    found = client.get("_history", params={"_count": 1000}).json()
    return [(e["fullUrl"], e["response"]["etag"]) for e in found["entry"]]


@pytest.fixture
def limited(start: Callable[..., tuple[Any, str]], database_url: str) -> str:
    """The address of a server that takes small bodies, with three patients: ``there`` and two of the family name Twin."""
    address = f"{start(database_url, HIT_MAX_BODY_BYTES=str(LIMIT))[1]}/fhir/"
    for id, family in (("there", "Testesen"), ("first", "Twin"), ("second", "Twin")):
        made = httpx.put(f"{address}Patient/{id}", json=patient(id=id, name=[{"family": family}]))
        assert made.status_code == 201
    return address


def test_bad_input_is_told_and_changes_nothing(limited: str, subtests: Any):
    with httpx.Client(base_url=limited, timeout=60) as client:
        before = everything(client)
        for case in CASES:
            with subtests.test(case.name):
                answer = sent(client, case)
                assert answer.status_code == case.status, answer.text
                outcome = answer.json()
                errors = [i for i in outcome["issue"] if i["severity"] in ("error", "fatal")]
                assert len(errors) == 1, outcome
                told = errors[0]
                text = told["details"]["text"]
                assert (told["details"]["coding"][0]["code"], told.get("expression", [None])[0]) == (case.rule, case.expression), text
                assert case.words in text and len(text) > 20 and text == told["diagnostics"]
                assert everything(client) == before


def test_no_two_cases_are_called_the_same():
    assert len({case.name for case in CASES}) == len(CASES)
