"""The national JSON door as the program builds it, over a real database, called by the shape of HTTP with tokens of the local issuer.

``door("GET", "/status")`` is a call by a midwife about Vilde, whose record is at its beginning; ``role=``, ``patient=``, ``token=`` and
headers say otherwise. Whoever asks for ``door`` gets it on SQLite; ``doors`` makes others: ``doors(database_url, dhg_headers="hit")``.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from hit_maternity import app as program
from hit_maternity.access.consent.withdrawal import Consents
from hit_maternity.app import House, create_app
from hit_maternity.clock import FixedClock
from hit_maternity.door.entrance import Entrance
from hit_maternity.fhir.json import encode
from hit_maternity.fhir.rest.dispatch import handle
from hit_maternity.fhir.rest.exchange import Request
from hit_maternity.knowledge import Knowledge, knowledge
from hit_maternity.settings import Settings
from hit_maternity.simulators.helseid.minting import access_claims, bound_to, client_claims, mint, organisation_of, proof, user_claims
from hit_maternity.simulators.helseid.register import packaged
from hit_maternity.store import Store
from hit_maternity.store.access_rows import AccessRows
from hit_maternity.store.spaces import DEFAULT
from hit_maternity.testbed.people import pregnancies

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOST = "http://127.0.0.1:8080"
BASE = "/api/maternity-record/v1"
ROLE = "urn:oid:2.16.578.1.12.4.1.1.9060"
#: A woman whose record has just begun, one whose record has ended, one in the middle of her pregnancy.
VILDE, INGRID, UNDER_WAY = "new-record", "normal", "under-way"
_LOADED = (VILDE, INGRID, UNDER_WAY)
_OLD = {"nhn-patient-nin": "hit-patient-pid", "nhn-user-role": "hit-user-role", "nhn-source-system": "hit-source-system"}


def role(code: str) -> str:
    return quote(json.dumps({"system": ROLE, "code": code}))


@dataclass(slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    json: Any = field(init=False)

    def __post_init__(self) -> None:
        self.json = json.loads(self.body) if self.body else None

    @property
    def code(self) -> str | None:
        """The error code: the same in body and header."""
        told = self.headers.get("nhn-error-code")
        assert self.json is None or self.status < 400 or self.json["errorCode"] == told
        return told

    @property
    def rules(self) -> list[tuple[str, str]]:
        """Path and rule of each fault."""
        return [(fault["path"], fault["rule"]) for fault in self.json.get("details", ())]


@dataclass
class Door:
    """``pids``: national id of each woman, by the name of her story; ``records``: the id of her record."""

    app: Entrance
    house: House
    pids: dict[str, str]
    records: dict[str, str]
    key: dict[str, Any]
    old: bool = False
    _tokens: dict[str, str] = field(default_factory=dict)
    _read: dict[str, int] = field(default_factory=dict)
    _closed: bool = False

    # ------------------------------------------------------------ calls

    def __call__(self, method: str, path: str, body: Any = None, **caller: Any) -> Answer:
        return asyncio.run(self.call(method, path, body, **caller))

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        patient: str | None = VILDE,
        by: str | None = "JO",
        token: str | None = None,
        headers: Mapping[str, str | None] | None = None,
        base: str = BASE,
    ) -> Answer:
        """``headers`` count before all others; None leaves one out."""
        sent: dict[str, str | None] = {"host": "127.0.0.1:8080", "nhn-source-system": "EPJ Test 1.0"}
        if patient is not None:
            sent["nhn-patient-nin"] = self.pids.get(patient, patient)
        if by is not None:
            sent["nhn-user-role"] = role(by)
        if not self.house.settings.door.is_open:
            token = token or self.token()
            sent["authorization"] = f"{'Bearer' if self.old else 'DPoP'} {token}"
            if not self.old:
                sent["dpop"] = proof(self.key, method, f"{HOST}{base}{path}".partition("?")[0], datetime.now(UTC), token=token)
        if self.old:
            sent = {_OLD.get(name, name): value for name, value in sent.items()} | {"hit-access-basis": "SAMTYKKE"}
        raw = body if isinstance(body, bytes) else b"" if body is None else encode(body)
        if raw:
            sent["content-type"] = "application/json; charset=UTF-8"
        sent |= headers or {}
        return await send(self.app, method, base + path, {n: v for n, v in sent.items() if v is not None}, raw)

    def fhir(self, method: str, path: str, body: Any = None, **caller: Any) -> Answer:
        """A call at the FHIR door by the same midwife."""
        kind = {"content-type": "application/fhir+json"} if body is not None else {}
        return self(method, f"/{path}" if path else "", body, base="/fhir", patient=None, headers=kind, **caller)

    def record(self, who: str = VILDE) -> dict[str, Any]:
        """A whole record, which must be there."""
        answer = self("GET", f"/record/{self.records[who]}", patient=who)
        assert answer.status == 200, answer.json
        return dict(answer.json)

    def at(self, *parts: str, who: str = VILDE) -> str:
        """The path of a part of her record."""
        return "/".join(("/record", self.records[who], *parts))

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self.app._doors.close()

    # ------------------------------------------------------------ tokens

    def token(self, kind: str = "user", **claims: Any) -> str:
        """A token that the server takes: of a midwife, or of a ``system``. ``claims`` count before the others."""
        known = self._tokens.get(kind) if not claims else None
        if known is not None:
            return known
        issuer, register = self.house.gates.professionals, packaged()
        midwife = next(p for p in register.practitioners if any(a.profession == "JO" for a in p.approvals))
        now = datetime.now(UTC)
        told = access_claims(issuer.url, "nhn:maternity-record", ["nhn:maternity-record/api"], now, lifetime=3600)
        told |= client_claims("epj", **organisation_of(register.organisations[0]))
        if kind == "user":
            told |= user_claims(midwife, "epj", issuer.keys.salt, logged_in=now)
        if not self.old:
            told |= bound_to(self.key)
        made = mint({n: v for n, v in {**told, **claims}.items() if v is not None}, key=issuer.keys.current)
        if not claims:
            self._tokens[kind] = made
        return made

    # ------------------------------------------------------------ what there is

    @property
    def store(self) -> Store:
        found = self.house.spaces.open(DEFAULT)
        assert found is not None
        return found

    @property
    def consents(self) -> Consents:
        return self.house.consents(self.store, DEFAULT)

    def rows(self) -> list[dict[str, Any]]:
        """The AuditEvents that were logged since this was asked last."""
        log, found = AccessRows(self.store.database), []
        for chain, (head, _) in log.heads().items():
            if head > self._read.get(chain, 0):
                found += [json.loads(access.body) for access in log.after(chain, self._read.get(chain, 0))]
            self._read[chain] = head
        return [body["event"] for body in found if "event" in body]

    def everything(self) -> list[tuple[Any, ...]]:
        """All that the database holds of records, to be compared."""
        names = self.store.database.names
        with self.store.database.reading() as session:
            resources = session.rows(f"SELECT type, id, version, body FROM {names.resource} ORDER BY type, id")
            parts = session.rows(f"SELECT record, part, item, version, author FROM {names.record_part} ORDER BY 1, 2, 3, 4")
            people = session.rows(f"SELECT patient, consent, confidential, deceased FROM {names.person} ORDER BY 1")
        return [*resources, *parts, *people]


async def send(app: Entrance, method: str, path: str, headers: Mapping[str, str], raw: bytes) -> Answer:
    """One call as an HTTP server makes it of a request."""
    where, _, query = path.partition("?")
    scope = {
        "type": "http",
        "method": method,
        "scheme": "http",
        "path": where,
        "raw_path": where.encode(),
        "query_string": query.encode(),
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()],
        "server": ("127.0.0.1", 8080),
    }
    told: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": raw}

    async def take(message: Any) -> None:
        told.append(message)

    await app(scope, receive, take)
    body = b"".join(message.get("body", b"") for message in told)
    return Answer(told[0]["status"], {name.decode(): value.decode("latin-1") for name, value in told[0]["headers"]}, body)


@pytest.fixture(scope="session")
def known() -> Knowledge:
    return knowledge(Settings.from_environment(), FixedClock(NOW))


@pytest.fixture
def doors(known: Knowledge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Door]]:
    """``doors(database_url, **settings)``: a door over a database, as ``create_app`` makes it."""
    monkeypatch.setattr(program, "knowledge", lambda settings, clock: known)  # it takes seconds to load, and is the same for all
    made: list[Door] = []

    def make(database_url: str, *, now: datetime = NOW, **settings: Any) -> Door:
        values = {
            "simulators": True, "simulator_folder": str(tmp_path / "sts"), "attest": "optional", "port": 8080, "limit_client": 0,
            "limit_organisation": 0, "log_level": "error", "key_file": str(tmp_path / "hit.key"),
        }  # fmt: skip
        app = create_app(Settings.from_environment(database_url=database_url, **{**values, **settings}), FixedClock(now))
        house = app._doors.api._open_space.__self__  # type: ignore[union-attr]
        pids, records = _people()
        key = json.loads(ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1())))
        door = Door(app, house, pids, records, key, settings.get("dhg_headers") == "hit")
        made.append(door)
        return door

    yield make
    for door in made:
        door.close()


def _people() -> tuple[dict[str, str], dict[str, str]]:
    pids, records = {}, {}
    for pregnancy in pregnancies():
        for resource in (entry["resource"] for entry in pregnancy.bundle()["entry"]):
            if resource["id"] == f"{pregnancy.name}-mother":
                pids[pregnancy.name] = resource["identifier"][0]["value"]
            if resource["resourceType"] == "EpisodeOfCare":
                records[pregnancy.name] = resource["identifier"][0]["value"]
    return pids, records


def load(house: House) -> None:
    """Puts the three women's records in, past the guard, with their consent."""
    server = house.inside(DEFAULT)
    assert server is not None
    for pregnancy in pregnancies():
        if pregnancy.name in _LOADED:
            headers = {"content-type": "application/fhir+json"}
            told = handle(server, Request("POST", [], "", headers, encode(pregnancy.bundle()), f"{HOST}/fhir"))
            assert told.status == 200, told.body
    store = house.spaces.open(DEFAULT)
    assert store is not None
    for name in _LOADED:
        house.consents(store, DEFAULT).give(_people()[0][name])


