"""Text as it is compared: folded for string search, bounded for the index.

Source: https://hl7.org/fhir/R4/search.html#string (case, accents, punctuation and extra white space don't count).
"""

from __future__ import annotations

import hashlib
import unicodedata
from functools import lru_cache

#: Longest text kept in a string row, in characters. A longer one is cut in the row and in the query alike.
STRING_LENGTH = 200
#: Longest system, code or URI kept as it is, in characters; of a longer one the tail is replaced by its digest.
TOKEN_LENGTH, URI_LENGTH = 240, 480
#: Longest text that is looked at for folding; what comes after can't matter to a row.
_LOOKED_AT = 4 * STRING_LENGTH

# Letters that Unicode does not decompose. å falls apart into a and a ring by itself, so ø and æ are treated alike.
_LETTERS = {"ø": "o", "æ": "ae", "œ": "oe", "ð": "d", "đ": "d", "þ": "th", "ł": "l", "ħ": "h", "ŧ": "t", "ŋ": "n", "ı": "i", "ĸ": "k"}
_DROPPED = "'’‘ʼ`´\"“”«»„.,;:!?()[]{}*"
_SPACED = "-‐‑‒–—―/_\\|+&"
_TABLE = str.maketrans(_LETTERS | {c: None for c in _DROPPED} | {c: " " for c in _SPACED})


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """``text`` without case, marks, punctuation or extra white space: ``Åse-Marie  O'Brien`` gives ``ase marie obrien``.

    At most ``STRING_LENGTH`` characters; ``ø`` counts as ``o``, ``æ`` as ``ae``, ``å`` as ``a``. Text that is nothing but
    punctuation keeps it.
    """
    if len(text) > _LOOKED_AT:
        text = text[:_LOOKED_AT]
    if text.isascii():
        folded = text.lower()
    else:
        # Full-width and other compatible forms first, then marks off, then case, which may bring marks of its own.
        plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
        folded = "".join(c for c in plain if not unicodedata.combining(c))
    stripped = " ".join(folded.translate(_TABLE).split())
    return (stripped or " ".join(folded.split()))[:STRING_LENGTH]


def words(folded: str) -> list[str]:
    """``folded`` from its second word on, from its third, ...: what a part of a double name is found by."""
    parts = folded.split(" ")
    return [" ".join(parts[n:]) for n in range(1, min(len(parts), 8))]


def bounded(text: str, limit: int) -> str:
    """``text``, or where it is longer than ``limit`` its beginning and a digest, so that equal texts stay equal."""
    if len(text) <= limit:
        return text
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return f"{text[: limit - 33]}~{digest}"
