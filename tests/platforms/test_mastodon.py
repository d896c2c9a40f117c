"""Mastodon against the sandbox: the whole suite, and what is peculiar to Mastodon."""

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from socialpub.model.outcome import (
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
from socialpub.platforms.mastodon import POLL_S, POLLS, MastodonPlatform
from tests.platforms.double import Died, JournalDouble
from tests.platforms.network_conformance import NetworkConformance
from tests.platforms.rig import MastodonRig, NetworkRig, Sandbox, make_post, since


@pytest.fixture
def rig(sandbox: Sandbox) -> MastodonRig:
    return MastodonRig(sandbox, MastodonPlatform)


def remember_keys(rig: NetworkRig) -> None:
    """As Mastodon itself does it; the rig's server ignores keys."""
    rig.sandbox.order("rules", {"idempotency_keys": True})


class TestMastodon(NetworkConformance):
    def test_the_same_text_again_is_looked_for_instead_of_refused(self, rig: NetworkRig) -> None:
        """Mastodon refuses no text twice: it answers the same key with the same post."""
        remember_keys(rig)
        journal, begun, post = JournalDouble(), since(), make_post(rig)
        first = rig.platform.deliver(post, rig.account, journal)
        assert isinstance(first, Delivered)
        assert rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)) == first
        assert len(rig.shown()) == 1
        assert rig.platform.find(post, rig.account, journal, begun) == Found(first.receipts)


@pytest.mark.parametrize("photos", [0, 2])
def test_a_lost_post_wrongly_taken_for_absent_is_not_posted_twice_within_the_hour(
    rig: MastodonRig, photos: int
) -> None:
    remember_keys(rig)
    journal, post = JournalDouble(), make_post(rig, photos=photos)
    rig.fault("drop_after_commit")
    assert isinstance(rig.platform.deliver(post, rig.account, journal), Unconfirmed)
    outcome = rig.platform.deliver(post, rig.account, JournalDouble(journal.notes))
    assert isinstance(outcome, Delivered)
    assert [shown.remote_id for shown in rig.shown()] == [outcome.receipts[0].remote_id]


def test_after_the_hour_the_key_alone_would_not_keep_a_second_post_away(rig: MastodonRig) -> None:
    """Why Mastodon is not called idempotent in mastodon.toml: looking comes first, always."""
    remember_keys(rig)
    journal, post = JournalDouble(), make_post(rig)
    rig.platform.deliver(post, rig.account, journal)
    rig.sandbox.order("clock", {"now": (datetime.now(UTC) + timedelta(minutes=61)).isoformat()})
    rig.platform.deliver(post, rig.account, JournalDouble(journal.notes))
    assert len(rig.shown()) == 2
    assert not rig.platform.limits.idempotent


def test_a_lost_post_that_somebody_deleted_meanwhile_is_not_posted_anew(rig: MastodonRig) -> None:
    remember_keys(rig)
    journal, begun, post = JournalDouble(), since(), make_post(rig)
    rig.fault("drop_after_commit")
    rig.platform.deliver(post, rig.account, journal)
    rig.sandbox.order(f"posts/{rig.shown()[0].remote_id}/delete", {})
    again = rig.platform.deliver(post, rig.account, JournalDouble(journal.notes))
    assert isinstance(again, Unconfirmed)
    assert "no longer has it" in again.reason
    assert isinstance(rig.platform.find(post, rig.account, JournalDouble(journal.notes), begun), CannotTell)
    assert rig.shown() == []


def test_photos_in_a_post_already_are_known_even_where_keys_are_ignored(rig: MastodonRig) -> None:
    journal, begun, post = JournalDouble(), since(), make_post(rig, photos=1)
    rig.fault("drop_after_commit")
    rig.platform.deliver(post, rig.account, journal)
    assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Unconfirmed)
    assert len(rig.shown()) == 1
    assert isinstance(rig.platform.find(post, rig.account, JournalDouble(journal.notes), begun), Found)


def later(rig: MastodonRig, **more: float) -> None:
    rig.sandbox.order("clock", {"now": (datetime.now(UTC) + timedelta(**more)).isoformat()})


