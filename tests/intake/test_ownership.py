"""Nobody puts words into an officer's mouth: whose files are read, and who could have written them."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from socialpub.intake.opened import NotTaken, any_file, file_in, file_of, opened
from tests.flow.networks import picture
from tests.town import Town

SOMEBODY = 54_321
PHOTO = "a.jpg"


def give_away(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make it somebody else's: in truth for root, else as this process is told by the system."""
    if os.geteuid() == 0:
        os.chown(path, SOMEBODY, -1)
        return
    inode = path.stat().st_ino

    def said(real: Callable[..., os.stat_result]) -> Callable[..., os.stat_result]:
        def stat(*args: Any, **more: Any) -> os.stat_result:
            found = real(*args, **more)
            parts: list[Any] = list(found)
            parts[4] = SOMEBODY
            return os.stat_result(parts) if found.st_ino == inode else found

        return stat

    for name in ("stat", "fstat"):
        monkeypatch.setattr(os, name, said(getattr(os, name)))


def _reason(here: Town, folder: Path) -> str:
    """Why it was refused; no story came of it, and none of its files is on the shelf."""
    here.clock.now = here.clock.now.fromtimestamp(folder.stat().st_mtime + 120, here.clock.now.tzinfo)
    assert here.app.inbox.look() == 0
    (found,) = (here.spool / "corrupt").glob("*.reason.txt")
    return found.read_text("utf-8")


@pytest.fixture
def folder(plain: Town) -> Path:
    """A whole submission that would be taken."""
    return plain.drop(photos={PHOTO: picture("navy")})


@pytest.mark.parametrize("name", ["story.toml", PHOTO])
@pytest.mark.parametrize("mode", [0o660, 0o642, 0o666, 0o664])
def test_a_file_that_others_may_write_is_refused_with_what_to_do(
    plain: Town, folder: Path, name: str, mode: int
) -> None:
    (folder / name).chmod(mode)
    reason = _reason(plain, folder)
    assert f'may write to "{name}"' in reason
    assert "chmod go-w" in reason


@pytest.mark.parametrize("mode", [0o640, 0o644, 0o600, 0o400, 0o440])
def test_a_file_that_only_its_owner_may_write_is_taken(plain: Town, folder: Path, mode: int) -> None:
    for name in ("story.toml", PHOTO):
        (folder / name).chmod(mode)
    assert plain.app.inbox.look() == 1


@pytest.mark.parametrize("mode", [0o2770, 0o3770, 0o755, 0o700])
def test_the_group_may_write_to_the_folder_itself(plain: Town, folder: Path, mode: int) -> None:
    folder.chmod(mode)
    assert plain.app.inbox.look() == 1


@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o772])
def test_a_folder_that_everybody_may_write_to_is_refused(plain: Town, folder: Path, mode: int) -> None:
    folder.chmod(mode)
    assert "everybody may write to the folder" in _reason(plain, folder)


