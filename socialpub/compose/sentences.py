"""Where the sentences of a text end. Pure. In doubt a place is no end: half a sentence can say the opposite.

English and Spanish abbreviations are known; other languages are cut at their stops as well.
"""

from functools import cache

import regex

#: Before these a full stop is part of the word: ranks, titles, streets, hours, months, days, agencies.
_ABBREVIATIONS = frozenset(
    """
    ofc ofcr off sgt lt ltc cpl capt cmdr col maj gen det dep insp supt asst chf dir adm pvt spc tpr trp
    mr mrs ms mx dr prof rev hon fr sr jr sra srta dra lic ing gral cnel tte st ste mt ft ave blvd rd dr ln ct
    pl pkwy hwy sq apt bldg rm no nos num núm pág art vs etc approx est dept div co corp inc ltd bros assn
    a.m p.m i.e e.g u.s u.k d.c p.d s.o n.y l.a ee.uu ud uds jan feb mar apr jun jul aug sep sept oct nov
    dec mon tue tues wed thu thur thurs fri sat sun min max tel ext
    """.split()  # noqa: SIM905  a list of ninety words reads better without ninety pairs of quotes
)
_CLOSERS = r"[\"'”’»)\]]*+"


def sentence_ends(text: str) -> list[int]:
    """Places right after a sentence (its closing quotes included) or a paragraph, ascending."""
    return sorted({match.end("end") for match in _stop().finditer(text) if _is_end(text, match)})


@cache
def _stop() -> "regex.Pattern[str]":
    return regex.compile(
        rf"(?P<end>(?P<mark>[.!?…]++){_CLOSERS})(?=\s|\Z)"
        r"|(?P<end>(?P<mark>[。！？]++)[」』”）]*+)"
        r"|(?<=\S)(?P<end>)(?P<mark>)(?=[^\S\n]*+\n[^\S\n]*+\n)"
    )


def _is_end(text: str, match: "regex.Match[str]") -> bool:
    if match["mark"][:1] not in {".", "!", "?", "…"}:
        return True
    if _goes_on(text, match.end()):
        return False
    return match["mark"] != "." or not _is_abbreviation(text, match.start())


def _goes_on(text: str, at: int) -> bool:
    """Whether the next word is written small: then the stop was no stop."""
    following = regex.match(r"\s*+[\"'“‘«(\[¿¡]*+(\w)", text, pos=at)
    return following is not None and following[1].islower()


def _is_abbreviation(text: str, stop: int) -> bool:
    """Whether the full stop at `stop` belongs to its word: "Sgt.", an initial, the number of a list."""
    found = regex.search(r"(?<![\w.'’])[\w.]{1,8}\Z", text[max(0, stop - 9) : stop])
    if found is None:
        return False
    word = found[0].lower()
    begins_line = stop == len(word) or text[stop - len(word) - 1] == "\n"
    return word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha()) or (word.isdecimal() and begins_line)
