"""HelseID's client side, against the local HelseID."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from hit_client_network import API, BASE, SCOPE, STS, TOKEN, Network, answer, claims_of
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from hit_maternity.client import (
    AsyncHelseId,
    HelseId,
    Key,
    Login,
    LoginFailed,
    Organisation,
    Retries,
    Session,
    Token,
    TokenRefused,
    TokenSource,
    TooManyCalls,
    Unreachable,
    attest,
)
from hit_maternity.client.local import log_in, register_client
from hit_maternity.client.wire import run

CLIENT = "helseid://claims/client/claims/"
IDENTITY = "helseid://claims/identity/"
ATTEST = "nhn:tillitsrammeverk:parameters"
CALLBACK = "http://127.0.0.1:51234/callback"
FULL = f"openid profile offline_access {SCOPE} nhn:maternity-record/tillitsrammeverk"
WHERE = Organisation("310110000", "310001007")
MIDWIFE = "solveig-bolgeskvett"


class Watched(httpx.BaseTransport):
    """Lets everything through to the local HelseID, and keeps it."""

    def __init__(self, http: httpx.Client) -> None:
        self.http, self.seen, self.answers = http, list[httpx.Request](), list[httpx.Response]()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self.http.send(httpx.Request(request.method, request.url, headers=request.headers, content=request.read()))
        self.seen.append(request)
        self.answers.append(answer)
        return answer

    def to(self, path: str) -> list[httpx.Request]:
        return [it for it in self.seen if it.url.path == f"/sts{path}"]


@pytest.fixture
def watched(local: Any) -> Watched:
    return Watched(local.http)


@pytest.fixture
def helseid(local: Any, watched: Watched) -> HelseId:
    return HelseId(STS, local.client_id, local.key, http=httpx.Client(transport=watched))


def taken(source: TokenSource, http: httpx.Client, refused: Token | None = None) -> Token:
    return run(source.token(refused), http)


@pytest.fixture
def claims(local: Any) -> Callable[[Token], dict[str, Any]]:
    """The claims of a token, its signature checked by another library."""
    keys = KeySet.import_key_set(local.issuer.keys.jwks())
    return lambda token: jwt.decode(token.value, keys, algorithms=["RS256"]).claims


def form(request: httpx.Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(request.content.decode()).items()}


# Systems


def test_a_system_gets_a_token_bound_to_its_key(helseid: HelseId, watched: Watched, local: Any, claims: Callable[[Token], dict[str, Any]]):
    token = taken(helseid.system(SCOPE, organisation=WHERE), local.http)
    told = claims(token)
    assert told["aud"] == API and told["scope"] == [SCOPE]
    assert (told[f"{CLIENT}orgnr_parent"], told[f"{CLIENT}orgnr_child"]) == ("310110000", "310001007")
    assert token.key is not None and told["cnf"]["jkt"] == ECKey.import_key(token.key.public_jwk).thumbprint()
    assert token.expires_at == pytest.approx(time.time() + 600, abs=10)


def test_the_assertion_is_short_lived_once_used_and_for_the_issuer(helseid: HelseId, watched: Watched, local: Any):
    http = httpx.Client(transport=watched)
    taken(helseid.system(SCOPE, organisation=WHERE), http)
    sent = [form(it) for it in watched.to("/connect/token")]
    public = ECKey.import_key(local.key.public_jwk)
    made = [claims_of(it["client_assertion"], public) for it in sent]
    for header, told in made:
        assert header == {"alg": "ES256", "typ": "client-authentication+jwt", "kid": "epj"}
        assert told["iss"] == told["sub"] == local.client_id and told["aud"] == STS
        assert 0 < told["exp"] - told["iat"] <= 60 and told["nbf"] == told["iat"]
        assert told["assertion_details"]["practitioner_role"]["organization"]["identifier"] == {
            "system": "urn:oid:1.0.6523",
            "type": "ENH",
            "value": "NO:ORGNR:310110000:310001007",
        }
    assert len({told["jti"] for _, told in made}) == len(made)


def test_the_nonce_round_is_one_call_more_and_later_calls_need_none(watched: Watched, local: Any):
    http = httpx.Client(transport=watched)
    helseid = HelseId(STS, local.client_id, local.key, http=http)
    taken(helseid.system(SCOPE), http)
    assert [it.status_code for it in watched.answers if it.request.url.path.endswith("/token")] == [400, 200]
    taken(helseid.system(SCOPE, organisation=WHERE), http)
    assert len(watched.to("/connect/token")) == 3
    proofs = [claims_of(it.headers["dpop"])[1] for it in watched.to("/connect/token")]
    assert [("nonce" in it) for it in proofs] == [False, True, True]
    assert all(it["htm"] == "POST" and it["htu"] == f"{STS}/connect/token" and "ath" not in it for it in proofs)


def test_sixteen_threads_make_one_token_request(watched: Watched, local: Any):
    http = httpx.Client(transport=watched)
    helseid = HelseId(STS, local.client_id, local.key, http=http)
    source = helseid.system(SCOPE, organisation=WHERE)
    with ThreadPoolExecutor(16) as pool:
        tokens = {it.value for it in pool.map(lambda _: taken(source, http), range(64))}
    assert len(tokens) == 1
    assert len(watched.to("/connect/token")) == 2  # the nonce round
    assert len(watched.to("/.well-known/openid-configuration")) == 1


def test_a_single_tenant_client_states_the_place_alone(local: Any, claims: Callable[[Token], dict[str, Any]]):
    key = Key.generate("single")
    children = ["310001007", "310002372"]
    client_id = register_client(STS, key, name="Single", tenancy="single-tenant", parent="310110000", children=children, http=local.http)
    helseid = HelseId(STS, client_id, key, http=local.http)
    told = claims(taken(helseid.system(SCOPE, organisation=Organisation(child="310002372")), local.http))
    assert (told[f"{CLIENT}orgnr_parent"], told[f"{CLIENT}orgnr_child"]) == ("310110000", "310002372")
    with pytest.raises(TokenRefused) as fault:
        taken(helseid.system(SCOPE, organisation=Organisation(child="310003743")), local.http)
    assert fault.value.error == "invalid_authorization_details"


def test_a_bearer_token_where_nothing_is_bound(local: Any, claims: Callable[[Token], dict[str, Any]]):
    key = Key.generate("bearer")
    client_id = register_client(STS, key, name="Bearer", bound=False, http=local.http)
    token = taken(HelseId(STS, client_id, key, dpop=False, http=local.http).system(SCOPE), local.http)
    assert token.key is None and "cnf" not in claims(token)


def test_an_rsa_key_authenticates_and_binds_too(local: Any, claims: Callable[[Token], dict[str, Any]]):
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = Key(rsa.generate_private_key(65537, 2048), "PS256", "rsa")
    client_id = register_client(STS, key, name="RSA", http=local.http)
    token = taken(HelseId(STS, client_id, key, dpop=key, http=local.http).system(SCOPE), local.http)
    assert claims(token)["cnf"]["jkt"] == key.thumbprint


def test_what_is_refused_is_told_with_its_code(local: Any):
    stranger = HelseId(STS, local.client_id, Key.generate("epj"), http=local.http)
    with pytest.raises(TokenRefused) as fault:
        taken(stranger.system(SCOPE), local.http)
    assert (fault.value.error, fault.value.status) == ("invalid_client", 401)
    with pytest.raises(TokenRefused) as fault:
        taken(local.helseid().system("other:api/read"), local.http)
    assert fault.value.error == "invalid_scope"


def test_an_async_client_takes_the_same_sources(local: Any, async_http: httpx.AsyncClient, claims: Callable[[Token], dict[str, Any]]):
    async def asked() -> tuple[Session, Token]:
        helseid = AsyncHelseId(STS, local.client_id, local.key, http=async_http)
        assert (await helseid.discovery())["issuer"] == STS
        login = await helseid.login(FULL, CALLBACK)
        session = await helseid.session(login, await asyncio.to_thread(log_in, login, MIDWIFE, http=local.http))
        from hit_maternity.client.wire import run_async

        return session, await run_async(session.source(API, organisation=WHERE).token(), async_http)

    session, token = asyncio.run(asked())
    assert session.identity["name"] == "Solveig Bølgeskvett" and claims(token)["aud"] == API


# Users


def logged_in(helseid: HelseId, local: Any, **how: Any) -> Session:
    login = helseid.login(how.pop("scope", FULL), CALLBACK, **how)
    return helseid.session(login, log_in(login, MIDWIFE, http=local.http))


def test_a_user_logs_in_and_her_tokens_are_for_one_api_one_organisation_and_one_attest(
    helseid: HelseId, local: Any, claims: Callable[[Token], dict[str, Any]]
):
    session = logged_in(helseid, local)
    assert session.identity[f"{IDENTITY}pid"] == "23917949816" and "23917949816" not in repr(session)
    why = attest(legal_entity="310110000", point_of_care="310001007", authorization="JO")
    told = claims(taken(session.source(API, organisation=WHERE, attest=why), local.http))
    assert told["aud"] == API and told[f"{IDENTITY}security_level"] == "4"
    assert told[f"{CLIENT}orgnr_child"] == "310001007"
    assert told[ATTEST]["practitioner"]["identifier"]["id"] == "23917949816"
    assert told[ATTEST]["care_relationship"]["decision_ref"] == why["care_relationship"]["decision_ref"]
    other = claims(taken(session.source(API, organisation=Organisation("310120006", "310002372")), local.http))
    assert other[f"{CLIENT}orgnr_child"] == "310002372" and ATTEST not in other


def test_the_same_wish_is_the_same_token_and_another_attest_another(helseid: HelseId, local: Any):
    session, second = logged_in(helseid, local), logged_in(helseid, local)
    one, two = (attest(legal_entity="310110000", point_of_care="310001007") for _ in range(2))
    values = [taken(session.source(API, organisation=WHERE, attest=it), local.http).value for it in (one, one, two)]
    assert values[0] == values[1] != values[2]
    assert taken(second.source(API, organisation=WHERE, attest=one), local.http).value not in values


def test_details_of_the_login_go_in_a_signed_request(watched: Watched, local: Any, claims: Callable[[Token], dict[str, Any]]):
    http = httpx.Client(transport=watched)
    helseid = HelseId(STS, local.client_id, local.key, http=http)
    why = attest(legal_entity="310110000", point_of_care="310001007")
    session = logged_in(helseid, local, organisation=WHERE, attest=why, audience=API)
    told = claims(taken(session.source(API), local.http))
    assert told[f"{CLIENT}orgnr_child"] == "310001007" and ATTEST in told
    (pushed,) = watched.to("/connect/par")
    assert set(form(pushed)) == {"request", "client_id", "client_assertion", "client_assertion_type"}
    _, asked = claims_of(form(pushed)["request"], ECKey.import_key(local.key.public_jwk))
    assert asked["code_challenge_method"] == "S256" and asked["resource"] == [API] and len(asked["authorization_details"]) == 2


def test_the_address_of_the_login_holds_the_handle_alone(helseid: HelseId, local: Any):
    login = helseid.login(FULL, CALLBACK, prompt="login", ui_locales="nb")
    assert set(parse_qs(urlsplit(login.url).query)) == {"client_id", "request_uri"}
    for secret in (login.state, login.nonce, login.verifier):
        assert secret not in repr(login) and len(secret) >= 43


def test_a_login_is_kept_as_text_between_two_calls_of_a_browser(helseid: HelseId, local: Any):
    login = helseid.login(FULL, CALLBACK)
    back = log_in(login, MIDWIFE, http=local.http)
    assert helseid.session(Login.of(login.kept()), back).identity["name"] == "Solveig Bølgeskvett"
    with pytest.raises(ValueError):
        Login.of("{}")


def test_a_code_is_good_for_one_use_and_for_the_key_of_its_login(helseid: HelseId, local: Any):
    login = helseid.login(FULL, CALLBACK)
    back = log_in(login, MIDWIFE, http=local.http)
    with pytest.raises(TokenRefused) as fault:
        local.helseid().session(login, back)  # it has another DPoP key
    assert fault.value.error == "invalid_grant"
    login = helseid.login(FULL, CALLBACK)
    back = log_in(login, MIDWIFE, http=local.http)
    helseid.session(login, back)
    with pytest.raises(TokenRefused):
        helseid.session(login, back)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        (lambda it: it.replace("state=", "state=x"), "mismatch"),
        (lambda it: it.replace("iss=http", "iss=https"), "mismatch"),
        (lambda it: it.replace("code=", "cod="), "mismatch"),
        (lambda it: it + "&code=another", "mismatch"),
        (lambda it: it.replace("code=", "error=access_denied&error_description=no&x="), "access_denied"),
        (lambda it: "", "mismatch"),
    ],
)
def test_what_came_back_from_elsewhere_is_not_taken(helseid: HelseId, local: Any, changed: Callable[[str], str], error: str):
    login = helseid.login(FULL, CALLBACK)
    back = changed(log_in(login, MIDWIFE, http=local.http))
    with pytest.raises(LoginFailed) as fault:
        helseid.session(login, back)
    assert fault.value.error == error


def test_somebody_unknown_does_not_log_in(helseid: HelseId, local: Any):
    login = helseid.login(FULL, CALLBACK)
    with pytest.raises(LoginFailed) as fault:
        helseid.session(login, log_in(login, "nobody", http=local.http))
    assert fault.value.error == "access_denied"


def test_without_offline_access_the_token_of_the_login_is_all_there_is(local: Any, claims: Callable[[Token], dict[str, Any]]):
    now = [time.time()]
    helseid = local.helseid(clock=lambda: now[0])
    session = logged_in(helseid, local, scope=f"openid {SCOPE}", organisation=WHERE, audience=API)
    source = session.source(API)
    assert claims(taken(source, local.http))["aud"] == API
    with pytest.raises(ValueError):
        session.source(API, organisation=WHERE)
    now[0] += 700
    with pytest.raises(LoginFailed) as fault:
        taken(source, local.http)
    assert fault.value.error == "login_required"


def test_an_id_token_is_taken_from_the_issuer_of_this_login_alone(local: Any, watched: Watched):
    """What a manipulated token answer would bring: another nonce, another signature, none."""
    http = httpx.Client(transport=watched)
    helseid = HelseId(STS, local.client_id, local.key, http=http)
    login = helseid.login(FULL, CALLBACK)
    other = Login.of(login.kept().replace(login.nonce, "n" * 43))
    with pytest.raises(LoginFailed) as fault:
        helseid.session(other, log_in(login, MIDWIFE, http=local.http))
    assert fault.value.error == "invalid_id_token"
    login = helseid.login(SCOPE, CALLBACK)
    with pytest.raises(LoginFailed):
        helseid.session(login, log_in(login, MIDWIFE, http=local.http))


def test_a_token_is_exchanged_for_the_next_api(helseid: HelseId, local: Any, claims: Callable[[Token], dict[str, Any]]):
    caller = register_client(STS, local.key, name="Caller", scope="hit:neighbour/read", http=local.http)
    epj = HelseId(STS, caller, local.key, http=local.http)
    login = epj.login("openid offline_access hit:neighbour/read", CALLBACK)
    subject = taken(epj.session(login, log_in(login, MIDWIFE, http=local.http)).source("hit:neighbour"), local.http)
    neighbour = local.issuer.clients.named("demo-neighbour")
    key = Key.of_jwk(local.issuer.clients.private_key("demo-neighbour"))
    next_hop = HelseId(STS, neighbour.client_id, key, http=local.http).exchange(subject.value, SCOPE, audience=API)
    told = claims(taken(next_hop, local.http))
    assert told["aud"] == API and told[f"{IDENTITY}pid"] == "23917949816" and told["act"]["client_id"] == neighbour.client_id


# Faults of the network


CONFIGURATION = {"issuer": "https://sts.test", "token_endpoint": "https://sts.test/connect/token"}
GIVEN = {"access_token": TOKEN, "token_type": "DPoP", "expires_in": 600}


def asking(replies: list[Any]) -> tuple[Network, Callable[[], Token]]:
    network = Network([answer(CONFIGURATION), *replies])
    http = network.http
    helseid = HelseId("https://sts.test", "a-client", Key.generate("k"), http=http, retries=Retries(chance=lambda: 0.0))
    return network, lambda: taken(helseid.system(SCOPE), http)


def test_a_token_of_a_system_is_asked_for_again_each_time_with_a_new_assertion_and_proof():
    network, asked = asking([httpx.ReadTimeout("x"), answer(None, 503), answer(None, 429, retry_after="0"), answer(GIVEN)])
    assert asked().value == TOKEN
    assert len({form(it)["client_assertion"] for it in network.seen[1:]}) == len({it.headers["dpop"] for it in network.seen[1:]}) == 4


def test_the_nonce_of_the_token_endpoint_is_answered_once():
    given = iter(range(100))
    network, asked = asking([lambda _: answer({"error": "use_dpop_nonce"}, 400, dpop_nonce=f"n{next(given)}")])
    with pytest.raises(TokenRefused) as fault:
        asked()
    assert fault.value.error == "use_dpop_nonce" and len(network.seen) == 3


def test_a_code_is_never_sent_twice_after_it_may_have_arrived():
    network = Network([answer(CONFIGURATION), httpx.ReadTimeout("x"), answer(GIVEN)])
    helseid = HelseId("https://sts.test", "a-client", Key.generate("k"), http=network.http)
    login = Login("https://sts.test/a", "s", "n", "v", CALLBACK, "https://sts.test")
    with pytest.raises(Unreachable):
        helseid.session(login, {"code": "c", "state": "s", "iss": "https://sts.test"})
    assert len(network.seen) == 2


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({**GIVEN, "token_type": "Bearer"}, "invalid_token_response"),
        ({**GIVEN, "access_token": None}, "invalid_token_response"),
        ([], "invalid_response"),
        (None, "invalid_response"),
    ],
)
def test_an_answer_that_is_no_token_is_refused(body: Any, error: str):
    with pytest.raises(TokenRefused) as fault:
        asking([answer(body)])[1]()
    assert fault.value.error == error


@pytest.mark.parametrize(
    "configuration",
    [
        {**CONFIGURATION, "issuer": "https://sts.test/"},
        {"issuer": "https://sts.test"},
        {**CONFIGURATION, "token_endpoint": "http://sts.test/connect/token"},
    ],
)
def test_a_discovery_document_of_another_issuer_or_without_a_secure_endpoint_is_refused(configuration: dict[str, str]):
    network = Network([answer(configuration), answer(GIVEN)])
    http = network.http
    helseid = HelseId("https://sts.test", "a-client", Key.generate("k"), http=http)
    with pytest.raises(TokenRefused) as fault:
        taken(helseid.system(SCOPE), http)
    assert fault.value.error == "invalid_issuer" and len(network.seen) == 1


def test_a_server_that_is_too_busy_is_told():
    with pytest.raises(TooManyCalls) as fault:
        asking([answer(None, 429, retry_after="99")])[1]()
    assert fault.value.retry_after == 99.0


def test_no_secret_in_reprs_and_errors(local: Any):
    helseid = local.helseid()
    session = logged_in(helseid, local)
    source = session.source(API, organisation=WHERE)
    token = taken(source, local.http)
    shown = " ".join(map(repr, (helseid, session, source, token, helseid.system(SCOPE), helseid.exchange(token.value, SCOPE))))
    assert token.value not in shown and "23917949816" not in shown and str(session._refresh) not in shown
    assert BASE in shown
