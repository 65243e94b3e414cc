"""A process that is killed anywhere between what it notes and what it sends: nothing is lost, and nothing is done twice."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ehr.conftest import NIN, Ehr, MovedClock, make_ehr
from tests.ehr.national import Service, World

ROOT = Path(__file__).parents[2]
VISIT = {"appointmentDate": "2026-03-01", "motherWeight": 72}

CHILD = """
import os, pickle, signal, sys
sys.path.insert(0, sys.argv[4])
from pathlib import Path
from tests.ehr.conftest import MovedClock, make_ehr
from tests.ehr.national import One, Service

folder, fatal, when = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
world = pickle.loads((folder / "world").read_bytes())

def dying(self, name, work, alive=One._call):
    if name == fatal and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    answer = alive(self, name, work)
    (folder / "world").write_bytes(pickle.dumps(world))
    if name == fatal and when == "after":
        os.kill(os.getpid(), signal.SIGKILL)
    return answer

One._call = dying
make_ehr(folder, Service(world, "310000001", "9000001"), MovedClock()).run()
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("call", ["status", "create_record", "record", "create", "update", "update_item", "delete_item", "update_status"])
def test_a_process_that_is_killed_at_a_call_neither_loses_nor_doubles_anything(tmp_path: Path, call: str, when: str) -> None:
    world = World()
    ehr = _made(tmp_path, world)
    if call != "create_record":
        ehr.desk.write(1, "mother", {"name": "A"})
        for _ in range(2):
            ehr.desk.add_item(1, "antenatalAppointments", VISIT)
        assert ehr.run().complete
        ehr.desk.write(1, "mother", {"name": "B"})
        ehr.desk.change_item(ehr.part("antenatalAppointments", 0).id, {"edema": 1})
        ehr.desk.remove_item(ehr.part("antenatalAppointments", 1).id)
        ehr.desk.add_item(1, "antenatalAppointments", VISIT)
        ehr.desk.end(1, deliveryDate="2026-03-02", liveBirth=True)
    else:
        ehr.desk.add_item(1, "antenatalAppointments", VISIT)
    entered = ehr.content()
    ehr.local.close()

    (tmp_path / "world").write_bytes(pickle.dumps(world))
    command = [sys.executable, "-c", CHILD, str(tmp_path), call, when, str(ROOT)]
    assert subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONUTF8": "1"}).returncode == -signal.SIGKILL
    world = pickle.loads((tmp_path / "world").read_bytes())

    ehr = make_ehr(tmp_path, Service(world, "310000001", "9000001"), MovedClock())
    assert ehr.run().complete
    (record,) = world.woman(NIN).records
    items = record.items["antenatalAppointments"].values()
    assert sorted(len(it.versions) for it in items) == ([1] if call == "create_record" else [1, 2, 2])
    assert record.content() == ehr.content()
    assert sorted(map(str, record.content()["antenatalAppointments"].values())) == sorted(
        map(str, entered["antenatalAppointments"].values())  # type: ignore[attr-defined]  # dicts, as conftest makes them
    )
    if call != "create_record":
        assert len(record.single["mother"].versions) == 2 and record.versions == 2
    ehr.local.close()


def test_the_lock_of_a_process_that_was_killed_is_free(tmp_path: Path) -> None:
    held = "import sys; sys.path.insert(0, sys.argv[2])\nfrom pathlib import Path\nfrom hit_maternity.ehr.lock import alone\n"
    held += "with alone(Path(sys.argv[1])):\n    print('held', flush=True)\n    sys.stdin.read()"
    command = [sys.executable, "-c", held, str(tmp_path / "sync.lock"), str(ROOT)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None and child.stdout.readline() == "held\n"
        from hit_maternity.ehr.lock import Busy, alone

        with pytest.raises(Busy), alone(tmp_path / "sync.lock"):
            pass
        child.kill()
        child.wait()
        with alone(tmp_path / "sync.lock"):
            pass


def _made(folder: Path, world: World) -> Ehr:
    ehr = make_ehr(folder, Service(world, "310000001", "9000001"), MovedClock())
    ehr.desk.add_patient(NIN, "IN")
    ehr.desk.open(1)
    return ehr
