"""``GET`` and ``POST /connect/userinfo``: who is logged in, with the authorisations of the HPR register.

Confirmed: the shape of ``hpr_details``, and that its number is a number there and a text elsewhere.
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from hit_maternity.simulators.helseid.bearing import claims_of
from hit_maternity.simulators.helseid.issuer import Issuer
from hit_maternity.simulators.helseid.minting import HPR_DETAILS, HPR_NUMBER, PID
from hit_maternity.simulators.helseid.register import Approval, Practitioner, by_pid
from hit_maternity.simulators.oauth.errors import answer


async def userinfo(request: Request, issuer: Issuer) -> Response:
    """200 with the claims. Raises ``OAuthError``."""
    claims = claims_of(request, issuer, issuer.endpoint("userinfo"), "openid")
    told: dict[str, Any] = {name: claims[name] for name in ("sub", "name", PID, HPR_NUMBER) if name in claims}
    person = by_pid(issuer.register, claims.get(PID, ""))
    details = {} if person is None or person.hpr_number is None else {HPR_DETAILS: hpr_details(person, person.hpr_number)}
    return answer({**told, "userinfo_issued_at": issuer.now(), **details})


def hpr_details(person: Practitioner, number: str) -> dict[str, Any]:
    """What HPR knows of ``person``."""
    return {"hpr_number": int(number), "approvals": [_approval(it) for it in person.approvals]}


def _approval(approval: Approval) -> dict[str, Any]:
    rights = [{"value": "1", "description": "Full rekvisisjonsrett"}] if approval.requisition else []
    return {
        "profession": approval.profession,
        "authorization": {"value": "1", "description": "Autorisasjon"},
        "requisition_rights": rights,
        "specialities": [{"value": code, "description": name} for code, name in approval.specialities],
    }
