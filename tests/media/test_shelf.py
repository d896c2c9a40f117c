"""Files are kept whole or not at all, by their hash, and checked when they are read."""

import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from socialpub.media.original import examine
from socialpub.media.received import MAX_BYTES
from socialpub.media.refusal import MediaDamaged, MediaRefused
from socialpub.media.shelf import Shelf
from tests.media import phone
from tests.media.conftest import Keep


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "media"


@pytest.fixture
def shelf(root: Path) -> Shelf:
    return Shelf(root, examine)


def files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


def test_an_original_is_kept_as_it_came_read_only_and_by_its_hash(shelf: Shelf, keep: Keep, root: Path) -> None:
    data = phone.heic()
    found = shelf.keep_original(keep(data))
    kept = shelf.original(found.sha256)
    assert found == examine(kept)
    assert kept == root / "originals" / found.sha256[:2] / found.sha256
    assert kept.read_bytes() == data
    assert kept.stat().st_mode & 0o777 == 0o400
    assert (root / "originals").stat().st_mode & 0o077 == 0


def test_an_open_file_is_kept_like_one_at_a_path_and_stays_its_openers(shelf: Shelf, keep: Keep) -> None:
    photo, paper = keep(phone.jpeg()), keep(b"%PDF-1.7 signed")
    for path, keep_it in ((photo, shelf.keep_original), (paper, shelf.evidence)):
        by_path = keep_it(path)
        with path.open("rb") as file:
            assert keep_it(file.fileno()) == by_path
            assert file.seek(0) == 0


def test_by_default_the_photo_is_decoded_in_a_process_of_its_own(keep: Keep, root: Path) -> None:
    path = keep(phone.jpeg())
    assert Shelf(root).keep_original(path) == examine(path)


@pytest.mark.parametrize("lie", [{"sha256": "ab" * 32}, {"size": 1}])
def test_a_decoder_that_names_another_file_than_it_was_given_is_not_believed(
    keep: Keep, root: Path, lie: dict[str, Any]
) -> None:
    liar = Shelf(root, lambda path: replace(examine(path), **lie))
    with pytest.raises(MediaRefused, match="decoded safely"):
        liar.keep_original(keep(phone.jpeg()))
    assert files(root) == []


def test_what_is_no_photo_leaves_nothing_behind(shelf: Shelf, keep: Keep, root: Path) -> None:
    for data in (b"", b"%PDF-1.7", phone.jpeg(private=False)[:-9]):
        with pytest.raises(MediaRefused):
            shelf.keep_original(keep(data))
    assert files(root) == []


def test_the_copy_is_examined_and_not_the_senders_file(keep: Keep, root: Path) -> None:
    looked_at: list[Path] = []

    def look(path: Path) -> object:
        looked_at.append(path)
        return examine(path)

    Shelf(root, look).keep_original(keep(phone.jpeg()))  # type: ignore[arg-type]  # it does return an Original
    assert looked_at[0].is_relative_to(root)


def test_keeping_twice_is_harmless(shelf: Shelf, keep: Keep, root: Path) -> None:
    data = phone.jpeg()  # once: its colour profile says the second in which it was made
    first = shelf.keep_original(keep(data))
    inode = shelf.original(first.sha256).stat().st_ino
    assert shelf.keep_original(keep(data)) == first
    assert shelf.original(first.sha256).stat().st_ino == inode
    assert shelf.keep_rendition(b"bytes") == shelf.keep_rendition(b"bytes")
    assert len(files(root)) == 2


def test_many_hands_may_keep_the_same_file_at_once(shelf: Shelf, root: Path) -> None:
    with ThreadPoolExecutor(8) as hands:
        names = set(hands.map(shelf.keep_rendition, [b"the same bytes"] * 40))
    assert len(names) == len(files(root)) == 1


def test_a_rendition_is_read_as_it_was_kept(shelf: Shelf, root: Path) -> None:
    sha256 = shelf.keep_rendition(b"safe bytes")
    kept = root / "renditions" / sha256[:2] / sha256
    assert sha256 == hashlib.sha256(b"safe bytes").hexdigest()
    assert shelf.read_rendition(sha256) == b"safe bytes"
    with shelf.open_rendition(sha256) as file:
        assert (file.read(4), file.seek(0), file.read()) == (b"safe", 0, b"safe bytes")
    assert kept.stat().st_mode & 0o777 == 0o440


def test_the_group_may_look_at_what_could_leave_and_at_nothing_else(shelf: Shelf, root: Path, keep: Keep) -> None:
    root.mkdir(exist_ok=True)
    before = os.umask(0o027)  # as the service has it
    try:
        kept = root / "renditions" / (sha256 := shelf.keep_rendition(b"safe bytes"))[:2] / sha256
        original = shelf.original(shelf.keep_original(keep(phone.jpeg())).sha256)
    finally:
        os.umask(before)
    for path in (kept, kept.parent, kept.parent.parent):
        assert path.stat().st_mode & 0o077 in {0o040, 0o050}, "read, and enter"
    for path in (original, original.parent, original.parent.parent):
        assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("changed", [b"safe byteS", b"", b"safe bytes and more"])
