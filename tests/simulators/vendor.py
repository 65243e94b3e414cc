"""A vendor's system that calls the local issuers over HTTP. It signs with joserfc, a library that the issuers don't use."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jwk, jwt
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

BASE = "http://127.0.0.1:8080"
STS = f"{BASE}/sts"
CALLBACK = "http://127.0.0.1:51234/callback"
API, SCOPE = "nhn:maternity-record", "nhn:maternity-record/api"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"

Key = RSAKey | ECKey | OKPKey


@dataclass
class MovingClock:
    """Stands still until it is moved."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def move(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)

    @property
    def seconds(self) -> int:
        return int(self.moment.timestamp())


class Http:
    """The server's door, called without a socket."""

    def __init__(self, app: Any, base: str = BASE) -> None:
        self.transport, self.base = httpx.ASGITransport(app), base

    def send(self, method: str, url: str, **how: Any) -> httpx.Response:
        async def sent() -> httpx.Response:
            async with httpx.AsyncClient(transport=self.transport, base_url=self.base) as client:
                return await client.request(method, url, **how)

        return asyncio.run(sent())

    def get(self, url: str, **how: Any) -> httpx.Response:
        return self.send("GET", url, **how)

    def post(self, url: str, **how: Any) -> httpx.Response:
        return self.send("POST", url, **how)


def pair(algorithm: str = "ES256", kid: str | None = None) -> Key:
    """A new key for ``algorithm``."""
    given = {"alg": algorithm, **({"kid": kid} if kid else {})}
    if algorithm.startswith("ES"):
        return jwk.ECKey.generate_key({"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}[algorithm], given)
    return jwk.RSAKey.generate_key(2048, given)


def signed(header: dict[str, Any], claims: dict[str, Any], key: Key) -> str:
    """A JWT."""
    return jwt.encode(header, claims, key, algorithms=[header["alg"]])


def forged(header: dict[str, Any], claims: dict[str, Any], secret: bytes) -> str:
    """A JWT that no library would make: any header, an HMAC for a signature."""
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims)]
    mark = base64.urlsafe_b64encode(hmac.digest(secret, b".".join(parts), "sha256")).rstrip(b"=")
    return b".".join((*parts, mark)).decode()


def claims_of(token: str, keys: dict[str, Any]) -> dict[str, Any]:
    """The claims of ``token``, its signature checked with a key set."""
    return jwt.decode(token, KeySet.import_key_set(keys), algorithms=["RS256"]).claims


def header_of(token: str) -> dict[str, Any]:
    """The header of ``token``."""
    part = token.split(".")[0]
    return dict(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))))


def s256(text: str) -> str:
    """base64url of a SHA-256."""
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


