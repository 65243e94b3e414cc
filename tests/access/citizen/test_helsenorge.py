"""Tokens of Helsenorge's issuer: which are believed, and what is told of those that aren't."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hit_citizens_world import AUDIENCE, DROP, ISSUER, KARI, PARTNER, SCOPE, Issuer, Moving
from hypothesis import given, settings
from hypothesis import strategies as st

from hit_maternity.access.helseid.jwks_cache import IssuerUnreachable, Key
from hit_maternity.access.helsenorge import HelsenorgeAuthenticator, Trusted, is_proxy
from hit_maternity.access.principal import Kind
from hit_maternity.fhir.outcome import FhirError

DPOP_BOUND = {"cnf": {"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}}


@pytest.fixture
def clock() -> Moving:
    return Moving()


@pytest.fixture
def gate(issuer: Issuer, clock: Moving) -> HelsenorgeAuthenticator:
    return HelsenorgeAuthenticator(Trusted(ISSUER, AUDIENCE, SCOPE), issuer.keys, clock)


def refusal(gate: HelsenorgeAuthenticator, headers: dict[str, str]) -> FhirError:
    with pytest.raises(FhirError) as caught:
        gate.principal(headers, "GET", "https://dhg.test/app/fhir/Patient")
    return caught.value


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def test_a_good_token_tells_who_she_is_and_whose_record_it_is(gate: HelsenorgeAuthenticator, issuer: Issuer, clock: Moving) -> None:
    principal = gate.principal({**bearer(issuer.token(clock.now())), "nhn-event-id": "trace-7"}, "GET", "x")
    assert (principal.kind, principal.issuer, principal.client_id) == (Kind.CITIZEN, ISSUER, "demo-citizen-app")
    assert principal.patient == KARI and principal.person is not None and principal.person.pid == KARI
    assert principal.person.name == "Kari Fjellbekk"
    assert (principal.token_id, principal.event_id) == ("token-1", "trace-7")
    assert not is_proxy(principal)
    assert KARI not in repr(principal)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_is_compared_without_regard_to_case(gate: HelsenorgeAuthenticator, issuer: Issuer, clock: Moving, scheme: str) -> None:
    assert gate.principal({"authorization": f"{scheme} {issuer.token(clock.now())}"}, "GET", "x").patient == KARI


def test_who_acts_for_her_is_the_person_and_she_the_patient(gate: HelsenorgeAuthenticator, issuer: Issuer, clock: Moving) -> None:
    act = {"sub": "someone", "pid": PARTNER, "name": "Mikkel"}
    principal = gate.of_token(issuer.token(clock.now(), act=act))
    assert principal.patient == KARI
    assert principal.person is not None and (principal.person.pid, principal.person.name) == (PARTNER, "Mikkel")
    assert is_proxy(principal)


def test_an_act_of_herself_is_no_proxy(gate: HelsenorgeAuthenticator, issuer: Issuer, clock: Moving) -> None:
    assert not is_proxy(gate.of_token(issuer.token(clock.now(), act={"sub": "x", "pid": KARI})))


def test_no_credentials_get_a_challenge_without_an_error(gate: HelsenorgeAuthenticator) -> None:
    refused = refusal(gate, {})
    assert (refused.status, refused.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert refused.issues[0].rule == "credentials-missing"


BAD_CLAIMS: dict[str, tuple[dict[str, Any], str]] = {
    "another issuer": ({"iss": "https://sts.test"}, "token-issuer"),
    "issuer with a slash": ({"iss": f"{ISSUER}/"}, "token-issuer"),
    "no issuer": ({"iss": DROP}, "token-issuer"),
    "another audience": ({"aud": "nhn:other"}, "token-audience"),
    "two audiences": ({"aud": [AUDIENCE, "nhn:other"]}, "token-audience"),
    "no audience": ({"aud": DROP}, "token-audience"),
    "an empty audience": ({"aud": ""}, "token-audience"),
    "exp as text": ({"exp": "1999999999"}, "token-claims"),
    "exp as a boolean": ({"exp": True}, "token-claims"),
    "no exp": ({"exp": DROP}, "token-claims"),
    "no iat": ({"iat": DROP}, "token-claims"),
    "valid for a day": ({"exp": 1_999_999_999}, "token-lifetime"),
    "no pid": ({"pid": DROP}, "token-claims"),
    "pid as a number": ({"pid": int(KARI)}, "token-claims"),
    "no sub": ({"sub": DROP}, "token-claims"),
    "no client": ({"client_id": DROP}, "token-claims"),
    "no jti": ({"jti": ""}, "token-claims"),
    "bound to a key": (DPOP_BOUND, "token-bound"),
    "cnf of nothing": ({"cnf": None}, "token-bound"),
    "act without pid": ({"act": {"sub": "x"}}, "token-claims"),
    "act as text": ({"act": PARTNER}, "token-claims"),
    "act within act": ({"act": {"sub": "x", "pid": PARTNER, "act": {}}}, "token-claims"),
    "act of nothing": ({"act": None}, "token-claims"),
}


@pytest.mark.parametrize("case", BAD_CLAIMS)
def test_a_token_with_bad_claims_is_refused(gate: HelsenorgeAuthenticator, issuer: Issuer, clock: Moving, case: str) -> None:
    changes, rule = BAD_CLAIMS[case]
    refused = refusal(gate, bearer(issuer.token(clock.now(), **changes)))
    assert (refused.status, [i.rule for i in refused.issues]) == (401, [rule])
    challenge = refused.headers["WWW-Authenticate"]
    assert challenge.startswith('Bearer error="invalid_token"')
    assert KARI not in str(refused) + challenge and "Fjellbekk" not in str(refused) + challenge


BAD_HEADERS: dict[str, tuple[dict[str, Any], str]] = {
    "typ of an id token": ({"typ": "JWT"}, "token-type"),
    "typ of a proof": ({"typ": "dpop+jwt"}, "token-type"),
    "no typ": ({"typ": DROP}, "token-type"),
    "a key of one's own": ({"jku": "https://attacker.test/keys"}, "token-header"),
    "an unknown key": ({"kid": "two"}, "token-signature"),
    "another algorithm of the same key": ({"alg": "PS256"}, "token-algorithm"),
}


@pytest.mark.parametrize("case", BAD_HEADERS)
def test_a_token_with_a_bad_header_is_refused(gate: HelsenorgeAuthenticator, issuer: Issuer, clock: Moving, case: str) -> None:
    header, rule = BAD_HEADERS[case]
    refused = refusal(gate, bearer(issuer.token(clock.now(), header)))
    assert (refused.status, refused.issues[0].rule) == (401, rule)


def test_another_key_of_the_same_id_signs_nothing(gate: HelsenorgeAuthenticator, issuer: Issuer, clock: Moving) -> None:
    assert refusal(gate, bearer(issuer.token(clock.now(), key=issuer.other))).issues[0].rule == "token-signature"


@pytest.mark.parametrize(
    ("sent", "rule"),
    [
        ("DPoP {}", "scheme-unsupported"),
        ("Basic {}", "scheme-unsupported"),
        ("Bearer {}, Bearer {}", "credentials-multiple"),
        ("Bearer {} more", "token-malformed"),
        ("Bearer", "token-malformed"),
        ("Bearer x", "token-malformed"),
        ("Bearer " + "a" * 40_000, "token-malformed"),
        ("", "scheme-unsupported"),
    ],
)
def test_what_is_no_bearer_token_is_refused(gate: HelsenorgeAuthenticator, issuer: Issuer, clock: Moving, sent: str, rule: str) -> None:
    refused = refusal(gate, {"authorization": sent.format(*[issuer.token(clock.now())] * sent.count("{}"))})
    assert (refused.status, refused.issues[0].rule) == (401, rule)


def test_a_proof_beside_a_bearer_token_is_refused(gate: HelsenorgeAuthenticator, issuer: Issuer, clock: Moving) -> None:
    assert refusal(gate, {**bearer(issuer.token(clock.now())), "dpop": "x.y.z"}).issues[0].rule == "scheme-unsupported"


@pytest.mark.parametrize("scope", [DROP, [], ["other"], "other", f"{SCOPE}more", [f"{SCOPE}/more"], 7, {"a": SCOPE}])
def test_a_token_without_the_scope_is_forbidden(gate: HelsenorgeAuthenticator, issuer: Issuer, clock: Moving, scope: Any) -> None:
    refused = refusal(gate, bearer(issuer.token(clock.now(), scope=scope)))
    assert (refused.status, refused.issues[0].rule) == (403, "scope-missing")
    assert f'scope="{SCOPE}"' in refused.headers["WWW-Authenticate"]


@pytest.mark.parametrize("scope", [[SCOPE], SCOPE, f"openid {SCOPE}", ["openid", SCOPE]])
def test_scopes_come_as_a_list_or_as_one_text(gate: HelsenorgeAuthenticator, issuer: Issuer, clock: Moving, scope: Any) -> None:
    assert SCOPE in gate.of_token(issuer.token(clock.now(), scope=scope)).scopes


@pytest.mark.parametrize("pid", ["0988944984", "098894498421", "0988944984x", "٠٩٨٨٩٤٤٩٨٤٢", "a"])
def test_a_pid_that_is_no_national_id_opens_nothing(gate: HelsenorgeAuthenticator, issuer: Issuer, clock: Moving, pid: str) -> None:
    refused = refusal(gate, bearer(issuer.token(clock.now(), pid=pid)))
    assert (refused.status, refused.issues[0].rule) == (403, "pid-invalid")


def test_a_token_that_was_good_is_refused_once_it_has_expired(gate: HelsenorgeAuthenticator, issuer: Issuer, clock: Moving) -> None:
    token = issuer.token(clock.now())
    assert gate.of_token(token).patient == KARI
    clock.moment += timedelta(seconds=604)
    assert gate.of_token(token).patient == KARI, "within the leeway"
    clock.moment += timedelta(seconds=2)
    assert refusal(gate, bearer(token)).issues[0].rule == "token-expired"


class Withdrawable:
    """Keys of which one is taken back; then nobody answers."""

    def __init__(self, issuer: Issuer) -> None:
        self.keys, self.good, self.down = issuer.keys, True, False

    def find(self, kid: str) -> Key | None:
        if self.down:
            raise IssuerUnreachable
        return self.keys.find(kid) if self.good else None

    def holds(self, key: Key) -> bool:
        return self.good and not self.down


def test_a_key_that_is_taken_back_ends_the_tokens_it_signed(issuer: Issuer, clock: Moving) -> None:
    keys = Withdrawable(issuer)
    gate = HelsenorgeAuthenticator(Trusted(ISSUER, AUDIENCE), keys, clock)
    token = issuer.token(clock.now())
    assert gate.of_token(token).patient == KARI
    keys.good = False
    assert refusal(gate, bearer(token)).issues[0].rule == "token-signature"


def test_without_the_issuers_keys_the_door_stays_shut(issuer: Issuer, clock: Moving) -> None:
    keys = Withdrawable(issuer)
    keys.down = True
    refused = refusal(HelsenorgeAuthenticator(Trusted(ISSUER, AUDIENCE), keys, clock), bearer(issuer.token(clock.now())))
    assert (refused.status, refused.headers["Retry-After"]) == (503, "5")


def test_a_name_with_characters_that_mislead_is_cleaned(gate: HelsenorgeAuthenticator, issuer: Issuer, clock: Moving) -> None:
    principal = gate.of_token(issuer.token(clock.now(), name=" Kari\u202e\u200b Fjellbekk" + "x" * 500))
    assert principal.person is not None and principal.person.name is not None
    assert principal.person.name.startswith("Kari Fjellbekk") and len(principal.person.name) == 200


CLAIMS = ("pid", "sub", "act", "scope", "name", "aud", "iss", "exp", "nbf", "cnf", "jti", "client_id")
SIMPLE = st.none() | st.booleans() | st.integers() | st.text(max_size=20)
ANYTHING = st.recursive(SIMPLE, lambda it: st.lists(it, max_size=3) | st.dictionaries(st.text(max_size=5), it, max_size=3), max_leaves=5)


@given(st.dictionaries(st.sampled_from(CLAIMS), ANYTHING, max_size=4))
@settings(max_examples=60, deadline=None)
def test_whatever_the_claims_are_the_answer_is_a_principal_or_a_refusal(issuer: Issuer, changes: dict[str, Any]) -> None:
    clock = Moving()
    gate = HelsenorgeAuthenticator(Trusted(ISSUER, AUDIENCE, SCOPE), issuer.keys, clock)
    try:
        assert gate.principal(bearer(issuer.token(clock.now(), **changes)), "GET", "x").kind is Kind.CITIZEN
    except FhirError as refused:
        assert refused.status in (401, 403)


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_whatever_the_header_is_the_answer_is_a_refusal(issuer: Issuer, sent: str) -> None:
    gate = HelsenorgeAuthenticator(Trusted(ISSUER, AUDIENCE, SCOPE), issuer.keys, Moving())
    assert refusal(gate, {"authorization": sent}).status == 401
    assert refusal(gate, {"authorization": f"Bearer {sent}"}).status == 401
