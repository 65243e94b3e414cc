"""The keys of an issuer live through its outages, follow its rotation, and are asked for seldom."""

from __future__ import annotations

import threading

import httpx
import pytest

from hit_maternity.access.helseid.jwks_cache import Freshness, HttpFetch, IssuerUnreachable, JwksCache, is_safe

ISSUER = "https://sts.test"


def rotated(door, key, kid="K2"):
    door.issuer.keys = [{**key.as_dict(private=False), "kid": kid, "use": "sig", "alg": "RS256"}]


def test_an_outage_is_lived_through_with_the_last_good_keys(door):
    door.issuer.down = True
    door.ticks.now += 24 * 3600
    assert door(door.headers()).status == 200
    assert door.issuer.asked, "it was asked"


def test_keys_that_are_older_than_the_longest_outage_vouch_for_nothing(door):
    door.issuer.down = True
    door.ticks.now += 72 * 3600 + 1
    answer = door(door.headers())
    assert (answer.status, answer.rules) == (503, ["issuer-unreachable"])
    assert answer.headers["retry-after"] == "5"
    door.issuer.down = False
    door.ticks.now += 31
    assert door(door.headers()).status == 200


def test_without_any_keys_nobody_comes_in_until_the_issuer_answers(door):
    door.keys._read = None  # as at the start
    door.issuer.down = True
    door.ticks.now += 3
    assert door(door.headers()).status == 503
    door.issuer.down = False
    assert door(door.headers()).status == 503, "it was asked just now"
    door.ticks.now += 3
    assert door(door.headers()).status == 200


def test_a_new_key_is_taken_at_its_first_use(door, strange_key):
    rotated(door, strange_key)
    door.ticks.now += 31
    token = door.token(header={"kid": "K2"}, key=strange_key)
    assert door(door.headers(token)).status == 200
    assert door.issuer.asked == [f"{ISSUER}/jwks"]


def test_a_key_that_is_taken_back_ends_with_the_next_refresh(door, strange_key):
    rotated(door, strange_key)
    door.ticks.now += 3601
    assert door(door.headers()).status == 200, "the refresh has begun, and nobody waits for it"
    assert door(door.headers()).status == 401


def test_another_key_under_the_same_id_is_another_key(door, strange_key):
    token = door.token()
    assert door(door.headers(token)).status == 200
    rotated(door, strange_key, "K1")
    door.ticks.now += 3601
    door(door.headers(token))
    assert door(door.headers(token)).status == 401


@pytest.mark.parametrize("keys", [[], "none", [{"kty": "oct", "k": "AAAA", "kid": "K1"}], None])
def test_a_set_without_a_usable_key_is_an_outage(door, keys):
    door.issuer.keys = keys
    door.ticks.now += 3601
    assert door(door.headers()).status == 200
    assert door(door.headers()).status == 200


@pytest.mark.parametrize(
    "discovery",
    [
        {"issuer": "https://sts.test/", "jwks_uri": "https://sts.test/jwks"},
        {"issuer": "https://evil.test", "jwks_uri": "https://sts.test/jwks"},
        {"issuer": ISSUER, "jwks_uri": "http://sts.test/jwks"},
        {"issuer": ISSUER, "jwks_uri": "file:///etc/passwd"},
        {"issuer": ISSUER, "jwks_uri": 1},
        {"issuer": ISSUER},
        [],
    ],
)
def test_a_discovery_that_is_not_the_issuers_is_not_followed(issuer, discovery):
    issuer.discovery = discovery
    keys = JwksCache(ISSUER, issuer, run=lambda work: work())
    with pytest.raises(IssuerUnreachable):
        keys.find("K1")
    assert issuer.asked == [f"{ISSUER}/.well-known/openid-configuration"]


def test_discovery_is_read_again_after_a_day_and_after_a_fault(door):
    door.ticks.now += 3601
    door(door.headers())
    assert door.issuer.asked == [f"{ISSUER}/jwks"]
    door.issuer.down = True
    door.ticks.now += 3601
    door(door.headers())
    door.issuer.down = False
    door.issuer.asked.clear()
    door.ticks.now += 31
    door(door.headers())
    assert door.issuer.asked == [f"{ISSUER}/.well-known/openid-configuration", f"{ISSUER}/jwks"]
    door.issuer.asked.clear()
    door.ticks.now += 25 * 3600
    door(door.headers())
    assert door.issuer.asked == [f"{ISSUER}/.well-known/openid-configuration", f"{ISSUER}/jwks"]


def test_a_refresh_that_hangs_holds_nobody_up(issuer):
    """Who asks for an unknown key waits a moment for the refresh, and nobody waits again for the same one."""
    held, let_go = threading.Event(), threading.Event()

    def slow(url):
        held.set()
        let_go.wait(30)
        return issuer(url)

    keys = JwksCache(ISSUER, slow, freshness=Freshness(patience=0.02))
    for _ in range(20):
        with pytest.raises(IssuerUnreachable):
            keys.find("K1")
    assert held.is_set()
    let_go.set()
    keys._done.wait(30)
    assert keys.find("K1") is not None


def test_no_thread_to_be_had_is_an_outage(issuer):
    def no_thread(work):
        raise RuntimeError("can't start new thread")

    keys = JwksCache(ISSUER, issuer, run=no_thread)
    with pytest.raises(IssuerUnreachable):
        keys.find("K1")


def answering(**response):
    return HttpFetch(seconds=5, transport=httpx.MockTransport(lambda request: httpx.Response(**response)))


def test_a_document_is_read_by_http():
    assert answering(status_code=200, json={"keys": []})(f"{ISSUER}/jwks") == {"keys": []}


@pytest.mark.parametrize(
    "response",
    [
        {"status_code": 302, "headers": {"location": "https://evil.test"}},
        {"status_code": 500, "json": {}},
        {"status_code": 200, "content": b"x" * 600_000},
        {"status_code": 200, "content": b'{"keys": [], "keys": []}'},
        {"status_code": 200, "content": b"<html>"},
    ],
)
def test_a_redirect_a_fault_a_flood_or_no_strict_json_is_no_document(response):
    with pytest.raises(Exception):  # noqa: B017  # any exception means that there is none
        answering(**response)(f"{ISSUER}/jwks")


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://sts.test", True),
        ("http://127.0.0.1:8080/sts", True),
        ("http://[::1]:8080", True),
        ("http://localhost", True),
        ("http://sts.test", False),
        ("http://localhost.evil.test", False),
        ("https://user@sts.test", False),
        ("ftp://sts.test", False),
        ("https://", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_only_https_and_this_machine_are_believed(url, safe):
    assert is_safe(url) is safe
