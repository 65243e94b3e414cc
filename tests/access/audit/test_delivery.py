"""Delivery: each row at least once, in the order of its chain, through failures and crashes."""

from __future__ import annotations

import json

import pytest

from hit_maternity.access.audit.delivery import Delivery, FileProgress, FileReceiver
from hit_maternity.access.audit.export import witnesses
from hit_maternity.access.audit.keys import Keys
from hit_maternity.access.audit.verify import verify
from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.ports import Intent


@pytest.fixture
def read(made):
    def run(audit, count):
        for n in range(count):
            audit.tracing.read(made.midwife(), Intent("read", "Observation", f"o{n}"), (), "kari")

    return run


class Receiving:
    """Takes rows, but not when it is told not to."""

    def __init__(self):
        self.rows = []
        self.refuses = False

    def take(self, rows):
        if self.refuses:
            raise ConnectionError
        self.rows += rows


def test_every_round_delivers_what_has_come_since(audit, opened, read, tmp_path):
    receiver = Receiving()
    delivery = Delivery(audit.rows, receiver, FileProgress(tmp_path / "progress"))
    assert delivery.round() == 0
    read(audit, 3)
    assert delivery.round() == 4
    read(audit, 1)
    read(opened(), 2)
    assert delivery.round() == 1 + 3
    assert delivery.round() == 0
    assert sorted((row.chain, row.seq) for row in receiver.rows) == sorted((row.chain, row.seq) for row in audit.rows.between())
    for chain in audit.rows.heads():
        assert [row for row in receiver.rows if row.chain == chain] == audit.rows.after(chain, 0)


def test_what_was_not_taken_comes_again_also_after_a_restart(audit, read, tmp_path):
    receiver = Receiving()
    read(audit, 2)
    receiver.refuses = True
    with pytest.raises(ConnectionError):
        Delivery(audit.rows, receiver, FileProgress(tmp_path / "progress")).round()
    receiver.refuses = False
    assert Delivery(audit.rows, receiver, FileProgress(tmp_path / "progress")).round() == 3
    assert Delivery(audit.rows, receiver, FileProgress(tmp_path / "progress")).round() == 0


def test_a_crash_between_taking_and_noting_delivers_twice_and_loses_nothing(audit, read, tmp_path):
    class Crashing(FileProgress):
        def put(self, delivered):
            raise SystemExit

    receiver = Receiving()
    read(audit, 2)
    with pytest.raises(SystemExit):
        Delivery(audit.rows, receiver, Crashing(tmp_path / "progress")).round()
    Delivery(audit.rows, receiver, FileProgress(tmp_path / "progress")).round()
    assert [row.seq for row in receiver.rows] == [1, 2, 3, 1, 2, 3]


def test_more_than_one_page_is_delivered_in_order(audit, read, tmp_path, monkeypatch):
    monkeypatch.setattr("hit_maternity.access.audit.delivery._MOST", 2)
    receiver = Receiving()
    read(audit, 6)
    assert Delivery(audit.rows, receiver, FileProgress(tmp_path / "progress")).round() == 7
    assert [row.seq for row in receiver.rows] == [1, 2, 3, 4, 5, 6, 7]


def test_a_file_that_rows_were_delivered_to_bears_witness(audit, read, tmp_path, tamper):
    file = tmp_path / "log.ndjson"
    delivery = Delivery(audit.rows, FileReceiver(file), FileProgress(tmp_path / "progress"))
    read(audit, 2)
    delivery.round()
    read(audit, 2)
    delivery.round()
    assert [json.loads(line)["seq"] for line in file.read_bytes().splitlines()] == [1, 2, 3, 4, 5]
    tamper("DELETE FROM audit WHERE seq > 3")
    with file.open("rb") as opened:
        found = verify(audit.rows, Keys.of(b"s" * 32), witnesses(opened)).findings
    assert [(f.kind, f.first, f.last) for f in found] == [("cut", 4, 5)]


def test_a_line_that_a_crash_cut_short_does_not_spoil_the_next(audit, read, tmp_path):
    file = tmp_path / "log.ndjson"
    file.write_bytes(b'{"chain":"c1","se')
    read(audit, 1)
    Delivery(audit.rows, FileReceiver(file), FileProgress(tmp_path / "progress")).round()
    assert [json.loads(line)["seq"] for line in file.read_bytes().splitlines()[1:]] == [1, 2]


def test_a_progress_that_can_not_be_read_is_told(tmp_path):
    (tmp_path / "progress").write_text("[]")
    with pytest.raises(FhirError) as refused:
        FileProgress(tmp_path / "progress").get()
    assert refused.value.issues[0].rule == "progress-unreadable"
