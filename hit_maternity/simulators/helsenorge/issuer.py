"""What every endpoint of the local Helsenorge login shares, and the tokens it makes.

Confirmed: endpoints under ``/oidcprov/v2``, PAR and PKCE, ``iss``, ``sub`` = a pseudonymous GUID for each client, ``pid`` = the citizen
who is represented, ``client_id``, ``scope``, ``exp``, ``aud``. Inferred: that the access token is a signed JWT of type ``at+jwt``; that who
is at the keyboard, where it is another, stands in ``act`` with ``sub``, ``pid`` and ``name``.
"""

from __future__ import annotations

import tomllib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hit_maternity.clock import Clock
from hit_maternity.simulators.helseid.keys import Keys, client_key
from hit_maternity.simulators.helseid.minting import access_claims, mint, pseudonym, seconds
from hit_maternity.simulators.helsenorge.citizens import Citizens, by_pid
from hit_maternity.simulators.loopback import is_loopback
from hit_maternity.simulators.oauth.errors import OAuthError
from hit_maternity.simulators.oauth.shelf import Shelf

AUDIENCE = "nhn:maternity-record"
LIFETIME, REFRESH_LIFETIME = 900, 3600
IDENTITY_SCOPES = frozenset({"openid", "profile", "offline_access"})


@dataclass(frozen=True, slots=True)
class Client:
    """A client; ``signs``: it authenticates with a client assertion, else it is public and held by PKCE alone."""

    client_id: str
    name: str
    grants: tuple[str, ...]
    scopes: tuple[str, ...]
    redirect_uris: tuple[str, ...]
    signs: bool = False

    def may_return_to(self, address: str) -> bool:
        """Whether ``address`` is a registered one, or below one that ends in a slash; any port where none is registered."""
        return any(_within(known, address) for known in self.redirect_uris)


def _within(known: str, address: str) -> bool:
    try:
        a, b = urlsplit(known), urlsplit(address)
        same_host = a.hostname == b.hostname or (is_loopback(a.hostname or "") and is_loopback(b.hostname or ""))
        same_port = a.port == b.port or a.port is None
    except ValueError:
        return False
    plain = not b.fragment and b.username is None and ".." not in b.path and "\\" not in address and address.isprintable()
    path = b.path.startswith(a.path) if a.path.endswith("/") else b.path == a.path
    return plain and a.scheme == b.scheme and same_host and same_port and path


@cache
def _table() -> list[dict[str, Any]]:
    text = (files("hit_maternity.simulators.helsenorge") / "clients.toml").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = tomllib.loads(text)["client"]
    return rows


@dataclass(frozen=True, slots=True)
class Acting:
    """Who is logged in, and for whom: ``pid`` of whoever is at the keyboard, ``represented`` of whose record it is about."""

    pid: str
    represented: str
    at: int


@dataclass(frozen=True, slots=True)
class HelsenorgeIssuer:
    """``url``: the issuer, without a slash at its end; ``folder``: where keys are."""

    url: str
    base_url: str
    folder: Path
    keys: Keys
    clock: Clock
    citizens: Citizens
    shelf: Shelf
    audience: str = AUDIENCE

    def endpoint(self, name: str) -> str:
        """The address of an endpoint: ``token``, ``introspect/v1``."""
        return f"{self.url}/oidcprov/v2/{name}"

    def now(self) -> int:
        """Seconds since 1970."""
        return seconds(self.clock.now())

    def client(self, client_id: str | None) -> Client | None:
        """The client with that id."""
        row = next((row for row in _table() if row["client_id"] == client_id), None)
        if row is None:
            return None
        redirects = tuple(address.format(base=self.base_url) for address in row["redirect_uris"])
        return Client(row["client_id"], row["name"], tuple(row["grants"]), tuple(row["scopes"]), redirects, row.get("signs", False))

    def private_key(self, client_id: str) -> dict[str, Any]:
        """The private JWK of a client that signs, made at first need. Raises ``KeyError`` for any other, ``OSError``."""
        found = self.client(client_id)
        if found is None or not found.signs:
            raise KeyError(client_id)
        return client_key(self.folder / f"{client_id}.jwk", client_id)

    def subject(self, client: Client, pid: str) -> str:
        """The GUID by which ``client`` knows somebody."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.url}/{pseudonym(self.keys.salt, client.client_id, pid)}"))

    def granted(self, text: str | None, client: Client) -> list[str]:
        """The scopes in ``text``. Raises ``OAuthError`` ``invalid_scope`` where one is not the client's."""
        asked = list(dict.fromkeys((text or "").split()))
        if not asked or set(asked) - set(client.scopes) - (IDENTITY_SCOPES if not client.signs else frozenset()):
            raise OAuthError("invalid_scope", "scope names scopes that the client is registered for.")
        return asked

    def name_of(self, pid: str) -> str | None:
        """What somebody is called, where it is known."""
        known = by_pid(self.citizens, pid)
        return known.name if known else None

    def access_token(self, client: Client, scopes: Iterable[str], acting: Acting | None) -> str:
        """A signed token; ``acting`` None: of the system alone."""
        granted = [scope for scope in scopes if scope not in IDENTITY_SCOPES]
        claims = access_claims(self.url, self.audience, granted, self.clock.now(), lifetime=LIFETIME)
        claims["client_id"] = client.client_id
        return mint(claims | (self._who(client, acting) if acting else {}), key=self.keys.current)

    def identity_token(self, client: Client, acting: Acting, nonce: str | None) -> str:
        """Who is logged in and who is represented, for the client itself."""
        at = self.now()
        told = {} if nonce is None else {"nonce": nonce}
        claims = {"iss": self.url, "aud": client.client_id, "iat": at, "nbf": at, "exp": at + 300, "auth_time": acting.at, **told}
        return mint(claims | self._who(client, acting), key=self.keys.current, typ="JWT")

    def _who(self, client: Client, acting: Acting) -> dict[str, Any]:
        """``sub`` and ``name`` are of whoever is at the keyboard."""
        name = self.name_of(acting.pid)
        named = {} if name is None else {"name": name}
        subject = self.subject(client, acting.pid)
        proxy = {} if acting.pid == acting.represented else {"act": {"sub": subject, "pid": acting.pid, **named}}
        return {"sub": subject, "pid": acting.represented, **named, **proxy}
