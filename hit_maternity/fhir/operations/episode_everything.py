"""EpisodeOfCare/[id]/$everything: one episode's part of a patient's record.

FHIR R4 has no such operation; ours is shaped as Patient/$everything. The episode of a pregnancy is: the EpisodeOfCare, its
patient, what it names (conditions, care team, referrals), what names it (encounters), and all that names one of those encounters,
as far as it is the same patient's; beside each page the resources that it refers to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from hit_maternity.fhir import bundle, json
from hit_maternity.fhir.bundle import Found
from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.operations.model import Call, Operation
from hit_maternity.fhir.operations.record import PARAMETERS, supporting, wanted
from hit_maternity.fhir.outcome import refuse
from hit_maternity.fhir.ports import Intent, Reader, Version
from hit_maternity.fhir.rest.answers import present
from hit_maternity.fhir.rest.exchange import Response
from hit_maternity.fhir.rest.paging import page_links
from hit_maternity.fhir.rest.parameters import pairs_of
from hit_maternity.fhir.rest.revealing import revealed
from hit_maternity.fhir.search.model import Condition, Query, ReferenceValue, SearchParameter

if TYPE_CHECKING:
    from hit_maternity.fhir.search import Search

Identity = tuple[str, str]

_PAGE = 500
_BATCH = 100


def episode_everything(call: Call) -> Response:
    """200 with a searchset: the episode, its patient, then the rest in a fixed order, a page at a time.

    Raises ``FhirError`` 400 for a wrong parameter, 404, 410.
    """
    assert call.id is not None
    asked = wanted(call)
    server, request = call.server, call.request
    intent = Intent("$everything", "EpisodeOfCare", call.id)
    server.guard.check(request.principal, intent)
    with server.store.reading() as session:
        episode = present(session.get("EpisodeOfCare", call.id), "EpisodeOfCare")
        record = [v for v in _record(call, session, episode) if asked.takes(call, v)]
        start = _place(record, asked.cursor)
        matches = record[start : start + asked.count]
        more = len(record) > start + asked.count
        next = f"{matches[-1].type}/{matches[-1].id}" if more else None
        left_out = server.definitions.compartment("Patient")
        included = [v for v in supporting(call, session, matches, left_out) if not asked.types or v.type in asked.types]
    matches, included = revealed(server, request, intent, matches, included)
    entries = [Found(f"{v.type}/{v.id}", v.body or b"", "match") for v in matches]
    entries += [Found(f"{v.type}/{v.id}", v.body or b"", "include") for v in included]
    used = [p for p in pairs_of(request.query) if p[0] != "_cursor"]
    links = page_links(request.base, f"EpisodeOfCare/{call.id}/$everything", used, asked.cursor, next, None)
    return Response(200, bundle.searchset(entries, links, len(record), request.base, server.clock.now()))


def _rank(type: str) -> int:
    return {"EpisodeOfCare": 0, "Patient": 1}.get(type, 2)


def _order(version: Version) -> tuple[int, str, str]:
    return _rank(version.type), version.type, version.id


def _place(record: Sequence[Version], cursor: str | None) -> int:
    """How many of the record come before the page: those up to the resource that the cursor names."""
    if cursor is None:
        return 0
    type, slash, id = cursor.partition("/")
    if not slash:
        raise refuse(400, "value", "cursor-invalid", "This page link is not one that this server made. Start again from the first page.")
    return sum(_order(v) <= (_rank(type), type, id) for v in record)


def _record(call: Call, session: Reader, episode: Version) -> list[Version]:
    """All of the episode's part of the record, in order."""
    body = json.decode(episode.body or b"")
    patient = _local(call, body.get("patient"), "Patient")
    found: dict[Identity, Version] = {("EpisodeOfCare", episode.id): episode}
    if patient:
        _add(found, session.get_many([patient]))
    named = [_local(call, r) for r in _named(body)]
    _add(found, session.get_many([n for n in named if n]))
    if patient:
        _add(found, _naming(call, session, patient[1], [("EpisodeOfCare", episode.id)]))
        encounters = sorted(i for i in found if i[0] == "Encounter")
        for start in range(0, len(encounters), _BATCH):
            _add(found, _naming(call, session, patient[1], encounters[start : start + _BATCH]))
    return sorted(found.values(), key=_order)


def _add(found: dict[Identity, Version], versions: Iterable[Version]) -> None:
    for version in versions:
        found.setdefault((version.type, version.id), version)


def _named(body: dict[str, object]) -> Iterator[object]:
    """What the episode names of the patient's record: conditions, care team, referrals."""
    for name in ("team", "referralRequest"):
        listed = body.get(name, ())
        yield from listed if isinstance(listed, list) else ()
    diagnoses = body.get("diagnosis", ())
    for diagnosis in diagnoses if isinstance(diagnoses, list) else ():
        yield diagnosis.get("condition")


def _local(call: Call, reference: object, type: str | None = None) -> Identity | None:
    """The resource that a Reference element names, if it is one of this server's (and of ``type``)."""
    text = reference.get("reference") if isinstance(reference, dict) else None
    if not isinstance(text, str):
        return None
    found, _, rest = text.removeprefix(f"{call.request.base}/").partition("/")
    id = rest.partition("/")[0]
    return (found, id) if id and found in call.server.definitions.resource_types and type in (None, found) else None


def _naming(call: Call, session: Reader, patient: str, targets: Sequence[Identity]) -> Iterator[Version]:
    """The patient's resources that refer to one of ``targets``, which are all of one type, by any reference parameter."""
    values = tuple(ReferenceValue(type, id) for type, id in targets)
    for parameters in _by_code(call.server.definitions, call.server.search, targets[0][0]):
        types = tuple(p.resource_type for p in parameters)
        query = call.server.search.parse(types, [], compartment=("Patient", patient), base=call.request.base)
        yield from _all(session, replace(query, criteria=(*query.criteria, Condition(parameters, None, values)), count=_PAGE))


@lru_cache(maxsize=32)
def _by_code(definitions: Definitions, search: Search, target: str) -> tuple[tuple[SearchParameter, ...], ...]:
    """Reference parameters that may name a resource of type ``target``, on types of the patient compartment; those of one code
    together."""
    found: dict[str, tuple[SearchParameter, ...]] = {}
    for type in sorted(definitions.compartment("Patient")):
        for code, parameter in search.parameters(type).items():
            if parameter.type == "reference" and target in parameter.targets and not code.startswith("_"):
                found[code] = (*found.get(code, ()), parameter)
    return tuple(found.values())


def _all(session: Reader, query: Query) -> Iterator[Version]:
    while True:
        page = session.search(query)
        yield from page.matches
        if page.next is None:
            return
        query = replace(query, cursor=page.next)


#: The canonical of our own definition of this operation.
DEFINITION = "https://hit-maternity.example/fhir/OperationDefinition/EpisodeOfCare-everything"

EPISODE_EVERYTHING = Operation(
    "everything", DEFINITION, "all that belongs to this record", frozenset(("instance",)), episode_everything,
    types=frozenset(("EpisodeOfCare",)), parameters=PARAMETERS,
)  # fmt: skip
