"""What a reviewer looked at: the posts of a revision, and the fingerprint that names exactly them.

The fingerprint is not the digest: the digest binds what is sent, the fingerprint binds an approval to what a
person read. So it covers everything that is judged, and decides nothing else.
"""

import hashlib
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from socialpub.desk.declined import Declined
from socialpub.model.post import canonical
from socialpub.store.schema import Asset, PostRow, Revision

_DIGITS = 16


def posts_of(session: Session, revision: Revision) -> Sequence[PostRow]:
    return session.scalars(select(PostRow).where(PostRow.revision_id == revision.id).order_by(PostRow.id)).all()


def files_of(session: Session, revision: Revision) -> Sequence[Asset]:
    """Photos and evidence of this revision, in the order of its document."""
    query = select(Asset).where(Asset.revision_id == revision.id).order_by(Asset.kind, Asset.position)
    return session.scalars(query).all()


def fingerprint(session: Session, revision: Revision) -> str:
    """What a person compares: 16 hex digits over what goes out, where and when, and who is in it. "" without a post.

    The whole document is in it (words, people, not_before, deadline, event, urgency, channels), each file by hash,
    and each post. The revision's own id is random and minted here: nobody can look for two revisions with one
    fingerprint before they have sent them.
    """
    posts = posts_of(session, revision)
    if not posts:
        return ""
    whole = {
        "story": revision.story_id,
        "revision": [revision.id, revision.number, revision.author],
        "document": revision.document,
        "files": [[each.kind, each.position, each.sha256] for each in files_of(session, revision)],
        "posts": sorted([[row.channel_id, row.body, row.notes] for row in posts], key=lambda row: str(row[0])),
    }
    return hashlib.sha256(canonical(whole)).hexdigest()[:_DIGITS]


def same_as_seen(session: Session, revision: Revision, seen: str) -> None:
    """Decline unless `seen` names exactly this revision and its posts."""
    given, now = seen.strip().lower(), fingerprint(session, revision)
    show = f"`socialpub show {revision.story_id}`"
    if not given:
        raise Declined(f"say what you looked at: {show} ends with a fingerprint, give it with --seen")
    if given != now:
        raise Declined(
            f"this is not what you looked at (now {now or 'without posts'}, then {given}); look again: {show}"
        )
