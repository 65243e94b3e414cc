"""XHTML of the few kinds that a narrative needs: tables, headings, paragraphs. Every text is escaped.

Source: https://hl7.org/fhir/R4/narrative.html: one div, basic formatting elements, nothing active.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

#: Characters that XML 1.0 has no way to write (https://www.w3.org/TR/xml/#charsets).
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPACES = re.compile(r"\s+")

_TABLE = '<table border="1" cellspacing="0" cellpadding="4" style="border-collapse: collapse; margin-bottom: 0.8em">'

Rows = Iterable[Sequence[str]]


def plain(text: str) -> str:
    """``text`` as XHTML shows it: escaped, white space as single spaces."""
    return escape(_SPACES.sub(" ", _UNWRITABLE.sub("", text)).strip())


def div(parts: Iterable[str], language: str) -> str:
    """The div of a narrative around ``parts``, which are XHTML already."""
    return f'<div xmlns="http://www.w3.org/1999/xhtml" lang="{language}" xml:lang="{language}">{"".join(parts)}</div>'


def narrative(parts: Iterable[str], language: str) -> dict[str, str]:
    """A FHIR Narrative, generated."""
    return {"status": "generated", "div": div(parts, language)}


def heading(text: str) -> str:
    return f"<h4>{plain(text)}</h4>"


def paragraph(text: str) -> str:
    return f"<p>{plain(text)}</p>"


def table(head: Sequence[str], rows: Rows) -> str:
    """A table with a row of headings; columns that are empty in every row are left out. "" where there is no row."""
    listed = [list(row) for row in rows]
    kept = [n for n in range(len(head)) if any(row[n] for row in listed)]
    if not listed or not kept:
        return ""
    top = "".join(f'<th scope="col" align="left">{plain(head[n])}</th>' for n in kept)
    body = "".join("<tr>" + "".join(f"<td>{plain(row[n])}</td>" for n in kept) + "</tr>" for row in listed)
    return f"{_TABLE}<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """A table of a name and a value a row; rows without a value are left out. "" where there is none."""
    told = [(name, value) for name, value in pairs if value]
    if not told:
        return ""
    body = "".join(f'<tr><th scope="row" align="left">{plain(name)}</th><td>{plain(value)}</td></tr>' for name, value in told)
    return f"{_TABLE}<tbody>{body}</tbody></table>"
