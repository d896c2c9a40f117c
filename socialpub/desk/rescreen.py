"""When the packs change or a new day begins, what waits is screened again: stories in review, approved posts not out.

The packs' version was recorded with the approval and is not part of its digest: only a new block makes an
approval fall. What was found before stays.
"""

import logging
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select

from socialpub.desk import telling
from socialpub.desk.kept import Workshop, trouble
from socialpub.desk.prepare import screened, write_findings
from socialpub.desk.videos import VideoWork, spoken_in, video_work
from socialpub.model.document import StoryDocument
from socialpub.model.finding import Finding, Level
from socialpub.model.people import DAEMON
from socialpub.model.states import DeliveryState, StoryState
from socialpub.policy.packs import Packs
from socialpub.schedule.day import day_of
from socialpub.store.fall import fall
from socialpub.store.moves import move
from socialpub.store.schema import Approval, Delivery, FoundRow, Revision, Screening, Story
from socialpub.store.screened import screened as screened_on
from socialpub.store.transaction import Transaction

log = logging.getLogger(__name__)

#: Out, or never going out: the guidelines of today have nothing to say to these.
_OVER = (DeliveryState.DELIVERED, DeliveryState.CANCELLED, DeliveryState.RETRACTED, DeliveryState.RETRACTING)


def rescreen(shop: Workshop) -> datetime:
    """Take what was screened with older packs, or on an earlier day, and still waits; leave new findings, and
    fallen approvals. Gives when the next day begins.

    One that cannot be screened again stops no other; its error is raised when all had their turn. What was not
    screened today is neither approved nor sent, and a stage that goes on failing is told to administrators.
    """
    packs, day = shop.packs(), day_of(shop.department, shop.db.clock())
    with shop.db.reading() as session:
        outdated = ~screened_on(day.began, day.ends, Revision.id, Screening.packs == packs.version)
        waiting = (
            select(Revision.id, Revision.document)
            .join(Story, and_(Story.id == Revision.story_id, Story.revision == Revision.number))
            .where(Revision.prepared_at.is_not(None), outdated, or_(Story.state == StoryState.IN_REVIEW, _unsent()))
        )
        rows = [
            (revision, document, video_work(session, revision)) for revision, document in session.execute(waiting)
        ]
    troubles = []
    for revision, document, videos in rows:
        try:
            _again(shop, packs, revision, document, videos)
        except Exception as error:
            log.exception("revision %s cannot be screened again", revision)
            troubles.append(error)
    if troubles:
        raise troubles[0]
    return day.ends


def _again(shop: Workshop, packs: Packs, revision: str, document: Any, videos: VideoWork) -> None:
    at = shop.db.clock()  # before: should midnight pass meanwhile, it is screened once more
    findings = _screened(document, videos, shop, packs)
    with shop.db.transaction() as tx:
        _write(tx, revision, findings, packs.version, at)


def _screened(document: Any, videos: VideoWork, shop: Workshop, packs: Packs) -> list[Finding]:
    """Findings; what cannot be read any more is a block, and stops no other story."""
    try:
        return screened(StoryDocument.model_validate(document), shop, packs, spoken_in(shop.shelf, videos))
    except Exception:
        log.exception("a story could not be screened again")
        return [trouble("screen", Level.BLOCK, 0, "This story could not be screened again.")]


def _unsent() -> ColumnElement[bool]:
    """A condition: approved, and something of it has still to go out."""
    in_force = exists().where(
        Approval.story_id == Story.id,
        Approval.fell_at.is_(None),
        or_(
            Approval.dispatched_at.is_(None),
            exists().where(Delivery.approval_id == Approval.id, Delivery.state.not_in(_OVER)),
        ),
    )
    return and_(Story.state == StoryState.APPROVED, in_force)


def _write(tx: Transaction, revision_id: str, findings: list[Finding], version: str, at: datetime) -> None:
    revision = tx.session.get_one(Revision, revision_id)
    story = tx.session.get_one(Story, revision.story_id)
    if story.revision != revision.number:
        return  # revised meanwhile: the new words are screened when they are prepared
    older = not tx.session.scalar(
        select(exists().where(Screening.revision_id == revision_id, Screening.packs == version))
    )
    known = tx.session.scalars(select(FoundRow.finding).where(FoundRow.revision_id == revision_id)).all()
    new = [finding for finding in findings if asdict(finding) not in known]
    write_findings(tx, revision_id, new, version, at)
    tx.record(DAEMON, "rescreen", "story", story.id, packs=version, new=len(new))
    blocks = [finding for finding in new if finding.level is Level.BLOCK]
    if blocks and story.state is StoryState.APPROVED:
        because = f"{'the guidelines changed' if older else 'a new day began'}: {blocks[0].says}"
        fall(tx, story.id, because, DAEMON)
        move(tx, story, StoryState.IN_REVIEW, because=because, by=DAEMON)
        telling.approval_fell(tx, story, because)
