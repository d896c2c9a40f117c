"""Whatever happens to a newsroom, and wherever it dies, its pages end up as its data files say, and never half."""

import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from socialpub import crash
from socialpub.model.outcome import Delivered, Receipt
from socialpub.model.post import Post
from socialpub.platforms.newsroom_item import decode
from socialpub.platforms.newsroom_lists import archive, lists
from socialpub.platforms.newsroom_site import Site, rebuild
from tests.platforms.double import Died, JournalDouble, Notes
from tests.platforms.newsroom_reader import Archive
from tests.platforms.newsroom_rig import ADDRESS, OWNER, NewsroomRig
from tests.platforms.rig import since

WORDS = [
    "A bike was found.",
    "Gracias a todos.\n\nHasta pronto: example.org",
    '<b>Bold</b> & "quoted"',
    "\u202eturned",
]
PROGRAMS = ["", "car_seats", "Car seats", "中文", "index"]
POSTS = st.builds(
    lambda text, language, program, photos: (text, language, program, photos),
    st.sampled_from(WORDS),
    st.sampled_from(["en", "es", "zh-Hant"]),
    st.sampled_from(PROGRAMS),
    st.integers(0, 2),
)
#: What happens: to which item, what, and at which of the points that it passes the process dies; 0: it lives.
STEPS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(["deliver", "deliver", "retract", "find"]), st.integers(0, 20)),
    min_size=1,
    max_size=8,
)


class Town:
    """A newsroom, and what its daemon would remember: notes, and which removals were begun."""

    def __init__(self, rig: NewsroomRig, posts: list[tuple[str, str, str, int]]) -> None:
        self.rig, self.notes = rig, [Notes() for _ in posts]
        self.posts = [self._post(*each) for each in posts]
        self.delivered, self.leaving = set[int](), set[int]()

    def _post(self, text: str, language: str, program: str, photos: int) -> Post:
        media = tuple(self.rig.shelf.add(number, f"Side {number} of it") for number in range(photos))
        options = (("program", program),) if program else ()
        return Post("newsroom", (text,), media, language=language, options=options)

    def do(self, number: int, what: str) -> None:
        if what == "deliver":
            outcome = self.rig.platform.deliver(self.posts[number], self.rig.account, self._journal(number))
            self.delivered |= {number} if isinstance(outcome, Delivered) else set()
        elif what == "find":
            self.rig.platform.find(self.posts[number], self.rig.account, self._journal(number), since())
        elif number in self.delivered:
            self.leaving.add(number)
            self.rig.platform.retract(Receipt(f"item-{number}"), self.rig.account)

    def _journal(self, number: int) -> JournalDouble:
        return JournalDouble(self.notes[number], key=f"item-{number}")

    def recover(self) -> None:
        """What a daemon does when it comes back: what was begun is ended."""
        for number in self.leaving:
            self.rig.platform.retract(Receipt(f"item-{number}"), self.rig.account)
        for number, notes in enumerate(self.notes):
            if notes.intents:
                self.do(number, "find")


@contextmanager
def _dying_at(point: int) -> Iterator[None]:
    passed = 0

    def count(name: str) -> None:
        nonlocal passed
        passed += 1
        if passed == point:
            raise Died(name)

    with mock.patch.object(crash, "point", count):
        yield


