"""YouTube against the sandbox: the whole suite, said for a network of videos where it speaks of photos and lists."""

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from socialpub.model.outcome import (
    Absent,
    AskAgain,
    CannotTell,
    Deferred,
    Delivered,
    Found,
    Refused,
    Scope,
    Unconfirmed,
)
from socialpub.model.post import LinkCard, Media, Post
from socialpub.platforms import youtube_video
from socialpub.platforms.contract import Halt
from socialpub.platforms.youtube import LOOK_AGAIN, YouTubePlatform
from tests.platforms.double import Died, JournalDouble
from tests.platforms.network_conformance import NetworkConformance
from tests.platforms.rig import NetworkRig, Rig, Sandbox, YouTubeRig, make_post, since


@pytest.fixture
def rig(sandbox: Sandbox) -> YouTubeRig:
    return YouTubeRig(sandbox, YouTubePlatform)


class TestYouTube(NetworkConformance):
    """What is overridden here asks the same of a video as the suite asks of photos and lists."""

    def test_unusual_characters_arrive_unchanged(self, rig: Rig) -> None:
        text = "K-9 “Rex” & friends met 12 kids — ¡gracias! 🐕‍🦺 100%\n\nSee riverbendpd.example/e?a=1&b=2"
        assert isinstance(rig.platform.deliver(make_post(rig, text), rig.account, JournalDouble()), Delivered)
        assert [shown.text for shown in rig.shown()] == [text]

    def test_a_post_for_another_network_an_option_or_a_video_is_refused_before_anything_is_sent(
        self, rig: Rig
    ) -> None:
        good, journal = make_post(rig), JournalDouble()
        [film] = good.media
        photo, title = Media("0" * 64, "image/png", 2, 2, 10), ("title", "A story")
        for post in (
            dataclasses.replace(good, platform="elsewhere"),
            dataclasses.replace(good, media=()),
            dataclasses.replace(good, media=(film, film)),
            dataclasses.replace(good, media=(photo,)),
            dataclasses.replace(good, media=(film, photo)),
            dataclasses.replace(good, media=(dataclasses.replace(film, mime="video/quicktime"),)),
            dataclasses.replace(good, media=(dataclasses.replace(film, alt="Cannot be shown"),)),
            dataclasses.replace(good, media=(dataclasses.replace(film, size=10**9),)),
            dataclasses.replace(good, media=(dataclasses.replace(film, captions_sha256="0" * 64),)),
            dataclasses.replace(good, texts=("   ",)),
            dataclasses.replace(good, texts=("I <3 this",)),
            dataclasses.replace(good, texts=("é" * 2501,)),
            dataclasses.replace(good, options=()),
            dataclasses.replace(good, options=(("title", "a" * 101),)),
            dataclasses.replace(good, options=(("title", "a < b"),)),
            dataclasses.replace(good, options=(("colour", "blue"), title)),
            dataclasses.replace(good, options=(("made_for_kids", "perhaps"), title)),
            dataclasses.replace(good, link_card=LinkCard("https://riverbendpd.example/")),
        ):
            outcome = rig.platform.deliver(post, rig.account, journal)
            assert isinstance(outcome, Refused), post
            assert outcome.remedy
        assert journal.calls == []
        assert rig.shown() == []

    @pytest.mark.parametrize(
        "text", ["Two links https://a.example/ and /b/", "  Trimmed \n", "Q&A &amp;", "Cafe\u0301"]
    )
    def test_a_text_that_the_network_shows_differently_is_still_found(self, rig: NetworkRig, text: str) -> None:
        super().test_a_text_that_the_network_shows_differently_is_still_found(rig, text)

    def test_a_refused_connection_on_the_visible_call_only_defers(
        self, rig: NetworkRig, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Every attempt asks before it switches, so a closed port is met before the intent."""
        account, journal = dataclasses.replace(rig.account, base_url="http://127.0.0.1:1"), JournalDouble()
        monkeypatch.setattr("socialpub.platforms.owners.Owners.prove", lambda *_: None)
        outcome = rig.platform.deliver(make_post(rig), account, journal)
        assert isinstance(outcome, Deferred)
        assert journal.calls == []

    def test_the_same_text_again_is_looked_for_instead_of_refused(self, rig: NetworkRig) -> None:
        """The switch may be repeated: it is one video, and shows nothing new."""
        journal, begun, post = JournalDouble(), since(), make_post(rig)
        first = rig.platform.deliver(post, rig.account, journal)
        assert rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)) == first
        assert isinstance(first, Delivered)
        assert rig.platform.find(post, rig.account, journal, begun) == Found(first.receipts)
        assert len(rig.shown()) == 1

    def test_what_the_network_says_it_has_is_never_taken_for_absent(self, rig: NetworkRig) -> None:
        """A video that is gone after a call that may have shown it was perhaps seen and deleted: a person knows."""
        journal, post = _gone_after_the_call(rig)
        assert isinstance(rig.platform.find(post, rig.account, journal, since()), CannotTell)
        assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Unconfirmed)
        assert isinstance(rig.platform.find(post, rig.account, journal, since()), CannotTell)
        assert len(rig.seen("session")) == 1

    def test_photos_forgotten_after_a_call_that_may_have_worked_are_never_uploaded_again(
        self, rig: NetworkRig
    ) -> None:
        journal, post = _gone_after_the_call(rig)
        rig.platform.deliver(post, rig.account, JournalDouble(journal.notes))
        assert len(rig.seen("session")) == 1
        assert rig.shown() == []

    def test_a_person_who_says_that_it_is_not_there_gets_new_photos(self, rig: NetworkRig) -> None:
        journal, post = _gone_after_the_call(rig)
        rig.platform.deliver(post, rig.account, JournalDouble(journal.notes))
        assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Delivered)
        assert len(rig.seen("session")) == 2
        assert len(rig.shown()) == 1

    def test_photos_forgotten_at_the_first_try_are_uploaded_again_and_each_id_is_kept(self, rig: NetworkRig) -> None:
        """Somebody deleted the private video before anybody could see it."""
        journal, post = JournalDouble(), make_post(rig)
        journal.halt_at = "publish"
        with pytest.raises(Halt):
            rig.platform.deliver(post, rig.account, journal)
        lost = journal.recall("video")["id"]
        rig.sandbox.order(f"posts/{lost}/delete", {})
        assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Deferred)
        assert journal.recall("video") == {"id": "", "was": lost}
        assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Delivered)
        assert len(rig.seen("session")) == 2

    def test_photos_that_the_network_forgot_early_are_uploaded_again_by_the_next_attempt(
        self, rig: NetworkRig
    ) -> None:
        """A session that the network has forgotten, and of which no video came, is begun anew at once."""
        journal, post = JournalDouble(), make_post(rig)
        journal.die_after = "arrived"
        with pytest.raises(Died):
            rig.platform.deliver(post, rig.account, journal)
        rig.sandbox.order("clock", {"now": (datetime.now(UTC) + timedelta(days=8)).isoformat()})
        assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Delivered)
        assert len(rig.seen("session")) == 2
        assert len(rig.seen("uploads")) == 1, "it was looked for first"

    def test_photos_uploaded_too_long_ago_are_uploaded_again(self, rig: NetworkRig) -> None:
        """A private video has no end: it is used however late the next attempt comes."""
        journal, post = JournalDouble(), make_post(rig, photos=1)
        journal.halt_at = "publish"
        with pytest.raises(Halt):
            rig.platform.deliver(post, rig.account, journal)
        tomorrow = rig.build(clock=lambda: datetime.now(UTC) + timedelta(hours=25))
        assert isinstance(tomorrow.deliver(post, rig.account, JournalDouble(journal.notes)), Delivered)
        assert [len(rig.seen(call)) for call in ("session", "poster", "captions")] == [1, 1, 1]

    @pytest.mark.parametrize("photos", [0, 1])
    def test_a_list_of_which_not_everything_can_be_read_proves_nothing(self, rig: NetworkRig, photos: int) -> None:
        journal, post = JournalDouble(), make_post(rig, photos=photos)
        rig.platform.deliver(post, rig.account, journal)
        video_id = journal.recall("video")["id"]
        bodies: list[Any] = [
            [{"id": video_id}],
            [{"id": video_id, "status": {"privacyStatus": "secret"}}],
            [{"id": video_id, "status": []}],
            [{"id": "another-one", "status": {"privacyStatus": "private"}}],
            [{"id": 7, "status": {"privacyStatus": "private"}}],
            [None],
            {},
        ]
        for items in bodies:
            rig.fault("wrong_type", "find", status=200, body={"kind": "youtube#videoListResponse", "items": items})
            assert isinstance(rig.platform.find(post, rig.account, journal, since()), AskAgain), items
        rig.fault("wrong_type", "find", status=200, body={"items": []})
        assert isinstance(rig.platform.find(post, rig.account, journal, since()), AskAgain)

    def test_a_post_that_reads_nearly_like_this_one_is_for_a_person_to_tell(self, rig: NetworkRig) -> None:
        """Somebody changed the private video's words: it is not what was approved, and is not shown."""
        journal, post = JournalDouble(), make_post(rig)
        journal.halt_at = "publish"
        with pytest.raises(Halt):
            rig.platform.deliver(post, rig.account, journal)
        video_id = journal.recall("video")["id"]
        for snippet in ({"title": "A storm", "description": post.text}, {"title": "A story", "description": "Else"}):
            whole = {"privacyStatus": "private", "uploadStatus": "processed"}
            items = [{"id": video_id, "snippet": snippet, "status": whole}]
            rig.fault("wrong_type", "find", status=200, body={"kind": "youtube#videoListResponse", "items": items})
            outcome = rig.platform.deliver(post, rig.account, JournalDouble(journal.notes))
            assert isinstance(outcome, Refused)
            assert "not the approved one" in outcome.reason
        assert rig.seen("create") == []

    def test_an_error_that_is_only_a_text_is_no_success_and_its_words_stay_here(
        self, rig: NetworkRig, caplog: pytest.LogCaptureFixture
    ) -> None:
        journal, post = JournalDouble(), make_post(rig)
        first = rig.platform.deliver(post, rig.account, journal)
        assert isinstance(first, Delivered)
        quoting = {"error": f"Invalid token {' '.join(rig.account.secret.values())}"}
        told: list[object] = []
        for call, kind in (("create", Unconfirmed), ("upload", Deferred), ("session", Deferred)):
            more: dict[str, Any] = {"status": 400} if call == "session" else {}
            rig.fault("wrong_type", call, **{"status": 200, "commit": "never", "body": quoting, **more})
            told.append(rig.platform.deliver(make_post(rig, f"Trouble with {call}"), rig.account, JournalDouble()))
            assert isinstance(told[-1], kind)
        rig.fault("wrong_type", "find", status=200, commit="never", body=quoting)
        told.append(rig.platform.find(post, rig.account, journal, since()))
        assert isinstance(told[-1], AskAgain)
        rig.fault("wrong_type", "delete", status=200, commit="never", body=quoting)
        assert not isinstance(rig.platform.retract(first.receipts[0], rig.account), Delivered)
        assert not any(secret in repr(told) + caplog.text for secret in rig.account.secret.values())

    def test_a_text_that_somebody_also_posted_by_hand_is_for_a_person_to_tell(self, rig: NetworkRig) -> None:
        """Ours is known by its id, whatever else reads like it."""
        begun, post, journal = since(), make_post(rig), JournalDouble()
        rig.by_hand(post.text)
        rig.fault("drop_after_commit")
        assert isinstance(rig.platform.deliver(post, rig.account, journal), Unconfirmed)
        answer = rig.platform.find(post, rig.account, journal, begun)
        assert isinstance(answer, Found)
        assert answer.receipts[0].remote_id == journal.recall("video")["id"]

    def test_a_list_that_lags_says_not_seen_and_later_found(self, rig: NetworkRig) -> None:
        """A video is read by its id, which does not lag."""
        begun, post, journal = since(), make_post(rig), JournalDouble()
        rig.fault("drop_after_commit")
        rig.sandbox.order("lag", {"seconds": 3600})
        rig.platform.deliver(post, rig.account, journal)
        assert isinstance(rig.platform.find(post, rig.account, journal, begun), Found)

    def test_a_post_on_the_second_page_of_the_list_is_found(self, rig: NetworkRig) -> None:
        """The list of uploads is read when a session is gone whose video was not noted."""
        journal, post = JournalDouble(), make_post(rig)
        journal.halt_at = "video"
        with pytest.raises(Halt):
            rig.platform.deliver(post, rig.account, journal)
        for number in range(55):
            rig.by_hand(f"Another story, number {number}")
        rig.sandbox.order("clock", {"now": (datetime.now(UTC) + timedelta(days=8)).isoformat()})
        assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Delivered)
        assert (len(rig.seen("uploads")), len(rig.seen("session"))) == (2, 1)

    def test_a_resumed_attempt_uses_the_photos_that_were_uploaded(self, rig: NetworkRig) -> None:
        journal, post = JournalDouble(), make_post(rig)
        journal.die_after = "arrived"
        with pytest.raises(Died):
            rig.platform.deliver(post, rig.account, journal)
        assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Delivered)
        assert len(rig.seen("upload")) == 4, "three pieces, each once, and one question"
        assert rig.shown()[0].photos == (post.media[0].sha256,)


