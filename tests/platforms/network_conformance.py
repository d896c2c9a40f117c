"""What every adapter that speaks HTTP must do as well: each fault ends in the right outcome, and never twice.

A test class inherits this and gives a `rig` whose sandbox can be told to misbehave.
"""

import dataclasses
import json
import logging
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from socialpub import crash
from socialpub.model.outcome import (
    Absent,
    AskAgain,
    CannotTell,
    Deferred,
    Delivered,
    Found,
    Refused,
    Unconfirmed,
)
from socialpub.platforms import uploads
from tests.platforms.conformance import Conformance
from tests.platforms.double import Died, JournalDouble
from tests.platforms.rig import HASTY, NetworkRig, make_post, since

#: Something may have been committed and the answer does not tell.
SILENT: list[tuple[str, dict[str, Any]]] = [
    ("refuse", {}),
    ("mid_body", {}),
    ("drop_before_commit", {}),
    ("drop_after_commit", {}),
    ("error_before_commit", {"status": 500}),
    ("error_before_commit", {"status": 503}),
    ("error_after_commit", {"status": 500}),
    ("error_after_commit", {"status": 504}),
    ("html_502", {}),
    ("html_502", {"commit": "first"}),
    ("empty_200", {}),
    ("truncated_json", {}),
    ("cut_answer", {}),
    ("not_json", {}),
    ("wrong_type", {}),
    ("wrong_type", {"body": {"data": {"id": 7}, "id": None}}),
    ("wrong_type", {"body": {"data": [], "id": ["x"]}}),
    ("wrong_type", {"body": "[" * 200_000}),
    ("huge", {}),
    ("bad_gzip", {}),
    ("gzip_bomb", {}),
    ("redirect", {}),
    ("redirect", {"commit": "first"}),
]


