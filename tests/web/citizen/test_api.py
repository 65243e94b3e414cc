"""The API beside FHIR: her access log and her consent, with a Bearer token and nothing else."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from hit_citizens_world import KARI, LIV, PARTNER, woman

from hit_maternity.access.principal import Kind, Organisation, Person, Principal, Role
from hit_maternity.fhir.ports import Intent

#: Somebody who has no record.
NEW = PARTNER
Browser = House = Any  # fixtures: classes of conftest, which tests don't import


def call(house: House, method: str, path: str, body: Any = None, token: str | None = None, **headers: str) -> httpx.Response:
    """A call of another program, without cookies."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if token != "":
        sent.setdefault("authorization", f"Bearer {token or house.token()}")
    if body is not None:
        sent.setdefault("content-type", "application/json")
    import asyncio

    async def once() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(house.entrance), base_url="http://127.0.0.1:8080") as client:
            content = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
            return await client.request(method, path, content=content, headers=sent)

    return asyncio.run(once())


def test_the_fhir_door_of_the_citizen_is_behind_the_entrance(house: House) -> None:
    answer = call(house, "GET", "/app/fhir/Observation")
    assert answer.status_code == 200 and answer.json()["link"][0]["url"] == "http://127.0.0.1:8080/app/fhir/Observation"
    assert [e["resource"]["id"] for e in answer.json()["entry"]] == ["kari-weight"]
    assert answer.headers["cache-control"] == "no-store" and "sandbox" in answer.headers["content-security-policy"]
    refused = call(house, "GET", "/app/fhir/Observation", token="")
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")


def test_the_log_as_json_and_as_fhir_tell_the_same(house: House) -> None:
    call(house, "GET", "/app/fhir/Observation/kari-weight")
    log = call(house, "GET", "/app/api/access-log").json()
    assert [(e["who"], e["action"], e["flags"]) for e in log["entries"]] == [("Du selv", "Leste", ["own"])]
    assert log["next"] is None
    bundle = call(house, "GET", "/app/fhir/AuditEvent").json()
    assert (bundle["resourceType"], bundle["type"], len(bundle["entry"])) == ("Bundle", "searchset", 2)
    event = bundle["entry"][-1]["resource"]
    assert event["action"] == "R" and KARI not in json.dumps(bundle)
    assert call(house, "GET", f"/app/fhir/AuditEvent/{event['id']}").json() == event
    assert call(house, "GET", "/app/api/access-log?lang=en").json()["entries"][0]["who"] == "You"


def test_the_log_as_fhir_is_read_page_by_page(house: House) -> None:
    for _ in range(4):
        call(house, "GET", "/app/fhir/Observation/kari-weight")
    first = call(house, "GET", "/app/fhir/AuditEvent?_count=3").json()
    following = next(link["url"] for link in first["link"] if link["relation"] == "next")
    assert following.startswith("http://127.0.0.1:8080/app/fhir/AuditEvent?")
    second = call(house, "GET", following.removeprefix("http://127.0.0.1:8080")).json()
    ids = [e["resource"]["id"] for page in (first, second) for e in page["entry"]]
    assert len(ids) == len(set(ids)) == 4


def test_nobody_reads_the_log_of_another(house: House) -> None:
    call(house, "GET", "/app/fhir/Observation/kari-weight")
    event = call(house, "GET", "/app/fhir/AuditEvent").json()["entry"][0]["resource"]["id"]
    liv = house.token(LIV)
    answer = call(house, "GET", f"/app/fhir/AuditEvent/{event}", token=liv)
    assert (answer.status_code, answer.json()["resourceType"]) == (404, "OperationOutcome")
    assert call(house, "GET", "/app/fhir/AuditEvent/none", token=liv).json()["issue"][0]["code"] == "not-found"
    assert "kari" not in call(house, "GET", "/app/fhir/AuditEvent", token=liv).text


