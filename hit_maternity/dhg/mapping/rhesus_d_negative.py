"""``rhesusDNegative``: consent to typing of the fetus, its type, and anti-D in the pregnancy. Source: public client.

That the woman is RhD negative isn't asked for: whether the national server demands it is unknown.
"""

from __future__ import annotations

from hit_maternity.dhg.mapping.facts import Table, note
from hit_maternity.dhg.mapping.fetal_type import FetalType
from hit_maternity.dhg.mapping.rhesus_chain import AntiD, TypingConsent

PART = Table(
    "rhesusDNegative",
    (TypingConsent(), FetalType(), AntiD(), note("rhesus-d-negative", text="Merknad til RhD-negativ gravid")),
)
