"""The way of a user: pushed request, login page, code, tokens, refresh, logout."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hit_simulators_vendor import (
    API,
    CALLBACK,
    SCOPE,
    STS,
    MovingClock,
    Page,
    Vendor,
    claims_of,
    organisation,
    pair,
    returned,
    s256,
    signed,
)

from hit_maternity.simulators.helseid.issuer import Issuer

IDENTITY = "helseid://claims/identity/"
PARENT, CHILD = (f"helseid://claims/client/claims/orgnr_{it}" for it in ("parent", "child"))
WHERE = organisation("310110000", "310001007")


def asked(vendor: Vendor, **parameters: Any) -> dict[str, str]:
    """What a browser is sent to the login with."""
    return {"client_id": vendor.client_id, "request_uri": vendor.push(**parameters).json()["request_uri"]}


def error(answer: Any) -> str:
    return str(answer.json()["error"])


def test_a_user_logs_in_and_the_token_says_who_she_is_and_where_she_works(epj: Vendor, issuer: Issuer) -> None:
    answer = epj.log_in("solveig-bolgeskvett", details=WHERE)
    assert answer.status_code == 200
    body = answer.json()
    assert body["token_type"] == "DPoP"
    claims = claims_of(body["access_token"], issuer.keys.jwks())
    assert claims["aud"] == API
    assert claims[IDENTITY + "pid"] == "23917949816"
    assert claims[IDENTITY + "security_level"] == "4"
    assert claims[IDENTITY + "assurance_level"] == "high"
    assert claims["helseid://claims/hpr/hpr_number"] == "999000120"
    assert (claims["name"], claims["given_name"], claims["middle_name"], claims["family_name"]) == (
        "Solveig Bølgeskvett",
        "Solveig",
        "",
        "Bølgeskvett",
    )
    assert claims["amr"] == ["external"]
    assert (claims[PARENT], claims[CHILD]) == ("310110000", "310001007")
    identity = claims_of(body["id_token"], issuer.keys.jwks())
    assert (identity["iss"], identity["aud"], identity["nonce"]) == (STS, epj.client_id, "a-nonce")
    assert identity["sub"] == claims["sub"] and "scope" not in identity and "cnf" not in identity


def test_who_has_no_authorisation_has_no_hpr_number_and_a_lower_level_is_told(epj: Vendor, issuer: Issuer) -> None:
    claims = claims_of(epj.log_in("jens-skogly", level="3").json()["access_token"], issuer.keys.jwks())
    assert "helseid://claims/hpr/hpr_number" not in claims
    assert (claims[IDENTITY + "security_level"], claims[IDENTITY + "assurance_level"]) == ("3", "substantial")


def test_two_clients_know_the_same_person_by_different_names(epj: Vendor, vendor: Callable[[str], Vendor], issuer: Issuer) -> None:
    subjects = {claims_of(it.log_in().json()["access_token"], issuer.keys.jwks())["sub"] for it in (epj, epj, vendor("demo-legekontor"))}
    assert len(subjects) == 2


# PAR


def test_a_pushed_request_is_kept_for_a_while(epj: Vendor, clock: MovingClock) -> None:
    answer = epj.push()
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["request_uri"].startswith("urn:ietf:params:oauth:request_uri:")
    sent = {"client_id": epj.client_id, "request_uri": answer.json()["request_uri"]}
    assert epj.http.get(f"{STS}/connect/authorize", params=sent).status_code == 200
    clock.move(answer.json()["expires_in"])
    assert epj.http.get(f"{STS}/connect/authorize", params=sent).status_code == 400


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"redirect_uri": None}, "invalid_request"),
        ({"redirect_uri": "https://evil.example/callback"}, "invalid_request"),
        ({"redirect_uri": "http://127.0.0.1:51234/callback/../x"}, "invalid_request"),
        ({"redirect_uri": "http://127.0.0.1:51234@evil.example/callback"}, "invalid_request"),
        ({"redirect_uri": "http://127.0.0.1:x/callback"}, "invalid_request"),
        ({"redirect_uri": f"{CALLBACK}?more=1"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "unsupported_response_type"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": "other:api/read"}, "invalid_scope"),
        ({"state": "x" * 3000}, "invalid_request"),
        ({"request_uri": "urn:x"}, "invalid_request"),
        ({"request": "a.b.c"}, "invalid_request_object"),
        ({"client_id": "somebody"}, "invalid_client"),
        ({"client_assertion": None}, "invalid_client"),
        ({"resource": "hit:neighbour"}, "invalid_target"),
        ({"authorization_details": "x"}, "invalid_authorization_details"),
    ],
)
def test_a_pushed_request_that_is_not_right_is_refused(epj: Vendor, changed: dict[str, Any], expected: str) -> None:
    answer = epj.push(**changed)
    assert error(answer) == expected, answer.text
    assert answer.status_code == (401 if expected == "invalid_client" else 400)


def test_a_system_without_users_can_not_push(vendor: Callable[[str], Vendor]) -> None:
    assert error(vendor("demo-system").push()) == "unauthorized_client"


def test_a_signed_request_object_stands_for_the_parameters(epj: Vendor, issuer: Issuer, clock: MovingClock) -> None:
    claims = {
        "iss": epj.client_id,
        "aud": STS,
        "exp": clock.seconds + 60,
        "client_id": epj.client_id,
        "response_type": "code",
        "redirect_uri": CALLBACK,
        "scope": f"openid {SCOPE}",
        "code_challenge": s256("v" * 43),
        "code_challenge_method": "S256",
        "authorization_details": [WHERE],
    }
    made = signed({"alg": "ES256", "kid": epj.key.kid, "typ": "oauth-authz-req+jwt"}, claims, epj.key)
    usual = dict.fromkeys(("response_type", "redirect_uri", "scope", "state", "nonce", "code_challenge", "code_challenge_method"))
    back = epj.code(request=made, **usual)
    body = epj.redeem(back["code"]).json()
    assert claims_of(body["access_token"], issuer.keys.jwks())[CHILD] == "310001007"
    for changed in ({"aud": "https://other.example"}, {"iss": "other"}, {"exp": clock.seconds - 1}):
        made = signed({"alg": "ES256", "kid": epj.key.kid}, {**claims, **changed}, epj.key)
        assert error(epj.push(request=made, **usual)) == "invalid_request_object"
    other = pair()
    assert error(epj.push(request=signed({"alg": "ES256", "kid": epj.key.kid}, claims, other), **usual)) == "invalid_request_object"


# the login page


@pytest.mark.parametrize(("language", "words"), [("nb", "Hvem logger inn?"), ("en", "Who is logging in?")])
def test_the_login_page_stands_alone_and_can_be_used_without_sight_or_mouse(epj: Vendor, language: str, words: str) -> None:
    answer = epj.http.get(f"{STS}/connect/authorize", params={**asked(epj), "lang": language})
    assert answer.status_code == 200
    assert answer.headers["content-language"] == language
    assert words in answer.text and "Solveig Bølgeskvett" in answer.text and "Demo EPJ" in answer.text
    assert "23917949816" not in answer.text, "a national id is shown"
    page = Page(answer.text)
    assert page.language == language
    assert page.loaded == []
    assert all(it.get("id") in page.labelled for it in page.inputs)
    assert all(it.get("type") == "submit" for it in page.buttons)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "form-action 'self' http://127.0.0.1:51234;" in policy
    assert "script" not in policy.replace("default-src", "")
    assert (answer.headers["cache-control"], answer.headers["x-frame-options"]) == ("no-store", "DENY")


def test_the_page_speaks_the_language_that_the_client_or_the_browser_asks_for(epj: Vendor) -> None:
    page = f"{STS}/connect/authorize"
    assert epj.http.get(page, params=asked(epj), headers={"accept-language": "en-GB,en"}).headers["content-language"] == "en"
    english = {"accept-language": "en"}
    assert epj.http.get(page, params=asked(epj, ui_locales="nb"), headers=english).headers["content-language"] == "nb"
    assert epj.http.get(page, params=asked(epj), headers={"accept-language": "de"}).headers["content-language"] == "nb"


@pytest.mark.parametrize(
    "changed",
    [{"request_uri": "urn:ietf:params:oauth:request_uri:x"}, {"client_id": "other"}, {"request_uri": "<script>"}, {"client_id": ""}],
)
def test_a_login_that_nobody_pushed_gets_a_page_and_never_a_redirect(epj: Vendor, changed: dict[str, str]) -> None:
    sent = {**asked(epj), **changed, "redirect_uri": CALLBACK, "person": "solveig-bolgeskvett"}
    for answer in (
        epj.http.get(f"{STS}/connect/authorize", params=sent),
        epj.http.post(f"{STS}/connect/authorize", data=sent),
    ):
        assert answer.status_code == 400
        assert "location" not in answer.headers
        assert "<script>" not in answer.text


def test_the_way_back_has_state_and_issuer(epj: Vendor) -> None:
    back = epj.code()
    assert (back["state"], back["iss"]) == ("a-state", STS)


def test_who_cancels_or_is_not_known_comes_back_without_a_code(epj: Vendor) -> None:
    for person in ("", "nobody"):
        back = epj.code(person)
        assert (back["error"], back["state"], back["iss"]) == ("access_denied", "a-state", STS)
        assert "code" not in back


def test_a_client_that_demands_level_4_gets_nothing_less(epj: Vendor) -> None:
    assert epj.code(level="3", acr_values="Level4")["error"] == "access_denied"
    assert "code" in epj.code(level="4", acr_values="Level4")
    assert epj.code(level="2")["error"] == "access_denied"


def test_nobody_is_logged_in_silently(epj: Vendor) -> None:
    back = returned(epj.http.get(f"{STS}/connect/authorize", params=asked(epj, prompt="none")))
    assert back["error"] == "login_required"


def test_a_pushed_request_is_answered_once(epj: Vendor) -> None:
    sent = {**asked(epj), "person": "solveig-bolgeskvett"}
    assert "code" in returned(epj.http.post(f"{STS}/connect/authorize", data=sent))
    assert epj.http.post(f"{STS}/connect/authorize", data=sent).status_code == 400


# codes


def test_a_code_is_good_once(epj: Vendor) -> None:
    back = epj.code()
    assert epj.redeem(back["code"]).status_code == 200
    assert error(epj.redeem(back["code"])) == "invalid_grant"


def test_a_code_is_good_for_two_minutes(epj: Vendor, clock: MovingClock) -> None:
    back = epj.code()
    clock.move(120)
    assert error(epj.redeem(back["code"])) == "invalid_grant"


@pytest.mark.parametrize(
    "changed",
    [{"code_verifier": "w" * 43}, {"code_verifier": ""}, {"code_verifier": "ø" * 43}, {"redirect_uri": "http://localhost:51234/callback"}],
)
def test_a_code_without_its_verifier_or_its_address_is_worth_nothing(epj: Vendor, changed: dict[str, str]) -> None:
    back = epj.code()
    assert error(epj.redeem(back["code"], **changed)) == "invalid_grant"
    assert error(epj.redeem(back["code"])) == "invalid_grant", "a second try must not help"


def test_a_code_is_worth_nothing_to_another_client(epj: Vendor, vendor: Callable[[str], Vendor]) -> None:
    assert error(vendor("demo-legekontor").redeem(epj.code()["code"])) == "invalid_grant"


def test_a_code_may_be_bound_to_a_key(epj: Vendor) -> None:
    back = epj.code(dpop_jkt=epj.proof_key.thumbprint())
    epj.proof_key = pair()
    assert error(epj.redeem(back["code"])) == "invalid_grant"
    assert epj.redeem(epj.code(dpop_jkt=epj.proof_key.thumbprint())["code"]).status_code == 200


# refresh


def test_a_refresh_gives_a_token_for_the_same_login_and_perhaps_another_organisation(epj: Vendor, issuer: Issuer) -> None:
    first = epj.log_in(details=WHERE).json()
    other = organisation("310150002", "310006483")
    answer = epj.ask("refresh_token", refresh_token=first["refresh_token"], details=other)
    assert answer.status_code == 200
    before, after = (claims_of(it["access_token"], issuer.keys.jwks()) for it in (first, answer.json()))
    assert (after[PARENT], after[CHILD]) == ("310150002", "310006483")
    assert all(before[name] == after[name] for name in ("sub", "sid", "auth_time", "aud"))
    assert before["jti"] != after["jti"]


def test_a_refresh_token_lives_as_long_as_it_says(epj: Vendor, clock: MovingClock) -> None:
    first = epj.log_in().json()
    clock.move(3600)
    second = epj.ask("refresh_token", refresh_token=first["refresh_token"]).json()
    assert second["rt_expires_in"] == first["rt_expires_in"] - 3600
    clock.move(second["rt_expires_in"])
    assert error(epj.ask("refresh_token", refresh_token=first["refresh_token"])) == "invalid_grant"


def test_a_refresh_may_narrow_but_not_widen(epj: Vendor, issuer: Issuer) -> None:
    both = f"openid offline_access {SCOPE} hit:neighbour/read"
    refresh = epj.log_in(scope=both).json()["refresh_token"]
    claims = claims_of(epj.ask("refresh_token", refresh_token=refresh, resource=API).json()["access_token"], issuer.keys.jwks())
    assert (claims["aud"], claims["scope"]) == (API, ["openid", "offline_access", SCOPE])
    claims = claims_of(epj.ask("refresh_token", refresh_token=refresh, scope=SCOPE).json()["access_token"], issuer.keys.jwks())
    assert claims["scope"] == [SCOPE]
    assert error(epj.ask("refresh_token", refresh_token=refresh, scope="hit:neighbour/write")) == "invalid_scope"


def test_a_refresh_token_is_worth_nothing_to_another_client_or_after_it_was_revoked(epj: Vendor, vendor: Callable[[str], Vendor]) -> None:
    refresh = epj.log_in().json()["refresh_token"]
    office = vendor("demo-legekontor")
    assert error(office.ask("refresh_token", refresh_token=refresh)) == "invalid_grant"
    revoke = f"{STS}/connect/revocation"
    assert office.http.post(revoke, data={**office.credentials(), "token": refresh}).status_code == 200
    assert epj.ask("refresh_token", refresh_token=refresh).status_code == 200
    assert epj.http.post(revoke, data={**epj.credentials(), "token": refresh}).status_code == 200
    assert error(epj.ask("refresh_token", refresh_token=refresh)) == "invalid_grant"


def test_without_offline_access_there_is_no_refresh_token_and_without_openid_no_id_token(epj: Vendor) -> None:
    assert not {"refresh_token", "id_token"} & set(epj.log_in(scope=SCOPE).json())


# the attest

ATTEST_SCOPE = f"openid offline_access {SCOPE} nhn:maternity-record/tillitsrammeverk"
ORGANISATIONS = "urn:oid:2.16.578.1.12.4.1.4.101"
ATTEST: dict[str, Any] = {
    "type": "nhn:tillitsrammeverk:parameters",
    "practitioner": {
        "authorization": {"code": "JO", "system": "urn:oid:2.16.578.1.12.4.1.1.9060"},
        "legal_entity": {"id": "310110000", "system": ORGANISATIONS},
        "point_of_care": {"id": "310001007", "system": ORGANISATIONS},
    },
    "care_relationship": {
        "healthcare_service": {"code": "S03", "system": "urn:oid:2.16.578.1.12.4.1.1.8655"},
        "purpose_of_use": {"code": "TREAT", "system": "urn:oid:2.16.840.1.113883.1.11.20448"},
        "decision_ref": {"id": "d-1", "user_selected": False},
    },
    "patients": [{"point_of_care": {"id": "310001007", "system": ORGANISATIONS}}],
}
CLAIM = "nhn:tillitsrammeverk:parameters"


def test_the_attest_of_an_assertion_is_completed_and_stands_in_that_token_alone(epj: Vendor, issuer: Issuer) -> None:
    body = epj.log_in(scope=ATTEST_SCOPE, details=[WHERE, ATTEST]).json()
    claim = claims_of(body["access_token"], issuer.keys.jwks())[CLAIM]
    assert claim["practitioner"]["identifier"] == {
        "id": "23917949816",
        "name": "Solveig Bølgeskvett",
        "system": "urn:oid:2.16.578.1.12.4.1.4.1",
        "authority": "https://www.skatteetaten.no",
    }
    assert claim["practitioner"]["hpr_nr"]["id"] == "999000120"
    assert claim["practitioner"]["authorization"]["text"] == "Jordmor"
    assert claim["practitioner"]["legal_entity"]["name"] == "Fjellvik kommune (syntetisk)"
    assert claim["practitioner"]["point_of_care"] == {
        "id": "310001007",
        "name": "Fjellvik helsestasjon (syntetisk)",
        "system": ORGANISATIONS,
        "authority": "https://www.brreg.no",
    }
    assert claim["care_relationship"]["purpose_of_use"]["text"] == "Treatment"
    assert claim["care_relationship"]["decision_ref"] == {"id": "d-1", "user_selected": False}
    assert claim["patients"][0]["point_of_care"]["name"] == "Fjellvik helsestasjon (syntetisk)"
    assert "type" not in claim
    later = epj.ask("refresh_token", refresh_token=body["refresh_token"]).json()
    assert CLAIM not in claims_of(later["access_token"], issuer.keys.jwks())


def test_the_attest_of_a_pushed_request_stands_in_every_token_of_the_login(epj: Vendor, issuer: Issuer) -> None:
    body = epj.log_in(scope=ATTEST_SCOPE, authorization_details=json.dumps([WHERE, ATTEST])).json()
    later = epj.ask("refresh_token", refresh_token=body["refresh_token"]).json()
    for it in (body, later):
        assert CLAIM in claims_of(it["access_token"], issuer.keys.jwks())
    double = epj.ask("refresh_token", refresh_token=body["refresh_token"], details=ATTEST)
    assert error(double) == "access_denied"
    assert double.json()["error_description"].startswith("HID-DOUBLE-STRUCTURE")


def test_without_its_scope_the_attest_stays_out(epj: Vendor, issuer: Issuer) -> None:
    body = epj.log_in(details=[WHERE, ATTEST]).json()
    assert CLAIM not in claims_of(body["access_token"], issuer.keys.jwks())


def test_a_system_has_no_attest(epj: Vendor) -> None:
    answer = epj.ask("client_credentials", scope=SCOPE, details=[WHERE, ATTEST])
    assert error(answer) == "invalid_request" and "HID-ATTEST-NO-USER" in answer.json()["error_description"]


@pytest.mark.parametrize(
    "changed",
    [
        {"practitioner": None},
        {"practitioner": []},
        {"practitioner": {}},
        {"practitioner": {"legal_entity": "x", "point_of_care": "x"}},
        {"practitioner": {"legal_entity": {"id": 7, "system": "x"}, "point_of_care": {"id": "x", "system": "x"}}},
        {"care_relationship": {}},
        {"care_relationship": {**ATTEST["care_relationship"], "purpose_of_use": {"code": ["TREAT"], "system": "x"}}},
        {"care_relationship": {**ATTEST["care_relationship"], "purpose_of_use": {"code": "HRESCH", "system": "x"}}},
        {"care_relationship": {**ATTEST["care_relationship"], "purpose_of_use": {"code": "TREAT"}}},
        {"care_relationship": {**ATTEST["care_relationship"], "decision_ref": {"id": "x", "user_selected": "false"}}},
        {"care_relationship": {**ATTEST["care_relationship"], "healthcare_service": {"code": 1, "system": "x"}}},
        {"patients": {}},
        {"patients": ["x"]},
        {"patients": [{"point_of_care": "x"}]},
    ],
)
def test_an_attest_that_can_not_be_completed_is_refused(epj: Vendor, changed: dict[str, Any]) -> None:
    answer = epj.log_in(scope=ATTEST_SCOPE, details=[WHERE, {**ATTEST, **changed}])
    assert (answer.status_code, error(answer)) == (400, "invalid_request")
    assert answer.json()["error_description"].startswith("HID-ATTEST-")


def test_details_at_the_assertion_and_in_the_request_of_one_push_are_one_too_many(epj: Vendor) -> None:
    stated = epj.credentials(assertion_details=[WHERE])
    assert error(epj.push(**stated, authorization_details=json.dumps([WHERE]))) == "invalid_request"


# logging out


def test_a_logout_leads_to_a_registered_address_only(epj: Vendor) -> None:
    end = f"{STS}/connect/endsession"
    asked = {"client_id": epj.client_id, "post_logout_redirect_uri": "http://127.0.0.1/", "state": "s"}
    answer = epj.http.get(end, params=asked)
    assert (answer.status_code, answer.headers["location"]) == (303, "http://127.0.0.1/?state=s")
    other = epj.http.get(end, params={**asked, "post_logout_redirect_uri": "https://evil.example/"})
    assert other.status_code == 200 and "location" not in other.headers
