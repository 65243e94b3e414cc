"""client_credentials: a system asks for a token of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hit_simulators_vendor import API, SCOPE, STS, MovingClock, Vendor, child_organisation, claims_of, forged, header_of, organisation, pair

from hit_maternity.simulators.helseid.issuer import Issuer

TOKEN = f"{STS}/connect/token"
CLIENT = "helseid://claims/client/"


def refused(answer: Any, status: int, error: str) -> str:
    """The refusal's words, after a look at all the rest of it."""
    assert (answer.status_code, answer.json().get("error")) == (status, error), answer.text
    assert set(answer.json()) == {"error", "error_description"}
    assert answer.headers["cache-control"] == "no-store"
    return str(answer.json()["error_description"])


def test_a_token_is_a_signed_jwt_of_this_issuer_for_one_audience_bound_to_the_key_of_the_proof(epj: Vendor, issuer: Issuer) -> None:
    answer = epj.ask("client_credentials", scope=SCOPE, details=organisation("310110000", "310001007"))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert (body["token_type"], body["expires_in"], body["scope"]) == ("DPoP", 600, SCOPE)
    assert not {"id_token", "refresh_token", "rejected_scope"} & set(body)
    assert header_of(body["access_token"]) == {"alg": "RS256", "typ": "at+jwt", "kid": issuer.keys.current.kid}
    claims = claims_of(body["access_token"], issuer.keys.jwks())
    assert claims["iss"] == STS
    assert claims["aud"] == API
    assert claims["scope"] == [SCOPE]
    assert claims["exp"] - claims["iat"] == 600 and claims["nbf"] == claims["iat"] == epj.clock.seconds
    assert claims["cnf"] == {"jkt": epj.proof_key.thumbprint()}
    assert claims["client_id"] == epj.client_id
    assert claims[CLIENT + "client_tenancy"] == "multi-tenant"
    assert claims[CLIENT + "claims/orgnr_parent"] == "310110000"
    assert claims[CLIENT + "claims/orgnr_child"] == "310001007"
    assert claims[CLIENT + "claims/orgnr_supplier"] == "310170003"
    assert not [name for name in claims if "identity" in name or name in ("sub", "sid", "idp", "amr", "auth_time")]


def test_the_first_call_without_a_nonce_is_sent_back_for_one(epj: Vendor) -> None:
    form = {"grant_type": "client_credentials", "scope": SCOPE, **epj.credentials()}
    answer = epj.http.post(TOKEN, data=form, headers={"DPoP": epj.proof(TOKEN)})
    refused(answer, 400, "use_dpop_nonce")
    form = {**form, **epj.credentials()}
    again = epj.http.post(TOKEN, data=form, headers={"DPoP": epj.proof(TOKEN, nonce=answer.headers["dpop-nonce"])})
    assert again.status_code == 200
    assert again.headers["dpop-nonce"]


def test_a_nonce_is_taken_for_five_minutes_and_no_longer(epj: Vendor, clock: MovingClock) -> None:
    assert epj.ask("client_credentials", scope=SCOPE).status_code == 200
    kept = epj.nonce
    clock.move(299)
    form = {"grant_type": "client_credentials", "scope": SCOPE, **epj.credentials()}
    assert epj.http.post(TOKEN, data=form, headers={"DPoP": epj.proof(TOKEN, nonce=kept)}).status_code == 200
    clock.move(2)
    form = {**form, **epj.credentials()}
    refused(epj.http.post(TOKEN, data=form, headers={"DPoP": epj.proof(TOKEN, nonce=kept)}), 400, "use_dpop_nonce")


@pytest.mark.parametrize("nonce", ["", "x", "A" * 32, "!" * 32, "ø" * 32])
def test_a_nonce_that_was_not_made_here_is_answered_with_one_that_was(epj: Vendor, nonce: str) -> None:
    form = {"grant_type": "client_credentials", "scope": SCOPE, **epj.credentials()}
    answer = epj.http.post(TOKEN, data=form, headers={"DPoP": epj.proof(TOKEN, nonce=nonce)})
    refused(answer, 400, "use_dpop_nonce")
    assert answer.headers["dpop-nonce"] != nonce


def test_a_single_tenant_client_gets_its_registered_organisation_without_asking(vendor: Callable[[str], Vendor], issuer: Issuer) -> None:
    answer = vendor("demo-legekontor").ask("client_credentials", scope=SCOPE)
    claims = claims_of(answer.json()["access_token"], issuer.keys.jwks())
    assert claims[CLIENT + "client_tenancy"] == "single-tenant"
    assert claims[CLIENT + "claims/orgnr_parent"] == "310120006"
    assert claims[CLIENT + "claims/orgnr_child"] == "310002372"
    assert CLIENT + "claims/orgnr_supplier" not in claims


