"""A space with two women in it, an issuer of citizens' tokens that signs with a library of its own (joserfc), and the door between them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

from hit_maternity.access.audit.opening import Audit
from hit_maternity.access.citizen import CitizenGuard, OwnRecord, Proxies
from hit_maternity.access.citizen_desk import CitizenDesk
from hit_maternity.access.consent.withdrawal import Consents
from hit_maternity.access.helseid.jwks_cache import StaticKeys
from hit_maternity.access.helsenorge import HelsenorgeAuthenticator, Trusted
from hit_maternity.access.limits import Limits, Rate
from hit_maternity.access.policy import standard
from hit_maternity.access.principal import Principal
from hit_maternity.fhir.json import encode
from hit_maternity.fhir.rest.dispatch import handle
from hit_maternity.fhir.rest.exchange import Request, Server
from hit_maternity.fhir.rest.open_guard import OpenGuard
from hit_maternity.knowledge import Knowledge
from hit_maternity.maternity.operations import MATERNITY_OPERATIONS
from hit_maternity.store import Store
from hit_maternity.store.people import Standing

ISSUER, AUDIENCE, SCOPE = "https://helsenorge.test/sts", "nhn:maternity-record", "nhn:maternity-record/api"
ADDRESS = "http://127.0.0.1:8080"
BASE = f"{ADDRESS}/app/fhir"
NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
SECRET = b"k" * 32
FNR = "urn:oid:2.16.578.1.12.4.1.4.1"
#: Synthetic: month + 80.
KARI, LIV, PARTNER = "09889449842", "14829749840", "01929249735"
DROP = object()


@dataclass(slots=True)
class Moving:
    """Stands still until a test moves it."""

    moment: datetime = NOON

    def now(self) -> datetime:
        return self.moment

    def seconds(self) -> int:
        return int(self.moment.timestamp())


class Issuer:
    """Makes tokens; ``keys``: what its JWKS holds."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one"})
        self.other = RSAKey.generate_key(2048, {"kid": "one"})

    @property
    def keys(self) -> StaticKeys:
        return StaticKeys({"keys": [{**self.key.as_dict(private=False), "alg": "RS256", "use": "sig"}]})

    def token(self, now: datetime, header: dict[str, Any] | None = None, key: RSAKey | None = None, **changes: Any) -> str:
        """A good token for Kari, but for what ``changes`` say."""
        at = int(now.timestamp())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "iat": at,
            "nbf": at,
            "exp": at + 600,
            "jti": "token-1",
            "sub": "b3a1c7f0-0000-4000-8000-000000000001",
            "client_id": "demo-citizen-app",
            "scope": [SCOPE],
            "pid": KARI,
            "name": "Kari Fjellbekk",
            **changes,
        }
        head = {"alg": "RS256", "kid": "one", "typ": "at+jwt", **(header or {})}
        sent = {name: value for name, value in claims.items() if value is not DROP}
        return jwt.encode({n: v for n, v in head.items() if v is not DROP}, sent, key or self.key, algorithms=["RS256", "PS256"])


@dataclass(slots=True)
class Told:
    """An answer, with its body parsed where it is JSON."""

    status: int
    headers: dict[str, str]
    body: bytes
    json: Any = field(init=False)

    def __post_init__(self) -> None:
        self.json = json.loads(self.body) if self.body else None

    @property
    def rules(self) -> list[str]:
        return [i["details"]["coding"][0]["code"] for i in self.json["issue"]]

    @property
    def found(self) -> list[str]:
        return [f"{e['resource']['resourceType']}/{e['resource']['id']}" for e in self.json.get("entry", ())]


