"""Erasure of a record: nothing of hers is left in tables and files, all of others' is, at whatever moment it is broken off."""

from __future__ import annotations

import base64
import importlib.util
import os
import subprocess
import sys
import threading
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from hit_maternity.fhir.json import decode
from hit_maternity.store import Store
from hit_maternity.store.access_rows import AccessRows
from hit_maternity.store.accesses import Access, AccessLog
from hit_maternity.store.decisions import deciding, held
from hit_maternity.store.erasure import Erasure
from hit_maternity.store.people import People, Standing
from hit_maternity.store.receipts import Receipt
from hit_maternity.store.spaces import At, Spaces, sqlite_path

ROOT = Path(__file__).resolve().parents[2]
#: Here her Patient's id stands: what remains of her.
KEPT = {"person", "setting"}


@pytest.fixture(scope="session")
def records() -> ModuleType:
    """The module ``erasure_records.py`` beside this file."""
    name = "hit_erasure_records"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name("erasure_records.py"))
        assert spec is not None and spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


def words_of(records: ModuleType, mark: str) -> list[bytes]:
    """What nothing of hers is without: the mark in all its texts, in base64, and her numbers."""
    number = records.NUMBERS[mark]
    return [mark.encode(), base64.b64encode(f"{mark}{mark}".encode())[:12], number.encode(), number[::-1].encode()]


def traces(records: ModuleType, store: Store, mark: str) -> list[str]:
    """Where something of hers stands, table by table."""
    words = words_of(records, mark)
    rows = records.everything(store.database).items()
    return [
        f"{t}: {row[:200]!r}" for t, found in rows if t not in KEPT for row in found if any(w in row.lower() or w in row for w in words)
    ]


#: In which column the key of a resource stands.
KEYS = {"resource": 0, "resource_version": 0, "index_text": 2, "index_range": 2, "timeline": 4}


def others(records: ModuleType, store: Store) -> list[bytes]:
    """All rows that are the other woman's alone, and those of the midwife."""
    rows, berit = records.everything(store.database), records.BERIT.encode()
    keys = {row.split(b"|")[0] for row in rows["resource"] if row.split(b"|")[2].startswith(berit) or b"|Practitioner|x|" in row}
    found = [row for table, place in KEYS.items() for row in rows[table] if row.split(b"|")[place] in keys]
    return sorted(found + [row for table in ("outbox", "person") for row in rows[table] if berit in row])


def test_nothing_of_hers_is_left_in_any_table_and_all_of_the_others_is(store: Store, records: ModuleType):
    records.fill(store)
    before = others(records, store)
    assert len(before) > 200 and len(traces(records, store, records.ANNA)) > 150
    receipt = records.erasure(store).erase(records.ANNA)
    assert traces(records, store, records.ANNA) == []
    assert others(records, store) == before
    with store.database.reading() as session:
        orphans = f"SELECT count(*) FROM {{}} i WHERE NOT EXISTS (SELECT 1 FROM {store.database.names.resource} r WHERE r.key = i.key)"
        names = store.database.names
        for table in (names.index_text, names.index_range, names.timeline, names.resource_version):
            assert session.row(orphans.format(table)) == (0,)
    assert receipt.messages == 2 and receipt.redacted == 6


def test_the_receipt_counts_what_went_by_kind_and_holds_nothing_else(store: Store, records: ModuleType):
    records.fill(store, versions=3)
    erasure = records.erasure(store)
    receipt = erasure.erase(records.ANNA)
    kinds: dict[str, int] = {}
    for resource in records.own(records.ANNA):
        kinds[resource["resourceType"]] = kinds.get(resource["resourceType"], 0) + 1
    assert receipt.resources == kinds
    assert receipt.versions == 3 * sum(kinds.values()) + 4 + 1  # four deletions, and what was hers before it became another's
    assert erasure.receipt(records.ANNA) == receipt and not receipt.finished
    for mark in (records.NUMBERS[records.ANNA], "-value", "-family"):
        assert mark not in repr(receipt)


