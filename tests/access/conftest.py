"""The practitioners' door as the program builds it: a guarded server over a real store, with two women's records in it.

A ``Desk`` calls it by the HTTP shape, and sees what the access log and the store have of each call. Who calls is said by a header that a
gate of ours reads (``desk(..., role="LE", patient=...)``), or by a signed token and proof (``desk.signed``).
"""

from __future__ import annotations

import hashlib
import json
import shutil
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from joserfc.jwk import ECKey, RSAKey
from joserfc.jws import JWSRegistry

from hit_maternity.access.attesting import Attesting
from hit_maternity.access.audit.opening import Audit, AuditOptions
from hit_maternity.access.consent.standing import Standings
from hit_maternity.access.guard import AccessGuard
from hit_maternity.access.helseid.attest.binding import Binding
from hit_maternity.access.helseid.attest.parsing import parse
from hit_maternity.access.helseid.attest.rules import AttestConfig
from hit_maternity.access.helseid.authenticator import Authenticator, HelseIdConfig
from hit_maternity.access.helseid.challenge import Challenge
from hit_maternity.access.helseid.jwks_cache import StaticKeys
from hit_maternity.access.limits import Limits, Rate
from hit_maternity.access.policy import standard
from hit_maternity.access.principal import Kind, Organisation, Person, Principal, Role
from hit_maternity.access.visiting import Gate, Rules
from hit_maternity.clock import FixedClock
from hit_maternity.fhir.json import encode
from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.rest.dispatch import handle
from hit_maternity.fhir.rest.exchange import Request, Server
from hit_maternity.fhir.rest.open_guard import OpenGuard
from hit_maternity.knowledge import Knowledge, knowledge
from hit_maternity.maternity.operations import MATERNITY_OPERATIONS
from hit_maternity.maternity.rules import MaternityRules
from hit_maternity.settings import Settings
from hit_maternity.store import Store
from hit_maternity.store.access_rows import AccessRows
from hit_maternity.store.attest_uses import AttestUses
from hit_maternity.store.people import People, Standing
from hit_maternity.store.postgres import Postgres, PostgresDatabase, quoted
from hit_maternity.store.sqlite import SqliteDatabase
from hit_maternity.testbed.people import pregnancies

HOME = "https://dhg.test"
BASE = f"{HOME}/fhir"
ISSUER, SCOPE, AUDIENCE = "https://sts.test", "nhn:maternity-record/api", "nhn:maternity-record"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECRET = b"s" * 32
CATEGORIES = "urn:oid:2.16.578.1.12.4.1.1.9060"
LEGAL_ENTITY, POINT_OF_CARE, HPR, PID = "310100005", "310200018", "565000001", "12847199995"
#: She has a newborn; the other is at the beginning of her pregnancy.
INGRID, VILDE = "normal-mother", "new-record-mother"
CHALLENGE = Challenge("DPoP", ("ES256",), (SCOPE,))
IDENTITY, CLIENT = "helseid://claims/identity/", "helseid://claims/client/"


def b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(header: Mapping[str, Any], payload: Mapping[str, Any], key: Any, algorithm: str) -> str:
    """A compact JWS, made with joserfc."""
    text = ".".join(b64(json.dumps(part).encode()) for part in (header, payload))
    return f"{text}.{b64(JWSRegistry.algorithms[algorithm].sign(text.encode(), key))}"


class SaidGate:
    """Believes the header ``x-caller``."""

    def principal(self, headers: Mapping[str, str], method: str, url: str) -> Principal:
        if "x-caller" not in headers:
            raise CHALLENGE.refusal("credentials-missing")
        said = json.loads(headers["x-caller"])
        kind = Kind(said["kind"])
        person = Person(PID, "RASK TESTVARG", said["hpr"], "4") if kind is Kind.PRACTITIONER else None
        role = Role(CATEGORIES, said["role"]) if said["role"] and kind is Kind.PRACTITIONER else None
        return Principal(
            kind,
            ISSUER,
            said["client"],
            organisation=Organisation(said["organisation"], POINT_OF_CARE),
            person=person,
            role=role,
            attest=parse(said["attest"]) if said["attest"] else None,
            patient=said["patient"],
            proof_key="key" if said["proof"] else None,
            proof_id=said["proof"],
            proof_until=NOW + timedelta(seconds=30) if said["proof"] else None,
            access_basis=said["basis"],
        )