def _gone_after_the_call(rig: NetworkRig) -> tuple[JournalDouble, Post]:
    journal, post = JournalDouble(), make_post(rig)
    rig.fault("drop_after_commit")
    assert isinstance(rig.platform.deliver(post, rig.account, journal), Unconfirmed)
    rig.sandbox.order(f"posts/{journal.recall('video')['id']}/delete", {})
    return journal, post


# ---- the upload


STEPS = ("session", "arrived", "video", "poster", "captions", "publish")


@pytest.mark.parametrize("how", ["halt_at", "die_after"])
@pytest.mark.parametrize("step", STEPS)
def test_however_an_attempt_ends_the_next_one_goes_on_and_there_is_one_video(
    rig: YouTubeRig, step: str, how: str
) -> None:
    journal, post = JournalDouble(), make_post(rig, photos=1)
    setattr(journal, how, step)
    with pytest.raises((Died, Halt)):
        rig.platform.deliver(post, rig.account, journal)
    assert rig.shown() == []
    outcome = rig.platform.deliver(post, rig.account, JournalDouble(journal.notes))
    assert isinstance(outcome, Delivered)
    assert [shown.remote_id for shown in rig.shown()] == [outcome.receipts[0].remote_id] == rig.videos()
    assert len(rig.own("captions", part="snippet", videoId=rig.videos()[0])) == 1