def test_what_several_share_stays_without_her(store: Store, records: ModuleType):
    records.fill(store)
    records.erasure(store).erase(records.ANNA)
    berit = records.BERIT
    for resource in records.shared(berit):
        found = records.current(store, resource["resourceType"], resource["id"])
        assert found is not None
        number = found.pop("meta")["versionId"]
        resource.pop("text", None)
        if resource["resourceType"] == "Bundle":
            resource["entry"] = [e for e in resource["entry"] if berit in str(e)]
        assert found == resource
        assert number == ("2" if resource["resourceType"] == "Practitioner" else "3")  # who polls for changes meets a new version
    with store.reading() as reader:
        first = reader.get_version("Group", "group", 1)
        assert (
            first is not None
            and first.body is not None
            and [m["entity"]["display"] for m in decode(first.body)["member"]] == [f"{berit}-display"]
        )
        assert reader.get_version("Observation", "moved", 1) is None
        assert reader.get_version("Observation", "moved", 2) is not None
        assert sorted(v.id for v in reader.referring([("Patient", berit)], ["Group"])) == ["group", "was-member"]
        assert reader.referring([("Patient", records.ANNA)]) == []


def test_a_link_to_a_woman_who_has_a_record_of_her_own_is_no_kinship(store: Store, records: ModuleType):
    records.fill(store)
    linked = {**records.mother(records.BERIT), "link": [{"other": records.ref(f"Patient/{records.ANNA}"), "type": "seealso"}]}
    records.put(store, linked)
    receipt = records.erasure(store).erase(records.ANNA)
    assert receipt.resources["Patient"] == 3
    assert "link" not in records.current(store, "Patient", records.BERIT)
    assert records.current(store, "Observation", f"{records.BERIT}-o1")
    assert traces(records, store, records.ANNA) == []


def test_without_the_search_parameters_of_the_card_kin_is_found_too(store: Store, records: ModuleType):
    plain = records.search(False)
    for resource in records.own(records.ANNA):
        records.put(store, resource, plain)
    assert records.erasure(store).erase(records.ANNA).resources["Patient"] == 3
    assert traces(records, store, records.ANNA) == []


def test_ids_that_begin_like_hers_are_not_taken_for_hers(store: Store, records: ModuleType):
    for id in ("1", "12"):
        records.put(store, records.patient(f"name{id}", id))
        records.put(store, {"resourceType": "Observation", "id": f"o{id}", "subject": records.ref(f"Patient/{id}")})
        records.put(store, {"resourceType": "List", "id": f"l{id}", "entry": [{"item": records.ref(f"Observation/o{id}")}]})
        records.put(
            store,
            {"resourceType": "Basic", "id": f"b{id}", "extension": [{"url": "urn:x", "valueReference": records.ref(f"Patient/{id}")}]},
        )
    receipt = records.erasure(store).erase("1")
    assert receipt.resources == {"Basic": 1, "List": 1, "Observation": 1, "Patient": 1} and receipt.redacted == 0
    assert all(
        records.current(store, type, id) for type, id in (("Patient", "12"), ("Observation", "o12"), ("List", "l12"), ("Basic", "b12"))
    )


def test_a_file_that_somebody_else_names_too_stays(store: Store, records: ModuleType):
    for id in ("a", "b"):
        records.put(store, records.patient(id, id))
        document = {"resourceType": "DocumentReference", "subject": records.ref(f"Patient/{id}")}
        records.put(
            store,
            {**document, "id": f"d{id}", "content": [{"attachment": {"url": "Binary/leaflet"}}, {"attachment": {"url": f"Binary/{id}"}}]},
        )
        records.put(store, {"resourceType": "Binary", "id": id, "contentType": "text/plain"})
    records.put(store, {"resourceType": "Binary", "id": "leaflet", "contentType": "text/plain"})
    receipt = records.erasure(store).erase("a")
    assert receipt.resources == {"Binary": 1, "DocumentReference": 1, "Patient": 1} and receipt.redacted == 0
    assert records.current(store, "Binary", "leaflet") and records.current(store, "Binary", "b")


