"""Search over one set of definitions: the parameters of a type, the index rows of a resource, the meaning of a query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hit_maternity.clock import Clock, SystemClock
from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.search.indexer import TypeIndexer
from hit_maternity.fhir.search.model import IndexRows, Query, SearchParameter
from hit_maternity.fhir.search.parser import Parser
from hit_maternity.fhir.search.registry import Registry

if TYPE_CHECKING:  # ports speaks of our model
    from hit_maternity.fhir.ports import Terminology

DEFAULT_COUNT = 20
MAX_COUNT = 1000


class Search:
    """Stateless but for what it has compiled; safe to share between threads. ``clock`` tells what ``ap`` is near to;
    ``default_count`` and ``max_count`` are the entries on a page without ``_count``, and whatever ``_count`` says."""

    def __init__(
        self,
        definitions: Definitions,
        terminology: Terminology,
        clock: Clock | None = None,
        *,
        default_count: int = DEFAULT_COUNT,
        max_count: int = MAX_COUNT,
    ) -> None:
        self._sizes = default_count, max_count
        self._definitions = definitions
        self._terminology = terminology
        self._clock = clock or SystemClock()
        self._registry = Registry(definitions)
        self._indexers: dict[str, TypeIndexer] = {}

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
        return indexer.rows(resource, base)

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
        instead; a modifier or a value that isn't understood is refused all the same.
        """
        parser = Parser(self._definitions, self._registry, self._terminology, self._clock, base, lenient)
        return parser.parse(types, pairs, compartment, *self._sizes)
