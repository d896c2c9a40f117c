"""Reads a newsroom's folder as its readers do: pages as a browser that forgives nothing, links as a finger does."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree  # noqa: ICN001  its own name

VOID = {"br", "img", "link", "meta"}
KNOWN = VOID | {"html", "head", "title", "body", "header", "footer", "main", "nav", "article", "div", "p", "span",
                "a", "ul", "li", "h1", "h2", "time", "figure"}  # fmt: skip
ATOM = "{http://www.w3.org/2005/Atom}"


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    text: str = ""
    below: list[str] = field(default_factory=list)  # the tags around it


class Page(HTMLParser):
    """One page. Raises AssertionError for anything a validator would grumble at."""

    def __init__(self, path: Path) -> None:
        super().__init__(convert_charrefs=True)
        self.path, self.elements, self.open = path, list[Element](), list[Element]()
        raw = path.read_bytes().decode()
        assert raw.startswith("<!DOCTYPE html>\n<html lang=")
        assert raw.endswith("</html>\n")
        self.feed(raw)
        self.close()
        assert not self.open, f"{path}: {self.open[-1].tag} is not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in KNOWN, f"{self.path}: <{tag}>"
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"{self.path}: an attribute twice in <{tag}>"
        assert not any(name.startswith("on") or name == "style" for name in names), f"{self.path}: {names}"
        element = Element(tag, {name: value or "" for name, value in attrs}, below=[each.tag for each in self.open])
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert [each.tag for each in self.open[-1:]] == [tag], f"{self.path}: </{tag}> closes nothing"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"{self.path}: a comment {data!r}")

    def all(self, tag: str) -> list[Element]:
        return [element for element in self.elements if element.tag == tag]

    def one(self, tag: str, name: str = "") -> Element:
        """The only element of this tag, and of this class."""
        [found] = [each for each in self.all(tag) if name in ("", each.attributes.get("class"))]
        return found

    @property
    def links(self) -> list[str]:
        return [each.attributes["href"] for tag in ("a", "link") for each in self.all(tag)]

    def check(self) -> None:
        """What every page promises to those who hear it, and to those who see it."""
        assert self.one("html").attributes["lang"] == "en"
        assert self.one("title").text.strip()
        self._landmarks()
        self._headings()
        self._policy()
        for image in self.all("img"):
            assert image.attributes["alt"].strip(), f"{self.path}: an image without words"
            assert {"width", "height"} <= image.attributes.keys()
        for link in self.all("a"):
            assert link.text.strip(), f"{self.path}: a link without words"

    def _landmarks(self) -> None:
        assert [self.one(tag).below for tag in ("header", "main", "footer")] == [["html", "body"]] * 3
        first = next(each for each in self.elements if each.below == ["html", "body"])
        assert (first.tag, first.attributes["href"]) == ("a", "#" + self.one("main").attributes["id"])
        names = [nav.attributes["aria-label"] for nav in self.all("nav")]
        assert len(names) == len(set(names)) >= 1

    def _headings(self) -> None:
        assert self.one("h1").text.strip()
        headings = [each.tag for each in self.elements if each.tag in ("h1", "h2")]
        assert headings[0] == "h1"

    def _policy(self) -> None:
        metas = [each.attributes for each in self.all("meta")]
        assert metas[0] == {"charset": "utf-8"}
        assert metas[1]["http-equiv"] == "Content-Security-Policy"
        assert metas[1]["content"].startswith("default-src 'none'; ")
        assert not {"'unsafe-inline'", "*", "data:", "http:", "https:"} & set(metas[1]["content"].split())


@dataclass
class Archive:
    """All of a newsroom's `site/`."""

    folder: Path

    @property
    def pages(self) -> list[Page]:
        return [Page(path) for path in sorted(self.folder.rglob("*.html"))]

    @cached_property
    def data(self) -> dict[str, dict[str, Any]]:
        files = sorted(self.folder.glob("items/*/item.json"))
        return {file.parent.name: json.loads(file.read_bytes()) for file in files}

    @property
    def shown(self) -> list[str]:
        """The ids of what is published, the newest first."""
        items = [each for each in self.data.values() if "removed" not in each]
        return [
            each["id"]
            for each in sorted(items, key=lambda e: (datetime.fromisoformat(e["published"]), e["id"]), reverse=True)
        ]

    def listed(self, *paths: str) -> list[str]:
        """The ids that these lists lead to, in their order."""
        hrefs = (href for path in paths for href in Page(self.folder / path).links)
        return [href.split("items/")[1].split("/")[0] for href in hrefs if "items/" in href]

    def group(self, base: str) -> list[str]:
        """The ids of a list on all its pages, by following `Older`."""
        found, path = list[str](), base
        while path:
            found += self.listed(path)
            older = [each for each in Page(self.folder / path).all("a") if each.attributes.get("rel") == "next"]
            path = f"{base.rpartition('/')[0]}/{older[0].attributes['href']}" if older else ""
        return found

    def check(self) -> None:
        """Every page is sound, and whatever it leads to is there."""
        for page in self.pages:
            page.check()
            for href in [*page.links, *(image.attributes["src"] for image in page.all("img"))]:
                self._resolves(page, href)
            for image in page.all("img"):
                assert not urlsplit(image.attributes["src"]).scheme

    def _resolves(self, page: Page, href: str) -> None:
        parts = urlsplit(href)
        if parts.scheme:
            assert parts.scheme in ("http", "https")
            return
        assert not parts.netloc
        assert not href.startswith("/"), f"{page.path}: {href} is not relative"
        target = (page.path.parent / unquote(parts.path)).resolve() if parts.path else page.path
        assert target.is_relative_to(self.folder.resolve())
        assert target.is_file(), f"{page.path}: nothing is at {href}"

    def tree(self) -> dict[str, str]:
        """Every file below, by its path: SHA-256."""
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        return {
            path.relative_to(self.folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
        }

    @property
    def atom(self) -> ElementTree.Element:
        return ElementTree.fromstring((self.folder / "feed.xml").read_bytes())  # noqa: S314  our own

    @property
    def json_feed(self) -> dict[str, Any]:
        feed: dict[str, Any] = json.loads((self.folder / "feed.json").read_bytes())
        return feed


def entries(feed: ElementTree.Element) -> Iterator[ElementTree.Element]:
    return feed.iter(f"{ATOM}entry")


def words(element: ElementTree.Element, tag: str) -> str:
    found = element.find(f"{ATOM}{tag}")
    assert found is not None
    return found.text or ""
