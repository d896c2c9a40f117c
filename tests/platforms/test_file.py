"""The outbox folder as a network, and what is peculiar to it."""

import dataclasses
import json
import os
from pathlib import Path

import pytest

from socialpub.model.account import Account
from socialpub.model.outcome import Absent, AskAgain, CannotTell, Deferred, Delivered, Found, Receipt, Refused
from socialpub.model.post import Post, decode
from socialpub.platforms.contract import Supplies
from socialpub.platforms.file import FilePlatform
from tests.platforms.conformance import Conformance
from tests.platforms.double import Died, JournalDouble
from tests.platforms.rig import LIMITS, Shelf, Shown, make_post, since


class FileRig:
    def __init__(self, outbox: Path) -> None:
        self.outbox, self.shelf = outbox, Shelf()
        outbox.mkdir()
        self.platform = FilePlatform(LIMITS["file"], Supplies(self.shelf.read))
        self.account = Account("demo", "file", "demo", outbox.as_uri())

    def address_fits(self, permalink: str, shown: Shown) -> bool:
        return permalink == shown.url

    def dead_account(self) -> Account:
        return dataclasses.replace(self.account, base_url="https://elsewhere.example/outbox")

    def shown(self) -> list[Shown]:
        folders = sorted(self.outbox.glob("demo/[!.]*"), key=lambda path: path.stat().st_mtime_ns)
        return [_shown(path) for path in folders if ".retracted" not in path.name]


def _shown(folder: Path) -> Shown:
    import hashlib

    post = decode(json.loads((folder / "post.json").read_text("utf-8"))["post"])
    photos = sorted(folder.glob("photo-*"))
    hashes = tuple(hashlib.sha256(path.read_bytes()).hexdigest() for path in photos)
    alts = tuple(item.alt for item in post.media)
    return Shown(folder.name, (folder / "text.txt").read_bytes().decode(), alts, hashes, folder.as_uri())


@pytest.fixture
def rig(tmp_path: Path) -> FileRig:
    return FileRig(tmp_path / "out box")


class TestFile(Conformance):
    pass


def test_the_same_delivery_twice_shows_one_folder(rig: FileRig) -> None:
    post = make_post(rig, photos=1)
    first = rig.platform.deliver(post, rig.account, JournalDouble(key="same"))
    assert rig.platform.deliver(post, rig.account, JournalDouble(key="same")) == first
    assert len(rig.shown()) == 1


def test_the_folder_says_what_it_is_and_holds_the_whole_post(rig: FileRig) -> None:
    post = make_post(rig, photos=1)
    rig.platform.deliver(post, rig.account, JournalDouble(key="same"))
    [folder] = rig.outbox.glob("demo/[!.]*")
    assert "A bike, seen from side 0" in (folder / "README.txt").read_text("utf-8")
    assert decode(json.loads((folder / "post.json").read_text("utf-8"))["post"]) == post
    assert sorted(path.name for path in folder.iterdir()) == [
        "README.txt",
        "photo-1.png",
        "post.json",
        "text.txt",
    ]


def test_a_thread_is_refused_rather_than_cut(rig: FileRig) -> None:
    journal = JournalDouble()
    outcome = rig.platform.deliver(Post("file", ("One", "Two")), rig.account, journal)
    assert isinstance(outcome, Refused)
    assert "2 parts were approved" in outcome.reason
    assert (journal.calls, rig.shown()) == ([], [])


def test_a_half_written_post_is_never_visible_and_goes_when_its_delivery_is_tried_again(rig: FileRig) -> None:
    left = rig.outbox / "demo" / ".same.0123abcd"
    left.mkdir(parents=True)
    rig.platform.deliver(make_post(rig), rig.account, JournalDouble(key="another-key"))
    assert isinstance(rig.platform.find(make_post(rig), rig.account, JournalDouble(key="same"), since()), Absent)
    rig.platform.deliver(make_post(rig), rig.account, JournalDouble(key="same"))
    assert not left.exists()
    assert len(rig.shown()) == 2


def test_a_taken_down_post_is_kept_cannot_be_told_lost_and_is_not_published_again(rig: FileRig) -> None:
    post, journal = make_post(rig), JournalDouble()
    outcome = rig.platform.deliver(post, rig.account, journal)
    assert isinstance(outcome, Delivered)
    rig.platform.retract(outcome.receipts[0], rig.account)
    assert [path.name for path in rig.outbox.glob("demo/[!.]*")] == [f"{journal.key}.retracted"]
    assert isinstance(rig.platform.find(post, rig.account, journal, since()), CannotTell)
    assert isinstance(rig.platform.deliver(post, rig.account, journal), Refused)


def test_a_missing_outbox_proves_nothing(rig: FileRig) -> None:
    rig.outbox.rmdir()
    assert isinstance(rig.platform.find(make_post(rig), rig.account, JournalDouble(), since()), AskAgain)


@pytest.mark.parametrize("emptied", ["", "demo"])
def test_an_empty_mount_point_in_the_outboxs_place_proves_nothing_and_gets_no_second_post(
    rig: FileRig, emptied: str
) -> None:
    post, journal = make_post(rig), JournalDouble()
    assert isinstance(rig.platform.deliver(post, rig.account, journal), Delivered)
    disk = rig.outbox / emptied
    disk.rename(rig.outbox.with_name("unmounted"))
    disk.mkdir()
    assert isinstance(rig.platform.find(post, rig.account, journal, since()), AskAgain)
    again = rig.platform.deliver(post, rig.account, JournalDouble(journal.notes))
    assert isinstance(again, Deferred)
    assert again.needs_person
    assert "is its disk mounted?" in again.reason
    assert rig.shown() == []


