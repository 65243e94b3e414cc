"""The FHIR API, sync and async, its resources typed with ``fhir.resources`` (or dicts: ``typed=False``).

Every call may raise ``FhirProblem``, ``TooManyCalls``, ``Unreachable``, ``TokenRefused``. A ``kind`` is the name of a resource type, or the
model's class.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from types import TracebackType
from typing import Any, Self

import httpx

from hit_maternity.client.caller import Caller
from hit_maternity.client.clock import Clock, system_clock
from hit_maternity.client.fhir_calls import FhirCalls, Json, Parameters, entries, next_page
from hit_maternity.client.fhir_types import as_dict, model, type_name
from hit_maternity.client.headers import fixed_headers
from hit_maternity.client.pool import Pool, open_async, open_sync
from hit_maternity.client.retries import Retries
from hit_maternity.client.tokens import TokenSource
from hit_maternity.client.wire import run, run_async


class FhirClient:
    """``base``: ``https://host/fhir``; the other arguments as those of ``MaternityRecordClient``. Raises ``ValueError``."""

    def __init__(
        self,
        base: str,
        tokens: TokenSource,
        patient: str | None = None,
        *,
        source_system: str,
        role: str | None = None,
        facility: str | None = None,
        access_basis: str | None = None,
        typed: bool = True,
        http: httpx.Client | None = None,
        timeout: float = 30.0,
        retries: Retries | None = None,
        clock: Clock = system_clock,
    ) -> None:
        headers = fixed_headers("nhn", source_system, role, facility, access_basis)
        self._calls = FhirCalls(Caller(base, tokens, headers, patient, "nhn", retries or Retries(), clock))
        self._http: Pool[httpx.Client] = Pool(http or open_sync(timeout), own=http is None)
        self._typed = typed

    def __repr__(self) -> str:
        return f"FhirClient({self._calls.caller.base!r})"

    def for_patient(self, patient: str, tokens: TokenSource | None = None) -> FhirClient:
        """A client for another patient, over the same connections, which stay this one's to close. ``tokens``: those with an attest for
        her."""
        other = FhirClient.__new__(FhirClient)
        other._calls, other._typed = FhirCalls(self._calls.caller.about(patient, tokens)), self._typed
        other._http = self._http.shared()
        return other

    def read(self, kind: Any, id: str) -> Any:
        """The resource."""
        return self._made(run(self._calls.read(type_name(kind), id), self._http.client))

    def vread(self, kind: Any, id: str, version: str) -> Any:
        """A version of it."""
        return self._made(run(self._calls.read(type_name(kind), id, version), self._http.client))

    def history(self, kind: Any, id: str) -> Any:
        """Its versions as a Bundle, the newest first."""
        return self._made(run(self._calls.history(type_name(kind), id), self._http.client))

    def create(self, resource: Any) -> Any:
        """The resource as it was stored."""
        return self._made(run(self._calls.create(as_dict(resource)), self._http.client))

    def update(self, resource: Any, version: str | None = None) -> Any:
        """The resource as it was stored. ``version``: the one that it replaces, by default its own ``meta.versionId``; where that is no
        longer the newest one, ``FhirProblem`` 412."""
        return self._made(run(self._calls.update(as_dict(resource), version), self._http.client))

    def patch(self, kind: Any, id: str, changes: Json | Sequence[Json], version: str | None = None) -> Any:
        """The resource as it was changed: by a JSON Patch (a list), or a FHIRPath Patch (a Parameters resource)."""
        return self._made(run(self._calls.patch(type_name(kind), id, _changes(changes), version), self._http.client))

    def delete(self, kind: Any, id: str, version: str | None = None) -> None:
        """Deletes it."""
        run(self._calls.delete(type_name(kind), id, version), self._http.client)

    def search(self, kind: Any, parameters: Parameters = ()) -> Iterator[Any]:
        """The resources that are found, page after page as they are asked for."""
        for page in self._pages(type_name(kind), parameters):
            yield from map(self._made, entries(page))

    def pages(self, kind: Any, parameters: Parameters = ()) -> Iterator[Any]:
        """The Bundles of a search."""
        yield from map(self._made, self._pages(type_name(kind), parameters))

    def transaction(self, bundle: Any) -> Any:
        """What the server answers to a batch or transaction."""
        return self._made(run(self._calls.transaction(as_dict(bundle)), self._http.client))

    def operation(self, path: str, parameters: Any = None, query: Parameters = ()) -> Any:
        """What an operation gives: ``EpisodeOfCare/a/$timeline``. ``parameters``: a Parameters resource, which makes it a POST."""
        sent = None if parameters is None else as_dict(parameters)
        return self._made(run(self._calls.operation(path, sent, query), self._http.client))

    def helsekort(self, episode_id: str) -> Any:
        """The whole card of a pregnancy, as a Bundle."""
        return self.operation(f"EpisodeOfCare/{episode_id}/$helsekort")

    def close(self) -> None:
        """Closes the connections, where they are its own."""
        if self._http.own:
            self._http.client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _pages(self, kind: str, parameters: Parameters) -> Iterator[Json]:
        page = run(self._calls.search(kind, parameters), self._http.client)
        yield page
        while (url := next_page(page)) is not None:
            page = run(self._calls.get(url), self._http.client)
            yield page

    def _made(self, resource: Json) -> Any:
        return model(resource) if self._typed and resource else resource


