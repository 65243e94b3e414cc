"""Proofs of possession that prove nothing, each by its number in the catalogue of attacks (D1 to D12)."""

from __future__ import annotations

import hashlib
import json
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hmac import digest

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from hit_maternity.access.helseid.nonces import Nonces
from hit_maternity.store import Store
from hit_maternity.store.accesses import AccessLog, Proof

NOW = 1_795_300_000
HOME, BASE, PATH = "https://dhg.test", "https://dhg.test/fhir", "Patient/1"
SECRETS = ("12847199995", "her-record", "RASK", "TESTVARG", "5b0c9a0e", "310100005", "C1D2E3F4", "Traceback", "hit_maternity", "jwt.api")
DROP = object()

MALFORMED, TYPE, ALGORITHM, KEY = "proof-malformed", "proof-type", "proof-algorithm", "proof-key"
SIGNATURE, TOKEN, METHOD, ADDRESS, TIME, ID = "proof-signature", "proof-token", "proof-method", "proof-address", "proof-time", "proof-id"


def b64(raw):
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def refused(door, answer, rule, error="invalid_dpop_proof"):
    """Everything that holds for every refusal of a proof."""
    assert (answer.status, answer.rules) == (401, [rule])
    assert answer.challenge.startswith(f'DPoP error="{error}", error_description="')
    assert 'algs="RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512"' in answer.challenge
    assert answer.headers["cache-control"] == "no-store"
    told = answer.body.decode() + json.dumps(answer.headers)
    assert not [secret for secret in SECRETS if secret in told]
    assert len(door.guard.refusals) == 1
    assert door.shelf.opened == 0, "the record was opened"
    assert door.issuer.asked == []
    return True


def marked(door, changes):
    return {name: door.DROP if value is DROP else value for name, value in changes.items()}


def claims(**changes):
    return lambda door, token: door.proof(token, **marked(door, changes))


def header(**changes):
    return lambda door, token: door.proof(token, header=marked(door, changes))


def jwk(change):
    """The proof's key, changed; the token is bound to what the proof claims to be where that can be told."""
    return lambda door, token: door.proof(token, header={"jwk": change(door.client_key.as_dict(private=False))})


def symmetric(door, token):
    secret = json.dumps(door.client_key.as_dict(private=False)).encode()
    head, payload, _ = door.proof(token, header={"alg": "HS256"}).split(".")
    return f"{head}.{payload}.{b64(digest(secret, f'{head}.{payload}'.encode(), 'sha256'))}"


def unsigned(door, token):
    head, payload, _ = door.proof(token, header={"alg": "none"}).split(".")
    return f"{head}.{payload}."


def altered(part, change):
    def attack(door, token):
        parts = door.proof(token).split(".")
        parts[part] = change(parts[part])
        return ".".join(parts)

    return attack


def raw_payload(text):
    def attack(door, token):
        head = door.proof(token).split(".")[0]
        signed = f"{head}.{b64(text)}"
        return f"{signed}.{b64(JWSRegistry.algorithms['ES256'].sign(signed.encode(), door.client_key))}"

    return attack


def flipped(text):
    return text[:9] + ("A" if text[9] != "A" else "B") + text[10:]


def hashed(token):
    return hashlib.sha256(token.encode()).digest()