@dataclass
class Vendor:
    """A client system. ``key``: what it authenticates with; ``proof_key``: what it binds tokens to."""

    http: Http
    clock: MovingClock
    client_id: str
    key: Key
    issuer: str = STS
    proof_key: Key = field(default_factory=pair)
    nonce: str | None = None
    algorithm: str = "ES256"

    def assertion(self, header: dict[str, Any] | None = None, key: Key | None = None, **claims: Any) -> str:
        now = self.clock.seconds
        usual = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.issuer,
            "iat": now,
            "nbf": now,
            "exp": now + 30,
            "jti": secrets.token_hex(12),
        }
        given = {name: value for name, value in {**usual, **claims}.items() if value is not None}
        head = {"alg": self.algorithm, "typ": "client-authentication+jwt", "kid": self.key.kid, **(header or {})}
        return signed({name: value for name, value in head.items() if value is not None}, given, key or self.key)

    def credentials(self, **claims: Any) -> dict[str, str]:
        return {"client_id": self.client_id, "client_assertion_type": ASSERTION_TYPE, "client_assertion": self.assertion(**claims)}

    def proof(self, url: str, *, method: str = "POST", header: dict[str, Any] | None = None, key: Key | None = None, **claims: Any) -> str:
        used = key or self.proof_key
        public = {name: value for name, value in used.as_dict(private=False).items() if name in ("kty", "crv", "x", "y", "e", "n")}
        head = {"alg": used.get("alg"), "typ": "dpop+jwt", "jwk": public, **(header or {})}
        usual = {"jti": secrets.token_hex(12), "htm": method, "htu": url, "iat": self.clock.seconds, "nonce": self.nonce}
        given = {name: value for name, value in {**usual, **claims}.items() if value is not None}
        return signed({name: value for name, value in head.items() if value is not None}, given, used)

    def ask(self, grant: str, *, details: Any = None, **parameters: Any) -> httpx.Response:
        """A token, with the nonce round."""
        url = f"{self.issuer}/connect/token"
        for _ in range(2):
            credentials = self.credentials(**({} if details is None else {"assertion_details": details}))
            form = {"grant_type": grant, **credentials, **parameters}
            answer = self.http.post(url, data=form, headers={"DPoP": self.proof(url)})
            if answer.status_code != 400 or answer.json().get("error") != "use_dpop_nonce":
                break
            self.nonce = answer.headers["dpop-nonce"]
        return answer

    def push(self, verifier: str = "v" * 43, **parameters: Any) -> httpx.Response:
        usual = {
            "response_type": "code",
            "redirect_uri": CALLBACK,
            "scope": f"openid profile offline_access {SCOPE}",
            "state": "a-state",
            "nonce": "a-nonce",
            "code_challenge": s256(verifier),
            "code_challenge_method": "S256",
        }
        given = {name: value for name, value in {**usual, **self.credentials(), **parameters}.items() if value is not None}
        return self.http.post(f"{self.issuer}/connect/par", data=given)

    def code(self, person: str = "solveig-bolgeskvett", level: str = "4", **parameters: Any) -> dict[str, str]:
        """What comes back from the login of ``person``."""
        pushed = self.push(**parameters)
        assert pushed.status_code == 201, pushed.text
        asked = {"client_id": self.client_id, "request_uri": pushed.json()["request_uri"]}
        page = self.http.get(f"{self.issuer}/connect/authorize", params=asked)
        assert page.status_code == 200, page.text
        answer = self.http.post(f"{self.issuer}/connect/authorize", data={**asked, "person": person, "level": level})
        return returned(answer)

    def log_in(self, person: str = "solveig-bolgeskvett", *, details: Any = None, **parameters: Any) -> httpx.Response:
        """The tokens after a login."""
        back = self.code(person, **parameters)
        return self.redeem(back["code"], details=details)

    def redeem(self, code: str, *, details: Any = None, **parameters: Any) -> httpx.Response:
        return self.ask(
            "authorization_code", details=details, code=code, **{"redirect_uri": CALLBACK, "code_verifier": "v" * 43, **parameters}
        )

    def call(self, url: str, token: str, **proof: Any) -> httpx.Response:
        """A call of an API with a token and its proof."""
        made = self.proof(url, method="GET", ath=s256(token), nonce=None, **proof)
        return self.http.get(url, headers={"Authorization": f"DPoP {token}", "DPoP": made})


def returned(answer: httpx.Response) -> dict[str, str]:
    """The parameters with which a redirect leads back."""
    assert answer.status_code == 303, answer.text
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def organisation(parent: str, child: str | None = None) -> dict[str, Any]:
    """What a multi-tenant client states."""
    value = f"NO:ORGNR:{parent}:{child or ''}"
    return _stated("urn:oid:1.0.6523", value)


def child_organisation(child: str) -> dict[str, Any]:
    """What a single-tenant client states."""
    return _stated("urn:oid:2.16.578.1.12.4.1.4.101", child)


def _stated(system: str, value: str) -> dict[str, Any]:
    identifier = {"system": system, "type": "ENH", "value": value}
    return {"type": "helseid_authorization", "practitioner_role": {"organization": {"identifier": identifier}}}


class Page(HTMLParser):
    """What a browser would find on a page: the forms, the buttons, what is loaded from elsewhere."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.labelled: set[str] = set()
        self.inputs: list[dict[str, str | None]] = []
        self.buttons: list[dict[str, str | None]] = []
        self.language: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.language = given.get("lang")
        if tag in ("script", "img", "iframe", "link") and (given.get("href") or given.get("src")) != "data:,":
            self.loaded.append(tag)
        if tag == "label":
            self.labelled.add(given.get("for") or "")
        if tag in ("input", "select") and given.get("type") != "hidden":
            self.inputs.append(given)
        if tag == "button":
            self.buttons.append(given)
