"""``assertion_details`` and ``authorization_details``: which organisation a token is for, and the attest that goes into it.

The two have the same content (confirmed): a bare object where there is one detail, an array where there are several. An organisation is
told as ``NO:ORGNR:parent:child`` by a multi-tenant client, as the child's number alone by a single-tenant one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hit_maternity.simulators.helseid.clients import Client
from hit_maternity.simulators.helseid.minting import ATTEST, JOURNAL
from hit_maternity.simulators.oauth.errors import OAuthError
from hit_maternity.simulators.synthetic import is_synthetic_organisation

AUTHORIZATION = "helseid_authorization"
MULTI, SINGLE = "urn:oid:1.0.6523", "urn:oid:2.16.578.1.12.4.1.4.101"
_PREFIX = "NO:ORGNR:"


@dataclass(frozen=True, slots=True)
class Details:
    """What was stated: organisation numbers (None: not stated), SFM journal id, and the attest as it came."""

    parent: str | None = None
    child: str | None = None
    journal: str | None = None
    attest: dict[str, Any] | None = None


def invalid(why: str) -> OAuthError:
    """400 ``invalid_authorization_details`` (RFC 9396 5); which code HelseID itself sends is not published."""
    return OAuthError("invalid_authorization_details", why)


def details_of(stated: object, client: Client) -> Details:
    """The details that ``client`` stated: an object, an array of them, the same as JSON text, or None. Raises ``OAuthError``."""
    if isinstance(stated, str):
        try:
            stated = json.loads(stated)
        except (ValueError, RecursionError):
            raise invalid("The details are no JSON.") from None
    listed: list[Any] = [] if stated is None else stated if isinstance(stated, list) else [stated]
    found: dict[str, Mapping[str, Any]] = {}
    for detail in listed:
        kind = detail.get("type") if isinstance(detail, dict) else None
        if kind not in (AUTHORIZATION, JOURNAL, ATTEST):
            raise invalid(f"Each detail is an object with type {AUTHORIZATION}, {JOURNAL} or {ATTEST}.")
        if kind in found:
            raise invalid("A type of detail stands twice.")
        found[kind] = detail
    parent, child = _organisation(found.get(AUTHORIZATION), client)
    attest = found.get(ATTEST)
    return Details(
        parent, child, _journal(found.get(JOURNAL)), None if attest is None else {k: v for k, v in attest.items() if k != "type"}
    )


def _journal(detail: Mapping[str, Any] | None) -> str | None:
    if detail is None:
        return None
    value = detail.get("value")
    journal = value.get("journal_id") if isinstance(value, dict) else None
    if not isinstance(journal, str) or not 0 < len(journal) <= 64:
        raise invalid("value.journal_id is missing.")
    return journal


def _organisation(detail: Mapping[str, Any] | None, client: Client) -> tuple[str | None, str | None]:
    """Parent and child organisation number: as stated, else as registered."""
    if detail is None:
        return client.parent, client.children[0] if len(client.children) == 1 and client.tenancy == "single-tenant" else None
    system, value = _identifier(detail)
    if client.tenancy == "multi-tenant":
        return _multi(system, value)
    if client.tenancy == "none":
        raise invalid("The client has no tenancy, so it can't state an organisation.")
    if system != SINGLE or value not in client.children:
        raise invalid(f"A single-tenant client states the number of one of its registered child organisations, with system {SINGLE}.")
    return client.parent, value


def _multi(system: str, value: str) -> tuple[str, str | None]:
    parent, _, child = value.removeprefix(_PREFIX).partition(":")
    if system != MULTI or not value.startswith(_PREFIX):
        raise invalid(f"A multi-tenant client states {_PREFIX}parent:child with system {MULTI}.")
    if not is_synthetic_organisation(parent) or (child and not is_synthetic_organisation(child)):
        raise invalid("Only synthetic organisation numbers are taken: 31, nine digits, a control digit that holds.")
    return parent, child or None


def _identifier(detail: Mapping[str, Any]) -> tuple[str, str]:
    found: Any = detail
    for step in ("practitioner_role", "organization", "identifier"):
        found = found.get(step) if isinstance(found, dict) else None
    if not isinstance(found, dict) or not isinstance(found.get("system"), str) or not isinstance(found.get("value"), str):
        raise invalid("practitioner_role.organization.identifier needs system and value.")
    return found["system"], found["value"]
