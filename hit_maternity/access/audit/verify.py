"""Whether the access log is as it was written: what is wrong, and where."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from hit_maternity.access.audit.chain import Body, Head, body_of, digest, origin
from hit_maternity.access.audit.keys import Keys
from hit_maternity.store.accesses import Access


class Rows(Protocol):
    """The access log as it is read: ``store.access_rows.AccessRows``."""

    def heads(self) -> dict[str, tuple[int, bytes]]: ...

    def row(self, chain: str, seq: int) -> Access | None: ...

    def after(self, chain: str, seq: int, count: int = 500) -> list[Access]: ...


class Finding(NamedTuple):
    """What is wrong with rows ``first`` to ``last`` of a chain. ``kind``: ``changed``, ``missing``, ``cut``, ``chain-missing``,
    ``foreign-key``, ``beginning``, ``after-end``."""

    kind: str
    chain: str
    first: int
    last: int

    def told(self) -> str:
        """The finding in a sentence."""
        rows = f"row {self.first}" if self.first == self.last else f"rows {self.first} to {self.last}"
        return f"chain {_shown(self.chain)}, {rows}: {_WORDS[self.kind]}"


_WORDS = {
    "changed": "not what was written: changed, moved or put in",
    "missing": "taken out",
    "cut": "cut off the end: others have seen this row",
    "chain-missing": "the whole chain is gone: others have seen it",
    "foreign-key": "made with another key than this server's (see HIT_KEY_FILE)",
    "beginning": "does not begin a chain of this name",
    "after-end": "written after the end of the chain",
}
_CHAIN = re.compile(r"[0-9a-f-]{1,64}")


def _shown(chain: str) -> str:
    return chain if _CHAIN.fullmatch(chain) else "of a name that none of ours has"


@dataclass(slots=True)
class Verified:
    """What ``verify`` found. ``open``: chains without a last row, of processes that run or didn't end in good order."""

    chains: int = 0
    rows: int = 0
    open: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether every row is there as it was written, as far as can be told."""
        return not self.findings


#: A row that somebody has seen: chain, number, digest.
Seen = tuple[str, int, bytes]


def verify(rows: Rows, keys: Keys, witnesses: Iterable[Seen] = (), told: Callable[[int], None] = lambda rows: None) -> Verified:
    """Reads the whole log. ``witnesses``: rows as they were seen elsewhere, such as in an export; ``told`` is told of progress.

    Found is every row that was changed, moved, put in or taken out; a tail that was cut off, and a chain that is gone, where a later row,
    another chain or a witness has seen them. What nobody has seen since can't be missed: that is what exports are for.
    Servers may write meanwhile.
    """
    result = Verified()
    seen: dict[tuple[str, int], bytes] = {(chain, seq): hash for chain, seq, hash in witnesses}
    good: dict[str, int] = {}  # the last row of each chain that was walked
    for chain in sorted(rows.heads()):
        walk = _Walk(chain, keys)
        for row in _all(rows, chain):
            body = walk.step(row)
            for other, (seq, text) in (body.heads or {}).items():
                seen.setdefault((other, seq), _bytes(text))
            result.rows += 1
            told(result.rows)
        if not walk.walked:
            walk.findings.append(Finding("changed", chain, 0, 0))
        result.chains += 1
        result.open += not walk.ended
        result.findings += walk.findings
        good[chain] = walk.head.seq
    result.findings += _unseen(rows, seen, good, result.findings)
    return result


def _all(rows: Rows, chain: str) -> Iterator[Access]:
    seq = -(2**63)
    while page := rows.after(chain, seq):
        yield from page
        if page[-1].seq <= seq:  # a number that is none, put in by somebody
            return
        seq = page[-1].seq


class _Walk:
    """One chain, row by row. After a row that doesn't fit it goes on from what that row says of itself, so that a change is told once."""

    def __init__(self, chain: str, keys: Keys) -> None:
        self.chain = chain
        self.keys = keys
        self.head = origin(keys.chain, chain)
        self.findings: list[Finding] = []
        self.ended = False
        self.walked = False
        self._foreign = False

    def step(self, row: Access) -> Body:
        """Takes the next row; what it tells, or nothing where it isn't as it was written."""
        self.walked = True
        if row.seq < 1:  # no row of ours; those that are go on as if it weren't there
            self._find("changed", row.seq, row.seq)
            return Body()
        missing = row.seq - self.head.seq - 1
        if missing > 0:
            self._find("missing", self.head.seq + 1, row.seq - 1)
        fits = hmac.compare_digest(digest(self.keys.chain, self.head.hash, row), row.hash)
        body = body_of(row)
        if not missing and not fits:
            self._unfit(row, body)
        elif self.ended:
            self._find("after-end", row.seq, row.seq)
        elif row.seq == 1 and (body.chain or {}).get("name") != self.chain:
            self._find("beginning", 1, 1)
        self.head = Head(row.seq, row.hash)
        self.ended = self.ended or (fits and body.end is not None)
        return body if fits else Body()

    def _unfit(self, row: Access, body: Body) -> None:
        made_with = (body.chain or {}).get("key")
        self._foreign = self._foreign or (row.seq == 1 and made_with not in (None, self.keys.mark))
        self._find("foreign-key" if self._foreign else "changed", row.seq, row.seq)

    def _find(self, kind: str, first: int, last: int) -> None:
        before = self.findings[-1] if self.findings else None
        if before and before.kind == kind and before.last == first - 1:
            self.findings[-1] = before._replace(last=last)
        else:
            self.findings.append(Finding(kind, self.chain, first, last))


def _unseen(rows: Rows, seen: dict[tuple[str, int], bytes], good: dict[str, int], known: list[Finding]) -> Iterator[Finding]:
    """What others have seen and is not there, or not as they saw it; what is ``known`` already isn't told again."""
    told = {(f.chain, seq) for f in known for seq in (f.first, f.last)}
    gaps = [f for f in known if f.kind == "missing"]
    lost: dict[str, list[int]] = {}
    for (chain, seq), hash in sorted(seen.items()):
        row = rows.row(chain, seq)
        if row is None:
            lost.setdefault(chain, []).append(seq)
        elif not hmac.compare_digest(row.hash, hash) and (chain, seq) not in told:
            yield Finding("changed", chain, seq, seq)
    for chain, missing in lost.items():
        if chain not in good:
            yield Finding("chain-missing", chain, 1, missing[-1])
        else:
            cut = [seq for seq in missing if not any(f.chain == chain and f.first <= seq <= f.last for f in gaps)]
            if cut:
                yield Finding("cut", chain, min(good[chain] + 1, cut[0]), cut[-1])


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
