"""The calls of the FHIR API, as flows (FHIR R4, http.html).

A ``GET``, a search and a deletion may be made again after a failure; an update where it names the version that it replaces: a second
arrival is refused (412), and then the resource is read to see whether the first went in. A ``POST`` that creates, and a patch, are made
once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from hit_maternity.client import json
from hit_maternity.client.caller import Answered, Call, Caller
from hit_maternity.client.errors import NATIONAL_ID, FhirProblem
from hit_maternity.client.headers import Headers, segment
from hit_maternity.client.record_calls import says
from hit_maternity.client.wire import Flow

Json = dict[str, Any]
Parameters = Mapping[str, str | Sequence[str]] | Sequence[tuple[str, str]]

_ACCEPT = ("Accept", "application/fhir+json")
_BODY = ("Content-Type", "application/fhir+json")
_WHOLE = ("Prefer", "return=representation")


class FhirCalls:
    """The calls that ``caller`` makes."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller

    def get(self, path: str) -> Flow[Json]:
        """``GET``."""
        return (yield from self._done(Call("GET", path, None, (_ACCEPT,), again=True)))

    def read(self, kind: str, id: str, version: str | None = None) -> Flow[Json]:
        """The resource, or that version of it."""
        path = f"{segment(kind)}/{segment(id)}"
        return (yield from self.get(path if version is None else f"{path}/_history/{segment(version)}"))

    def history(self, kind: str, id: str) -> Flow[Json]:
        """``GET [type]/[id]/_history``."""
        return (yield from self.get(f"{segment(kind)}/{segment(id)}/_history"))

    def create(self, resource: Json) -> Flow[Json]:
        """``POST [type]``."""
        call = Call("POST", segment(str(resource["resourceType"])), json.encode(resource), (_ACCEPT, _BODY, _WHOLE))
        return (yield from self._done(call))

    def update(self, resource: Json, version: str | None) -> Flow[Json]:
        """``PUT``, with the version that it replaces: by default its own ``meta.versionId``."""
        replaced = version or (resource.get("meta") or {}).get("versionId")
        kind, id = str(resource["resourceType"]), str(resource["id"])
        call = Call("PUT", f"{segment(kind)}/{segment(id)}", json.encode(resource), (_ACCEPT, _BODY, _WHOLE, *_match(replaced)))
        if replaced is None:
            return (yield from self._done(call))
        done = yield from self.caller.answered(Call(call.method, call.path, call.body, call.headers, again=True))
        if done.answer.status == 412 and done.calls > 1:
            now = yield from self.read(kind, id)
            if says(_content(now), _content(resource)):
                return now
        return _value(done)

    def patch(self, kind: str, id: str, changes: Json | Sequence[Json], version: str | None) -> Flow[Json]:
        """``PATCH``: a list is a JSON Patch, a Parameters resource a FHIRPath Patch."""
        content_type = _BODY if isinstance(changes, Mapping) else ("Content-Type", "application/json-patch+json")
        headers = (_ACCEPT, content_type, _WHOLE, *_match(version))
        body = json.encode(changes if isinstance(changes, Mapping) else list(changes))
        return (yield from self._done(Call("PATCH", f"{segment(kind)}/{segment(id)}", body, headers)))

    def delete(self, kind: str, id: str, version: str | None) -> Flow[None]:
        """``DELETE``."""
        call = Call("DELETE", f"{segment(kind)}/{segment(id)}", None, (_ACCEPT, *_match(version)), again=version is None)
        yield from self._done(call)

    def search(self, kind: str, parameters: Parameters) -> Flow[Json]:
        """The first page. Where a value looks like a national id, by ``POST [type]/_search``."""
        pairs = _pairs(parameters)
        query, path = urlencode(pairs), segment(kind)
        if any(NATIONAL_ID.search(text) for pair in pairs for text in pair):
            form = (_ACCEPT, ("Content-Type", "application/x-www-form-urlencoded"))
            return (yield from self._done(Call("POST", f"{path}/_search", query.encode("ascii"), form, again=True)))
        return (yield from self.get(f"{path}?{query}" if query else path))

    def transaction(self, bundle: Json) -> Flow[Json]:
        """``POST`` of a batch or transaction."""
        return (yield from self._done(Call("POST", "", json.encode(bundle), (_ACCEPT, _BODY))))

    def operation(self, path: str, parameters: Json | None, query: Parameters) -> Flow[Json]:
        """``EpisodeOfCare/a/$timeline``: ``POST`` where there is a Parameters resource, else ``GET``. Raises ``ValueError``."""
        told = urlencode(_pairs(query))
        if NATIONAL_ID.search(told):
            raise ValueError("A national id has no place in an address: send it in a Parameters resource.")
        where = "/".join(segment(it) for it in path.strip("/").split("/"))
        address = f"{where}?{told}" if told else where
        if parameters is None:
            return (yield from self.get(address))
        return (yield from self._done(Call("POST", address, json.encode(parameters), (_ACCEPT, _BODY))))

    def _done(self, call: Call) -> Flow[Json]:
        return _value((yield from self.caller.answered(call)))


def entries(bundle: Json) -> Iterator[Json]:
    """The resources of a page of a search, but for what the server says about it."""
    for entry in bundle.get("entry", ()):
        if (entry.get("search") or {}).get("mode") != "outcome" and "resource" in entry:
            yield entry["resource"]


def next_page(bundle: Json) -> str | None:
    """The address of the next page."""
    return next((link["url"] for link in bundle.get("link", ()) if link.get("relation") == "next"), None)


def _pairs(parameters: Parameters) -> list[tuple[str, str]]:
    if not isinstance(parameters, Mapping):
        return list(parameters)
    return [(name, it) for name, value in parameters.items() for it in ([value] if isinstance(value, str) else value)]


def _match(version: str | None) -> Headers:
    return () if version is None else (("If-Match", f'W/"{version}"'),)


def _content(resource: Json) -> Json:
    return {name: value for name, value in resource.items() if name != "meta"}


def _value(done: Answered) -> Json:
    """The resource of a success, ``{}`` where there is none. Raises ``FhirProblem``."""
    answer = done.answer
    try:
        body = json.decode(answer.body) if answer.body.strip() else {}
    except ValueError:
        body = None
    if 200 <= answer.status < 300 and isinstance(body, dict):
        return body
    listed = body.get("issue") if isinstance(body, dict) else None
    raise FhirProblem(answer.status, [it for it in listed if isinstance(it, dict)] if isinstance(listed, list) else [])
