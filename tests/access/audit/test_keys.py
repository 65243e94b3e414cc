"""What is sealed beside an event."""

from __future__ import annotations

import pytest

from hit_maternity.access.audit.keys import Keys, Vault
from hit_maternity.fhir.outcome import FhirError


def test_what_was_sealed_opens_for_its_event_with_its_key():
    vault = Vault(Keys.of(b"s" * 32).seal)
    sealed = vault.close("e1", b'{"pid":"12847199995"}').decode()
    assert "12847199995" not in sealed
    assert vault.open("e1", sealed) == {"pid": "12847199995"}
    assert vault.close("e1", b'{"pid":"12847199995"}').decode() != sealed


@pytest.mark.parametrize("change", ["event", "key", "byte", "text"])
def test_nothing_else_opens_it(change: str):
    vault = Vault(Keys.of(b"s" * 32).seal)
    sealed = vault.close("e1", b'{"pid":"12847199995"}').decode()
    other = "A" if sealed[20] != "A" else "B"
    asked = {
        "event": (vault, "e2", sealed),
        "key": (Vault(Keys.of(b"t" * 32).seal), "e1", sealed),
        "byte": (vault, "e1", sealed[:20] + other + sealed[21:]),
        "text": (vault, "e1", "not base64!"),
    }
    with pytest.raises(FhirError) as refused:
        asked[change][0].open(*asked[change][1:])
    assert refused.value.issues[0].rule == "seal-broken"
    assert "12847199995" not in str(refused.value)


def test_each_purpose_has_a_key_of_its_own_that_is_not_told():
    keys = Keys.of(b"s" * 32)
    assert len({keys.chain, keys.seal, b"s" * 32}) == 3
    assert repr(keys) == f"Keys(mark='{keys.mark}')"
    assert bytes.fromhex(keys.mark) not in keys.chain + keys.seal