PROOFS = {
    "D1-several": (lambda door, token: ", ".join([door.proof(token)] * 2), "proof-multiple"),
    "D1-joined-without-a-blank": (lambda door, token: ",".join([door.proof(token)] * 2), "proof-multiple"),
    "D1-nonsense": (lambda door, token: "proof", MALFORMED),
    "D1-the-token-itself": (lambda door, token: token, TYPE),
    "D1-long": (claims(padding="x" * 9000), MALFORMED),
    "D4-missing": (header(jwk=DROP), KEY),
    "D4-text": (header(jwk="key"), KEY),
    "D4-null": (header(jwk=None), KEY),
    "D4-private": (lambda door, token: door.proof(token, header={"jwk": door.client_key.as_dict(private=True)}), KEY),
    "D4-private-member-only": (jwk(lambda key: {**key, "d": ""}), KEY),
    "D4-symmetric": (lambda door, token: door.proof(token, header={"jwk": OctKey.generate_key(256).as_dict(private=True)}), KEY),
    "D4-okp": (lambda door, token: door.proof(token, header={"jwk": OKPKey.generate_key("Ed25519").as_dict(private=False)}), KEY),
    "D4-off-the-curve": (jwk(lambda key: {**key, "y": key["x"]}), KEY),
    "D4-other-curve": (lambda door, token: door.proof(token, header={"jwk": ECKey.generate_key("P-384").as_dict(private=False)}), KEY),
    "D4-curve-missing": (jwk(lambda key: {k: v for k, v in key.items() if k != "crv"}), KEY),
    "D4-curve-renamed": (jwk(lambda key: {**key, "crv": "P-521"}), KEY),
    "D4-coordinate-missing": (jwk(lambda key: {k: v for k, v in key.items() if k != "y"}), KEY),
    "D4-coordinate-long": (jwk(lambda key: {**key, "x": "AA" + key["x"]}), KEY),
    "D4-coordinate-padded": (jwk(lambda key: {**key, "x": key["x"] + "="}), KEY),
    "D4-coordinate-number": (jwk(lambda key: {**key, "x": 1}), KEY),
    "D4-rsa-for-es256": (lambda door, token: door.proof(token, header={"jwk": RSAKey.generate_key(2048).as_dict(private=False)}), KEY),
    "D4-type-list": (jwk(lambda key: {**key, "kty": ["EC"]}), KEY),
    "D4-weak-rsa": (header(alg="RS256", jwk={"kty": "RSA", "n": b64(b"\xff" * 128), "e": "AQAB"}), KEY),
    "D5-none": (unsigned, MALFORMED),
    "D5-none-with-a-signature": (header(alg="none"), ALGORITHM),
    "D5-symmetric": (symmetric, ALGORITHM),
    "D5-missing": (header(alg=DROP), ALGORITHM),
    "D5-number": (header(alg=1), ALGORITHM),
    "D5-typ-wrong": (header(typ="JWT"), TYPE),
    "D5-typ-access-token": (header(typ="at+jwt"), TYPE),
    "D5-typ-missing": (header(typ=DROP), TYPE),
    "D5-signature-altered": (altered(2, flipped), SIGNATURE),
    "D5-payload-altered": (
        lambda door, token: altered(1, lambda part: claims(jti="other")(door, token).split(".")[1])(door, token),
        SIGNATURE,
    ),
    "D5-signature-of-another-length": (altered(2, lambda part: b64(urlsafe_b64decode(part + "==")[:-2])), SIGNATURE),
    "D5-crit": (header(crit=["exp"]), MALFORMED),
    "D6-missing": (claims(ath=DROP), TOKEN),
    "D6-of-another-token": (claims(ath=b64(hashed("another"))), TOKEN),
    "D6-hex": (lambda door, token: door.proof(token, ath=hashed(token).hex()), TOKEN),
    "D6-padded": (lambda door, token: door.proof(token, ath=b64(hashed(token)) + "="), TOKEN),
    "D6-with-the-scheme": (lambda door, token: door.proof(token, ath=b64(hashed(f"DPoP {token}"))), TOKEN),
    "D6-number": (claims(ath=1), TOKEN),
    "D6-not-ascii": (claims(ath="ø"), TOKEN),
    "D7-missing": (claims(htm=DROP), METHOD),
    "D7-lower-case": (claims(htm="get"), METHOD),
    "D7-other": (claims(htm="POST"), METHOD),
    "D7-head": (claims(htm="HEAD"), METHOD),
    "D7-list": (claims(htm=["GET"]), METHOD),
    "D8-missing": (claims(htu=DROP), ADDRESS),
    "D8-number": (claims(htu=1), ADDRESS),
    "D8-empty": (claims(htu=""), ADDRESS),
    "D8-other-host": (claims(htu="https://evil.test/fhir/Patient/1"), ADDRESS),
    "D8-http": (claims(htu="http://dhg.test/fhir/Patient/1"), ADDRESS),
    "D8-other-path": (claims(htu=f"{BASE}/Patient/2"), ADDRESS),
    "D8-other-case-of-the-path": (claims(htu=f"{BASE}/patient/1"), ADDRESS),
    "D8-query": (claims(htu=f"{BASE}/{PATH}?_format=json"), ADDRESS),
    "D8-empty-query": (claims(htu=f"{BASE}/{PATH}?"), ADDRESS),
    "D8-fragment": (claims(htu=f"{BASE}/{PATH}#a"), ADDRESS),
    "D8-user": (claims(htu="https://user@dhg.test/fhir/Patient/1"), ADDRESS),
    "D8-other-port": (claims(htu="https://dhg.test:8443/fhir/Patient/1"), ADDRESS),
    "D8-port-of-http": (claims(htu="https://dhg.test:80/fhir/Patient/1"), ADDRESS),
    "D8-dots": (claims(htu=f"{BASE}/Patient/../Patient/1"), ADDRESS),
    "D8-hidden-dots": (claims(htu=f"{BASE}/Patient/%2e%2e/Patient/1"), ADDRESS),
    "D8-double-slash": (claims(htu=f"{BASE}//Patient/1"), ADDRESS),
    "D8-hidden-slash": (claims(htu=f"{BASE}/Patient%2F1"), ADDRESS),
    "D8-slash-at-the-end": (claims(htu=f"{BASE}/{PATH}/"), ADDRESS),
    "D8-relative": (claims(htu=f"/fhir/{PATH}"), ADDRESS),
    "D8-blank": (claims(htu=f" {BASE}/{PATH}"), ADDRESS),
    "D8-newline": (claims(htu=f"{BASE}/{PATH}\n"), ADDRESS),
    "D8-backslash": (claims(htu="https://dhg.test\\fhir/Patient/1"), ADDRESS),
    "D8-half-an-escape": (claims(htu=f"{BASE}/{PATH}%"), ADDRESS),
    "D8-other-letters": (claims(htu="https://dhg.tеst/fhir/Patient/1"), ADDRESS),
    "D9-past": (claims(iat=NOW - 7), TIME),
    "D9-future": (claims(iat=NOW + 6), TIME),
    "D9-text": (claims(iat=str(NOW)), TIME),
    "D9-fraction": (claims(iat=NOW + 0.5), TIME),
    "D9-whole-fraction": (claims(iat=float(NOW)), TIME),
    "D9-boolean": (claims(iat=True), TIME),
    "D9-missing": (claims(iat=DROP), TIME),
    "D9-milliseconds": (claims(iat=NOW * 1000), TIME),
    "D11-missing": (claims(jti=DROP), ID),
    "D11-empty": (claims(jti=""), ID),
    "D11-number": (claims(jti=1), ID),
    "D11-long": (claims(jti="x" * 257), ID),
    "D11-huge": (claims(jti="x" * 1_000_000), MALFORMED),
    "D11-null-byte": (claims(jti="a\0b"), MALFORMED),
    "J14-member-twice": (raw_payload(b'{"jti":"1","jti":"2"}'), MALFORMED),
    "J14-array": (raw_payload(b"[]"), MALFORMED),
    "J14-deep": (raw_payload(b'{"a":' + b"[" * 2000 + b"]" * 2000 + b"}"), MALFORMED),
    "J14-not-utf-8": (raw_payload(b'{"jti":"\xff"}'), MALFORMED),
}


