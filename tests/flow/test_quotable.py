"""What a guideline blocks is not sent by mail either: neither in a subject nor in a body."""

from socialpub.desk import find
from socialpub.desk.approve import send_back
from socialpub.desk.deliveries import cancel
from socialpub.desk.findings import open_findings, waive
from socialpub.desk.people import disable_person
from socialpub.desk.submit import submit
from socialpub.model.document import parse
from socialpub.model.finding import Level
from socialpub.model.words import quoted, withheld
from socialpub.notify.watch import remind
from socialpub.store.quotable import quotable
from socialpub.store.schema import Notice
from tests.town import TEXT, Town

CHILD = "Mail two: officer met 9-year-old Emma Diaz."


def _told(here: Town) -> list[str]:
    with here.app.db.reading() as session:
        return [f"{each.subject}\n{each.body}" for each in session.query(Notice).order_by(Notice.id)]


def _blocks(here: Town) -> list[int]:
    with here.app.db.reading() as session:
        story = here.story()
        return [
            each.number
            for each in open_findings(session, story, find.newest(session, story))
            if each.level is Level.BLOCK
        ]


def _may_be_quoted(here: Town) -> bool:
    with here.app.db.reading() as session:
        return quotable(session, find.newest(session, here.story()).id) == _text(here)


def _text(here: Town) -> str:
    with here.app.db.reading() as session:
        return str(find.newest(session, here.story()).document["text"])


def test_a_blocked_name_is_in_no_message_and_its_story_is_found_by_its_id(here: Town) -> None:
    here.drop(text=CHILD, deadline="2026-11-20T18:00:00-05:00")
    here.turn()
    assert _blocks(here)
    for _ in range(6):  # the reminders, too
        here.turn(3600)
    send_back(here.app.db, here.who("mhale"), here.story().id, "say it without the name")
    messages = _told(here)
    assert len(messages) >= 3
    assert not [each for each in messages if "Emma" in each]
    assert all(f"story {here.story().id} (its words are not repeated here: a guideline" in each for each in messages)


def test_words_that_no_guideline_has_read_are_in_no_message(plain: Town) -> None:
    document = parse({"text": CHILD, "deadline": "2026-11-20T18:00:00-05:00"})
    submit(plain.app.db, plain.who("jruiz"), document, (), "command line")
    plain.clock.advance(7 * 3600)
    remind(plain.app.db, plain.clock(), plain.app.zone)
    assert any("no guideline has read them yet" in each for each in _told(plain))
    assert not any("Emma" in each for each in _told(plain))


def test_without_a_block_a_story_is_known_by_its_words(plain: Town) -> None:
    plain.drop()
    plain.turn()
    assert any(TEXT[:60] in each for each in _told(plain))


def test_a_block_that_two_people_set_aside_frees_the_words_and_one_person_does_not(here: Town) -> None:
    here.drop(text=CHILD)
    here.turn()
    for name, free in (("mhale", False), ("panand", True)):
        for number in _blocks(here):
            waive(here.app.db, here.who(name), here.story().id, number, "her parents asked for it, in writing")
        assert _may_be_quoted(here) is free
    disable_person(here.app.db, here.who("adm"), "panand")
    assert not _may_be_quoted(here)


def test_withheld_words_are_never_cut_or_quoted() -> None:
    assert quoted(withheld("x" * 200, screened=True)).startswith("story " + "x" * 200)
    assert quoted(f"{withheld('1', screened=True)}").startswith("“story 1")


def test_a_post_that_waits_is_known_by_its_words_too(plain: Town) -> None:
    plain.drop(not_before="2026-11-20T12:00:00")
    plain.turn()
    plain.approve()
    plain.turn()
    cancel(plain.app.db, plain.who("panand"), plain.deliveries()[0].id, "not today")
    assert TEXT[:60] in _told(plain)[-1]
