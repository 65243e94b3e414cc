"""FHIR values in words, bokmål or English: dates, quantities, codes, answers of three values, people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from hit_maternity.maternity.card.elements import codes
from hit_maternity.maternity.gestation import MAX_DAYS, GestationalAge

Resource = dict[str, Any]

LOINC, SNOMED, UCUM = "http://loinc.org", "http://snomed.info/sct", "http://unitsofmeasure.org"
OWN = "https://hit-maternity.example/fhir"
CARD_ITEM, SECTION = f"{OWN}/CodeSystem/card-item", f"{OWN}/CodeSystem/section"

_MONTHS = (
    ("januar", "January"), ("februar", "February"), ("mars", "March"), ("april", "April"), ("mai", "May"), ("juni", "June"),
    ("juli", "July"), ("august", "August"), ("september", "September"), ("oktober", "October"), ("november", "November"),
    ("desember", "December"),
)  # fmt: skip
_SPOKEN = {True: ("ja", "yes"), False: ("nei", "no")}
#: data-absent-reason, in words (http://hl7.org/fhir/R4/valueset-data-absent-reason.html).
_ABSENT = {
    "unknown": ("ikke kjent", "unknown"),
    "asked-unknown": ("vet ikke", "asked, but unknown"),
    "asked-declined": ("vil ikke svare", "declined to answer"),
    "not-asked": ("ikke spurt", "not asked"),
    "not-performed": ("ikke tatt", "not performed"),
    "not-applicable": ("ikke aktuelt", "not applicable"),
    "temp-unknown": ("ikke kjent ennå", "not known yet"),
    "masked": ("skjermet", "masked"),
}
#: What an Observation that isn't final is called beside its value.
_STATUS = {
    "registered": ("registrert", "registered"),
    "preliminary": ("foreløpig", "preliminary"),
    "amended": ("endret", "amended"),
    "corrected": ("rettet", "corrected"),
    "cancelled": ("avbrutt", "cancelled"),
    "unknown": ("ukjent status", "status unknown"),
}
_AGES = frozenset(((LOINC, "18185-9"), (LOINC, "49052-4"), (LOINC, "49051-6")))
_SYSTOLIC, _DIASTOLIC = (LOINC, "8480-6"), (LOINC, "8462-4")
#: Where a resource's day stands, in this order.
_MOMENTS = (
    "effectiveDateTime", "effectiveInstant", "effectivePeriod", "performedDateTime", "performedPeriod", "occurrenceDateTime", "start",
    "period", "dateTime", "dateAsserted", "onsetDateTime", "recordedDate", "authoredOn", "created", "date", "recorded", "issued",
)  # fmt: skip


def coded(resource: Resource, system: str, code: str) -> bool:
    """Whether ``resource.code`` has this coding."""
    return (system, code) in codes(resource.get("code"))


def extension(element: Any, name: str) -> Any:
    """The value of the extension whose URL ends with ``name``; the extension itself where it has parts; else None."""
    for one in element.get("extension", ()) if isinstance(element, dict) else ():
        if one.get("url", "").rpartition("/")[2] == name:
            return next((v for k, v in one.items() if k.startswith("value")), one)
    return None


def moment(resource: Resource) -> str:
    """When it was, as FHIR spells it; "" where it does not say."""
    for key in _MOMENTS:
        value = resource.get(key)
        if isinstance(value, dict):
            value = value.get("start") or value.get("end")
        if isinstance(value, str):
            return value
    return ""


def number_of(value: Any) -> Decimal | None:
    """A JSON number as a Decimal; None for what isn't one."""
    try:
        return Decimal(str(value)) if value is not None and not isinstance(value, bool) else None
    except InvalidOperation:
        return None


