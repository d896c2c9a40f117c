"""A newsroom in a temporary folder: what it is given, and what its readers see."""

import dataclasses
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from socialpub.model.account import Account
from socialpub.model.outcome import Delivered, Outcome
from socialpub.model.post import Media, Post
from socialpub.platforms.newsroom import NewsroomPlatform
from tests.platforms.double import JournalDouble
from tests.platforms.newsroom_reader import Archive, Page
from tests.platforms.rig import LIMITS, Shelf, Shown

ADDRESS = "https://news.riverbendpd.example"
OWNER = "Riverbend Police Department"


class NewsroomRig:
    def __init__(self, folder: Path) -> None:
        self.folder, self.shelf = folder, Shelf()
        self.now = datetime(2026, 11, 20, 3, 30, tzinfo=UTC)  # still the 19th in New York
        self.platform = NewsroomPlatform(LIMITS["newsroom"], self.shelf.read, lambda: self.now)
        self.account = Account(
            "news", "newsroom", ADDRESS, folder.as_uri(), department=OWNER, zone="America/New_York"
        )

    @property
    def site(self) -> Path:
        return self.folder / "site"

    @property
    def archive(self) -> Archive:
        return Archive(self.site)

    def page(self, key: str) -> Page:
        return Page(self.site / "items" / key / "index.html")

    def address_fits(self, permalink: str, shown: Shown) -> bool:
        page = self.site / permalink.removeprefix(ADDRESS + "/") / "index.html"
        return permalink == shown.url and page.is_file()

    def dead_account(self) -> Account:
        return dataclasses.replace(self.account, base_url="https://elsewhere.example/newsroom")

    def shown(self) -> list[Shown]:
        return [self._shown(key) for key in reversed(self.archive.shown)] if self.site.exists() else []

    def _shown(self, key: str) -> Shown:
        """Words from the data, pictures from the page."""
        images = [image.attributes for image in self.page(key).all("img")]
        files = [(self.site / "items" / key / image["src"]).read_bytes() for image in images]
        hashes = tuple(hashlib.sha256(data).hexdigest() for data in files)
        alts = tuple(image["alt"] for image in images)
        return Shown(key, self.archive.data[key]["text"], alts, hashes, f"{ADDRESS}/items/{key}/")

    def publish(
        self,
        key: str,
        text: str = "Officer Diaz found the lost bike.",
        *,
        language: str = "en",
        media: Sequence[Media] = (),
        **options: str,
    ) -> Outcome:
        """One item more, an hour after the one before."""
        self.now += timedelta(hours=1)
        post = Post("newsroom", (text,), tuple(media), language=language, options=tuple(sorted(options.items())))
        return self.platform.deliver(post, self.account, JournalDouble(key=key))

    def published(
        self,
        key: str,
        text: str = "Officer Diaz found the lost bike.",
        *,
        language: str = "en",
        media: Sequence[Media] = (),
        **options: str,
    ) -> None:
        outcome = self.publish(key, text, language=language, media=media, **options)
        assert isinstance(outcome, Delivered), outcome