@pytest.mark.parametrize("name", PROOFS)
def test_a_proof_that_is_not_good_is_refused(door, name):
    attack, rule = PROOFS[name]
    token = door.token()
    answer = door(door.headers(token, attack(door, token)))
    assert refused(door, answer, rule)


@pytest.mark.parametrize("sent", [{"dpop": DROP}, {"dpop": ""}])
def test_D1_without_a_proof_nobody_comes_in(door, sent):
    assert refused(door, door(door.headers(**marked(door, sent))), "proof-missing")


def test_D2_a_bound_token_sent_as_bearer_is_refused(door):
    token = door.token()
    for sent in (door.headers(token, authorization=f"Bearer {token}"), {"authorization": f"Bearer {token}"}):
        door.guard.refusals.clear()
        assert refused(door, door(sent), "scheme-unsupported", "invalid_token")


@pytest.mark.parametrize("bound", [DROP, None, {}, {"jkt": 1}, {"jkt": None}, "jkt", {"jkt": "ø"}, {"x5t#S256": "a"}])
def test_D2_an_unbound_token_sent_as_dpop_is_refused(door, bound):
    token = door.token(door.claims(cnf=door.DROP if bound is DROP else bound))
    assert refused(door, door(door.headers(token)), "token-unbound", "invalid_token")


def test_D3_a_proof_by_another_key_than_the_tokens_is_refused(door):
    token, key = door.token(), ECKey.generate_key("P-256")
    assert refused(door, door(door.headers(token, door.proof(token, key=key))), "token-binding", "invalid_token")


def test_D3_a_key_that_shows_another_and_signs_with_its_own_is_refused(door):
    token, key = door.token(), ECKey.generate_key("P-256")
    proof = door.proof(token, key=key, header={"jwk": door.client_key.as_dict(private=False)})
    assert refused(door, door(door.headers(token, proof)), "proof-signature")


def test_D3_a_remembered_key_does_not_vouch_for_another_token(door):
    assert door(door.headers()).status == 200
    token = door.token(door.claims(cnf={"jkt": ECKey.generate_key("P-256").thumbprint()}))
    door.shelf.opened = 0
    assert refused(door, door(door.headers(token)), "token-binding", "invalid_token")


