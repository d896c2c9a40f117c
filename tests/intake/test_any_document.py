"""Whatever somebody writes into a story.toml, the answer is a document or a refusal in words; never a crash."""

import contextlib
import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socialpub.desk.declined import Declined
from socialpub.desk.submit import content_hash, files_named, plain_name
from socialpub.intake.folder import document_in
from socialpub.intake.opened import NotTaken
from socialpub.model.document import LABELS, DocumentError, Person, Photo, StoryDocument, Video, parse

KEYS = [*StoryDocument.model_fields, *Person.model_fields, *Photo.model_fields, *Video.model_fields, *LABELS]

WHOLE = b"""id = "desk-7"
text = "Officers helped a young resident find a lost bike."
program = "coffee_with_a_cop"
when = 2026-11-20
not_before = 2026-11-20T09:00:00
deadline = 2026-11-21T09:00:00Z
channels = ["outbox"]
urgency = "today"
[[people]]
name = "Maya"
minor = true
consent = true
[[photos]]
file = "a.jpg"
alt = "A bike."
"""
BITS = [b'"', b"[", b"]", b"=", b"\n", b"\0", b"\xff", b"\\u0000", b"9999", b"{"]
VALUES = [b"1", b"true", b'"x"', b"[]", b"nan", b"9" * 5_000]

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.dates()
    | st.datetimes()
    | st.sampled_from(["routine", "today", "2026-11-20", "0001-01-01T00:00:00+14:00", "\ud800", "\0"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=8), values, max_size=8), st.text(max_size=20))
@settings(max_examples=300)
def test_any_values_under_any_keys(data: dict[str, Any], text: str) -> None:
    for given_ in (data, data | {"text": text}):
        with contextlib.suppress(DocumentError):
            _can_be_kept(parse(given_, labelled=True))


def _can_be_kept(document: StoryDocument) -> None:
    """As JSON, as UTF-8, as a hash, and read back as the same."""
    kept = json.dumps(document.model_dump(mode="json", exclude_none=True), ensure_ascii=False).encode()
    assert b"\\u0000" not in kept
    assert StoryDocument.model_validate(json.loads(kept)) == document
    assert len(content_hash(document, ())) == 64
    with contextlib.suppress(Declined):
        for _, _, name in files_named(document):
            assert "/" not in plain_name(name)


def test_ten_thousand_spoiled_documents_crash_nothing() -> None:
    """Bytes of a good one cut, doubled, swapped and overwritten; the seed is fixed, so that a failure stays."""
    chance = random.Random(20261120)
    taken = 0
    for _ in range(10_000):
        with contextlib.suppress(NotTaken):
            _can_be_kept(document_in(_spoiled(chance).decode("utf-8", "replace"), "story.toml"))
            taken += 1
    assert 100 < taken < 9_900, "all alike: nothing was tried"


def _spoiled(chance: random.Random) -> bytes:
    data = bytearray(WHOLE)
    for _ in range(chance.randint(1, 4)):
        at, to = sorted(chance.randrange(len(data) + 1) for _ in range(2))
        match chance.randrange(6):
            case 0:
                del data[at:to]
            case 1:
                data[at:at] = data[at:to][:200]
            case 2:
                data[at : at + 1] = chance.randbytes(1)
            case 3:
                data[at:at] = chance.choice(BITS)
            case 4:
                lines = bytes(data).splitlines(keepends=True)
                chance.shuffle(lines)
                data = bytearray(b"".join(lines))
            case _:
                data[at:at] = chance.choice(KEYS).encode() + b" = " + chance.choice(VALUES) + b"\n"
    return bytes(data)


DEEP = {
    "lists": "a = " + "[" * 5_000,
    "tables": "a = " + "{a = " * 5_000,
    "a key": "a" + ".a" * 100_000 + " = 1",
    "a quoted key": ".".join(['"a"'] * 50_000) + " = 1",
    "a heading": "[a" + " . a" * 50_000 + "]",
}


@pytest.mark.parametrize("what", DEEP)
def test_deep_nesting_is_refused_at_once(what: str) -> None:
    with pytest.raises(NotTaken, match="nested too deeply"):
        document_in('text = "a"\n' + DEEP[what], "story.toml")


def test_a_number_without_end_is_refused() -> None:
    with pytest.raises(NotTaken, match="not valid TOML"):
        document_in('text = "a"\nwhen = ' + "9" * 100_000, "story.toml")


def test_dots_in_the_words_are_words() -> None:
    text = "www.a.b.c.d.example/x.y.z ... " + "wait ... " * 200 + "1.2.3.4.5.6"
    assert document_in(f'text = "{text}"', "story.toml").text == text