@pytest.fixture(scope="session")
def loaded_file(known: Knowledge, migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the women's records in it, and the key of the server that wrote it, to be copied."""
    folder = tmp_path_factory.mktemp("dhg")
    path = folder / "loaded.db"
    shutil.copyfile(migrated_file, path)
    settings = Settings.from_environment(
        database_url=f"sqlite:///{path.as_posix()}", key_file=str(folder / "hit.key"), simulators=True, simulator_folder=str(folder / "sts")
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(program, "knowledge", lambda settings, clock: known)
        house = House(settings, FixedClock(NOW))
    load(house)
    house.close()
    return path


@pytest.fixture
def loaded_url(loaded_file: Path, tmp_path: Path) -> str:
    """The URL of a copy of it."""
    shutil.copyfile(loaded_file, tmp_path / "hit.db")
    shutil.copyfile(loaded_file.with_name("hit.key"), tmp_path / "hit.key")
    return f"sqlite:///{(tmp_path / 'hit.db').as_posix()}"


@pytest.fixture
def door(doors: Callable[..., Door], loaded_url: str) -> Door:
    return doors(loaded_url)


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, doors: Callable[..., Door]) -> Iterator[Door]:
    """The door over each kind of database in turn."""
    if request.param == "sqlite":
        yield doors(request.getfixturevalue("loaded_url"))
        return
    made = doors(request.getfixturevalue("postgresql_url"))
    load(made.house)
    yield made
    made.close()  # before its schema is dropped
