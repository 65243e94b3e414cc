"""What the test-token service is asked: the members of its request.

Names are those of NHN's TTT v2 (confirmed by its published clients), spelled in camel or Pascal case; enumerations go by number or name.
Confirmed too: its .NET clients send what is not set as ``null``, as ``""`` and as the smallest 32-bit integer. ``localExtensions`` is ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Any


class IssuerEnvironment(IntEnum):
    """Which issuer TTT imitates. Here all are the local one."""

    TEST = 0
    INT_TEST = 1
    DEVELOPMENT = 2


class Generation(IntEnum):
    """How usual claims and given values combine."""

    GENERATE_NONE = 0
    GENERATE_ONLY_DEFAULT = 1
    GENERATE_ONLY_FROM_NON_EMPTY_PARAMETER_VALUES = 2
    GENERATE_DEFAULT_WITH_CLAIMS_FROM_NON_EMPTY_PARAMETER_VALUES = 3


class Tenancy(IntEnum):
    """Of a client."""

    MULTI_TENANT = 0
    SINGLE_TENANT = 1
    NONE = 2


class InvalidProof(IntEnum):
    """The thirteen ways of TTT to break a proof."""

    NONE = 0
    DONT_SET_HTU_CLAIM_VALUE = 1
    DONT_SET_HTM_CLAIM_VALUE = 2
    SET_IAT_VALUE_IN_THE_PAST = 3
    SET_IAT_VALUE_IN_THE_FUTURE = 4
    DONT_SET_ATH_CLAIM_VALUE = 5
    DONT_SET_ALG_HEADER = 6
    DONT_SET_JWK_HEADER = 7
    DONT_SET_JTI_CLAIM = 8
    SET_ALG_HEADER_TO_A_SYMMETRIC_ALGORITHM = 9
    SET_PRIVATE_KEY_IN_JWK_HEADER = 10
    SET_INVALID_TYP_HEADER_VALUE = 11
    SET_AN_INVALID_SIGNATURE = 12
    SET_AN_INVALID_JKT_VALUE_IN_TOKEN = 13


class HeaderType(Enum):
    """Of the token's header."""

    AT_JWT = "at+jwt"
    JWT = "jwt"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpirationParameters:
    """When the token expires."""

    set_expiration_time_as_expired: bool = False
    expiration_time_in_seconds: int | None = None
    expiration_time_in_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderParameters:
    """The token's header."""

    typ: HeaderType | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientClaimsParameters:
    """Who the system is. ``client_tenancy``: whether to set that claim; ``cnf_public_key``: a public JWK."""

    scope: tuple[str, ...] = ()
    client_id: str | None = None
    sfm_journal_id: str | None = None
    orgnr_parent: str | None = None
    orgnr_child: str | None = None
    orgnr_supplier: str | None = None
    client_tenancy: bool = False
    client_tenancy_type: Tenancy = Tenancy.MULTI_TENANT
    authentication_methods_references: tuple[str, ...] = ()
    client_authentication_methods_references: str | None = None
    client_name: str | None = None
    jti: str | None = None
    cnf_jkt: str | None = None
    cnf_public_key: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserClaimsParameters:
    """Who is at the keyboard."""

    pid: str | None = None
    pid_pseudonym: str | None = None
    hpr_number: str | None = None
    name: str | None = None
    given_name: str | None = None
    middle_name: str | None = None
    family_name: str | None = None
    identity_provider: str | None = None
    security_level: str | None = None
    assurance_level: str | None = None
    network: str | None = None
    amr: str | None = None
    subject: str | None = None
    sid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofParameters:
    """For which call the proof is, and how it is broken; ``private_key_for_proof_creation``: a private JWK."""

    htu_claim_value: str | None = None
    htm_claim_value: str | None = None
    private_key_for_proof_creation: Mapping[str, Any] | None = None
    invalid_dpop_proof_parameters: InvalidProof = InvalidProof.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenExchangeParameters:
    """The system that exchanged the token."""

    issuer: str | None = None
    client_id: str | None = None
    orgnr_parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSpecificClaim:
    """A claim of an API's own."""

    type: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestParameters:
    """Values of the attest by ``(part, element, field)``, such as ``("practitioner", "legal_entity", "id")``; ``omitted``: what is left
    out, by ``(part, element)``."""

    values: Mapping[tuple[str, str, str], str]
    omitted: frozenset[tuple[str, str]]
    user_selected: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalExtensions:
    """Ours. ``faults``: names of ``broken.FAULTS``; ``clock_offset_in_seconds`` moves all times, ``now`` (seconds since 1970) sets them;
    ``seed``: the same random values each time."""

    faults: tuple[str, ...] = ()
    clock_offset_in_seconds: int | None = None
    now: int | None = None
    seed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRequest:
    """The whole request. A generation that is not given: usual claims, with given values in their place."""

    audience: str | None = None
    issuer_environment: IssuerEnvironment = IssuerEnvironment.TEST
    client_claims_parameters_generation: Generation | None = None
    user_claims_parameters_generation: Generation | None = None
    without_default_client_claims: bool = False
    without_default_user_claims: bool = False
    create_dpop_token_with_dpop_proof: bool = False
    create_tillitsrammeverk_claims: bool = False
    create_token_exchange_claims: bool = False
    sign_jwt_with_invalid_signing_key: bool = False
    set_invalid_issuer: bool = False
    set_invalid_audience: bool = False
    get_person_from_persontjenesten: bool = False
    only_set_name_for_person: bool = False
    get_hpr_number_from_hprregisteret: bool = False
    set_pid_pseudonym: bool = False
    set_subject: bool = False
    set_expiration_time_as_expired: bool = False  # of older clients, which had it here
    expiration_time_in_seconds: int | None = None  # the same
    expiration_parameters: ExpirationParameters = ExpirationParameters()
    header_parameters: HeaderParameters = HeaderParameters()
    client_claims_parameters: ClientClaimsParameters = ClientClaimsParameters()
    user_claims_parameters: UserClaimsParameters = UserClaimsParameters()
    dpop_proof_parameters: ProofParameters = ProofParameters()
    token_exchange_parameters: TokenExchangeParameters = TokenExchangeParameters()
    api_specific_claims: tuple[ApiSpecificClaim, ...] = ()
    tillitsrammeverk_claims_parameters: AttestParameters = AttestParameters(values={}, omitted=frozenset(), user_selected=None)
    local_extensions: LocalExtensions | None = None


class RequestFaults(Exception):
    """The request can't be used; ``faults`` says why, a sentence each."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(" ".join(self.faults))


def plain(name: str) -> str:
    """``name`` without case and underscores: ``htuClaimValue``, ``HtuClaimValue`` and ``htu_claim_value`` are one."""
    return name.replace("_", "").lower()
