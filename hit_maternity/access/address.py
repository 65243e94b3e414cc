"""National ids in addresses, where none may be: addresses stand in logs and histories everywhere."""

from __future__ import annotations

import re
from urllib.parse import unquote

#: What could be a national id in a text: eleven digits that stand alone.
ELEVEN = re.compile(r"(?<![0-9A-Za-z-])[0-9]{11}(?![0-9A-Za-z-])")


def in_address(url: str) -> bool:
    """Whether a whole address holds what could be a national id, below its host or in its query."""
    address, _, query = url.partition("?")
    return any(ELEVEN.search(unquote(part)) for part in (query, address.rpartition("://")[2].partition("/")[2]))
