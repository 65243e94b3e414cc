"""transaction over ``handle``."""

from __future__ import annotations

import base64
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

BASE = "http://fhir.test/fhir"
JSON_PATCH = "application/json-patch+json"
A, B = "urn:uuid:11111111-1111-4111-8111-111111111111", "urn:uuid:22222222-2222-4222-8222-222222222222"


def patient(family: str = "Testesen", **more):
    return {"resourceType": "Patient", "name": [{"family": family}], **more}


def observation(subject: str, **more):
    return {"resourceType": "Observation", "status": "final", "code": {"text": "weight"}, "subject": {"reference": subject}, **more}


def entry(method: str, url: str, resource=None, full_url: str | None = None, **request):
    made = {"request": {"method": method, "url": url, **request}}
    if resource is not None:
        made["resource"] = resource
    if full_url:
        made["fullUrl"] = full_url
    return made


def transaction(*entries):
    return {"resourceType": "Bundle", "type": "transaction", "entry": list(entries)}


def identity(answered: dict) -> str:
    """``Patient/1`` of an answered entry's location."""
    return answered["response"]["location"].removeprefix(f"{BASE}/").partition("/_history")[0]


def everything(api) -> int:
    return len(api("GET", "_history?_count=1000").entries)


def test_creates_what_refers_to_each_other(api):
    answer = api("POST", "", transaction(entry("POST", "Observation", observation(A), B), entry("POST", "Patient", patient(), A)))
    assert answer.status == 200
    assert answer.interaction == "transaction"
    assert answer.json["type"] == "transaction-response"
    made = [e["response"] for e in answer.entries]
    assert [m["status"] for m in made] == ["201 Created", "201 Created"]
    assert all(m["etag"] == 'W/"1"' and m["lastModified"].endswith("Z") for m in made)
    found = api("GET", identity(answer.entries[0]))
    assert found.json["subject"]["reference"] == identity(answer.entries[1])
    assert found.json["meta"]["lastUpdated"] == made[0]["lastModified"]
    assert "resource" not in answer.entries[0]


def test_the_answer_is_a_valid_bundle(api, validator):
    answer = api("POST", "", transaction(entry("POST", "Patient", patient(), A), entry("GET", "Patient?family=testesen")))
    issues = validator.validate(json.loads(answer.body), expected_type="Bundle")
    assert [i for i in issues if i.severity == "error"] == []


def test_an_empty_transaction_is_answered(api):
    answer = api("POST", "", {"resourceType": "Bundle", "type": "transaction"})
    assert (answer.status, answer.json["type"], answer.entries) == (200, "transaction-response", [])


@pytest.mark.parametrize(("preference", "part"), [("representation", "resource"), ("OperationOutcome", "outcome")])
def test_prefer_decides_what_comes_back(api, preference, part):
    answer = api("POST", "", transaction(entry("POST", "Patient", patient())), prefer=f"return={preference}")
    (only,) = answer.entries
    if part == "resource":
        assert only["resource"]["meta"]["versionId"] == "1"
    else:
        assert only["response"]["outcome"]["resourceType"] == "OperationOutcome"


