"""Packs load whole or not at all, and the refusal says where, why and what to do."""

import time
from pathlib import Path

import pytest

from socialpub.model.finding import Level
from socialpub.policy.packs import PackError, load
from tests.policy.packing import PLAIN, folder, found, packs, rule
from tests.policy.score import POLICIES


def refusal(tmp_path: Path, core: str, **layers: str) -> str:
    with pytest.raises(PackError) as caught:
        packs(tmp_path, core, **layers)
    return str(caught.value)


def test_a_pack_that_is_not_toml_is_refused_with_file_and_line(tmp_path: Path) -> None:
    message = refusal(tmp_path, "[test-rule\nkind = ")
    assert message.startswith("core/test.toml: this is not TOML")
    assert "line 1" in message


def test_a_pack_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (folder(tmp_path, core=PLAIN) / "core" / "test.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PackError, match=r"core/test\.toml: it cannot be read.*UTF-8"):
        load(tmp_path)


def test_an_unknown_kind_is_refused_with_a_suggestion(tmp_path: Path) -> None:
    message = refusal(tmp_path, rule('kind = "phrase"\nphrases = ["bad"]'))
    assert 'core/test.toml: [test-rule]: unknown kind "phrase" (did you mean "phrases"?)' in message


def test_a_rule_without_a_kind_is_refused(tmp_path: Path) -> None:
    assert 'it has no "kind"' in refusal(tmp_path, rule('phrases = ["bad"]'))


def test_an_unknown_key_is_refused_with_a_suggestion(tmp_path: Path) -> None:
    message = refusal(tmp_path, PLAIN + 'exept = ["x"]\n')
    assert 'unknown key "exept" (did you mean "except"?)' in message


def test_an_unknown_level_is_refused_with_the_levels(tmp_path: Path) -> None:
    message = refusal(tmp_path, PLAIN.replace('"warn"', '"warning"'))
    assert '"level"' in message
    assert "'block'" in message


@pytest.mark.parametrize("key", ["bad", "good", "cite", "says", "why", "family"])
def test_a_rule_without_what_every_rule_needs_is_refused(tmp_path: Path, key: str) -> None:
    lines = [line for line in PLAIN.splitlines() if not line.startswith(key)]
    assert f'"{key}" is missing' in refusal(tmp_path, "\n".join(lines))


def test_a_rule_with_empty_examples_is_refused(tmp_path: Path) -> None:
    assert '"bad" is empty' in refusal(tmp_path, rule('kind = "phrases"\nphrases = ["bad"]', bad="[]"))


def test_a_rule_that_misses_its_own_bad_example_is_refused(tmp_path: Path) -> None:
    message = refusal(tmp_path, rule('kind = "phrases"\nphrases = ["worse"]'))
    assert 'does not find its own bad example "bad"' in message


def test_a_rule_that_strikes_its_own_good_example_is_refused(tmp_path: Path) -> None:
    message = refusal(tmp_path, rule('kind = "phrases"\nphrases = ["bad", "good"]'))
    assert 'finds its own good example "good" (it finds "good")' in message


def test_an_example_with_an_unknown_key_is_refused(tmp_path: Path) -> None:
    message = refusal(tmp_path, rule('kind = "phrases"\nphrases = ["bad"]', bad='[{ txt = "bad" }]'))
    assert '"bad": unknown key "txt" (did you mean "text"?)' in message


def test_a_broken_pattern_is_refused(tmp_path: Path) -> None:
    assert "is not a pattern" in refusal(tmp_path, rule("kind = 'pattern'\npattern = '(bad'"))


@pytest.mark.parametrize("slow", ["(a+)+$", "(b|b)*c", "(?:x+x+)+y", r"(\w+\s?)*!z"])
def test_a_pattern_that_can_run_away_is_refused_soon(tmp_path: Path, slow: str) -> None:
    before = time.process_time()
    message = refusal(tmp_path, rule(f"kind = 'pattern'\npattern = 'bad|{slow}'"))
    assert "takes too long" in message
    assert time.process_time() - before < 2


def test_an_unknown_token_class_is_refused(tmp_path: Path) -> None:
    body = 'kind = "near"\nfirst = "PERSONS_NAME"\nsecond = "bad"\nwithin = 3'
    assert "PERSONS_NAME is no token class" in refusal(tmp_path, rule(body))


def test_an_unknown_word_list_is_refused_with_a_suggestion(tmp_path: Path) -> None:
    core = '[words]\nchild = ["kid"]\n' + rule('kind = "pattern"\npattern = "{chld}"')
    assert 'there is no word list "chld" (did you mean "child"?)' in refusal(tmp_path, core)


def test_an_empty_folder_is_refused_because_it_would_find_nothing(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="no rule in core"):
        load(tmp_path)


def test_a_state_that_is_no_state_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="two letters"):
        load(folder(tmp_path, core=PLAIN), "../etc")


