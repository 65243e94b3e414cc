"""The pregnancies as Bundles: whole, in order of time, and the same each time."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from hit_maternity.clock import SystemClock
from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.json import decode, encode
from hit_maternity.fhir.ports import ResourceStore
from hit_maternity.fhir.rest.dispatch import handle
from hit_maternity.fhir.rest.exchange import Request, Server
from hit_maternity.fhir.rest.open_guard import OpenGuard
from hit_maternity.fhir.search import Search
from hit_maternity.fhir.terminology import LoadedTerminology
from hit_maternity.fhir.validation import Validator
from hit_maternity.testbed.people import Pregnancy, pregnancies
from hit_maternity.testbed.people.story import Story

ASKED_FOR = {
    "normal",
    "first-time",
    "twins",
    "rhd-negative",
    "gestational-diabetes",
    "pre-eclampsia",
    "earlier-loss",
    "ivf",
    "late-booking",
    "interpreter",
    "transferred-term",
    "birth-and-postpartum",
}
SHARED = {"Organization", "Practitioner", "PractitionerRole"}
Resource = dict[str, Any]


def identity(resource: Resource) -> str:
    return f"{resource['resourceType']}/{resource['id']}"


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_every_pregnancy_that_was_asked_for_is_there():
    names = [p.name for p in pregnancies()]
    assert names == sorted(set(names))
    assert set(names) >= ASKED_FOR


def test_each_is_told_in_three_languages(pregnancy: Pregnancy):
    for words in (pregnancy.title, pregnancy.about):
        assert words.nb and words.nn and words.en
        assert words.nb != words.en


def test_the_bundle_is_a_transaction_that_puts_each_resource_under_its_own_id(pregnancy: Pregnancy):
    bundle = pregnancy.bundle()
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "transaction")
    identities = [identity(entry["resource"]) for entry in bundle["entry"]]
    assert len(identities) == len(set(identities))
    for entry, name in zip(bundle["entry"], identities, strict=True):
        assert entry["request"] == {"method": "PUT", "url": name}
        assert entry["fullUrl"] == f"https://hit-maternity.example/fhir/{name}"


def test_every_reference_leads_to_a_resource_of_the_same_bundle(resources: list[Resource]):
    assert {r for resource in resources for r in references(resource)} <= {identity(r) for r in resources}


def test_ids_tell_the_story_and_nothing_of_a_person(pregnancy: Pregnancy, resources: list[Resource]):
    for resource in resources:
        assert re.fullmatch(r"[a-z0-9-]{1,64}", resource["id"])
        assert resource["resourceType"] in SHARED or resource["id"].startswith(f"{pregnancy.name}-")
        assert not re.search(r"\d{6}", resource["id"])


def test_pregnancies_share_nothing_but_people_and_places_and_those_are_the_same(told: dict[str, list[Resource]]):
    seen: dict[str, bytes] = {}
    for resources in told.values():
        for resource in resources:
            written = encode(resource)
            assert seen.setdefault(identity(resource), written) == written
            assert resource["resourceType"] in SHARED or list(seen).count(identity(resource)) == 1
    own = [identity(r) for resources in told.values() for r in resources if r["resourceType"] not in SHARED]
    assert len(own) == len(set(own))


def test_a_whole_pregnancy_has_some_two_hundred_resources(told: dict[str, list[Resource]]):
    assert 150 <= len(told["normal"]) <= 300
    for name in ASKED_FOR:
        assert 150 <= len(told[name]) <= 300, name


def test_it_is_the_same_in_every_process_and_at_every_call(pregnancy: Pregnancy):
    assert encode(pregnancy.bundle()) == encode(pregnancy.bundle())


def test_hashing_does_not_change_it():
    code = (
        "import hashlib; from hit_maternity.fhir.json import encode; from hit_maternity.testbed.people import pregnancies;"
        "print(hashlib.sha256(b''.join(encode(p.bundle()) for p in pregnancies())).hexdigest())"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "SYSTEMROOT": "C:\\Windows"},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(made) == 1


def test_changing_what_was_given_changes_nothing_for_the_next():
    first = pregnancies()[0].bundle()
    before = encode(first)
    for entry in first["entry"]:
        entry["resource"].clear()
    assert encode(pregnancies()[0].bundle()) == before


def test_every_resource_names_its_profile_and_says_in_words_what_it_is(resources: list[Resource]):
    for resource in resources:
        (url,) = resource["meta"]["profile"]
        assert url.startswith("https://hit-maternity.example/fhir/StructureDefinition/no-domain-Maternity-" + resource["resourceType"])
        words = re.sub(r"<[^>]+>", "", resource["text"]["div"])
        assert len(words) > 2
        assert not re.search(r"\d{9,}", words), "no number of a person stands in a narrative"


def moments(resource: Resource) -> list[str]:
    """The days on which a resource was written or on which what it tells was found."""
    keys = ("recorded", "effectiveDateTime", "dateAsserted", "recordedDate", "dateTime", "created", "performedDateTime", "date")
    return [resource[key][:10] for key in keys if key in resource]


def sittings(resources: list[Resource]) -> Iterator[list[Resource]]:
    """What was written together: everything up to and with a Provenance."""
    together: list[Resource] = []
    for resource in resources:
        if resource["resourceType"] not in SHARED:
            together.append(resource)
        if resource["resourceType"] == "Provenance":
            yield together
            together = []
    assert not together


def test_the_entries_stand_in_order_of_time(resources: list[Resource]):
    reached = ""
    for together in sittings(resources):
        (encounter,) = (r for r in together if r["resourceType"] == "Encounter")
        assert reached <= encounter["period"]["start"]
        reached = encounter["period"]["end"]
        first, last = encounter["period"]["start"][:10], reached[:10]
        found = [day for r in together for day in moments(r)]
        assert len(found) >= 3
        assert all(first <= day <= last for day in found), encounter["id"]


def test_every_resource_of_the_record_has_a_provenance_with_person_role_organisation_and_place(resources: list[Resource]):
    provenances = [r for r in resources if r["resourceType"] == "Provenance"]
    covered = [t["reference"] for p in provenances for t in p["target"]]
    own = [identity(r) for r in resources if r["resourceType"] not in SHARED | {"Provenance"}]
    assert sorted(covered) == sorted(own)
    for provenance in provenances:
        (agent,) = provenance["agent"]
        assert agent["who"]["reference"].startswith("PractitionerRole/")
        assert agent["onBehalfOf"]["reference"].startswith("Organization/")
        assert agent["role"][0]["coding"][0]["system"] == "urn:oid:2.16.578.1.12.4.1.1.9060"
        assert provenance["extension"][0]["valueString"]


def test_all_of_them_go_into_a_server_and_are_found_there(store: ResourceStore):
    definitions = Definitions.r4()
    terminology = LoadedTerminology(definitions)
    validator, search = Validator(definitions, terminology), Search(definitions, terminology)
    server = Server(definitions, validator, search, store, terminology, OpenGuard(), SystemClock())
    headers = {"content-type": "application/fhir+json", "accept": "application/fhir+json"}
    base = "http://127.0.0.1:8080/fhir"
    for pregnancy in pregnancies():
        answer = handle(server, Request("POST", [], "", headers, encode(pregnancy.bundle()), base))
        assert answer.status == 200, (pregnancy.name, answer.body)
        statuses = {entry["response"]["status"][:3] for entry in decode(answer.body)["entry"]}
        assert statuses <= {"200", "201"}
    found = handle(server, Request("GET", ["EpisodeOfCare"], "status=active&_summary=count", headers, b"", base))
    assert decode(found.body)["total"] == sum(p.story.ending is None for p in pregnancies())
    twins = handle(server, Request("GET", ["Observation"], "focus=Patient/twins-fetus-2&code=55283-6&_summary=count", headers, b"", base))
    assert decode(twins.body)["total"] == sum(len(v.fetus) > 1 and v.fetus[1].heart is not None for v in story_of("twins").visit)


def story_of(name: str) -> Story:
    return next(p.story for p in pregnancies() if p.name == name)