@pytest.mark.parametrize("query", ["patient=liv", "_count=x", "_count=-1", "agent=me", "_sort=date"])
def test_what_the_log_does_not_take_is_refused(house: House, query: str) -> None:
    answer = call(house, "GET", f"/app/fhir/AuditEvent?{query}")
    assert answer.status_code == 400
    assert answer.json()["issue"][0]["details"]["coding"][0]["code"] == "search-parameter-unknown"


def test_consent_is_given_and_withdrawn(house: House) -> None:
    assert call(house, "GET", "/app/api/consent").json() == {"given": True, "since": "2026-06-01T12:00:00.000Z"}
    withdrawn = call(house, "POST", "/app/api/consent", {"given": False})
    assert withdrawn.status_code == 200, withdrawn.text
    told = withdrawn.json()
    assert told["given"] is False and told["receipt"]["resources"]["Observation"] == 1
    assert call(house, "GET", "/app/fhir/Patient/kari").status_code == 404
    assert call(house, "POST", "/app/api/consent", {"given": True}).json()["given"] is True
    actions = [e["action"] for e in call(house, "GET", "/app/api/access-log").json()["entries"]]
    assert {"Skrev", "Slettet"} <= set(actions)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", {"given": "false"}, {"given": 0}, {"given": None}, {}, {"given": False, "more": 1}, b'{"given":false,"given":true}'],
)
def test_a_decision_that_is_not_plain_changes_nothing(house: House, body: Any) -> None:
    answer = call(house, "POST", "/app/api/consent", body)
    assert answer.status_code == 400 and answer.headers["content-type"] == "application/problem+json"
    assert call(house, "GET", "/app/fhir/Patient/kari").status_code == 200


def test_a_decision_of_another_form_changes_nothing(house: House) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        assert call(house, "POST", "/app/api/consent", {"given": False}, content_type=kind).status_code == 400
    assert call(house, "POST", "/app/api/consent", b"x" * 2000).status_code == 413
    assert call(house, "GET", "/app/fhir/Patient/kari").status_code == 200


@pytest.mark.parametrize("path", ["/app/api/access-log", "/app/api/consent", "/app/fhir/AuditEvent", "/app/fhir/Patient"])
def test_the_api_takes_no_cookie_and_no_other_scheme(kari: Browser, house: House, path: str) -> None:
    assert kari("GET", path).status_code == 401, "the session of a browser opens the pages alone"
    for sent in (f"DPoP {house.token()}", "Basic x", f"Bearer {house.token()}x"):
        answer = call(house, "GET", path, token="", authorization=sent)
        assert answer.status_code == 401 and answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.json().get("rule", "fhir") and house.token()[:20] not in answer.text


def test_a_refusal_is_a_problem_that_names_its_rule(house: House) -> None:
    answer = call(house, "GET", "/app/api/consent", token="")
    assert answer.headers["content-type"] == "application/problem+json" and answer.headers["cache-control"] == "no-store"
    assert answer.json()["rule"] == "credentials-missing" and answer.json()["status"] == 401
    assert call(house, "GET", "/app/api/nothing").json()["status"] == 404


def test_a_space_that_is_not_there_is_told_so(house: House) -> None:
    assert call(house, "GET", "/spaces/nowhere/app/api/consent").status_code == 404
    assert call(house, "GET", "/spaces/nowhere/app/fhir/Patient").status_code == 404


def somebody_looked(house: House, hpr: str | None = "310000042") -> None:
    """A midwife has read Kari's weight."""
    who = Principal(
        Kind.PRACTITIONER,
        issuer="https://sts",
        client_id="epj",
        organisation=Organisation("310000001", "310000002"),
        person=Person(PARTNER, "Solveig Bølgeskvett", hpr_number=hpr),
        role=Role("urn:oid:2.16.578.1.12.4.1.1.9060", "JO"),
    )
    world = house.world
    with world.audit.store.reading() as session:
        seen = session.get("Observation", "kari-weight")
    world.audit.tracing.read(who, Intent("read", "Observation", "kari-weight"), [seen], "kari")


