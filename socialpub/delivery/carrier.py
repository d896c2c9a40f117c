"""What every delivery stage is given: the store, the adapters, and who it is. Holds no state of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from socialpub.delivery.owner import Owner
from socialpub.model.account import Account
from socialpub.model.day import Day
from socialpub.model.limits import Limits
from socialpub.platforms.contract import Platform
from socialpub.schedule.slots import Rules
from socialpub.settings import Department
from socialpub.store.database import Database
from socialpub.store.schema import Channel, Secret
from socialpub.store.vault import Vault


@dataclass(frozen=True, slots=True)
class Carrier:
    db: Database
    platform: Callable[[str], Platform]  # by name; imported on first use
    limits: Mapping[str, Limits]
    department: Department  # whose accounts these are
    rules: Callable[[str], Rules]  # spacing, quiet hours and caps of a platform, in department time
    read_media: Callable[[str], object]  # reads every byte, and raises where one has changed
    vault: Callable[[], Vault]
    owner: Owner
    monotonic: Callable[[], float]  # seconds; never jumps with the wall clock
    day: Callable[[datetime], Day]  # the department's day that a moment lies in

    def account(self, channel: Channel, secret: Secret | None) -> Account:
        """The channel as an adapter sees it, its credentials opened."""
        opened = self.vault().unseal(channel.id, secret.sealed) if secret else {}
        whose = self.department
        return Account(
            channel.name, channel.platform, channel.account, channel.base_url, opened, whose.name, whose.time_zone
        )
