"""An address of a photo: whoever has it gets this one file for an hour, and nobody can make another."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from hypothesis import given
from hypothesis import strategies as st

from socialpub.media.passes import LIFE, Opened, Passes
from tests.clock import SetClock

SHA = "ab" * 32


def _passes(key: bytes = b"k" * 32) -> tuple[Passes, SetClock]:
    clock = SetClock()
    return Passes(key, clock), clock


def _parts(path: str) -> tuple[str, str]:
    m, token, name = path.split("/")
    assert m == "m"
    return token, name


def test_an_address_opens_the_photo_it_was_made_for() -> None:
    passes, _ = _passes()
    path = passes.photo(SHA)
    assert path.isascii()
    assert path.endswith(f"/{SHA[:16]}.jpg")
    assert passes.opened(*_parts(path)) == Opened(sha256=SHA)


def test_it_ends_by_itself_after_an_hour() -> None:
    passes, clock = _passes()
    parts = _parts(passes.photo(SHA))
    clock.advance(LIFE.total_seconds() - 1)
    assert passes.opened(*parts) is not None
    clock.advance(2)
    assert passes.opened(*parts) is None


def test_another_daemon_with_the_same_key_opens_it_and_one_with_another_key_does_not() -> None:
    here, _ = _passes()
    parts = _parts(here.photo(SHA))
    assert _passes()[0].opened(*parts) == Opened(sha256=SHA)
    assert _passes(b"x" * 32)[0].opened(*parts) is None


def test_a_photo_under_another_name_is_not_opened() -> None:
    passes, _ = _passes()
    token, _ = _parts(passes.photo(SHA))
    for name in ("", "cd" * 8 + ".jpg", SHA[:16], SHA[:16] + ".png", SHA[:16] + ".jpg/"):
        assert passes.opened(token, name) is None


@given(st.integers(0, 71), st.integers(1, 255))
def test_a_token_with_one_changed_byte_opens_nothing(at: int, change: int) -> None:
    passes, _ = _passes()
    token, name = _parts(passes.photo(SHA))
    raw = bytearray(urlsafe_b64decode(token))
    raw[at] ^= change
    what = bytes(raw[8:40]).hex()[:16]
    assert passes.opened(urlsafe_b64encode(raw).decode(), name) is None
    assert passes.opened(urlsafe_b64encode(raw).decode(), f"{what}.jpg") is None


@given(st.text(max_size=120), st.text(max_size=40))
def test_nonsense_opens_nothing(token: str, name: str) -> None:
    assert _passes()[0].opened(token, name) is None


def test_a_probe_is_answered_with_what_only_the_key_gives_and_opens_no_photo() -> None:
    passes, _ = _passes()
    path, wanted = passes.probe()
    assert passes.opened(*_parts(path)) == Opened(answer=wanted)
    assert passes.probe() != (path, wanted)
    assert len(wanted) == 64


def test_the_key_is_in_no_repr() -> None:
    assert "kkk" not in repr(_passes()[0])