@pytest.mark.parametrize("name", ["story.toml", PHOTO, "unnamed"])
def test_a_file_of_another_account_is_refused(
    plain: Town, folder: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one that the story does not name: somebody else was in this folder."""
    (folder / name).touch()
    give_away(folder / name, monkeypatch)
    reason = _reason(plain, folder)
    assert f'"{name}" belongs to another account' in reason


@pytest.mark.parametrize("name", ["story.toml", PHOTO])
def test_a_hard_link_is_refused_because_it_may_be_any_file_of_the_owner(
    plain: Town, folder: Path, name: str, tmp_path: Path
) -> None:
    private = tmp_path / "private"
    (folder / name).rename(private)
    (folder / name).hardlink_to(private)
    assert f'"{name}" has a second name' in _reason(plain, folder)
    assert private.exists()


def test_words_that_were_swapped_while_the_folder_is_read_are_not_read(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The judge and the reader see one file: what was opened."""
    other = tmp_path / "other.toml"
    other.write_text('text = "Not what the officer wrote."', "utf-8")
    other.chmod(0o666)
    with opened(folder) as held, file_in(held, "story.toml") as descriptor:
        other.replace(folder / "story.toml")
        assert b"Not what" not in os.read(descriptor, 10_000)
    with opened(folder) as held, pytest.raises(NotTaken, match="may write to"), file_in(held, "story.toml"):
        pass


def test_a_folder_that_was_swapped_while_it_is_read_is_not_read(folder: Path, tmp_path: Path) -> None:
    with opened(folder) as held:
        folder.rename(tmp_path / "first")
        folder.mkdir()
        (folder / "story.toml").write_text('text = "Another."', "utf-8")
        with file_in(held, "story.toml") as descriptor:
            assert b"Another." not in os.read(descriptor, 10_000)


def test_another_folder_in_its_place_is_left_for_the_next_look(
    plain: Town, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from socialpub.intake import folder as room
    from socialpub.intake import inbox

    real = room.keep_files

    def swap(*args: Any) -> Any:
        kept = real(*args)
        folder.rename(tmp_path / "first")
        plain.drop(folder.name, text="Another story under the same name.")
        return kept

    with monkeypatch.context() as patch:
        patch.setattr(inbox, "keep_files", swap)
        assert plain.app.inbox.look() == 0
    assert plain.app.inbox.look() == 1
    with plain.app.db.reading():
        assert "under the same name" in str(_words(plain))


def _words(here: Town) -> object:
    from sqlalchemy import select

    from socialpub.store.schema import Revision

    with here.app.db.reading() as session:
        return session.scalars(select(Revision.document)).one()


def test_a_file_that_changed_hands_after_the_folder_was_judged_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(folder) as held:
        give_away(folder / PHOTO, monkeypatch)
        with pytest.raises(NotTaken, match="belongs to another account"), file_in(held, PHOTO):
            pass


def test_a_nobodys_photos_are_not_kept(plain: Town, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from socialpub.intake import inbox

    monkeypatch.setattr(inbox, "account_name", lambda _: "ghost")
    assert "nobody here" in _reason(plain, folder)
    assert not (plain.spool / "media" / "originals").exists()


def test_a_folder_must_be_its_senders_where_somebody_is_at_the_keyboard(folder: Path) -> None:
    with opened(folder, os.getuid()) as held:
        assert held.owner == os.getuid()
    with pytest.raises(NotTaken, match="the folder belongs to another account"), opened(folder, SOMEBODY):
        pass


def _writable(path: Path) -> None:
    path.chmod(0o664)
    file_of(path, os.getuid()).__enter__()


def _linked(path: Path) -> None:
    path.with_name("b").hardlink_to(path)
    file_of(path, None).__enter__()


def _led_to(path: Path) -> None:
    path.with_name("link").symlink_to(path)
    any_file(path.with_name("link")).__enter__()


ALONE: dict[str, Callable[[Path], object]] = {
    "belongs to another account": lambda path: file_of(path, SOMEBODY).__enter__(),
    "may write to": _writable,
    "second name": _linked,
    "not a plain file": lambda path: any_file(path.parent).__enter__(),
    "a link to another file": _led_to,
    "is not in the folder": lambda path: any_file(path.with_name("gone")).__enter__(),
    "cannot be used": lambda path: any_file(path.with_name("a\0b")).__enter__(),
    "too long": lambda path: any_file(path.with_name("a" * 300)).__enter__(),
}


@pytest.mark.parametrize("says", ALONE)
def test_a_file_by_itself_is_judged_alike(tmp_path: Path, says: str) -> None:
    path = tmp_path / "story.toml"
    path.write_text('text = "A bike."', "utf-8")
    path.chmod(0o640)
    with pytest.raises(NotTaken, match=says):
        ALONE[says](path)


def test_looking_needs_no_owner_and_no_mode(tmp_path: Path) -> None:
    path = tmp_path / "story.toml"
    path.write_text('text = "A bike."', "utf-8")
    path.chmod(0o666)
    with any_file(path) as descriptor:
        assert os.read(descriptor, 4) == b"text"
