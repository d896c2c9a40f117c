"""Screens a story: every rule in force, every place it strikes. The same values give the same findings."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from time import thread_time
from typing import Final

from socialpub.model.document import StoryDocument
from socialpub.model.finding import Finding, Level
from socialpub.policy.kinds.base import Hit
from socialpub.policy.packs import Packs
from socialpub.policy.rule import Rule
from socialpub.policy.spared import spared_by
from socialpub.policy.subject import Subject
from socialpub.settings import Department

#: Findings of one rule in one story, before the rest are only counted.
MOST: Final = 50
#: Processor seconds for one story, all rules together: twenty times what the longest text that is taken needs.
BUDGET_S: Final = 10.0


def screen(
    story: StoryDocument,
    department: Department,
    packs: Packs,
    as_of: date,
    spoken: Mapping[int, str] | None = None,
) -> list[Finding]:
    """What the packs find in the story on this day, sorted by where, index, start and rule.

    `spoken`: the words of each video's captions, by its place in the story; `start` and `end` count in them.

    A rule that fails or runs out of time is itself a `block`: what it guards has not been checked. A rule that
    strikes very often names its first places, and in one finding more how many others there are.
    """
    subject = Subject(story, department, as_of, spared_by(department), packs.words, spoken or {})
    ends = thread_time() + BUDGET_S
    rules = [rule for rule in packs.rules if rule.applies(as_of)]
    if not rules:
        return [_unchecked(as_of)]
    found = {finding for rule in rules for finding in _shown(rule, _findings(rule, subject, ends))}
    return sorted(found, key=_place)


def _shown(rule: Rule, findings: Iterable[Finding]) -> list[Finding]:
    """The first of them, and one that counts the rest: nobody reads thousands, and all are looked for again."""
    ordered = sorted(set(findings), key=_place)
    if len(ordered) <= MOST:
        return ordered
    rest = replace(
        ordered[0],
        where="text",
        index=0,
        start=None,
        end=None,
        evidence=None,
        instead=rule.instead,
        says=f"{rule.says} It strikes in {len(ordered) - MOST:,} more places, which are not listed.",
    )
    return [*ordered[:MOST], rest]


def _findings(rule: Rule, subject: Subject, ends: float) -> Iterator[Finding]:
    try:
        if thread_time() > ends:
            raise TimeoutError  # noqa: TRY301  # as if the rule's own search had taken too long
        hits = list(rule.check.find(subject))
    except Exception as error:  # noqa: BLE001  # whatever a rule dies of, the story must not pass unchecked
        yield _failed(rule, error)
        return
    level = rule.weight(subject.as_of, subject.department.population)
    for hit in hits:
        yield _finding(rule, hit, level)


def _finding(rule: Rule, hit: Hit, level: Level) -> Finding:
    return Finding(
        rule=rule.id,
        family=rule.family,
        level=level,
        where=hit.where,
        index=hit.index,
        start=hit.start,
        end=hit.end,
        evidence=hit.evidence,
        says=rule.says,
        why=rule.why,
        cite=rule.cite,
        instead=hit.instead or rule.instead,
    )


def _failed(rule: Rule, error: Exception) -> Finding:
    slow = isinstance(error, TimeoutError)
    reason = "ran out of time" if slow else f"failed ({type(error).__name__})"
    return Finding(
        rule=rule.id,
        family=rule.family,
        level=Level.BLOCK,
        where="text",
        index=0,
        start=None,
        end=None,
        evidence=None,
        says=f'The rule "{rule.id}" {reason} on this story.',
        why="What this rule guards has not been checked, so nobody knows that the story is fine.",
        cite=rule.cite,
        instead="Ask the administrator to look at the rule; shorten the text if it is very long.",
    )


def _unchecked(as_of: date) -> Finding:
    return Finding(
        rule="guidelines",
        family="guidelines",
        level=Level.BLOCK,
        where="text",
        index=0,
        start=None,
        end=None,
        evidence=None,
        says=f"No guideline is in force on {as_of}.",
        why="Nothing has been checked, so nobody knows that the story is fine.",
        cite="",
        instead="Ask the administrator to look at effective and until in the department's guidelines.",
    )


def _place(finding: Finding) -> tuple[str, int, int, str, int, str]:
    start = -1 if finding.start is None else finding.start
    return finding.where, finding.index, start, finding.rule, finding.end or -1, finding.evidence or ""
