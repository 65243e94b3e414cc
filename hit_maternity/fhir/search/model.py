"""What a search means, without SQL: parameters, the index rows of a resource, and the parsed query.

``fhir/search`` fills these; ``store`` writes the rows and turns a ``Query`` into SQL.
Source: https://hl7.org/fhir/R4/search.html.

Conventions shared by rows and values:
- a *parameter key* is a positive 31-bit int, ``parameter_key("Observation", "code")``: stable, so that rows need no text;
- a variant of a parameter (``code:text``, ``identifier:of-type``, ``subject:identifier``, component n of a composite ``p$n``)
  has a key of its own, ``parameter_key("Observation", "code:text")``, and rows in the family that it is searched as;
- ``item`` is 0, but in rows of composites, where rows of one instance share a number from 1 up that no other composite row of the
  resource has;
- moments are int milliseconds since 1970 UTC; a period is half open, ``low <= t < high``; an open end is ``MIN_TIME``/``MAX_TIME``.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

MIN_TIME = -(2**62)
MAX_TIME = 2**62


@cache
def parameter_key(resource_type: str, code: str) -> int:
    """The stable key of parameter ``code`` (or a variant of it) on ``resource_type``: 1 .. 2**31-1."""
    digest = hashlib.blake2b(f"{resource_type}.{code}".encode(), digest_size=4).digest()
    return (int.from_bytes(digest, "big") & 0x7FFFFFFF) or 1


@dataclass(frozen=True, slots=True)
class SearchParameter:
    """A search parameter as it applies to one resource type (or to ``Resource`` for ``_id``, ``_lastUpdated``, ...)."""

    resource_type: str
    code: str
    type: str  # number date string token reference composite quantity uri special
    url: str
    expression: str
    targets: frozenset[str] = frozenset()  # reference: resource types it may name
    components: tuple[SearchParameter, ...] = ()  # composite: its parts, in order, with code ``p$1``, ``p$2``
    description: str = ""

    @property
    def key(self) -> int:
        return parameter_key(self.resource_type, self.code)

    def variant(self, suffix: str) -> int:
        """Key of a variant: ``variant(":text")``."""
        return parameter_key(self.resource_type, self.code + suffix)


# ---------------------------------------------------------------- index rows


class TokenRow(NamedTuple):
    parameter: int
    item: int
    system: str  # "" where the token has none
    code: str


class StringRow(NamedTuple):
    parameter: int
    item: int
    folded: str  # case folded, accents stripped, at most 200 characters
    exact: str


class DateRow(NamedTuple):
    parameter: int
    item: int
    low: int
    high: int


class NumberRow(NamedTuple):
    parameter: int
    item: int
    low: float
    high: float  # equal to low but for ranges


class QuantityRow(NamedTuple):
    """``system|code`` as given (code falls back to the unit text); for UCUM units a second row holds the value in base units,
    with ``system`` = ``CANONICAL`` and ``code`` = the canonical unit."""

    parameter: int
    item: int
    system: str
    code: str
    low: float
    high: float


class ReferenceRow(NamedTuple):
    """A literal reference. Local: type and id. Elsewhere (absolute URL, urn) or contained (``#id``): type "" and the whole text as
    ``target_id``."""

    parameter: int
    item: int
    target_type: str
    target_id: str


class UriRow(NamedTuple):
    parameter: int
    item: int
    value: str


class TimelineRow(NamedTuple):
    """A patient's resources of a type by clinical date: the row that filters by patient and code also sorts by date.

    One row per patient in ``patient``/``subject`` and code token (system, code) of the type's ``code`` parameter, and always
    one with system and code "", so that a search with no code finds each resource once. ``moment`` is the low end of the
    type's ``date`` parameter, ``MIN_TIME`` where it has none.
    """

    resource_type: str
    patient_id: str
    system: str
    code: str
    moment: int


CANONICAL = "~"


@dataclass(slots=True)
class IndexRows:
    """All index rows of one resource, by family; no duplicates within a family. ``owner``: the id of the Patient in whose record it is,
    where that is another than its own references to a patient tell."""

    token: list[TokenRow] = field(default_factory=list)
    string: list[StringRow] = field(default_factory=list)
    date: list[DateRow] = field(default_factory=list)
    number: list[NumberRow] = field(default_factory=list)
    quantity: list[QuantityRow] = field(default_factory=list)
    reference: list[ReferenceRow] = field(default_factory=list)
    uri: list[UriRow] = field(default_factory=list)
    timeline: list[TimelineRow] = field(default_factory=list)
    owner: str | None = None

    def patient_of(self, type: str, id: str) -> str | None:
        """The id of the Patient in whose record the resource ``type/id`` of these rows is; None where nothing tells."""
        return self.owner or (id if type == "Patient" else self.timeline[0].patient_id if self.timeline else None)


# ---------------------------------------------------------------- query


class TokenValue(NamedTuple):
    """``system`` None: any system; "": explicitly none. ``code`` None: any code of the system."""

    system: str | None
    code: str | None


class StringValue(NamedTuple):
    folded: str
    exact: str


class DateValue(NamedTuple):
    prefix: str  # eq ne lt gt le ge sa eb ap; for ap the period is already widened
    low: int
    high: int


class NumberValue(NamedTuple):
    """The value with its implied precision: ``100`` is 99.5 .. 100.5; ``value`` is the number itself."""

    prefix: str
    value: float
    low: float
    high: float


class QuantityValue(NamedTuple):
    """``system``/``code`` None: any system, any unit *as given*, so rows whose system is ``CANONICAL`` never fit then. Where the unit is
    UCUM they are ``CANONICAL`` and the base unit, and the numbers are in it."""

    number: NumberValue
    system: str | None
    code: str | None


class ReferenceValue(NamedTuple):
    """Local: type (None where only an id was given and several types are possible: any) and id; elsewhere: type "" and the URL."""

    target_type: str | None
    target_id: str


class UriValue(NamedTuple):
    value: str


class CompositeValue(NamedTuple):
    parts: tuple[Value, ...]


Value = TokenValue | StringValue | DateValue | NumberValue | QuantityValue | ReferenceValue | UriValue | CompositeValue


@dataclass(frozen=True, slots=True)
class Condition:
    """One ``parameter[:modifier]=a,b``: the values are alternatives; conditions of a query all hold.

    ``parameters`` are all whose rows count: one a resource type searched, or several where the parameter asked for is the union of
    others (``combo-code`` of ``code`` and ``component-code``) and so has no rows of its own, or has variants that count too
    (``family:part``). ``modifier`` is None, ``missing`` (then ``missing`` is set and
    ``values`` empty), ``not``, ``exact``, ``contains``, ``text``, ``above``, ``below``, ``identifier``, ``of-type``.
    ``in``/``not-in`` and token ``above``/``below`` are expanded while parsing: the condition then has plain token values (none where a
    value set is empty: nothing fits) and ``negated``. ``negated`` conditions hold for resources without the parameter too.
    """

    parameters: tuple[SearchParameter, ...]
    modifier: str | None
    values: tuple[Value, ...]
    negated: bool = False
    missing: bool | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """``subject:Patient.name=x``: a reference to a resource of ``target_types`` for which ``condition`` holds."""

    references: tuple[SearchParameter, ...]
    target_types: tuple[str, ...]
    condition: Criterion


@dataclass(frozen=True, slots=True)
class Has:
    """``_has:Observation:patient:code=x``: a resource of ``source_type`` that names this one by ``reference`` and fits ``condition``."""

    source_type: str
    reference: SearchParameter
    condition: Criterion


@dataclass(frozen=True, slots=True)
class Ids:
    """``_id=a,b``."""

    ids: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class LastUpdated:
    """``_lastUpdated``; the values are alternatives."""

    values: tuple[DateValue, ...]


@dataclass(frozen=True, slots=True)
class TypeIs:
    """``_type=Patient,Observation`` of a system search."""

    types: tuple[str, ...]


class NearPoint(NamedTuple):
    """A point of the unit sphere (the Earth) and the chord, in Earth radii, within which a place is near."""

    x: float
    y: float
    z: float
    chord: float


@dataclass(frozen=True, slots=True)
class Near:
    """``near=lat|lon|distance|unit``; the points are alternatives.

    A place has one ``NumberRow`` each under the variants ``near:x``, ``near:y`` and ``near:z`` of a parameter; it is near where
    ``(x-x0)^2 + (y-y0)^2 + (z-z0)^2 <= chord^2``. Each coordinate alone is then within ``chord`` of its own: a range scan narrows first.
    """

    parameters: tuple[SearchParameter, ...]
    points: tuple[NearPoint, ...]


@dataclass(frozen=True, slots=True)
class InCompartment:
    """In the compartment of ``type/id``: one of ``parameters`` (keys) of the resource names it, or it is the resource itself."""

    type: str
    id: str
    parameters: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class InList:
    """``_list=id``: named by an entry of List ``id``."""

    id: str


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """``location:below=Location/1``: a reference to one of ``values`` or to what is part of it, however far down; with ``up``
    (``:above``) to what it is part of. ``links``: by which parameter a resource of a type names the one that it is part of."""

    parameters: tuple[SearchParameter, ...]
    values: tuple[ReferenceValue, ...]
    links: tuple[SearchParameter, ...]
    up: bool


Criterion = Condition | Chain | Has | Ids | LastUpdated | TypeIs | InCompartment | InList | Near | Hierarchy


@dataclass(frozen=True, slots=True)
class Sort:
    """One key of ``_sort``. ``parameters`` as in ``Condition``; None means ``code`` is ``_id`` or ``_lastUpdated``."""

    code: str
    descending: bool
    parameters: tuple[SearchParameter, ...] | None = None


@dataclass(frozen=True, slots=True)
class Include:
    """``_include``/``_revinclude``: from ``source_type`` by ``parameters`` (all of its reference parameters for ``*``) to
    ``target_types`` (None: any)."""

    reverse: bool
    source_type: str
    parameters: tuple[SearchParameter, ...]
    target_types: tuple[str, ...] | None
    iterate: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed search.

    ``types``: what is searched (every type for a system search without ``_type``). ``count``: page size; 0 asks only the total.
    ``cursor``: where the page begins, as ``SearchPage.next`` gave it. ``total``: none | estimate | accurate. ``summary``: None,
    true, text, data, count, false. ``elements``: top-level names to keep. ``used``: the parameters that took effect, decoded,
    in order, for the self link. ``ignored``: names that were not understood (only under lenient handling).
    """

    types: tuple[str, ...]
    criteria: tuple[Criterion, ...] = ()
    sort: tuple[Sort, ...] = ()
    includes: tuple[Include, ...] = ()
    count: int = 20
    cursor: str | None = None
    total: str | None = None
    summary: str | None = None
    elements: tuple[str, ...] = ()
    used: tuple[tuple[str, str], ...] = ()
    ignored: tuple[str, ...] = ()
