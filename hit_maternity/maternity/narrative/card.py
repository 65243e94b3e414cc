"""The ten sections of the card in tables, as a clinician reads them. What fits none of a section's own tables stands in a list below
them, so that nothing that the section holds is left untold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hit_maternity.maternity.card.elements import codes
from hit_maternity.maternity.card.sections import section_of
from hit_maternity.maternity.gestation import GestationalAge
from hit_maternity.maternity.growth import Band, lines_at
from hit_maternity.maternity.growth import position as place_on_curve
from hit_maternity.maternity.narrative.rows import by_time, clinical, decimal, dosage, listing, medicine, notes, status
from hit_maternity.maternity.narrative.visits import visits
from hit_maternity.maternity.narrative.words import (
    CARD_ITEM,
    LOINC,
    OWN,
    SECTION,
    SNOMED,
    Reader,
    Resource,
    coded,
    extension,
    moment,
    number_of,
    weeks,
)
from hit_maternity.maternity.narrative.xhtml import facts, heading, paragraph, table

DISEASES, HABITS = f"{OWN}/CodeSystem/disease-history", f"{OWN}/CodeSystem/habit-type"
_TIMES = (("before", "Før svangerskapet"), ("first-visit", "Ved første konsultasjon"), ("week-36", "I uke 36"), ("", "Uten tidspunkt"))
_BANDS = {Band.BELOW: "under nedre linje", Band.WITHIN: "mellom linjene", Band.ABOVE: "over øvre linje"}
_INTERPRETED = {
    "POS": "positiv", "NEG": "negativ", "N": "normal", "A": "avvikende", "AA": "svært avvikende", "H": "høy", "HH": "svært høy",
    "L": "lav", "LL": "svært lav", "IND": "usikker",
}  # fmt: skip

Parts = list[str]


def _system(it: Resource, system: str) -> bool:
    """Whether an Observation is coded in ``system``."""
    return it["resourceType"] == "Observation" and any(s == system for s, _ in codes(it.get("code")))


def _type(resources: Sequence[Resource], *types: str) -> list[Resource]:
    return [r for r in resources if r["resourceType"] in types]


def _but(resources: Sequence[Resource], *shown: Sequence[Resource]) -> list[Resource]:
    """``resources`` without those already shown; remarks last."""
    gone = {id(r) for group in shown for r in group}
    rest = by_time(r for r in resources if id(r) not in gone)
    return sorted(rest, key=lambda r: _system(r, SECTION))


def _contact(person: Resource) -> str:
    return "; ".join(dict.fromkeys(t["value"] for t in person.get("telecom", ()) if t.get("value")))


def _address(person: Resource) -> str:
    found: Resource = next(iter(sorted(person.get("address", ()), key=lambda a: a.get("use") == "old")), {})
    place = " ".join(filter(None, (found.get("postalCode"), found.get("city"))))
    return found.get("text") or ", ".join(filter(None, (*found.get("line", ()), place)))


def _about_you(resources: Sequence[Resource], read: Reader) -> Parts:
    people = [p for p in _type(resources, "Patient") if not read.child(p)]
    parents = _type(resources, "RelatedPerson")
    parts: Parts = []
    for it in people:
        interpreter = extension(it, "patient-interpreterRequired")
        country = extension(it, "patient-birthPlace")
        pairs = [
            ("Navn", read.name(it)),
            ("Født", read.day(it.get("birthDate"))),
            ("Adresse", _address(it)),
            ("Telefon, e-post", _contact(it)),
            ("Sivilstand", read.concept(it.get("maritalStatus"))),
            ("Språk", ", ".join(read.concept(c.get("language")) for c in it.get("communication", ()))),
            ("Trenger tolk", read.plain(interpreter, "Boolean") if isinstance(interpreter, bool) else "ikke registrert"),
            ("Landbakgrunn", country.get("country", "") if isinstance(country, dict) else ""),
        ]
        parts.append(facts(pairs))
    for it in parents:
        together = extension(it, "cohabiting")
        pairs = [
            ("Forhold", ", ".join(read.concept(c) for c in it.get("relationship", ()))),
            ("Navn", read.name(it)),
            ("Født", read.day(it.get("birthDate"))),
            ("Telefon, e-post", _contact(it)),
            ("Bor sammen", read.plain(together, "Boolean") if isinstance(together, bool) else ""),
        ]
        parts += [heading("Far eller medmor"), facts(pairs)]
    return [*parts, *_rest(_but(resources, people, parents), read, bool(parts))]


def _rest(rest: Sequence[Resource], read: Reader, titled: bool, title: str = "Annet") -> Parts:
    """What is left, under ``title``, then each finer part of the section under its own."""
    groups: dict[str, list[Resource]] = {title: []}
    for it in rest:
        placed = section_of(it)
        groups.setdefault(title if placed is None or placed.code == placed.main else placed.words.nb, []).append(it)
    parts: Parts = []
    for name, listed in groups.items():
        words = listing(listed, read)
        if words:
            parts += [heading(name), words] if titled or name != title else [words]
    return parts


def _follow_up(resources: Sequence[Resource], read: Reader) -> Parts:
    teams, appointments = _type(resources, "CareTeam"), _type(resources, "Appointment")
    rows = []
    for team in teams:
        for member in team.get("participant", ()):
            found = read.find(member.get("member"))
            role = ", ".join(read.concept(c) for c in member.get("role", ()))
            rows.append((role, read.party(member.get("member")), _contact(found) if found else ""))
    parts = [table(("Rolle", "Hvem", "Telefon"), rows)] if rows else []
    booked = listing(by_time(appointments), read)
    parts += [heading("Avtaler"), booked] if booked else []
    return [*parts, *_rest(_but(resources, teams if rows else (), appointments), read, bool(parts))]


def _previous(resources: Sequence[Resource], read: Reader) -> Parts:
    panels = [r for r in by_time(resources) if coded(r, CARD_ITEM, "previous-pregnancy")]
    groups = [r for r in resources if coded(r, LOINC, "10162-6")]
    columns = list(dict.fromkeys(read.concept(p.get("code")) for r in panels for p in r.get("component", ())))
    rows = []
    for it in sorted(panels, key=lambda r: str(r.get("component", [{}])[0].get("valueDateTime", ""))):
        said = {read.concept(p.get("code")): read.value(p) for p in it.get("component", ())}
        about = "; ".join(filter(None, (read.value(it), notes(it))))
        rows.append((*(said.get(name, "") for name in columns), about))
    counts = facts((read.concept(r.get("code")), read.answer(r)) for r in _but(resources, panels, groups) if "valueInteger" in r)
    others = [r for r in _but(resources, panels, groups) if "valueInteger" not in r]
    parts = [p for p in (counts, table((*columns, "Merknad"), rows)) if p]
    return [*parts, *_rest(others, read, bool(parts))]


def _health(resources: Sequence[Resource], read: Reader) -> Parts:
    asked = [r for r in resources if _system(r, DISEASES) or coded(r, SNOMED, "842009")]
    conditions, family = _type(resources, "Condition"), _type(resources, "FamilyMemberHistory")
    allergies = _type(resources, "AllergyIntolerance")
    parts: Parts = []
    answers: dict[str, list[str]] = {}
    for it in asked:
        remark = notes(it)
        words = f"{read.concept(it.get('code'))} ({remark})" if remark else read.concept(it.get("code"))
        answers.setdefault(read.value(it) or "ikke besvart", []).append(words)
    order = ["ja", *sorted(k for k in answers if k not in ("ja", "nei")), "nei"]
    parts.append(facts((key.capitalize(), ", ".join(dict.fromkeys(answers.get(key, ())))) for key in order))
    rows = [
        (read.concept(r.get("code")), clinical(r, read), read.day(r.get("onsetDateTime")), read.day(r.get("abatementDateTime")), notes(r))
        for r in by_time(conditions)
    ]
    parts.append(table(("Sykdom eller tilstand", "Status", "Fra", "Til", "Merknad"), rows))
    for title, listed in (("Allergier", allergies), ("Sykdom i familien", family)):
        words = listing(by_time(listed), read)
        parts += [heading(title), words] if words else []
    parts = [p for p in parts if p]
    return [*parts, *_rest(_but(resources, asked, conditions, family, allergies), read, bool(parts))]


def _due_dates(listed: Sequence[Resource], read: Reader) -> str:
    rows = []
    for it in listed:
        term = extension(it, "valid-term")
        valid, reason = extension(term, "valid"), extension(term, "reason")
        holds = read.plain(valid, "Boolean") if isinstance(valid, bool) else "ikke angitt"
        basis = read.concept(it.get("method")) or read.concept(it.get("code"))
        rows.append((read.value(it), basis, holds, read.concept(reason), read.day(moment(it)), notes(it)))
    return table(("Termin", "Grunnlag", "Gjelder", "Hvorfor", "Registrert", "Merknad"), rows)


def _this_pregnancy(resources: Sequence[Resource], read: Reader) -> Parts:
    terms = [r for r in by_time(resources) if coded(r, LOINC, "11778-8")]
    episodes, children = _type(resources, "EpisodeOfCare"), _type(resources, "Patient")
    parts: Parts = [_due_dates(terms, read)]
    for it in episodes:
        period = it.get("period", {})
        end = extension(it, "end-reason")
        pairs = [
            ("Helsekort opprettet", read.day(period.get("start"))),
            ("Status", status(it, it.get("status"), read)),
            ("Avsluttet", read.day(period.get("end"))),
            ("Grunn til avslutning", _END.get(next((c for _, c in codes(end)), ""), read.concept(end))),
        ]
        parts.append(facts(pairs))
    rows = []
    for it in children:
        fate = extension(it, "fetal-status")
        name = read.name(it)
        sex = {"female": "jente", "male": "gutt"}.get(it.get("gender", ""), "")
        rows.append((read.child(it) or name, read.concept(fate), name, sex, read.day(it.get("birthDate"))))
    parts.append(table(("Foster og barn", "Status", "Navn", "Kjønn", "Født"), rows))
    parts = [p for p in parts if p]
    return [*parts, *_rest(_but(resources, terms, episodes, children), read, bool(parts), "Opplysninger")]


_END = {"birth": "fødsel", "loss": "avsluttet uten fødsel", "moved": "flyttet eller fulgt opp annet sted", "death": "kvinnen er død",
        "error": "opprettet ved en feil"}  # fmt: skip


def _habits(resources: Sequence[Resource], read: Reader) -> Parts:
    habits = [r for r in resources if _system(r, HABITS)]
    said: dict[str, dict[str, list[str]]] = {}
    for it in by_time(habits):
        time = next((c for _, c in codes(extension(it, "time-point"))), "")
        known = time if time in dict(_TIMES) else ""
        said.setdefault(read.concept(it.get("code")), {}).setdefault(known, []).append(read.answer(it))
    rows = [(name, *("; ".join(times.get(time, ())) for time, _ in _TIMES)) for name, times in said.items()]
    parts = [table(("Levevane", *(title for _, title in _TIMES)), rows)] if rows else []
    return [*parts, *_rest(_but(resources, habits), read, bool(parts), "Mål og merknader")]


def _medicines(resources: Sequence[Resource], read: Reader) -> Parts:
    used = _type(resources, "MedicationStatement")
    times = dict(_TIMES) | {"during": "I svangerskapet", "": ""}
    rows = []
    for it in by_time(used):
        time = next((c for _, c in codes(extension(it, "time-point"))), "")
        period = it.get("effectivePeriod", {})
        since = read.plain(period, "Period") or read.day(it.get("effectiveDateTime")) or times.get(time, "")
        rows.append(
            (medicine(it, read), status(it, it.get("status"), read), since, dosage(it, read), read.day(it.get("dateAsserted")), notes(it))
        )
    parts = [table(("Legemiddel", "Bruk", "Når", "Dosering", "Oppgitt", "Merknad"), rows)] if rows else []
    return [*parts, *_rest(_but(resources, used), read, bool(parts))]


def _tests(resources: Sequence[Resource], read: Reader) -> Parts:
    answers = [r for r in by_time(_type(resources, "Observation")) if not _system(r, SECTION)]
    rows = []
    for it in sorted(answers, key=lambda r: (read.concept(r.get("code")), moment(r))):
        found = [_INTERPRETED.get(c, "") or read.concept(i) for i in it.get("interpretation", ()) for _, c in codes(i)]
        value = read.answer(it)
        meant = ", ".join(dict.fromkeys(m for m in found if m.lower() != value.lower()))
        arrived = read.day(it.get("issued")) if it.get("issued", "")[:10] != moment(it)[:10] else ""
        rows.append((read.concept(it.get("code")), value, meant, read.about(it), read.day(moment(it)), arrived))
    parts = [table(("Prøve", "Svar", "Vurdering", "Gjelder", "Tatt", "Svar kom"), rows)] if rows else []
    return [*parts, *_rest(_but(resources, answers), read, bool(parts))]


def _fundal_height(resources: Sequence[Resource], read: Reader) -> Parts:
    measured = [r for r in by_time(resources) if coded(r, LOINC, "11881-0")]
    rows = []
    for it in measured:
        part: Resource = next((p for p in it.get("component", ()) if (LOINC, "18185-9") in codes(p.get("code"))), {})
        days = number_of(part.get("valueQuantity", {}).get("value"))
        rows.append((read.day(moment(it)), weeks(days), read.value(it), *_curve(days, it, read), notes(it)))
    parts = [table(("Dato", "Uke", "Mål", "Kurvens linjer", "På kurven", "Merknad"), rows)] if rows else []
    if any(row[3] for row in rows):
        parts.append(paragraph("Kurvens linjer: nedre, midtre og øvre linje i Helsenorges kurve for svangerskapsuken, i cm."))
    return [*parts, *_rest(_but(resources, measured), read, bool(parts))]


def _curve(days: Any, it: Resource, read: Reader) -> tuple[str, str]:
    """The curve's lines at that age and where the measurement lies; nothing where the curve doesn't reach."""
    height = decimal(it)
    if not weeks(days) or height is None or it.get("valueQuantity", {}).get("code") != "cm":
        return "", ""
    age = GestationalAge(int(days))
    lines, place = lines_at(age), place_on_curve(age, height)
    if lines is None or place is None:
        return "", ""
    shown = " – ".join(read.number(f"{line:.1f}") for line in (lines.low, lines.middle, lines.high))
    return shown, _BANDS[place.band]


#: A section's code to what tells it.
SECTIONS: Mapping[str, Callable[[Sequence[Resource], Reader], Parts]] = {
    "about-you": _about_you,
    "follow-up": _follow_up,
    "previous-pregnancies": _previous,
    "health": _health,
    "this-pregnancy": _this_pregnancy,
    "habits": _habits,
    "medicines": _medicines,
    "visits": visits,
    "tests": _tests,
    "fundal-height": _fundal_height,
}


def section(code: str, resources: Sequence[Resource], read: Reader) -> Parts:
    """The XHTML of one section, part by part; [] where there is nothing to tell."""
    return SECTIONS[code](resources, read)
