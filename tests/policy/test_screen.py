"""Screening: right places, right order, nothing of our own flagged, and no rule dies quietly."""

import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpub.model.document import StoryDocument, parse
from socialpub.model.finding import Level
from socialpub.policy.kinds.phrases import Phrases
from socialpub.policy.packs import Packs, load
from socialpub.policy.screen import screen
from tests.policy.packing import DAY, DEPARTMENT, PLAIN, evidence, found, packs, rule
from tests.policy.score import AS_OF, POLICIES, department, stories


@pytest.fixture(scope="module")
def shipped() -> Packs:
    return load(POLICIES)


_PARTS = st.sampled_from(
    ["shit", "SSN 118-52-3306", "👮‍♀️", "🇺🇸", "e\u0301", "\u200b", "𝓣𝓸𝓷", "call 508-555-0199", "Emma Diaz, 9,",
     "’s", "\n", "RETARD", "ﬁ", "İ", "ß", "#coffeewithacop", "🎄🎁🎁🎄", "\u00ad", " ",
     ".", "\t", "bit.ly/x", "é",
     "Sat Nov 29"]
)  # fmt: skip

#: What a document takes: no NUL, no half of a surrogate pair.
_OTHER = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


@given(st.lists(st.one_of(_PARTS, _OTHER), min_size=1, max_size=12).map(" ".join))
def test_offsets_count_the_characters_as_submitted(shipped: Packs, text: str) -> None:
    if not text.strip():
        return
    for finding in screen(parse({"text": text}), DEPARTMENT, shipped, AS_OF):
        if finding.start is not None and finding.where == "text":
            assert finding.end is not None
            assert finding.start < finding.end
            assert text[finding.start : finding.end] == finding.evidence


def test_offsets_hold_on_every_story_of_the_corpus(shipped: Packs) -> None:
    seen = 0
    for row in stories():
        for finding in screen(parse(row, labelled=True), department(), shipped, AS_OF):
            if finding.where == "text" and finding.start is not None:
                assert row["text"][finding.start : finding.end] == finding.evidence
                seen += 1
    assert seen > 200


def test_an_invisible_character_inside_a_word_does_not_hide_it(tmp_path: Path) -> None:
    book = packs(tmp_path, PLAIN)
    assert evidence(book, "very b\u200bad") == ["b\u200bad"]


def test_the_same_story_gives_the_same_findings_in_order(shipped: Packs) -> None:
    story = parse(
        {
            "text": "Shit, call 508-555-0199! 🎄🎁🎁🎄 #coffeewithacop",
            "photos": [{"alt": "x"}, {}],
            "videos": [{}],
        }
    )
    first = screen(story, DEPARTMENT, shipped, DAY)
    assert first == screen(story, DEPARTMENT, shipped, DAY)
    keys = [(one.where, one.index, -1 if one.start is None else one.start, one.rule) for one in first]
    assert keys == sorted(keys)
    assert {one.where for one in first} == {"text", "photo", "video"}


@pytest.mark.parametrize(
    "text",
    [
        "Call 508-555-0100, (508) 555-0100 or 508.555.0100.",
        "Write to community@pt.example.",
        "See porttestpd.example/jobs and https://www.porttestpd.example/a?b=c.",
        "Drop off at 18 Tannery Road or 18 Tannery Rd.",
        "Kickball at Hooker Field with Ofc. Coffin, Officer Sam Coffin and K9 Bullet.",
        "Dial 911 or text 988.",
    ],
)
def test_what_the_department_may_always_say_is_never_flagged(shipped: Packs, text: str) -> None:
    assert found(shipped, text) == []


def test_what_only_resembles_the_departments_own_is_flagged(shipped: Packs) -> None:
    families = {finding.family for finding in found(shipped, "Call 508-555-0101, see porttestpd.example.evil.shop")}
    assert families == {"pii.phone", "unsafe.link"}


def test_alt_text_is_screened_too_because_it_is_published(shipped: Packs) -> None:
    alt = "An officer waves from a porch, call 508-555-0199"
    hits = found(shipped, photos=[{"alt": "A dog on a wide green lawn"}, {"alt": alt}])
    assert [(one.where, one.index, one.evidence) for one in hits] == [("photo", 1, "508-555-0199")]
    assert hits[0].start is not None
    assert alt[hits[0].start : hits[0].end] == "508-555-0199"


def test_the_programs_name_is_screened_too_because_some_networks_show_it(shipped: Packs) -> None:
    story = parse({"text": "Officers helped today.", "program": "for_SSN_118-52-3306"})
    [found] = [each for each in screen(story, DEPARTMENT, shipped, AS_OF) if each.where == "program"]
    assert (found.level, found.evidence) == (Level.BLOCK, "118-52-3306")
    assert "for_SSN_118-52-3306"[found.start : found.end] == found.evidence


