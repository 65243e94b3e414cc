"""The access log as NDJSON."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest

from hit_maternity.access.audit.chain import canonical, origin
from hit_maternity.access.audit.export import lines, witnesses
from hit_maternity.access.audit.keys import Keys
from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.ports import Intent

KEYS = Keys.of(b"s" * 32)


@pytest.fixture
def filled(audit, opened, made):
    """Six reads by two processes in turn, of two patients; the moments of each."""
    both = [audit, opened()]
    for n in range(6):
        whose = "kari" if n % 3 else "anne"
        both[n % 2].tracing.read(made.midwife(), Intent("read", "Observation", f"o{n}"), (made.version(id=f"o{n}", patient=whose),), whose)
    return audit


def read(lines) -> list[str]:
    """The resource that each event is about."""
    return [json.loads(line)["entity"][1]["what"]["reference"].split("/")[1] for line in lines]


def test_events_come_in_the_order_of_time_whatever_process_wrote_them(filled, faults):
    exported = list(lines(filled.rows))
    assert read(exported) == ["o0", "o1", "o2", "o3", "o4", "o5"]
    assert all(line.count(b"\n") == 1 and line.endswith(b"\n") for line in exported)
    assert all(faults(json.loads(line)) == [] for line in exported)
    assert b"sealed" not in b"".join(exported)


def test_a_period_begins_with_its_first_moment_and_ends_before_its_last(filled):
    times = [row.at for row in filled.rows.between() if row.patient]
    assert read(lines(filled.rows, since=times[2])) == ["o2", "o3", "o4", "o5"]
    assert read(lines(filled.rows, until=times[2])) == ["o0", "o1"]
    assert read(lines(filled.rows, since=times[1], until=times[3])) == ["o1", "o2"]


def test_one_patients_events_alone(filled):
    assert read(lines(filled.rows, patient="anne")) == ["o0", "o3"]
    times = [row.at for row in filled.rows.between() if row.patient]
    assert read(lines(filled.rows, patient="kari", since=times[2])) == ["o2", "o4", "o5"]
    assert list(lines(filled.rows, patient="nobody")) == []


def test_a_file_of_rows_holds_all_that_their_digests_are_of(filled):
    exported = [json.loads(line) for line in lines(filled.rows, "rows")]
    assert len(exported) == 6 + 2
    heads = {row["chain"]: origin(KEYS.chain, row["chain"]).hash for row in exported}
    stored = {(row.chain, row.seq): row for row in filled.rows.between()}
    for row in exported:
        at = stored[row["chain"], row["seq"]].at
        assert at.timestamp() * 1000 == row["at"]
        held = canonical(row["chain"], row["seq"], at, row["patient"], row["body"].encode())
        heads[row["chain"]] = hmac.new(KEYS.chain, heads[row["chain"]] + held, hashlib.sha256).digest()
        assert heads[row["chain"]].hex() == row["hash"]
        assert "12847199995" not in row["body"]


def test_witnesses_are_read_from_a_file_of_rows(filled):
    found = list(witnesses([*lines(filled.rows, "rows"), b"\n"]))
    assert found == [(row.chain, row.seq, row.hash) for row in filled.rows.between()]


@pytest.mark.parametrize(
    "line", [b"{}", b"nonsense", b'{"resourceType":"AuditEvent"}', b'{"chain":"c","seq":1,"at":0,"patient":null,"hash":"xy"}']
)
def test_a_line_that_is_no_row_is_told_with_its_number(line):
    with pytest.raises(FhirError) as refused:
        list(witnesses([b"\n", line]))
    assert refused.value.issues[0].rule == "witness-unreadable" and "Line 2" in refused.value.issues[0].text
