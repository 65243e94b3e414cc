"""``CodeAndSystem``: which code systems and codes are taken where, from files that can be replaced."""

from hit_maternity.dhg.codes.codes import Codes, Filled
from hit_maternity.dhg.codes.system import CodesError, System

__all__ = ["Codes", "CodesError", "Filled", "System"]
