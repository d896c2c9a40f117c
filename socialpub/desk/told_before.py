"""What became of a story that is told again, when telling it again does nothing for it. Said by every way in."""

from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from socialpub.model.states import DeliveryState, StoryState
from socialpub.store.schema import Delivery, Story


@dataclass(frozen=True, slots=True)
class Settled:
    """What it is in, in words that follow "it", and what can be done; `{story}` stands for its id."""

    words: str
    remedy: str


_BY_STATE = {
    StoryState.WITHDRAWN: Settled(
        "was withdrawn",
        'to tell it anew, give it an id of its own, or another one: a line id = "…" in its story.toml',
    ),
    StoryState.REJECTED: Settled("was rejected", "ask a reviewer; other words make another story"),
    StoryState.RETURNED: Settled("was returned for a change", "change it, then: `socialpub revise {story} PATH`"),
}
_PUBLISHED = Settled("is published already", "other words make another story")


def settled(session: Session, story: Story) -> Settled | None:
    """None while something may still become of it by itself."""
    if story.state in _BY_STATE:
        return _BY_STATE[story.state]
    delivered = exists().where(Delivery.story_id == story.id, Delivery.state == DeliveryState.DELIVERED)
    return _PUBLISHED if session.scalar(select(delivered)) else None
