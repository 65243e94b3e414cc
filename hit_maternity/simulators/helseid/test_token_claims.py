"""The claims of a test token: usual ones, and what the request gives in their place.

What TTT's own usual values are is not published; here they are a practitioner and an organisation of the register. Unlike TTT (inferred),
usual claims follow the person and the place that are given: a known ``pid`` brings its name and HPR number, a known ``orgnrChild`` its
legal entity.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hit_maternity.simulators.helseid.minting import (
    ASSURANCE,
    ATTEST,
    CHILD,
    CLIENT,
    CLIENT_NAME,
    HPR_NUMBER,
    JOURNAL,
    LEVEL,
    LIFETIME,
    NETWORK,
    PARENT,
    PID,
    PSEUDONYM,
    SUPPLIER,
    TENANCY,
    access_claims,
    client_claims,
    pseudonym,
    user_claims,
)
from hit_maternity.simulators.helseid.register import Organisation, Practitioner, by_pid, place
from hit_maternity.simulators.helseid.test_token_attest import Claims, Setting, attest_claim
from hit_maternity.simulators.helseid.test_token_request import Generation, RequestFaults, Tenancy, TokenRequest

#: The system that calls where nothing else is said: the demo's multi-tenant client.
USUAL_CLIENT, USUAL_CLIENT_NAME, USUAL_SUPPLIER = "5b0c9a0e-7c1d-4d55-9a55-0c6f0d8e2a11", "Demo EPJ", "310170003"
_NAMES = ("name", "given_name", "middle_name", "family_name")
_USER = {
    "pid": PID,
    "pid_pseudonym": PSEUDONYM,
    "hpr_number": HPR_NUMBER,
    **{name: name for name in _NAMES},
    "identity_provider": "idp",
    "security_level": LEVEL,
    "assurance_level": ASSURANCE,
    "network": NETWORK,
    "amr": "amr",
    "subject": "sub",
    "sid": "sid",
}
_CLIENT = {
    "scope": "scope",
    "client_id": "client_id",
    "sfm_journal_id": JOURNAL,
    "orgnr_parent": PARENT,
    "orgnr_child": CHILD,
    "orgnr_supplier": SUPPLIER,
    "authentication_methods_references": "amr",
    "client_authentication_methods_references": CLIENT + "amr",
    "client_name": CLIENT_NAME,
    "jti": "jti",
}
_TENANCIES = {Tenancy.MULTI_TENANT: "multi-tenant", Tenancy.SINGLE_TENANT: "single-tenant", Tenancy.NONE: "none"}


def token_claims(request: TokenRequest, setting: Setting) -> Claims:
    """The claims that ``request`` asks for, before faults. Raises ``RequestFaults``."""
    lifetime, expired = _lifetime(request)
    claims = access_claims(setting.issuer, request.audience or "", (), setting.now, lifetime=lifetime)
    del claims["scope"]
    claims["jti"] = setting.chance.hexadecimal("jti")
    if expired:
        claims |= {name: claims[name] - lifetime - 3600 for name in ("nbf", "iat", "exp")}
    person = _person(request, setting)
    where = _place(request, setting, person)
    claims |= _combined(
        request.client_claims_parameters_generation,
        request.without_default_client_claims,
        lambda: _usual_client(request, where),
        _given_client(request),
    )
    claims |= _user(request, setting, person, claims)
    if request.create_token_exchange_claims:
        claims["act"] = _actor(request)
    if request.create_tillitsrammeverk_claims:
        claims[ATTEST] = attest_claim(request, setting, claims, person, where)
    claims |= {it.type: it.value for it in request.api_specific_claims if it.type}
    return claims


def _lifetime(request: TokenRequest) -> tuple[int, bool]:
    """Seconds, and whether they are over."""
    stated = request.expiration_parameters
    days = stated.expiration_time_in_days
    seconds = stated.expiration_time_in_seconds or request.expiration_time_in_seconds or (days * 86400 if days else None) or LIFETIME
    return seconds, stated.set_expiration_time_as_expired or request.set_expiration_time_as_expired


def _combined(mode: Generation | None, without_usual: bool, usual: Callable[[], Claims], given: Claims) -> Claims:
    if without_usual:
        mode = Generation.GENERATE_ONLY_FROM_NON_EMPTY_PARAMETER_VALUES
    if mode is Generation.GENERATE_NONE:
        return {}
    if mode is Generation.GENERATE_ONLY_DEFAULT:
        return usual()
    return given if mode is Generation.GENERATE_ONLY_FROM_NON_EMPTY_PARAMETER_VALUES else usual() | given


def _person(request: TokenRequest, setting: Setting) -> Practitioner:
    """The one that is named by national id or HPR number, else the first of the register; somebody without a name for an unknown id."""
    values = request.user_claims_parameters
    everybody = setting.register.practitioners
    if values.pid is not None:
        return by_pid(setting.register, values.pid) or Practitioner("", values.pid, "", "", ())
    found = next((it for it in everybody if values.hpr_number is not None and it.hpr_number == values.hpr_number), None)
    return found or everybody[0]


def _place(request: TokenRequest, setting: Setting, person: Practitioner) -> Organisation:
    """The one that is named, else where she works, else the first of the register."""
    named = place(setting.register, request.client_claims_parameters.orgnr_child)
    usual = place(setting.register, person.works_at[0]) if person.works_at else None
    return named or usual or setting.register.organisations[0]


def _usual_client(request: TokenRequest, where: Organisation) -> Claims:
    audience = request.audience or ""
    attested = [f"{audience}/tillitsrammeverk"] if request.create_tillitsrammeverk_claims else []
    known = client_claims(
        USUAL_CLIENT,
        name=USUAL_CLIENT_NAME,
        tenancy="multi-tenant",
        parent=where.legal_entity,
        child=where.number,
        supplier=USUAL_SUPPLIER,
    )
    return {"scope": [f"{audience}/api", *attested], **known}


def _given_client(request: TokenRequest) -> Claims:
    values = request.client_claims_parameters
    named = {claim: getattr(values, name) for name, claim in _CLIENT.items()}
    tenancy = {TENANCY: _TENANCIES[values.client_tenancy_type]} if values.client_tenancy else {}
    return {claim: list(it) if isinstance(it, tuple) else it for claim, it in named.items() if it} | tenancy


def _user(request: TokenRequest, setting: Setting, person: Practitioner, client: Claims) -> Claims:
    client_id = client.get("client_id")
    claims = _combined(
        request.user_claims_parameters_generation,
        request.without_default_user_claims,
        lambda: _usual_user(setting, person, client_id or ""),
        _given_user(request),
    )
    return claims | _from_registers(request, setting, claims, client_id)


def _usual_user(setting: Setting, person: Practitioner, client_id: str) -> Claims:
    session = setting.chance.hexadecimal("sid")
    claims = user_claims(person, client_id, setting.salt, logged_in=setting.now, session=session)
    return claims if person.key else {name: it for name, it in claims.items() if name not in _NAMES}


def _given_user(request: TokenRequest) -> Claims:
    values = request.user_claims_parameters
    named = {claim: getattr(values, name) for name, claim in _USER.items()}
    return {claim: [it] if claim == "amr" else it for claim, it in named.items() if it}


def _from_registers(request: TokenRequest, setting: Setting, claims: Claims, client_id: str | None) -> Claims:
    """What the switches add by the national id. Raises ``RequestFaults``."""
    named, hpr, alias, subject = (
        request.get_person_from_persontjenesten,
        request.get_hpr_number_from_hprregisteret,
        request.set_pid_pseudonym,
        request.set_subject,
    )
    if not (named or hpr or alias or subject):
        return {}
    pid = claims.get(PID)
    found = by_pid(setting.register, pid) if pid else None
    if pid is None or (subject and client_id is None) or ((named or hpr) and found is None):
        raise RequestFaults(
            ["What is looked up by national id needs userClaimsParameters.pid of the register; setSubject a clientId, too."]
        )
    made: Claims = {PSEUDONYM: pseudonym(setting.salt, "", pid)} if alias else {}
    if subject and client_id:
        made["sub"] = pseudonym(setting.salt, client_id, pid)
    if hpr and found and found.hpr_number:
        made[HPR_NUMBER] = found.hpr_number
    if named and found:
        parts = {"given_name": found.given, "middle_name": found.middle, "family_name": found.family}
        made |= {"name": found.name} | ({} if request.only_set_name_for_person else parts)
    return made


def _actor(request: TokenRequest) -> Claims:
    """The claim ``act``; its members' names are inferred from TTT's parameters."""
    stated = request.token_exchange_parameters
    named = {"iss": stated.issuer, "client_id": stated.client_id, PARENT: stated.orgnr_parent}
    made = {name: it for name, it in named.items() if it}
    if not made:
        raise RequestFaults(["tokenExchangeParameters: give issuer, clientId or orgnrParent."])
    return made


def numbers(request: TokenRequest) -> Mapping[str, str | None]:
    """The organisation numbers in the request, by the member they stand in."""
    client, values = request.client_claims_parameters, request.tillitsrammeverk_claims_parameters.values
    attested = {f"tillitsrammeverkClaimsParameters ({part}, {it})": values.get((part, it, "id")) for part, it in _ORGANISATIONS}
    return {
        "clientClaimsParameters.orgnrParent": client.orgnr_parent,
        "clientClaimsParameters.orgnrChild": client.orgnr_child,
        "clientClaimsParameters.orgnrSupplier": client.orgnr_supplier,
        "tokenExchangeParameters.orgnrParent": request.token_exchange_parameters.orgnr_parent,
        **attested,
    }


_ORGANISATIONS = (("practitioner", "legal_entity"), ("practitioner", "point_of_care"), ("patients", "point_of_care"))
