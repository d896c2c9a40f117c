"""The drop folder: what comes whole becomes one story, what does not is refused with a reason, nothing is lost."""

import errno
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from socialpub.crash import point
from socialpub.desk.people import add_person, disable_person
from socialpub.desk.submit import submit
from socialpub.intake import inbox as room
from socialpub.intake.inbox import account_name
from socialpub.model.people import Role
from socialpub.store.schema import Event, Story, Submission
from tests.flow.networks import picture
from tests.town import TEXT, Town

ME = account_name(os.getuid())


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _stories(here: Town) -> int:
    with here.app.db.reading() as session:
        return session.scalar(select(func.count()).select_from(Story)) or 0


def _settled(folder: Path, here: Town) -> None:
    """Nothing of it changed for two minutes, by the clock of the test."""
    then = here.clock.now.timestamp() - 120
    for path in [*(folder.iterdir() if folder.is_dir() and not folder.is_symlink() else ()), folder]:
        os.utime(path, (then, then), follow_symlinks=False)


def _raw(here: Town, name: str = "odd", toml: str | bytes = f'text = "{TEXT}"\n') -> Path:
    folder = here.spool / "inbox" / name
    folder.mkdir()
    data = toml if isinstance(toml, bytes) else toml.encode()
    (folder / "story.toml").write_bytes(data)
    return folder


def _refused(here: Town, folder: Path) -> str:
    """Look; the reason that lies beside the folder in corrupt/, where its files are all there."""
    files = _names(folder) if folder.is_dir() and not folder.is_symlink() else []
    _settled(folder, here)
    assert here.app.inbox.look() == 0
    assert not os.path.lexists(folder)
    (moved,) = (path for path in (here.spool / "corrupt").iterdir() if not path.name.endswith(".reason.txt"))
    assert not files or _names(moved) == files
    assert _stories(here) == 0
    return moved.with_name(moved.name + ".reason.txt").read_text("utf-8")


def test_a_whole_folder_becomes_a_story_of_its_owner(here: Town) -> None:
    here.drop(photos={"a.jpg": picture("navy")})
    assert here.app.inbox.look() == 1
    assert here.story().submitter == "jruiz"
    assert _names(here.spool / "inbox") == []
    (taken,) = (here.spool / "taken").iterdir()
    assert _names(taken) == ["a.jpg", "story.toml"]


def test_what_is_still_being_written_is_left_alone(plain: Town) -> None:
    (plain.spool / "inbox" / ".bike").mkdir()
    assert plain.app.inbox.look() == 0
    assert _names(plain.spool / "inbox") == [".bike"]


def test_a_folder_that_changed_a_moment_ago_may_still_be_arriving(plain: Town) -> None:
    folder = plain.spool / "inbox" / "bike"
    folder.mkdir()
    _settled(folder, plain)
    (folder / "a.jpg").write_bytes(b"half")
    for moment in (0.0, 59.0):
        plain.clock.now = plain.clock.now.fromtimestamp(
            (folder / "a.jpg").stat().st_mtime + moment, plain.clock.now.tzinfo
        )
        plain.app.inbox.look()
        assert _names(plain.spool / "inbox") == ["bike"]
    (folder / "story.toml").write_text(f'text = "{TEXT}"', "utf-8")
    assert plain.app.inbox.look() == 1


