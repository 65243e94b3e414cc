"""Alembic's way in: on the connection that the program hands over, or from the command line on HIT_DATABASE_URL."""

from __future__ import annotations

import os

from alembic import context

from hit_maternity.store.tables import metadata


def run() -> None:
    connection = context.config.attributes.get("connection")
    if connection is not None:
        _migrate(connection)
        return
    from hit_maternity.store.schema import connected
    from hit_maternity.store.spaces import At, Spaces

    spaces = Spaces(At(os.environ.get("HIT_DATABASE_URL", "sqlite:///var/hit.db")))
    with connected(spaces.database()) as opened:
        _migrate(opened)


def _migrate(connection: object) -> None:
    context.configure(connection=connection, target_metadata=metadata, compare_type=True, compare_server_default=True)  # type: ignore[arg-type]  # alembic asks for what it is
    with context.begin_transaction():
        context.run_migrations()


run()
