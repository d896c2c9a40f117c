"""The archive's folder: how an item comes to lie there, what is left of one, and pages and lists made anew from them.

Only `site/` is for the web server. What is being written lies beside it, in `drafts/`, and comes over by one rename,
so that no reader sees half of anything. Where the data files and the pages differ, `rebuild` mends the pages.
"""

import fcntl
import hashlib
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from socialpub import crash
from socialpub.platforms.folder import Mark, a_name, draft, put, sync
from socialpub.platforms.newsroom_feeds import feeds
from socialpub.platforms.newsroom_item import Entry, Item, Removed, decode, encode
from socialpub.platforms.newsroom_lists import Archive, Page, archive, lists
from socialpub.platforms.newsroom_pages import ITEMS, entry_page, item_path, sample_pages
from socialpub.platforms.newsroom_style import STYLE

DATA, PAGE = "item.json", "index.html"
#: Folders of `site/` in which everything is made by us, and goes when nothing asks for it any more.
_OURS = ("dates", "languages", "programs")
_FOLDER, _FILE = 0o755, 0o644  # the web server has an account of its own


@dataclass(frozen=True, slots=True)
class Site:
    """One archive: its folder, whose it is, and its public address, which ends with a slash."""

    folder: Path
    owner: str
    address: str

    @property
    def public(self) -> Path:
        return self.folder / "site"

    @property
    def drafts(self) -> Path:
        return self.folder / "drafts"

    @property
    def mark(self) -> Mark:
        return Mark(self.folder, ".socialpub-newsroom")

    def place(self, key: str) -> Path:
        """Where the item lies or would. Raises Unusable for a key with a path in it."""
        a_name(key)
        return self.public / ITEMS / key

    def entry(self, key: str) -> Entry | None:
        """The item, or what is left of it; None if nothing was ever there. Raises OSError, ValueError."""
        place = self.place(key)
        return _entry(place) if place.exists() else None


@contextmanager
def drafted(where: Site, item: Item, photos: Mapping[str, bytes]) -> Iterator[Path]:
    """The item's folder, whole and on the disk, where no web server looks."""
    with draft(where.drafts, item.id) as made:
        for file, data in photos.items():
            _write(made / file, data)
        _write(made / DATA, encode(item))
        _write(made / PAGE, entry_page(item, where.owner))
        made.chmod(_FOLDER)
        sync(made)
        yield made


def forget_drafts(where: Site, key: str) -> None:
    """What crashes left of an item while it was written goes as well."""
    for left in where.drafts.glob(f"{key}.*"):
        shutil.rmtree(left, ignore_errors=True)


def ready(where: Site) -> None:
    """The folders, as far as there are none yet."""
    where.folder.mkdir(parents=True, exist_ok=True)
    for folder in (where.public, where.public / ITEMS, *(where.public / name for name in _OURS)):
        if not folder.exists():
            folder.mkdir()
            folder.chmod(_FOLDER)
            sync(folder.parent)
    where.drafts.mkdir(mode=0o700, exist_ok=True)


@contextmanager
def alone(where: Site) -> Iterator[None]:
    """One at a time rebuilds or takes down: who comes later sees what the earlier did."""
    with (where.folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def rebuild(where: Site) -> None:
    """Make all pages and feeds what the data files say; writes only what differs. Raises OSError.

    To be called with the archive for oneself (`alone`). What was taken down goes first; items come before the lists
    that lead to them.
    """
    ready(where)
    entries, _ = read(where)
    _sweep(where)
    pen = _Pen(where)
    for left in (entry for entry in entries if isinstance(entry, Removed)):
        pen.renew(item_path(left.id), entry_page(left, where.owner))
        pen.clear(where.place(left.id), {DATA, PAGE})
    _items_anew(where, pen, [entry for entry in entries if isinstance(entry, Item)])
    crash.point("newsroom.lists.before")
    derived = dict(_derived(archive(where.owner, where.address, entries)))
    for path, data in derived.items():
        pen.renew(path, data)
    for name in _OURS:
        pen.clear(where.public / name, {path.partition("/")[2] for path in derived if path.startswith(f"{name}/")})
    pen.sync()
    crash.point("newsroom.lists.after")


def _items_anew(where: Site, pen: "_Pen", items: Sequence[Item]) -> None:
    """Items come with their pages, which stay true until the department's name or the shape of pages changes."""
    stamp = where.folder / "edition"
    edition = hashlib.sha256(where.owner.encode() + sample_pages(where.owner)).hexdigest().encode()
    if _bytes(stamp) == edition:
        return
    for item in items:
        pen.renew(item_path(item.id), entry_page(item, where.owner))
    replace(where, stamp, edition)


def _derived(found: Archive) -> Iterator[Page]:
    yield "style.css", STYLE.encode()
    yield from lists(found)
    yield from feeds(found)


def read(where: Site) -> tuple[list[Entry], list[str]]:
    """Everything archived, and the names of the folders that cannot be read as an item. Raises OSError."""
    entries, unreadable = [], []
    for place in sorted((where.public / ITEMS).iterdir()):
        try:
            entries.append(_entry(place))
        except ValueError:
            unreadable.append(place.name)
    return entries, unreadable


def _entry(place: Path) -> Entry:
    """What lies in an item's folder. Raises ValueError, in words, for what is none; else OSError."""
    try:
        data = (place / DATA).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise ValueError("its data is missing") from None
    if (entry := decode(data)).id != place.name:
        raise ValueError("its data is another item's")
    return entry


class _Pen:
    """Writes pages that differ from what lies there, each whole by one rename."""

    def __init__(self, where: Site) -> None:
        self._where, self._touched = where, dict[Path, None]()

    def renew(self, path: str, data: bytes) -> None:
        place = self._where.public / path
        if _bytes(place) == data:
            return
        replace(self._where, place, data)
        self._touched[place.parent] = None
        crash.point("newsroom.page.after")

    def clear(self, folder: Path, kept: Set[str]) -> None:
        for file in sorted(folder.iterdir()):
            if file.name not in kept:
                file.unlink()
                self._touched[folder] = None
                crash.point("newsroom.clear.after")

    def sync(self) -> None:
        for folder in self._touched:
            sync(folder)


def replace(where: Site, place: Path, data: bytes) -> None:
    """Put `data` in the place of what lies there, whole at once. Raises OSError."""
    made = where.drafts / f".page.{secrets.token_hex(4)}"
    try:
        _write(made, data)
        made.replace(place)
    finally:
        made.unlink(missing_ok=True)


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _sweep(where: Site) -> None:
    """What a crash left of pages that were being written."""
    for left in where.drafts.glob(".page.*"):
        left.unlink(missing_ok=True)


def _write(path: Path, data: bytes) -> None:
    put(path, data)
    path.chmod(_FILE)
