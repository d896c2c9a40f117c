"""X against the sandbox: the whole suite, and what is peculiar to X."""

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from socialpub.model.outcome import Absent, CannotTell, Deferred, Delivered, Found, Refused, Unconfirmed
from socialpub.model.post import LinkCard, Post
from socialpub.platforms.x import XPlatform
from tests.platforms.double import Died, JournalDouble
from tests.platforms.network_conformance import NetworkConformance
from tests.platforms.rig import Sandbox, XRig, make_post, since


@pytest.fixture
def rig(sandbox: Sandbox) -> XRig:
    return XRig(sandbox, XPlatform)


class TestX(NetworkConformance):
    pass


def test_an_oauth2_bearer_publishes_reads_and_deletes_as_well(rig: XRig) -> None:
    account = dataclasses.replace(rig.account, secret={"bearer": rig.bearer})
    journal, begun, post = JournalDouble(), since(), make_post(rig, photos=1)
    outcome = rig.platform.deliver(post, account, journal)
    assert isinstance(outcome, Delivered)
    assert rig.platform.find(post, account, journal, begun) == Found(outcome.receipts)
    assert rig.platform.verify(account).alive
    assert isinstance(rig.platform.retract(outcome.receipts[0], account), Delivered)


def test_the_signature_is_made_for_the_address_that_is_called(rig: XRig) -> None:
    """The sandbox verifies OAuth 1.0a over its own address; another would be a 401."""
    assert rig.platform.verify(rig.account).alive
    assert [r["status"] for r in rig.seen("verify")] == [200]


def test_the_real_address_is_the_new_host_signed_for_it(monkeypatch: pytest.MonkeyPatch, rig: XRig) -> None:
    sent: list[requests.PreparedRequest] = []

    def send(_: requests.Session, request: requests.PreparedRequest, **__: Any) -> None:
        sent.append(request)
        raise requests.ConnectionError("nothing leaves a test")

    monkeypatch.setattr(requests.Session, "send", send)
    rig.platform.verify(dataclasses.replace(rig.account, base_url=""))
    assert [request.url for request in sent] == ["https://api.x.com/2/users/me"]
    assert str(sent[0].headers["Authorization"]).split()[0] in ("OAuth", "b'OAuth")


def test_a_success_that_carries_errors_beside_the_id_is_delivered(rig: XRig) -> None:
    rig.fault("wrong_type", body={"data": {"id": "1234", "text": "…"}, "errors": [{"title": "Partial"}]})
    outcome = rig.platform.deliver(make_post(rig), rig.account, JournalDouble())
    assert isinstance(outcome, Delivered)
    assert outcome.receipts[0].remote_id == "1234"


def test_a_success_that_carries_only_errors_tells_nothing(rig: XRig) -> None:
    rig.fault("wrong_type", body={"errors": [{"title": "Forbidden", "detail": "No."}]})
    assert isinstance(rig.platform.deliver(make_post(rig), rig.account, JournalDouble()), Unconfirmed)


def test_a_photo_without_its_alt_text_is_not_published(rig: XRig) -> None:
    rig.fault("error_before_commit", "alt", status=503)
    journal, post = JournalDouble(), make_post(rig, photos=2)
    assert isinstance(rig.platform.deliver(post, rig.account, journal), Deferred)
    assert journal.notes.intents == []
    assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Delivered)
    assert rig.shown()[0].alts == tuple(item.alt for item in post.media)
    assert len(rig.seen("upload")) == 2


def test_ids_are_noted_before_the_next_step(rig: XRig) -> None:
    journal = JournalDouble()
    rig.platform.deliver(make_post(rig, photos=2), rig.account, journal)
    assert journal.calls == ["photo-1", "alt-1", "photo-2", "alt-2", "publish"]
    assert journal.notes.intents == [{"media_ids": ",".join(journal.notes.steps[f"photo-{n}"]["id"] for n in (1, 2))}]


def test_alt_text_is_not_sent_twice_after_a_crash(rig: XRig) -> None:
    journal, post = JournalDouble(), make_post(rig, photos=1)
    journal.die_after = "alt-1"
    with pytest.raises(Died):
        rig.platform.deliver(post, rig.account, journal)
    rig.platform.deliver(post, rig.account, JournalDouble(journal.notes))
    assert len(rig.seen("alt")) == 1


def test_a_rendition_that_changed_is_uploaded_again(rig: XRig) -> None:
    journal = JournalDouble()
    journal.die_after = "photo-1"
    with pytest.raises(Died):
        rig.platform.deliver(make_post(rig, photos=1), rig.account, journal)
    other = Post("x", ("The same words",), (rig.shelf.add(77, "Another photo"),))
    assert isinstance(rig.platform.deliver(other, rig.account, JournalDouble(journal.notes)), Delivered)
    assert rig.shown()[0].photos == (other.media[0].sha256,)


