"""One transaction: the session, its moment, and the events that will be chained when it commits."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from socialpub.model.people import Actor
from socialpub.store.recordable import recordable, storable


@dataclass(frozen=True, slots=True)
class NewEvent:
    actor: str
    via: str
    verb: str
    subject: str
    subject_id: str
    data: dict[str, Any]


@dataclass(slots=True)
class Transaction:
    """`now` is one moment for everything inside."""

    session: Session
    now: datetime
    events: list[NewEvent] = field(default_factory=list)

    def record(self, by: Actor, verb: str, subject: str, subject_id: str, **data: Any) -> None:
        """Add one audit line, written with everything else or not at all. No secret may be in `data`.

        `data` is copied as it is now; `store.recordable` says what it may hold. Raises UnrecordableError.
        """
        event = NewEvent(
            actor=storable(by.name),
            via=storable(by.via),
            verb=storable(verb),
            subject=storable(subject),
            subject_id=storable(subject_id),
            data=recordable(data),
        )
        self.events.append(event)
