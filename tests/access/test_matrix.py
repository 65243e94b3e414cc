"""Roles x interactions x consent x address x death x patient match x kind of caller, against tables written by hand from the references.

Sources: dhg-api.md 2.2 (machine tokens), 2.3 and DHG-0005 (roles), DHG-0002 (death), DHG-0003 (consent), DHG-0004 (confidential address),
5.3 (no log of what is about nobody); helseid.md 7.1 (ATT-4: one patient a call), 7.2 (one record an access, also a refusal), 11 (A8).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from shutil import copyfile
from typing import Any, NamedTuple

import pytest

from hit_maternity.store import Store
from hit_maternity.store.sqlite import SqliteDatabase

#: She whom the calls are about, and the other one whose id a header may name instead. Both have consented, until a case says otherwise.
HER, OTHER = "new-record-mother", "normal-mother"
EPISODE = "new-record-pregnancy"
SECRET = "hjertelyd-hemmelig"
FNR = "urn:oid:2.16.578.1.12.4.1.4.1"

#: What each caller may: the right, or the rule that stands in the way. XX: unspecified; None: no role header; system: a machine token.
CALLERS: dict[str | None, str] = {
    "LE": "write", "JO": "write", "SP": "write",
    "AA": "read", "PM": "read", "BI": "read", "RA": "read", "FT": "read", "KE": "read", "PS": "read", "HF": "read",
    "AT": "role-not-allowed", "XX": "role-not-allowed", "TP": "role-not-allowed", "VE": "role-not-allowed",
    None: "role-missing",
    "system": "kind-record",
}  # fmt: skip


class State(NamedTuple):
    """How it stands with her; the rule that refuses a read, and a write; None where nothing does."""

    standing: dict[str, Any]
    read: str | None
    write: str | None


STATES = {
    "consent": State({"consent": True}, None, None),
    "no consent": State({"consent": False}, "consent-missing", "consent-missing"),
    "never asked": State({}, "consent-missing", "consent-missing"),
    "confidential address": State({"consent": True, "confidential": True}, "confidential-address", "confidential-address"),
    "confidential, never asked": State({"confidential": True}, "confidential-address", "confidential-address"),
    "deceased": State({"consent": True, "deceased": True}, None, "patient-deceased"),
    "deceased, no consent": State({"consent": False, "deceased": True}, "consent-missing", "consent-missing"),
}
#: The patient that a header names -> the rule that refuses.
HEADERS: dict[str | None, str | None] = {None: None, HER: None, OTHER: "patient-mismatch"}


class Interaction(NamedTuple):
    """``needs``: the right, ``keep`` where it is first read and then written; ``about``: ``her``, ``nobody`` (no record), ``all`` (too many
    records), ``open`` (no caller is asked for). ``rows`` of the log and ``versions`` that come of it where it is allowed."""

    call: Any
    needs: str = "read"
    about: str = "her"
    rows: int = 1
    versions: int = 0


def observation(**more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": SECRET},
        "subject": {"reference": f"Patient/{HER}"},
        **more,
    }


def bundle(kind: str, *entries: tuple[str, str, Any]) -> dict[str, Any]:
    made = [{"request": {"method": method, "url": url}, **({"resource": body} if body else {})} for method, url, body in entries]
    return {"resourceType": "Bundle", "type": kind, "entry": made}


def parameters(**values: Any) -> dict[str, Any]:
    return {"resourceType": "Parameters", "parameter": [{"name": name, **value} for name, value in values.items()]}


META = parameters(meta={"valueMeta": {"tag": [{"system": "https://example.org/tags", "code": "seen"}]}})
ONE = "Observation/matrix-1"
PATCHED = [{"op": "replace", "path": "/status", "value": "amended"}]

INTERACTIONS = {
    "read": Interaction(("GET", ONE)),
    "read of her Patient": Interaction(("GET", f"Patient/{HER}")),
    "read of her fetus": Interaction(("GET", "Patient/new-record-fetus-1")),
    "vread": Interaction(("GET", f"{ONE}/_history/1")),
    "search by GET": Interaction(("GET", f"Observation?subject=Patient/{HER}")),
    "search by POST": Interaction(("POST", "Observation/_search", f"patient={HER}&_count=2")),
    "search by POST for her number": Interaction(("POST", "Patient/_search", f"identifier={FNR}|{{pid}}")),
    "search by id": Interaction(("GET", "Observation?_id=matrix-1")),
    "count": Interaction(("GET", f"Observation?subject=Patient/{HER}&_summary=count")),
    "search that finds nothing": Interaction(("GET", f"Immunization?patient={HER}")),
    "search in her compartment": Interaction(("GET", f"Patient/{HER}/Observation")),
    "search of all types in her compartment": Interaction(("GET", f"Patient/{HER}/*?_count=3")),
    "search of every woman": Interaction(("GET", "Observation?code:text=hjertelyd"), about="all"),
    "search of women": Interaction(("GET", "Patient?gender=female"), about="all"),
    "system search": Interaction(("GET", "?_type=Observation,Condition"), about="all"),
    "history of an instance": Interaction(("GET", f"{ONE}/_history")),
    "history of a type": Interaction(("GET", "Observation/_history"), about="all"),
    "history of all": Interaction(("GET", "_history"), about="all"),
    "create": Interaction(("POST", "Observation", observation()), "write", versions=1),
    "update": Interaction(("PUT", ONE, observation(id="matrix-1")), "write", versions=1),
    "update that makes it": Interaction(("PUT", "Observation/matrix-{n}", observation(id="matrix-{n}")), "write", versions=1),
    "patch": Interaction(("PATCH", ONE, PATCHED), "write", versions=1),
    "delete": Interaction(("DELETE", ONE), "write", versions=1),
    "conditional update": Interaction(("PUT", "Observation?_id=matrix-1", observation()), "write", versions=1),
    "transaction": Interaction(
        ("POST", "", bundle("transaction", ("POST", "Observation", observation()), ("PUT", ONE, observation(id="matrix-1")))),
        "write", rows=2, versions=2,
    ),
    "transaction that reads": Interaction(("POST", "", bundle("transaction", ("GET", ONE, None)))),
    "batch that reads": Interaction(("POST", "", bundle("batch", ("GET", ONE, None)))),
    "batch that writes": Interaction(("POST", "", bundle("batch", ("POST", "Observation", observation()))), "write", versions=1),
    "$everything": Interaction(("GET", f"Patient/{HER}/$everything")),
    "$everything of the pregnancy": Interaction(("GET", f"EpisodeOfCare/{EPISODE}/$everything")),
    "$helsekort": Interaction(("GET", f"EpisodeOfCare/{EPISODE}/$helsekort")),
    "$timeline": Interaction(("GET", f"EpisodeOfCare/{EPISODE}/$timeline")),
    "$gestational-age": Interaction(("GET", f"EpisodeOfCare/{EPISODE}/$gestational-age")),
    "$summary": Interaction(("GET", f"Patient/{HER}/$summary")),
    "$document": Interaction(("GET", f"EpisodeOfCare/{EPISODE}/$document")),
    "$document that stays": Interaction(
        ("POST", f"EpisodeOfCare/{EPISODE}/$document", parameters(persist={"valueBoolean": True})), "keep", rows=3, versions=2
    ),
    "$validate of what is stored": Interaction(("GET", f"{ONE}/$validate")),
    "$validate of what is sent": Interaction(("POST", "Observation/$validate", observation()), about="nobody", rows=0),
    "$meta": Interaction(("GET", f"{ONE}/$meta")),
    "$meta-add": Interaction(("POST", f"{ONE}/$meta-add", META), "write", versions=1),
    "read of an organisation": Interaction(("GET", "Organization/fjellvik-sykehus"), about="nobody"),
    "history of organisations": Interaction(("GET", "Organization/_history"), about="nobody"),
    "new organisation": Interaction(("POST", "Organization", {"resourceType": "Organization", "name": "x"}), "write", "nobody", 1, 1),
    "$expand": Interaction(("GET", "ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/administrative-gender"), "nothing", "nobody"),
    "search of definitions": Interaction(("GET", "Questionnaire?status=active"), "nothing", "nobody"),
    "create of a definition": Interaction(("POST", "ValueSet", {"resourceType": "ValueSet", "status": "draft"}), "loading", "nobody"),
    "read of the log": Interaction(("GET", "AuditEvent/1"), "log", "nobody"),
    "search of the log": Interaction(("GET", f"AuditEvent?patient={HER}"), "log", "nobody"),
    "metadata": Interaction(("GET", "metadata"), "nothing", "open", rows=0),
}  # fmt: skip


def expected(interaction: Interaction, caller: str | None, state: State, header: str | None) -> str | None:
    """The rule that refuses, by the tables."""
    if interaction.needs in ("loading", "log"):
        return {"loading": "knowledge-read-only", "log": "log-closed"}[interaction.needs]
    if interaction.needs == "nothing":
        return None
    may = CALLERS[caller]
    if may not in ("read", "write"):
        return may
    if interaction.needs == "write" and may != "write":
        return "role-not-allowed"
    if interaction.about != "her":
        return "patient-required" if interaction.about == "all" else None
    closed = HEADERS[header] or (state.write if interaction.needs == "write" else state.read)
    if interaction.needs == "keep":
        return closed or (state.write if may == "write" else "role-not-allowed")
    return closed


@dataclass
class Case:
    """One call and what came of it, told where it isn't what the tables say."""

    desk: Any
    number: int = 0

    def faults(self, name: str, caller: str | None, state: str, header: str | None) -> list[str]:
        desk, interaction = self.desk, INTERACTIONS[name]
        self._set_up(state)
        method, url, *body = interaction.call
        known = {} if interaction.about == "open" else {"kind": "system", "role": None} if caller == "system" else {"role": caller}
        patient = self.pids[header] if header else None
        before = desk.written()
        answer = desk(method, self._filled(url), self._filled(body[0] if body else None), **known, patient=patient)
        rows, made = desk.rows(), desk.written()[1] - before[1]
        rule = expected(interaction, caller, STATES[state], header)
        told = list(self._refusal(name, answer, rule, rows, made) if rule else self._success(interaction, answer, rows, made))
        return [f"{name} by {caller}, {state}, header {header}: {fault}" for fault in told]

    def _set_up(self, state: str) -> None:
        self.number += 1
        if not hasattr(self, "pids"):
            self.pids = {HER: self.desk.pid(HER), OTHER: self.desk.pid(OTHER)}
        if self.desk.within("GET", ONE).status != 200:
            assert self.desk.within("PUT", ONE, observation(id="matrix-1")).status in (200, 201)
        self.desk.stands(HER, **STATES[state].standing)
        self.desk.stands(OTHER, consent=True)

    def _filled(self, body: Any) -> Any:
        """With what is known only now."""
        if isinstance(body, str):
            return body.replace("{n}", str(self.number)).replace("{pid}", self.pids[HER])
        return {**body, "id": f"matrix-{self.number}"} if isinstance(body, dict) and body.get("id") == "matrix-{n}" else body

    def _success(self, interaction: Interaction, answer: Any, rows: list[Any], made: int) -> Iterator[str]:
        if answer.status not in (200, 201, 204):
            yield f"{answer.status} {answer.rule}"
        if isinstance(answer.json, dict) and answer.json.get("type") == "batch-response" and not _entry(answer).startswith("20"):
            yield f"entry {_entry(answer)}"
        if made != interaction.versions:
            yield f"{made} versions"
        whose = [None] if interaction.about == "nobody" else [HER]
        if [row.patient for row in rows] != whose * interaction.rows or any(row.refused for row in rows):
            yield f"log {[(row.patient, row.refused) for row in rows]}"

    def _refusal(self, name: str, answer: Any, rule: str, rows: list[Any], made: int) -> Iterator[str]:
        batch = name.startswith("batch") and rule != "kind-record"
        if batch:
            outcome = answer.json["entry"][0]["response"]["outcome"]
            given = int(_entry(answer)[:3]), outcome["issue"][0]["details"]["coding"][0]["code"]
        else:
            outcome, given = answer.json, (answer.status, answer.rule)
        if given != (403, rule) or outcome["resourceType"] != "OperationOutcome":
            yield f"{given} instead of {rule}"
        shown = answer.body.decode() + json.dumps(answer.headers)
        for secret in (SECRET, "Skarlyng", "Vilde", "Fjelltind", *self.pids.values()):
            if secret in shown:
                yield f"shows {secret}"
        if made:
            yield f"{made} versions were written"
        if name.startswith("$document that stays") and len(rows) == 2 and not rows[0].refused:
            rows = rows[1:]  # the card was read before it was to be kept, and that is told
        whose = (HER, None) if rule in _BEFORE else (HER,)
        if [row.refused for row in rows] != [rule] or rows[0].patient not in whose:
            yield f"log {[(row.patient, row.refused) for row in rows]}"


