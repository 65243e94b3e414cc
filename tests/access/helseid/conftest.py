"""A resource server behind the HTTP shape, an issuer that it believes, and a client that signs with a library of its own (joserfc)."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from joserfc.jwk import ECKey, RSAKey
from joserfc.jws import JWSRegistry

from hit_maternity.access.helseid.attest.parsing import parse
from hit_maternity.access.helseid.authenticator import Authenticator, HelseIdConfig
from hit_maternity.access.helseid.jwks_cache import JwksCache
from hit_maternity.access.principal import Principal
from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.ports import Intent, Version
from hit_maternity.fhir.rest.dispatch import handle
from hit_maternity.fhir.rest.exchange import Request, Server
from hit_maternity.fhir.rest.open_guard import OpenGuard

ISSUER = "https://sts.test"
AUDIENCE = "nhn:maternity-record"
SCOPE = "nhn:maternity-record/api"
HOME = "https://dhg.test"
BASE = f"{HOME}/fhir"
PATH = "Patient/1"
NOW = 1_795_300_000
PID = "12847199995"
SECRET = "her-record"
IDENTITY, CLIENT = "helseid://claims/identity/", "helseid://claims/client/"

DROP = object()  # a claim or a header member that is to be left out


def b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def changed(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**base, **changes}.items() if value is not DROP}


def signed(header: Mapping[str, Any] | bytes, payload: Mapping[str, Any] | bytes, key: Any, algorithm: str) -> str:
    """A compact JWS over exactly these bytes, whatever nonsense they are; the signature is joserfc's."""
    parts = [b64(part if isinstance(part, bytes) else json.dumps(part).encode()) for part in (header, payload)]
    text = ".".join(parts)
    return f"{text}.{b64(JWSRegistry.algorithms[algorithm].sign(text.encode(), key))}"