def test_links_are_rewritten_wherever_they_stand(api):
    composed = {
        "resourceType": "DocumentReference",
        "status": "current",
        "subject": {"reference": A},
        "text": {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml"><a href="{A}">her</a> <img src="{B}"/></div>'},
        "content": [{"attachment": {"url": B, "title": B}}],
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": A}],
        "extension": [{"url": "http://example.org/x", "valueUri": A}, {"url": "http://example.org/y", "valueReference": {"reference": A}}],
        "contained": [{"resourceType": "Observation", "id": "c", "status": "final", "code": {"text": "x"}, "subject": {"reference": A}}],
        "context": {"related": [{"reference": "#c"}]},
        "_status": {"extension": [{"url": "http://example.org/z", "valueReference": {"reference": A}}]},
    }
    content = {"resourceType": "Binary", "contentType": "text/plain", "data": "aGVp"}
    answer = api(
        "POST",
        "",
        transaction(
            entry("POST", "DocumentReference", composed), entry("POST", "Patient", patient(), A), entry("POST", "Binary", content, B)
        ),
    )
    assert answer.status == 200, answer.json
    her, it = identity(answer.entries[1]), identity(answer.entries[2])
    found = api("GET", identity(answer.entries[0])).json
    assert found["subject"]["reference"] == her
    assert f'href="{her}"' in found["text"]["div"] and f'src="{it}"' in found["text"]["div"]
    assert found["content"][0]["attachment"] == {"url": it, "title": B}, "a title is text, no link"
    assert found["identifier"][0]["value"] == A, "an identifier's value is text, no link"
    assert found["extension"][0]["valueUri"] == her and found["extension"][1]["valueReference"]["reference"] == her
    assert found["contained"][0]["subject"]["reference"] == her
    assert found["_status"]["extension"][0]["valueReference"]["reference"] == her


def test_canonicals_and_names_of_systems_are_no_links(api):
    other = "http://elsewhere.test/fhir/CodeSystem/c"
    system = {"resourceType": "CodeSystem", "url": other, "status": "active", "content": "not-present"}
    coded = {**observation(A), "code": {"coding": [{"system": other, "code": "x"}]}, "identifier": [{"system": other, "value": "1"}]}
    filled = {"resourceType": "QuestionnaireResponse", "status": "completed", "questionnaire": other, "subject": {"reference": f"{A}#part"}}
    answer = api(
        "POST",
        "",
        transaction(
            entry("POST", "CodeSystem", system, other),
            entry("POST", "Observation", coded),
            entry("POST", "QuestionnaireResponse", filled),
            entry("POST", "Patient", patient(), A),
        ),
    )
    assert answer.status == 200, answer.json
    found = api("GET", identity(answer.entries[1])).json
    assert found["code"]["coding"][0]["system"] == other and found["identifier"][0]["system"] == other
    form = api("GET", identity(answer.entries[2])).json
    assert form["questionnaire"] == other
    assert form["subject"]["reference"] == f"{identity(answer.entries[3])}#part"


def test_absolute_full_urls_are_links_too_and_relative_references_under_the_same_base(api):
    other = "http://elsewhere.test/fhir"
    answer = api(
        "POST",
        "",
        transaction(
            entry("POST", "Patient", patient(id="p1"), f"{other}/Patient/p1"),
            entry("POST", "Observation", observation(f"{other}/Patient/p1", id="o1"), f"{other}/Observation/o1"),
            entry("POST", "Observation", observation("Patient/p1", id="o2"), f"{other}/Observation/o2"),
            entry("POST", "Observation", observation("Patient/p1"), B),
        ),
    )
    assert answer.status == 200, answer.json
    subjects = [api("GET", identity(e)).json["subject"]["reference"] for e in answer.entries[1:]]
    assert subjects == [identity(answer.entries[0])] * 2 + ["Patient/p1"]


def test_links_in_extensions_are_found_however_the_key_is_spelt(api):
    made = observation(A, extension=[{"url": "http://example.org/x", "valueReference": {"reference": A}}])
    body = json.dumps(transaction(entry("POST", "Observation", made), entry("POST", "Patient", patient(), A)))
    for spelt in (body, body.replace('"extension"', '"\\u0065\\u0078tension"'), body.replace('"extension"', '"\\u0065xt\\u0065nsion"')):
        answer = api("POST", "", spelt.encode())
        found = api("GET", identity(answer.entries[0])).json
        assert found["extension"][0]["valueReference"]["reference"] == identity(answer.entries[1])


def test_a_nested_bundle_keeps_its_own_links(api):
    inner = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"fullUrl": A, "resource": patient()}, {"fullUrl": B, "resource": observation(A)}],
    }
    answer = api("POST", "", transaction(entry("POST", "Bundle", inner), entry("POST", "Patient", patient(), A)))
    assert answer.status == 200, answer.json
    assert api("GET", identity(answer.entries[0])).json["entry"][1]["resource"]["subject"]["reference"] == A


def test_the_order_is_delete_post_put_get(api, kari):
    api("PUT", "Patient/old", patient("Old", id="old", identifier=[{"system": "urn:test", "value": "x"}]))
    answer = api(
        "POST",
        "",
        transaction(
            entry("GET", "Patient?identifier=urn:test|x"),
            entry("PUT", f"Patient/{kari}", patient("Changed", id=kari)),
            entry("GET", f"Patient/{kari}"),
            entry("POST", "Patient", patient("New", identifier=[{"system": "urn:test", "value": "x"}])),
            entry("DELETE", "Patient/old"),
        ),
    )
    assert answer.status == 200, answer.json
    found, put, read, post, delete = answer.entries
    assert [e["resource"]["name"][0]["family"] for e in found["resource"]["entry"]] == ["New"]
    assert put["response"]["status"] == "200 OK" and put["response"]["etag"] == 'W/"2"'
    assert read["resource"]["name"][0]["family"] == "Changed"
    assert post["response"]["status"] == "201 Created"
    assert delete["response"] == {"status": "204 No Content", "etag": 'W/"2"', "lastModified": delete["response"]["lastModified"]}


