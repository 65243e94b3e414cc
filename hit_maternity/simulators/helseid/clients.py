"""The systems that may ask for tokens: those of the package's table, and what vendors register for themselves."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from hit_maternity.simulators.helseid.keys import client_key
from hit_maternity.simulators.loopback import is_loopback
from hit_maternity.simulators.private_files import write_private

Tenancy = Literal["none", "single-tenant", "multi-tenant"]

CODE, REFRESH, SYSTEM = "authorization_code", "refresh_token", "client_credentials"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
GRANTS = (CODE, REFRESH, SYSTEM, EXCHANGE)

IDENTITY_SCOPES = (
    "openid",
    "profile",
    "offline_access",
    *(f"helseid://scopes/identity/{it}" for it in ("all", "pid", "pid_pseudonym", "security_level", "assurance_level", "network")),
    "helseid://scopes/hpr/hpr_number",
)
CLIENT_SCOPES = ("helseid://scopes/client/info", "helseid://scopes/client/client_name")
ATTEST_SCOPE = "nhn:tillitsrammeverk:parameters"


@dataclass(frozen=True, slots=True)
class Client:
    """A client configuration. ``keys``: public JWKs; ``scopes``: of APIs; ``parent``, ``children``, ``supplier``: organisation
    numbers; ``audiences``: the APIs that it is itself, for token exchange; lifetimes in seconds; ``dpop``: whether its tokens are bound
    to a key; ``created``: seconds since 1970."""

    client_id: str
    name: str
    tenancy: Tenancy
    grants: tuple[str, ...]
    scopes: tuple[str, ...]
    keys: tuple[dict[str, Any], ...] = ()
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()
    parent: str | None = None
    children: tuple[str, ...] = ()
    supplier: str | None = None
    audiences: tuple[str, ...] = ()
    access_lifetime: int = 600
    refresh_lifetime: int = 8 * 3600
    refresh_once: bool = False
    dpop: bool = True
    created: int = 0

    def allowed(self) -> frozenset[str]:
        """Every scope that the client may ask for."""
        identity = IDENTITY_SCOPES if CODE in self.grants else ()
        return frozenset((*self.scopes, *identity, *CLIENT_SCOPES, ATTEST_SCOPE))

    def may_return_to(self, address: str) -> bool:
        """Whether ``address`` is a registered one; the port of a loopback address is free (RFC 8252 7.3)."""
        return any(_same_redirect(known, address) for known in self.redirect_uris)


def _same_redirect(known: str, address: str) -> bool:
    if known == address:
        return True
    try:
        a, b = urlsplit(known), urlsplit(address)
        free_port = a.port is None and a.scheme == b.scheme == "http" and is_loopback(a.hostname or "")
        return free_port and b.port is not None and address == f"http://{a.netloc}:{b.port}{a.path}"
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Api:
    """An API that tokens are for. ``attest``: those of its scopes that let the attest into the token."""

    audience: str
    scopes: tuple[str, ...]
    attest: tuple[str, ...] = ()


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads((files("hit_maternity.simulators.helseid") / "clients.toml").read_text(encoding="utf-8"))


def packaged_apis() -> tuple[Api, ...]:
    """The APIs of the package's table."""
    return tuple(Api(row["audience"], tuple(row["scopes"]), tuple(row.get("attest", ()))) for row in _table()["api"])


@dataclass(frozen=True, slots=True)
class Clients:
    """All clients. ``folder``: where keys and registrations are kept; ``base_url``: the server's public address."""

    folder: Path
    base_url: str

    def get(self, client_id: str) -> Client | None:
        """The client with that id."""
        row = next((row for row in _table()["client"] if row["client_id"] == client_id), None)
        return self._registered(client_id) if row is None else self._packaged(row)

    def named(self, key: str) -> Client | None:
        """The client of the package's table with that short name: ``demo-epj``."""
        row = next((row for row in _table()["client"] if row["key"] == key), None)
        return None if row is None else self._packaged(row)

    def private_key(self, key: str) -> dict[str, Any]:
        """The private JWK (P-256) of a client of the package's table, made at first need. Raises ``KeyError``, ``OSError``."""
        if not any(row["key"] == key for row in _table()["client"]):
            raise KeyError(key)
        return client_key(self.folder / f"{key}.jwk", key)

    def add(self, client: Client) -> None:
        """Keeps a client that registered itself."""
        write_private(self.folder / f"{client.client_id}.json", json.dumps(asdict(client)).encode())

    def remove(self, client_id: str) -> bool:
        """Forgets a client that registered itself; whether there was one."""
        known = self._registered(client_id) is not None
        if known:
            (self.folder / f"{client_id}.json").unlink(missing_ok=True)
        return known

    def __iter__(self) -> Iterator[Client]:
        yield from (self._packaged(row) for row in _table()["client"])
        for path in sorted(self.folder.glob("*.json")):
            found = self._registered(path.stem)
            if found is not None:
                yield found

    def _packaged(self, row: Mapping[str, Any]) -> Client:
        key = self.private_key(row["key"])
        public = {name: value for name, value in key.items() if name != "d"}
        made = _client({**{name: value for name, value in row.items() if name != "key"}, "keys": [public]})
        return replace(made, redirect_uris=tuple(it.format(base=self.base_url) for it in made.redirect_uris))

    def _registered(self, client_id: str) -> Client | None:
        if len(client_id) != 36 or not client_id.replace("-", "").isalnum() or not client_id.isascii():
            return None
        try:
            kept = json.loads((self.folder / f"{client_id}.json").read_bytes())
        except (OSError, ValueError):
            return None
        return _client(kept)


def _client(values: Mapping[str, Any]) -> Client:
    row: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    return Client(**row)
