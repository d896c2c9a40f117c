"""How long to wait before another try. Pure. It grows with each attempt and stays below an hour."""

from datetime import timedelta

_STEPS = (30, 120, 300, 900, 1800)  # seconds
_LONGEST = 3600


def cool_off(attempts: int) -> timedelta:
    """The wait after the given number of attempts (1 or more)."""
    index = max(attempts, 1) - 1
    return timedelta(seconds=_STEPS[index] if index < len(_STEPS) else _LONGEST)
