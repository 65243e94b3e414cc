"""Valid resources of the card, bent at random: whatever comes in, it is never a fault of the server, and a refusal stores nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hit_maternity.app import House
from hit_maternity.fhir import xml
from hit_maternity.fhir.json import encode
from hit_maternity.fhir.ports import HistoryQuery
from hit_maternity.fhir.rest.dispatch import handle
from hit_maternity.fhir.rest.exchange import Request, Response, Server
from hit_maternity.settings import Settings
from hit_maternity.testbed.people import pregnancies

BASE = "http://fhir.test/fhir"
JSON_PATCH = "application/json-patch+json"
Path_ = tuple[str | int, ...]


def examples(count: int) -> settings:
    return settings(
        max_examples=count, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=False
    )


@cache
def valid() -> list[dict[str, Any]]:
    """One resource of each shape (type and first profile) that the synthetic pregnancies have."""
    shapes: dict[tuple[str, str], dict[str, Any]] = {}
    for pregnancy in pregnancies():
        for resource in pregnancy.resources():
            profiles = resource.get("meta", {}).get("profile", [""])
            shapes.setdefault((resource["resourceType"], profiles[0]), json.loads(encode(resource)))
    return list(shapes.values())


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server as it is run, over an SQLite file that holds a patient and an observation named ``there``."""
    folder = tmp_path_factory.mktemp("bent")
    house = House(Settings.from_environment(database_url=f"sqlite:///{(folder / 'hit.db').as_posix()}", access="open"))
    opened = house.space("default")
    assert opened is not None
    for type, more in (
        ("Patient", {}),
        ("Observation", {"status": "final", "code": {"text": "x"}, "subject": {"reference": "Patient/there"}}),
    ):
        resource = (
            {"resourceType": type, "id": "there", "name": [{"family": "A"}]}
            if type == "Patient"
            else {"resourceType": type, "id": "there", **more}
        )
        assert call(opened.server, "PUT", f"{type}/there", resource).status == 201
    yield opened.server
    house.close()


def call(server: Server, method: str, url: str, body: Any = None, **headers: str) -> Response:
    path, _, query = url.partition("?")
    sent = {"content-type": "application/fhir+json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    raw = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode("utf-8", "surrogatepass")
    return handle(server, Request(method, [p for p in path.split("/") if p], query, sent, raw, BASE))


def newest(server: Server) -> tuple[str, str, int]:
    """The last version that was stored, of whatever resource."""
    with server.store.reading() as session:
        last = session.history(HistoryQuery(count=1)).versions[0]
    return last.type, last.id, last.version


def is_told(response: Response) -> None:
    """No fault of the server; a refusal says why."""
    assert response.status < 500, response.body
    if response.status >= 400:
        issues = json.loads(response.body)["issue"]
        assert issues and all(i["details"]["text"] and i["details"]["coding"][0]["code"] for i in issues)


# ------------------------------------------------------------ what bends a resource, and a search

SCALARS = """
    2026-02-30 2026-13 9999-12-31T23:59:60.999999999+14:00 0001-01-01 12:00:00 # #x urn:uuid:x Patient/there Patient?identifier=1
    http:// http://[ // | a|b|c <div> Observation resourceType true 1e999999999 -0 % P1Y aGVp =
    http://hl7.org/fhir/StructureDefinition/bp|4.0.1
"""
NAMES = """
    resourceType id meta extension modifierExtension contained text value valueString valueQuantity url _value _id _status
    code coding system reference identifier profile div constructor valueset entry resource
"""
CODES = """
    _id _lastUpdated _sort _count _include _revinclude _summary _elements _total _has _filter _cursor _format _profile
    _tag code date subject patient value-quantity code-value-quantity component-code-value-quantity name birthdate
    identifier encounter.status subject:Patient.name _has:Observation:patient:code focus status combo-value-quantity _type
    _text _content _list _contained _security _source derived-from.code subject.subject.subject a.b.c
"""
MODIFIERS = """
    :exact :contains :missing :not :in :below :above :identifier :text :of-type :Patient :iterate :
"""
SEARCHED = """
    Patient/there there ge2026 xx2026 2026-02-30 1.10|http://unitsofmeasure.org|mm[Hg] lt1e400 1e-400 | || a|b |a
    Observation:subject Observation:* * Patient:x:y:z -date,code date,date true 0 -1 99999999999999999999 $
    http://loinc.org|29463-7$ge1 code$ urn:uuid:x http://[ ap9999-12-31 sa0001 NaN Infinity ١٢ 2026-01-01T00:00:00+99:99
"""

_scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.sampled_from([*SCALARS.split(), "", " ", "\0", "\ud800", "x" * 300, "<div xmlns='http://www.w3.org/1999/xhtml'/>"]),
    st.text(max_size=8),
)
_names = st.sampled_from([*NAMES.split(), ""])
_values = st.recursive(
    _scalars, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_names, inner, max_size=3)), max_leaves=6
)
_bend = st.tuples(
    st.sampled_from(["put", "drop", "wrap", "unwrap", "twice", "add", "move", "companion"]),
    st.integers(0, 2**16),
    st.integers(0, 2**16),
    _names,
    _values,
)
_bends = st.lists(_bend, min_size=1, max_size=3)


