"""$validate over ``handle``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from hit_maternity.fhir.outcome import Issue, refuse
from hit_maternity.fhir.ports import Change, HistoryQuery, Writer

GOOD = {"resourceType": "Patient", "active": True}
BAD = {"resourceType": "Patient", "gender": "woman", "colour": "red"}


def parameters(**values):
    listed = [
        {"name": n, ("resource" if isinstance(v, dict) else "valueCode" if n == "mode" else "valueUri"): v} for n, v in values.items()
    ]
    return {"resourceType": "Parameters", "parameter": listed}


def errors(answer) -> int:
    return len(answer.rules)


def test_a_valid_resource_has_no_errors(api):
    for body in (GOOD, parameters(resource=GOOD), parameters(resource=GOOD, mode="create")):
        answer = api("POST", "Patient/$validate", body)
        assert (answer.status, errors(answer), answer.interaction) == (200, 0, "$validate")
    assert api("GET", "Patient?_total=accurate").json["total"] == 0


def test_the_faults_of_an_invalid_one_are_told_with_200(api):
    for body in (BAD, parameters(resource=BAD)):
        answer = api("POST", "Patient/$validate", body)
        assert answer.status == 200
        assert errors(answer) == 2
        assert "Patient.gender" in answer.places


def test_parameters_can_stand_in_the_query(api):
    answer = api("POST", "Patient/$validate?mode=create&profile=http://hl7.org/fhir/StructureDefinition/Patient", GOOD)
    assert (answer.status, errors(answer)) == (200, 0)


def test_another_type_than_the_addresss_is_a_fault(api):
    answer = api("POST", "Observation/$validate", GOOD)
    assert answer.status == 200 and errors(answer) > 0


def test_mode_update_needs_the_same_id(api, kari):
    assert errors(api("POST", f"Patient/{kari}/$validate", parameters(resource={**GOOD, "id": kari}, mode="update"))) == 0
    assert api("POST", f"Patient/{kari}/$validate", parameters(resource={**GOOD, "id": "x"}, mode="update")).rules == ["id-mismatch"]
    assert api.versions(f"Patient/{kari}") == 1


def test_mode_delete_needs_no_resource_and_deletes_nothing(api, kari):
    answer = api("POST", f"Patient/{kari}/$validate", parameters(mode="delete"))
    assert (answer.status, errors(answer)) == (200, 0)
    assert api("GET", f"Patient/{kari}").status == 200


def test_the_stored_resource_is_validated_where_none_is_sent(api, kari):
    answer = api("GET", f"Patient/{kari}/$validate")
    assert (answer.status, errors(answer)) == (200, 0)
    assert api("GET", "Patient/nobody/$validate").status == 404


def test_a_parameters_resource_can_be_what_is_meant(api):
    answer = api("POST", "Parameters/$validate", {"resourceType": "Parameters", "parameter": [{"name": "x", "valueString": "y"}]})
    assert (answer.status, errors(answer)) == (200, 0)


@pytest.mark.parametrize(
    ("url", "body", "rule"),
    [
        ("Patient/$validate", None, "validate-resource-missing"),
        ("Patient/$validate?mode=fly", GOOD, "validate-mode"),
        ("Patient/$validate?mode=update", GOOD, "validate-mode"),
        ("Patient/$validate?mode=profile", GOOD, "validate-profile"),
        ("Patient/$validate?mode=", None, "validate-resource-missing"),
        ("Patient/$validate?mode=create&mode=create", GOOD, "validate-mode"),
        ("Patient/$validate?mode=delete", GOOD, "validate-mode"),
        ("Patient/$validate", {"resourceType": "Parameters", "parameter": [{"name": "mode", "valueInteger": 5}]}, "validate-mode"),
        ("Patient/$validate", {"resourceType": "Parameters", "parameter": [{"name": "mode", "valueCoding": {}}]}, "validate-mode"),
        ("Patient/$validate", {"resourceType": "Parameters", "parameter": [{"name": "profile", "valueInteger": 5}]}, "validate-profile"),
        ("Patient/$validate?resource=x", GOOD, "validate-resource"),
        ("Patient/$validate?profile=http://nowhere.test/x", GOOD, "profile-unknown"),
        ("Patient/$validate?profile=http://hl7.org/fhir/StructureDefinition/Patient&profile=urn:x:y", GOOD, "profile-unknown"),
        ("Patient/$validate?colour=red", GOOD, "operation-parameter-unknown"),
        ("Patient/$validate", {"resourceType": "Parameters", "parameter": 5}, "parameters-malformed"),
        ("Patient/$validate", {"resourceType": "Parameters", "parameter": [{"name": 5}]}, "parameters-malformed"),
        ("$validate", GOOD, "operation-not-here"),
    ],
)
def test_what_cannot_be_validated_is_refused(api, url, body, rule):
    answer = api("POST", url, body)
    assert answer.rules == [rule]
    assert answer.status == (404 if rule == "operation-not-here" else 400)


@pytest.mark.parametrize("body", [b"{", b"[]", b"5", b'"x"', b"null", b'{"resourceType":5}', b'{"resourceType":"Patient","id":{}}'])
def test_hostile_bodies_never_fail(api, body):
    assert api("POST", "Patient/$validate", body).status in (200, 400)


def words(answer) -> list[str]:
    return [i["details"]["text"] for i in answer.json["issue"]]


def test_every_profile_given_is_checked(api):
    observation = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}}
    profiles = [f"http://hl7.org/fhir/StructureDefinition/{name}" for name in ("vitalsigns", "bodyweight")]
    sent = parameters(resource=observation)
    sent["parameter"] += [{"name": "profile", "valueCanonical": profile} for profile in profiles]
    answer = api("POST", "Observation/$validate", sent)
    assert answer.status == 200
    for profile in profiles:
        assert any(profile in text for text in words(answer)), profile


def test_unknown_profiles_are_named_all_of_them_but_never_a_number_that_could_be_a_persons(api):
    urls = "&".join(f"profile={p}" for p in ("http://nowhere.test/x%7C1.0", "urn:x:y", "urn:pid:21915987654", "no%20url%0A<b>"))
    answer = api("POST", f"Patient/$validate?{urls}", GOOD)
    assert (answer.status, answer.rules) == (400, ["profile-unknown"] * 4)
    named = [text.split(" is not loaded")[0] for text in words(answer)]
    assert named == ["The profile http://nowhere.test/x|1.0", "The profile urn:x:y", "The profile number 3", "The profile number 4"]


def test_a_profile_of_another_type_is_a_fault_of_the_resource(api):
    answer = api("POST", "Patient/$validate?profile=http://hl7.org/fhir/StructureDefinition/bp", GOOD)
    assert (answer.status, answer.rules) == (200, ["profile-base"])


@pytest.mark.parametrize(
    ("accept", "language", "piece"), [("nb", "nb", "er ikke i verdisettet"), ("en, nb", "en", "is not in the value set")]
)
def test_the_words_are_in_the_callers_language(api, accept: str, language: str, piece: str):
    answer = api("POST", "Patient/$validate", BAD, accept_language=accept)
    assert (answer.status, answer.json["language"]) == (200, language)
    assert any(piece in text for text in words(answer))
    assert [i["diagnostics"] for i in answer.json["issue"]] == words(answer)


def test_all_is_well_in_norwegian_too(api, kari):
    narrated = {**GOOD, "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">x</div>'}}
    answer = api("POST", "Patient/$validate", narrated, accept_language="nb")
    assert (words(answer), answer.json["language"]) == (["Ingen feil funnet."], "nb")
    assert words(api("POST", f"Patient/{kari}/$validate", parameters(mode="delete"), accept_language="nn")) == ["Ressursen kan slettes."]


# ------------------------------------------------------------ what the write would meet


@dataclass
class Unwelcome:
    """A rule that refuses whatever is called Unwelcome, and every deletion of it; it warns of the rest."""

    asked: list[Change] = field(default_factory=list)

    def issues(self, writer: Writer, changes: Sequence[Change]) -> list[tuple[int, Issue]]:
        self.asked += changes
        found = []
        for place, change in enumerate(changes):
            there = writer.get(change.type, change.id)
            assert there is not None and (there.body is None) == (change.resource is None)
            resource = change.resource or {"name": [{"family": "Unwelcome"}] if b"Unwelcome" in (change.before.body or b"") else []}  # type: ignore[union-attr]  # a deletion has one
            if any(n.get("family") == "Unwelcome" for n in resource.get("name", ())):
                found.append((place, Issue("conflict", "unwelcome", "Nobody may be called so. Choose another name.", "Patient.name")))
            else:
                found.append((place, Issue("informational", "careful", "Look again.", "Patient", "warning")))
        return found


@pytest.fixture
def rule() -> Unwelcome:
    return Unwelcome()


@pytest.fixture
def ruled(api, rule):
    """The server with the rule."""
    return type(api)(replace(api.server, rules=rule))


def everything(store) -> list[tuple[str, str, int]]:
    with store.reading() as session:
        return [(v.type, v.id, v.version) for v in session.history(HistoryQuery(count=1000)).versions]


def named(family: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "name": [{"family": family}], **more}


def told(answer) -> list[tuple[str, str]]:
    return [
        (i["severity"], i["details"]["coding"][0]["code"]) for i in answer.json["issue"] if i["details"]["coding"][0]["code"] != "inv:dom-6"
    ]


@pytest.mark.parametrize(
    ("url", "sent", "expected"),
    [
        ("Patient/$validate", parameters(resource=named("Unwelcome", id="x"), mode="create"), ("error", "unwelcome")),
        ("Patient/$validate", parameters(resource=named("Lie"), mode="create"), ("warning", "careful")),
        ("Patient/kari/$validate", parameters(resource=named("Unwelcome", id="kari"), mode="update"), ("error", "unwelcome")),
        ("Patient/kari/$validate", parameters(resource=named("Lie", id="kari"), mode="update"), ("warning", "careful")),
        ("Patient/kari/$validate", parameters(mode="update"), ("warning", "careful")),
        ("Patient/new/$validate", parameters(resource=named("Unwelcome", id="new"), mode="update"), ("error", "unwelcome")),
        ("Patient/bad/$validate", parameters(mode="delete"), ("error", "unwelcome")),
    ],
)
def test_the_rules_between_resources_are_asked_and_nothing_is_stored(api, ruled, rule, store, url, sent, expected):
    for id, family in (("kari", "Testesen"), ("bad", "Unwelcome")):
        assert api("PUT", f"Patient/{id}", named(family, id=id)).status == 201
    before = everything(store)
    answer = ruled("POST", url, sent)
    assert answer.status == 200
    assert told(answer) == [expected]
    assert len(rule.asked) == 1
    assert everything(store) == before
    assert api("GET", "Patient?family=Unwelcome&_total=accurate").json["total"] == 1
    assert api("PUT", "Patient/kari", named("Testesen", id="kari")).headers["etag"] == 'W/"2"'


def test_a_deletion_that_is_allowed_is_told_with_its_warnings(ruled, kari):
    assert told(ruled("POST", f"Patient/{kari}/$validate", parameters(mode="delete"))) == [("information", "ok"), ("warning", "careful")]
    assert told(ruled("POST", "Patient/nobody/$validate", parameters(mode="delete"))) == [("information", "ok")]
    assert told(ruled("GET", f"Patient/{kari}/$validate?mode=delete")) == [("information", "ok"), ("warning", "careful")]
    assert ruled("GET", f"Patient/{kari}").status == 200


def test_what_is_not_valid_is_not_tried(ruled, rule):
    assert ruled("POST", "Patient/$validate", parameters(resource={**BAD, "name": [{"family": "Unwelcome"}]}, mode="create")).status == 200
    assert ruled("POST", "Patient/$validate", named("Unwelcome")).status == 200
    assert rule.asked == []


def test_a_stale_if_match_is_told_as_an_update_would(api, kari):
    sent = parameters(resource={**GOOD, "id": kari}, mode="update")
    assert api("POST", f"Patient/{kari}/$validate", sent, if_match='W/"1"').rules == []
    stale = api("POST", f"Patient/{kari}/$validate", sent, if_match='W/"7"')
    assert (stale.status, stale.rules) == (200, ["version-stale"])


def test_whoever_may_not_write_may_not_try(api, kari):
    class Reader(type(api.server.guard)):  # type: ignore[misc]  # the class is known at run time only
        def check(self, principal, intent):
            if intent.interaction in ("create", "update", "delete"):
                raise refuse(403, "forbidden", "not-allowed", "You may read only.")
            return super().check(principal, intent)

    reader = type(api)(replace(api.server, guard=Reader()))
    assert reader("POST", "Patient/$validate", GOOD).status == 200
    for url, sent in (
        ("Patient/$validate", parameters(resource=GOOD, mode="create")),
        (f"Patient/{kari}/$validate", parameters(resource={**GOOD, "id": kari}, mode="update")),
        (f"Patient/{kari}/$validate", parameters(mode="delete")),
    ):
        answer = reader("POST", url, sent)
        assert (answer.status, answer.rules) == (403, ["not-allowed"])


@pytest.mark.parametrize("kind", ["batch", "transaction"])
def test_inside_a_bundle_it_stores_nothing_either(ruled, rule, store, kind: str):
    ask = {"request": {"method": "POST", "url": "Patient/$validate"}, "resource": parameters(resource=named("Lie"), mode="create")}
    make = {"request": {"method": "PUT", "url": "Patient/a"}, "resource": named("Dahl", id="a")}
    answer = ruled("POST", "", {"resourceType": "Bundle", "type": kind, "entry": [ask, make]})
    assert answer.status == 200
    outcome = answer.entries[0]["resource"]
    rules = [i["details"]["coding"][0]["code"] for i in outcome["issue"]]
    assert ("careful" if kind == "batch" else "validate-untried") in rules
    assert [name for _, name, _ in everything(store)] == ["a"]
    assert len(rule.asked) == (2 if kind == "batch" else 1)
