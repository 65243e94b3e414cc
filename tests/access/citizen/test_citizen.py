"""What a citizen may do at /app/fhir: her own record and nobody else's."""

from __future__ import annotations

import json
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from hit_citizens_world import DROP, KARI, LIV, NOON, PARTNER, Issuer, World, answers

from hit_maternity.access.citizen import Proxies
from hit_maternity.access.limits import Limits, Rate
from hit_maternity.fhir.outcome import FhirError
from hit_maternity.knowledge import Knowledge
from hit_maternity.store import Store


def is_silent_about(told: Any, *secrets: str) -> None:
    text = told.body.decode() + json.dumps(told.headers)
    for secret in ("Hemmelig", KARI, LIV, "Traceback", *secrets):
        assert secret not in text, secret


# ------------------------------------------------------------ reading


@pytest.mark.parametrize("url", ["Patient/kari", "Observation/kari-weight", "EpisodeOfCare/kari-record", "Patient/kari-fetus"])
def test_she_reads_what_is_hers_and_the_log_tells_of_it(world: World, url: str) -> None:
    told = world("GET", url)
    assert told.status == 200 and f"{told.json['resourceType']}/{told.json['id']}" == url
    (row,) = world.rows()
    assert (row["action"], row["outcome"]) == ("R", "0")
    assert row["agent"][0]["who"] == {"reference": "Patient/kari"}
    assert KARI not in json.dumps(row)


def test_she_reads_who_wrote_in_her_record(world: World) -> None:
    assert world("GET", "Provenance/kari-written").status == 200


@pytest.mark.parametrize("url", ["Patient/liv", "Observation/liv-weight", "EpisodeOfCare/liv-record", "Provenance/liv-written"])
def test_what_is_anothers_can_not_be_told_from_what_is_not_there(world: World, url: str) -> None:
    there, nowhere = world("GET", url), world("GET", f"{url.partition('/')[0]}/nobody")
    assert there.status == nowhere.status == 404
    assert there.body == nowhere.body
    is_silent_about(there)


@pytest.mark.parametrize("url", ["Practitioner/midwife", "Organization/station", "Practitioner", "Organization?name=Fjellbekk"])
def test_she_reads_the_directory(world: World, url: str) -> None:
    assert world("GET", url).status == 200


def test_a_search_finds_her_own_and_counts_nobody_elses(world: World) -> None:
    told = world("GET", "Observation?_total=accurate")
    assert (told.found, told.json["total"]) == (["Observation/kari-weight"], 1)
    assert world("GET", "Patient").found == ["Patient/kari"]
    assert world("GET", "EpisodeOfCare?status=active").found == ["EpisodeOfCare/kari-record"]


@pytest.mark.parametrize(
    "url",
    [
        "Observation?patient=liv",
        "Observation?subject=Patient/liv",
        "Patient?_id=liv",
        "Patient?name=liv",
        "Patient/liv/Observation",
        "Patient/liv/*",
        "Observation?_id=liv-weight",
        "Observation?subject:Patient.name=liv",
        "Observation?patient.identifier=14829749840",
        "EpisodeOfCare?patient=liv&_include=EpisodeOfCare:patient",
    ],
)
def test_no_search_finds_anothers(world: World, url: str) -> None:
    told = world("GET", f"{url}{'&' if '?' in url else '?'}_total=accurate")
    assert told.status == 200 and told.found == [] and told.json.get("total") == 0
    assert "Hemmelig" not in told.body.decode()


@pytest.mark.parametrize(
    "url",
    [
        "Practitioner?_has:Observation:performer:patient=liv",
        "Observation?_list=some",
        "Practitioner?_revinclude=Observation:performer",
        "Patient?_has:Observation:patient:code=29463-7",
    ],
)
def test_a_search_by_what_refers_to_a_resource_is_refused(world: World, url: str) -> None:
    told = world("GET", url)
    assert (told.status, told.rules) == (403, ["search-by-others"])


def test_an_include_shows_what_is_hers_and_the_directory(world: World) -> None:
    told = world("GET", "Observation?_include=Observation:subject&_include=Observation:performer")
    assert sorted(told.found) == ["Observation/kari-weight", "Patient/kari", "Practitioner/midwife"]


def test_a_search_of_everything_finds_her_record_alone(world: World) -> None:
    told = world("GET", "?_count=100")
    assert told.status == 200 and told.found and all("liv" not in name for name in told.found)


