"""The headers of a call: right ones are read, wrong ones are 400 and told all at once, without their values."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

HPR = "urn:oid:2.16.578.1.12.4.1.1.9060"


def role(**changes):
    return quote(json.dumps({"system": HPR, "code": "LE", **changes}))


ROLES = {
    "not-encoded": json.dumps({"system": HPR, "code": "LE"}),
    "no-json": quote("LE"),
    "array": quote("[]"),
    "text": quote('"LE"'),
    "empty": "",
    "twice": quote(f'{{"system":"{HPR}","code":"LE","code":"JO"}}'),
    "deep": quote('{"a":' + "[" * 50 + "]" * 50 + "}"),
    "long": quote(json.dumps({"system": HPR, "code": "LE", "x": "x" * 2000})),
    "no-system": quote(json.dumps({"code": "LE"})),
    "no-code": quote(json.dumps({"system": HPR})),
    "other-system": role(system="kjernejournal_userrole"),
    "unknown-code": role(code="QQ"),
    "lower-case": role(code="le"),
    "number": role(code=1),
    "null": role(code=None),
    "several": f"{role()}, {role()}",
    "bytes": "%ff%fe",
    "half-an-escape": "%7",
    "letters": "rolle-ø",
}


@pytest.mark.parametrize("name", ROLES)
def test_a_role_of_a_wrong_form_is_refused_with_400(door, name):
    answer = door(door.headers(nhn_user_role=ROLES[name]))
    assert (answer.status, answer.rules) == (400, ["header-invalid"])
    assert b"nhn-user-role" in answer.body
    assert not ROLES[name] or ROLES[name].encode() not in answer.body


@pytest.mark.parametrize("text", [role(), role(system=HPR.removeprefix("urn:oid:")), role().replace("%20", "+"), role(extra="x")])
def test_a_role_is_url_encoded_json(door, text):
    assert door(door.headers(nhn_user_role=text)).status == 200
    assert door.guard.admitted[0].role.code == "LE"


HEADERS = {
    "nhn_source_system": ["ab", "x" * 513, "a\tbc", ""],
    "nhn_event_id": ["x" * 129, "", "ø", " a", "a\x00b"],
    "nhn_patient_nin": ["1284719999", "128471999955", "1284719999a", "12847199995, 12847199995", "", "١٢٨٤٧١٩٩٩٩٥"],
    "nhn_access_basis": ["samtykke", "", "SAMTYKKE, UNNTAK"],
    "nhn_treatment_facility_name": ["", "%ff", "x" * 513, "%0d%0aSet-Cookie:a=b", "x" * 2000],
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in HEADERS.items() for text in texts])
def test_a_header_of_a_wrong_form_is_refused_with_400(door, name, text):
    answer = door(door.headers(**{name: text}))
    assert (answer.status, answer.rules) == (400, ["header-invalid"])
    assert name.replace("_", "-").encode() in answer.body
    assert b"12847199" not in answer.body and b"Set-Cookie" not in answer.body
    assert door.shelf.opened == 0


def test_all_wrong_headers_are_told_at_once(door):
    answer = door(door.headers(nhn_user_role="x", nhn_event_id="", nhn_patient_nin="x"))
    assert (answer.status, answer.rules) == (400, ["header-invalid"] * 3)


def test_old_and_new_name_must_say_the_same(door):
    answer = door(door.headers(nhn_user_role=role(), hit_user_role=role(code="JO")))
    assert (answer.status, answer.rules) == (400, ["header-conflict"])
    assert door(door.headers(nhn_user_role=role(), hit_user_role=role())).status == 200


def test_wrong_headers_are_told_only_to_who_is_known(door):
    answer = door({"nhn-user-role": "x"})
    assert (answer.status, answer.rules) == (401, ["credentials-missing"])


@pytest.mark.parametrize(
    "stated",
    [
        {"helseid://claims/hpr/hpr_details": {"hpr_number": 565000001, "approvals": [{"profession": "JO"}]}},
        {"helseid://claims/hpr/hpr_details": json.dumps({"approvals": [{"profession": "JO"}, {"profession": "SP"}]})},
        {"nhn:tillitsrammeverk:parameters": {"practitioner": {"authorization": {"code": "JO", "system": HPR}}}},
    ],
)
def test_a_role_that_the_token_does_not_give_is_refused_with_403(door, stated):
    token = door.token(door.claims(**stated))
    answer = door(door.headers(token, nhn_user_role=role()))
    assert (answer.status, answer.rules) == (403, ["role-mismatch"])
    assert door(door.headers(token, nhn_user_role=role(code="JO"))).status == 200


@pytest.mark.parametrize(
    "details", [None, [], "x", {"approvals": "LE"}, {"approvals": [1, {"profession": 2}]}, {"approvals": {}}, "[" * 500]
)
def test_details_of_authorisations_that_say_nothing_bind_nothing(door, details):
    token = door.token(door.claims(**{"helseid://claims/hpr/hpr_details": details}))
    assert door(door.headers(token, nhn_user_role=role())).status == 200


def test_a_source_system_may_have_norwegian_letters(door):
    for text in ("Sørbø EPJ 2", "Sørbø EPJ 2".encode().decode("latin-1")):
        door.guard.admitted.clear()
        assert door(door.headers(nhn_source_system=text)).status == 200
        assert door.guard.admitted[0].source_system == "Sørbø EPJ 2"
