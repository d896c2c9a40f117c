"""No text makes a pattern explode, ours or the packs'; and where one did, the story is blocked, not held up."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import regex

from socialpub.model.finding import Level
from socialpub.policy import matching, passage, screen
from socialpub.policy.matching import Trusted, compiled
from socialpub.policy.packs import Packs, load
from socialpub.policy.passage import Passage
from tests.policy import growth
from tests.policy.packing import PLAIN, found, packs, rule
from tests.policy.score import POLICIES

_SLOW = r"Q|(?:qz|qzqz)*!k"


@pytest.fixture(scope="module")
def shipped() -> Packs:
    return load(POLICIES, "CA")


def test_no_pattern_that_reads_stories_grows_faster_than_the_text(
    shipped: Packs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(growth, "ENDS", ("x",))  # `python -m tests.policy.growth` tries the others
    searches = growth.searches(shipped)
    assert len(searches) > 100
    assert [one for source, search in searches.items() for one in growth.superlinear(search, source)] == []


def test_the_measure_sees_a_pattern_that_does() -> None:
    square = regex.compile(r"Q|\w+!k", regex.VERSION0)
    seen = growth.superlinear(lambda text: list(square.finditer(text, timeout=0.25)))
    assert next(seen).times > growth.MOST


def test_every_pattern_of_our_own_is_made_where_the_limit_is() -> None:
    assert all(isinstance(one, Trusted) for one in matching.TRUSTED.values())
    assert {"finditer", "findall", "match", "sub"} <= set(dir(Trusted))
    slow = Trusted(_SLOW)
    for search in (slow.finditer, slow.findall, slow.match, lambda text: slow.sub("", text)):
        with pytest.raises(TimeoutError):
            search("qz" * 9000)


#: Each held screening for seconds or for ever, at 20,000 characters.
@pytest.mark.parametrize("unit", [".", "@", "A'", "😀\u200d", "1,", "a.", "!?", "12 Main St ", "A ", "http://a "])
def test_a_text_of_one_thing_runs_no_rule_out_of_time(shipped: Packs, unit: str) -> None:
    findings = found(shipped, "x" + (unit * 20_000)[:19_990])
    assert not [one.rule for one in findings if "out of time" in one.says or "failed" in one.says]


def test_a_search_of_ours_that_runs_out_of_time_is_a_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = packs(tmp_path, rule('kind = "near"\nfirst = "bad"\nsecond = "dog"\nwithin = 3', bad='["bad dog"]'))
    monkeypatch.setattr(passage, "_END", Trusted(_SLOW))
    (failed,) = found(book, "bad dog " + "qz" * 9000)
    assert (failed.rule, failed.level) == ("test-rule", Level.BLOCK)
    assert "ran out of time" in failed.says


def test_when_all_rules_together_take_too_long_those_left_are_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks: Iterator[float] = iter([0.0, 1.0, screen.BUDGET_S + 1])
    monkeypatch.setattr(screen, "thread_time", lambda: next(ticks))
    book = packs(tmp_path, PLAIN + PLAIN.replace("test-rule", "other-rule"))
    told = {one.rule: (one.level, "ran out of time" in one.says) for one in found(book, "bad")}
    assert told == {"test-rule": (Level.WARN, False), "other-rule": (Level.BLOCK, True)}


def test_a_rule_that_strikes_very_often_lists_its_first_places_and_counts_the_rest(
    tmp_path: Path,
) -> None:
    book = packs(tmp_path, PLAIN)
    assert len(found(book, "bad " * screen.MOST)) == screen.MOST
    findings = found(book, "bad " * (screen.MOST + 7))
    (rest,) = [one for one in findings if one.start is None]
    assert "strikes in 7 more places" in rest.says
    assert (rest.rule, rest.level, rest.evidence) == ("test-rule", Level.WARN, None)
    starts = [one.start for one in findings if one.start is not None]
    assert starts == [4 * at for at in range(screen.MOST)]
    assert findings == found(book, "bad " * (screen.MOST + 7))


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two!", ["One. ", "Two!"]),
        ("Sgt. Lee came. He left.", ["Sgt. Lee came. ", "He left."]),
        ("At 8 a.m... Then we ran.", ["At 8 a.m... ", "Then we ran."]),
        ('"Stop!" she said. (Twice.) Then', ['"Stop!" ', "she said. ", "(Twice.) ", "Then"]),
        ("Wait... what?! No.", ["Wait... ", "what?! ", "No."]),
        ("Party 🎄 Bring cookies", ["Party 🎄 ", "Bring cookies"]),
        ("Line\nLine", ["Line\n", "Line"]),
    ],
)
def test_a_text_is_parted_into_sentences(text: str, sentences: list[str]) -> None:
    assert [text[start:end] for start, end in Passage("text", 0, "text", text).sentences] == sentences


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Call 911 @now", ["Call", "911", "@now"]),
        ("it's R&D", ["it's", "R&D"]),
        ("- -- @@ #", []),
        ("a@@ b", ["a@@", "b"]),
    ],
)
def test_words_are_counted_where_they_start(text: str, words: list[str]) -> None:
    assert [text[start:].split(maxsplit=1)[0] for start in Passage("text", 0, "text", text).words] == words


def test_a_sentence_is_searched_once_for_what_excuses_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = packs(tmp_path, rule('kind = "phrases"\nphrases = ["bad"]\nunless = "excused"'))
    asked: list[int] = []
    within = type(compiled("excused")).within

    def counted(self: matching.Compiled, *given: object) -> bool:
        asked.append(1)
        return within(self, *given)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(matching.Compiled, "within", counted)
    assert len(found(book, "bad bad bad bad. bad bad, excused")) == 4
    assert len(asked) == 2