def test_who_was_known_by_number_only_is_erased_by_her_number(store: Store, records: ModuleType):
    number = records.NUMBERS[records.ANNA]
    subject = {"identifier": {"system": records.FNR, "value": number}}
    records.put(store, {"resourceType": "Observation", "id": "o", "subject": subject})
    records.put(store, {"resourceType": "Observation", "id": "other", "subject": {"identifier": {"system": records.FNR, "value": "x"}}})
    receipt = records.erasure(store).erase("~nobody", numbers=[number])
    assert receipt.resources == {"Observation": 1} and records.current(store, "Observation", "other")


def test_the_standing_that_stays_is_a_no_and_a_digest(store: Store, records: ModuleType):
    records.fill(store)
    people = People(store.database)
    people.put(f"{records.ANNA}-child", Standing(digest=b"child"), records.NOW)
    people.put(records.ANNA, Standing(True, True, True, records.NOW, b"digest"), records.NOW)
    records.erasure(store).erase(records.ANNA)
    assert people.get([records.ANNA]) == {records.ANNA: Standing(False, digest=b"digest")}
    assert people.with_digest(b"child") == []
    assert people.get([records.BERIT])[records.BERIT].consent is True


def test_the_access_log_stays_and_tells_of_the_erasure_in_the_same_transaction(store: Store, records: ModuleType):
    records.fill(store)
    log = AccessLog(store.database)
    log.record([Access("chain", 1, records.NOW, records.ANNA, b"somebody read", b"1")])
    told: list[Receipt] = []

    def trace(receipt: Receipt) -> list[Access]:
        told.append(receipt)
        return [Access("chain", 2, records.NOW, records.ANNA, b"erased", b"2")]

    records.erasure(store).erase(records.ANNA, trace=trace)
    bodies = [a.body for a in AccessRows(store.database).after("chain", 0)]
    assert bodies == [b"somebody read", b"erased"] and told[0].resources["Patient"] == 3

    def broken(receipt: Receipt) -> list[Access]:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        records.erasure(store).erase(records.BERIT, trace=broken)
    assert records.current(store, "Patient", records.BERIT)  # no trace, no erasure


def test_a_second_erasure_finds_nothing_and_keeps_the_first_receipt(store: Store, records: ModuleType):
    records.fill(store)
    erasure = records.erasure(store)
    first = erasure.erase(records.ANNA)
    finish(erasure)
    assert erasure.erase(records.ANNA).resources == first.resources
    finish(erasure)
    assert erasure.receipt(records.ANNA).finished


def finish(erasure: Erasure) -> list[Receipt]:
    """Calls ``finish`` until all is done; other databases of the server may hold it up for a moment."""
    done: list[Receipt] = []
    for _ in range(200):
        done += erasure.finish()
        if not erasure.unfinished():
            break
        threading.Event().wait(0.02)
    assert erasure.unfinished() == []
    return done


# ---------------------------------------------------------------- files


def on_disk(folder: Path, words: list[bytes]) -> dict[str, int]:
    """File -> how often one of the words stands in it, whatever its case."""
    files = [f for f in folder.rglob("*") if f.is_file()]
    texts = {str(f.relative_to(folder)): f.read_bytes() for f in files}
    return {name: n for name, text in texts.items() if (n := sum(max(text.count(w), text.lower().count(w)) for w in words))}


def test_no_page_of_the_files_keeps_anything_of_hers(sqlite_url: str, records: ModuleType):
    path = sqlite_path(sqlite_url)
    spaces = Spaces(At(sqlite_url))
    try:
        store, beside = spaces.open(), spaces.create("beside")
        assert store is not None
        records.fill(store, versions=4)
        records.put(beside, records.mother(records.BERIT))
        # her Patient's id is what stays, in her standing and the note; here it is the mark as well, so another is looked for
        words = [f"{records.ANNA}-".encode(), *words_of(records, records.ANNA)[1:]]
        assert sum(on_disk(path.parent, words).values()) > 500
        erasure = records.erasure(store)
        erasure.erase(records.ANNA)
        assert on_disk(path.parent, words), "the pages keep it until they are rewritten"
        finish(erasure)
        assert on_disk(path.parent, words) == {}
        berit = on_disk(path.parent, [f"{records.BERIT}-".encode()])
        assert berit["hit.db"] > 500 and "spaces/beside.db-wal" in {name.replace("\\", "/") for name in berit}
        with store.database.reading() as session:
            assert session.rows("PRAGMA integrity_check") == [("ok",)]
    finally:
        spaces.close()
    assert on_disk(path.parent, words) == {}


