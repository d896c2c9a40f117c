"""Bluesky against a server that nobody here wrote: the whole suite of every adapter, and what only it can tell.

Not part of `make test`: `make test-real` installs the server first. Nothing here is skipped: without it, it fails.
"""

import dataclasses
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from socialpub.model.account import Account
from socialpub.model.outcome import CannotTell, Deferred, Delivered, Found, Unconfirmed
from socialpub.model.post import LinkCard, Post
from socialpub.platforms.bluesky import BlueskyPlatform
from socialpub.platforms.bluesky_record import cid, record, record_key
from socialpub.platforms.contract import PUBLISH, Platform
from socialpub.sandbox.handle import Sandbox
from socialpub.sandbox.server import running
from tests.platforms.conformance import Conformance
from tests.platforms.double import JournalDouble
from tests.platforms.rig import LIMITS, Shelf, Shown, make_post, png, since
from tests.real.pds import Owner, Reply, Server, new_owner, sha256_of

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class RealRig:
    def __init__(self, owner: Owner) -> None:
        self.owner, self.account, self.shelf = owner, owner.account(), Shelf()
        self.platform: Platform = self.build()

    def build(self, **more: Any) -> Platform:
        return BlueskyPlatform(LIMITS["bluesky"], self.shelf.read, **more)

    def shown(self) -> list[Shown]:
        return [_shown(one) for one in self.owner.records()]

    def address_fits(self, permalink: str, shown: Shown) -> bool:
        return permalink == f"{self.account.base_url}/bluesky/profile/{self.owner.did}/post/{shown.remote_id}"

    def dead_account(self) -> Account:
        return dataclasses.replace(
            self.account, secret={**self.account.secret, "app_password": "dead-beef-dead-beef"}
        )


def _shown(listed: dict[str, Any]) -> Shown:
    images = listed["value"].get("embed", {}).get("images", [])
    alts, photos = [one["alt"] for one in images], [sha256_of(one["image"]["ref"]["$link"]) for one in images]
    key = listed["uri"].rpartition("/")[2]
    return Shown(key, listed["value"]["text"], tuple(alts), tuple(photos), listed["uri"])


@pytest.fixture
def rig(owner: Owner) -> RealRig:
    return RealRig(owner)


class TestTheRealServer(Conformance):
    pass


def test_sent_again_it_is_there_once(rig: RealRig) -> None:
    journal, post = JournalDouble(), make_post(rig, photos=2)
    first = rig.platform.deliver(post, rig.account, journal)
    assert isinstance(first, Delivered)
    again = rig.build(clock=lambda: datetime.now(UTC) + timedelta(hours=3))
    assert again.deliver(post, rig.account, JournalDouble(journal.notes)) == first
    assert len(rig.shown()) == 1


def test_daemons_that_send_the_same_delivery_at_once_show_one_post(rig: RealRig) -> None:
    """Whatever each of them is told, nobody makes a second one, and who asks then finds it."""
    journal, post = JournalDouble(), make_post(rig, photos=1)
    platforms = [rig.build() for _ in range(4)]
    journal.notes.steps[PUBLISH] = {"created_at": "2026-11-22T12:00:00.000Z"}
    with ThreadPoolExecutor(4) as pool:
        sent = pool.map(lambda one: one.deliver(post, rig.account, JournalDouble(journal.notes)), platforms)
        outcomes = list(sent)
    assert any(isinstance(outcome, Delivered) for outcome in outcomes)
    assert len(rig.shown()) == 1
    assert isinstance(rig.platform.find(post, rig.account, JournalDouble(journal.notes), since()), Found)


def test_another_post_under_the_same_key_is_never_overwritten(rig: RealRig) -> None:
    journal = JournalDouble()
    assert isinstance(rig.platform.deliver(make_post(rig, "First"), rig.account, journal), Delivered)
    other = make_post(rig, "Second")
    assert isinstance(rig.platform.deliver(other, rig.account, JournalDouble(key=journal.key)), Unconfirmed)
    assert isinstance(rig.platform.find(other, rig.account, journal, since()), CannotTell)
    assert [shown.text for shown in rig.shown()] == ["First"]


def test_marks_photos_and_languages_are_taken_as_valid(rig: RealRig) -> None:
    text = "👮🏽‍♀️ Señor Rex: riverbendpd.gov/k9 & https://riverbendpd.gov/é #K9Unit ＃señor, by @chief.example"
    post = dataclasses.replace(make_post(rig, text, photos=4), language="en-US")
    journal = JournalDouble()
    assert isinstance(rig.platform.deliver(post, rig.account, journal), Delivered)
    [listed] = rig.owner.records()
    assert listed["value"] == record(post, post.media, journal.notes.steps[PUBLISH]["created_at"])
    assert len(listed["value"]["facets"]) == 4


def test_a_link_card_with_its_picture(rig: RealRig) -> None:
    card = LinkCard("riverbendpd.gov/k9", "Our dogs", "Meet the unit", rig.shelf.add(9, "").sha256)
    post, journal = dataclasses.replace(make_post(rig), link_card=card), JournalDouble()
    outcome = rig.platform.deliver(post, rig.account, journal)
    assert isinstance(outcome, Delivered)
    assert rig.platform.find(post, rig.account, journal, since()) == Found(outcome.receipts)


