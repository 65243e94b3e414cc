"""The national JSON API, sync and async: the same calls by the same names.

Bodies and answers are plain dicts with the names of the wire, decimals ``Decimal`` with their digits. Every call may raise
``MaternityRecordError`` (a subclass for each code), ``TooManyCalls``, ``Unreachable``, ``TokenRefused``.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

import httpx

from hit_maternity.client.caller import Caller
from hit_maternity.client.clock import Clock, system_clock
from hit_maternity.client.headers import Generation, fixed_headers
from hit_maternity.client.pool import Pool, open_async, open_sync
from hit_maternity.client.record_calls import RecordCalls
from hit_maternity.client.retries import Retries
from hit_maternity.client.tokens import TokenSource
from hit_maternity.client.wire import run, run_async

Json = dict[str, Any]


class MaternityRecordClient:
    """``base``: ``https://host/api/maternity-record/v1``; ``patient``: her national id, which goes into a header and nowhere else;
    ``role``: HPR category of who is at the keyboard (``LE``, ``JO``), None with a token of a system; ``source_system``: name and version
    of the calling system; ``generation``: ``nhn`` is today's (DPoP, ``nhn-*`` headers), ``hit`` the first (Bearer, ``hit-*``), which has
    ``access_basis`` too. ``http``: a client of httpx to send with, which then is the caller's to close. Raises ``ValueError``."""

    def __init__(
        self,
        base: str,
        tokens: TokenSource,
        patient: str | None = None,
        *,
        source_system: str,
        role: str | None = None,
        facility: str | None = None,
        generation: Generation = "nhn",
        access_basis: str | None = None,
        http: httpx.Client | None = None,
        timeout: float = 30.0,
        retries: Retries | None = None,
        clock: Clock = system_clock,
    ) -> None:
        headers = fixed_headers(generation, source_system, role, facility, access_basis)
        caller = Caller(base, tokens, headers, patient, generation, retries or Retries(), clock)
        self._calls = RecordCalls(caller)
        self._http: Pool[httpx.Client] = Pool(http or open_sync(timeout), own=http is None)

    def __repr__(self) -> str:
        return f"MaternityRecordClient({self._calls.caller.base!r})"

    def for_patient(self, patient: str, tokens: TokenSource | None = None) -> MaternityRecordClient:
        """A client for another patient, over the same connections, which stay this one's to close. ``tokens``: those with an attest for
        her."""
        other = MaternityRecordClient.__new__(MaternityRecordClient)
        other._calls = RecordCalls(self._calls.caller.about(patient, tokens))
        other._http = self._http.shared()
        return other

    def status(self) -> Json:
        """Whether she has consented and has an active record: ``hasGivenConsent``, ``hasActiveMaternityRecord``, ``latestRecordId``."""
        return run(self._calls.status(), self._http.client)

    def history(self) -> Json:
        """``history``: her records, of this and of earlier pregnancies, as status and metadata."""
        return run(self._calls.history(), self._http.client)

    def history_of(self, record_id: str) -> Json:
        """The changes of one record. Their shape is not published."""
        return run(self._calls.history_of(record_id), self._http.client)

    def create_record(self, body: Json | None = None) -> Json:
        """A new record, empty or with resource types in it; the record. Raises ``AlreadyExists`` where she has an active one."""
        return run(self._calls.create_record(body), self._http.client)

    def record(self, record_id: str) -> Json:
        """The whole record."""
        return run(self._calls.record(record_id), self._http.client)

    def update_status(self, record_id: str, status: str, version: int, **more: Any) -> Json:
        """Ends the record: ``TERMINATED``; ``more``: ``deliveryDate``, ``liveBirth``, ``terminationDate``. ``version``: the record's."""
        return run(self._calls.update_status(record_id, status, version, more), self._http.client)

    def create(self, record_id: str, resource_type: str, body: Json) -> Json:
        """A new resource, or one more item of a list; with its ``metadata``."""
        return run(self._calls.create(record_id, resource_type, body), self._http.client)

    def update(self, record_id: str, resource_type: str, body: Json, version: int) -> Json:
        """The whole resource anew; ``version``: the one that was read. Raises ``StaleVersion`` where it has been changed since."""
        return run(self._calls.update(record_id, resource_type, body, version), self._http.client)

    def update_item(self, record_id: str, resource_type: str, item_id: str, body: Json, version: int) -> Json:
        """The whole item anew; ``version``: the one that was read. Raises ``StaleVersion``, ``Deleted``."""
        return run(self._calls.update_item(record_id, resource_type, item_id, body, version), self._http.client)

    def delete_item(self, record_id: str, resource_type: str, item_id: str, version: int | None = None) -> Json:
        """Marks an item as entered in error; what the service answers, ``{}`` for nothing."""
        return run(self._calls.delete_item(record_id, resource_type, item_id, version), self._http.client)

    def close(self) -> None:
        """Closes the connections, where they are its own."""
        if self._http.own:
            self._http.client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class AsyncMaternityRecordClient:
    """``MaternityRecordClient`` with awaitable calls."""

    def __init__(
        self,
        base: str,
        tokens: TokenSource,
        patient: str | None = None,
        *,
        source_system: str,
        role: str | None = None,
        facility: str | None = None,
        generation: Generation = "nhn",
        access_basis: str | None = None,
        http: httpx.AsyncClient | None = None,
        timeout: float = 30.0,
        retries: Retries | None = None,
        clock: Clock = system_clock,
    ) -> None:
        headers = fixed_headers(generation, source_system, role, facility, access_basis)
        caller = Caller(base, tokens, headers, patient, generation, retries or Retries(), clock)
        self._calls = RecordCalls(caller)
        self._http: Pool[httpx.AsyncClient] = Pool(http or open_async(timeout), own=http is None)

    def __repr__(self) -> str:
        return f"AsyncMaternityRecordClient({self._calls.caller.base!r})"

    def for_patient(self, patient: str, tokens: TokenSource | None = None) -> AsyncMaternityRecordClient:
        """A client for another patient, over the same connections, which stay this one's to close. ``tokens``: those with an attest for
        her."""
        other = AsyncMaternityRecordClient.__new__(AsyncMaternityRecordClient)
        other._calls = RecordCalls(self._calls.caller.about(patient, tokens))
        other._http = self._http.shared()
        return other

    async def status(self) -> Json:
        """See ``MaternityRecordClient``, here as in every call."""
        return await run_async(self._calls.status(), self._http.client)

    async def history(self) -> Json:
        """Her records."""
        return await run_async(self._calls.history(), self._http.client)

    async def history_of(self, record_id: str) -> Json:
        """The changes of one record."""
        return await run_async(self._calls.history_of(record_id), self._http.client)

    async def create_record(self, body: Json | None = None) -> Json:
        """A new record."""
        return await run_async(self._calls.create_record(body), self._http.client)

    async def record(self, record_id: str) -> Json:
        """The whole record."""
        return await run_async(self._calls.record(record_id), self._http.client)

    async def update_status(self, record_id: str, status: str, version: int, **more: Any) -> Json:
        """Ends the record."""
        return await run_async(self._calls.update_status(record_id, status, version, more), self._http.client)

    async def create(self, record_id: str, resource_type: str, body: Json) -> Json:
        """A new resource, or one more item."""
        return await run_async(self._calls.create(record_id, resource_type, body), self._http.client)

    async def update(self, record_id: str, resource_type: str, body: Json, version: int) -> Json:
        """The whole resource anew."""
        return await run_async(self._calls.update(record_id, resource_type, body, version), self._http.client)

    async def update_item(self, record_id: str, resource_type: str, item_id: str, body: Json, version: int) -> Json:
        """The whole item anew."""
        return await run_async(self._calls.update_item(record_id, resource_type, item_id, body, version), self._http.client)

    async def delete_item(self, record_id: str, resource_type: str, item_id: str, version: int | None = None) -> Json:
        """Marks an item as entered in error."""
        return await run_async(self._calls.delete_item(record_id, resource_type, item_id, version), self._http.client)

    async def close(self) -> None:
        """Closes the connections, where they are its own."""
        if self._http.own:
            await self._http.client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()
