"""The FHIR door over ASGI: bodies, spaces, CORS, and writes that are committed together."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest

from hit_maternity.fhir.outcome import refuse
from hit_maternity.fhir.ports import Hurried
from hit_maternity.fhir.rest.asgi import FhirDoor, Opened, Traffic
from hit_maternity.store.reader import StoreReader

JSON = {"content-type": "application/fhir+json"}


@pytest.fixture
def seen() -> list[Traffic]:
    return []


@pytest.fixture
def opened(server) -> Opened:
    return Opened(server, "/fhir")


@pytest.fixture
def call(opened, seen):
    """Runs a function of a client of the door; every keyword is an option of the door."""

    def run(work, **options):
        async def main():
            door = FhirDoor(lambda path: (opened, path[5:]) if path.startswith("/fhir") else None, observe=seen.append, **options)
            transport = httpx.ASGITransport(app=door, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://record.test") as client:
                try:
                    return await work(client)
                finally:
                    door.close()

        return asyncio.run(main())

    return run


def rule(answer: httpx.Response) -> str:
    return answer.json()["issue"][0]["details"]["coding"][0]["code"]


def test_the_address_that_the_client_used_is_the_base(call):
    made = call(lambda c: c.post("/fhir/Patient", json={"resourceType": "Patient"}, headers=JSON))
    assert made.status_code == 201
    assert made.headers["location"].startswith("http://record.test/fhir/Patient/")
    assert made.headers["x-content-type-options"] == "nosniff"


def test_a_public_address_takes_its_place(call):
    made = call(
        lambda c: c.post("/fhir/Patient", json={"resourceType": "Patient"}, headers=JSON), public_base_url="https://record.example.no/"
    )
    assert made.headers["location"].startswith("https://record.example.no/fhir/Patient/")


def test_a_host_header_that_is_none_is_not_repeated(call):
    made = call(lambda c: c.post("/fhir/Patient", json={"resourceType": "Patient"}, headers={**JSON, "host": "<script>"}))
    assert "script" not in made.headers["location"]


def test_a_space_that_is_not_there(call):
    answer = call(lambda c: c.get("/spaces/none/fhir/Patient"))
    assert (answer.status_code, rule(answer)) == (404, "space-unknown")


def test_a_body_over_the_limit_is_refused_by_its_declared_length_and_by_what_comes(call):
    async def stream() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 100

    declared = call(lambda c: c.post("/fhir/Patient", content=b" " * 2000, headers=JSON), max_body=1000)
    sent = call(lambda c: c.post("/fhir/Patient", content=stream(), headers=JSON), max_body=1000)
    assert [(a.status_code, rule(a)) for a in (declared, sent)] == [(413, "body-too-large")] * 2


def test_a_compressed_body_is_refused(call):
    answer = call(lambda c: c.post("/fhir/Patient", content=b"x", headers={**JSON, "content-encoding": "gzip"}))
    assert (answer.status_code, rule(answer)) == (415, "content-encoding")


def test_head_has_the_headers_of_get_and_no_body(call):
    async def work(client):
        made = await client.post("/fhir/Patient", json={"resourceType": "Patient"}, headers=JSON)
        where = made.headers["location"].partition("/_history")[0]
        return await client.get(where), await client.head(where)

    get, head = call(work)
    assert head.content == b""
    assert {k: v for k, v in head.headers.items()} == {k: v for k, v in get.headers.items()}


def test_pages_of_named_origins_may_call_and_others_may_not(call):
    async def work(client):
        own = await client.get("/fhir/Patient", headers={"origin": "https://app.test"})
        other = await client.get("/fhir/Patient", headers={"origin": "https://evil.test"})
        before = await client.options("/fhir/Patient", headers={"origin": "https://app.test", "access-control-request-method": "PUT"})
        return own, other, before

    own, other, before = call(work, cors_origins=["https://app.test"])
    assert own.headers["access-control-allow-origin"] == "https://app.test"
    assert "access-control-allow-origin" not in other.headers
    assert before.status_code == 204 and "PUT" in before.headers["access-control-allow-methods"]


def test_every_call_is_observed_without_its_address(call, seen):
    call(lambda c: c.get("/fhir/Patient?name=secret"))
    assert [(t.interaction, t.method, t.status) for t in seen] == [("search-type", "GET", 200)]
    assert "secret" not in repr(seen)


def test_writes_that_come_at_once_are_all_done_and_the_faulty_ones_refused_alone(call):
    async def work(client):
        def one(number: int):
            body = {"resourceType": "Patient", "active": "yes"} if number % 5 == 0 else {"resourceType": "Patient", "active": True}
            return client.post("/fhir/Patient", content=json.dumps(body), headers=JSON)

        answers = await asyncio.gather(*map(one, range(40)))
        total = (await client.get("/fhir/Patient?_summary=count")).json()["total"]
        read = [await client.get(a.headers["location"]) for a in answers if a.status_code == 201]
        return [a.status_code for a in answers], total, {r.status_code for r in read}

    statuses, total, read = call(work)
    assert statuses == [422 if n % 5 == 0 else 201 for n in range(40)]
    assert (total, read) == (32, {200})


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # a database server commits for each connection
def test_a_commit_that_fails_answers_every_write_in_it(call, opened, monkeypatch):
    class Failing:
        def __enter__(self):
            return None

        def __exit__(self, *_):
            raise refuse(507, "no-store", "storage-full", "The storage is full.")

    store = opened.server.store
    monkeypatch.setattr(type(store), "together", lambda self: Failing())

    async def work(client):
        return await asyncio.gather(*(client.post("/fhir/Patient", json={"resourceType": "Patient"}, headers=JSON) for _ in range(6)))

    answers = call(work)
    assert {a.status_code for a in answers} <= {201, 507}
    assert [rule(a) for a in answers if a.status_code == 507].count("storage-full") >= 5


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # with a database server every call runs in a thread anyway
def test_a_read_that_takes_long_goes_on_in_a_thread(call, opened, monkeypatch):
    tries = []
    search = StoreReader.search

    def slow_at_first(self, query):
        tries.append(query)
        if len(tries) == 1:
            raise Hurried
        return search(self, query)

    monkeypatch.setattr(StoreReader, "search", slow_at_first)
    answer = call(lambda c: c.get("/fhir/Patient"))
    assert (answer.status_code, len(tries)) == (200, 2)
