"""What people are told because somebody decided. Rows of the outbox, in the transaction of the decision."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from socialpub.desk import find
from socialpub.model import post_words, words
from socialpub.model.people import Actor
from socialpub.store.schema import Channel, Hold, Story
from socialpub.store.telling import ADMINISTRATORS, PIO, REVIEWERS, officer, tell, text_of
from socialpub.store.transaction import Transaction

#: Everybody who publishes must know that nothing goes out.
_PUBLISHERS = (REVIEWERS, PIO, ADMINISTRATORS)


def _text(session: Session, story: Story) -> str:
    return text_of(find.newest(session, story).document)


def story_waits(tx: Transaction, story: Story, urgency: str) -> None:
    said = words.story_waits(story.id, _text(tx.session, story), story.submitter, urgency)
    tell(tx, REVIEWERS, *said, once=f"waits:{story.id}:{story.revision}")


def story_returned(tx: Transaction, story: Story, by: Actor, because: str) -> None:
    tell(tx, officer(story.submitter), *words.story_returned(story.id, _text(tx.session, story), by.name, because))


def story_rejected(tx: Transaction, story: Story, by: Actor, because: str) -> None:
    tell(tx, officer(story.submitter), *words.story_rejected(story.id, _text(tx.session, story), by.name, because))


def words_changed(tx: Transaction, story: Story, by: str) -> None:
    """Words that `by` changed are approved; whose story it is hears of it."""
    tell(tx, officer(story.submitter), *words.words_changed(story.id, _text(tx.session, story), by))


def approval_fell(tx: Transaction, story: Story, because: str) -> None:
    said = words.approval_fell(story.id, _text(tx.session, story), because)
    for audience in (REVIEWERS, officer(story.submitter)):
        tell(tx, audience, *said)


def channel_removed(tx: Transaction, channel: Channel, by: Actor, stories: Collection[str]) -> None:
    """Once per story: its officer and the PIO hear that nothing of it goes out on this channel any more."""
    for name in sorted(stories):
        story = tx.session.get_one(Story, name)
        said = post_words.channel_removed(story.id, channel.name, _text(tx.session, story), by.name)
        for audience in (PIO, officer(story.submitter)):
            tell(tx, audience, *said, once=f"channel-removed:{channel.id}:{story.id}:{audience}")


def stand_down(tx: Transaction, hold: Hold) -> None:
    for audience in _PUBLISHERS:
        tell(tx, audience, *words.stand_down_on(hold.by, hold.because), once=f"stand-down:{hold.id}:{audience}")


def stand_down_over(tx: Transaction, hold: Hold, people: list[str], waiting: int) -> None:
    for audience in _PUBLISHERS:
        tell(tx, audience, *words.stand_down_off(people, waiting), once=f"stand-down-over:{hold.id}:{audience}")
