"""The ceiling: what ASGI, Python and SQLite reach here with the FHIR work left out.

One table, three index tables, the same URLs; no validation, no versions, no search but the one measured. Nothing can be a
FHIR server and be faster than this, so our figures are shares of it. CEILING_DB names the database file.
"""

from __future__ import annotations

import os
import sqlite3
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

import msgspec

SCHEMA = """
create table resource(type text, id text, version int, body blob, primary key(type, id)) without rowid;
create table token(parameter int, system text, code text, id text);
create index token_value on token(parameter, code, system, id);
create table reference(parameter int, target text, id text);
create table timeline(patient text, code text, date text, id text);
create index timeline_value on timeline(patient, code, date desc, id);
"""
HEADERS = [(b"content-type", b"application/fhir+json")]
decode, encode = msgspec.json.decode, msgspec.json.encode


def connect() -> sqlite3.Connection:
    connection = sqlite3.connect(os.environ["CEILING_DB"], isolation_level=None, check_same_thread=False)
    connection.execute("pragma journal_mode=wal")
    connection.execute("pragma synchronous=normal")
    connection.executescript(SCHEMA)
    return connection


_connections: list[sqlite3.Connection] = []


def _insert(db: sqlite3.Connection, resource: dict[str, Any], now: str) -> tuple[str, bytes]:
    resource["id"] = key = str(uuid4())
    meta = resource.setdefault("meta", {})
    meta["versionId"], meta["lastUpdated"] = "1", now
    body = encode(resource)
    db.execute("insert into resource values(?,?,1,?)", (resource["resourceType"], key, body))
    if resource["resourceType"] == "Observation":
        coding, subject = resource["code"]["coding"][0], resource["subject"]["reference"]
        db.execute("insert into token values(1,?,?,?)", (coding["system"], coding["code"], key))
        db.execute("insert into token values(2,'',?,?)", (resource["status"], key))
        db.execute("insert into reference values(1,?,?)", (subject, key))
        db.execute("insert into timeline values(?,?,?,?)", (subject[8:], coding["code"], resource["effectiveDateTime"], key))
    return key, body


async def _body(receive: Any) -> bytes:
    parts, more = [], True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


def _post(db: sqlite3.Connection, body: bytes) -> tuple[int, bytes]:
    resource, now = decode(body), datetime.now(UTC).isoformat()
    if resource["resourceType"] != "Bundle":
        db.execute("begin")
        _, stored = _insert(db, resource, now)
        db.execute("commit")
        return 201, stored
    db.execute("begin")
    made = [(e["resource"]["resourceType"], _insert(db, e["resource"], now)[0]) for e in resource["entry"]]
    db.execute("commit")
    entries = [{"response": {"status": "201 Created", "location": f"{t}/{i}/_history/1"}} for t, i in made]
    return 200, encode({"resourceType": "Bundle", "type": "transaction-response", "entry": entries})


def _get(db: sqlite3.Connection, path: str, query: str) -> tuple[int, bytes]:
    parts = path.strip("/").split("/")
    if len(parts) == 2:
        row = db.execute("select body from resource where type=? and id=?", parts).fetchone()
        return (200, row[0]) if row else (404, b"{}")
    wanted = parse_qs(query)
    rows = db.execute(
        "select r.body from timeline t join resource r on r.type='Observation' and r.id=t.id"
        " where t.patient=? and t.code=? order by t.date desc limit 20",
        (wanted["patient"][0], wanted["code"][0].split("|")[-1]),
    ).fetchall()
    head = b'{"resourceType":"Bundle","type":"searchset","total":%d,"entry":[' % len(rows)
    return 200, head + b",".join(b'{"resource":' + row[0] + b"}" for row in rows) + b"]}"


async def app(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        while True:
            kind = (await receive())["type"]
            await send({"type": kind + ".complete"})
            if kind == "lifespan.shutdown":
                return
    if not _connections:
        _connections.append(connect())
    db = _connections[0]
    if scope["method"] == "POST":
        status, body = _post(db, await _body(receive))
    else:
        status, body = _get(db, scope["path"], scope["query_string"].decode())
    await send({"type": "http.response.start", "status": status, "headers": [*HEADERS, (b"content-length", str(len(body)).encode())]})
    await send({"type": "http.response.body", "body": body})
