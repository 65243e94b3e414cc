"""What an error of the national record means for what was to be sent, and the words for the user. They go to who sits at the EHR, and
nowhere else; of a server's own texts they hold those about faults of a body, in which the SDK masks national ids."""

from __future__ import annotations

from enum import Enum

from hit_maternity.client import errors


class Meaning(Enum):
    """What to do after a failed call."""

    OFFLINE = "try later"  # nobody answered, or the service failed: perhaps it was done
    UNSENT = "try later, it was not done"
    SLOW = "try when the server wants it"
    LOGIN = "log in again, once"
    AGAIN = "read, merge, try again"
    BLOCKED = "her record may not be read or written: take the copy away"
    LOOK = "look whether her record still is"
    PARK = "no retry mends it"


_MEANINGS: tuple[tuple[type[errors.ClientError], Meaning], ...] = (
    (errors.TooManyCalls, Meaning.SLOW),
    (errors.NotAuthorised, Meaning.LOGIN),
    (errors.TokenRefused, Meaning.UNSENT),
    (errors.LoginFailed, Meaning.UNSENT),
    (errors.TechnicalFault, Meaning.OFFLINE),
    (errors.StaleVersion, Meaning.AGAIN),
    (errors.AlreadyExists, Meaning.AGAIN),
    (errors.NotThere, Meaning.AGAIN),
    (errors.Deleted, Meaning.AGAIN),
    (errors.NoConsent, Meaning.BLOCKED),
    (errors.ConfidentialAddress, Meaning.BLOCKED),
    (errors.NoSuchRecord, Meaning.LOOK),
)

_WORDS: tuple[tuple[type[errors.ClientError], str], ...] = (
    (errors.InvalidBody, "The national record finds faults in it"),
    (errors.UnknownCodeSystem, "The national record doesn't know a code system in it"),
    (errors.NoConsent, "She has not consented to the national record, or has withdrawn"),
    (errors.ConfidentialAddress, "She has a confidential address: the national record neither shows nor takes anything"),
    (errors.Deceased, "She is dead: the national record takes nothing more"),
    (errors.RoleNotAllowed, "Your role may not do this in the national record"),
    (errors.InvalidUser, "The national record doesn't know the user who is logged in"),
    (errors.InvalidPatient, "The national record doesn't know her national id"),
    (errors.NoSuchRecord, "The national record has ended, or is not there"),
    (errors.Deleted, "It is struck in the national record, and can't be changed"),
    (errors.StaleVersion, "It has 255 versions: the national record takes no more"),
    (errors.AlreadyExists, "The national record has it already"),
    (errors.NotThere, "The national record hasn't got it"),
    (errors.TooManyCalls, "The national record is asked too often"),
    (errors.NotAuthorised, "The national record doesn't take the login"),
    (errors.TokenRefused, "The login service gives no token"),
    (errors.LoginFailed, "Nobody logged in"),
    (errors.Unreachable, "The national record doesn't answer"),
    (errors.TechnicalFault, "The national record failed"),
)


def meaning(fault: errors.ClientError) -> Meaning:
    """What ``fault`` means. A fault without a code of the service's own (a gateway's 502, say) leaves open whether it was done."""
    if isinstance(fault, errors.Unreachable):
        return Meaning.OFFLINE if fault.sent else Meaning.UNSENT
    for kind, found in _MEANINGS:
        if isinstance(fault, kind):
            return found
    if type(fault) is errors.MaternityRecordError and (fault.status >= 500 or fault.status == 0):
        return Meaning.OFFLINE
    return Meaning.PARK


def words(fault: errors.ClientError) -> str:
    """What to tell the user."""
    said = next((text for kind, text in _WORDS if isinstance(fault, kind)), "The national record refuses it")
    code = getattr(fault, "code", "")
    told = f"{said} ({code})" if code else said
    places = [place for place in map(_place, getattr(fault, "details", ())) if place]
    return f"{told}: {'; '.join(places)}" if places else f"{told}."


def _place(detail: dict[str, object]) -> str:
    """Where a fault is, by which rule, and how to mend it. The names of a fault's members are inferred."""
    found = [str(detail[name])[:120] for name in ("path", "rule") if isinstance(detail.get(name), str)]
    message = detail.get("message")
    return " ".join(found) + (f" ({message[:300]})" if isinstance(message, str) and message else "")