def test_a_folder_from_the_future_does_not_wait_for_ever(plain: Town) -> None:
    folder = _raw(plain, toml="nonsense")
    _settled(folder, plain)
    later = plain.clock.now.timestamp() + 10_000
    os.utime(folder / "story.toml", (later, later))
    plain.app.inbox.look()
    assert _names(plain.spool / "inbox") == []
    assert len(_names(plain.spool / "corrupt")) == 2


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("", '"text" is missing; add it'),
        ("text = ", "not valid TOML"),
        ('text = "a', "not valid TOML"),
        (b"text = '\xff\xfe'", "not UTF-8"),
        (b"\x00" * 40, "not valid TOML"),
        ('text = "  "', "the text is empty"),
        ('text = "a"\ntxet = "b"', 'did you mean "text"'),
        ('text = "a"\n[[people]]\nminr = true', 'did you mean "minor"'),
        ('text = "a\\u0000b"', r"no text \(U\+0000\)"),
        ('text = "a"\nwhen = 0001-01-01', "the year 1 cannot be meant"),
        ('text = "a"\ndeadline = 9999-12-31T23:59:59-14:00', "the year 9999"),
        ('text = "a"\nphotos = 5', "photos"),
        ("text = 5", "text"),
        ('text = "a"\nid = ""', "id"),
        ('text = "a"\nchannels = ["radio"]', 'no channel "radio"'),
        ('text = "a"\nvideos = [{file = "gone.mp4"}]', "gone.mp4"),
        ('text = "a"\nvideos = [{alt = "a dog"}]', "video 1 has no file"),
        ('text = "a"\nphotos = [{alt = "a dog"}]', "photo 1 has no file"),
        ('text = "a"\nphotos = [{file = "gone.jpg"}]', "gone.jpg"),
        ('text = "a"\n[[people]]\nevidence = "gone.pdf"', "gone.pdf"),
        ("a = " + "[" * 100_000, "nested too deeply|not valid TOML"),
        (f'text = "{"x" * 300_000}"', "over 256 kB"),
        (f'text = "{"x" * 20_001}"', "20000 characters"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_goes_to_corrupt_with_the_reason(plain: Town, toml: str | bytes, says: str) -> None:
    import re

    assert re.search(says, _refused(plain, _raw(plain, toml=toml)))


@pytest.mark.parametrize(
    "name", ["../secret.jpg", "/etc/hostname", "a/b.jpg", "..", ".", "", "sub/../a.jpg", "~/x/a.jpg"]
)
def test_a_name_that_leads_elsewhere_is_refused(plain: Town, name: str) -> None:
    (plain.spool / "inbox" / ".secret.jpg").write_bytes(picture("red"))
    reason = _refused(plain, _raw(plain, toml=f'text = "a"\nphotos = [{{file = "{name}"}}]'))
    assert "plain file name" in reason or "no file" in reason
    assert not (plain.spool / "media" / "originals").exists()


def _symlink(path: Path) -> None:
    path.symlink_to("/etc/hostname")


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as end:
        end.bind(str(path))


def _long(path: Path) -> None:
    path.touch()
    os.truncate(path, 50_000_000)


ODD: dict[str, Callable[[Path], object]] = {
    "a symbolic link": _symlink,
    "a pipe": os.mkfifo,
    "a socket": _socket,
    "a folder": Path.mkdir,
    "an empty file": Path.touch,
    "words": lambda path: path.write_text("not a photo"),
    "half a photo": lambda path: path.write_bytes(picture("navy")[:400]),
    "a web page": lambda path: path.write_text("<svg onload=alert(1)>"),
    "a vast photo": lambda path: path.write_bytes(_bomb()),
    "a file of 50 MB": _long,
}


def _bomb() -> bytes:
    from tests.media.phone import png_header

    return png_header(60_000, 60_000)


@pytest.mark.parametrize("odd", ODD)
def test_what_is_no_photo_is_refused_whatever_it_is(plain: Town, odd: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = _raw(plain, toml='text = "a"\nphotos = [{file = "a.jpg"}]')
    monkeypatch.chdir(folder)  # a socket's path must be short
    ODD[odd](Path("a.jpg"))
    assert '"a.jpg"' in _refused(plain, folder)


@pytest.mark.parametrize("odd", ["a symbolic link", "a pipe", "a socket", "a folder", "words"])
def test_a_story_toml_must_be_a_plain_file(plain: Town, odd: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = _raw(plain)
    (folder / "story.toml").unlink()
    monkeypatch.chdir(folder)
    ODD[odd](Path("story.toml"))
    assert "story.toml" in _refused(plain, folder)


@pytest.mark.parametrize("odd", ["a pipe", "words", "a symbolic link"])
def test_what_lies_in_the_inbox_and_is_no_folder_is_refused(plain: Town, odd: str) -> None:
    path = plain.spool / "inbox" / "IMG_2231.jpg"
    ODD[odd](path)
    assert "not a folder" in _refused(plain, path)


def test_a_link_to_a_folder_is_refused_and_its_target_stays(plain: Town, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    target.mkdir()
    (target / "story.toml").write_text(f'text = "{TEXT}"', "utf-8")
    link = plain.spool / "inbox" / "link"
    link.symlink_to(target)
    assert "not a folder" in _refused(plain, link)
    assert _names(target) == ["story.toml"]


NAMES = [
    "two\nlines",
    "\u202egpj.exe",
    "ü" * 120,
    "x" * 255,
    "a b",
    "-rf",
    "*",
    "'; DROP TABLE stories; --",
    "e\u0301",
    b"\xff\xfe".decode("utf-8", "surrogateescape"),
]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_an_odd_name_of_a_folder_hurts_nobody(plain: Town, name: str) -> None:
    _raw(plain, name)
    assert plain.app.inbox.look() == 1
    assert _names(plain.spool / "inbox") == []
    assert len(_names(plain.spool / "taken")) == 1


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_an_odd_name_is_refused_with_its_reason_as_well(plain: Town, name: str) -> None:
    folder = _raw(plain, name, "nonsense")
    assert "not valid TOML" in _refused(plain, folder)


def test_an_odd_name_of_a_photo_is_a_name(plain: Town) -> None:
    for number, name in enumerate(("two\nlines.jpg", "\u202egpj.exe", "ü" * 100 + ".jpg")):
        plain.drop(f"s{number}", photos={name: picture("navy")}, text=f"{TEXT} {number}")
    assert plain.app.inbox.look() == 3


def test_a_reason_cannot_play_with_the_terminal(plain: Town) -> None:
    folder = _raw(plain, toml='text = "a"\nphotos = [{file = "\\u001b[2J\\u202egone"}]')
    reason = _refused(plain, folder)
    assert "\x1b" not in reason
    assert "\u202e" not in reason


def test_too_many_files_and_too_many_bytes_are_refused(plain: Town) -> None:
    folder = _raw(plain)
    for number in range(60):
        (folder / f"{number}").touch()
    assert "more than 60 files" in _refused(plain, folder)


def test_a_folder_of_gigabytes_is_refused_unread(plain: Town) -> None:
    folder = _raw(plain)
    (folder / "film.raw").touch()
    os.truncate(folder / "film.raw", 1_200_000_000)
    assert "over 1100 MB" in _refused(plain, folder)


def test_a_file_that_may_not_be_read_is_refused_in_words(plain: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = _raw(plain)
    real = os.open

    def denied(path: object, *rest: object, **more: object) -> int:
        if str(path).endswith("story.toml"):
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", denied)
    assert "Permission denied" in _refused(plain, folder)


def test_the_same_folder_twice_is_one_story(here: Town) -> None:
    for name in ("one", "two"):
        here.drop(name, id="desk-7")
    assert here.app.inbox.look() == 2
    assert _stories(here) == 1
    assert len(_names(here.spool / "taken")) == 2


def test_another_story_under_the_same_id_is_refused_aloud(plain: Town) -> None:
    plain.drop("one", id="desk-7")
    plain.app.inbox.look()
    folder = plain.drop("two", id="desk-7", text="Another one.")
    _settled(folder, plain)
    plain.app.inbox.look()
    assert _stories(plain) == 1
    (reason,) = (plain.spool / "corrupt").glob("*.reason.txt")
    assert "was used before" in reason.read_text("utf-8")


def test_an_account_that_is_nobody_here_is_told_so(plain: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "account_name", lambda _: "ghost")
    assert 'the account "ghost", which is nobody here' in _refused(plain, plain.drop())


def test_a_disabled_person_sends_nothing(here: Town) -> None:
    disable_person(here.app.db, here.who("adm"), "jruiz")
    assert "nobody here" in _refused(here, here.drop())


def test_a_person_may_name_themselves_and_nobody_else(plain: Town) -> None:
    plain.drop("own", by="jruiz")
    assert plain.app.inbox.look() == 1
    folder = plain.drop("other", by="mhale", text="Another.")
    _settled(folder, plain)
    plain.app.inbox.look()
    (reason,) = (plain.spool / "corrupt").glob("*.reason.txt")
    assert "may only send stories of their own" in reason.read_text("utf-8")


@pytest.fixture
def gate(plain: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    """The owner of the files is an account that may name others."""
    add_person(plain.app.db, plain.who("adm"), "gate", [Role.OFFICER], "gate", trusted=True)
    monkeypatch.setattr(room, "account_name", lambda _: "gate")
    return plain


def test_a_trusted_account_names_who_wrote_it(gate: Town) -> None:
    gate.drop(by="mhale")
    assert gate.app.inbox.look() == 1
    assert gate.story().submitter == "mhale"
    with gate.app.db.reading() as session:
        event = session.scalars(select(Event).where(Event.verb == "submit")).one()
    assert (event.actor, event.via) == ("mhale", "inbox:gate")


@pytest.mark.parametrize("who", ["nobody", "daemon:socialpub", "adm"])
def test_a_trusted_account_cannot_name_just_anybody(gate: Town, who: str) -> None:
    reason = _refused(gate, gate.drop(by=who))
    assert "who is nobody here" in reason or "may not tell a story" in reason


class _Died(BaseException):
    """As good as SIGKILL: nothing catches it."""


@pytest.mark.parametrize(
    "where", ["inbox.take.before", "inbox.submit.after", "media.originals.before", "media.originals.after"]
)
def test_whatever_the_moment_of_a_crash_there_is_one_story_afterwards(
    here: Town, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(name: str) -> None:
        point(name)
        if name == where:
            raise _Died

    here.drop(photos={"a.jpg": picture("navy")})
    with monkeypatch.context() as patch:
        patch.setattr("socialpub.crash.point", die)
        with pytest.raises(_Died):
            here.app.inbox.look()
    assert _names(here.spool / "inbox") == ["bike"]
    assert here.app.inbox.look() == 1
    assert _stories(here) == 1
    assert _names(here.spool / "inbox") == []


def test_what_cannot_be_moved_is_told_once_and_hides_no_later_folder(
    plain: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder = plain.drop()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", _read_only)
        plain.app.inbox.look()
        plain.app.inbox.look()
    assert sum("move it by hand" in record.getMessage() for record in caplog.records) == 1
    folder.rename(plain.spool / "by-hand")
    plain.drop(text="Another story in a folder of the same name.")
    assert plain.app.inbox.look() == 1
    assert _stories(plain) == 2


def _read_only(self: Path, target: Path) -> Path:
    raise OSError(errno.EACCES, "Permission denied")


def test_a_full_disk_refuses_nobody_and_stops_no_other_folder(plain: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = plain.drop("1", photos={"a.jpg": picture("navy")}), plain.drop("2", text="No photo, no trouble.")
    _settled(first, plain)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(plain.app.shelf, "keep_original", full)
        with pytest.raises(OSError, match="No space left"):
            plain.app.inbox.look()
    assert _names(plain.spool / "inbox") == ["1"]
    assert _stories(plain) == 1
    assert plain.app.inbox.look() == 1


def test_a_bug_with_one_folder_stops_no_other(plain: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    plain.drop("1"), plain.drop("2", text="Another.")
    calls = iter([RuntimeError("a bug")])

    def once(*args: object) -> object:
        for error in calls:
            raise error
        return submit(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(room, "submit", once)
    with pytest.raises(RuntimeError, match="a bug"):
        plain.app.inbox.look()
    assert _names(plain.spool / "inbox") == ["1"]
    assert plain.app.inbox.look() == 1


def test_two_daemons_on_one_inbox_make_one_story(here: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one takes the folder between our submit and our move."""
    from socialpub.intake.inbox import Inbox

    other = Inbox(here.spool, here.app.db, here.app.shelf)

    def after(name: str) -> None:
        if name == "inbox.submit.after":
            monkeypatch.undo()
            assert other.look() == 1

    here.drop()
    monkeypatch.setattr("socialpub.crash.point", after)
    assert here.app.inbox.look() == 1
    assert _stories(here) == 1
    assert _names(here.spool / "corrupt") == []


def test_each_arrival_says_how_it_came(plain: Town) -> None:
    plain.drop()
    plain.app.inbox.look()
    with plain.app.db.reading() as session:
        row = session.scalars(select(Submission)).one()
    assert (row.via, row.submitter) == ("inbox", "jruiz")