@pytest.mark.parametrize("trailing", ["", ":"])
def test_a_multi_tenant_client_may_leave_out_the_child_with_or_without_its_colon(epj: Vendor, issuer: Issuer, trailing: str) -> None:
    detail = organisation("310110000")
    detail["practitioner_role"]["organization"]["identifier"]["value"] = f"NO:ORGNR:310110000{trailing}"
    claims = claims_of(epj.ask("client_credentials", scope=SCOPE, details=[detail]).json()["access_token"], issuer.keys.jwks())
    assert claims[CLIENT + "claims/orgnr_parent"] == "310110000"
    assert CLIENT + "claims/orgnr_child" not in claims


def test_the_journal_id_of_a_client_goes_into_the_token(epj: Vendor, issuer: Issuer) -> None:
    journal = {"type": "nhn:sfm:journal-id", "value": {"journal_id": "1f0c7c0e-9d55-4a55-8c6f-0d8e2a11b0aa"}}
    answer = epj.ask("client_credentials", scope=SCOPE, details=[organisation("310110000"), journal])
    claims = claims_of(answer.json()["access_token"], issuer.keys.jwks())
    assert claims["nhn:sfm:journal-id"] == "1f0c7c0e-9d55-4a55-8c6f-0d8e2a11b0aa"


REAL_LOOKING = "974760673"


@pytest.mark.parametrize(
    "details",
    [
        "not json",
        "7",
        [7],
        [{"type": "unknown"}],
        [{}],
        {"type": "helseid_authorization"},
        {"type": "helseid_authorization", "practitioner_role": []},
        [organisation("310110000"), organisation("310110000")],
        organisation(REAL_LOOKING),
        organisation("310110000", REAL_LOOKING),
        organisation("310110001"),
        child_organisation("310001007"),
        {"type": "nhn:sfm:journal-id", "value": "x"},
        {"type": "nhn:sfm:journal-id", "value": {"journal_id": ""}},
    ],
)
def test_details_that_say_nothing_sensible_are_refused(epj: Vendor, details: Any) -> None:
    words = refused(epj.ask("client_credentials", scope=SCOPE, details=details), 400, "invalid_authorization_details")
    assert REAL_LOOKING not in words


def test_a_single_tenant_client_can_not_speak_for_an_organisation_that_is_not_its_own(vendor: Callable[[str], Vendor]) -> None:
    office = vendor("demo-legekontor")
    for details in (child_organisation("310001007"), organisation("310120006", "310002372")):
        refused(office.ask("client_credentials", scope=SCOPE, details=details), 400, "invalid_authorization_details")


def test_the_same_details_may_not_stand_under_both_names(epj: Vendor) -> None:
    stated = organisation("310110000")
    claims = {"assertion_details": stated, "authorization_details": stated}
    form = {"grant_type": "client_credentials", "scope": SCOPE, **epj.credentials(**claims)}
    refused(epj.http.post(TOKEN, data=form, headers={"DPoP": epj.proof(TOKEN)}), 400, "invalid_request")


def test_the_older_name_of_the_details_is_taken(epj: Vendor, issuer: Issuer) -> None:
    epj.ask("client_credentials", scope=SCOPE)
    form = {"grant_type": "client_credentials", "scope": SCOPE, **epj.credentials(authorization_details=[organisation("310110000")])}
    answer = epj.http.post(TOKEN, data=form, headers={"DPoP": epj.proof(TOKEN)})
    assert claims_of(answer.json()["access_token"], issuer.keys.jwks())[CLIENT + "claims/orgnr_parent"] == "310110000"


# scopes and audiences


def test_scopes_that_the_client_may_not_have_are_told_and_left_out(epj: Vendor) -> None:
    body = epj.ask("client_credentials", scope=f"{SCOPE} other:api/read openid").json()
    assert body["scope"] == SCOPE
    assert body["rejected_scope"] == "other:api/read openid"


@pytest.mark.parametrize("scope", [None, "", "other:api/read", "openid offline_access"])
def test_a_system_that_asks_for_no_scope_of_its_own_gets_no_token(epj: Vendor, scope: str | None) -> None:
    refused(epj.ask("client_credentials", **({} if scope is None else {"scope": scope})), 400, "invalid_scope")


