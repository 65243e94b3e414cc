"""The keys of an issuer: read by discovery, kept through an outage, renewed in the background.

A request never waits for the issuer, but for one thing: a key id that nobody has seen asks for one refresh in a cool-down, and waits for
it a moment. Which key ids and issuers there are is never taken from a token. Source: OpenID Connect Discovery 1.0, RFC 7517 section 5;
HelseID asks its clients to keep discovery for about a day.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from threading import Event, Lock, Thread
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx
import jwt

from hit_maternity.access.helseid.jose_checks import ASYMMETRIC, UnusableKey, check_public, thumbprint, verifier
from hit_maternity.clock import monotonic
from hit_maternity.fhir import json

_log = logging.getLogger("hit_maternity.access")

_MAX_DOCUMENT = 512 * 1024
_MAX_KEYS = 100


class IssuerUnreachable(Exception):
    """There are no keys, and none could be had."""


@dataclass(frozen=True, slots=True)
class Key:
    """A public key of an issuer. ``algorithm``: the only one it may verify, None where the issuer does not say."""

    kid: str
    type: str
    algorithm: str | None
    thumbprint: str
    jwk: Mapping[str, Any] = field(compare=False, repr=False)

    def verifier(self, algorithm: str) -> jwt.PyJWK | None:
        """The key ready for ``algorithm``, None where it is not for that."""
        if self.algorithm not in (None, algorithm):
            return None
        try:
            return verifier(self.jwk, algorithm)
        except UnusableKey:
            return None


class Keys(Protocol):
    """Where the keys of one issuer are found."""

    def find(self, kid: str) -> Key | None:
        """The key of this id, None where there is none. Raises ``IssuerUnreachable``."""
        ...

    def holds(self, key: Key) -> bool:
        """Whether ``key`` is still one of the issuer's."""
        ...


def keys_of(document: object, algorithms: Collection[str] = ASYMMETRIC) -> dict[str, Key]:
    """The usable keys of a JWK set by their ids. Left out, and told in the log: keys without an id or with one that stands twice, weak,
    private and symmetric ones, and those for other uses or other algorithms than ``algorithms``."""
    listed = document.get("keys") if isinstance(document, dict) else None
    found: dict[str, Key] = {}
    twice: set[str] = set()
    for jwk in listed[:_MAX_KEYS] if isinstance(listed, list) else []:
        try:
            key = _key(jwk, algorithms)
        except UnusableKey as fault:
            _log.warning("a key of the issuer is not used: %s", fault)
            continue
        if key.kid in found:
            twice.add(key.kid)
        found[key.kid] = key
    for kid in twice:
        _log.warning("keys of the issuer are not used: two have the same id")
        del found[kid]
    return found


def _key(jwk: object, algorithms: Collection[str]) -> Key:
    if not isinstance(jwk, dict):
        raise UnusableKey("it is no object")
    kid, algorithm = jwk.get("kid"), jwk.get("alg")
    if not isinstance(kid, str) or not kid:
        raise UnusableKey("it has no id")
    if jwk.get("use", "sig") != "sig" or not _verifies(jwk.get("key_ops", ["verify"])):
        raise UnusableKey("it is not for signatures")
    if algorithm is not None and algorithm not in algorithms:
        raise UnusableKey("its algorithm is not accepted here")
    check_public(jwk, algorithm)
    return Key(kid, jwk["kty"], algorithm, thumbprint(jwk), jwk)


def _verifies(operations: object) -> bool:
    return isinstance(operations, list) and "verify" in operations


class StaticKeys:
    """Keys that are known beforehand, such as those of an issuer in the same process."""

    def __init__(self, document: object, algorithms: Collection[str] = ASYMMETRIC) -> None:
        self._keys = keys_of(document, algorithms)

    def find(self, kid: str) -> Key | None:
        return self._keys.get(kid)

    def holds(self, key: Key) -> bool:
        return self._keys.get(key.kid) == key


class Fetch(Protocol):
    """Reads a JSON document; any exception means that it could not be had."""

    def __call__(self, url: str) -> Any: ...


@dataclass(frozen=True, slots=True)
class HttpFetch:
    """Reads by HTTP: no redirects, at most ``seconds`` in all, half a megabyte, strict JSON."""

    seconds: float = 3.0
    transport: httpx.BaseTransport | None = None

    def __call__(self, url: str) -> Any:
        deadline = monotonic() + self.seconds
        body = b""
        with (
            httpx.Client(timeout=self.seconds, transport=self.transport, follow_redirects=False) as client,
            client.stream("GET", url, headers={"accept": "application/json"}) as response,
        ):
            if response.status_code != 200:
                raise OSError(f"the issuer answered {response.status_code}")
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > _MAX_DOCUMENT or monotonic() > deadline:
                    raise OSError("the issuer's answer is too long or too slow")
        return json.decode(body)


