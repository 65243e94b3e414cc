"""Synthetic women and their pregnancies: each a story in TOML, and what becomes of it as FHIR.

A story is told once, in ``stories/``; the builders, one for a section of the card, write it as resources in order of time.
Nobody in them lives or ever did: national ids carry month + 80, as those of the tax administration's test population do.
"""

from hit_maternity.testbed.people.catalogue import Pregnancy, pregnancies

__all__ = ["Pregnancy", "pregnancies"]
