"""Whether a call that failed is made again, and what is raised where it isn't."""

from __future__ import annotations

from typing import NoReturn

from hit_maternity.client.clock import Clock
from hit_maternity.client.errors import TooManyCalls, Unreachable
from hit_maternity.client.proofs import origin_of
from hit_maternity.client.retries import TRANSIENT, Retries, retry_after
from hit_maternity.client.wire import Answer, Failure, Result


def failed(result: Result) -> bool:
    """Whether there is no answer, or one that means "later perhaps"."""
    return not isinstance(result, Answer) or result.status in TRANSIENT


def wait_for(result: Result, made: int, again: bool, retries: Retries, clock: Clock) -> float | None:
    """Seconds until the call is made again; None where it isn't. ``made``: how often it was made; ``again``: whether it may be made again
    though it may have arrived. What was never sent may always be."""
    if isinstance(result, Answer):
        return retries.wait(made, retry_after(result.headers.get("retry-after"), clock)) if again else None
    return retries.wait(made, None) if again or (isinstance(result, Failure) and not result.sent) else None


def give_up(result: Result, url: str, clock: Clock) -> NoReturn:
    """Raises ``TooManyCalls`` or ``Unreachable``."""
    where = origin_of(url)
    if isinstance(result, Answer):
        if result.status == 429:
            raise TooManyCalls(retry_after(result.headers.get("retry-after"), clock))
        raise Unreachable(f"{where} is not available (HTTP {result.status}).", sent=True)
    assert isinstance(result, Failure)
    arrived = "the request may have arrived" if result.sent else "nothing was sent"
    raise Unreachable(f"{where} did not answer ({result.kind}); {arrived}.", sent=result.sent)