@pytest.mark.parametrize("piece", [0, 1, 2])
@pytest.mark.parametrize("kind", ["refuse", "mid_body", "drop_before_commit", "drop_after_commit", "html_502"])
def test_a_piece_that_is_lost_is_asked_about_and_sent_once_more_at_most(
    rig: YouTubeRig, kind: str, piece: int
) -> None:
    journal, post = JournalDouble(), make_post(rig)
    rig.fault(kind, "upload", skip=piece)
    assert isinstance(rig.platform.deliver(post, rig.account, journal), Deferred)
    assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Delivered)
    assert len(rig.videos()) == 1
    lost = kind != "drop_after_commit"
    assert len(rig.seen("upload")) == 3 + 1 + lost


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("refuse", {}),
        ("drop_after_commit", {}),
        ("error_after_commit", {"status": 500}),
        ("html_502", {}),
        ("redirect", {}),
        ("empty_200", {"headers": {"location": ""}}),
        ("empty_200", {"headers": {"location": "https://youtube.example/upload/youtube/v3/videos?upload_id=x"}}),
        ("empty_200", {"headers": {"location": "http://[broken"}}),
    ],
)
def test_a_session_that_cannot_be_used_only_defers_and_leaves_no_video(
    rig: YouTubeRig, kind: str, more: dict[str, Any]
) -> None:
    rig.fault(kind, "session", **more)
    journal, post = JournalDouble(), make_post(rig)
    outcome = rig.platform.deliver(post, rig.account, journal)
    assert isinstance(outcome, Deferred)
    assert (outcome.scope, outcome.needs_person, journal.calls) == (Scope.DELIVERY, False, [])
    assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Delivered)
    assert len(rig.videos()) == 1


