"""Instagram against the sandbox, which fetches each photo from a real listener: the whole suite, and containers."""

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from socialpub.model.outcome import Absent, AskAgain, CannotTell, Deferred, Delivered, Found, Refused, Unconfirmed
from socialpub.model.post import LinkCard, Media
from socialpub.platforms.contract import Supplies, nowhere
from socialpub.platforms.instagram import InstagramPlatform
from socialpub.platforms.owners import Owners
from tests.platforms.double import Died, JournalDouble
from tests.platforms.fetched import Fetched, jpeg
from tests.platforms.network_conformance import NetworkConformance, _closed_port
from tests.platforms.rig import LIMITS, InstagramRig, Rig, Sandbox, make_post, since


@pytest.fixture
def rig(sandbox: Sandbox, fetched: Fetched) -> InstagramRig:
    return InstagramRig(sandbox, InstagramPlatform, fetched)


def _tomorrow(rig: InstagramRig) -> None:
    rig.sandbox.order("clock", {"now": (datetime.now(UTC) + timedelta(hours=25)).isoformat()})


class TestInstagram(NetworkConformance):
    """Where a container says more than a list of posts, or less can be done, the suite's own test is replaced."""

    def test_taking_down_works_and_works_twice(self, rig: Rig) -> None:
        """It does not: a person does it, by a checklist."""
        outcome = rig.platform.deliver(make_post(rig), rig.account, JournalDouble())
        assert isinstance(outcome, Delivered)
        refused = rig.platform.retract(outcome.receipts[0], rig.account)
        assert isinstance(refused, Refused)
        assert outcome.receipts[0].permalink in refused.reason
        assert "Delete" in refused.remedy
        assert len(rig.shown()) == 1

    @pytest.mark.parametrize("kind", ["refuse", "html_502", "empty_200", "rate_limited", "slow"])
    def test_taking_down_is_tried_again_after_trouble(self, rig: Any, kind: str) -> None:
        """The network is not asked at all."""
        rig.fault(kind, "delete")
        self.test_taking_down_works_and_works_twice(rig)
        assert rig.seen("delete") == []

    def test_a_refused_connection_on_the_visible_call_only_defers(
        self, rig: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The calls before it meet it first."""
        monkeypatch.setattr(Owners, "prove", lambda *_: None)
        with _closed_port() as port:
            account, journal = dataclasses.replace(rig.account, base_url=f"http://127.0.0.1:{port}"), JournalDouble()
            outcome = rig.platform.deliver(make_post(rig), account, journal)
        assert isinstance(outcome, Deferred)
        assert (outcome.scope, journal.calls) == ("delivery", [])

    def test_what_the_network_says_it_has_is_never_taken_for_absent(self, rig: Any) -> None:
        """The container says so itself, at once and for ever."""
        journal, begun, post = JournalDouble(), since(), make_post(rig)
        rig.fault("drop_after_commit")
        assert isinstance(rig.platform.deliver(post, rig.account, journal), Unconfirmed)
        rig.fault("wrong_type", "find", body=rig.listing(), times=1)
        assert isinstance(rig.platform.find(post, rig.account, journal, begun), CannotTell)
        assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Unconfirmed)
        assert isinstance(rig.platform.find(post, rig.account, JournalDouble(journal.notes), begun), Found)
        assert len(rig.shown()) == len(rig.seen("create")) == 1

    def test_a_list_that_lags_says_not_seen_and_later_found(self, rig: Any) -> None:
        """It never says absent."""
        begun, post, journal = since(), make_post(rig), JournalDouble()
        rig.fault("drop_after_commit")
        rig.sandbox.order("lag", {"seconds": 3600})
        rig.platform.deliver(post, rig.account, journal)
        assert isinstance(rig.platform.find(post, rig.account, journal, begun), CannotTell)
        rig.sandbox.order("lag", {"seconds": 0})
        assert isinstance(rig.platform.find(post, rig.account, journal, begun), Found)

    def test_photos_forgotten_at_the_first_try_are_uploaded_again_and_each_id_is_kept(self, rig: Any) -> None:
        """Carousel items that expired before the carousel was made."""
        rig.fault("error_before_commit", "upload", skip=2, status=400, code=24, subcode=2207008)
        journal, post = JournalDouble(), make_post(rig, photos=2)
        assert isinstance(rig.platform.deliver(post, rig.account, journal), Deferred)
        assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Delivered)
        assert len(rig.seen("upload")) == 6
        assert len(rig.shown()) == 1

    def test_photos_forgotten_after_a_call_that_may_have_worked_are_never_uploaded_again(self, rig: Any) -> None:
        """A container that the network does not know any more may have been published."""
        journal, begun, post = JournalDouble(), since(), make_post(rig)
        rig.fault("drop_after_commit")
        assert isinstance(rig.platform.deliver(post, rig.account, journal), Unconfirmed)
        rig.fault("error_before_commit", "status", status=404)
        assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Unconfirmed)
        assert len(rig.seen("upload")) == 1
        assert isinstance(rig.platform.find(post, rig.account, journal, begun), Found)
        assert len(rig.shown()) == 1

    def test_a_person_who_says_that_it_is_not_there_gets_new_photos(self, rig: Any) -> None:
        journal, begun, post = JournalDouble(), since(), make_post(rig)
        rig.fault("drop_before_commit")
        rig.platform.deliver(post, rig.account, journal)
        rig.fault("error_before_commit", "status", status=404, times=2)
        rig.platform.deliver(post, rig.account, JournalDouble(journal.notes))
        assert isinstance(rig.platform.find(post, rig.account, journal, begun), CannotTell)
        assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Delivered)
        assert len(rig.seen("upload")) == 2

    def test_photos_uploaded_too_long_ago_are_uploaded_again(self, rig: Any) -> None:
        journal, post = JournalDouble(), make_post(rig)
        journal.halt_at = "publish"
        with pytest.raises(BaseException, match="publish"):
            rig.platform.deliver(post, rig.account, journal)
        _tomorrow(rig)
        assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Delivered)
        assert len(rig.seen("upload")) == 2


def test_the_container_is_noted_before_the_one_visible_call(rig: InstagramRig) -> None:
    journal = JournalDouble()
    rig.platform.deliver(make_post(rig, photos=2), rig.account, journal)
    assert journal.calls == ["photo-1", "photo-2", "container", "publish"]
    assert journal.notes.intents == [{"container": journal.notes.steps["container"]["id"]}]
    asked = [r["path"].rsplit("/", 1)[1] for r in rig.sandbox.requests()]
    assert [one for one in asked if not one.isdigit()] == [
        "content_publishing_limit", *["media"] * 3, "media_publish"
    ]  # fmt: skip


@pytest.mark.parametrize(("code", "subcode"), [(4, 2207051), (9, 2207042), (190, 460), (100, 0), (9007, 2207027)])
@pytest.mark.parametrize("kind", ["error_after_commit", "error_before_commit"])
def test_no_error_of_the_visible_call_is_believed(rig: InstagramRig, kind: str, code: int, subcode: int) -> None:
    """4 with 2207051, "blocked", has been the answer to a post that went out."""
    rig.fault(kind, status=400, code=code, subcode=subcode)
    journal, begun, post = JournalDouble(), since(), make_post(rig)
    assert isinstance(rig.platform.deliver(post, rig.account, journal), Unconfirmed)
    answer = rig.platform.find(post, rig.account, journal, begun)
    assert isinstance(answer, Found if kind == "error_after_commit" else Absent)
    if isinstance(answer, Absent):
        assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Delivered)
    assert len(rig.shown()) == len(rig.seen("upload")) == 1


def test_a_container_that_is_not_published_yet_is_published_itself_by_the_next_attempt(rig: InstagramRig) -> None:
    post = make_post(rig)
    journal = rig.lost(post)
    assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Delivered)
    assert len(rig.seen("upload")) == 1
    assert [one["container"] for one in journal.notes.intents] == [journal.notes.steps["container"]["id"]] * 2


def test_an_expired_container_was_not_published_and_is_replaced(rig: InstagramRig) -> None:
    begun, post = since(), make_post(rig)
    journal = rig.lost(post)
    _tomorrow(rig)
    assert isinstance(rig.platform.find(post, rig.account, journal, begun), Absent)
    assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Delivered)
    assert len(rig.seen("upload")) == 2
    assert len(rig.shown()) == 1


def test_photos_in_the_making_are_waited_for_by_a_later_attempt(rig: InstagramRig) -> None:
    rig.sandbox.order("rules", {"processing_s": 3600})
    paused: list[float] = []
    journal, post = JournalDouble(), make_post(rig)
    outcome = rig.build(pause=paused.append).deliver(post, rig.account, journal)
    assert isinstance(outcome, Deferred)
    assert outcome.not_before is not None
    assert outcome.not_before - datetime.now(UTC) < timedelta(minutes=1)
    assert (len(paused), sum(paused) < 10) == (2, True)
    assert rig.seen("create") == []
    _later(rig, minutes=61)
    assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Delivered)
    assert len(rig.seen("upload")) == 1


def _later(rig: InstagramRig, minutes: int) -> None:
    rig.sandbox.order("clock", {"now": (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()})


def test_when_the_days_posts_are_used_up_the_channel_waits_and_nothing_is_made(rig: InstagramRig) -> None:
    rig.account = _account(rig, quota=1)
    assert isinstance(rig.platform.deliver(make_post(rig), rig.account, JournalDouble()), Delivered)
    outcome = rig.platform.deliver(make_post(rig, "Another story"), rig.account, JournalDouble(key="other"))
    assert isinstance(outcome, Deferred)
    assert (outcome.scope, outcome.needs_person) == ("channel", False)
    assert "1 of 1 posts in 24 hours" in outcome.reason
    assert outcome.not_before is not None
    health = rig.platform.verify(rig.account)
    assert (health.alive, health.quota) == (True, {"posts in 24 hours": "1 of 1"})


def _account(rig: InstagramRig, **more: Any) -> Any:
    made = rig.sandbox.order("accounts", {"platform": "instagram", **more})
    rig.calls = {
        name: (how, path.replace(rig.account.account, made["id"])) for name, (how, path) in rig.calls.items()
    }
    return dataclasses.replace(rig.account, account=made["id"], secret={"access_token": made["access_token"]})


def test_without_a_public_address_the_channel_waits_for_a_person(rig: InstagramRig) -> None:
    platform = InstagramPlatform(LIMITS["instagram"], Supplies(rig.shelf.read, nowhere))
    outcome = platform.deliver(make_post(rig), rig.account, JournalDouble())
    assert isinstance(outcome, Deferred)
    assert (outcome.needs_person, outcome.scope) == (True, "channel")
    assert "[public]" in outcome.reason


def test_an_address_that_the_network_cannot_reach_is_for_an_administrator(rig: InstagramRig) -> None:
    rig.fetched.read = lambda _: b"no photo"
    outcome = rig.platform.deliver(make_post(rig), rig.account, JournalDouble())
    assert isinstance(outcome, Deferred)
    assert (outcome.needs_person, outcome.scope) == (True, "channel")
    assert "socialpub doctor" in outcome.reason


def test_a_photo_of_another_shape_is_refused_by_the_network_with_a_remedy(rig: InstagramRig) -> None:
    """The media room never makes one; the stand-in would notice."""
    data = jpeg(1, 320, 900)
    media = Media(rig.shelf.add(1, "").sha256, "image/jpeg", 320, 900, len(data), "")
    rig.fetched.read = lambda _: data
    post = dataclasses.replace(make_post(rig), media=(media,))
    outcome = rig.platform.deliver(post, rig.account, JournalDouble())
    assert isinstance(outcome, Refused)
    assert "photo" in outcome.remedy


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ({"status_code": "ERROR", "status": "Error: Media upload has failed with error code 2207052"}, "person"),
        ({"status_code": "ERROR", "status": "Error: 2207005"}, "refused"),
        ({"status_code": "ERROR", "status": "Error: something"}, "later"),
        ({"status_code": "EXPIRED"}, "later"),
        ({"status_code": "UNHEARD_OF"}, "later"),
    ],
)
def test_a_container_that_failed_says_why(rig: InstagramRig, status: dict[str, str], kind: str) -> None:
    rig.fault("wrong_type", "status", status=200, body={"id": "1", **status})
    match rig.platform.deliver(make_post(rig), rig.account, JournalDouble()):
        case Deferred(needs_person=True):
            assert kind == "person"
        case Deferred(needs_person=False, scope="delivery"):
            assert kind == "later"
        case Refused():
            assert kind == "refused"
        case other:
            raise AssertionError(other)
    assert rig.seen("create") == []


@pytest.mark.parametrize(
    ("code", "subcode", "kind"),
    [
        (-2, 2207003, "later"),
        (9, 2207042, "pace"),
        (4, 2207051, "pace"),
        (25, 2207050, "person"),
        (9004, 2207052, "person"),
        (36000, 2207004, "refused"),
        (100, 2207010, "refused"),
        (100, 2207028, "refused"),
        (190, 463, "person"),
        (10, 0, "person"),
        (80002, 0, "pace"),
        (100, 0, "refused"),
    ],
)
def test_the_code_decides_before_the_visible_call(rig: InstagramRig, code: int, subcode: int, kind: str) -> None:
    rig.fault("error_before_commit", "upload", status=400, code=code, subcode=subcode)
    match rig.platform.deliver(make_post(rig), rig.account, JournalDouble()):
        case Deferred(needs_person=True, scope="channel"):
            assert kind == "person"
        case Deferred(needs_person=False, scope="channel"):
            assert kind == "pace"
        case Deferred(scope="delivery"):
            assert kind == "later"
        case Refused():
            assert kind == "refused"
        case other:
            raise AssertionError(other)


def test_a_container_for_other_words_is_never_published(rig: InstagramRig) -> None:
    journal, post = JournalDouble(), make_post(rig)
    journal.die_after = "container"
    with pytest.raises(Died):
        rig.platform.deliver(post, rig.account, journal)
    other = dataclasses.replace(post, texts=("Other words, approved since",))
    assert isinstance(rig.platform.deliver(other, rig.account, JournalDouble(journal.notes)), Delivered)
    assert [shown.text for shown in rig.shown()] == ["Other words, approved since"]


def test_a_container_in_progress_after_a_lost_answer_concludes_nothing(rig: InstagramRig) -> None:
    post = make_post(rig)
    journal = rig.lost(post)
    rig.fault("wrong_type", "status", status=200, body={"id": "1", "status_code": "IN_PROGRESS"})
    assert isinstance(rig.platform.find(post, rig.account, journal, since()), AskAgain)


def test_a_store_restored_to_before_the_intent_still_finds_the_post_and_sends_no_second(rig: InstagramRig) -> None:
    begun, post, journal = since(), make_post(rig), JournalDouble()
    assert isinstance(rig.platform.deliver(post, rig.account, journal), Delivered)
    restored = JournalDouble()
    restored.notes.steps = {"container": journal.notes.steps["container"]}
    assert isinstance(rig.platform.deliver(post, rig.account, restored), Unconfirmed)
    assert isinstance(rig.platform.find(post, rig.account, JournalDouble(restored.notes), begun), Found)
    assert len(rig.shown()) == 1


def test_nothing_can_be_told_without_a_container(rig: InstagramRig) -> None:
    assert isinstance(rig.platform.find(make_post(rig), rig.account, JournalDouble(), since()), CannotTell)


@pytest.mark.parametrize("text", ["#a " * 31, "@b " * 21])
def test_more_tags_than_it_takes_are_refused_before_anything_is_sent(rig: InstagramRig, text: str) -> None:
    assert isinstance(rig.platform.deliver(make_post(rig, text), rig.account, JournalDouble()), Refused)
    assert rig.sandbox.requests() == []


def test_a_post_without_a_photo_or_with_a_link_card_is_refused_before_anything_is_sent(rig: InstagramRig) -> None:
    post = make_post(rig)
    card = LinkCard("https://riverbendpd.example/coffee")
    for other in (dataclasses.replace(post, media=()), dataclasses.replace(post, link_card=card)):
        assert isinstance(rig.platform.deliver(other, rig.account, JournalDouble()), Refused)
    assert rig.sandbox.requests() == []


def test_a_key_that_may_not_publish_is_not_healthy(rig: InstagramRig) -> None:
    health = rig.platform.verify(_account(rig, scopes=["instagram_basic"]))
    assert not health.alive
    assert "instagram_content_publish" in health.says


def test_days_left_are_counted_where_the_key_ends(rig: InstagramRig) -> None:
    ends = (datetime.now(UTC) + timedelta(days=12, hours=1)).timestamp()
    assert rig.platform.verify(_account(rig, token_expires=ends)).days_left == 12
