"""X against the sandbox: the whole suite, and what is peculiar to X."""

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


def test_the_same_words_with_another_number_of_photos_are_for_a_person_to_tell(rig: XRig) -> None:
    rig.sandbox.order("rules", {"refuse_duplicates": False})
    begun, post = since(), make_post(rig, photos=1)
    rig.by_hand(post.text)
    assert isinstance(rig.platform.find(post, rig.account, JournalDouble(), begun), CannotTell)


def test_the_list_is_asked_from_hours_before_the_call_began(rig: XRig) -> None:
    begun = datetime(2026, 11, 22, 15, 0, 59, tzinfo=UTC)
    rig.platform.find(make_post(rig), rig.account, JournalDouble(), begun)
    assert "start_time=2026-11-22T09:00:59Z" in rig.seen("find")[0]["query"].replace("%3A", ":")


def test_a_post_made_before_the_call_by_the_networks_clock_is_no_proof_and_no_absence(rig: XRig) -> None:
    post, journal = make_post(rig), JournalDouble()
    rig.platform.deliver(post, rig.account, journal)
    ahead = datetime.now(UTC) + timedelta(minutes=5)  # our clock, when the call began
    assert isinstance(rig.platform.find(post, rig.account, journal, ahead), CannotTell)
    rig.fault("wrong_type", "find", body=listed({"id": "5", "text": post.text, "created_at": "2020-01-01T00:00:00Z"}))
    assert isinstance(rig.platform.find(post, rig.account, JournalDouble(), since()), CannotTell)


def listed(*items: Any, **meta: Any) -> dict[str, Any]:
    return {"data": list(items), "meta": {"result_count": len(items), **meta}}


def test_a_post_without_its_links_spelled_out_is_no_proof_but_may_be_vouched_for(rig: XRig) -> None:
    post = make_post(rig, "Officers found a dog. See https://springfield.gov/park now")
    item = {"id": "77", "text": "Officers found a dog. See https://t.co/abc now", "created_at": since().isoformat()}
    rig.fault("wrong_type", "find", body=listed(item))
    answer = rig.platform.find(post, rig.account, JournalDouble(), since())
    assert isinstance(answer, CannotTell)
    assert [receipt.remote_id for receipt in answer.perhaps] == ["77"]


@pytest.mark.parametrize("ours", ["Remember? https://x.com/RiverbendPD/status/123/photo/1", "K9 👋 https://t.co/1"])
def test_a_link_of_the_authors_own_is_never_taken_for_the_photos(rig: XRig, ours: str) -> None:
    begun, journal, post = since(), JournalDouble(), make_post(rig, ours, photos=1)
    rig.fault("drop_after_commit")
    assert isinstance(rig.platform.deliver(post, rig.account, journal), Unconfirmed)
    assert isinstance(rig.platform.find(post, rig.account, journal, begun), Found)


def test_a_list_without_the_fields_it_was_asked_for_proves_nothing(rig: XRig) -> None:
    bare = listed({"id": "1", "text": "Something"})
    rig.fault("wrong_type", "find", body=bare, times=2)
    assert isinstance(rig.platform.find(make_post(rig), rig.account, JournalDouble(), since()), CannotTell)


def test_a_list_that_only_knows_the_old_names_of_fields_is_read_by_them(rig: XRig) -> None:
    begun, post, journal = since(), make_post(rig, photos=1), JournalDouble()
    rig.platform.deliver(post, rig.account, journal)
    bare = listed({"id": "1", "text": "Something"})
    rig.fault("wrong_type", "find", body=bare)
    assert isinstance(rig.platform.find(post, rig.account, journal, begun), Found)
    assert ["tweet.fields" in r["query"] for r in rig.seen("find")] == [False, True]