#: Rules that are judged before it is known whose record it is.
_BEFORE = frozenset(
    ("role-missing", "role-not-allowed", "kind-record", "patient-required", "log-closed", "knowledge-read-only", "purpose-not-allowed")
)


def _entry(answer: Any) -> str:
    return str(answer.json["entry"][0]["response"]["status"])


@pytest.fixture(scope="module")
def case(opened: Any, loaded_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    path = tmp_path_factory.mktemp("matrix") / "matrix.db"
    copyfile(loaded_file, path)
    store = Store(SqliteDatabase(path))
    yield Case(opened(store))
    store.close()


#: Callers -> the states and headers that are tried with them: those who may do nothing are let no further by any.
EVERY, SOME = (tuple(STATES), tuple(HEADERS)), (("consent", "never asked", "confidential address"), (None, OTHER))
PRODUCTS: dict[str | None, Any] = {"LE": EVERY, "HF": EVERY, "XX": SOME, None: SOME, "system": SOME}


@pytest.mark.parametrize("caller", PRODUCTS)
@pytest.mark.parametrize("name", INTERACTIONS)
def test_every_state_and_header_is_judged_as_the_tables_say(case: Case, name: str, caller: str | None) -> None:
    faults = [fault for state, header in product(*PRODUCTS[caller]) for fault in case.faults(name, caller, state, header)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", INTERACTIONS)
def test_every_role_may_what_the_tables_say(case: Case, name: str) -> None:
    faults = [fault for caller in CALLERS for fault in case.faults(name, caller, "consent", HER)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", INTERACTIONS)
def test_postgresql_judges_a_sample_of_the_same(loaded_schema: Any, name: str) -> None:
    loaded_schema.rows()
    case = Case(loaded_schema)
    callers: list[tuple[str | None, str, str | None]] = [("LE", state, None) for state in ("consent", "never asked", "deceased")]
    callers += [("LE", "confidential address", HER), ("JO", "consent", OTHER), ("BI", "consent", HER), ("system", "consent", None)]
    faults = [fault for caller, state, header in callers for fault in case.faults(name, caller, state, header)]
    assert not faults, "\n".join(faults)


def test_every_call_but_metadata_asks_who_is_calling(case: Case) -> None:
    case.faults("read", "LE", "consent", None)
    for name, interaction in INTERACTIONS.items():
        method, url, *body = interaction.call
        answer = case.desk.unknown(method, case._filled(url), case._filled(body[0] if body else None))
        assert answer.status == (200 if name == "metadata" else 401), name
        assert ("www-authenticate" in answer.headers) == (name != "metadata"), name
    assert case.desk.rows() == []
