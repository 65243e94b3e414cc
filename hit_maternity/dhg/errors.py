"""What a refused caller is told: ``{errorCode, errorMessage, eventId}``, with the code in ``nhn-error-code`` too.

Confirmed by the national documentation: this body and header, the codes DHG-0001 to 0013 and 0015 to 0017, an empty body at 429. Of
AUTH-0003 and AUTH-0010 the siblings of the service tell. Inferred: every HTTP status, AUTH-0001 and AUTH-0002, ``details``, and which
code the refusals get that the national list has none for. The whole table is ``CODES``, the rules that lead to it are ``RULES``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from hit_maternity.dhg.models.faults import Fault
from hit_maternity.fhir.json import encode
from hit_maternity.fhir.outcome import ERROR, FATAL, FhirError, Issue

CONFIRMED, SIBLING, INFERRED = "confirmed", "seen in sibling services", "inferred"


@dataclass(frozen=True, slots=True)
class Code:
    """``status``: the HTTP status (inferred for all); ``words``: told where nothing more exact is; ``evidence``: of the code itself."""

    status: int
    words: str
    evidence: str = CONFIRMED


CODES: Mapping[str, Code] = MappingProxyType(
    {
        "DHG-0001": Code(500, "The server failed. Give the operator the eventId of this answer."),
        "DHG-0002": Code(403, "The patient is registered as dead; the record can be read but not written to."),
        "DHG-0003": Code(403, "She has not consented to a digital maternity record. She can do so herself on Helsenorge."),
        "DHG-0004": Code(403, "No digital maternity record is kept for this patient."),
        "DHG-0005": Code(403, "This role may not do this with a maternity record."),
        "DHG-0006": Code(500, "The database can't do this at the moment; nothing was changed. Send the call again later."),
        "DHG-0007": Code(404, "There is nothing here to change. Create it first, with POST."),
        "DHG-0008": Code(409, "Another version is the newest by now. Read it again, and repeat the change on that."),
        "DHG-0009": Code(409, "It is there already. Change it with PUT."),
        "DHG-0010": Code(403, "This user may not do this: it takes a token that a health worker has logged in for."),
        "DHG-0011": Code(400, "The body can't be read; send one JSON object."),
        "DHG-0012": Code(400, "The body breaks rules; see details."),
        "DHG-0013": Code(400, "The header with the patient's national id must hold a valid fødselsnummer or D-number."),
        "DHG-0015": Code(404, "The patient has no record with this id that this can be done with."),
        "DHG-0016": Code(400, "A code system is not one that is taken here; see details."),
        "DHG-0017": Code(409, "It has been deleted and can't be changed any more."),
        "AUTH-0001": Code(401, "The access token is missing, or it is none that is taken here.", INFERRED),
        "AUTH-0002": Code(401, "The DPoP proof is missing, or it does not fit this call.", INFERRED),
        "AUTH-0003": Code(400, "An HTTP header is missing or invalid.", SIBLING),
        "AUTH-0010": Code(403, "The call is refused for reasons of security.", SIBLING),
    }
)

#: Where a fault is the body's as a whole.
WHOLE = "$"


@dataclass(slots=True)
class DhgError(Exception):
    """A refusal. ``faults``: of the body, for ``details``; ``text`` and ``status``: in place of the table's; ``retry_after``: seconds."""

    code: str
    faults: tuple[Fault, ...] = ()
    text: str | None = None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    empty: bool = False

    @property
    def http_status(self) -> int:
        """The HTTP status of the answer."""
        return self.status or CODES[self.code].status

    def body(self, event_id: str) -> bytes:
        """The answer's JSON; none at 429 (national documentation)."""
        if self.empty:
            return b""
        told: dict[str, Any] = {"errorCode": self.code, "errorMessage": self.message, "eventId": event_id}
        if self.faults:
            told["details"] = [{"path": f.path, "rule": f.rule, "message": f.words} for f in self.faults]
        return encode(told)

    @property
    def message(self) -> str:
        """The words for a reader: the table's, or every fault with its place."""
        if self.text is not None or not self.faults:
            return self.text or CODES[self.code].words
        return " ".join(f.words if f.path == WHOLE else f"{f.path}: {f.words}" for f in self.faults)


