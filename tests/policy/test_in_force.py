"""The packs in force follow their files; broken ones change nothing, are told once, and never end the daemon."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from socialpub.policy import packs as packs_
from socialpub.policy.in_force import InForce
from socialpub.policy.packs import PackError, Packs, load
from tests.policy.packing import PLAIN, folder, rule

OTHER = PLAIN.replace("test-rule", "other-rule")


class House:
    """Packs in force, and what was told of them."""

    def __init__(self, place: Path) -> None:
        self.place, self.broken, self.changed = place, list[str](), list[str]()
        self.packs = InForce(folder(place, core=PLAIN), "", self.broken.append, self._noted)

    def _noted(self, packs: Packs) -> None:
        self.changed.append(packs.version)

    def write(self, local: str) -> None:
        folder(self.place, local=local)

    def rules(self) -> list[str]:
        return [rule.id for rule in self.packs().rules]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_a_changed_file_is_read_again(house: House) -> None:
    assert house.rules() == ["test-rule"]
    house.write(OTHER)
    assert house.rules() == ["test-rule", "other-rule"]
    assert house.broken == []


def test_each_new_book_is_told_once_and_the_first_too(house: House) -> None:
    for local in ("", "", OTHER, OTHER):
        house.write(local)
        house.rules()
    assert len(house.changed) == len(set(house.changed)) == 2


def _nested(depth: int) -> str:
    return rule(f"kind = 'pattern'\npattern = 'bad|{'(' * depth}a{')' * depth}'", name="other-rule")


BROKEN = {
    "no TOML": "[",
    "a kind that is a list": rule('kind = ["phrases"]', name="other-rule"),
    "a kind that is a table": rule("kind = { a = 1 }", name="other-rule"),
    "brackets in brackets": _nested(3_000),
    "lists in lists": "[other-rule]\nx = " + "[" * 5_000,
    "a number of 5,000 digits": "[other-rule]\nx = " + "9" * 5_000,
    "an exception from a rule whose exceptions are no list": OTHER + "except = 5\n",
}


@pytest.mark.parametrize("local", BROKEN.values(), ids=BROKEN)
def test_a_broken_change_is_told_once_and_the_last_good_packs_stay(house: House, local: str) -> None:
    house.write(local)
    assert [house.rules() for _ in range(3)] == [["test-rule"]] * 3
    (words,) = house.broken
    assert words.startswith("local/ours.toml: ")
    house.write("# mended")
    assert house.rules() == ["test-rule"]
    house.write(local)
    house.rules()
    assert len(house.broken) == 2


@pytest.mark.parametrize("local", BROKEN.values(), ids=BROKEN)
def test_policy_check_and_the_start_refuse_it_by_name(house: House, local: str) -> None:
    house.write(local)
    with pytest.raises(PackError, match=r"^local/ours\.toml: "):
        load(house.place)


def test_what_nobody_foresaw_is_a_refusal_too(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(*_: object) -> None:
        raise ZeroDivisionError("a bug")

    house.write(OTHER)
    monkeypatch.setattr(packs_, "prove", dies)
    assert house.rules() == ["test-rule"]
    assert "core/test.toml: [test-rule]: it cannot be used: a bug (ZeroDivisionError)" in house.broken[0]


def test_whoever_could_not_be_told_is_told_at_the_next_call(house: House) -> None:
    told: list[str] = []

    def fails_first(words: str) -> None:
        told.append(words)
        if len(told) == 1:
            raise OSError("the store is busy")

    packs = InForce(house.place, "", broken=fails_first)
    house.write("[")
    with pytest.raises(OSError, match="busy"):
        packs()
    assert len(packs().rules) == 1
    assert len(packs().rules) == 1
    assert len(told) == 2


def _vanishing(house: House) -> Callable[[], None]:
    gone = house.place / "local" / "gone.toml"
    gone.symlink_to(house.place / "nowhere")  # listed, and not there when it is looked at
    return gone.unlink


def test_a_file_that_goes_away_while_the_folder_is_read_does_no_harm(house: House) -> None:
    house.write(OTHER)
    mend = _vanishing(house)
    assert house.rules() == ["test-rule"]
    assert "local/gone.toml: it cannot be read" in house.broken[0]
    mend()
    os.utime(house.place / "local" / "ours.toml", (1, 1))
    assert house.rules() == ["test-rule", "other-rule"]


def test_a_mark_before_the_text_is_passed_over(house: House) -> None:
    house.write("\ufeff" + OTHER)
    assert house.rules() == ["test-rule", "other-rule"]