def test_as_long_as_somebody_reads_the_files_wait_and_are_cleaned_later(sqlite_url: str, records: ModuleType):
    from hit_maternity.store.sqlite import SqliteDatabase, connect

    path = sqlite_path(sqlite_url)
    store = Store(SqliteDatabase(path, busy_seconds=0.05))
    records.fill(store, versions=1)
    reader = connect(path)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM resource").fetchall()
    erasure = records.erasure(store)
    erasure.erase(records.ANNA)
    assert erasure.finish() == [] and erasure.unfinished() == [records.ANNA]
    reader.execute("COMMIT")
    reader.close()
    (receipt,) = records.erasure(store).finish()  # another process would do as well: what is left to do stands in the database
    assert receipt.finished and receipt.resources["Patient"] == 3
    store.close()
    assert on_disk(path.parent, [f"{records.ANNA}-".encode()]) == {}


def test_on_postgresql_every_table_that_held_her_is_vacuumed(postgresql_url: str, records: ModuleType):
    spaces = Spaces(At(postgresql_url))
    try:
        store = spaces.open()
        assert store is not None
        records.fill(store, versions=1)
        erasure = records.erasure(store)
        erasure.erase(records.ANNA)
        vacuumed = "SELECT relname FROM pg_stat_all_tables WHERE schemaname = current_schema() AND vacuum_count > 0"
        with store.database.reading() as session:
            assert session.rows(vacuumed) == []
        finish(erasure)
        with store.database.reading() as session:
            found = {row[0] for row in session.rows(vacuumed)}
            assert session.row("SHOW statement_timeout") == ("30s",)  # the connection goes back as it was
        assert found == {"resource", "resource_version", "index_text", "index_range", "timeline", "outbox", "person", "setting"}
    finally:
        spaces.close()


# ---------------------------------------------------------------- broken off


def killed(database_url: str, step: int) -> bool:
    """Erases in another process, which is killed before its ``step``-th statement; False where it came to the end before."""
    program = Path(__file__).with_name("erasure_records.py")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PGAPPNAME": f"erasing-{step}"}
    command = [sys.executable, str(program), database_url, str(step)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT)
    assert process.stdout is not None
    told = process.stdout.readline().strip()
    process.kill()
    process.stdout.close()
    process.wait(30)
    assert told in ("here", "erased")
    return told == "here"


def wait_for_server(store: Store, step: int) -> None:
    """Until the server has noticed that the process is gone."""
    if store.database.dialect.name == "postgresql":
        busy = f"SELECT count(*), pg_sleep(0.02) FROM pg_stat_activity WHERE application_name = 'erasing-{step}'"
        with store.database.reading() as session:
            while (session.row(busy) or (0,))[0]:
                pass


@pytest.mark.parametrize("step", [1, 6, 14, 999])
def test_killed_at_any_statement_all_is_there_or_nothing_and_a_second_run_finishes(database_url: str, records: ModuleType, step: int):
    spaces = Spaces(At(database_url))
    try:
        store = spaces.open()
        assert store is not None
        records.fill(store)
        before = records.everything(store.database)
        broken_off = killed(database_url, step)
        assert broken_off == (step != 999)
        wait_for_server(store, step)
        erasure = records.erasure(store)
        if broken_off:
            after = records.everything(store.database)
            assert {t: sorted(rows) for t, rows in after.items()} == {t: sorted(rows) for t, rows in before.items()}
            assert erasure.unfinished() == []
            erasure.erase(records.ANNA)
        assert traces(records, store, records.ANNA) == []
        assert erasure.unfinished() == [records.ANNA]
        (receipt,) = finish(erasure)
        assert receipt.resources["Observation"] == 14
        assert records.current(store, "Patient", records.BERIT)
    finally:
        spaces.close()
    if database_url.startswith("sqlite"):
        assert on_disk(sqlite_path(database_url).parent, [f"{records.ANNA}-".encode()]) == {}


