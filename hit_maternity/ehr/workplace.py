"""What an exchange works with: the local record, the way to the national one, who works here, time and chance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import TypeVar

from hit_maternity.client.errors import ClientError, TooManyCalls
from hit_maternity.clock import Clock
from hit_maternity.ehr.local import Local
from hit_maternity.ehr.national import Service
from hit_maternity.ehr.refusals import Meaning, meaning
from hit_maternity.ehr.waiting import Backoff

T = TypeVar("T")

#: What nobody can be sent anything after, for now.
HALTING = frozenset({Meaning.OFFLINE, Meaning.UNSENT, Meaning.SLOW, Meaning.LOGIN})


@dataclass(frozen=True, slots=True)
class Identity:
    """Who works here: ``organisations`` are the numbers under which the national record knows the place; ``hpr_number`` None: not known."""

    who: str
    organisations: frozenset[str]
    hpr_number: str | None = None


class Halted(Exception):
    """Nothing more can be done in this run; ``words`` say why."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


@dataclass(slots=True)
class Workplace:
    """What every exchange of a run works with. ``renewed``: whether the login was renewed in this run."""

    local: Local
    service: Service
    identity: Identity
    clock: Clock
    chance: Random
    backoff: Backoff
    renewed: bool = False

    def asked(self, call: Callable[[], T]) -> T:
        """What ``call`` gives; where the login isn't taken, it is renewed once in a run, and the call made again."""
        try:
            return call()
        except ClientError as fault:
            if meaning(fault) is not Meaning.LOGIN or self.renewed:
                raise
            self.renewed = True
            self.service.renew()
            return call()

    def slowed(self, fault: ClientError) -> datetime | None:
        """Where the service is asked too often, no call is made until this moment."""
        if not isinstance(fault, TooManyCalls):
            return None
        until = self.backoff.asked(self.clock.now(), fault.retry_after, 1, self.chance)
        self.local.pause(moment(until))
        return until

    def silent(self) -> None:
        """The service gave no answer that helps: runs that nobody asks for by hand leave it alone for a while, each time longer."""
        self.local.went_offline(lambda tries: moment(self.backoff.until(self.clock.now(), tries, self.chance)))

    def now(self) -> str:
        """The present moment as it is kept."""
        return moment(self.clock.now())


def moment(time: datetime) -> str:
    """``time`` as it is kept: sorts as text."""
    return time.isoformat(timespec="milliseconds")
