"""taken/ is emptied of what is safe elsewhere, and of nothing else."""

import json
import logging
import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from socialpub.crash import point
from socialpub.intake.spent import KEEP, TakenFolders
from socialpub.records.backup import backup
from socialpub.records.taken import read_again
from tests.flow.networks import picture
from tests.town import Town


@pytest.fixture
def settled(plain: Town) -> Town:
    """One story with a photo and a release, taken and backed up, more than 30 days ago."""
    folder = plain.spool / "inbox" / ".bike"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(picture("navy"))
    (folder / "release.pdf").write_bytes(b"%PDF-1.7 signed")
    toml = (
        'text = "A bike."\nphotos = [{file = "a.jpg", alt = "A blue bike."}]\n[[people]]\nevidence = "release.pdf"\n'
    )
    (folder / "story.toml").write_text(toml, "utf-8")
    folder.rename(folder.with_name("bike"))
    assert plain.app.inbox.look() == 1
    plain.clock.advance(60)
    _backup(plain)
    plain.clock.advance(KEEP.total_seconds())
    return plain


def _backup(here: Town) -> None:
    backup(here.app.db, here.spool, here.spool / "backup", here.clock.now)


def _empty(here: Town) -> int:
    return TakenFolders(here.spool, here.app.db).empty(here.clock.now)


def _taken(here: Town) -> list[str]:
    return sorted(path.name for path in (here.spool / "taken").iterdir())


def _folder(here: Town) -> Path:
    (folder,) = (here.spool / "taken").iterdir()
    return folder


def test_what_is_old_and_safe_elsewhere_goes(settled: Town) -> None:
    assert _empty(settled) == 1
    assert _taken(settled) == []
    assert len(list((settled.spool / "media").glob("*/??/*"))) == 2
    assert _empty(settled) == 0


def test_it_stays_for_30_days(settled: Town) -> None:
    settled.clock.advance(-61)
    assert _empty(settled) == 0
    settled.clock.advance(2)
    assert _empty(settled) == 1


def _no_backup(here: Town) -> None:
    shutil.rmtree(here.spool / "backup")


def _damaged_backup(here: Town) -> None:
    (file,) = (here.spool / "backup").glob("2*/socialpub.db")
    file.write_bytes(file.read_bytes()[:-1])


def _backup_with_troubles(here: Town) -> None:
    """The shelf lost a file of another story, and the newest backup says so."""
    before = set((here.spool / "media" / "originals").glob("*/*"))
    here.drop("dog", photos={"b.jpg": picture("red")}, text="A dog.")
    assert here.app.inbox.look() == 1
    (lost,) = set((here.spool / "media" / "originals").glob("*/*")) - before
    lost.unlink()
    _backup(here)


def _backup_without_its_media(here: Town) -> None:
    (file,) = (here.spool / "backup").glob("2*/manifest.json")
    manifest = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps({**manifest, "media": []}), "utf-8")


def _came_after_the_backup(here: Town) -> None:
    folder = _folder(here)
    os.utime(folder, ns=(0, folder.stat().st_mtime_ns + 1))


NOT_YET: dict[str, Callable[[Town], None]] = {
    "there is no backup": _no_backup,
    "the backup is damaged": _damaged_backup,
    "the newest backup has troubles": _backup_with_troubles,
    "the backup has not its photo": _backup_without_its_media,
    "it is in no backup": _came_after_the_backup,
}


@pytest.mark.parametrize("why", NOT_YET)
def test_without_a_whole_backup_of_it_it_stays(settled: Town, why: str) -> None:
    NOT_YET[why](settled)
    assert _empty(settled) == 0
    assert any(name.endswith("-bike") for name in _taken(settled))


def _stranger(here: Town) -> None:
    (_folder(here) / "clip.mp4").write_bytes(b"a video nobody named")


def _lost(here: Town) -> None:
    for original in (here.spool / "media" / "originals").glob("*/*"):
        original.unlink()


def _rotten(here: Town) -> None:
    for paper in (here.spool / "media" / "evidence").glob("*/*"):
        paper.chmod(0o600)
        paper.write_bytes(b"%PDF-1.7 altered")


def _other_words(here: Town) -> None:
    path = _folder(here) / "story.toml"
    path.write_text(path.read_text("utf-8").replace("A bike.", "Another."), "utf-8")


def _other_photo(here: Town) -> None:
    (_folder(here) / "a.jpg").write_bytes(picture("red"))


def _no_words(here: Town) -> None:
    (_folder(here) / "story.toml").unlink()


UNSAFE: dict[str, Callable[[Town], None]] = {
    "not named by its story": _stranger,
    "'a.jpg' is not whole": _lost,
    "'release.pdf' is not whole": _rotten,
    "not what its story was made of": _other_words,
    "it is not what its story": _other_photo,
    '"story.toml" is not in the folder': _no_words,
}


@pytest.mark.parametrize("why", UNSAFE)
def test_what_is_not_all_elsewhere_stays_and_the_log_says_so_once(
    settled: Town, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    before = _folder(settled).stat()
    UNSAFE[why](settled)
    os.utime(_folder(settled), ns=(before.st_atime_ns, before.st_mtime_ns))  # as if it had been so from the start
    folders = TakenFolders(settled.spool, settled.app.db)
    with caplog.at_level(logging.WARNING):
        assert (folders.empty(settled.clock.now), folders.empty(settled.clock.now)) == (0, 0)
    (said,) = [record.getMessage() for record in caplog.records if "taken:" in record.getMessage()]
    assert why in said
    assert len(_taken(settled)) == 1


def test_what_no_story_knows_stays(settled: Town) -> None:
    (settled.spool / "taken" / "by-hand").mkdir()
    _backup(settled)
    assert _empty(settled) == 1
    assert _taken(settled) == ["by-hand"]


class _Died(BaseException):
    """As good as SIGKILL."""


def test_a_crash_leaves_nothing_that_a_restore_would_read_again(
    settled: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(name: str) -> None:
        point(name)
        if name == "taken.remove.renamed":
            raise _Died

    with monkeypatch.context() as patch:
        patch.setattr("socialpub.crash.point", die)
        with pytest.raises(_Died):
            _empty(settled)
    assert read_again(settled.spool, ()) == ()
    assert _empty(settled) == 0
    assert _taken(settled) == []


def test_a_folder_that_cannot_be_removed_stops_no_other(
    settled: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "rename", denied)
    assert _empty(settled) == 0
    assert "Permission denied" in caplog.text


def test_the_daemon_does_it_each_hour(settled: Town) -> None:
    from socialpub.upkeep import Emptying

    stage = Emptying(settled.app)
    first = stage()
    assert len(_taken(settled)) == 1
    settled.clock.now = first
    assert stage() == first + timedelta(hours=1)
    assert _taken(settled) == []
