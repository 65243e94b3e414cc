"""Persistence: the data of a space in SQLite or PostgreSQL."""

from hit_maternity.store.repository import Store

__all__ = ["Store"]
