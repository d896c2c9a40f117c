"""What the department may always say, and is never flagged: its phones, hosts, places, officers and dogs."""

import weakref
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import accumulate

from socialpub.policy.matching import WordList, trusted
from socialpub.policy.passage import Passage, Span
from socialpub.settings import Department

_SHORT = {
    "street": ("st", "str"), "avenue": ("ave", "av"), "road": ("rd",), "square": ("sq",), "lane": ("ln",),
    "drive": ("dr",), "court": ("ct",), "place": ("pl",), "plaza": ("plz",), "boulevard": ("blvd",),
    "landing": ("lndg",), "park": ("pk",), "point": ("pt",), "center": ("ctr",), "loop": ("lp",),
    "school": (),
    "highway": ("hwy",), "terrace": ("ter",), "field": ("fld",),
}  # fmt: skip
_PLACE_WORDS = frozenset(_SHORT) | {
    "elementary",
    "library",
    "gym",
    "hall",
    "stadium",
    "rink",
    "playground",
    "trail",
}
RANKS = (
    "officer", "ofc", "off", "sergeant", "sgt", "lieutenant", "lt", "captain", "capt", "detective", "det",
    "chief", "deputy chief", "deputy", "corporal", "cpl", "trooper", "patrolman", "patrolwoman",
    "dispatcher", "cso", "chaplain",
    "inspector", "insp", "sro", "explorer advisor", "advisor", "k9", "k-9", "constable", "major",
    "commander", "commissioner",
)  # fmt: skip
_RANK = trusted(r"^(?:(?i:" + "|".join(sorted(RANKS, key=len, reverse=True)) + r")\.?\s+)+")
_MAIL = trusted(r"(?<![\w.+-])[\w.+-]++@([\w-]++(?:\.[\w-]++)++)")
_HOST = trusted(
    r"(?i)(?<![@\w.-])(?:https?://)?((?:[a-z0-9-]{1,63}\.){1,9}[a-z]{2,24})(?![\w-])(?:/[^\s\"'<>)\],]*)?"
)
_DIGITS = trusted(r"\D+")


@lru_cache(maxsize=8)
def _spared(department: str) -> "Spared":
    return Spared(Department.model_validate_json(department))


def spared_by(department: Department) -> "Spared":
    """What this department may always say; kept, because a batch asks for the same one again and again."""
    return _spared(department.model_dump_json())


class Spared:
    """Built once per department; asked for each passage."""

    def __init__(self, department: Department) -> None:
        self._hosts = tuple(host.lower() for host in department.link_hosts)
        self._domains = tuple(domain.lower() for domain in department.mail_domains)
        self._always = WordList(_always(department))
        #: Surnames, dogs and the short names of places: spared where they are written with a capital.
        self._capitals = WordList(_capitals(department))
        self.people = frozenset(word for name in _people(department) for word in name.lower().split())
        self._seen: weakref.WeakKeyDictionary[Passage, _Cover] = weakref.WeakKeyDictionary()

    def is_ours(self, host: str) -> bool:
        return _under(host, self._hosts)

    def covers(self, passage: Passage, span: Span) -> bool:
        """Whether the span lies wholly in one of ours."""
        if passage not in self._seen:
            self._seen[passage] = _Cover(self._find(passage))
        return self._seen[passage].holds(span)

    def _find(self, passage: Passage) -> Iterator[Span]:
        for start, end, _ in self._always.found(passage.lower):
            yield start, end
        for start, end, _ in self._capitals.found(passage.lower):
            if passage.plain[start].isupper() and (start != passage.sentence(start)[0] or end - start > 6):
                yield start, end
        for found in _MAIL.finditer(passage.plain):
            if _under(found[1], self._domains):
                yield found.span()
        for found in _HOST.finditer(passage.plain):
            if self.is_ours(found[1]):
                yield found.span()


class _Cover:
    """Spans, asked whether one of them holds another: a text may hold thousands of each."""

    def __init__(self, spans: Iterable[Span]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        self._reach = list(accumulate((end for _, end in ordered), max))

    def holds(self, span: Span) -> bool:
        at = bisect_right(self._starts, span[0])
        return at > 0 and self._reach[at - 1] >= span[1]


def _under(host: str, ours: tuple[str, ...]) -> bool:
    host = host.lower().rstrip(".")
    return any(host == own or host.endswith("." + own) for own in ours)


def _always(department: Department) -> Iterator[str]:
    for number in (*department.phones.values(), *department.public_numbers):
        yield from _dialled(number)
    for address in (*department.addresses, *department.public_places):
        yield from _shortened(address.lower().replace("’", "'"))
    yield from department.handles
    yield from (department.name, department.short_name, department.city)
    for person in (*department.officers_named_ok, *(f"k9 {name}" for name in department.k9)):
        yield from _called(person)


def _dialled(number: str) -> Iterator[str]:
    yield number
    digits = _DIGITS.sub("", number)[-10:]
    if len(digits) == 10:
        area, exchange, line = digits[:3], digits[3:6], digits[6:]
        for short in (f"{exchange}-{line}", f"{exchange}.{line}", f"{exchange} {line}"):
            yield short
            for form in (
                f"{area}{short[3]}{short}",
                f"({area}) {short}",
                f"({area}){short}",
                f"{area}/{short}",
            ):
                yield from (form, f"1-{form}", f"1 {form}", f"+1 {form}")
        yield from (digits, f"+1{digits}", f"1{digits}")


def _shortened(place: str) -> Iterator[str]:
    yield place
    words = place.split()
    for short in _SHORT.get(words[-1], ()):
        yield from (" ".join([*words[:-1], short]), " ".join([*words[:-1], short + "."]))


def _called(person: str) -> Iterator[str]:
    bare = _RANK.sub("", person).lower()
    yield from (person, bare)
    for name in {bare, bare.split()[-1]}:
        for rank in RANKS:
            yield from (f"{rank} {name}", f"{rank}. {name}")


def _people(department: Department) -> Iterator[str]:
    for person in department.officers_named_ok:
        yield _RANK.sub("", person)
    yield from department.k9


def _capitals(department: Department) -> Iterator[str]:
    for name in _people(department):
        yield name.split()[-1]
        yield name.split()[0]
    for place in department.public_places:
        words = place.replace("’", "'").split()
        while len(words) > 1 and words[-1].lower() in _PLACE_WORDS:
            words = words[:-1]
        yield from (" ".join(words), *(word for word in words[:1] if word.isalpha() and len(word) > 3))
