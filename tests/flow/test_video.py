"""A video's whole way: from an officer's folder to the outbox, approved by another, with captions and poster."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from socialpub.cli import showing
from socialpub.media.video.unmarked import look
from socialpub.model.limits import Limits
from socialpub.model.states import DeliveryState
from socialpub.store.schema import FoundRow, PostRow, Rendition
from tests.media import film
from tests.town import Town, town

CAPTIONS = b"WEBVTT\n\nNOTE private\n\n00:00.200 --> 00:01.800\n<v Ofc. Ruiz>Good dog, Biscuit!\n"
VIDEO = {"file": "clip.mov", "alt": "A dog finds a glove", "captions": "clip.en.vtt", "audio": "speech: handler"}


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path) as place:
        place.add_file_channel()
        yield place


def drop(here: Town, captions: bytes = CAPTIONS, clip: bytes | None = None, **keys: Any) -> None:
    """A story with one video."""
    files = {"clip.mov": clip or film.clip(), "clip.en.vtt": captions}
    here.drop("video", files=files, **{"videos": [VIDEO], **keys})


def limit(here: Town, **videos: Any) -> None:
    """Other limits for the outbox."""
    limits = here.app.limits["file"]
    changed = limits.model_dump() | {"videos": limits.videos and limits.videos.model_dump() | videos}
    here.app.limits["file"] = Limits.model_validate(changed)


def sheet(here: Town) -> str:
    with here.app.db.reading() as session:
        return showing.anything(session, here.story().id, here.app.zone, here.spool / "media", here.app.limits)[1]


def findings(here: Town) -> list[FoundRow]:
    with here.app.db.reading() as session:
        return list(session.scalars(select(FoundRow)))


def posts(here: Town) -> list[PostRow]:
    with here.app.db.reading() as session:
        return list(session.scalars(select(PostRow)))


def test_a_video_goes_from_the_inbox_to_the_outbox(here: Town) -> None:
    drop(here)
    here.turn()
    here.approve()
    here.settle()
    assert here.states() == {DeliveryState.DELIVERED}
    [folder] = here.outbox.glob("*/[!.]*")
    assert {path.name for path in folder.iterdir()} == {
        "README.txt", "post.json", "text.txt", "video-1.mp4", "video-1.en.vtt", "video-1-poster.jpg",
    }  # fmt: skip
    assert look(folder / "video-1.mp4").heard
    assert (folder / "video-1.en.vtt").read_text("utf-8") == (
        "WEBVTT\n\n00:00:00.200 --> 00:00:01.800\nOfc. Ruiz: Good dog, Biscuit!\n"
    )
    for path in folder.iterdir():
        assert not any(secret in path.read_bytes() for secret in film.SECRETS), path.name


def test_all_that_leaves_is_in_the_post_frozen_and_kept(here: Town) -> None:
    drop(here)
    here.turn()
    here.approve()
    [media] = posts(here)[0].body["media"]
    with here.app.db.reading() as session:
        rows = {row.sha256: row for row in session.scalars(select(Rendition))}
    for key in ("sha256", "captions_sha256", "poster_sha256"):
        assert rows[media[key]].frozen_at is not None
        kept = here.app.shelf.rendition(media[key])
        assert hashlib.sha256(kept.read_bytes()).hexdigest() == media[key]
    assert (media["mime"], media["captions_language"], media["alt"]) == ("video/mp4", "en", "A dog finds a glove")


def test_the_original_is_kept_as_it_came(here: Town) -> None:
    drop(here)
    here.turn()
    original = here.app.shelf.original(hashlib.sha256(film.clip()).hexdigest())
    assert original.read_bytes() == film.clip()
    assert original.stat().st_mode & 0o777 == 0o400


def test_the_reviewer_sees_the_file_its_length_its_captions_and_its_poster(here: Town) -> None:
    drop(here)
    here.turn()
    words = sheet(here)
    [media] = posts(here)[0].body["media"]
    assert f"video 64x48, 2 seconds, {media['size']:,} bytes: {here.app.shelf.rendition(media['sha256'])}" in words
    assert "  | Ofc. Ruiz: Good dog, Biscuit!" in words
    assert f"poster: {here.app.shelf.rendition(media['poster_sha256'])}" in words
    assert 'Video 1: "clip.mov"' in words


def test_words_in_captions_are_judged_like_the_text(here: Town) -> None:
    drop(here, CAPTIONS + b"\n00:01.850 --> 00:01.950\n9-year-old Emma Diaz is a juvenile we found\n")
    here.turn()
    struck = [row.finding for row in findings(here) if row.finding["where"] == "video"]
    assert any(row["level"] == "block" and "Emma" in (row["evidence"] or "") for row in struck), struck


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ({"clip": film.clip()[:9_000]}, "not whole"),
        ({"clip": b"MZ a program"}, "a program"),
        ({"captions": b"no captions"}, "no times"),
        ({"captions": CAPTIONS.replace(b"00:01.8", b"00:09.8")}, "after the video has ended"),
        ({"captions": b"\xff\xfe"}, "UTF-8"),
    ],
    ids=["cut off", "program", "no captions", "of another", "not UTF-8"],
)
def test_what_cannot_be_used_is_refused_with_the_reason_and_nothing_is_lost(
    here: Town, keys: dict[str, Any], reason: str
) -> None:
    drop(here, **keys)
    here.turn(seconds=4_000_000)
    [said] = (here.spool / "corrupt").glob("*.reason.txt")
    assert reason in said.read_text("utf-8")
    [folder] = (path for path in (here.spool / "corrupt").iterdir() if path.is_dir())
    assert (folder / "clip.mov").read_bytes() == keys.get("clip", film.clip())


def test_a_network_that_takes_none_leaves_it_out_and_says_so(here: Town) -> None:
    here.app.limits["file"] = here.app.limits["file"].model_copy(update={"videos": None})
    drop(here)
    here.turn()
    assert posts(here)[0].body["media"] == []
    assert posts(here)[0].notes == ["Video 1 was left out: Outbox folder takes no video."]


def test_what_is_too_long_for_a_network_is_left_out_aloud_and_never_cut(here: Town) -> None:
    limit(here, longest_s=1)
    drop(here)
    here.turn()
    assert posts(here)[0].body["media"] == []
    assert "lasts 2 seconds and the most is 1" in posts(here)[0].notes[0]
    assert [row.level for row in findings(here) if row.finding["rule"] == "prepare.video"] == ["warn"]


def test_a_network_of_videos_gets_no_story_without_one(here: Town) -> None:
    limit(here, least=1)
    here.drop("words")
    here.turn()
    assert posts(here) == []
    [row] = (row for row in findings(here) if row.finding["rule"] == "prepare.post")
    assert row.level == "note"
    assert "no story without a video" in row.finding["says"]


def test_one_that_does_not_fit_a_network_of_videos_is_a_warning(here: Town) -> None:
    limit(here, least=1, longest_s=1)
    drop(here)
    here.turn()
    assert posts(here) == []
    assert {row.level for row in findings(here) if row.finding["rule"].startswith("prepare.")} == {"warn"}
