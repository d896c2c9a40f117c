"""The newsroom as a network, and what is peculiar to a folder that the public reads."""

import dataclasses
import os
import shutil
import stat
from pathlib import Path

import pytest

from socialpub import crash
from socialpub.model.outcome import (
    Absent,
    AskAgain,
    CannotTell,
    Deferred,
    Delivered,
    Found,
    Receipt,
    Refused,
    Unconfirmed,
)
from socialpub.model.post import LinkCard, Post
from socialpub.platforms import newsroom, newsroom_health
from tests.platforms.conformance import Conformance
from tests.platforms.double import Died, JournalDouble
from tests.platforms.newsroom_rig import ADDRESS, NewsroomRig
from tests.platforms.rig import make_post, since

KEY = "0199aaaa-0000-7000-8000-000000000001"


@pytest.fixture
def rig(tmp_path: Path) -> NewsroomRig:
    return NewsroomRig(tmp_path / "news room")


class TestNewsroom(Conformance):
    pass


def test_the_same_delivery_twice_shows_one_item(rig: NewsroomRig) -> None:
    post = make_post(rig, photos=1)
    first = rig.platform.deliver(post, rig.account, JournalDouble(key=KEY))
    assert rig.platform.deliver(post, rig.account, JournalDouble(key=KEY)) == first
    assert len(rig.shown()) == 1


def test_it_is_dated_by_the_departments_day_not_by_the_machines(rig: NewsroomRig) -> None:
    rig.platform.deliver(make_post(rig), rig.account, JournalDouble(key=KEY))
    assert rig.archive.data[KEY]["published"] == "2026-11-19T22:30:00-05:00"
    assert "Published November 19, 2026" in rig.page(KEY).one("article").text


def test_the_web_server_may_read_what_is_public_and_nothing_else(rig: NewsroomRig) -> None:
    before = os.umask(0o077)
    try:
        rig.platform.deliver(make_post(rig, photos=1), rig.account, JournalDouble(key=KEY))
    finally:
        os.umask(before)
    for path in (rig.site, *rig.site.rglob("*")):
        wanted = 0o755 if path.is_dir() else 0o644
        assert stat.S_IMODE(path.stat().st_mode) == wanted, path
    assert stat.S_IMODE((rig.folder / "drafts").stat().st_mode) == 0o700
    assert list((rig.folder / "drafts").iterdir()) == []


def test_nothing_of_an_item_is_in_the_public_folder_before_its_visible_step(rig: NewsroomRig) -> None:
    journal, before = JournalDouble(key=KEY), dict[str, str]()
    rig.publish("earlier")
    kept = rig.archive.tree()
    journal.at_intent = lambda: before.update(rig.archive.tree())
    rig.platform.deliver(make_post(rig, photos=2), rig.account, journal)
    assert before == kept


def test_two_crashes_leave_one_item_and_whole_lists(rig: NewsroomRig, monkeypatch: pytest.MonkeyPatch) -> None:
    post, journal = make_post(rig, photos=1), JournalDouble(key=KEY)
    _die_at(monkeypatch, "newsroom.publish.after")
    with pytest.raises(Died):
        rig.platform.deliver(post, rig.account, journal)
    _die_at(monkeypatch, "newsroom.page.after")
    with pytest.raises(Died):
        rig.platform.find(post, rig.account, JournalDouble(journal.notes), since())
    monkeypatch.undo()
    assert isinstance(rig.platform.find(post, rig.account, JournalDouble(journal.notes), since()), Found)
    assert rig.archive.listed("index.html") == [KEY]
    rig.archive.check()


