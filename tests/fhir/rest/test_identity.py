"""Logical ids."""

from __future__ import annotations

import uuid

from hit_maternity.fhir.rest.identity import is_id, new_id


def test_new_ids_are_ids_and_none_comes_twice():
    ids = [new_id() for _ in range(2000)]
    assert len(set(ids)) == 2000
    assert all(is_id(id) for id in ids)


def test_a_new_id_is_a_uuid_of_version_7():
    made = uuid.UUID(new_id())
    assert (made.version, made.variant) == (7, uuid.RFC_4122)


def test_what_is_an_id():
    assert all(is_id(t) for t in ("a", "A-1.b", "x" * 64))
    assert not any(is_id(t) for t in ("", "x" * 65, "a_b", "a\n", "a b", "é", "a/b"))