@dataclass(slots=True)
class Issuer:
    """``keys``: what its JWKS holds; ``asked``: the addresses that were read; ``down``: it does not answer."""

    keys: list[dict[str, Any]]
    asked: list[str] = field(default_factory=list)
    down: bool = False
    discovery: dict[str, Any] = field(default_factory=lambda: {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/jwks"})

    def __call__(self, url: str) -> Any:
        self.asked.append(url)
        if self.down:
            raise OSError("down")
        return self.discovery if url.endswith("openid-configuration") else {"keys": self.keys}


@dataclass(slots=True)
class Ticks:
    """Seconds that pass when a test says so."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass(slots=True)
class Clock:
    """Stands still until a test moves it."""

    seconds: int = NOW

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, UTC)


@dataclass(slots=True)
class Guard(OpenGuard):
    """The access room's part that these tests need: it admits by the authenticator, and uses up the proof before anything is shown."""

    authenticator: Authenticator
    use_up: Callable[[Principal], None]
    refusals: list[FhirError] = field(default_factory=list)
    admitted: list[Principal] = field(default_factory=list)

    def admit(self, headers: Mapping[str, str], method: str, url: str) -> Any:
        principal = self.authenticator.principal(headers, method, url)
        self.admitted.append(principal)
        return principal

    def reveal(self, principal: Any, intent: Intent, seen: Sequence[Version], writer: Any = None) -> Sequence[Version | None]:
        self.use_up(principal)
        return seen

    def refused(self, principal: Any, request: Any, refusal: FhirError) -> None:
        self.refusals.append(refusal)


class Shelf:
    """A store with one resource, which counts how often it is opened."""

    inline = True

    def __init__(self) -> None:
        self.opened = 0

    def reading(self) -> AbstractContextManager[Any]:
        self.opened += 1
        body = json.dumps({"resourceType": "Patient", "id": "1", "name": [{"text": SECRET}]}).encode()
        version = Version("Patient", "1", 1, datetime.fromtimestamp(NOW, UTC), "POST", body)
        return nullcontext(SimpleNamespace(get=lambda type, id: version))


@dataclass(slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def challenge(self) -> str:
        return self.headers.get("www-authenticate", "")

    @property
    def rules(self) -> list[str]:
        return [i["details"]["coding"][0]["code"] for i in json.loads(self.body)["issue"]]


class Door:
    """``door(headers)`` is a call of ``GET Patient/1``; what a client signs comes from ``token``, ``proof`` and ``headers``."""

    DROP = DROP

    def __init__(self, issuer: Issuer, issuer_key: Any, client_key: Any, **config: Any) -> None:
        self.issuer, self.issuer_key, self.client_key = issuer, issuer_key, client_key
        self.ticks = Ticks()
        self.clock = Clock()
        self.keys = JwksCache(ISSUER, issuer, algorithms=("RS256", "ES256"), tick=self.ticks, run=lambda work: work())
        self.used: set[tuple[str | None, str | None]] = set()
        self.shelf = Shelf()
        self.configure(**config)

    def configure(self, nonces: Any = None, **config: Any) -> None:
        """Another configuration, with nothing remembered."""
        given: dict[str, Any] = {"issuer": ISSUER, "audiences": {AUDIENCE}, "scopes": {SCOPE}, "addresses": (HOME,), **config}
        given |= {name: frozenset(given[name]) for name in ("audiences", "scopes")}
        self.guard = Guard(Authenticator(HelseIdConfig(**given), self.keys, self.clock, attest=parse, nonces=nonces), self._use_up)

    def _use_up(self, principal: Principal) -> None:
        pair = principal.proof_key, principal.proof_id
        if pair in self.used:
            raise self.guard.authenticator.challenge.refusal("proof-replayed")
        self.used.add(pair)

    def claims(self, **changes: Any) -> dict[str, Any]:
        told = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "nbf": NOW,
            "iat": NOW,
            "exp": NOW + 600,
            "jti": "C1D2E3F405162738",
            "scope": [SCOPE],
            "client_id": "5b0c9a0e-7c1d-4d55-9a55-0c6f0d8e2a11",
            "cnf": {"jkt": self.client_key.thumbprint()},
            "sub": "q3Jd0m1b5m8Zk1s7b8b1o6yS2V0m4Vd8c3N1y6o0H2E=",
            "idp": "testidp-oidc",
            "auth_time": NOW - 60,
            "name": "RASK TESTVARG",
            f"{IDENTITY}pid": PID,
            f"{IDENTITY}security_level": "4",
            "helseid://claims/hpr/hpr_number": "565000001",
            f"{CLIENT}client_name": "Demo EPJ",
            f"{CLIENT}claims/orgnr_parent": "310100005",
            f"{CLIENT}claims/orgnr_child": "310200018",
        }
        return changed(told, changes)

    def machine(self, **changes: Any) -> dict[str, Any]:
        """The claims of a system's token."""
        users = ("sub", "idp", "auth_time", "name", "helseid://claims/hpr/hpr_number", f"{IDENTITY}pid", f"{IDENTITY}security_level")
        return self.claims(**{**dict.fromkeys(users, DROP), **changes})

    def token(self, claims: Mapping[str, Any] | bytes | None = None, header: Mapping[str, Any] | None = None, key: Any = None) -> str:
        told = changed({"alg": "RS256", "typ": "at+jwt", "kid": "K1"}, header or {})
        return signed(told, self.claims() if claims is None else claims, key or self.issuer_key, "RS256")

    def proof(self, token: str, header: Mapping[str, Any] | None = None, key: Any = None, algorithm: str = "ES256", **changes: Any) -> str:
        key = key or self.client_key
        told = changed({"alg": algorithm, "typ": "dpop+jwt", "jwk": key.as_dict(private=False)}, header or {})
        ath = b64(hashlib.sha256(token.encode()).digest())
        claims = {"jti": f"proof-{len(self.used)}", "htm": "GET", "htu": f"{BASE}/{PATH}", "iat": NOW, "ath": ath}
        return signed(told, changed(claims, changes), key, algorithm)

    def headers(self, token: str | None = None, proof: str | None = None, **changes: Any) -> dict[str, str]:
        token = self.token() if token is None else token
        sent = {"authorization": f"DPoP {token}", "dpop": proof if proof is not None else self.proof(token)}
        return changed(sent, {name.replace("_", "-"): value for name, value in changes.items()})

    def __call__(
        self, headers: Mapping[str, str], method: str = "GET", path: str = PATH, query: str = "", base: str = BASE, guard: Any = None
    ) -> Answer:
        definitions = SimpleNamespace(resource_types=("Patient",))
        server = Server(definitions, None, None, self.shelf, None, guard or self.guard, self.clock)  # type: ignore[arg-type]  # a read needs no more
        response = handle(server, Request(method, path.split("/"), query, dict(headers), b"", base))
        return Answer(response.status, response.headers, response.body)


@pytest.fixture(scope="session")
def issuer_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "K1", "use": "sig", "alg": "RS256"})


@pytest.fixture(scope="session")
def client_key() -> ECKey:
    return ECKey.generate_key("P-256")


@pytest.fixture(scope="session")
def strange_key() -> RSAKey:
    """A key that the issuer doesn't have."""
    return RSAKey.generate_key(2048)


@pytest.fixture
def issuer(issuer_key: RSAKey) -> Issuer:
    return Issuer([dict(issuer_key.as_dict(private=False))])


@pytest.fixture
def door(issuer: Issuer, issuer_key: RSAKey, client_key: ECKey) -> Door:
    """A door whose keys are there already; what is asked of the issuer from now on is in ``issuer.asked``."""
    made = Door(issuer, issuer_key, client_key)
    made.keys.start()
    issuer.asked.clear()
    return made
