"""The server's own key: made once, the same for all, readable by its user alone."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from hit_maternity.secret import LENGTH, KeyFileError, key_from


def test_the_first_call_makes_the_key_and_later_ones_read_it(tmp_path: Path):
    path = tmp_path / "var" / "hit.key"
    key = key_from(path)
    assert len(key) == LENGTH
    assert key_from(path) == key
    assert key_from(tmp_path / "other.key") != key
    assert [p.name for p in path.parent.iterdir()] == ["hit.key"], "nothing is left lying about"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_nobody_else_may_read_it(tmp_path: Path):
    key_from(tmp_path / "hit.key")
    assert stat.S_IMODE((tmp_path / "hit.key").stat().st_mode) == 0o600


def test_processes_that_start_at_once_get_the_same_key(tmp_path: Path):
    code = "import sys; from pathlib import Path; from hit_maternity.secret import key_from; print(key_from(Path(sys.argv[1])).hex())"
    started = [subprocess.Popen([sys.executable, "-c", code, tmp_path / "hit.key"], stdout=subprocess.PIPE, text=True) for _ in range(6)]
    keys = {process.communicate(timeout=60)[0].strip() for process in started}
    assert keys == {key_from(tmp_path / "hit.key").hex()}


@pytest.mark.parametrize("content", [b"", b"short", b"x" * (LENGTH + 1)])
def test_a_file_that_holds_no_key_is_refused_and_not_overwritten(tmp_path: Path, content: bytes):
    path = tmp_path / "hit.key"
    path.write_bytes(content)
    with pytest.raises(KeyFileError, match=r"hit\.key does not hold a key"):
        key_from(path)
    assert path.read_bytes() == content


def test_a_place_that_cannot_be_written_is_told_with_the_variable_that_changes_it(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(KeyFileError, match="HIT_KEY_FILE"):
        key_from(tmp_path / "file" / "hit.key")
