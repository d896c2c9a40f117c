"""Bluesky against the sandbox: the whole suite, and what is peculiar to a network with keys of our own."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from socialpub.model.outcome import (
    Absent,
    CannotTell,
    Deferred,
    Delivered,
    Found,
    Receipt,
    Refused,
    Unconfirmed,
)
from socialpub.model.post import LinkCard, Post
from socialpub.platforms.bluesky import BlueskyPlatform
from socialpub.platforms.contract import PUBLISH, Halt
from tests.platforms.double import Died, JournalDouble
from tests.platforms.network_conformance import NetworkConformance, never_called
from tests.platforms.rig import BlueskyRig, NetworkRig, Sandbox, make_post, since


@pytest.fixture
def rig(sandbox: Sandbox) -> BlueskyRig:
    return BlueskyRig(sandbox, BlueskyPlatform)


class TestBluesky(NetworkConformance):
    """Where other networks can only be searched, the very record is asked for, and sent again it is the same one."""

    def test_the_same_text_again_is_looked_for_instead_of_refused(self, rig: NetworkRig) -> None:
        journal, post = JournalDouble(), make_post(rig)
        first = rig.platform.deliver(post, rig.account, journal)
        assert isinstance(first, Delivered)
        assert rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)) == first
        assert len(rig.shown()) == 1

    def test_what_the_network_says_it_has_is_never_taken_for_absent(self, rig: NetworkRig) -> None:
        journal, begun, post = JournalDouble(), since(), make_post(rig, photos=1)
        rig.fault("wrong_type", status=400, commit="first", body={"error": "InvalidSwap", "message": "Record was at"})
        outcome = rig.platform.deliver(post, rig.account, journal)
        assert isinstance(outcome, Unconfirmed)
        assert "already" in outcome.reason
        rig.fault("wrong_type", "find", status=400, body=rig.listing())
        answer = rig.platform.find(post, rig.account, JournalDouble(journal.notes), begun)
        assert isinstance(answer, CannotTell)
        assert "the network said something else before" in answer.reason
        assert isinstance(rig.platform.find(post, rig.account, JournalDouble(journal.notes), begun), Found)
        assert len(rig.shown()) == 1

    def test_photos_forgotten_after_a_call_that_may_have_worked_are_never_uploaded_again(
        self, rig: NetworkRig
    ) -> None:
        """They may be, here: with the same key and the same bytes it is the same post."""
        journal, post = JournalDouble(), make_post(rig, photos=1)
        rig.fault("drop_after_commit")
        assert isinstance(rig.platform.deliver(post, rig.account, journal), Unconfirmed)
        rig.fault("wrong_type", status=400, commit="never", body=rig.forgotten)
        assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Deferred)
        outcome = rig.platform.deliver(post, rig.account, JournalDouble(journal.notes))
        assert isinstance(outcome, Delivered)
        assert [shown.remote_id for shown in rig.shown()] == [outcome.receipts[0].remote_id]

    def test_a_post_that_reads_nearly_like_this_one_is_for_a_person_to_tell(self, rig: NetworkRig) -> None:
        """What stands under our key and is not what was sent: the words, a picture, or the time."""
        assert isinstance(rig, BlueskyRig)
        begun, post, journal = since(), make_post(rig, photos=1), JournalDouble()
        rig.fault("drop_after_commit")
        rig.platform.deliver(post, rig.account, journal)
        key = rig.key(journal)
        for item in (rig.item(post.text, key=key), rig.item(post.text + "!", key=key), rig.item("", key=key)):
            rig.fault("wrong_type", "find", status=200, body=item)
            answer = rig.platform.find(post, rig.account, journal, begun)
            assert isinstance(answer, CannotTell)
            assert answer.perhaps == ()
        [shown] = rig.shown()
        there = rig.item(post.text, key=key)
        there["value"]["embed"] = stored(rig, journal)["embed"]
        rig.fault("wrong_type", "find", status=200, body=there)
        answer = rig.platform.find(post, rig.account, journal, begun)
        assert isinstance(answer, CannotTell)
        assert [one.remote_id for one in answer.perhaps] == [shown.remote_id], "a person may vouch for it"
        journal.others = {key}
        assert isinstance(rig.platform.find(post, rig.account, journal, begun), CannotTell)

    def test_a_text_that_somebody_also_posted_by_hand_is_for_a_person_to_tell(self, rig: NetworkRig) -> None:
        """Nobody needs to: the key tells."""
        begun, post, journal = since(), make_post(rig), JournalDouble()
        by_hand = rig.by_hand(post.text)
        rig.fault("drop_after_commit")
        assert isinstance(rig.platform.deliver(post, rig.account, journal), Unconfirmed)
        answer = rig.platform.find(post, rig.account, journal, begun)
        assert isinstance(answer, Found)
        assert answer.receipts[0].remote_id != by_hand

    def test_a_list_that_lags_says_not_seen_and_later_found(self, rig: NetworkRig) -> None:
        """No list is read."""
        begun, post, journal = since(), make_post(rig, photos=1), JournalDouble()
        rig.fault("drop_after_commit")
        rig.sandbox.order("lag", {"seconds": 3600})
        rig.platform.deliver(post, rig.account, journal)
        assert isinstance(rig.platform.find(post, rig.account, journal, begun), Found)

    def test_a_post_on_the_second_page_of_the_list_is_found(self, rig: NetworkRig) -> None:
        begun, post, journal = since(), make_post(rig), JournalDouble()
        rig.fault("drop_after_commit")
        rig.platform.deliver(post, rig.account, journal)
        for number in range(105):
            rig.by_hand(f"Another story, number {number}")
        assert isinstance(rig.platform.find(post, rig.account, journal, begun), Found)
        assert len(rig.seen("find")) == 1

    @pytest.mark.parametrize(
        "base_url",
        [
            "http://pds.example",
            "http://user:pw@127.0.0.1",
            "https://user:pw@pds.example",
            "http://169.254.169.254",
            "https://169.254.169.254",
            "https://10.0.0.1",
            "https://2130706433",
            "https://intranet",
            "http://[::ffff:127.0.0.1]",
            "ftp://127.0.0.1",
            "file:///tmp",
            "127.0.0.1:80",
            "http://127.0.0.1:port",
            "https://pds.example/?q",
            "http://[::1",
        ],
    )
    def test_another_base_url_than_one_on_this_machine_is_never_called(
        self, rig: NetworkRig, base_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Nor one of a server that could not be the department's own."""
        never_called(rig, base_url, monkeypatch)