def test_a_key_outside_any_rule_is_refused(tmp_path: Path) -> None:
    assert "stands outside any rule" in refusal(tmp_path, 'level = "warn"\n' + PLAIN)


def test_the_states_pack_is_laid_over_the_core(tmp_path: Path) -> None:
    folder(tmp_path, core=PLAIN, ma='[test-rule]\nlevel = "block"\n')
    assert load(tmp_path).rules[0].level == Level.WARN
    state = load(tmp_path, "MA")
    assert state.rules[0].level == Level.BLOCK
    assert state.where == {"test-rule": "state"}


def test_the_department_may_change_a_level(tmp_path: Path) -> None:
    book = packs(tmp_path, PLAIN, local='[test-rule]\nlevel = "note"\nbecause = "we are a dog club"\n')
    assert [finding.level for finding in found(book, "bad dog")] == [Level.NOTE]
    assert book.where["test-rule"] == "local"


def test_the_department_may_add_harmless_phrases(tmp_path: Path) -> None:
    book = packs(tmp_path, PLAIN, local='[test-rule]\nexcept = ["bad hair day"]\nbecause = "the barber"\n')
    assert found(book, "A bad hair day") == []
    assert len(found(book, "A bad day")) == 1


def test_a_harmless_phrase_that_swallows_the_rule_is_refused(tmp_path: Path) -> None:
    message = refusal(tmp_path, PLAIN, local='[test-rule]\nexcept = ["bad"]\nbecause = "why not"\n')
    assert message.startswith("local/ours.toml: [test-rule]: it does not find its own bad example")


def test_a_rule_is_switched_off_only_with_a_reason(tmp_path: Path) -> None:
    other = PLAIN.replace("test-rule", "other-rule")
    book = packs(tmp_path, PLAIN + other, local='[test-rule]\noff = "The Chief, 3 May: not ours"\n')
    assert [one.id for one in book.rules] == ["other-rule"]
    assert book.off == {"test-rule": "The Chief, 3 May: not ours"}
    assert "off needs the reason" in refusal(tmp_path, PLAIN + other, local="[test-rule]\noff = true\n")


def test_changing_an_unknown_rule_is_refused_with_a_suggestion(tmp_path: Path) -> None:
    message = refusal(tmp_path, PLAIN, local='[tset-rule]\nlevel = "note"\n')
    assert 'local/ours.toml: [tset-rule]: there is no such rule to change (did you mean "test-rule"?)' in message


def test_changing_how_a_rule_finds_is_refused(tmp_path: Path) -> None:
    message = refusal(tmp_path, PLAIN, local='[test-rule]\nphrases = ["x"]\n')
    assert '"phrases" cannot be changed here' in message


def test_two_rules_of_one_name_are_refused(tmp_path: Path) -> None:
    assert "there is a rule of this name in core/test.toml" in refusal(tmp_path, PLAIN, local=PLAIN)


def test_the_department_may_add_rules_and_words(tmp_path: Path) -> None:
    local = '[words]\npet = ["ferrets?"]\n' + rule(
        'kind = "pattern"\npattern = "{pet}"', name="no-ferrets", bad='["a ferret"]'
    )
    book = packs(tmp_path, PLAIN, local=local)
    assert book.where["no-ferrets"] == "local"
    assert len(found(book, "Two ferrets")) == 1


def test_the_version_is_that_of_the_contents_not_of_the_files(tmp_path: Path) -> None:
    one = packs(tmp_path / "a", PLAIN)
    (tmp_path / "b" / "core").mkdir(parents=True)
    (tmp_path / "b" / "core" / "elsewhere.toml").write_text("# a comment\n" + PLAIN, "utf-8")
    assert load(tmp_path / "b").version == one.version
    assert packs(tmp_path / "c", PLAIN.replace("Because.", "Since.")).version != one.version
    assert packs(tmp_path / "d", PLAIN, local='[test-rule]\nlevel = "block"\n').version != one.version


def test_the_shipped_packs_load_with_every_state() -> None:
    for state in ["", *(path.stem.upper() for path in (POLICIES / "states").glob("*.toml"))]:
        assert len(load(POLICIES, state).rules) >= 25


def test_the_shipped_rules_are_of_at_least_ten_kinds_and_thirty_families() -> None:
    rules = load(POLICIES).rules
    assert len({one.kind for one in rules}) >= 10
    assert len({one.family for one in rules}) >= 30
