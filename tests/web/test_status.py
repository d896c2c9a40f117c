"""/healthz says whether the daemon works, /metrics how much; neither says anything private."""

import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.exc import OperationalError

from socialpub.desk.holds import hold_all
from socialpub.metronome import Metronome
from socialpub.model.states import DeliveryState, StoryState
from socialpub.settings import SettingsError, Web
from socialpub.web.status import PATIENCE, Status, serving
from tests.daemon.eventually import eventually, until
from tests.databases import KINDS, upgraded
from tests.town import Town, town


@pytest.fixture(params=KINDS)
def here(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    with upgraded(request.param, tmp_path) as url, town(tmp_path, url) as made:
        made.add_file_channel()
        yield made


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Town]:
    with upgraded("sqlite", tmp_path) as url, town(tmp_path, url) as made:
        yield made


@contextmanager
def _watching(here: Town, stage: Callable[[], None] = lambda: None, heartbeat: float = 60) -> Iterator[Status]:
    length = timedelta(seconds=heartbeat)
    metronome = Metronome([("stage", stage)], lambda: datetime.now(UTC), lambda: 0, length, timedelta(seconds=0.02))
    metronome.start()
    try:
        yield Status(here.app, metronome)
    finally:
        metronome.stop()


@dataclass
class Page:
    status: int
    kind: str
    text: str


def _get(port: int, path: str) -> Page:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return Page(answer.status, answer.headers["content-type"], answer.read().decode())
    except urllib.error.HTTPError as refused:
        with refused:
            return Page(refused.code, refused.headers["content-type"], refused.read().decode())


def _counts(text: str) -> dict[str, float]:
    """Every sample by its name and label, e.g. `socialpub_deliveries{delivered}`."""
    return {
        sample.name + "".join(f"{{{value}}}" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_the_pages_are_served_on_a_port_of_their_own(plain: Town) -> None:
    with _watching(plain) as status, serving(Web(port=0), status) as port:
        health, metrics = _get(port, "/healthz"), _get(port, "/metrics")
        assert (health.status, health.text) == (200, "ok")
        assert metrics.status == 200
        assert metrics.kind.startswith("text/plain; version=0.0.4")
        assert _counts(metrics.text)["socialpub_stand_down"] == 0
        assert _get(port, "/nothing").status == 404


def test_the_port_is_free_again_afterwards(plain: Town) -> None:
    with _watching(plain) as status:
        with serving(Web(port=0), status) as port:
            pass
        with serving(Web(port=port), status) as again:
            assert again == port


def test_a_port_that_is_taken_is_refused_in_words(plain: Town) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, _watching(plain) as status:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=rf"port {port}: no pages .*SP031"), serving(Web(port=port), status):
            pass


def test_a_stage_that_fails_is_named_and_its_words_stay_in_the_log(plain: Town) -> None:
    def fails() -> None:
        raise OperationalError("SELECT Maya", {"text": "Maya, 9"}, Exception("near Maya"))

    with _watching(plain, fails) as status, serving(Web(port=0), status) as port:
        eventually(lambda: status.trouble() != "")
        page = _get(port, "/healthz")
        assert page.status == 503
        assert page.text == "the stage stage fails: OperationalError; the log has the details"


def test_a_stage_that_hangs_is_named(plain: Town) -> None:
    gate = threading.Event()
    with _watching(plain, until(gate), heartbeat=0.05) as status:
        assert status.patience == PATIENCE * timedelta(seconds=0.05)
        assert eventually(status.trouble) == "the stage stage has not ended for 1 minute"
        gate.set()
        eventually(lambda: status.trouble() == "")


def test_every_state_is_counted(here: Town) -> None:
    with _watching(here) as status:
        before = _counts(status.metrics().decode())
        assert {f"socialpub_deliveries{{{state.value}}}" for state in DeliveryState} <= set(before)
        assert {f"socialpub_stories{{{state.value}}}" for state in StoryState} <= set(before)
        assert set(before.values()) == {0}
        here.drop()
        here.turn()
        here.approve()
        here.settle()
        hold_all(here.app.db, here.who("panand"), "a drill")
        after = _counts(status.metrics().decode())
    assert after["socialpub_deliveries{delivered}"] == 1
    assert after["socialpub_stories{approved}"] == 1
    assert after["socialpub_stand_down"] == 1
    assert after["socialpub_notices_waiting"] > 0


def test_no_word_of_a_story_is_on_any_page(plain: Town) -> None:
    plain.add_file_channel()
    plain.drop(text="Officers thanked Wilhelmina for her drawing.")
    plain.turn()
    with _watching(plain) as status:
        assert b"Wilhelmina" not in status.metrics()
        assert "jruiz" not in status.metrics().decode()
