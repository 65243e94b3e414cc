"""The policy: one table of named rules, and the questions that can be asked of it. The table is ``policy.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from hit_maternity.access.principal import Principal
from hit_maternity.fhir.outcome import FhirError, Issue


class Right(StrEnum):
    """What a caller may do."""

    NONE = "none"
    READ = "read"
    WRITE = "write"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by its name. ``evidence``: confirmed, inferred or ours."""

    id: str
    words: str
    source: str
    evidence: str

    def refusal(self, status: int = 403, code: str = "forbidden") -> FhirError:
        """The refusal that rests on this rule."""
        return FhirError(status, [Issue(code, self.id, self.words)])


#: FHIR's interactions that change something; every other one reads.
WRITES = frozenset(("create", "update", "patch", "delete", "$meta-add", "$meta-delete"))
#: Those that are about no resource: what they hold is judged one by one.
FRAMES = frozenset(("batch", "transaction"))


@dataclass(frozen=True, slots=True)
class Policy:
    """``roles``: HPR category -> right; ``classes``: resource type -> class, ``record`` for all that are not in it; ``purposes``: right ->
    the purposes of use that have it."""

    roles: Mapping[str, Right]
    classes: Mapping[str, str]
    purposes: Mapping[Right, frozenset[str]]
    rules: Mapping[str, Rule]

    def kind_of(self, type: str | None) -> str:
        """The class of a resource type: knowledge, directory, log or record."""
        return self.classes.get(type or "", "record")

    def rule(self, id: str) -> Rule:
        """The rule of this name."""
        return self.rules[id]

    def role_right(self, principal: Principal) -> Right:
        """What the caller's role allows."""
        return self.roles.get(principal.role.code, Right.NONE) if principal.role else Right.NONE

    def allows_role(self, principal: Principal, wanted: Right) -> bool:
        """Whether the caller's role has the right."""
        allowed = self.role_right(principal)
        return allowed is not Right.NONE and (wanted is not Right.WRITE or allowed is Right.WRITE)

    def allows_purpose(self, purpose: str | None, wanted: Right) -> bool:
        """Whether a purpose of use has the right; none given allows what it is not asked for."""
        return purpose is None or purpose in self.purposes[wanted]


def wanted(interaction: str) -> Right:
    """The right that an interaction asks for."""
    return Right.WRITE if interaction in WRITES else Right.READ


@cache
def standard() -> Policy:
    """The policy of ``policy.toml``."""
    table = tomllib.loads(files(__package__).joinpath("policy.toml").read_text(encoding="utf-8"))
    return Policy(
        {code: Right(right) for code, right in table["roles"].items()},
        {type: name for name, types in table["classes"].items() for type in types},
        {Right(right): frozenset(codes) for right, codes in table["purposes"].items()},
        {row["id"]: Rule(row["id"], row["words"], row["source"], row["evidence"]) for row in table["rule"]},
    )
