"""Credentials that end are exchanged before they are used, once, and never lost when that can be helped."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from socialpub.delivery.fresh import PATIENCE, kept_fresh
from socialpub.desk.channels import set_secret
from socialpub.model.account import Account
from socialpub.model.outcome import Answer, AskAgain, Deferred, Delivered, Health, Outcome, Receipt, Scope
from socialpub.model.people import Actor, Role
from socialpub.model.post import Post
from socialpub.platforms.contract import Journal, Platform
from socialpub.store.schema import Channel, Event, Renewal, Secret
from tests import world
from tests.delivery.house import House
from tests.delivery.script import Script, limits, nothing
from tests.platforms.double import JournalDouble

ADMIN = Actor("adm", frozenset({Role.ADMINISTRATOR}))
SINCE = datetime(2026, 11, 22, tzinfo=UTC)
POST = Post("ending", ("Hello",))


@dataclass
class Ending(Script):
    """A network whose key works for one number at a time: what it was asked with is remembered."""

    works: str = "2"
    says: Mapping[str, str] | Deferred = field(default_factory=lambda: {"key": "2"})
    during: Callable[[], object] = nothing
    asked: list[str] = field(default_factory=list)
    used: list[str] = field(default_factory=list)

    def ends_soon(self, account: Account) -> bool:
        return account.secret.get("key") != self.works

    def renew(self, account: Account) -> Mapping[str, str] | Deferred:
        self.asked.append(account.secret["key"])
        self.during()
        return self.says

    def deliver(self, post: Post, account: Account, journal: Journal) -> Outcome:
        self.used.append(account.secret["key"])
        return super().deliver(post, account, journal)

    def find(self, post: Post, account: Account, journal: Journal, since: datetime) -> Answer:
        self.used.append(account.secret["key"])
        return super().find(post, account, journal, since)

    def retract(self, receipt: Receipt, account: Account) -> Outcome:
        self.used.append(account.secret["key"])
        return super().retract(receipt, account)

    def verify(self, account: Account) -> Health:
        self.used.append(account.secret["key"])
        return super().verify(account)


@dataclass
class Stage:
    house: House
    network: Ending
    channel: Channel
    account: Account

    @property
    def platform(self) -> Platform:
        return kept_fresh(self.network, self.house.db, self.house.vault)

    def stored(self) -> dict[str, str]:
        with self.house.db.reading() as session:
            row = session.get_one(Secret, self.channel.id)
        return self.house.vault().unseal(self.channel.id, row.sealed)

    def renewals(self) -> list[Renewal]:
        with self.house.db.reading() as session:
            return list(session.scalars(select(Renewal)))

    def renewed_in_the_records(self) -> int:
        with self.house.db.reading() as session:
            return len(session.scalars(select(Event).where(Event.verb == "renew")).all())

    def somebody_began(self, ago: timedelta = timedelta(0)) -> None:
        until = self.house.clock() + PATIENCE - ago
        self.house.change(lambda tx: tx.session.add(Renewal(channel_id=self.channel.id, token="t", until=until)))


@pytest.fixture
def stage(house: House) -> Stage:
    channel = house.channel("ending", name="main")
    sealed = house.vault().seal(channel.id, {"key": "1"})
    house.change(lambda tx: tx.session.add(Secret(channel_id=channel.id, sealed=sealed, set_at=tx.now)))
    account = Account("main", "ending", channel.account, "", {"key": "1"})
    return Stage(house, Ending(limits("plain")), channel, account)


def _calls(stage: Stage) -> dict[str, Callable[[], Any]]:
    platform, journal, receipt = stage.platform, JournalDouble(), Receipt("1")
    return {
        "deliver": lambda: platform.deliver(POST, stage.account, journal),
        "find": lambda: platform.find(POST, stage.account, journal, SINCE),
        "retract": lambda: platform.retract(receipt, stage.account),
        "verify": lambda: platform.verify(stage.account),
    }


CALLS = pytest.mark.parametrize("call", ["deliver", "find", "retract", "verify"])


@CALLS
def test_every_call_is_made_with_the_next_credentials_and_they_were_kept_before(stage: Stage, call: str) -> None:
    seen: list[dict[str, str]] = []
    stage.network.before = lambda: seen.append(stage.stored())
    _calls(stage)[call]()
    assert (stage.network.asked, stage.network.used) == (["1"], ["2"])
    assert stage.stored() == {"key": "2"}
    assert seen == ([{"key": "2"}] if call == "deliver" else [])
    assert (stage.renewals(), stage.renewed_in_the_records()) == ([], 1)


def test_good_credentials_are_used_as_they_are(stage: Stage) -> None:
    stage.network.works = "1"
    assert isinstance(_calls(stage)["deliver"](), Delivered)
    assert (stage.network.asked, stage.network.used, stage.renewed_in_the_records()) == ([], ["1"], 0)


def test_a_network_whose_credentials_never_end_is_left_alone(stage: Stage) -> None:
    plain = stage.house.plain
    assert kept_fresh(plain, stage.house.db, stage.house.vault) is plain


def test_what_somebody_else_exchanged_meanwhile_is_used_and_not_exchanged_again(stage: Stage) -> None:
    set_secret(stage.house.db, ADMIN, stage.house.vault(), "main", {"key": "2"})
    assert isinstance(_calls(stage)["deliver"](), Delivered)
    assert (stage.network.asked, stage.network.used) == ([], ["2"])


@CALLS
def test_while_somebody_else_is_at_it_nothing_is_asked_and_the_channel_waits_a_moment(
    stage: Stage, call: str
) -> None:
    stage.somebody_began()
    answer = _calls(stage)[call]()
    assert (stage.network.asked, stage.network.used) == ([], [])
    match answer:
        case Deferred():
            assert (answer.scope, answer.needs_person) == (Scope.CHANNEL, False)
            assert answer.not_before == stage.house.clock() + timedelta(seconds=5)
        case Health():
            assert not answer.alive
            assert answer.remedy
        case _:
            assert isinstance(answer, AskAgain)


def test_two_at_once_ask_the_network_once(stage: Stage) -> None:
    second: list[Any] = []
    stage.network.during = lambda: second.append(_calls(stage)["find"]())
    assert isinstance(_calls(stage)["deliver"](), Delivered)
    assert stage.network.asked == ["1"]
    assert isinstance(second[0], AskAgain)


@pytest.mark.parametrize("ago", [PATIENCE, PATIENCE + timedelta(hours=1), timedelta(hours=-1)])
def test_whoever_died_at_it_or_began_it_by_a_clock_gone_wrong_stops_nobody(stage: Stage, ago: timedelta) -> None:
    stage.somebody_began(ago)
    assert isinstance(_calls(stage)["deliver"](), Delivered)
    assert (stage.network.asked, stage.renewals()) == (["1"], [])


@CALLS
def test_when_the_network_declines_nothing_is_called_and_the_old_ones_stay(stage: Stage, call: str) -> None:
    stage.network.says = Deferred("the token is dead", scope=Scope.CHANNEL, needs_person=True)
    answer = _calls(stage)[call]()
    assert stage.network.used == []
    assert "the token is dead" in str(answer)
    assert (stage.stored(), stage.renewals()) == ({"key": "1"}, [])


def test_new_credentials_of_an_administrator_win_over_those_gained_meanwhile(stage: Stage) -> None:
    stage.network.during = lambda: set_secret(stage.house.db, ADMIN, stage.house.vault(), "main", {"key": "9"})
    stage.house.clock.advance(1)
    waits = _calls(stage)["deliver"]()
    assert isinstance(waits, Deferred)
    assert not waits.needs_person
    assert (stage.stored(), stage.network.used, stage.renewals()) == ({"key": "9"}, [], [])


def test_a_post_on_a_channel_removed_meanwhile_can_still_be_asked_about(stage: Stage) -> None:
    def remove(tx: Any) -> None:
        tx.session.get_one(Channel, stage.channel.id).removed_at = tx.now

    stage.house.change(remove)
    _calls(stage)["find"]()
    assert stage.network.used == ["2"]


def test_the_daemon_sends_with_the_next_credentials(stage: Stage) -> None:
    house = stage.house
    house.networks["ending"] = stage.network
    carrier = replace(house.carrier, platform=lambda name: kept_fresh(house.networks[name], house.db, house.vault))
    row = house.change(lambda tx: world.delivery(tx, tx.session.merge(stage.channel)))
    from socialpub.delivery.send import send_due

    send_due(carrier)
    assert house.state(row) == "delivered"
    assert stage.network.used == ["2"]
