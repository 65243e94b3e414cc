"""Foreign text made harmless: what an attest says in words is shown in logs, tables and pages.

The specification itself warns of scripts and macros in these texts (Informasjons- og datamodell, section 5.1). Pages escape what they
show as well; this holds where somebody forgot to.
"""

from __future__ import annotations

import re
import unicodedata

#: The longest text that is kept.
MOST = 256

_FORMULA = ("=", "+", "-", "@")  # what a spreadsheet would calculate
_BRACKETS = str.maketrans("<>", "‹›")
_NATIONAL_ID = re.compile(r"(?<!\d)\d{6} ?\d{5}(?!\d)")


def inert(text: str, most: int = MOST) -> str:
    """``text`` on one line, without characters that are invisible or turn the direction of writing, with single angle quotes for
    brackets of markup, an apostrophe before what a spreadsheet would take for a formula, and nothing that could be a national id; at most
    ``most`` characters."""
    start = text[: 4 * most]
    clean = start if start.isprintable() else "".join(_visible(c) for c in start)
    short = _NATIONAL_ID.sub("…", " ".join(clean.split())).translate(_BRACKETS)
    if short.startswith(_FORMULA):
        short = f"'{short}"
    return short if len(short) <= most and len(text) <= 4 * most else f"{short[: most - 1]}…"


def _visible(character: str) -> str:
    """The character; a blank for a control character or another kind of blank; nothing where it is none to be seen."""
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp", "Zs"):
        return " "
    return "" if category.startswith("C") else character


def is_plain(text: str, most: int = MOST) -> bool:
    """Whether ``text`` can be an id or a code: 1 to ``most`` visible characters, with blanks only singly and inside."""
    return 0 < len(text) <= most and text.isprintable() and " ".join(text.split()) == text