def test_everything_is_her_whole_record(world: World) -> None:
    found = world("GET", "Patient/kari/$everything").found
    assert {"Patient/kari", "Observation/kari-weight", "EpisodeOfCare/kari-record"} <= set(found)
    assert not any("liv" in name for name in found)


def test_everything_of_another_gives_nothing(world: World) -> None:
    told = world("GET", "Patient/liv/$everything")
    assert told.status in (200, 404) and not (told.json.get("entry"))
    is_silent_about(told)


def test_she_reads_the_history_of_what_is_hers_but_not_of_all(world: World) -> None:
    assert len(world("GET", "Observation/kari-weight/_history").json["entry"]) == 1
    assert world("GET", "Observation/kari-weight/_history/1").status == 200
    assert not world("GET", "Observation/liv-weight/_history").json.get("entry")
    assert world("GET", "Observation/liv-weight/_history/1").status == 404
    for url in ("Observation/_history", "_history"):
        assert world("GET", url).rules == ["history-of-others"]


def test_the_log_is_no_resource_here(world: World) -> None:
    for url in ("AuditEvent", "AuditEvent/1"):
        assert world("GET", url).rules == ["log-closed"]


def test_who_has_no_record_finds_nothing_and_no_fault(world: World) -> None:
    told = world("GET", "Observation?_total=accurate", token=world.token(pid=PARTNER, sub="x"))
    assert (told.status, told.found, told.json["total"]) == (200, [], 0)
    assert world("GET", "Patient/kari", token=world.token(pid=PARTNER, sub="x")).status == 404


def test_each_entry_of_a_batch_is_judged_by_itself(world: World) -> None:
    entries = [{"request": {"method": "GET", "url": url}} for url in ("Patient/kari", "Patient/liv", "Observation", "_history")]
    told = world("POST", "", {"resourceType": "Bundle", "type": "batch", "entry": entries})
    assert told.status == 200
    assert [e["response"]["status"][:3] for e in told.json["entry"]] == ["200", "404", "200", "403"]
    assert "liv" not in json.dumps(told.json)


def test_both_of_her_patients_are_hers_where_somebody_registered_her_twice(world: World) -> None:
    from hit_citizens_world import woman

    world.put(woman("kari-again", KARI)[0])
    assert world("GET", "Patient/kari").status == world("GET", "Patient/kari-again").status == 200


# ------------------------------------------------------------ who


def test_without_a_token_nothing_is_shown_and_the_metadata_is(world: World) -> None:
    told = world("GET", "Patient/kari", token="")
    assert (told.status, told.rules, told.headers["www-authenticate"]) == (401, ["credentials-missing"], "Bearer")
    assert world("GET", "metadata", token="").status == 200


def test_an_expired_token_shows_nothing(world: World) -> None:
    token = world.token()
    world.clock.moment += timedelta(hours=2)
    told = world("GET", "Patient/kari", token=token)
    assert told.status == 401 and 'error="invalid_token"' in told.headers["www-authenticate"]
    is_silent_about(told)


TAGGED = {"resourceType": "Parameters", "parameter": [{"name": "meta", "valueMeta": {"tag": [{"code": "x"}]}}]}
PROXY = {"act": {"sub": "p", "pid": PARTNER, "name": "Mikkel Fjellbekk"}}


def test_somebody_with_a_power_of_attorney_opens_nothing_by_default(world: World) -> None:
    for method, url, body in (("GET", "Patient/kari", None), ("GET", "Observation", None), ("POST", "QuestionnaireResponse", answers())):
        told = world(method, url, body, token=world.token(**PROXY))
        assert (told.status, told.rules) == (403, ["proxy-not-allowed"])
        is_silent_about(told)
    assert [row["outcomeDesc"] for row in world.rows()] == ["proxy-not-allowed"] * 3


@pytest.mark.parametrize(("proxies", "reads", "writes"), [(Proxies.READ, 200, 403), (Proxies.WRITE, 200, 201)])
def test_what_the_operator_allows_a_proxy_she_may_and_the_log_tells_who_it_was(
    store: Store, known: Knowledge, issuer: Issuer, proxies: Proxies, reads: int, writes: int
) -> None:
    world = World(store, known, issuer, proxies)
    world.two_women()
    assert world("GET", "Patient/kari", token=world.token(**PROXY)).status == reads
    assert world("POST", "QuestionnaireResponse", answers(), token=world.token(**PROXY)).status == writes
    agent = world.rows()[0]["agent"][0]
    assert agent["name"] == "Mikkel Fjellbekk" and agent.get("who", {}).get("reference") != "Patient/kari"