def test_a_photo_in_processing_is_waited_for_a_few_looks_then_by_the_next_attempt(rig: MastodonRig) -> None:
    rig.sandbox.order("instance", {"processing_s": 600})
    waited: list[float] = []
    platform, journal, post = rig.build(wait=waited.append), JournalDouble(), make_post(rig, photos=2)
    outcome = platform.deliver(post, rig.account, journal)
    assert isinstance(outcome, Deferred)
    assert outcome.not_before is not None
    assert timedelta(seconds=20) < outcome.not_before - datetime.now(UTC) < timedelta(seconds=40)
    assert (outcome.scope, outcome.needs_person) == ("delivery", False)
    assert waited == [POLL_S] * (POLLS - 1)
    assert journal.calls == ["photo-1", "photo-2"]
    later(rig, minutes=11)
    assert isinstance(platform.deliver(post, rig.account, JournalDouble(journal.notes)), Delivered)
    assert len(rig.seen("upload")) == 2, "what is being processed is not uploaded again"
    assert rig.shown()[0].alts == tuple(item.alt for item in post.media)


def test_a_photo_that_is_soon_ready_is_sent_in_the_same_attempt(rig: MastodonRig) -> None:
    rig.sandbox.order("instance", {"processing_s": 600})
    platform = rig.build(wait=lambda _: later(rig, minutes=11))
    journal = JournalDouble()
    assert isinstance(platform.deliver(make_post(rig, photos=1), rig.account, journal), Delivered)
    assert [r["status"] for r in rig.seen("photo")] == [206, 200]
    assert journal.calls == ["photo-1", "ready-1", "publish"]


def test_a_photo_that_could_not_be_processed_is_uploaded_again(rig: MastodonRig) -> None:
    rig.sandbox.order("instance", {"processing_fails": True})
    journal, post = JournalDouble(), make_post(rig, photos=1)
    outcome = rig.platform.deliver(post, rig.account, journal)
    assert isinstance(outcome, Deferred)
    assert "could not process a photo" in outcome.reason
    assert journal.notes.intents == []
    rig.sandbox.order("instance", {"processing_fails": False})
    assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Delivered)
    assert len(rig.seen("upload")) == 2


def test_a_server_that_says_not_yet_to_the_visible_call_has_shown_nothing(rig: MastodonRig) -> None:
    words = {"error": "Cannot attach files that have not finished processing. Try again in a moment!"}
    rig.fault("wrong_type", status=422, commit="never", body=words)
    journal, post = JournalDouble(), make_post(rig, photos=1)
    outcome = rig.platform.deliver(post, rig.account, journal)
    assert isinstance(outcome, Deferred)
    assert (outcome.scope, outcome.needs_person) == ("delivery", False)
    assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Delivered)
    assert len(rig.seen("upload")) == 1


@pytest.mark.parametrize("kept", [None, "", "A bike", 7])
def test_a_photo_whose_alt_text_was_not_kept_is_not_published(rig: MastodonRig, kept: object) -> None:
    journal, post = JournalDouble(), make_post(rig, photos=1)
    journal.die_after = "photo-1"
    with pytest.raises(Died):
        rig.platform.deliver(post, rig.account, journal)
    body = {"id": journal.notes.steps["photo-1"]["id"], "type": "image", "description": kept}
    rig.fault("wrong_type", "photo", body=body)
    outcome = rig.platform.deliver(post, rig.account, JournalDouble(journal.notes))
    assert isinstance(outcome, Refused)
    assert "alt text of photo 1" in outcome.reason
    assert rig.seen("create") == []


def test_an_alt_text_may_lose_the_spaces_at_its_ends(rig: MastodonRig) -> None:
    item = rig.shelf.add(1, "  A cafe\u0301 with an officer \n")
    outcome = rig.platform.deliver(Post("mastodon", ("Look",), (item,)), rig.account, JournalDouble())
    assert isinstance(outcome, Delivered)


def test_an_answer_about_another_photo_tells_nothing(rig: MastodonRig) -> None:
    rig.fault("wrong_type", "photo", body={"id": "999", "type": "image", "description": "A bike"})
    journal = JournalDouble()
    assert isinstance(rig.platform.deliver(make_post(rig, photos=1), rig.account, journal), Deferred)
    assert journal.notes.intents == []


LONG = "Good news " * 20


