"""Which addresses are this machine's own."""

from __future__ import annotations

import pytest

from hit_maternity.door.loopback import is_loopback


@pytest.mark.parametrize("host", ["127.0.0.1", "127.255.255.254", "::1", "[::1]", "localhost", "LOCALHOST", "::ffff:127.0.0.1"])
def test_these_are(host: str):
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.1", "10.0.0.1", "localhost.example.no", "example.no", "", "::ffff:10.0.0.1"])
def test_these_are_not(host: str):
    assert not is_loopback(host)
