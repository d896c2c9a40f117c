"""One week under one seed: daemons that die anywhere, clocks that jump, backups that come back, a network's moods.

Everything is decided by one random generator, so a seed is a replay. A crash point is where the week may
interfere: kill the daemon, let another one (or another thread of this one) work, let a person act, let time pass.
"""

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any
from unittest import mock

from sqlalchemy import select, update

from socialpub import crash
from socialpub.app import App
from socialpub.delivery.carrier import Carrier
from socialpub.delivery.dispatch import dispatch
from socialpub.delivery.expire import expire
from socialpub.delivery.owner import Owner
from socialpub.delivery.reconcile import reconcile
from socialpub.delivery.recover import recover
from socialpub.delivery.retract import retract
from socialpub.delivery.send import send_due
from socialpub.desk import votes
from socialpub.desk.channels import add_channel
from socialpub.desk.people import add_person
from socialpub.desk.prepare import prepare_submitted
from socialpub.model import ids
from socialpub.model.limits import Limits
from socialpub.model.people import Actor, Role
from socialpub.model.states import SETTLED
from socialpub.platforms.networks import read_limits
from socialpub.policy.packs import Packs, load
from socialpub.records.standdown import begin_new_life
from socialpub.settings import Schedule
from socialpub.store.database import Database, open_database
from socialpub.store.schema import Approval, Delivery, PostRow
from socialpub.store.vault import Vault
from tests.databases import upgraded
from tests.simulation import network
from tests.simulation.people import ADMINISTRATOR, EVERYBODY, People
from tests.simulation.time import Time
from tests.town import ROOT, settings

WEEK = 7 * 24 * 3600
ROUNDS = 40
_PAUSES = (1, 30, 46, 130, 400)
_SOON = timedelta(seconds=35)
_OFF = 3 * 24 * 3600
FIRST = Actor("os:owner", frozenset({Role.ADMINISTRATOR}), "first")

Stage = Callable[[Carrier], datetime | None]
STAGES: tuple[Stage, ...] = (dispatch, recover, expire, send_due, reconcile, retract)


class Died(BaseException):
    """A daemon was killed. Nothing may catch it."""


@dataclass(frozen=True, slots=True)
class KnownOwner(Owner):
    """An owner that is told who is dead, or not: a daemon on another machine is never proven dead."""

    dead: frozenset[str] | set[str] = frozenset()

    def proves_dead(self, other: str) -> bool:
        return other != self.name and (self.alone or other in self.dead)


@dataclass
class Daemon:
    number: int
    lives: int = 0
    alive: bool = False
    name: str = ""
    carrier: Carrier | None = None
    leave: network.Leave | None = None


@dataclass(frozen=True)
class Happened:
    """One line of a life: an event of the records, or what only this simulation knows."""

    verb: str
    subject: str
    subject_id: str
    data: dict[str, Any]


@dataclass
class Life:
    """What happened to one database; a restore begins another one with a part of it."""

    number: int
    events: list[Happened] = field(default_factory=list)
    read: int = 0  # events of the chain that are in the list

    def note(self, verb: str, subject: str, subject_id: str) -> None:
        self.events.append(Happened(verb, subject, subject_id, {}))


