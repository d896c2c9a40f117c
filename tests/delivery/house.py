"""The delivery room with scripted networks around it: rows go in, stages are run, states come out."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from socialpub.delivery.carrier import Carrier
from socialpub.delivery.owner import Owner
from socialpub.delivery.reconcile import reconcile
from socialpub.delivery.send import claim, send, send_due
from socialpub.model.day import ALWAYS, Day
from socialpub.model.states import DeliveryState
from socialpub.schedule.slots import Rules
from socialpub.settings import Department
from socialpub.store.claims import Claim
from socialpub.store.database import Database
from socialpub.store.schema import Approval, Attempt, Channel, Delivery, Event, Notice, Receipt, Story
from socialpub.store.transaction import Transaction
from socialpub.store.vault import Vault
from tests import world
from tests.clock import SetClock
from tests.delivery.script import NAMES, Script, limits

ZONE = ZoneInfo("America/New_York")
ME = Owner("me", alone=False)


@dataclass
class House:
    db: Database
    clock: SetClock
    owner: Owner = ME
    ticks: float = 0.0  # the monotonic clock
    rules: Rules = Rules(ZONE)  # noqa: RUF009  frozen
    files: dict[str, bytes] = field(default_factory=dict)
    networks: dict[str, Script] = field(default_factory=lambda: {name: Script(limits(name)) for name in NAMES})
    vault: Callable[[], Vault] = lambda: Vault(bytes(32))
    day: Callable[[datetime], Day] = lambda _now: ALWAYS

    @property
    def plain(self) -> Script:
        return self.networks["plain"]

    @property
    def carrier(self) -> Carrier:
        return Carrier(
            db=self.db,
            platform=lambda name: self.networks[name],
            limits={name: script.limits for name, script in self.networks.items()},
            department=Department(),
            rules=lambda _platform: self.rules,
            read_media=self.files.__getitem__,
            vault=self.vault,
            owner=self.owner,
            monotonic=lambda: self.ticks,
            day=self.day,
        )

    def as_other(self) -> "House":
        """Another daemon on the same rows and networks."""
        return replace(self, owner=Owner("other", alone=False))

    # ---- rows

    def change(self, what: Callable[[Transaction], Any]) -> Any:
        with self.db.transaction() as tx:
            return what(tx)

    def channel(self, platform: str = "plain", **columns: Any) -> Channel:
        made: Channel = self.change(lambda tx: world.channel(tx, platform=platform, **columns))
        return made

    def delivery(self, on: Channel | None = None, **columns: Any) -> Delivery:
        """One that is due now, on a channel of its own unless told."""
        channel = on or self.channel()
        made: Delivery = self.change(lambda tx: world.delivery(tx, tx.session.merge(channel), **columns))
        return made

    def set(self, row: Delivery, **columns: Any) -> None:
        def write(tx: Transaction) -> None:
            fresh = tx.session.get_one(Delivery, row.id)
            for name, value in columns.items():
                setattr(fresh, name, value)

        self.change(write)

    # ---- stages

    def claim(self) -> list[Claim]:
        return claim(self.carrier, 10)

    def send(self) -> None:
        """Claim what is due, once, and send it."""
        for each in self.claim():
            send(self.carrier, each)

    def send_due(self) -> Any:
        return send_due(self.carrier)

    def wait(self) -> None:
        """Let every cool-off pass."""
        self.clock.advance(3600)

    def look(self, times: int = 1, every: float = 10) -> None:
        """Let time pass and ask the networks, so often."""
        for _ in range(times):
            self.clock.advance(every)
            reconcile(self.carrier)

    # ---- what came of it

    def row(self, delivery: Delivery) -> Delivery:
        with self.db.reading() as session:
            return session.get_one(Delivery, delivery.id)

    def state(self, delivery: Delivery) -> DeliveryState:
        return self.row(delivery).state

    def channel_of(self, delivery: Delivery) -> Channel:
        with self.db.reading() as session:
            return session.get_one(Channel, delivery.channel_id)

    def story_of(self, delivery: Delivery) -> Story:
        with self.db.reading() as session:
            return session.get_one(Story, delivery.story_id)

    def approval_of(self, delivery: Delivery) -> Approval:
        with self.db.reading() as session:
            return session.get_one(Approval, delivery.approval_id)

    def attempts(self, delivery: Delivery) -> list[Attempt]:
        with self.db.reading() as session:
            query = select(Attempt).where(Attempt.delivery_id == delivery.id).order_by(Attempt.fence)
            return list(session.scalars(query))

    def receipts(self, delivery: Delivery) -> list[str]:
        with self.db.reading() as session:
            return list(session.scalars(select(Receipt.remote_id).where(Receipt.delivery_id == delivery.id)))

    def told(self, audience: str = "") -> list[str]:
        """The subjects of what `audience` (or everybody) was told."""
        query = select(Notice.subject).where(Notice.audience == audience) if audience else select(Notice.subject)
        with self.db.reading() as session:
            return list(session.scalars(query.order_by(Notice.id)))

    def bodies(self, audience: str, begins: str) -> list[str]:
        """What `audience` was told under subjects that begin so."""
        query = select(Notice.body).where(Notice.audience == audience, Notice.subject.startswith(begins))
        with self.db.reading() as session:
            return list(session.scalars(query.order_by(Notice.id)))

    def events(self, verb: str) -> list[dict[str, Any]]:
        with self.db.reading() as session:
            return list(session.scalars(select(Event.data).where(Event.verb == verb).order_by(Event.number)))

    def after(self, seconds: float) -> Any:
        return self.clock.now + timedelta(seconds=seconds)
