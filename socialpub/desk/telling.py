"""What people are told because somebody decided. Rows of the outbox, in the transaction of the decision."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from socialpub.desk import find
from socialpub.desk.votes import LAPSES
from socialpub.model import post_words, words
from socialpub.model.people import Actor, Role
from socialpub.store.holds import ALL
from socialpub.store.quotable import quotable
from socialpub.store.schema import Channel, Delivery, Hold, Story, User
from socialpub.store.telling import ADMINISTRATORS, PIO, REVIEWERS, officer, tell
from socialpub.store.transaction import Transaction

#: Everybody who publishes must know that nothing goes out.
_PUBLISHERS = (REVIEWERS, PIO, ADMINISTRATORS)


def _text(session: Session, story: Story) -> str:
    return quotable(session, find.newest(session, story).id)


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


def story_withdrawn(tx: Transaction, story: Story, by: Actor, because: str) -> None:
    """Its officer hears it, unless they did it."""
    if by.name != story.submitter:
        said = words.story_withdrawn(story.id, _text(tx.session, story), by.name, because)
        tell(tx, officer(story.submitter), *said)


def delivery_cancelled(tx: Transaction, row: Delivery, by: Actor, because: str, *, begun: bool = False) -> None:
    """Its officer hears it, unless they did it; once, also where it was wished while it was on its way."""
    story = tx.session.get_one(Story, row.story_id)
    if by.name != story.submitter:
        name, text = tx.session.get_one(Channel, row.channel_id).name, _text(tx.session, story)
        said = post_words.cancelled(row.id, name, text, by.name, because, begun=begun)
        tell(tx, officer(story.submitter), *said, once=f"cancelled:{row.id}:{row.attempts}")


def approval_fell(tx: Transaction, story: Story, because: str, by: str = "") -> None:
    """Reviewers and its officer hear it; the officer not of what they did themselves (`by`: who did it)."""
    said = words.approval_fell(story.id, _text(tx.session, story), because)
    tell(tx, REVIEWERS, *said)
    if by != story.submitter:
        tell(tx, officer(story.submitter), *said)


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


def one_vote(tx: Transaction, hold: Hold, by: Actor) -> None:
    """Who may give the second word must know that there is a first, and until when it counts."""
    what = "the stand-down" if hold.scope == ALL else f"the hold on {_channel(tx.session, hold)}"
    said = words.one_vote(by.name, what, hold.because, LAPSES)
    for audience in (PIO, ADMINISTRATORS, *map(officer, _commanders(tx.session))):
        tell(tx, audience, *said, once=f"release-vote:{hold.id}:{by.name}:{tx.now.isoformat()}:{audience}")


def _channel(session: Session, hold: Hold) -> str:
    return session.get_one(Channel, hold.target).name


def _commanders(session: Session) -> list[str]:
    people = session.scalars(select(User).where(User.disabled_at.is_(None)).order_by(User.name))
    return [person.name for person in people if Role.COMMANDER in person.roles]


def stand_down_over(tx: Transaction, hold: Hold, people: list[str], waiting: int) -> None:
    for audience in _PUBLISHERS:
        tell(tx, audience, *words.stand_down_off(people, waiting), once=f"stand-down-over:{hold.id}:{audience}")
