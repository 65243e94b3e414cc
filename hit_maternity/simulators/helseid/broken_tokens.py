"""Access tokens that must be refused, and a few that are only unusual: one manipulation each, by name.

Rows are those of the catalogue of attacks (J: token, A: attest) in the documentation of access.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

from hit_maternity.simulators.helseid.drafts import (
    Change,
    Draft,
    Fault,
    altered,
    claim,
    claims,
    header,
    part,
    payload,
    signed_as,
    signed_by,
    text,
    together,
    unsigned,
    without_claims,
    without_header,
    written,
)
from hit_maternity.simulators.helseid.keys import base64url
from hit_maternity.simulators.helseid.minting import ATTEST, CHILD, LEVEL, PARENT, PID

#: Ids and numbers that nobody has, of the test series.
OTHER_PID, OTHER_ORGANISATION = "17818890028", "310199990"
_ATTACKER = "https://attacker.invalid/keys"
_HOUR, _DAY = 3600, 86400
_HOSTILE = "<script>alert(1)</script>=cmd|'/c calc'!A1 '; DROP TABLE audit;-- \u202egnp.exe"


def _public(draft: Draft) -> rsa.RSAPublicKey:
    public: rsa.RSAPublicKey = draft.key.public_key()
    return public


def _jwk(key: rsa.RSAPublicKey) -> dict[str, Any]:
    jwk: dict[str, Any] = RSAAlgorithm.to_jwk(key, as_dict=True)
    return {name: jwk[name] for name in ("kty", "n", "e")}


def _pem(draft: Draft) -> bytes:
    return _public(draft).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _der(draft: Draft) -> bytes:
    return _public(draft).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _with_secret(form: Any) -> Change:
    """HS256, with the public key as the secret."""

    def change(draft: Draft) -> None:
        draft.key = form(draft)
        signed_as("HS256")(draft)

    return change


def _embedded(draft: Draft) -> None:
    draft.key = foreign()
    draft.header["jwk"] = _jwk(_public(draft))


def foreign() -> rsa.RSAPrivateKey:
    """A key that no issuer has."""
    return rsa.generate_private_key(65537, 2048)


def _weak() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 1024)


def _relative(name: str, seconds: int) -> Change:
    return claim(name, lambda value: value + seconds)


def _attest(part_name: str, change: Any) -> Change:
    """Changes a part of the attest (a copy of it). Raises ``KeyError`` where there is none."""

    def changed(draft: Draft) -> None:
        attest = json.loads(json.dumps(draft.claims[ATTEST]))
        change(attest[part_name])
        draft.claims[ATTEST] = attest

    return changed


def _set(path: str, value: Any) -> Any:
    first, _, last = path.partition(".")
    return lambda it: it[first].update({last: value})


def _drop(*names: str) -> Any:
    return lambda it: [it.pop(name, None) for name in names]


def _renamed_relation(attest: Mapping[str, Any]) -> dict[str, Any]:
    return {"care_relation" if name == "care_relationship" else name: value for name, value in attest.items()}


_JOSE = {
    "AlgNone": Fault("J1", "alg none, no signature", unsigned("none")),
    "AlgNoneCapital": Fault("J1", "alg None, no signature", unsigned("None")),
    "AlgNoneMixedCase": Fault("J1", "alg nOnE, no signature", unsigned("nOnE")),
    "HmacWithPublicPem": Fault("J2", "HS256 with the public key (PEM) as secret", _with_secret(_pem)),
    "HmacWithPublicDer": Fault("J2", "HS256 with the public key (DER) as secret", _with_secret(_der)),
    "HmacWithPublicJwk": Fault("J2", "HS256 with the public key (JWK) as secret", _with_secret(lambda it: written(_jwk(_public(it))))),
    "AlgPS256": Fault("J3", "PS256 with the RS256 key", signed_as("PS256")),
    "AlgRS512": Fault("J3", "RS512 with the RS256 key", signed_as("RS512")),
    "AlgLowerCase": Fault("J3", "alg rs256", header(alg="rs256")),
    "ForeignKey": Fault("J4", "another key under the known kid", signed_by(foreign)),
    "WrongKid": Fault("J5", "a kid that is not in the key set", header(kid="0" * 40)),
    "KidPath": Fault("J6", "a path as kid", header(kid="../../../etc/passwd")),
    "KidSql": Fault("J6", "SQL as kid", header(kid="' OR '1'='1")),
    "KidNul": Fault("J6", "a kid with a null character", header(kid="a\0b")),
    "KidOversize": Fault("J6", "a kid of 10 kB", header(kid="k" * 10_240)),
    "KidNumber": Fault("J6", "a number as kid", header(kid=7)),
    "KidArray": Fault("J6", "an array as kid", header(kid=["a"])),
    "KidMissing": Fault("J6", "no kid", without_header("kid")),
    "JkuHeader": Fault("J7", "jku that leads elsewhere", header(jku=_ATTACKER)),
    "X5uHeader": Fault("J7", "x5u that leads elsewhere", header(x5u=_ATTACKER)),
    "EmbeddedJwk": Fault("J7", "signed with a key that stands in the header", _embedded),
    "CritUnknown": Fault("J8", "crit with an unknown member", together(header(crit=["exp2"]), header(exp2=1))),
    "CritEmpty": Fault("J8", "an empty crit", header(crit=[])),
    "CritText": Fault("J8", "crit that is no array", header(crit="exp")),
    "TypMissing": Fault("J9", "no typ", without_header("typ")),
    "TypJwt": Fault("J9", "typ JWT", header(typ="JWT")),
    "TypProof": Fault("J9", "typ dpop+jwt", header(typ="dpop+jwt")),
    "TypClientAuthentication": Fault("J9", "typ client-authentication+jwt", header(typ="client-authentication+jwt")),
    "TypLogout": Fault("J9", "typ logout+jwt", header(typ="logout+jwt")),
    "DuplicateAud": Fault("J14", "aud twice", payload(lambda raw: b'{"aud":"someone:else",' + raw[1:])),
    "DeepNesting": Fault("J14", "nested a thousand deep", payload(lambda raw: b'{"x":' + b"[" * 1000 + b"]" * 1000 + b"," + raw[1:])),
    "Oversize": Fault("J14", "a payload of 1 MB", claims(padding="x" * 1_000_000)),
    "InvalidUtf8": Fault("J14", "bytes that are not UTF-8", payload(lambda raw: b'{"x":"\xff\xfe",' + raw[1:])),
    "PayloadArray": Fault("J14", "a payload that is no object", payload(lambda raw: b"[" + raw + b"]")),
    "Encrypted": Fault("J14", "five parts, as an encrypted token has", text(lambda it: f"{it}.AAAA.AAAA")),
    "Padded": Fault("J15", "base64 with padding", part(2, lambda it: f"{it}=")),
    "StandardAlphabet": Fault("J15", "base64 with + and /", part(2, lambda it: it.replace("-", "+").replace("_", "/") + "+/")),
    "HeaderAltered": Fault("J16", "a changed header", part(0, altered)),
    "PayloadAltered": Fault("J16", "a changed payload", part(1, altered)),
    "SignatureAltered": Fault("J16", "a changed signature", part(2, altered)),
    "SignatureTruncated": Fault("J16", "half a signature", part(2, lambda it: it[: len(it) // 2])),
    "WeakKey": Fault("J17", "signed with RSA of 1024 bits, under the known kid", signed_by(_weak)),
}

_CLAIMS = {
    "ExpMissing": Fault("J10", "no exp", without_claims("exp")),
    "ExpText": Fault("J10", "exp as text", claim("exp", str)),
    "ExpFraction": Fault("J10", "exp with a fraction", claim("exp", lambda it: it + 0.5)),
    "ExpBoolean": Fault("J10", "exp true", claims(exp=True)),
    "ExpNegative": Fault("J10", "exp below zero", claims(exp=-1)),
    "ExpInfinite": Fault("J10", "exp 1e400", payload(lambda raw: b'{"exp":1e400,' + _without(raw, "exp")[1:])),
    "Expired": Fault("J10", "expired an hour ago", together(*(_relative(name, -2 * _HOUR) for name in ("nbf", "iat", "exp")))),
    "NbfFuture": Fault("J10", "not yet valid", together(_relative("nbf", _HOUR), _relative("exp", _HOUR))),
    "IatFuture": Fault("J10", "issued in the future", together(_relative("iat", _HOUR), _relative("exp", _HOUR))),
    "IatText": Fault("J10", "iat as text", claim("iat", str)),
    "IatMissing": Fault("J10", "no iat", without_claims("iat")),
    "LifetimeOfADay": Fault("J10", "valid for a day", _relative("exp", _DAY)),
    "JtiMissing": Fault("J10", "no jti", without_claims("jti")),
    "IssOther": Fault("J11", "another issuer", claims(iss="https://other-issuer.invalid")),
    "IssTrailingSlash": Fault("J11", "the issuer with a slash behind", claim("iss", lambda it: f"{it}/")),
    "IssList": Fault("J11", "an array as issuer", claim("iss", lambda it: [it])),
    "AudOther": Fault("J12", "another audience", claims(aud="invalid:audience")),
    "AudMissing": Fault("J12", "no audience", without_claims("aud")),
    "AudListOfOne": Fault("J12", "the audience as an array of one (may be allowed)", claim("aud", lambda it: [it])),
    "TwoAudiences": Fault("J12", "two audiences", claim("aud", lambda it: [it, "someone:else"])),
    "AudPrefix": Fault("J12", "the beginning of the audience", claim("aud", lambda it: it[:-1])),
    "AudSuffix": Fault("J12", "the audience and more", claim("aud", lambda it: f"{it}2")),
    "AudUpperCase": Fault("J12", "the audience in capitals", claim("aud", lambda it: it.upper())),
    "ScopeMissing": Fault("J13", "no scope", without_claims("scope")),
    "ScopeOther": Fault("J13", "the scope of another API", claims(scope=["someone:else/api"])),
    "ScopeSuffix": Fault("J13", "the scope and more", claim("scope", lambda it: [f"{one}write" for one in it])),
    "ScopeText": Fault("J13", "scopes as one text (allowed)", claim("scope", " ".join)),
    "PidMissing": Fault("J18", "nobody at the keyboard", without_claims(PID)),
    "SecurityLevelMissing": Fault("J18", "no security level", without_claims(LEVEL)),
    "SecurityLevel3": Fault("J18", "security level 3", claims({LEVEL: "3"})),
    "SecurityLevelNumber": Fault("J18", "security level as a number", claims({LEVEL: 4})),
    "SecurityLevelPadded": Fault("J18", "security level 04", claims({LEVEL: "04"})),
    "SecurityLevelWord": Fault("J18", "security level high", claims({LEVEL: "high"})),
    "OrganisationMissing": Fault("2.13", "no organisation", without_claims(PARENT, CHILD)),
    "CnfMissing": Fault("D2", "not bound to a key", without_claims("cnf")),
    "CnfText": Fault("D2", "cnf that is no object", claims(cnf="jkt")),
    "CnfOther": Fault("D3", "bound to another key", claims(cnf={"jkt": base64url(bytes(32))})),
}

_ATTESTS = {
    "AttestMissing": Fault("A3", "no attest", without_claims(ATTEST)),
    "AttestOtherPid": Fault("A1", "the attest is somebody else's", _attest("practitioner", _set("identifier.id", OTHER_PID))),
    "AttestOtherLegalEntity": Fault("A2", "another legal entity", _attest("practitioner", _set("legal_entity.id", OTHER_ORGANISATION))),
    "AttestOtherPointOfCare": Fault("A2", "another point of care", _attest("practitioner", _set("point_of_care.id", OTHER_ORGANISATION))),
    "AttestWithoutPurpose": Fault("A3", "no purpose of use", _attest("care_relationship", _drop("purpose_of_use"))),
    "AttestUnknownPurpose": Fault("A3", "an unknown purpose", _attest("care_relationship", _set("purpose_of_use.code", "CURIOSITY"))),
    "AttestWithoutReason": Fault(
        "A3", "neither service nor details", _attest("care_relationship", _drop("healthcare_service", "purpose_of_use_details"))
    ),
    "AttestUnknownSystem": Fault(
        "A3", "an unknown code system", _attest("care_relationship", _set("purpose_of_use.system", "urn:oid:1.2.3"))
    ),
    "AttestText": Fault("A4", "the attest as text (may be allowed)", claim(ATTEST, json.dumps)),
    "AttestArray": Fault("A4", "the attest in an array (may be allowed)", claim(ATTEST, lambda it: [it])),
    "AttestNull": Fault("A4", "an attest of null", claims({ATTEST: None})),
    "AttestNumber": Fault("A4", "an attest that is a number", claims({ATTEST: 7})),
    "AttestExtraMembers": Fault("A4", "unknown members (allowed)", claim(ATTEST, lambda it: {**it, "auhtorization": {"a": 1}})),
    "AttestCareRelation": Fault("A4", "the older name care_relation (may be allowed)", claim(ATTEST, _renamed_relation)),
    "AttestOtherAuthorisation": Fault("A5", "an authorisation she has not", _attest("practitioner", _set("authorization.code", "VE"))),
    "AttestHostileText": Fault(
        "A7",
        "script, formula, SQL and bidirectional marks in names (must stay inert)",
        together(
            _attest("practitioner", _set("point_of_care.name", _HOSTILE)),
            _attest("care_relationship", _set("purpose_of_use.text", _HOSTILE)),
        ),
    ),
    "BreakTheGlass": Fault(
        "6.6",
        "purpose BTG, chosen by the practitioner (allowed, and told)",
        together(
            _attest("care_relationship", _set("purpose_of_use.code", "BTG")),
            _attest("care_relationship", _set("decision_ref.user_selected", True)),
        ),
    ),
}


def _without(raw: bytes, name: str) -> bytes:
    return written({key: value for key, value in json.loads(raw).items() if key != name})


TOKEN_FAULTS: dict[str, Fault] = {**_JOSE, **_CLAIMS, **_ATTESTS}
