"""A small reference EHR: a record of its own in SQLite, synchronised with the national maternity record through the vendors' SDK."""