@pytest.mark.parametrize(
    ("setting", "text", "photos", "says"),
    [
        ({"max_characters": 100}, LONG, 0, "takes 100 characters, the text has 200"),
        ({"characters_reserved_per_url": 480}, f"See https://riverbend.gov {LONG}", 0, "the text has 685"),
        ({"max_media_attachments": 1}, "Look", 2, "takes 1 photos, not 2"),
        ({"description_limit": 5}, "Look", 1, "takes alt texts of 5 characters"),
        ({"image_size_limit": 10}, "Look", 1, "takes photos of 10 bytes, photo 1 has"),
        ({"image_matrix_limit": 3}, "Look", 1, "takes photos of 3 pixels"),
        ({"supported_mime_types": ["image/jpeg"]}, "Look", 1, "does not take image/png"),
    ],
)
def test_what_this_server_would_not_take_is_refused_before_anything_is_sent(
    rig: MastodonRig, setting: dict[str, Any], text: str, photos: int, says: str
) -> None:
    rig.sandbox.order("instance", setting)
    journal = JournalDouble()
    outcome = rig.platform.deliver(make_post(rig, text, photos), rig.account, journal)
    assert isinstance(outcome, Refused)
    assert says in outcome.reason
    assert outcome.remedy
    assert journal.calls == []
    assert rig.seen("upload") == rig.seen("create") == []


def test_a_server_is_asked_what_it_takes_once_a_day(rig: MastodonRig) -> None:
    now = [datetime.now(UTC)]
    platform = rig.build(clock=lambda: now[0])
    for number in range(3):
        assert isinstance(
            platform.deliver(make_post(rig, f"Story {number}"), rig.account, JournalDouble()), Delivered
        )
    assert len(rig.seen("instance")) == 1
    now[0] += timedelta(hours=25)
    rig.sandbox.order("instance", {"max_characters": 100})
    assert isinstance(platform.deliver(make_post(rig, LONG), rig.account, JournalDouble()), Refused)
    assert len(rig.seen("instance")) == 2


@pytest.mark.parametrize(
    "body",
    [{}, {"configuration": []}, {"configuration": {"statuses": {"max_characters": "many"}, "media_attachments": 7}}],
)
def test_a_server_that_does_not_say_what_it_takes_gets_the_usual(rig: MastodonRig, body: object) -> None:
    rig.fault("wrong_type", "instance", body=body)
    assert isinstance(rig.platform.deliver(make_post(rig, photos=1), rig.account, JournalDouble()), Delivered)


@pytest.mark.parametrize("status", [400, 404, 410, 422])
def test_a_server_that_declines_to_describe_itself_does_not_decline_the_post(rig: MastodonRig, status: int) -> None:
    rig.fault("error_before_commit", "instance", status=status)
    assert isinstance(rig.platform.deliver(make_post(rig), rig.account, JournalDouble()), Delivered)


@pytest.mark.parametrize("status", [200, 401, 403, 429, 500])
def test_a_server_in_trouble_is_not_taken_for_one_without_limits(rig: MastodonRig, status: int) -> None:
    rig.fault("wrong_type", "instance", status=status, body={"error": "No"})
    journal = JournalDouble()
    assert isinstance(rig.platform.deliver(make_post(rig), rig.account, journal), Deferred)
    assert journal.calls == []


@pytest.mark.parametrize("kind", ["refuse", "html_502", "empty_200", "wrong_type", "rate_limited"])
def test_a_server_that_cannot_be_asked_is_asked_again_later(rig: MastodonRig, kind: str) -> None:
    rig.fault(kind, "instance")
    journal = JournalDouble()
    assert isinstance(rig.platform.deliver(make_post(rig), rig.account, journal), Deferred)
    assert journal.calls == []
    assert isinstance(rig.platform.deliver(make_post(rig), rig.account, journal), Delivered)


def changed(rig: MastodonRig, **more: object) -> None:
    """The account as its server's moderators, or the token's owner, made it."""
    given = {"id": rig.account.account, "access_token": rig.account.secret["access_token"]}
    rig.sandbox.order("accounts", {"platform": "mastodon", **given, "handle": "RiverbendPD", **more})


def test_a_healthy_account_is_told_with_what_the_server_takes(rig: MastodonRig) -> None:
    changed(rig, locked=True)
    rig.sandbox.order("instance", {"max_characters": 1000})
    health = rig.platform.verify(rig.account)
    assert health.says == (
        "connected as @RiverbendPD; the account lets in its followers one by one; "
        "the server takes 1000 characters, 4 photos"
    )
    assert (health.quota["max_characters"], health.quota["image_size_limit"]) == ("1000", "16777216")
    assert int(health.quota["x-ratelimit-remaining"]) > 0
    assert "write:media" in health.scopes


