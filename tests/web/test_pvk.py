"""PVK's way in: a push with a system token changes what is known of a person; everything else is refused and changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from hit_maternity.app import House
from hit_maternity.maternity.identity import synthetic_numbers
from hit_maternity.settings import Settings
from hit_maternity.simulators.helseid.minting import access_claims, mint
from hit_maternity.web.pvk import pvk_application

DEFINITION = "9f1f7f0e-4c43-4f4a-8f6e-2f8a5f0f1a10"
SCOPE = "nhn:maternity-record/pvk"
PID = next(iter(synthetic_numbers(date(1992, 3, 4))))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    settings = Settings.from_environment(
        database_url=f"sqlite:///{(tmp_path / 'hit.db').as_posix()}", access="helseid", simulators=True,
        simulator_folder=str(tmp_path / "sts"), pvk_definition=DEFINITION,
    )  # fmt: skip
    opened = House(settings)
    yield opened
    opened.close()


def token(house: House, scopes: tuple[str, ...] = (SCOPE,), **claims: Any) -> str:
    issuer = house.gates.citizens
    made = access_claims(issuer.url, "nhn:maternity-record", scopes, datetime.now(UTC)) | {"client_id": "demo-pvk"} | claims
    return mint(made, key=issuer.keys.current)


def push(house: House, active: bool, bearer: str | None, **more: Any) -> httpx.Response:
    body = {"innbyggerFnr": PID, "definisjonGuid": DEFINITION, "partKode": "DHG", "typePi": "samtykke", "aktiv": active, **more}

    async def once() -> httpx.Response:
        transport = httpx.ASGITransport(pvk_application(house.pvk))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
            headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
            return await client.post("/LagreInnbyggersPersonvernInnstilling", json=body, headers=headers)

    return asyncio.run(once())


def consent(house: House) -> bool | None:
    store = house.spaces.open("default")
    assert store is not None
    return house.consents(store, "default").standings.of_pid(PID).consent


def test_a_push_is_her_decision_and_the_next_one_changes_it(house: House):
    begun = datetime.now(UTC)
    assert push(house, True, token(house), tidspunkt=(begun - timedelta(minutes=2)).isoformat()).status_code == 204
    assert consent(house) is True
    assert push(house, False, token(house), tidspunkt=(begun - timedelta(minutes=1)).isoformat()).status_code == 204
    assert consent(house) is False


def test_only_the_services_own_token_is_taken(house: House):
    for bearer, status in ((None, 401), ("x.y.z", 401), (token(house, ("nhn:other",)), 403), (token(house, pid=PID), 403)):
        answer = push(house, True, bearer)
        assert answer.status_code == status
        assert answer.headers["www-authenticate"].startswith("Bearer") or status == 403
        assert PID not in answer.text
    expired = token(house, exp=1, iat=0, nbf=0)
    assert push(house, True, expired).status_code == 401
    assert consent(house) is None


def test_faults_are_told_together_and_change_nothing(house: House):
    answer = push(house, True, token(house), innbyggerFnr="123", definisjonGuid="other", typePi="reservasjon")
    assert answer.status_code == 400
    assert len(answer.json()["errors"]) >= 2
    assert consent(house) is None
