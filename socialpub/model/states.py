"""The two machines: what a story and a delivery may become. Data, checked when it is imported.

`store.moves.move()` is the only code that changes a state, and it asks these tables first.
"Published", "partly published" and "held" are computed from rows; they are not states.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

State = TypeVar("State", bound=StrEnum)


class StoryState(StrEnum):
    """Decided by people."""

    DRAFT = "draft"  # being written; only its author sees it
    SUBMITTED = "submitted"  # arrived; posts, pictures and findings are being prepared
    IN_REVIEW = "in_review"  # prepared and screened; waits for a second person
    APPROVED = "approved"  # exactly these posts may go out
    RETURNED = "returned"  # back to its author, with a reason
    REJECTED = "rejected"  # will not go out, with a reason
    WITHDRAWN = "withdrawn"  # its author took it back


class DeliveryState(StrEnum):
    """Moved by the daemon, except where a person is named."""

    SCHEDULED = "scheduled"  # has a time; nothing has been tried
    DEFERRED = "deferred"  # tried or stopped, surely not visible; will be tried again
    SENDING = "sending"  # claimed by a daemon, under a lease
    UNCONFIRMED = "unconfirmed"  # may be visible; the network is asked before anything else
    NEEDS_PERSON = "needs_person"  # a machine cannot tell; somebody is told within a minute
    DELIVERED = "delivered"  # the network gave its own id
    FAILED = "failed"  # refused by the network, or its deadline passed
    CANCELLED = "cancelled"  # a person's decision, or its approval fell
    RETRACTING = "retracting"  # was visible; being taken down
    RETRACTED = "retracted"  # taken down


S, D = StoryState, DeliveryState

STORY_EDGES: Mapping[StoryState, frozenset[StoryState]] = {
    S.DRAFT: frozenset({S.SUBMITTED, S.WITHDRAWN}),
    S.SUBMITTED: frozenset({S.IN_REVIEW, S.WITHDRAWN}),
    S.IN_REVIEW: frozenset({S.APPROVED, S.RETURNED, S.REJECTED, S.SUBMITTED, S.WITHDRAWN}),
    S.RETURNED: frozenset({S.SUBMITTED, S.WITHDRAWN}),
    # An edit, a digest that differs or a new block: the approval falls.
    S.APPROVED: frozenset({S.IN_REVIEW, S.SUBMITTED, S.WITHDRAWN}),
    S.REJECTED: frozenset(),
    S.WITHDRAWN: frozenset(),
}

DELIVERY_EDGES: Mapping[DeliveryState, frozenset[DeliveryState]] = {
    D.SCHEDULED: frozenset({D.SENDING, D.FAILED, D.CANCELLED, D.NEEDS_PERSON}),
    D.DEFERRED: frozenset({D.SENDING, D.FAILED, D.CANCELLED, D.NEEDS_PERSON}),
    D.SENDING: frozenset({D.DELIVERED, D.DEFERRED, D.FAILED, D.UNCONFIRMED, D.CANCELLED}),
    D.UNCONFIRMED: frozenset({D.DELIVERED, D.DEFERRED, D.FAILED, D.CANCELLED, D.NEEDS_PERSON}),
    # The last two where it was published: the desk looks for a receipt first.
    D.NEEDS_PERSON: frozenset({D.DELIVERED, D.SCHEDULED, D.CANCELLED, D.RETRACTING, D.RETRACTED}),
    D.FAILED: frozenset({D.SCHEDULED, D.CANCELLED}),
    D.DELIVERED: frozenset({D.RETRACTING}),
    D.RETRACTING: frozenset({D.RETRACTED, D.DELIVERED, D.NEEDS_PERSON}),
    D.CANCELLED: frozenset(),
    D.RETRACTED: frozenset(),
}

#: The daemon may claim these when they are due.
CLAIMABLE = frozenset({D.SCHEDULED, D.DEFERRED})
#: Begun: a wish is noted, because only the answer tells whether it came in time.
ON_ITS_WAY = frozenset({D.SENDING, D.UNCONFIRMED})
#: It may still become visible without anybody doing anything.
UNDER_WAY = CLAIMABLE | ON_ITS_WAY
#: Nothing more will happen without a person; each accepted delivery ends in exactly one of these.
SETTLED = frozenset({D.DELIVERED, D.FAILED, D.CANCELLED, D.RETRACTED, D.NEEDS_PERSON})
#: While a delivery is in one of these, no other of the same story goes to the same channel.
OCCUPYING = frozenset(set(D) - {D.FAILED, D.CANCELLED, D.RETRACTED})


def allowed(old: StoryState | DeliveryState, new: StoryState | DeliveryState) -> bool:
    """Whether `old` may become `new`; a story's state never becomes a delivery's."""
    if isinstance(old, StoryState):
        return isinstance(new, StoryState) and new in STORY_EDGES[old]
    return isinstance(new, DeliveryState) and new in DELIVERY_EDGES[old]


def check_table(edges: Mapping[State, frozenset[State]], kind: type[State], start: State) -> None:
    """Refuse a table with a missing state, an unreachable state or an edge to itself."""
    if missing := set(kind) - set(edges):
        raise ValueError(f"{kind.__name__}: no row for {sorted(missing)}")
    if loops := [state for state, after in edges.items() if state in after]:
        raise ValueError(f"{kind.__name__}: {loops} lead to themselves")
    if lost := set(kind) - _reachable(edges, start):
        raise ValueError(f"{kind.__name__}: nothing leads to {sorted(lost)}")


def _reachable(edges: Mapping[State, frozenset[State]], start: State) -> set[State]:
    seen: set[State] = set()
    todo = [start]
    while todo:
        state = todo.pop()
        if state not in seen:
            seen.add(state)
            todo.extend(edges[state])
    return seen


check_table(STORY_EDGES, StoryState, S.DRAFT)
check_table(DELIVERY_EDGES, DeliveryState, D.SCHEDULED)
