"""Where a story is already: visible, perhaps visible, or on its way. Reads only; what it says is for people.

A new revision, or taking a story back, changes nothing of that: so whoever does it is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from socialpub.desk.declined import Declined
from socialpub.model.states import ON_ITS_WAY, DeliveryState
from socialpub.store.schema import Channel, Delivery

#: Whether it is visible there is not known yet, or just being changed.
_UNSETTLED = ON_ITS_WAY | {DeliveryState.NEEDS_PERSON, DeliveryState.RETRACTING}


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Names of channels."""

    out: Sequence[str] = ()
    on_its_way: Sequence[str] = ()
    unclear: Sequence[str] = ()
    coming_down: Sequence[str] = ()

    def words(self) -> str:
        """For who just stopped or changed the story; "" when there is nothing to know."""
        said = []
        if self.out:
            said.append(f"It is out already on {', '.join(self.out)}, and stays there until it is retracted.")
        if self.on_its_way:
            channels = ", ".join(self.on_its_way)
            said.append(f"It is ON ITS WAY to {channels}: it is stopped there only if that is still possible.")
        if self.unclear:
            said.append(f"A person must find out whether it is out on {', '.join(self.unclear)}.")
        if self.coming_down:
            said.append(f"It is being taken down on {', '.join(self.coming_down)}.")
        return " ".join(said)


def whereabouts(session: Session, story: str) -> Whereabouts:
    """Where the story with this id is."""
    rows = session.execute(
        select(Channel.name, Delivery.state)
        .join(Channel, Channel.id == Delivery.channel_id)
        .where(Delivery.story_id == story)
        .order_by(Channel.name)
    ).all()

    def on(*states: DeliveryState) -> list[str]:
        return [name for name, state in rows if state in states]

    return Whereabouts(
        on(DeliveryState.DELIVERED), on(*ON_ITS_WAY), on(DeliveryState.NEEDS_PERSON), on(DeliveryState.RETRACTING)
    )


def channels_out(session: Session, story: str) -> set[str]:
    """Ids of the channels where this story is visible: another revision never goes there."""
    query = select(Delivery.channel_id).where(Delivery.story_id == story, Delivery.state == DeliveryState.DELIVERED)
    return set(session.scalars(query))


def refuse_unsettled(session: Session, story: str, channel: Channel) -> None:
    """Whether an earlier revision is out must be known first: else this one would be passed over in silence."""
    earlier = select(Delivery.id).where(
        Delivery.story_id == story, Delivery.channel_id == channel.id, Delivery.state.in_(_UNSETTLED)
    )
    if delivery := session.scalar(earlier):
        raise Declined(
            f"it is not settled whether an earlier revision is out on {channel.name}; "
            f"see `socialpub show {delivery}` and settle that first"
        )
