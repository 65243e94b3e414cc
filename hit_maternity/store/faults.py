"""Faults of the database as refusals of the request; what a client did not cause and can't mend is a 503 or 507."""

from __future__ import annotations

from hit_maternity.fhir.outcome import FhirError, refuse


def version_conflict() -> FhirError:
    """Another writer was first."""
    text = "Another request changed this resource at the same time; read it again and repeat the change."
    return refuse(409, "conflict", "version-conflict", text)


def proof_replayed() -> FhirError:
    """A proof of possession that was used before."""
    return refuse(401, "security", "proof-replayed", "The DPoP proof was used before. Make a new proof for each request.")


def try_again() -> FhirError:
    """Two transactions got in each other's way; nothing was changed."""
    text = "Another request worked on the same resources at the same time; nothing was changed, send the request again."
    return refuse(409, "transient", "transaction-conflict", text, Retry_After="1")


def undone() -> FhirError:
    """The database gave up a transaction that others took part in, because of what befell one of them."""
    text = "The database undid this together with what was to be stored at the same time; nothing was changed, send the request again."
    return refuse(503, "transient", "database-undone", text, Retry_After="1")


def busy() -> FhirError:
    """No connection or no lock within the time allowed."""
    text = "The database is busy; nothing was changed, send the request again in a moment."
    return refuse(503, "transient", "database-busy", text, Retry_After="1")


def too_slow() -> FhirError:
    """The database gave a statement up."""
    text = "The search took longer than allowed; narrow it with another parameter."
    return refuse(503, "timeout", "database-timeout", text, Retry_After="5")


def unreachable() -> FhirError:
    """No database, or the connection broke."""
    text = "The database can't be reached at the moment; send the request again later."
    return refuse(503, "transient", "database-unreachable", text, Retry_After="5")


def full() -> FhirError:
    """No room, or not writable."""
    text = "The database can't store any more (its disk is full or it is read-only); nothing was changed. The operator has to mend it."
    return refuse(507, "no-store", "database-full", text)


def text_refused() -> FhirError:
    """A text that a database can't hold."""
    text = "A text holds a character that can't be stored or searched (U+0000 or half of a surrogate pair); leave it out."
    return refuse(400, "value", "text-not-storable", text)
