"""The bodies of the national record: what they may hold, checked with every fault at once, and described for OpenAPI."""

from hit_maternity.dhg.models.checking import check, normal
from hit_maternity.dhg.models.faults import Checked, Fault
from hit_maternity.dhg.models.schemas import schemas
from hit_maternity.dhg.models.types import LISTS, TYPES

__all__ = ["LISTS", "TYPES", "Checked", "Fault", "check", "normal", "schemas"]