def test_no_credit_left_asks_for_a_person(rig: XRig) -> None:
    rig.fault("credits_depleted")
    outcome = rig.platform.deliver(make_post(rig), rig.account, JournalDouble())
    assert isinstance(outcome, Deferred)
    assert outcome.needs_person
    assert "developer.x.com" in outcome.reason


def test_the_same_words_with_another_number_of_photos_are_another_post(rig: XRig) -> None:
    rig.sandbox.order("rules", {"refuse_duplicates": False})
    begun, post = since(), make_post(rig, photos=1)
    rig.by_hand(post.text)
    assert isinstance(rig.platform.find(post, rig.account, JournalDouble(), begun), Absent)


def test_the_list_is_asked_from_a_minute_before_the_call_began(rig: XRig) -> None:
    begun = datetime(2026, 11, 22, 15, 0, 59, tzinfo=UTC)
    rig.platform.find(make_post(rig), rig.account, JournalDouble(), begun)
    assert "start_time=2026-11-22T14:59:59Z" in rig.seen("find")[0]["query"].replace("%3A", ":")


def test_a_list_without_the_fields_it_was_asked_for_proves_nothing(rig: XRig) -> None:
    bare = {"data": [{"id": "1", "text": "Something"}], "meta": {"result_count": 1}}
    rig.fault("wrong_type", "find", body=bare, times=2)
    assert isinstance(rig.platform.find(make_post(rig), rig.account, JournalDouble(), since()), CannotTell)


def test_a_list_that_only_knows_the_old_names_of_fields_is_read_by_them(rig: XRig) -> None:
    begun, post, journal = since(), make_post(rig, photos=1), JournalDouble()
    rig.platform.deliver(post, rig.account, journal)
    bare = {"data": [{"id": "1", "text": "Something"}], "meta": {"result_count": 1}}
    rig.fault("wrong_type", "find", body=bare)
    assert isinstance(rig.platform.find(post, rig.account, journal, begun), Found)
    assert ["tweet.fields" in r["query"] for r in rig.seen("find")] == [False, True]


def test_a_list_without_end_is_not_believed(rig: XRig) -> None:
    endless = {"data": [], "meta": {"next_token": "again"}}
    rig.fault("wrong_type", "find", status=200, body=endless, times=100)
    assert isinstance(rig.platform.find(make_post(rig), rig.account, JournalDouble(), since()), CannotTell)
    assert len(rig.seen("find")) == 10


def test_deleted_false_is_for_a_person(rig: XRig) -> None:
    outcome = rig.platform.deliver(make_post(rig), rig.account, JournalDouble())
    assert isinstance(outcome, Delivered)
    rig.fault("wrong_type", "delete", commit="never", body={"data": {"deleted": False}})
    assert isinstance(rig.platform.retract(outcome.receipts[0], rig.account), Refused)


def test_links_count_23_and_emoji_2(rig: XRig) -> None:
    assert rig.platform.measure("Hi https://riverbendpd.example/a/very/long/path/indeed?with=query 🐕‍🦺") == 29


def test_a_link_card_needs_its_link_in_the_text(rig: XRig) -> None:
    card = LinkCard("https://riverbendpd.example/a")
    refused = rig.platform.deliver(Post("x", ("No link",), link_card=card), rig.account, JournalDouble())
    assert isinstance(refused, Refused)
    linked = Post("x", ("A link https://riverbendpd.example/a",), link_card=card)
    assert isinstance(rig.platform.deliver(linked, rig.account, JournalDouble()), Delivered)


def test_a_thread_is_refused_rather_than_cut(rig: XRig) -> None:
    assert isinstance(rig.platform.deliver(Post("x", ("One", "Two")), rig.account, JournalDouble()), Refused)


def test_the_public_address_of_a_real_post_needs_no_call(rig: XRig) -> None:
    from socialpub.platforms.x import _receipt

    assert _receipt("12", dataclasses.replace(rig.account, base_url="")).permalink == "https://x.com/i/web/status/12"


def test_quota_is_reported_with_a_healthy_account(rig: XRig) -> None:
    assert int(rig.platform.verify(rig.account).quota["x-rate-limit-remaining"]) >= 0


def test_a_reset_within_a_day_is_obeyed_to_the_second(rig: XRig) -> None:
    until = (datetime.now(UTC) + timedelta(hours=20)).replace(microsecond=0)
    headers = {"x-user-limit-24hour-remaining": "0", "x-user-limit-24hour-reset": str(int(until.timestamp()))}
    rig.fault("rate_limited", headers=headers)
    outcome = rig.platform.deliver(make_post(rig), rig.account, JournalDouble())
    assert isinstance(outcome, Deferred)
    assert outcome.not_before == until


def test_credentials_of_another_account_publish_nothing(rig: XRig) -> None:
    secret = {**rig.account.secret, "access_token": "5550100000099-of-somebody-else"}
    outcome = rig.platform.deliver(make_post(rig), dataclasses.replace(rig.account, secret=secret), JournalDouble())
    assert isinstance(outcome, Deferred)
    assert outcome.needs_person
    assert "credentials are of the account 5550100000099" in outcome.reason
