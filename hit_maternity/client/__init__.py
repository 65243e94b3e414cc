"""An SDK for systems that call the digital maternity record: HelseID tokens, the national JSON API, FHIR; each sync and async.

``HelseId`` (or ``TestTokens``, in tests) gives token sources; ``MaternityRecordClient`` and ``FhirClient`` call with them.
"""

from __future__ import annotations

from hit_maternity.client.attest import attest
from hit_maternity.client.errors import (
    AlreadyExists,
    ClientError,
    ConfidentialAddress,
    Deceased,
    Deleted,
    FhirProblem,
    InvalidBody,
    InvalidPatient,
    InvalidUser,
    LoginFailed,
    MaternityRecordError,
    NoConsent,
    NoSuchRecord,
    NotAuthorised,
    NotThere,
    RoleNotAllowed,
    StaleVersion,
    TechnicalFault,
    TokenRefused,
    TooManyCalls,
    UnknownCodeSystem,
    Unreachable,
)
from hit_maternity.client.fhir import AsyncFhirClient, FhirClient
from hit_maternity.client.helseid import AsyncHelseId, HelseId
from hit_maternity.client.keys import Key
from hit_maternity.client.login import Login, Session
from hit_maternity.client.organisation import Organisation
from hit_maternity.client.readers import organisation_name, rhesus_positive, timestamp, version_of
from hit_maternity.client.record import AsyncMaternityRecordClient, MaternityRecordClient
from hit_maternity.client.retries import Retries
from hit_maternity.client.testtokens import TestTokens
from hit_maternity.client.tokens import FixedToken, Token, TokenSource

__all__ = [
    "AlreadyExists",
    "AsyncFhirClient",
    "AsyncHelseId",
    "AsyncMaternityRecordClient",
    "ClientError",
    "ConfidentialAddress",
    "Deceased",
    "Deleted",
    "FhirClient",
    "FhirProblem",
    "FixedToken",
    "HelseId",
    "InvalidBody",
    "InvalidPatient",
    "InvalidUser",
    "Key",
    "Login",
    "LoginFailed",
    "MaternityRecordClient",
    "MaternityRecordError",
    "NoConsent",
    "NoSuchRecord",
    "NotAuthorised",
    "NotThere",
    "Organisation",
    "Retries",
    "RoleNotAllowed",
    "Session",
    "StaleVersion",
    "TechnicalFault",
    "TestTokens",
    "Token",
    "TokenRefused",
    "TokenSource",
    "TooManyCalls",
    "UnknownCodeSystem",
    "Unreachable",
    "attest",
    "organisation_name",
    "rhesus_positive",
    "timestamp",
    "version_of",
]
