"""The newsroom: the department's own public archive, as pages in a folder that any web server can serve.

`account.account` is the archive's public address, https://news.example: it stands in permalinks and feeds, and the
approval names it. `account.base_url` names the folder, file:///…. An item is a folder that is renamed into place when
it is whole: visible once by construction. Lists and feeds are made from the items after that, and mended by whoever
comes by: a delivery, a look, a removal.
"""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from socialpub import crash
from socialpub.model.account import Account
from socialpub.model.limits import Limits
from socialpub.model.measure import measure
from socialpub.model.outcome import (
    Absent,
    Answer,
    AskAgain,
    CannotTell,
    Deferred,
    Delivered,
    Found,
    Health,
    Outcome,
    Receipt,
    Refused,
    Scope,
    Unconfirmed,
)
from socialpub.model.post import Post
from socialpub.platforms.address import is_loopback
from socialpub.platforms.contract import Journal, ReadMedia, Supplies
from socialpub.platforms.fit import misfit, photo
from socialpub.platforms.folder import INTENDED, folder_of, intended_in, reason, sync
from socialpub.platforms.http import utc_now
from socialpub.platforms.newsroom_feeds import address_of
from socialpub.platforms.newsroom_health import health
from socialpub.platforms.newsroom_item import Item, Removed, encode, made, taken_down
from socialpub.platforms.newsroom_site import DATA, Site, alone, drafted, forget_drafts, ready, rebuild, replace
from socialpub.platforms.trouble import NoPhoto, Unusable


def build(limits: Limits, supplies: Supplies) -> "NewsroomPlatform":
    return NewsroomPlatform(limits, supplies.read)


