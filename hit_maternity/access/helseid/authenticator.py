"""The caller behind a request: access token, proof and headers in, one ``Principal`` out, or a refusal that says why.

The order is HelseID's: structure, signature, claims, proof, and only then what the caller may do. Nothing here asks the database: that a
proof is used only once is decided where the access log is written, by ``Principal.proof_key`` and ``proof_id``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from hit_maternity.access.helseid.access_token import Expected, VerifiedToken, is_current, verify_token
from hit_maternity.access.helseid.attest.model import Attest
from hit_maternity.access.helseid.call_headers import CallHeaders, read_call_headers
from hit_maternity.access.helseid.challenge import REFUSALS, Challenge, issue_of
from hit_maternity.access.helseid.claims import ATTEST, Caller, Requirements, caller_of, moment_of
from hit_maternity.access.helseid.dpop import ProofKey, ProofRules, ProofSeen, Wanted, own_address, verify_proof
from hit_maternity.access.helseid.jose_checks import ASYMMETRIC, Unverified, base64url
from hit_maternity.access.helseid.jwks_cache import IssuerUnreachable, Keys, is_safe
from hit_maternity.access.helseid.nonces import Nonces
from hit_maternity.access.helseid.recent import Recent
from hit_maternity.access.helseid.role_header import CODES, HPR_CATEGORY, hpr_category
from hit_maternity.access.principal import Kind, Principal, Role
from hit_maternity.clock import Clock
from hit_maternity.fhir.outcome import FhirError

_TOKEN68 = re.compile(r"[A-Za-z0-9._~+/-]+=*")
_IN_ADDRESS = re.compile(r"[?&]access_token=")
_PROOF_KEYS = 1024


@dataclass(frozen=True, slots=True)
class HelseIdConfig:
    """``issuer``: as its discovery spells it; ``audiences``: our own names; ``scopes``: one of them is needed; ``addresses``: how clients
    see us (``https://host``), the first one where a call came by another; ``algorithms``: of access tokens; ``proof_algorithms``;
    ``accept_typ_jwt``: take ``typ`` ``JWT``, too; ``leeway``, ``lifetime`` (the longest), ``proof_past``, ``proof_future``: seconds;
    ``security_levels``: of users; ``point_of_care``: tokens must name one; ``actors``: client ids that may have exchanged a token;
    ``cached_tokens``: how many verified tokens are kept.

    Raises ``ValueError`` for what would leave the door open, in words for the operator.
    """

    issuer: str
    audiences: frozenset[str]
    scopes: frozenset[str]
    addresses: tuple[str, ...]
    algorithms: tuple[str, ...] = ("RS256",)
    proof_algorithms: tuple[str, ...] = ASYMMETRIC
    accept_typ_jwt: bool = False
    leeway: int = 5
    lifetime: int = 3600
    proof_past: int = 6
    proof_future: int = 5
    security_levels: frozenset[str] = frozenset({"4"})
    point_of_care: bool = True
    actors: frozenset[str] = frozenset()
    cached_tokens: int = 4096

    def __post_init__(self) -> None:
        faults = [
            text
            for wrong, text in (
                (not is_safe(self.issuer), "the issuer must be an https address, or http on this machine"),
                (not self.audiences or "" in self.audiences, "name at least one audience"),
                (not self.scopes or "" in self.scopes, "name at least one scope"),
                (not self.addresses or any(_origin(a) != a for a in self.addresses), "an address is scheme and host, in lower case"),
                (not self.algorithms or not set(self.algorithms) <= set(ASYMMETRIC), "an algorithm of tokens is not asymmetric"),
                (not self.proof_algorithms or not set(self.proof_algorithms) <= set(ASYMMETRIC), "one of proofs is not asymmetric"),
                (not self.security_levels, "name at least one security level"),
                (not 0 <= self.leeway <= 60 or self.lifetime <= 0, "the leeway is 0 to 60 seconds, the lifetime more than 0"),
                (not 0 < self.proof_past <= 60 or not 0 <= self.proof_future <= 60, "the window of proofs is at most 60 seconds"),
            )
            if wrong
        ]
        if faults:
            raise ValueError(f"HelseID is not set up: {'; '.join(faults)}.")


def _origin(address: str) -> str | None:
    found = re.fullmatch(r"https?://(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[1-9][0-9]{0,4})?(?:/[a-z0-9._~/-]*[a-z0-9._~-])?", address)
    return found[0] if found else None


@dataclass(frozen=True, slots=True)
class _Known:
    """A token that was verified. ``attest``: what was read of its attest."""

    token: VerifiedToken
    caller: Caller
    jkt: str
    ath: str
    attest: Attest | None = field(repr=False)


class Authenticator:
    """``keys``: those of the issuer; ``attest`` reads the claim of the care relationship (and may raise ``FhirError`` 403);
    ``nonces``: where proofs must hold one of ours. Many threads may use it."""

    def __init__(
        self,
        config: HelseIdConfig,
        keys: Keys,
        clock: Clock,
        *,
        attest: Callable[[object], Attest | None] | None = None,
        nonces: Nonces | None = None,
    ) -> None:
        types = ("at+jwt", "jwt") if config.accept_typ_jwt else ("at+jwt",)
        self._expected = Expected(config.issuer, config.audiences, config.algorithms, types, config.leeway, config.lifetime)
        self._rules = ProofRules(config.proof_algorithms, config.proof_past, config.proof_future, nonce=nonces.knows if nonces else None)
        self._required = Requirements(config.scopes, config.security_levels, config.point_of_care, config.actors)
        self._addresses = config.addresses
        self._keys = keys
        self._clock = clock
        self._attest = attest
        self._nonces = nonces
        self._tokens: Recent[bytes, _Known] = Recent(config.cached_tokens)
        self._proof_keys: Recent[str, ProofKey] = Recent(_PROOF_KEYS)
        self.challenge = Challenge("DPoP", config.proof_algorithms, config.scopes)

    def principal(self, headers: Mapping[str, str], method: str, url: str) -> Principal:
        """The caller. ``headers`` with names in lower case, one that was sent twice joined by a comma; ``url`` as it was received.

        Raises ``FhirError``: 401 and 403 as ``AccessRefusal`` with their challenge, 400 for headers of a wrong form, 503 where the
        issuer's keys can't be had.
        """
        try:
            known, proof = self._authenticated(headers, method, url)
        except Unverified as fault:
            nonce = self._nonces.make() if self._nonces and fault.rule == "proof-nonce" else None
            raise self.challenge.refusal(fault.rule, fault.reason, nonce) from None
        except IssuerUnreachable:
            raise self.challenge.refusal("issuer-unreachable") from None
        call, faults = read_call_headers(headers)
        principal = _complete(known, proof, call)
        self._demand(known, principal)
        if faults:
            raise FhirError(400, faults)
        return principal

    def _authenticated(self, headers: Mapping[str, str], method: str, url: str) -> tuple[_Known, ProofSeen]:
        if "access_token=" in url and _IN_ADDRESS.search(url):
            raise Unverified("token-in-address", "a token in the address")
        token = _presented(headers.get("authorization"), "dpop")
        now = int(self._clock.now().timestamp())
        known = self._known(token, now)
        proof = headers.get("dpop", "")
        if not proof:
            raise Unverified("proof-missing", "no header DPoP")
        if "," in proof:
            raise Unverified("proof-multiple", "several headers DPoP, or several values")
        wanted = Wanted(known.ath, known.jkt, method, own_address(url, self._addresses))
        return known, verify_proof(proof, wanted, now, self._rules, self._proof_keys)

    def _known(self, token: str, now: int) -> _Known:
        """What is known of a token, whose form has not been looked at: a second call with the same one costs no signature, as long as its
        key is still the issuer's."""
        digest = sha256(token.encode("utf-8", "replace")).digest()
        known = self._tokens.get(digest)
        if known is not None and self._keys.holds(known.token.key) and is_current(known.token.claims, self._expected, now):
            return known
        self._tokens.drop(digest)
        _check_form(token)
        verified = verify_token(token, self._keys, self._expected, now)
        claims = verified.claims
        jkt = self._bound(claims.get("cnf"))
        attest = self._attest(claims[ATTEST]) if self._attest and claims.get(ATTEST) is not None else None
        times = {name: claims[name] for name in ("exp", "nbf", "iat")}  # what must be asked again; the rest need not be kept
        known = _Known(VerifiedToken(times, verified.key), caller_of(claims, self._required), jkt, base64url(digest), attest)
        self._tokens.put(digest, known)
        return known

    def _bound(self, told: object) -> str:
        """The thumbprint of the key that a token says it is bound to. Raises ``Unverified``."""
        jkt = told.get("jkt") if isinstance(told, dict) else None
        if not isinstance(jkt, str) or not jkt.isascii():
            raise Unverified("token-unbound", "cnf.jkt is missing")
        return jkt

    def _demand(self, known: _Known, principal: Principal) -> None:
        """Raises ``AccessRefusal`` 403 with every fault."""
        rules = list(known.caller.faults)
        stated = (known.caller.authorisations, _attested(known.attest))
        if principal.role is not None and any(codes and principal.role.code not in codes for codes in stated):
            rules.append("role-mismatch")
        if rules:
            issues = [issue_of(rule) for rule in rules]
            raise self.challenge.refusal_of(issues, REFUSALS[rules[0]].status, ", ".join(rules), principal=principal)


def _attested(attest: Attest | None) -> frozenset[str]:
    """The code of Volven 9060 under which the attest says that the user acts, empty where it says none."""
    stated = attest.practitioner.authorization if attest is not None else None
    told = stated is not None and hpr_category(stated.system) and stated.code in CODES
    return frozenset({stated.code}) if stated is not None and told else frozenset()


def _complete(known: _Known, proof: ProofSeen, call: CallHeaders) -> Principal:
    base = known.caller.principal
    role = call.role or next((Role(HPR_CATEGORY, code) for code in _attested(known.attest)), None)
    return Principal(
        kind=base.kind,
        issuer=base.issuer,
        client_id=base.client_id,
        scopes=base.scopes,
        client_name=base.client_name,
        organisation=replace(base.organisation, name=call.facility) if call.facility else base.organisation,
        person=base.person,
        role=role if base.kind is Kind.PRACTITIONER else None,
        attest=known.attest,
        patient=call.patient,
        actors=base.actors,
        token_id=base.token_id,
        issued=base.issued,
        proof_key=proof.jkt,
        proof_id=proof.jti,
        proof_until=moment_of(proof.until),
        source_system=call.source_system,
        event_id=call.event_id,
        access_basis=call.access_basis,
    )


def credentials(authorization: str | None, scheme: str) -> str:
    """The token of the header ``Authorization``. ``scheme`` in lower case. Raises ``Unverified``."""
    token = _presented(authorization, scheme)
    _check_form(token)
    return token


def _presented(authorization: str | None, scheme: str) -> str:
    """What stands behind the scheme. Raises ``Unverified`` where there is no such scheme."""
    if not authorization:
        raise Unverified("credentials-missing", "no header Authorization")
    sent, _, token = authorization.partition(" ")
    if sent.lower() != scheme:
        raise Unverified("scheme-unsupported", "another scheme")
    return token


def _check_form(token: str) -> None:
    """Raises ``Unverified`` for what is no single token."""
    if not _TOKEN68.fullmatch(token):
        raise Unverified("credentials-multiple", "no single token68 after the scheme")
