"""The visits as the card shows them: a row a visit, a column for each thing that is measured at every one."""

from __future__ import annotations

from collections.abc import Sequence

from hit_maternity.maternity.card.elements import codes
from hit_maternity.maternity.narrative.rows import by_time, listing, notes, told
from hit_maternity.maternity.narrative.words import CARD_ITEM, LOINC, SECTION, SNOMED, Reader, Resource, extension, moment
from hit_maternity.maternity.narrative.xhtml import heading, table

#: Heading of a column, and the codes whose answers stand in it.
COLUMNS: tuple[tuple[str, frozenset[tuple[str, str]]], ...] = (
    ("Uke", frozenset(((LOINC, "18185-9"), (LOINC, "49052-4")))),
    ("Vekt", frozenset(((LOINC, "29463-7"),))),
    ("Blodtrykk", frozenset(((LOINC, "85354-9"),))),
    ("Protein i urin", frozenset(((LOINC, "20454-5"), ("urn:oid:2.16.578.1.12.4.1.1.7280", "NPU04206")))),
    ("Ødem", frozenset(((LOINC, "44966-0"), (SNOMED, "267038008")))),
    ("Fosterlyd", frozenset(((LOINC, "55283-6"), (SNOMED, "249043002")))),
    ("Leie", frozenset(((SNOMED, "271692001"),))),
    ("Liv", frozenset(((LOINC, "57088-7"), (SNOMED, "249040004")))),
    ("SF-mål", frozenset(((LOINC, "11881-0"),))),
    ("Legemidler", frozenset(((CARD_ITEM, "medication-use"),))),
    ("Yrkesaktiv", frozenset(((CARD_ITEM, "employment"),))),
)
#: Columns whose facts stand in other sections too.
_BORROWED = frozenset(code for title, wanted in COLUMNS if title in ("SF-mål", "Legemidler", "Yrkesaktiv") for code in wanted)
_OTHER, _REMARK = len(COLUMNS), len(COLUMNS) + 1


def visits(resources: Sequence[Resource], read: Reader) -> list[str]:
    """The table of visits; what belongs to none of them is listed below."""
    encounters = by_time(r for r in resources if r["resourceType"] == "Encounter")
    cells: dict[str, list[list[str]]] = {_key(e): [[] for _ in range(_REMARK + 1)] for e in encounters}
    several = sum(bool(extension(r, "fetus-number")) for r in read.named.values()) > 1
    rest = []
    for it in by_time(r for r in resources if r["resourceType"] != "Encounter"):
        row = cells.get(read.identity(it.get("encounter")))
        if row is None or it["resourceType"] != "Observation":
            rest.append(it)
            continue
        _place(row, it, read, several)
    for it in by_time(_borrowed(resources, read)):
        row = cells.get(read.identity(it.get("encounter")))
        if row is not None:
            row[_column(it)].append(read.value(it))
    rows = []
    for encounter in encounters:
        kind, who = told(encounter, read)
        said = ["; ".join(dict.fromkeys(cell)) for cell in cells[_key(encounter)]]
        said[_REMARK] = "; ".join(filter(None, (said[_REMARK], notes(encounter))))
        rows.append((read.day(moment(encounter)), kind, *said, who))
    head = ("Dato", "Konsultasjon", *(title for title, _ in COLUMNS), "Annet", "Merknad", "Ved")
    parts = [table(head, rows)] if rows else []
    others = listing(rest, read)
    return parts + ([heading("Annet")] if parts and others else []) + ([others] if others else [])


def _borrowed(resources: Sequence[Resource], read: Reader) -> list[Resource]:
    """Facts of other sections that a visit's row shows too."""
    own = {id(r) for r in resources}
    observations = (r for r in read.named.values() if r["resourceType"] == "Observation" and r.get("status") != "entered-in-error")
    return [r for r in observations if id(r) not in own and _BORROWED & set(codes(r.get("code")))]


def _key(encounter: Resource) -> str:
    return f"Encounter/{encounter.get('id')}"


def _place(row: list[list[str]], it: Resource, read: Reader, several: bool) -> None:
    """Puts an Observation into the cell of its column; of several fetuses with the one it is about."""
    given = set(codes(it.get("code")))
    about = read.about(it) if several else ""
    words = read.answer(it)
    if any(system == SECTION for system, _ in given):
        row[_REMARK].append(f"{about}: {words}" if about else words)
        return
    place = _column(it)
    if place == _OTHER:
        words = f"{read.concept(it.get('code'))}: {words}"
    row[place].append(f"{about}: {words}" if about else words)


def _column(it: Resource) -> int:
    """The column that an Observation's code belongs to; the one for everything else where none is its own."""
    given = set(codes(it.get("code")))
    return next((n for n, (_, wanted) in enumerate(COLUMNS) if given & wanted), _OTHER)