@pytest.mark.parametrize(
    ("base_url", "host"), [("", "https://bsky.social"), ("https://pds.example/", "https://pds.example")]
)
def test_the_entryway_or_the_departments_own_server_is_called(
    rig: BlueskyRig, monkeypatch: pytest.MonkeyPatch, base_url: str, host: str
) -> None:
    sent: list[requests.PreparedRequest] = []

    def send(_: requests.Session, request: requests.PreparedRequest, **__: Any) -> None:
        sent.append(request)
        raise requests.ConnectionError("nothing leaves a test")

    monkeypatch.setattr(requests.Session, "send", send)
    rig.platform.verify(dataclasses.replace(rig.account, base_url=base_url))
    assert [request.url for request in sent] == [f"{host}/xrpc/com.atproto.server.createSession"]


@pytest.mark.parametrize("base_url", ["", "https://pds.example"])
def test_the_public_address_is_the_one_of_the_app_whatever_the_server(rig: BlueskyRig, base_url: str) -> None:
    assert isinstance(rig.platform, BlueskyPlatform)
    account = dataclasses.replace(rig.account, account="did:plc:abc", base_url=base_url)
    receipt = rig.platform._receipt("3lb3cpvn5rc2b", account)
    assert receipt.permalink == "https://bsky.app/profile/did:plc:abc/post/3lb3cpvn5rc2b"