class NetworkConformance(Conformance):
    @pytest.mark.parametrize(("kind", "more"), SILENT)
    def test_a_visible_call_without_a_clear_answer_is_unconfirmed_and_looking_first_never_posts_twice(
        self, rig: NetworkRig, kind: str, more: dict[str, Any]
    ) -> None:
        rig.sandbox.order("rules", {"refuse_duplicates": False})
        rig.fault(kind, **more)
        journal, begun, post = JournalDouble(), since(), make_post(rig, photos=1)
        assert isinstance(rig.platform.deliver(post, rig.account, journal), Unconfirmed)
        assert len(rig.seen("create")) == 1, "one visible call per attempt"
        answer = rig.platform.find(post, rig.account, journal, begun)
        assert isinstance(answer, Found if rig.shown() else Absent)
        if isinstance(answer, Absent):
            assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Delivered)
        [shown] = rig.shown()
        assert shown.alts == (post.media[0].alt,)
        if isinstance(answer, Found):
            assert answer.receipts[0].remote_id == shown.remote_id
            assert rig.address_fits(answer.receipts[0].permalink, shown)

    @pytest.mark.parametrize(("kind", "more"), SILENT)
    def test_the_same_trouble_before_the_visible_call_only_defers(
        self, rig: NetworkRig, kind: str, more: dict[str, Any]
    ) -> None:
        rig.fault(kind, "upload", **more)
        journal, post = JournalDouble(), make_post(rig, photos=1)
        outcome = rig.platform.deliver(post, rig.account, journal)
        assert isinstance(outcome, Deferred)
        assert (outcome.scope, outcome.needs_person) == ("delivery", False)
        assert rig.seen("create") == []
        assert journal.notes.intents == []
        assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Delivered)
        assert len(rig.shown()) == 1

    @pytest.mark.parametrize(
        "kind", ["refuse", "html_502", "empty_200", "truncated_json", "huge", "wrong_type", "redirect"]
    )
    def test_a_question_that_fails_concludes_nothing(self, rig: NetworkRig, kind: str) -> None:
        journal, begun, post = JournalDouble(), since(), make_post(rig, photos=1)
        rig.platform.deliver(post, rig.account, journal)
        rig.fault(kind, "find")
        assert isinstance(rig.platform.find(post, rig.account, journal, begun), AskAgain)
        assert isinstance(rig.platform.find(post, rig.account, journal, begun), Found)

    def test_a_dead_key_makes_no_question_answerable(self, rig: NetworkRig) -> None:
        journal, begun, post = JournalDouble(), since(), make_post(rig, photos=1)
        rig.platform.deliver(post, rig.account, journal)
        assert isinstance(rig.platform.find(post, rig.dead_account(), journal, begun), AskAgain)

    @pytest.mark.parametrize("kind", ["slow", "trickle"])
    def test_an_answer_that_takes_too_long_is_unconfirmed_and_then_found(self, rig: NetworkRig, kind: str) -> None:
        hasty = rig.build(HASTY)
        rig.fault(kind, seconds=0.9 if kind == "slow" else 0.1)
        journal, begun, post = JournalDouble(), since(), make_post(rig, photos=0)
        outcome = hasty.deliver(post, rig.account, journal)
        assert isinstance(outcome, Unconfirmed)
        assert "time" in outcome.reason or "long" in outcome.reason
        assert isinstance(rig.platform.find(post, rig.account, journal, begun), Found)
        assert len(rig.shown()) == 1

    def test_a_refused_connection_on_the_visible_call_only_defers(
        self, rig: NetworkRig, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rig.proved_before(monkeypatch)
        with _closed_port() as port:
            account = dataclasses.replace(rig.account, base_url=f"http://127.0.0.1:{port}")
            journal = JournalDouble()
            outcome = rig.platform.deliver(make_post(rig), account, journal)
        assert isinstance(outcome, Deferred)
        assert outcome.scope == "delivery"
        assert journal.calls == ["publish"], "the intent was committed, and surely nothing was sent"

    def test_a_rate_limit_stops_the_channel_until_the_network_says(self, rig: NetworkRig) -> None:
        rig.fault("rate_limited", "upload")
        outcome = rig.platform.deliver(make_post(rig, photos=1), rig.account, JournalDouble())
        assert isinstance(outcome, Deferred)
        assert (outcome.scope, outcome.needs_person) == ("channel", False)
        assert outcome.not_before is not None
        wait = outcome.not_before - datetime.now(UTC)
        assert timedelta(minutes=4) < wait < timedelta(minutes=16)

    def test_a_rate_limit_that_does_not_say_how_long_leaves_it_to_the_cool_off(self, rig: NetworkRig) -> None:
        rig.fault("rate_limited", rig.judged, quiet=True)
        outcome = rig.platform.deliver(make_post(rig), rig.account, JournalDouble())
        assert isinstance(outcome, Deferred)
        assert (outcome.scope, outcome.not_before) == ("channel", None)

    @pytest.mark.parametrize("absurd", ["99999999999999", "-5", "soon", "Fri, 31 Dec 9999 23:59:59 GMT", "9" * 400])
    def test_an_absurd_wait_is_not_obeyed(self, rig: NetworkRig, absurd: str) -> None:
        rig.fault(
            "rate_limited", rig.judged, quiet=True, headers={"Retry-After": absurd, "x-rate-limit-reset": absurd}
        )
        outcome = rig.platform.deliver(make_post(rig), rig.account, JournalDouble())
        assert isinstance(outcome, Deferred)
        assert outcome.not_before is None

    @pytest.mark.parametrize("call", ["upload", "judged"])
    def test_a_refused_key_in_the_middle_stops_the_channel_for_a_person(self, rig: NetworkRig, call: str) -> None:
        rig.fault("error_before_commit", rig.judged if call == "judged" else call, status=401)
        outcome = rig.platform.deliver(make_post(rig, photos=1), rig.account, JournalDouble())
        assert isinstance(outcome, Deferred)
        assert (outcome.scope, outcome.needs_person) == ("channel", True)
        assert "onnect the channel again" in outcome.reason

    def test_a_clear_no_is_refused_with_a_remedy(self, rig: NetworkRig) -> None:
        rig.fault("error_before_commit", rig.judged, status=400)
        outcome = rig.platform.deliver(make_post(rig), rig.account, JournalDouble())
        assert isinstance(outcome, Refused)
        assert outcome.remedy

    def test_an_error_page_of_somebody_in_between_is_not_taken_for_the_networks_no(self, rig: NetworkRig) -> None:
        rig.fault("html_502", status=403, commit="first")
        assert isinstance(rig.platform.deliver(make_post(rig), rig.account, JournalDouble()), Unconfirmed)

    def test_no_key_follows_a_redirect_to_another_host(self, rig: NetworkRig) -> None:
        for call in ("create", "find", "verify", "delete"):
            rig.fault("redirect", call)
        post, journal = make_post(rig), JournalDouble()
        rig.platform.deliver(post, rig.account, journal)
        rig.platform.find(post, rig.account, journal, since())
        rig.platform.verify(rig.account)
        assert [r for r in rig.sandbox.requests() if r["path"].startswith("/elsewhere")] == []

    def test_the_same_text_again_is_looked_for_instead_of_refused(self, rig: NetworkRig) -> None:
        journal, begun, post = JournalDouble(), since(), make_post(rig)
        first = rig.platform.deliver(post, rig.account, journal)
        assert isinstance(first, Delivered)
        again = rig.platform.deliver(post, rig.account, JournalDouble(journal.notes))
        assert isinstance(again, Unconfirmed)
        assert "already" in again.reason
        assert rig.platform.find(post, rig.account, journal, begun) == Found(first.receipts)

    def test_what_the_network_says_it_has_is_never_taken_for_absent(self, rig: NetworkRig) -> None:
        journal, begun, post = JournalDouble(), since(), make_post(rig, photos=1)
        rig.fault("drop_after_commit")
        assert isinstance(rig.platform.deliver(post, rig.account, journal), Unconfirmed)
        rig.fault("wrong_type", "find", body=rig.listing(), times=1)
        assert isinstance(rig.platform.find(post, rig.account, journal, begun), Absent)
        second = JournalDouble(journal.notes)
        assert isinstance(rig.platform.deliver(post, rig.account, second), Unconfirmed)
        rig.fault("wrong_type", "find", body=rig.listing(), times=1)
        answer = rig.platform.find(post, rig.account, JournalDouble(journal.notes), begun)
        assert isinstance(answer, CannotTell)
        assert "the network said something else before" in answer.reason
        assert isinstance(rig.platform.find(post, rig.account, JournalDouble(journal.notes), begun), Found)
        assert len(rig.shown()) == 1

    def test_photos_forgotten_at_the_first_try_are_uploaded_again_and_each_id_is_kept(self, rig: NetworkRig) -> None:
        rig.fault("wrong_type", status=400, commit="never", body=rig.forgotten)
        journal, begun, post = JournalDouble(), since(), make_post(rig, photos=1)
        assert isinstance(rig.platform.deliver(post, rig.account, journal), Deferred)
        assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Delivered)
        assert len(rig.seen("upload")) == 2
        assert len(uploads.noted_ids(journal, 1)) == (1 if rig.same_id_again else 2)
        assert isinstance(rig.platform.find(post, rig.account, journal, begun), Found)

    def test_photos_forgotten_after_a_call_that_may_have_worked_are_never_uploaded_again(
        self, rig: NetworkRig
    ) -> None:
        journal, begun, post = JournalDouble(), since(), make_post(rig, photos=1)
        rig.fault("drop_after_commit")
        assert isinstance(rig.platform.deliver(post, rig.account, journal), Unconfirmed)
        kept = uploads.noted_ids(journal, 1)
        rig.fault("wrong_type", status=400, commit="never", body=rig.forgotten)
        assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Unconfirmed)
        assert len(rig.seen("upload")) == 1
        assert uploads.noted_ids(journal, 1) == kept
        rig.fault("wrong_type", "find", body=rig.listing(), times=1)
        assert isinstance(rig.platform.find(post, rig.account, journal, begun), CannotTell)
        assert isinstance(rig.platform.find(post, rig.account, journal, begun), Found)
        assert len(rig.shown()) == 1

    def test_a_person_who_says_that_it_is_not_there_gets_new_photos(self, rig: NetworkRig) -> None:
        """The first call never arrived, the network forgot the photos meanwhile: dead ids would end no better."""
        journal, post = JournalDouble(), make_post(rig, photos=1)
        rig.fault("drop_before_commit")
        rig.platform.deliver(post, rig.account, journal)
        rig.fault("wrong_type", status=400, commit="never", body=rig.forgotten)
        rig.platform.deliver(post, rig.account, JournalDouble(journal.notes))
        assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Delivered)
        assert len(rig.seen("upload")) == 2
        assert len(uploads.noted_ids(journal, 1)) == (1 if rig.same_id_again else 2)

    @pytest.mark.parametrize("photos", [0, 1])
    def test_a_list_of_which_not_everything_can_be_read_proves_nothing(self, rig: NetworkRig, photos: int) -> None:
        post = make_post(rig, photos=photos)
        journal = rig.lost(post)
        for body in rig.unreadable(post.text):
            rig.fault("wrong_type", "find", status=200, body=body)
            answer = rig.platform.find(post, rig.account, journal, since())
            assert isinstance(answer, AskAgain | CannotTell), body

    def test_a_post_that_reads_nearly_like_this_one_is_for_a_person_to_tell(self, rig: NetworkRig) -> None:
        post = make_post(rig, photos=1)
        journal = rig.lost(post)
        for item in rig.changed(post.text):
            rig.fault("wrong_type", "find", status=200, body=rig.listing(item))
            assert isinstance(rig.platform.find(post, rig.account, journal, since()), CannotTell), item
            journal.others = {item["id"]}
            rig.fault("wrong_type", "find", status=200, body=rig.listing(item))
            assert isinstance(rig.platform.find(post, rig.account, journal, since()), Absent), item
            journal.others.clear()

    def test_an_error_that_is_only_a_text_is_no_success_and_its_words_stay_here(
        self, rig: NetworkRig, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        journal, begun, post = JournalDouble(), since(), make_post(rig, photos=1)
        told: list[object] = [rig.platform.deliver(post, rig.account, journal)]
        assert isinstance(told[0], Delivered)
        quoting = {"error": f"Invalid token {' '.join(rig.account.secret.values())}"}
        for call in ("create", "find", "delete", "verify"):
            rig.fault("wrong_type", call, status=200, commit="never", body=quoting)
        told.append(rig.platform.deliver(make_post(rig, "Another"), rig.account, JournalDouble(key="other")))
        assert isinstance(told[1], Unconfirmed)
        told.append(rig.platform.find(post, rig.account, journal, begun))
        assert isinstance(told[2], AskAgain)
        told.append(rig.platform.retract(told[0].receipts[0], rig.account))
        assert not isinstance(told[3], Delivered)
        told.append(rig.platform.verify(rig.account))
        whole = repr(told) + caplog.text
        assert not any(secret in whole for secret in rig.account.secret.values())

    def test_what_a_library_raises_by_itself_is_unclear_and_its_words_stay_here(
        self, rig: NetworkRig, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole = requests.Response.json

        def odd(self: requests.Response, **more: Any) -> Any:
            if "canary" in self.text:
                raise KeyError("canary")
            return whole(self, **more)

        monkeypatch.setattr(requests.Response, "json", odd)
        rig.fault("wrong_type", status=200, body={"canary": 1})
        outcome = rig.platform.deliver(make_post(rig), rig.account, JournalDouble())
        assert isinstance(outcome, Unconfirmed)
        assert "KeyError" in outcome.reason
        assert "canary" not in outcome.reason

    def test_a_post_that_another_delivery_owns_is_never_claimed(self, rig: NetworkRig) -> None:
        begun, post = since(), make_post(rig)
        first = rig.platform.deliver(post, rig.account, JournalDouble())
        assert isinstance(first, Delivered)
        journal = JournalDouble(key="second")
        journal.others.add(first.receipts[0].remote_id)
        assert not isinstance(rig.platform.find(post, rig.account, journal, begun), Found)

    def test_of_two_identical_texts_one_lost_the_one_that_is_nobodys_is_found(self, rig: NetworkRig) -> None:
        rig.sandbox.order("rules", {"refuse_duplicates": False})
        begun, post = since(), make_post(rig)
        first = rig.platform.deliver(post, rig.account, JournalDouble())
        assert isinstance(first, Delivered)
        rig.fault("drop_after_commit")
        journal = JournalDouble(key="second")
        journal.others.add(first.receipts[0].remote_id)
        assert isinstance(rig.platform.deliver(post, rig.account, journal), Unconfirmed)
        answer = rig.platform.find(post, rig.account, journal, begun)
        assert isinstance(answer, Found)
        assert answer.receipts[0].remote_id == rig.shown()[1].remote_id

    def test_a_text_that_somebody_also_posted_by_hand_is_for_a_person_to_tell(self, rig: NetworkRig) -> None:
        rig.sandbox.order("rules", {"refuse_duplicates": False})
        begun, post, journal = since(), make_post(rig), JournalDouble()
        rig.by_hand(post.text)
        rig.fault("drop_after_commit")
        assert isinstance(rig.platform.deliver(post, rig.account, journal), Unconfirmed)
        assert isinstance(rig.platform.find(post, rig.account, journal, begun), CannotTell)

    def test_posts_by_hand_with_other_words_do_not_disturb(self, rig: NetworkRig) -> None:
        begun, post, journal = since(), make_post(rig), JournalDouble()
        rig.by_hand(post.text + " Thank you all!")
        rig.fault("drop_after_commit")
        rig.platform.deliver(post, rig.account, journal)
        rig.by_hand("Something else")
        assert isinstance(rig.platform.find(post, rig.account, journal, begun), Found)

    @pytest.mark.parametrize(
        "text",
        [
            "Join us: https://riverbendpd.example/coffee?a=1&copy=2 at 9",
            "Two links https://riverbendpd.example/ and https://riverbendpd.example/b/ end",
            "  Trimmed at both ends \n",
            "Q&A: is 3 < 4 > 2? &amp; stays",
            "Cafe\u0301 with an officer",
        ],
    )
    def test_a_text_that_the_network_shows_differently_is_still_found(self, rig: NetworkRig, text: str) -> None:
        begun, post, journal = since(), make_post(rig, text), JournalDouble()
        rig.fault("drop_after_commit")
        assert isinstance(rig.platform.deliver(post, rig.account, journal), Unconfirmed)
        assert isinstance(rig.platform.find(post, rig.account, journal, begun), Found)

    def test_a_list_that_lags_says_not_seen_and_later_found(self, rig: NetworkRig) -> None:
        begun, post, journal = since(), make_post(rig, photos=1), JournalDouble()
        rig.fault("drop_after_commit")
        rig.sandbox.order("lag", {"seconds": 3600})
        rig.platform.deliver(post, rig.account, journal)
        assert isinstance(rig.platform.find(post, rig.account, journal, begun), Absent)
        rig.sandbox.order("lag", {"seconds": 0})
        assert isinstance(rig.platform.find(post, rig.account, journal, begun), Found)

    def test_a_post_on_the_second_page_of_the_list_is_found(self, rig: NetworkRig) -> None:
        begun, post, journal = since(), make_post(rig), JournalDouble()
        rig.fault("drop_after_commit")
        rig.platform.deliver(post, rig.account, journal)
        for number in range(rig.per_page + 5):
            rig.by_hand(f"Another story, number {number}")
        assert isinstance(rig.platform.find(post, rig.account, journal, begun), Found)
        assert len(rig.seen("find")) == 2 + rig.ends_empty

    def test_a_resumed_attempt_uses_the_photos_that_were_uploaded(self, rig: NetworkRig) -> None:
        journal, post = JournalDouble(), make_post(rig, photos=3)
        journal.die_after = "photo-2"
        with pytest.raises(Died):
            rig.platform.deliver(post, rig.account, journal)
        assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Delivered)
        assert len(rig.seen("upload")) == 3 + rig.more_uploads, "no photo was uploaded twice"
        assert rig.shown()[0].photos == tuple(item.sha256 for item in post.media)

    def test_photos_uploaded_too_long_ago_are_uploaded_again(self, rig: NetworkRig) -> None:
        journal, post = JournalDouble(), make_post(rig, photos=1)
        journal.halt_at = "publish"
        with pytest.raises(BaseException, match="publish"):
            rig.platform.deliver(post, rig.account, journal)
        tomorrow = rig.build(clock=lambda: datetime.now(UTC) + timedelta(hours=25))
        assert isinstance(tomorrow.deliver(post, rig.account, JournalDouble(journal.notes)), Delivered)
        assert len(rig.seen("upload")) == 2

    def test_photos_that_the_network_forgot_early_are_uploaded_again_by_the_next_attempt(
        self, rig: NetworkRig
    ) -> None:
        journal, post = JournalDouble(), make_post(rig, photos=2)
        journal.notes.steps["photo-1"] = {
            "id": rig.known_id(post.media[0]),
            "sha256": post.media[0].sha256,
            "until": "32000000000",
        }
        journal.notes.steps["alt-1"] = {"id": rig.known_id(post.media[0])}
        assert isinstance(rig.platform.deliver(post, rig.account, journal), Deferred)
        assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Delivered)

    @pytest.mark.parametrize("kind", ["refuse", "html_502", "empty_200", "rate_limited", "slow"])
    def test_taking_down_is_tried_again_after_trouble(self, rig: NetworkRig, kind: str) -> None:
        outcome = rig.platform.deliver(make_post(rig), rig.account, JournalDouble())
        assert isinstance(outcome, Delivered)
        rig.fault(kind, "delete", **({"seconds": 0.6} if kind == "slow" else {}))
        platform = rig.build(HASTY) if kind == "slow" else rig.platform
        assert isinstance(platform.retract(outcome.receipts[0], rig.account), Deferred)
        assert isinstance(rig.platform.retract(outcome.receipts[0], rig.account), Delivered)
        assert rig.shown() == []

    def test_a_refusal_to_take_down_says_how_to_do_it_by_hand(self, rig: NetworkRig) -> None:
        outcome = rig.platform.deliver(make_post(rig), rig.account, JournalDouble())
        assert isinstance(outcome, Delivered)
        rig.fault("error_before_commit", "delete", status=400)
        refused = rig.platform.retract(outcome.receipts[0], rig.account)
        assert isinstance(refused, Refused)
        assert "Delete" in refused.remedy

    @pytest.mark.parametrize("kind", ["refuse", "html_502", "empty_200", "wrong_type", "error_before_commit"])
    def test_verify_never_breaks(self, rig: NetworkRig, kind: str) -> None:
        rig.fault(kind, "verify")
        health = rig.platform.verify(rig.account)
        assert not health.alive
        assert health.says

    @pytest.mark.parametrize(
        "base_url",
        [
            "http://sandbox.example",
            "https://127.0.0.1.example",
            "http://user:pw@127.0.0.1",
            "http://169.254.169.254",
            "http://2130706433",
            "http://[::ffff:127.0.0.1]",
            "ftp://127.0.0.1",
            "file:///tmp",
            "127.0.0.1:80",
            "http://127.0.0.1:port",
            "http://127.0.0.1/?q",
            "http://[::1",
        ],
    )
    def test_another_base_url_than_one_on_this_machine_is_never_called(
        self, rig: NetworkRig, base_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        never_called(rig, rig.no_address(base_url), monkeypatch)

    def test_a_key_that_cannot_be_one_is_named_and_never_shown(self, rig: NetworkRig) -> None:
        name = next(iter(rig.account.secret))
        for value in ("", "canary secret", "canary\nX-Evil: 1", "canaryü"):
            account = dataclasses.replace(rig.account, secret={**rig.account.secret, name: value})
            outcome = rig.platform.deliver(make_post(rig), account, JournalDouble())
            assert isinstance(outcome, Deferred)
            assert outcome.needs_person
            assert name in outcome.reason
            assert "canary" not in outcome.reason

    def test_a_hand_edited_account_number_is_refused(self, rig: NetworkRig) -> None:
        account = dataclasses.replace(rig.account, account="me/../../7")
        outcome = rig.platform.deliver(make_post(rig), account, JournalDouble())
        assert isinstance(outcome, Deferred)
        assert outcome.needs_person

    def test_a_key_for_another_account_is_not_healthy_and_known_as_anothers(self, rig: NetworkRig) -> None:
        for secret in rig.others():
            health = rig.platform.verify(dataclasses.replace(rig.account, secret=secret))
            assert (health.alive, health.anothers) == (False, True)
        assert not rig.platform.verify(rig.account).anothers
        assert not rig.platform.verify(rig.dead_account()).anothers

    def test_nothing_is_sent_with_another_account_s_credentials(self, rig: NetworkRig) -> None:
        for secret in rig.others():
            account, journal = dataclasses.replace(rig.account, secret=secret), JournalDouble()
            for _ in range(2):  # what was learned the first time lets nobody through the second
                outcome = rig.platform.deliver(make_post(rig, photos=1), account, journal)
                assert isinstance(outcome, Deferred)
                assert (outcome.needs_person, outcome.scope) == (True, "channel")
                assert "credentials are of the account" in outcome.reason
                assert f"the channel is {rig.account.account}" in outcome.reason
            assert journal.calls == []
        assert rig.seen("create") == rig.seen("upload") == []
        assert rig.sandbox.order("posts") == []

    def test_whose_a_secret_is_is_asked_once_for_each_secret(self, rig: NetworkRig) -> None:
        account = rig.asked_account()
        for number in range(3):
            post = make_post(rig, f"Story number {number}")
            assert isinstance(rig.platform.deliver(post, account, JournalDouble()), Delivered)
        assert len(rig.seen("whose")) == 1
        other = dataclasses.replace(account, secret=rig.others()[-1])
        assert isinstance(rig.platform.deliver(make_post(rig), other, JournalDouble()), Deferred)
        assert len(rig.seen("whose")) == 2
        assert len(rig.shown()) == 3

    @pytest.mark.parametrize(
        ("kind", "more"),
        [
            ("refuse", {}),
            ("html_502", {}),
            ("empty_200", {}),
            ("not_json", {}),
            ("wrong_type", {"body": {"data": {"id": 7}, "id": None}}),
            ("error_before_commit", {"status": 400}),
            ("error_before_commit", {"status": 500}),
            ("rate_limited", {}),
        ],
    )
    def test_while_nobody_says_whose_a_secret_is_the_channel_waits_and_is_asked_again(
        self, rig: NetworkRig, kind: str, more: dict[str, Any]
    ) -> None:
        rig.fault(kind, "whose", **more)
        account, journal = rig.asked_account(), JournalDouble()
        outcome = rig.platform.deliver(make_post(rig, photos=1), account, journal)
        assert isinstance(outcome, Deferred), "it is never the post's fault"
        assert (outcome.scope, outcome.needs_person) == ("channel", False)
        assert journal.calls == []
        assert isinstance(rig.platform.deliver(make_post(rig, photos=1), account, journal), Delivered)

    def test_an_error_that_quotes_the_key_is_scrubbed(
        self, rig: NetworkRig, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        secrets = list(rig.account.secret.values())
        quoting = {
            "detail": " ".join(secrets),
            "title": secrets[0],
            "error": {"message": " ".join(secrets), "code": 100},
        }
        told: list[object] = []
        for status in (400, 403, 429, 500, 200):
            rig.fault("wrong_type", rig.judged, status=status, body=quoting, headers={"Retry-After": secrets[0]})
            told.append(rig.platform.deliver(make_post(rig), rig.account, JournalDouble()))
        rig.fault("error_before_commit", "verify", status=400, body=quoting)
        told.append(rig.platform.verify(rig.account))
        assert not any(secret in repr(told) + caplog.text for secret in secrets)

    def test_control_characters_and_half_characters_in_an_error_are_made_harmless(self, rig: NetworkRig) -> None:
        nasty = "a\u202eb\x1b[31m\ud800" + "c" * 5000
        body = json.dumps({"detail": nasty, "error": {"message": nasty, "code": 100}})
        rig.fault("error_before_commit", rig.judged, status=400, body=body)
        outcome = rig.platform.deliver(make_post(rig), rig.account, JournalDouble())
        assert isinstance(outcome, Refused)
        assert outcome.reason.isprintable()
        assert len(outcome.reason.encode()) < 1000

    def test_several_threads_deliver_each_their_own(self, rig: NetworkRig) -> None:
        posts = [make_post(rig, f"Story number {number}", photos=number % 2) for number in range(6)]
        with ThreadPoolExecutor(3) as pool:
            outcomes = list(pool.map(lambda p: rig.platform.deliver(p, rig.account, JournalDouble()), posts))
        ids = {shown.remote_id: shown.text for shown in rig.shown()}
        assert [ids[o.receipts[0].remote_id] for o in outcomes if isinstance(o, Delivered)] == [
            post.text for post in posts
        ]

    def test_every_request_passes_a_crash_point_before_and_after(
        self, rig: NetworkRig, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        points: list[str] = []
        monkeypatch.setattr(crash, "point", points.append)
        rig.platform.deliver(make_post(rig, photos=1), rig.account, JournalDouble())
        assert f"{rig.name}.create.before" in points
        assert [p.removesuffix(".before") for p in points[::2]] == [p.removesuffix(".after") for p in points[1::2]]
        assert len(points) == 2 * len(rig.sandbox.requests())


def never_called(rig: NetworkRig, base_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is sent to this address, and an administrator reads why."""
    monkeypatch.setattr(socket, "getaddrinfo", _nobody_asks)
    account = dataclasses.replace(rig.account, base_url=base_url)
    journal, post = JournalDouble(), make_post(rig)
    outcome = rig.platform.deliver(post, account, journal)
    assert isinstance(outcome, Deferred)
    assert outcome.needs_person
    assert "base_url" in outcome.reason
    assert isinstance(rig.platform.find(post, account, journal, since()), (AskAgain, CannotTell))
    assert not rig.platform.verify(account).alive
    assert journal.calls == []


def _nobody_asks(*_: object, **__: object) -> None:
    raise AssertionError("an address was looked up")


@contextmanager
def _closed_port() -> Iterator[int]:
    """A port of this machine that refuses connections: bound by us, and not listening."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]