def test_a_limited_account_is_alive_and_says_what_that_means(rig: MastodonRig) -> None:
    changed(rig, limited=True)
    health = rig.platform.verify(rig.account)
    assert (health.alive, "only followers see its posts" in health.says) == (True, True)


def test_a_limited_account_s_lost_post_is_found_though_it_was_made_unlisted(rig: MastodonRig) -> None:
    changed(rig, limited=True)
    begun, post, journal = since(), make_post(rig), JournalDouble()
    rig.fault("drop_after_commit")
    rig.platform.deliver(post, rig.account, journal)
    assert isinstance(rig.platform.find(post, rig.account, journal, begun), Found)


def test_a_suspended_account_stops_the_channel_for_a_person(rig: MastodonRig) -> None:
    changed(rig, suspended=True)
    outcome = rig.platform.deliver(make_post(rig), rig.account, JournalDouble())
    assert isinstance(outcome, Deferred)
    assert (outcome.scope, outcome.needs_person) == ("channel", True)
    assert "administrator" in outcome.reason
    health = rig.platform.verify(rig.account)
    assert (health.alive, "administrator" in health.remedy) == (False, True)


@pytest.mark.parametrize(
    "state", [{"suspended": True}, {"memorial": True}, {"moved": {"acct": "pd@elsewhere.example"}}]
)
def test_an_account_that_can_no_longer_post_is_not_healthy(rig: MastodonRig, state: dict[str, Any]) -> None:
    body = {"id": rig.account.account, "username": "RiverbendPD", **state}
    rig.fault("wrong_type", "verify", body=body)
    health = rig.platform.verify(rig.account)
    assert not health.alive
    assert health.remedy


@pytest.mark.parametrize(
    ("scopes", "lacking"),
    [
        (["read", "write"], ""),
        (["read:accounts", "read:statuses", "write"], ""),
        (["read"], "write:statuses, write:media"),
        (["read:accounts", "write:statuses", "write:media"], "read:statuses"),
    ],
)
def test_a_token_that_may_do_too_little_is_named_before_the_first_post(
    rig: MastodonRig, scopes: list[str], lacking: str
) -> None:
    changed(rig, scopes=scopes)
    health = rig.platform.verify(rig.account)
    assert health.alive is not bool(lacking)
    assert lacking in health.says


def test_a_token_without_the_right_to_write_stops_the_channel_for_a_person(rig: MastodonRig) -> None:
    changed(rig, scopes=["read"])
    outcome = rig.platform.deliver(make_post(rig), rig.account, JournalDouble())
    assert isinstance(outcome, Deferred)
    assert (outcome.scope, outcome.needs_person) == ("channel", True)
    assert "write:statuses, write:media" in outcome.reason


def test_a_server_that_does_not_tell_scopes_is_no_trouble(rig: MastodonRig) -> None:
    for kind in ("html_502", "wrong_type", "error_before_commit"):
        rig.fault(kind, "scopes")
        health = rig.platform.verify(rig.account)
        assert (health.alive, health.scopes) == (True, ())


@pytest.mark.parametrize(
    "text",
    [
        "Thanks @RiverbendPD and @council@city.example, mail a@riverbend.gov #K9 #2026 #Coffee_with_a_cop!",
        "See https://www.riverbend.gov/a/very/long/path/that/is/cut/in/the/middle?and=query&more=1#there.",
        "First\n\nSecond\nThird \n\n\n Fourth: \"quoted\" & 'single' <b>no tag</b> &lt;",
        "\U0001f415\u200d\U0001f9ba and \u200f\u0634\u0631\u0637\u0629 caf\u00e9",
        "(https://riverbend.gov/x_(y)) https://riverbend.gov https://riverbend.gov/",
    ],
)
def test_a_text_that_was_made_html_is_found_by_its_words(rig: MastodonRig, text: str) -> None:
    begun, post, journal = since(), make_post(rig, text), JournalDouble()
    rig.fault("drop_after_commit")
    assert isinstance(rig.platform.deliver(post, rig.account, journal), Unconfirmed)
    assert isinstance(rig.platform.find(post, rig.account, journal, begun), Found)