def stored(rig: BlueskyRig, journal: JournalDouble) -> dict[str, Any]:
    """The record as the server keeps it."""
    path = f"repo={rig.account.account}&collection=app.bsky.feed.post&rkey={rig.key(journal)}"
    answer = requests.get(f"{rig.sandbox.url}/xrpc/com.atproto.repo.getRecord?{path}", timeout=10)
    return dict(answer.json()["value"])


def test_links_and_tags_are_marked_by_their_bytes(rig: BlueskyRig) -> None:
    text = "🐕 Señor Rex: riverbendpd.gov/k9 & https://riverbendpd.gov/é #K9Unit, by @chief.example"
    journal = JournalDouble()
    assert isinstance(rig.platform.deliver(make_post(rig, text), rig.account, journal), Delivered)
    data = text.encode()
    marked = {
        data[one["index"]["byteStart"] : one["index"]["byteEnd"]].decode(): one["features"]
        for one in stored(rig, journal)["facets"]
    }
    link, tag = "app.bsky.richtext.facet#link", "app.bsky.richtext.facet#tag"
    assert marked == {
        "riverbendpd.gov/k9": [{"$type": link, "uri": "https://riverbendpd.gov/k9"}],
        "https://riverbendpd.gov/é": [{"$type": link, "uri": "https://riverbendpd.gov/é"}],
        "#K9Unit": [{"$type": tag, "tag": "K9Unit"}],
    }


def test_language_time_and_shape_of_photos_are_said(rig: BlueskyRig) -> None:
    noon = datetime(2026, 11, 22, 12, 0, 1, 234_567, tzinfo=UTC)
    journal, post = JournalDouble(), dataclasses.replace(make_post(rig, photos=2), language="es")
    assert isinstance(rig.build(clock=lambda: noon).deliver(post, rig.account, journal), Delivered)
    record = stored(rig, journal)
    assert (record["langs"], record["createdAt"]) == (["es"], "2026-11-22T12:00:01.234Z")
    assert [one["aspectRatio"] for one in record["embed"]["images"]] == [{"width": 2, "height": 2}] * 2


def test_what_is_sent_again_keeps_the_key_and_the_time_of_the_first_call(rig: BlueskyRig) -> None:
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    journal, post = JournalDouble(), make_post(rig, photos=1)
    rig.fault("drop_before_commit")
    assert isinstance(rig.build(clock=lambda: noon).deliver(post, rig.account, journal), Unconfirmed)
    first = dict(journal.notes.steps[PUBLISH])
    later = rig.build(clock=lambda: noon + timedelta(hours=5))
    assert isinstance(later.deliver(post, rig.account, JournalDouble(journal.notes)), Delivered)
    assert journal.notes.steps[PUBLISH] == first
    assert stored(rig, journal)["createdAt"] == "2026-11-22T12:00:00.000Z"


def test_a_call_that_arrives_late_makes_no_second_post(rig: BlueskyRig) -> None:
    """A doubtful daemon may still be sending: it sends the same record under the same key."""
    journal, post = JournalDouble(), make_post(rig, photos=1)
    journal.die_after = "publish"
    with pytest.raises(Died):
        rig.platform.deliver(post, rig.account, journal)
    outcomes = [rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)) for _ in range(3)]
    assert all(isinstance(outcome, Delivered) for outcome in outcomes)
    assert len(rig.shown()) == 1


def test_daemons_that_send_the_same_delivery_at_once_show_one_post(rig: BlueskyRig) -> None:
    journal, post = JournalDouble(), make_post(rig, photos=1)
    journal.halt_at = "publish"
    with pytest.raises(Halt):
        rig.platform.deliver(post, rig.account, journal)
    platforms = [rig.build() for _ in range(4)]
    noon = {"created_at": "2026-11-22T12:00:00.000Z"}
    journal.notes.steps[PUBLISH] = noon
    with ThreadPoolExecutor(4) as pool:
        sent = pool.map(lambda one: one.deliver(post, rig.account, JournalDouble(journal.notes)), platforms)
        outcomes = list(sent)
    assert all(isinstance(outcome, Delivered) for outcome in outcomes)
    assert len(set(map(repr, outcomes))) == len(rig.shown()) == 1


