"""Search over one set of definitions: the parameters of a type, the index rows of a resource, the meaning of a query."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from hit_maternity.clock import Clock, SystemClock
from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.outcome import refuse
from hit_maternity.fhir.search.indexer import TypeIndexer
from hit_maternity.fhir.search.model import IndexRows, Query, SearchParameter, parameter_key
from hit_maternity.fhir.search.parser import Parser
from hit_maternity.fhir.search.registry import Registry

if TYPE_CHECKING:  # ports speaks of our model
    from hit_maternity.fhir.ports import Terminology

DEFAULT_COUNT = 20
MAX_COUNT = 1000


class Search:
    """Stateless but for what it has compiled; safe to share between threads. ``clock`` tells what ``ap`` is near to;
    ``default_count`` and ``max_count`` are the entries on a page without ``_count``, and whatever ``_count`` says. ``owners``: resource
    type -> code of the reference parameter that names the Patient in whose record such a resource is."""

    def __init__(
        self,
        definitions: Definitions,
        terminology: Terminology,
        clock: Clock | None = None,
        *,
        default_count: int = DEFAULT_COUNT,
        max_count: int = MAX_COUNT,
        owners: Mapping[str, str] | None = None,
    ) -> None:
        self._sizes = default_count, max_count
        self._definitions = definitions
        self._terminology = terminology
        self._clock = clock or SystemClock()
        self._registry = Registry(definitions)
        self._indexers: dict[str, TypeIndexer] = {}
        self._owners = {type: parameter_key(type, code) for type, code in (owners or {}).items()}
        self._unindexed: frozenset[str] = frozenset()

    def lacking(self, unindexed: frozenset[str]) -> Search:
        """The same search over data that are not indexed by these parameters (``Type.code``): a query that asks one is refused."""
        made = copy(self)
        made._unindexed = unindexed
        return made

    def packaged(self) -> dict[str, str]:
        """``Type.code`` of each search parameter that packages brought -> a digest of what it reads."""
        return self._registry.packaged()

    def parameters(self, resource_type: str) -> Mapping[str, SearchParameter]:
        """The search parameters of ``resource_type`` by code, those of every resource (``_id``, ``_tag``, ...) among them."""
        return self._registry.parameters(resource_type)

    def index(self, resource: dict[str, Any], base: str = "") -> IndexRows:
        """The index rows of ``resource``. Absolute references under ``base``, our own public address, count as local.

        Raises nothing: what isn't as its definition says gives no rows, nor does a resource of an unknown type.
        """
        resource_type = resource.get("resourceType")
        if type(resource_type) is not str or resource_type not in self._definitions.resource_types:
            return IndexRows()
        indexer = self._indexers.get(resource_type)
        if indexer is None:
            parameters = [p for p in self.parameters(resource_type).values() if self._registry.stored(p) == (p,)]
            indexer = self._indexers[resource_type] = TypeIndexer(resource_type, parameters, self._definitions)
        rows = indexer.rows(resource, base)
        if resource_type in self._owners:
            key = self._owners[resource_type]
            rows.owner = next((r.target_id for r in rows.reference if r.parameter == key and r.target_type == "Patient"), None)
        return rows

    def parse(
        self,
        types: Sequence[str],
        pairs: Sequence[tuple[str, str]],
        *,
        lenient: bool = False,
        compartment: tuple[str, str] | None = None,
        base: str = "",
    ) -> Query:
        """The search that decoded ``pairs`` ask for, of ``types`` (none: of every type), perhaps within a compartment ``(type, id)``.

        Raises ``FhirError`` 400 with every fault found. When ``lenient``, parameters that aren't known are listed in ``ignored``
        instead; a modifier or a value that isn't understood is refused all the same. 503 ``search-parameter-unindexed`` where the
        data are not indexed by a parameter that a package brought.
        """
        parser = Parser(self._definitions, self._registry, self._terminology, self._clock, base, lenient)
        query = parser.parse(types, pairs, compartment, *self._sizes)
        if self._unindexed:
            self._refuse_unindexed(query)
        return query

    def _refuse_unindexed(self, query: Query) -> None:
        asked = sorted({f"{p.resource_type}.{p.code}" for p in _parameters_in(query)} & self._unindexed)
        if asked:
            text = (
                f"The data are not indexed by {', '.join(asked)} yet, which came with a package. The operator has to run "
                "`hit-maternity db reindex` and start the server again."
            )
            raise refuse(503, "incomplete", "search-parameter-unindexed", text)


def _parameters_in(value: Any) -> Iterator[SearchParameter]:
    """Every search parameter that ``value``, a query or a part of one, asks."""
    if isinstance(value, SearchParameter):
        yield value
    elif is_dataclass(value):
        for part in fields(value):
            yield from _parameters_in(getattr(value, part.name))
    elif isinstance(value, tuple | list | frozenset):
        for item in value:
            yield from _parameters_in(item)
