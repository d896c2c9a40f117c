"""Captions come through as times and words, and as nothing else."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpub.media.captions import Cue, as_srt, as_vtt, language_of, must_fit, parse, words
from socialpub.media.refusal import MediaRefused

VTT = """\ufeffWEBVTT - from a phone

STYLE
::cue { background: url(https://evil.example/x) }

NOTE shot at 12 Elm Street

1
00:01.000 --> 00:02.500 align:start position:0%
<v Officer Ruiz>Hello, <i>everyone</i> &amp; thanks!</v>

00:00:03.000 --> 00:00:04.000
Two
lines
"""
SRT = (
    "1\r\n00:00:01,000 --> 00:00:02,500\r\nHello <font color=red>there</font>\r\n\r\n"
    "2\r\n00:00:03,000 --> 00:00:04,000\r\n5 < 6\r\n"
)


def test_webvtt_becomes_plain_webvtt() -> None:
    assert as_vtt(parse(VTT.encode())).decode() == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nOfficer Ruiz: Hello, everyone &amp; thanks!\n"
        "\n00:00:03.000 --> 00:00:04.000\nTwo\nlines\n"
    )


def test_subrip_becomes_both() -> None:
    cues = parse(SRT.encode())
    assert cues == (Cue(1000, 2500, "Hello there"), Cue(3000, 4000, "5 < 6"))
    assert as_srt(cues) == (
        b"1\n00:00:01,000 --> 00:00:02,500\nHello there\n\n2\n00:00:03,000 --> 00:00:04,000\n5 < 6\n"
    )
    assert b"5 &lt; 6" in as_vtt(cues)


def test_the_words_are_all_that_is_said() -> None:
    assert words(parse(VTT.encode())) == "Officer Ruiz: Hello, everyone & thanks!\nTwo\nlines"


def test_what_nobody_sees_does_not_come_through() -> None:
    hidden = "WEBVTT\n\n00:01.000 --> 00:02.000\nba\u200bd\u202e gu\u00ady\x07\n"
    assert words(parse(hidden.encode())) == "bad guy"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no line of captions"),
        ("WEBVTT\n\nNOTE only\n", "no line of captions"),
        ("hello", "no times"),
        ("WEBVTT\n\n00:02.000 --> 00:01.000\na\n", "ends before it begins"),
        ("WEBVTT\n\n00:02.000 --> 00:03.000\na\n\n00:01.000 --> 00:02.000\nb\n", "before the one above"),
        ("WEBVTT\n\n00:61.000 --> 01:03.000\na\n", "no times"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\na\n00:02.000 --> 00:03.000\nb\n", "among its words"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n" + "a" * 601, "600 characters"),
        ("WEBVTT\n\n" + "\n\n".join(f"00:01.000 --> 00:02.000\n{'b' * 500}" for _ in range(130)), "60,000"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n\0", "no file of captions"),
        ("a" * 200_001, "over 200 kB"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_remedy(text: str, says: str) -> None:
    with pytest.raises(MediaRefused, match=says) as refused:
        parse(text.encode())
    assert refused.value.remedy


def test_what_is_not_utf8_is_refused() -> None:
    with pytest.raises(MediaRefused, match="UTF-8"):
        parse(b"WEBVTT\n\n00:01.000 --> 00:02.000\nJos\xe9\n")


def test_captions_of_another_video_are_refused() -> None:
    cues = parse(SRT.encode())
    must_fit(cues, 3.5)
    for seconds in (2.9, 1.0):
        with pytest.raises(MediaRefused, match="after the video has ended"):
            must_fit(cues, seconds)


@pytest.mark.parametrize(
    ("name", "language"),
    [("clip.en.vtt", "en"), ("clip.es-MX.srt", "es-mx"), ("clip.vtt", "en"), ("a.long-name.vtt", "en")],
)
def test_the_language_is_in_the_files_name(name: str, language: str) -> None:
    assert language_of(name) == language


@given(st.text(max_size=200))
def test_what_is_written_reads_as_the_same_again(text: str) -> None:
    with suppress(MediaRefused):
        cues = parse(f"WEBVTT\n\n00:01.000 --> 00:02.000\n{text}\n".encode("utf-8", "ignore"))
        again = as_vtt(cues)
        assert parse(again) == cues
        assert b"<" not in again


@given(st.binary(max_size=300))
def test_no_bytes_at_all_make_it_fail(data: bytes) -> None:
    for start in (b"", b"WEBVTT\n\n"):
        with suppress(MediaRefused):
            assert parse(start + data)