def test_scopes_of_two_apis_give_two_audiences_unless_a_resource_is_named(epj: Vendor, issuer: Issuer) -> None:
    both = f"{SCOPE} hit:neighbour/read"
    claims = claims_of(epj.ask("client_credentials", scope=both).json()["access_token"], issuer.keys.jwks())
    assert claims["aud"] == [API, "hit:neighbour"]
    answer = epj.ask("client_credentials", scope=both, resource="hit:neighbour")
    claims = claims_of(answer.json()["access_token"], issuer.keys.jwks())
    assert (claims["aud"], claims["scope"]) == ("hit:neighbour", ["hit:neighbour/read"])
    refused(epj.ask("client_credentials", scope=SCOPE, resource="hit:neighbour"), 400, "invalid_target")


# the client assertion


@pytest.mark.parametrize(
    ("why", "claims"),
    [
        ("another issuer's", {"aud": "https://other.example"}),
        ("for two", {"aud": [STS, "https://other.example"]}),
        ("for nobody", {"aud": None}),
        ("expired", {"exp": 1}),
        ("without an end", {"exp": None}),
        ("valid for too long", {"exp": 4_000_000_000}),
        ("with an end that is no number", {"exp": "soon"}),
        ("with an end that is true", {"exp": True}),
        ("from the future", {"nbf": 4_000_000_000}),
        ("made in the future", {"iat": 4_000_000_000}),
        ("without an id", {"jti": None}),
        ("with an id that is a number", {"jti": 7}),
        ("with an id without end", {"jti": "x" * 1000}),
        ("of another subject", {"sub": "somebody"}),
        ("of another client", {"iss": "somebody"}),
    ],
)
def test_an_assertion_that_does_not_hold_is_refused(epj: Vendor, why: str, claims: dict[str, Any]) -> None:
    form = {"grant_type": "client_credentials", "scope": SCOPE, **epj.credentials(**claims)}
    refused(epj.http.post(TOKEN, data=form, headers={"DPoP": epj.proof(TOKEN)}), 401, "invalid_client")


@pytest.mark.parametrize("aud", [STS, TOKEN, [STS]])
def test_an_assertion_is_for_the_issuer_or_by_older_habit_for_the_endpoint(epj: Vendor, aud: Any) -> None:
    epj.ask("client_credentials", scope=SCOPE)
    form = {"grant_type": "client_credentials", "scope": SCOPE, **epj.credentials(aud=aud)}
    assert epj.http.post(TOKEN, data=form, headers={"DPoP": epj.proof(TOKEN)}).status_code == 200


@pytest.mark.parametrize("typ", ["client-authentication+jwt", "JWT", None])
def test_the_header_of_an_assertion_may_be_the_new_or_the_old_one(epj: Vendor, typ: str | None) -> None:
    epj.ask("client_credentials", scope=SCOPE)
    form = {"grant_type": "client_credentials", "scope": SCOPE, **epj.credentials(), "client_assertion": epj.assertion({"typ": typ})}
    assert epj.http.post(TOKEN, data=form, headers={"DPoP": epj.proof(TOKEN)}).status_code == 200


def test_the_time_of_an_assertion_may_be_a_text_as_official_examples_have_it(epj: Vendor) -> None:
    epj.ask("client_credentials", scope=SCOPE)
    form = {"grant_type": "client_credentials", "scope": SCOPE, **epj.credentials(iat=str(epj.clock.seconds))}
    assert epj.http.post(TOKEN, data=form, headers={"DPoP": epj.proof(TOKEN)}).status_code == 200


@pytest.mark.parametrize("header", [{"typ": "at+jwt"}, {"typ": "dpop+jwt"}, {"kid": "another"}])
def test_an_assertion_with_another_header_is_refused(epj: Vendor, header: dict[str, Any]) -> None:
    form = {"grant_type": "client_credentials", **epj.credentials(), "client_assertion": epj.assertion(header)}
    refused(epj.http.post(TOKEN, data=form, headers={"DPoP": epj.proof(TOKEN)}), 401, "invalid_client")


def test_an_assertion_of_another_key_is_refused(epj: Vendor) -> None:
    form = {"grant_type": "client_credentials", **epj.credentials(), "client_assertion": epj.assertion(key=pair())}
    refused(epj.http.post(TOKEN, data=form, headers={"DPoP": epj.proof(TOKEN)}), 401, "invalid_client")