class Week:
    """`run` lives it; what a checker needs stays in the attributes."""

    def __init__(self, seed: int, folder: Path, rounds: int = ROUNDS, *, wild: bool = False) -> None:
        self.rng = Random(seed)
        self.folder, self._rounds = folder, rounds
        self.time, self.table = Time(), network.Table()
        self.calm, self.restored = False, 0
        self.windows: dict[str, Any] = {}  # digest: the window that its approver saw
        self.lives = [Life(0)]
        self.people = People(self, self.rng)
        self.channels = ["plain-one", "plain-two", "keyed", "vague"][: self.rng.randrange(2, 5)]
        pair = self.rng.random() < 0.5
        self.daemons = [Daemon(number) for number in range(2 if pair else 1)]
        self._alone = not pair
        self._proven = self.rng.random() < 0.5
        deadly, busy = self.rng.choice((0.0, 0.02, 0.05)), self.rng.choice((0.02, 0.1, 0.2))
        self._deadly, self._busy = (0.05, 0.2) if wild else (deadly, busy)
        self._dead: set[str] = set()
        self._actor: Daemon | None = None
        self._depth = 0
        self._jumped = 0.0
        self._backup: tuple[Path, datetime, Life] | None = None

    # ---- living

    def run(self) -> None:
        with self._deterministic(), upgraded("sqlite", self.folder) as url:
            self._open(url)
            try:
                self._found()
                for _ in range(self._rounds):
                    self._round()
                    if self.time.mono > WEEK:
                        break
                self._calm_down()
                self.check()
            finally:
                self.db.close()

    def check(self) -> None:
        from tests.simulation.checker import check

        check(self)

    @contextmanager
    def _deterministic(self) -> Iterator[None]:
        ticks = iter(range(1_700_000_000_000_000_000, 2_000_000_000_000_000_000, 1_000_000))
        with ExitStack() as stack:
            stack.enter_context(mock.patch.object(ids, "secrets", SimpleNamespace(randbits=self.rng.getrandbits)))
            stack.enter_context(mock.patch.object(ids, "time", SimpleNamespace(time_ns=lambda: next(ticks))))
            stack.enter_context(mock.patch.object(crash, "point", self.point))
            stack.enter_context(mock.patch.object(votes, "uptime_ms", self.time.uptime_ms))
            yield

    def _open(self, url: str) -> None:
        quiet = self.rng.choice(("", "", "22:00-06:30"))
        slots = self.rng.choice(((), ("daily 09:00", "daily 12:30", "mon-fri 17:00")))
        schedule = Schedule(slots=slots, quiet_hours=quiet, spacing=self.rng.choice((0, 5)), default_deadline=24)
        self.settings = settings(self.folder, url, schedule=schedule)
        self._connect()

    def _connect(self) -> None:
        """The house over the database as it is now."""
        self.db: Database = open_database(self.settings.queue.database, self.time.clock)
        self.app = App(self.settings, self.db, Owner("people", alone=False))
        limits = _limits()
        house = {"limits": limits, "packs": _packs, "vault": Vault(bytes(32))}
        self.app.__dict__.update(house)
        networks = {name: network.Network(self, self.table, each) for name, each in limits.items()}
        self.app.__dict__["platform"] = networks.__getitem__
        self._house = replace(self.app.carrier, monotonic=self.time.monotonic)

    def _found(self) -> None:
        for person in EVERYBODY:
            add_person(self.db, FIRST, person.name, person.roles)
        for name in self.channels:
            platform = name.partition("-")[0]
            add_channel(self.db, ADMINISTRATOR, self.app.vault, name, platform, f"{name}@example", {})
        for _ in range(6):
            self.people.tell()
        self.tail()

    def _round(self) -> None:
        self._let_time_pass()
        for _ in range(self.rng.randrange(6)):
            self.people.act()
        for _ in range(self.rng.randrange(1, 3)):
            self._let_work(self.rng.choice(self.daemons))
        self._rarely()

    def _let_time_pass(self) -> None:
        chance = self.rng.random()
        if chance < 0.45:
            self.time.go(self.rng.uniform(0, 120))
        elif chance < 0.97:
            self.time.go(self.rng.expovariate(1 / (3 * 3600)))
        elif chance < 0.985:
            self._kill_all()
            self.time.go(_OFF)
        self._maybe_jump(0.05)

    def _rarely(self) -> None:
        chance = self.rng.random()
        if chance < 0.1:
            self._back_up()
        elif chance < 0.13 and self._alone and self._backup:
            self._restore(*self._backup)
        elif chance < 0.15:
            self._tamper()

    # ---- daemons

    def _let_work(self, daemon: Daemon) -> None:
        """One turn, or stages in any order."""
        stages = STAGES if self.rng.random() < 0.6 else self.rng.choices(STAGES, k=4)
        dues = [self._stage(daemon, stage) for stage in stages]
        for _ in range(3):
            soon = [due for due in dues if due is not None and self.time.clock() < due <= self.time.clock() + _SOON]
            if not soon:
                return
            self.time.until(min(soon))  # as a metronome does
            dues = [self._stage(daemon, stage) for stage in (send_due, reconcile, retract)]

    def _stage(self, daemon: Daemon, stage: Stage) -> datetime | None:
        if not daemon.alive:
            self._start(daemon)
        assert daemon.carrier is not None
        before, self._actor = self._actor, daemon
        try:
            return stage(daemon.carrier)
        except Died:
            self._kill(daemon)
            return None
        finally:
            self._actor = before
            self.tail()

    def _start(self, daemon: Daemon) -> None:
        daemon.lives += 1
        daemon.alive = True
        daemon.name = f"{daemon.number}|{daemon.lives}"
        owner = KnownOwner(daemon.name, self._alone, self._dead if self._proven else frozenset())
        daemon.carrier = replace(self._house, owner=owner)

    def _kill(self, daemon: Daemon) -> None:
        daemon.alive = False
        self._dead.add(daemon.name)

    def _kill_all(self) -> None:
        for daemon in self.daemons:
            self._kill(daemon)

    # ---- what interferes

    def leave(self) -> network.Leave:
        assert self._actor is not None
        assert self._actor.leave is not None
        return self._actor.leave

    def point(self, name: str) -> None:
        """Called wherever a process may die: between two effects, never inside a transaction."""
        daemon = self._actor
        leave = None
        if name == "journal.publish.after":
            self.tail()
            leave = network.Leave(self.life.number, len(self.life.events), self.time.clock())
        if daemon is not None and not self.calm:
            self._interfere(daemon)
        if daemon is not None and leave is not None:
            daemon.leave = leave

    def _interfere(self, daemon: Daemon) -> None:
        chance = self.rng.random()
        if chance < self._deadly:
            raise Died
        if chance < self._deadly + self._busy and self._depth < 2:
            self._depth += 1
            try:
                self._meanwhile()
            finally:
                self._depth -= 1
        if not daemon.alive:  # another thread of it met its death
            raise Died

    def _meanwhile(self) -> None:
        match self.rng.randrange(6):
            case 0:
                self.time.go(self.rng.choice(_PAUSES))
            case 5:
                self._sleep_long()
            case 1:
                self.people.act()
            case 2:
                self._maybe_jump(0.3)
            case _:
                self._stage(self.rng.choice(self.daemons), self.rng.choice(STAGES))

    def _sleep_long(self) -> None:
        """Stopped for longer than a lease, while the others go on as if it were dead."""
        self.time.go(self.rng.choice((125, 400)))
        for _ in range(self.rng.randrange(1, 4)):
            daemon = self.rng.choice(self.daemons)
            for stage in STAGES:
                self._stage(daemon, stage)
            self.time.go(self.rng.choice((0, 11, 40)))
            if self.rng.random() < 0.5:
                self.people.act()

    def _maybe_jump(self, chance: float) -> None:
        """Now and then the clock is put wrong, or right again; at most once in an hour."""
        if self.time.mono - self._jumped > 3600 and self.rng.random() < chance:
            self._jumped = self.time.mono
            self.time.wrong = timedelta(seconds=self.rng.choice((0, 0, 1, -1, 3600, -3600)))

    def _tamper(self) -> None:
        """Somebody changes an approved post in the database, past every verb."""
        with self.db.reading() as session:
            waiting = select(Delivery).where(Delivery.state.not_in(SETTLED)).order_by(Delivery.id)
            rows = session.scalars(waiting).all()
            if not rows:
                return
            row = self.rng.choice(rows)
            body = dict(session.get_one(PostRow, row.post_id).body)
        changes: Sequence[Any] = (
            update(PostRow).where(PostRow.id == row.post_id).values(body={**body, "texts": ["Buy gold"]}),
            update(Delivery).where(Delivery.id == row.id).values(deadline=row.deadline + timedelta(days=30)),
            update(PostRow).where(PostRow.id == row.post_id).values(body={"texts": ["Buy gold"]}),
        )
        with self.db.engine.begin() as connection:
            connection.execute(self.rng.choice(changes))

    # ---- backups

    def _back_up(self) -> None:
        file = self.folder / f"backup-{self.rng.getrandbits(40)}.db"
        with self.db.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql(f"VACUUM INTO '{file}'")
        life = Life(-1, list(self.life.events), self.life.read)
        self._backup = (file, self.time.clock(), life)

    def _restore(self, file: Path, made_at: datetime, life: Life) -> None:
        """The daemon is stopped, an older copy takes the database's place, and everybody is told."""
        self._kill_all()
        self.db.close()
        place = Path(str(self.db.engine.url.database))
        for suffix in ("-wal", "-shm"):
            place.with_name(place.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(file, place)
        self._connect()
        begin_new_life(self.db, made_at, FIRST)
        self.restored += 1
        self.lives.append(Life(len(self.lives), list(life.events), life.read))
        self.tail()
        self.people.tell_again()
        self.tail()

    # ---- the records

    @property
    def life(self) -> Life:
        return self.lives[-1]

    def tail(self) -> None:
        """Take over what the records gained. Plain SQL: it is read all the time."""
        query = "SELECT number, verb, subject, subject_id, data FROM events WHERE number > ? ORDER BY number"
        with self.db.engine.connect() as connection:
            new = connection.exec_driver_sql(query, (self.life.read,)).all()
        for number, verb, subject, subject_id, data in new:
            self.life.events.append(Happened(verb, subject, subject_id, json.loads(data)))
            self.life.read = number

    def looked(self, row: Delivery) -> None:
        self.table.log.append(network.Call(row.key, "asked"))

    def prepare(self) -> None:
        prepare_submitted(self.app.workshop)
        self.tail()

    # ---- the end

    def _calm_down(self) -> None:
        """No more faults, nobody decides anything: everything must come to an end by itself."""
        self.calm = True
        self.time.wrong = timedelta(0)
        self.people.mend_channels()
        self.people.let_go()
        for _ in range(600):
            dues = [self._stage(daemon, stage) for daemon in self.daemons for stage in STAGES]
            if self.over():
                return
            later = [due for due in dues if due is not None and due > self.time.clock()]
            self.time.until(min(later, default=self.time.clock() + timedelta(seconds=60)))
        raise AssertionError(f"it does not come to an end: {self._left()}")

    def over(self) -> bool:
        return not self._left()

    def _left(self) -> list[str]:
        waiting = select(Approval.id).where(Approval.fell_at.is_(None), Approval.dispatched_at.is_(None))
        with self.db.reading() as session:
            rows = session.scalars(select(Delivery).where(Delivery.state.not_in(SETTLED))).all()
            return [f"{row.id} {row.state} {row.reason}" for row in rows] + list(session.scalars(waiting))


@cache
def _limits() -> dict[str, Limits]:
    real = read_limits(ROOT / "policies" / "networks")
    return {kind: network.limits_of(kind, real["x"]) for kind in network.KINDS}


@cache
def _packs() -> Packs:
    return load(ROOT / "policies", "MA")
