"""How an attempt ends, and what a network says when it is asked. Returned, never raised."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that a post is visible: the network's own id, and where the public finds it."""

    remote_id: str
    permalink: str = ""
    part: int = 0  # a thread and a press list have several visible parts, one receipt each


class Scope(StrEnum):
    """How much a deferral stops: this delivery, or everything on its channel."""

    DELIVERY = "delivery"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Delivered:
    receipts: tuple[Receipt, ...]

    def __post_init__(self) -> None:
        if not self.receipts or not all(receipt.remote_id for receipt in self.receipts):
            raise ValueError("delivered means the network's own id: a receipt needs a remote id")


@dataclass(frozen=True, slots=True)
class Deferred:
    """Surely not visible; worth another try, not before `not_before` (None: the cool-off decides)."""

    reason: str
    not_before: datetime | None = None
    scope: Scope = Scope.DELIVERY  # a rate limit or a dead token stops the whole channel
    needs_person: bool = False  # a token, a credit or an account: somebody must act first


@dataclass(frozen=True, slots=True)
class Refused:
    """Surely not visible, and the same bytes will be refused again. `remedy` is for a person."""

    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A visible call was begun and its answer is not known. The network is asked before anything else."""

    reason: str


Outcome = Delivered | Deferred | Refused | Unconfirmed


@dataclass(frozen=True, slots=True)
class Found:
    receipts: tuple[Receipt, ...]


@dataclass(frozen=True, slots=True)
class Absent:
    """It was not seen this time. Only after the network's `settle_s` and `looks` is it surely absent."""


@dataclass(frozen=True, slots=True)
class CannotTell:
    """The network cannot answer, or two posts fit: a person looks.

    `perhaps`: the posts that nobody can tell from ours by what is shown of them. With a person's word that it is this
    one, one of them counts; without it, none ever does.
    """

    reason: str
    perhaps: tuple[Receipt, ...] = ()


@dataclass(frozen=True, slots=True)
class AskAgain:
    """The question itself failed (a time-out, a rate limit); ask later, conclude nothing."""

    reason: str


Answer = Found | Absent | CannotTell | AskAgain


@dataclass(frozen=True, slots=True)
class Health:
    """What `verify` learned about a channel. `days_left` is None where access does not end."""

    alive: bool
    says: str
    remedy: str = ""
    scopes: tuple[str, ...] = ()
    days_left: int | None = None
    quota: dict[str, str] = field(default_factory=dict)
    anothers: bool = False  # the credentials are surely another account's: they may not even be stored
    unusable: bool = False  # set up like this it can surely never publish: that may not be stored either