def invalid(path: str, rule: str, words: str) -> DhgError:
    """DHG-0012 with one fault."""
    return DhgError("DHG-0012", (Fault(path, rule, words),))


#: Rules of refusals -> code. What is not here goes by ``_BEGINNINGS``, then by the status.
RULES: Mapping[str, str] = MappingProxyType(
    {
        "consent-missing": "DHG-0003",
        "confidential-address": "DHG-0004",
        "patient-deceased": "DHG-0002",
        "role-missing": "AUTH-0003",
        "role-not-allowed": "DHG-0005",
        "role-mismatch": "DHG-0005",
        "purpose-not-allowed": "DHG-0005",
        "kind-record": "DHG-0010",
        "pid-missing": "DHG-0010",
        "pid-invalid": "DHG-0010",
        "security-level": "DHG-0010",
        "patient-mismatch": "DHG-0015",
        "record-closed": "DHG-0015",
        "record-not-active": "DHG-0015",
        "active-record-exists": "DHG-0009",
        "version-conflict": "DHG-0008",
        "part-version-stale": "DHG-0008",
        "part-version-last": "DHG-0008",
        "part-exists": "DHG-0009",
        "header-invalid": "AUTH-0003",
        "header-conflict": "AUTH-0003",
        "identifier-in-address": "AUTH-0003",
        "token-in-address": "AUTH-0001",
        "body-too-large": "DHG-0011",
        "text-not-storable": "DHG-0012",
        "audit-unavailable": "DHG-0006",
        "transaction-conflict": "DHG-0006",
        "internal": "DHG-0001",
    }
)
_BEGINNINGS = (
    ("proof-", "AUTH-0002"),
    ("token-", "AUTH-0001"),
    ("credentials-", "AUTH-0001"),
    ("scheme-", "AUTH-0001"),
    ("json-", "DHG-0011"),
    ("identity-", "DHG-0013"),
    ("database-", "DHG-0006"),
)
_BY_STATUS = {401: "AUTH-0001", 403: "AUTH-0010", 412: "DHG-0008", 503: "DHG-0006", 507: "DHG-0006", 500: "DHG-0001"}
_KEPT = frozenset(("www-authenticate", "dpop-nonce", "retry-after", "cache-control"))
#: Refusals whose own words say more than the table's, and tell nothing that the caller may not know.
_OWN_WORDS = frozenset(("AUTH-0001", "AUTH-0002", "AUTH-0003", "AUTH-0010", "DHG-0011"))


def code_of(rule: str, status: int) -> str:
    """The code for a refusal by ``rule`` with a FHIR ``status``."""
    named = RULES.get(rule) or next((code for beginning, code in _BEGINNINGS if rule.startswith(beginning)), None)
    return named or _BY_STATUS.get(status, "DHG-0012")


def told(refusal: FhirError, placed: Iterable[Fault] | None = None) -> DhgError:
    """A refusal of the rooms below as this door tells it. ``placed``: its faults with paths of the body, where they can be told."""
    headers = {name.lower(): value for name, value in refusal.headers.items() if name.lower() in _KEPT}
    if refusal.status == 429:
        return DhgError("DHG-0001", status=429, headers=headers, empty=True)
    errors = [issue for issue in refusal.issues if issue.severity in (ERROR, FATAL)] or refusal.issues
    code = _worst(errors, refusal.status)
    if code == "DHG-0012":
        return DhgError(code, tuple(placed) if placed is not None else faults_of(errors), headers=headers)
    text = " ".join(issue.text for issue in errors) if code in _OWN_WORDS else None
    status = {"identifier-in-address": 400, "body-too-large": 413}.get(errors[0].rule) if errors else None
    return DhgError(code, text=text, status=status, headers=headers)


def _worst(errors: Sequence[Issue], status: int) -> str:
    """One code for several faults: where any has one of its own, that."""
    codes = [code_of(issue.rule, status) for issue in errors] or [code_of("", status)]
    return next((code for code in codes if code != "DHG-0012"), "DHG-0012")


def faults_of(issues: Iterable[Issue]) -> tuple[Fault, ...]:
    """Faults that have no place in the body: in FHIR's words."""
    return tuple(Fault(WHOLE, issue.rule, issue.text) for issue in issues)