@pytest.mark.parametrize("span", ["bytes=0-99999999", "bytes=5-9", "soon", "bytes=0--1"])
def test_what_has_arrived_is_not_believed_when_it_makes_no_sense(rig: YouTubeRig, span: str) -> None:
    rig.fault("wrong_type", "upload", skip=0, status=308, commit="never", headers={"range": span}, body="")
    assert isinstance(rig.platform.deliver(make_post(rig), rig.account, JournalDouble()), Deferred)
    assert len(rig.seen("upload")) == 1


def test_a_308_that_leads_elsewhere_is_refused_and_one_that_stands_still_ends_the_attempt(rig: YouTubeRig) -> None:
    elsewhere = {"location": f"{rig.sandbox.url.replace('127.0.0.1', 'localhost')}/elsewhere/x"}
    for headers in (elsewhere, {}):
        rig.fault("wrong_type", "upload", skip=0, status=308, commit="never", headers=headers, body="")
        assert isinstance(rig.platform.deliver(make_post(rig), rig.account, JournalDouble()), Deferred)
    assert len(rig.seen("upload")) == 2
    assert not [r for r in rig.sandbox.requests() if r["path"].startswith("/elsewhere")]


def test_the_session_is_in_no_note_and_in_no_text_and_dies_with_the_app_s_secret(
    rig: YouTubeRig, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    journal, post = JournalDouble(), make_post(rig)
    rig.fault("html_502", "upload", skip=1)
    outcome = rig.platform.deliver(post, rig.account, journal)
    whole = repr(outcome) + repr(journal.notes.steps) + caplog.text
    assert "upload_id" not in whole
    assert "/upload/youtube" not in repr(journal.notes.steps)
    changed = {**rig.account.secret, "client_secret": "another-secret"}
    account = dataclasses.replace(rig.account, secret=changed)
    assert isinstance(rig.platform.deliver(post, account, JournalDouble(journal.notes)), Delivered)
    assert len(rig.seen("session")) == 2


def test_a_video_that_is_shorter_here_than_was_approved_waits_for_a_person(rig: YouTubeRig) -> None:
    post = make_post(rig)
    rig.shelf.kept[post.media[0].sha256] = b"cut short"
    outcome = rig.platform.deliver(post, rig.account, JournalDouble())
    assert isinstance(outcome, Deferred)
    assert outcome.needs_person
    assert rig.videos() == []


def test_a_small_video_is_one_piece(rig: YouTubeRig) -> None:
    post = rig.film("Short", pieces=0.01)
    assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble()), Delivered)
    assert len(rig.seen("upload")) == 1


