"""Stories at each stage of their way, and what a refused verb must leave alone."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from socialpub.delivery.dispatch import dispatch
from socialpub.desk.approve import approve
from socialpub.desk.declined import Declined
from socialpub.desk.prepare import prepare
from socialpub.desk.submit import submit
from socialpub.desk.times import Approved
from socialpub.model.document import StoryDocument, parse
from socialpub.model.finding import Finding, Level
from socialpub.model.people import Actor, Role
from socialpub.store.schema import Base, Delivery, Event, FoundRow, Notice, Revision, Screening, Story
from tests.town import TEXT, Town, looked_at


def document(text: str = TEXT, **keys: Any) -> StoryDocument:
    return parse({"text": text, **keys})


def told(here: Town, text: str = TEXT, by: str = "jruiz", **keys: Any) -> str:
    """A story that arrived; its id."""
    return submit(here.app.db, here.who(by), document(text, **keys), (), "test").story


def in_review(here: Town, text: str = TEXT, by: str = "jruiz", **keys: Any) -> str:
    story = told(here, text, by, **keys)
    prepare(here.app.workshop, story)
    return story


def approved(here: Town, text: str = TEXT, by: str = "mhale", author: str = "jruiz", **keys: Any) -> str:
    story = in_review(here, text, author, **keys)
    say_yes(here, by, story)
    return story


def say_yes(here: Town, by: str, story: str) -> Approved:
    """Look at it as it stands, and approve that."""
    return approve(here.app.db, here.who(by), story, here.app.terms, looked_at(here.app.db, story))


def scheduled(here: Town, text: str = TEXT, by: str = "mhale", **keys: Any) -> str:
    """The id of the delivery of an approved story."""
    story = approved(here, text, by, **keys)
    dispatch(here.app.carrier)
    with here.app.db.reading() as session:
        newest = select(Delivery.id).where(Delivery.story_id == story).order_by(Delivery.created_at.desc())
        return session.scalars(newest.limit(1)).one()


def found(here: Town, story: str, level: Level, says: str = "something") -> int:
    """Put a finding beside the newest revision; its number."""
    with here.app.db.transaction() as tx:
        row = tx.session.get_one(Story, story)
        revision = tx.session.scalars(
            select(Revision).where(Revision.story_id == story, Revision.number == row.revision)
        ).one()
        number = (
            tx.session.scalar(select(func.max(FoundRow.number)).where(FoundRow.revision_id == revision.id)) or 0
        ) + 1
        screening = Screening(revision_id=revision.id, packs="test", at=tx.now)
        tx.session.add(screening)
        tx.session.flush()
        finding = Finding("r", "f", level, "text", 0, None, None, None, says, "why", "cite")
        data = {name: getattr(finding, name) for name in Finding.__slots__}
        tx.session.add(
            FoundRow(
                revision_id=revision.id,
                screening_id=screening.id,
                number=number,
                rule="r",
                level=level,
                finding=data,
                found_at=tx.now,
            )
        )
    return number


def state_of(here: Town, kind: type[Story] | type[Delivery], name: str) -> str:
    with here.app.db.reading() as session:
        row = session.get_one(kind, name)
        assert isinstance(row, (Story, Delivery))
        return row.state.value


def everything(here: Town) -> dict[str, list[Any]]:
    """All rows of all tables."""
    with here.app.db.reading() as session:
        return {
            table.name: sorted(map(repr, session.execute(select(table)).all()))
            for table in Base.metadata.sorted_tables
        }


def declined(here: Town, words: str, verb: Callable[[], object]) -> None:
    """The verb says no in these words, and not one row is another."""
    before = everything(here)
    with pytest.raises(Declined, match=words):
        verb()
    assert everything(here) == before


def verbs(here: Town, since: int = 0) -> list[str]:
    """What was recorded after event `since`."""
    with here.app.db.reading() as session:
        return list(session.scalars(select(Event.verb).where(Event.number > since).order_by(Event.number)))


def recorded(here: Town, verb: Callable[[], object]) -> list[str]:
    """What this verb recorded."""
    with here.app.db.reading() as session:
        before = session.scalar(select(func.max(Event.number))) or 0
    verb()
    return verbs(here, before)


def notices(here: Town, audience: str) -> list[str]:
    """The subjects of what this audience is told."""
    with here.app.db.reading() as session:
        return list(session.scalars(select(Notice.subject).where(Notice.audience == audience).order_by(Notice.id)))


def somebody(name: str, *roles: Role) -> Actor:
    return Actor(name, frozenset(roles), "test")