def test_a_host_that_refuses_the_new_names_of_fields_is_asked_by_the_old(rig: XRig) -> None:
    rig.sandbox.order("rules", {"field_names": "tweet", "refuse_other_names": True})
    begun, post, journal = since(), make_post(rig, photos=1), JournalDouble()
    rig.platform.deliver(post, rig.account, journal)
    assert isinstance(rig.platform.find(post, rig.account, journal, begun), Found)
    assert [r["status"] for r in rig.seen("find")] == [400, 200]


def test_a_question_refused_by_both_names_concludes_nothing(rig: XRig) -> None:
    rig.fault("error_before_commit", "find", status=400, times=2)
    assert isinstance(rig.platform.find(make_post(rig), rig.account, JournalDouble(), since()), AskAgain)


MISSING = {"title": "Not Found Error", "type": "https://api.x.com/2/problems/resource-not-found"}


@pytest.mark.parametrize(
    "body", [{}, {"detail": "Not Found"}, {"type": "about:blank", "title": "Not Found"}, "<html>"]
)
def test_a_404_that_is_not_xs_own_does_not_mean_gone(rig: XRig, body: object) -> None:
    outcome = rig.platform.deliver(make_post(rig), rig.account, JournalDouble())
    assert isinstance(outcome, Delivered)
    rig.fault("wrong_type", "delete", status=404, commit="never", body=body)
    told = rig.platform.retract(outcome.receipts[0], rig.account)
    assert isinstance(told, Refused)
    assert "did not delete it" in told.reason
    assert len(rig.shown()) == 1
    rig.fault("wrong_type", "delete", status=404, commit="never", body=body)
    rig.fault("wrong_type", "read", status=404, body=body)
    assert isinstance(rig.platform.retract(outcome.receipts[0], rig.account), Deferred)


@pytest.mark.parametrize("more", [{"status": 404, "body": MISSING}, {"status": 200, "body": {"errors": [MISSING]}}])
def test_an_unclear_404_is_gone_when_the_post_cannot_be_read_either(rig: XRig, more: dict[str, Any]) -> None:
    rig.fault("wrong_type", "delete", status=404, commit="never", body={})
    rig.fault("wrong_type", "read", **more)
    receipt = Receipt("1234")
    assert rig.platform.retract(receipt, rig.account) == Delivered((receipt,))


def test_another_post_than_was_asked_for_tells_nothing(rig: XRig) -> None:
    rig.fault("wrong_type", "delete", status=404, commit="never", body={})
    rig.fault("wrong_type", "read", status=200, body={"data": {"id": "999", "text": "…"}})
    assert isinstance(rig.platform.retract(Receipt("1234"), rig.account), Deferred)


def test_a_photo_forgotten_before_its_alt_text_is_uploaded_again(rig: XRig) -> None:
    body = {"title": "Invalid Request", "detail": "The media id is unknown or has expired."}
    rig.fault("wrong_type", "alt", status=400, commit="never", body=body)
    journal, post = JournalDouble(), make_post(rig, photos=1)
    assert isinstance(rig.platform.deliver(post, rig.account, journal), Deferred)
    assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Delivered)
    assert len(rig.seen("upload")) == 2
    assert rig.shown()[0].alts == (post.media[0].alt,)


def test_a_list_without_end_is_not_believed(rig: XRig) -> None:
    endless = listed(next_token="again")
    rig.fault("wrong_type", "find", status=200, body=endless, times=100)
    assert isinstance(rig.platform.find(make_post(rig), rig.account, JournalDouble(), since()), CannotTell)
    assert len(rig.seen("find")) == 10


def test_deleted_false_is_for_a_person(rig: XRig) -> None:
    outcome = rig.platform.deliver(make_post(rig), rig.account, JournalDouble())
    assert isinstance(outcome, Delivered)
    rig.fault("wrong_type", "delete", commit="never", body={"data": {"deleted": False}})
    assert isinstance(rig.platform.retract(outcome.receipts[0], rig.account), Refused)


def test_links_count_23_and_emoji_2(rig: XRig) -> None:
    assert rig.platform.measure("Hi https://riverbendpd.gov/a/very/long/path/indeed?with=query 🐕‍🦺") == 29


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