def test_a_changed_rendition_is_never_given_out(shelf: Shelf, root: Path, changed: bytes) -> None:
    sha256 = shelf.keep_rendition(b"safe bytes")
    kept = root / "renditions" / sha256[:2] / sha256
    kept.chmod(0o600)
    kept.write_bytes(changed)
    for ask in (shelf.read_rendition, shelf.open_rendition):
        with pytest.raises(MediaDamaged, match="backup") as damaged:
            ask(sha256)
        assert damaged.value.path == kept
        assert str(kept) in str(damaged.value)


def test_keeping_does_not_hide_that_the_kept_file_is_damaged(shelf: Shelf, keep: Keep) -> None:
    found = shelf.keep_original(keep(phone.jpeg()))
    kept = shelf.original(found.sha256)
    kept.chmod(0o600)
    kept.write_bytes(b"rot")
    with pytest.raises(MediaDamaged, match="changed"):
        shelf.keep_original(keep(phone.jpeg()))
    assert kept.read_bytes() == b"rot"


def test_what_is_gone_is_said_to_be_gone(shelf: Shelf) -> None:
    absent = "0" * 64
    for ask in (shelf.read_rendition, shelf.open_rendition, shelf.original):
        with pytest.raises(MediaDamaged, match="gone"):
            ask(absent)


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", "a" * 63, "A" * 64, "/" + "a" * 63, "a" * 64 + "\n", "٣" * 64]
)
def test_only_a_hash_is_a_name(shelf: Shelf, name: str) -> None:
    for ask in (shelf.read_rendition, shelf.open_rendition, shelf.original):
        with pytest.raises(ValueError, match="SHA-256"):
            ask(name)


def test_a_release_is_kept_without_looking_inside(shelf: Shelf, keep: Keep, root: Path) -> None:
    sha256 = shelf.evidence(keep(b"%PDF-1.7 signed"))
    kept = root / "evidence" / sha256[:2] / sha256
    assert kept.read_bytes() == b"%PDF-1.7 signed"
    assert kept.stat().st_mode & 0o777 == 0o400


def test_evidence_too_large_or_no_file_is_refused(shelf: Shelf, keep: Keep, tmp_path: Path, root: Path) -> None:
    vast = keep(b"")
    os.truncate(vast, MAX_BYTES + 1)
    link = tmp_path / "link.pdf"
    link.symlink_to("/etc/hostname")
    for path in (vast, link, tmp_path, tmp_path / "missing.pdf"):
        with pytest.raises(MediaRefused):
            shelf.evidence(path)
    assert files(root) == []


def test_a_full_disk_leaves_nothing_half_kept(shelf: Shelf, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        shelf.keep_rendition(b"bytes")
    assert files(root) == []


def test_a_sweep_takes_half_copies_and_nothing_else(shelf: Shelf, root: Path) -> None:
    sha256 = shelf.keep_rendition(b"bytes")
    old, new = (root / "renditions" / f".part-{name}" for name in ("old", "new"))
    for part, written in ((old, 1000), (new, 3000)):
        part.write_bytes(b"half")
        os.utime(part, (written, written))
    assert shelf.sweep(2000) == 1
    assert not old.exists()
    assert new.exists()
    assert shelf.read_rendition(sha256) == b"bytes"


KEEP = """
import sys
from pathlib import Path
from typing import Any
from socialpub.media.original import examine
from socialpub.media.shelf import Shelf
shelf = Shelf(Path(sys.argv[1]), examine)
shelf.keep_original(Path(sys.argv[2]))
shelf.keep_rendition(b"safe bytes")
shelf.evidence(Path(sys.argv[2]))
"""


def test_a_crash_at_any_point_leaves_whole_files_and_can_be_repeated(keep: Keep, tmp_path: Path) -> None:
    photo, deaths = keep(phone.jpeg()), []
    for n in range(1, 12):
        root = tmp_path / f"media-{n}"
        dying = {**os.environ, "PYTHONPATH": str(Path.cwd()), "SOCIALPUB_DIE_AT": str(n)}
        done = subprocess.run([sys.executable, "-c", KEEP, root, photo], env=dying, capture_output=True, check=False)
        whole = [path for path in files(root) if not path.name.startswith(".part-")]
        assert all(hashlib.sha256(path.read_bytes()).hexdigest() == path.name for path in whole)
        _keep_again(root, photo)
        if done.returncode == 0:
            break
        deaths.append(done.stderr.decode().split()[-1])
    assert len(deaths) == 9
    assert "media.originals.before" in deaths
    assert "media.renditions.after" in deaths


def _keep_again(root: Path, photo: Path) -> None:
    shelf = Shelf(root, examine)
    found = shelf.keep_original(photo)
    assert shelf.original(found.sha256).read_bytes() == photo.read_bytes()
    assert shelf.read_rendition(shelf.keep_rendition(b"safe bytes")) == b"safe bytes"
    sha256 = shelf.evidence(photo)
    assert (root / "evidence" / sha256[:2] / sha256).exists()
    shelf.sweep(float("inf"))
    assert len(files(root)) == 3
