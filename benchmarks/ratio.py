"""Our server against the ceiling server in one run, on SQLite: each scenario's throughput as a share of the ceiling's.

    python benchmarks/ratio.py [--connections 16] [--number 1500] [--rounds 3]

The two are measured in turn, each round on fresh databases; a scenario runs three times in a round and its median counts.
Only the shares mean anything on another machine.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile

from client import Target
from servers import ceiling, ours
from workload import SCENARIOS, Workload


def measure(base: str, root: str, number: int, connections: int) -> dict[str, float]:
    """Calls a second by scenario."""
    workload = Workload(Target(base), root)
    workload.prepare()
    return {s: statistics.median(workload.run(s, number, connections).rate for _ in range(3)) for s in SCENARIOS}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--connections", type=int, default=16)
    options.add_argument("--number", type=int, default=1500)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    shares: dict[str, list[float]] = {s: [] for s in SCENARIOS}
    for _ in range(chosen.rounds):
        with tempfile.TemporaryDirectory() as folder, ceiling(folder) as base:
            top = measure(base, "/", chosen.number, chosen.connections)
        with tempfile.TemporaryDirectory() as folder, ours(f"sqlite:///{folder}/ours.db") as (base, _process):
            own = measure(base, "", chosen.number, chosen.connections)
        for scenario in SCENARIOS:
            shares[scenario].append(own[scenario] / top[scenario])
            print(f"{scenario:12} ceiling {top[scenario]:9.1f}/s  ours {own[scenario]:9.1f}/s  {shares[scenario][-1]:.2f}", flush=True)
    print("share of the ceiling, median: " + ", ".join(f"{s} {statistics.median(v):.2f}" for s, v in shares.items()))


if __name__ == "__main__":
    main()
