"""The citizen's login at the local Helsenorge."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest
from hit_simulators_vendor import API, BASE, SCOPE, STS, Http, MovingClock, Page, Vendor, claims_of, header_of, returned, s256
from joserfc import jwk

from hit_maternity.maternity.identity import synthetic_numbers
from hit_maternity.simulators.helseid import application as helseid
from hit_maternity.simulators.helsenorge import application as helsenorge
from hit_maternity.simulators.helsenorge.issuer import HelsenorgeIssuer
from hit_maternity.simulators.loopback import Place

ISSUER = f"{STS}/helsenorge"
AT = f"{ISSUER}/oidcprov/v2"
APP = f"{BASE}/app/callback"
YLVA, MIKKEL = "09889449842", "01929249735"


class Pages:
    """The pages at /app, a public client."""

    def __init__(self, http: Http, client_id: str = "hit-maternity-pages", redirect_uri: str = APP) -> None:
        self.http, self.client_id, self.redirect_uri = http, client_id, redirect_uri

    def push(self, **changed: Any) -> Any:
        usual = {
            "client_id": self.client_id,
            "response_type": "code",
            "redirect_uri": self.redirect_uri,
            "scope": f"openid {SCOPE}",
            "state": "a-state",
            "nonce": "a-nonce",
            "code_challenge": s256("v" * 43),
            "code_challenge_method": "S256",
        }
        given = {name: value for name, value in {**usual, **changed}.items() if value is not None}
        return self.http.post(f"{AT}/par", data=given)

    def log_in(self, login: dict[str, str], **changed: Any) -> Any:
        """The answer to the form of the login page."""
        asked = {"client_id": self.client_id, "request_uri": self.push(**changed).json()["request_uri"]}
        return self.http.post(f"{AT}/authorize", data={**asked, **login})

    def redeem(self, code: str, **changed: Any) -> Any:
        usual = {
            "grant_type": "authorization_code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "code": code,
            "code_verifier": "v" * 43,
        }
        return self.http.post(f"{AT}/token", data={**usual, **changed})

    def tokens(self, login: dict[str, str], **changed: Any) -> dict[str, Any]:
        answer = self.redeem(returned(self.log_in(login, **changed))["code"])
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


@pytest.fixture
def pages(http: Http) -> Pages:
    return Pages(http)


def test_she_logs_in_and_the_token_is_for_her_own_record(pages: Pages, citizens_issuer: HelsenorgeIssuer, clock: MovingClock) -> None:
    body = pages.tokens({"own": YLVA})
    assert (body["token_type"], body["expires_in"], body["scope"]) == ("Bearer", 900, f"openid {SCOPE}")
    assert header_of(body["access_token"]) == {"alg": "RS256", "typ": "at+jwt", "kid": citizens_issuer.keys.current.kid}
    claims = claims_of(body["access_token"], citizens_issuer.keys.jwks())
    assert (claims["iss"], claims["aud"], claims["client_id"], claims["scope"]) == (ISSUER, API, "hit-maternity-pages", [SCOPE])
    assert (claims["pid"], claims["name"]) == (YLVA, "Ylva Fjellbekk")
    assert uuid.UUID(claims["sub"])
    assert claims["exp"] == clock.seconds + 900 and claims["jti"]
    assert not {"act", "cnf"} & set(claims)
    identity = claims_of(body["id_token"], citizens_issuer.keys.jwks())
    assert (identity["aud"], identity["nonce"], identity["sub"]) == ("hit-maternity-pages", "a-nonce", claims["sub"])


def test_two_clients_know_her_by_different_names(http: Http, citizens_issuer: HelsenorgeIssuer) -> None:
    other = Pages(http, "demo-citizen-app", "http://127.0.0.1:4000/callback")
    subjects = [claims_of(it.tokens({"own": YLVA})["access_token"], citizens_issuer.keys.jwks())["sub"] for it in (Pages(http), other)]
    assert subjects[0] != subjects[1]


def test_who_acts_for_another_is_told_beside_whom_it_is_about(pages: Pages, http: Http, citizens_issuer: HelsenorgeIssuer) -> None:
    asked = {"client_id": pages.client_id, "request_uri": pages.push().json()["request_uri"]}
    page = Page(http.get(f"{AT}/authorize", params=asked).text)
    keys = [it["value"] for it in page.buttons if it.get("value")]
    seen = []
    for key in keys:
        claims = claims_of(pages.tokens({"person": str(key)})["access_token"], citizens_issuer.keys.jwks())
        seen.append((claims.get("act", {}).get("pid"), claims["pid"]))
        if "act" in claims:
            assert claims["act"]["sub"] == claims["sub"]
    assert (None, YLVA) in seen and (None, MIKKEL) in seen
    assert (MIKKEL, YLVA) in seen
    assert len([acting for acting, _ in seen if acting]) == 2


def test_any_other_synthetic_number_may_log_in_and_no_other(pages: Pages, citizens_issuer: HelsenorgeIssuer) -> None:
    other = next(synthetic_numbers(date(1990, 4, 1)))
    for written in (other, f"{other[:6]} {other[6:]}"):
        claims = claims_of(pages.tokens({"own": written})["access_token"], citizens_issuer.keys.jwks())
        assert claims["pid"] == other and "name" not in claims
    for number in ("01010112345", "12345678901", "abcdefghijk", "9" * 14, "' OR 1=1"):
        answer = pages.log_in({"own": number})
        assert answer.status_code == 400 and "location" not in answer.headers
        assert number not in answer.text


def test_the_login_page_shows_no_national_id_and_loads_nothing(pages: Pages, http: Http) -> None:
    asked = {"client_id": pages.client_id, "request_uri": pages.push().json()["request_uri"]}
    answer = http.get(f"{AT}/authorize", params=asked)
    assert answer.status_code == 200
    assert "Ylva Fjellbekk" in answer.text and "på vegne av Ylva Fjellbekk" in answer.text
    for number in (YLVA, MIKKEL):
        assert number not in answer.text
    page = Page(answer.text)
    assert page.loaded == [] and page.language == "nb"
    assert page.inputs and all(it.get("id") in page.labelled for it in page.inputs)
    assert f"form-action 'self' {BASE};" in answer.headers["content-security-policy"]
    assert http.get(f"{AT}/authorize", params={**asked, "lang": "en"}).headers["content-language"] == "en"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"client_id": None}, "invalid_request"),
        ({"client_id": "somebody"}, "invalid_client"),
        ({"client_id": "demo-pvk"}, "invalid_client"),
        ({"redirect_uri": None}, "invalid_request"),
        ({"redirect_uri": "https://evil.example/app/callback"}, "invalid_request"),
        ({"redirect_uri": f"{BASE}/app/../evil"}, "invalid_request"),
        ({"redirect_uri": f"{BASE}/application"}, "invalid_request"),
        ({"redirect_uri": "http://127.0.0.1:8080@evil.example/app/"}, "invalid_request"),
        ({"redirect_uri": "http://127.0.0.1:9999/app/callback"}, "invalid_request"),
        ({"redirect_uri": f"{BASE}/app/x\\@evil.example"}, "invalid_request"),
        ({"redirect_uri": "http://[x"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_mode": "form_post"}, "unsupported_response_type"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": f"{SCOPE} other:api"}, "invalid_scope"),
        ({"nonce": "x" * 1001}, "invalid_request"),
        ({"client_assertion": "x"}, "invalid_client"),
    ],
)
def test_a_pushed_request_that_is_not_right_is_refused(pages: Pages, changed: dict[str, Any], expected: str) -> None:
    answer = pages.push(**changed)
    assert answer.json()["error"] == expected, answer.text
    assert answer.status_code == (401 if expected == "invalid_client" else 400)


def test_the_other_name_of_this_machine_is_the_same(http: Http) -> None:
    assert Pages(http, redirect_uri=APP.replace("127.0.0.1", "localhost")).push().status_code == 201


def test_a_code_is_good_once_for_two_minutes_with_its_verifier(pages: Pages, clock: MovingClock) -> None:
    code = returned(pages.log_in({"own": YLVA}))["code"]
    assert pages.redeem(code).status_code == 200
    assert pages.redeem(code).json()["error"] == "invalid_grant"
    code = returned(pages.log_in({"own": YLVA}))["code"]
    clock.move(120)
    assert pages.redeem(code).json()["error"] == "invalid_grant"
    for changed in ({"code_verifier": "w" * 43}, {"redirect_uri": f"{BASE}/app/other"}, {"client_id": "demo-citizen-app"}):
        code = returned(pages.log_in({"own": YLVA}))["code"]
        assert pages.redeem(code, **changed).json()["error"] == "invalid_grant"


def test_a_refresh_token_is_good_once_and_gives_the_next(pages: Pages, http: Http, citizens_issuer: HelsenorgeIssuer) -> None:
    body = pages.tokens({"own": YLVA}, scope=f"openid offline_access {SCOPE}")
    form = {"grant_type": "refresh_token", "client_id": pages.client_id, "refresh_token": body["refresh_token"]}
    answer = http.post(f"{AT}/token", data=form)
    assert claims_of(answer.json()["access_token"], citizens_issuer.keys.jwks())["pid"] == YLVA
    assert http.post(f"{AT}/token", data=form).json()["error"] == "invalid_grant"
    assert http.post(f"{AT}/token", data={**form, "refresh_token": answer.json()["refresh_token"]}).status_code == 200


def test_who_cancels_comes_back_without_a_code(pages: Pages) -> None:
    back = returned(pages.log_in({"person": ""}))
    assert back == {"error": "access_denied", "state": "a-state", "iss": ISSUER}
    asked = {"client_id": pages.client_id, "request_uri": pages.push(prompt="none").json()["request_uri"]}
    assert returned(pages.http.get(f"{AT}/authorize", params=asked))["error"] == "login_required"


@pytest.mark.parametrize("changed", [{"request_uri": "x"}, {"client_id": "demo-citizen-app"}])
def test_a_login_that_nobody_pushed_gets_a_page_and_never_a_redirect(pages: Pages, changed: dict[str, str]) -> None:
    asked = {"client_id": pages.client_id, "request_uri": pages.push().json()["request_uri"], **changed}
    for answer in (pages.http.get(f"{AT}/authorize", params=asked), pages.http.post(f"{AT}/authorize", data={**asked, "own": YLVA})):
        assert answer.status_code == 400 and "location" not in answer.headers


def test_introspection_tells_the_claims_of_a_token_that_holds(pages: Pages, http: Http, clock: MovingClock) -> None:
    token = pages.tokens({"own": YLVA})["access_token"]
    ask = {"client_id": pages.client_id, "token": token}
    told = http.post(f"{AT}/introspect/v1", data=ask).json()
    assert (told["active"], told["iss"], told["pid"], told["scope"], told["aud"]) == (True, ISSUER, YLVA, SCOPE, API)
    for other in ("a.b.c", token[:-6] + "AAAAAA"):
        assert http.post(f"{AT}/introspect/v1", data={**ask, "token": other}).json() == {"active": False}
    clock.move(900)
    assert http.post(f"{AT}/introspect/v1", data=ask).json() == {"active": False}


def test_the_consent_service_gets_a_token_of_the_system_with_its_key_alone(
    http: Http, clock: MovingClock, citizens_issuer: HelsenorgeIssuer
) -> None:
    pvk = Vendor(http, clock, "demo-pvk", jwk.ECKey.import_key(citizens_issuer.private_key("demo-pvk")), issuer=ISSUER)
    form = {"grant_type": "client_credentials", "scope": "nhn:maternity-record/pvk"}
    answer = http.post(f"{AT}/token", data={**form, **pvk.credentials()})
    claims = claims_of(answer.json()["access_token"], citizens_issuer.keys.jwks())
    assert (claims["client_id"], claims["scope"]) == ("demo-pvk", ["nhn:maternity-record/pvk"])
    assert not {"pid", "sub", "name"} & set(claims)
    assert http.post(f"{AT}/token", data={**form, "client_id": "demo-pvk"}).json()["error"] == "invalid_client"
    refused = http.post(f"{AT}/token", data={**form, **pvk.credentials(), "scope": SCOPE})
    assert refused.json()["error"] == "invalid_scope"


def test_every_address_of_the_discovery_document_answers(http: Http) -> None:
    document = http.get(f"{ISSUER}/.well-known/openid-configuration").json()
    assert document["issuer"] == ISSUER
    for name, address in document.items():
        if name.endswith(("_endpoint", "_uri")):
            assert address.startswith(ISSUER) and http.get(address).status_code != 404, name


def test_the_two_issuers_do_not_share_a_key(http: Http, tmp_path: Any, clock: MovingClock) -> None:
    place = Place(BASE, tmp_path / "fresh")
    assert helseid.issuer(place, clock).keys.current.kid != helsenorge.issuer(place, clock).keys.current.kid
