"""Builds the one App from the settings: spool, store, packs, networks, clock. Built once, passed down."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property, partial
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, func, select

from socialpub import spool
from socialpub.delivery.carrier import Carrier
from socialpub.delivery.fresh import kept_fresh
from socialpub.delivery.owner import Owner, this_process
from socialpub.desk.guidelines import note_guidelines
from socialpub.desk.kept import Workshop
from socialpub.desk.times import Terms
from socialpub.intake.inbox import Inbox
from socialpub.media.passes import Passes
from socialpub.media.shelf import Shelf
from socialpub.media.sniff import JPEG
from socialpub.model.day import Day
from socialpub.model.limits import Limits
from socialpub.model.words import packs_broken
from socialpub.notify import server
from socialpub.notify.audience import Addresses, addresses_of
from socialpub.platforms import table
from socialpub.platforms.contract import NoAddress, Platform, Supplies, nowhere
from socialpub.platforms.networks import read_limits
from socialpub.policy.in_force import InForce
from socialpub.schedule import slots
from socialpub.schedule.day import day_of
from socialpub.settings import Settings
from socialpub.store.database import Database, open_database
from socialpub.store.schema import Secret
from socialpub.store.telling import ADMINISTRATORS, PIO, tell
from socialpub.store.upgrade import upgrade
from socialpub.store.vault import Vault, make_key, read_key


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class App:
    """What every stage and every verb is given."""

    settings: Settings
    db: Database
    owner: Owner

    @property
    def spool(self) -> Path:
        return self.settings.queue.dir

    @property
    def clock(self) -> Callable[[], datetime]:
        return self.db.clock

    @cached_property
    def shelf(self) -> Shelf:
        return Shelf(self.spool / "media")

    @cached_property
    def policies(self) -> Path:
        return policies_folder(self.settings)

    @cached_property
    def packs(self) -> InForce:
        return InForce(
            self.policies,
            self.settings.department.state,
            broken=self._packs_are_broken,
            changed=lambda packs: note_guidelines(self.db, packs),
        )

    def _packs_are_broken(self, why: str) -> None:
        """The last good packs stay in force, and those who can mend the new ones hear of it."""
        with self.db.transaction() as tx:
            for audience in (PIO, ADMINISTRATORS):
                tell(tx, audience, *packs_broken(why))

    @cached_property
    def limits(self) -> dict[str, Limits]:
        return read_limits(self.policies / "networks")

    @cached_property
    def vault(self) -> Vault:
        return _open_vault(self)

    @cached_property
    def passes(self) -> Passes:
        return Passes(self.vault.key_for("public photos"), self.clock)

    def public_address(self, sha256: str, mime: str) -> str:
        """Where a network may fetch a rendition within the hour. Raises NoAddress."""
        if not self.settings.public.url:
            return nowhere(sha256, mime)
        if mime != JPEG:
            raise NoAddress(f"a photo is {mime}, and only JPEG has an address", "set its format in policies/networks")
        return f"{self.settings.public.url}/{self.passes.photo(sha256)}"

    @cached_property
    def platform(self) -> Callable[[str], Platform]:
        supplies = Supplies(self.shelf.read_rendition, self.public_address, self.shelf.open_rendition)
        return cache(lambda name: table.load(self.limits[name], supplies))

    @cached_property
    def rules(self) -> Callable[[str], slots.Rules]:
        zone = self.settings.department.zone
        return cache(lambda platform: slots.rules(self.settings.schedule, zone, self.limits[platform].pace))

    @cached_property
    def workshop(self) -> Workshop:
        public = bool(self.settings.public.url)
        return Workshop(self.db, self.shelf, self.packs, self.limits, self.settings.department, public)

    @cached_property
    def day(self) -> Callable[[datetime], Day]:
        return partial(day_of, self.settings.department)

    @cached_property
    def terms(self) -> Terms:
        hours = timedelta(hours=self.settings.schedule.default_deadline)
        return Terms(self.rules, hours, self.shelf.prove_rendition, self.day)

    @cached_property
    def inbox(self) -> Inbox:
        return Inbox(self.spool, self.db, self.shelf)

    @property
    def zone(self) -> ZoneInfo:
        return self.settings.department.zone

    @cached_property
    def addresses(self) -> Addresses:
        return addresses_of(self.settings.notify)

    @property
    def post_office(self) -> Callable[[str, str, str], str]:
        return server.post

    @cached_property
    def carrier(self) -> Carrier:
        return Carrier(
            db=self.db,
            platform=cache(lambda name: kept_fresh(self.platform(name), self.db, lambda: self.vault)),
            limits=self.limits,
            department=self.settings.department,
            rules=self.rules,
            read_media=self.shelf.prove_rendition,
            vault=lambda: self.vault,
            owner=self.owner,
            monotonic=monotonic,
            day=self.day,
        )

    def wake(self) -> None:
        """Tell a running daemon that there is something to do."""
        spool.wake(self.spool)


def open_app(
    settings: Settings,
    clock: Callable[[], datetime] = utc_now,
    *,
    alone: bool = False,
    upgrade: Callable[[Engine], None] = upgrade,
) -> App:
    """The app on its spool and its database, both made or brought up to date where needed.

    `alone`: the caller holds the spool's lock, so that no other daemon can be alive.
    """
    spool.make(settings.queue.dir)
    db = open_database(database_url(settings), clock)
    upgrade(db.engine)
    return App(settings, db, this_process(alone=alone))


def database_url(settings: Settings) -> str:
    return settings.queue.database or f"sqlite:///{settings.queue.dir / 'socialpub.db'}"


def policies_folder(settings: Settings) -> Path:
    """The folder of the settings where it exists, else the packs that came with the package."""
    own = settings.policies.dir
    return own if own.is_dir() else shipped_policies()


def shipped_policies() -> Path:
    """The packs of this version: inside an installed package, beside it in a checkout."""
    inside = Path(__file__).parent / "_policies"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "policies"


def _open_vault(app: App) -> Vault:
    """The vault; a first key is made when nothing was ever sealed, and never later."""
    secrets = app.settings.secrets
    if not secrets.key and secrets.key_file is not None and not secrets.key_file.exists():
        with app.db.reading() as session:
            if not session.scalar(select(func.count()).select_from(Secret)):
                make_key(secrets.key_file)
    return Vault(read_key(secrets.key, secrets.key_file))
