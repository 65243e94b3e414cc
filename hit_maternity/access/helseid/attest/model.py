"""An attest as frozen values: the data model of the trust framework.

Source: Tillitsrammeverket, Informasjons- og datamodell, section 4 (https://github.com/NorskHelsenett/Tillitsrammeverk). Confirmed: the
members and their meaning. Every member may be absent here, since it is the rules that say what must be there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

#: The claim of an access token that holds the attest; also the ``type`` it has in ``authorization_details``.
CLAIM = "nhn:tillitsrammeverk:parameters"

#: The path of what is malformed as a whole.
ROOT = "attest"


@dataclass(frozen=True, slots=True)
class Identifier:
    """``id`` within ``system``, a URI; ``authority`` keeps the system. ``name`` is inert text (see ``inert``)."""

    id: str = field(repr=False)
    system: str | None = None
    name: str | None = field(default=None, repr=False)
    authority: str | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """``code`` within ``system``, a URI; ``assigner`` keeps the system. ``text`` is inert."""

    code: str
    system: str | None = None
    text: str | None = None
    assigner: str | None = None


@dataclass(frozen=True, slots=True)
class Practitioner:
    """Who asks. ``identifier``: her national id and name."""

    identifier: Identifier | None = None
    hpr_number: Identifier | None = None
    authorization: Code | None = None
    legal_entity: Identifier | None = None
    point_of_care: Identifier | None = None
    department: Identifier | None = None


@dataclass(frozen=True, slots=True)
class DecisionRef:
    """The decision to give access, as the attesting organisation can find it again. ``user_selected``: True where the practitioner gave
    herself access, False where her system derived it, None where the attest doesn't tell."""

    id: str
    user_selected: bool | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class CareRelationship:
    """On which grounds."""

    healthcare_service: Code | None = None
    purpose_of_use: Code | None = None
    purpose_of_use_details: Code | None = None
    decision_ref: DecisionRef | None = None


@dataclass(frozen=True, slots=True)
class AttestedPatient:
    """Whom it is about and where she is treated. HelseID's tokens name no patient: ``identifier`` is the specification's."""

    identifier: Identifier | None = None
    point_of_care: Identifier | None = None
    department: Identifier | None = None


@dataclass(frozen=True, slots=True)
class Attest:
    """An attest as far as it could be read. ``time``: when it was made (``toa``), UTC. ``unknown``: paths of members that the model
    doesn't have; ``malformed``: paths of what could not be read, ``ROOT`` where nothing could. ``claim``: what came, as JSON text, empty
    where it is none; it holds national ids. The properties are what the access log tells of it."""

    practitioner: Practitioner = field(default_factory=Practitioner)
    care_relationship: CareRelationship = field(default_factory=CareRelationship)
    patients: tuple[AttestedPatient, ...] = ()
    time: datetime | None = None
    unknown: tuple[str, ...] = ()
    malformed: tuple[str, ...] = ()
    claim: str = field(default="", repr=False)

    @property
    def purpose(self) -> Code | None:
        """``purpose_of_use``."""
        return self.care_relationship.purpose_of_use

    @property
    def details(self) -> Code | None:
        """``purpose_of_use_details``."""
        return self.care_relationship.purpose_of_use_details

    @property
    def service(self) -> Code | None:
        """``healthcare_service``."""
        return self.care_relationship.healthcare_service

    @property
    def decision(self) -> str | None:
        """``decision_ref.id``."""
        return self.care_relationship.decision_ref.id if self.care_relationship.decision_ref else None

    @property
    def description(self) -> str | None:
        """``decision_ref.description``."""
        return self.care_relationship.decision_ref.description if self.care_relationship.decision_ref else None

    @property
    def user_selected(self) -> bool | None:
        """``decision_ref.user_selected``."""
        return self.care_relationship.decision_ref.user_selected if self.care_relationship.decision_ref else None

    @property
    def legal_entity(self) -> Identifier | None:
        """The practitioner's."""
        return self.practitioner.legal_entity

    @property
    def point_of_care(self) -> Identifier | None:
        """The practitioner's."""
        return self.practitioner.point_of_care

    @property
    def department(self) -> Identifier | None:
        """The practitioner's."""
        return self.practitioner.department
