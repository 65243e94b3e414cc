"""The citizen's token: who is at the keyboard, and whose record it is about.

Confirmed (national-services.md 3.1): a token of Helsenorge has ``iss``, ``exp``, ``client_id``, ``scope``, ``sub`` = a pseudonymous GUID
of the citizen for that client, and ``pid`` = the citizen who is represented; the audience is agreed between Helsenorge and the API.
Inferred: that it is sent as Bearer, a JWT of type ``at+jwt`` signed RS256; that somebody with a power of attorney stands in ``act``
(``sub``, ``pid``, ``name``). The levels of login that Helsenorge tells of are not public, so none is asked for: its service asks for the
highest itself. This is the only door for these tokens, and it takes no others; HelseID's are for the professionals' door.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from hit_maternity.access.helseid.access_token import Expected, VerifiedToken, is_current, verify_token
from hit_maternity.access.helseid.authenticator import credentials
from hit_maternity.access.helseid.challenge import Challenge
from hit_maternity.access.helseid.jose_checks import Unverified
from hit_maternity.access.helseid.jwks_cache import IssuerUnreachable, Keys
from hit_maternity.access.helseid.recent import Recent
from hit_maternity.access.principal import Kind, Person, Principal
from hit_maternity.clock import Clock

_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/-]+=*)", re.IGNORECASE)
_PID = re.compile(r"[0-9]{11}", re.ASCII)
_EVENT = re.compile(r"[!-~](?:[ -~]{0,126}[!-~])?")
#: Names are shown in the log: what no name has is left out.
_UNSHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_LONGEST_NAME = 200
#: Verified tokens that are remembered, so that their next call costs no signature check.
_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Trusted:
    """The issuer of the citizens' tokens and what it says. ``scope``: needed in the token, None: none is."""

    issuer: str
    audience: str
    scope: str | None = None
    algorithms: tuple[str, ...] = ("RS256",)
    types: tuple[str, ...] = ("at+jwt",)
    lifetime: int = 3600

    def expected(self) -> Expected:
        """What a token must be."""
        return Expected(
            self.issuer,
            frozenset((self.audience,)),
            self.algorithms,
            self.types,
            lifetime=self.lifetime,
            required=("jti", "client_id", "sub", "pid"),
        )


class HelsenorgeAuthenticator:
    """Who is behind a request at the citizen's door. ``keys``: those of the issuer."""

    def __init__(self, trusted: Trusted, keys: Keys, clock: Clock) -> None:
        self._trusted = trusted
        self._expected = trusted.expected()
        self._keys = keys
        self._clock = clock
        self._challenge = Challenge("Bearer", scopes=(trusted.scope,) if trusted.scope else ())
        self._verified: Recent[bytes, VerifiedToken] = Recent(_REMEMBERED)

    def principal(self, headers: Mapping[str, str], method: str, url: str) -> Principal:
        """The verified citizen of a request; header names are lower case.

        Raises ``FhirError`` with its challenge: 401 for a token that is missing, bad, or bound to a key, 403 where it lacks the scope or
        does not tell whose record it is for, 503 without the issuer's keys."""
        sent = headers.get("authorization")
        if sent is None:
            raise self._challenge.refusal("credentials-missing")
        if "," in sent:
            raise self._challenge.refusal("credentials-multiple")
        found = _BEARER.fullmatch(sent.strip())
        if found is None or "dpop" in headers:
            raise self._challenge.refusal("scheme-unsupported" if found or not sent.lower().startswith("bearer") else "token-malformed")
        event = headers.get("nhn-event-id", "")
        return self.of_token(found[1], event if _EVENT.fullmatch(event) else None)

    def of_token(self, token: str, event_id: str | None = None) -> Principal:
        """The verified citizen of a token. Raises as ``principal`` does."""
        try:
            claims = self._claims(token)
        except Unverified as fault:
            raise self._challenge.refusal(fault.rule, fault.reason) from None
        except IssuerUnreachable:
            raise self._challenge.refusal("issuer-unreachable") from None
        scopes = _scopes(claims.get("scope"))
        if self._trusted.scope is not None and self._trusted.scope not in scopes:
            raise self._challenge.refusal("scope-missing")
        if not _PID.fullmatch(claims["pid"]):
            raise self._challenge.refusal("pid-invalid")
        return Principal(
            Kind.CITIZEN,
            claims["iss"],
            claims["client_id"],
            scopes,
            person=self._person(claims),
            patient=claims["pid"],
            token_id=claims["jti"],
            event_id=event_id,
        )

    def _claims(self, token: str) -> Mapping[str, Any]:
        now = int(self._clock.now().timestamp())
        mark = sha256(token.encode("ascii", "replace")).digest()
        known = self._verified.get(mark)
        if known is None or not (is_current(known.claims, self._expected, now) and self._keys.holds(known.key)):
            self._verified.drop(mark)
            known = verify_token(token, self._keys, self._expected, now)
            if "cnf" in known.claims:
                raise Unverified("token-bound", "a token with cnf came as Bearer")
            self._verified.put(mark, known)
        return known.claims

    def _person(self, claims: Mapping[str, Any]) -> Person:
        """Who is at the keyboard: she herself, or who acts for her."""
        if "act" not in claims:
            return Person(claims["pid"], _name(claims.get("name")), subject=claims["sub"])
        actor = claims["act"]
        if not isinstance(actor, dict) or not isinstance(actor.get("pid"), str) or not _PID.fullmatch(actor["pid"]) or "act" in actor:
            raise self._challenge.refusal("token-claims", "act does not tell who acts")
        subject = actor.get("sub")
        return Person(actor["pid"], _name(actor.get("name")), subject=subject if isinstance(subject, str) else None)


def is_proxy(principal: Principal) -> bool:
    """Whether somebody else than the woman is at the keyboard."""
    return principal.person is None or principal.person.pid != principal.patient


def _scopes(told: object) -> frozenset[str]:
    """A list of texts, or one text with spaces between."""
    if isinstance(told, str):
        return frozenset(told.split())
    return frozenset(s for s in told if isinstance(s, str)) if isinstance(told, list) else frozenset()


def _name(told: object) -> str | None:
    return (_UNSHOWN.sub("", told).strip()[:_LONGEST_NAME] or None) if isinstance(told, str) else None


class SystemGate:
    """Who may push decisions to us: a system of the issuer's, with a token of its own and ``scope`` in it, as Bearer.

    Confirmed: PVK comes with a Helsenorge system JWT. Inferred: its claims, and the scope's name, which is a setting.
    """

    def __init__(self, keys: Keys, trusted: Trusted, scope: str, clock: Clock) -> None:
        self._keys = keys
        self._expected = replace(trusted.expected(), required=("jti", "client_id"))
        self._scope = scope
        self._clock = clock
        self._challenge = Challenge("Bearer", scopes=(scope,))

    def verify(self, headers: Mapping[str, str]) -> str:
        """The client id behind the headers (names in lower case). Raises ``FhirError`` 401, 403, 503 with its challenge."""
        try:
            token = credentials(headers.get("authorization"), "bearer")
            claims = verify_token(token, self._keys, self._expected, int(self._clock.now().timestamp())).claims
        except Unverified as fault:
            raise self._challenge.refusal(fault.rule, fault.reason) from None
        except IssuerUnreachable:
            raise self._challenge.refusal("issuer-unreachable") from None
        if "pid" in claims or self._scope not in _scopes(claims.get("scope")):
            raise self._challenge.refusal("scope-missing", "a citizen's token, or one without the scope")
        return str(claims["client_id"])