class NewsroomPlatform:
    """Publishes by writing a folder and renaming it; keeps lists and feeds of all there is."""

    name = "newsroom"

    def __init__(self, limits: Limits, read_media: ReadMedia, clock: Callable[[], datetime] = utc_now) -> None:
        self.limits = limits
        self._read, self._clock = read_media, clock

    def measure(self, text: str) -> int:
        return measure(text, self.limits.text)

    def deliver(self, post: Post, account: Account, journal: Journal) -> Outcome:
        if refused := misfit(post, self.limits):
            return refused
        try:
            return self._send(post, account, journal)
        except Unusable as trouble:
            return Deferred(f"{self.limits.label}: {trouble}", scope=Scope.CHANNEL, needs_person=True)
        except NoPhoto as trouble:
            return Deferred(f"{self.limits.label}: {trouble}", needs_person=True)
        except OSError as error:
            return Deferred(f"{self.limits.label}: the item could not be written: {reason(error)}")

    def find(
        self,
        post: Post,  # noqa: ARG002  the key tells; the words need not
        account: Account,
        journal: Journal,
        since: datetime,  # noqa: ARG002  likewise
    ) -> Answer:
        try:
            where = _site(account)
            there = where.entry(journal.key)
            if isinstance(there, Removed):
                return CannotTell(f"{journal.key} was published and has been taken down since")
            if there is not None:
                _tidy(where)
                return Found((_receipt(where, journal.key),))
            if not where.mark.is_the_one(journal):
                return AskAgain(where.mark.elsewhere())
        except ValueError as error:
            return CannotTell(f"{journal.key} was published, but {error}")
        except (Unusable, OSError) as error:
            return AskAgain(reason(error))
        return Absent()

    def retract(self, receipt: Receipt, account: Account) -> Outcome:
        try:
            where = _site(account)
            where.place(receipt.remote_id)
            if not where.mark.read():
                return Deferred(f"{self.limits.label}: {where.mark.elsewhere()}", needs_person=True)
            self._take_down(where, receipt.remote_id, account)
        except Unusable as trouble:
            return Refused(str(trouble), "Take the item's folder out of the archive by hand.")
        except OSError as error:
            return Deferred(f"{self.limits.label}: the item could not be taken down: {reason(error)}")
        return Delivered((receipt,))

    def verify(self, account: Account) -> Health:
        try:
            where = _site(account)
            return health(where)
        except Unusable as trouble:
            remedy = 'Set the account to https://… and base_url to "file:///…/newsroom": docs/platforms.md.'
            return Health(alive=False, says=trouble.says, remedy=remedy, unusable=True)
        except OSError as error:
            return Health(alive=False, says=reason(error), remedy="Give the daemon's user this folder.")

    def _send(self, post: Post, account: Account, journal: Journal) -> Outcome:
        where = _site(account)
        if intended_in(journal) and not where.mark.is_the_one(journal):
            return Deferred(where.mark.elsewhere(), scope=Scope.CHANNEL, needs_person=True)
        try:
            there = where.entry(journal.key)
        except ValueError as error:
            return Unconfirmed(f"{self.limits.label}: {journal.key} lies there already, but {error}")
        if isinstance(there, Removed):
            return Refused("this post was published and taken down", "Dispatch the story again as a new post.")
        if there is not None:
            return _listed(where, journal.key)
        try:
            item = made(post, journal.key, self._now(account))
        except ValueError as error:
            return Refused(f"{self.limits.label}: {error}", "Mend the story, and have it approved again.")
        return self._publish(where, item, post, journal)

    def _publish(self, where: Site, item: Item, post: Post, journal: Journal) -> Outcome:
        """The item's folder is written where nobody sees it; then the one rename, and the lists."""
        photos = {
            each.file: photo(self._read, media, number)
            for number, (each, media) in enumerate(zip(item.photos, post.media, strict=True), 1)
        }
        ready(where)
        crash.point("newsroom.write.before")
        with drafted(where, item, photos) as draft:
            crash.point("newsroom.write.after")
            journal.about_to_publish(folder=item.id, **{INTENDED: where.mark.made()})
            crash.point("newsroom.publish.before")
            _show(draft, where.place(item.id))
        crash.point("newsroom.publish.after")
        return _listed(where, item.id)

    def _take_down(self, where: Site, key: str, account: Account) -> None:
        """The data first: should we die here, the next try ends it, and no list is ever made with it again."""
        with alone(where):
            if where.place(key).exists():
                try:
                    there = where.entry(key)
                except ValueError:
                    there = None
                left = taken_down(there, key, self._now(account))
                if left != there:
                    replace(where, where.place(key) / DATA, encode(left))
                    crash.point("newsroom.retract.after")
            forget_drafts(where, key)
            rebuild(where)

    def _now(self, account: Account) -> datetime:
        return self._clock().astimezone(ZoneInfo(account.zone))


def _show(draft: Path, place: Path) -> None:
    """The visible step. Raises OSError; then nothing is visible."""
    try:
        draft.rename(place)
    except OSError:
        if not place.exists():
            raise


def _listed(where: Site, key: str) -> Outcome:
    """Delivered when lists and feeds show it too; else it is looked for, and a look mends them."""
    try:
        sync(where.place(key).parent)
        _tidy(where)
    except OSError as error:
        return Unconfirmed(f"the item is there, but the archive's lists could not be written: {reason(error)}")
    return Delivered((_receipt(where, key),))


def _tidy(where: Site) -> None:
    with alone(where):
        rebuild(where)


def _site(account: Account) -> Site:
    """Raises Unusable when the channel names no folder, or no address of the web."""
    address = _address(account)
    return Site(folder_of(account, "newsroom"), account.department or urlsplit(address).netloc, address)


def _address(account: Account) -> str:
    """The public address, with a slash at its end."""
    given = account.account
    try:
        parts = urlsplit(given)
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    if not (secure and re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]{1,253}(/[A-Za-z0-9._~/-]{0,200})?", given)):
        raise Unusable(
            f'channel "{account.channel}": its account must be the public address of the archive, '
            "e.g. https://news.police.example"
        )
    return given.rstrip("/") + "/"


def _receipt(where: Site, key: str) -> Receipt:
    return Receipt(key, address_of(where.address, key))
