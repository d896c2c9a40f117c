"""Captions: the words that are heard, as text. Read strictly from WebVTT or SubRip, written as plain ones.

Pure. Styles, notes, scripts, markup and characters that nobody sees do not come through; every word does, so that
what is screened and shown to the reviewer is what goes out. A speaker's name in a voice tag becomes a word too.
"""

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from socialpub.media.refusal import MediaRefused

VTT: Final = "text/vtt"
SRT: Final = "application/x-subrip"

#: Bytes, cues, and characters of one cue: half an hour of fast speech is far below.
MAX_BYTES: Final = 200_000
_MOST_CUES: Final = 5_000
_LONGEST_CUE: Final = 600
#: Characters of all cues; half an hour of fast speech has 30,000, and all of them are screened.
_MOST_WORDS: Final = 60_000
#: Seconds that the last cue may end after the video does.
_SLACK_S: Final = 1.0

#: W3C WebVTT, 6: hours may be absent; SubRip always has them, and a comma.
_TIME: Final = r"(?:(\d{1,3}):)?([0-5]\d):([0-5]\d)[.,](\d{3})"
_TIMING: Final = re.compile(rf"[ \t]*{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t][^\n]{{0,200}})?[ \t]*", re.ASCII)
_VOICE: Final = re.compile(r"<v(?:\.[^\s>]{0,60})*\s+([^>]{1,100})>")
#: What the formats know as markup; any other "<" is a word's.
_MARKUP: Final = re.compile(
    r"</?(?:c|i|b|u|v|lang|ruby|rt|font|s)(?:[.\s][^<>]{0,200})?/?>|<\d[\d:.]{0,20}>|\{\\[a-z0-9]{1,20}\}", re.I
)
_LANGUAGE: Final = re.compile(r".{1,200}[._]([a-z]{2,3}(?:-[a-z]{2,4})?)\.(?:vtt|srt)", re.I)
_SAVE: Final = "save the captions as a WebVTT (.vtt) or SubRip (.srt) file and send that"


@dataclass(frozen=True, slots=True)
class Cue:
    """Start and end in milliseconds from the video's beginning."""

    start: int
    end: int
    text: str


def parse(data: bytes) -> tuple[Cue, ...]:
    """The cues of a WebVTT or SubRip file, in order. Raises MediaRefused."""
    text = _decoded(data)
    vtt = text.startswith("WEBVTT") and text[6:7] in {"", "\n", " ", "\t"}
    blocks = re.split(r"\n{2,}", text.strip("\n"))
    cues = tuple(_cues(blocks[1:] if vtt else blocks, vtt=vtt))
    if not cues:
        raise MediaRefused("there is no line of captions in it", _SAVE)
    if sum(len(cue.text) for cue in cues) > _MOST_WORDS:
        raise MediaRefused(f"the captions have more than {_MOST_WORDS:,} characters", _SAVE)
    return cues


def must_fit(cues: Sequence[Cue], seconds: float) -> None:
    """Raises MediaRefused when a caption is later than the video lasts: they belong to another one."""
    if (cues and cues[-1].start > seconds * 1000) or max(cue.end for cue in cues) > (seconds + _SLACK_S) * 1000:
        raise MediaRefused(
            f"the captions go on after the video has ended ({seconds:.0f} seconds)",
            "send the captions of this video, as it was trimmed",
        )


def words(cues: Sequence[Cue]) -> str:
    """All that is said, one caption after the other: for the guidelines and for the reviewer."""
    return "\n".join(cue.text for cue in cues)


def as_vtt(cues: Sequence[Cue]) -> bytes:
    """Plain WebVTT: times and words, nothing else."""
    return "".join(["WEBVTT\n", *(f"\n{_span(cue, '.')}\n{_escaped(cue.text)}\n" for cue in cues)]).encode()


def as_srt(cues: Sequence[Cue]) -> bytes:
    """Plain SubRip, for networks that want it."""
    numbered = enumerate(cues, 1)
    return "\n".join(f"{number}\n{_span(cue, ',')}\n{cue.text}\n" for number, cue in numbered).encode()


def language_of(name: str) -> str:
    """The language that a file's name says (clip.en.vtt); English where it says none."""
    found = _LANGUAGE.fullmatch(name)
    return found[1].lower() if found else "en"


def _decoded(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise MediaRefused(f"the captions are over {MAX_BYTES // 1000} kB", _SAVE)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise MediaRefused("the captions are not UTF-8 text", "save them as UTF-8") from None
    if "\0" in text:
        raise MediaRefused("this is no file of captions", _SAVE)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _cues(blocks: Sequence[str], *, vtt: bool) -> Iterator[Cue]:
    last = 0
    for number, block in enumerate((each for each in blocks if each.strip()), 1):
        if vtt and re.match(r"(?:NOTE|STYLE|REGION)(?:\s|$)", block):
            continue
        cue = _cue(number, block.strip("\n").split("\n"), vtt=vtt)
        if cue.start < last:
            raise MediaRefused(f"caption {number} begins before the one above it", "put the captions in order")
        last = cue.start
        if number > _MOST_CUES:
            raise MediaRefused(f"there are more than {_MOST_CUES:,} captions", _SAVE)
        if cue.text:
            yield cue


def _cue(number: int, lines: list[str], *, vtt: bool) -> Cue:
    timing = _TIMING.fullmatch(lines[0])
    rest = lines[1:]
    if timing is None and len(lines) > 1:  # the line above is the cue's own name or number
        timing, rest = _TIMING.fullmatch(lines[1]), lines[2:]
    if timing is None:
        raise MediaRefused(f"caption {number} has no times (00:00:01.000 --> 00:00:03.000)", _SAVE)
    start, end = _milliseconds(timing.groups()[:4]), _milliseconds(timing.groups()[4:])
    if end <= start:
        raise MediaRefused(f"caption {number} ends before it begins", "mend its times")
    if any("-->" in line for line in rest):
        raise MediaRefused(f"caption {number} has times among its words", "put an empty line between captions")
    text = _plain("\n".join(rest), vtt=vtt)
    if len(text) > _LONGEST_CUE:
        raise MediaRefused(f"caption {number} has more than {_LONGEST_CUE} characters", "break it into several")
    return Cue(start, end, text)


def _milliseconds(parts: Sequence[str | None]) -> int:
    hours, minutes, seconds, rest = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest


def _plain(text: str, *, vtt: bool) -> str:
    """Words only, a line for each line of them. What looks like markup after that is escaped where it leaves."""
    spoken = _MARKUP.sub("", _VOICE.sub(r"\1: ", text))
    if vtt:
        spoken = html.unescape(spoken)
    seen = unicodedata.normalize("NFC", "".join(each for each in spoken if each == "\n" or _is_seen(each)))
    lines = (" ".join(line.split()) for line in seen.replace("-->", "→").split("\n"))
    return "\n".join(line for line in lines if line)


def _is_seen(character: str) -> bool:
    """Joiners are kept: they make letters and emoji of some languages what they are."""
    return character in "\u200c\u200d\t" or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def _span(cue: Cue, point: str) -> str:
    return f"{_clock(cue.start, point)} --> {_clock(cue.end, point)}"


def _clock(moment: int, point: str) -> str:
    seconds, rest = divmod(moment, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{point}{rest:03}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
