"""The server's own key, made at first run and kept in a file that only its user may read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

LENGTH = 32


class KeyFileError(Exception):
    """The key file can't be used; the message says which and why."""


def key_from(path: Path) -> bytes:
    """The key in ``path``; where there is none, a new one that is written there. Several processes get the same.

    Raises ``KeyFileError``.
    """
    try:
        if not path.exists():
            _make(path)
        key = path.read_bytes()
    except OSError as fault:
        raise KeyFileError(f"The key file {path} can't be read or made: {fault.strerror}. Set HIT_KEY_FILE to another place.") from None
    if len(key) != LENGTH:
        raise KeyFileError(f"The key file {path} does not hold a key of {LENGTH} bytes. Remove it, and a new one is made.")
    return key


def _make(path: Path) -> None:
    """Written aside and then put in place, so that nobody reads half a key; whoever comes first wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
        opened.write(secrets.token_bytes(LENGTH))
    try:
        os.link(aside, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without hard links
        if not path.exists():
            os.replace(aside, path)
    aside.unlink(missing_ok=True)
