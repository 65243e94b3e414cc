"""What can go wrong with a call, one class for each cause that a program branches on.

The codes and their causes are confirmed by the national documentation; which HTTP status goes with a code is not published, so the code
decides here, never the status alone. No error holds a token or a national id: texts of a server have numbers of eleven digits masked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

#: What may be a national id: eleven digits that stand alone, which those in a UUID never do.
NATIONAL_ID = re.compile(r"(?<![0-9A-Za-z])[0-9]{11}(?![0-9A-Za-z])")
MASK = "(national id)"


def masked(text: str) -> str:
    """``text`` without anything that looks like a national id."""
    return NATIONAL_ID.sub(MASK, text)


def masked_all(value: Any) -> Any:
    """``value`` (JSON) with every text in it ``masked``."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, dict):
        return {masked(name): masked_all(it) for name, it in value.items()}
    return [masked_all(it) for it in value] if isinstance(value, list) else value


class ClientError(Exception):
    """Any failure of a call that this package makes."""


class Unreachable(ClientError):
    """Nobody answered. ``sent``: whether the request may have arrived, so that what it asked for may have been done all the same."""

    def __init__(self, message: str, *, sent: bool) -> None:
        super().__init__(message)
        self.sent = sent


class TooManyCalls(ClientError):
    """HTTP 429, also after waiting. ``retry_after``: seconds that the server asks to wait, None where it says nothing."""

    def __init__(self, retry_after: float | None = None) -> None:
        wait = "" if retry_after is None else f" It asks to wait {retry_after:g} seconds."
        super().__init__(f"The server is asked too often (HTTP 429).{wait}")
        self.retry_after = retry_after


class TokenRefused(ClientError):
    """HelseID, or a service of test tokens, gives no token. ``error``: the OAuth code, such as ``invalid_client``."""

    def __init__(self, error: str, description: str, status: int) -> None:
        self.error, self.description, self.status = masked(error), masked(description), status
        super().__init__(f"{self.error} (HTTP {status}): {self.description}" if description else f"{self.error} (HTTP {status})")


class LoginFailed(ClientError):
    """Nobody logged in, or what came back from the login does not belong to it. ``error``: the OAuth code, or ``mismatch``."""

    def __init__(self, error: str, description: str = "") -> None:
        self.error, self.description = masked(error), masked(description)
        super().__init__(f"{self.error}: {self.description}" if description else self.error)


class MaternityRecordError(ClientError):
    """The national JSON API refused. ``code``: ``DHG-0012`` or ``AUTH-0003``, empty where the answer has none; ``event_id``: what to tell
    those who run the service; ``details``: each fault of a body, as dicts, empty where the service lists none."""

    def __init__(
        self,
        code: str = "",
        message: str = "",
        event_id: str | None = None,
        status: int = 0,
        details: Sequence[dict[str, Any]] = (),
    ) -> None:
        self.code, self.message, self.status = code, masked(message), status
        self.event_id = None if event_id is None else masked(event_id)
        self.details: tuple[dict[str, Any], ...] = tuple(masked_all(dict(it)) for it in details)
        told = f"{code or 'no code'} (HTTP {status}): {self.message}".rstrip(": ")
        super().__init__(told + (f" [event {self.event_id}]" if self.event_id else ""))


class NotAuthorised(MaternityRecordError):
    """HTTP 401 without a DHG code, or a code ``AUTH-*``: the token, its proof or a header is not taken."""


class TechnicalFault(MaternityRecordError):
    """DHG-0001, DHG-0006: the service failed."""


class Deceased(MaternityRecordError):
    """DHG-0002: the patient is dead, nothing may be created or updated."""


class NoConsent(MaternityRecordError):
    """DHG-0003: she has not consented to a digital record."""


class ConfidentialAddress(MaternityRecordError):
    """DHG-0004: she has a confidential address, nothing may be read or written."""


class RoleNotAllowed(MaternityRecordError):
    """DHG-0005: the role is not one that may do this."""


class NotThere(MaternityRecordError):
    """DHG-0007: what was to be updated does not exist."""


class StaleVersion(MaternityRecordError):
    """DHG-0008: somebody changed it since it was read (read again, and decide anew), or it has the last version, 255."""


class AlreadyExists(MaternityRecordError):
    """DHG-0009: it exists; of records, she has an active one."""


class InvalidUser(MaternityRecordError):
    """DHG-0010: the user is not valid."""


class InvalidBody(MaternityRecordError):
    """DHG-0011 (not to be read), DHG-0012 (not valid): ``details`` lists the faults."""


class InvalidPatient(MaternityRecordError):
    """DHG-0013: the national id is none."""


class NoSuchRecord(MaternityRecordError):
    """DHG-0015: there is no such record, or it is not active."""


class UnknownCodeSystem(MaternityRecordError):
    """DHG-0016: a code system is not known."""


class Deleted(MaternityRecordError):
    """DHG-0017: it was deleted, and can't be updated."""


#: The class of each code.
CODES: dict[str, type[MaternityRecordError]] = {
    "DHG-0001": TechnicalFault,
    "DHG-0002": Deceased,
    "DHG-0003": NoConsent,
    "DHG-0004": ConfidentialAddress,
    "DHG-0005": RoleNotAllowed,
    "DHG-0006": TechnicalFault,
    "DHG-0007": NotThere,
    "DHG-0008": StaleVersion,
    "DHG-0009": AlreadyExists,
    "DHG-0010": InvalidUser,
    "DHG-0011": InvalidBody,
    "DHG-0012": InvalidBody,
    "DHG-0013": InvalidPatient,
    "DHG-0015": NoSuchRecord,
    "DHG-0016": UnknownCodeSystem,
    "DHG-0017": Deleted,
}


def error_class(code: str, status: int) -> type[MaternityRecordError]:
    """The class for a code; where there is none, what the status tells."""
    if code in CODES:
        return CODES[code]
    if code.startswith("AUTH-") or (not code and status == 401):
        return NotAuthorised
    return MaternityRecordError


class FhirProblem(ClientError):
    """The FHIR API refused. ``issues``: those of the OperationOutcome, as dicts; empty where the answer has none."""

    def __init__(self, status: int, issues: Sequence[dict[str, Any]] = ()) -> None:
        self.status = status
        self.issues: tuple[dict[str, Any], ...] = tuple(masked_all(dict(it)) for it in issues)
        texts = (self.words(it) for it in self.issues)
        super().__init__(f"HTTP {status}: {' | '.join(texts)}" if self.issues else f"HTTP {status}")

    @staticmethod
    def words(issue: dict[str, Any]) -> str:
        """What an issue says to people."""
        details = issue.get("details")
        text = details.get("text") if isinstance(details, dict) else None
        return str(text or issue.get("diagnostics") or issue.get("code") or "")

    def has(self, code: str) -> bool:
        """Whether an issue has ``code``, as its type (``conflict``) or as a code of its details (a rule's id)."""
        codes = {it.get("code") for it in self.issues}
        for issue in self.issues:
            details = issue.get("details")
            codings = details.get("coding") if isinstance(details, dict) else None
            codes |= {it.get("code") for it in codings or () if isinstance(it, dict)}
        return code in codes