def test_another_post_under_our_key_is_never_overwritten(rig: BlueskyRig) -> None:
    journal = JournalDouble()
    assert isinstance(rig.platform.deliver(make_post(rig, "First"), rig.account, journal), Delivered)
    other = make_post(rig, "Second")
    assert isinstance(rig.platform.deliver(other, rig.account, JournalDouble(key=journal.key)), Unconfirmed)
    assert isinstance(rig.platform.find(other, rig.account, journal, since()), CannotTell)
    assert [shown.text for shown in rig.shown()] == ["First"]


def test_a_post_that_was_never_begun_is_absent(rig: BlueskyRig) -> None:
    assert rig.platform.find(make_post(rig), rig.account, JournalDouble(), since()) == Absent()


def test_300_graphemes_of_many_bytes_are_refused_before_anything_is_sent(rig: BlueskyRig) -> None:
    family, journal = "👨‍👩‍👧‍👦", JournalDouble()
    assert rig.platform.measure(family * 120) == 120
    assert isinstance(rig.platform.deliver(make_post(rig, family * 120), rig.account, journal), Delivered)
    refused = rig.platform.deliver(make_post(rig, family * 121), rig.account, JournalDouble())
    assert isinstance(refused, Refused)
    assert "bytes" in refused.reason


def test_one_session_serves_many_calls_and_is_renewed_when_it_ends(rig: BlueskyRig) -> None:
    for number in range(3):
        assert isinstance(
            rig.platform.deliver(make_post(rig, f"Story {number}"), rig.account, JournalDouble()), Delivered
        )
    rig.sandbox.order("clock", {"now": (datetime.now(UTC) + timedelta(hours=3)).isoformat()})
    assert rig.platform.verify(rig.account).alive
    assert (len(rig.seen("whose")), len(rig.seen("renew"))) == (1, 1)


def test_a_session_is_renewed_before_a_visible_call_could_meet_its_end(rig: BlueskyRig) -> None:
    now = datetime.now(UTC)
    platform = rig.build(clock=lambda: now)
    assert isinstance(platform.deliver(make_post(rig), rig.account, JournalDouble()), Delivered)
    now += timedelta(minutes=61)
    assert isinstance(platform.deliver(make_post(rig, "Next"), rig.account, JournalDouble()), Delivered)
    assert (len(rig.seen("whose")), len(rig.seen("renew"))) == (1, 1)


def test_a_visible_call_whose_session_ended_is_not_repeated_at_once(rig: BlueskyRig) -> None:
    """What allowed the call was asked before it; the next attempt asks anew."""
    rig.fault(
        "wrong_type", status=400, commit="never", body={"error": "ExpiredToken", "message": "Token has expired"}
    )
    journal, post = JournalDouble(), make_post(rig)
    outcome = rig.platform.deliver(post, rig.account, journal)
    assert isinstance(outcome, Deferred)
    assert (outcome.scope, outcome.needs_person) == ("delivery", False)
    assert len(rig.seen("create")) == 1
    assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Delivered)
    assert (len(rig.seen("whose")), len(rig.seen("renew"))) == (1, 1)


@pytest.mark.parametrize("error", ["ExpiredToken", "InvalidToken"])
def test_a_session_that_cannot_be_renewed_is_opened_anew(rig: BlueskyRig, error: str) -> None:
    assert rig.platform.verify(rig.account).alive
    for call in ("verify", "renew"):
        rig.fault("wrong_type", call, status=400, commit="never", body={"error": error, "message": "No"})
    assert rig.platform.verify(rig.account).alive
    assert len(rig.seen("whose")) == 2


def test_trouble_while_a_session_is_renewed_makes_the_channel_wait(rig: BlueskyRig) -> None:
    assert rig.platform.verify(rig.account).alive
    rig.fault("wrong_type", "upload", status=400, commit="never", body={"error": "ExpiredToken", "message": "No"})
    rig.fault("html_502", "renew")
    journal = JournalDouble()
    outcome = rig.platform.deliver(make_post(rig, photos=1), rig.account, journal)
    assert isinstance(outcome, Deferred)
    assert (outcome.scope, outcome.needs_person) == ("channel", False)
    assert journal.calls == []
    assert len(rig.seen("whose")) == 1


