"""Every data type as rows, through ``Search.index``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hit_maternity.fhir.json import decode
from hit_maternity.fhir.search import Search
from hit_maternity.fhir.search.model import CANONICAL, MAX_TIME, MIN_TIME

Rows = Callable[[dict[str, Any], str], list[tuple[Any, ...]]]
BASE = "https://record.example/fhir"
UCUM = "http://unitsofmeasure.org"


def patient(**elements: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", **elements}


def observation(**elements: Any) -> dict[str, Any]:
    return {"resourceType": "Observation", **elements}


# ---------------------------------------------------------------- token


def test_a_codeable_concept_gives_a_token_a_coding_and_its_texts(rows_of: Rows) -> None:
    concept = {"coding": [{"system": "http://loinc.org", "code": "8480-6", "display": "Systolic"}, {"code": "x"}], "text": "Øvre trykk"}
    assert rows_of(observation(code=concept), "code") == [(0, "http://loinc.org", "8480-6"), (0, "", "x")]
    assert rows_of(observation(code=concept), "code:text") == [(0, "systolic", "Systolic"), (0, "ovre trykk", "Øvre trykk")]


def test_an_identifier_gives_its_value_and_its_type(rows_of: Rows) -> None:
    kind = {"coding": [{"system": "http://v2", "code": "MR"}], "text": "Record"}
    resource = patient(identifier=[{"system": "urn:oid:1.2", "value": "A7", "type": kind}])
    assert rows_of(resource, "identifier") == [(0, "urn:oid:1.2", "A7")]
    assert rows_of(resource, "identifier:of-type") == [(0, "http://v2", "MR|A7")]
    assert rows_of(resource, "identifier:text") == [(0, "record", "Record")]


def test_codes_booleans_and_contact_points_are_tokens(rows_of: Rows) -> None:
    resource = patient(
        gender="female", active=False, telecom=[{"system": "phone", "value": "+47 22 00"}, {"system": "email", "value": "A@b.no"}]
    )
    assert rows_of(resource, "gender") == [(0, "", "female")]
    assert rows_of(resource, "active") == [(0, "", "false")]
    assert rows_of(resource, "telecom") == [(0, "phone", "+472200"), (0, "email", "a@b.no")]
    assert rows_of(resource, "email") == [(0, "email", "a@b.no")]
    assert rows_of(resource, "phone") == [(0, "phone", "+472200")]


def test_a_string_searched_as_token_is_folded(rows_of: Rows) -> None:
    assert rows_of({"resourceType": "ValueSet", "version": "1.0-BETA"}, "version") == [(0, "", "1.0-beta")]


def test_deceased_is_computed(rows_of: Rows) -> None:
    assert rows_of(patient(deceasedDateTime="2020"), "deceased") == [(0, "", "true")]
    assert rows_of(patient(deceasedBoolean=False), "deceased") == [(0, "", "false")]
    assert rows_of(patient(), "deceased") == [(0, "", "false")]


def test_a_mime_type_has_its_base_too(rows_of: Rows) -> None:
    resource = {"resourceType": "DocumentReference", "content": [{"attachment": {"contentType": "text/xml; charset=UTF-8"}}]}
    assert rows_of(resource, "contenttype") == [(0, "", "text/xml; charset=UTF-8")]
    assert rows_of(resource, "contenttype:below") == [(0, "", "text/xml")]


def test_tags_and_profiles_are_read_from_meta(rows_of: Rows) -> None:
    meta = {
        "tag": [{"system": "s", "code": "t"}],
        "profile": ["http://p|1.0"],
        "source": "urn:x",
        "security": [{"code": "R"}],
        "lastUpdated": "2020",
    }
    assert rows_of(patient(meta=meta), "_tag") == [(0, "s", "t")]
    assert rows_of(patient(meta=meta), "_security") == [(0, "", "R")]
    assert rows_of(patient(meta=meta), "_profile") == [(0, "http://p|1.0"), (0, "http://p")]
    assert rows_of(patient(meta=meta), "_source") == [(0, "urn:x")]
    assert rows_of(patient(meta=meta, id="7"), "_lastUpdated") == rows_of(patient(meta=meta, id="7"), "_id") == []


# ---------------------------------------------------------------- string


def test_a_name_is_found_by_each_part_and_a_family_name_by_its_later_parts(rows_of: Rows) -> None:
    resource = patient(name=[{"family": "Nordmann-Berg", "given": ["Kari", "Åse"], "prefix": ["Dr."]}])
    assert rows_of(resource, "family") == [(0, "nordmann berg", "Nordmann-Berg")]
    assert rows_of(resource, "family:part") == [(0, "berg", "berg")]
    assert [r[1] for r in rows_of(resource, "name")] == ["nordmann berg", "kari", "ase", "dr"]
    assert [r[1] for r in rows_of(resource, "given")] == ["kari", "ase"]


def test_an_address_is_found_by_its_strings_and_not_by_its_use(rows_of: Rows) -> None:
    resource = patient(address=[{"use": "home", "line": ["Storgata 1"], "city": "Tromsø", "period": {"start": "2020"}}])
    assert [r[1] for r in rows_of(resource, "address")] == ["tromso", "storgata 1"]
    assert rows_of(resource, "address-city") == [(0, "tromso", "Tromsø")]
    assert rows_of(resource, "address-use") == [(0, "", "home")]


# ---------------------------------------------------------------- date


def test_a_choice_of_date_types_is_indexed_whichever_it_is(rows_of: Rows) -> None:
    (day,) = rows_of(observation(effectiveDateTime="2024-01-02"), "date")
    assert day[2] - day[1] == 86_400_000
    assert rows_of(observation(effectivePeriod={"start": "2024-01-02"}), "date") == [(0, day[1], MAX_TIME)]
    assert rows_of(observation(effectiveTiming={"event": ["2024-01-02"]}), "date") == [day]
    assert rows_of(observation(effectiveInstant="2024-01-02T00:00:00Z"), "date") == [(0, day[1], day[1] + 1000)]
    assert rows_of(observation(effectivePeriod={"end": "2024-01-02"}), "date") == [(0, MIN_TIME, day[2])]
    assert rows_of(observation(effectiveDateTime="the day before"), "date") == []


# ---------------------------------------------------------------- number and quantity


def quantity(value: str, **more: Any) -> dict[str, Any]:
    body: dict[str, Any] = decode(f'{{"value": {value}}}'.encode())
    return observation(valueQuantity={**body, **more})


def test_a_ucum_quantity_has_a_row_in_base_units(rows_of: Rows) -> None:
    found = rows_of(quantity("16", system=UCUM, code="kPa", unit="kPa"), "value-quantity")
    assert found == [(0, UCUM, "kPa", 16.0, 16.0), (0, CANONICAL, "g.m-1.s-2", 1.6e7, 1.6e7)]


def test_a_unit_that_reads_otherwise_than_its_code_has_a_row_of_its_own(rows_of: Rows) -> None:
    assert [r[1:3] for r in rows_of(quantity("37.2", system=UCUM, code="Cel", unit="°C"), "value-quantity")] == [
        (UCUM, "Cel"), ("", "°C"), (CANONICAL, "K")
    ]  # fmt: skip
    assert [r[1:3] for r in rows_of(quantity("120", system=UCUM, code="mm[Hg]", unit="mmHg"), "value-quantity")] == [
        (UCUM, "mmHg"), (CANONICAL, "g.m-1.s-2")
    ]  # fmt: skip
    assert rows_of(quantity("3", unit="tabletter"), "value-quantity") == [(0, "", "tabletter", 3.0, 3.0)]


@pytest.mark.parametrize(("comparator", "open_end"), [("<", 3), ("<=", 3), (">", 4), (">=", 4)])
def test_a_comparator_opens_an_end(comparator: str, open_end: int, rows_of: Rows) -> None:
    (row,) = rows_of(quantity("5", comparator=comparator), "value-quantity")
    assert abs(row[open_end]) > 1e308
    assert row[7 - open_end] == 5.0


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1e999999999", "9" * 3000, "1e-999999999"])
def test_numbers_beyond_a_float_are_drawn_in(number: str, rows_of: Rows) -> None:
    for row in rows_of(quantity(number, system=UCUM, code="kPa"), "value-quantity"):
        assert -1.8e308 < row[3] <= row[4] < 1.8e308


def test_ranges_money_and_samples_are_ranges(rows_of: Rows) -> None:
    condition = {"resourceType": "Condition", "onsetRange": {"low": {"value": 30, "unit": "a"}, "high": {"value": 40, "unit": "a"}}}
    assert rows_of(condition, "onset-age") == [(0, "", "a", 30.0, 40.0)]
    assert rows_of({"resourceType": "Invoice", "totalNet": {"value": 5, "currency": "NOK"}}, "totalnet") == [
        (0, "urn:iso:std:iso:4217", "NOK", 5.0, 5.0)
    ]
    samples = {"origin": {"value": 10, "unit": "mV"}, "factor": 2, "data": "1 -3 E 4.5 L", "dimensions": 1, "period": 1}
    assert rows_of(observation(valueSampledData=samples), "value-quantity") == [(0, "", "mV", 4.0, 19.0)]
    risk = {"resourceType": "RiskAssessment", "prediction": [{"probabilityRange": {"low": {"value": 1}}}, {"probabilityDecimal": 0}]}
    assert [r[1] for r in rows_of(risk, "probability")] == [1.0, 0.0]


def test_a_place_is_a_point_of_the_sphere(rows_of: Rows) -> None:
    place = {"resourceType": "Location", "position": {"latitude": 90, "longitude": 10}}
    assert [round(rows_of(place, f"near:{axis}")[0][1], 9) for axis in "xyz"] == [0.0, 0.0, 1.0]
    assert rows_of({"resourceType": "Location", "position": {"latitude": 91, "longitude": 10}}, "near:x") == []


# ---------------------------------------------------------------- reference and uri


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Patient/1", ("Patient", "1")),
        ("Patient/1/_history/3", ("Patient", "1")),
        (f"{BASE}/Patient/1", ("Patient", "1")),
        (f"{BASE}/Patient/1/_history/3", ("Patient", "1")),
        ("https://other.example/fhir/Patient/1", ("", "https://other.example/fhir/Patient/1")),
        ("https://other.example/fhir/Patient/1/_history/2", ("", "https://other.example/fhir/Patient/1")),
        ("urn:uuid:c757873d-ec9a-4326-a141-556f43239520", ("", "urn:uuid:c757873d-ec9a-4326-a141-556f43239520")),
        ("#p1", ("", "#p1")),
        ("Patient?identifier=7", None),
        ("", None),
    ],
)
def test_a_reference_is_local_or_elsewhere(text: str, expected: tuple[str, str] | None, rows_of: Rows) -> None:
    assert rows_of(observation(subject={"reference": text}), "subject") == ([(0, *expected)] if expected else [])


def test_patient_holds_only_references_to_patients(rows_of: Rows) -> None:
    assert rows_of(observation(subject={"reference": "Patient/1"}), "patient") == [(0, "Patient", "1")]
    assert rows_of(observation(subject={"reference": "Group/1"}), "patient") == []
    assert rows_of(observation(subject={"reference": "urn:uuid:1", "type": "Patient"}), "patient") == [(0, "", "urn:uuid:1")]
    assert rows_of(observation(subject={"reference": "https://o.example/Patient/1"}), "patient") == [(0, "", "https://o.example/Patient/1")]
    contained = [{"resourceType": "Patient", "id": "p"}]
    assert rows_of(observation(subject={"reference": "#p"}, contained=contained), "patient") == [(0, "", "#p")]


def test_a_logical_reference_is_found_by_identifier(rows_of: Rows) -> None:
    resource = observation(subject={"identifier": {"system": "urn:oid:1", "value": "7"}, "display": "Kari"})
    assert rows_of(resource, "subject:identifier") == [(0, "urn:oid:1", "7")]
    assert rows_of(resource, "subject") == []


def test_a_canonical_is_found_with_and_without_its_version(rows_of: Rows) -> None:
    resource = {"resourceType": "Measure", "library": ["http://x/Library/a|1.2"]}
    assert rows_of(resource, "depends-on") == [(0, "", "http://x/Library/a"), (0, "", "http://x/Library/a|1.2")]
    assert rows_of(resource, "depends-on:below") == [(0, "", f"http://x/Library/a{v}") for v in ("", "|1", "|1.2")]


def test_a_canonical_under_our_base_is_a_local_resource(rows_of: Rows) -> None:
    resource = {"resourceType": "Measure", "library": [f"{BASE}/Library/a"]}
    assert rows_of(resource, "depends-on") == [(0, "Library", "a")]


def test_a_definition_is_found_by_url_and_by_url_with_version(rows_of: Rows) -> None:
    resource = {"resourceType": "ValueSet", "url": "http://x/vs", "version": "2"}
    assert rows_of(resource, "url") == [(0, "http://x/vs"), (0, "http://x/vs|2")]


def test_the_first_resource_of_a_document_is_a_reference(rows_of: Rows) -> None:
    entries = [{"resource": {"resourceType": "Composition", "id": "c"}}, {"resource": {"resourceType": "Composition", "id": "d"}}]
    assert rows_of({"resourceType": "Bundle", "entry": entries}, "composition") == [(0, "Composition", "c")]
    assert rows_of({"resourceType": "Bundle", "entry": entries}, "message") == []


def test_an_extension_is_read_by_the_type_of_its_value(rows_of: Rows) -> None:
    url = "http://hl7.org/fhir/StructureDefinition/patient-extensions-Patient-mothersMaidenName"
    resource = patient(extension=[{"url": "http://other", "valueString": "No"}, {"url": url, "valueString": "Berg"}])
    assert rows_of(resource, "mothersMaidenName") == [(0, "berg", "Berg")]


# ---------------------------------------------------------------- composite


def blood_pressure() -> dict[str, Any]:
    def part(code: str, value: int) -> dict[str, Any]:
        return {
            "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
            "valueQuantity": {"value": value, "unit": "mmHg", "system": UCUM, "code": "mm[Hg]"},
        }

    code = {"coding": [{"system": "http://loinc.org", "code": "85354-9"}]}
    return observation(code=code, component=[part("8480-6", 120), part("8462-4", 80), {"code": code}])


def test_parts_of_a_composite_share_an_item(rows_of: Rows) -> None:
    codes = rows_of(blood_pressure(), "component-code-value-quantity$1")
    amounts = rows_of(blood_pressure(), "component-code-value-quantity$2")
    joined = {(c[2], a[3]) for c in codes for a in amounts if c[0] == a[0] and a[1] != CANONICAL}
    assert joined == {("8480-6", 120.0), ("8462-4", 80.0)}
    assert all(r[0] > 0 for r in codes + amounts)


def test_a_composite_without_all_its_parts_has_no_rows(rows_of: Rows) -> None:
    assert len(rows_of(blood_pressure(), "component-code-value-quantity$1")) == 2
    assert rows_of(blood_pressure(), "code-value-quantity$1") == []
    assert rows_of(observation(valueQuantity={"value": 1}), "code-value-quantity$2") == []


def test_code_means_the_observation_and_component_code_its_components(rows_of: Rows) -> None:
    assert [r[2] for r in rows_of(blood_pressure(), "code")] == ["85354-9"]
    assert [r[2] for r in rows_of(blood_pressure(), "component-code")] == ["8480-6", "8462-4", "85354-9"]
    assert rows_of(blood_pressure(), "combo-code") == []  # stored as the two above


def test_a_part_may_be_read_from_the_whole_resource(rows_of: Rows) -> None:
    sequence = {
        "resourceType": "MolecularSequence",
        "referenceSeq": {"chromosome": {"coding": [{"code": "1"}]}},
        "variant": [{"start": 5, "end": 9}, {"start": 7, "end": 8}],
    }
    items = [{r[0] for r in rows_of(sequence, f"chromosome-variant-coordinate${n}")} for n in (1, 2, 3)]
    assert items[0] == items[1] == items[2]
    assert len(items[0]) == 2


def test_a_blood_pressure_has_no_more_rows_than_it_needs(search: Search) -> None:
    rows = search.index({**blood_pressure(), "subject": {"reference": "Patient/1"}, "effectiveDateTime": "2024-01-01"}, BASE)
    families: tuple[list[Any], ...] = (
        rows.token,
        rows.string,
        rows.date,
        rows.number,
        rows.quantity,
        rows.reference,
        rows.uri,
        rows.timeline,
    )
    assert sum(map(len, families)) <= 25
    assert all(len(set(f)) == len(f) for f in families)


# ---------------------------------------------------------------- timeline


def test_the_timeline_has_a_row_a_patient_and_code_and_one_for_all(search: Search) -> None:
    resource = observation(
        code={"coding": [{"system": "s", "code": "a"}, {"code": "b"}]}, subject={"reference": "Patient/1"}, effectiveDateTime="1970-01-02"
    )
    day = 86_400_000
    assert search.index(resource).timeline == [
        ("Observation", "1", "", "", day), ("Observation", "1", "s", "a", day), ("Observation", "1", "", "b", day)
    ]  # fmt: skip


def test_a_resource_without_a_date_or_a_patient_is_told_so(search: Search) -> None:
    assert [r.moment for r in search.index(observation(subject={"reference": f"{BASE}/Patient/1"}), BASE).timeline] == [MIN_TIME]
    assert search.index(observation(subject={"reference": "Group/1"})).timeline == []
    assert search.index(observation(effectiveDateTime="2020")).timeline == []
