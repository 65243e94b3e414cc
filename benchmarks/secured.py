"""What access costs: reads and creates with HelseID token, DPoP proof, attest, consent and access log,
against the ceiling server in one run.

    python benchmarks/secured.py [--connections 16] [--number 1000] [--rounds 3]

Each call has a proof of its own, made just before its run; each of the women a token whose attest is for her. Only the shares of the
ceiling mean anything on another machine. Load generator, ceiling and server share its cores.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from client import Run, Target
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm
from servers import ceiling, free_port, running, sys
from workload import PATIENTS, Workload, observation, patient

from hit_maternity.clock import SystemClock
from hit_maternity.simulators.helseid import attest
from hit_maternity.simulators.helseid.keys import Keys
from hit_maternity.simulators.helseid.minting import (
    ATTEST,
    access_claims,
    bound_to,
    client_claims,
    mint,
    organisation_of,
    proof,
    user_claims,
)
from hit_maternity.simulators.helseid.register import packaged
from hit_maternity.store.people import People, Standing
from hit_maternity.store.repository import Store
from hit_maternity.store.schema import upgrade
from hit_maternity.store.sqlite import SqliteDatabase

#: Calls of one run: their proofs are made before it, and good for seconds.
BATCH = 250
ROLE = quote(json.dumps({"system": "urn:oid:2.16.578.1.12.4.1.1.9060", "code": "JO"}))


@dataclass(slots=True)
class Caller:
    """A midwife with a token for each woman."""

    base: str
    key: dict[str, Any]
    tokens: list[str]

    def head(self, method: str, path: str, woman: int) -> str:
        """The headers of one call: the token, and a proof for this call alone."""
        token = self.tokens[woman]
        made = proof(self.key, method, f"{self.base}{path}", datetime.now(UTC), token=token)
        return f"Authorization: DPoP {token}\r\nDPoP: {made}\r\nnhn-user-role: {ROLE}\r\nnhn-source-system: bench 1\r\n"


def caller(base: str, folder: Path) -> Caller:
    """A caller whom the server at ``base`` trusts, since its issuer's keys are in ``folder``."""
    register = packaged()
    midwife = next(p for p in register.practitioners if any(a.profession == "JO" for a in p.approvals))
    place = register.organisations[0]
    keys = Keys.load_or_make(folder / "helseid", SystemClock())
    key = json.loads(ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1())))
    issuer = f"{base.removesuffix('/fhir')}/sts"
    tokens = []
    for woman in range(PATIENTS):
        now = datetime.now(UTC)
        claims = access_claims(issuer, "nhn:maternity-record", ["nhn:maternity-record/api"], now)
        claims |= client_claims("bench", **organisation_of(place)) | user_claims(midwife, "bench", keys.salt, logged_in=now) | bound_to(key)
        claims[ATTEST] = attest.completed(attest.usual(midwife, place, f"decision-{woman}", role="JO"), midwife, register)
        tokens.append(mint(claims, key=keys.current))
    return Caller(base, key, tokens)


def secured(raw: bytes, head: str) -> bytes:
    """A request with these headers in it."""
    first, _, rest = raw.partition(b"\r\n")
    return first + b"\r\n" + head.encode() + rest


def ours(folder: str, number: int, connections: int) -> dict[str, float]:
    """Calls a second of the secured server, by scenario."""
    port = free_port()
    base = f"http://127.0.0.1:{port}/fhir"
    database = SqliteDatabase(Path(folder) / "ours.db")
    upgrade(database)
    ids = [f"woman-{n}" for n in range(PATIENTS)]
    for id in ids:
        People(database).put(id, Standing(consent=True), datetime.now(UTC))
    Store(database).close()
    environment = {
        "HIT_DATABASE_URL": f"sqlite:///{folder}/ours.db", "HIT_ACCESS": "helseid", "HIT_SIMULATORS": "true", "HIT_LIMIT_CLIENT": "0",
        "HIT_LIMIT_ORGANISATION": "0", "HIT_SIMULATOR_FOLDER": f"{folder}/sts", "HIT_PORT": str(port),
    }  # fmt: skip
    command = [sys.executable, "-m", "hit_maternity", "serve"]
    with running(command, environment, f"http://127.0.0.1:{port}/health/ready"):
        who, target, work = caller(base, Path(folder) / "sts"), Target(base), Workload(Target(base))
        made = []
        for n, id in enumerate(ids):
            raw = target.call("PUT", f"/Patient/{id}", {**patient(n), "id": id})
            made.append(secured(raw, who.head("PUT", f"/Patient/{id}", n)))
        asyncio.run(target.run(made, 1))

        def created() -> Run:
            women = [work.chance.randrange(PATIENTS) for _ in range(BATCH)]
            raw = [target.call("POST", "/Observation", observation(work.chance, ids[n])) for n in women]
            return asyncio.run(
                target.run([secured(r, who.head("POST", "/Observation", n)) for r, n in zip(raw, women, strict=True)], connections)
            )

        def read(known: list[tuple[str, int]]) -> Run:
            calls = [secured(target.call("GET", f"/Observation/{id}"), who.head("GET", f"/Observation/{id}", n)) for id, n in known]
            return asyncio.run(target.run(calls, connections))

        rates: dict[str, list[float]] = {"create": [], "read": []}
        for _ in range(max(3, number // BATCH)):
            run = created()
            rates["create"].append(run.rate)
            found = [json.loads(a.body) for a in run.answers]
            rates["read"].append(read([(r["id"], int(r["subject"]["reference"].rpartition("-")[2])) for r in found]).rate)
    return {name: statistics.median(values) for name, values in rates.items()}


def top(folder: str, number: int, connections: int) -> dict[str, float]:
    """The same of the ceiling server."""
    with ceiling(folder) as base:
        workload = Workload(Target(base), "/")
        workload.prepare()
        return {s: statistics.median(workload.run(s, number, connections).rate for _ in range(3)) for s in ("create", "read")}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--connections", type=int, default=16)
    options.add_argument("--number", type=int, default=1000)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    shares: dict[str, list[float]] = {"create": [], "read": []}
    for _ in range(chosen.rounds):
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            most = top(folder, chosen.number, chosen.connections)
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            own = ours(folder, chosen.number, chosen.connections)
        for name in shares:
            shares[name].append(own[name] / most[name])
            print(f"{name:8} ceiling {most[name]:9.1f}/s  ours {own[name]:9.1f}/s  {shares[name][-1]:.2f}", flush=True)
    print("share of the ceiling, median: " + ", ".join(f"{s} {statistics.median(v):.2f}" for s, v in shares.items()))


if __name__ == "__main__":
    main()
