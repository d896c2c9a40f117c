"""Facebook Pages against the sandbox: the whole suite, and what is peculiar to a Page."""

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from socialpub.model.outcome import CannotTell, Deferred, Delivered, Found, Receipt, Refused, Unconfirmed
from socialpub.model.post import LinkCard, Post
from socialpub.platforms.facebook import FacebookPlatform
from socialpub.platforms.facebook_health import NEEDED, health
from tests.platforms.double import JournalDouble
from tests.platforms.network_conformance import NetworkConformance
from tests.platforms.rig import FacebookRig, Sandbox, make_post, since


@pytest.fixture
def rig(sandbox: Sandbox) -> FacebookRig:
    return FacebookRig(sandbox, FacebookPlatform)


class TestFacebook(NetworkConformance):
    pass


def test_photos_are_up_and_noted_before_the_one_visible_call(rig: FacebookRig) -> None:
    journal = JournalDouble()
    rig.platform.deliver(make_post(rig, photos=3), rig.account, journal)
    assert journal.calls == ["photo-1", "photo-2", "photo-3", "publish"]
    asked = [r["path"].rsplit("/", 1)[1] for r in rig.sandbox.requests()]
    assert asked[:5] == ["me", "photos", "photos", "photos", "feed"]
    assert journal.notes.intents[0]["photos"].count(",") == 2