@given(posts=st.lists(POSTS, min_size=4, max_size=4), steps=STEPS)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
def test_however_it_goes_the_pages_are_what_the_data_says(
    posts: list[tuple[str, str, str, int]], steps: list[tuple[int, str, int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        town = Town(NewsroomRig(Path(folder) / "newsroom"), posts)
        for number, what, die_at in steps:
            with suppress(Died), _dying_at(die_at):
                town.do(number, what)
            _whole(town.rig.site)
        town.recover()
        _as_the_data_says(town, Path(folder) / "anew")


def _whole(site: Path) -> None:
    """Also right after a death nobody reads half a page, half a picture or half a list."""
    found = Archive(site)
    for page in found.pages:
        page.check()
    for data in found.data.values():
        assert data["form"] == "socialpub-newsroom-1"
    if (site / "feed.xml").exists():
        assert found.atom.tag.endswith("feed")
    for file in site.rglob("*"):
        assert not file.name.startswith("."), "drafts lie elsewhere"


def _as_the_data_says(town: Town, anew: Path) -> None:
    found = town.rig.archive
    if not (town.rig.site / "index.html").exists():
        assert found.data == {}
        return
    found.check()
    shown = {f"item-{number}" for number in town.delivered - town.leaving}
    assert shown <= set(found.shown)
    assert not {f"item-{number}" for number in town.leaving} & set(found.shown)
    assert found.listed("index.html") == found.shown
    assert {key for key, data in found.data.items() if "removed" in data} == set(found.listed("removed.html"))
    assert _rebuilt(town.rig, anew).tree() == found.tree()


def _rebuilt(rig: NewsroomRig, anew: Path) -> Archive:
    """The pages that are made from nothing but the data files and the pictures."""
    ignore = shutil.ignore_patterns("*.html")
    shutil.copytree(rig.site / "items", anew / "site" / "items", ignore=ignore)
    rebuild(Site(anew, OWNER, ADDRESS + "/"))
    return Archive(anew / "site")


def test_many_at_once_leave_lists_that_have_them_all(tmp_path: Path) -> None:
    rig = NewsroomRig(tmp_path / "newsroom")
    posts = [Post("newsroom", (f"Story {number}",), options=(("program", "bikes"),)) for number in range(12)]
    rig.published("item-gone")

    def deliver(number: int) -> None:
        outcome = rig.platform.deliver(posts[number], rig.account, JournalDouble(key=f"item-{number}"))
        assert isinstance(outcome, Delivered)
        if number % 4 == 0:
            rig.platform.retract(Receipt("item-gone"), rig.account)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(deliver, range(12)))
    assert set(rig.archive.listed("programs/bikes.html")) == {f"item-{number}" for number in range(12)}
    assert rig.archive.listed("removed.html") == ["item-gone"]
    rig.archive.check()
    assert _rebuilt(rig, tmp_path / "anew").tree() == rig.archive.tree()


def test_lists_do_not_depend_on_the_order_in_which_items_are_read(tmp_path: Path) -> None:
    rig = NewsroomRig(tmp_path / "newsroom")
    for number, program in enumerate(PROGRAMS):
        rig.published(f"item-{number}", program=program, language="es" if number % 2 else "en")
    entries = [decode(file.read_bytes()) for file in rig.site.glob("items/*/item.json")]
    one, other = (dict(lists(archive(OWNER, ADDRESS + "/", some))) for some in (entries, reversed(entries)))
    assert one == other
    assert one.keys() == other.keys()


def test_a_department_with_a_new_name_has_it_on_every_page(tmp_path: Path) -> None:
    rig = NewsroomRig(tmp_path / "newsroom")
    rig.published("item")
    rebuild(Site(rig.folder, "Port Halyard Police", ADDRESS + "/"))
    assert [page.path.name for page in rig.archive.pages if "Port Halyard Police" not in page.one("title").text] == []


def test_what_lay_in_the_folder_before_stays(tmp_path: Path) -> None:
    rig = NewsroomRig(tmp_path / "newsroom")
    rig.published("item")
    (rig.site / "robots.txt").write_text("User-agent: *\n")
    (rig.site / ".well-known").mkdir()
    rig.published("another")
    assert (rig.site / "robots.txt").exists()
    assert (rig.site / ".well-known").exists()


def test_nothing_is_written_anew_that_is_there_already(tmp_path: Path) -> None:
    rig = NewsroomRig(tmp_path / "newsroom")
    rig.published("item", when="2026-12-01")
    before = {path: path.stat().st_mtime_ns for path in rig.site.rglob("*")}
    rebuild(Site(rig.folder, OWNER, ADDRESS + "/"))
    assert {path: path.stat().st_mtime_ns for path in rig.site.rglob("*")} == before


@pytest.mark.parametrize("moment", [datetime(2026, 1, 1, 4, 59, tzinfo=UTC), datetime(2026, 1, 1, 5, 0, tzinfo=UTC)])
def test_the_year_turns_at_the_departments_midnight(tmp_path: Path, moment: datetime) -> None:
    rig = NewsroomRig(tmp_path / "newsroom")
    rig.now = moment
    outcome = rig.platform.deliver(Post("newsroom", ("Hello",)), rig.account, JournalDouble())
    assert isinstance(outcome, Delivered)
    assert (rig.site / "dates" / ("2025-12.html" if moment.minute else "2026-01.html")).exists()
