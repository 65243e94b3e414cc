"""transaction: all of the entries, or none. https://hl7.org/fhir/R4/http.html#trules

The order is the specification's: DELETE, POST, PUT and PATCH, GET and HEAD. Before it, what entries stand for is settled: ids of new
resources, matches of conditional entries and conditional references; then references are rewritten and every resource is
validated, so that all faults of all entries are told together. Each entry is then carried out by its own interaction, on a store
that is this one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from hit_maternity.fhir import bundle
from hit_maternity.fhir.json import encode
from hit_maternity.fhir.outcome import FhirError, operation_outcome, refuse
from hit_maternity.fhir.ports import Intent, Version
from hit_maternity.fhir.rest.answers import written_answer
from hit_maternity.fhir.rest.body import checked, collected, demand_id, of_type
from hit_maternity.fhir.rest.conditional import criteria_query, find_one, turn_name
from hit_maternity.fhir.rest.entries import Perform, answer_entry, entry_request, faults_of_frame, located
from hit_maternity.fhir.rest.entry import EntryRequest
from hit_maternity.fhir.rest.exchange import Request, Response, Server
from hit_maternity.fhir.rest.headers import preference
from hit_maternity.fhir.rest.identity import is_id, new_id
from hit_maternity.fhir.rest.obedience import obey_together
from hit_maternity.fhir.rest.ongoing import Ongoing
from hit_maternity.fhir.rest.references import Conditional, Rewriting
from hit_maternity.fhir.rest.revealing import GuardWithin, hidden
from hit_maternity.fhir.rest.update import settle
from hit_maternity.fhir.search.model import Query

_ORDER = {"DELETE": 0, "POST": 1, "PUT": 2, "PATCH": 2, "GET": 3, "HEAD": 3}
_CHANGES = frozenset(("PUT", "PATCH", "DELETE"))


def run_transaction(perform: Perform, server: Server, request: Request, sent: dict[str, Any]) -> Response:
    """200 with a transaction-response whose entries stand in the order of the requests.

    Raises ``FhirError`` with the faults of all entries, each at ``Bundle.entry[n]``; then nothing has changed.
    """
    server.guard.check(request.principal, Intent("transaction", resource=sent))
    faults = faults_of_frame(server, request, sent)
    if faults:
        raise FhirError(400, faults)
    with ExitStack() as stack:
        answers = _Transaction(server, request, sent.get("entry", []), stack).run(perform)
    return Response(200, bundle.responses("transaction-response", answers, server.clock.now()))


class _Transaction:
    """The entries on their way. The database transaction is opened when it is first needed, so that a writer of an embedded
    database waits for nobody's validation unless it must."""

    def __init__(self, server: Server, request: Request, entries: list[dict[str, Any]], stack: ExitStack) -> None:
        self.server, self.outer, self.entries, self.stack = server, request, entries, stack
        self.requests: list[EntryRequest] = []
        self.done: dict[int, Response] = {}  # answers of conditional entries that have nothing to do
        self.same: dict[int, int] = {}  # conditional creates that ask for the same as an earlier one
        self.became: dict[int, str] = {}  # the identity, "Patient/1", of each entry that names a resource
        self._writer: Ongoing | None = None

    @property
    def writer(self) -> Ongoing:
        if self._writer is None:
            self._writer = Ongoing(self.stack.enter_context(self.server.store.writing()))
        return self._writer

    def run(self, perform: Perform) -> list[bytes]:
        self._collect(lambda n: self.requests.append(entry_request(self.outer, self.entries[n], together=True)), range(len(self.entries)))
        self._settle_conditional()
        self._name()
        self._rewrite()
        self._collect(self._validate, range(len(self.requests)))
        return self._carry_out(perform)

    def _collect(self, step: Callable[[int], object], places: Iterable[int]) -> None:
        """Runs ``step`` for each entry, and raises the faults of all together."""
        faults = []
        for n in places:
            try:
                step(n)
            except FhirError as fault:
                faults.append(FhirError(fault.status, located(fault.issues, n), fault.headers))
        if faults:
            raise faults[0] if len(faults) == 1 else collected(faults)

    # ------------------------------------------------------------ conditional entries

    def _settle_conditional(self) -> None:
        asked: dict[int, Query] = {}

        def parse(n: int) -> None:
            request = self.requests[n]
            criteria = _criteria(request)
            if criteria is not None:
                where = "request.ifNoneExist" if request.method == "POST" else "request.url"
                asked[n] = criteria_query(self.server, self._type(n), criteria, request.base, where)

        self._collect(parse, range(len(self.requests)))
        for name in sorted({turn_name(self._type(n), q) for n, q in asked.items()}):
            self.writer.serialize(name)
        first: dict[str, int] = {}
        for n, query in asked.items():
            if self.requests[n].method == "POST":
                earlier = first.setdefault(turn_name(self._type(n), query), n)
                if earlier != n:
                    self.same[n] = earlier
        self._collect(lambda n: self._settle(n, asked[n]), [n for n in asked if n not in self.same])

    def _type(self, n: int) -> str:
        type = self.requests[n].path[0]
        if type not in self.server.definitions.resource_types:
            raise refuse(404, "not-supported", "type-unknown", "FHIR R4 has no resource type of this name.", "request.url")
        return type

    def _settle(self, n: int, query: Query) -> None:
        request, type = self.requests[n], self._type(n)
        where = "request.ifNoneExist" if request.method == "POST" else "request.url"
        match = find_one(self.server, self.writer, request.principal, type, query, where)
        request.headers = {k: v for k, v in request.headers.items() if k != "if-none-exist"}
        if request.method == "POST":
            if match is not None:
                self._leave(n, match)
            return
        if request.method == "PUT":
            resource = of_type(request.resource, type, "resource")
            id, _ = settle(self.writer, type, resource, match)
            request.resource = {"resourceType": type, "id": id, **{k: v for k, v in resource.items() if k not in ("resourceType", "id")}}
        elif match is None and request.method == "PATCH":
            raise refuse(404, "not-found", "conditional-none", f"No {type} fits the criteria.", "request.url")
        elif match is None:
            self.done[n] = Response(204)
            return
        else:
            id = match.id
        request.path, request.query = [type, id], ""

    def _leave(self, n: int, there: Version) -> None:
        """A conditional create whose resource is there already."""
        intent = Intent("read", there.type, there.id)
        (shown,) = self.server.guard.reveal(self.outer.principal, intent, (there,), self.writer)
        self.done[n] = written_answer(self.requests[n], shown or hidden(there), 200, [])
        self.became[n] = f"{there.type}/{there.id}"

    # ------------------------------------------------------------ identities and references

    def _name(self) -> None:
        """Gives every entry that writes its identity; refuses two that write the same."""
        taken: dict[str, int] = {}

        def name(n: int) -> None:
            request = self.requests[n]
            if n in self.done or n in self.same:
                return
            if request.method == "POST" and len(request.path) == 1 and request.path[0] != "_search":
                request.new_id = new_id()
                self.became[n] = f"{request.path[0]}/{request.new_id}"
            elif request.method in _CHANGES and len(request.path) == 2:
                identity = self.became[n] = f"{request.path[0]}/{request.path[1]}"
                if taken.setdefault(identity, n) != n:
                    text = f"Entry {taken[identity]} changes the same resource. A transaction makes one version of each: join the two."
                    raise refuse(400, "duplicate", "transaction-duplicate", text, "request.url")

        self._collect(name, range(len(self.requests)))
        for n, earlier in self.same.items():
            if earlier in self.became:
                self.became[n] = self.became[earlier]

    def _rewrite(self) -> None:
        links: dict[str, str] = {}
        roots: dict[str, dict[str, str]] = {}
        for n, identity in self.became.items():
            url = self.entries[n].get("fullUrl")
            if not isinstance(url, str):
                continue
            links[url] = identity
            if (root := _root(url)) is not None:
                roots.setdefault(root, {})[url.removeprefix(f"{root}/")] = identity
        # A sign in the raw text, where an escape might hide it: nearly every transaction has no extension at all.
        extensions = b"xtension" in self.outer.body or b"\\u" in self.outer.body
        waiting: list[tuple[int, Conditional]] = []
        for n, request in enumerate(self.requests):
            if isinstance(request.resource, dict) and n not in self.done and n not in self.same:
                relative = roots.get(_root(self.entries[n].get("fullUrl")) or "", {})
                rewriting = Rewriting(self.server.definitions, links, relative, extensions)
                rewriting.rewrite(request.resource)
                waiting += [(n, c) for c in rewriting.conditionals]
        self._resolve(waiting)

    def _resolve(self, waiting: list[tuple[int, Conditional]]) -> None:
        """Conditional references, each searched for once."""
        found: dict[tuple[str, str], str] = {}
        faults = []
        for n, reference in waiting:
            key = (reference.type, reference.criteria)
            try:
                if key not in found:
                    found[key] = self._referred(reference)
                reference.holder[reference.key] = found[key]
            except FhirError as fault:
                faults.append(FhirError(fault.status, located(fault.issues, n)))
        if faults:
            raise faults[0] if len(faults) == 1 else collected(faults)

    def _referred(self, reference: Conditional) -> str:
        type = reference.type
        if type not in self.server.definitions.resource_types:
            text = "A conditional reference begins with no resource type of FHIR R4."
            raise refuse(400, "value", "reference-conditional", text, "resource")
        query = criteria_query(self.server, type, reference.criteria, self.outer.base, "resource")
        match = find_one(self.server, self.writer, self.outer.principal, type, query, "resource")
        if match is None:
            text = f"A conditional reference to a {type} fits no resource. Create it first, or mend the criteria."
            raise refuse(400, "not-found", "reference-conditional-none", text, "resource")
        return f"{type}/{match.id}"

    # ------------------------------------------------------------ validation and the work itself

    def _validate(self, n: int) -> None:
        request = self.requests[n]
        creates = request.method == "POST" and request.new_id is not None
        if not creates and not (request.method == "PUT" and len(request.path) == 2):
            return
        type = self._type(n)
        resource = of_type(request.resource, type, "resource")
        if creates:
            resource.pop("id", None)
        else:
            demand_id(resource, request.path[1])
        request.warnings = checked(self.server, request, resource, type)

    def _carry_out(self, perform: Perform) -> list[bytes]:
        identities = sorted((r.path[0], r.path[1]) for r in self.requests if r.method in _CHANGES and len(r.path) == 2 and is_id(r.path[1]))
        self.writer.hold(identities)
        inside = replace(self.server, store=self.writer, guard=GuardWithin(self.server.guard, self.writer))
        answers = dict(self.done)
        for n in sorted(range(len(self.requests)), key=self._turn):
            if n not in answers and n not in self.same:
                self._collect(lambda n: answers.__setitem__(n, perform(inside, self.requests[n])), (n,))
        self._obey(answers)
        for n, earlier in self.same.items():
            first = answers[earlier]
            answers[n] = replace(first, status=200)
        return [answer_entry(self.requests[n], answers[n]) for n in range(len(self.requests))]

    def _obey(self, answers: dict[int, Response]) -> None:
        """Asks the rules between resources of all that was written."""
        if self._writer is None:
            return
        for n, told in obey_together(self.server, self.writer, self.outer, self.requests).items():
            request = self.requests[n]
            if preference(request.headers).returns == "OperationOutcome":
                answers[n] = replace(answers[n], body=encode(operation_outcome([*(request.warnings or []), *told])))

    def _turn(self, n: int) -> int:
        request = self.requests[n]
        return _ORDER["GET" if request.path[-1:] == ["_search"] else request.method]


def _criteria(request: EntryRequest) -> str | None:
    """The criteria of a conditional create, update, patch or delete; None where the entry isn't one."""
    if len(request.path) != 1:
        return None
    if request.method == "POST":
        return request.headers.get("if-none-exist") if request.path[0] != "_search" else None
    return request.query if request.method in _CHANGES else None


def _root(url: Any) -> str | None:
    """The base of a RESTful fullUrl, ``http://host/fhir`` of ``http://host/fhir/Patient/1``; None for any other."""
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        return None
    root, *named = url.rsplit("/", 2)
    return root if len(named) == 2 and named[0][:1].isupper() and is_id(named[1]) else None
