"""A department may make a rule weigh less, with its reason, in the open; and never so that nothing is checked."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from socialpub.model.finding import Level
from socialpub.policy.packs import PackError, load
from tests.policy.packing import DAY, PLAIN, folder, found, packs
from tests.town import ROOT

BLOCK = PLAIN.replace('"warn"', '"block"')
OTHER = PLAIN.replace("test-rule", "other-rule")

LOWERINGS = [
    ('level = "note"', "level: block → note"),
    ('level = "warn"', "level: block → warn"),
    ("until = 2020-01-01", "holds only until 2020-01-01"),
    ("effective = 2030-01-01", "effective: always → 2030-01-01"),
    ('except = ["bad hair"]', 'harmless phrases added: "bad hair"'),
]


@pytest.mark.parametrize(("change", "words"), LOWERINGS)
def test_what_makes_a_rule_weigh_less_needs_its_reason(tmp_path: Path, change: str, words: str) -> None:
    with pytest.raises(PackError, match="weigh less") as caught:
        packs(tmp_path, BLOCK, local=f"[test-rule]\n{change}\n")
    assert str(caught.value).startswith("local/ours.toml: [test-rule]: ")
    assert words in str(caught.value)
    with pytest.raises(PackError, match="weigh less"):
        packs(tmp_path, BLOCK, local=f'[test-rule]\n{change}\nbecause = " "\n')


@pytest.mark.parametrize(("change", "words"), LOWERINGS)
def test_with_its_reason_it_is_done_and_listed(tmp_path: Path, change: str, words: str) -> None:
    book = packs(tmp_path, BLOCK, local=f'[test-rule]\n{change}\nbecause = "The Chief, 3 May"\n')
    (lowered,) = book.lowered
    assert (lowered.rule, lowered.what, lowered.source) == ("test-rule", words, "local/ours.toml")
    assert (lowered.because, lowered.blocked) == ("The Chief, 3 May", True)


@pytest.mark.parametrize("change", ['level = "attest"', 'level = "block"', 'says = "No."', "block_from = 2026-01-01"])
def test_what_makes_a_rule_weigh_as_much_or_more_needs_none(tmp_path: Path, change: str) -> None:
    assert packs(tmp_path, PLAIN, local=f"[test-rule]\n{change}\n").lowered == ()


@pytest.mark.parametrize("key", ["block_from", "block_from_small", "effective"])
def test_a_later_day_weighs_less_and_an_earlier_one_does_not(tmp_path: Path, key: str) -> None:
    core = PLAIN + f"{key} = 2026-05-01\n"
    assert packs(tmp_path, core, local=f"[test-rule]\n{key} = 2026-04-30\n").lowered == ()
    with pytest.raises(PackError, match=f"{key}: 2026-05-01 → 2026-05-02"):
        packs(tmp_path, core, local=f"[test-rule]\n{key} = 2026-05-02\n")


def test_a_later_end_does_not_weigh_less(tmp_path: Path) -> None:
    core = PLAIN + "until = 2026-07-01\n"
    assert packs(tmp_path, core, local="[test-rule]\nuntil = 2026-08-01\n").lowered == ()
    with pytest.raises(PackError, match="holds only until"):
        packs(tmp_path, core, local="[test-rule]\nuntil = 2026-06-30\n")


def test_a_states_law_is_its_own_reason(tmp_path: Path) -> None:
    change = '[test-rule]\nlevel = "note"\ncite = "Cal. Penal Code 1"\n'
    with pytest.raises(PackError, match=r"states/ca\.toml: \[test-rule\]: this makes the rule weigh less"):
        load(folder(tmp_path, core=BLOCK, ca=change), "CA")
    book = load(folder(tmp_path, core=BLOCK, ca=change + 'authority = "state law"\n'), "CA")
    assert [one.because for one in book.lowered] == ["Cal. Penal Code 1"]


def test_a_rule_switched_off_is_listed_with_whether_it_could_block(tmp_path: Path) -> None:
    book = packs(tmp_path, BLOCK + OTHER, local='[test-rule]\noff = "The Chief"\n')
    assert [(one.rule, one.what, one.because, one.blocked) for one in book.lowered] == [
        ("test-rule", "off", "The Chief", True)
    ]


def test_packs_of_which_every_rule_is_off_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="every rule is switched off"):
        packs(tmp_path, PLAIN, local='[test-rule]\noff = "The Chief"\n')


def test_a_rule_that_would_never_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"until \(2020-01-01\) is before effective \(2021-01-01\)"):
        packs(tmp_path, PLAIN + "effective = 2021-01-01\nuntil = 2020-01-01\n")


def test_a_rule_out_of_its_time_is_named_with_its_day(tmp_path: Path) -> None:
    book = packs(tmp_path, PLAIN + "until = 2020-01-01\n" + OTHER + "effective = 2030-01-01\n")
    assert book.asleep(DAY) == {
        "test-rule": "not in force since 2020-01-01",
        "other-rule": "not in force until 2030-01-01",
    }
    assert book.asleep(date(2030, 1, 1)) == {"test-rule": "not in force since 2020-01-01"}


def test_a_day_without_any_rule_in_force_is_a_block(tmp_path: Path) -> None:
    book = packs(tmp_path, PLAIN + "until = 2020-01-01\n")
    (finding,) = found(book, "bad")
    assert (finding.level, finding.says) == (Level.BLOCK, f"No guideline is in force on {DAY}.")


LISTS = '[words]\npet = ["dogs?"]\nnot_names = ["the"]\n' + BLOCK
ADDED = '[words]\npet = ["dogs?", "ferrets?", "cats?"]\nours = ["cod"]\n'


def test_words_added_to_our_lists_need_their_reason(tmp_path: Path) -> None:
    with pytest.raises(PackError) as caught:
        packs(tmp_path, LISTS, local=ADDED)
    assert str(caught.value).startswith(
        "local/ours.toml: [words]: this makes rules weigh less (pet: added cats?, ferrets?)"
    )
    with pytest.raises(PackError, match="needs the reason in words"):
        packs(tmp_path, LISTS, local=ADDED + "because = []\n")


def test_words_added_with_their_reason_are_listed(tmp_path: Path) -> None:
    book = packs(tmp_path, LISTS, local=ADDED + 'because = "The Chief, 3 May"\n')
    assert [str(one) for one in book.lowered] == [
        "words: pet: added cats?, ferrets? (local/ours.toml): The Chief, 3 May"
    ]
    assert book.lowered[0].blocked
    assert "because" not in book.words
    assert book.words["pet"] == ("cats?", "dogs?", "ferrets?")


def test_lists_of_ones_own_and_words_that_are_there_need_none(tmp_path: Path) -> None:
    folder(tmp_path, core=LISTS, local='[words]\npet = ["dogs?"]\nours = ["cod"]\n')
    (tmp_path / "local" / "zebra.toml").write_text('[words]\nours = ["haddock"]\n', "utf-8")
    book = load(tmp_path)
    assert book.lowered == ()
    assert book.words["ours"] == ("cod", "haddock")


def test_a_states_list_is_not_added_to_in_silence_either(tmp_path: Path) -> None:
    folder(tmp_path, core=PLAIN, ma='[words]\nshield = ["oath"]\n', local='[words]\nshield = ["badge"]\n')
    with pytest.raises(PackError, match="shield: added badge"):
        load(tmp_path, "MA")


def test_a_childs_name_that_is_to_be_no_name_is_never_silent(tmp_path: Path) -> None:
    own = shutil.copytree(ROOT / "policies", tmp_path / "own")
    text, words = "Officers met 9-year-old Liam Santoro at the fair.", '[words]\nnot_names = ["liam", "santoro"]\n'
    assert any(finding.level is Level.BLOCK for finding in found(load(own, "MA"), text))
    (own / "local" / "ours.toml").write_text(words, "utf-8")
    with pytest.raises(PackError, match="not_names: added liam, santoro"):
        load(own, "MA")
    (own / "local" / "ours.toml").write_text(words + 'because = "Liam Santoro is our ship."\n', "utf-8")
    assert [(one.rule, one.what) for one in load(own, "MA").lowered] == [("words", "not_names: added liam, santoro")]


def test_what_weighs_less_is_another_version(tmp_path: Path) -> None:
    one = packs(tmp_path / "a", PLAIN, local='[test-rule]\nlevel = "note"\nbecause = "x"\n')
    assert one.version != packs(tmp_path / "b", PLAIN).version
