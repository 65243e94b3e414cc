"""How often a secured read asks the database: PostgreSQL is waited for twice, however the calls come."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

VILDE = "new-record-mother"


@pytest.fixture
def waited_for(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is sent to PostgreSQL and waited for: statements by themselves, and pipelines as one."""
    sent, within = list[str](), list[None]()
    execute, pipeline = psycopg.Cursor.execute, psycopg.Connection.pipeline

    def counted(self: Any, query: Any, *given: Any, **more: Any) -> Any:
        if not within:
            sent.append(str(query))
        return execute(self, query, *given, **more)

    @contextmanager
    def together(self: Any) -> Iterator[Any]:
        sent.append("several at once")
        within.append(None)
        try:
            with pipeline(self) as opened:
                yield opened
        finally:
            within.pop()

    monkeypatch.setattr(psycopg.Cursor, "execute", counted)
    monkeypatch.setattr(psycopg.Connection, "pipeline", together)
    return sent


def test_a_read_with_a_token_is_two_round_trips(loaded_schema: Any, waited_for: list[str]) -> None:
    loaded_schema.stands(VILDE, consent=True)
    desk = loaded_schema.believing_tokens()
    assert desk.signed("GET", f"Patient/{VILDE}").status == 200
    del waited_for[:]
    assert desk.signed("GET", f"Patient/{VILDE}").status == 200
    assert len(waited_for) == 2, waited_for
