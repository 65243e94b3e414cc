"""Two women's records with unmistakable words in every corner, for the tests of erasure: loaded by ``conftest`` as ``records``.

Also a program: ``python erasure_records.py URL ACTION [STEP]`` fills a database, or erases one record and stops dead at a step.
"""

from __future__ import annotations

import base64
import sys
import threading
from datetime import UTC, datetime
from functools import cache
from typing import Any

from hit_maternity.clock import FixedClock
from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.json import decode, encode
from hit_maternity.fhir.packages import read_file
from hit_maternity.fhir.ports import OutboxMessage, Version
from hit_maternity.fhir.search import Search
from hit_maternity.fhir.search.model import IndexRows
from hit_maternity.fhir.terminology import LoadedTerminology
from hit_maternity.knowledge import OWNERS, own_package
from hit_maternity.store import Store
from hit_maternity.store.erasure import Erasure
from hit_maternity.store.people import People, Standing
from hit_maternity.store.session import Database
from hit_maternity.store.spaces import At, Spaces

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
FNR = "urn:oid:2.16.578.1.12.4.1.4.1"
BASE = "http://record.test/fhir"
FETUS_OF = "https://hit-maternity.example/fhir/StructureDefinition/fetus-of"
#: The words that stand in all that is hers, and her number.
ANNA, BERIT = "zqxanna7", "zqxberit3"
NUMBERS = {ANNA: "19820199890", BERIT: "02899149826"}


@cache
def search(packaged: bool = True) -> Search:
    """The search parameters of R4, and those of the card."""
    definitions = Definitions.with_packages([read_file(own_package(), ours=True)]) if packaged else Definitions.r4()
    return Search(definitions, LoadedTerminology(definitions), owners=OWNERS if packaged else None)


def index(resource: dict[str, Any]) -> IndexRows:
    return search().index(resource, BASE)


def erasure(store: Store) -> Erasure:
    return Erasure(store, index, FixedClock(NOW), number_systems=[FNR], base=BASE)


def ref(name: str, **more: Any) -> dict[str, Any]:
    return {"reference": name, **more}


def put(store: Store, resource: dict[str, Any], indexed: Search | None = None) -> None:
    """Writes the next version of a resource."""
    with store.writing() as writer:
        before = writer.lock(resource["resourceType"], resource["id"])
        number = before.version + 1 if before else 1
        whole = {**resource, "meta": {"versionId": str(number)}}
        rows = (indexed or search()).index(whole, BASE)
        writer.write(Version(whole["resourceType"], whole["id"], number, NOW, "PUT", encode(whole)), rows)


def delete(store: Store, type: str, id: str) -> None:
    with store.writing() as writer:
        before = writer.lock(type, id)
        assert before is not None
        writer.write(Version(type, id, before.version + 1, NOW, "DELETE", None), IndexRows())


def current(store: Store, type: str, id: str) -> dict[str, Any] | None:
    """What a resource is now; None where it was never there."""
    with store.reading() as reader:
        found = reader.get(type, id)
    return None if found is None else {} if found.body is None else decode(found.body)