_CALLER: dict[str, Any] = {
    "kind": "practitioner", "role": "LE", "hpr": HPR, "client": "epj", "organisation": LEGAL_ENTITY, "patient": None, "basis": None,
    "attest": None, "proof": None,
}  # fmt: skip


@dataclass(slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    json: Any = field(init=False)

    def __post_init__(self) -> None:
        kind = self.headers.get("content-type", "application/fhir+json")
        self.json = json.loads(self.body) if self.body and "json" in kind else None

    @property
    def rule(self) -> str | None:
        """The rule id of an OperationOutcome's first error."""
        issues = self.json.get("issue", ()) if isinstance(self.json, dict) else ()
        return next((i["details"]["coding"][0]["code"] for i in issues if i["severity"] in ("error", "fatal")), None)

    @property
    def found(self) -> list[str]:
        """``Type/id`` of each entry's resource."""
        entries = [e["resource"] for e in self.json.get("entry", ()) if "resource" in e]
        return [f"{r['resourceType']}/{r.get('id')}" for r in entries]


@dataclass(slots=True)
class Row:
    """A row of the access log. ``event``: the AuditEvent."""

    patient: str | None
    event: dict[str, Any]

    @property
    def refused(self) -> str | None:
        """The rule that refused the call."""
        return self.event.get("outcomeDesc")

    @property
    def interaction(self) -> str:
        details = {d["type"]: d["valueString"] for e in self.event["entity"] for d in e.get("detail", ())}
        return str(details["interaction"])


@dataclass
class Desk:
    """``server``: guarded; ``inside``: past the guard. ``guard``: makes another guard of the same server's."""

    server: Server
    inside: Server
    store: Store
    guard: Callable[..., AccessGuard]
    keys: tuple[Any, Any]
    _read: dict[str, int] = field(default_factory=dict)

    def __call__(self, method: str, url: str, body: Any = None, headers: Mapping[str, str] | None = None, **caller: Any) -> Answer:
        return self._send(self.server, method, url, body, {"x-caller": json.dumps({**_CALLER, **caller}), **(headers or {})})

    def unknown(self, method: str, url: str, body: Any = None) -> Answer:
        """A call by nobody."""
        return self._send(self.server, method, url, body, {})

    def within(self, method: str, url: str, body: Any = None) -> Answer:
        """A call past the guard."""
        return self._send(self.inside, method, url, body, {})

    def _send(self, server: Server, method: str, url: str, body: Any, headers: Mapping[str, str]) -> Answer:
        path, _, query = url.partition("?")
        sent = dict(headers)
        if isinstance(body, str):
            sent.setdefault("content-type", "application/x-www-form-urlencoded")
        elif body is not None:
            sent.setdefault("content-type", "application/json-patch+json" if method == "PATCH" else "application/fhir+json")
        raw = body.encode() if isinstance(body, str) else b"" if body is None else encode(body)
        response = handle(server, Request(method, [p for p in path.split("/") if p], query, sent, raw, BASE))
        return Answer(response.status, response.headers, response.body)

    # ------------------------------------------------------------ signed calls

    def token(self, **changes: Any) -> str:
        issuer, client = self.keys
        iat = int(NOW.timestamp())
        told = {
            "iss": ISSUER, "aud": AUDIENCE, "nbf": iat, "iat": iat, "exp": iat + 600, "jti": "C1D2E3F4", "scope": [SCOPE],
            "client_id": "epj", "cnf": {"jkt": client.thumbprint()}, "sub": "q3Jd0m1b5m8Zk1s7b8b1o6yS2V0m4Vd8c3N1y6o0H2E=",
            "idp": "testidp-oidc", "auth_time": iat - 60, "name": "RASK TESTVARG", f"{IDENTITY}pid": PID, f"{IDENTITY}security_level": "4",
            "helseid://claims/hpr/hpr_number": HPR, f"{CLIENT}client_name": "Demo EPJ",
            f"{CLIENT}claims/orgnr_parent": LEGAL_ENTITY, f"{CLIENT}claims/orgnr_child": POINT_OF_CARE,
        }  # fmt: skip
        return signed({"alg": "RS256", "typ": "at+jwt", "kid": "K1"}, {**told, **changes}, issuer, "RS256")

    def proof(self, method: str, url: str, token: str, jti: str = "") -> str:
        client = self.keys[1]
        claims: dict[str, Any] = {"jti": jti or uuid.uuid4().hex, "htm": method, "htu": f"{BASE}/{url.partition('?')[0]}".rstrip("/")}
        claims |= {"iat": int(NOW.timestamp()), "ath": b64(hashlib.sha256(token.encode()).digest())}
        return signed({"alg": "ES256", "typ": "dpop+jwt", "jwk": client.as_dict(private=False)}, claims, client, "ES256")

    def signed(self, method: str, url: str, body: Any = None, *, jti: str = "", role: str | None = "LE", **headers: str) -> Answer:
        """A call with a token and a proof of its own; the server is one that believes the issuer."""
        token = self.token()
        sent = {"authorization": f"DPoP {token}", "dpop": self.proof(method, url, token, jti), "nhn-source-system": "Demo EPJ 1.0"}
        if role:
            sent["nhn-user-role"] = f"%7B%22system%22%3A%22{CATEGORIES}%22%2C%22code%22%3A%22{role}%22%7D"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self._send(self.server, method, url, body, sent)

    def believing_tokens(self) -> Desk:
        """The same desk, let in by HelseID's rules."""
        config = HelseIdConfig(ISSUER, frozenset((AUDIENCE,)), frozenset((SCOPE,)), addresses=(HOME,))
        keys = StaticKeys({"keys": [self.keys[0].as_dict(private=False)]})
        return replace(self, server=replace(self.server, guard=self.guard(Authenticator(config, keys, FixedClock(NOW), attest=parse))))

    def guarded(self, **options: Any) -> Desk:
        """The same desk behind a guard with other options."""
        return replace(self, server=replace(self.server, guard=self.guard(SaidGate(), **options)))

    # ------------------------------------------------------------ what there is

    def stands(self, patient: str, **standing: Any) -> None:
        """Sets the standing of a patient; without one nothing is known of her."""
        People(self.store.database).put(patient, Standing(**standing), NOW)

    def rows(self) -> list[Row]:
        """The rows of the access log since this was asked last."""
        log, found = AccessRows(self.store.database), []
        for chain, (head, _) in log.heads().items():
            if head > self._read.get(chain, 0):
                found += [json.loads(access.body) for access in log.after(chain, self._read.get(chain, 0))]
            self._read[chain] = head
        return [Row(_patient(body["event"]), body["event"]) for body in found if "event" in body]

    def written(self) -> tuple[int, int]:
        """How many resources there are, and how many versions."""
        with self.store.database.reading() as session:
            row = session.row(f"SELECT count(*), sum(version) FROM {self.store.database.names.resource}")
        assert row is not None
        return int(row[0]), int(row[1])

    def pid(self, patient: str) -> str:
        """The national id of a Patient."""
        return str(self.within("GET", f"Patient/{patient}").json["identifier"][0]["value"])


def _patient(event: Mapping[str, Any]) -> str | None:
    about = [e["what"]["reference"] for e in event["entity"] if e.get("role", {}).get("code") == "1"]
    return about[0].removeprefix("Patient/") if about else None


def challenged(refusal: FhirError) -> FhirError:
    return replace(refusal, headers={**refusal.headers, "WWW-Authenticate": CHALLENGE.header()}) if refusal.status == 401 else refusal


@pytest.fixture(scope="session")
def known() -> Knowledge:
    return knowledge(Settings.from_environment(), FixedClock(NOW))


@pytest.fixture(scope="session")
def signing_keys() -> tuple[Any, Any]:
    """The issuer's key and a client's."""
    return RSAKey.generate_key(2048, {"kid": "K1", "use": "sig", "alg": "RS256"}), ECKey.generate_key("P-256")


@pytest.fixture(scope="session")
def opened(known: Knowledge, signing_keys: tuple[Any, Any]) -> Callable[..., Desk]:
    """``opened(store, attests=...)``: a desk over a store."""

    def make(store: Store, attest: AttestConfig = AttestConfig(required=False)) -> Desk:  # noqa: B008  # it is frozen
        clock = FixedClock(NOW)
        audit = Audit.of(store, SECRET, clock, "test", AuditOptions(address=HOME))
        uses = AttestUses(store.database)
        attests = Attesting(attest, Binding(uses, SECRET, attest), uses, CHALLENGE, clock)
        persons = Standings(store, known.search, SECRET, clock)

        def guard(gate: Gate, limits: Limits | None = None, organisations: frozenset[str] = frozenset()) -> AccessGuard:
            rules = Rules(standard(), organisations)
            return AccessGuard(
                gate,
                rules,
                audit.store,
                known.search,
                audit.tracing,
                limits or Limits(client=Rate(0), organisation=Rate(0)),
                attests,
                persons,
                challenged,
            )

        inside = Server(
            known.definitions, known.validator, known.search, store, known.terminology, OpenGuard(), clock, SECRET,
            MaternityRules(known.search, clock), MATERNITY_OPERATIONS,
        )  # fmt: skip
        return Desk(replace(inside, store=audit.store, guard=guard(SaidGate())), inside, store, guard, signing_keys)

    return make


def _load(desk: Desk) -> None:
    for pregnancy in pregnancies():
        if pregnancy.name in ("normal", "new-record"):
            told = desk.within("POST", "", pregnancy.bundle())
            assert told.status == 200, told.json
    for patient in (INGRID, VILDE):
        desk.stands(patient, consent=True)


@pytest.fixture(scope="session")
def loaded_file(opened: Callable[..., Desk], migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the two records in it, to be copied."""
    path = tmp_path_factory.mktemp("loaded") / "loaded.db"
    shutil.copyfile(migrated_file, path)
    store = Store(SqliteDatabase(path))
    _load(opened(store))
    store.close()
    return path


@pytest.fixture(scope="session")
def loaded_schema(opened: Callable[..., Desk], postgres_url: str, making_a_schema: str) -> Iterator[Desk]:
    """A desk over PostgreSQL, loaded once."""
    name = f"test_{uuid.uuid4().hex[:16]}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {quoted(name)}")
        connection.execute(f"SET search_path TO {quoted(name)}")
        connection.execute(making_a_schema.encode())
        server = Postgres(postgres_url)
        desk = opened(Store(PostgresDatabase(server, name)))
        _load(desk)
        yield desk
        server.close()
        connection.execute(f"DROP SCHEMA {quoted(name)} CASCADE")


@pytest.fixture
def desk(opened: Callable[..., Desk], loaded_file: Path, tmp_path: Path) -> Iterator[Desk]:
    """A desk over SQLite, with both women consenting."""
    path = tmp_path / "desk.db"
    shutil.copyfile(loaded_file, path)
    store = Store(SqliteDatabase(path))
    yield opened(store)
    store.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest) -> Desk:
    """A desk over each kind of database in turn; that on PostgreSQL is shared by all tests."""
    if request.param == "sqlite":
        found: Desk = request.getfixturevalue("desk")
        return found
    shared: Desk = request.getfixturevalue("loaded_schema")
    for patient in (INGRID, VILDE):
        shared.stands(patient, consent=True)
    shared.rows()
    return shared
