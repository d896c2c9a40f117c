"""The archive's lists: the latest, by date, by program, by language, and what was taken down. Values in, bytes out.

All of them are made from the items alone: the same items give the same bytes.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import TypeVar

from socialpub.platforms.newsroom_groups import (
    language_key,
    language_name,
    program_key,
    program_name,
)
from socialpub.platforms.newsroom_html import Html, el, run
from socialpub.platforms.newsroom_item import Entry, Item, Removed
from socialpub.platforms.newsroom_pages import MONTHS, REMOVALS, Frame, counted, facts, item_path, page, time

#: Items on the first page and in the feeds; items on one page of a list.
LATEST, A_PAGE = 20, 50
Page = tuple[str, bytes]  # its path below the archive's folder, and its bytes
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Archive:
    """All that is archived, the newest first. `address` ends with a slash."""

    owner: str
    address: str
    items: Sequence[Item]
    removed: Sequence[Removed]


def archive(owner: str, address: str, entries: Iterable[Entry]) -> Archive:
    whole = list(entries)
    items = [each for each in whole if isinstance(each, Item)]
    removed = [each for each in whole if isinstance(each, Removed)]
    return Archive(owner, address, _newest_first(items, "published"), _newest_first(removed, "removed"))


def _newest_first(entries: list[T], by: str) -> list[T]:
    """Two of one moment stand in the order of their ids."""
    return sorted(entries, key=attrgetter(by, "id"), reverse=True)


def lists(found: Archive) -> Iterator[Page]:
    """Every list; what leads to others comes after them."""
    yield from _by_date(found)
    yield from _by_program(found)
    yield from _by_language(found)
    yield _removals(found)
    yield _latest(found)


def _latest(found: Archive) -> Page:
    frame = Frame(found.owner, "", "index.html")
    items = found.items[:LATEST]
    more = el(
        "p", el("a", f"All {counted(len(found.items), 'item')} by date", href="dates/index.html"), class_="more"
    )
    return "index.html", page(frame, "News", [el("h1", "Latest news"), _items(items, frame), more])


def _by_date(found: Archive) -> Iterator[Page]:
    place = "dates/index.html"
    here, below = _frames(found, place)
    years = _grouped(found.items, lambda item: f"{item.published:%Y}")
    for year, in_year in years.items():
        months = _grouped(in_year, lambda item: f"{item.published:%Y-%m}")
        for month, items in months.items():
            yield from _pages(f"dates/{month}", _month(month), items, below)
        rows = [(f"{month}.html", _month(month), None, len(items)) for month, items in months.items()]
        yield f"dates/{year}.html", _groups(below, f"News of {year}", rows)
    rows = [(f"{year}.html", year, None, len(items)) for year, items in years.items()]
    yield place, _groups(here, "News by date", rows)


def _month(month: str) -> str:
    year, _, number = month.partition("-")
    return f"{MONTHS[int(number) - 1]} {year}"


def _by_program(found: Archive) -> Iterator[Page]:
    place = "programs/index.html"
    here, below = _frames(found, place)
    of_one = [item for item in found.items if item.program]
    groups = dict(sorted(_grouped(of_one, lambda item: program_key(item.program)).items()))
    names = {key: program_name(items[-1].program) for key, items in groups.items()}  # as it was written first
    for key, items in groups.items():
        yield from _pages(f"programs/{key}", f"Program: {names[key]}", items, below)
    rows = [(f"{key}.html", names[key], None, len(items)) for key, items in groups.items()]
    yield place, _groups(here, "News by program", rows)


def _by_language(found: Archive) -> Iterator[Page]:
    place = "languages/index.html"
    here, below = _frames(found, place)
    groups = dict(sorted(_grouped(found.items, lambda item: language_key(item.language)).items()))
    names = {key: language_name(items[-1].language) for key, items in groups.items()}
    for key, items in groups.items():
        yield from _pages(f"languages/{key}", f"Language: {names[key]}", items, below)
    rows = [(f"{key}.html", names[key], key, len(items)) for key, items in groups.items()]
    yield place, _groups(here, "News by language", rows)


def _frames(found: Archive, place: str) -> tuple[Frame, Frame]:
    """Of the page that leads to groups, and of the groups' own."""
    here = Frame(found.owner, "../", place)
    return here, replace(here, below=True)


def _removals(found: Archive) -> Page:
    frame = Frame(found.owner, "", REMOVALS)
    why = "Items that were published here and taken down later. Their words and pictures are gone."
    rows = [el("li", *_removal(each)) for each in found.removed]
    inner = [el("p", why), el("ul", *rows, class_="groups")] if rows else [el("p", "Nothing was taken down.")]
    return REMOVALS, page(frame, "Taken down", [el("h1", "Taken down"), *inner])


def _removal(left: Removed) -> Iterator[str]:
    yield el("a", "Taken down on ", time(left.removed), href=item_path(left.id))
    if left.published:
        yield el("span", ", published on ", time(left.published))


def _grouped(items: Iterable[Item], key: Callable[[Item], str]) -> dict[str, list[Item]]:
    """The items by `key`, in the order in which they come."""
    groups: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return dict(groups)


def _groups(frame: Frame, title: str, rows: Iterable[tuple[str, str, str | None, int]]) -> bytes:
    """A page that leads to groups: file, name, language of the name, number of items."""
    inner = [
        el("li", el("a", name, href=file, lang=language, dir="auto"), el("span", f" ({counted(number, 'item')})"))
        for file, name, language, number in rows
    ]
    main = el("ul", *inner, class_="groups") if inner else el("p", "There is none yet.")
    return page(frame, title, [el("h1", title), main])


def _pages(base: str, title: str, items: Sequence[Item], frame: Frame) -> Iterator[Page]:
    """A list of one group on as many pages as it takes.

    The older parts are counted from the oldest item, so that a new item changes none of them.
    """
    parts = max(0, (len(items) - A_PAGE // 2) // A_PAGE)
    newest, name = len(items) - parts * A_PAGE, base.rpartition("/")[2]
    for part in range(1, parts + 1):
        start = len(items) - part * A_PAGE
        turn = _turning(older=_file(name, part - 1), newer=f"{name}.html" if part == parts else _file(name, part + 1))
        yield _file(base, part), _list(f"{title}, part {part}", items[start : start + A_PAGE], frame, turn)
    yield f"{base}.html", _list(title, items[:newest], frame, _turning(older=_file(name, parts)))


def _list(title: str, items: Sequence[Item], frame: Frame, turn: Sequence[Html]) -> bytes:
    return page(frame, title, [el("h1", title), _items(items, frame), *turn])


def _file(base: str, part: int) -> str:
    """No program and no language has a dot in its file's name. Nothing is older than part 1."""
    return f"{base}.{part}.html" if part else ""


def _turning(*, older: str, newer: str = "") -> list[Html]:
    ways = (("Newer", newer, "prev"), ("Older", older, "next"))
    links = [el("li", el("a", words, href=file, rel=rel)) for words, file, rel in ways if file]
    return [el("nav", el("ul", *links), aria_label="Pages", class_="more")] if links else []


def _items(items: Sequence[Item], frame: Frame) -> Html:
    if not items:
        return el("p", "Nothing is published here yet.")
    return el("ul", Html("\n"), *(run([_row(item, frame), Html("\n")]) for item in items), class_="items")


def _row(item: Item, frame: Frame) -> Html:
    href = frame.root + item_path(item.id)
    title = el("h2", el("a", item.title, href=href, lang=item.language), dir="auto")
    return el("li", title, facts(item, frame))