class AsyncFhirClient:
    """``FhirClient`` with awaitable calls; ``search`` and ``pages`` are async iterators."""

    def __init__(
        self,
        base: str,
        tokens: TokenSource,
        patient: str | None = None,
        *,
        source_system: str,
        role: str | None = None,
        facility: str | None = None,
        access_basis: str | None = None,
        typed: bool = True,
        http: httpx.AsyncClient | None = None,
        timeout: float = 30.0,
        retries: Retries | None = None,
        clock: Clock = system_clock,
    ) -> None:
        headers = fixed_headers("nhn", source_system, role, facility, access_basis)
        self._calls = FhirCalls(Caller(base, tokens, headers, patient, "nhn", retries or Retries(), clock))
        self._http: Pool[httpx.AsyncClient] = Pool(http or open_async(timeout), own=http is None)
        self._typed = typed

    def __repr__(self) -> str:
        return f"AsyncFhirClient({self._calls.caller.base!r})"

    def for_patient(self, patient: str, tokens: TokenSource | None = None) -> AsyncFhirClient:
        """See ``FhirClient``, here as in every call."""
        other = AsyncFhirClient.__new__(AsyncFhirClient)
        other._calls, other._typed = FhirCalls(self._calls.caller.about(patient, tokens)), self._typed
        other._http = self._http.shared()
        return other

    async def read(self, kind: Any, id: str) -> Any:
        """The resource."""
        return self._made(await run_async(self._calls.read(type_name(kind), id), self._http.client))

    async def vread(self, kind: Any, id: str, version: str) -> Any:
        """A version of it."""
        return self._made(await run_async(self._calls.read(type_name(kind), id, version), self._http.client))

    async def history(self, kind: Any, id: str) -> Any:
        """Its versions as a Bundle, the newest first."""
        return self._made(await run_async(self._calls.history(type_name(kind), id), self._http.client))

    async def create(self, resource: Any) -> Any:
        """The resource as it was stored."""
        return self._made(await run_async(self._calls.create(as_dict(resource)), self._http.client))

    async def update(self, resource: Any, version: str | None = None) -> Any:
        """The resource as it was stored."""
        return self._made(await run_async(self._calls.update(as_dict(resource), version), self._http.client))

    async def patch(self, kind: Any, id: str, changes: Json | Sequence[Json], version: str | None = None) -> Any:
        """The resource as it was changed."""
        return self._made(await run_async(self._calls.patch(type_name(kind), id, _changes(changes), version), self._http.client))

    async def delete(self, kind: Any, id: str, version: str | None = None) -> None:
        """Deletes it."""
        await run_async(self._calls.delete(type_name(kind), id, version), self._http.client)

    async def search(self, kind: Any, parameters: Parameters = ()) -> AsyncIterator[Any]:
        """The resources that are found."""
        async for page in self._pages(type_name(kind), parameters):
            for resource in entries(page):
                yield self._made(resource)

    async def pages(self, kind: Any, parameters: Parameters = ()) -> AsyncIterator[Any]:
        """The Bundles of a search."""
        async for page in self._pages(type_name(kind), parameters):
            yield self._made(page)

    async def transaction(self, bundle: Any) -> Any:
        """What the server answers to a batch or transaction."""
        return self._made(await run_async(self._calls.transaction(as_dict(bundle)), self._http.client))

    async def operation(self, path: str, parameters: Any = None, query: Parameters = ()) -> Any:
        """What an operation gives."""
        sent = None if parameters is None else as_dict(parameters)
        return self._made(await run_async(self._calls.operation(path, sent, query), self._http.client))

    async def helsekort(self, episode_id: str) -> Any:
        """The whole card of a pregnancy, as a Bundle."""
        return await self.operation(f"EpisodeOfCare/{episode_id}/$helsekort")

    async def close(self) -> None:
        """Closes the connections, where they are its own."""
        if self._http.own:
            await self._http.client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()

    async def _pages(self, kind: str, parameters: Parameters) -> AsyncIterator[Json]:
        page = await run_async(self._calls.search(kind, parameters), self._http.client)
        yield page
        while (url := next_page(page)) is not None:
            page = await run_async(self._calls.get(url), self._http.client)
            yield page

    def _made(self, resource: Json) -> Any:
        return model(resource) if self._typed and resource else resource


def _changes(changes: Any) -> Json | Sequence[Json]:
    return list(changes) if isinstance(changes, list | tuple) else as_dict(changes)
