"""Moments as the tables hold them: whole milliseconds since 1970 UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def milliseconds(moment: datetime) -> int:
    """``moment`` as whole milliseconds since 1970 UTC."""
    return (moment - _EPOCH) // _MILLISECOND


def moment(milliseconds: int) -> datetime:
    """The moment that many milliseconds after 1970 UTC."""
    return _EPOCH + timedelta(milliseconds=milliseconds)
