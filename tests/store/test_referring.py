"""What names a resource, by any search parameter, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

from hit_maternity.fhir.ports import Version
from hit_maternity.fhir.search.model import IndexRows, ReferenceRow, TokenRow, parameter_key
from hit_maternity.store import Store

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def put(store: Store, type: str, id: str, *named: tuple[str, str, str], deleted: bool = False) -> None:
    """Writes a resource that names ``(parameter, type, id)``."""
    rows = IndexRows(reference=[ReferenceRow(parameter_key(type, code), 0, t, i) for code, t, i in named])
    with store.writing() as writer:
        writer.write(Version(type, id, 1, NOW, "POST", f'"{type}/{id}"'.encode()), rows)
        if deleted:
            writer.write(Version(type, id, 2, NOW, "DELETE", None), IndexRows())


def found(store: Store, *targets: tuple[str, str], types: tuple[str, ...] = ()) -> list[str]:
    with store.reading() as reader:
        return sorted(f"{v.type}/{v.id}" for v in reader.referring(targets, types))


def test_whatever_names_a_resource_is_found_once(store: Store) -> None:
    put(store, "Patient", "1")
    put(store, "Observation", "a", ("subject", "Patient", "1"), ("patient", "Patient", "1"), ("performer", "Patient", "1"))
    put(store, "Encounter", "b", ("subject", "Patient", "1"))
    put(store, "Observation", "c", ("subject", "Patient", "2"))
    put(store, "Observation", "d", ("subject", "Patient", "1"), deleted=True)
    assert found(store, ("Patient", "1")) == ["Encounter/b", "Observation/a"]


def test_several_targets_of_several_types_are_asked_at_once(store: Store) -> None:
    put(store, "Observation", "a", ("encounter", "Encounter", "1"), ("subject", "Patient", "1"))
    put(store, "Provenance", "p", ("target", "Observation", "a"), ("target", "Encounter", "1"))
    put(store, "Observation", "other", ("encounter", "Encounter", "2"))
    assert found(store, ("Encounter", "1"), ("Patient", "1"), ("Observation", "a")) == ["Observation/a", "Provenance/p"]


def test_the_same_id_of_another_type_is_another_resource(store: Store) -> None:
    put(store, "Observation", "a", ("subject", "Group", "1"))
    assert found(store, ("Patient", "1")) == []


def test_a_code_that_is_spelt_like_an_id_names_nothing(store: Store) -> None:
    rows = IndexRows(token=[TokenRow(parameter_key("Observation", "code"), 0, "", "1")])
    with store.writing() as writer:
        writer.write(Version("Observation", "a", 1, NOW, "POST", b"{}"), rows)
    assert found(store, ("Patient", "1")) == []


def test_types_narrow_what_is_found(store: Store) -> None:
    put(store, "Observation", "a", ("subject", "Patient", "1"))
    put(store, "Encounter", "b", ("subject", "Patient", "1"))
    assert found(store, ("Patient", "1"), types=("Encounter", "Procedure")) == ["Encounter/b"]


def test_nothing_is_found_for_no_targets_and_for_ids_that_cannot_be(store: Store) -> None:
    put(store, "Observation", "a", ("subject", "Patient", "1"))
    assert found(store) == []
    assert found(store, ("Patient", "å"), ("Patient", "\0"), ("Ingen", "1")) == []


def test_a_transaction_sees_what_it_wrote_itself(store: Store) -> None:
    with store.writing() as writer:
        rows = IndexRows(reference=[ReferenceRow(parameter_key("Observation", "subject"), 0, "Patient", "1")])
        writer.write(Version("Observation", "a", 1, NOW, "POST", b"{}"), rows)
        assert [v.id for v in writer.referring([("Patient", "1")])] == ["a"]
