"""Whoever sent a folder hears when no story came of it, and nobody can make a flood of that."""

import errno
import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from socialpub.desk.approve import reject, send_back
from socialpub.desk.people import add_person
from socialpub.desk.revise import withdraw
from socialpub.intake import inbox as room
from socialpub.model.people import Role
from socialpub.store.schema import Notice
from tests.town import Town


def told(here: Town, audience: str = "") -> list[Notice]:
    """What was told, or will be, about folders; nothing of the desk's own."""
    with here.app.db.reading() as session:
        rows = session.scalars(select(Notice).order_by(Notice.due_at, Notice.id)).all()
    ours = [row for row in rows if row.once.startswith(("refused:", "repeat:", "stuck:"))]
    return [row for row in ours if not audience or row.audience == audience]


def bad(here: Town, name: str, toml: str = "nonsense") -> Path:
    """A folder that cannot be taken, and changed long ago."""
    folder = here.spool / "inbox" / name
    folder.mkdir()
    (folder / "story.toml").write_text(toml, "utf-8")
    then = here.clock.now.timestamp() - 120
    for path in (folder / "story.toml", folder):
        os.utime(path, (then, then))
    return folder


def test_an_officer_hears_which_folder_was_refused_and_why(plain: Town) -> None:
    bad(plain, "bike", 'text = "a"\ntxet = "b"')
    plain.app.inbox.look()
    (notice,) = told(plain)
    assert notice.audience == "officer:jruiz"
    assert notice.subject == "Not taken: the folder “bike”"
    assert 'did you mean "text"' in notice.body
    assert notice.due_at <= plain.clock.now


def test_an_account_that_is_nobody_is_told_to_the_pio(plain: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "account_name", lambda _: "ghost")
    bad(plain, "bike", 'text = "a"')
    plain.app.inbox.look()
    (notice,) = told(plain)
    assert (notice.audience, "of the account ghost" in notice.subject) == ("pio", True)
    assert "nobody here" in notice.body


def test_what_is_no_folder_is_told_to_its_owner(plain: Town) -> None:
    path = plain.spool / "inbox" / "IMG_2231.jpg"
    path.write_bytes(b"")
    os.utime(path, (0, 0))
    plain.app.inbox.look()
    assert [notice.audience for notice in told(plain)] == ["officer:jruiz"]


@pytest.fixture
def share(plain: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    """The files belong to the account of a share, which may name others."""
    add_person(plain.app.db, plain.who("adm"), "share", [Role.OFFICER], "share", trusted=True)
    monkeypatch.setattr(room, "account_name", lambda _: "share")
    return plain


@pytest.mark.parametrize(
    ("toml", "audience"),
    [
        ('by = "jruiz"\ntext = "a"\nphotos = [{file = "gone.jpg"}]', "officer:jruiz"),
        ("nonsense", "pio"),
        ('by = "nemo"\ntext = "a"', "pio"),
    ],
)
def test_a_share_that_speaks_for_others_is_told_to_whom_it_named_else_to_the_pio(
    share: Town, toml: str, audience: str
) -> None:
    bad(share, "bike", toml)
    share.app.inbox.look()
    assert [notice.audience for notice in told(share)] == [audience]


def test_many_bad_folders_are_two_messages_an_hour_and_none_goes_untold(plain: Town) -> None:
    for number in range(50):
        bad(plain, f"bad-{number:02}")
    plain.app.inbox.look()
    first, more = told(plain)
    assert (first.subject, more.subject) == (
        "Not taken: the folder “bad-00”",
        "More folders could not be taken: “bad-01”",
    )
    assert first.due_at <= plain.clock.now < more.due_at <= plain.clock.now + timedelta(hours=1)
    assert len(list((plain.spool / "corrupt").glob("*.reason.txt"))) == 50
    plain.clock.now = more.due_at
    bad(plain, "later")
    plain.app.inbox.look()
    assert [notice.subject for notice in told(plain)][2:] == ["Not taken: the folder “later”"]


def test_one_accounts_flood_does_not_hide_anothers_folder(plain: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        bad(plain, f"bad-{number}")
    plain.app.inbox.look()
    monkeypatch.setattr(room, "account_name", lambda _: "ghost")
    bad(plain, "one")
    plain.app.inbox.look()
    assert [notice.audience for notice in told(plain)] == ["officer:jruiz", "pio", "officer:jruiz"]


class _Died(BaseException):
    """As good as SIGKILL."""


def test_a_crash_before_the_folder_is_moved_leaves_nobody_untold(
    plain: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise _Died

    bad(plain, "bike")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", die)
        with pytest.raises(_Died):
            plain.app.inbox.look()
    assert [notice.audience for notice in told(plain)] == ["officer:jruiz"]
    plain.app.inbox.look()
    assert len(list((plain.spool / "corrupt").glob("*.reason.txt"))) == 1


def test_a_name_and_a_reason_start_no_new_line_in_a_subject(plain: Town) -> None:
    bad(plain, "a\nBcc: all@dept.example\u202e", 'text = "a"\nphotos = [{file = "\\u001b[2Jx"}]')
    plain.app.inbox.look()
    (notice,) = told(plain)
    assert notice.subject.isprintable()
    assert "\x1b" not in notice.body


def _became(here: Town, what: str) -> None:
    story = here.story().id
    match what:
        case "was withdrawn":
            withdraw(here.app.db, here.who("jruiz"), story, "not today")
        case "was rejected":
            reject(here.app.db, here.who("mhale"), story, "not for us")
        case "was returned for a change":
            send_back(here.app.db, here.who("mhale"), story, "where was it?")
        case _:
            here.approve()
            here.settle()


@pytest.mark.parametrize(
    "what", ["was withdrawn", "was rejected", "was returned for a change", "is published already"]
)
def test_who_sends_a_settled_story_again_hears_that_nothing_comes_of_it(here: Town, what: str) -> None:
    here.drop("one")
    here.turn()
    _became(here, what)
    for name in ("two", "three"):
        here.drop(name)
    here.app.inbox.look()
    (notice,) = told(here)
    assert (notice.audience, f"your story {what}" in notice.subject) == ("officer:jruiz", True)
    assert f"socialpub show {here.story().id}" in notice.body
    here.clock.advance(86_400)
    here.drop("four")
    here.app.inbox.look()
    assert len(told(here)) == 2


def test_a_repeat_of_what_is_on_its_way_is_no_news(here: Town) -> None:
    here.drop("one")
    here.turn()
    here.drop("two")
    here.app.inbox.look()
    assert told(here) == []


def test_a_folder_that_cannot_be_moved_is_told_to_those_who_can_mend_it(
    plain: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    for name in ("one", "two"):
        plain.drop(name, text=f"The story of {name}.")
    monkeypatch.setattr(Path, "rename", denied)
    assert plain.app.inbox.look() == 2
    assert plain.app.inbox.look() == 0
    assert {notice.audience for notice in told(plain)} == {"administrators", "officer:jruiz"}
    assert len(told(plain)) == 2
    assert all("“one”" in notice.subject and "chmod g+w" in notice.body for notice in told(plain))