@pytest.mark.parametrize(
    "more",
    [
        {"reblog": {"id": "5"}},
        {"in_reply_to_id": "5"},
        {"visibility": "direct"},
        {"visibility": None},
        {"created_at": "2020-01-01T00:00:00.000Z"},
    ],
)
def test_the_same_words_in_another_kind_of_post_are_never_taken_for_ours(
    rig: MastodonRig, more: dict[str, object]
) -> None:
    post, journal = make_post(rig), JournalDouble()
    rig.fault("wrong_type", "find", body=[rig.item(post.text, **more)])
    answer = rig.platform.find(post, rig.account, journal, since())
    assert not isinstance(answer, Found)
    assert isinstance(answer, CannotTell) is ("created_at" not in more)


def test_the_same_words_with_photos_are_for_a_person_to_tell(rig: MastodonRig) -> None:
    post = make_post(rig)
    rig.fault("wrong_type", "find", body=[rig.item(post.text, media_attachments=[{"id": "5"}])])
    assert isinstance(rig.platform.find(post, rig.account, JournalDouble(), since()), CannotTell)


def test_a_list_without_end_is_not_believed(rig: MastodonRig) -> None:
    rig.fault("wrong_type", "find", body=[rig.item("Another story")], times=100)
    assert isinstance(rig.platform.find(make_post(rig), rig.account, JournalDouble(), since()), CannotTell)
    assert len(rig.seen("find")) == 25


def test_a_list_is_read_back_to_hours_before_the_call_and_no_further(rig: MastodonRig) -> None:
    old = rig.item("An old story", id="5", created_at="2020-01-01T00:00:00.000Z")
    rig.fault("wrong_type", "find", body=[rig.item("A new one"), old])
    rig.platform.find(make_post(rig), rig.account, JournalDouble(), since())
    assert len(rig.seen("find")) == 1


def test_a_page_that_is_not_full_does_not_end_the_list(rig: MastodonRig) -> None:
    begun, post, journal = since(), make_post(rig), JournalDouble()
    rig.platform.deliver(post, rig.account, journal)
    rig.fault("wrong_type", "find", body=[rig.item("Another story", id="9" * 20)])
    assert isinstance(rig.platform.find(post, rig.account, journal, begun), Found)


def test_without_an_id_of_a_photo_nothing_is_claimed(rig: MastodonRig) -> None:
    answer = rig.platform.find(make_post(rig, photos=1), rig.account, JournalDouble(), since())
    assert isinstance(answer, CannotTell)
    assert rig.seen("find") == []


@pytest.mark.parametrize(
    "claimed",
    ["https://elsewhere.example/@pd/1", "javascript:alert(1)", 7, None, "http://127.0.0.1:1/@pd/1", "http://["],
)
def test_an_address_on_another_host_is_not_believed(rig: MastodonRig, claimed: object) -> None:
    author = {"id": rig.account.account, "username": "RiverbendPD"}
    rig.fault("wrong_type", body={"id": "1234", "url": claimed, "account": author})
    outcome = rig.platform.deliver(make_post(rig), rig.account, JournalDouble())
    assert outcome == Delivered((Receipt("1234", f"{rig.sandbox.url}/@RiverbendPD/1234"),))
    rig.fault("wrong_type", body={"id": "1234", "url": claimed, "account": {"username": "a/../b"}})
    outcome = rig.platform.deliver(make_post(rig), rig.account, JournalDouble())
    assert outcome == Delivered((Receipt("1234", f"{rig.sandbox.url}/web/statuses/1234"),))


@pytest.mark.parametrize("remote_id", [None, "", 7, "abc", "../1"])
def test_a_success_without_an_id_is_looked_for(rig: MastodonRig, remote_id: object) -> None:
    """An unsaved post has none: so a server's filter against spam drops one without a word."""
    rig.fault("wrong_type", commit="never", body={"id": remote_id, "content": ""})
    assert isinstance(rig.platform.deliver(make_post(rig), rig.account, JournalDouble()), Unconfirmed)


def delivered(rig: MastodonRig) -> Receipt:
    outcome = rig.platform.deliver(make_post(rig), rig.account, JournalDouble())
    assert isinstance(outcome, Delivered)
    return outcome.receipts[0]