# ------------------------------------------------------------ how it stands


@pytest.mark.parametrize("consent", [None, False, True])
def test_she_reads_what_is_stored_whatever_her_consent(world: World, consent: bool | None) -> None:
    world.standing("kari", consent=consent)
    assert world("GET", "Observation/kari-weight").status == 200


def test_with_a_confidential_address_nothing_is_shown_or_written(world: World) -> None:
    world.standing("kari", consent=True, confidential=True)
    for method, url, body in (
        ("GET", "Patient/kari", None),
        ("GET", "Observation", None),
        ("GET", "Patient/kari/$everything", None),
        ("POST", "QuestionnaireResponse", answers()),
    ):
        told = world(method, url, body)
        assert (told.status, told.rules) == (403, ["confidential-address"])
        is_silent_about(told)


@pytest.mark.parametrize(
    ("standing", "rule"),
    [
        ({"consent": None}, "consent-missing"),
        ({"consent": False}, "consent-missing"),
        ({"consent": True, "deceased": True}, "patient-deceased"),
    ],
)
def test_without_consent_or_after_death_nothing_is_written(world: World, standing: dict[str, Any], rule: str) -> None:
    world.standing("kari", **standing)
    assert world("POST", "QuestionnaireResponse", answers()).rules == [rule]
    assert world("GET", "QuestionnaireResponse").found == []


# ------------------------------------------------------------ writing


def test_she_sends_her_answers_and_amends_them(world: World) -> None:
    told = world("POST", "QuestionnaireResponse", answers())
    assert told.status == 201
    id = told.json["id"]
    assert world("PUT", f"QuestionnaireResponse/{id}", {**answers(status="amended"), "id": id}).status == 200
    assert world("GET", "QuestionnaireResponse").found == [f"QuestionnaireResponse/{id}"]
    assert [row["action"] for row in world.rows()] == ["C", "U", "E"]


@pytest.mark.parametrize(
    ("method", "url", "body"),
    [
        ("POST", "Observation", {"resourceType": "Observation"}),
        ("PUT", "Patient/kari", None),
        ("DELETE", "Observation/kari-weight", None),
        ("DELETE", "Patient/kari", None),
        ("PUT", "Practitioner/midwife", None),
        ("POST", "Patient/kari/$meta-add", TAGGED),
    ],
)  # fmt: skip
def test_what_professionals_write_she_does_not(world: World, method: str, url: str, body: Any) -> None:
    if method == "PUT":
        body = world("GET", url).json
    if body == {"resourceType": "Observation"}:
        body = {**world("GET", "Observation/kari-weight").json}
    told = world(method, url, body)
    assert (told.status, told.rules) == (403, ["citizen-read-only"])
    assert world("GET", "Observation/kari-weight").json["meta"]["versionId"] == "1"


def test_she_does_not_delete_her_answers_one_by_one(world: World) -> None:
    id = world("POST", "QuestionnaireResponse", answers()).json["id"]
    assert world("DELETE", f"QuestionnaireResponse/{id}").rules == ["citizen-read-only"]


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": {"reference": "Patient/liv"}},
        {"subject": {"reference": "Patient/liv"}, "source": {"reference": "Patient/liv"}},
        {"source": {"reference": "Patient/liv"}},
        {"source": {"reference": "Practitioner/midwife"}},
        {"subject": DROP},
    ],
)
def test_answers_about_or_of_somebody_else_are_refused_and_nothing_is_written(world: World, changes: dict[str, Any]) -> None:
    body = {name: value for name, value in answers(**changes).items() if value is not DROP}
    told = world("POST", "QuestionnaireResponse", body)
    assert (told.status, told.rules) == (403, ["citizen-own-record"])
    assert world("GET", "QuestionnaireResponse").found == []