@dataclass(frozen=True, slots=True)
class Freshness:
    """Seconds: how old keys and discovery may be before they are renewed in the background (``keys``, ``discovery``); how long nothing is
    asked after an attempt (``cool_down``; ``first`` while there are no keys yet); how long a request waits for a key that it does not find
    (``patience``); how old the last good keys may get in an outage (``outage``)."""

    keys: float = 3600.0
    discovery: float = 24 * 3600.0
    cool_down: float = 30.0
    first: float = 3.0
    patience: float = 1.0
    outage: float = 72 * 3600.0


def _in_thread(work: Callable[[], None]) -> None:
    Thread(target=work, name="jwks", daemon=True).start()


class JwksCache:
    """The keys of ``issuer``, found by its discovery document. Many threads may ask."""

    def __init__(
        self,
        issuer: str,
        fetch: Fetch | None = None,
        *,
        algorithms: Iterable[str] = ASYMMETRIC,
        freshness: Freshness | None = None,
        tick: Callable[[], float] = monotonic,
        run: Callable[[Callable[[], None]], None] = _in_thread,
    ) -> None:
        self._issuer = issuer
        self._fetch = fetch or HttpFetch()
        self._algorithms = frozenset(algorithms)
        self._freshness = freshness or Freshness()
        self._tick = tick
        self._run = run
        self._lock = Lock()
        self._done = Event()
        self._done.set()
        self._keys: dict[str, Key] = {}
        self._attempted: float | None = None
        self._read: float | None = None
        self._where: tuple[str, float] | None = None  # the address of the keys, and when discovery told it

    def start(self) -> None:
        """Begins to read the keys, so that the first request finds them."""
        self._begin()

    def find(self, kid: str) -> Key | None:
        now = self._tick()
        key = self._keys.get(kid) if self._usable(now) else None
        if key is not None:
            if self._read is not None and now - self._read > self._freshness.keys:
                self._begin()
            return key
        self._begin()
        self._wait()
        if not self._usable(self._tick()):
            raise IssuerUnreachable
        return self._keys.get(kid)

    def holds(self, key: Key) -> bool:
        now = self._tick()
        if self._read is not None and now - self._read > self._freshness.keys:
            self._begin()
        return self._usable(now) and self._keys.get(key.kid) == key

    def _usable(self, now: float) -> bool:
        return self._read is not None and now - self._read <= self._freshness.outage

    def _begin(self) -> None:
        """Starts a refresh, unless one is under way or there was one a short while ago."""
        with self._lock:
            now = self._tick()
            pause = self._freshness.cool_down if self._read is not None else self._freshness.first
            if not self._done.is_set() or (self._attempted is not None and now - self._attempted < pause):
                return
            self._attempted = now
            self._done.clear()
        try:
            self._run(self._refresh)
        except RuntimeError:  # no thread can be had: the keys stay as they are until the next attempt
            self._done.set()

    def _wait(self) -> None:
        """Waits for a refresh under way, but not beyond ``patience`` after its start: whoever comes later waits less."""
        if self._attempted is not None and not self._done.is_set():
            self._done.wait(max(0.0, self._attempted + self._freshness.patience - self._tick()))

    def _refresh(self) -> None:
        try:
            found = keys_of(self._fetch(self._address()), self._algorithms)
            if not found:
                raise ValueError("no usable key")
            self._keys = found
            self._read = self._tick()
        except Exception as fault:  # whatever an issuer answers, the last good keys stay
            self._where = None
            _log.warning("the keys of the issuer could not be read: %s", type(fault).__qualname__)
        finally:
            self._done.set()

    def _address(self) -> str:
        now = self._tick()
        if self._where is None or now - self._where[1] > self._freshness.discovery:
            document = self._fetch(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
            if not isinstance(document, dict) or document.get("issuer") != self._issuer:
                raise ValueError("discovery tells of another issuer")
            where = document.get("jwks_uri")
            if not isinstance(where, str) or not is_safe(where):
                raise ValueError("the address of the keys is neither https nor on loopback")
            self._where = where, now
        return self._where[0]


def is_safe(url: str) -> bool:
    """Whether what is read there comes from whom it names: https, or http on this machine."""
    try:
        split = urlsplit(url)
        host = split.hostname or ""
    except ValueError:
        return False
    if split.username is not None or not host:
        return False
    return split.scheme == "https" or (split.scheme == "http" and _is_loopback(host))


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