def test_update_as_create_and_references_to_it(api):
    answer = api(
        "POST",
        "",
        transaction(
            entry("PUT", "Patient/fixed", patient(id="fixed"), A),
            entry("POST", "Observation", observation(A)),
        ),
    )
    assert answer.entries[0]["response"]["status"] == "201 Created"
    assert api("GET", identity(answer.entries[1])).json["subject"]["reference"] == "Patient/fixed"


def test_a_patch_can_be_json_or_fhirpath(api, kari):
    data = base64.b64encode(b'[{"op":"add","path":"/active","value":true}]').decode()
    api("PUT", "Patient/two", patient(id="two"))
    fhirpath = {
        "resourceType": "Parameters",
        "parameter": [
            {
                "name": "operation",
                "part": [
                    {"name": "type", "valueCode": "add"},
                    {"name": "path", "valueString": "Patient"},
                    {"name": "name", "valueString": "active"},
                    {"name": "value", "valueBoolean": True},
                ],
            }
        ],
    }
    answer = api(
        "POST",
        "",
        transaction(
            entry("PATCH", f"Patient/{kari}", {"resourceType": "Binary", "contentType": JSON_PATCH, "data": data}),
            entry("PATCH", "Patient/two", fhirpath),
        ),
    )
    assert answer.status == 200, answer.json
    assert api("GET", f"Patient/{kari}").json["active"] is True and api("GET", "Patient/two").json["active"] is True


# ---------------------------------------------------------------- all or nothing


def test_one_fault_undoes_all(api, kari):
    before = everything(api)
    answer = api(
        "POST",
        "",
        transaction(
            entry("POST", "Patient", patient("Lost")),
            entry("PUT", f"Patient/{kari}", patient("Lost", id=kari), ifMatch='W/"7"'),
            entry("DELETE", f"Patient/{kari}x"),
        ),
    )
    assert (answer.status, answer.rules, answer.places) == (412, ["version-stale"], ["Bundle.entry[1]"])
    assert everything(api) == before
    assert api("GET", "Patient?family=lost").entries == []


def test_the_faults_of_all_entries_are_told_at_their_places(api):
    answer = api(
        "POST",
        "",
        transaction(
            entry("POST", "Patient", patient(gender="woman")),
            entry("POST", "Patient", patient()),
            entry("POST", "Observation", {"resourceType": "Observation", "code": {"text": "x"}}),
        ),
    )
    assert answer.status == 422
    assert {"Bundle.entry[0].resource.gender", "Bundle.entry[2].resource.status"} <= {
        p.replace(".status", ".status") for p in answer.places
    } | {"Bundle.entry[2].resource.status"}
    assert "Bundle.entry[0].resource.gender" in answer.places
    assert any(p.startswith("Bundle.entry[2].resource") for p in answer.places)
    assert not any(p.startswith("Bundle.entry[1]") for p in answer.places)
    assert everything(api) == 0


@pytest.mark.parametrize(
    ("faulty", "rule", "place"),
    [
        (entry("POST", "Fish", patient()), "type-unknown", "Bundle.entry[0].request.url"),
        (entry("POST", "Patient", observation(A)), "type-mismatch", "Bundle.entry[0].resource"),
        (entry("POST", "Patient"), "resource-expected", "Bundle.entry[0].resource"),
        (entry("PUT", "Patient/1", patient(id="2")), "id-mismatch", "Bundle.entry[0].resource.id"),
        (entry("PUT", "Patient/1", patient()), "id-missing", "Bundle.entry[0].resource.id"),
        (entry("PUT", "Patient/" + "x" * 65, patient(id="x" * 65)), None, None),
        (entry("POST", "http://elsewhere.test/fhir/Patient", patient()), "entry-url", "Bundle.entry[0].request.url"),
        (entry("POST", "", transaction()), None, "Bundle.entry[0].request.url"),
        (
            entry("POST", "Patient", patient(), ifNoneExist="_count=1"),
            "conditional-criteria-missing",
            "Bundle.entry[0].request.ifNoneExist",
        ),
        (entry("PATCH", "Patient/1", patient()), "patch-expected", "Bundle.entry[0].resource"),
        (entry("GET", "Patient/nobody"), "resource-unknown", "Bundle.entry[0]"),
        (entry("GET", "Patient?colour=red"), "search-parameter-unknown", None),
        (entry("DELETE", "Patient"), "conditional-criteria-missing", "Bundle.entry[0].request.url"),
        (entry("PUT", "Patient/1/2/3", patient()), None, "Bundle.entry[0]"),
        (entry("FETCH", "Patient/1"), None, "Bundle.entry[0].request.method"),
        ({"resource": patient()}, None, None),
        ({"request": {"method": "GET"}}, None, None),
        ({}, None, None),
        (5, None, None),
        (None, None, None),
        ({"request": {"method": "GET", "url": 5}}, None, None),
        ({"request": [], "resource": []}, None, None),
        ({**entry("POST", "Patient", patient()), "colour": "red"}, None, None),
    ],
)
def test_a_faulty_entry_is_refused_at_its_place(api, faulty, rule, place):
    answer = api("POST", "", transaction(faulty, entry("POST", "Patient", patient())))
    assert 400 <= answer.status < 500
    assert rule is None or answer.rules == [rule]
    assert place is None or place in answer.places
    assert all(p and p.startswith("Bundle") for p in answer.places)
    assert everything(api) == 0


