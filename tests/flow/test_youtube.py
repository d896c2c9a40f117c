"""YouTube through the whole house: a story with a video, and a daemon that is killed at any point of its way out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from socialpub.compose.carried import carried
from socialpub.compose.post import Composed
from socialpub.desk import prepare
from socialpub.model.document import StoryDocument
from socialpub.model.limits import Limits
from socialpub.model.post import Media, Post
from socialpub.model.states import DeliveryState
from socialpub.sandbox.handle import Sandbox
from tests.flow.networks import Network, YouTube, ask, picture
from tests.flow.test_kills import _sweep, _trial
from tests.town import Town, town


def _as_a_film(story: StoryDocument, limits: Limits, media: Sequence[Media]) -> Composed:
    """Stands for a room that makes videos: the bytes of a rendition, called one. The sandbox decodes nothing."""
    [item] = media
    film = replace(item, mime="video/mp4", alt="")
    return Composed(Post(limits.name, (story.text,), (film,), options=carried(story, story.text, limits)))


def _approved(here: Town, network: Network) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prepare, "compose", _as_a_film)
        here.drop(photos=network.photos)
        here.turn()
        here.approve()


def _youtube(sandbox: Sandbox) -> YouTube:
    sandbox.reset()
    return YouTube(sandbox, {"a.jpg": picture("navy")})


def _all_videos(sandbox: Sandbox) -> int:
    """How many sessions were begun: each may have left a private video."""
    return sum(r["method"] == "POST" and r["path"] == "/upload/youtube/v3/videos" for r in sandbox.requests())


def test_a_story_with_a_video_is_public_once_under_its_own_title(tmp_path: Path, sandbox: Sandbox) -> None:
    network = _youtube(sandbox)
    sandbox.rules(youtube_processing_s=0)
    with town(tmp_path) as here:
        network.open(here)
        _approved(here, network)
        here.settle()
        assert here.states() == {DeliveryState.DELIVERED}
        assert network.visible(tmp_path) == network.receipts(here)
    [shown] = ask(sandbox, "/_sandbox/posts")
    assert shown["platform"] == "youtube"


def test_a_video_in_processing_waits_and_nothing_is_uploaded_again(tmp_path: Path, sandbox: Sandbox) -> None:
    network = _youtube(sandbox)
    with town(tmp_path) as here:
        here.clock.now = datetime.now(UTC)  # the adapter's own clock says when to look again
        sandbox.rules(youtube_processing_s=50_000)
        network.open(here)
        _approved(here, network)
        for _ in range(4):
            here.turn(61)
        assert here.states() == {DeliveryState.DEFERRED}
        assert sandbox.posts() == []
        sandbox.clock("2099-01-01T00:00:00Z")
        sandbox.order(
            "POST", "accounts", {"platform": "youtube", **sandbox.accounts()["youtube"][0], "bearer_expires": None}
        )
        here.settle(7200)
        assert here.states() == {DeliveryState.DELIVERED}
    assert _all_videos(sandbox) == 1


def test_a_daemon_killed_at_any_point_shows_one_video_and_loses_none(tmp_path: Path, sandbox: Sandbox) -> None:
    network = _youtube(sandbox)
    with _trial("sqlite", tmp_path, network, _approved) as (trial, put_back):
        points = _sweep(trial, put_back, network)
    steps = ("renew", "claim", "youtube.session", "youtube.chunk", "journal.video", "journal.publish", "settle")
    assert {f"{step}.{side}" for step in (*steps, network.visible_call) for side in ("before", "after")} <= set(
        points
    )