def test_an_assertion_signed_with_the_public_key_as_a_secret_is_refused(epj: Vendor) -> None:
    made = forged({"alg": "HS256", "kid": epj.key.kid}, {"iss": epj.client_id, "sub": epj.client_id}, epj.key.as_pem(private=False))
    form = {"grant_type": "client_credentials", **epj.credentials(), "client_assertion": made}
    refused(epj.http.post(TOKEN, data=form, headers={"DPoP": epj.proof(TOKEN)}), 401, "invalid_client")


def test_an_assertion_is_good_for_one_call(epj: Vendor) -> None:
    epj.ask("client_credentials", scope=SCOPE)
    form = {"grant_type": "client_credentials", "scope": SCOPE, **epj.credentials()}
    assert epj.http.post(TOKEN, data=form, headers={"DPoP": epj.proof(TOKEN)}).status_code == 200
    refused(epj.http.post(TOKEN, data=form, headers={"DPoP": epj.proof(TOKEN)}), 401, "invalid_client")


@pytest.mark.parametrize(
    "changed",
    [
        {"client_assertion": None},
        {"client_assertion": "x"},
        {"client_assertion": "a.b.c"},
        {"client_assertion": "æ.ø.å"},
        {"client_assertion": "x" * 100_000},
        {"client_assertion_type": None},
        {"client_assertion_type": "password"},
        {"client_secret": "secret"},
        {"client_id": "somebody"},
    ],
)
def test_no_client_comes_in_by_another_way(epj: Vendor, changed: dict[str, str | None]) -> None:
    form = {"grant_type": "client_credentials", **epj.credentials(), **changed}
    sent = {name: value for name, value in form.items() if value is not None}
    refused(epj.http.post(TOKEN, data=sent, headers={"DPoP": epj.proof(TOKEN)}), 401, "invalid_client")


@pytest.mark.parametrize("client_id", ["5b0c9a0e-7c1d-4d55-9a55-000000000000", "../../helseid/signing", "x" * 36, "-" * 36])
def test_a_client_that_nobody_registered_is_refused(epj: Vendor, client_id: str) -> None:
    stranger = Vendor(epj.http, epj.clock, client_id, pair())
    refused(stranger.ask("client_credentials", scope=SCOPE), 401, "invalid_client")


# the proof


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"htm": "GET"}, "htm"),
        ({"htm": "post"}, "htm"),
        ({"htu": f"{TOKEN}?x=1"}, "htu"),
        ({"htu": f"{STS}/connect/par"}, "htu"),
        ({"htu": TOKEN.replace("8080", "8081")}, "htu"),
        ({"htu": TOKEN.replace("http:", "https:")}, "htu"),
        ({"htu": TOKEN.replace("127.0.0.1", "example.no")}, "htu"),
        ({"htu": 7}, "htu"),
        ({"htu": "http://[x"}, "htu"),
        ({"iat": 1}, "iat"),
        ({"iat": 4_000_000_000}, "iat"),
        ({"iat": None}, "iat"),
        ({"jti": None}, "jti"),
        ({"jti": ""}, "jti"),
        ({"jti": 7}, "jti"),
        ({"jti": "x" * 257}, "jti"),
        ({"header": {"typ": "JWT"}}, "typ"),
        ({"header": {"typ": None}}, "typ"),
        ({"header": {"jwk": None}}, "key"),
        ({"header": {"jwk": {"kty": "oct", "k": "AAAA"}}}, "key"),
    ],
)
def test_a_proof_that_does_not_hold_is_refused(epj: Vendor, how: dict[str, Any], why: str) -> None:
    epj.ask("client_credentials", scope=SCOPE)
    form = {"grant_type": "client_credentials", "scope": SCOPE, **epj.credentials()}
    answer = epj.http.post(TOKEN, data=form, headers={"DPoP": epj.proof(TOKEN, **how)})
    assert why in refused(answer, 400, "invalid_dpop_proof")


@pytest.mark.parametrize("shown", ["a text", 7, [], {"kty": ["RSA"]}, {"kty": "EC", "crv": "P-256"}, {"kty": "RSA", "n": "!", "e": 3}])
@pytest.mark.parametrize("algorithm", ["HS256", "none", "ES256", "RS256", 7, None])
def test_a_proof_made_by_hand_is_refused(epj: Vendor, shown: Any, algorithm: Any) -> None:
    form = {"grant_type": "client_credentials", "scope": SCOPE, **epj.credentials()}
    made = forged({"alg": algorithm, "typ": "dpop+jwt", "jwk": shown}, {"htm": "POST", "htu": TOKEN}, b"secret")
    refused(epj.http.post(TOKEN, data=form, headers={"DPoP": made}), 400, "invalid_dpop_proof")