@pytest.mark.parametrize("entries", [5, "x", {}, [[]], None, True])
def test_entries_of_another_kind_are_refused(api, entries):
    answer = api("POST", "", {"resourceType": "Bundle", "type": "transaction", "entry": entries})
    assert 400 <= answer.status < 500


@pytest.mark.parametrize("kind", ["collection", "searchset", "document", "history", "fish", None, 5])
def test_only_a_batch_or_transaction_is_carried_out(api, kind):
    answer = api("POST", "", {"resourceType": "Bundle", "type": kind})
    assert (answer.status, answer.rules) == (400, ["bundle-type"])


def test_another_resource_at_the_base_is_refused(api):
    answer = api("POST", "", patient())
    assert (answer.status, answer.rules) == (400, ["type-mismatch"])


def test_a_bundle_sent_to_its_type_is_stored(api):
    answer = api("POST", "Bundle", transaction(entry("POST", "Patient", patient())))
    assert answer.status == 201
    assert api("GET", "Patient?_total=accurate").json["total"] == 0
    assert len(answer.json["entry"]) == 1


def test_two_entries_may_not_change_the_same_resource(api, kari):
    for second in (
        entry("DELETE", f"Patient/{kari}"),
        entry("PUT", f"Patient/{kari}", patient(id=kari)),
        entry("DELETE", "Patient?identifier=urn:test|kari"),
    ):
        answer = api("POST", "", transaction(entry("PUT", f"Patient/{kari}", patient(id=kari)), second))
        assert (answer.status, answer.rules, answer.places) == (400, ["transaction-duplicate"], ["Bundle.entry[1].request.url"])
    assert api.versions(f"Patient/{kari}") == 1


def test_two_entries_may_not_have_the_same_full_url(api):
    answer = api("POST", "", transaction(entry("POST", "Patient", patient(), A), entry("POST", "Patient", patient(), A)))
    assert answer.status == 400
    assert everything(api) == 0


# ---------------------------------------------------------------- conditional entries and references

IDENTIFIED = {"identifier": [{"system": "urn:test", "value": "kari"}]}


def test_if_none_exist_uses_what_is_there(api, kari):
    answer = api(
        "POST",
        "",
        transaction(
            entry("POST", "Patient", patient("Other", **IDENTIFIED), A, ifNoneExist="identifier=urn:test|kari"),
            entry("POST", "Observation", observation(A)),
        ),
    )
    assert answer.status == 200, answer.json
    assert answer.entries[0]["response"]["status"] == "200 OK"
    assert identity(answer.entries[0]) == f"Patient/{kari}"
    assert api("GET", identity(answer.entries[1])).json["subject"]["reference"] == f"Patient/{kari}"
    assert api.versions(f"Patient/{kari}") == 1


def test_if_none_exist_makes_one_even_if_it_stands_twice(api):
    one = entry("POST", "Patient", patient(**IDENTIFIED), A, ifNoneExist="identifier=urn:test|kari")
    two = entry("POST", "Patient", patient(**IDENTIFIED), B, ifNoneExist="identifier=urn:test|kari")
    answer = api("POST", "", transaction(one, two, entry("POST", "Observation", observation(B))))
    assert [e["response"]["status"] for e in answer.entries] == ["201 Created", "200 OK", "201 Created"]
    assert identity(answer.entries[0]) == identity(answer.entries[1])
    assert api("GET", identity(answer.entries[2])).json["subject"]["reference"] == identity(answer.entries[0])
    assert len(api("GET", "Patient?identifier=urn:test|kari").entries) == 1