@pytest.mark.parametrize("status", ["deactivated", "suspended"])
def test_an_account_that_is_not_active_is_told_with_what_to_do(rig: BlueskyRig, status: str) -> None:
    made = rig.sandbox.order("accounts", {"platform": "bluesky", "status": status, "email_confirmed": False})
    secret = {key: made[key] for key in ("identifier", "app_password")}
    account = dataclasses.replace(rig.account, account=made["id"], secret=secret)
    health = rig.platform.verify(account)
    assert not health.alive
    assert status in health.says
    assert "follow its steps" in health.remedy
    outcome = rig.platform.deliver(make_post(rig), account, JournalDouble())
    assert isinstance(outcome, Deferred)
    assert (outcome.scope, outcome.needs_person) == ("channel", True)


def test_an_account_that_was_taken_down_cannot_sign_in(rig: BlueskyRig) -> None:
    made = rig.sandbox.order("accounts", {"platform": "bluesky", "status": "takendown"})
    secret = {key: made[key] for key in ("identifier", "app_password")}
    health = rig.platform.verify(dataclasses.replace(rig.account, account=made["id"], secret=secret))
    assert (health.alive, "follow its steps" in health.remedy) == (False, True)


def test_an_address_that_is_not_confirmed_is_mentioned(rig: BlueskyRig) -> None:
    made = rig.sandbox.order("accounts", {"platform": "bluesky", "email_confirmed": False})
    secret = {key: made[key] for key in ("identifier", "app_password")}
    health = rig.platform.verify(dataclasses.replace(rig.account, account=made["id"], secret=secret))
    assert (health.alive, health.remedy) == (True, "")
    assert "not confirmed" in health.says


@pytest.mark.parametrize("name", ["handle", "id"])
def test_a_handle_with_its_sign_or_a_did_signs_in_as_well(rig: BlueskyRig, name: str) -> None:
    made = rig.sandbox.order("accounts", {"platform": "bluesky"})
    identifier = f"@{made['handle']}" if name == "handle" else made["id"]
    secret = {"identifier": identifier, "app_password": made["app_password"]}
    health = rig.platform.verify(dataclasses.replace(rig.account, account=made["id"], secret=secret))
    assert health.says == f"connected as @{made['handle']}"


def test_a_file_that_the_server_changes_is_never_shown(rig: BlueskyRig) -> None:
    """What was approved are bytes."""
    other = {"$type": "blob", "ref": {"$link": "bafkreiother"}, "mimeType": "image/png", "size": 70}
    rig.fault("wrong_type", "upload", status=200, body={"blob": other})
    journal = JournalDouble()
    outcome = rig.platform.deliver(make_post(rig, photos=1), rig.account, journal)
    assert isinstance(outcome, Deferred)
    assert "another file" in outcome.reason
    assert journal.calls == []


def carded(rig: BlueskyRig, *, thumb: bool, photos: int = 0) -> Post:
    picture = rig.shelf.add(50, "").sha256 if thumb else ""
    card = LinkCard("riverbendpd.example/k9", "Our dogs", "Meet the unit", picture)
    return dataclasses.replace(make_post(rig, photos=photos), link_card=card)


@pytest.mark.parametrize("thumb", [True, False])
def test_a_link_card_is_shown_with_its_picture(rig: BlueskyRig, thumb: bool) -> None:
    journal, begun, post = JournalDouble(), since(), carded(rig, thumb=thumb)
    outcome = rig.platform.deliver(post, rig.account, journal)
    assert isinstance(outcome, Delivered)
    external = stored(rig, journal)["embed"]["external"]
    assert (external["uri"], external["title"]) == ("https://riverbendpd.example/k9", "Our dogs")
    assert ("thumb" in external) == thumb
    assert rig.platform.find(post, rig.account, journal, begun) == Found(outcome.receipts)


