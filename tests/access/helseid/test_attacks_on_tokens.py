"""Access tokens that must not be believed, each by its number in the catalogue of attacks (J1 to J20)."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hmac import digest
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc.jwk import ECKey, OctKey, RSAKey
from joserfc.jws import JWSRegistry

from hit_maternity.access.helseid.authenticator import HelseIdConfig
from hit_maternity.access.helseid.jwks_cache import StaticKeys, keys_of

NOW = 1_795_300_000
IDENTITY, CLIENT = "helseid://claims/identity/", "helseid://claims/client/"
#: What must never stand in an answer to who is refused.
SECRETS = ("12847199995", "her-record", "RASK", "TESTVARG", "5b0c9a0e", "310100005", "C1D2E3F4", "Traceback", "hit_maternity", "jwt.api")


def b64(raw):
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text):
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def refused(door, answer, status, error, rule, fetches=0):
    """Everything that holds for every refusal."""
    assert (answer.status, answer.rules) == (status, [rule])
    if status == 401:
        assert answer.challenge.startswith("DPoP ")
        assert f'error="{error}"' in answer.challenge if error else "error" not in answer.challenge
        assert 'algs="RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512"' in answer.challenge
        assert answer.headers["cache-control"] == "no-store"
    told = answer.body.decode() + json.dumps(answer.headers)
    assert not [secret for secret in SECRETS if secret in told]
    assert len(door.guard.refusals) == (status in (401, 403)) and not door.used
    assert door.shelf.opened == 0, "the record was opened"
    assert len(door.issuer.asked) <= fetches and set(door.issuer.asked) <= {
        "https://sts.test/.well-known/openid-configuration",
        "https://sts.test/jwks",
    }
    return True


def unsigned(door, algorithm):
    header, payload, _ = door.token(header={"alg": algorithm}).split(".")
    return f"{header}.{payload}."


def with_secret(secret):
    def attack(door):
        key = door.issuer_key
        raw = secret(key)
        header, payload, _ = door.token(header={"alg": "HS256"}).split(".")
        return f"{header}.{payload}.{b64(digest(raw, f'{header}.{payload}'.encode(), 'sha256'))}"

    return attack


def resigned(algorithm, header_algorithm=None):
    def attack(door):
        header, payload, _ = door.token(header={"alg": header_algorithm or algorithm}).split(".")
        return f"{header}.{payload}.{b64(JWSRegistry.algorithms[algorithm].sign(f'{header}.{payload}'.encode(), door.issuer_key))}"

    return attack


def raw(payload=None, header=None):
    """Signed over exactly these bytes."""

    def attack(door):
        head = header if header is not None else json.dumps({"alg": "RS256", "typ": "at+jwt", "kid": "K1"}).encode()
        body = payload(door) if payload is not None else json.dumps(door.claims()).encode()
        text = f"{b64(head)}.{b64(body)}"
        return f"{text}.{b64(JWSRegistry.algorithms['RS256'].sign(text.encode(), door.issuer_key))}"

    return attack


#: The mark of a claim or a header member that is to be left out.
DROP = object()


def marked(door, changes):
    return {name: door.DROP if value is DROP else value for name, value in changes.items()}


def claims(**changes):
    return lambda door: door.token(door.claims(**marked(door, changes)))


def header(**changes):
    return lambda door: door.token(header=marked(door, changes))


def altered(part, change):
    def attack(door):
        parts = door.token().split(".")
        parts[part] = change(parts[part])
        return ".".join(parts)

    return attack


def flipped(text):
    middle = len(text) // 2
    return text[:middle] + ("A" if text[middle] != "A" else "B") + text[middle + 1 :]


def loose_bits(text):
    """The same bytes in another spelling: the bits of the last character that mean nothing are set."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    assert len(text) % 4, "no bits are left over"
    return text[:-1] + alphabet[alphabet.index(text[-1]) | 1]


def twice(name):
    return raw(lambda door: json.dumps(door.claims()).encode()[:-1] + f', "{name}": "nhn:maternity-record"}}'.encode())