# ---- picture and captions


def test_picture_and_captions_are_there_before_anybody_sees_the_video(rig: YouTubeRig) -> None:
    journal, post = JournalDouble(), make_post(rig, photos=1)
    rig.platform.deliver(post, rig.account, journal)
    assert journal.calls == ["session", *["arrived"] * 3, "video", "poster", "captions", "publish"]
    [track] = rig.own("captions", part="snippet", videoId=rig.videos()[0])
    assert track["snippet"]["language"] == "en"


def test_captions_whose_answer_was_lost_are_not_there_twice(rig: YouTubeRig) -> None:
    journal, post = JournalDouble(), make_post(rig, photos=1)
    rig.fault("drop_after_commit", "captions")
    assert isinstance(rig.platform.deliver(post, rig.account, journal), Deferred)
    assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Delivered)
    assert len(rig.own("captions", part="snippet", videoId=rig.videos()[0])) == 1


@pytest.mark.parametrize("call", ["poster", "captions"])
def test_trouble_with_picture_or_captions_shows_nothing(rig: YouTubeRig, call: str) -> None:
    for kind, status, wanted in (("html_502", 0, Deferred), ("error_before_commit", 400, Refused)):
        rig.fault(kind, call, status=status)
        outcome = rig.platform.deliver(make_post(rig, f"{kind}", photos=1), rig.account, JournalDouble())
        assert isinstance(outcome, wanted)
    assert rig.shown() == []
    assert rig.seen("create") == []


# ---- from private to public


def test_a_video_in_processing_is_looked_at_again_in_a_minute(rig: YouTubeRig) -> None:
    rig.sandbox.order("rules", {"youtube_processing_s": 300})
    journal, post = JournalDouble(), make_post(rig)
    outcome = rig.platform.deliver(post, rig.account, journal)
    assert isinstance(outcome, Deferred)
    assert outcome.not_before is not None
    assert timedelta(0) < outcome.not_before - datetime.now(UTC) <= LOOK_AGAIN
    assert (outcome.scope, rig.shown(), journal.notes.intents) == (Scope.DELIVERY, [], [])
    rig.sandbox.order("clock", {"now": (datetime.now(UTC) + timedelta(seconds=301)).isoformat()})
    assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Delivered)
    assert len(rig.seen("session")) == 1


@pytest.mark.parametrize(
    ("ends", "reason"),
    [
        *[("rejected", reason) for reason in (*youtube_video._REJECTED, "news")],
        *[("failed", reason) for reason in (*youtube_video._FAILED, "news")],
    ],
)
def test_a_video_that_youtube_does_not_take_is_refused_in_plain_words(
    rig: YouTubeRig, ends: str, reason: str
) -> None:
    rig.sandbox.order("rules", {"youtube_ends": [ends, reason]})
    outcome = rig.platform.deliver(rig.film("Short", pieces=0.01), rig.account, JournalDouble())
    assert isinstance(outcome, Refused)
    known = {**youtube_video._REJECTED, **youtube_video._FAILED}
    assert known.get(reason, "it does not say why") in outcome.reason
    assert outcome.remedy
    assert rig.shown() == []


