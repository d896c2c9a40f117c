"""links: hosts that are not ours, that hide where they lead, or that only look like ours. Opens none."""

import difflib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from socialpub.policy.kinds.base import TextKind
from socialpub.policy.matching import trusted
from socialpub.policy.passage import Passage, Span
from socialpub.policy.subject import Subject

_URL = trusted(r"(?i)\bhttps?://([^\s\"'<>)\]]+)")
_BARE = trusted(r"(?<![@\w./-])((?:[\w-]{1,63}\.){1,6}[A-Za-z]{2,24})(?![\w@-])(/[^\s\"'<>)\],]*)?")
_ADDRESS = trusted(r"^(?:\d{1,3}\.){3}\d{1,3}$")
_TRAILING = ".,;:!?"
_CONFUSED = str.maketrans("01358", "oiesb")


@dataclass(frozen=True, slots=True)
class Link:
    span: Span
    host: str
    has_user: bool  # https://ours.example@theirs.example leads to theirs


class Links(TextKind):
    problem: Literal["listed", "foreign", "look_alike", "disguised"]
    hosts: tuple[str, ...] = ()  # listed: these hosts; foreign: hosts left to another rule
    fine: tuple[str, ...] = ()  # hosts, or endings such as ".gov", that are never a finding
    endings: tuple[str, ...] = Field(
        default=("com", "org", "net", "gov", "edu", "info", "io", "ly", "app", "shop", "example")
    )

    def spans(self, passage: Passage, subject: Subject) -> Iterator[Span]:
        for link in self._links(passage):
            ours = subject.spared.is_ours(link.host) and not link.has_user
            if not ours and not _listed(link.host, self.fine) and self._has_problem(link, subject):
                yield link.span

    def _links(self, passage: Passage) -> Iterator[Link]:
        taken: list[Span] = []
        for found in _URL.finditer(passage.plain):
            rest = found[1].rstrip(_TRAILING)
            taken.append((found.start(), found.start(1) + len(rest)))
            authority = rest.partition("/")[0].partition("?")[0]
            yield Link(taken[-1], authority.rpartition("@")[2].partition(":")[0].lower(), "@" in authority)
        for found in _BARE.finditer(passage.plain):
            if not _inside(taken, found.start()) and found[1].rpartition(".")[2].lower() in self.endings:
                end = found.start() + len(found[0].rstrip(_TRAILING))
                yield Link((found.start(), end), found[1].lower(), has_user=False)

    def _has_problem(self, link: Link, subject: Subject) -> bool:
        match self.problem:
            case "listed":
                return _listed(link.host, self.hosts)
            case "foreign":
                return not _listed(link.host, self.hosts)
            case "look_alike":
                return any(_looks_like(link.host, own) for own in subject.department.link_hosts)
            case "disguised":
                return link.has_user or bool(_ADDRESS.match(link.host)) or not _is_plain(link.host)


def _inside(taken: list[Span], offset: int) -> bool:
    """Whether `offset` lies in one of the spans, which stand in order and apart."""
    at = bisect_right(taken, offset, key=lambda span: span[0])
    return at > 0 and offset < taken[at - 1][1]


def _listed(host: str, hosts: tuple[str, ...]) -> bool:
    return any(
        host.endswith(one) if one.startswith(".") else host == one or host.endswith("." + one) for one in hosts
    )


def _is_plain(host: str) -> bool:
    return host.isascii() and "xn--" not in host


def _looks_like(host: str, own: str) -> bool:
    """Whether `host` could be taken for our `own`: our name inside it, or but a letter or two away."""
    theirs, ours = _skeleton(host), _skeleton(own)
    name = ours.rpartition(".")[0]
    if len(name) < 6:
        return False
    label = theirs.rpartition(".")[0]
    squeezed, wanted = label.replace("-", "").replace(".", ""), name.replace("-", "").replace(".", "")
    return wanted in squeezed or difflib.SequenceMatcher(None, squeezed, wanted).ratio() >= 0.85


def _skeleton(host: str) -> str:
    return host.lower().translate(_CONFUSED).replace("rn", "m").replace("vv", "w").replace("l", "i")