def weeks(days: Any) -> str:
    """Days of pregnancy as ``28+3``; "" where they can't be any."""
    number = number_of(days)
    if number is None or number != number.to_integral_value() or not 0 <= number <= MAX_DAYS:
        return ""
    return str(GestationalAge(int(number)))


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads a record's values aloud. ``named``: resources by ``Type/id``; ``base``: the server's own address, so that full references
    to it are known; ``language``: nb or en."""

    named: Mapping[str, Resource] = field(default_factory=dict)
    language: str = "nb"
    base: str = ""

    @property
    def norwegian(self) -> bool:
        return self.language != "en"

    def say(self, nb: str, en: str) -> str:
        """The words in the reader's language."""
        return nb if self.norwegian else en

    def find(self, reference: Any) -> Resource | None:
        """The resource that a Reference names, None where it isn't at hand."""
        return self.named.get(self.identity(reference)) if isinstance(reference, dict) else None

    def identity(self, reference: Any) -> str:
        """``Type/id`` of a Reference; "" where it has none."""
        text = reference.get("reference") if isinstance(reference, dict) else None
        return text.removeprefix(f"{self.base}/").partition("/_history/")[0] if isinstance(text, str) else ""

    # ------------------------------------------------------------ values

    def day(self, text: str | None) -> str:
        """``06.09.2026``, ``september 2026`` or ``2026``, as exact as FHIR's date is; English ``6 September 2026``."""
        year, _, rest = (text or "")[:10].partition("-")
        month, _, day = rest.partition("-")
        if not month:
            return year
        if not (month.isdigit() and 1 <= int(month) <= 12):
            return (text or "")[:10]
        name = self.say(*_MONTHS[int(month) - 1])
        if not day:
            return f"{name} {year}"
        return f"{day}.{month}.{year}" if self.norwegian else f"{int(day)} {name} {year}"

    def number(self, value: Any) -> str:
        """The digits as they were spelt, with the language's decimal sign."""
        return str(value).replace(".", ",") if self.norwegian else str(value)

    def quantity(self, value: Any) -> str:
        if not isinstance(value, dict) or "value" not in value:
            return ""
        unit = (value.get("unit") or value.get("code") or "").removeprefix("1")  # 1 is UCUM's "no unit"
        return f"{value.get('comparator', '')}{self.number(value['value'])} {unit}".strip()

    def concept(self, concept: Any) -> str:
        """Bokmål: its text, else the name of a code. English: the name of a code first, since texts are Norwegian."""
        if not isinstance(concept, dict):
            return ""
        listed = concept.get("coding", ())
        # National code systems name their codes in Norwegian; they are known by an OID.
        ranked = listed if self.norwegian else sorted(listed, key=lambda c: c.get("system", "").startswith("urn:oid:"))
        display = next((c["display"] for c in ranked if c.get("display")), "")
        code = next((c["code"] for c in listed if c.get("code")), "")
        text = concept.get("text") or ""
        return str((text or display if self.norwegian else display or text) or code)

    def value(self, holder: Resource) -> str:
        """``value[x]`` of an Observation, a component or an extension, else why it is absent; "" where there is neither."""
        key = next((k for k in holder if k.startswith("value")), None)
        if key is None:
            return self.absent(holder.get("dataAbsentReason"))
        value = holder[key]
        if key == "valueQuantity" and value.get("code") == "d" and _AGES & set(codes(holder.get("code"))):
            return weeks(value.get("value")) or self.quantity(value)
        return self.plain(value, key.removeprefix("value"))

    def plain(self, value: Any, type: str) -> str:
        """One FHIR value of ``type`` in words."""
        if isinstance(value, bool):
            return self.say(*_SPOKEN[value])
        if type in ("dateTime", "DateTime", "Date", "Instant"):
            return self.day(value)
        if not isinstance(value, dict):
            return self.number(value) if not isinstance(value, str) else value
        if type == "Range":
            return " – ".join(filter(None, (self.quantity(value.get("low")), self.quantity(value.get("high")))))
        if type == "Ratio":
            return " / ".join(filter(None, (self.quantity(value.get("numerator")), self.quantity(value.get("denominator")))))
        if type == "Period":
            return " – ".join(filter(None, (self.day(value.get("start")), self.day(value.get("end")))))
        return self.quantity(value) if "value" in value else self.concept(value)

    def absent(self, reason: Any) -> str:
        """Why there is no answer; "" where it isn't said."""
        code = next((c for _, c in codes(reason)), "")
        return self.say(*_ABSENT[code]) if code in _ABSENT else self.concept(reason)

    def answer(self, it: Resource) -> str:
        """What an Observation found: its value, its components by name, its remarks, and its status where that isn't final."""
        told = [self.value(it)]
        parts = it.get("component", ())
        pressure = self._pressure(parts)
        if pressure:
            told.append(pressure)
        elif not (told[0] and _AGES & set(codes(it.get("code")))):
            told += [f"{self.concept(p.get('code')).lower()}: {self.value(p)}" for p in parts]
        told += [n["text"] for n in it.get("note", ()) if n.get("text")]
        status = it.get("status")
        words = "; ".join(filter(None, told))
        return f"{words} ({self.say(*_STATUS[status])})".strip() if status in _STATUS else words

    def _pressure(self, parts: Any) -> str:
        """``114/72 mmHg``, where there are both."""
        found = {code: p.get("valueQuantity") for p in parts for code in codes(p.get("code"))}
        upper, lower = found.get(_SYSTOLIC), found.get(_DIASTOLIC)
        if not upper or not lower or "value" not in upper or "value" not in lower:
            return ""
        return f"{self.number(upper['value'])}/{self.quantity(lower)}"

    # ------------------------------------------------------------ people and places

    def name(self, person: Resource) -> str:
        """A person's official name, an organisation's name."""
        names = person.get("name")
        if isinstance(names, str):
            return names
        listed = sorted(names or (), key=lambda n: n.get("use") != "official")
        first = listed[0] if listed else {}
        return str(first.get("text") or " ".join(filter(None, (*first.get("given", ()), first.get("family")))))

    def party(self, reference: Any) -> str:
        """Whom or what a Reference names: a person with the place where she works; its own words where the resource isn't at hand."""
        found = self.find(reference)
        shown = reference.get("display", "") if isinstance(reference, dict) else ""
        if found is None:
            return str(shown)
        if found["resourceType"] == "PractitionerRole":
            roles = ", ".join(self.concept(c) for c in found.get("code", ()))
            person, place = self.party(found.get("practitioner")), self.party(found.get("organization"))
            who = f"{person} ({roles.lower()})" if person and roles else person or roles
            return ", ".join(filter(None, (who, place)))
        return self.name(found) or self.concept(found.get("code")) or str(shown)

    def parties(self, references: Any) -> str:
        return "; ".join(dict.fromkeys(filter(None, (self.party(r) for r in references or ()))))

    def about(self, it: Resource) -> str:
        """Which fetus or child a fact is about, "" where it is the woman."""
        named = [self.find(r) for r in (*it.get("focus", ()), it.get("subject"))]
        return "; ".join(dict.fromkeys(filter(None, (self.child(p) for p in named if p))))

    def child(self, patient: Resource) -> str:
        """``Foster 1`` or a newborn's name; "" for the woman herself."""
        number = extension(patient, "fetus-number")
        if isinstance(number, int):
            return f"{self.say('Foster', 'Fetus')} {number}"
        fetus = next((f for k in patient.get("link", ()) if (f := self.find(k.get("other"))) and extension(f, "fetus-number")), None)
        if fetus is None:
            return ""
        return f"{self.say('Barn', 'Child')} {extension(fetus, 'fetus-number')}"