def test_she_shuts_out_and_lets_in_again(house: House) -> None:
    assert call(house, "GET", "/app/api/outsiders").json() == {"outsiders": []}
    assert call(house, "POST", "/app/api/outsiders", {"hprNumber": "310 000 042"}).json() == {"outsiders": [{"hprNumber": "310000042"}]}
    both = call(house, "POST", "/app/api/outsiders", {"organisationNumber": "310000001"})
    assert both.json() == {"outsiders": [{"hprNumber": "310000042"}, {"organisationNumber": "310000001"}]}
    assert house.world.consents.standings.of_pid(KARI).blocked == {"hpr:310000042", "org:310000001"}
    assert house.world.consents.standings.of_pid(KARI).consent is True, "the rest of her standing stays"
    assert house.world.consents.standings.of_pid(LIV).blocked == frozenset()
    left = call(house, "POST", "/app/api/outsiders/remove", {"hprNumber": "310000042"})
    assert left.json() == call(house, "GET", "/app/api/outsiders").json() == {"outsiders": [{"organisationNumber": "310000001"}]}
    assert [e["action"] for e in call(house, "GET", "/app/api/access-log").json()["entries"]].count("Endret") == 3


def test_she_shuts_out_whom_a_line_of_her_log_tells_of(house: House) -> None:
    somebody_looked(house)
    entries = call(house, "GET", "/app/fhir/AuditEvent").json()["entry"]
    event = next(e["resource"]["id"] for e in entries if "Solveig" in json.dumps(e))
    liv = house.token(LIV)
    assert call(house, "POST", "/app/api/outsiders", {"event": event}, token=liv).status_code == 404, "the line is not in her log"
    told = call(house, "POST", "/app/api/outsiders", {"event": event})
    assert told.json() == {"outsiders": [{"hprNumber": "310000042"}]}
    own = next(e["resource"]["id"] for e in call(house, "GET", "/app/fhir/AuditEvent").json()["entry"] if "Solveig" not in json.dumps(e))
    assert call(house, "POST", "/app/api/outsiders", {"event": own}).json()["rule"] == "outsider-unknown"


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", {}, {"hprNumber": 1}, {"hprNumber": ""}, {"hprNumber": "0"}, {"hprNumber": "1234567890"}, {"organisationNumber": "12"},
        {"organisationNumber": "138975123456"}, {"hprNumber": "1", "event": "2"}, {"name": "x"}, {"hprNumber": "1 OR 1"},
    ],
)  # fmt: skip
def test_nobody_is_shut_out_by_a_body_that_names_nobody(house: House, body: Any) -> None:
    answer = call(house, "POST", "/app/api/outsiders", body)
    assert answer.status_code == 400 and answer.headers["content-type"] == "application/problem+json", answer.text
    assert call(house, "GET", "/app/api/outsiders").json() == {"outsiders": []}


def test_there_is_an_end_to_whom_she_can_shut_out(house: House) -> None:
    names = frozenset(f"hpr:{n}" for n in range(1, 101))
    house.world.standing("kari", consent=True, digest=house.world.consents.standings.digest(KARI), blocked=names)
    answer = call(house, "POST", "/app/api/outsiders", {"hprNumber": "101"})
    assert (answer.status_code, answer.json()["rule"]) == (422, "outsiders-too-many")
    assert house.world.consents.standings.of_pid(KARI).blocked == names


def test_what_she_decided_before_there_was_a_record_holds_for_it(house: House) -> None:
    nobody = house.token(NEW)
    call(house, "POST", "/app/api/outsiders", {"hprNumber": "77"}, token=nobody)
    house.world.put(*woman("ny", NEW))
    with house.world.store.database.writing() as transaction:
        house.world.consents.standings.adopt(transaction, woman("ny", NEW)[0])
        transaction.change([], last=True)
    assert house.world.consents.standings.of(["ny"])["ny"].blocked == {"hpr:77"}