def test_the_key_travels_in_a_header_and_in_no_address(rig: FacebookRig, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[requests.PreparedRequest] = []
    send = requests.Session.send

    def watched(self: requests.Session, request: requests.PreparedRequest, **more: Any) -> requests.Response:
        sent.append(request)
        return send(self, request, **more)

    monkeypatch.setattr(requests.Session, "send", watched)
    journal, post, key = JournalDouble(), make_post(rig, photos=1), rig.account.secret["access_token"]
    outcome = rig.platform.deliver(post, rig.account, journal)
    assert isinstance(outcome, Delivered)
    rig.platform.find(post, rig.account, journal, since())
    rig.platform.retract(outcome.receipts[0], rig.account)
    assert len(sent) == 6
    for request in sent:
        assert request.headers["Authorization"] == f"Bearer {key}"
        assert key not in str(request.url)
        assert key.encode() not in (request.body if isinstance(request.body, bytes) else str(request.body).encode())


@pytest.mark.parametrize("kind", ["refuse", "html_502", "empty_200", "error_before_commit", "rate_limited", "huge"])
def test_a_missing_permalink_never_changes_what_happened(rig: FacebookRig, kind: str) -> None:
    rig.fault(kind, "permalink")
    outcome = rig.platform.deliver(make_post(rig), rig.account, JournalDouble())
    assert isinstance(outcome, Delivered)
    assert outcome.receipts[0].permalink == rig.shown()[0].url


@pytest.mark.parametrize(
    "claimed", ["javascript:alert(1)", "https://elsewhere.example/p", "http://127.0.0.1\n/", 7, None]
)
def test_a_permalink_to_elsewhere_is_not_believed(rig: FacebookRig, claimed: object) -> None:
    rig.fault("wrong_type", "permalink", body={"id": "1", "permalink_url": claimed})
    outcome = rig.platform.deliver(make_post(rig), rig.account, JournalDouble())
    assert isinstance(outcome, Delivered)
    assert outcome.receipts[0].permalink == rig.shown()[0].url


def test_a_plain_text_can_never_be_proven_absent(rig: FacebookRig) -> None:
    assert isinstance(rig.platform.find(make_post(rig), rig.account, JournalDouble(), since()), CannotTell)


def test_photo_ids_prove_a_post_even_when_somebody_changed_its_words(rig: FacebookRig) -> None:
    begun, post, journal = since(), make_post(rig, photos=2), JournalDouble()
    outcome = rig.platform.deliver(post, rig.account, journal)
    other = dataclasses.replace(post, texts=("Words that nobody posted",))
    assert isinstance(outcome, Delivered)
    assert rig.platform.find(other, rig.account, journal, begun) == Found(outcome.receipts)


def test_the_same_words_and_other_photos_are_for_a_person_to_tell(rig: FacebookRig) -> None:
    begun, post, journal = since(), make_post(rig, photos=1), JournalDouble()
    rig.platform.deliver(post, rig.account, JournalDouble())
    journal.notes.steps["photo-1"] = {"id": "4711", "sha256": post.media[0].sha256, "until": "0"}
    answer = rig.platform.find(post, rig.account, journal, begun)
    assert isinstance(answer, CannotTell)
    assert "its photos are not known" in answer.reason


def test_without_a_noted_photo_nothing_can_be_proven(rig: FacebookRig) -> None:
    post = make_post(rig, photos=1)
    assert isinstance(rig.platform.find(post, rig.account, JournalDouble(), since()), CannotTell)


def test_a_text_post_is_not_mistaken_for_a_photo_post_of_the_same_words(rig: FacebookRig) -> None:
    begun, post = since(), make_post(rig, photos=1)
    rig.platform.deliver(post, rig.account, JournalDouble())
    plain = dataclasses.replace(post, media=())
    assert isinstance(rig.platform.find(plain, rig.account, JournalDouble(), begun), CannotTell)


def test_photos_that_are_in_a_post_already_make_us_look_for_it(rig: FacebookRig) -> None:
    begun, post, journal = since(), make_post(rig, photos=1), JournalDouble()
    first = rig.platform.deliver(post, rig.account, journal)
    assert isinstance(first, Delivered)
    again = JournalDouble(journal.notes)
    assert isinstance(rig.platform.deliver(post, rig.account, again), Unconfirmed)
    assert rig.platform.find(post, rig.account, again, begun) == Found(first.receipts)


def test_a_list_without_end_is_not_believed(rig: FacebookRig) -> None:
    endless = {"data": [], "paging": {"next": "https://…", "cursors": {"after": "again"}}}
    rig.fault("wrong_type", "find", status=200, body=endless, times=100)
    journal = JournalDouble()
    journal.notes.steps["photo-1"] = {"id": "1"}
    assert isinstance(rig.platform.find(make_post(rig, photos=1), rig.account, journal, since()), CannotTell)
    assert len(rig.seen("find")) == 10


@pytest.mark.parametrize(
    ("status", "code", "subcode", "kind"),
    [
        (400, 190, 460, "person"),
        (403, 200, 0, "person"),
        (400, 368, 0, "person"),
        (403, 32, 0, "pace"),
        (403, 4, 0, "unclear"),
        (400, 17, 0, "unclear"),
        (429, 32, 0, "unclear"),
        (500, 100, 0, "unclear"),
        (400, 80001, 0, "pace"),
        (400, 2, 0, "unclear"),
        (400, 506, 1455006, "unclear"),
        (200, 1, 0, "unclear"),
        (400, 100, 0, "refused"),
    ],
)
def test_the_code_decides_whatever_the_status(
    rig: FacebookRig, status: int, code: int, subcode: int, kind: str
) -> None:
    rig.fault("error_before_commit", status=status, code=code, subcode=subcode)
    match rig.platform.deliver(make_post(rig), rig.account, JournalDouble()):
        case Deferred(needs_person=True, scope="channel"):
            assert kind == "person"
        case Deferred(needs_person=False, scope="channel"):
            assert kind == "pace"
        case Unconfirmed():
            assert kind == "unclear"
        case Refused():
            assert kind == "refused"
        case other:
            raise AssertionError(other)


def test_gone_is_not_believed_of_a_page_that_cannot_be_read(rig: FacebookRig) -> None:
    outcome = rig.platform.deliver(make_post(rig), rig.account, JournalDouble())
    assert isinstance(outcome, Delivered)
    for call in ("delete", "read"):
        rig.fault("error_before_commit", call, status=400, code=100, subcode=33)
    page = rf"^/v25.0/{rig.account.account}$"
    rig.sandbox.order(
        "faults", {"kind": "error_before_commit", "method": "GET", "path": page, "status": 400, "code": 190}
    )
    told = rig.platform.retract(outcome.receipts[0], rig.account)
    assert isinstance(told, Deferred)
    assert told.needs_person
    assert len(rig.shown()) == 1


def test_gone_is_not_believed_of_a_post_that_can_still_be_read(rig: FacebookRig) -> None:
    """A key that may read but not manage is told that there is no such thing."""
    outcome = rig.platform.deliver(make_post(rig), rig.account, JournalDouble())
    assert isinstance(outcome, Delivered)
    rig.fault("error_before_commit", "delete", status=400, code=100, subcode=33)
    told = rig.platform.retract(outcome.receipts[0], rig.account)
    assert isinstance(told, Refused)
    assert "Delete" in told.remedy
    assert len(rig.shown()) == 1


def test_a_post_of_another_page_is_neither_ours_nor_ours_to_take_down(rig: FacebookRig) -> None:
    assert isinstance(rig.platform.retract(Receipt("999_5"), rig.account), Refused)
    assert rig.seen("delete") == []
    rig.fault("wrong_type", body={"id": "999_5"})
    assert isinstance(rig.platform.deliver(make_post(rig), rig.account, JournalDouble()), Unconfirmed)


@pytest.mark.parametrize("body", [{"error": "strange"}, {"permalink_url": ["?"]}, {}])
def test_whatever_ails_the_address_the_post_is_delivered(rig: FacebookRig, body: object) -> None:
    rig.fault("wrong_type", "permalink", status=200, body=body)
    assert isinstance(rig.platform.deliver(make_post(rig), rig.account, JournalDouble()), Delivered)


def test_photos_prove_a_post_beside_others_that_cannot_be_read(rig: FacebookRig) -> None:
    post, journal = make_post(rig, photos=1), JournalDouble()
    journal.note("photo-1", id="5", earlier="4")
    ours = rig.item("Edited", attachments={"data": [{"media_type": "photo", "target": {"id": "4"}}]})
    rig.fault("wrong_type", "find", status=200, body=rig.listing("?", ours))
    answer = rig.platform.find(post, rig.account, journal, since())
    assert isinstance(answer, Found)
    assert answer.receipts[0].remote_id == ours["id"]


def test_a_link_card_beside_photos_is_refused_rather_than_left_out(rig: FacebookRig) -> None:
    post = dataclasses.replace(make_post(rig, photos=1), link_card=LinkCard("https://riverbendpd.example/coffee"))
    journal = JournalDouble()
    outcome = rig.platform.deliver(post, rig.account, journal)
    assert isinstance(outcome, Refused)
    assert "link card" in outcome.reason
    assert (journal.calls, rig.shown()) == ([], [])


def test_a_key_that_ends_beyond_all_numbers_breaks_nothing(rig: FacebookRig) -> None:
    page = rig.account.account
    token = {"data": {"is_valid": True, "scopes": list(NEEDED), "type": "PAGE", "expires_at": 10**400}}
    assert health(token, {"id": page}, page, datetime.now(UTC), {}).days_left is None


def test_a_link_card_becomes_the_posts_link(rig: FacebookRig) -> None:
    post = Post("facebook", ("Come by",), link_card=LinkCard("https://riverbendpd.example/coffee"))
    assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble()), Delivered)
    assert rig.sandbox.order("posts")[-1]["link"] == "https://riverbendpd.example/coffee"