def test_a_proof_that_shows_its_private_key_or_another_key_is_refused(epj: Vendor) -> None:
    epj.ask("client_credentials", scope=SCOPE)
    for shown in (epj.proof_key.as_dict(private=True), pair().as_dict(private=False), pair("ES384").as_dict(private=False)):
        form = {"grant_type": "client_credentials", "scope": SCOPE, **epj.credentials()}
        answer = epj.http.post(TOKEN, data=form, headers={"DPoP": epj.proof(TOKEN, header={"jwk": shown})})
        refused(answer, 400, "invalid_dpop_proof")


def test_a_proof_is_good_for_one_call(epj: Vendor) -> None:
    epj.ask("client_credentials", scope=SCOPE)
    proof = epj.proof(TOKEN)
    form = {"grant_type": "client_credentials", "scope": SCOPE}
    assert epj.http.post(TOKEN, data={**form, **epj.credentials()}, headers={"DPoP": proof}).status_code == 200
    again = epj.http.post(TOKEN, data={**form, **epj.credentials()}, headers={"DPoP": proof})
    assert "jti" in refused(again, 400, "invalid_dpop_proof")


def test_two_proofs_are_none(epj: Vendor) -> None:
    epj.ask("client_credentials", scope=SCOPE)
    form = {"grant_type": "client_credentials", "scope": SCOPE, **epj.credentials()}
    headers = [("DPoP", epj.proof(TOKEN)), ("DPoP", epj.proof(TOKEN))]
    refused(epj.http.post(TOKEN, data=form, headers=headers), 400, "invalid_dpop_proof")


def test_a_client_whose_tokens_are_bound_needs_a_proof(epj: Vendor) -> None:
    form = {"grant_type": "client_credentials", "scope": SCOPE, **epj.credentials()}
    refused(epj.http.post(TOKEN, data=form), 400, "invalid_dpop_proof")


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"])
def test_each_of_the_nine_algorithms_is_taken_for_proofs(epj: Vendor, issuer: Issuer, algorithm: str) -> None:
    epj.proof_key = pair(algorithm)
    answer = epj.ask("client_credentials", scope=SCOPE)
    claims = claims_of(answer.json()["access_token"], issuer.keys.jwks())
    assert claims["cnf"]["jkt"] == epj.proof_key.thumbprint()


def test_the_other_name_of_this_machine_is_the_same_address(epj: Vendor) -> None:
    epj.ask("client_credentials", scope=SCOPE)
    form = {"grant_type": "client_credentials", "scope": SCOPE, **epj.credentials()}
    proof = epj.proof(TOKEN, htu=TOKEN.replace("127.0.0.1", "localhost"))
    assert epj.http.post(TOKEN, data=form, headers={"DPoP": proof}).status_code == 200


# the request itself


def test_a_grant_that_is_not_known_or_not_the_client_s_is_refused(vendor: Callable[[str], Vendor]) -> None:
    system = vendor("demo-system")
    refused(system.ask("password", username="a"), 400, "unsupported_grant_type")
    refused(system.ask("authorization_code", code="x"), 400, "unauthorized_client")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"json": {"grant_type": "client_credentials"}}, 400),
        ({"content": b"grant_type=%FF", "headers": {"content-type": "application/x-www-form-urlencoded"}}, 400),
        ({"content": b"a=1&a=2", "headers": {"content-type": "application/x-www-form-urlencoded"}}, 400),
        ({"content": b"", "headers": {"content-type": "application/x-www-form-urlencoded"}}, 400),
        ({"content": b"a=" + b"x" * 200_000, "headers": {"content-type": "application/x-www-form-urlencoded"}}, 413),
        ({"content": b"&".join(b"a%d=1" % n for n in range(500)), "headers": {"content-type": "application/x-www-form-urlencoded"}}, 400),
    ],
)
def test_a_body_that_is_no_form_is_refused(epj: Vendor, sent: dict[str, Any], status: int) -> None:
    refused(epj.http.post(TOKEN, **sent), status, "invalid_request")


def test_no_refusal_repeats_what_was_sent(epj: Vendor) -> None:
    marker = "12345678901-marker"
    for form in ({"grant_type": marker}, {"grant_type": "client_credentials", "client_assertion": marker}, {marker: marker}):
        assert marker not in epj.http.post(TOKEN, data=form).text
