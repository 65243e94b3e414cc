"""FHIR search without SQL: what a search means, and the index rows that answer it. ``Search`` is the door."""

from hit_maternity.fhir.search.service import Search
from hit_maternity.fhir.search.timeline import TIMELINES, Timeline

__all__ = ["TIMELINES", "Search", "Timeline"]
