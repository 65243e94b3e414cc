"""Loading files: every form, in any order, with a reason for each thing refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hit_maternity.clock import SystemClock
from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.ports import ResourceStore
from hit_maternity.fhir.rest.exchange import Server
from hit_maternity.fhir.rest.open_guard import OpenGuard
from hit_maternity.fhir.search import Search
from hit_maternity.fhir.terminology import LoadedTerminology
from hit_maternity.fhir.validation import Validator
from hit_maternity.loading import GROUP, Loader, Report, files_of

BASE = "http://127.0.0.1:8080/fhir"


@pytest.fixture(scope="session")
def shared() -> tuple[Definitions, Validator, Search, LoadedTerminology]:
    definitions = Definitions.r4()
    terminology = LoadedTerminology(definitions)
    return definitions, Validator(definitions, terminology), Search(definitions, terminology), terminology


@pytest.fixture
def server(store: ResourceStore, shared: tuple[Definitions, Validator, Search, LoadedTerminology]) -> Server:
    definitions, validator, search, terminology = shared
    return Server(definitions, validator, search, store, terminology, OpenGuard(), SystemClock())


def patient(id: str | None = None, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", **({"id": id} if id else {}), **more}


def observation(subject: str, id: str) -> dict[str, Any]:
    return {"resourceType": "Observation", "id": id, "status": "final", "code": {"text": "Vekt"}, "subject": {"reference": subject}}


def bundle(kind: str, *entries: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def put(folder: Path, name: str, content: Any) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def load(server: Server, *paths: Path) -> Report:
    return Loader(server, BASE).load(paths)


def stored(server: Server, type: str, id: str) -> Any:
    with server.store.reading() as session:
        found = session.get(type, id)
    return json.loads(found.body) if found and found.body else None


def reasons(report: Report) -> list[tuple[str, str, int]]:
    return [(refusal.path.name, refusal.where, refusal.status) for refusal in report.refusals]


def test_a_resource_keeps_its_id_and_loaded_again_gets_a_new_version(server: Server, tmp_path: Path):
    path = put(tmp_path, "a.json", patient("a"))
    assert load(server, path) == Report(1, 1, [])
    assert load(server, path).loaded == 1
    assert stored(server, "Patient", "a")["meta"]["versionId"] == "2"


def test_a_resource_without_an_id_gets_one(server: Server, tmp_path: Path):
    assert load(server, put(tmp_path, "a.json", patient(active=True))).loaded == 1


def test_xml_is_loaded_too(server: Server, tmp_path: Path):
    put(tmp_path, "a.xml", '<Patient xmlns="http://hl7.org/fhir"><id value="x"/><active value="true"/></Patient>')
    assert load(server, tmp_path).loaded == 1
    assert stored(server, "Patient", "x")["active"] is True


def test_ndjson_is_a_resource_a_line_and_a_bad_line_does_not_stop_the_rest(server: Server, tmp_path: Path):
    lines = [json.dumps(patient("a")), "", "{broken", json.dumps(patient("b", gender="woman")), "[]", json.dumps(patient("c"))]
    report = load(server, put(tmp_path, "all.ndjson", "\n".join(lines)))
    assert (report.files, report.loaded) == (1, 2)
    assert sorted(reasons(report)) == [("all.ndjson", "line 3", 400), ("all.ndjson", "line 4", 422), ("all.ndjson", "line 5", 400)]
    assert stored(server, "Patient", "a") and stored(server, "Patient", "c") and not stored(server, "Patient", "b")
    refused = next(refusal for refusal in report.refusals if refusal.where == "line 4")
    assert any("Patient.gender" in reason for reason in refused.reasons)


def test_a_folder_is_searched_for_files_of_known_suffixes(server: Server, tmp_path: Path):
    put(tmp_path, "deep/er/a.json", patient("a"))
    put(tmp_path, "b.NDJSON", json.dumps(patient("b")))
    put(tmp_path, "readme.md", "no resource")
    assert [path.name for path in files_of([tmp_path])] == ["b.NDJSON", "a.json"]
    assert load(server, tmp_path) == Report(2, 2, [])


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        files_of([tmp_path / "nothing"])


def test_json_that_is_no_fhir_is_refused_with_a_reason(server: Server, tmp_path: Path):
    report = load(server, put(tmp_path, "package.json", {"name": "x"}))
    assert reasons(report) == [("package.json", "", 400)]
    assert "resourceType" in report.refusals[0].reasons[0]


def test_a_transaction_is_processed_whole_and_its_references_resolved(server: Server, tmp_path: Path):
    url = "urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a"
    first = {"fullUrl": url, "resource": patient(), "request": {"method": "POST", "url": "Patient"}}
    second = {"resource": observation(url, "o"), "request": {"method": "PUT", "url": "Observation/o"}}
    assert load(server, put(tmp_path, "t.json", bundle("transaction", first, second))) == Report(1, 2, [])
    assert stored(server, "Observation", "o")["subject"]["reference"].startswith("Patient/")


def test_a_transaction_with_a_bad_entry_changes_nothing_and_names_the_entry(server: Server, tmp_path: Path):
    good = {"resource": patient("a"), "request": {"method": "PUT", "url": "Patient/a"}}
    bad = {"resource": patient("b", gender="woman"), "request": {"method": "PUT", "url": "Patient/b"}}
    report = load(server, put(tmp_path, "t.json", bundle("transaction", good, bad)))
    assert report.loaded == 0 and stored(server, "Patient", "a") is None
    assert any("Bundle.entry[1]" in reason for reason in report.refusals[0].reasons)


def test_a_batch_loads_what_is_good_and_tells_what_is_not(server: Server, tmp_path: Path):
    good = {"resource": patient("a"), "request": {"method": "PUT", "url": "Patient/a"}}
    bad = {"resource": patient("b", gender="woman"), "request": {"method": "PUT", "url": "Patient/b"}}
    report = load(server, put(tmp_path, "b.json", bundle("batch", bad, good)))
    assert report.loaded == 1 and stored(server, "Patient", "a")
    assert reasons(report) == [("b.json", "entry 0", 422)]


def test_a_transaction_that_refers_to_what_a_later_file_holds_goes_in(server: Server, tmp_path: Path):
    refers = {"resource": observation("Patient?identifier=urn:x|1", "o"), "request": {"method": "PUT", "url": "Observation/o"}}
    put(tmp_path, "1.json", bundle("transaction", refers))
    put(tmp_path, "2.json", patient("p", identifier=[{"system": "urn:x", "value": "1"}]))
    assert load(server, tmp_path) == Report(2, 2, [])
    assert stored(server, "Observation", "o")["subject"]["reference"] == "Patient/p"


@pytest.mark.parametrize("kind", ["collection", "searchset"])
def test_the_entries_of_a_collection_are_loaded_and_refer_to_each_other(server: Server, tmp_path: Path, kind: str):
    url = "urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a"
    outcome = {"resource": {"resourceType": "OperationOutcome", "issue": [{"severity": "information", "code": "informational"}]}}
    report = load(
        server, put(tmp_path, "c.json", bundle(kind, {"fullUrl": url, "resource": patient()}, {"resource": observation(url, "o")}, outcome))
    )
    assert report == Report(1, 2, [])
    assert stored(server, "Observation", "o")["subject"]["reference"].startswith("Patient/")


def test_one_bad_entry_of_a_collection_does_not_keep_the_others_out(server: Server, tmp_path: Path):
    report = load(
        server, put(tmp_path, "c.json", bundle("collection", {"resource": patient("a", gender="woman")}, {"resource": patient("b")}))
    )
    assert report.loaded == 1
    assert reasons(report) == [("c.json", "entry 0", 422)]


def test_of_a_history_the_newest_version_of_each_resource_is_loaded(server: Server, tmp_path: Path):
    entries = [{"resource": patient("a", active=True)}, {"resource": patient("a", active=False)}, {"resource": patient("b")}]
    assert load(server, put(tmp_path, "h.json", bundle("history", *entries))).loaded == 2
    assert stored(server, "Patient", "a")["active"] is True


def test_a_document_is_stored_as_it_is(server: Server, tmp_path: Path):
    composition = {
        "resourceType": "Composition", "status": "final", "type": {"text": "x"}, "date": "2026-11-21", "title": "x",
        "author": [{"display": "x"}],
    }  # fmt: skip
    document = bundle("document", {"fullUrl": "urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a", "resource": composition})
    document |= {"id": "d", "identifier": {"system": "urn:x", "value": "1"}, "timestamp": "2026-11-21T09:30:00+01:00"}
    assert load(server, put(tmp_path, "d.json", document)) == Report(1, 1, [])
    assert stored(server, "Bundle", "d")["type"] == "document"


def test_more_than_a_group_and_the_same_id_twice_all_go_in(server: Server, tmp_path: Path):
    lines = [json.dumps(patient(f"p{number}")) for number in range(GROUP * 2 + 7)] + [json.dumps(patient("p0", active=True))]
    report = load(server, put(tmp_path, "all.ndjson", "\n".join(lines)))
    assert report == Report(1, GROUP * 2 + 8, [])
    assert stored(server, "Patient", "p0")["meta"]["versionId"] == "2"


def test_digits_are_kept(server: Server, tmp_path: Path):
    text = '{"resourceType":"Observation","id":"o","status":"final","code":{"text":"x"},"valueQuantity":{"value":1.10}}'
    load(server, put(tmp_path, "o.json", text))
    with server.store.reading() as session:
        found = session.get("Observation", "o")
    assert found and found.body and b'"value":1.10' in found.body


def test_each_file_is_told_when_it_is_done(server: Server, tmp_path: Path):
    paths = [put(tmp_path, "a.json", patient("a")), put(tmp_path, "b.json", patient("b"))]
    told: list[Path] = []
    Loader(server, BASE).load([tmp_path], told.append)
    assert told == paths
