"""The rules between resources over ``handle``: when they are asked, what their answers do."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from hit_maternity.fhir.outcome import ERROR, WARNING, Issue
from hit_maternity.fhir.ports import Change, ResourceStore, Version, Writer
from hit_maternity.fhir.rest.exchange import Server

JSON_PATCH = "application/json-patch+json"
TOLD = "return=OperationOutcome"


@dataclass
class OneAFamily:
    """A rule that only the database can answer: no two patients of one family name. What else it has to say stands in ``also``."""

    search: Any
    code: str = "business-rule"
    also: Callable[[Change], Issue | None] = lambda change: None
    asked: list[list[Change]] = field(default_factory=list)

    def issues(self, writer: Writer, changes: Sequence[Change]) -> list[tuple[int, Issue]]:
        self.asked.append(list(changes))
        found = []
        for place, change in enumerate(changes):
            told = self.also(change)
            found += [(place, told)] if told else []
            if change.resource and self._others(writer, change.resource["name"][0]["family"]) > 1:
                text = "Another patient has this family name. Choose another."
                found.append((place, Issue(self.code, "family-taken", text, "Patient.name[0].family")))
        return found

    def _others(self, writer: Writer, family: str) -> int:
        query = self.search.parse(["Patient"], [("family:exact", family)], base="http://fhir.test/fhir")
        return len(writer.search(query).matches)


def careful(change: Change) -> Issue | None:
    return Issue("informational", "careful", "Look again.", f"{change.type}.active", WARNING)


def never(change: Change) -> Issue | None:
    return Issue("business-rule", "never", "This may not be written. Leave it.", change.type, ERROR)


def only_deletions(change: Change) -> Issue | None:
    return never(change) if change.resource is None else None


@pytest.fixture
def rule(search: Any) -> OneAFamily:
    return OneAFamily(search)


@pytest.fixture
def server(server: Server, rule: OneAFamily) -> Server:
    return replace(server, rules=rule)


def patient(family: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "name": [{"family": family}], **more}


def entry(method: str, url: str, resource: Any = None) -> dict[str, Any]:
    return {"request": {"method": method, "url": url}, **({"resource": resource} if resource else {})}


def bundle(kind: str, *entries: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def everything(store: ResourceStore) -> list[tuple[str, str, int]]:
    from hit_maternity.fhir.ports import HistoryQuery

    with store.reading() as session:
        return [(v.type, v.id, v.version) for v in session.history(HistoryQuery(count=1000)).versions]


def found(api: Any, family: str) -> list[str]:
    return list(api("GET", f"Patient?family={family}").found)


def patched(family: str) -> list[dict[str, Any]]:
    return [{"op": "replace", "path": "/name/0/family", "value": family}]


WRITES = {
    "create": ("POST", "Patient", patient("Berg"), {}),
    "update": ("PUT", "Patient/moen", patient("Berg", id="moen"), {}),
    "update that makes": ("PUT", "Patient/new", patient("Berg", id="new"), {}),
    "conditional create": ("POST", "Patient", patient("Berg"), {"if_none_exist": "family:exact=Nobody"}),
    "conditional update": ("PUT", "Patient?family:exact=Moen", patient("Berg"), {}),
    "patch": ("PATCH", "Patient/moen", patched("Berg"), {"content_type": JSON_PATCH}),
    "conditional patch": ("PATCH", "Patient?family:exact=Moen", patched("Berg"), {"content_type": JSON_PATCH}),
}


@pytest.fixture
def two(api: Any) -> None:
    """Patients ``berg`` and ``moen`` of these families."""
    for family in ("Berg", "Moen"):
        assert api("PUT", f"Patient/{family.lower()}", patient(family, id=family.lower())).status == 201


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize(("code", "status"), [("business-rule", 422), ("invariant", 422), ("conflict", 409), ("duplicate", 409)])
def test_a_write_that_breaks_a_rule_is_refused_and_changes_nothing(api, store, rule, two, write: str, code: str, status: int):
    rule.code = code
    before = everything(store)
    method, url, body, headers = WRITES[write]
    answer = api(method, url, body, **headers)
    assert (answer.status, answer.rules, answer.places) == (status, ["family-taken"], ["Patient.name[0].family"])
    assert answer.json["issue"][0]["code"] == code
    assert everything(store) == before
    assert (found(api, "Berg"), found(api, "Moen")) == (["Patient/berg"], ["Patient/moen"])


def test_what_was_refused_can_be_written_once_the_rule_is_met(api, two):
    assert api("POST", "Patient", patient("Berg")).status == 422
    assert api("POST", "Patient", patient("Lie")).status == 201
    assert len(found(api, "Lie")) == 1


@pytest.mark.parametrize("url", ["Patient/berg", "Patient?family:exact=Berg"])
def test_a_deletion_that_breaks_a_rule_is_refused(api, store, rule, two, url: str):
    rule.also = only_deletions
    before = everything(store)
    answer = api("DELETE", url)
    assert (answer.status, answer.rules) == (422, ["never"])
    assert everything(store) == before and api("GET", "Patient/berg").status == 200


def test_a_clash_beside_another_fault_is_422_with_both(api, rule, two):
    rule.code, rule.also = "conflict", never
    answer = api("POST", "Patient", patient("Berg"))
    assert (answer.status, sorted(answer.rules)) == (422, ["family-taken", "never"])


def test_the_rules_are_told_what_was_there_before_and_what_is_now(api, rule, two):
    rule.asked.clear()
    api("PUT", "Patient/berg", patient("Dahl", id="berg"))
    api("DELETE", "Patient/berg")
    api("POST", "Patient", patient("Lie"))
    changed, deleted, made = [change for changes in rule.asked for change in changes]
    assert isinstance(changed.before, Version) and changed.before.version == 1
    assert changed.resource is not None and changed.resource["meta"]["versionId"] == "2"
    assert (deleted.resource, deleted.before and deleted.before.version, deleted.id) == (None, 2, "berg")
    assert made.before is None and made.resource is not None and made.resource["id"] == made.id


def test_what_writes_nothing_asks_nothing(api, rule, two):
    rule.asked.clear()
    assert api("POST", "Patient", patient("Berg"), if_none_exist="family:exact=Berg").status == 200
    assert api("DELETE", "Patient/nobody").status == 204
    assert api("POST", "Patient", {"resourceType": "Patient", "gender": "woman"}).status == 422
    assert api("GET", "Patient/berg").status == 200
    assert rule.asked == []


@pytest.mark.parametrize("write", WRITES)
def test_warnings_are_told_where_they_are_asked_for_and_hinder_nothing(api, rule, two, write: str):
    rule.also = careful
    method, url, body, headers = WRITES[write]
    body = json.loads(json.dumps(body).replace("Berg", "Lie"))
    answer = api(method, url, body, prefer=TOLD, **headers)
    assert answer.status in (200, 201)
    told = [i for i in answer.json["issue"] if i["details"]["coding"][0]["code"] == "careful"]
    assert [(i["severity"], i["expression"]) for i in told] == [("warning", ["Patient.active"])]
    assert len(found(api, "Lie")) == 1


def test_warnings_about_a_deletion_are_told(api, rule, two):
    rule.also = careful
    answer = api("DELETE", "Patient/berg", prefer=TOLD)
    assert answer.status == 200
    assert [i["details"]["coding"][0]["code"] for i in answer.json["issue"]] == ["ok", "careful"]
    assert api("GET", "Patient/berg").status == 410


def test_without_prefer_the_answer_is_the_resource(api, rule):
    rule.also = careful
    assert api("POST", "Patient", patient("Lie")).json["resourceType"] == "Patient"


def test_a_transaction_is_asked_once_with_all_its_changes(api, rule, two):
    rule.asked.clear()
    entries = (
        entry("GET", "Patient/berg"),
        entry("POST", "Patient", patient("Lie")),
        entry("PUT", "Patient/berg", patient("Dahl", id="berg")),
        entry("DELETE", "Patient/moen"),
    )
    assert api("POST", "", bundle("transaction", *entries)).status == 200
    assert [[(c.resource is None, c.id in ("berg", "moen")) for c in changes] for changes in rule.asked] == [
        [(False, False), (False, True), (True, True)]
    ]


def test_what_a_transaction_mends_itself_is_allowed(api, two):
    entries = (entry("PUT", "Patient/moen", patient("Berg", id="moen")), entry("PUT", "Patient/berg", patient("Moen", id="berg")))
    assert api("POST", "", bundle("transaction", *entries)).status == 200
    assert (found(api, "Berg"), found(api, "Moen")) == (["Patient/moen"], ["Patient/berg"])


@pytest.mark.parametrize(("code", "status"), [("business-rule", 422), ("duplicate", 409)])
def test_a_transaction_that_breaks_a_rule_is_undone_and_the_entry_named(api, store, rule, two, code: str, status: int):
    rule.code = code
    before = everything(store)
    entries = (
        entry("GET", "Patient/berg"),
        entry("POST", "Patient", patient("Lie")),
        entry("POST", "Patient", patient("Berg")),
        entry("DELETE", "Patient/moen"),
    )
    answer = api("POST", "", bundle("transaction", *entries))
    assert (answer.status, answer.rules, answer.places) == (status, ["family-taken"], ["Bundle.entry[2].resource.name[0].family"])
    assert everything(store) == before
    assert found(api, "Lie") == []


def test_every_fault_of_a_transaction_is_told_at_its_entry(api, store, two):
    before = everything(store)
    entries = (entry("POST", "Patient", patient("Lie")), entry("POST", "Patient", patient("Lie")))
    answer = api("POST", "", bundle("transaction", *entries))
    assert (answer.status, answer.rules) == (422, ["family-taken"] * 2)
    assert answer.places == [f"Bundle.entry[{n}].resource.name[0].family" for n in (0, 1)]
    assert everything(store) == before


def test_the_warnings_of_a_transaction_are_in_their_entries(api, rule, two):
    rule.also = lambda change: careful(change) if change.id == "berg" else None
    entries = (entry("PUT", "Patient/moen", patient("Moen", id="moen")), entry("PUT", "Patient/berg", patient("Berg", id="berg")))
    answer = api("POST", "", bundle("transaction", *entries), prefer=TOLD)
    told = [[i["details"]["coding"][0]["code"] for i in e["response"]["outcome"]["issue"]] for e in answer.entries]
    assert "careful" not in told[0] and "careful" in told[1]


def test_each_entry_of_a_batch_is_asked_alone(api, rule, two):
    rule.asked.clear()
    entries = (
        entry("POST", "Patient", patient("Berg")),
        entry("POST", "Patient", patient("Lie")),
        entry("PUT", "Patient/moen", patient("Berg", id="moen")),
    )
    answer = api("POST", "", bundle("batch", *entries))
    assert [len(changes) for changes in rule.asked] == [1, 1, 1]
    assert [e["response"]["status"][:3] for e in answer.entries] == ["422", "201", "422"]
    refused = answer.entries[2]["response"]["outcome"]["issue"]
    assert [i["expression"] for i in refused] == [["Bundle.entry[2].resource.name[0].family"]]
    assert (found(api, "Berg"), len(found(api, "Lie")), api.versions("Patient/moen")) == (["Patient/berg"], 1, 1)
