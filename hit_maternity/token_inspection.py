"""Takes an access token and its proof apart and holds them against each check of the server's, one by one."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hmac import compare_digest
from typing import Any, Literal

from hit_maternity.access.helseid import challenge
from hit_maternity.access.helseid.access_token import CLAIM_CHECKS, HEADER_CHECKS, Expected
from hit_maternity.access.helseid.attest.parsing import parse as attest_of
from hit_maternity.access.helseid.attest.rules import AttestConfig, judge
from hit_maternity.access.helseid.claims import ATTEST, Requirements, caller_of
from hit_maternity.access.helseid.dpop import PROOF_CHECKS, ProofKey, ProofRules, Wanted, normal_address, proof_key, token_hash
from hit_maternity.access.helseid.jose_checks import MAX_PROOF, MAX_TOKEN, Compact, Unverified, parse, signature_holds
from hit_maternity.access.helseid.jwks_cache import Keys
from hit_maternity.access.principal import Kind

Verdict = Literal["pass", "fail", "not checked"]
#: Checks of what the token says of its bearer, in the order of the server's.
_BEARER = (
    "scope-missing",
    "pid-missing",
    "pid-invalid",
    "security-level",
    "organisation-missing",
    "point-of-care-missing",
    "actor-not-accepted",
)
_TIMES = ("iat", "nbf", "exp", "auth_time")


@dataclass(frozen=True, slots=True)
class Checked:
    """One check. ``what``: what it is of (token, proof, bearer, attest); ``rule``: the server's rule id; ``words``: why it failed, or
    could not be made."""

    what: str
    rule: str
    verdict: Verdict
    words: str = ""


@dataclass(frozen=True, slots=True)
class Against:
    """What a token is held against. ``keys`` None: they could not be had; ``method``, ``url``: the call that the proof is to be for."""

    expected: Expected
    requirements: Requirements
    rules: ProofRules
    keys: Keys | None
    now: datetime
    method: str | None = None
    url: str | None = None

    @property
    def seconds(self) -> int:
        """``now`` in seconds since 1970."""
        return int(self.now.timestamp())


def inspect(token: str, proof: str | None, against: Against) -> Iterator[Checked]:
    """Every check of the token, of its bearer, of the attest where there is one, and of the proof where one is given. Never raises."""
    compact = yield from _taken_apart("token", token, MAX_TOKEN)
    if compact is None:
        return
    yield from _token(compact, against)
    yield from _bearer(compact, against)
    if proof is not None:
        yield from _proof(proof, compact, against)


def _taken_apart(what: str, text: str, most: int) -> Generator[Checked, None, Compact | None]:
    rule = f"{what}-malformed"
    try:
        compact = parse(text, most, rule)
    except Unverified as fault:
        yield Checked(what, rule, "fail", fault.reason)
        return None
    yield Checked(what, rule, "pass")
    return compact


def _verdict(what: str, rule: str, holds: bool, words: str) -> Checked:
    return Checked(what, rule, "pass" if holds else "fail", "" if holds else words)


def _token(token: Compact, against: Against) -> Iterator[Checked]:
    for header_check in HEADER_CHECKS:
        holds = header_check.holds(token.header, against.expected)
        # The last of them is about the key's id, which the signature's check tells of, too.
        if header_check.rule != "token-signature" or not holds:
            yield _verdict("token", header_check.rule, holds, header_check.reason)
    yield _signature(token, against.keys)
    for check in CLAIM_CHECKS:
        yield _verdict("token", check.rule, check.holds(token.payload, against.expected, against.seconds), check.reason)


def _signature(token: Compact, keys: Keys | None) -> Checked:
    rule, kid, algorithm = "token-signature", token.header.get("kid"), token.header.get("alg")
    if keys is None:
        return Checked("token", rule, "not checked", "the issuer's keys could not be read")
    key = keys.find(kid) if isinstance(kid, str) else None
    if key is None:
        return Checked("token", rule, "fail", "the issuer has no key of this id")
    ready = key.verifier(algorithm) if isinstance(algorithm, str) else None
    if ready is None:
        return Checked("token", rule, "fail", "the issuer's key is not for this algorithm")
    return _verdict("token", rule, signature_holds(ready, token.signed, token.signature), "the signature does not fit the key")


def _bearer(token: Compact, against: Against) -> Iterator[Checked]:
    claims = token.payload
    jkt = _jkt(claims)
    yield _verdict("token", "token-unbound", jkt is not None, "cnf.jkt is missing: the token is not bound to a key")
    try:
        caller = caller_of(claims, against.requirements)
    except (KeyError, TypeError, ValueError):
        yield Checked("bearer", "token-claims", "not checked", "claims that every token has are missing")
        return
    for rule in _BEARER:
        yield _verdict("bearer", rule, rule not in caller.faults, challenge.REFUSALS[rule].text)
    if caller.principal.kind is Kind.PRACTITIONER:
        judgement = judge(attest_of(claims.get(ATTEST)), caller.principal, AttestConfig(), against.now)
        for issue in judgement.faults:
            yield Checked("attest", issue.rule, "fail", issue.text)
        if not judgement.faults:
            noted = ", ".join(sorted(judgement.flags))
            yield Checked("attest", "attest", "pass", f"noted: {noted}" if noted else "")


def _jkt(claims: Mapping[str, Any]) -> str | None:
    bound = claims.get("cnf")
    jkt = bound.get("jkt") if isinstance(bound, dict) else None
    return jkt if isinstance(jkt, str) else None


def _proof(text: str, token: Compact, against: Against) -> Iterator[Checked]:
    proof = yield from _taken_apart("proof", text, MAX_PROOF)
    if proof is None:
        return
    key: ProofKey | None = None
    try:
        key = proof_key(proof.header, against.rules)
        yield Checked("proof", "proof-key", "pass")
    except Unverified as fault:
        yield Checked("proof", fault.rule, "fail", fault.reason)
    jkt = _jkt(token.payload) or ""
    if key is not None:
        bound = compare_digest(key.jkt.encode(), jkt.encode())
        yield _verdict("proof", "token-binding", bound, "the token is bound to another key than the proof's")
        yield _verdict(
            "proof", "proof-signature", signature_holds(key.verifier, proof.signed, proof.signature), "the signature does not fit the key"
        )
    called = against.url.partition("#")[0].partition("?")[0] if against.url else None
    wanted = Wanted(token_hash(token.text), jkt, against.method or "", (normal_address(called) or "") if called else "")
    unknown = {"proof-method": against.method is None, "proof-address": called is None}
    for check in PROOF_CHECKS:
        if unknown.get(check.rule):
            yield Checked("proof", check.rule, "not checked", "give --method and --url of the call")
        else:
            yield _verdict("proof", check.rule, check.holds(proof.payload, wanted, against.seconds, against.rules), check.reason)


def shown(text: str) -> str:
    """Header and claims of a JWT for people: times in words, the middle of national ids hidden. Empty where it is none."""
    try:
        compact = parse(text, MAX_TOKEN, "token-malformed")
    except Unverified:
        return ""
    claims = {name: _worded(name, value) for name, value in compact.payload.items()}
    return "\n".join(json.dumps(it, ensure_ascii=False, indent=2, default=str) for it in (compact.header, _hidden(claims)))


def _worded(name: str, value: Any) -> Any:
    if name in _TIMES and isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**33:
        return f"{value} ({datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M:%S} UTC)"
    return value


def _hidden(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _hidden(it) for name, it in value.items()}
    if isinstance(value, list):
        return [_hidden(it) for it in value]
    national = isinstance(value, str) and len(value) == 11 and value.isascii() and value.isdigit()
    return f"{value[:6]}*****" if national else value