def test_photos_and_a_link_card_together_are_refused_not_cut(rig: BlueskyRig) -> None:
    journal = JournalDouble()
    refused = rig.platform.deliver(carded(rig, thumb=False, photos=1), rig.account, journal)
    assert isinstance(refused, Refused)
    assert "link card" in refused.reason
    assert journal.calls == []


def test_a_card_whose_picture_is_none_waits_for_a_person(rig: BlueskyRig) -> None:
    post = carded(rig, thumb=True)
    assert post.link_card
    rig.shelf.kept[post.link_card.thumb_sha256] = b"GIF89a"
    outcome = rig.platform.deliver(post, rig.account, JournalDouble())
    assert isinstance(outcome, Deferred)
    assert outcome.needs_person


def test_a_cards_picture_that_was_forgotten_is_uploaded_again(rig: BlueskyRig) -> None:
    journal, post = JournalDouble(), carded(rig, thumb=True)
    rig.fault("wrong_type", status=400, commit="never", body=rig.forgotten)
    assert isinstance(rig.platform.deliver(post, rig.account, journal), Deferred)
    assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Delivered)
    assert len(rig.seen("upload")) == 2


def test_a_server_that_answers_a_deletion_with_nothing_is_asked_whether_it_is_gone(rig: BlueskyRig) -> None:
    outcome = rig.platform.deliver(make_post(rig), rig.account, JournalDouble())
    assert isinstance(outcome, Delivered)
    rig.fault("empty_200", "delete", times=9)
    assert isinstance(rig.platform.retract(outcome.receipts[0], rig.account), Deferred)
    assert isinstance(rig.platform.retract(outcome.receipts[0], rig.account), Delivered)
    assert len(rig.seen("delete")) == 1


def test_what_is_still_there_after_a_deletion_is_for_a_person(rig: BlueskyRig) -> None:
    outcome = rig.platform.deliver(make_post(rig), rig.account, JournalDouble())
    assert isinstance(outcome, Delivered)
    rig.fault("wrong_type", "delete", commit="never", body={})
    refused = rig.platform.retract(outcome.receipts[0], rig.account)
    assert isinstance(refused, Refused)
    assert "did not delete it" in refused.reason


def test_what_never_stood_there_is_taken_down_already(rig: BlueskyRig) -> None:
    receipt = Receipt("3lb3cpvn5rc2b")
    assert rig.platform.retract(receipt, rig.account) == Delivered((receipt,))


def test_a_thread_is_refused_rather_than_cut(rig: BlueskyRig) -> None:
    assert isinstance(rig.platform.deliver(Post("bluesky", ("One", "Two")), rig.account, JournalDouble()), Refused)


def test_quota_is_reported_with_a_healthy_account(rig: BlueskyRig) -> None:
    assert int(rig.platform.verify(rig.account).quota["ratelimit-remaining"]) >= 0


def test_no_token_of_a_session_is_noted_or_told(rig: BlueskyRig) -> None:
    journal = JournalDouble()
    told: list[object] = [rig.platform.deliver(make_post(rig, photos=1), rig.account, journal)]
    [made] = [one for one in rig.sandbox.order("accounts")["bluesky"] if one["id"] == rig.account.account]
    tokens = list(made["tokens"])
    assert len(tokens) == 2
    quoting = {"error": "InvalidRequest", "message": " ".join(tokens)}
    for call in ("create", "find", "delete", "verify"):
        rig.fault("wrong_type", call, status=400, commit="never", body=quoting)
    post = make_post(rig, "Another")
    told.append(rig.platform.deliver(post, rig.account, JournalDouble()))
    told.append(rig.platform.find(post, rig.account, journal, since()))
    told.append(rig.platform.verify(rig.account))
    whole = repr(told) + repr(journal.notes.steps) + repr(vars(rig.platform))
    assert not any(token in whole for token in tokens)
    assert isinstance(told[1], Refused)
