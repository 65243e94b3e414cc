"""What ``attest.toml`` holds: systems and their spellings, codes, and the rules with what a breach does. Read once, at first use."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

_OID = re.compile(r"(?:urn:oid:)?([0-2](?:\.(?:0|[1-9][0-9]*))+)", re.IGNORECASE)


class Verdict(StrEnum):
    """What a breach of a rule does. ``FLAG``: the call goes on, and the log says so."""

    REFUSE = "refuse"
    FLAG = "flag"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the trust framework by number and attribute. ``evidence``: confirmed or inferred."""

    id: str
    attribute: str
    verdict: Verdict
    enforced_by: str
    evidence: str
    says: str


@dataclass(frozen=True, slots=True)
class Tables:
    """``systems``: attribute -> its code systems; ``codes``: system -> its codes, where they are listed; ``aliases``: spelling -> system;
    ``spellings``: another spelling of a member -> its name."""

    rules: Mapping[str, Rule]
    systems: Mapping[str, frozenset[str]]
    codes: Mapping[str, frozenset[str]]
    aliases: Mapping[str, str]
    spellings: Mapping[str, str]
    envelopes: frozenset[str]
    national: frozenset[str]
    organisation: str
    hpr: str
    resh: str

    def system(self, spelt: str) -> str:
        """The system that ``spelt`` means: an OID with ``urn:oid:``, an alias as what it stands for, all else as it is."""
        oid = _OID.fullmatch(spelt)
        named = f"urn:oid:{oid[1]}" if oid else spelt
        return self.aliases.get(named, named)


@cache
def tables() -> Tables:
    """The content of ``attest.toml``."""
    read = tomllib.loads(files(__package__).joinpath("attest.toml").read_text(encoding="utf-8"))
    listed, ids = read["system"], read["identifiers"]
    attributes = {row["attribute"] for row in listed}
    return Tables(
        rules={row["id"]: Rule(**{**row, "verdict": Verdict(row["verdict"])}) for row in read["rule"]},
        systems={a: frozenset(row["system"] for row in listed if row["attribute"] == a) for a in attributes},
        codes={row["system"]: frozenset(row["codes"]) for row in listed if "codes" in row},
        aliases={alias: row["system"] for row in listed for alias in row.get("aliases", ())},
        spellings={other: name for name, others in read["spellings"].items() for other in others},
        envelopes=frozenset(read["envelopes"]["names"]),
        national=frozenset(ids["national"]),
        organisation=ids["organisation"],
        hpr=ids["hpr"],
        resh=ids["resh"],
    )
