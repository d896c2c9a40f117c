"""What people answer to findings: a warn is waived by one, a block set aside by two, a question attested.

Whoever wrote the words sets nothing aside in them: neither the submitter nor who wrote the newest revision. What
somebody said who is disabled since counts no more.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from socialpub.desk import find
from socialpub.desk.declined import Declined, not_ones_own, reason_given, require
from socialpub.model.finding import Level
from socialpub.model.people import REVIEWERS, Actor
from socialpub.model.states import StoryState
from socialpub.store.database import Database
from socialpub.store.schema import Attestation, FoundRow, Revision, Story, User, Waiver
from socialpub.store.transaction import Transaction

_NEEDED = {Level.BLOCK: 2, Level.WARN: 1}


def waive(db: Database, by: Actor, name: str, number: int, because: str) -> int:
    """Set finding `number` of the newest revision aside; gives how many more people it takes."""
    require(by, REVIEWERS, "waive a finding")
    reason = reason_given(because, "waive a finding")
    with db.transaction() as tx:
        story, row = _found(tx, name, number)
        needed = _NEEDED.get(row.level)
        if needed is None:
            raise Declined(f"finding {number} is a {row.level.value}; it is not waived" + _how(row.level))
        revision = tx.session.get_one(Revision, row.revision_id)
        _refuse_author(by, story, revision)
        if by.name in waived_by(tx.session, row):
            raise Declined(f"{by.name} has waived finding {number} already; a block takes a second person")
        tx.session.add(Waiver(finding_id=row.id, person=by.name, reason=reason, at=tx.now))
        tx.record(by, "waive", "story", story.id, finding=row.id, rule=row.rule, because=reason)
        tx.session.flush()
        return max(needed - len(_who_count(tx.session, story, revision, row)), 0)


def _refuse_author(by: Actor, story: Story, revision: Revision) -> None:
    if by.name == story.submitter:
        raise Declined("the submitter may not waive a finding in their own story; ask another reviewer")
    not_ones_own(by, revision.author, story.submitter, story.id, " and may not waive a finding in them")


def _how(level: Level) -> str:
    return "; answer it with `socialpub attest`" if level is Level.ATTEST else ""


def attest(db: Database, by: Actor, name: str, number: int, answer: str) -> None:
    """Answer the question of finding `number`, by name, for this revision."""
    words = reason_given(answer, "answer the question")
    with db.transaction() as tx:
        story, row = _found(tx, name, number)
        if row.level is not Level.ATTEST:
            raise Declined(f"finding {number} asks nothing; it is a {row.level.value}")
        if story.submitter != by.name and not by.has(REVIEWERS):
            raise Declined(f"{by.name} may not answer for {story.submitter}'s story")
        if earlier := tx.session.scalar(select(Attestation).where(Attestation.finding_id == row.id)):
            if earlier.person not in _disabled(tx.session, [earlier.person]):
                raise Declined(f"finding {number} is answered already")
            tx.session.delete(earlier)  # nobody answers for it now; the records keep what was said
            tx.session.flush()
        tx.session.add(Attestation(finding_id=row.id, person=by.name, answer=words, at=tx.now))
        tx.record(by, "attest", "story", story.id, finding=row.id, rule=row.rule, answer=words)


def _found(tx: Transaction, name: str, number: int) -> tuple[Story, FoundRow]:
    story = find.story(tx.session, name)
    if story.state != StoryState.IN_REVIEW:
        raise Declined(f"this story is {find.in_words(story)}; findings are answered while it is in review")
    rows = find.findings(tx.session, find.newest(tx.session, story))
    for row in rows:
        if row.number == number:
            return story, row
    raise Declined(f"this story has no finding {number}; `socialpub show {story.id}` lists {len(rows)}")


def waived_by(session: Session, row: FoundRow) -> list[str]:
    return list(session.scalars(select(Waiver.person).where(Waiver.finding_id == row.id).order_by(Waiver.at)))


def open_findings(session: Session, story: Story, revision: Revision) -> Sequence[FoundRow]:
    """What still stands in the way of an approval."""
    return [row for row in find.findings(session, revision) if not _settled(session, story, revision, row)]


def _settled(session: Session, story: Story, revision: Revision, row: FoundRow) -> bool:
    if row.level is Level.NOTE:
        return True
    if row.level is Level.ATTEST:
        person = session.scalar(select(Attestation.person).where(Attestation.finding_id == row.id))
        return person is not None and not _disabled(session, [person])
    return len(_who_count(session, story, revision, row)) >= _NEEDED[row.level]


def _who_count(session: Session, story: Story, revision: Revision, row: FoundRow) -> set[str]:
    """Whose waivers of this finding count: of people who did not write it, and who still may act."""
    people = set(waived_by(session, row)) - {story.submitter, revision.author}
    return people - _disabled(session, people)


def _disabled(session: Session, people: Iterable[str]) -> set[str]:
    query = select(User.name).where(User.name.in_(list(people)), User.disabled_at.is_not(None))
    return set(session.scalars(query))
