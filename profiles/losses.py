"""docs/dhg-losses.md: what is lost where a system has the national record's JSON only, made of losses.toml and mapping.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import card_tables

PROFILES = Path(__file__).resolve().parent
PAGE = card_tables.DOCS / "dhg-losses.md"


@cache
def table() -> Mapping[str, Any]:
    """losses.toml. Raises ``card_tables.TableError`` where it is malformed or names a field that mapping.toml doesn't have."""
    try:
        told = tomllib.loads((PROFILES / "losses.toml").read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as fault:
        raise card_tables.TableError(f"profiles/losses.toml: {fault}") from None
    known = {row.dhg for row in card_tables.rows()}
    unknown = [row["dhg"] for row in told["detail"] if row["dhg"] not in known]
    if unknown:
        raise card_tables.TableError(f"profiles/losses.toml: no such field: {', '.join(unknown)}")
    return told


def page() -> str:
    """docs/dhg-losses.md. Raises ``card_tables.TableError``."""
    told = table()
    order = [row.dhg for row in card_tables.rows()]
    details = sorted(told["detail"], key=lambda row: order.index(row["dhg"]))
    text = [
        "# What the national JSON doesn't have",
        "",
        "Made from `profiles/losses.toml` and `profiles/mapping.toml` by `python profiles/build.py`; don't edit this page.",
        "",
        "Everything that the national record's JSON says comes back from FHIR as it was sent. The other way something is lost:",
        "a system that reads the JSON alone doesn't see what stands here, and one that writes JSON can't say it. What it writes",
        "changes only the facts behind the fields it changes; all else stays in the FHIR record.",
        "",
        "## Of every field",
        "",
        *(f"- {it}" for it in told["general"]),
        "",
        "## On the card, without a field",
        "",
    ]
    for section, heading in card_tables.SECTIONS.items():
        without = [r for r in card_tables.rows() if r.section == section and not r.dhg]
        if without:
            lines = [(r.card, f"`{r.profile}`" if r.profile else "", r.element, r.note) for r in without]
            text += [f"### {heading}", "", *card_tables.grid(("card", "profile", "FHIR element", "note"), lines)]
    text += ["## Details that a field drops", ""]
    text += card_tables.grid(("DHG", "what is lost"), [(f"`{row['dhg']}`", row["lost"]) for row in details])
    return "\n".join(text)


def documents() -> dict[Path, str]:
    """Path to text of the page."""
    return {PAGE: page()}