@pytest.mark.parametrize("body", [{}, {"error": "Not Found"}, {"error": {"message": "no"}}, "<html>"])
def test_a_404_that_is_not_about_the_post_does_not_mean_gone(rig: MastodonRig, body: object) -> None:
    receipt = delivered(rig)
    rig.fault("wrong_type", "delete", status=404, commit="never", body=body)
    assert not isinstance(rig.platform.retract(receipt, rig.account), Delivered)
    rig.fault("wrong_type", "read", status=404, body=body)
    assert not isinstance(rig.platform.retract(receipt, rig.account), Delivered)


def test_a_post_still_shown_after_its_deletion_is_asked_about_again(rig: MastodonRig) -> None:
    receipt = delivered(rig)
    rig.fault("wrong_type", "delete", commit="never", body={"id": receipt.remote_id})
    assert isinstance(rig.platform.retract(receipt, rig.account), Deferred)
    assert isinstance(rig.platform.retract(receipt, rig.account), Delivered)


def test_the_post_of_another_account_is_not_taken_down(rig: MastodonRig) -> None:
    receipt, other = delivered(rig), rig.new_account()
    refused = rig.platform.retract(receipt, other)
    assert isinstance(refused, Refused)
    assert "not this account's" in refused.reason
    assert len(rig.shown()) == 1


def test_another_post_than_was_asked_for_tells_nothing(rig: MastodonRig) -> None:
    receipt = delivered(rig)
    rig.fault("wrong_type", "read", body={"id": "999"})
    assert isinstance(rig.platform.retract(receipt, rig.account), Deferred)


def test_the_departments_own_server_is_spoken_to_over_https(
    rig: MastodonRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[requests.PreparedRequest] = []

    def send(_: requests.Session, request: requests.PreparedRequest, **__: Any) -> None:
        sent.append(request)
        raise requests.ConnectionError("nothing leaves a test")

    monkeypatch.setattr(requests.Session, "send", send)
    rig.platform.verify(dataclasses.replace(rig.account, base_url="https://social.example/"))
    rig.platform.verify(dataclasses.replace(rig.account, base_url="http://social.example"))
    rig.platform.verify(dataclasses.replace(rig.account, base_url=""))
    assert [one.url for one in sent] == ["https://social.example/api/v1/accounts/verify_credentials?lang=en"]
    assert sent[0].headers["Authorization"] == f"Bearer {rig.account.secret['access_token']}"


def test_a_server_must_be_named(rig: MastodonRig) -> None:
    outcome = rig.platform.deliver(make_post(rig), dataclasses.replace(rig.account, base_url=""), JournalDouble())
    assert isinstance(outcome, Deferred)
    assert outcome.needs_person
    assert "https://social.example" in outcome.reason


def test_too_many_calls_wait_until_the_time_that_the_server_names(rig: MastodonRig) -> None:
    until = (datetime.now(UTC) + timedelta(hours=2)).replace(microsecond=0)
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": until.isoformat()}
    rig.fault("rate_limited", headers=headers)
    outcome = rig.platform.deliver(make_post(rig), rig.account, JournalDouble())
    assert isinstance(outcome, Deferred)
    assert (outcome.scope, outcome.not_before) == ("channel", until)


def test_links_count_23_and_an_emoji_one(rig: MastodonRig) -> None:
    assert (
        rig.platform.measure(
            "Hi https://riverbendpd.gov/a/very/long/path/indeed?with=query \U0001f415\u200d\U0001f9ba"
        )
        == 28
    )
    assert rig.platform.measure("cafe\u0301") == 4


def test_a_link_card_needs_its_link_in_the_text(rig: MastodonRig) -> None:
    card = LinkCard("https://riverbendpd.example/a")
    refused = rig.platform.deliver(Post("mastodon", ("No link",), link_card=card), rig.account, JournalDouble())
    assert isinstance(refused, Refused)
    linked = Post("mastodon", ("A link https://riverbendpd.example/a",), link_card=card)
    assert isinstance(rig.platform.deliver(linked, rig.account, JournalDouble()), Delivered)


def test_a_thread_is_refused_rather_than_cut(rig: MastodonRig) -> None:
    assert isinstance(rig.platform.deliver(Post("mastodon", ("One", "Two")), rig.account, JournalDouble()), Refused)


def test_a_question_that_fails_in_the_middle_of_the_list_concludes_nothing(rig: MastodonRig) -> None:
    rig.fault("wrong_type", "find", body=[rig.item("Another story")])
    rig.fault("html_502", "find")
    assert isinstance(rig.platform.find(make_post(rig), rig.account, JournalDouble(), since()), AskAgain)