@pytest.mark.parametrize("sign", ["👨‍👩‍👧‍👦", "👮🏽‍♀️", "e\u0301", "🇺🇸", "警", "각", "1️⃣", "\r\n", "ñ", "ก็"])
def test_what_we_count_as_the_longest_text_the_server_takes(rig: RealRig, sign: str) -> None:
    most = min(300, 3000 // len(sign.encode())) - 2
    text = "a" + sign * most + "b"
    assert rig.platform.measure(text) == most + 2
    assert isinstance(rig.platform.deliver(make_post(rig, text), rig.account, JournalDouble()), Delivered)


def test_photos_that_the_server_does_not_have_are_uploaded_again(rig: RealRig) -> None:
    journal, post = JournalDouble(), make_post(rig, photos=1)
    kept = {"id": cid(post.media[0].sha256), "sha256": post.media[0].sha256, "until": "32000000000"}
    journal.notes.steps["photo-1"] = kept
    outcome = rig.platform.deliver(post, rig.account, journal)
    assert isinstance(outcome, Deferred)
    assert "forgotten the uploaded photos" in outcome.reason
    assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)), Delivered)


def test_a_session_is_renewed_and_serves_on(rig: RealRig) -> None:
    now = datetime.now(UTC)
    platform = rig.build(clock=lambda: now)
    assert platform.verify(rig.account).alive
    now += timedelta(minutes=61)
    assert isinstance(platform.deliver(make_post(rig), rig.account, JournalDouble()), Delivered)
    now += timedelta(minutes=61)
    assert platform.verify(rig.account).says.startswith(f"connected as @{rig.owner.handle}")


def test_an_app_password_that_was_taken_back_asks_for_a_person(rig: RealRig) -> None:
    rig.owner.server.ask("POST", "com.atproto.server.revokeAppPassword", {"name": "socialpub"}, rig.owner.token)
    outcome = rig.platform.deliver(make_post(rig), rig.account, JournalDouble())
    assert isinstance(outcome, Deferred)
    assert (outcome.needs_person, outcome.scope) == (True, "channel")
    assert "app password" in outcome.reason


def test_nothing_is_sent_with_another_accounts_credentials(rig: RealRig) -> None:
    other = new_owner(rig.owner.server)
    account = dataclasses.replace(rig.account, secret=other.account().secret)
    health = rig.platform.verify(account)
    assert (health.alive, health.anothers) == (False, True)
    assert isinstance(rig.platform.deliver(make_post(rig), account, JournalDouble()), Deferred)
    assert (rig.shown(), other.records()) == ([], [])


def test_a_deactivated_account_is_told_and_writes_nothing(rig: RealRig) -> None:
    assert rig.platform.verify(rig.account).alive
    rig.owner.server.ask("POST", "com.atproto.server.deactivateAccount", {}, rig.owner.token)
    health = rig.platform.verify(rig.account)
    assert (health.alive, "deactivated" in health.says) == (False, True)
    outcome = rig.platform.deliver(make_post(rig), rig.account, JournalDouble())
    assert isinstance(outcome, Deferred)
    assert (outcome.needs_person, outcome.scope) == (True, "channel")


# --- what the sandbox says, the real one says ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running() as up:
        yield up


BASE = {"$type": "app.bsky.feed.post", "text": "Good morning", "createdAt": "2026-11-22T12:00:00.000Z"}


def _facet(first: int, last: int, **feature: Any) -> dict[str, Any]:
    return {**BASE, "facets": [{"index": {"byteStart": first, "byteEnd": last}, "features": [feature]}]}


def _image(blob: dict[str, Any], **more: Any) -> dict[str, Any]:
    shape = {"image": blob, "alt": "A dog", "aspectRatio": {"width": 2, "height": 2}, **more}
    return {**BASE, "embed": {"$type": "app.bsky.embed.images", "images": [shape]}}


