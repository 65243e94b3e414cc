"""The operations of the maternity record, for ``Server.operations``. One file an operation; this is their register."""

from hit_maternity.fhir.operations.model import Operation
from hit_maternity.maternity.operations.document import DOCUMENT
from hit_maternity.maternity.operations.gestational_age import GESTATIONAL_AGE
from hit_maternity.maternity.operations.helsekort import HELSEKORT
from hit_maternity.maternity.operations.summary import SUMMARY
from hit_maternity.maternity.operations.timeline import TIMELINE

MATERNITY_OPERATIONS: tuple[Operation, ...] = (HELSEKORT, TIMELINE, GESTATIONAL_AGE, DOCUMENT, SUMMARY)

__all__ = ["MATERNITY_OPERATIONS"]