def test_no_program_of_the_corpus_is_flagged(shipped: Packs) -> None:
    programs = {row["program"] for row in stories() if row.get("program")}
    assert len(programs) > 20
    for program in programs:
        found = screen(parse({"text": "Thank you, all.", "program": program}), DEPARTMENT, shipped, AS_OF)
        assert [each for each in found if each.where == "program"] == []


def test_what_a_picture_only_shows_has_no_offsets(shipped: Packs) -> None:
    (hit,) = found(shipped, photos=[{"alt": "A dog on a wide green lawn", "contains": "call 508-555-0199"}])
    assert (hit.where, hit.index, hit.start, hit.end) == ("photo", 0, None, None)
    assert hit.evidence == "508-555-0199"


def test_a_rule_that_fails_is_a_block_that_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = packs(tmp_path, PLAIN)

    def dies(*_: Any) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(Phrases, "spans", dies)
    (failed,) = found(book, "anything")
    assert (failed.rule, failed.level, failed.start) == ("test-rule", Level.BLOCK, None)
    assert "failed (RuntimeError)" in failed.says


def test_a_rule_that_runs_out_of_time_is_a_block_that_names_it(tmp_path: Path) -> None:
    # Slow only on a text that no probe knows: the probes hold no "qz".
    book = packs(tmp_path, rule("kind = 'pattern'\npattern = 'bad|(?:qz|qzqz)*!k'"))
    (failed,) = found(book, "qz" * 9000)
    assert (failed.rule, failed.level) == ("test-rule", Level.BLOCK)
    assert "ran out of time" in failed.says


def test_the_longest_text_is_screened_within_two_seconds(shipped: Packs) -> None:
    text = ("Officers helped 9-year-old Emma Diaz on Sat Nov 29 at 412 Elm St, damn, call 508-555-0199! 🎄 " * 250)[
        :20_000
    ]
    story = StoryDocument(text=text)
    before = time.process_time()
    findings = screen(story, DEPARTMENT, shipped, DAY)
    assert time.process_time() - before < 2
    assert not [one for one in findings if "time" in one.says]
    assert {"pii.phone", "minor.name", "profanity"} <= {one.family for one in findings}


@pytest.mark.parametrize(
    "text", ["a" * 20_000, "1" * 20_000, " a" * 10_000, "A" * 20_000, "🎄" * 20_000, ".-@" * 6_000]
)
def test_dull_long_texts_do_not_exhaust_any_shipped_rule(shipped: Packs, text: str) -> None:
    before = time.process_time()
    assert not [one.rule for one in found(shipped, text) if "out of time" in one.says]
    assert time.process_time() - before < 2


def test_absent_fields_are_no_findings_of_their_own(shipped: Packs) -> None:
    assert found(shipped, "A quiet day.", when=None, where=None, people=[], photos=[], videos=[]) == []


def test_people_without_names_and_pictures_without_words_are_taken(shipped: Packs) -> None:
    families = {one.family for one in found(shipped, people=[{"minor": True}], photos=[{}], videos=[{}])}
    assert families == {"minor.no_consent", "accessibility.missing_alt", "accessibility.missing_captions"}


OTHER = 'kind = "phrases"\nphrases = ["x"]'


def test_a_rule_waits_for_the_day_it_takes_effect(tmp_path: Path) -> None:
    book = packs(
        tmp_path, PLAIN + "effective = 2026-07-01\nuntil = 2026-12-31\n" + rule(OTHER, name="other-rule", bad='["x"]')
    )
    assert found(book, "bad", as_of=date(2026, 6, 30)) == []
    assert len(found(book, "bad", as_of=date(2026, 7, 1))) == 1
    assert found(book, "bad", as_of=date(2027, 1, 1)) == []


def test_accessibility_becomes_a_block_on_its_day_by_size_of_the_city(tmp_path: Path) -> None:
    book = packs(tmp_path, PLAIN + "block_from = 2027-04-26\nblock_from_small = 2028-04-26\n")
    story, town = parse({"text": "bad"}), DEPARTMENT.model_copy(update={"population": 900})
    levels = [
        screen(story, place, book, day)[0].level
        for place in (DEPARTMENT, town)
        for day in (date(2027, 4, 25), date(2027, 4, 26), date(2028, 4, 26))
    ]
    assert levels == ["warn", "block", "block", "warn", "warn", "block"]