# ---------------------------------------------------------------- at the same time


def test_who_is_writing_about_her_is_waited_for_and_what_he_wrote_goes_too(store: Store, records: ModuleType):
    records.fill(store, versions=1)
    writing, erasing, erased = threading.Event(), threading.Event(), threading.Event()

    def write() -> None:
        with deciding(store, records.FixedClock(records.NOW)) as under_way:
            assert held(store.database, under_way.session, [records.ANNA])[records.ANNA].consent
            under_way.writer.write(late(records, "late"), records.index(late_resource(records, "late")))
            under_way.writer.flush()
            writing.set()
            erasing.wait(10)
            assert not erased.wait(0.2)

    def erase() -> None:
        writing.wait(10)
        erasing.set()
        records.erasure(store).erase(records.ANNA)
        erased.set()

    run(write, erase)
    assert traces(records, store, records.ANNA) == []


def test_who_comes_while_she_is_being_erased_waits_and_sees_that_she_has_withdrawn(store: Store, records: ModuleType):
    records.fill(store, versions=1)
    begun, seen = threading.Event(), []

    def trace(receipt: Receipt) -> list[Access]:
        begun.set()
        return []

    def write() -> None:
        begun.wait(10)
        with deciding(store, records.FixedClock(records.NOW)) as under_way:
            seen.append(held(store.database, under_way.session, [records.ANNA])[records.ANNA].consent)

    run(lambda: records.erasure(store).erase(records.ANNA, trace=trace), write)
    assert seen == [False]


def test_several_who_write_about_her_do_not_wait_for_each_other(postgresql_url: str, records: ModuleType):
    spaces = Spaces(At(postgresql_url))
    try:
        store = spaces.open()
        assert store is not None
        People(store.database).put(records.ANNA, Standing(True), records.NOW)
        clock = records.FixedClock(records.NOW)
        with deciding(store, clock) as one, deciding(store, clock) as other:
            for under_way in (one, other):
                assert held(store.database, under_way.session, [records.ANNA])[records.ANNA].consent
    finally:
        spaces.close()


def test_what_was_written_without_asking_for_her_standing_is_found_by_the_second_look(postgresql_url: str, records: ModuleType):
    spaces = Spaces(At(postgresql_url))
    try:
        store = spaces.open()
        assert store is not None
        records.fill(store, versions=1)
        erasure = records.erasure(store)
        with store.writing() as writer:
            writer.write(late(records, "late"), records.index(late_resource(records, "late")))
            writer.flush()
            erasure.erase(records.ANNA)  # sees nothing of it
            assert erasure.finish() == [] and erasure.unfinished() == [records.ANNA]
        assert traces(records, store, records.ANNA) != []
        (receipt,) = finish(erasure)
        assert traces(records, store, records.ANNA) == [] and receipt.resources["Observation"] == 15
    finally:
        spaces.close()


def test_what_she_has_written_since_she_consented_again_is_not_taken_for_a_rest(store: Store, records: ModuleType):
    records.fill(store, versions=1)
    erasure = records.erasure(store)
    erasure.erase(records.ANNA)
    People(store.database).put(records.ANNA, Standing(True), records.NOW)
    records.put(store, records.mother(records.ANNA))
    finish(erasure)
    assert records.current(store, "Patient", records.ANNA)


def late_resource(records: ModuleType, id: str) -> dict[str, Any]:
    return {"resourceType": "Observation", "id": id, "subject": records.ref(f"Patient/{records.ANNA}"), "valueString": records.ANNA}


def late(records: ModuleType, id: str) -> Any:
    return records.Version("Observation", id, 1, records.NOW, "PUT", records.encode(late_resource(records, id)))


def run(*tasks: Any) -> None:
    faults: list[BaseException] = []

    def guarded(task: Any) -> None:
        try:
            task()
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=guarded, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not faults, faults