def test_another_folder_that_was_published_to_meanwhile_proves_nothing_either(rig: FileRig) -> None:
    post, journal = make_post(rig), JournalDouble()
    rig.platform.deliver(post, rig.account, journal)
    rig.outbox.rename(rig.outbox.with_name("unmounted"))
    rig.platform.deliver(make_post(rig, "Another story"), rig.account, JournalDouble(key="another-key"))
    assert isinstance(rig.platform.find(post, rig.account, journal, since()), AskAgain)
    assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Deferred)
    assert [shown.text for shown in rig.shown()] == ["Another story"]


def test_a_mark_that_was_damaged_proves_nothing(rig: FileRig) -> None:
    post, journal = make_post(rig), JournalDouble()
    journal.die_after = "publish"
    with pytest.raises(Died):
        rig.platform.deliver(post, rig.account, journal)
    assert isinstance(rig.platform.find(post, rig.account, journal, since()), Absent)
    for damaged in (b"", b"\xff", b"another mark"):
        (rig.outbox / "demo" / ".socialpub-outbox").write_bytes(damaged)
        assert isinstance(rig.platform.find(post, rig.account, journal, since()), AskAgain)


@pytest.mark.parametrize("channel", ["..", "a/b", ".hidden", "", "a\0b", "x" * 300])
def test_a_channel_name_cannot_lead_out_of_the_outbox(rig: FileRig, channel: str) -> None:
    account = dataclasses.replace(rig.account, channel=channel)
    assert isinstance(rig.platform.deliver(make_post(rig), account, JournalDouble()), Deferred)
    assert isinstance(rig.platform.retract(Receipt("1"), account), Refused)
    assert list(rig.outbox.iterdir()) == []


@pytest.mark.parametrize("base_url", ["", "file:relative", "file://server/outbox", "/outbox", "http://127.0.0.1/"])
def test_only_a_folder_of_this_machine_can_be_the_outbox(rig: FileRig, base_url: str) -> None:
    account = dataclasses.replace(rig.account, base_url=base_url)
    outcome = rig.platform.deliver(make_post(rig), account, JournalDouble())
    assert isinstance(outcome, Deferred)
    assert outcome.needs_person


@pytest.mark.parametrize("step", ["fsync", "rename"])
def test_a_full_disk_defers_and_leaves_nothing(rig: FileRig, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os if step == "fsync" else Path, step, full)
        outcome = rig.platform.deliver(make_post(rig, photos=1), rig.account, JournalDouble(key="same"))
    assert isinstance(outcome, Deferred)
    assert "No space left" in outcome.reason
    assert {path.name for path in rig.outbox.glob("demo/*")} <= {".socialpub-outbox"}
    assert isinstance(
        rig.platform.deliver(make_post(rig, photos=1), rig.account, JournalDouble(key="same")), Delivered
    )


def test_an_unsynced_rename_is_found_when_asked(rig: FileRig, monkeypatch: pytest.MonkeyPatch) -> None:
    from socialpub.platforms import file, folder

    synced = folder.sync

    def shaky(folder: Path) -> None:
        if folder.name == "demo":
            raise OSError(5, "Input/output error")
        synced(folder)

    journal, post = JournalDouble(), make_post(rig)
    rig.platform.deliver(post, rig.account, JournalDouble(key="another-key"))
    monkeypatch.setattr(file, "sync", shaky)
    assert type(rig.platform.deliver(post, rig.account, journal)).__name__ == "Unconfirmed"
    assert isinstance(rig.platform.find(post, rig.account, journal, since()), Found)


def test_a_folder_that_cannot_be_written_is_not_healthy(rig: FileRig) -> None:
    (rig.outbox / "file").write_text("not a folder")
    account = dataclasses.replace(rig.account, base_url=(rig.outbox / "file").as_uri())
    health = rig.platform.verify(account)
    assert not health.alive
    assert health.remedy


def test_a_video_stands_there_with_its_captions_and_poster(rig: FileRig) -> None:
    film, words, still = (rig.shelf.add(number, "It") for number in (1, 2, 3))
    shown = dataclasses.replace(
        film,
        mime="video/mp4",
        captions_sha256=words.sha256,
        captions_language="es",
        poster_sha256=still.sha256,
    )
    outcome = rig.platform.deliver(Post("file", ("Hello",), (shown, words)), rig.account, JournalDouble())
    assert isinstance(outcome, Delivered)
    [folder] = rig.outbox.glob("demo/[!.]*")
    read = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert {name for name in read if name.startswith("video")} == {
        "video-1.mp4",
        "video-1.es.vtt",
        "video-1-poster.jpg",
    }
    assert read["video-1.mp4"] == rig.shelf.read(film.sha256)
    assert read["video-1.es.vtt"] == rig.shelf.read(words.sha256)
    assert "photo-1.png" in read


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"size": 2 * 10**9}, "bytes"),
        ({"alt": "a" * 1001}, "alt text"),
    ],
)
def test_a_video_that_does_not_fit_is_refused(rig: FileRig, other: dict[str, object], says: str) -> None:
    film = dataclasses.replace(rig.shelf.add(1, "It"), mime="video/mp4", **other)  # type: ignore[arg-type]  # a mixed bag
    outcome = rig.platform.deliver(Post("file", ("Hello",), (film,)), rig.account, JournalDouble())
    assert isinstance(outcome, Refused)
    assert says in outcome.reason


def test_a_video_that_is_gone_waits_for_a_person(rig: FileRig) -> None:
    film = dataclasses.replace(rig.shelf.add(1, "It"), mime="video/mp4", sha256="0" * 64)
    outcome = rig.platform.deliver(Post("file", ("Hello",), (film,)), rig.account, JournalDouble())
    assert isinstance(outcome, Deferred)
    assert outcome.needs_person
    assert rig.shown() == []
