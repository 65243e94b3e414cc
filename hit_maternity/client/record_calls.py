"""The calls of the national JSON API, as flows; addresses, methods and bodies are confirmed by the national documentation, but for those
of ``updateStatus`` and of a deletion, which are inferred.

A ``PUT`` or ``DELETE`` that carries a version may be made again after a failure: the version lets it take effect once. Where a call that
was made again is refused as stale, or as deleted, the part is read: if it has the next version and says what was sent, that was our own
first call, and the part is the answer; else the refusal stands. A ``POST`` is made again only where nothing of it was sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hit_maternity.client import json
from hit_maternity.client.caller import Answered, Call, Caller
from hit_maternity.client.errors import Deleted, MaternityRecordError, NotThere, StaleVersion, error_class
from hit_maternity.client.headers import segment
from hit_maternity.client.readers import version_of
from hit_maternity.client.wire import Flow

Json = dict[str, Any]

_ACCEPT = ("Accept", "application/json")
_WITH_BODY = (_ACCEPT, ("Content-Type", "application/json; charset=UTF-8"))


class RecordCalls:
    """The calls that ``caller`` makes."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller

    def status(self) -> Flow[Json]:
        """``GET /status``."""
        return (yield from self._get("status"))

    def history(self) -> Flow[Json]:
        """``GET /history``."""
        return (yield from self._get("history"))

    def history_of(self, record_id: str) -> Flow[Json]:
        """``GET /history/{id}``."""
        return (yield from self._get(f"history/{segment(record_id)}"))

    def record(self, record_id: str) -> Flow[Json]:
        """``GET /record/{id}``."""
        return (yield from self._get(f"record/{segment(record_id)}"))

    def create_record(self, body: Json | None) -> Flow[Json]:
        """``POST /record``."""
        return (yield from self._sent("POST", "record", body or {}))

    def update_status(self, record_id: str, status: str, version: int, more: Mapping[str, Any]) -> Flow[Json]:
        """``POST /record/{id}/updateStatus``."""
        body = {"recordStatus": {"status": status, **more}, "metadata": {"version": version}}
        return (yield from self._sent("POST", f"record/{segment(record_id)}/updateStatus", body))

    def create(self, record_id: str, resource_type: str, body: Json) -> Flow[Json]:
        """``POST /record/{id}/{type}``."""
        return (yield from self._sent("POST", _part(record_id, resource_type), body))

    def update(self, record_id: str, resource_type: str, body: Json, version: int) -> Flow[Json]:
        """``PUT /record/{id}/{type}``."""
        return (yield from self._put(record_id, resource_type, None, body, version))

    def update_item(self, record_id: str, resource_type: str, item_id: str, body: Json, version: int) -> Flow[Json]:
        """``PUT /record/{id}/{type}/{item}``."""
        return (yield from self._put(record_id, resource_type, item_id, body, version))

    def _put(self, record_id: str, resource_type: str, item_id: str | None, body: Json, version: int) -> Flow[Json]:
        sent = {**_without_metadata(body), "metadata": {"version": version}}
        call = Call("PUT", _part(record_id, resource_type, item_id), json.encode(sent), _WITH_BODY, again=True)
        done = yield from self.caller.answered(call)
        try:
            return _value(done)
        except StaleVersion:
            own = (yield from self._now(record_id, resource_type, item_id)) if done.calls > 1 else None
            if own is None or version_of(own) != version + 1 or not says(own, _without_metadata(body)):
                raise
            return own

    def delete_item(self, record_id: str, resource_type: str, item_id: str, version: int | None) -> Flow[Json]:
        """``DELETE /record/{id}/{type}/{item}``."""
        path = _part(record_id, resource_type, item_id)
        if version is None:
            return (yield from self._done(Call("DELETE", path, None, (_ACCEPT,))))
        body = json.encode({"metadata": {"version": version}})
        done = yield from self.caller.answered(Call("DELETE", path, body, _WITH_BODY, again=True))
        try:
            return _value(done)
        except (StaleVersion, Deleted, NotThere):
            if done.calls == 1:
                raise
            own = yield from self._now(record_id, resource_type, item_id)
            marked = own is not None and own["metadata"].get("enteredInError") is True and version_of(own) == version + 1
            if own is None or not marked:
                raise
            return own

    def _now(self, record_id: str, resource_type: str, item_id: str | None) -> Flow[Json | None]:
        """The part as it is now; None where it isn't there."""
        record = yield from self.record(record_id)
        part = record.get(resource_type)
        if item_id is None:
            return part if isinstance(part, dict) and version_of(part) is not None else None
        items = [it for it in part or () if isinstance(it, dict) and version_of(it) is not None] if isinstance(part, list) else []
        return next((it for it in items if it["metadata"].get("id") == item_id), None)

    def _get(self, path: str) -> Flow[Json]:
        return (yield from self._done(Call("GET", path, None, (_ACCEPT,), again=True)))

    def _sent(self, method: str, path: str, body: Json) -> Flow[Json]:
        return (yield from self._done(Call(method, path, json.encode(body), _WITH_BODY)))

    def _done(self, call: Call) -> Flow[Json]:
        return _value((yield from self.caller.answered(call)))


def _part(record_id: str, resource_type: str, item_id: str | None = None) -> str:
    path = f"record/{segment(record_id)}/{segment(resource_type)}"
    return path if item_id is None else f"{path}/{segment(item_id)}"


def _without_metadata(body: Mapping[str, Any]) -> Json:
    return {name: value for name, value in body.items() if name != "metadata"}


#: What a server may add to what was sent (confirmed: it fills in display and system of a code).
_ADDED = frozenset(("metadata", "display", "codeSystem"))


def says(now: Any, sent: Any) -> bool:
    """Whether ``now`` says what was ``sent`` and no more, but for what the server fills in; what was null or empty it leaves out."""
    if isinstance(sent, Mapping):
        if not isinstance(now, Mapping):
            return now is None and all(says(None, value) for value in sent.values())
        return set(now) - set(sent) <= _ADDED and all(says(now.get(name), value) for name, value in sent.items())
    if isinstance(sent, list | tuple):
        there = now or ()
        return isinstance(there, list | tuple) and len(there) == len(sent) and all(says(a, b) for a, b in zip(there, sent, strict=True))
    return bool(now == sent) and isinstance(now, bool) == isinstance(sent, bool)


def _value(done: Answered) -> Json:
    """The body of a success. Raises ``MaternityRecordError``."""
    answer = done.answer
    try:
        body = json.decode(answer.body) if answer.body.strip() else {}
    except ValueError:
        body = None
    if 200 <= answer.status < 300:
        if isinstance(body, dict):
            return body
        raise MaternityRecordError(message="The answer is no JSON object.", event_id=done.event, status=answer.status)
    raise _refusal(done, body if isinstance(body, dict) else {})


def _refusal(done: Answered, body: Json) -> MaternityRecordError:
    status = done.answer.status
    code = str(done.answer.headers.get("nhn-error-code") or done.answer.headers.get("hit-error-code") or body.get("errorCode") or "")
    listed = body.get("details")
    details = [it for it in listed if isinstance(it, dict)] if isinstance(listed, list) else []
    return error_class(code, status)(code, str(body.get("errorMessage") or ""), str(body.get("eventId") or done.event), status, details)
