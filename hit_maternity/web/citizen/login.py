"""Logging in: to Helsenorge's issuer and back, as a public client with a pushed request and PKCE.

Confirmed (national-services.md 3.1): ``par``, ``authorize`` and ``token`` endpoints, ``response_type=code``, PKCE demanded of public
clients, ``ui_locales``. Sources: RFC 6749, RFC 7636 (PKCE), RFC 9126 (PAR), RFC 9207 (``iss`` in the redirect), RFC 9700 (best practice).
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from typing import Any, Protocol
from urllib.parse import urlencode

import httpx

from hit_maternity.access.helseid.jwks_cache import is_safe
from hit_maternity.clock import monotonic
from hit_maternity.fhir import json
from hit_maternity.fhir.outcome import FhirError
from hit_maternity.web.citizen.session import Leaving, new_mark

#: Seconds that a login may take, and that discovery is remembered.
LOGIN_LIFETIME, _DISCOVERY = 900, 3600.0
_MAX_ANSWER = 64 * 1024
_ENDPOINTS = ("authorization_endpoint", "token_endpoint")
_PAR = "pushed_authorization_request_endpoint"


class LoginFailed(Exception):
    """The login came to nothing; the message is a key of the pages' words."""


class Channel(Protocol):
    """Talks to the issuer: a JSON object and its status, of a form that is posted, or of a document that is read (``form`` None).
    Any exception means that it could not be reached."""

    def __call__(self, url: str, form: Mapping[str, str] | None = None) -> tuple[int, dict[str, Any]]: ...


@dataclass(frozen=True, slots=True)
class HttpChannel:
    """By HTTP: no redirects, at most ``seconds``, 64 KiB. Called in a worker thread."""

    seconds: float = 5.0
    transport: httpx.BaseTransport | None = None

    def __call__(self, url: str, form: Mapping[str, str] | None = None) -> tuple[int, dict[str, Any]]:
        with httpx.Client(timeout=self.seconds, transport=self.transport, follow_redirects=False) as client:
            headers = {"accept": "application/json"}
            response = client.get(url, headers=headers) if form is None else client.post(url, data=dict(form), headers=headers)
        if len(response.content) > _MAX_ANSWER:
            raise ValueError("the answer is too long")
        told = json.decode(response.content)
        if not isinstance(told, dict):
            raise ValueError("the answer is no JSON object")
        return response.status_code, told


@dataclass(slots=True)
class Provider:
    """The issuer that citizens log in at. ``scope``: of the API, beside ``openid``."""

    issuer: str
    client_id: str
    scope: str
    channel: Channel = field(default_factory=HttpChannel)
    _found: tuple[dict[str, str], float] | None = None
    _lock: Lock = field(default_factory=Lock)

    def begin(self, redirect_uri: str, path: str, language: str, now: int) -> tuple[str, Leaving]:
        """Where to send the browser, and what it must come back with. Raises ``LoginFailed`` ``login-unreachable``."""
        leaving = Leaving(new_mark(), new_mark(), path, now + LOGIN_LIFETIME)
        challenge = urlsafe_b64encode(sha256(leaving.verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "client_id": self.client_id,
            "response_type": "code",
            "redirect_uri": redirect_uri,
            "scope": f"openid {self.scope}".strip(),
            "state": leaving.state,
            "nonce": new_mark(),
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "ui_locales": language,
        }
        endpoints = self._endpoints()
        if _PAR in endpoints:
            told = self._post(endpoints[_PAR], asked, 201)
            asked = {"client_id": self.client_id, "request_uri": _text(told, "request_uri")}
        where = endpoints["authorization_endpoint"]
        return f"{where}{'&' if '?' in where else '?'}{urlencode(asked)}", leaving

    def finish(self, query: Mapping[str, str], leaving: Leaving | None, redirect_uri: str) -> str:
        """The access token. Raises ``LoginFailed``: ``login-lost`` where this browser did not begin the login, ``login-denied`` where the
        issuer says no, ``login-unreachable``."""
        if leaving is None or not hmac.compare_digest(query.get("state", "").encode(), leaving.state.encode()):
            raise LoginFailed("login-lost")
        if query.get("iss", self.issuer) != self.issuer:
            raise LoginFailed("login-lost")
        if "code" not in query:
            raise LoginFailed("login-denied")
        asked = {
            "grant_type": "authorization_code",
            "client_id": self.client_id,
            "code": query["code"],
            "redirect_uri": redirect_uri,
            "code_verifier": leaving.verifier,
        }
        told = self._post(self._endpoints()["token_endpoint"], asked, 200)
        if str(told.get("token_type", "")).lower() != "bearer":
            raise LoginFailed("login-denied")
        return _text(told, "access_token")

    def _post(self, url: str, form: Mapping[str, str], wanted: int) -> dict[str, Any]:
        try:
            status, told = self.channel(url, form)
        except (httpx.HTTPError, OSError, ValueError, FhirError):
            raise LoginFailed("login-unreachable") from None
        if status != wanted:
            raise LoginFailed("login-denied" if 400 <= status < 500 else "login-unreachable")
        return told

    def _endpoints(self) -> dict[str, str]:
        """The issuer's endpoints as its discovery document tells them, which must be its own, and safe to send secrets to."""
        with self._lock:
            if self._found is not None and monotonic() - self._found[1] < _DISCOVERY:
                return self._found[0]
        try:
            status, told = self.channel(f"{self.issuer}/.well-known/openid-configuration")
        except (httpx.HTTPError, OSError, ValueError, FhirError):
            raise LoginFailed("login-unreachable") from None
        endpoints = {name: told[name] for name in (*_ENDPOINTS, _PAR) if isinstance(told.get(name), str)}
        if status != 200 or told.get("issuer") != self.issuer or not all(name in endpoints for name in _ENDPOINTS):
            raise LoginFailed("login-unreachable")
        if not all(map(is_safe, endpoints.values())):
            raise LoginFailed("login-unreachable")
        with self._lock:
            self._found = endpoints, monotonic()
        return endpoints


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str) or not value:
        raise LoginFailed("login-unreachable")
    return value
