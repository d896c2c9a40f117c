"""Nobody approves what they did not look at: the fingerprint covers all that is judged, and must be given."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from socialpub.desk import find
from socialpub.desk.approve import approve
from socialpub.desk.prepare import prepare
from socialpub.desk.revise import revise
from socialpub.desk.seen import posts_of
from socialpub.desk.submit import KeptFile, submit
from socialpub.model.finding import Level
from socialpub.store.schema import Asset, Channel, PostRow, Revision, Story
from socialpub.store.transaction import Transaction
from tests.desk.stories import declined, document, in_review, say_yes, state_of, told
from tests.flow.networks import picture
from tests.town import TEXT, Town, looked_at

LATER = "2026-11-27T10:00:00Z"


def _approve(here: Town, story: str, seen: str) -> Callable[[], object]:
    return lambda: approve(here.app.db, here.who("mhale"), story, here.app.terms, seen)


@pytest.mark.parametrize("nothing", ["", " ", "\n"])
def test_an_approval_says_what_was_looked_at(here: Town, nothing: str) -> None:
    story = in_review(here)
    declined(here, "say what you looked at: `socialpub show", _approve(here, story, nothing))
    assert state_of(here, Story, story) == "in_review"


@pytest.mark.parametrize("wrong", ["0" * 16, "0", "zz", "é", "%"])
def test_another_fingerprint_is_declined(plain: Town, wrong: str) -> None:
    declined(plain, "this is not what you looked at", _approve(plain, in_review(plain), wrong))


def test_a_part_of_the_fingerprint_is_not_enough(plain: Town) -> None:
    story = in_review(plain)
    seen = looked_at(plain.app.db, story)
    assert len(seen) == 16
    declined(plain, "not what you looked at", _approve(plain, story, seen[:8]))
    declined(plain, "not what you looked at", _approve(plain, story, seen + "0"))
    _approve(plain, story, f" {seen.upper()}\n")()


def test_an_embargo_lifted_after_the_look_is_not_approved(here: Town) -> None:
    """The words are the same; only when they go out is another."""
    story = in_review(here, not_before=LATER)
    seen = looked_at(here.app.db, story)
    revise(here.app.db, here.who("jruiz"), story, document(urgency="today"))
    prepare(here.app.workshop, story)
    declined(here, "this is not what you looked at", _approve(here, story, seen))
    here.turn()
    assert here.published() == []


CHANGES: Mapping[str, dict[str, Any]] = {
    "the words": {"text": TEXT + " Thanks."},
    "not before": {"not_before": LATER},
    "the deadline": {"deadline": "2026-11-28T10:00:00Z"},
    "the event": {"when": "2026-11-28"},
    "the urgency": {"urgency": "today"},
    "the place": {"where": "Veterans Park"},
    "the program": {"program": "coffee_with_a_cop"},
    "the channels": {"channels": ["outbox"]},
    "a person": {"people": [{"name": "Maya", "role": "child", "minor": True, "consent": True}]},
    "nothing but the revision": {},
}


@pytest.mark.parametrize("change", CHANGES)
def test_each_thing_that_is_judged_changes_the_fingerprint(plain: Town, change: str) -> None:
    story = in_review(plain)
    seen = looked_at(plain.app.db, story)
    revise(plain.app.db, plain.who("jruiz"), story, document(**{"text": TEXT, **CHANGES[change]}))
    prepare(plain.app.workshop, story)
    assert looked_at(plain.app.db, story) != seen


def _other_words(tx: Transaction) -> None:
    row = tx.session.scalars(select(PostRow)).one()
    row.body = {**row.body, "texts": ["Quite other words."]}


def _other_release(tx: Transaction) -> None:
    tx.session.scalars(select(Asset)).one().sha256 = "f" * 64


def _other_channel(tx: Transaction) -> None:
    second = tx.session.scalars(select(Channel.id).where(Channel.name == "second")).one()
    tx.session.scalars(select(PostRow)).one().channel_id = second


def _other_document(tx: Transaction, **keys: Any) -> None:
    row = tx.session.scalars(select(Revision)).one()
    row.document = {**row.document, **keys}


def _other_note(tx: Transaction) -> None:
    tx.session.scalars(select(PostRow)).one().notes = ["shortened"]


OTHERS = {
    "words": _other_words,
    "release": _other_release,
    "channel": _other_channel,
    "note": _other_note,
    "not before": partial(_other_document, not_before=LATER),
    "deadline": partial(_other_document, deadline=LATER),
    "urgency": partial(_other_document, urgency="today"),
    "event": partial(_other_document, when="2026-11-28"),
    "people": partial(_other_document, people=[]),
}


@pytest.mark.parametrize("tamper", OTHERS.values(), ids=OTHERS)
def test_what_is_changed_under_a_revision_changes_it_too(plain: Town, tamper: Callable[[Transaction], None]) -> None:
    plain.add_file_channel("second")
    people = [{"name": "Maya", "consent": True, "evidence": "release.pdf"}]
    whole = document(people=people, channels=["outbox"])
    release = KeptFile("release", 0, "e" * 64, name="release.pdf")
    story = submit(plain.app.db, plain.who("jruiz"), whole, (release,), "test").story
    prepare(plain.app.workshop, story)
    seen = looked_at(plain.app.db, story)
    with plain.app.db.transaction() as tx:
        tamper(tx)
    declined(plain, "this is not what you looked at", _approve(plain, story, seen))


def test_two_stories_of_the_same_words_have_two_fingerprints(plain: Town) -> None:
    one, two = in_review(plain, id="1"), in_review(plain, id="2")
    assert looked_at(plain.app.db, one) != looked_at(plain.app.db, two)
    declined(plain, "not what you looked at", _approve(plain, two, looked_at(plain.app.db, one)))


def test_what_is_not_prepared_has_nothing_to_look_at(plain: Town) -> None:
    assert looked_at(plain.app.db, told(plain)) == ""


def test_the_same_look_counts_until_something_changes(here: Town) -> None:
    story = in_review(here)
    seen = looked_at(here.app.db, story)
    assert looked_at(here.app.db, story) == seen
    assert partial(say_yes, here, "mhale", story)().planned


def test_a_character_that_hides_a_name_hides_it_neither_from_the_guidelines_nor_from_the_public(plain: Town) -> None:
    """In the words and in an alt text: both are published."""
    child = "Officers helped 9-year-old Em\ue000ma Diaz find her bike."
    plain.drop(photos={"a.jpg": picture("navy")})
    plain.turn()
    story = plain.story().id
    for text, photos in ((TEXT, [{"file": "a.jpg", "alt": child}]), (child, [])):
        revise(plain.app.db, plain.who("jruiz"), story, document(text, photos=photos))
        plain.turn()
        with plain.app.db.reading() as session:
            newest = find.newest(session, find.story(session, story))
            rules = {row.rule for row in find.findings(session, newest) if row.level is Level.BLOCK}
            body = posts_of(session, newest)[0].body
        assert "minor-named" in rules, photos
        assert "\ue000" not in repr([body["texts"], [each["alt"] for each in body["media"]]])
        assert "Emma Diaz" in repr(body)