class World:
    """``proxies``: what they may do; ``limits``: of the door; ``gate``: another than that of ``issuer``."""

    def __init__(
        self,
        store: Store,
        known: Knowledge,
        issuer: Issuer,
        proxies: Proxies = Proxies.NONE,
        limits: Limits | None = None,
        gate: Callable[[Moving], HelsenorgeAuthenticator] | None = None,
    ) -> None:
        self.store = store
        self.issuer = issuer
        self.clock = Moving()
        self.audit = Audit.of(store, SECRET, self.clock)
        self.limits = limits or Limits(citizen=Rate(0))
        trusted = Trusted(ISSUER, AUDIENCE, SCOPE)
        self.gate = gate(self.clock) if gate else HelsenorgeAuthenticator(trusted, issuer.keys, self.clock)
        policy = standard()
        record = OwnRecord(self.audit.store, known.search, policy, proxies)
        self.guard = CitizenGuard(self.gate, record, self.audit.store, known.search, self.audit.tracing, policy, self.limits)
        self.consents = Consents(store, known.search, SECRET, self.clock, BASE)
        self.desk = CitizenDesk(
            self.gate, record, self.consents, self.audit.tracing, self.audit.ledger, self.audit.patients, policy, self.limits, self.clock
        )
        self.server = self._server(known, self.guard)
        self.inside = self._server(known, OpenGuard())

    def _server(self, known: Knowledge, guard: Any) -> Server:
        return Server(
            known.definitions,
            known.validator,
            known.search,
            self.audit.store,
            known.terminology,
            guard,
            self.clock,
            SECRET,
            operations=MATERNITY_OPERATIONS,
        )

    # ------------------------------------------------------------ calls

    def token(self, **changes: Any) -> str:
        return self.issuer.token(self.clock.now(), **changes)

    def __call__(self, method: str, url: str, body: Any = None, token: str | None = None, **headers: str) -> Told:
        """A call of hers at ``/app/fhir``; ``token`` "": none."""
        sent = {"content-type": "application/fhir+json", **{n.replace("_", "-"): v for n, v in headers.items()}}
        if token != "":
            sent.setdefault("authorization", f"Bearer {token or self.token()}")
        return self._called(self.server, method, url, body, sent)

    def put(self, *resources: dict[str, Any]) -> None:
        """Writes resources past every guard."""
        for resource in resources:
            url = f"{resource['resourceType']}/{resource['id']}"
            told = self._called(self.inside, "PUT", url, resource, {"content-type": "application/fhir+json"})
            assert told.status in (200, 201), told.json

    def _called(self, server: Server, method: str, url: str, body: Any, headers: dict[str, str]) -> Told:
        path, _, query = url.partition("?")
        raw = body if isinstance(body, bytes) else encode(body) if body is not None else b""
        response = handle(server, Request(method, [p for p in path.split("/") if p], query, headers, raw, BASE))
        return Told(response.status, response.headers, response.body)

    # ------------------------------------------------------------ what is there

    def standing(self, patient: str, **changes: Any) -> None:
        self.consents._people.put(patient, Standing(**changes), self.clock.now())

    def rows(self) -> list[dict[str, Any]]:
        """The AuditEvents that were written, oldest first."""
        rows = [row for chain in self.audit.rows.heads() for row in self.audit.rows.after(chain, 0)]
        events = [json.loads(row.body).get("event") for row in sorted(rows, key=lambda r: (r.at, r.chain, r.seq))]
        return [event for event in events if event]

    def two_women(self) -> None:
        """Kari and Liv, each with an observation, a pregnancy and who wrote it; Kari has a fetus too."""
        self.put(*DIRECTORY)
        for name, pid in (("kari", KARI), ("liv", LIV)):
            self.put(*woman(name, pid))
            self.standing(name, consent=True, consented=NOON - timedelta(days=30), digest=self.consents.standings.digest(pid))
        self.put(fetus("kari-fetus", "kari"))

    def principal(self, **changes: Any) -> Principal:
        return self.gate.of_token(self.token(**changes))


WorldOf = Callable[..., World]

OBSERVED = {
    "status": "final",
    "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}]}],
    "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
    "valueQuantity": {"value": 63.1, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
}
DIRECTORY: tuple[dict[str, Any], ...] = (
    {"resourceType": "Practitioner", "id": "midwife", "name": [{"text": "Solveig Bølgeskvett"}]},
    {"resourceType": "Organization", "id": "station", "name": "Fjellbekk helsestasjon"},
)


def woman(name: str, pid: str) -> list[dict[str, Any]]:
    her = {"reference": f"Patient/{name}"}
    return [
        {
            "resourceType": "Patient",
            "id": name,
            "name": [{"text": f"{name.title()} Hemmelig"}],
            "identifier": [{"system": FNR, "value": pid}],
        },
        {"resourceType": "EpisodeOfCare", "id": f"{name}-record", "status": "active", "patient": her},
        {
            "resourceType": "Observation",
            "id": f"{name}-weight",
            "subject": her,
            "performer": [{"reference": "Practitioner/midwife"}],
            "effectiveDateTime": "2026-06-01",
            **OBSERVED,
        },
        {
            "resourceType": "Provenance",
            "id": f"{name}-written",
            "target": [{"reference": f"Observation/{name}-weight"}],
            "recorded": "2026-06-01T10:00:00Z",
            "agent": [{"who": {"reference": "Practitioner/midwife"}}],
        },
    ]


def fetus(id: str, mother: str) -> dict[str, Any]:
    extension = "https://hit-maternity.example/fhir/StructureDefinition/fetus-of"
    return {"resourceType": "Patient", "id": id, "extension": [{"url": extension, "valueReference": {"reference": f"Patient/{mother}"}}]}


def answers(patient: str = "kari", **changes: Any) -> dict[str, Any]:
    """A QuestionnaireResponse of hers."""
    return {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "subject": {"reference": f"Patient/{patient}"},
        "source": {"reference": f"Patient/{patient}"},
        "authored": "2026-07-01T12:00:00Z",
        "item": [{"linkId": "2", "answer": [{"valueString": "Ja"}]}],
        **changes,
    }
