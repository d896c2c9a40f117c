"""Scores the packs on the labelled corpus: `python -m tests.policy.score [odd|even] [--misses]`.

Recall is counted in families per story; a false finding is a clean story with a block or a warn outside
what its label tolerates. Tune on the odd half; look at the even half only to check.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from socialpub.model.document import parse
from socialpub.model.finding import Finding, Level
from socialpub.policy.packs import Packs, load
from socialpub.policy.screen import screen
from socialpub.settings import Department

CORPUS = Path(__file__).parent / "corpus"
POLICIES = Path(__file__).parents[2] / "policies"
AS_OF = date(2026, 11, 20)
#: What a reviewer has to act on.
LOUD = frozenset({Level.BLOCK, Level.WARN})


@dataclass
class Score:
    """The counts of one half."""

    expected: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    clean: int = 0
    false_loud: list[tuple[str, list[Finding]]] = field(default_factory=list)
    false_any: int = 0
    misses: list[tuple[str, str]] = field(default_factory=list)
    surplus: list[tuple[str, Finding]] = field(default_factory=list)
    placed: int = 0  # findings of an expected family, in the text
    overlapping: int = 0  # those that touch the labelled evidence
    subtle: Counter[bool] = field(default_factory=Counter)
    subtle_found: Counter[bool] = field(default_factory=Counter)

    @property
    def recall(self) -> float:
        return self.found.total() / self.expected.total()

    @property
    def false_rate(self) -> float:
        return len(self.false_loud) / self.clean


@cache
def department() -> Department:
    return Department.model_validate_json((CORPUS / "department.json").read_text("utf-8"))


@cache
def stories() -> tuple[dict[str, Any], ...]:
    lines = (CORPUS / "stories.jsonl").read_text("utf-8").splitlines()
    return tuple(json.loads(line) for line in lines if line.strip())


def half(parity: str) -> list[dict[str, Any]]:
    return [story for story in stories() if int(story["id"][3:]) % 2 == (parity == "odd")]


def score(packs: Packs, rows: Iterable[dict[str, Any]]) -> Score:
    total = Score()
    for row in rows:
        findings = screen(parse(row, labelled=True), department(), packs, AS_OF)
        _count_clean(total, row, findings) if row["clean"] else _count_bad(total, row, findings)
    return total


def _count_clean(total: Score, row: dict[str, Any], findings: list[Finding]) -> None:
    total.clean += 1
    wrong = [finding for finding in findings if finding.family not in row["tolerated"]]
    total.false_any += bool(wrong)
    if loud := [finding for finding in wrong if finding.level in LOUD]:
        total.false_loud.append((row["id"], loud))


def _count_bad(total: Score, row: dict[str, Any], findings: list[Finding]) -> None:
    expected = {label["family"] for label in row["expected"]}
    found = {finding.family for finding in findings}
    total.expected.update(expected)
    total.found.update(expected & found)
    total.subtle[row["subtle"]] += len(expected)
    total.subtle_found[row["subtle"]] += len(expected & found)
    total.misses += [(row["id"], family) for family in sorted(expected - found)]
    for finding in findings:
        if finding.family not in expected | set(row["tolerated"]):
            total.surplus.append((row["id"], finding))
        elif finding.family in expected and finding.where == "text":
            _count_place(total, row, finding)


def _count_place(total: Score, row: dict[str, Any], finding: Finding) -> None:
    for label in row["expected"]:
        if label["family"] == finding.family and label["evidence"] and finding.start is not None:
            start = row["text"].index(label["evidence"])
            if finding.start < start + len(label["evidence"]) and start < (finding.end or 0):
                total.overlapping += 1
                break
    total.placed += 1


def report(total: Score, *, misses: bool) -> Iterable[str]:
    yield f"recall {total.recall:.3f} ({total.found.total()}/{total.expected.total()})"
    for subtle in (False, True):
        name = "subtle" if subtle else "plain"
        yield f"  {name} {total.subtle_found[subtle]}/{total.subtle[subtle]}"
    yield f"false on clean {total.false_rate:.3f} ({len(total.false_loud)}/{total.clean})"
    yield f"  at any level {total.false_any}"
    yield f"evidence {total.overlapping}/{total.placed} touch the label"
    for family in sorted(total.expected):
        yield f"  {family:34} {total.found[family]}/{total.expected[family]}"
    for name, findings in total.false_loud if misses else ():
        yield f"FALSE {name} " + "; ".join(f"{finding.rule}: {finding.evidence!r}" for finding in findings)
    for name, family in total.misses if misses else ():
        yield f"MISS {name} {family}"
    for name, finding in total.surplus if misses else ():
        yield f"SURPLUS {name} {finding.rule}: {finding.evidence!r}"


def main() -> None:
    packs = load(POLICIES)
    chosen = [word for word in ("odd", "even") if word in sys.argv] or ["odd", "even"]
    for parity in chosen:
        print(f"== {parity}")  # noqa: T201  # a tool for the terminal
        for line in report(score(packs, half(parity)), misses="--misses" in sys.argv):
            print(line)  # noqa: T201  # a tool for the terminal


if __name__ == "__main__":
    main()