def places(value: Any, path: Path_ = ()) -> Iterator[Path_]:
    yield path
    if isinstance(value, dict):
        for key, item in value.items():
            yield from places(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from places(item, (*path, number))


def at(value: Any, path: Path_) -> Any:
    for step in path:
        value = value[step]
    return value


def bent(resource: Any, bends: list[Any]) -> Any:
    """A copy of ``resource`` with the bends made in it, each at a place that a number picks."""
    holder = {"it": json.loads(json.dumps(resource))}
    for kind, where, other, name, value in bends:
        known = [p for p in places(holder) if len(p) > 1] or [("it",)]
        path, from_ = known[where % len(known)], known[other % len(known)]
        inside, last = at(holder, path[:-1]), path[-1]
        here = inside[last]
        if kind == "put":
            inside[last] = value
        elif kind == "drop":
            del inside[last]
        elif kind == "wrap":
            inside[last] = [here]
        elif kind == "unwrap" and isinstance(here, list) and here:
            inside[last] = here[0]
        elif kind == "twice" and isinstance(inside, list):
            inside.append(json.loads(json.dumps(here)))
        elif kind == "add" and isinstance(here, dict):
            here[name] = value
        elif kind == "move":
            inside[last] = json.loads(json.dumps(at(holder, from_)))
        elif kind == "companion" and isinstance(inside, dict):
            inside[f"_{last}"] = value
        if "it" not in holder:
            return None
    return holder["it"]


_resources = st.builds(lambda n, bends: (valid()[n % len(valid())], bends), st.integers(0, 10_000), _bends)


@examples(250)
@given(_resources, st.sampled_from(["POST", "PUT"]), st.sampled_from(["application/fhir+json", "application/fhir+xml"]))
def test_a_bent_resource_is_stored_or_refused(server: Server, drawn: tuple[dict[str, Any], list[Any]], method: str, accept: str):
    resource, bends = drawn
    type = resource["resourceType"]
    before = newest(server)
    answer = call(
        server, method, type if method == "POST" else f"{type}/{resource['id']}", bent(resource, bends), accept=accept, accept_language="nb"
    )
    assert answer.status < 500, answer.body
    assert (newest(server) != before) == (answer.status in (200, 201))


@examples(150)
@given(_resources, st.sampled_from(["", "?mode=create", "?mode=profile", "?mode=update"]), st.booleans())
def test_a_bent_resource_is_validated_and_never_stored(server: Server, drawn: tuple[dict[str, Any], list[Any]], mode: str, wrapped: bool):
    resource, bends = drawn
    type = resource["resourceType"]
    url = f"{type}/{resource['id']}/$validate{mode}" if "update" in mode else f"{type}/$validate{mode}"
    sent = {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": resource}]} if wrapped else resource
    if "profile" in mode:
        url += "".join(f"&profile={quote(p)}" for p in resource.get("meta", {}).get("profile", []))
    before = newest(server)
    is_told(call(server, "POST", url, bent(sent, bends)))
    assert newest(server) == before


_PATCHES: list[Any] = [
    [{"op": "replace", "path": "/name/0/family", "value": "B"}, {"op": "test", "path": "/id", "value": "there"}],
    [{"op": "add", "path": "/name/-", "value": {"family": "C"}}, {"op": "copy", "from": "/name/0", "path": "/name/1"}],
    [{"op": "move", "from": "/name", "path": "/contact"}, {"op": "remove", "path": "/name/0"}],
    *(
        {
            "resourceType": "Parameters",
            "parameter": [
                {
                    "name": "operation",
                    "part": [
                        {"name": "type", "valueCode": type},
                        {"name": "path", "valueString": path},
                        *({"name": n, k: v} for n, k, v in rest),
                    ],
                }
            ],
        }
        for type, path, rest in (
            ("replace", "Patient.name[0].family", [("value", "valueString", "B")]),
            ("add", "Patient", [("name", "valueString", "birthDate"), ("value", "valueDate", "1990-01-01")]),
            ("insert", "Patient.name", [("index", "valueInteger", 0), ("value", "valueHumanName", {"family": "D"})]),
            ("move", "Patient.name", [("source", "valueInteger", 0), ("destination", "valueInteger", 1)]),
            ("delete", "Patient.name.where(family = 'A')", []),
        )
    ),
]


@examples(200)
@given(st.sampled_from(_PATCHES), _bends)
def test_a_bent_patch_is_applied_or_refused(server: Server, patch: Any, bends: list[Any]):
    before = newest(server)
    kind = JSON_PATCH if isinstance(patch, list) else "application/fhir+json"
    answer = call(server, "PATCH", "Patient/there", bent(patch, bends), content_type=kind)
    is_told(answer)
    assert (newest(server) != before) == (answer.status == 200)


@examples(150)
@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=3), st.sampled_from(["transaction", "batch"]), _bends)
def test_a_bent_bundle_is_carried_out_or_refused(server: Server, chosen: list[int], kind: str, bends: list[Any]):
    resources = [valid()[n % len(valid())] for n in chosen]
    entries = [
        {
            "fullUrl": f"{BASE}/{r['resourceType']}/{r['id']}",
            "resource": r,
            "request": {"method": "PUT", "url": f"{r['resourceType']}/{r['id']}", "ifNoneMatch": 'W/"999"'},
        }
        for r in resources
    ]
    before = newest(server)
    answer = call(server, "POST", "", bent({"resourceType": "Bundle", "type": kind, "entry": entries}, bends))
    is_told(answer)
    assert answer.status < 400 or newest(server) == before
    if answer.status == 200:
        assert not [e for e in json.loads(answer.body).get("entry", ()) if e.get("response", {}).get("status", "").startswith("5")]