LINK, TAG = "app.bsky.richtext.facet#link", "app.bsky.richtext.facet#tag"
UNKNOWN = {"$type": "blob", "ref": {"$link": cid("ab" * 32)}, "mimeType": "image/png", "size": 70}
RECORDS: list[Any] = [
    BASE,
    {**BASE, "text": "a" * 300},
    {**BASE, "text": "a" * 301},
    {**BASE, "text": "👨‍👩‍👧‍👦" * 120},
    {**BASE, "text": "👨‍👩‍👧‍👦" * 121},
    {**BASE, "text": ""},
    {**BASE, "text": 7},
    {**BASE, "createdAt": "yesterday"},
    {**BASE, "createdAt": "2026-11-22T12:00:00"},
    {**BASE, "createdAt": None},
    {**BASE, "langs": ["en", "es", "fr"]},
    {**BASE, "langs": ["en", "es", "fr", "de"]},
    {**BASE, "$type": "app.bsky.feed.like"},
    {**BASE, "whatever": {"else": 1}},
    _facet(0, 4, **{"$type": LINK, "uri": "https://riverbend.example"}),
    _facet(0, 999, **{"$type": LINK, "uri": "https://riverbend.example"}),
    _facet(0, 4, **{"$type": LINK, "uri": "not a uri"}),
    _facet(-1, 4, **{"$type": LINK, "uri": "https://riverbend.example"}),
    _facet(0, 4, **{"$type": LINK}),
    _facet(0, 4, **{"$type": TAG, "tag": "a" * 64}),
    _facet(0, 4, **{"$type": TAG, "tag": "a" * 65}),
    _image(UNKNOWN),
    _image(UNKNOWN, alt=None),
    _image({**UNKNOWN, "size": 1_000_001}),
    _image({**UNKNOWN, "mimeType": "text/plain"}),
    _image(UNKNOWN, aspectRatio={"width": 0, "height": 1}),
    {**BASE, "embed": {"$type": "app.bsky.embed.external", "external": {"uri": "https://riverbend.example"}}},
]


def _told(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.error


def _twin(sandbox: Sandbox) -> Owner:
    account = sandbox.accounts()["bluesky"][0]
    server = Server(sandbox.url)
    given = {"identifier": account["identifier"], "password": account["app_password"]}
    token = server.ask("POST", "com.atproto.server.createSession", given).json["accessJwt"]
    return Owner(server, account["id"], account["handle"], "", token, "")


def _put(owner: Owner, what: Any, key: str, **more: Any) -> Reply:
    place = {"repo": owner.did, "collection": BASE["$type"], "rkey": key, "record": what, **more}
    return owner.server.ask("POST", "com.atproto.repo.putRecord", place, owner.token)


def test_the_sandbox_takes_and_refuses_the_records_that_the_real_server_does(owner: Owner, sandbox: Sandbox) -> None:
    sandbox.reset()
    twin = _twin(sandbox)
    for number, what in enumerate(RECORDS):
        key = record_key(f"key-{number}")
        real, ours = (_told(_put(one, what, key, swapRecord=None)) for one in (owner, twin))
        assert real == ours, what


def test_the_sandbox_goes_on_as_the_real_server_does(owner: Owner, sandbox: Sandbox) -> None:
    """A whole course of calls: write, again, another, overwrite, read, delete, again, and what is refused."""
    sandbox.reset()
    key, gone, other = record_key("a"), record_key("b"), {**BASE, "text": "Other"}
    repo = "com.atproto.repo"

    def course(one: Owner) -> Iterator[tuple[int, str]]:
        place = {"repo": one.did, "collection": BASE["$type"], "rkey": key}
        where = f"repo={one.did}&collection={BASE['$type']}&rkey="
        yield _told(_put(one, BASE, key, swapRecord=None))
        yield _told(_put(one, BASE, key, swapRecord=None))
        yield _told(_put(one, other, key, swapRecord=None))
        yield _told(_put(one, other, key))
        yield _told(_put(one, BASE, "abc", swapRecord=None))
        yield _told(_put(dataclasses.replace(one, did="did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"), BASE, key))
        for token in ("", one.token, "senseless"):
            yield _told(one.server.ask("GET", f"{repo}.getRecord?{where}{key}", token=token))
            yield _told(one.server.ask("GET", f"{repo}.getRecord?{where}{gone}", token=token))
            yield _told(one.server.ask("GET", "com.atproto.server.getSession", token=token))
            yield _told(one.server.ask("POST", f"{repo}.deleteRecord", place, token))
        yield _told(one.server.ask("POST", f"{repo}.deleteRecord", place, one.token))
        yield _told(one.server.ask("POST", f"{repo}.putRecord", {"repo": one.did}, one.token))
        yield _told(one.server.ask("POST", "com.atproto.server.refreshSession", token=one.token))
        wrong = {"identifier": "nobody.example", "password": "wrong"}
        yield _told(one.server.ask("POST", "com.atproto.server.createSession", wrong))
        blob = one.server.ask("POST", f"{repo}.uploadBlob", png(7), one.token, "image/jpeg")
        yield blob.status, blob.json["blob"]["ref"]["$link"]
        yield blob.json["blob"]["size"], blob.json["blob"]["mimeType"]
        yield _told(_put(one, _image({**blob.json["blob"], "size": 5}), gone))
        yield _told(_put(one, _image({**blob.json["blob"], "mimeType": "image/jpeg"}), gone))
        yield _told(_put(one, _image(blob.json["blob"]), gone))

    assert list(course(_twin(sandbox))) == list(course(owner))


def test_a_post_of_ours_is_one_that_its_reader_can_name(rig: RealRig) -> None:
    """The fingerprint that was noted is of what the server gives back."""
    journal, post = JournalDouble(), Post("bluesky", ("Ñandú 🐕 “quotes” \u200d end",))
    outcome = rig.platform.deliver(post, rig.account, journal)
    assert isinstance(outcome, Delivered)
    assert rig.platform.find(post, rig.account, journal, NOON) == Found(outcome.receipts)
