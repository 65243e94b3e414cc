"""How long a warm start takes until the server is ready, and how much memory it then holds.

    python benchmarks/start.py [--runs 5]

The database is there and migrated; memory is the resident set of the process tree, at start and after a little work (Linux).
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from client import Target
from servers import ours
from workload import Workload


def resident(pid: int) -> float:
    """MB of the process and its children."""
    own = sum(int(line.split()[1]) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return own / 1024 + sum(resident(int(child)) for child in children)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", type=int, default=5)
    chosen = options.parse_args()
    seconds, first, worked = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/ours.db"
        with ours(url):
            pass
        for _ in range(chosen.runs):
            begun = time.perf_counter()
            with ours(url) as (base, process):
                seconds.append(time.perf_counter() - begun)
                first.append(resident(process.pid))
                workload = Workload(Target(base))
                workload.prepare()
                for scenario in ("create", "read", "search", "transaction"):
                    workload.run(scenario, 600, 4)
                worked.append(resident(process.pid))
    print(
        f"ready after {statistics.median(seconds):.2f} s, {statistics.median(first):.0f} MB; after work {statistics.median(worked):.0f} MB"
    )


if __name__ == "__main__":
    main()
