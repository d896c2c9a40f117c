"""What every adapter must do, whatever its network. A test class inherits this and gives a `rig`."""

import logging
from datetime import UTC, datetime, timedelta

import pytest

from socialpub.model.outcome import Absent, Deferred, Delivered, Found, Refused
from socialpub.model.post import Post
from socialpub.platforms.contract import Halt
from tests.platforms.double import Died, JournalDouble
from tests.platforms.rig import Rig, make_post, since


class Conformance:
    """Text and photos go out once, as approved; stop means stop; what was lost is found again."""

    def test_a_text_is_delivered_with_the_networks_own_id(self, rig: Rig) -> None:
        outcome = rig.platform.deliver(make_post(rig), rig.account, JournalDouble())
        assert isinstance(outcome, Delivered)
        [shown] = rig.shown()
        [receipt] = outcome.receipts
        assert (shown.remote_id, shown.text) == (receipt.remote_id, "Officer Diaz found the lost bike.")
        assert rig.address_fits(receipt.permalink, shown)

    @pytest.mark.parametrize("photos", [1, 4])
    def test_photos_arrive_in_order_each_with_its_own_alt_text(self, rig: Rig, photos: int) -> None:
        post = make_post(rig, photos=photos)
        assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble()), Delivered)
        [shown] = rig.shown()
        assert shown.photos == tuple(item.sha256 for item in post.media)
        assert shown.alts == tuple(item.alt for item in post.media)

    def test_unusual_characters_arrive_unchanged(self, rig: Rig) -> None:
        text = "K-9 “Rex” & friends <3 met 12 kids — ¡gracias! 🐕‍🦺 100%\n\nSee riverbendpd.example/e?a=1&b=2"
        assert isinstance(rig.platform.deliver(make_post(rig, text), rig.account, JournalDouble()), Delivered)
        assert [shown.text for shown in rig.shown()] == [text]

    def test_a_text_at_the_limit_goes_out_and_one_longer_is_refused_with_a_remedy(self, rig: Rig) -> None:
        longest = rig.platform.limits.text.longest
        assert isinstance(
            rig.platform.deliver(make_post(rig, "a" * longest), rig.account, JournalDouble()), Delivered
        )
        journal = JournalDouble(key="another-key")
        outcome = rig.platform.deliver(make_post(rig, "b" * (longest + 1)), rig.account, journal)
        assert isinstance(outcome, Refused)
        assert outcome.remedy
        assert journal.calls == []
        assert len(rig.shown()) == 1

    def test_a_post_for_another_network_an_option_or_a_video_is_refused_before_anything_is_sent(
        self, rig: Rig
    ) -> None:
        name, journal = rig.platform.limits.name, JournalDouble()
        mime = "video/mp4" if rig.platform.limits.videos is None else "video/webm"  # no network takes it
        video = rig.shelf.add(1, "A video").__class__("0" * 64, mime, 2, 2, 10)
        for post in (
            Post("elsewhere", ("Hello",)),
            Post(name, ("Hello",), options=(("colour", "blue"),)),
            Post(
                name, ("Hello",), options=(*((key, "x") for key in rig.platform.limits.post.carries), ("tone", "red"))
            ),
            Post(name, ("Hello",), (video,)),
            Post(name, ("   ",)),
            make_post(rig, photos=rig.platform.limits.photos.most + 1),
        ):
            assert isinstance(rig.platform.deliver(post, rig.account, journal), Refused)
        assert journal.calls == []
        assert rig.shown() == []

    def test_the_intent_is_committed_once_last_and_while_nothing_is_visible(self, rig: Rig) -> None:
        journal = JournalDouble()
        seen: list[int] = []
        journal.at_intent = lambda: seen.append(len(rig.shown()))
        rig.platform.deliver(make_post(rig, photos=2), rig.account, journal)
        assert seen == [0]
        assert journal.calls.count("publish") == 1
        assert journal.calls[-1] == "publish", "nothing may be noted after the visible call: a note may halt"

    def test_stop_before_the_visible_call_leaves_nothing_visible(self, rig: Rig) -> None:
        journal = JournalDouble()
        journal.halt_at = "publish"
        with pytest.raises(Halt):
            rig.platform.deliver(make_post(rig, photos=1), rig.account, journal)
        assert rig.shown() == []
        assert isinstance(
            rig.platform.deliver(make_post(rig, photos=1), rig.account, JournalDouble(journal.notes)),
            Delivered,
        )
        assert len(rig.shown()) == 1

    def test_after_a_crash_before_the_visible_call_a_second_attempt_delivers_once(self, rig: Rig) -> None:
        journal = JournalDouble()
        journal.die_after = "publish"
        post = make_post(rig, photos=2)
        with pytest.raises(Died):
            rig.platform.deliver(post, rig.account, journal)
        assert isinstance(rig.platform.find(post, rig.account, journal, since()), Absent)
        outcome = rig.platform.deliver(post, rig.account, JournalDouble(journal.notes))
        assert isinstance(outcome, Delivered)
        assert len(rig.shown()) == 1

    @pytest.mark.parametrize("photos", [0, 1, 3])
    def test_what_was_delivered_is_found(self, rig: Rig, photos: int) -> None:
        journal, begun, post = JournalDouble(), since(), make_post(rig, photos=photos)
        outcome = rig.platform.deliver(post, rig.account, journal)
        assert isinstance(outcome, Delivered)
        answer = rig.platform.find(post, rig.account, JournalDouble(journal.notes), begun)
        assert answer == Found(outcome.receipts)

    def test_a_post_without_a_photo_it_needs_waits_for_a_person(self, rig: Rig) -> None:
        post = make_post(rig, photos=1)
        rig.shelf.kept.clear()
        outcome = rig.platform.deliver(post, rig.account, JournalDouble())
        assert isinstance(outcome, Deferred)
        assert outcome.needs_person
        assert rig.shown() == []

    def test_taking_down_works_and_works_twice(self, rig: Rig) -> None:
        outcome = rig.platform.deliver(make_post(rig, photos=1), rig.account, JournalDouble())
        assert isinstance(outcome, Delivered)
        [receipt] = outcome.receipts
        assert rig.platform.retract(receipt, rig.account) == Delivered((receipt,))
        assert rig.shown() == []
        assert rig.platform.retract(receipt, rig.account) == Delivered((receipt,))

    @pytest.mark.parametrize("remote_id", ["../../etc", "1/2", "x" * 500, "1?access_token=2", " 1", "1\n"])
    def test_a_receipt_with_a_senseless_id_is_refused_not_followed(self, rig: Rig, remote_id: str) -> None:
        from socialpub.model.outcome import Receipt

        assert isinstance(rig.platform.retract(Receipt(remote_id), rig.account), Refused)

    def test_verify_tells_alive_from_dead_and_changes_nothing(self, rig: Rig) -> None:
        alive = rig.platform.verify(rig.account)
        assert (alive.alive, alive.remedy) == (True, "")
        dead = rig.platform.verify(rig.dead_account())
        assert not dead.alive
        assert dead.says
        assert dead.remedy
        assert rig.shown() == []

    def test_a_dead_account_stops_the_channel_and_asks_for_a_person(self, rig: Rig) -> None:
        outcome = rig.platform.deliver(make_post(rig), rig.dead_account(), JournalDouble())
        assert isinstance(outcome, Deferred)
        assert (outcome.needs_person, outcome.scope) == (True, "channel")
        assert rig.shown() == []

    def test_measure_agrees_with_the_limit(self, rig: Rig) -> None:
        assert rig.platform.measure("a" * 100) == 100
        assert rig.platform.measure("") == 0

    def test_no_secret_is_in_any_record_text_or_repr(self, rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        journal, post = JournalDouble(), make_post(rig, photos=1)
        told = [repr(rig.platform), repr(rig.account)]
        told.append(repr(rig.platform.deliver(post, rig.account, journal)))
        told.append(repr(rig.platform.find(post, rig.account, journal, datetime.now(UTC) - timedelta(hours=1))))
        told.append(repr(rig.platform.verify(rig.account)))
        told.append(repr(rig.platform.verify(rig.dead_account())))
        told.append(repr(rig.platform.deliver(post, rig.dead_account(), JournalDouble())))
        whole = "\n".join([*told, caplog.text, repr(journal.notes.steps), repr(journal.notes.intents)])
        for secret in (*rig.account.secret.values(), *rig.dead_account().secret.values()):
            assert secret not in whole
