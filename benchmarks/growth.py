"""How the sorted search fares as data grows: its median time with few and with many Observations, in one run.

    python benchmarks/growth.py [--small 6000] [--large 600000]

The number of patients stays, so that each has a hundred times as many. Filling takes some minutes.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile

from client import Target
from servers import ours
from workload import Workload


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--small", type=int, default=6_000)
    options.add_argument("--large", type=int, default=600_000)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, ours(f"sqlite:///{folder}/ours.db") as (base, _process):
        workload = Workload(Target(base))
        workload.prepare()
        medians = []
        for size in (chosen.small, chosen.large):
            workload.fill(size)
            runs = [workload.run("search", 2000, 1) for _ in range(5)]
            medians.append(statistics.median(r.median for r in runs))
            print(f"{size:9,} Observations: median {medians[-1]:.2f} ms, p99 {statistics.median(r.p99 for r in runs):.2f} ms", flush=True)
        print(f"growth: {medians[1] / medians[0]:.2f} times")


if __name__ == "__main__":
    main()
