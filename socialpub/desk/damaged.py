"""What becomes of a story whose kept files are damaged: made again where that is safe, else it waits with a reason.

A rendition that nobody approved is made again from its original. An approved one is what somebody looked at; it is
never made again, and comes back from a backup alone. Damage stops its own story and no other.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from socialpub.desk import find
from socialpub.media.refusal import MediaDamaged
from socialpub.media.render import Rendition as Rendered
from socialpub.media.shelf import Shelf
from socialpub.model import damage_words as words
from socialpub.model.people import DAEMON
from socialpub.model.states import StoryState
from socialpub.store.database import Database
from socialpub.store.schema import AGENCY, Rendition, Story
from socialpub.store.telling import ADMINISTRATORS, officer, tell

log = logging.getLogger(__name__)

_FIRST, _LONGEST = timedelta(minutes=1), timedelta(hours=1)


@dataclass(slots=True)
class Pauses:
    """When each story that met damage is tried again: each time twice as late. A restart tries at once."""

    _until: dict[str, tuple[datetime, timedelta]] = field(default_factory=dict)

    def waits(self, story: str, now: datetime) -> bool:
        until, length = self._until.get(story, (now, timedelta(0)))
        return now < until <= now + length  # a clock that was set back does not lengthen it

    def longer(self, story: str, now: datetime) -> None:
        _, length = self._until.get(story, (now, timedelta(0)))
        length = min(max(length * 2, _FIRST), _LONGEST)
        self._until[story] = now + length, length

    def over(self, story: str) -> None:
        self._until.pop(story, None)


def keep(db: Database, shelf: Shelf, story: str, renditions: Iterable[Rendered]) -> None:
    """Put renditions onto the shelf. Raises MediaDamaged where an approved one is damaged there."""
    for each in renditions:
        try:
            shelf.keep_rendition(each.data)
        except MediaDamaged as damage:
            with db.reading() as session:
                known = session.get(Rendition, (AGENCY, each.sha256))
            if known is not None and known.frozen_at is not None:
                raise
            aside = shelf.rebuild_rendition(each.data)
            log.error(
                "%s was damaged and is made again, for story %s; the damaged one is %s", damage.path, story, aside
            )
            _tell_rebuilt(db, story, str(damage.path), str(aside))


def _tell_rebuilt(db: Database, story: str, path: str, aside: str) -> None:
    with db.transaction() as tx:
        tx.record(DAEMON, "rebuild", "story", story, file=path, aside=aside)
        tell(tx, ADMINISTRATORS, *words.rebuilt(story, path, aside), once=f"rebuilt:{aside}")


def stop(db: Database, story_id: str, damage: MediaDamaged) -> None:
    """The story waits, and says why; its officer and the administrators hear it once for each file and revision."""
    with db.transaction() as tx:
        story = tx.session.get_one(Story, story_id)
        reason = words.damaged_reason(damage.path.name[:12], damage.reason)
        if story.state != StoryState.SUBMITTED or story.reason == reason:
            return
        log.error("story %s cannot be prepared: %s", story_id, damage)
        story.reason = reason
        tx.record(DAEMON, "prepare:stopped", "story", story_id, file=str(damage.path), because=damage.reason)
        once = f"damaged:{find.newest(tx.session, story).id}:{damage.path.name}"
        tell(tx, officer(story.submitter), *words.waits_for_a_file(story_id), once=f"{once}:officer")
        said = words.damaged(story_id, str(damage.path), damage.reason, damage.remedy)
        tell(tx, ADMINISTRATORS, *said, once=f"{once}:{ADMINISTRATORS}")
