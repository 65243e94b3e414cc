"""The card, read: one pregnancy's resources collected, put in their sections, and understood as the domain's plain values."""

from hit_maternity.maternity.card.collect import Card, collect
from hit_maternity.maternity.card.facts import facts_of
from hit_maternity.maternity.card.sections import Section, main_sections, section_of, sections

__all__ = ["Card", "Section", "collect", "facts_of", "main_sections", "section_of", "sections"]
