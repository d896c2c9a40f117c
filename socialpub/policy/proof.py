"""Holds a rule to its own examples: what it calls bad it must find, what it calls good it must not."""

from collections.abc import Mapping
from datetime import date

from socialpub.policy.kinds.base import Hit
from socialpub.policy.rule import Example, Rule, RuleError
from socialpub.policy.spared import spared_by
from socialpub.policy.subject import Subject
from socialpub.settings import Department

#: Examples are read on this day unless they name another.
EXAMPLE_DAY = date(2026, 6, 1)
#: A department that no real one is; examples may use its telephone, host, park and people.
EXAMPLE_DEPARTMENT = Department(
    name="Example Police Department",
    short_name="EPD",
    city="Exampleton",
    population=60_000,
    phones={"main": "555-555-0100"},
    mail_domains=("examplepd.example",),
    link_hosts=("examplepd.example",),
    addresses=("100 Main Street",),
    public_places=("Central Park", "Example Elementary"),
    officers_named_ok=("Ofc. Dana Doe", "Sgt. Lee Roe"),
    k9=("Rex",),
)


def prove(rule: Rule, words: Mapping[str, tuple[str, ...]]) -> None:
    """Raises RuleError when an example disagrees with the rule."""
    for example in rule.bad:
        if not _hits(rule, example, words):
            raise RuleError(f"it does not find its own bad example {_quoted(example)}; mend the rule or the example")
    for example in rule.good:
        if hits := _hits(rule, example, words):
            found = f' (it finds "{hits[0].evidence}")' if hits[0].evidence else ""
            raise RuleError(f"it finds its own good example {_quoted(example)}{found}; mend the rule or the example")


def _hits(rule: Rule, example: Example, words: Mapping[str, tuple[str, ...]]) -> list[Hit]:
    department = EXAMPLE_DEPARTMENT
    subject = Subject(example.story, department, example.as_of or EXAMPLE_DAY, spared_by(department), words)
    try:
        return list(rule.check.find(subject))
    except TimeoutError:
        raise RuleError(
            f"it takes too long on its own example {_quoted(example)}; make its pattern simpler"
        ) from None


def _quoted(example: Example) -> str:
    text = example.story.text
    return '"' + (text if len(text) <= 80 else text[:77] + "...") + '"'