def test_she_does_not_take_over_what_somebody_else_answered(world: World) -> None:
    entered = answers("kari", source={"reference": "Practitioner/midwife"})
    world.put({**entered, "id": "entered"}, {**answers("liv"), "id": "livs"})
    for id in ("entered", "livs"):
        told = world("PUT", f"QuestionnaireResponse/{id}", {**answers(), "id": id})
        assert (told.status, told.rules) == (403, ["citizen-read-only"])
        patch = json.dumps([{"op": "replace", "path": "/status", "value": "amended"}]).encode()
        assert world("PATCH", f"QuestionnaireResponse/{id}", patch, content_type="application/json-patch+json").status in (403, 404)
    assert world("GET", "QuestionnaireResponse/entered").json["meta"]["versionId"] == "1"


def test_a_patch_may_not_move_her_answers_to_another(world: World) -> None:
    id = world("POST", "QuestionnaireResponse", answers()).json["id"]
    patch = json.dumps([{"op": "replace", "path": "/subject/reference", "value": "Patient/liv"}]).encode()
    told = world("PATCH", f"QuestionnaireResponse/{id}", patch, content_type="application/json-patch+json")
    assert (told.status, told.rules) == (403, ["citizen-read-only"])
    assert world("GET", f"QuestionnaireResponse/{id}").json["subject"] == {"reference": "Patient/kari"}


def test_a_transaction_with_one_entry_that_is_not_hers_writes_nothing(world: World) -> None:
    entries = [{"resource": answers(who), "request": {"method": "POST", "url": "QuestionnaireResponse"}} for who in ("kari", "liv")]
    told = world("POST", "", {"resourceType": "Bundle", "type": "transaction", "entry": entries})
    assert told.status == 403
    assert world("GET", "QuestionnaireResponse").found == []


def test_answers_that_are_on_their_way_do_not_survive_her_withdrawal(world: World) -> None:
    """The write has been let in when she withdraws; whichever comes first, nothing is left."""
    ended: list[str] = []

    def withdraw() -> None:
        world.desk.withdraw(world.principal())
        ended.append("withdrawn")

    thread = Thread(target=withdraw)
    trace = world.guard.trace

    def slowly(*arguments: Any) -> None:
        trace(*arguments)
        thread.start()
        thread.join(0.3)
        ended.append("traced")

    world.guard.trace = slowly
    assert world("POST", "QuestionnaireResponse", answers()).status == 201
    thread.join(30)
    assert ended == ["traced", "withdrawn"], "the erasure waits for the write"
    with world.store.reading() as reader:
        assert not [v for v in reader.referring([("Patient", "kari")])]
    world.guard.trace = trace
    assert world("POST", "QuestionnaireResponse", answers()).status == 403


# ------------------------------------------------------------ the log, limits


class Broken:
    """A log that can't be written."""

    def record(self, *_: Any) -> None:
        raise FhirError(503, [])


def test_where_no_row_can_be_written_nothing_is_shown_or_stored(world: World) -> None:
    world.audit.ledger._log = Broken()
    told = world("GET", "Patient/kari")
    assert told.status == 503
    is_silent_about(told)


def test_every_refusal_leaves_a_row_that_tells_the_rule(world: World) -> None:
    world("DELETE", "Patient/kari")
    (row,) = world.rows()
    assert (row["outcome"], row["outcomeDesc"]) == ("4", "citizen-read-only")


def test_who_calls_too_often_is_asked_to_wait(store: Store, known: Knowledge, issuer: Issuer) -> None:
    world = World(store, known, issuer, limits=Limits(citizen=Rate(3), tick=lambda: 1.0))
    world.two_women()
    assert [world("GET", "Patient/kari").status for _ in range(4)] == [200, 200, 200, 429]
    told = world("GET", "Patient/kari")
    assert (told.rules, told.headers["retry-after"]) == (["too-many-calls"], "20")
    assert world("GET", "Patient/liv", token=world.token(pid=LIV, sub="liv")).status == 200


def test_a_batch_counts_as_many_calls_as_it_has_entries(store: Store, known: Knowledge, issuer: Issuer) -> None:
    world = World(store, known, issuer, limits=Limits(citizen=Rate(10), tick=lambda: 1.0))
    world.two_women()
    entries = [{"request": {"method": "GET", "url": "Patient/kari"}}] * 9
    bundle = {"resourceType": "Bundle", "type": "batch", "entry": entries}
    assert world("POST", "", bundle).status == 200
    assert world("POST", "", bundle).status == 429


def test_the_world_stands_as_the_tests_believe(world: World) -> None:
    assert world.store.database and world.clock.now() == NOON
    assert world("GET", "Patient/liv", token=world.token(pid=LIV, sub="liv")).status == 200
