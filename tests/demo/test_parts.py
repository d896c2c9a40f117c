"""What the demo refuses, and what it says when something is not as it should be."""

import os
import threading
import tomllib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from typer.testing import CliRunner

from socialpub import spool
from socialpub.cli.root import app
from socialpub.demo import home, play, public, steps, town
from socialpub.demo.cast import RETURNED, STORIES, WAIVED
from socialpub.demo.reading import Sent
from socialpub.demo.waiting import DemoFailed, Interrupted, Watch
from socialpub.intake.folder import read_document
from socialpub.model.states import DeliveryState
from tests.demo import draw
from tests.platforms.rig import LIMITS
from tests.town import ROOT


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return home.make_home()


def test_only_the_spacing_of_the_networks_is_changed(folder: Path) -> None:
    paces = {name: limits.pace.spacing_s for name, limits in LIMITS.items()}
    assert home.hasten(folder) == {name: f"{seconds:g}" for name, seconds in paces.items() if seconds}
    for file in (ROOT / "policies").rglob("*.toml"):
        theirs = tomllib.loads((folder / file.relative_to(ROOT)).read_text("utf-8"))
        ours = tomllib.loads(file.read_text("utf-8"))
        if "spacing_s" in ours.get("pace", {}):
            assert theirs["pace"].pop("spacing_s") == 1
            del ours["pace"]["spacing_s"]
        assert theirs == ours


@pytest.mark.parametrize(
    "line", ['[queue]\ndir = "/var/spool/socialpub"', '[queue]\ndatabase = "postgresql:///real"']
)
def test_settings_that_lead_elsewhere_are_refused(folder: Path, line: str) -> None:
    (folder / "settings.toml").write_text(line, "utf-8")
    with pytest.raises(RuntimeError, match="lead out of"):
        home.settings_of(folder)


def test_the_environment_is_as_before_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOCIALPUB__QUEUE__DATABASE", "postgresql:///real")
    with home.alone() as names:
        assert names == ["SOCIALPUB__QUEUE__DATABASE"]
        assert "SOCIALPUB__QUEUE__DATABASE" not in os.environ
    assert os.environ["SOCIALPUB__QUEUE__DATABASE"] == "postgresql:///real"


def test_a_daemon_that_cannot_start_is_told_with_its_reason(folder: Path) -> None:
    settings = home.settings_of(folder)
    spool.make(settings.queue.dir)
    watch = Watch(threading.Event())
    with (
        spool.lock(settings.queue.dir),
        pytest.raises(DemoFailed, match="a daemon works here already"),
        watch.daemon(settings),
    ):
        pass


def test_a_wish_to_stop_ends_any_waiting() -> None:
    stopping = threading.Event()
    stopping.set()
    with pytest.raises(Interrupted):
        Watch(stopping).until(lambda: None, "never")


def _sent(remote_id: str = "7", state: DeliveryState = DeliveryState.DELIVERED) -> Sent:
    return Sent("d", "s", "outbox", "file", state, "the disk is full", "0" * 64, (remote_id,), "")


def _shown(url: str, remote_id: str = "7") -> dict[str, Any]:
    return {"channel": "outbox", "remote_id": remote_id, "url": url}


def test_what_the_networks_show_must_be_what_we_have_receipts_for(tmp_path: Path) -> None:
    here = tmp_path.as_uri()
    public.compare([_shown(here)], [_sent()])
    for shown in ([], [_shown(here, "8")], [_shown(here), _shown(here)]):
        with pytest.raises(DemoFailed, match="receipts"):
            public.compare(shown, [_sent()])


@pytest.mark.parametrize("url", ["file:///nowhere/at/all", "http://127.0.0.1:9/x/i/status/7"])
def test_an_address_that_does_not_open_is_told(url: str) -> None:
    with pytest.raises(DemoFailed, match="nothing is at"):
        public.compare([_shown(url)], [_sent()])


def test_a_delivery_that_waiting_will_not_deliver_ends_the_demo_with_its_reason() -> None:
    steps._refuse_stuck([_sent(), _sent(state=DeliveryState.UNCONFIRMED)], {"s": "bike"})
    with pytest.raises(DemoFailed, match="bike on outbox: needs person: the disk is full"):
        steps._refuse_stuck([_sent(state=DeliveryState.NEEDS_PERSON)], {"s": "bike"})


@pytest.mark.parametrize(
    ("trouble", "code", "words"),
    [
        (DemoFailed("x: failed"), 1, "did not work: x: failed"),
        (Interrupted(), 1, "stopped before"),
        (OSError("no space left"), 3, "could not go on: no space left"),
    ],
)
def test_what_goes_wrong_is_one_line_and_a_code(
    trouble: Exception, code: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise trouble

    monkeypatch.setattr(play, "play", fail)
    told = CliRunner().invoke(app, ["demo", "--once", "--json"])
    assert (told.exit_code, told.stdout) == (code, "")
    assert words in told.stderr


def test_the_script_speaks_of_stories_that_there_are() -> None:
    names = {folder.name for folder in town.stories()}
    assert len(names) == 6
    assert {name for name, _ in WAIVED} | set(RETURNED) <= names
    assert {read_document(folder / "story.toml").id for folder in town.stories()} == names
    assert {path.name for path in STORIES.iterdir()} == names == set(draw.NAMES)


def test_the_pictures_are_of_every_kind_and_small() -> None:
    files = [STORIES / story / name for story, name in draw.NAMES.items()]
    assert {file.suffix for file in files} == {".jpg", ".png", ".webp"}
    assert sum(file.stat().st_size for file in files) < 1_500_000


def test_one_picture_lies_on_its_side_and_says_where_it_was_taken() -> None:
    with Image.open(STORIES / "4-lost-bike" / "bike.jpg") as picture:
        exif = picture.getexif()
        assert (picture.size, exif[draw.ORIENTATION]) == ((1200, 1600), 6)
        assert exif.get_ifd(draw.GPS)[2] == (41.0, 12.0, 33.0)


def test_a_scene_can_be_drawn_and_saved_again(tmp_path: Path) -> None:
    picture = Image.new("RGB", (16, 12), "navy")
    for name in draw.NAMES.values():
        draw.save(picture, tmp_path / name)
        with Image.open(tmp_path / name) as saved:
            assert set(saved.size) == {16, 12}