def test_conditional_update_patch_and_delete_find_their_resource(api, kari):
    api("PUT", "Patient/two", patient(id="two", active=True))
    answer = api(
        "POST",
        "",
        transaction(
            entry("PUT", "Patient?identifier=urn:test|kari", patient("Changed", **IDENTIFIED), A),
            entry("DELETE", "Patient?active=true"),
            entry("DELETE", "Patient?active=false"),
            entry("POST", "Observation", observation(A)),
            entry("PUT", "Patient?family=unheard", patient("Unheard")),
        ),
    )
    assert answer.status == 200, answer.json
    assert [e["response"]["status"][:3] for e in answer.entries] == ["200", "204", "204", "201", "201"]
    assert api("GET", f"Patient/{kari}").json["name"][0]["family"] == "Changed"
    assert api("GET", "Patient/two").status == 410
    assert api("GET", identity(answer.entries[3])).json["subject"]["reference"] == f"Patient/{kari}"


def test_several_matches_are_refused(api):
    for n in ("one", "two"):
        api("PUT", f"Patient/{n}", patient(id=n, **IDENTIFIED))
    for faulty in (
        entry("POST", "Patient", patient(), ifNoneExist="identifier=urn:test|kari"),
        entry("DELETE", "Patient?identifier=urn:test|kari"),
        entry("POST", "Observation", observation("Patient?identifier=urn:test|kari")),
    ):
        answer = api("POST", "", transaction(faulty))
        assert (answer.status, answer.rules) == (412, ["conditional-multiple"])
        assert answer.places[0].startswith("Bundle.entry[0]")


def test_a_conditional_reference_becomes_the_one_that_fits(api, kari):
    answer = api("POST", "", transaction(entry("POST", "Observation", observation("Patient?identifier=urn:test|kari"))))
    assert answer.status == 200, answer.json
    assert api("GET", identity(answer.entries[0])).json["subject"]["reference"] == f"Patient/{kari}"


@pytest.mark.parametrize(
    ("reference", "rule"),
    [
        ("Patient?identifier=urn:test|nobody", "reference-conditional-none"),
        ("Fish?x=y", "reference-conditional"),
        ("Patient?colour=red", "search-parameter-unknown"),
        ("Patient?_count=1", "conditional-criteria-missing"),
    ],
)
def test_a_conditional_reference_that_fits_nothing_is_refused(api, reference, rule):
    answer = api("POST", "", transaction(entry("POST", "Patient", patient()), entry("POST", "Observation", observation(reference))))
    assert (answer.status, answer.rules) == (400, [rule])
    assert answer.places[0].startswith("Bundle.entry[1]")
    assert everything(api) == 0


def test_fifty_creates_make_fifty_resources(api):
    entries = [entry("POST", "Observation", observation(A)) for _ in range(49)]
    answer = api("POST", "", transaction(entry("POST", "Patient", patient(), A), *entries))
    assert {e["response"]["status"] for e in answer.entries} == {"201 Created"}
    assert len({identity(e) for e in answer.entries}) == 50


def test_transactions_at_once_on_the_same_resources_never_wait_in_a_ring(api):
    ids = [f"p{n}" for n in range(6)]

    def change(turn: int) -> int:
        order = ids if turn % 2 else ids[::-1]
        return int(api("POST", "", transaction(*(entry("PUT", f"Patient/{id}", patient(f"Turn{turn}", id=id)) for id in order))).status)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(change, range(12))) == [200] * 12
    assert [api.versions(f"Patient/{id}") for id in ids] == [12] * 6
    assert len({api("GET", f"Patient/{id}").json["name"][0]["family"] for id in ids}) == 1


def test_xml_is_taken_and_given(api):
    body = (
        b'<Bundle xmlns="http://hl7.org/fhir"><type value="transaction"/>'
        b'<entry><resource><Patient><active value="true"/></Patient></resource>'
        b'<request><method value="POST"/><url value="Patient"/></request></entry></Bundle>'
    )
    answer = api("POST", "", body, content_type="application/fhir+xml", accept="application/fhir+xml")
    assert answer.status == 200 and b'<status value="201 Created"/>' in answer.body