_codes = st.sampled_from([*CODES.split(), ""])
_modifiers = st.sampled_from([*MODIFIERS.split(), "", "", ""])
_searched = st.one_of(
    st.sampled_from(
        [
            *SEARCHED.split(),
            "\\",
            "a\\,b",
        ]
    ),
    st.text(max_size=6),
)


@examples(400)
@given(
    st.sampled_from(["Patient", "Observation", "EpisodeOfCare", "Encounter", "Patient/there/Observation", ""]),
    st.lists(st.tuples(_codes, _modifiers, _searched), min_size=1, max_size=3),
    st.booleans(),
)
def test_any_search_is_answered_or_refused(server: Server, where: str, asked: list[tuple[str, str, str]], posted: bool):
    query = "&".join(f"{quote(code + modifier, safe=':.')}={quote(value, safe='', errors='replace')}" for code, modifier, value in asked)
    if posted:
        is_told(call(server, "POST", f"{where}/_search", query.encode(), content_type="application/x-www-form-urlencoded"))
    else:
        is_told(call(server, "GET", f"{where}?{query}"))


@examples(150)
@given(
    st.integers(0, 10_000),
    st.integers(0, 2**20),
    st.binary(max_size=4),
    st.integers(0, 20),
    st.sampled_from(["application/fhir+json", "application/fhir+xml", JSON_PATCH, "", "text/plain;q=x"]),
)
def test_broken_bytes_are_refused(server: Server, number: int, where: int, put: bytes, cut: int, kind: str):
    resource = valid()[number % len(valid())]
    body = json.dumps(resource).encode()
    if kind == "application/fhir+xml":
        body = xml.encode(resource, server.definitions)
    where %= len(body)
    method = "PATCH" if kind == JSON_PATCH else "POST"
    url = "Patient/there" if method == "PATCH" else resource["resourceType"]
    is_told(call(server, method, url, body[:where] + put + body[where + cut :], content_type=kind))
