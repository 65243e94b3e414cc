"""What a refused caller is told: status, ``WWW-Authenticate`` and words, all fixed, none of them from the request.

Sources: RFC 6750 section 3, RFC 9449 sections 7.1 and 9. Confirmed by HelseID's samples: ``invalid_token`` and ``invalid_dpop_proof`` in
the challenge. Ours: the rule ids, the words, and that everything that is wrong with a signature is one rule to the outside.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from hit_maternity.access.principal import Principal
from hit_maternity.fhir.outcome import FhirError, Issue


class Refusal(NamedTuple):
    """``error`` is OAuth's, None where the challenge has none; ``code`` is FHIR's issue type; ``text`` is what OAuth allows in an
    ``error_description``: printable ASCII without quotes and backslashes."""

    status: int
    error: str | None
    code: str
    text: str


_TOKEN, _PROOF = "invalid_token", "invalid_dpop_proof"

REFUSALS: dict[str, Refusal] = {
    "credentials-missing": Refusal(401, None, "login", "This address needs an access token in the header Authorization."),
    "credentials-multiple": Refusal(401, _TOKEN, "login", "Send one Authorization header with one scheme, one space and one token."),
    "scheme-unsupported": Refusal(401, _TOKEN, "login", "This address takes the token under another scheme, see the challenge."),
    "token-in-address": Refusal(400, None, "security", "An access token may not stand in an address. Send it in a header."),
    "token-malformed": Refusal(401, _TOKEN, "security", "The access token is no strict compact JWS, or it is too long."),
    "token-algorithm": Refusal(401, _TOKEN, "security", "The access token is signed with an algorithm that is not accepted here."),
    "token-type": Refusal(401, _TOKEN, "security", "The typ of the token is not that of an access token."),
    "token-header": Refusal(401, _TOKEN, "security", "The access token has a header member that is not accepted here."),
    "token-signature": Refusal(401, _TOKEN, "security", "The signature of the access token could not be verified."),
    "token-claims": Refusal(401, _TOKEN, "security", "A claim that every access token has is missing or of another type."),
    "token-issuer": Refusal(401, _TOKEN, "security", "The access token comes from another issuer than this address trusts."),
    "token-audience": Refusal(401, _TOKEN, "security", "The access token is not for this API alone. Ask for one with its audience only."),
    "token-expired": Refusal(401, _TOKEN, "expired", "The access token has expired. Ask for a new one."),
    "token-not-active": Refusal(
        401, _TOKEN, "security", "The access token is not valid yet. Check the clock of the issuer and of the API."
    ),
    "token-lifetime": Refusal(401, _TOKEN, "security", "The access token is valid for longer than is accepted here."),
    "token-unbound": Refusal(401, _TOKEN, "security", "The access token is not bound to a key (cnf.jkt). Ask for it with a DPoP proof."),
    "token-binding": Refusal(401, _TOKEN, "security", "The proof is made with another key than the access token is bound to."),
    "token-bound": Refusal(401, _TOKEN, "security", "The access token is bound to a key and may not be sent as Bearer."),
    "proof-missing": Refusal(401, _PROOF, "security", "Send a DPoP proof in the header DPoP."),
    "proof-multiple": Refusal(401, _PROOF, "security", "Send one DPoP header with one proof."),
    "proof-malformed": Refusal(401, _PROOF, "security", "The DPoP proof is no strict compact JWS, or it is too long."),
    "proof-type": Refusal(401, _PROOF, "security", "The typ of the DPoP proof must be dpop+jwt."),
    "proof-algorithm": Refusal(401, _PROOF, "security", "The DPoP proof is signed with an algorithm that is not accepted, see algs."),
    "proof-key": Refusal(401, _PROOF, "security", "The jwk of the DPoP proof is missing or no public RSA or EC key for its algorithm."),
    "proof-signature": Refusal(401, _PROOF, "security", "The signature of the DPoP proof could not be verified."),
    "proof-token": Refusal(401, _PROOF, "security", "The ath of the DPoP proof is not the hash of the access token."),
    "proof-method": Refusal(401, _PROOF, "security", "The htm of the DPoP proof is not the method of the request."),
    "proof-address": Refusal(401, _PROOF, "security", "The htu of the DPoP proof is not the address of the request without its query."),
    "proof-time": Refusal(401, _PROOF, "security", "The iat of the DPoP proof is no whole number within the last seconds."),
    "proof-id": Refusal(401, _PROOF, "security", "The jti of the DPoP proof must be a text of 1 to 256 characters."),
    "proof-replayed": Refusal(401, _PROOF, "security", "The DPoP proof was used before. Make a new proof for each request."),
    "proof-nonce": Refusal(401, "use_dpop_nonce", "security", "Make a new proof with the nonce of the header DPoP-Nonce."),
    "proof-unwanted": Refusal(401, _TOKEN, "security", "This address takes Bearer tokens. Send no DPoP proof."),
    "scope-missing": Refusal(403, "insufficient_scope", "forbidden", "The access token lacks the scope of this API."),
    "pid-missing": Refusal(
        403, None, "forbidden", "The token tells of a user without their identity number. Ask for the scope of the pid."
    ),
    "pid-invalid": Refusal(403, None, "forbidden", "The identity number of the user in the token does not have eleven digits."),
    "security-level": Refusal(403, None, "forbidden", "The user must have logged in at security level 4."),
    "organisation-missing": Refusal(403, None, "forbidden", "The token must name the legal entity (orgnr_parent) in nine digits."),
    "point-of-care-missing": Refusal(403, None, "forbidden", "The token must name the point of care (orgnr_child) in nine digits."),
    "actor-not-accepted": Refusal(403, None, "forbidden", "The token was exchanged by a system that is not accepted here."),
    "role-mismatch": Refusal(403, None, "forbidden", "The role of the header is not an authorisation that the token gives the user."),
    "issuer-unreachable": Refusal(503, None, "transient", "The keys of the issuer can't be read at the moment. Try again."),
}


@dataclass(slots=True)
class AccessRefusal(FhirError):
    """A ``FhirError`` that knows more for the security log. ``reason``: fixed words, more exact than what the caller was told;
    ``principal``: who was refused, where token and proof had been verified."""

    reason: str = ""
    principal: Principal | None = field(default=None, repr=False)


def issue_of(rule: str) -> Issue:
    """The issue that tells of ``rule``."""
    refusal = REFUSALS[rule]
    return Issue(refusal.code, rule, refusal.text)


@dataclass(frozen=True, slots=True)
class Challenge:
    """How a door asks for credentials: its ``scheme`` (``DPoP`` or ``Bearer``), the ``algorithms`` a proof may be signed with, the
    ``scopes`` of which one is needed."""

    scheme: str = "DPoP"
    algorithms: Collection[str] = ()
    scopes: Collection[str] = ()

    def refusal(self, rule: str, reason: str = "", nonce: str | None = None) -> AccessRefusal:
        """The refusal of one rule of ``REFUSALS``, with its challenge."""
        return self.refusal_of([issue_of(rule)], REFUSALS[rule].status, reason or rule, nonce=nonce)

    def refusal_of(
        self, issues: list[Issue], status: int, reason: str, *, principal: Principal | None = None, nonce: str | None = None
    ) -> AccessRefusal:
        """The refusal of several faults at once; the challenge is that of the first one that has an OAuth error."""
        headers = {"Cache-Control": "no-store"}
        told = next((i.rule for i in issues if i.rule in REFUSALS and REFUSALS[i.rule].error), None)
        if status == 401 or told:
            headers["WWW-Authenticate"] = self.header(told)
        if nonce is not None:
            headers["DPoP-Nonce"] = nonce
        if status == 503:
            headers["Retry-After"] = "5"
        return AccessRefusal(status, issues, headers, reason, principal)

    def header(self, rule: str | None = None) -> str:
        """The value of ``WWW-Authenticate``."""
        refusal = REFUSALS.get(rule or "")
        parameters: list[tuple[str, Iterable[str]]] = []
        if refusal and refusal.error:
            parameters = [("error", [refusal.error]), ("error_description", [refusal.text])]
            if refusal.error == "insufficient_scope":
                parameters.append(("scope", sorted(self.scopes)))
        if self.scheme == "DPoP":
            parameters.append(("algs", self.algorithms))
        told = ", ".join(f'{name}="{" ".join(words)}"' for name, words in parameters)
        return f"{self.scheme} {told}" if told else self.scheme
