"""The national JSON door with access on: GET /status as a share of the ceiling server's read, GET /record/{id} of a whole pregnancy in
milliseconds of the server's own time.

    python benchmarks/dhg.py [--connections 16] [--number 1000] [--rounds 3]

Each call has a proof of its own, made just before its run. The record is the one of the example ``normal``. Only the share means anything
on another machine; load generator, ceiling and server share its cores.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from client import Target
from secured import BATCH, ROLE, caller, secured
from secured import top as ceiling_rates
from servers import free_port, running, sys

from hit_maternity.app import House
from hit_maternity.fhir.json import encode
from hit_maternity.fhir.rest.dispatch import handle
from hit_maternity.fhir.rest.exchange import Request
from hit_maternity.settings import Settings
from hit_maternity.simulators.helseid.minting import proof
from hit_maternity.store.spaces import DEFAULT
from hit_maternity.testbed.people import pregnancies

API = "/api/maternity-record/v1"


def load(settings: Settings) -> tuple[str, str]:
    """Puts the pregnancy in, with her consent; her national id and the id of the record."""
    house = House(settings)
    server, store = house.inside(DEFAULT), house.spaces.open(DEFAULT)
    assert server is not None and store is not None
    bundle = next(p for p in pregnancies() if p.name == "normal").bundle()
    told = handle(server, Request("POST", [], "", {"content-type": "application/fhir+json"}, encode(bundle), "http://x/fhir"))
    assert told.status == 200
    resources = {r["id"]: r for r in (entry["resource"] for entry in bundle["entry"])}
    pid = resources["normal-mother"]["identifier"][0]["value"]
    house.consents(store, DEFAULT).give(pid)
    house.close()
    return pid, resources["normal-pregnancy"]["identifier"][0]["value"]


def ours(folder: str, number: int, connections: int) -> tuple[float, float]:
    """Calls of /status a second, and the median milliseconds of a call of /record/{id}, one after another."""
    port = free_port()
    root = f"http://127.0.0.1:{port}"
    values: dict[str, Any] = {
        "database_url": f"sqlite:///{folder}/ours.db", "simulators": True, "simulator_folder": f"{folder}/sts", "limit_client": 0,
        "limit_organisation": 0, "port": port, "attest": "optional", "key_file": f"{folder}/hit.key",
    }  # fmt: skip
    pid, record = load(Settings.from_environment(**values))
    environment = {f"HIT_{name.upper()}": str(value).lower() if value is True else str(value) for name, value in values.items()}
    with running([sys.executable, "-m", "hit_maternity", "serve"], environment, f"{root}/health/ready"):
        who, target = caller(f"{root}/fhir", Path(folder) / "sts"), Target(root)

        def calls(path: str, count: int) -> list[bytes]:
            token = who.tokens[0]
            made = []
            for _ in range(count):
                shown = proof(who.key, "GET", f"{root}{API}{path}", datetime.now(UTC), token=token)
                head = f"Authorization: DPoP {token}\r\nDPoP: {shown}\r\nnhn-user-role: {ROLE}\r\nnhn-source-system: bench 1\r\n"
                made.append(secured(target.call("GET", f"{API}{path}"), f"{head}nhn-patient-nin: {pid}\r\n"))
            return made

        rates, taken = [], []
        for _ in range(max(3, number // BATCH)):
            run = asyncio.run(target.run(calls("/status", BATCH), connections))
            assert all(json.loads(answer.body)["hasGivenConsent"] for answer in run.answers)
            rates.append(run.rate)
        for _ in range(3):
            run = asyncio.run(target.run(calls(f"/record/{record}", 40), 1))
            assert all(len(answer.body) > 5000 for answer in run.answers)
            taken.append(1000 / run.rate)
    return statistics.median(rates), min(taken)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--connections", type=int, default=16)
    options.add_argument("--number", type=int, default=1000)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    shares = []
    for _ in range(chosen.rounds):
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            most = ceiling_rates(folder, chosen.number, chosen.connections)["read"]
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            rate, milliseconds = ours(folder, chosen.number, chosen.connections)
        shares.append(rate / most)
        print(f"status   ceiling {most:9.1f}/s  ours {rate:9.1f}/s  {shares[-1]:.2f}   record {milliseconds:.1f} ms", flush=True)
    print(f"share of the ceiling's read, median: status {statistics.median(shares):.2f}")


if __name__ == "__main__":
    main()