def _die_at(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def point(passed: str) -> None:
        if passed == name:
            raise Died(name)

    monkeypatch.setattr(crash, "point", point)


# --- taken down ---------------------------------------------------------------------------------------------------


def test_what_was_taken_down_leaves_a_notice_and_nothing_of_what_it_said(rig: NewsroomRig) -> None:
    rig.published("kept", "Another story")
    outcome = rig.platform.deliver(make_post(rig, "Zebra crossing", photos=2), rig.account, JournalDouble(key=KEY))
    assert isinstance(outcome, Delivered)
    rig.platform.retract(outcome.receipts[0], rig.account)
    page = rig.page(KEY)
    assert "This item was taken down on November 19, 2026." in page.one("main").text
    robots = [each.attributes["content"] for each in page.all("meta") if each.attributes.get("name") == "robots"]
    assert robots == ["noindex"]
    everything = b"".join(path.read_bytes() for path in rig.folder.rglob("*") if path.is_file())
    assert b"Zebra" not in everything
    assert b"seen from side" not in everything
    assert sorted(path.name for path in page.path.parent.iterdir()) == ["index.html", "item.json"]
    assert rig.archive.listed("removed.html") == [KEY]
    assert rig.archive.listed("index.html") == ["kept"]
    rig.archive.check()


def test_taking_down_twice_keeps_the_first_day(rig: NewsroomRig) -> None:
    rig.published(KEY)
    rig.platform.retract(Receipt(KEY), rig.account)
    before = rig.archive.tree()
    rig.now = rig.now.replace(year=2027)
    assert rig.platform.retract(Receipt(KEY), rig.account) == Delivered((Receipt(KEY),))
    assert rig.archive.tree() == before


def test_a_picture_that_another_item_shows_stays_there(rig: NewsroomRig) -> None:
    bike = rig.shelf.add(1, "A bike")
    rig.publish("first", media=[bike])
    rig.publish("second", media=[bike])
    rig.platform.retract(Receipt("first"), rig.account)
    assert [shown.photos for shown in rig.shown()] == [(bike.sha256,)]
    assert not list(rig.site.glob("items/first/*.png"))


def test_a_removal_that_was_cut_short_is_ended_by_the_next(rig: NewsroomRig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.publish(KEY, "Zebra crossing", media=[rig.shelf.add(1, "A bike")])
    _die_at(monkeypatch, "newsroom.retract.after")
    with pytest.raises(Died):
        rig.platform.retract(Receipt(KEY), rig.account)
    monkeypatch.undo()
    rig.published("another", "Another story")
    assert rig.archive.listed("index.html") == ["another"]
    assert "taken down" in rig.page(KEY).one("h1").text.lower()
    assert not list(rig.site.glob("items/*/*.png"))


def test_a_taken_down_item_cannot_be_told_lost_and_is_not_published_again(rig: NewsroomRig) -> None:
    post, journal = make_post(rig), JournalDouble(key=KEY)
    rig.platform.deliver(post, rig.account, journal)
    rig.platform.retract(Receipt(KEY), rig.account)
    assert isinstance(rig.platform.find(post, rig.account, journal, since()), CannotTell)
    assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Refused)


def test_what_is_left_of_a_draft_goes_with_its_item(rig: NewsroomRig) -> None:
    rig.published(KEY)
    left = rig.folder / "drafts" / f"{KEY}.0123abcd"
    left.mkdir()
    (left / "item.json").write_text("Zebra")
    rig.platform.retract(Receipt(KEY), rig.account)
    assert not left.exists()


def test_an_item_whose_data_is_damaged_can_be_taken_down(rig: NewsroomRig) -> None:
    rig.publish(KEY, "Zebra crossing", media=[rig.shelf.add(1, "A bike")])
    (rig.site / "items" / KEY / "item.json").write_text("{")
    assert isinstance(rig.platform.retract(Receipt(KEY), rig.account), Delivered)
    assert "Zebra" not in rig.page(KEY).path.read_text("utf-8")
    assert [path.name for path in rig.page(KEY).path.parent.glob("*.png")] == []


# --- where it is --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("emptied", ["", "site/items"])
def test_a_folder_whose_disk_is_not_mounted_proves_nothing_and_gets_no_second_item(
    rig: NewsroomRig, emptied: str
) -> None:
    post, journal = make_post(rig), JournalDouble(key=KEY)
    rig.platform.deliver(post, rig.account, journal)
    rig.folder.rename(rig.folder.with_name("unmounted"))
    (rig.folder / emptied).mkdir(parents=True)
    assert isinstance(rig.platform.find(post, rig.account, journal, since()), AskAgain)
    again = rig.platform.deliver(post, rig.account, JournalDouble(journal.notes))
    assert isinstance(again, Deferred)
    assert again.needs_person
    gone = rig.platform.retract(Receipt(KEY), rig.account)
    assert isinstance(gone, Deferred)
    assert "is its disk mounted?" in gone.reason


@pytest.mark.parametrize("base_url", ["", "file:relative", "file://server/news", "/news", "http://127.0.0.1/"])
def test_only_a_folder_of_this_machine_can_be_the_archive(rig: NewsroomRig, base_url: str) -> None:
    outcome = rig.platform.deliver(
        make_post(rig), dataclasses.replace(rig.account, base_url=base_url), JournalDouble(key=KEY)
    )
    assert isinstance(outcome, Deferred)
    assert outcome.needs_person


@pytest.mark.parametrize(
    "address",
    ["", "news", "news.example", "http://news.example", "ftp://news.example", "https://", "https://a b", "https://a/?b",
     "https://a/#b", "https://me@a/", "https://a/<b>", 'https://a/"', "https://a:99999/", "https://[::1", "https://a\n"],
)  # fmt: skip
def test_an_address_that_no_reader_could_use_stops_the_channel(rig: NewsroomRig, address: str) -> None:
    account = dataclasses.replace(rig.account, account=address)
    assert not rig.platform.verify(account).alive
    outcome = rig.platform.deliver(make_post(rig), account, JournalDouble(key=KEY))
    assert isinstance(outcome, Deferred)
    assert "public address" in outcome.reason
    assert not rig.folder.exists()


@pytest.mark.parametrize("address", ["https://a.example/news", "https://a.example/news/", "http://127.0.0.1:8080"])
def test_an_archive_may_stand_below_a_path_and_on_this_machine(rig: NewsroomRig, address: str) -> None:
    account = dataclasses.replace(rig.account, account=address)
    outcome = rig.platform.deliver(make_post(rig), account, JournalDouble(key=KEY))
    assert isinstance(outcome, Delivered)
    assert outcome.receipts[0].permalink == f"{address.rstrip('/')}/items/{KEY}/"


@pytest.mark.parametrize("step", ["fsync", "rename"])
def test_a_full_disk_defers_and_leaves_nothing(rig: NewsroomRig, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    rig.published("earlier", "Another story")
    before = rig.archive.tree()
    with monkeypatch.context() as patch:
        patch.setattr(os if step == "fsync" else Path, step, _full)
        outcome = rig.platform.deliver(make_post(rig, photos=1), rig.account, JournalDouble(key=KEY))
    assert isinstance(outcome, Deferred)
    assert "No space left" in outcome.reason
    assert rig.archive.tree() == before
    assert list((rig.folder / "drafts").iterdir()) == []


def _full(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


def test_lists_that_cannot_be_written_are_no_delivery_yet_and_a_look_mends_them(
    rig: NewsroomRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    post, journal = make_post(rig), JournalDouble(key=KEY)
    with monkeypatch.context() as patch:
        patch.setattr(newsroom, "rebuild", _full)
        assert isinstance(rig.platform.deliver(post, rig.account, journal), Unconfirmed)
        assert isinstance(rig.platform.find(post, rig.account, journal, since()), AskAgain)
    assert not (rig.site / "index.html").exists()
    assert isinstance(rig.platform.find(post, rig.account, journal, since()), Found)
    assert rig.archive.listed("index.html") == [KEY]


def test_a_rename_that_worked_and_said_it_did_not_is_a_delivery(
    rig: NewsroomRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def lying(self: Path, target: Path) -> Path:
        moved = rename(self, target)
        if moved.name == KEY:
            raise OSError(5, "Input/output error")
        return moved

    monkeypatch.setattr(Path, "rename", lying)
    assert isinstance(rig.platform.deliver(make_post(rig), rig.account, JournalDouble(key=KEY)), Delivered)


def test_a_data_file_that_cannot_be_read_is_for_a_person_and_stops_no_other(rig: NewsroomRig) -> None:
    post, journal = make_post(rig), JournalDouble(key=KEY)
    rig.platform.deliver(post, rig.account, journal)
    data = rig.site / "items" / KEY / "item.json"
    for damaged in (b"", b"[]", b'{"form": "another-1"}', data.read_bytes().replace(KEY.encode(), b"other")):
        data.write_bytes(damaged)
        assert isinstance(rig.platform.find(post, rig.account, journal, since()), CannotTell)
        assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Unconfirmed)
        rig.published("another", "Another story")
        assert rig.archive.listed("index.html") == ["another"]
        assert KEY in rig.platform.verify(rig.account).says
        shutil.rmtree(rig.site / "items" / "another")
    data.unlink()
    assert isinstance(rig.platform.find(post, rig.account, journal, since()), CannotTell)


def test_a_folder_that_cannot_be_written_is_not_healthy(rig: NewsroomRig) -> None:
    rig.folder.write_text("not a folder")
    health = rig.platform.verify(rig.account)
    assert (health.alive, bool(health.remedy)) == (False, True)


def test_a_disk_that_is_almost_full_is_not_healthy(rig: NewsroomRig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newsroom_health, "LEAST_FREE", 10**18)
    health = rig.platform.verify(rig.account)
    assert not health.alive
    assert "MB are free" in health.says


def test_a_healthy_archive_says_where_it_is(rig: NewsroomRig) -> None:
    rig.published(KEY)
    says = rig.platform.verify(rig.account).says
    assert str(rig.site) in says
    assert ADDRESS in says


def test_a_folder_that_the_web_server_may_not_enter_is_told(rig: NewsroomRig) -> None:
    rig.published(KEY)
    rig.folder.chmod(0o755)
    assert "chmod" not in rig.platform.verify(rig.account).says
    rig.folder.chmod(0o750)
    health = rig.platform.verify(rig.account)
    assert (health.alive, "chmod o+x" in health.says) == (True, True)


# --- what it does not take ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "post",
    [
        Post("newsroom", ("One", "Two")),
        Post("newsroom", ("A bell \a",)),
        Post("newsroom", ("Fine",), options=(("title", "A \x1b title"),)),
        Post("newsroom", ("Fine",), options=(("when", "tomorrow"),)),
        Post("newsroom", ("Fine",), language='en" onload="x'),
        Post("newsroom", ("Fine",), language=""),
        Post("newsroom", ("Fine",), link_card=LinkCard("javascript:alert(1)")),
        Post("newsroom", ("Fine",), link_card=LinkCard("https://a.example", thumb_sha256="0" * 64)),
    ],
)
def test_what_cannot_be_shown_as_approved_is_refused_and_nothing_is_trimmed(rig: NewsroomRig, post: Post) -> None:
    journal = JournalDouble(key=KEY)
    outcome = rig.platform.deliver(post, rig.account, journal)
    assert isinstance(outcome, Refused)
    assert outcome.remedy
    assert (journal.calls, rig.shown()) == ([], [])


def test_a_picture_without_words_is_refused(rig: NewsroomRig) -> None:
    outcome = rig.publish(KEY, media=[rig.shelf.add(1, " ")])
    assert isinstance(outcome, Refused)
    assert "photo 1 has no alt text" in outcome.reason


def test_what_was_never_there_is_absent_and_taken_down_without_a_word(rig: NewsroomRig) -> None:
    rig.published("another")
    assert isinstance(rig.platform.find(make_post(rig), rig.account, JournalDouble(key=KEY), since()), Absent)
    assert isinstance(rig.platform.retract(Receipt(KEY), rig.account), Delivered)
    assert not (rig.site / "items" / KEY).exists()
