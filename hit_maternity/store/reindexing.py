"""The index of a space drawn again from its resources, and the record of which search parameters it holds for all of them.

A package may bring search parameters to a space that has data already: those are not indexed by them. The record, in ``setting``,
tells; ``reindex`` mends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from hit_maternity.fhir.json import decode
from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.search.model import IndexRows
from hit_maternity.store.repository import Store
from hit_maternity.store.rows import Roles, TableRows
from hit_maternity.store.session import Rows, Transaction

#: Resources of one transaction: few, so that writers wait for milliseconds.
BATCH = 100
_INDEXED = "indexed-parameters"
_TRIES = 5


def indexed(store: Store) -> dict[str, str]:
    """``Type.code`` -> digest of each search parameter of packages by which all of the space's data are indexed."""
    with store.database.reading() as session:
        row = session.row(f"SELECT value FROM {store.database.names.setting} WHERE name = ?", (_INDEXED,))
    return msgspec.json.decode(bytes(row[0]), type=dict[str, str]) if row else {}


def is_empty(store: Store) -> bool:
    """Whether the space holds no resource."""
    with store.database.reading() as session:
        return session.row(f"SELECT 1 FROM {store.database.names.resource} LIMIT 1") is None


def remember(store: Store, parameters: Mapping[str, str]) -> None:
    """Records that all data are indexed by ``parameters``."""
    with store.database.writing() as transaction:
        _remember(store, transaction, parameters)
        transaction.change([], last=True)


def _remember(store: Store, transaction: Transaction, parameters: Mapping[str, str]) -> None:
    statement = (
        f"INSERT INTO {store.database.names.setting} (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    )
    transaction.run(statement, (_INDEXED, msgspec.json.encode(dict(parameters), order="sorted")))


def unindexed(store: Store, parameters: Mapping[str, str]) -> frozenset[str]:
    """Those of ``parameters`` by which data of the space are not indexed. An empty space is indexed by all; one whose record names
    parameters that aren't served now forgets them, since what is written from now on lacks them."""
    known = indexed(store)
    if known == parameters:
        return frozenset()
    if is_empty(store):
        remember(store, parameters)
        return frozenset()
    kept = {name: digest for name, digest in known.items() if parameters.get(name) == digest}
    if kept != known:
        remember(store, kept)
    return frozenset(parameters.keys() - kept.keys())


def reindex(store: Store, index: Callable[[dict[str, Any]], IndexRows], parameters: Mapping[str, str]) -> Iterator[int]:
    """Draws the index rows of every resource again with ``index``, a batch a transaction, and gives the number done after each; then
    records ``parameters``. Broken off, it can be begun again; the space can be used meanwhile."""
    roles = Roles()
    done, after = 0, -1
    tries = 0
    while True:
        try:
            count, after = _batch(store, index, roles, after)
        except FhirError as fault:
            tries += 1
            if tries >= _TRIES or not all(issue.code == "transient" for issue in fault.issues):
                raise
            continue  # it got in another writer's way
        if not count:
            break
        done, tries = done + count, 0
        yield done
    remember(store, parameters)


def _batch(store: Store, index: Callable[[dict[str, Any]], IndexRows], roles: Roles, after: int) -> tuple[int, int]:
    """Number of resources done and the last key; ``roles`` learn only what is committed."""
    names, dialect = store.database.names, store.database.dialect
    locked = " FOR UPDATE" if dialect.name == "postgresql" else ""
    statement = f"SELECT key, type, body FROM {names.resource} WHERE key > ? AND body IS NOT NULL ORDER BY key LIMIT {BATCH}{locked}"
    table = TableRows()
    with store.database.writing() as transaction:
        found = transaction.rows(statement, (after,))
        for key, kind, body in found:
            table.add(key, kind, index(decode(bytes(body))), roles)
        keys: Rows = [(key,) for key, _, _ in found]
        changes: list[tuple[str, Rows]] = [
            ("forget_text", keys),
            ("forget_range", keys),
            ("forget_timeline", keys),
            ("role", table.role_rows()),
            ("text", sorted(table.text)),
            ("range", sorted(table.range)),
            ("timeline", sorted(table.timeline)),
        ]
        transaction.change([(name, rows) for name, rows in changes if rows], last=True)
    roles.learn(table.fresh)
    return len(found), found[-1][0] if found else after
