"""Which words of a story a message may carry. Mail lies on other people's machines, and in clear.

As long as a block stands against a story, or before it was screened, none of its words leave the house in a message:
the block may be about the name of a child in its first line.
"""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from socialpub.model.finding import Level
from socialpub.model.words import withheld
from socialpub.store.schema import FoundRow, Revision, Screening, Story, User, Waiver

#: So many people set a block aside, none of whom wrote it.
_BOTH = 2
_SEVERAL = 500  # of one query


def quotable(session: Session, revision: str) -> str:
    """What a message may call this revision: its text, or that it is not repeated, and its story's id."""
    return quotables(session, {revision}).get(revision, "")


def quotables(session: Session, revisions: Collection[str]) -> dict[str, str]:
    """The same for many, by the revisions' ids."""
    ids = sorted(revisions)
    found: dict[str, str] = {}
    for start in range(0, len(ids), _SEVERAL):
        found |= _some(session, ids[start : start + _SEVERAL])
    return found


def _some(session: Session, revisions: Collection[str]) -> dict[str, str]:
    query = select(Revision.id, Revision.story_id, Revision.document)
    rows = session.execute(query.where(Revision.id.in_(revisions)))
    screened = set(session.scalars(select(Screening.revision_id).where(Screening.revision_id.in_(revisions))))
    free = screened - _blocked(session, revisions)
    return {
        row.id: text_of(row.document) if row.id in free else withheld(row.story_id, screened=row.id in screened)
        for row in rows
    }


def _blocked(session: Session, revisions: Collection[str]) -> set[str]:
    """Those with a block that two people have not set aside, as `desk.findings` counts them."""
    counted = (
        select(func.count(Waiver.person.distinct()))
        .join(User, User.name == Waiver.person)
        .where(
            Waiver.finding_id == FoundRow.id,
            User.disabled_at.is_(None),
            Waiver.person.not_in([Revision.author, Story.submitter]),
        )
        .correlate(FoundRow, Revision, Story)
        .scalar_subquery()
    )
    query = (
        select(FoundRow.revision_id)
        .join(Revision, Revision.id == FoundRow.revision_id)
        .join(Story, Story.id == Revision.story_id)
        .where(FoundRow.revision_id.in_(revisions), FoundRow.level == Level.BLOCK, counted < _BOTH)
    )
    return set(session.scalars(query))


def text_of(document: object) -> str:
    """The text in a revision's document; an odd document is no reason not to tell."""
    return str(document.get("text", "")) if isinstance(document, dict) else ""