def test_a_key_that_may_not_post_or_has_died_is_not_healthy(rig: FacebookRig) -> None:
    made = rig.sandbox.order("accounts", {"platform": "facebook", "scopes": ["pages_show_list"]})
    secret = {"access_token": made["access_token"]}
    health = rig.platform.verify(dataclasses.replace(rig.account, account=made["id"], secret=secret))
    assert not health.alive
    assert "pages_manage_posts" in health.says


@pytest.mark.parametrize("data", [{"type": "USER"}, {"type": "PAGE", "profile_id": "8"}])
def test_the_key_of_a_person_or_of_another_page_is_known_as_anothers(rig: FacebookRig, data: dict[str, str]) -> None:
    page = rig.account.account
    token = {"data": {"is_valid": True, "scopes": list(NEEDED), "profile_id": page, **data}}
    assert health(token, {"id": page}, page, datetime.now(UTC), {}).anothers


def test_days_left_are_counted_where_the_key_ends(rig: FacebookRig) -> None:
    ends = (datetime.now(UTC) + timedelta(days=12, hours=1)).timestamp()
    made = rig.sandbox.order("accounts", {"platform": "facebook", "token_expires": ends})
    secret = {"access_token": made["access_token"]}
    health = rig.platform.verify(dataclasses.replace(rig.account, account=made["id"], secret=secret))
    assert (health.alive, health.days_left) == (True, 12)
    assert rig.platform.verify(rig.account).days_left is None
