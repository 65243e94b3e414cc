"""Whatever is sent to the issuers, they answer with a refusal and never with a fault."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hit_simulators_vendor import ASSERTION_TYPE, SCOPE, STS, Http, Vendor, forged
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

FORMS = ("connect/par", "connect/token", "connect/authorize", "connect/revocation")
OF_CITIZENS = tuple(f"helsenorge/oidcprov/v2/{it}" for it in ("par", "token", "authorize", "introspect/v1"))
CLIENT = "5b0c9a0e-7c1d-4d55-9a55-0c6f0d8e2a11"
GRANTS = ["client_credentials", "authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:token-exchange"]
FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=8,
)
jose = st.fixed_dictionaries(
    {},
    optional={
        "alg": st.sampled_from(["ES256", "RS256", "none", "HS256"]) | json_values,
        "kid": json_values,
        "jwk": json_values,
        "typ": json_values,
    },
)
claims = st.fixed_dictionaries(
    {"iss": st.just(CLIENT), "sub": st.just(CLIENT)},
    optional={name: json_values for name in ("aud", "exp", "iat", "nbf", "jti", "htm", "htu", "assertion_details")},
)
tokens = st.builds(lambda head, body: forged(head, body, b"x"), jose, claims) | st.text(max_size=40)
forms = st.fixed_dictionaries(
    {"client_assertion_type": st.just(ASSERTION_TYPE)},
    optional={
        "grant_type": st.sampled_from(GRANTS),
        "client_id": st.sampled_from([CLIENT, "hit-maternity-pages", "demo-pvk"]) | st.text(max_size=10),
        "client_assertion": tokens,
        **{
            name: st.text(max_size=30)
            for name in ("code", "scope", "resource", "request_uri", "redirect_uri", "person", "own", "level", "token", "code_verifier")
        },
        "subject_token": tokens,
        "request": tokens,
    },
)


def _encoded(form: dict[str, str]) -> dict[str, str]:
    return {name: value.encode("utf-8", "replace").decode() for name, value in form.items()}


@pytest.mark.parametrize("path", [*FORMS, *OF_CITIZENS])
@FEW
@given(form=forms, proof=tokens)
def test_any_form_is_answered(http: Http, path: str, form: dict[str, str], proof: str) -> None:
    answer = http.post(f"{STS}/{path}", data=_encoded(form), headers={"DPoP": proof.encode("utf-8", "replace")})
    assert answer.status_code in (200, 303, 400, 401)
    assert "Traceback" not in answer.text


@FEW
@given(token=tokens, proof=tokens)
def test_any_token_is_answered(http: Http, token: str, proof: str) -> None:
    headers = {"Authorization": f"DPoP {token}".encode("utf-8", "replace"), "DPoP": proof.encode("utf-8", "replace")}
    assert http.get(f"{STS}/connect/userinfo", headers=headers).status_code == 401


@FEW
@given(body=st.dictionaries(st.sampled_from(["client_name", "jwks", "grant_types", "redirect_uris", "tenancy", "scope"]), json_values))
def test_any_registration_is_answered(http: Http, body: dict[str, Any]) -> None:
    sent = json.dumps(body, allow_nan=True).encode()
    assert http.post(f"{STS}/clients", content=sent).status_code in (201, 400)


@FEW
@given(details=json_values)
def test_any_details_are_answered(epj: Vendor, details: Any) -> None:
    cleaned = json.loads(json.dumps(details, allow_nan=True), parse_constant=lambda _: 0)
    answer = epj.ask("client_credentials", scope=SCOPE, details=cleaned)
    assert answer.status_code in (200, 400) and "Traceback" not in answer.text


@FEW
@given(claims=st.fixed_dictionaries({}, optional={name: json_values for name in ("htm", "htu", "iat", "jti", "nonce")}))
def test_any_signed_proof_is_answered(epj: Vendor, claims: dict[str, Any]) -> None:
    cleaned = json.loads(json.dumps(claims, allow_nan=True), parse_constant=lambda _: 0)
    url = f"{STS}/connect/token"
    made = epj.proof(url, **cleaned)
    answer = epj.http.post(url, data={"grant_type": "client_credentials", "scope": SCOPE, **epj.credentials()}, headers={"DPoP": made})
    assert answer.status_code in (200, 400, 401)
