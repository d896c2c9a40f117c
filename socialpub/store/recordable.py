"""What an event's `data` may hold: only what both engines give back exactly, so that its hash stays true.

PostgreSQL keeps numbers as decimals (1e22 comes back as an integer, -0.0 as 0.0) and no NUL in text; UTF-8 has
no lone surrogates; JSON has no NaN and turns every key into text. Pure: values come in, values go out.
"""

import math
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from socialpub.model.post import encode

_DEEPEST = 20
_WIDEST = 2**63  # whole numbers of 64 bits, as every reader of the records has them
_LARGEST = 1e15  # larger fractions are written with an exponent, which PostgreSQL does not keep

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class UnrecordableError(TypeError):
    """A bug in the caller: `data` holds what the records cannot keep. The message names the place."""


def storable(words: str) -> str:
    """The words with U+FFFD for what no database keeps. For the words of networks, files and people."""
    return _UNSTORABLE.sub("\ufffd", str.__str__(words))


def recordable(value: Any, place: str = "data", depth: int = 0) -> Any:
    """A plain copy of `value`: text, whole numbers, fractions, true, false, nothing, lists and mappings.

    Times become text in UTC, enumerations their value. Raises UnrecordableError for anything else.
    """
    if depth > _DEEPEST:
        raise UnrecordableError(f"{place}: more than {_DEEPEST} levels deep")
    if isinstance(value, Mapping):
        return {_key(key, place): recordable(item, f"{place}.{key}", depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [recordable(item, f"{place}[{index}]", depth + 1) for index, item in enumerate(value)]
    return _single(value, place)


def _single(value: Any, place: str) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, int | float):
        return _number(value, place)
    if isinstance(value, date):
        return _time(value, place)
    raise UnrecordableError(f"{place}: a {type(value).__name__} cannot be kept; make it text, a number or a list")


def _number(value: float, place: str) -> float:
    if isinstance(value, int):
        if not -_WIDEST <= value < _WIDEST:
            raise UnrecordableError(f"{place}: a number of more than 64 bits; make it text")
        return int(value)
    if not math.isfinite(value) or abs(value) >= _LARGEST:
        raise UnrecordableError(f"{place}: {value!r} cannot be kept as it is; make it text")
    return float(value) + 0.0  # -0.0 becomes 0.0


def _time(value: date, place: str) -> str:
    if not isinstance(value, datetime):
        return value.isoformat()
    if value.tzinfo is None:
        raise UnrecordableError(f"{place}: {value!r} has no time zone")
    return str(encode(value))


def _key(key: Any, place: str) -> str:
    if not isinstance(key, str) or _UNSTORABLE.search(key):
        raise UnrecordableError(f"{place}: {key!r} cannot be a key; keys are text")
    return str.__str__(key)
