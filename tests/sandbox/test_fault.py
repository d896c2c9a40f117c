"""Which fault meets which request: pure choice, no network."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpub.sandbox.fault import KINDS, Fault, take


@pytest.mark.parametrize(
    ("fault", "method", "path", "meets"),
    [
        (Fault("huge"), "GET", "/2/tweets", True),
        (Fault("huge", method="post"), "POST", "/2/tweets", True),
        (Fault("huge", method="POST"), "GET", "/2/tweets", False),
        (Fault("huge", path="/2/tweets$"), "GET", "/2/tweets/5", False),
        (Fault("huge", path=r"/v\d+"), "GET", "/v25.0/me/feed", True),
    ],
)
def test_a_fault_meets_by_method_and_path(fault: Fault, method: str, path: str, meets: bool) -> None:
    assert fault.meets(method, path) is meets


@given(times=st.integers(0, 5), skip=st.integers(0, 5))
def test_a_fault_skips_and_then_strikes_as_often_as_ordered(times: int, skip: int) -> None:
    faults = [Fault("huge", times=times, skip=skip)]
    struck = [take(faults, "GET", "/") is not None for _ in range(12)]
    assert struck == [False] * (skip if times else 0) + [True] * times + [False] * (
        12 - times - (skip if times else 0)
    )


def test_the_first_that_is_due_strikes_and_the_next_waits() -> None:
    first, second = Fault("huge"), Fault("refuse")
    faults = [first, second]
    assert [take(faults, "GET", "/") for _ in range(3)] == [first, second, None]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_knows_whether_the_post_is_kept(kind: str) -> None:
    assert Fault(kind).commit in ("never", "first")
    assert Fault(kind, commit="never").commit == "never"


def test_a_kind_that_does_not_exist_names_those_that_do() -> None:
    with pytest.raises(ValueError, match=r"explode.*drop_after_commit"):
        Fault("explode")