def test_a_video_that_stays_private_says_that_google_must_audit_the_project(rig: YouTubeRig) -> None:
    rig.sandbox.order("rules", {"youtube_locked": True})
    journal, post = JournalDouble(), make_post(rig)
    outcome = rig.platform.deliver(post, rig.account, journal)
    assert isinstance(outcome, Deferred)
    assert (outcome.needs_person, outcome.scope) == (True, Scope.CHANNEL)
    assert "audit" in outcome.reason
    assert isinstance(rig.platform.find(post, rig.account, journal, since()), Absent)
    rig.sandbox.order("rules", {"youtube_locked": False})
    assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Delivered)


def test_a_lost_switch_is_found_public_or_found_private(rig: YouTubeRig) -> None:
    for kind, wanted in (("drop_before_commit", Absent), ("drop_after_commit", Found)):
        journal, post = JournalDouble(key=kind), make_post(rig, kind)
        rig.fault(kind)
        assert isinstance(rig.platform.deliver(post, rig.account, journal), Unconfirmed)
        assert isinstance(rig.platform.find(post, rig.account, journal, since()), wanted)


def test_what_was_said_of_the_audience_stays_when_the_video_becomes_public(rig: YouTubeRig) -> None:
    for kids in ("yes", "no"):
        post = rig.film(f"For kids: {kids}", pieces=0.01)
        post = dataclasses.replace(post, options=(("made_for_kids", kids), *post.options))
        outcome = rig.platform.deliver(post, rig.account, JournalDouble(key=kids))
        assert isinstance(outcome, Delivered)
        [video] = rig.own("videos", part="status,snippet", id=outcome.receipts[0].remote_id)
        assert video["status"]["selfDeclaredMadeForKids"] is (kids == "yes")
        assert video["status"]["privacyStatus"] == "public"
        assert video["snippet"]["title"] == "A story"


def test_an_unlisted_video_is_for_a_person_to_tell(rig: YouTubeRig) -> None:
    journal, post = JournalDouble(), make_post(rig)
    rig.platform.deliver(post, rig.account, journal)
    video = {"id": journal.recall("video")["id"], "status": {"privacyStatus": "unlisted"}}
    rig.fault("wrong_type", "find", status=200, body={"kind": "youtube#videoListResponse", "items": [video]})
    assert isinstance(rig.platform.find(post, rig.account, journal, since()), CannotTell)


def test_taking_down_makes_the_video_private_and_keeps_it(rig: YouTubeRig) -> None:
    outcome = rig.platform.deliver(make_post(rig), rig.account, JournalDouble())
    assert isinstance(outcome, Delivered)
    assert isinstance(rig.platform.retract(outcome.receipts[0], rig.account), Delivered)
    assert rig.shown() == []
    [video] = rig.own("videos", part="status", id=outcome.receipts[0].remote_id)
    assert video["status"]["privacyStatus"] == "private"
    assert not [r for r in rig.sandbox.requests() if r["method"] == "DELETE"]


# ---- quotas, accounts, the real address


def test_a_project_without_quota_waits_until_midnight_in_california(rig: YouTubeRig) -> None:
    rig.sandbox.order("rules", {"youtube_uploads": 0})
    now = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)  # half past ten in the evening there
    outcome = rig.build(clock=lambda: now).deliver(make_post(rig), rig.account, JournalDouble())
    assert isinstance(outcome, Deferred)
    assert (outcome.scope, outcome.needs_person) == (Scope.CHANNEL, False)
    assert outcome.not_before == datetime(2026, 11, 23, 8, 5, tzinfo=UTC)


def test_a_channel_that_has_uploaded_enough_waits_a_day(rig: YouTubeRig) -> None:
    rig.sandbox.order("rules", {"youtube_upload_limit": True})
    now = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
    outcome = rig.build(clock=lambda: now).deliver(make_post(rig), rig.account, JournalDouble())
    assert isinstance(outcome, Deferred)
    assert (outcome.scope, outcome.not_before) == (Scope.CHANNEL, now + timedelta(hours=24))


def test_verify_names_the_channel_and_says_what_a_post_costs(rig: YouTubeRig) -> None:
    health = rig.platform.verify(rig.account)
    assert "Demo channel" in health.says
    assert "510" in health.quota["one post"]


def test_the_title_is_counted_in_characters_and_the_description_in_bytes(rig: YouTubeRig) -> None:
    assert rig.platform.measure("é" * 100) == 200
    post = rig.film("é" * 2500, title="é" * 100, pieces=0.01)
    assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble()), Delivered)
