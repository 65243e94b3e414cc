"""The access log of one space, put together: what the composition root opens and closes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from hit_maternity.access.audit.checkpoints import Checkpoints
from hit_maternity.access.audit.event import source
from hit_maternity.access.audit.keys import Keys, Vault
from hit_maternity.access.audit.ledger import Audited, Ledger
from hit_maternity.access.audit.log import PatientLog
from hit_maternity.access.audit.tracing import Tracing
from hit_maternity.clock import Clock
from hit_maternity.store import Store
from hit_maternity.store.access_rows import AccessRows
from hit_maternity.store.accesses import AccessLog


@dataclass(frozen=True, slots=True)
class AuditOptions:
    """``name`` and ``address`` of the server in its events; ``coarse``: see ``PatientLog``; ``every`` and ``rows``: see ``Checkpoints``."""

    name: str = "hit-maternity"
    address: str | None = None
    coarse: frozenset[str] = frozenset()
    every: timedelta = timedelta(minutes=5)
    rows: int = 1000


@dataclass(frozen=True, slots=True)
class Audit:
    """``tracing``: for the guard; ``store``: for the server, in the place of the plain one; ``patients``: for the woman's access log;
    ``rows``: for verification, export and delivery; ``checkpoints``: to be called now and then (``Rounds``)."""

    tracing: Tracing
    store: Audited
    patients: PatientLog
    rows: AccessRows
    checkpoints: Checkpoints
    ledger: Ledger

    @classmethod
    def of(cls, store: Store, secret: bytes, clock: Clock, space: str | None = None, options: AuditOptions | None = None) -> Self:
        """The access log of the space that ``store`` holds; ``secret``: the server's own key."""
        options = options or AuditOptions()
        keys = Keys.of(secret)
        log, rows = AccessLog(store.database), AccessRows(store.database)
        ledger = Ledger(log, keys, clock)
        return cls(
            Tracing(ledger, Vault(keys.seal), clock, source(options.name, options.address, space)),
            Audited(store, ledger),
            PatientLog(log, options.coarse),
            rows,
            Checkpoints(ledger, rows, clock, options.every, options.rows),
            ledger,
        )

    def close(self) -> None:
        """Ends the chains of this process in good order. Raises ``FhirError`` 503 without a database."""
        self.ledger.close()
