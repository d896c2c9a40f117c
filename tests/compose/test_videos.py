"""Which videos a post shows, and what is said of the others."""

from typing import Any

import pytest

from socialpub.compose.post import compose
from socialpub.compose.refusal import CannotCompose, NoVideo
from socialpub.model.document import StoryDocument
from socialpub.model.limits import Limits, VideoLimits
from socialpub.model.post import Media
from tests.compose.test_post import network, photo

TOLD = StoryDocument.model_validate(
    {"text": "A dog finds a glove.", "videos": [{"file": "a.mp4"}, {"file": "b.mp4"}]}
)
VIDEO = Media(
    "ab" * 32, "video/mp4", 100, 60, 900, "A dog\u200b finds a glove in the grass", "cd" * 32, "en", "ef" * 32
)


def taking(**videos: Any) -> Limits:
    whole = {"most": 1, "max_bytes": 1000, "longest_s": 60, "width": 100, "height": 100} | videos
    return network().model_copy(update={"videos": VideoLimits.model_validate(whole)})


def test_the_video_is_shown_and_the_others_are_named() -> None:
    composed = compose(TOLD, taking(), [VIDEO, VIDEO])
    assert [item.mime for item in composed.post.media] == ["video/mp4"]
    assert composed.notes == ("Video 2 was left out: Sample takes 1 at most.",)


def test_captions_and_poster_go_with_it_and_alt_where_the_network_has_it() -> None:
    [shown] = compose(TOLD, taking(most=2), [VIDEO]).post.media
    assert (shown.captions_sha256, shown.poster_sha256, shown.alt) == ("cd" * 32, "ef" * 32, "")
    composed = compose(TOLD, taking(most=2, alt_longest=20), [VIDEO])
    assert composed.post.media[0].alt == "A dog finds a glove…"
    assert composed.notes == ("The alt text of video 1 was shortened to 20 characters.",)


def test_photos_go_beside_it_only_where_the_network_shows_both() -> None:
    both = [VIDEO, photo(1)]
    alone = compose(TOLD, taking(most=2), both)
    assert len(alone.post.media) == 1
    assert alone.notes == ("The photo was left out: Sample shows no photo beside a video.",)
    assert len(compose(TOLD, taking(most=2, with_photos=True), both).post.media) == 2
    assert compose(TOLD, taking(most=2), [photo(1)]).post.media == (photo(1),)


def test_a_network_without_videos_says_that_it_left_them_out() -> None:
    assert compose(TOLD, network(), [photo(1)]).notes == (
        "Video 1 was left out: Sample takes no video.",
        "Video 2 was left out: Sample takes no video.",
    )


def test_a_network_of_videos_declines_a_story_without_one() -> None:
    with pytest.raises(NoVideo, match="takes no story without a video"):
        compose(StoryDocument(text="Hello"), taking(least=1), [photo(1)])
    with pytest.raises(CannotCompose, match="does not fit there") as refused:
        compose(TOLD, taking(least=1), [])
    assert not isinstance(refused.value, NoVideo)


@pytest.mark.parametrize("other", [{"width": 99}, {"height": 59}, {"max_bytes": 1000}])
def test_a_rendition_of_older_limits_is_refused(other: dict[str, Any]) -> None:
    large = Media("ab" * 32, "video/mp4", 100, 60, 1001)
    with pytest.raises(CannotCompose, match="prepare the video for Sample again"):
        compose(TOLD, taking(**other), [large])
