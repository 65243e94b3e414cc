"""The rules between resources of the card: what may be written to a record by its state, and what can't be true together.

Errors undo the transaction, warnings inform; what is not known is never taken for a no. The rule ids stand in the docstrings of the
functions that tell them, one file a subject.
"""

from hit_maternity.maternity.rules.maternity import MaternityRules

__all__ = ["MaternityRules"]
