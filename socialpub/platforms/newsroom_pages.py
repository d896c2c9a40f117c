"""The archive's pages: the frame that all share, and the page of one item. Values in, bytes out; no file, no clock.

WCAG 2.1 AA: one h1, landmarks, a skip link, the language of each text, words for each picture. No script, nothing
from elsewhere, and only relative links, so that the archive works under any address.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from socialpub.model.links import links
from socialpub.model.post import LinkCard
from socialpub.platforms.newsroom_groups import language_file, language_name, program_file, program_name
from socialpub.platforms.newsroom_html import Html, document, el, paragraphs, run
from socialpub.platforms.newsroom_item import Entry, Item, Picture, Removed

ITEMS = "items"
#: Only pictures and the style sheet of the archive itself; no script, no form, no frame, no address but its own.
POLICY = "default-src 'none'; img-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'"
FEEDS: Mapping[str, tuple[str, str]] = {
    "feed.xml": ("application/atom+xml", "Atom feed"),
    "feed.json": ("application/feed+json", "JSON feed"),
}
REMOVALS = "removed.html"
#: What every page leads to, and under which words.
PLACES: Mapping[str, str] = {
    "index.html": "Latest",
    "dates/index.html": "By date",
    "programs/index.html": "By program",
    "languages/index.html": "By language",
    REMOVALS: "Taken down",
}
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a page stands: `root` leads from it to the first page; `here` is its place, or what it is below."""

    owner: str  # whose archive this is
    root: str = ""
    here: str = ""
    below: bool = False  # it belongs to `here`, and is another page


def item_path(key: str) -> str:
    return f"{ITEMS}/{key}/index.html"


def entry_page(entry: Entry, owner: str) -> bytes:
    frame = Frame(owner, "../../")
    return _item(entry, frame) if isinstance(entry, Item) else _notice(entry, frame)


def sample_pages(owner: str) -> bytes:
    """Pages of an item that has everything: they change when the shape of pages does."""
    picture, link = Picture("photo-1.jpg", "A bike", 4, 3, "image/jpeg", 1), LinkCard("https://a.example", "A", "B")
    day, text = datetime(2026, 11, 22, tzinfo=UTC), "One.\n\nTwo\nthree: example.org"
    item = Item("a", day, "A title", text, "es", "a_program", "2026-11-23", (picture,), link)
    return b"".join(entry_page(each, owner) for each in (item, replace(item, text=item.title, language="en")))


def page(
    frame: Frame, title: str, main: Iterable[Html], language: str | None = None, robots: str | None = None
) -> bytes:
    """A whole page. `language`: that of the title, where it is an item's own."""
    head = [
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=POLICY),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="referrer", content="no-referrer"),
        *([el("meta", name="robots", content=robots)] if robots else []),
        el("title", f"{title} – {frame.owner}", lang=language),
        el("link", rel="stylesheet", href=f"{frame.root}style.css"),
        *(
            el("link", rel="alternate", type=kind, title=words, href=frame.root + file)
            for file, (kind, words) in FEEDS.items()
        ),
    ]
    whole = el("main", Html("\n"), run(_on_lines(main)), id="main", tabindex="-1")
    return document(
        head, [el("a", "Skip to content", class_="skip", href="#main"), _header(frame), whole, _footer(frame)]
    )


def _header(frame: Frame) -> Html:
    current = {frame.here: "true" if frame.below else "page"}
    places = (
        el("li", el("a", words, href=frame.root + path, aria_current=current.get(path)))
        for path, words in PLACES.items()
    )
    home = el("p", el("a", f"{frame.owner}: news archive", href=f"{frame.root}index.html"), class_="site")
    inner = el("div", home, el("nav", el("ul", *places), aria_label="Archive"), class_="column")
    return el("header", inner, class_="band")


def _footer(frame: Frame) -> Html:
    feeds = [el("a", words, href=frame.root + file) for file, (_, words) in FEEDS.items()]
    words = run([f"Published by {frame.owner}. Follow it as an ", feeds[0], " or a ", feeds[1], "."])
    private = el("p", "These pages set no cookies and load nothing from anywhere else.")
    return el("footer", el("div", el("p", words), private, class_="column"))


def _item(item: Item, frame: Frame) -> bytes:
    own = {"lang": item.language, "dir": "auto"}
    words = [] if _says_it_all(item) else paragraphs(item.text)
    inner = [
        el("h1", item.title, **own),
        facts(item, frame),
        *([el("div", *_on_lines(words), class_="text", **own)] if words else []),
        *([_card(item.link, item.language)] if item.link else []),
        *(_figure(each, item) for each in item.photos),
    ]
    return page(frame, item.title, [el("article", Html("\n"), *_on_lines(inner))], item.language)


def _says_it_all(item: Item) -> bool:
    """A text of one sentence is its own title: it is not said twice."""
    return item.text.strip() == item.title and not links(item.text)


def _figure(photo: Picture, item: Item) -> Html:
    sizes = {"width": photo.width, "height": photo.height}
    return el("figure", el("img", src=photo.file, alt=photo.alt, lang=item.language, **sizes))


def _card(link: LinkCard, language: str) -> Html:
    more = [el("br"), link.description] if link.description else []
    return el("p", el("a", link.title or link.url, href=link.url), *more, class_="card", lang=language, dir="auto")


def _notice(left: Removed, frame: Frame) -> bytes:
    inner = [
        el("h1", "Taken down"),
        el("p", "This item was taken down on ", time(left.removed), ".", class_="notice"),
        *([el("p", "It had been published on ", time(left.published), ".")] if left.published else []),
        el("p", el("a", "All that was taken down", href=frame.root + REMOVALS)),
    ]
    return page(frame, "Taken down", inner, robots="noindex")


def facts(item: Item, frame: Frame) -> Html:
    """When it was published, and what it belongs to; on an item's page and in lists alike."""
    parts = [el("span", "Published ", time(item.published))]
    if item.when:
        event = date.fromisoformat(item.when)
        parts.append(el("span", "Event: ", el("time", written(event), datetime=item.when)))
    if item.program:
        href = f"{frame.root}programs/{program_file(item.program)}"
        parts.append(el("span", "Program: ", el("a", program_name(item.program), href=href, dir="auto")))
    if not item.language.lower().startswith("en"):
        href = f"{frame.root}languages/{language_file(item.language)}"
        parts.append(el("span", "Language: ", el("a", language_name(item.language), href=href, lang=item.language)))
    return el("p", *parts, class_="facts")


def counted(number: int, one: str) -> str:
    return f"{number} {one}" if number == 1 else f"{number:,} {one}s"


def time(moment: datetime) -> Html:
    return el("time", written(moment), datetime=moment.isoformat(timespec="seconds"))


def written(day: date) -> str:
    """November 8, 2026. The words of the house's own language, whatever the machine's is."""
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"


def _on_lines(parts: Iterable[Html]) -> list[Html]:
    return [run([part, Html("\n")]) for part in parts]