def patient(mark: str, id: str | None = None, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": id or mark, "name": [{"family": f"{mark}-family"}], **more}


def mother(mark: str) -> dict[str, Any]:
    identifier = [{"system": FNR, "value": NUMBERS[mark]}]
    return patient(mark, identifier=identifier, telecom=[{"system": "phone", "value": f"{mark}-phone"}], address=[{"city": f"{mark}-town"}])


def fetus(mark: str) -> dict[str, Any]:
    return patient(mark, f"{mark}-fetus", extension=[{"url": FETUS_OF, "valueReference": ref(f"Patient/{mark}")}])


def child(mark: str) -> dict[str, Any]:
    number = [{"system": FNR, "value": NUMBERS[mark][::-1]}]
    return patient(mark, f"{mark}-child", identifier=number, link=[{"other": ref(f"Patient/{mark}-fetus"), "type": "replaces"}])


def own(mark: str) -> list[dict[str, Any]]:
    """What belongs to one woman alone."""
    her, code = ref(f"Patient/{mark}", display=f"{mark}-display"), {"text": f"{mark}-code", "coding": [{"code": f"{mark}-c"}]}
    note = [{"text": f"{mark}-note"}]
    fact = {"resourceType": "Observation", "status": "final", "code": code, "subject": her, "effectiveDateTime": "2026-04-01", "note": note}
    facts = [{**fact, "id": f"{mark}-o{n}", "valueString": f"{mark}-value-{n} " + "x" * (400 * n)} for n in range(12)]
    midwife = [{"who": ref("Practitioner/x")}]
    scan = {"resourceType": "Binary", "contentType": "text/plain", "data": base64.b64encode(f"{mark}{mark}".encode()).decode()}
    copy = {"fullUrl": "urn:uuid:5f8d", "resource": {**mother(mark), "id": "copy"}}
    inside = {"resource": {**fact, "id": "copy-of-fact", "subject": ref("urn:uuid:5f8d")}}
    return [
        mother(mark), fetus(mark), child(mark), *facts,
        {"resourceType": "EpisodeOfCare", "id": f"{mark}-e", "status": "active", "patient": her, "type": [code]},
        {"resourceType": "RelatedPerson", "id": f"{mark}-r", "patient": her, "name": [{"family": f"{mark}-partner"}]},
        {**fact, "id": f"{mark}-of-fetus", "focus": [ref(f"Patient/{mark}-fetus")]},
        {**fact, "id": f"{mark}-of-child", "subject": ref(f"{BASE}/Patient/{mark}-child")},
        {"resourceType": "Consent", "id": f"{mark}-consent", "patient": her, "status": "active", "category": [code]},
        {"resourceType": "Task", "id": f"{mark}-t", "for": {"identifier": {"system": FNR, "value": NUMBERS[mark]}}, "description": mark},
        {"resourceType": "Provenance", "id": f"{mark}-p", "target": [ref(f"Observation/{mark}-o1")], "agent": midwife, "reason": [code]},
        {"resourceType": "List", "id": f"{mark}-l", "title": mark, "entry": [{"item": ref(f"Observation/{mark}-o2")}]},
        {"resourceType": "Composition", "id": f"{mark}-d", "subject": her, "title": mark, "section": [{"title": mark}]},
        {"resourceType": "Bundle", "id": f"{mark}-b", "type": "document", "entry": [copy, inside]},
        {**scan, "id": f"{mark}-s1", "securityContext": her}, {**scan, "id": f"{mark}-s2"},
        {"resourceType": "DocumentReference", "id": f"{mark}-dr", "subject": her, "description": mark, "content": [
            {"attachment": {"url": f"Binary/{mark}-s2", "title": mark}}, {"attachment": {"url": f"{BASE}/Bundle/{mark}-b2"}}]},
        {"resourceType": "Bundle", "id": f"{mark}-b2", "type": "collection", "entry": [{"resource": {**facts[0], "subject": {}}}]},
    ]  # fmt: skip


def shared(*marks: str) -> list[dict[str, Any]]:
    """What is about all of these women."""
    named = [ref(f"Patient/{m}", display=f"{m}-display") for m in marks]
    facts = [ref(f"Observation/{m}-o1") for m in marks]
    text = {"status": "generated", "div": " ".join(marks)}
    copies = [{"resource": mother(m), "fullUrl": f"urn:uuid:{m}"} for m in marks]
    facts_in = [{"resource": {"resourceType": "Observation", "note": [{"text": m}], "subject": ref(f"urn:uuid:{m}")}} for m in marks]
    return [
        {"resourceType": "Group", "id": "group", "text": text, "member": [{"entity": n, "inactive": False} for n in named]},
        {"resourceType": "Provenance", "id": "visit", "target": facts, "agent": [{"who": ref("Practitioner/x")}]},
        {"resourceType": "List", "id": "list", "entry": [{"item": f, "flag": {"text": m}} for f, m in zip(facts, marks, strict=True)]},
        {"resourceType": "Appointment", "id": "course", "participant": [
            {"actor": n, "type": [{"text": m}]} for n, m in zip(named, marks, strict=True)]},
        {"resourceType": "Bundle", "id": "both", "type": "collection", "entry": [*copies, *facts_in]},
        {"resourceType": "Practitioner", "id": "x", "name": [{"family": "Midwife"}]},
    ]  # fmt: skip


def fill(store: Store, *, versions: int = 2) -> None:
    """Both records, each resource written so often, what they share, deleted and moved ones, messages, standing."""
    marks = (ANNA, BERIT)
    people = People(store.database)
    for mark in marks:
        for number in range(versions):
            for resource in own(mark):
                put(store, {**resource, "language": f"{mark}-{number}"})
        for type, id in (("Observation", "o3"), ("Provenance", "p"), ("Patient", "child"), ("Binary", "s1")):
            delete(store, type, f"{mark}-{id}")
        with store.writing() as writer:
            writer.publish(OutboxMessage("topic", f"{mark}-message", f'{{"patient":"Patient/{mark}","text":"{mark}"}}'.encode()))
            writer.publish(OutboxMessage("topic", f"Observation/{mark}-o1/2", mark.encode()))
        people.put(mark, Standing(True), NOW)
    for resource in [*shared(*marks), *shared(*marks)]:
        put(store, resource)
    last = shared(BERIT)
    put(store, {**last[0], "id": "was-member"})  # of this Group she is a member in a superseded version only
    for members in (marks, (BERIT,)):
        put(store, {**shared(*members)[0], "id": "was-member"})
    moved = {"resourceType": "Observation", "id": "moved", "status": "final", "code": {"text": "moved"}}
    put(store, {**moved, "subject": ref(f"Patient/{ANNA}"), "note": [{"text": ANNA}]})
    put(store, {**moved, "subject": ref(f"Patient/{BERIT}")})


def everything(database: Database) -> dict[str, list[bytes]]:
    """Every row of every table, as text, by table."""
    found: dict[str, list[bytes]] = {}
    with database.reading() as session:
        if database.dialect.name == "sqlite":
            tables = [r[0] for r in session.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
        else:
            space = database.names.resource.partition(".")[0]
            named = session.rows("SELECT tablename FROM pg_tables WHERE schemaname = ?", (space.strip('"'),))
            tables = [f"{space}.{r[0]}" for r in named]
        for table in tables:
            found[table.rpartition(".")[2]] = [b"|".join(map(_bytes, row)) for row in session.rows(f"SELECT * FROM {table}")]
    return found


def _bytes(value: Any) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def stop_at(step: int) -> None:
    """From here on the process says so and stands still before its ``step``-th statement that changes something."""
    from hit_maternity.store.postgres import PostgresSession
    from hit_maternity.store.sqlite import SqliteSession

    count = 0

    def wrap(name: str, kind: Any) -> None:
        inner = getattr(kind, name)

        def counted(self: Any, *arguments: Any, **named: Any) -> Any:
            nonlocal count
            count += 1
            if count == step:
                print("here", flush=True)
                threading.Event().wait()
            return inner(self, *arguments, **named)

        setattr(kind, name, counted)

    for kind in (SqliteSession, PostgresSession):
        wrap("run", kind)
        wrap("change", kind)


if __name__ == "__main__":
    opened = Spaces(At(sys.argv[1])).open()
    assert opened is not None
    worker = erasure(opened)
    index({"resourceType": "Group"})
    stop_at(int(sys.argv[2]))
    worker.erase(ANNA)
    print("erased", flush=True)
    threading.Event().wait()
