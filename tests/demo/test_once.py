"""`socialpub demo --once --json`: what it says, what it reports, and what it leaves behind."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from socialpub.model.states import StoryState
from socialpub.store.audit import verify
from socialpub.store.database import open_database
from socialpub.store.schema import Approval, Delivery, Notice, Story, Waiver
from tests.clock import SetClock
from tests.demo.conftest import NETWORKS, Run

#: As the networks take the photos of the demo, upright: most of them whole, one no wider than 1440.
SIZES = {(1600, 1200), (1440, 1080)}


@pytest.fixture
def rows(run: Run) -> Iterator[Session]:
    db = open_database(f"sqlite:///{run.folder / 'queue' / 'socialpub.db'}", SetClock())
    with db.reading() as session:
        yield session
    db.close()


def test_it_ends_well_and_stdout_holds_one_object(run: Run) -> None:
    assert run.code == 0, run.talk
    assert len(run.out.splitlines()) == 1
    assert list(run.report) == ["stories", "deliveries", "delivered", "returned", "posts"]


def test_six_stories_one_returned_each_other_delivered_to_each_network(run: Run) -> None:
    every = 5 * len(NETWORKS)
    assert [run.report[key] for key in ("stories", "deliveries", "delivered", "returned")] == [6, every, every, 1]


def test_each_network_shows_five_posts_with_their_pictures(run: Run) -> None:
    posts = run.report["posts"]
    assert Counter(post["platform"] for post in posts) == dict.fromkeys(NETWORKS, 5)
    assert len({(post["channel"], post["remote_id"]) for post in posts}) == len(posts)
    for post in posts:
        assert set(post) == {"channel", "platform", "remote_id", "url", "text", "media"}
        (picture,) = post["media"]
        assert set(picture) == {"sha256", "width", "height", "bytes", "alt"}
        assert (picture["width"], picture["height"]) in SIZES
        assert len(picture["alt"]) > 40


def test_the_numbers_are_those_of_the_bytes(run: Run) -> None:
    for post in run.report["posts"]:
        (picture,) = post["media"]
        data = _rendition(run, picture["sha256"])
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (picture["sha256"], picture["bytes"])


def test_what_left_carries_no_place_no_camera_and_stands_upright(run: Run) -> None:
    sums = {picture["sha256"] for post in run.report["posts"] for picture in post["media"]}
    assert len(sums) == 5 * len(SIZES)
    for sha256 in sums:
        data = _rendition(run, sha256)
        for mark in (b"Exif", b"GPS", b"SERIAL-0000-DEMO", b"Invented Phone", b"http"):
            assert mark not in data
        with Image.open(BytesIO(data)) as picture:
            assert (picture.format, dict(picture.getexif())) == ("JPEG", {})
            assert picture.size in SIZES


def _rendition(run: Run, sha256: str) -> bytes:
    return (run.folder / "queue" / "media" / "renditions" / sha256[:2] / sha256).read_bytes()


def test_the_posts_in_folders_can_still_be_opened(run: Run) -> None:
    urls = [post["url"] for post in run.report["posts"] if post["platform"] == "file"]
    for url in urls:
        place = Path(url.removeprefix("file://"))
        assert place.is_relative_to(run.folder)
        assert json.loads((place / "post.json").read_text("utf-8"))["post"]["texts"]


def test_the_returned_story_says_why_and_went_nowhere(run: Run, rows: Session) -> None:
    story = rows.scalars(select(Story).where(Story.state == StoryState.RETURNED)).one()
    for words in ("8-year-old Mia Torres", "Do not name a minor.", "555-555-0147", "private telephone number"):
        assert words in story.reason
        assert words in run.talk
    assert rows.scalars(select(Delivery).where(Delivery.story_id == story.id)).all() == []
    assert not any("Mia" in post["text"] for post in run.report["posts"])
    assert "officer:jruiz" in set(rows.scalars(select(Notice.audience)))


def test_a_second_person_approved_and_gave_reasons(run: Run, rows: Session) -> None:
    assert set(rows.scalars(select(Story.submitter))) == {"jruiz"}
    assert list(rows.scalars(select(Approval.approver))) == ["mhale"] * 5
    (waiver,) = rows.scalars(select(Waiver))
    assert waiver.person == "mhale"
    assert waiver.reason in run.talk


def test_the_records_hold(rows: Session) -> None:
    verdict = verify(rows)
    assert (verdict.fault, verdict.events > 80) == ("", True)


def test_the_long_story_is_shorter_on_x(run: Run) -> None:
    coffee = {post["platform"]: post["text"] for post in run.report["posts"] if "coffee" in post["text"]}
    assert len(coffee["x"]) <= 280 < len(coffee["facebook"])
    assert coffee["facebook"].startswith(coffee["x"])


def test_every_step_is_said_in_order_with_what_proves_it(run: Run) -> None:
    steps = ["Inbox", "Screening", "Review queue", "Approval", "Renditions", "Schedule", "Delivered"]
    places = [run.talk.index(f"{number}. {step}.") for number, step in enumerate(steps, 1)]
    assert places == sorted(places)
    for words in ("fingerprint ", "digests: ", "frozen as ", "one second", str(run.folder)):
        assert words in run.talk
    for post in run.report["posts"]:
        assert post["remote_id"].rpartition("_")[2] in run.talk


def test_it_leaves_nothing_outside_its_folder(run: Run) -> None:
    beside = run.place.parent
    assert [each.name for each in run.place.iterdir()] == [run.folder.name]
    assert list((beside / "home").iterdir()) == list((beside / "here").iterdir()) == []
    assert run.folder.stat().st_mode & 0o077 == 0


def test_real_settings_in_the_environment_are_left_out(run: Run) -> None:
    assert "SOCIALPUB__DEPARTMENT__NAME, SOCIALPUB__QUEUE__DIR" in run.talk
    assert "A real department" not in (run.folder / "daemon.log").read_text("utf-8")