PEM = with_secret(lambda key: key.as_pem(private=False))
DER = with_secret(lambda key: key.public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
JWK = with_secret(lambda key: json.dumps(key.as_dict(private=False)).encode())
EVIL = "https://evil.test/keys"
MALFORMED, ALGORITHM, TYPE, HEADER, SIGNATURE = "token-malformed", "token-algorithm", "token-type", "token-header", "token-signature"
CLAIMS, AUDIENCE, EXPIRED, EARLY = "token-claims", "token-audience", "token-expired", "token-not-active"

TOKENS = {
    "J1-none": (lambda door: unsigned(door, "none"), MALFORMED),
    "J1-None": (lambda door: unsigned(door, "None"), MALFORMED),
    "J1-nOnE-with-a-signature": (lambda door: unsigned(door, "nOnE") + "AA", ALGORITHM),
    "J1-missing": (header(alg=DROP), ALGORITHM),
    "J2-pem": (PEM, ALGORITHM),
    "J2-der": (DER, ALGORITHM),
    "J2-jwk": (JWK, ALGORITHM),
    "J3-ps256": (resigned("PS256"), ALGORITHM),
    "J3-rs512": (resigned("RS512"), ALGORITHM),
    "J3-signed-otherwise": (resigned("PS256", "RS256"), SIGNATURE),
    "J3-lower-case": (header(alg="rs256"), ALGORITHM),
    "J6-number": (header(kid=1), SIGNATURE),
    "J6-array": (header(kid=["K1"]), SIGNATURE),
    "J6-missing": (header(kid=DROP), SIGNATURE),
    "J6-empty": (header(kid=""), SIGNATURE),
    "J6-null-byte": (header(kid="K1\0"), MALFORMED),
    "J6-long": (header(kid="K" * 10_000), SIGNATURE),
    "J7-jku": (header(jku=EVIL), HEADER),
    "J7-x5u": (header(x5u=EVIL), HEADER),
    "J7-jwk": (lambda door: door.token(header={"jwk": door.client_key.as_dict(private=False)}), HEADER),
    "J7-x5c": (header(x5c=["AAAA"]), HEADER),
    "J8-unknown": (header(crit=["exp"]), HEADER),
    "J8-empty": (header(crit=[]), HEADER),
    "J8-no-list": (header(crit="exp"), HEADER),
    "J8-b64": (header(b64=False), HEADER),
    "J9-missing": (header(typ=DROP), TYPE),
    "J9-jwt": (header(typ="JWT"), TYPE),
    "J9-proof": (header(typ="dpop+jwt"), TYPE),
    "J9-assertion": (header(typ="client-authentication+jwt"), TYPE),
    "J9-logout": (header(typ="logout+jwt"), TYPE),
    "J9-number": (header(typ=1), TYPE),
    "J9-a-proof-as-token": (lambda door: door.proof(door.token()), ALGORITHM),
    "J10-expired": (claims(exp=NOW - 5), EXPIRED),
    "J10-nbf-future": (claims(nbf=NOW + 6), EARLY),
    "J10-iat-future": (claims(iat=NOW + 6), EARLY),
    "J10-exp-text": (claims(exp=str(NOW + 600)), CLAIMS),
    "J10-exp-fraction": (claims(exp=NOW + 0.5), CLAIMS),
    "J10-exp-boolean": (claims(exp=True), CLAIMS),
    "J10-exp-null": (claims(exp=None), CLAIMS),
    "J10-exp-negative": (claims(exp=-1), EXPIRED),
    "J10-exp-missing": (claims(exp=DROP), CLAIMS),
    "J10-nbf-missing": (claims(nbf=DROP), CLAIMS),
    "J10-iat-missing": (claims(iat=DROP), CLAIMS),
    "J10-iat-text": (claims(iat=str(NOW)), CLAIMS),
    "J10-jti-missing": (claims(jti=DROP), CLAIMS),
    "J10-client-missing": (claims(client_id=DROP), CLAIMS),
    "J10-too-long": (claims(exp=NOW + 3601), "token-lifetime"),
    "J10-exp-before-iat": (claims(exp=NOW, iat=NOW), "token-lifetime"),
    "J10-exp-1e400": (raw(lambda door: json.dumps(door.claims(exp=0)).encode().replace(b'"exp": 0', b'"exp": 1e400')), CLAIMS),
    "J10-exp-huge": (claims(exp=10**400), "token-lifetime"),
    "J10-exp-infinite": (raw(lambda door: json.dumps(door.claims(exp=float("inf"))).encode()), MALFORMED),
    "J11-other": (claims(iss="https://helseid-sts.test.nhn.no"), "token-issuer"),
    "J11-slash": (claims(iss="https://sts.test/"), "token-issuer"),
    "J11-http": (claims(iss="http://sts.test"), "token-issuer"),
    "J11-list": (claims(iss=["https://sts.test"]), "token-issuer"),
    "J11-missing": (claims(iss=DROP), "token-issuer"),
    "J12-other": (claims(aud="nhn:parek"), AUDIENCE),
    "J12-missing": (claims(aud=DROP), AUDIENCE),
    "J12-two": (claims(aud=["nhn:maternity-record", "nhn:parek"]), AUDIENCE),
    "J12-same-twice": (claims(aud=["nhn:maternity-record", "nhn:maternity-record"]), AUDIENCE),
    "J12-prefix": (claims(aud="nhn:maternity"), AUDIENCE),
    "J12-suffix": (claims(aud="nhn:maternity-record/api"), AUDIENCE),
    "J12-case": (claims(aud="NHN:maternity-record"), AUDIENCE),
    "J12-empty-list": (claims(aud=[]), AUDIENCE),
    "J12-number": (claims(aud=[1]), AUDIENCE),
    "J14-aud-twice": (twice("aud"), MALFORMED),
    "J14-alg-twice": (raw(header=b'{"alg":"RS256","alg":"RS256","typ":"at+jwt","kid":"K1"}'), MALFORMED),
    "J14-deep": (raw(lambda door: b'{"a":' + b"[" * 3000 + b"]" * 3000 + b"}"), MALFORMED),
    "J14-long": (claims(padding="x" * 1_000_000), MALFORMED),
    "J14-not-utf-8": (raw(lambda door: b'{"iss":"\xff\xfe"}'), MALFORMED),
    "J14-half-a-surrogate": (raw(lambda door: b'{"iss":"\\ud800"}'), MALFORMED),
    "J14-array": (raw(lambda door: b"[]"), MALFORMED),
    "J14-text": (raw(lambda door: b'"x"'), MALFORMED),
    "J14-nothing": (raw(lambda door: b" "), MALFORMED),
    "J14-encrypted": (lambda door: door.token() + ".AAAA.AAAA", MALFORMED),
    "J14-zip": (header(zip="DEF"), HEADER),
    "J15-padded": (altered(1, lambda part: part + "="), "credentials-multiple"),
    "J15-padded-at-the-end": (altered(2, lambda part: part + "=="), MALFORMED),
    "J15-blank": (altered(1, lambda part: part[:9] + " " + part[9:]), "credentials-multiple"),
    "J15-newline": (altered(1, lambda part: part[:9] + "\n" + part[9:]), "credentials-multiple"),
    "J15-other-alphabet": (altered(2, lambda part: part[:9] + "+/" + part[11:]), MALFORMED),
    "J15-loose-bits": (altered(2, loose_bits), MALFORMED),
    "J16-header": (altered(0, flipped), MALFORMED),
    "J16-payload": (altered(1, lambda part: b64(unb64(part).replace(b"RASK", b"RISK"))), SIGNATURE),
    "J16-signature": (altered(2, flipped), SIGNATURE),
    "J16-short-signature": (altered(2, lambda part: b64(unb64(part)[:-3])), SIGNATURE),
}


@pytest.mark.parametrize("name", TOKENS)
def test_a_token_that_is_not_good_is_refused(door, name):
    attack, rule = TOKENS[name]
    token = attack(door)
    proof = door.proof(token) if token.isascii() else ""
    answer = door(door.headers(token, proof))
    assert refused(door, answer, 401, "invalid_token", rule)


def test_J4_a_signature_by_another_key_under_a_known_id_is_refused(door, strange_key):
    assert refused(door, door(door.headers(door.token(key=strange_key))), 401, "invalid_token", "token-signature")


@pytest.mark.parametrize("kid", ["../../etc/passwd", "' OR 1=1 --", "https://evil.test/k", "K2", "k1", "__class__"])
def test_J5_J6_an_unknown_key_id_is_looked_for_once_and_refused(door, kid):
    door.ticks.now += 60
    answer = door(door.headers(door.token(header={"kid": kid})))
    assert refused(door, answer, 401, "invalid_token", "token-signature", fetches=2)
    assert len(door.issuer.asked) == 1


def test_J5_a_flood_of_unknown_key_ids_asks_the_issuer_once_in_a_cool_down(door):
    door.ticks.now += 60
    for number in range(50):
        assert door(door.headers(door.token(header={"kid": f"K{number + 10}"}))).status == 401
    assert door.issuer.asked == ["https://sts.test/jwks"]
    door.ticks.now += 31
    door(door.headers(door.token(header={"kid": "another"})))
    assert len(door.issuer.asked) == 2


def test_J16_the_other_signature_of_a_token_is_no_other_token_for_the_proof(door):
    """(r, n - s) is a signature, too: the proof names the token by its text, so it does not fit the other one."""
    key = ECKey.generate_key("P-256")
    door.issuer.keys = [{**key.as_dict(private=False), "kid": "E1", "alg": "ES256"}]
    door.ticks.now += 3601
    door.configure(algorithms=("ES256",))
    text = f"{b64(json.dumps({'alg': 'ES256', 'typ': 'at+jwt', 'kid': 'E1'}).encode())}.{b64(json.dumps(door.claims()).encode())}"
    signature = JWSRegistry.algorithms["ES256"].sign(text.encode(), key)
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    other = signature[:32] + (order - int.from_bytes(signature[32:], "big")).to_bytes(32, "big")
    proof = door.proof(f"{text}.{b64(signature)}")
    answer = door(door.headers(f"{text}.{b64(other)}", proof))
    assert refused(door, answer, 401, "invalid_dpop_proof", "proof-token", fetches=2)


def _rsa(bits, exponent=65537):
    return RSAKey.generate_key(2048).as_dict(private=False) | {
        "n": b64(((1 << bits) - 1).to_bytes(bits // 8, "big")),
        "e": b64(exponent.to_bytes(max(1, (exponent.bit_length() + 7) // 8), "big")),
    }


WEAK = {
    "J17-512": lambda: _rsa(512),
    "J17-1024": lambda: _rsa(1024),
    "J17-huge": lambda: _rsa(16384),
    "J17-e-1": lambda: _rsa(2048, 1),
    "J17-e-3": lambda: _rsa(2048, 3),
    "J17-e-even": lambda: _rsa(2048, 65538),
    "J17-private": lambda: RSAKey.generate_key(2048).as_dict(private=True),
    "J17-symmetric": lambda: OctKey.generate_key(256).as_dict(private=True),
    "J17-for-encryption": lambda: RSAKey.generate_key(2048).as_dict(private=False) | {"use": "enc"},
    "J17-another-algorithm": lambda: RSAKey.generate_key(2048).as_dict(private=False) | {"alg": "RSA-OAEP"},
    "J17-not-for-verifying": lambda: RSAKey.generate_key(2048).as_dict(private=False) | {"key_ops": ["encrypt"]},
    "J17-padded-number": lambda: RSAKey.generate_key(2048).as_dict(private=False) | {"e": "AQAB="},
    "J17-another-curve": lambda: ECKey.generate_key("secp256k1").as_dict(private=False),
    "J17-no-object": lambda: "key",
}


@pytest.mark.parametrize("name", WEAK)
def test_a_key_that_is_weak_or_not_for_this_is_not_loaded(name):
    key = WEAK[name]()
    assert keys_of({"keys": [{"kid": "K1", **key} if isinstance(key, dict) else key]}, ("RS256",)) == {}


def test_a_key_without_an_id_or_with_that_of_another_is_not_loaded(issuer_key, strange_key):
    known, strange = issuer_key.as_dict(private=False), strange_key.as_dict(private=False)
    assert keys_of({"keys": [{k: v for k, v in known.items() if k != "kid"}]}) == {}
    assert keys_of({"keys": [known, {**strange, "kid": "K1"}]}) == {}
    assert list(keys_of({"keys": [known, {**strange, "kid": "K2"}]})) == ["K1", "K2"]


def test_a_key_that_does_not_name_its_algorithm_takes_only_those_of_the_list(door, issuer_key):
    nameless = {k: v for k, v in issuer_key.as_dict(private=False).items() if k != "alg"}
    door.issuer.keys = [nameless]
    door.ticks.now += 3601
    assert door(door.headers()).status == 200
    assert door(door.headers(resigned("PS256")(door))).status == 401


FORBIDDEN = {
    "J13-missing": ({"scope": DROP}, "scope-missing"),
    "J13-other": ({"scope": ["nhn:parek/rekvisisjon"]}, "scope-missing"),
    "J13-substring": ({"scope": ["nhn:maternity-record/apiwrite"]}, "scope-missing"),
    "J13-prefix": ({"scope": "nhn:maternity-record/ap"}, "scope-missing"),
    "J13-text-in-array": ({"scope": ["openid nhn:maternity-record/api"]}, "scope-missing"),
    "J13-object": ({"scope": {"nhn:maternity-record/api": True}}, "scope-missing"),
    "J18-no-pid": ({f"{IDENTITY}pid": DROP}, "pid-missing"),
    "J18-pid-number": ({f"{IDENTITY}pid": 12847199995}, "pid-invalid"),
    "J18-pid-short": ({f"{IDENTITY}pid": "1284719999"}, "pid-invalid"),
    "J18-pid-foreign-digits": ({f"{IDENTITY}pid": "١٢٨٤٧١٩٩٩٩٥"}, "pid-invalid"),
    "J18-pid-null": ({f"{IDENTITY}pid": None}, "pid-invalid"),
    "J18-level-3": ({f"{IDENTITY}security_level": "3"}, "security-level"),
    "J18-level-number": ({f"{IDENTITY}security_level": 4}, "security-level"),
    "J18-level-04": ({f"{IDENTITY}security_level": "04"}, "security-level"),
    "J18-level-high": ({f"{IDENTITY}security_level": "high"}, "security-level"),
    "J18-level-missing": ({f"{IDENTITY}security_level": DROP}, "security-level"),
    "J18-level-list": ({f"{IDENTITY}security_level": ["4"]}, "security-level"),
    "no-legal-entity": ({f"{CLIENT}claims/orgnr_parent": DROP}, "organisation-missing"),
    "legal-entity-malformed": ({f"{CLIENT}claims/orgnr_parent": "31010000"}, "organisation-missing"),
    "no-point-of-care": ({f"{CLIENT}claims/orgnr_child": DROP}, "point-of-care-missing"),
    "X1-actor": ({"act": {"client_id": "somebody"}}, "actor-not-accepted"),
    "X1-nested-actor": ({"act": {"client_id": "api-1", "act": {"client_id": "somebody"}}}, "actor-not-accepted"),
    "X1-no-object": ({"act": "api-1"}, "actor-not-accepted"),
    "X1-null": ({"act": None}, "actor-not-accepted"),
}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_who_may_not_is_refused_with_403(door, name):
    door.configure(actors=frozenset({"api-1"}))
    changes, rule = FORBIDDEN[name]
    answer = door(door.headers(claims(**changes)(door)))
    assert refused(door, answer, 403, None, rule)
    told = 'DPoP error="insufficient_scope", error_description="The access token lacks the scope of this API.", '
    told += 'scope="nhn:maternity-record/api"'
    assert answer.challenge.startswith(told) if rule == "scope-missing" else answer.challenge == ""
    (refusal,) = door.guard.refusals
    assert refusal.principal.client_id == "5b0c9a0e-7c1d-4d55-9a55-0c6f0d8e2a11", "the log can tell who it was"


def test_everything_that_is_lacking_is_told_at_once(door):
    changes = {"scope": [], f"{IDENTITY}security_level": "3", f"{CLIENT}claims/orgnr_parent": "x"}
    answer = door(door.headers(door.token(door.claims(**changes))))
    assert (answer.status, answer.rules) == (403, ["scope-missing", "security-level", "organisation-missing"])


def test_what_a_caller_may_do_is_told_only_to_who_holds_the_key(door, strange_key):
    token = door.token(door.claims(scope=[]))
    answer = door(door.headers(token, door.proof(token, key=strange_key, algorithm="RS256")))
    assert refused(door, answer, 401, "invalid_token", "token-binding")


def test_J19_a_token_of_a_test_issuer_means_nothing_elsewhere(door):
    door.configure(issuer="https://helseid-sts.nhn.no")
    assert refused(door, door(door.headers()), 401, "invalid_token", "token-issuer")


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "http://sts.test"},
        {"issuer": ""},
        {"audiences": frozenset()},
        {"audiences": frozenset({""})},
        {"scopes": frozenset()},
        {"addresses": ()},
        {"addresses": ("https://DHG.test",)},
        {"addresses": ("https://dhg.test/",)},
        {"algorithms": ("RS256", "HS256")},
        {"algorithms": ("none",)},
        {"algorithms": ()},
        {"proof_algorithms": ("HS256",)},
        {"security_levels": frozenset()},
        {"leeway": 3600},
        {"proof_past": 3600},
    ],
)
def test_a_configuration_that_would_leave_the_door_open_is_refused(changes):
    good = {
        "issuer": "https://sts.test",
        "audiences": frozenset({"a"}),
        "scopes": frozenset({"s"}),
        "addresses": ("https://dhg.test",),
    }
    HelseIdConfig(**good)
    with pytest.raises(ValueError, match="HelseID is not set up"):
        HelseIdConfig(**{**good, **changes})


def test_J20_two_authorization_headers_are_refused(door):
    token = door.token()
    sent = door.headers(token, authorization=f"DPoP {token}, DPoP {token}")
    assert refused(door, door(sent), 401, "invalid_token", "credentials-multiple")


@pytest.mark.parametrize("sent", [{}, {"authorization": ""}])
def test_J20_a_token_in_a_cookie_is_none_and_what_is_asked_for_is_told_without_an_error(door, sent):
    cookie = {"cookie": f"access_token={door.token()}", "dpop": door.proof(door.token())}
    assert refused(door, door({**cookie, **sent}), 401, None, "credentials-missing")


def test_J20_a_token_in_the_address_is_refused_even_beside_a_good_one(door):
    token = door.token()
    assert refused(door, door({}, query=f"access_token={token}"), 400, None, "token-in-address")
    door.guard.refusals.clear()
    assert refused(door, door(door.headers(token), query=f"_format=json&access_token={token}"), 400, None, "token-in-address")


@pytest.mark.parametrize("authorization", ["Bearer {}", "Basic {}", "{}", "DPoP", "DPoP  {}", "DPoP {} x", "DPoP\t{}", "DPoP {}\u00e6"])
def test_another_scheme_or_form_is_refused(door, authorization):
    answer = door(door.headers(authorization=authorization.format(door.token())))
    rule = "credentials-multiple" if authorization.startswith("DPoP ") or authorization == "DPoP" else "scheme-unsupported"
    assert refused(door, answer, 401, "invalid_token", rule)


def test_the_keys_of_an_issuer_in_the_same_process_need_no_fetch(door, issuer_key):
    keys = StaticKeys({"keys": [issuer_key.as_dict(private=False)]})
    found = keys.find("K1")
    assert found is not None and keys.holds(found)
    assert keys.find("K2") is None
    assert not keys.holds(SimpleNamespace(kid="K1"))
