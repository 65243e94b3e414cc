"""What stands at ``/sts``: the local HelseID, and the local Helsenorge login below ``/helsenorge``."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp

from hit_maternity.simulators.helseid import application as helseid
from hit_maternity.simulators.helseid.issuer import Issuer
from hit_maternity.simulators.helsenorge import application as helsenorge
from hit_maternity.simulators.helsenorge.issuer import HelsenorgeIssuer
from hit_maternity.simulators.loopback import LoopbackGate


def sts(
    professionals: Issuer, citizens: HelsenorgeIssuer | None = None, more: Sequence[BaseRoute] = (), *, remote: bool = False
) -> ASGIApp:
    """The ASGI application, to be mounted at ``/sts``. ``more``: routes beside the issuers', such as those of the test-token service;
    ``remote``: callers on other addresses than loopback ones are let in."""
    below = [] if citizens is None else [Mount("/helsenorge", helsenorge.application(citizens))]
    made = helseid.application(professionals, [*more, *below])
    return made if remote else LoopbackGate(made)