def test_D4_a_remembered_key_does_not_excuse_a_bad_signature(door):
    token = door.token()
    assert door(door.headers(token)).status == 200
    door.shelf.opened = 0
    proof = door.proof(token)
    assert refused(door, door(door.headers(token, flipped(proof[::-1])[::-1])), "proof-signature")


def test_D7_the_method_is_that_of_the_request(door):
    token = door.token()
    assert refused(door, door(door.headers(token), method="HEAD"), "proof-method")
    assert door(door.headers(token, door.proof(token, htm="HEAD")), method="HEAD").status == 200


@pytest.mark.parametrize(
    "htu",
    [
        f"{BASE}/{PATH}",
        "https://DHG.Test/fhir/Patient/1",
        "HTTPS://dhg.test/fhir/Patient/1",
        "https://dhg.test:443/fhir/Patient/1",
        "https://dhg.test/fhir/%50atient/%31",
    ],
)
def test_D8_addresses_that_mean_the_same_are_equal(door, htu):
    token = door.token()
    assert door(door.headers(token, door.proof(token, htu=htu))).status == 200


@pytest.mark.parametrize("sent", [{"host": "evil.test"}, {"x_forwarded_host": "evil.test"}, {"forwarded": "host=evil.test"}])
def test_D8_a_proof_for_another_host_is_none_for_us_whatever_the_headers_say(door, sent):
    token = door.token()
    proof = door.proof(token, htu="https://evil.test/fhir/Patient/1")
    assert refused(door, door(door.headers(token, proof, **sent), base="https://evil.test/fhir"), "proof-address")


def test_D8_a_call_by_another_name_is_one_to_our_own_address(door):
    assert door(door.headers(), base="http://10.0.0.7:8080/fhir").status == 200


def test_D8_the_query_of_the_request_is_not_part_of_the_address(door):
    assert door(door.headers(), query="_pretty=true").status == 200


@pytest.mark.parametrize("offset", [-6, 0, 5])
def test_D9_a_proof_is_good_for_some_seconds_each_way(door, offset):
    token = door.token()
    assert door(door.headers(token, door.proof(token, iat=NOW + offset))).status == 200


def test_D9_a_proof_is_remembered_for_longer_than_it_can_be_used(door):
    token = door.token()
    for offset in (-6, 5):
        assert door(door.headers(token, door.proof(token, iat=NOW + offset))).status == 200
    assert [int(p.proof_until.timestamp()) - NOW for p in door.guard.admitted] == [10, 21]


def test_D10_a_proof_is_used_up_by_its_first_call(door):
    sent = door.headers()
    assert door(sent).status == 200
    answer = door(sent)
    door.shelf.opened = 0
    assert refused(door, answer, "proof-replayed")
    assert b"her-record" not in answer.body


def test_D10_the_same_id_with_another_key_is_another_proof(door):
    assert door(door.headers()).status == 200
    key = ECKey.generate_key("P-256")
    token = door.token(door.claims(cnf={"jkt": key.thumbprint()}))
    assert door(door.headers(token, door.proof(token, key=key, jti="proof-0"))).status == 200


def test_D10_of_many_workers_at_once_one_wins_and_none_after_a_restart(door, store: Store):
    sent, log, statuses = door.headers(), AccessLog(store.database), []

    def use_up(principal):
        log.record([], [Proof(principal.proof_key, principal.proof_id, principal.proof_until)])

    def worker():
        door.configure()
        door.guard.use_up = use_up
        return door.guard

    def call(guard):
        statuses.append(door(sent, guard=guard).status)

    threads = [threading.Thread(target=call, args=[worker()]) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, *[401] * 11]
    call(worker())
    assert statuses[-1] == 401


def test_D12_where_a_nonce_is_asked_for_a_proof_without_one_of_ours_is_refused_with_a_new_one(door):
    nonces = Nonces(b"k" * 32, door.clock)
    door.configure(nonces=nonces)
    token, ours = door.token(), nonces.make()
    foreign = Nonces(b"f" * 32, door.clock).make()
    for nonce in (door.DROP, "", "old", foreign, 1, f"{ours}=", f"{ours}A"):
        door.guard.refusals.clear()
        answer = door(door.headers(token, door.proof(token, nonce=nonce)))
        assert refused(door, answer, "proof-nonce", "use_dpop_nonce")
        assert answer.headers["dpop-nonce"] == ours
    assert door(door.headers(token, door.proof(token, nonce=ours))).status == 200


def test_D12_a_nonce_grows_old(door):
    nonces = Nonces(b"k" * 32, door.clock, seconds=60)
    made = nonces.make()
    for passed, known in ((60, True), (61, False)):
        door.clock.seconds = NOW + passed
        assert nonces.knows(made) is known
